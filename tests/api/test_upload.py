"""POST /documents/upload"""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.test.client import BOUNDARY, MULTIPART_CONTENT

from audit.models import Event
from documents.models import Document
from extraction import actions
from extraction.models import ProcessingJob
from tests.api.conftest import ELSEWHERE, Caller, error_of
from tests.factories.files import CSV, GOOD, JPEG, PDF, PNG, TEXT, XML, ZIP

KEYS = {
    "id",
    "owner_id",
    "original_filename",
    "content_type",
    "file_extension",
    "file_size",
    "checksum_sha256",
    "status",
    "failure_reason",
    "processed_at",
    "created_at",
    "updated_at",
}
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "csv": "text/csv",
    "txt": "text/plain",
    "xml": "application/xml",
}


@pytest.fixture(autouse=True)
def _incoming(settings, tmp_path):
    settings.INCOMING_DIR = tmp_path


def leftovers() -> list[Path]:
    return list(Path(django_settings.INCOMING_DIR).glob("upload-*"))


def part(headers: str, content: bytes = TEXT) -> bytes:
    return f"--{BOUNDARY}\r\n{headers}\r\n\r\n".encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()
FILE = 'Content-Disposition: form-data; name="file"; filename="a.txt"'


def send(caller: Caller, body: bytes):
    return caller.post("/documents/upload", body, content_type=MULTIPART_CONTENT)


# --- What is taken in -------------------------------------------------------------------------------------------------
def test_answers_with_the_document_and_its_job(owner, people):
    response = owner.upload("Rechnung.PDF", PDF, "application/pdf")

    body = response.json()
    document = body["document"]
    assert response.status_code == 201
    assert set(body) == {"document", "processing_job_id"}
    assert set(document) >= KEYS
    assert document["owner_id"] == str(people.owner.pk)
    assert document["original_filename"] == "Rechnung.PDF"
    assert document["content_type"] == "application/pdf"
    assert document["file_extension"] == "pdf"
    assert document["file_size"] == len(PDF)
    assert document["checksum_sha256"] == hashlib.sha256(PDF).hexdigest()
    assert document["status"] == "uploaded"
    assert document["failure_reason"] is document["processed_at"] is None
    assert str(ProcessingJob.objects.get().pk) == body["processing_job_id"]
    assert Event.objects.filter(action="document.uploaded", object_id=document["id"]).count() == 1


@pytest.mark.parametrize("extension", GOOD)
@pytest.mark.parametrize("declared", ["its own", "application/octet-stream", "with a parameter"])
def test_every_type(owner, extension, declared):
    own = TYPES[extension]
    content_type = {"its own": own, "with a parameter": f"{own}; charset=utf-8"}.get(declared, declared)

    response = owner.upload(f"file.{extension}", GOOD[extension], content_type)

    assert response.status_code == 201, response.json()
    assert response.json()["document"]["file_extension"] == extension
    assert response.json()["document"]["content_type"] == own


def test_a_table_declared_as_excel_does_it(owner):
    assert owner.upload("a.csv", CSV, "application/vnd.ms-excel").status_code == 201


@pytest.mark.parametrize("content_type", ["text/xml", "text/xml; charset=utf-8", "application/xml"])
def test_both_names_of_xml(owner, content_type):
    document = owner.upload("a.XML", XML, content_type).json()["document"]

    assert (document["file_extension"], document["content_type"]) == ("xml", "application/xml")


def test_no_content_type_at_all(owner):
    assert send(owner, part(FILE) + END).json()["document"]["content_type"] == "text/plain"


def test_the_stored_file_is_the_sent_one_under_a_name_made_from_ids(owner, people):
    content = bytes(range(256)) * 2000
    document = Document.objects.get(pk=owner.upload("../../etc/a.pdf", PDF + content).json()["document"]["id"])

    assert document.file == f"documents/{people.workspace.pk}/{document.pk}/original.pdf"
    with default_storage.open(document.file) as file:
        assert file.read() == PDF + content
    assert Path(default_storage.path(document.file)).stat().st_mode & 0o777 == 0o600
    assert leftovers() == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Überweisung März.txt", "Überweisung März.txt"),
        ("契約書.txt", "契約書.txt"),
        ("فاتورة.txt", "فاتورة.txt"),
        ("👨‍👩‍👧 family.txt", "👨‍👩‍👧 family.txt"),
        ("../../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ada\\a.txt", "a.txt"),
        ("/a/b\\c/d.txt", "d.txt"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
        ("<b>&amp;'.txt", "<b>&amp;'.txt"),
        ("  spaces  .txt  ", "spaces  .txt"),
        ("many.dots.in.it.TXT", "many.dots.in.it.TXT"),
        ("=cmd|' calc'!A0.txt", "=cmd|' calc'!A0.txt"),
        ("x" * 300 + ".txt", "x" * 251 + ".txt"),
        ("ü" * 255 + ".txt", "ü" * 251 + ".txt"),
    ],
)
def test_file_names_are_for_people(owner, sent, kept):
    response = owner.upload(sent, TEXT)

    assert response.status_code == 201, response.json()
    assert response.json()["document"]["original_filename"] == kept


def test_the_encoded_form_of_a_name(owner):
    header = "Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''%e2%82%ac%20rates.txt"

    assert send(owner, part(header) + END).json()["document"]["original_filename"] == "€ rates.txt"


@pytest.mark.parametrize(
    "content",
    [
        "Prix: 5 €".encode("utf-16"),
        "Größe".encode("latin-1"),
        "合計".encode("shift_jis"),
        "合計".encode("utf-8-sig"),
        b"a\x0cb\x1a",
    ],
)
def test_text_in_usual_encodings(owner, content):
    assert owner.upload("a.txt", content).status_code == 201


# --- What is refused --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["a.exe", "a.docx", "a", "pdf", "a.pdf.exe", "a.", ".htaccess", "a.xml.p7m", "a.svg"])
def test_another_extension(owner, name):
    extra = error_of(owner.upload(name, PDF), 422, "validation_error")

    assert sorted(extra["allowed_extensions"]) == ["csv", "jpeg", "jpg", "pdf", "png", "txt", "xml"]
    assert list(extra["fields"]) == ["file"]


@pytest.mark.parametrize(("name", "advice"), [("invoice.xml.p7m", "inside it"), ("sheet.xlsx", "as CSV")])
def test_what_to_do_instead(owner, name, advice):
    response = owner.upload(name, b"PK")

    error_of(response, 422, "validation_error")
    assert advice in response.json()["detail"]["message"]


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.pdf", PDF, "image/png"),
        ("a.pdf", PDF, "text/html"),
        ("a.png", PNG, "image/jpeg"),
        ("a.txt", TEXT, "application/vnd.ms-excel"),
        ("a.csv", CSV, "application/json"),
        ("a.jpg", JPEG, "no type"),
        ("a.xml", XML, "text/html"),
        ("a.xml", XML, "image/svg+xml"),
        ("a.xml", XML, "text/plain"),
        ("a.txt", XML, "application/xml"),
    ],
)
def test_another_content_type(owner, name, content, content_type):
    error_of(owner.upload(name, content, content_type), 422, "validation_error")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", PDF),
        ("a.pdf", PNG),
        ("a.jpg", PNG),
        ("a.png", JPEG),
        ("a.pdf", TEXT),
        ("a.pdf", ZIP),
        ("a.pdf", PNG + PDF),
        ("a.txt", PDF),
        ("a.txt", PNG),
        ("a.csv", JPEG),
        ("a.csv", ZIP),
        ("a.txt", b"text and then\0zero"),
        ("a.txt", b"\x01\x02\x03\x04 mostly controls \x05\x06"),
        ("a.txt", b"\xff\xfe\x00\xd8\x00\xd8"),
        ("a.txt", b"{\\rtf1 text}"),
        ("a.txt", TEXT * 5000 + b"\0"),
        ("a.xml", PDF),
        ("a.xml", ZIP),
        ("a.xml", TEXT),
        ("a.xml", b"<!DOCTYPE html><html></html>"),
    ],
)
def test_content_that_is_not_what_the_extension_says(owner, name, content):
    error_of(owner.upload(name, content), 422, "validation_error")
    assert leftovers() == []
    assert not Document.objects.exists()


@pytest.mark.parametrize("extension", GOOD)
def test_an_empty_file(owner, extension):
    error_of(owner.upload(f"a.{extension}", b""), 422, "validation_error")
    assert leftovers() == []


@pytest.mark.parametrize(
    "body",
    [
        END,
        part('Content-Disposition: form-data; name="other"') + END,
        part('Content-Disposition: form-data; name="file"') + END,
        part('Content-Disposition: form-data; name="file"; filename=""') + END,
        part('Content-Disposition: form-data; name="file"; filename=".."') + END,
        part('Content-Disposition: form-data; name="file"; filename="/"') + END,
        part('Content-Disposition: form-data; name="other"; filename="a.txt"') + END,
        part("Content-Type: text/plain") + END,
        part("Content-Disposition: nonsense") + END,
    ],
)
def test_a_missing_file_or_name(owner, body):
    extra = error_of(send(owner, body), 422, "validation_error")

    assert list(extra["fields"]) == ["file"]


def test_an_empty_body(owner):
    error_of(send(owner, b""), 422, "validation_error")


def test_several_files(owner):
    error_of(send(owner, part(FILE) + part(FILE) + END), 422, "validation_error")
    assert leftovers() == []


@pytest.mark.parametrize("cut", [1, 2, 5, len(END), len(END) + 3, len(END) + 20, len(END) + len(TEXT) + 30])
def test_a_body_that_was_cut_short(owner, cut):
    error_of(send(owner, (part(FILE) + END)[: -cut - 2]), 422, "validation_error")
    assert leftovers() == []
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=ä"]
)
def test_without_a_boundary(owner, content_type):
    error_of(owner.post("/documents/upload", part(FILE) + END, content_type=content_type), 422, "validation_error")


def test_broken_base64(owner):
    body = part(FILE + "\r\nContent-Transfer-Encoding: base64", b"not base64") + END

    error_of(send(owner, body), 422, "validation_error")
    assert leftovers() == []


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
def test_another_kind_of_body(owner, content_type):
    response = owner.post("/documents/upload", b"{}", content_type=content_type)

    error_of(response, 415, "unsupported_media_type")


# --- Limits -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def one_megabyte(settings):
    settings.MAX_UPLOAD_SIZE_MB = 1


MEGABYTE = 1024 * 1024


def test_a_file_of_exactly_the_limit(owner, one_megabyte):
    assert owner.upload("a.txt", b"x" * MEGABYTE).status_code == 201


@pytest.mark.parametrize("size", [MEGABYTE + 1, 3 * MEGABYTE])
def test_a_file_over_the_limit(owner, one_megabyte, size):
    extra = error_of(owner.upload("a.txt", b"x" * size), 413, "payload_too_large")

    assert extra["max_upload_size_mb"] == 1
    assert leftovers() == []
    assert not Document.objects.exists()


class Endless:
    """A body that never ends; counts what was read of it."""

    def __init__(self) -> None:
        self.begin = part(FILE, b"")[:-2]
        self.read_bytes = 0

    def readline(self, size: int = -1) -> bytes:
        raise NotImplementedError

    def read(self, size: int = -1) -> bytes:
        data = self.begin or b"x" * min(size if size > 0 else 65536, 65536)
        self.begin = b""
        self.read_bytes += len(data)
        return data


@pytest.mark.parametrize("declared", [MEGABYTE, 2 * MEGABYTE, 10**12])
def test_an_oversize_upload_is_not_read_to_its_end(owner, one_megabyte, declared):
    """Whatever length it claims. What is claimed to be too long is not read at all."""
    body = Endless()

    response = owner.client.generic(
        "POST",
        "/api/v1/documents/upload",
        **{"wsgi.input": body, "CONTENT_LENGTH": str(declared), "CONTENT_TYPE": MULTIPART_CONTENT},
    )

    assert response.status_code in (413, 422)
    assert body.read_bytes <= (2 * MEGABYTE if declared < 10**12 else 0)
    assert leftovers() == []


def test_other_parts_are_bounded_too(owner, settings):
    field = part('Content-Disposition: form-data; name="note"', b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))

    error_of(send(owner, field + part(FILE) + END), 413, "payload_too_large")


# --- Together or not at all -------------------------------------------------------------------------------------------
def stored(workspace) -> list[str]:
    try:
        return default_storage.listdir(f"documents/{workspace.pk}")[0]
    except FileNotFoundError:
        return []


@pytest.mark.parametrize("broken", ["documents.actions.log.record", "documents.storage.default_storage.save"])
def test_no_row_without_a_file_and_no_file_without_a_row(owner, people, monkeypatch, broken):
    def fail(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(broken, fail)

    error_of(owner.upload("a.txt", TEXT), 500, "internal_error")
    assert not Document.objects.exists()
    assert stored(people.workspace) == []
    assert leftovers() == []


def test_the_file_goes_when_the_job_cannot_be_made(owner, people, monkeypatch):
    def fail(**kwargs):
        raise DatabaseError

    monkeypatch.setattr(actions, "submit", fail)

    error_of(owner.upload("a.txt", TEXT), 500, "internal_error")
    assert not Document.objects.exists()
    folders = stored(people.workspace)
    assert [default_storage.listdir(f"documents/{people.workspace.pk}/{each}") for each in folders] == [([], [])] * len(
        folders
    )


# --- Who may ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"), [("owner", 201), ("mate", 201), ("viewer", 403), ("stranger", 404), ("anonymous", 401)]
)
def test_who_may_upload_to_a_workspace(callers, people, who, status):
    response = callers[who].upload("a.txt", TEXT, workspace_id=str(people.workspace.pk))

    assert response.status_code == status
    assert Document.objects.filter(workspace=people.workspace).count() == (status == 201)
    assert leftovers() == []
    if status == 403:
        error_of(response, 403, "permission_denied")


def test_without_a_workspace_it_is_ones_own(callers, people):
    document = callers["mate"].upload("a.txt", TEXT).json()["document"]

    own = people.mate.memberships.get(role="owner").workspace_id
    assert document["workspace_id"] == str(own)
    assert document["owner_id"] == str(people.mate.pk)


def test_a_workspace_that_does_not_exist(owner):
    error_of(owner.upload("a.txt", TEXT, workspace_id=ELSEWHERE), 404, "not_found")


@pytest.mark.parametrize("workspace", ["nonsense", "123", "\0", ""])
def test_a_workspace_that_is_no_id(owner, workspace):
    extra = error_of(owner.upload("a.txt", TEXT, workspace_id=workspace), 422, "validation_error")

    assert list(extra["fields"]) == ["workspace_id"]


def test_the_same_file_twice_is_two_documents(owner):
    first, second = (owner.upload("a.txt", TEXT).json()["document"]["id"] for _ in range(2))

    assert uuid.UUID(first) != uuid.UUID(second)
