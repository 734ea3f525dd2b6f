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

OF = " of "
TOGETHER = " + "
"""Stands between the tasks of a contest that is decided for both at once."""


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
    """The strongest value and its lead over the strongest other; ``None`` where there is none."""
    groups = [sorted(same, key=lambda item: -item.score) for same in by_value(candidates)]
    ranked = weigh(task, reading, [(together(same), same) for same in groups])
    return decide(task, reading, ranked[0], ranked) if ranked else None


def weigh(task: str, reading: Reading, values: Iterable[tuple[Candidate, Sequence[Candidate]]]) -> list[Weighed]:
    """Values, each with the candidates that have it, by their corrected scores.

    Only the strongest ``RIVALS`` are looked at.
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
    return weighed


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


def tell_pairs(tasks: tuple[str, str], pairs: Sequence[tuple[float, Weighed | None, Weighed | None]]) -> None:
    """Who trains sees values of two fields that are chosen together; ``pairs`` begin with their corrected scores.

    As a contest whose candidates have two values, and whose features are named ``feature of task``.
    """
    if not watching.is_watched():
        return
    told = []
    for score, *both in pairs:
        corrections = sum(item.candidate.score - item.score for item in both if item)
        values = tuple(item.candidate.value if item else None for item in both)
        features = {
            f"{key}{OF}{task}": value
            for task, item in zip(tasks, both, strict=True)
            if item
            for key, value in item.features.items()
        }
        told.append(Weighed(Candidate(values, "", score, "pair"), features, score - corrections))
    watching.tell(Contest(TOGETHER.join(tasks), tuple(told)))
