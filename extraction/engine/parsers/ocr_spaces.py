"""Where does a recognised line have spaces? The network often leaves them out, above all in large and odd type.

Two things tell: how probable the network itself found a space there, even where it decided against it, and how wide
the gap in the ink is. Their weights were fitted to 4,700 lines of printed receipts (logistic regression; each half
of the issuers gives about the same ones). Against the network alone, 16 instead of 59 spaces between letters are
missed, with as many false ones.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from extraction.engine.parsers.ocr_recogniser import COLUMN, HEIGHT, Glyphs, Pixels

NETWORK_WEIGHT = 0.62  # of the network's log-odds
GAP_WEIGHT = 7.6  # of what the gap is wider than the line's median one, in heights of the line
OFFSET = 1.1
LEAST_PROBABILITY = 1e-6
CERTAIN = 0.5  # of the network, from which a number is taken apart
EDGE = HEIGHT // 12  # the lines above and below may reach in
INK_SHARE = 0.02  # of a column, up to which it counts as blank

_IN_NUMBER = re.compile(r"(?<=\d)[.,](?=\d)")  # beside such a mark every gap looks wide


def spaces(glyphs: Glyphs, line: Pixels) -> list[int]:
    """Before which characters a space stands (from 1), in order."""
    if len(glyphs.text) < 2:
        return []
    gaps = _gaps(line, [(column + 0.5) * COLUMN for column in glyphs.columns])
    usual = statistics.median(gaps)
    inside = {index for match in _IN_NUMBER.finditer(glyphs.text) for index in (match.start(), match.start() + 1)}
    return [
        index
        for index, (gap, probability) in enumerate(zip(gaps, glyphs.spaces, strict=True), start=1)
        if (probability > CERTAIN if index in inside else _is_space(probability, (gap - usual) / HEIGHT))
    ]


def _is_space(probability: float, excess: float) -> bool:
    """``excess``: what the gap is wider than usual, in heights of the line."""
    return NETWORK_WEIGHT * _log_odds(probability) + GAP_WEIGHT * excess + OFFSET > 0


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY)
    return math.log(bounded / (1 - bounded))


def _gaps(line: Pixels, centres: Sequence[float]) -> list[int]:
    """The widest blank between the middles of each two neighbours, in pixels."""
    grey = cv2.cvtColor(line, cv2.COLOR_BGR2GRAY)
    _, binary = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink = (binary == 0) if binary.mean() > 127 else (binary != 0)
    blank = ink[EDGE : HEIGHT - EDGE].sum(axis=0) <= INK_SHARE * HEIGHT
    return [_longest_run(blank[int(here) : int(after) + 1]) for here, after in pairwise(centres)]


def _longest_run(blank: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], blank.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max()) if edges.size else 0
