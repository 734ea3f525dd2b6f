"""Candidates of a field → the chosen one, with what it was chosen from.

A candidate's score, which its rule sets by hand, is corrected by learned weights of general features
(:mod:`.features`, :mod:`.model`). Where nothing was learned for a field, the score alone decides.

A *task* names the coefficients: mostly it is the field itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from extraction.engine.candidates import RIVALS, Candidate, Decision, by_value, together
from extraction.engine.ranking import model, watching
from extraction.engine.ranking.features import Features, describe, field_of
from extraction.engine.reading import Reading


class Weighed(msgspec.Struct, frozen=True):
    """A value of a field with its corrected score, and the features that corrected it."""

    candidate: Candidate
    features: Features
    score: float  # before the correction


class Contest(msgspec.Struct, frozen=True):
    """The values among which one was chosen, the strongest first."""

    task: str
    values: tuple[Weighed, ...]


def choose(task: str, reading: Reading, candidates: Iterable[Candidate]) -> tuple[Candidate, float] | None:
    """The strongest value and its lead over the strongest other; ``None`` where nothing is likely enough."""
    groups = [sorted(same, key=lambda item: -item.score) for same in by_value(candidates)]
    ranked = weigh(task, reading, [(together(same), same) for same in groups])
    return decide(task, reading, ranked[0], ranked) if ranked else None


def weigh(task: str, reading: Reading, values: Iterable[tuple[Candidate, Sequence[Candidate]]]) -> list[Weighed]:
    """Values, each with the candidates that have it, by their corrected scores.

    Only the strongest ``RIVALS`` are looked at, and those that are less likely than no value at all are left out.
    """
    strongest = sorted(values, key=lambda item: -item[0].score)[:RIVALS]
    weighed = []
    for candidate, same in strongest:
        features = describe(task, same, reading)
        corrected = candidate.plus(model.advantage(task, features))
        weighed.append(Weighed(corrected, features, candidate.score))
    weighed.sort(key=lambda item: -item.candidate.score)
    if weighed:
        watching.tell(Contest(task, tuple(weighed)))
    least = model.choice(task).least
    return weighed if least is None else [item for item in weighed if item.candidate.score >= least]


def decide(
    task: str, reading: Reading, chosen: Weighed, ranked: Sequence[Weighed], lead: float | None = None
) -> tuple[Candidate, float]:
    """``chosen`` with what it was chosen from, and its lead (where it is not told, over the strongest other)."""
    others = [other.candidate for other in ranked if other is not chosen]
    if lead is None:
        lead = chosen.candidate.score - (others[0].score if others else 0.0)
    reading.decided[field_of(task)] = chosen.candidate.value
    decision = Decision(rivals=(chosen.candidate, *others), task=task, features=chosen.features)
    return chosen.candidate.decided(decision), lead
