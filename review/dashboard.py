"""The admin's start page: cards, charts and lists of what the viewer may see; each chart as CSV as well.

What is shown stands in the address: ``days``, or ``from`` and ``to`` (both included, UTC), and ``workspace``.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import Workspace
from accounts.queries import workspaces_in_admin
from common.spreadsheets import cell
from documents import dashboard as documents
from documents.queries import visible_in_admin
from documents.states import ReviewStatus
from review import statistics
from review.charts import CHARTS, Figures, written
from review.statistics import Period

RANGES = (7, 30, 90)
USUAL = 30
CHOICE = f"There are {', '.join(map(str, RANGES[:-1]))} or {RANGES[-1]} days to choose from."
LONGEST = 366
MOST_WORKSPACES = 500
"""In the list to choose from."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for. ``days`` is ``None`` for dates that are no range; ``problem`` tells what was not
    followed."""

    period: Period
    days: int | None
    workspace: Workspace | None
    problem: str = ""

    def query(self, days: int | None = None) -> str:
        """As the end of an address, with another number of days where one is given."""
        days = days or self.days
        dates = {"days": days} if days else {"from": self.period.first, "to": self.period.last}
        return "?" + urlencode(dates | ({"workspace": self.workspace.pk} if self.workspace else {}))


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the start page; unfold calls this."""
    asked, figures = _asked(request)
    seen = visible_in_admin(request.user).filter(workspace__in=figures.workspaces)
    return context | {
        "title": "Overview",
        "asked": asked,
        "ranges": [{"days": days, "url": asked.query(days), "current": days == asked.days} for days in RANGES],
        "workspaces": workspaces_in_admin(request.user).order_by("name", "pk")[:MOST_WORKSPACES],
        "cards": [*documents.cards(seen), *_cards(figures)],
        "charts": _charts(figures, asked),
        **documents.latest(seen),
    }


@require_GET
def download(request: HttpRequest, name: str) -> HttpResponse:
    """One chart as CSV (UTF-8, commas; shares between 0 and 1): what its table on the page tells."""
    if name not in CHARTS:
        raise Http404("There is no chart of this name.")
    asked, figures = _asked(request)
    chart, period = CHARTS[name](figures), asked.period
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}_{period.first}_{period.last}.csv"'
    writer = csv.writer(response)
    writer.writerow(column.title for column in chart.columns)
    writer.writerows([cell(value) for value in row] for row in chart.rows)
    return response


# --- What is asked for ------------------------------------------------------------------------------------------------
def _asked(request: HttpRequest) -> tuple[Asked, Figures]:
    """With the workspaces it is about: the chosen one, or all that the viewer may see. Another one is a 404."""
    visible = workspaces_in_admin(request.user)
    wanted = request.GET.get("workspace", "")
    workspace = get_object_or_404(visible, pk=_uuid(wanted)) if wanted else None
    period, days, problem = _period(request.GET.get("from", ""), request.GET.get("to", ""), request.GET.get("days", ""))
    ids: Sequence[uuid.UUID] = [workspace.pk] if workspace else list(visible.values_list("pk", flat=True))
    return Asked(period, days, workspace, problem), Figures(ids, period)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404("This is no id.") from error


def _period(first: str, last: str, days: str) -> tuple[Period, int | None, str]:
    """The days, how many they are where they are one of the ranges, and what was not followed."""
    today = datetime.now(UTC).date()
    known = days in map(str, RANGES)
    number = int(days) if known else USUAL
    usual, shown = Period(today - timedelta(days=number - 1), today), f"The last {number} days are shown."
    if not first and not last:
        return usual, number, "" if known or not days else f"{CHOICE} {shown}"
    try:
        end = min(date.fromisoformat(last), today) if last else today
        start = date.fromisoformat(first) if first else end - timedelta(days=USUAL - 1)
    except (ValueError, OverflowError):
        return usual, number, f"The dates were not understood. {shown}"
    if start > end:
        return usual, number, f"The first day is after the last. {shown}"
    if (end - start).days >= LONGEST:
        return (
            Period(end - timedelta(days=LONGEST - 1), end),
            None,
            f"The last {LONGEST} days of it are shown, no more.",
        )
    ranges = (days for days in RANGES if Period(today - timedelta(days=days - 1), today) == Period(start, end))
    return Period(start, end), next(ranges, None), ""


# --- What is shown ----------------------------------------------------------------------------------------------------
def _cards(figures: Figures) -> list[dict[str, Any]]:
    """Beside those of the documents: what people have to do, and what they need not."""
    share = statistics.unseen_share(figures.days)
    return [
        {
            "title": "To review",
            "value": f"{figures.queue.waiting:,}",
            "oldest": figures.queue.oldest,
            "url": reverse("admin:review_reviewtask_changelist"),
        },
        {
            "title": "Passed unseen",
            "value": written(share, "share"),
            "note": f"of {sum(day.judged for day in figures.days):,} documents read, in the days below",
            "url": f"{reverse('admin:documents_document_changelist')}?review_status__exact={ReviewStatus.PASSED}",
        },
    ]


def _charts(figures: Figures, asked: Asked) -> list[dict[str, Any]]:
    """The charts with the addresses of their CSV files. Their ids are those of the elements that hold the data."""
    return [
        {"chart": build(figures), "id": f"data-{name}", "csv": reverse("dashboard_csv", args=[name]) + asked.query()}
        for name, build in CHARTS.items()
    ]
