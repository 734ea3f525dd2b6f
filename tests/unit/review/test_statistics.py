"""Figures, against rows small enough to add up by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from documents.models import Document
from review import statistics
from review.models import Correction, State, Verdict
from review.statistics import Period, Rate, reviews
from tests.factories import DocumentFactory, ResultFactory, TaskFactory, UserFactory, ValidationFactory, cast

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
PERIOD = Period(date(2026, 3, 9), date(2026, 3, 11))

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def ids(people):
    return [people.workspace.pk]


def document(people, *, at=NOON, **values):
    made = DocumentFactory(workspace=people.workspace, owner=people.owner, kind="invoice", **values)
    Document.objects.filter(pk=made.pk).update(created_at=at)
    made.refresh_from_db()
    return made


def passed(people, confidence=0.97, issues=(), at=None, **values):
    made = document(people, at=at or timezone.now(), status="completed", review_status="passed", **values)
    ResultFactory(document=made, fields={"total_amount": {"confidence": confidence}, "notes": {"confidence": 0.1}})
    ValidationFactory(document=made, issues=list(issues))
    return made


def reviewed(people, *, at=NOON, state=State.APPROVED, **values):
    made = document(people, at=at, status="completed", review_status=state)
    return TaskFactory(document=made, state=state, decided_at=at, **values)


def verdict(task, field="total_amount", confidence=0.95, right=True, vendor="Northwind"):
    return Verdict.objects.create(
        task=task,
        workspace=task.workspace,
        field=field,
        vendor_name=vendor,
        confidence=confidence,
        is_right=right,
        decided_at=task.decided_at,
    )


# --- Documents --------------------------------------------------------------------------------------------------------
def test_a_day_tells_what_became_of_its_documents(people, ids):
    for status, review in (
        ("uploaded", ""),
        ("processing", "to_review"),  # read again at this moment
        ("failed", ""),
        ("completed", ""),
        ("completed", "passed"),
        ("completed", "to_review"),
        ("completed", "in_review"),
        ("completed", "postponed"),
        ("completed", "rejected"),
    ):
        document(people, status=status, review_status=review)
    reviewed(people)
    reviewed(people, fields_wrong=2)
    line = reviewed(people)
    Correction.objects.create(document=line.document, workspace=people.workspace, field="amount", row=0)
    undone = reviewed(people)
    Correction.objects.create(document=undone.document, workspace=people.workspace, field="iban")
    day = statistics.by_day(ids, PERIOD)[1]
    assert day == statistics.Day(
        date(2026, 3, 10),
        unseen=1,
        unchanged=2,
        corrected=2,
        rejected=1,
        to_review=3,
        waiting=2,
        failed=1,
        unjudged=1,
    )
    assert day.judged == 9
    assert statistics.unseen_share([day]) == pytest.approx(1 / 9)


def test_days_are_whole_days_and_none_is_missing(people, ids):
    midnight = datetime(2026, 3, 9, tzinfo=UTC)
    second = timedelta(seconds=1)
    for moment in (midnight - second, midnight, PERIOD.until - second, PERIOD.until):
        document(people, at=moment)
    days = statistics.by_day(ids, PERIOD)
    assert [(each.day.day, each.waiting) for each in days] == [(9, 1), (10, 0), (11, 1)]


def test_what_is_read_again_is_not_counted_as_corrected(people, ids):
    task = reviewed(people, fields_wrong=1)
    Document.objects.filter(pk=task.document_id).update(status="uploaded")
    day = statistics.by_day(ids, PERIOD)[1]
    assert (day.waiting, day.corrected, day.unchanged) == (1, 0, 0)


def test_no_share_of_nothing(people, ids):
    assert statistics.unseen_share(statistics.by_day(ids, PERIOD)) is None


def test_failures_by_cause(people, ids):
    for code in ("timeout", "encrypted_document", "timeout"):
        document(people, status="failed", failure_code=code)
    document(people, status="failed", failure_code="old", at=NOON - timedelta(days=9))
    assert statistics.failures(ids, PERIOD) == [("timeout", 2), ("encrypted_document", 1)]


def test_the_queue_is_told_by_age(people, ids):
    now = timezone.now()
    for hours in (0.5, 2, 3, 20, 50, 100, 24 * 20, 24 * 200):
        TaskFactory(document=document(people), arrived_at=now - timedelta(hours=hours))
    reviewed(people)
    queue = statistics.queue(ids)
    assert queue.waiting == 8
    assert list(queue.ages.values()) == [1, 2, 1, 1, 1, 1, 1]
    assert queue.oldest == now - timedelta(hours=24 * 200)


# --- Reviews ----------------------------------------------------------------------------------------------------------
def test_the_median_of_reviews_that_were_timed(people, ids):
    for seconds in (4, 10, 60, 0):
        reviewed(people, seconds_spent=seconds)
    reviewed(people, seconds_spent=30, at=NOON + timedelta(days=1), state=State.REJECTED)
    assert [(each.day.day, each.seconds, each.reviews) for each in statistics.review_times(ids, PERIOD)] == [
        (10, 10, 3),
        (11, 30, 1),
    ]
    assert statistics.review_time(ids, PERIOD) == 20
    assert statistics.review_time(ids, Period(date(2025, 1, 1), date(2025, 1, 2))) is None


def test_rates_of_fields_and_vendors(people, ids):
    for number in range(4):
        task = reviewed(people)
        verdict(task, "total_amount", right=number > 0)
        verdict(task, "iban", right=number > 1, vendor="Ashby" if number else "")
    assert statistics.field_rates(ids, PERIOD) == [Rate("iban", 4, 2), Rate("total_amount", 4, 1)]
    assert statistics.vendor_rates(ids, PERIOD) == [Rate("Northwind", 4, 1), Rate("Ashby", 3, 1)]
    assert statistics.field_rates(ids, PERIOD)[0].share == 0.5


def test_confidence_against_truth(people, ids):
    task = reviewed(people)
    for number, (confidence, right) in enumerate(
        ((0.9, True), (0.94, False), (1.0, True), (0.2, False), (None, False))
    ):
        verdict(task, f"field{number}", confidence, right)
    found = [(each.low, each.high, each.fields, each.right) for each in statistics.reliability(ids, PERIOD)]
    assert found == [(0.0, 0.5, 1, 0), (0.9, 0.95, 2, 1), (0.99, 1.0, 1, 1)]
    assert statistics.reliability(ids, PERIOD)[1].confidence == pytest.approx(0.92)


def test_rates_are_asked_of_the_last_days_alone_where_very_much_was_checked(people, ids, monkeypatch):
    for days in (-1, 0, 1):
        reviewed(people, at=NOON + timedelta(days=days), fields_seen=10)
    assert statistics.recent(ids, PERIOD) == PERIOD
    monkeypatch.setattr(reviews, "MOST_VERDICTS", 15)
    assert statistics.recent(ids, PERIOD) == Period(date(2026, 3, 10), PERIOD.last)


# --- Thresholds -------------------------------------------------------------------------------------------------------
def at(points, threshold):
    (point,) = (each for each in points if each.threshold == threshold)
    return point


def approved(people, lowest, wrong=0, **values):
    return reviewed(
        people,
        at=timezone.now(),
        lowest_confidence=lowest,
        fields_seen=10,
        fields_wrong=wrong,
        kind="invoice",
        **values,
    )


def test_what_a_threshold_would_let_pass(people, ids):
    approved(people, 0.29, wrong=5)
    approved(people, 0.8, wrong=1)
    approved(people, 0.95)
    approved(people, None)  # nothing watched was read
    approved(people, 0.99, wrong=9, doubted=True)
    points = statistics.curve(ids, "invoice")
    assert len(points) == 101
    assert at(points, 0.0).passing == pytest.approx(4 / 5)
    assert (at(points, 0.29).documents, at(points, 0.3).documents) == (4, 3)
    assert at(points, 0.8).wrong == pytest.approx(1 / 30)
    assert at(points, 0.81) == statistics.Point(0.81, pytest.approx(2 / 5), 0.0, 2)
    assert at(points, 1.0).passing == pytest.approx(1 / 5)


def test_a_sample_stands_for_those_that_passed(people, ids):
    """Of 21 documents 10 had to be seen; 1 of the other 11 was drawn, at a rate of 1 in 11."""
    for _ in range(10):
        approved(people, 0.5, wrong=2)
    approved(people, 0.95, wrong=1, weight=11.0)
    for _ in range(10):
        passed(people, 0.95)
    point = at(statistics.curve(ids, "invoice"), 0.9)
    assert (point.passing, point.wrong, point.documents) == (pytest.approx(11 / 21), pytest.approx(0.1), 1)
    everything = at(statistics.curve(ids, "invoice"), 0.5)
    assert everything.wrong == pytest.approx((10 * 2 + 11 * 1) / (10 * 10 + 11 * 10))


def test_without_a_sample_what_passed_is_counted_and_its_mistakes_are_not_known(people, ids):
    approved(people, 0.5, wrong=2)
    for confidence in (0.91, 0.95, 0.99):
        passed(people, confidence)
    points = statistics.curve(ids, "invoice")
    assert at(points, 0.5) == statistics.Point(0.5, 1.0, pytest.approx(0.2), 1)
    assert at(points, 0.95) == statistics.Point(0.95, pytest.approx(2 / 4), None, 0)


def test_what_always_passes_may_have_been_doubted(people, ids):
    passed(people, 0.99, issues=[{"code": "total_mismatch", "severity": "error"}])
    passed(people, 0.99, issues=[{"code": "low_confidence", "severity": "warning"}, {"code": "x", "severity": "info"}])
    assert at(statistics.curve(ids, "invoice"), 0.0).passing == pytest.approx(1 / 2)


def test_a_curve_is_of_one_kind_or_of_all_and_of_nothing_where_there_is_nothing(people, ids):
    approved(people, 0.5)
    passed(people, 0.95)
    assert statistics.curve(ids, "receipt") == []
    assert statistics.curve([], "invoice") == []
    assert statistics.curve(ids) == statistics.curve(ids, "invoice")


def test_what_was_rejected_is_open_or_long_ago_is_left_out(people, ids):
    reviewed(people, at=timezone.now(), state=State.REJECTED, lowest_confidence=0.9)
    TaskFactory(document=document(people), lowest_confidence=0.9)
    reviewed(people, at=timezone.now() - timedelta(days=400), lowest_confidence=0.9, fields_seen=1)
    passed(people, at=timezone.now() - timedelta(days=400))
    assert statistics.curve(ids, "invoice") == []


# --- Whose ------------------------------------------------------------------------------------------------------------
def test_nothing_of_other_workspaces_is_counted(people):
    task = approved(people, 0.9, wrong=1, seconds_spent=5)
    verdict(task)
    document(people, at=timezone.now(), status="failed", failure_code="timeout")
    TaskFactory(document=document(people))
    passed(people)
    today = timezone.now().date()
    period = Period(today - timedelta(days=1), today)
    stranger = [UserFactory().workspaces.get().pk]
    figures = (
        statistics.failures,
        statistics.review_times,
        statistics.review_time,
        statistics.field_rates,
        statistics.vendor_rates,
        statistics.reliability,
    )
    for figure in figures:
        assert figure([people.workspace.pk], period), figure
        assert not figure(stranger, period), figure
    assert statistics.unseen_share(statistics.by_day(stranger, period)) is None
    assert statistics.queue(stranger).waiting == 0
    assert statistics.curve(stranger) == []
