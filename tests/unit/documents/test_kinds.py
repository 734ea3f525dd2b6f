"""Words of the engine that the database and the API repeat."""

from __future__ import annotations

from typing import get_args

from documents.kinds import Kind
from exports.formats.csv import ADDED_COLUMNS, CONTRACT_COLUMNS
from extraction.engine.values import FIELD_KINDS, LINE_ITEM_FIELDS, DocumentType


def test_kinds_are_those_of_the_engine():
    assert set(Kind.values) == set(get_args(DocumentType))


def test_every_field_of_the_engine_has_a_column():
    cells = {f"line_item_{name}" for name in LINE_ITEM_FIELDS}
    header = set(FIELD_KINDS) - set(LINE_ITEM_FIELDS) - {"tax_base"}

    assert header | cells <= {*CONTRACT_COLUMNS, *ADDED_COLUMNS}
