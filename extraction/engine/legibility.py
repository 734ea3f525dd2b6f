"""Could what a page shows be read? A blank page has nothing to read, so it is not unreadable."""

from __future__ import annotations

from PIL import ImageStat

from extraction.engine.parsers import raster
from extraction.engine.values import Limits, Page, Source

LEAST_LETTERS = 10
"""Letters and digits that a page with text has at least."""

LEAST_CONFIDENCE = 0.5
"""Of recognised words on average; below it, most of them are wrong."""

SMALL_DPI = 24.0  # enough to see that there is something
SIDE = 200  # pixels, to which a picture of its own resolution is brought down
MARGIN = 0.06  # of the sides, where scanners leave shadows
PAPER = 8.0  # standard deviation of the grey values (0 to 255) of an empty sheet


def is_unreadable(source: Source, page: Page, limits: Limits) -> bool:
    """Whether a recognised page shows something of which next to nothing was read."""
    letters = sum(char.isalnum() for word in page.words for char in word.text)
    if letters >= LEAST_LETTERS:
        return sum(word.confidence for word in page.words) < LEAST_CONFIDENCE * len(page.words)
    return not _is_blank(source, page.number, limits)


def _is_blank(source: Source, number: int, limits: Limits) -> bool:
    shown = raster.picture(source, number, limits, dots_per_inch=SMALL_DPI).convert("L")
    shown.thumbnail((SIDE, SIDE))
    across, down = int(shown.width * MARGIN), int(shown.height * MARGIN)
    inside = shown.crop((across, down, max(across + 1, shown.width - across), max(down + 1, shown.height - down)))
    return ImageStat.Stat(inside).stddev[0] < PAPER
