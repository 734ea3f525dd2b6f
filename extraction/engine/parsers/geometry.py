"""Where does a thing stand on the page that a person sees? From PDF user space to our coordinates.

PDF user space has its origin at the bottom left of an arbitrary box, y upwards, before the page is
rotated for display. Ours: origin at the top left of the visible page, y downwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extraction.engine.values import Box, Word

MIN_WORDS = 6  # with a direction, from which the direction of a page is believed
MAJORITY = 0.8
LEVEL_SLOPE = 0.36  # tangent of 20 degrees


class Span(NamedTuple):
    """A word in PDF user space.

    ``direction``: counter-clockwise degrees it runs in, None when too short to tell. ``slope``: tangent of the angle
    by which it rises above that direction.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    direction: int | None
    slope: float = 0.0


DIAGONAL = -1
"""Direction of text that runs neither along nor across the page, as watermarks do."""


def direction(dx: float, dy: float) -> int | None:
    """The direction from the first to the last character of a word: 0, 90, 180, 270 or DIAGONAL."""
    if abs(dy) <= LEVEL_SLOPE * abs(dx):
        return (0 if dx > 0 else 180) if dx else None
    if abs(dx) <= LEVEL_SLOPE * abs(dy):
        return 90 if dy > 0 else 270
    return DIAGONAL


def slope(dx: float, dy: float) -> float:
    """By how much a word rises above the direction it runs in, seen upright (a tangent); of a watermark 0."""
    running = direction(dx, dy)
    if running in (0, 180):
        return dy / dx
    return -dx / dy if running in (90, 270) else 0.0


@dataclass(frozen=True, slots=True)
class PageView:
    """How a page is shown: its visible box in user space, and the clockwise degrees it is turned by.

    ``rotation`` is the page's own /Rotate plus ``turn``, which makes text that still runs sideways upright.
    """

    left: float
    bottom: float
    right: float
    top: float
    rotation: int
    turn: int

    @classmethod
    def of(cls, visible: tuple[float, float, float, float], rotate: int, spans: Sequence[Span]) -> PageView:
        """``visible`` is (left, bottom, right, top) of crop and media box together; ``rotate`` the page's /Rotate."""
        directions = Counter(span.direction for span in spans if span.direction is not None)
        upright = rotate
        if directions:
            main, count = directions.most_common(1)[0]
            if main != DIAGONAL and count >= MIN_WORDS and count >= MAJORITY * directions.total():
                upright = main
        return cls(*visible, rotation=upright, turn=(upright - rotate) % 360)

    @property
    def width(self) -> float:
        return self.right - self.left if self.rotation % 180 == 0 else self.top - self.bottom

    @property
    def height(self) -> float:
        return self.top - self.bottom if self.rotation % 180 == 0 else self.right - self.left

    def place(self, span: Span) -> Box | None:
        """The box of a word on the visible page; None when the word is outside of it, empty or a watermark."""
        if span.direction == DIAGONAL or span.right <= span.left or span.top <= span.bottom:
            return None
        if not (self.left <= (span.left + span.right) / 2 <= self.right):
            return None
        if not (self.bottom <= (span.bottom + span.top) / 2 <= self.top):
            return None
        return self._turned(span)

    def _turned(self, span: Span) -> Box:
        left, right = span.left - self.left, span.right - self.left
        bottom, top = span.bottom - self.bottom, span.top - self.bottom
        across, up = self.right - self.left, self.top - self.bottom
        if self.rotation == 90:
            return Box(bottom, left, top, right)
        if self.rotation == 180:
            return Box(across - right, bottom, across - left, top)
        if self.rotation == 270:
            return Box(up - top, across - right, up - bottom, across - left)
        return Box(left, up - top, right, up - bottom)


def in_reading_order(words: Sequence[Word]) -> list[Word]:
    """Row by row from the top, each from the left. For pages whose file order is that of another direction."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.box.y0 + word.box.y1):
        if rows and word.box.y0 + word.box.y1 < 2 * rows[-1][0].box.y1:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [word for row in rows for word in sorted(row, key=lambda word: word.box.x0)]
