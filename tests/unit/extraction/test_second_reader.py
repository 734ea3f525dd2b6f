"""The second reader within the work on a document: what is kept, what it may cost, and that nothing breaks."""

from __future__ import annotations

import json

import pytest

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


def test_the_budget_of_a_day_ends_the_questions(llm, read, server):
    llm.LLM_TOKENS_PER_DAY = 1_000
    read()
    read()
    read()
    assert len(server.requests) == 2, "960 tokens each; the second may go beyond"
    llm.LLM_TOKENS_PER_DAY = 0
    read()
    assert len(server.requests) == 3, "no limit"


def test_yesterdays_questions_do_not_count(llm, read, server):
    llm.LLM_TOKENS_PER_DAY = 900
    read()
    SecondReading.objects.update(created_at="2026-01-01T00:00:00Z")
    read()
    assert len(server.requests) == 2
