"""How a text layer whose lines slope, as scanners with OCR write it, is made level as recognised pages are."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from extraction.engine.parsers.geometry import LEVEL_SLOPE, MIN_WORDS, PageView, Span
from extraction.engine.parsers.levelling import Levelling
from extraction.engine.values import Box

LEAST_SKEW = 0.75  # degrees, from which lines clearly slope; less is followed by the rows themselves
ALIKE = 1.0  # degrees, that a word may differ from the others and slope as they do
AGREEING = 0.8  # of the words that run in the page's direction


def text_skew(spans: Sequence[Span]) -> float:
    """Degrees by which the lines of a page fall to the right, seen upright; 0 unless nearly all words slope alike.

    Of a word of the letters of one font, the middles of the first and the last box stand on a line with its slope.
    """
    if not any(span.slope for span in spans):
        return 0.0
    slopes = [span.slope for span in spans if span.direction is not None and abs(span.slope) <= LEVEL_SLOPE]
    if len(slopes) < MIN_WORDS:
        return 0.0
    skew = -math.degrees(math.atan(statistics.median(slopes)))
    alike = sum(abs(-math.degrees(math.atan(slope)) - skew) <= ALIKE for slope in slopes)
    return round(skew, 3) if abs(skew) >= LEAST_SKEW and alike >= AGREEING * len(slopes) else 0.0


def levelled(box: Box, skew: float, view: PageView) -> Box:
    """The box of the word itself on the level page, from the upright one around the sloping word."""
    x, y = Levelling(skew, 0.0, view.width, view.height).point((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    cos, sin = math.cos(math.radians(skew)), abs(math.sin(math.radians(skew)))
    wide, high = box.x1 - box.x0, box.y1 - box.y0
    # A word of length l and height h fills l cos + h sin across and l sin + h cos down.
    across, down = (size / (cos * cos - sin * sin) for size in (wide * cos - high * sin, high * cos - wide * sin))
    half, rise = max(across, 0.0) / 2, max(down, 0.0) / 2
    return Box(round(x - half, 2), round(y - rise, 2), round(x + half, 2), round(y + rise, 2))
