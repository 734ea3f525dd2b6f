"""Whole documents of many kinds, languages and layouts, read as a clerk would, in character cells and in points."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from extraction.engine.values import FIELD_KINDS, Extraction, Unit
from tests.engine.drawn import extract, stored, stored_names


def as_printed(name: str, value: Any) -> Any:
    return Decimal(value) if FIELD_KINDS[name] == "amount" else value


def lines_of(extraction: Extraction) -> list[tuple[Any, ...]]:
    names = ("description", "quantity", "unit_price", "amount")
    return [tuple(item.value(name) for name in names) for item in extraction.line_items]


@pytest.mark.parametrize("unit", ["char", "pt"])
@pytest.mark.parametrize("name", stored_names())
def test_page_is_read_as_a_clerk_would(name: str, unit: Unit) -> None:
    expected, text = stored(name)
    lines = expected.pop("lines", None)
    kind = expected.pop("document_type")

    found = extract(text, unit=unit)

    assert found.document_type == kind
    assert {field: found.value(field) for field in expected} == {
        field: as_printed(field, value) for field, value in expected.items()
    }
    if lines is not None:
        wanted = [(description, *(Decimal(n) if n else None for n in numbers)) for description, *numbers in lines]
        assert lines_of(found) == wanted


@pytest.mark.parametrize("name", [name for name in stored_names() if name.startswith("other")])
def test_nothing_is_invented_for_other_documents(name: str) -> None:
    _, text = stored(name)
    found = extract(text)
    assert found.fields == ()
    assert found.line_items == ()


@pytest.mark.parametrize("name", stored_names())
def test_every_value_says_where_it_stands(name: str) -> None:
    """The evidence covers words of the page, and ``raw`` is made of what stands there."""
    _, text = stored(name)
    found = extract(text)
    printed = "".join(text.split())
    for field in (*found.fields, *(cell for item in found.line_items for cell in item.cells)):
        assert 0.0 < field.confidence < 1.0
        assert field.evidence.rule
        if field.evidence.source == "text":
            assert field.evidence.box is not None
            first_line = "".join(field.raw.split("\n")[0].split())
            assert first_line[:8] in printed
