"""What crosses between rows and the engine."""

from __future__ import annotations

import pytest

from extraction import bridge
from extraction.models import ProcessingJob
from tests.factories import DocumentFactory


@pytest.mark.django_db
def test_what_a_document_says_can_be_stored_whatever_it_says(document, monkeypatch):
    """PostgreSQL refuses the character NUL in text."""

    class Reader:
        def extract(self, parsed, options):
            return b'{"fields": [{"raw": "a\\u0000b"}], "n\\u0000": 1.5, "none": null}'

    monkeypatch.setattr(bridge, "Sandbox", lambda *_, **__: Reader())
    monkeypatch.setattr(bridge, "_idle", {False: bridge.queue.LifoQueue()})

    extraction = bridge.extract(document, b"")

    job = ProcessingJob.objects.create(document=document, extraction=extraction)
    job.refresh_from_db()
    assert job.extraction == {"fields": [{"raw": "ab"}], "n": 1.5, "none": None}


@pytest.mark.django_db
def test_today_is_the_day_a_document_arrived(document):
    assert bridge._options(document).today == document.created_at.date()


@pytest.mark.django_db
def test_the_engine_reads_pictures_as_the_settings_say(document, settings):
    settings.OCR_ENGINE, settings.OCR_THREADS = "tesseract", 2
    options = bridge._options(document)
    assert (options.ocr_engine, options.ocr_threads) == ("tesseract", 2)


@pytest.mark.parametrize(
    ("name", "extension"), [("invoice.pdf", "pdf"), (".txt", "txt"), ("A.JPEG", "jpeg"), ("a.pdf.csv", "csv")]
)
def test_the_engine_knows_a_file_by_the_extension_that_intake_found(name, extension):
    document = DocumentFactory.build(owner=None, workspace=None, original_filename=name, file_extension=extension)

    assert bridge._source(document, "/file").filename == f"original.{extension}"
