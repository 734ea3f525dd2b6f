"""From documents with known answers to coefficients, and to the figures that say what these are worth.

Every figure is cross-validated: a document is read with coefficients that were learned without any of its issuer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from evaluation.summary import Report, summarise
from extraction.engine import output
from extraction.engine.confidence import joint
from extraction.engine.fields.results import CELL
from extraction.engine.ranking import OF, TOGETHER
from extraction.engine.ranking.model import Choice, Coefficients, active
from extraction.engine.rules.required import required_confidences
from training import calibration, choosing
from training.dataset import Ballot, Document, Judged, Reread, reread
from training.folds import FOLDS, folds_of

Source = Literal["real", "masked", "written", "generated"]
SHARES: Mapping[Source, float] = {"real": 1.0, "masked": 0.25, "written": 0.5, "generated": 1.0}
"""What all documents of a source weigh together, compared with the real ones."""

CELL_WEIGHT = 0.1  # a document has many cells
LEAST_BALLOTS = 60
"""Documents that a field needs before anything is learned about its choice."""


class Sample(msgspec.Struct, frozen=True):
    """A document with its fold and weight."""

    document: Document
    source: Source
    fold: int
    weight: float


class Comparison(msgspec.Struct, frozen=True):
    """How often the first choice was right on documents of issuers that were not learned from.

    ``counts`` has, for each source, the documents, those right by score alone, and those right with learned weights.
    ``won`` and ``lost`` are the documents on which the learned weights made the difference.
    """

    name: str
    counts: Mapping[Source, tuple[int, int, int]]
    won: int
    lost: int

    @property
    def is_better(self) -> bool:
        """By more than chance (sign test, one-sided 5 %), and not worse on documents from life or written by hand.

        Masked ones teach, but do not count: nobody has seen such words.
        """
        kept = all(
            after >= before for source, (_, before, after) in self.counts.items() if source in ("real", "written")
        )
        return kept and self.won - self.lost > 1.64 * (self.won + self.lost) ** 0.5


def samples_of(documents: Sequence[tuple[Document, Source]]) -> list[Sample]:
    """Weights by source; an issuer with many documents counts as the square root of their number."""
    groups = [f"{'real' if source == 'masked' else source} {doc.case.issuer}" for doc, source in documents]
    folds = folds_of(groups)
    sizes = Counter(zip(groups, (source for _, source in documents), strict=True))
    raw = [sizes[group, source] ** -0.5 for group, (_, source) in zip(groups, documents, strict=True)]
    totals: dict[Source, float] = defaultdict(float)
    counts = Counter(source for _, source in documents)
    for (_, source), weight in zip(documents, raw, strict=True):
        totals[source] += weight
    unit = counts["real"] or counts["written"]
    return [
        Sample(document, source, fold, weight * SHARES[source] * unit / totals[source])
        for (document, source), fold, weight in zip(documents, folds, raw, strict=True)
    ]


class Learned(msgspec.Struct):
    """Coefficients of all documents, and what those without its issuer made of each."""

    coefficients: Coefficients
    comparisons: list[Comparison]
    unseen: list[Reread]
    documents: list[tuple[float, bool]]  # the chance that all required fields are right, and whether they are


def learn(samples: Sequence[Sample]) -> Learned:
    """First the choices, then the confidences of what was chosen by coefficients that had not seen the document."""
    start = Coefficients(certainty=active().certainty)
    ballots = _ballots(samples, reread((sample.document for sample in samples), start))
    pairs = {task for name in ballots if TOGETHER in name for task in name.split(TOGETHER)}
    comparisons = [
        compare(name, found)
        for name, found in sorted(ballots.items())
        if name not in pairs and len(found) >= LEAST_BALLOTS
    ]
    better = {comparison.name for comparison in comparisons if comparison.is_better}
    choices = [_choices(ballots, better, fold) for fold in (*range(FOLDS), None)]
    chosen = read_unseen(samples, [Coefficients(choice=choice, certainty=start.certainty) for choice in choices[:-1]])
    judged = [(sample, item) for sample, read in zip(samples, chosen, strict=True) for item in read.judged]
    certainties = [_certainty(judged, fold) for fold in (*range(FOLDS), None)]
    halfway = [
        Coefficients(choice=choice, certainty=certainty) for choice, certainty in zip(choices, certainties, strict=True)
    ]
    sure = read_unseen(samples, halfway[:-1])
    known = [
        (sample.fold, required_confidences(read.extraction), bool(read.required_right))
        for sample, read in zip(samples, sure, strict=True)
        if read.required_right is not None and not read.extraction.missing_fields
    ]
    dependent = [_dependence([row for row in known if row[0] != fold]) for fold in (*range(FOLDS), None)]
    whole = msgspec.structs.replace(halfway[-1], dependence=dependent[-1])
    return Learned(whole, comparisons, sure, [(joint(row, dependent[fold]), right) for fold, row, right in known])


def read_unseen(samples: Sequence[Sample], without: Sequence[Coefficients]) -> list[Reread]:
    """Each document, read with the coefficients of the fold that it is left out of."""
    found: list[Reread | None] = [None] * len(samples)
    for fold, coefficients in enumerate(without):
        members = [index for index, sample in enumerate(samples) if sample.fold == fold]
        for index, read in zip(members, reread((samples[i].document for i in members), coefficients), strict=True):
            found[index] = read
    return [read for read in found if read is not None]


Votes = list[tuple[Sample, Ballot]]


def _ballots(samples: Sequence[Sample], reads: Sequence[Reread]) -> dict[str, Votes]:
    found: dict[str, Votes] = defaultdict(list)
    for sample, read in zip(samples, reads, strict=True):
        for ballot in read.ballots:
            found[ballot.contest.task].append((sample, ballot))
    return found


def compare(name: str, votes: Votes) -> Comparison:
    """The score alone against the learned weights, each document judged by weights of the other folds."""
    plain, learned = Choice(), [_learned(votes, fold) for fold in range(FOLDS)]
    outcomes = [
        (sample.source, choosing.is_right(ballot, plain), choosing.is_right(ballot, learned[sample.fold]))
        for sample, ballot in votes
    ]
    sources = dict.fromkeys(source for source, *_ in outcomes)
    counts = {one: _sums([(1, *right) for source, *right in outcomes if source == one]) for one in sources}
    counted = [right for source, *right in outcomes if source != "masked"]
    won = sum(after and not before for before, after in counted)
    lost = sum(before and not after for before, after in counted)
    return Comparison(name, counts, won, lost)


def _sums(rows: Sequence[tuple[int, ...]]) -> tuple[int, int, int]:
    every, before, after = (sum(column) for column in zip(*rows, strict=True))
    return every, before, after


def _choices(ballots: Mapping[str, Votes], better: set[str], left_out: int | None) -> dict[str, Choice]:
    """Where learned weights are no better than the score, only how sharply it decides is learned."""
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    for name in better:
        for key, value in _learned(ballots[name], left_out).weights.items():
            feature, _, task = key.rpartition(OF) if TOGETHER in name else (key, OF, name)
            weights[task][feature] = value
    return {
        task: _scaled(votes, left_out, weights[task])
        for task, votes in ballots.items()
        if len(votes) >= LEAST_BALLOTS and TOGETHER not in task
    }


def _learned(votes: Votes, left_out: int | None) -> Choice:
    return choosing.fit(*_used(votes, left_out))


def _scaled(votes: Votes, left_out: int | None, weights: Mapping[str, float]) -> Choice:
    """How sharply the scores decide, corrected by ``weights``."""
    return choosing.fit(*_used(votes, left_out), weights)


def _used(votes: Votes, left_out: int | None) -> tuple[list[Ballot], list[float]]:
    used = [(sample, ballot) for sample, ballot in votes if sample.fold != left_out]
    return [ballot for _, ballot in used], _balanced([sample for sample, _ in used])


def _balanced(samples: Sequence[Sample]) -> list[float]:
    """The weights, so that the sources have their ``SHARES`` in this task, too: not all documents have the field."""
    totals: dict[Source, float] = defaultdict(float)
    for sample in samples:
        totals[sample.source] += sample.weight
    unit = totals["real"] or totals["written"] or totals["generated"]
    return [sample.weight * unit * SHARES[sample.source] / totals[sample.source] for sample in samples]


def _certainty(judged: Sequence[tuple[Sample, Judged]], left_out: int | None) -> dict[str, dict[str, float]]:
    used = [(sample, item) for sample, item in judged if sample.fold != left_out]
    weights = [sample.weight * (CELL_WEIGHT if item.task == CELL else 1.0) for sample, item in used]
    return calibration.fit([item for _, item in used], weights)


def _dependence(known: Sequence[tuple[int, Sequence[float], bool]]) -> float:
    return calibration.dependence([chances for _, chances, _ in known], [right for *_, right in known])


def report(samples: Sequence[Sample], reads: Sequence[Reread], source: Source) -> Report:
    """The figures of ``make evaluate`` for the documents of one source."""
    found = [read for sample, read in zip(samples, reads, strict=True) if sample.source == source]
    predictions = {read.document.case.name: output.document(read.extraction, {}) for read in found}
    return summarise([read.document.case for read in found], predictions)
