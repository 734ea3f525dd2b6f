"""Candidates of a field → the chosen one, with what it was chosen from.

A candidate's score, which its rule sets by hand, is corrected by learned weights of general features
(:mod:`.features`, :mod:`.model`). Where nothing was learned for a field, the score alone decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from extraction.engine.candidates import RIVALS, Candidate, Decision, by_value, together
from extraction.engine.ranking import model, watching
from extraction.engine.ranking.features import Features, describe
from extraction.engine.reading import Reading


class Weighed(msgspec.Struct, frozen=True):
    """A value of a field with its corrected score, and the features that corrected it."""

    candidate: Candidate
    features: Features
    score: float  # before the correction


class Contest(msgspec.Struct, frozen=True):
    """The values among which one was chosen, the strongest first."""

    name: str
    values: tuple[Weighed, ...]


def choose(name: str, reading: Reading, candidates: Iterable[Candidate]) -> tuple[Candidate, float] | None:
    """The strongest value of field ``name`` and its lead over the strongest other value."""
    groups = [sorted(same, key=lambda item: -item.score) for same in by_value(candidates)]
    ranked = weigh(name, reading, [(together(same), same) for same in groups])
    return decide(name, reading, ranked[0], ranked) if ranked else None


def weigh(name: str, reading: Reading, values: Iterable[tuple[Candidate, Sequence[Candidate]]]) -> list[Weighed]:
    """Values, each with the candidates that have it, by their corrected scores; only the strongest ``RIVALS``."""
    strongest = sorted(values, key=lambda item: -item[0].score)[:RIVALS]
    weighed = []
    for candidate, same in strongest:
        features = describe(name, same, reading)
        corrected = candidate.plus(model.advantage(name, features))
        weighed.append(Weighed(corrected, features, candidate.score))
    weighed.sort(key=lambda item: -item.candidate.score)
    if weighed:
        watching.tell(Contest(name, tuple(weighed)))
    return weighed


def decide(
    name: str, reading: Reading, chosen: Weighed, ranked: Sequence[Weighed], lead: float | None = None
) -> tuple[Candidate, float]:
    """``chosen`` with what it was chosen from, and its lead (where it is not told, over the strongest other)."""
    others = [other.candidate for other in ranked if other is not chosen]
    if lead is None:
        lead = chosen.candidate.score - (others[0].score if others else 0.0)
    reading.decided[name] = chosen.candidate.value
    decision = Decision(rivals=(chosen.candidate, *others), features=chosen.features)
    return chosen.candidate.decided(decision), lead
