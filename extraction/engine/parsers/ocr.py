"""A page that is a picture → words with boxes, upright and level."""

from __future__ import annotations

import cmath
import math
import statistics
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from extraction.engine.parsers import raster
from extraction.engine.parsers.characters import clean
from extraction.engine.parsers.ocr_reader import DETECTION_SIDE, Line, Reader, reader
from extraction.engine.values import Box, Options, Page, Source, Word

DOTS_PER_INCH = 200.0  # at which PDF pages are rendered
DOUBTFUL_SCORE = 0.85  # mean over the longest lines, below which the page may be upside down
SAMPLE_LINES = 12  # read both ways to find out
LONG = 3.0  # length over height of a line, from which its slope tells the page's
SLICE = 4.0  # height over width of a picture, from which it is read in slices
LEAST_SLICE = DETECTION_SIDE / 1.2  # pixels; with its margins it need not be scaled down
LEAST_LETTERS = 8  # pixels that a picture must be high and wide, also when lines are looked for in it, to show any
MARGIN = 0.1  # of a slice's height, seen above and below it, so that no line is cut

_LOCK = threading.Lock()  # one inference at a time in a process; it has its own threads


def recognise_page(source: Source, page: Page, options: Options) -> Page:
    """The page with the words that its picture shows, in the page's unit. Raises ReaderUnavailable."""
    shown = raster.picture(source, page.number, options.limits, dots_per_inch=DOTS_PER_INCH)
    with _LOCK:
        turn, lines = _read_upright(reader(options.ocr_threads), shown)
    displayed = (page.height, page.width) if page.turn % 180 else (page.width, page.height)
    width, height = displayed[::-1] if turn % 180 else displayed
    levelling = _Levelling(_skew(lines), shown.size[::-1] if turn % 180 else shown.size, (width, height))
    return Page(
        number=page.number,
        width=width,
        height=height,
        unit=page.unit,
        words=tuple(word for line in lines for word in _words(line, levelling)),
        skew=round(levelling.skew, 3),
        turn=turn,
    )


def _read_upright(reader: Reader, shown: Image.Image) -> tuple[int, list[Line]]:
    """(clockwise degrees by which the picture had to be turned, the lines of the turned picture)."""
    lines = _read(reader, shown)
    turn = _needed_turn(reader, lines)
    return (turn, _read(reader, raster.turned(shown, turn))) if turn else (0, lines)


def _read(reader: Reader, shown: Image.Image) -> list[Line]:
    """The lines of a picture; a long narrow one, such as a receipt, is read in overlapping slices.

    Scaled down as a whole, its letters would become too small to find.
    """
    pixels = np.ascontiguousarray(np.asarray(shown)[:, :, ::-1])
    height, width = pixels.shape[:2]
    if min(width, height, height * DETECTION_SIDE / width) < LEAST_LETTERS:
        return []
    count = math.ceil(height / max(SLICE * width, LEAST_SLICE))
    lines: list[Line] = []
    for start, stop in pairwise(round(height * part / count) for part in range(count + 1)):
        margin = round(MARGIN * (stop - start)) if count > 1 else 0
        top = max(0, start - margin)
        seen = reader.lines(pixels[top : stop + margin])
        lines += [line for line in (line.moved(top) for line in seen) if start <= line.middle < stop]
    return lines


def _needed_turn(reader: Reader, lines: Sequence[Line]) -> int:
    """Tells from the shape of the longest lines and, in doubt, by reading them upside down."""
    if not lines:
        return 0
    sample = sorted(lines, key=lambda line: -max(line.sides))[:SAMPLE_LINES]
    tall = sum(line.is_tall for line in sample) > len(sample) / 2
    score = statistics.fmean(line.score for line in sample)
    if not tall and score >= DOUBTFUL_SCORE:
        return 0
    flipped = reader.score([np.ascontiguousarray(np.rot90(line.cut, 2)) for line in sample])
    if tall:
        return 90 if flipped > score else 270
    return 180 if flipped > score else 0


def _skew(lines: Sequence[Line]) -> float:
    """Degrees by which lines fall to the right: the median of those long enough to tell."""
    slopes = []
    for line in lines:
        length, height = line.sides
        if length >= LONG * height:
            across, down = line.quad[1] - line.quad[0] + line.quad[2] - line.quad[3]
            slopes.append(math.degrees(math.atan2(down, across)))
    return statistics.median(slopes) if slopes else 0.0


@dataclass(frozen=True, slots=True)
class _Levelling:
    """Turns places on the picture about its middle by ``-skew`` degrees, then scales them to the page's unit."""

    skew: float
    picture_size: tuple[int, int]
    page_size: tuple[float, float]

    def box(self, centre: NDArray[np.float32], across: float, down: float) -> Box:
        """The level box of that width and height (pixels) about a place on the picture."""
        turned = cmath.rect(1, -math.radians(self.skew))
        middle = complex(*self.picture_size) / 2
        place = (complex(*centre) - middle) * turned + middle
        wide, high = (page / picture for page, picture in zip(self.page_size, self.picture_size, strict=True))
        return Box(
            round((place.real - across / 2) * wide, 2),
            round((place.imag - down / 2) * high, 2),
            round((place.real + across / 2) * wide, 2),
            round((place.imag + down / 2) * high, 2),
        )


def _words(line: Line, levelling: _Levelling) -> Iterator[Word]:
    """Words along the line; down the page for a tall one, as it was read."""
    corners = np.roll(line.quad, -1, axis=0) if line.is_tall else line.quad
    begin, end = (corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2
    length, height = max(line.sides), min(line.sides)
    for fragment in line.fragments:
        text = clean(fragment.text)
        if not text:
            continue
        centre = begin + (end - begin) * (fragment.start + fragment.stop) / 2
        extent = (fragment.stop - fragment.start) * length
        across, down = (height, extent) if line.is_tall else (extent, height)
        yield Word(text, levelling.box(centre, across, down), round(fragment.score, 4), "ocr")
