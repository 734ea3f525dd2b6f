"""Name, declared type and content of a file agree, or it is refused; and what characters may come out of any file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.engine import pipeline
from extraction.engine.errors import (
    ContentMismatch,
    DamagedDocument,
    EmptyDocument,
    EngineError,
    LimitExceeded,
    UnsupportedType,
)
from extraction.engine.parsers.characters import clean, unreadable_share
from extraction.engine.values import Limits, Options, decode, encode
from tests.engine.paper import OPTIONS, drawn_pdf, letter, parse, picture, source, written

PDF, PNG, JPEG, XML = b"%PDF-1.4\n%%EOF", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"<?xml version='1.0'?><a/>"
TEXT = b"Invoice number: 5\n"


@pytest.mark.parametrize(
    ("filename", "media_type", "content", "error"),
    [
        ("a.png", "", PDF, ContentMismatch),
        ("a.pdf", "", PNG, ContentMismatch),
        ("a.pdf", "", TEXT, ContentMismatch),
        ("a.jpg", "", PNG, ContentMismatch),
        ("a.png", "image/jpeg", PNG, ContentMismatch),
        ("a.pdf", "text/plain", PDF, ContentMismatch),
        ("a.txt", "", PDF, ContentMismatch),
        ("a.txt", "", JPEG, ContentMismatch),
        ("a.txt", "", bytes(range(256)) * 4, ContentMismatch),
        ("a.csv", "", b"PK\x03\x04" + bytes(200), ContentMismatch),
        ("a.xml", "", TEXT, ContentMismatch),
        ("a.tif", "", b"II*\0", UnsupportedType),
        ("a.bin", "", PDF, UnsupportedType),
        ("pdf", "", PDF, UnsupportedType),
        ("", "", PDF, UnsupportedType),
        ("a.pdf", "", b"", EmptyDocument),
        ("a.txt", "", b" \n\t\f\n", EmptyDocument),
        ("a.csv", "", b",,\n,,\n", EmptyDocument),
        ("a.pdf", "", PDF, DamagedDocument),
    ],
)
def test_what_does_not_agree_is_refused(tmp_path, filename, media_type, content, error):
    path = written(tmp_path / "stored", content)
    with pytest.raises(EngineError) as refused:
        pipeline.parse(source(path, filename=filename or ".", media_type=media_type), OPTIONS)
    assert type(refused.value) is error


@pytest.mark.parametrize(
    ("filename", "media_type", "content"),
    [
        ("a.txt", "text/plain; charset=utf-8", TEXT),
        ("A.TXT", "application/octet-stream", TEXT),
        ("a.csv", "application/vnd.ms-excel", b"a,b\n1,2\n"),
        ("a.csv", "text/plain", b"a,b\n1,2\n"),
        ("a.xml", "text/xml", b"\xef\xbb\xbf\n " + XML),
        ("a.xml", "application/xml", "<a/>".encode("utf-16")),
    ],
)
def test_what_agrees_is_read(tmp_path, filename, media_type, content):
    path = written(tmp_path / "stored", content)
    assert pipeline.parse(source(path, filename=filename, media_type=media_type), OPTIONS)


def test_a_file_that_is_gone_is_a_clear_failure(tmp_path):
    with pytest.raises(DamagedDocument):
        parse(tmp_path / "gone.pdf")


def test_xml_is_handed_on_untouched(tmp_path):
    parsed = parse(written(tmp_path / "a.xml", XML))
    assert parsed.pages == ()
    assert [attachment.content for attachment in parsed.attachments] == [XML]


@pytest.mark.parametrize("name", ["a.xml", "a.txt", "a.csv"])
def test_size_is_bounded_before_reading(tmp_path, name):
    limits = Limits(max_attachment_bytes=1_000, max_characters=250)
    content = {"a.xml": b"<a>" + b" " * 1_000, "a.txt": b"word " * 201, "a.csv": b"a,b,c\n" * 201}[name]
    with pytest.raises(LimitExceeded):
        parse(written(tmp_path / name, content), Options(today=OPTIONS.today, limits=limits))


def test_a_parse_crosses_the_process_boundary_unchanged(tmp_path):
    picture().save(tmp_path / "a.png")
    for path in (
        drawn_pdf(tmp_path / "a.pdf", letter),
        written(tmp_path / "a.txt", TEXT),
        written(tmp_path / "a.csv", b"a,b\n1,2\n"),
        written(tmp_path / "a.xml", XML),
        tmp_path / "a.png",
    ):
        parsed = parse(path)
        assert decode(encode(parsed), type(parsed)) == parsed


@pytest.mark.parametrize(
    ("found", "cleaned"),
    [
        ("Oﬃce ﬂoor", "Office floor"),
        ("ＡＢＣ１２，", "ABC12,"),
        ("soft\u00adhyphen", "softhyphen"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("left\u202eright", "leftright"),
        ("nul\0 and \ud800 alone", "nul and  alone"),
        ("pair \ud83d\ude00", "pair 😀"),
        ("icon \ue001", "icon "),
        ("½ ² № ™ é", "½ ² № ™ é"),  # compatible, but not the same to a reader
    ],
)
def test_characters(found, cleaned):
    assert clean(found) == cleaned


@given(st.text(st.characters(exclude_categories=[])))
def test_whatever_comes_in_a_database_can_store_what_comes_out(text):
    cleaned = clean(text)
    assert "\0" not in cleaned
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("text", "share"), [("", 0.0), ("letters", 0.0), ("\ue000\ue001 a b", 0.5), ("\ufffd\ufffd", 1.0)]
)
def test_unreadable_share(text, share):
    assert unreadable_share(text) == share
