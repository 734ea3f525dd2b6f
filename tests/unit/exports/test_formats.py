"""What leaves: every format, with one document and with many."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.spreadsheets import FORMULA, NUMBER, cell
from exports.formats import FORMATS, Exported
from tests.factories import EXTRACTED_DATA


def exported(**changes) -> Exported:
    return Exported(document_id=uuid.uuid4(), filename="=a.pdf", data=EXTRACTED_DATA | changes)


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_keeps_the_contract(name):
    chosen = FORMATS[name]

    assert chosen.name == name
    assert "/" in chosen.content_type
    assert chosen.one(exported())
    assert b"".join(chosen.many([]))
    assert b"".join(chosen.many(iter([exported(), exported()])))


def test_json_of_one_is_its_data_alone():
    assert json.loads(FORMATS["json"].one(exported())) == EXTRACTED_DATA


def test_json_of_many_says_which_is_which():
    first, second = exported(vendor_name="A"), exported(vendor_name="B")

    items = json.loads(b"".join(FORMATS["json"].many([first, second])))

    assert [(item["document_id"], item["original_filename"], item["vendor_name"]) for item in items] == [
        (str(first.document_id), "=a.pdf", "A"),
        (str(second.document_id), "=a.pdf", "B"),
    ]


def test_csv_of_many_has_one_head():
    lines = [{"description": "a", "unit": "h"}, {"description": "b", "product_code": "X1"}]
    first, second = exported(line_items=lines), exported(line_items=[], parties=["Acme", "Bob; Co"])

    rows = read(b"".join(FORMATS["csv"].many([first, second])))

    assert [row["document_id"] for row in rows] == [str(first.document_id)] * 2 + [str(second.document_id)]
    assert [row["line_item_unit"] for row in rows] == ["h", "", ""]
    assert [row["line_item_product_code"] for row in rows] == ["", "X1", ""]
    assert rows[2]["parties"] == "Acme; Bob; Co"
    assert {row["original_filename"] for row in rows} == {"'=a.pdf"}


PARTS = [
    {**EXTRACTED_DATA, "invoice_number": "A-1", "line_items": [{"description": "a"}, {"description": "b"}]}
    | {"first_page": 1, "last_page": 2},
    {**EXTRACTED_DATA, "invoice_number": "A-2", "line_items": [], "first_page": 3, "last_page": 3},
]


def test_csv_of_several_documents_in_a_file_has_the_rows_of_each_with_its_pages():
    rows = read(FORMATS["csv"].one(exported(parts=PARTS)))

    assert [(row["invoice_number"], row["line_item_description"]) for row in rows] == [
        ("A-1", "a"),
        ("A-1", "b"),
        ("A-2", ""),
    ]
    assert [(row["first_page"], row["last_page"]) for row in rows] == [("1", "2"), ("1", "2"), ("3", "3")]
    assert list(rows[0])[-3:] == ["first_page", "last_page", "review_status"]


def test_csv_of_a_single_document_leaves_its_pages_open():
    assert {(row["first_page"], row["last_page"]) for row in read(FORMATS["csv"].one(exported()))} == {("", "")}


def test_json_of_several_documents_in_a_file_has_them_as_parts():
    assert json.loads(FORMATS["json"].one(exported(parts=PARTS)))["parts"] == PARTS


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+49 170 1234567", "'+49 170 1234567"),
        ("-A", "'-A"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("＝1+1", "'＝1+1"),
        ("-12.50", "-12.50"),
        ("+1.234,56", "+1.234,56"),
        ("-1+cmd", "'-1+cmd"),
        ("A=1", "A=1"),
        ("'=1", "'=1"),
        ("", ""),
        (None, None),
        (-12.5, -12.5),
        (0, 0),
        (["=1", "b"], "'=1; b"),
        (["b", "=1"], "b; '=1"),
        ("a;=1+1;b", "a;'=1+1;b"),
        ("a\t@SUM(1)", "a\t'@SUM(1)"),
        ("a\r\n-2+3", "a\r\n'-2+3"),
        ("a; b, -5 and c=d", "a; b, -5 and c=d"),
    ],
)
def test_text_that_a_spreadsheet_would_run(value, shown):
    assert cell(value) == shown


@given(st.text() | st.text("ab=-+@; \t\r\n'1"))
def test_no_text_begins_like_a_formula(value):
    shown = cell(value)

    assert NUMBER.fullmatch(shown) or not any(map(FORMULA.match, re.split(r"[;\t\r\n]", shown)))
    assert shown.replace("'", "") == value.replace("'", "")


@given(st.dictionaries(st.sampled_from(["vendor_name", "customer_name", "currency"]), st.text()))
def test_any_text_survives_the_way_through_a_file(values):
    (row,) = read(FORMATS["csv"].one(exported(**{key: value.replace("\0", "") for key, value in values.items()})))

    for key, value in values.items():
        assert row[key] == cell(value.replace("\0", ""))
