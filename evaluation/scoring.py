"""Predictions against truth → figures.

For one field of one document the outcome is ``right``; ``wrong`` (another value was read); ``missed`` (none was);
``invented`` (one was read, though the truth says that there is none), or ``absent`` (rightly none). A null in the
truth that is not verified says nothing. Precision is right / (right + wrong + invented), recall right / (right +
wrong + missed), F1 their harmonic mean; macro-F1 the mean over fields.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal

import msgspec

from evaluation.comparing import is_empty, is_right, same_number, similar
from evaluation.corpus import Case
from extraction.engine.values import FIELD_KINDS

Outcome = Literal["right", "wrong", "missed", "invented", "absent"]
Prediction = Mapping[str, Any]
"""What the engine says about one document, as its JSON output."""

HEADER = (
    "vendor_name", "customer_name", "invoice_number", "invoice_date", "due_date", "total_amount", "tax_amount",
    "currency",
)  # fmt: skip
CONTRACT = ("document_title", "parties", "agreement_date", "effective_date", "expiration_date", "governing_law")
EXACT = {"company": "vendor_name", "date": "invoice_date", "total": "total_amount"}
"""Labels of the SROIE competition (ICDAR 2019), scored by exact text as there; dates and sums by value."""

BINS = 10
ERROR_BUDGET = 0.01  # wrong fields among those of the documents that nobody looks at
FAILURES: frozenset[Outcome] = frozenset({"wrong", "missed", "invented"})


class Share(msgspec.Struct):
    """Counts of one field, or of the line items; ``f1`` and the others are ``None`` where nothing was there to find."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    invented: int = 0

    @property
    def support(self) -> int:
        return self.right + self.wrong + self.missed

    @property
    def read(self) -> int:
        return self.right + self.wrong + self.invented

    @property
    def precision(self) -> float | None:
        return self.right / self.read if self.read else (0.0 if self.support else None)

    @property
    def recall(self) -> float | None:
        return self.right / self.support if self.support else None

    @property
    def f1(self) -> float | None:
        if not self.support:
            return None
        return 2 * self.right / (self.read + self.support)


class Bin(msgspec.Struct):
    """The values whose confidence lies in one tenth: how many, their mean confidence, the share that is right."""

    n: int
    confidence: float
    accuracy: float


class Calibration(msgspec.Struct):
    """``ece``: mean distance between confidence and accuracy over ten bins, weighted by their values (Naeini 2015)."""

    n: int
    ece: float
    bins: list[Bin | None]


class StraightThrough(msgspec.Struct):
    """The largest share of documents that could pass unseen with at most 1 % of their fields wrong, and the
    confidence that their least sure field must have."""

    share: float
    threshold: float | None


class Miss(msgspec.Struct):
    """One field of one document that is not right."""

    name: str
    field: str
    outcome: Outcome
    truth: Any
    read: Any


class Scores(msgspec.Struct):
    """All figures of one set of documents.

    ``fields`` also has ``line_items`` and ``tax_lines`` as wholes, and the cells of those that were found, as
    ``line_items.quantity``.
    """

    documents: int
    document_type: float
    fields: dict[str, Share]
    header_f1: float | None
    contract_f1: float | None
    exact_f1: float | None
    calibration: Calibration | None
    straight_through: StraightThrough
    misses: list[Miss]


def score(cases: Sequence[Case], predictions: Mapping[str, Prediction]) -> Scores:
    """A case without a prediction counts as one of which nothing was read."""
    fields: dict[str, Share] = {}
    misses: list[Miss] = []
    for case, read in _pairs(cases, predictions):
        for field in known_fields(case.truth):
            outcome = outcome_of(field, case.truth, read.get(field))
            if outcome is None:
                continue
            share = fields.setdefault(field, Share())
            if outcome != "absent":
                setattr(share, outcome, getattr(share, outcome) + 1)
            if outcome in FAILURES:
                misses.append(Miss(case.name, field, outcome, case.truth.get(field), read.get(field)))
    types = [_type_is_right(case, read) for case, read in _pairs(cases, predictions)]
    return Scores(
        documents=len(cases),
        document_type=sum(types) / len(types) if types else 0.0,
        fields={
            **{field: fields[field] for field in FIELD_KINDS if field in fields},
            **_lines(cases, predictions, "line_items", same_line),
            **_lines(cases, predictions, "tax_lines", same_tax),
        },
        header_f1=_macro(fields, HEADER),
        contract_f1=_macro(fields, CONTRACT),
        exact_f1=_exact(cases, predictions),
        calibration=_calibration(_judged(cases, predictions)),
        straight_through=_straight_through(cases, predictions),
        misses=misses,
    )


def known_fields(truth: Mapping[str, Any]) -> Iterator[str]:
    """The fields of the engine that the truth says something about."""
    absent = truth.get("verified_absent") or ()
    return (field for field in FIELD_KINDS if not is_empty(truth.get(field)) or field in absent)


def outcome_of(field: str, truth: Mapping[str, Any], value: Any) -> Outcome | None:
    if is_empty(truth.get(field)):
        if field not in (truth.get("verified_absent") or ()):
            return None
        return "absent" if is_empty(value) else "invented"
    if is_empty(value):
        return "missed"
    return "right" if is_right(field, truth, value) else "wrong"


def headline(truth: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields by which a document of this kind is judged."""
    return CONTRACT if truth["document_type"] == "contract" else HEADER


def confidence_of(read: Prediction, field: str) -> float:
    described: Prediction = (read.get("fields") or {}).get(field) or {}
    found: float = described.get("confidence", read.get("confidence_score", 0.0))
    return found


def _pairs(cases: Iterable[Case], predictions: Mapping[str, Prediction]) -> Iterator[tuple[Case, Prediction]]:
    return ((case, predictions.get(case.name, {})) for case in cases)


def _type_is_right(case: Case, read: Prediction) -> bool:
    good = [case.truth["document_type"], *(case.truth.get("accept") or {}).get("document_type", [])]
    return read.get("document_type") in good


def _macro(fields: Mapping[str, Share], names: Iterable[str]) -> float | None:
    found = [fields[name].f1 for name in names if name in fields]
    scores = [value for value in found if value is not None]
    return sum(scores) / len(scores) if scores else None


# --- Lines ------------------------------------------------------------------------------------------------------------
def _lines(
    cases: Sequence[Case], predictions: Mapping[str, Prediction], key: str, same: Callable[..., bool]
) -> dict[str, Share]:
    """Shares of whole lines under ``key``, and of the cells of those that were found under ``key.cell``."""
    total = Share()
    cells: dict[str, Share] = {}
    for case, read in _pairs(cases, predictions):
        wanted, found = case.truth.get(key), read.get(key) or []
        if wanted is None:
            continue
        unsigned = case.truth["document_type"] == "credit_note"
        pairs = matched(wanted, found, partial(same, unsigned=unsigned))
        total.right += len(pairs)
        total.missed += len(wanted) - len(pairs)
        total.invented += len(found) - len(pairs)
        for one, other in pairs:
            for cell in known_fields(one):
                outcome = outcome_of(cell, {**one, "document_type": case.truth["document_type"]}, other.get(cell))
                share = cells.setdefault(f"{key}.{cell}", Share())
                if outcome in ("right", "wrong", "missed"):
                    setattr(share, outcome, getattr(share, outcome) + 1)
    return {key: total, **cells} if total.support else {}


def matched(
    wanted: Sequence[Prediction], found: Sequence[Prediction], same: Callable[[Prediction, Prediction], bool]
) -> list[tuple[Prediction, Prediction]]:
    """The largest one-to-one matching of lines that are the same; in order where several are."""
    edges = [[index for index, line in enumerate(found) if same(one, line)] for one in wanted]
    partner: dict[int, int] = {}
    owner: dict[int, int] = {}
    for index in range(len(wanted)):
        _augment(index, edges, partner, owner)
    return [(wanted[one], found[other]) for one, other in sorted(partner.items())]


def same_line(wanted: Prediction, found: Prediction, *, unsigned: bool) -> bool:
    """The same amount and a similar description."""
    if not same_number(wanted.get("amount"), found.get("amount"), unsigned=unsigned):
        return False
    description = wanted.get("description") or ""
    return not description or similar(description, found.get("description") or "")


def same_tax(wanted: Prediction, found: Prediction, *, unsigned: bool) -> bool:
    """The same amount of tax, at the same rate where that is known."""
    rate = wanted.get("tax_rate")
    amounts = (wanted.get("tax_amount"), found.get("tax_amount"))
    return same_number(*amounts, unsigned=unsigned) and (is_empty(rate) or same_number(rate, found.get("tax_rate")))


def _augment(line: int, edges: Sequence[Sequence[int]], partner: dict[int, int], owner: dict[int, int]) -> None:
    """Find ``line`` a partner, moving others to theirs where that frees one (Kuhn 1955; breadth first, since many
    lines may be alike)."""
    reached: dict[int, int] = {}
    waiting = deque([line])
    while waiting:
        one = waiting.popleft()
        for other in edges[one]:
            if other in reached:
                continue
            reached[other] = one
            if other in owner:
                waiting.append(owner[other])
                continue
            while True:  # back along the way: each takes the partner that it reached
                one = reached[other]
                freed = partner.get(one)
                partner[one], owner[other] = other, one
                if freed is None:
                    return
                other = freed


# --- Competition labels -----------------------------------------------------------------------------------------------
def _exact(cases: Sequence[Case], predictions: Mapping[str, Prediction]) -> float | None:
    total = Share()
    for case, read in _pairs(cases, predictions):
        labels = case.truth.get("sroie") or {}
        for label, field in EXACT.items():
            if labels.get(label):
                outcome = _exact_outcome(case.truth, labels[label], field, read.get(field))
                setattr(total, outcome, getattr(total, outcome) + 1)
    return total.f1


def _exact_outcome(truth: Mapping[str, Any], label: str, field: str, value: Any) -> Outcome:
    if is_empty(value):
        return "missed"
    if FIELD_KINDS[field] != "text" and truth.get(field):
        return "right" if is_right(field, {field: truth[field]}, value) else "wrong"
    squashed: Callable[[str], str] = lambda text: " ".join(text.split()).upper()  # noqa: E731
    return "right" if squashed(label) == squashed(str(value)) else "wrong"


# --- Trust ------------------------------------------------------------------------------------------------------------
def _judged(cases: Sequence[Case], predictions: Mapping[str, Prediction]) -> Iterator[tuple[float, bool]]:
    """(confidence, right) of every headline value that was read and can be judged."""
    for case, read in _pairs(cases, predictions):
        for field in headline(case.truth):
            outcome = outcome_of(field, case.truth, read.get(field))
            if outcome in ("right", "wrong", "invented"):
                yield confidence_of(read, field), outcome == "right"


def _calibration(judged: Iterable[tuple[float, bool]]) -> Calibration | None:
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in judged:
        bins[min(BINS - 1, int(confidence * BINS))].append((confidence, right))
    total = sum(map(len, bins))
    if not total:
        return None
    found = [_bin(members) if members else None for members in bins]
    error = sum(one.n * abs(one.confidence - one.accuracy) for one in found if one)
    return Calibration(n=total, ece=error / total, bins=found)


def _bin(members: Sequence[tuple[float, bool]]) -> Bin:
    n = len(members)
    return Bin(n, sum(confidence for confidence, _ in members) / n, sum(right for _, right in members) / n)


def _straight_through(cases: Sequence[Case], predictions: Mapping[str, Prediction]) -> StraightThrough:
    rows: list[tuple[float, Counter[bool]]] = []
    judged = 0
    for case, read in _pairs(cases, predictions):
        fields = headline(case.truth)
        outcomes = [outcome_of(field, case.truth, read.get(field)) for field in fields]
        known = [outcome for outcome in outcomes if outcome is not None]
        judged += bool(known)
        confidences = [confidence_of(read, field) for field in fields if not is_empty(read.get(field))]
        if known and confidences:
            rows.append((min(confidences), Counter(outcome in FAILURES for outcome in known)))
    rows.sort(key=lambda row: -row[0])
    best, counts = StraightThrough(0.0, None), Counter[bool]()
    for index, (confidence, found) in enumerate(rows):
        counts += found
        splits = index + 1 == len(rows) or rows[index + 1][0] != confidence
        if splits and counts[True] <= ERROR_BUDGET * counts.total():
            best = StraightThrough((index + 1) / judged, confidence)
    return best
