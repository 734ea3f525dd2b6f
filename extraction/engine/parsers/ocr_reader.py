"""What every OCR engine gives, a picture's lines of text, and which engine this process uses."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from extraction.engine.parsers.ocr_recogniser import Pixels
from extraction.engine.values import OcrEngine

DOUBTFUL_SCORE = 0.85  # mean over lines, below which the page may not be upright
TALL = 1.5  # height over width of a line's box, from which it is taken for one that runs down the page

Quad = NDArray[np.float32]
"""4 x 2: the corners of a line, clockwise from its upper left one."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """What stands between two spaces. ``start`` and ``stop``: its place as shares (0 to 1) of the line's length."""

    text: str
    start: float
    stop: float
    score: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was recognised."""

    quad: Quad
    score: float
    fragments: tuple[Fragment, ...]

    @property
    def sides(self) -> tuple[float, float]:
        """Length of the upper edge and of the left one."""
        return sides(self.quad)

    @property
    def is_tall(self) -> bool:
        return is_tall(self.quad)

    @property
    def middle(self) -> float:
        """How far down the picture it stands, in pixels."""
        return float(self.quad[:, 1].mean())

    def moved(self, across: int, down: int) -> Line:
        return replace(self, quad=self.quad + np.array([across, down], dtype=np.float32))


def sides(quad: Quad) -> tuple[float, float]:
    """Length of the upper edge and of the left one."""
    return float(np.linalg.norm(quad[1] - quad[0])), float(np.linalg.norm(quad[3] - quad[0]))


def is_tall(quad: Quad) -> bool:
    width, height = sides(quad)
    return height >= TALL * width


class Reader(Protocol):
    """An OCR engine. Making one raises ReaderUnavailable when it cannot start."""

    SIDE: int
    """Pixels: a larger picture is scaled down to it for finding lines, not for reading them."""

    def lines(self, pixels: Pixels) -> list[Line]:
        """From top to bottom, without noise."""

    def turn(self, pixels: Pixels, lines: Sequence[Line]) -> int:
        """Clockwise degrees (0, 90, 180, 270) that make the picture upright on which these lines were read."""


@functools.lru_cache(maxsize=1)
def reader(engine: OcrEngine, threads: int) -> Reader:
    """The reader of this process; its models take much memory, so there is one."""
    if engine == "tesseract":
        from extraction.engine.parsers.ocr_tesseract import Tesseract

        return Tesseract(threads)
    from extraction.engine.parsers.ocr_rapid import Rapid

    return Rapid(threads)
