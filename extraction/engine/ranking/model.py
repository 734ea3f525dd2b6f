"""What was learned from documents with known answers: a few weights a field, in ``coefficients.toml``.

``make train`` writes the file; here it is only read. A field that it does not name is chosen by its score alone.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files

import msgspec

FILE = "coefficients.toml"


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How candidates of one field compare: the softmax of ``sharpness`` × (score + weights · features).

    Weights are in units of the score. ``absent`` is the score of "none of them".
    """

    sharpness: float = 1.0
    absent: float = 0.0
    weights: dict[str, float] = {}


class Coefficients(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``certainty`` maps a field to the weights of its signals; those of ``"all"`` are for any other field.

    ``dependence``: 0 where errors of fields come independently, 1 where they come all at once.
    """

    choice: dict[str, Choice] = {}
    certainty: dict[str, dict[str, float]] = {}
    dependence: float = 0.0


@cache
def shipped() -> Coefficients:
    return parse(files(__package__).joinpath(FILE).read_text("utf-8"))


def parse(text: str) -> Coefficients:
    """Raises ``msgspec.ValidationError`` for other keys or types."""
    return msgspec.convert(tomllib.loads(text), Coefficients)


_active: ContextVar[Coefficients | None] = ContextVar("coefficients", default=None)


def active() -> Coefficients:
    return _active.get() or shipped()


@contextmanager
def using(coefficients: Coefficients) -> Iterator[None]:
    """Read with other coefficients than the shipped ones: for training and its evaluation."""
    token = _active.set(coefficients)
    try:
        yield
    finally:
        _active.reset(token)


_PLAIN = Choice()


def choice(task: str) -> Choice:
    return active().choice.get(task, _PLAIN)


def advantage(task: str, features: Mapping[str, float]) -> float:
    """What the features add to a candidate's score."""
    weights = choice(task).weights
    return sum(weights[key] * value for key, value in features.items() if key in weights) if weights else 0.0


def shares(task: str, scores: Sequence[float]) -> list[float]:
    """How the belief divides among candidates with these scores; the rest is for "none of them"."""
    how = choice(task)
    top = max([*scores, how.absent])
    weights = [math.exp(how.sharpness * (score - top)) for score in scores]
    total = sum(weights) + math.exp(how.sharpness * (how.absent - top))
    return [weight / total for weight in weights]
