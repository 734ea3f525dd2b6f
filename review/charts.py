"""The charts of the start page. Each is a table first: what is drawn, read aloud and downloaded are the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from extraction.console import label_of
from review import statistics
from review.statistics import Day, Ids, Period, Queue
from review.thresholds import percent

Unit = Literal["text", "count", "share", "seconds"]
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Column:
    """``tone`` is the colour in which it is drawn, as the style sheet names it; what has none is in the table alone."""

    title: str
    unit: Unit = "count"
    tone: str = ""


@dataclass(frozen=True)
class Chart:
    """``form`` is how ``static/review/charts.js`` draws it. The first column names the rows.

    ``meaning`` says what is counted, and ``empty`` what will be seen here once there is something.
    """

    name: str
    title: str
    meaning: str
    empty: str
    form: Literal["stacked", "lines", "bars", "across", "against"]
    columns: tuple[Column, ...]
    rows: Sequence[Row]

    @property
    def is_empty(self) -> bool:
        return not any(value for row in self.rows for value in row[1:])

    @property
    def head(self) -> list[dict[str, Any]]:
        return [{"title": column.title, "is_number": column.unit != "text"} for column in self.columns]

    @property
    def table(self) -> list[list[str]]:
        """The cells as people read them."""
        return [
            [written(value, column.unit) for value, column in zip(row, self.columns, strict=True)] for row in self.rows
        ]

    @property
    def drawing(self) -> dict[str, Any]:
        """What the script gets. Columns without a value anywhere are not drawn."""
        drawn = [(place, column) for place, column in enumerate(self.columns) if column.tone]
        series = [
            {
                "title": column.title,
                "unit": column.unit,
                "tone": column.tone,
                "values": [row[place] for row in self.rows],
            }
            for place, column in drawn
        ]
        shown = [each for each in series if any(value is not None and value != 0 for value in each["values"])]
        return {"form": self.form, "labels": [str(row[0]) for row in self.rows], "series": shown or series}


@dataclass(frozen=True)
class Figures:
    """What charts are made from; what several of them share is asked for once."""

    workspaces: Ids
    period: Period

    @cached_property
    def days(self) -> list[Day]:
        return statistics.by_day(self.workspaces, self.period)

    @cached_property
    def queue(self) -> Queue:
        return statistics.queue(self.workspaces)

    @cached_property
    def recent(self) -> Period:
        """The days of which fields are counted; not all, where very much was checked."""
        return statistics.recent(self.workspaces, self.period)

    @property
    def since(self) -> str:
        """A sentence about it, where it is shorter than what is asked for."""
        return "" if self.recent == self.period else f" Only what was decided since {self.recent.first} is counted."


def written(value: Any, unit: Unit) -> str:
    """``None`` is what nobody could know."""
    if value is None:
        return "–"
    if unit == "share":
        return percent(value)
    if unit == "seconds":
        return f"{value:.0f} s" if value < 120 else f"{value / 60:.1f} min"
    return f"{value:,}" if unit == "count" else str(value)


def documents_by_day(figures: Figures) -> Chart:
    return Chart(
        name="documents",
        title="Documents by outcome",
        meaning="By the day they arrived (UTC), and what has become of them until now. Corrected: approved after a "
        "person changed something; approved: nothing had to be changed.",
        empty="Each day's documents will stand here, by whether they passed unseen, were approved, corrected or "
        "rejected, failed, or wait.",
        form="stacked",
        columns=(
            Column("Day", "text"),
            Column("Passed unseen", tone="good"),
            Column("Approved", tone="plain"),
            Column("Corrected", tone="fair"),
            Column("Rejected", tone="bad"),
            Column("To review", tone="soft"),
            Column("To be read", tone="faint"),
            Column("Failed", tone="other"),
            Column("Read before reviews began", tone="dark"),
        ),
        rows=[
            (
                each.day,
                each.unseen,
                each.unchanged,
                each.corrected,
                each.rejected,
                each.to_review,
                each.waiting,
                each.failed,
                each.unjudged,
            )
            for each in figures.days
        ],
    )


def unseen(figures: Figures) -> Chart:
    """Drawn over a week, in which quiet days weigh little."""
    days = figures.days
    weeks = [days[max(0, place - 6) : place + 1] for place in range(len(days))]
    return Chart(
        name="unseen",
        title="Passed unseen",
        meaning="Of the documents that were read, those that no person had to look at; each point tells of "
        "those that arrived on its day and the six before it. Quality samples count as seen.",
        empty="The share of documents that nobody had to look at will stand here, day by day.",
        form="lines",
        columns=(
            Column("Day", "text"),
            Column("Passed unseen, 7 days", "share", "good"),
            Column("That day", "share"),
            Column("Documents read"),
        ),
        rows=[
            (day.day, statistics.unseen_share(week), statistics.unseen_share([day]), day.judged)
            for day, week in zip(days, weeks, strict=True)
        ],
    )


def fields(figures: Figures) -> Chart:
    rates = statistics.field_rates(figures.workspaces, figures.recent)
    return Chart(
        name="fields",
        title="Corrections by field",
        meaning="Of the approved documents, the share in which a person changed, added or removed the field. The "
        f"{statistics.MOST_NAMES} fields corrected most often." + figures.since,
        empty="Which fields people correct most will stand here once documents are approved.",
        form="across",
        columns=(Column("Field", "text"), Column("Corrected", "share", "fair"), Column("Wrong"), Column("Checked")),
        rows=[(label_of(each.name), each.share, each.wrong, each.seen) for each in rates],
    )


def vendors(figures: Figures) -> Chart:
    rates = statistics.vendor_rates(figures.workspaces, figures.recent)
    return Chart(
        name="vendors",
        title="Corrections by vendor",
        meaning="Of all fields of the vendor's approved documents, the share that a person had to correct. The "
        f"{statistics.MOST_NAMES} vendors with most corrections." + figures.since,
        empty="Whose documents need most corrections will stand here once documents are approved.",
        form="across",
        columns=(Column("Vendor", "text"), Column("Corrected", "share", "fair"), Column("Wrong"), Column("Checked")),
        rows=[(each.name, each.share, each.wrong, each.seen) for each in rates],
    )


def times(figures: Figures) -> Chart:
    found = {each.day: each for each in statistics.review_times(figures.workspaces, figures.period)}
    return Chart(
        name="times",
        title="Median review time",
        meaning="Half of the reviews decided on a day (UTC) took a person at most so long. Decisions without a "
        "measured time, such as those in bulk, are left out.",
        empty="How long a review takes will stand here once people decide on the review screen.",
        form="lines",
        columns=(Column("Day", "text"), Column("Median", "seconds", "plain"), Column("Reviews")),
        rows=[
            (day, found[day].seconds, found[day].reviews) if day in found else (day, None, 0) for day in figures.period
        ],
    )


def ages(figures: Figures) -> Chart:
    return Chart(
        name="ages",
        title="Age of the queue",
        meaning="The documents that wait for a person now, by how long ago they arrived; whatever the dates above.",
        empty="Nothing waits for a person. How long documents wait will stand here.",
        form="bars",
        columns=(Column("Age", "text"), Column("Documents", tone="plain")),
        rows=list(figures.queue.ages.items()),
    )


def failures(figures: Figures) -> Chart:
    return Chart(
        name="failures",
        title="Failures by cause",
        meaning="Documents that arrived in these days and could not be read.",
        empty="No document of these days has failed. Causes of failures will stand here.",
        form="across",
        columns=(Column("Cause", "text"), Column("Documents", tone="bad")),
        rows=[(_words(code), number) for code, number in statistics.failures(figures.workspaces, figures.period)],
    )


def reliability(figures: Figures) -> Chart:
    bins = statistics.reliability(figures.workspaces, figures.recent)
    return Chart(
        name="reliability",
        title="Confidence against truth",
        meaning="Fields that people checked, by the confidence the machine gave them: a bar below its dot was too "
        "sure, one above it too modest. Documents that pass unseen are missing unless a quality sample is drawn."
        + figures.since,
        empty="Whether fields are right as often as their confidence says will stand here once documents are approved.",
        form="against",
        columns=(
            Column("Confidence", "text"),
            Column("Right in truth", "share", "plain"),
            Column("Mean confidence", "share", "fair"),
            Column("Fields"),
        ),
        rows=[
            (f"{each.low * 100:g} to {each.high * 100:g} %", each.share, each.confidence, each.fields) for each in bins
        ],
    )


CHARTS: dict[str, Callable[[Figures], Chart]] = {
    "documents": documents_by_day,
    "unseen": unseen,
    "times": times,
    "fields": fields,
    "vendors": vendors,
    "reliability": reliability,
    "ages": ages,
    "failures": failures,
}
"""In the order of the page."""


def _words(code: str) -> str:
    return code.replace("_", " ").capitalize() or "No cause was recorded"
