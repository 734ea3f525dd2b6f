"""Signals of values with known answers → weights of the confidence; and how far confidences are from the truth.

A logistic regression for all fields together, and for each field its own deviations from it, which cost the more the
larger they are: a field with few examples stays with the others (partial pooling, Gelman & Hill 2007, chapter 12).
Signs are fixed: more evidence never lowers a confidence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from extraction.engine.confidence import EVERY, Signals, joint, terms
from training.dataset import Judged

TERMS = tuple(terms(Signals(score=0.0, lead=0.0)))
BOUNDS: Mapping[str, tuple[float | None, float | None]] = {
    "bias": (None, None), "score": (0.0, None), "lead": (0.0, None), "share": (0.0, None), "doubt": (None, 0.0),
    "blur": (None, 0.0), "recognised": (None, 0.0), "proved": (0.0, None),
}  # fmt: skip
SPREAD = {"bias": 1.0, "doubt": 1.0}
USUAL_SPREAD = 0.25
"""How far (standard deviation) weights of one field are expected from those of all."""

WIDE = 3.0  # the same for those of all, from zero

Floats = NDArray[np.float64]


def fit(samples: Sequence[Judged], weights: Sequence[float]) -> dict[str, dict[str, float]]:
    """``certainty`` of the coefficients: the weights for each field, and for ``EVERY`` other."""
    fields = sorted({sample.task for sample in samples})
    index = {name: number for number, name in enumerate(fields)}
    rows = np.array([list(terms(sample.signals).values()) for sample in samples])
    field = np.array([index[sample.task] for sample in samples])
    right = np.array([sample.right for sample in samples], dtype=float)
    weight = np.asarray(weights, dtype=float)
    spread = np.array([SPREAD.get(term, USUAL_SPREAD) for term in TERMS])

    def loss(flat: Floats) -> tuple[float, Floats]:
        table = flat.reshape(len(fields) + 1, len(TERMS))
        every, own = table[0], table[1:]
        margin = np.einsum("ij,ij->i", rows, own[field])
        chance = 1.0 / (1.0 + np.exp(-margin))
        away = (own - every) / spread
        value = float(weight @ (np.logaddexp(0.0, margin) - right * margin))
        value += 0.5 * float((away**2).sum()) + 0.5 * float((every**2).sum()) / WIDE**2
        slope = np.zeros_like(table)
        np.add.at(slope[1:], field, (weight * (chance - right))[:, None] * rows)
        slope[1:] += away / spread
        slope[0] = every / WIDE**2 - (away / spread).sum(axis=0)
        return value, slope.ravel()

    bounds = [BOUNDS[term] for term in TERMS] * (len(fields) + 1)
    found = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 2000})
    table = found.x.reshape(len(fields) + 1, len(TERMS))
    certainty = {EVERY: _named(table[0])}
    certainty.update({name: _named(table[number + 1]) for name, number in index.items()})
    return certainty


def _named(row: Floats) -> dict[str, float]:
    return {term: round(float(value), 3) for term, value in zip(TERMS, row, strict=True) if abs(value) >= 0.0005}


def dependence(chances: Sequence[Sequence[float]], right: Sequence[bool]) -> float:
    """How far (0 to 1) the chance that all of several values are right lies from their product to the least of them."""
    steps = [step / 20 for step in range(21)]
    return min(steps, key=lambda step: _surprise([joint(row, step) for row in chances], right))


def _surprise(chances: Sequence[float], right: Sequence[bool]) -> float:
    return -sum(
        math.log(max(1e-6, chance if good else 1.0 - chance)) for chance, good in zip(chances, right, strict=True)
    )


def error(judged: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """The mean distance between chance and share that is right, over bins of equal width (Naeini 2015)."""
    off = [0.0] * bins
    for chance, right in judged:
        off[min(bins - 1, int(chance * bins))] += chance - right
    return sum(map(abs, off)) / len(judged)
