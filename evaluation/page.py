"""The report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from evaluation.corpus import Case
from evaluation.drawings import Bar, Sheet, bars, sheets
from evaluation.running import Read
from evaluation.scoring import Miss, Scores, confidence_of
from evaluation.summary import ALL, Change, Report, figures, shown, worst_first
from extraction.engine.files import FileReader

TEMPLATE = Path(__file__).with_name("report.html")
MOST_DOCUMENTS = 60
"""Documents with mistakes that are shown with their pages, those with the most mistakes first."""

LONGEST_VALUE = 200


@dataclass(frozen=True)
class Row:
    """One mistake as it is shown."""

    field: str
    outcome: str
    truth: str
    read: str
    confidence: str
    reasons: str


@dataclass(frozen=True)
class Problem:
    """A document with mistakes."""

    name: str
    category: str
    rows: Sequence[Row]
    sheets: Sequence[Sheet]


@dataclass(frozen=True)
class Section:
    """One category."""

    name: str
    documents: str
    figures: Mapping[str, str]
    bars: Sequence[Bar]
    calibration: str
    fields: Sequence[Mapping[str, str]]


def render(
    report: Report, cases: Sequence[Case], reads: Sequence[Read], reader: FileReader, changes: Sequence[Change] = ()
) -> str:
    """``changes`` against an earlier report are told first, where some are given."""
    problems = list(_problems(report, cases, reads, reader))
    unreadable = [read for read in reads if read.error]
    context = {
        "version": report.engine_version,
        "documents": str(len(cases)),
        "heads": list(figures(next(iter(report.categories.values())))),
        "sections": [_section(name, scores) for name, scores in report.categories.items()],
        "changes": [_change(change) for change in changes],
        "problems": problems,
        "hidden": str(len(_worst(report)) - len(problems)) if len(_worst(report)) > len(problems) else "",
        "unreadable": [(read.name, read.error) for read in unreadable],
    }
    template = Engine(autoescape=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    # Everything is text already: nothing is left for Django's settings to decide.
    return template.render(Context(context, use_l10n=False, use_tz=False))


def _section(name: str, scores: Scores) -> Section:
    return Section(
        name=name,
        documents=str(scores.documents),
        figures={figure: shown(value) for figure, value in figures(scores).items()},
        bars=bars(scores.calibration),
        calibration=f"{scores.calibration.n} values" if scores.calibration else "",
        fields=[
            {
                "name": field,
                "right": str(share.right),
                "wrong": str(share.wrong),
                "missed": str(share.missed),
                "invented": str(share.invented),
                "f1": shown(share.f1),
            }
            for field, share in worst_first(scores)
        ],
    )


def _change(change: Change) -> dict[str, str]:
    return {
        "category": change.category,
        "figure": change.figure,
        "before": shown(change.before),
        "after": shown(change.after),
        "verdict": "worse" if change.is_worse else "better",
    }


def _worst(report: Report) -> list[tuple[str, list[Miss]]]:
    """Documents with mistakes, those with the most first."""
    by_name: dict[str, list[Miss]] = {}
    for category, scores in report.categories.items():
        if category != ALL:
            for miss in scores.misses:
                by_name.setdefault(miss.name, []).append(miss)
    return sorted(by_name.items(), key=lambda item: (-len(item[1]), item[0]))


def _problems(report: Report, cases: Sequence[Case], reads: Sequence[Read], reader: FileReader) -> Iterator[Problem]:
    case_of = {case.name: case for case in cases}
    read_of = {read.name: read for read in reads}
    for name, misses in _worst(report)[:MOST_DOCUMENTS]:
        case, read = case_of[name], read_of[name]
        rows = [_row(miss, read.prediction) for miss in misses]
        yield Problem(name, case.category, rows, list(sheets(case, read, reader)))


def _row(miss: Miss, prediction: Mapping[str, Any]) -> Row:
    described = prediction.get("fields", {}).get(miss.field) or {}
    why = described.get("why") or {}
    return Row(
        field=miss.field,
        outcome=miss.outcome,
        truth=_text(miss.truth),
        read=_text(miss.read),
        confidence="" if miss.read is None else shown(confidence_of(prediction, miss.field)),
        reasons="; ".join(why.get("reasons", [])),
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
