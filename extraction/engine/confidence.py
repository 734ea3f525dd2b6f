"""Evidence → the chance that a value is right, by weights that were learned from documents with known answers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from extraction.engine.ranking import model, watching

CEILING = 0.995
"""No reading of a page is surer than this."""

FLOOR = 0.05
EVERY = "all"
"""The key of what holds for a field of which nothing was learned."""


class Signals(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about a chosen value, whatever its field."""

    score: float  # sum of the evidence for it
    lead: float  # distance to the next best value
    share: float = 0.5  # of the belief, among all candidates
    doubt: float = 0.0  # whether the same print could mean another value
    blur: float = 0.0  # 1 − the lowest confidence of the recognised words it stands in
    recognised: bool = False  # it was read from a picture
    proved: float = 0.0  # how many sums prove it


def terms(signals: Signals) -> dict[str, float]:
    """The signals on one scale, for the weighted sum."""
    share = min(0.995, max(0.005, signals.share))
    return {
        "bias": 1.0,
        "score": min(max(signals.score, -1.0), 6.0),
        "lead": min(max(signals.lead, 0.0), 3.0),
        "share": math.log(share / (1.0 - share)),
        "doubt": signals.doubt,
        "blur": signals.blur,
        "recognised": float(signals.recognised),
        "proved": min(signals.proved, 3.0),
    }


def confidence(name: str, signals: Signals) -> float:
    """The chance that a value of field ``name`` is right."""
    certainty = model.active().certainty
    weights = certainty.get(name) or certainty[EVERY]
    weight = sum(weights.get(key, 0.0) * value for key, value in terms(signals).items() if value)
    watching.tell((name, signals))
    return round(min(CEILING, max(FLOOR, 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, weight)))))), 4)


def joint(chances: Sequence[float], dependence: float) -> float:
    """The chance that all of several values are right: between their product, where errors come independently
    (``dependence`` 0), and the least of them, where they come all at once (1).
    """
    together: float = math.prod(chances) ** (1.0 - dependence) * min(chances, default=1.0) ** dependence
    return together


def in_percent(chance: float) -> str:
    """For people: to one decimal, always downwards, so what is below a threshold never shows the threshold's number."""
    return f"{int(round(chance * 1_000, 3)) / 10:g}"


def probability(score: float, lead: float, *, name: str = EVERY, ocr: float = 1.0) -> float:
    """The same from score and lead alone; ``ocr`` is the lowest confidence of the recognised words."""
    return confidence(name, Signals(score=score, lead=lead, blur=1.0 - ocr, recognised=ocr < 1.0))
