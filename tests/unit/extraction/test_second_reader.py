"""The second reader within the work on a document: what is kept, what it may cost, and that nothing breaks."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from documents import actions as documents
from extraction import actions, bridge, second_reader
from extraction.models import JobStage, ProcessingJob, SecondReading
from tests.engine.language_models import serving

pytestmark = pytest.mark.django_db

PAGE = {"number": 1, "width": 40, "height": 2, "unit": "char", "words": [["1.250,00", [20, 1, 28, 2]]]}
PARSED = json.dumps({"media_type": "text/plain", "pages": [PAGE]}).encode()


@pytest.fixture
def server():
    with serving() as model:
        model.answer = {"total_amount": "1250.00"}
        yield model


@pytest.fixture
def llm(settings, server, monkeypatch):
    monkeypatch.setattr(second_reader._pause, "until", 0.0)
    settings.LLM_PROVIDER = "openai"
    settings.LLM = {
        "provider": "openai",
        "model": "small",
        "base_url": server.base_url["openai"],
        "timeout_seconds": 2.0,
        "max_retries": 0,
        "threshold": 0.6,
        "max_tokens_per_document": 4_000,
        "input_price": 1,
        "output_price": 2,
    }
    return settings


@pytest.fixture
def read(engine, document, monkeypatch):
    """Read a document on which the first reader finds nothing; its job, and the extraction that was validated."""
    seen = []
    validate = engine.validate
    monkeypatch.setattr(bridge, "parse", lambda document: bridge.Parsed(PARSED, 0))
    monkeypatch.setattr(bridge, "validate", lambda document, found: (seen.append(found), validate(document, found))[1])
    monkeypatch.setattr(
        bridge, "extract", lambda document, parsed: {"document_type": "receipt", "document_type_confidence": 0.9}
    )

    def read():
        job = actions.submit(document=document, by=document.owner)
        actions.process(job.pk, list(JobStage))
        return ProcessingJob.objects.get(pk=job.pk), seen[-1]

    return read


def test_it_is_off_by_default(settings, read, server):
    assert settings.LLM_PROVIDER == ""
    job, _ = read()
    assert job.status == "succeeded"
    assert server.requests == []


def test_its_answers_are_validated_like_all_others(llm, read):
    job, extraction = read()
    (total,) = extraction["fields"]
    assert (total["name"], total["value"], total["evidence"]["source"]) == ("total_amount", "1250.00", "llm")
    kept = SecondReading.objects.get(job=job)
    assert (kept.model, kept.used, kept.input_tokens, kept.output_tokens) == ("small", ["total_amount"], 900, 60)
    assert "vendor_name" in kept.asked
    assert float(kept.cost) == pytest.approx((900 + 2 * 60) / 1e6)


def test_a_server_that_is_down_costs_no_document(llm, read, server):
    server.failures = [500]
    job, extraction = read()
    assert job.status == "succeeded"
    assert "fields" not in extraction
    assert SecondReading.objects.get().error_code == "second_reader_failed"

    assert read()[0].status == "succeeded"
    assert len(server.requests) == 1, "for a minute nobody is asked again"


def test_the_budget_of_a_day_is_kept(llm, read, server):
    llm.LLM_TOKENS_PER_DAY = 5_500
    for _ in range(4):
        read()
    assert len(server.requests) == 2, "after twice 960 tokens the 4,000 of a third question are not left"
    llm.LLM_TOKENS_PER_DAY = 0
    read()
    assert len(server.requests) == 3, "no limit"


def test_yesterdays_questions_do_not_count(llm, read, server):
    llm.LLM_TOKENS_PER_DAY = 4_500
    read()
    read()
    SecondReading.objects.update(created_at="2026-01-01T00:00:00Z")
    read()
    assert len(server.requests) == 2


def test_a_question_in_the_air_counts_as_all_it_may_take(llm, read, server, monkeypatch):
    """What another worker asks at this moment; also what one asked that died."""
    llm.LLM_TOKENS_PER_DAY = 7_000
    seen = []
    ask = bridge.consult
    monkeypatch.setattr(bridge, "consult", lambda *given: (seen.append(SecondReading.objects.get()), ask(*given))[1])
    read()
    assert (seen[0].input_tokens, seen[0].error_code) == (4_000, "second_reader_unfinished")
    assert SecondReading.objects.get().error_code == ""

    SecondReading.objects.update(input_tokens=4_000, error_code="second_reader_unfinished")
    read()
    assert len(server.requests) == 1


def test_deleting_documents_gives_nothing_back(llm, read, server, document):
    llm.LLM_TOKENS_PER_DAY = 4_500
    read()
    documents.delete(document=document, by=document.owner)
    kept = SecondReading.objects.get()
    assert (kept.job_id, kept.input_tokens) == (None, 900)
    assert second_reader._spent() == 960


def test_an_answer_that_cannot_be_used_was_paid_for(llm, read, server):
    server.answer = "I am not sure."
    job, extraction = read()
    assert "fields" not in extraction
    kept = SecondReading.objects.get(job=job)
    assert (kept.error_code, kept.input_tokens, kept.used) == ("second_reader_unusable", 900, [])
    assert kept.cost > 0


def test_nothing_is_written_when_nothing_is_asked(llm, read, monkeypatch):
    monkeypatch.setattr(
        bridge, "extract", lambda document, parsed: {"document_type": "other", "document_type_confidence": 1.0}
    )
    read()
    assert not SecondReading.objects.exists()


@pytest.mark.parametrize("base_url", ["nonsense", "ftp://127.0.0.1/", "http://[::1", "http://127.0.0.1:99999/v1"])
def test_a_wrong_address_costs_no_document(llm, read, base_url):
    llm.LLM["base_url"] = base_url
    job, _ = read()
    assert (job.status, job.attempts) == ("succeeded", 1)
    assert SecondReading.objects.get().error_code == "second_reader_failed"


def test_the_key_is_nowhere(llm, read, server, capfd, caplog):
    """Neither when a server repeats it, nor in the rows."""
    llm.LLM["api_key"] = "sk-very-secret"
    server.failures = [401]
    server.said = {"error": {"message": "Incorrect API key provided: sk-very-secret"}}
    job, _ = read()
    assert SecondReading.objects.get().error_code == "second_reader_denied"
    told = "".join(capfd.readouterr()) + caplog.text + str(list(SecondReading.objects.values())) + str(job.__dict__)
    assert "second_reader" in told
    assert "very-secret" not in told


@pytest.mark.django_db(transaction=True)
def test_workers_together_keep_the_budget(llm, document):
    """Six of them find the same budget at the same moment; it is enough for two."""
    llm.LLM_TOKENS_PER_DAY = 9_000
    job = ProcessingJob.objects.create(document=document)
    ready = threading.Barrier(6)

    def reserve(_):
        ready.wait()
        try:
            return second_reader._reserve(job, ["iban"])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as workers:
        reserved = list(workers.map(reserve, range(6)))
    assert sum(reading is not None for reading in reserved) == 2
