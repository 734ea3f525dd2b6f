"""Coefficients → the file that the engine reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from extraction.engine.ranking.model import Coefficients

HEAD = "# Written by `make train`; docs/confidence.md says what the numbers mean."


def as_toml(coefficients: Coefficients) -> str:
    """One table a field, keys in order, so that two versions compare line by line."""
    return "\n".join(_lines(coefficients)) + "\n"


def _lines(coefficients: Coefficients) -> Iterator[str]:
    yield HEAD
    yield f"dependence = {coefficients.dependence}"
    for name, choice in sorted(coefficients.choice.items()):
        yield f"\n[choice.{name}]"
        yield f"sharpness = {choice.sharpness}"
        yield f"absent = {choice.absent}"
        if choice.weights:
            yield f"\n[choice.{name}.weights]"
            yield from _numbers(choice.weights)
    for name, weights in sorted(coefficients.certainty.items()):
        yield f"\n[certainty.{name}]"
        yield from _numbers(weights)


def _numbers(weights: Mapping[str, float]) -> Iterator[str]:
    return (f'"{key}" = {value}' for key, value in sorted(weights.items()))
