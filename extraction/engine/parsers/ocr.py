"""A page that is a picture → words with boxes, upright and level."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from PIL import Image

from extraction.engine.parsers import raster
from extraction.engine.parsers.characters import clean
from extraction.engine.parsers.levelling import Levelling, Slope, levelling
from extraction.engine.parsers.ocr_reader import Line, Reader, reader
from extraction.engine.parsers.ocr_recogniser import Pixels
from extraction.engine.values import Box, Options, Page, Source, Word

DOTS_PER_INCH = 200.0  # at which PDF pages are rendered
SLICE = 4.0  # height over width of a picture, from which it is read in slices
LEAST_LETTERS = 8  # pixels that a picture must be high and wide, also when lines are looked for in it, to show any
MARGIN = 0.1  # of a slice's height, seen above and below it, so that no line is cut

_LOCK = threading.Lock()  # one inference at a time in a process; it has its own threads


def recognise_page(source: Source, page: Page, options: Options) -> Page:
    """The page with the words that its picture shows, in the page's unit. Raises ReaderUnavailable."""
    shown = raster.picture(source, page.number, options.limits, dots_per_inch=DOTS_PER_INCH)
    with _LOCK:
        turn, lines = _read_upright(reader(options.ocr_engine, options.ocr_threads), shown)
    displayed = (page.height, page.width) if page.turn % 180 else (page.width, page.height)
    width, height = displayed[::-1] if turn % 180 else displayed
    seen = shown.size[::-1] if turn % 180 else shown.size
    level = levelling([_slope(line) for line in lines], *seen)
    return Page(
        number=page.number,
        width=width,
        height=height,
        unit=page.unit,
        words=tuple(word for line in lines for word in _words(line, level, width / seen[0], height / seen[1])),
        skew=round(level.skew, 3),
        fan=round(level.fan, 3),
        turn=turn,
    )


def _read_upright(reader: Reader, shown: Image.Image) -> tuple[int, list[Line]]:
    """(clockwise degrees by which the picture had to be turned, the lines of the turned picture)."""
    pixels = _pixels(shown)
    lines = read_pixels(reader, pixels)
    turn = reader.turn(pixels, lines)
    return (turn, read_pixels(reader, _pixels(raster.turned(shown, turn)))) if turn else (0, lines)


def _pixels(shown: Image.Image) -> Pixels:
    return np.ascontiguousarray(np.asarray(shown)[:, :, ::-1])


def read_pixels(reader: Reader, pixels: Pixels) -> list[Line]:
    """The lines of a picture; a long narrow one, such as a receipt, is read in overlapping slices.

    Scaled down as a whole, its letters would become too small to find.
    """
    height, width = pixels.shape[:2]
    if min(width, height, height * reader.SIDE / width) < LEAST_LETTERS:
        return []
    least = reader.SIDE / (1 + 2 * MARGIN)  # pixels of a slice; with its margins it need not be scaled down
    count = math.ceil(height / max(SLICE * width, least))
    lines: list[Line] = []
    for start, stop in pairwise(round(height * part / count) for part in range(count + 1)):
        margin = round(MARGIN * (stop - start)) if count > 1 else 0
        top = max(0, start - margin)
        seen = reader.lines(pixels[top : stop + margin])
        lines += [line for line in (line.moved(0, top) for line in seen) if start <= line.middle < stop]
    return lines


def _slope(line: Line) -> Slope:
    length, height = line.sides
    across, down = line.quad[1] - line.quad[0] + line.quad[2] - line.quad[3]
    x, y = line.quad.mean(axis=0)
    return Slope(float(x), float(y), length, height, math.degrees(math.atan2(down, across)))


def _words(line: Line, level: Levelling, wide: float, high: float) -> Iterator[Word]:
    """Words along the line; down the page for a tall one, as it was read. ``wide`` and ``high``: units per pixel."""
    corners = np.roll(line.quad, -1, axis=0) if line.is_tall else line.quad
    begin, end = (corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2
    length, height = max(line.sides), min(line.sides)
    for fragment in line.fragments:
        text = clean(fragment.text)
        if not text:
            continue
        x, y = map(float, begin + (end - begin) * (fragment.start + fragment.stop) / 2)
        extent = (fragment.stop - fragment.start) * length
        across, down = (height, extent) if line.is_tall else (extent, height)
        wider, higher = level.stretch(x, y)
        box = _box(level.point(x, y), across * wider, down * higher, wide, high)
        yield Word(text, box, round(fragment.score, 4), "ocr")


def _box(centre: tuple[float, float], across: float, down: float, wide: float, high: float) -> Box:
    x, y = centre
    return Box(
        round((x - across / 2) * wide, 2),
        round((y - down / 2) * high, 2),
        round((x + across / 2) * wide, 2),
        round((y + down / 2) * high, 2),
    )
