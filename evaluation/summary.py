"""Scores by category, as JSON to keep and as a table to read; and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from evaluation.corpus import Case
from evaluation.scoring import Prediction, Scores, Share, score
from extraction.engine import VERSION

ALL = "all"
NOTICEABLE = 0.0005  # smaller differences of a figure are not shown


class Report(msgspec.Struct):
    """``categories`` has an entry for each, and ``all``, in which no document counts twice."""

    engine_version: str
    categories: dict[str, Scores]
    names: list[str]


class Change(msgspec.Struct):
    """One figure that differs between two reports."""

    category: str
    figure: str
    before: float
    after: float

    @property
    def is_worse(self) -> bool:
        return (self.after > self.before) == (self.figure == "calibration error")


def summarise(cases: Sequence[Case], predictions: Mapping[str, Prediction]) -> Report:
    names = sorted({case.category for case in cases})
    sets = {name: [case for case in cases if case.category == name] for name in names}
    if len(names) > 1:
        sets[ALL] = [case for case in cases if not case.is_a_repetition]
    categories = {name: score(members, predictions) for name, members in sets.items()}
    return Report(VERSION, categories, sorted(case.name for case in cases))


def figures(scores: Scores) -> dict[str, float | None]:
    """The headline figures, in the order in which people look at them."""
    calibration = scores.calibration
    return {
        "document type": scores.document_type,
        "header macro-F1": scores.header_f1,
        "contract macro-F1": scores.contract_f1,
        "line items F1": scores.fields["line_items"].f1 if "line_items" in scores.fields else None,
        "company, date, total": scores.exact_f1,
        "calibration error": calibration.ece if calibration else None,
        "could pass unseen": scores.straight_through.share,
    }


def table(report: Report) -> str:
    """One row a category, one column a headline figure."""
    heads = ("documents", *figures(next(iter(report.categories.values()))))
    width = max(map(len, ("category", *report.categories)))
    lines = ["  ".join(("category".ljust(width), *heads))]
    for name, scores in report.categories.items():
        cells = (str(scores.documents), *map(shown, figures(scores).values()))
        padded = (cell.rjust(len(head)) for cell, head in zip(cells, heads, strict=True))
        lines.append("  ".join((name.ljust(width), *padded)))
    return "\n".join(lines)


def field_table(scores: Scores) -> str:
    """One row a field, the worst first."""
    heads = ("right", "wrong", "missed", "invented", "precision", "recall", "F1")
    width = max(map(len, ("field", *scores.fields)))
    lines = ["  ".join(("field".ljust(width), *(head.rjust(9) for head in heads)))]
    for name, share in worst_first(scores):
        counts = (str(count) for count in (share.right, share.wrong, share.missed, share.invented))
        cells = (*counts, *map(shown, (share.precision, share.recall, share.f1)))
        lines.append("  ".join((name.ljust(width), *(cell.rjust(9) for cell in cells))))
    return "\n".join(lines)


def worst_first(scores: Scores) -> list[tuple[str, Share]]:
    """The fields of which something is known, or was invented."""
    counted = [item for item in scores.fields.items() if item[1].support or item[1].invented]
    return sorted(counted, key=lambda item: (item[1].f1 is None, item[1].f1))


def shown(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.3f}"


def changes(before: Report, after: Report) -> Iterator[Change]:
    """Headline figures and fields' F1 that differ, category by category; new and gone categories are left out."""
    for category, scores in after.categories.items():
        earlier = before.categories.get(category)
        if earlier is None:
            continue
        old, new = _all_figures(earlier), _all_figures(scores)
        for figure in new:
            one, other = old.get(figure), new[figure]
            if one is not None and other is not None and abs(one - other) >= NOTICEABLE:
                yield Change(category, figure, one, other)


def newly_wrong(before: Report, after: Report) -> list[tuple[str, str]]:
    """(document, field) of what was right before and is not any more; documents that are new have no before."""
    known = set(before.names)
    return sorted(miss for miss in _misses(after) - _misses(before) if miss[0] in known)


def _misses(report: Report) -> set[tuple[str, str]]:
    return {(miss.name, miss.field) for scores in report.categories.values() for miss in scores.misses}


def _all_figures(scores: Scores) -> dict[str, float | None]:
    return figures(scores) | {name: share.f1 for name, share in scores.fields.items()}
