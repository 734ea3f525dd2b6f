"""The words of a language and the habits of a country, from the TOML files in ``data/``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"

Wordings = dict[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Product:
    """Something that is sold. ``rate`` is an index into the country's tax rates."""

    name: str
    unit: str
    low: Decimal
    high: Decimal
    rate: int = 0


@dataclass(frozen=True, kw_only=True)
class Language:
    """See ``data/languages/de.toml`` for what the entries mean."""

    name: str
    labels: Wordings
    phrases: Wordings
    units: Wordings
    methods: Wordings
    names: Wordings
    trades: dict[str, str]
    products: dict[str, tuple[Product, ...]]


@dataclass(frozen=True, kw_only=True)
class Country:
    """See ``data/countries.toml`` for what the entries mean."""

    code: str
    languages: Sequence[str]
    currency: str
    symbols: Sequence[str]
    money: Sequence[str]
    rates: tuple[Decimal, ...]
    tax: dict[str, list[str]]
    id: tuple[str, str]
    id_label: dict[str, list[str]]
    cities: Sequence[str]
    phone: Sequence[str]
    dates: Sequence[str]
    numbers: Sequence[str]
    legal: Sequence[str]
    other_id: dict[str, object] = field(default_factory=dict)
    place: str = "{postcode} {city}"
    number_first: bool = False
    iban: str = ""
    digits: int = 2
    tax_parts: Sequence[str] = ()
    letter: bool = False


def languages() -> tuple[str, ...]:
    """Names of all languages, sorted: a file makes a language."""
    return tuple(sorted(path.stem for path in (DATA / "languages").glob("*.toml")))


@cache
def language(name: str) -> Language:
    raw = tomllib.loads((DATA / "languages" / f"{name}.toml").read_text(encoding="utf-8"))
    wordings = {part: _tuples(raw[part]) for part in ("labels", "phrases", "units", "methods", "names")}
    products = {trade: tuple(_product(line) for line in lines) for trade, lines in raw["products"].items()}
    return Language(name=raw["name"], trades=raw["trades"], products=products, **wordings)


@cache
def countries() -> dict[str, Country]:
    """All countries by ISO code, of which at least one language is there."""
    raw = tomllib.loads((DATA / "countries.toml").read_text(encoding="utf-8"))
    return {code: _country(code, entries) for code, entries in raw.items()}


def _country(code: str, entries: dict[str, object]) -> Country:
    rates = tuple(Decimal(str(rate)) for rate in entries.pop("rates"))  # type: ignore[attr-defined]
    return Country(code=code, rates=rates, **entries)  # type: ignore[arg-type]


def _tuples(table: dict[str, list[str]]) -> Wordings:
    return {key: tuple(words) for key, words in table.items()}


def _product(line: str) -> Product:
    name, unit, low, high, *rate = line.split("|")
    return Product(name=name, unit=unit, low=Decimal(low), high=Decimal(high), rate=int(rate[0]) if rate else 0)
