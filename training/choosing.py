"""Contests of candidates with known answers → what general features add to the score of a candidate.

A conditional logit for each field (McFadden 1974): the chance of a value is the softmax over the values of one
document and "none of them". Weights are drawn to zero, where the score alone decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from extraction.engine.ranking.model import Choice
from training.dataset import Ballot

LEAST_SEEN = 12
"""Ballots in which a feature must tell values apart before it gets a weight."""

SPREAD = 0.7  # expected size of a weight, in units of the score
SHARPEST = 4.0

WORTH, GAP = 0.004, 0.01

Floats = NDArray[np.float64]


def fit(ballots: Sequence[Ballot], weights: Sequence[float], *, weighted: bool) -> Choice:
    """How candidates of one task compare; without weights of features unless ``weighted``."""
    keys = _telling(ballots) if weighted else []
    scores, features, right = _arrays(ballots, keys)
    weight = np.asarray(weights, dtype=float)
    count = len(keys)

    def loss(flat: Floats) -> tuple[float, Floats]:
        sharpness, absent, learned = flat[0], flat[1], flat[2:]
        margin = sharpness * scores + features @ learned
        margin[:, -1] = absent
        margin[~np.isfinite(scores)] = -np.inf
        every = logsumexp(margin, axis=1)
        good = logsumexp(np.where(right, margin, -np.inf), axis=1)
        value = float(weight @ (every - good)) + 0.5 * float((learned**2).sum()) / SPREAD**2
        pull = np.exp(margin - every[:, None]) - np.where(right, np.exp(margin - good[:, None]), 0.0)
        pull *= weight[:, None]
        slope = np.empty_like(flat)
        slope[0] = float((pull * np.where(np.isfinite(scores), scores, 0.0))[:, :-1].sum())
        slope[1] = float(pull[:, -1].sum())
        slope[2:] = np.einsum("ij,ijk->k", pull, features) + learned / SPREAD**2
        return value, slope

    bounds = [(0.3, SHARPEST), (-8.0, 8.0), *[(-4.0, 4.0)] * count]
    start = np.array([1.0, 0.0, *[0.0] * count])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000}).x
    sharpness = float(found[0])
    learned = {key: round(float(value) / sharpness, 2) for key, value in zip(keys, found[2:], strict=True)}
    return Choice(
        sharpness=round(sharpness, 2),
        absent=round(float(found[1]) / sharpness, 2),
        weights={key: value for key, value in learned.items() if value},
    )


def _telling(ballots: Sequence[Ballot]) -> list[str]:
    """Features that differ between the values of enough documents."""
    seen: Counter[str] = Counter()
    for ballot in ballots:
        values = [item.features for item in ballot.contest.values]
        keys = {key for features in values for key in features}
        seen.update(key for key in keys if len({features.get(key, 0.0) for features in values}) > 1)
    return sorted(key for key, times in seen.items() if times >= LEAST_SEEN)


def _arrays(ballots: Sequence[Ballot], keys: Sequence[str]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Scores, features and right answers, padded to the longest ballot; the last column is "none of them"."""
    longest = max(len(ballot.right) for ballot in ballots) + 1
    scores = np.full((len(ballots), longest), -np.inf)
    features = np.zeros((len(ballots), longest, len(keys)))
    right = np.zeros((len(ballots), longest), dtype=bool)
    for row, ballot in enumerate(ballots):
        for column, item in enumerate(ballot.contest.values):
            scores[row, column] = item.score
            features[row, column] = [item.features.get(key, 0.0) for key in keys]
            right[row, column] = ballot.right[column]
        scores[row, -1] = 0.0
        right[row, -1] = not any(ballot.right)
    return scores, features, right


def is_right(ballot: Ballot, choice: Choice) -> bool:
    """Whether the value with the highest corrected score is a right one."""
    return _top(ballot, choice)[1]


def _top(ballot: Ballot, choice: Choice) -> tuple[float, bool]:
    """The highest corrected score, and whether its value is right."""
    corrected = [
        item.score + sum(choice.weights.get(key, 0.0) * value for key, value in item.features.items())
        for item in ballot.contest.values
    ]
    highest = max(corrected)
    return highest, ballot.right[corrected.index(highest)]


def least(ballots: Sequence[Ballot], weights: Sequence[float], choice: Choice) -> float | None:
    """The score below which values are left out, where that raises F1 by ``WORTH``; else ``None``."""
    tops = sorted(
        ((*_top(ballot, choice), ballot.present, weight) for ballot, weight in zip(ballots, weights, strict=True)),
        key=lambda item: item[0],
    )
    support = sum(weight for *_, present, weight in tops if present)
    read = sum(weight for *_, weight in tops)
    right = sum(weight for _, good, _, weight in tops if good)
    plain = best = 2 * right / (read + support)
    found = None
    for (score, good, _, weight), (following, *_) in pairwise(tops):
        read -= weight
        right -= weight * good
        if following - score > GAP and 2 * right / (read + support) > best:
            best, found = 2 * right / (read + support), round((score + following) / 2, 2)
    return found if best - plain > WORTH else None
