"""CSV: any usual delimiter and quoting; rows that do not fit survive."""

from __future__ import annotations

import pytest

from extraction.engine.parsers.table import delimiter_of
from extraction.engine.values import Limits, Options
from tests.engine.paper import OPTIONS, parse, written


def rows(tmp_path, content, options=OPTIONS):
    (table,) = parse(written(tmp_path / "a.csv", content), options).tables
    return [list(row) for row in table.rows]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a;b\n1,50;2,50\n", [["a", "b"], ["1,50", "2,50"]]),
        ("a\tb\n1,5\t2\n", [["a", "b"], ["1,5", "2"]]),
        ("a|b\n1|2, or 3\n", [["a", "b"], ["1", "2, or 3"]]),
        ("sep=;\na;b\n1;2\n", [["a", "b"], ["1", "2"]]),
        ("sep=|\na,b\n", [["a,b"]]),
        ('a,b\n"x, y",2\n', [["a", "b"], ["x, y", "2"]]),
        ('a,b\n"two\nlines",2\n', [["a", "b"], ["two\nlines", "2"]]),
        ('a,b\n"say ""hi""",2\n', [["a", "b"], ['say "hi"', "2"]]),
        ('a, b\n1, "x, y"\n', [["a", "b"], ["1", "x, y"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
        ("a,b\n\n , \n1,2", [["a", "b"], ["1", "2"]]),
        ("a,b,c\n1\n1,2,3,4\n", [["a", "b", "c"], ["1"], ["1", "2", "3", "4"]]),
        ("only\none\ncolumn\n", [["only"], ["one"], ["column"]]),
        ("a,b\n1,x\0y\n", [["a", "b"], ["1", "xy"]]),
        ('a,b\n1,"never closed\n2,3\n', [["a", "b"], ["1", "never closed\n2,3"]]),
        ('a,b\n1,5" pipe\n2,3\n', [["a", "b"], ["1", '5" pipe'], ["2", "3"]]),
        ("Größe;Preis\n5;12,50 €\n".encode("cp1252"), [["Größe", "Preis"], ["5", "12,50 €"]]),
        ("a;b\n1;2\n".encode("utf-16"), [["a", "b"], ["1", "2"]]),
        (b"\xef\xbb\xbfa,b\n1,2\n", [["a", "b"], ["1", "2"]]),
    ],
)
def test_rows(tmp_path, content, expected):
    assert rows(tmp_path, content) == expected


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("name;price\nBolt, long;1,50\nNut;2,00\n", ";"),
        ("a,b,c\n1;2,x,y\n", ","),
        ("date\ttext\n2026-01-02\tone, two, three\n", "\t"),
        ("Invoice of March, 2026\nitem;amount\nx;1\ny;2\n", ";"),
        ("", ","),
    ],
)
def test_the_delimiter_is_what_makes_rows_equally_long(text, delimiter):
    assert delimiter_of(text) == delimiter


def test_rows_are_bounded_and_the_rest_is_named(tmp_path):
    options = Options(today=OPTIONS.today, limits=Limits(max_table_rows=3))
    parsed = parse(written(tmp_path / "a.csv", "a,b\n" * 5), options)
    assert len(parsed.tables[0].rows) == 3
    assert [issue.code for issue in parsed.issues] == ["table_truncated"]


def test_a_row_of_a_million_cells_is_cut(tmp_path):
    assert [len(row) for row in rows(tmp_path, "x," * 1_000_000)] == [1_000]
