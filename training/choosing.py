"""Contests of candidates with known answers → what general features add to the score of a candidate.

A conditional logit for each field (McFadden 1974): the chance of a value is the softmax over the values of one
document and "none of them". Weights are drawn to zero, where the score alone decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from extraction.engine.ranking import Weighed
from extraction.engine.ranking.model import Choice
from training.dataset import Ballot

LEAST_SEEN = 12
"""Ballots in which a feature must tell values apart before it gets a weight."""

SPREAD = 0.4  # expected size of a weight, in units of the score
SHARPEST = 4.0

Floats = NDArray[np.float64]


def fit(ballots: Sequence[Ballot], weights: Sequence[float], given: Mapping[str, float] | None = None) -> Choice:
    """How candidates of one task compare. Weights of features are learned where none are ``given``."""
    keys = _telling(ballots) if given is None else []
    scores, features, right = _arrays(ballots, keys, given or {})
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
        weights=dict(given) if given is not None else {key: value for key, value in learned.items() if value},
    )


def _telling(ballots: Sequence[Ballot]) -> list[str]:
    """Features that differ between the values of enough documents."""
    seen: Counter[str] = Counter()
    for ballot in ballots:
        values = [item.features for item in ballot.contest.values]
        keys = {key for features in values for key in features}
        seen.update(key for key in keys if len({features.get(key, 0.0) for features in values}) > 1)
    return sorted(key for key, times in seen.items() if times >= LEAST_SEEN)


def _arrays(
    ballots: Sequence[Ballot], keys: Sequence[str], given: Mapping[str, float]
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Scores, features and right answers, padded to the longest ballot; the last column is "none of them"."""
    longest = max(len(ballot.right) for ballot in ballots) + 1
    scores = np.full((len(ballots), longest), -np.inf)
    features = np.zeros((len(ballots), longest, len(keys)))
    right = np.zeros((len(ballots), longest), dtype=bool)
    for row, ballot in enumerate(ballots):
        for column, item in enumerate(ballot.contest.values):
            scores[row, column] = _corrected(item, given)
            features[row, column] = [item.features.get(key, 0.0) for key in keys]
            right[row, column] = ballot.right[column]
        scores[row, -1] = 0.0
        right[row, -1] = not any(ballot.right)
    return scores, features, right


def is_right(ballot: Ballot, choice: Choice) -> bool:
    """Whether the value with the highest corrected score is a right one."""
    corrected = [_corrected(item, choice.weights) for item in ballot.contest.values]
    return ballot.right[corrected.index(max(corrected))]


def _corrected(item: Weighed, weights: Mapping[str, float]) -> float:
    return item.score + sum(weights[key] * value for key, value in item.features.items() if key in weights)
