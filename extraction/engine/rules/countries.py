"""What is usual in the vendor's country: its currency and rates of tax."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec

from extraction.engine.rules.rule import text
from extraction.engine.values import Extraction

VAT_PREFIXES = {"EL": "GR", "XI": "GB", "CHE": "CH"}
"""First letters of VAT ids that are not the country's ISO 3166 code."""


class Country(msgspec.Struct, frozen=True, kw_only=True):
    """``rates`` are percent; zero is not listed. ``simplified`` is a sum with tax in the country's currency.

    ``law`` prescribes the contents of an invoice; ``None`` where that is not known here.
    """

    code: str
    name: str
    currency: str
    earlier_currency: str | None = None
    rates: frozenset[Decimal]
    law: str | None = None
    simplified: Decimal = Decimal(0)


@cache
def countries() -> dict[str, Country]:
    """By ISO 3166 code."""
    data = tomllib.loads(Path(__file__).with_name("countries.toml").read_text("utf-8"), parse_float=Decimal)
    return {
        code: Country(
            code=code,
            name=entry["name"],
            currency=entry["currency"],
            earlier_currency=entry.get("earlier_currency"),
            rates=frozenset(Decimal(rate) for rate in entry["rates"]),
            law=entry.get("law"),
            simplified=Decimal(entry.get("simplified", 0)),
        )
        for code, entry in data.items()
    }


def country_of(extraction: Extraction, side: str = "vendor") -> Country | None:
    """By the VAT id; of the vendor also by the account it wants to be paid to."""
    found = countries().get(_prefix(text(extraction, f"{side}_vat_id")))
    if found is None and side == "vendor":
        found = countries().get(_prefix(text(extraction, "iban")))
    return found


def _prefix(number: str | None) -> str:
    letters = (number or "").lstrip()[:3].upper()
    return VAT_PREFIXES.get(letters) or VAT_PREFIXES.get(letters[:2], letters[:2])
