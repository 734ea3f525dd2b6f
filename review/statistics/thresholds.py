"""What would pass unseen at each threshold, and how much of that would be wrong."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, Count, F, IntegerField, QuerySet, Sum, Value, When
from django.db.models.functions import Floor
from django.utils import timezone

from documents.models import Document
from documents.states import ReviewStatus, Status
from review import policy
from review.models import ReviewTask, State
from review.statistics.periods import Ids

MEMORY = timedelta(days=365)
"""How far back thresholds are judged: earlier documents were read by earlier releases."""

STEPS = 100
"""Thresholds from 0 to 1 that are tried, and one more."""

ROUNDING = 1e-9
"""0.29 * 100 is a little less than 29."""

NEVER = -1
MOST_UNSEEN = 500
"""Documents that passed whose confidences are read: a share of them is known to two or three percent."""

UNSEEN = """
WITH newest AS (
    SELECT id, kind FROM documents_document
    WHERE workspace_id = ANY(%(workspaces)s) AND status = 'completed' AND review_status = 'passed'
        AND created_at >= %(since)s AND (kind = %(kind)s OR %(kind)s = '')
    ORDER BY created_at DESC LIMIT %(most)s
)
SELECT CASE WHEN validation.issues @? '$[*] ? ((@.severity == "error" || @.severity == "warning")
        && @.code != "low_confidence")' THEN %(never)s
    ELSE coalesce(floor(min((field.value ->> 'confidence')::float8) * %(steps)s + %(rounding)s), %(steps)s)::integer END
FROM newest
JOIN extraction_extractionresult result ON result.document_id = newest.id
JOIN extraction_validationresult validation ON validation.document_id = newest.id
LEFT JOIN LATERAL jsonb_each(result.fields) field ON (%(watched)s::jsonb -> newest.kind) ? field.key
GROUP BY newest.id, validation.id
"""


@dataclass(frozen=True)
class Point:
    """At ``threshold``, the share ``passing`` of the documents would be seen by nobody, and the share ``wrong`` of
    their fields would be wrong; that is known from so many reviewed ``documents``, and ``None`` from none."""

    threshold: float
    passing: float
    wrong: float | None
    documents: int


def curve(workspaces: Ids, kind: str = "") -> list[Point]:
    """What each threshold would let pass, from the last ``MEMORY`` of documents of ``kind`` (all kinds without one).

    A document passes at a threshold when no rule doubted it and its lowest watched confidence is not below.

    *Wrong share*: ``sum(w * wrong) / sum(w * fields)`` over the approved documents that would pass, where ``w`` is the
    inverse of the chance with which a document came to be reviewed: 1 for those that had to be, ``1 / sample rate``
    for those drawn from what passed. (Horvitz and Thompson 1952, "A generalization of sampling without replacement
    from a finite universe"; as a ratio of two such sums, Hájek's estimator.) A field is wrong when what was approved
    is not what the machine had read.

    *Passing share*: the same sums over documents, and besides them the documents that passed without a sample standing
    for them: their number is known, and their confidences from the newest ``MOST_UNSEEN`` of them.

    What this cannot know: how many fields are wrong in what passed where no sample was ever drawn. There the wrong
    share rests on documents that were doubtful at the thresholds of their time, and is more likely too high than too
    low; it is ``None`` where nothing reviewed would pass. Documents that are still open, and those rejected, are left
    out. Thresholds for single fields are looked at only as far as they named a watched field when the document was
    read. A reviewer who overlooks a mistake makes it right.
    """
    since = timezone.now() - MEMORY
    reviewed = _reviewed(workspaces, kind, since)
    represented = sum(each.documents for each in reviewed.values())
    passed = _of_kind(Document.objects.filter(created_at__gte=since), workspaces, kind)
    unseen = passed.filter(status=Status.COMPLETED, review_status=ReviewStatus.PASSED).count()
    uncovered = max(0.0, unseen - (represented - sum(each.rows for each in reviewed.values())))
    lowest = _unseen(workspaces, kind, since) if uncovered else Counter()
    share = uncovered / lowest.total() if lowest else 0.0
    everything = represented + share * lowest.total()
    if not everything:
        return []
    points, above, clear = [], _Sums(), 0
    for step in range(STEPS, -1, -1):
        above, clear = above + reviewed.get(step, _Sums()), clear + lowest[step]
        passing = (above.documents + share * clear) / everything
        wrong = above.wrong / above.fields if above.fields else None
        points.append(Point(step / STEPS, passing, wrong, above.rows))
    return points[::-1]


@dataclass(frozen=True)
class _Sums:
    """Of approved documents: how many, and weighted by what they stand for: documents, wrong fields, fields."""

    rows: int = 0
    documents: float = 0.0
    wrong: float = 0.0
    fields: float = 0.0

    def __add__(self, other: _Sums) -> _Sums:
        return _Sums(
            self.rows + other.rows,
            self.documents + other.documents,
            self.wrong + other.wrong,
            self.fields + other.fields,
        )


def _reviewed(workspaces: Ids, kind: str, since: datetime) -> dict[int, _Sums]:
    """Approved documents by the highest step at which they would pass; ``NEVER`` where a rule doubted them."""
    step = Case(
        When(doubted=True, then=Value(NEVER)),
        When(lowest_confidence=None, then=Value(STEPS)),
        default=Floor(F("lowest_confidence") * STEPS + ROUNDING),
        output_field=IntegerField(),
    )
    tasks = _of_kind(ReviewTask.objects.filter(arrived_at__gte=since, state=State.APPROVED), workspaces, kind)
    found = (
        tasks.order_by()
        .values_list(step)
        .annotate(
            rows=Count("*"),
            documents=Sum("weight"),
            wrong=Sum(F("weight") * F("fields_wrong")),
            fields=Sum(F("weight") * F("fields_seen")),
        )
    )
    return {step: _Sums(*sums) for step, *sums in found}


def _unseen(workspaces: Ids, kind: str, since: datetime) -> Counter[int]:
    """The newest documents that passed unseen, by the highest step at which they would pass."""
    with connection.cursor() as cursor:
        cursor.execute(
            UNSEEN,
            {
                "workspaces": list(workspaces),
                "kind": kind,
                "since": since,
                "watched": json.dumps(policy.WATCHED),
                "steps": STEPS,
                "rounding": ROUNDING,
                "never": NEVER,
                "most": MOST_UNSEEN,
            },
        )
        return Counter(step for (step,) in cursor.fetchall())


def _of_kind(rows: QuerySet[Any], workspaces: Ids, kind: str) -> QuerySet[Any]:
    found = rows.filter(workspace__in=workspaces)
    return found.filter(kind=kind) if kind else found
