"""The list of documents, and one document on one page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from documents.models import Document
from extraction import bridge, preview
from extraction.errors import Failure, StageFailed
from extraction.models import ExtractionResult, JobStatus, ProcessingJob, SecondReading
from tests.factories import scenes
from tests.unit.console.conftest import listed


@pytest.fixture
def make(people):
    def made(scene=scenes.completed, **values) -> Document:
        return scene(people.workspace, people.owner, **values)

    return made


def page_of(session, document: Document):
    return session.get(reverse("admin:documents_document_change", args=[document.pk]))


# --- The list ---------------------------------------------------------------------------------------------------------
def test_the_list_asks_the_same_few_queries_however_long_it_is(owner, make, django_assert_num_queries):
    make()
    owner.documents()  # whatever is looked up once

    def queries() -> int:
        with django_assert_num_queries(13, exact=False) as captured:
            owner.documents()
        return len(captured)

    few = queries()
    for _ in range(20):
        make()
        make(scenes.failed)
    assert queries() == few


@pytest.mark.parametrize("name", ["extraction_processingjob", "audit_event", "accounts_user", "accounts_workspace"])
def test_the_other_lists_do_so_too(superuser, make, name, django_assert_num_queries):
    def queries() -> int:
        with django_assert_num_queries(13, exact=False) as captured:
            assert superuser.get(reverse(f"admin:{name}_changelist")).status_code == 200
        return len(captured)

    make()
    queries()
    few = queries()
    for _ in range(10):
        make()
    assert queries() == few


def test_the_list_fetches_no_results(owner, make, django_assert_num_queries):
    make()
    with django_assert_num_queries(13, exact=False) as captured:
        owner.documents()
    assert not any('"line_item_fields"' in query["sql"] for query in captured.captured_queries)


def test_all_documents_are_counted_once(owner, make, django_assert_num_queries):
    make()
    with django_assert_num_queries(13, exact=False) as captured:
        owner.documents()
    counts = [query["sql"] for query in captured.captured_queries if "COUNT(" in query["sql"]]
    counts = [sql for sql in counts if 'FROM "documents_document"' in sql]
    assert len(counts) == 1


@pytest.mark.parametrize(
    ("query", "chosen", "other"),
    [
        ({"status__exact": "failed"}, {"status": "failed"}, {}),
        ({"status__exact": ["failed", "processing"]}, {"status": "processing"}, {}),
        ({"kind": "receipt"}, {"kind": "receipt"}, {}),
        ({"kind": ["receipt", "contract"]}, {"kind": "contract"}, {}),
        ({"confidence": "low"}, {"confidence_score": 0.699}, {"confidence_score": 0.7}),
        ({"confidence": "middle"}, {"confidence_score": 0.7}, {"confidence_score": 0.9}),
        ({"confidence": "high"}, {"confidence_score": 0.9}, {"confidence_score": 0.89}),
        ({"confidence": "none"}, {"confidence_score": None}, {"confidence_score": 0.0}),
        ({"confidence": ["low", "high"]}, {"confidence_score": 0.1}, {"confidence_score": 0.8}),
        ({"warnings": "yes"}, {"warning_count": 2}, {"warning_count": 0}),
        ({"warnings": "no"}, {"warning_count": 0}, {"warning_count": 2}),
    ],
)
def test_filters(owner, people, query, chosen, other):
    settings = {"status": "completed", "kind": "invoice", "confidence_score": 0.9, "warning_count": 0}
    wanted = scenes.document(people.workspace, people.owner, **(settings | chosen))
    scenes.document(people.workspace, people.owner, **(settings | other))
    assert listed(owner.documents(**query)) == {wanted}


def test_filter_by_time(owner, make):
    old, new = make(), make()
    Document.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=10))
    then, now = ((timezone.now() - timedelta(days=days)).date().isoformat() for days in (10, 0))
    assert listed(owner.documents(created_at_from=now)) == {new}
    assert listed(owner.documents(created_at_to=then)) == {old}
    assert listed(owner.documents(created_at_from=then, created_at_to=now)) == {old, new}


def test_filter_by_workspace(superuser, make, stranger):
    document = make()
    scenes.completed(stranger.person.workspaces.get(), stranger.person)
    assert listed(superuser.documents(workspace__id__exact=str(document.workspace_id))) == {document}


def test_search(owner, make):
    wanted = make(
        vendor="Møller & Sønner", number="MS/778", original_filename="scan 0042.pdf", checksum_sha256="ab" * 32
    )
    make(original_filename="other.pdf")
    for term in ("scan 00", "SCAN", "møller", "ms/778", "ABABABAB", str(wanted.pk), f" {wanted.pk} "):
        assert listed(owner.documents(q=term)) == {wanted}, term
    assert listed(owner.documents(q="nothing of the kind")) == set()


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"},
        {"q": "%_\\'\";--"},
        {"q": "a" * 5000},
        {"kind": "\x00"},
        {"confidence": "nonsense"},
        {"warnings": "perhaps"},
        {"status__exact": "nonsense"},
        {"status__exact": "\x00"},
        {"workspace__id__exact": "nonsense"},
        {"created_at_from": "nonsense"},
        {"created_at_to": "9999-12-31"},
        {"created_at_from": "0001-01-01"},
        {"p": "nonsense"},
        {"p": "99999999999"},
        {"o": "9.9.-9"},
        {"all": ""},
    ],
)
def test_nonsense_in_the_address_is_no_error(owner, make, query):
    make()
    assert owner.documents(**query).status_code in (200, 302, 400)


@pytest.mark.parametrize("pk", ["nonsense", "\x00", "1"])
def test_nonsense_in_a_form_is_no_error(owner, make, pk):
    make()
    form = {"action": "export_json", "_selected_action": pk}
    assert owner.client.post(reverse("admin:documents_document_changelist"), form).status_code == 400


@pytest.mark.parametrize("term", ["\x00", "%", "nonsense"])
def test_nonsense_in_the_autocompletion_is_no_error(owner, term):
    query = {"app_label": "documents", "model_name": "document", "field_name": "workspace", "term": term}
    assert owner.get(reverse("admin:autocomplete"), **query).status_code == 200


# --- One document -----------------------------------------------------------------------------------------------------
def test_the_page_shows_result_validation_jobs_and_history(owner, document):
    text = page_of(owner, document).content.decode()
    for expected in (
        "Brightwater Tools",
        "1,091.00",
        "1.091,00 €",
        "Torque wrench",
        "The due date is missing.",
        "due_date_missing",
        "Succeeded",
        "attempts: 1",
        "engine 1.0.0",
        "document.uploaded",
        document.checksum_sha256,
    ):
        assert expected in text, expected


def test_the_page_of_a_failure_gives_the_reason(owner, make):
    text = page_of(owner, make(scenes.failed)).content.decode()
    assert "The file is protected by a password." in text
    assert "encrypted_document" in text
    assert "there is no result" in text


def test_the_page_of_a_new_document_says_that_it_waits(owner, make):
    text = page_of(owner, make(scenes.waiting)).content.decode()
    assert "has not been read yet" in text
    assert "disabled" in text  # reprocess


def test_the_page_asks_few_queries(owner, document, django_assert_max_num_queries):
    for _ in range(5):
        ProcessingJob.objects.create(document=document, status=JobStatus.SUCCEEDED)
    with django_assert_max_num_queries(16):
        page_of(owner, document)


def test_many_lines_are_cut_short(owner, document):
    line = {"description": scenes.described("bolt")}
    ExtractionResult.objects.update(line_item_fields=[line] * 1000)
    text = page_of(owner, document).content.decode()
    assert text.count("<bdi>bolt</bdi>") == 200
    assert "The first 200 of 1000" in text


HOSTILE_PLACES = ("original_filename", "failure_reason", "vendor", "number")


@pytest.mark.parametrize("place", HOSTILE_PLACES)
def test_values_of_a_document_are_text_and_never_markup(owner, make, place):
    document = make(**{place: scenes.HOSTILE})
    job = document.jobs.get()
    ExtractionResult.objects.filter(document=document).update(
        line_item_fields=[{scenes.HOSTILE: scenes.described(scenes.HOSTILE, source=scenes.HOSTILE)}]
    )
    job.error_message = job.error_code = scenes.HOSTILE[:64]
    job.save()
    paths = [
        reverse("admin:index"),
        reverse("admin:documents_document_changelist"),
        reverse("admin:documents_document_change", args=[document.pk]),
        reverse("admin:documents_document_delete", args=[document.pk]),
        reverse("admin:extraction_processingjob_changelist"),
        reverse("admin:extraction_processingjob_change", args=[job.pk]),
    ]
    for path in paths:
        text = owner.get(path).content.decode()
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
    assert "&lt;script&gt;alert" in owner.get(paths[2]).content.decode()


def test_the_preview_of_text_is_text(owner, make):
    document = make(original_filename="note.txt", file_extension="txt")
    default_storage.save(document.file, ContentFile(b"<script>alert(1)</script>\nTotal: 5 \xe2\x80\xaeevil"))
    text = page_of(owner, document).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "\u202e" not in text


def test_the_preview_of_xml_is_its_text(owner, make):
    document = make(original_filename="e.xml", file_extension="xml", content_type="application/xml")
    page = b'<?xml-stylesheet href="a.xsl"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'
    default_storage.save(document.file, ContentFile(page))
    text = page_of(owner, document).content.decode()
    assert "&lt;?xml-stylesheet href=&quot;a.xsl&quot;?&gt;" in text
    assert "<script>alert" not in text


def test_the_preview_of_a_table_is_a_table(owner, make):
    document = make(original_filename="rows.csv", file_extension="csv")
    default_storage.save(document.file, ContentFile("Stück;Preis\n1;<b>2,50</b>\n".encode()))
    text = page_of(owner, document).content.decode()
    assert '<th dir="auto">Stück</th><th dir="auto">Preis</th>' in text
    assert '<td dir="auto">&lt;b&gt;2,50&lt;/b&gt;</td>' in text


@pytest.mark.parametrize(
    ("content", "extension", "expected"),
    [
        (b"line\n" * 100_000, "txt", "The file goes on"),
        ("ä".encode() * 60_000, "txt", "The file goes on"),
        (b"a,b\n" * 100_000, "csv", "The file goes on"),
        (b'"' + b"a,b\n" * 100_000, "csv", "The file goes on"),
        (b"", "txt", "<pre"),
        (None, "txt", "The stored file could not be found."),
        (b"\x00\x01\x02" * 100, "csv", "cannot be shown"),
    ],
)
def test_the_preview_of_odd_files(owner, make, content, extension, expected):
    document = make(file_extension=extension)
    if content is not None:
        default_storage.save(document.file, ContentFile(content))
    response = page_of(owner, document)
    assert response.status_code == 200
    assert expected in response.content.decode()
    assert len(response.content) < 400_000


def test_the_original_is_a_download_and_never_a_page(owner, make):
    document = make(original_filename='bill "é" ü.txt', file_extension="txt", content_type="text/html")
    default_storage.save(document.file, ContentFile(b"<script>alert(1)</script>"))
    response = owner.get(reverse("admin:documents_document_file", args=[document.pk]))
    assert response.getvalue() == b"<script>alert(1)</script>"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_lost_file_is_a_404(owner, document):
    assert owner.get(reverse("admin:documents_document_file", args=[document.pk])).status_code == 404
    assert owner.get(reverse("admin:documents_document_page", args=[document.pk, 1])).status_code == 404


def test_a_page_is_drawn_once_and_kept(owner, document, monkeypatch):
    drawn = []

    def draw(document, page, width, **view):
        drawn.append(page)
        return b"\x89PNG"

    monkeypatch.setattr(bridge, "render_page", draw)
    for _ in range(2):
        response = owner.get(reverse("admin:documents_document_page", args=[document.pk, 2]))
        assert (response.content, response.headers["Content-Type"]) == (b"\x89PNG", "image/png")
        assert "private" in response.headers["Cache-Control"]
    assert drawn == [2]


def test_a_page_that_cannot_be_drawn_is_a_404(owner, document, monkeypatch):
    def fail(document, page, width, **view):
        raise StageFailed(Failure("damaged_document", "The file is damaged."))

    monkeypatch.setattr(bridge, "render_page", fail)
    assert owner.get(reverse("admin:documents_document_page", args=[document.pk, 1])).status_code == 404


def test_a_broken_record_of_the_pages_is_no_error(owner, document):
    document.jobs.update(parsed_file="nowhere.json.gz")
    assert preview.pages(document) == []
    assert page_of(owner, document).status_code == 200


# --- Why --------------------------------------------------------------------------------------------------------------
def test_why_a_value_was_chosen_is_told(owner, make):
    document = make()
    result = ExtractionResult.objects.get(document=document)
    other = {"raw": "1.901,00", "value": "1901.00", "share": 0.21, "rule": "x", "page": 1, "box": [1, 2, 3, 4]}
    chosen = {"raw": "1.091,00 €", "value": "1091.0", "share": 0.79, "rule": "x", "page": 1, "box": None}
    result.fields["total_amount"]["why"] = {
        "reasons": ["label total to its left", scenes.HOSTILE],
        "considered": [chosen, other],
        "repair": "The lines sum to 1091.00, one digit was misread.",
    }
    result.save()
    html = page_of(owner, document).content.decode()
    assert "Label total to its left" in html
    assert "<script>alert" not in html
    assert "Inferred" in html
    assert "one digit was misread" in html
    assert 'data-box="1,2,3,4"><bdi>1.901,00</bdi> · 21 % · page 1' in html
    assert html.count("<summary>Why</summary>") == 1, "only where there is something to say"


def test_what_the_second_reader_took_is_told(owner, make, django_assert_num_queries):
    document = make()
    job = ProcessingJob.objects.get(document=document)

    def ask(**values):
        SecondReading.objects.create(
            job=job, model=scenes.HOSTILE, asked=["iban", "bic"], used=["iban"], input_tokens=900, output_tokens=60,
            cost="0.00120", seconds=1.24, **values,
        )  # fmt: skip

    ask()
    ask(error_code="second_reader_denied")
    for path in (f"documents_document_change {document.pk}", f"extraction_processingjob_change {job.pk}"):
        name, pk = path.split()
        html = owner.get(reverse(f"admin:{name}", args=[pk])).content.decode()
        assert "asked for 2 fields, used 1 · 900 + 60 tokens · cost 0.0012 · 1.2 s" in html
        assert "second_reader_denied" in html
        assert "<script>alert" not in html

    with django_assert_num_queries(15, exact=False) as few:
        page_of(owner, document)
    for _ in range(5):
        ProcessingJob.objects.create(document=document, status=JobStatus.FAILED)
        ask()
    with django_assert_num_queries(len(few)):
        page_of(owner, document)
