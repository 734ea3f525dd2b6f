"""What people decided: how long it took them, and how often the machine was right.

Only columns are named that the index of the table holds, so that the database adds up without opening rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Avg, Count, F, FloatField, Func, IntegerField, Q, QuerySet, Sum, Value

from review.models import DECIDED, ReviewTask, State, Verdict
from review.statistics.periods import MOST_NAMES, Ids, Period, day_of

MOST_VERDICTS = 200_000
"""More tell nothing new about a rate, and take longer to add up than a page may."""

CONFIDENCES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
"""Where the bins of confidences begin; the last ends at 1. Finer where most fields are and where thresholds lie."""


@dataclass(frozen=True)
class Rate:
    """How many fields were wrong among those that people have checked."""

    name: str
    seen: int
    wrong: int

    @property
    def share(self) -> float:
        return self.wrong / self.seen


@dataclass(frozen=True)
class Median:
    """Half of the reviews of one day took at most so many seconds."""

    day: date
    seconds: float
    reviews: int


@dataclass(frozen=True)
class Bin:
    """Fields whose confidence was at least ``low`` and less than ``high``: its mean, and how many were right."""

    low: float
    high: float
    fields: int
    confidence: float
    right: int

    @property
    def share(self) -> float:
        return self.right / self.fields


class _Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def review_times(workspaces: Ids, period: Period) -> list[Median]:
    """The median time on the screen, by the day of the decision. Days without reviews are left out, and so are
    decisions that took no measured time: those made in bulk, or by a program that does not tell."""
    timed = _timed(workspaces, period).values_list(day_of("decided_at"))
    return [Median(*row) for row in sorted(timed.annotate(seconds=_Median("seconds_spent"), reviews=Count("*")))]


def review_time(workspaces: Ids, period: Period) -> float | None:
    """The same of the whole time."""
    found: float | None = _timed(workspaces, period).aggregate(seconds=_Median("seconds_spent"))["seconds"]
    return found


def recent(workspaces: Ids, period: Period) -> Period:
    """The last days of ``period`` on which about ``MOST_VERDICTS`` fields were checked: what rates are asked for."""
    within = Q(decided_at__gte=period.since, decided_at__lt=period.until)
    approved = ReviewTask.objects.filter(within, workspace__in=workspaces, state=State.APPROVED).order_by()
    checked = dict(approved.values_list(day_of("decided_at")).annotate(number=Sum("fields_seen")))
    number = 0
    for day in sorted(checked, reverse=True):
        number += checked[day]
        if number >= MOST_VERDICTS:
            return Period(day, period.last)
    return period


def field_rates(workspaces: Ids, period: Period) -> list[Rate]:
    """Of each field, how often people changed, added or removed it; the most often wrong first."""
    return _rates(_verdicts(workspaces, period), "field")


def vendor_rates(workspaces: Ids, period: Period) -> list[Rate]:
    """The same of each vendor, over all fields of their documents."""
    return _rates(_verdicts(workspaces, period).exclude(vendor_name=""), "vendor_name")


def reliability(workspaces: Ids, period: Period) -> list[Bin]:
    """Are fields right as often as their confidence says? (A reliability diagram: Murphy and Winkler 1977.)

    Only of what people have checked, each field counting once: where only doubtful documents are reviewed, the sure
    fields of documents that pass are missing, and only a quality sample brings them in.
    """
    place = Func(
        F("confidence"),
        Value(list(CONFIDENCES), output_field=ArrayField(FloatField())),
        function="WIDTH_BUCKET",
        output_field=IntegerField(),
    )
    told = _verdicts(workspaces, period).filter(confidence__isnull=False).values_list(place)
    found = told.annotate(number=Count("*"), mean=Avg("confidence"), right=Count("is_right", filter=Q(is_right=True)))
    ends = (*CONFIDENCES[1:], 1.0)
    return [
        Bin(CONFIDENCES[number - 1], ends[number - 1], fields, mean, right)
        for number, fields, mean, right in sorted(found)
    ]


def _timed(workspaces: Ids, period: Period) -> QuerySet[ReviewTask]:
    within = Q(decided_at__gte=period.since, decided_at__lt=period.until)
    return ReviewTask.objects.filter(
        within, workspace__in=workspaces, state__in=DECIDED, seconds_spent__gt=0
    ).order_by()


def _verdicts(workspaces: Ids, period: Period) -> QuerySet[Verdict]:
    within = Q(decided_at__gte=period.since, decided_at__lt=period.until)
    return Verdict.objects.filter(within, workspace__in=workspaces)


def _rates(verdicts: QuerySet[Verdict], name: str) -> list[Rate]:
    counted = verdicts.values_list(name).annotate(seen=Count("*"), wrong=Count("is_right", filter=Q(is_right=False)))
    return [Rate(*row) for row in counted.order_by("-wrong", "-seen", name)[:MOST_NAMES]]
