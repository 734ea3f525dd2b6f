"""Evidence → probability. One small monotone mapping, so that scores of all fields mean the same."""

from __future__ import annotations

import math

CEILING = 0.985
"""No reading of a page is surer than this."""

FLOOR = 0.05


class Curve:
    """``p = 1 / (1 + exp(-(bias + slope * score + lead_weight * lead)))``, between floor and ceiling."""

    def __init__(self, bias: float, slope: float, lead_weight: float) -> None:
        self.bias = bias
        self.slope = slope
        self.lead_weight = lead_weight

    def __call__(self, score: float, lead: float) -> float:
        weight = self.bias + self.slope * score + self.lead_weight * min(lead, 3.0)
        return min(CEILING, max(FLOOR, 1.0 / (1.0 + math.exp(-weight))))


DEFAULT = Curve(-1.6, 0.9, 0.5)


def probability(score: float, lead: float, *, ocr: float = 1.0, curve: Curve = DEFAULT) -> float:
    """The chance that a value is right.

    ``score`` sums the evidence for it, ``lead`` is the distance to the next best value, ``ocr`` the lowest
    confidence of the recognised words it stands in (1.0 for a text layer).
    """
    return round(curve(score, max(0.0, lead)) * min(1.0, 0.5 + 0.5 * ocr), 4)
