"""What has become of the documents that arrived, and what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from documents.models import Document
from documents.states import ReviewStatus, Status
from review.models import Correction, ReviewTask, State
from review.queries import is_open
from review.statistics.periods import MOST_NAMES, Ids, Period, day_of

AGES = (
    ("up to 1 hour", timedelta(hours=1)),
    ("1 to 4 hours", timedelta(hours=4)),
    ("4 to 24 hours", timedelta(days=1)),
    ("1 to 3 days", timedelta(days=3)),
    ("3 to 7 days", timedelta(days=7)),
    ("7 to 30 days", timedelta(days=30)),
    ("over 30 days", timedelta.max),
)


@dataclass(frozen=True)
class Day:
    """The documents that arrived on one day, by what has become of them until now.

    ``corrected`` had a header field or a line changed before they were approved; ``waiting`` are to be read, and
    ``to_review`` were read and need a person; ``unjudged`` were read by a release that knew no reviews.
    """

    day: date
    unseen: int = 0
    unchanged: int = 0
    corrected: int = 0
    rejected: int = 0
    to_review: int = 0
    waiting: int = 0
    failed: int = 0
    unjudged: int = 0

    @property
    def judged(self) -> int:
        """Documents of which it is known whether a person was needed, whether or not that person has decided."""
        return self.unseen + self.unchanged + self.corrected + self.rejected + self.to_review


@dataclass(frozen=True)
class Queue:
    """What waits for a person now. ``oldest`` is when the oldest of it arrived."""

    waiting: int
    oldest: datetime | None
    ages: dict[str, int]


def by_day(workspaces: Ids, period: Period) -> list[Day]:
    """What became of the documents of each day, also of days on which none arrived."""
    arrived = _arrived(workspaces, period).values_list(day_of("created_at"), "status", "review_status")
    counts: dict[date, Counter[str]] = {day: Counter() for day in period}
    for day, status, review, number in arrived.annotate(number=Count("*")):
        counts[day][_outcome(status, review)] += number
    for day, number in _corrected(workspaces, period):
        changed = min(number, counts[day]["unchanged"])  # some of them may be read again at this moment
        counts[day].update(corrected=changed, unchanged=-changed)
    return [Day(day, **found) for day, found in counts.items()]


def unseen_share(days: Sequence[Day]) -> float | None:
    """Of the documents that were read and judged, those that nobody had to look at."""
    judged = sum(day.judged for day in days)
    return sum(day.unseen for day in days) / judged if judged else None


def failures(workspaces: Ids, period: Period) -> list[tuple[str, int]]:
    """Codes of what stopped documents that are failed now, the most frequent first."""
    failed = _arrived(workspaces, period).filter(status=Status.FAILED).values_list("failure_code")
    return list(failed.annotate(number=Count("*")).order_by("-number", "failure_code")[:MOST_NAMES])


def queue(workspaces: Ids) -> Queue:
    """The open tasks, by how long ago their documents arrived."""
    now = timezone.now()
    moments = [now - age if age < timedelta.max else None for _, age in AGES]
    places: dict[str, Any] = {}
    for number, (older, younger) in enumerate(zip(moments, [None, *moments], strict=False)):
        within = Q(arrived_at__gt=older) if older else Q()
        places[f"age{number}"] = Count("arrived_at", filter=within & (Q(arrived_at__lte=younger) if younger else Q()))
    tasks = ReviewTask.objects.filter(is_open(), workspace__in=workspaces)
    found = tasks.aggregate(waiting=Count("*"), oldest=Min("arrived_at"), **places)
    ages = {name: found[f"age{number}"] for number, (name, _) in enumerate(AGES)}
    return Queue(found["waiting"], found["oldest"], ages)


_OUTCOMES = {
    ReviewStatus.PASSED: "unseen",
    ReviewStatus.APPROVED: "unchanged",  # those that were changed are taken off again
    ReviewStatus.REJECTED: "rejected",
    ReviewStatus.TO_REVIEW: "to_review",
    ReviewStatus.IN_REVIEW: "to_review",
    ReviewStatus.POSTPONED: "to_review",
}


def _outcome(status: str, review: str) -> str:
    if status != Status.COMPLETED:
        return "failed" if status == Status.FAILED else "waiting"
    return _OUTCOMES[ReviewStatus(review)] if review else "unjudged"


def _arrived(workspaces: Ids, period: Period) -> QuerySet[Document]:
    within = Q(created_at__gte=period.since, created_at__lt=period.until)
    return Document.objects.filter(within, workspace__in=workspaces).order_by()


def _corrected(workspaces: Ids, period: Period) -> QuerySet[Any]:
    """(day of arrival, approved documents of which a person had changed something)."""
    within = Q(arrived_at__gte=period.since, arrived_at__lt=period.until)
    lines = Correction.objects.filter(document=OuterRef("document"), row__isnull=False)
    changed = Q(fields_wrong__gt=0) | Exists(lines)
    tasks = ReviewTask.objects.filter(within, changed, workspace__in=workspaces, state=State.APPROVED).order_by()
    return tasks.values_list(day_of("arrived_at")).annotate(number=Count("*"))
