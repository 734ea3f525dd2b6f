"""Whole contracts of many kinds in twelve languages, read as a clerk would, in character cells and in points.

``contracts/*.txt`` hold above the line ``---`` every field that the contract has (TOML), and below it the page. A field
that is not named there must not be found; ``signatures`` are compared where they are named.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from extraction.engine.classify import Classification, classify
from extraction.engine.extractors import contract
from extraction.engine.values import FIELD_KINDS, Extraction, Unit
from tests.engine.drawn import OPTIONS, reading

CONTRACTS = Path(__file__).with_name("contracts")
NAMES = sorted(path.stem for path in CONTRACTS.glob("*.txt"))
KIND = Classification(document_type="contract", confidence=0.95, reason="test")
TYPES = {"amount": Decimal, "list": tuple, "date": lambda value: value, "text": str, "number": Decimal}


def stored(name: str) -> tuple[dict, str]:
    expected, _, text = (CONTRACTS / f"{name}.txt").read_text("utf-8").partition("\n---\n")
    return {field: TYPES[FIELD_KINDS[field]](value) for field, value in tomllib.loads(expected).items()}, text


def read(text: str, unit: Unit) -> Extraction:
    return contract.extract(reading(text, unit=unit), KIND, OPTIONS)


@pytest.mark.parametrize("unit", ["char", "pt"])
@pytest.mark.parametrize("name", NAMES)
def test_contract_is_read_as_a_clerk_would(name: str, unit: Unit) -> None:
    expected, text = stored(name)

    found = {field.name: field.value for field in read(text, unit).fields}

    if "signatures" not in expected:
        found.pop("signatures", None)
    assert found == expected


@pytest.mark.parametrize("unit", ["char", "pt"])
@pytest.mark.parametrize("name", NAMES)
def test_contract_is_known_as_one(name: str, unit: Unit) -> None:
    _, text = stored(name)
    assert classify(reading(text, unit=unit)).document_type == "contract"


@pytest.mark.parametrize("name", NAMES)
def test_every_value_says_where_it_stands(name: str) -> None:
    _, text = stored(name)
    printed = "".join(text.split())

    for field in read(text, "char").fields:
        assert field.evidence.box is not None
        assert "".join(field.raw.split())[:8] in printed
