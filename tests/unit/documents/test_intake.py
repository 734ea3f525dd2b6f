"""Names and contents of files that strangers send."""

from __future__ import annotations

import hashlib
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import Invalid, TooLarge
from documents import intake
from tests.factories.files import GOOD, PDF, TEXT, XML


@pytest.fixture(autouse=True)
def incoming(settings, tmp_path) -> Path:
    settings.INCOMING_DIR = tmp_path / "incoming"
    return settings.INCOMING_DIR


def left(incoming: Path) -> list[Path]:
    return list(incoming.glob("*"))


@given(st.text(max_size=400))
@settings(max_examples=300)
def test_a_clean_name_is_one_line_without_a_path(name):
    clean = intake.clean_filename(name)

    assert len(clean) <= 255
    assert not set(clean) & {"/", "\\", "\0", "\n", "\r", "\u202e"}
    assert clean not in {".", ".."}
    assert clean == clean.strip()
    assert intake.clean_filename(clean) == clean
    clean.encode()


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a", ""), (".pdf", "pdf"), ("a.", ""), ("a.pdf ", "pdf "), ("ä.ﬁ", "ﬁ")],
)
def test_extensions(name, extension):
    assert intake.extension_of(name) == extension


@pytest.mark.parametrize("extension", GOOD)
def test_a_local_file_as_if_it_were_uploaded(tmp_path, incoming, extension):
    path = tmp_path / f"a file.{extension}"
    path.write_bytes(GOOD[extension])

    arrival = intake.receive_path(path)

    assert arrival.path.read_bytes() == path.read_bytes()
    assert (arrival.filename, arrival.extension, arrival.size) == (path.name, extension, len(GOOD[extension]))
    assert arrival.sha256 == hashlib.sha256(GOOD[extension]).hexdigest()
    arrival.discard()
    arrival.discard()
    assert left(incoming) == []


@pytest.mark.parametrize(
    ("name", "content", "limit", "error"),
    [("a.pdf", TEXT, 1, Invalid), ("a.txt", b"", 1, Invalid), ("a.txt", b"x" * 1024 * 1024 + b"x", 1, TooLarge)],
)
def test_a_refused_file_leaves_nothing(tmp_path, incoming, settings, name, content, limit, error):
    settings.MAX_UPLOAD_SIZE_MB = limit
    (tmp_path / name).write_bytes(content)

    with pytest.raises(error):
        intake.receive_path(tmp_path / name)
    assert left(incoming) == []


def test_memory_stays_flat(incoming, settings):
    settings.MAX_UPLOAD_SIZE_MB = 100
    receiver = intake.Receiver("a.txt", "")
    chunk = b"x" * intake.CHUNK
    tracemalloc.start()
    for _ in range(60 * 16):
        receiver.write(chunk)
    arrival = receiver.finish()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    arrival.discard()

    assert arrival.size == 60 * 1024 * 1024
    assert peak < 3 * 1024 * 1024


@pytest.mark.parametrize(
    ("content", "fits"),
    [
        (PDF, True),
        (b"\xef\xbb\xbf" + PDF, True),
        (b"\r\n\r\n" + PDF, True),
        (b"x" * 1000 + PDF, True),
        (b"x" * 1020 + PDF, False),
        (b"PDF-1.4", False),
        (b"\x00%PDF", False),
        (b"%PDF-", True),
    ],
)
def test_pdf(tmp_path, content, fits):
    (tmp_path / "a").write_bytes(content)

    assert intake.looks_like_pdf(tmp_path / "a") == fits


@pytest.mark.parametrize(
    ("content", "fits"),
    [
        (TEXT, True),
        (b"BMW AG, M\xfcnchen", True),
        (b"MZ Handels GmbH", True),
        (b"ID3 text", True),
        ("\ufeffa".encode("utf-16-le"), True),
        ("\ufeffa".encode("utf-32-be"), True),
        (b"\xff\xfea", False),
        (b"a\0", False),
        (b"\x1b[1mbold\x1b[0m\t\f\x1a", True),
        (b"\x02" + b"a" * 99, True),
        (b"\x02" + b"a" * 98, False),
        (b"\x7f" * 5, False),
        (b" \n%PDF-1.4", False),
        (b"%!PS-Adobe", False),
    ],
)
def test_text(tmp_path, content, fits):
    (tmp_path / "a").write_bytes(content)

    assert intake.looks_like_text(tmp_path / "a") == fits


@pytest.mark.parametrize(
    ("content", "fits"),
    [
        (XML, True),
        (b"<note/>", True),
        (b"\r\n  <!-- comment --><note/>", True),
        (b"\xef\xbb\xbf<?xml version='1.0'?><note/>", True),
        ("<?xml version='1.0' encoding='UTF-16'?><note>\u00e4</note>".encode("utf-16"), True),
        ("\ufeff<p:note xmlns:p='a'/>".encode("utf-16-be"), True),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><note>\u00e4</note>".encode("latin-1"), True),
        ("<résumé/>".encode(), True),
        (b"<note", True),  # looks like it; that it is broken is found out by reading
        (b"<!DOCTYPE note SYSTEM 'http://127.0.0.1:1/a.dtd'><note/>", True),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", True),
        (b"note", False),
        (b"< 5 apples", False),
        (b"<", False),
        (b" \n ", False),
        (b"<!doctype HTML><title>a</title>", False),
        (b"<html lang='en'>", False),
        (b"<note>\0</note>", False),
        (b"<note>" + b"\x01" * 100, False),
        (b"%PDF-1.4 <note/>", False),
        (b"\xff\xfe<\0n", False),
    ],
)
def test_xml(tmp_path, content, fits):
    (tmp_path / "a").write_bytes(content)

    assert intake.looks_like_xml(tmp_path / "a") == fits


@given(st.binary(max_size=3000))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_get_an_answer(tmp_path, content):
    (tmp_path / "a").write_bytes(content)

    for kind in intake.TYPES.values():
        assert kind.fits(tmp_path / "a") in (True, False)


def test_every_accepted_type_is_declared_by_itself():
    assert all(kind.content_type in kind.declared for kind in intake.TYPES.values())
