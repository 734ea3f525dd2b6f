"""What the page of a policy shows of thresholds: a sentence for each, and the curve they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from review.statistics import Point

ENOUGH = 30
"""Reviewed documents from which a share says something; from fewer one cannot tell 1 % from 10 %."""

WIDTH, LEFT, RIGHT = 640, 52, 24
TOP, HEIGHT, GAP = 26, 96, 46
"""Of the drawing, in its own unit: two panels above each other, which share the axis of thresholds."""


@dataclass(frozen=True)
class Panel:
    """One line of the drawing. ``line`` has the points of an SVG polyline; ``top`` is the value at its upper edge."""

    title: str
    name: str
    y: int
    line: str
    top: str

    @property
    def bottom(self) -> int:
        return self.y + HEIGHT

    @property
    def heading(self) -> int:
        return self.y - 10


@dataclass(frozen=True)
class Drawing:
    panels: Sequence[Panel]
    ticks: Sequence[tuple[float, str]]
    """Where on the axis a threshold stands, and how it is written."""
    width: int = WIDTH
    height: int = TOP + 2 * HEIGHT + GAP + 28
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = TOP + 2 * HEIGHT + GAP

    @property
    def span(self) -> int:
        return self.right - self.left


def sentence(point: Point) -> str:
    """What this threshold would have meant. Says so where too few documents were reviewed to tell."""
    start = f"At this threshold {percent(point.passing)} would have passed unseen"
    if point.wrong is None:
        return f"{start}; no reviewed document would have, so nobody knows how many of their fields are wrong."
    known = f"known from {point.documents:,} reviewed {'document' if point.documents == 1 else 'documents'}"
    if point.documents < ENOUGH:
        return f"{start}. How many of their fields are wrong cannot be told yet: too little is {known}."
    return f"{start} with {percent(point.wrong)} wrong fields, {known}."


def drawing(points: Sequence[Point]) -> Drawing:
    """Of at least one point."""
    known = [point for point in points if point.wrong is not None and point.documents >= ENOUGH]
    highest = max((point.wrong or 0.0 for point in known), default=0.0)
    scale = next((step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if highest <= step), 1.0)
    below = TOP + HEIGHT + GAP
    return Drawing(
        panels=(
            Panel("Passed unseen", "passing", TOP, _line([(p.threshold, p.passing) for p in points], TOP), "100 %"),
            Panel(
                "Wrong fields among them",
                "wrong",
                below,
                _line([(p.threshold, (p.wrong or 0.0) / scale) for p in known], below),
                percent(scale),
            ),
        ),
        ticks=[(place(step / 5), percent(step / 5)) for step in range(6)],
    )


def nearest(points: Sequence[Point], threshold: float) -> Point:
    return min(points, key=lambda point: abs(point.threshold - threshold))


def place(threshold: float) -> float:
    """Where a threshold stands on the axis."""
    return round(LEFT + threshold * (WIDTH - LEFT - RIGHT), 1)


def percent(share: float) -> str:
    """To one decimal where there is one; neither 0 % for what is more nor 100 % for what is less."""
    value = round(share * 100, 4)
    least, most = (0.1 if value > 0 else 0), (99.9 if value < 100 else 100)
    return f"{min(max(round(value, 1), least), most):g} %"


def exactly(threshold: float) -> str:
    """A threshold as it was entered."""
    return f"{round(threshold * 100, 4):g} %"


def _line(values: Sequence[tuple[float, float]], top: int) -> str:
    return " ".join(f"{place(threshold)},{top + HEIGHT * (1 - value):.1f}" for threshold, value in values)
