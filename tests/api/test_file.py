"""GET /documents/{id}/file"""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from documents.models import Document
from tests.api.conftest import ELSEWHERE, error_of
from tests.factories import DocumentFactory
from tests.factories.files import GOOD

CONTENT = b"0123456789" * 20_000
SIZE = len(CONTENT)


@pytest.fixture
def document(owner) -> Document:
    return Document.objects.get(pk=owner.upload("Ünvoice.txt", CONTENT).json()["document"]["id"])


def body(response) -> bytes:
    return b"".join(response)


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 200), ("viewer", 200), ("stranger", 404), ("anonymous", 401)]
)
def test_who_may(callers, document, who, status):
    response = callers[who].get(f"/documents/{document.pk}/file")

    assert response.status_code == status
    assert (body(response) == CONTENT) == (status == 200)


def test_it_is_an_attachment_that_no_browser_runs(owner, document):
    headers = owner.get(f"/documents/{document.pk}/file").headers

    assert headers["Content-Type"] == "text/plain"
    assert headers["Content-Disposition"] == "attachment; filename*=utf-8''%C3%9Cnvoice.txt"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Content-Length"] == str(SIZE)
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["ETag"] == f'"{document.checksum_sha256}"'
    assert "private" in headers["Cache-Control"]


def test_xml_that_would_be_a_page_is_an_attachment_as_well(owner):
    page = b'<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'
    made = owner.upload("a.xml", b"<?xml-stylesheet href='a.xsl'?>" + page, "text/xml").json()["document"]

    response = owner.get(f"/documents/{made['id']}/file")

    assert response.headers["Content-Type"] == "application/xml"
    assert response.headers["Content-Disposition"] == 'attachment; filename="a.xml"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("plain.txt", 'attachment; filename="plain.txt"'),
        ('a"b\\.txt', 'attachment; filename="a\\"b\\\\.txt"'),
        ("a;b=c.txt", 'attachment; filename="a;b=c.txt"'),
        ("契 💡.txt", "attachment; filename*=utf-8''%E5%A5%91%20%F0%9F%92%A1.txt"),
        ("é;x.txt", "attachment; filename*=utf-8''%C3%A9%3Bx.txt"),
    ],
)
def test_names_cannot_break_the_header(owner, people, name, disposition):
    document = DocumentFactory(owner=people.owner, workspace=people.workspace, original_filename=name)
    default_storage.save(document.file, ContentFile(bytes(1000)))

    assert owner.get(f"/documents/{document.pk}/file").headers["Content-Disposition"] == disposition


@pytest.mark.parametrize("extension", GOOD)
def test_every_type_comes_back_as_it_went_in(owner, extension):
    made = owner.upload(f"a.{extension}", GOOD[extension]).json()["document"]

    response = owner.get(f"/documents/{made['id']}/file")

    assert body(response) == GOOD[extension]
    assert response.headers["Content-Type"] == made["content_type"]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=5-9", 5, 9),
        ("bytes=5-", 5, SIZE - 1),
        ("bytes=-5", SIZE - 5, SIZE - 1),
        (f"bytes=-{SIZE * 2}", 0, SIZE - 1),
        ("bytes=0-99999999999", 0, SIZE - 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        ("bytes=100-150000", 100, 150_000),
        ("Bytes = 1 - 2", 1, 2),
    ],
)
def test_one_part(owner, document, asked, first, last):
    response = owner.get(f"/documents/{document.pk}/file", range=asked)

    assert response.status_code == 206
    assert body(response) == CONTENT[first : last + 1]
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response.headers["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,3-4", "bytes=5-2", "bytes=-", "bytes=a-b", "lines=1-2", "nonsense", "bytes=1", "bytes=--5"]
)
def test_what_is_no_single_part_is_the_whole(owner, document, asked):
    response = owner.get(f"/documents/{document.pk}/file", range=asked)

    assert response.status_code == 200
    assert body(response) == CONTENT


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_a_part_outside_of_the_file(owner, document, asked):
    response = owner.get(f"/documents/{document.pk}/file", range=asked)

    error_of(response, 416, "range_not_satisfiable")
    assert response.headers["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(("given", "status"), [("its own", 206), ('"another"', 200), ("W/its own", 200)])
def test_a_part_of_a_file_that_may_have_changed(owner, document, given, status):
    etag = given.replace("its own", f'"{document.checksum_sha256}"')

    response = owner.get(f"/documents/{document.pk}/file", range="bytes=0-1", if_range=etag)

    assert response.status_code == status


@pytest.mark.parametrize(("given", "status"), [("its own", 304), ("*", 304), ('"another"', 200), ("nonsense", 200)])
def test_a_file_that_is_known(owner, document, given, status):
    etag = given.replace("its own", f'"x", "{document.checksum_sha256}"')

    response = owner.get(f"/documents/{document.pk}/file", if_none_match=etag)

    assert response.status_code == status
    assert body(response) == (b"" if status == 304 else CONTENT)


@pytest.mark.parametrize(("headers", "status", "length"), [({}, 200, SIZE), ({"range": "bytes=0-9"}, 206, 10)])
def test_head(owner, document, headers, status, length):
    response = owner.head(f"/documents/{document.pk}/file", **headers)

    assert (response.status_code, response.headers["Content-Length"]) == (status, str(length))
    assert body(response) == b""


def test_a_storage_that_is_no_file_system(owner, document, monkeypatch):
    """Its files have neither a path nor a descriptor."""
    monkeypatch.setattr(
        "django.core.files.storage.default_storage._wrapped._open", lambda name, mode: File(io.BytesIO(CONTENT), name)
    )

    assert body(owner.get(f"/documents/{document.pk}/file", range="bytes=10-19")) == b"0123456789"


def test_a_file_that_was_lost(owner, document):
    default_storage.delete(document.file)

    error_of(owner.get(f"/documents/{document.pk}/file"), 404, "not_found")


def test_one_that_does_not_exist(owner):
    error_of(owner.get(f"/documents/{ELSEWHERE}/file"), 404, "not_found")
