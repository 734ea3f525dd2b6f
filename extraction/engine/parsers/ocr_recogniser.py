"""The picture of one line → its characters with their places, by the recognition network of PP-OCRv6 on OpenVINO.

The network knows 18,709 characters, nearly all of them Chinese. Only the columns of its last layer that stand for
characters of the Latin script are kept: 20 % less time, and a smudge is not taken for a Chinese character any more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Height x width x 3, blue first, as OpenCV wants it."""

HEIGHT = 48  # pixels of every line that is read
COLUMN = 8  # pixels of its width that give one column of characters' probabilities
LEAST_WIDTH = 160  # a narrower line is padded to it: the network has seen no shorter ones
WIDTH_STEP = 2 * COLUMN  # of padded lines, so that few different shapes occur
MAX_WIDTH = 6_400  # beyond it a line is squeezed: what no page holds must not cost without bound

HESITATION = 0.05  # probability from which the network thought of a character

LAST_LETTER = 0x17F  # of Latin Extended-A, with which all languages of Europe in Latin script are written
SIGNS = frozenset("ȘșȚț–—‘’“”•…‰₩₪₫€₱₴₹₺₽™−≤≥℃")


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a line without its spaces.

    ``columns``: where each stands, ``confidences``: of each (0 to 1), ``spaces``: between each two, the probability
    of a space. ``length``: the columns that the line itself takes, without padding.
    """

    text: str
    columns: tuple[int, ...]
    confidences: tuple[float, ...]
    spaces: tuple[float, ...]
    length: float

    @property
    def score(self) -> float:
        return math.fsum(self.confidences) / len(self.confidences) if self.confidences else 0.0


class Recogniser:
    """Raises RuntimeError or OSError when the model cannot be loaded."""

    def __init__(self, model: Path, threads: int) -> None:
        import openvino

        core = openvino.Core()
        core.set_property("CPU", {"INFERENCE_NUM_THREADS": threads})
        network = core.read_model(model)
        characters = ["", *network.get_rt_info()["framework"]["character"].value.splitlines(), " "]
        kept = [index for index, character in enumerate(characters) if _is_latin(character)]
        _keep_outputs(network, kept)
        self._characters = [characters[index] for index in kept]
        self._digits = [self._characters.index(digit) for digit in "0123456789"]
        self._marks = [self._characters.index(mark) for mark in ".,/:-"]
        self._request = core.compile_model(network, "CPU").create_infer_request()

    def read(self, line: Pixels) -> Glyphs:
        """``line`` is HEIGHT pixels high, as :func:`upright_line` gives it."""
        width = line.shape[1]
        padded = max(LEAST_WIDTH, math.ceil(width / WIDTH_STEP) * WIDTH_STEP)
        batch = np.zeros((1, 3, HEIGHT, padded), dtype=np.float32)
        batch[0, :, :, :width] = line.transpose(2, 0, 1) / np.float32(127.5) - np.float32(1)
        self._request.infer([batch])
        return self._decoded(self._request.get_output_tensor().data[0], width / COLUMN)

    def _decoded(self, probabilities: NDArray[np.float32], length: float) -> Glyphs:
        """The most probable character of each column, repetitions and blanks left out (greedy CTC decoding)."""
        best = probabilities.argmax(axis=1)
        space = len(self._characters) - 1
        self._restore_marks(probabilities, best)
        begins = self._begins(best)
        confidences = probabilities[begins, best[begins]]
        between = probabilities[:, space]
        return Glyphs(
            text="".join(self._characters[index] for index in best[begins]),
            columns=tuple(begins.tolist()),
            confidences=tuple(confidences.tolist()),
            spaces=tuple(float(between[here + 1 : after].max(initial=0.0)) for here, after in pairwise(begins)),
            length=length,
        )

    def _begins(self, best: NDArray[np.intp]) -> NDArray[np.intp]:
        """The columns in which a character other than a space begins."""
        return np.flatnonzero((best != 0) & (best != len(self._characters) - 1) & (np.diff(best, prepend=-1) != 0))

    def _restore_marks(self, probabilities: NDArray[np.float32], best: NDArray[np.intp]) -> None:
        """Writes faint points into ``best``: in 32 700, where the network saw a gap and also thought of 327.00."""
        begins = self._begins(best)
        digits = np.isin(best[begins], self._digits)
        for pair in np.flatnonzero(digits[:-1] & digits[1:]):
            first, after = begins[pair] + 1, begins[pair + 1]
            marks = probabilities[first:after, self._marks]
            gap = probabilities[first:after, -1].max(initial=0.0)
            if gap >= HESITATION and marks.max(initial=0.0) >= HESITATION:
                column, mark = np.unravel_index(marks.argmax(), marks.shape)
                best[first + column] = self._marks[mark]


def _is_latin(character: str) -> bool:
    """Also the blank, which is first and empty here, and the space."""
    return len(character) < 2 and (character <= chr(LAST_LETTER) or character in SIGNS)


def _keep_outputs(network: Any, kept: Sequence[int]) -> None:
    """Leaves only these columns of the weights and offsets of the last layer."""
    from openvino import opset13

    operations = network.get_ordered_ops()
    for kind in ("MatMul", "Add"):
        last = next(operation for operation in reversed(operations) if operation.get_type_name() == kind)
        values = last.input_value(1).get_node().data[..., kept]
        last.input(1).replace_source_output(opset13.constant(np.ascontiguousarray(values)).output(0))
    network.validate_nodes_and_infer_types()


def upright_line(picture: Pixels, quad: NDArray[np.float32], *, tall: bool) -> Pixels:
    """What ``quad`` (its corners clockwise from the upper left) encloses, made level and HEIGHT pixels high.

    A ``tall`` one runs down the page and comes turned counter-clockwise.
    """
    left, top = np.maximum(np.floor(quad.min(axis=0)).astype(int), 0)
    right, bottom = np.ceil(quad.max(axis=0)).astype(int) + 1
    part, corners = picture[top:bottom, left:right], quad - (left, top)
    if part.size == 0:
        return np.zeros((HEIGHT, 1, 3), dtype=np.uint8)
    across = max(_distance(corners[0], corners[1]), _distance(corners[2], corners[3]))
    down = max(_distance(corners[0], corners[3]), _distance(corners[1], corners[2]))
    shrink = int((across if tall else down) // (2 * HEIGHT))
    if shrink > 1:  # sampling a large picture here and there would lose strokes of its letters
        size = (max(1, part.shape[1] // shrink), max(1, part.shape[0] // shrink))
        scale = np.array([size[0] / part.shape[1], size[1] / part.shape[0]])
        part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        corners = corners * scale
        across, down = across / shrink, down / shrink
    width, height = max(1, int(across)), max(1, int(down))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    transform = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    level = cv2.warpPerspective(
        part, transform, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    if tall:
        level = np.ascontiguousarray(np.rot90(level))
        width, height = height, width
    length = min(MAX_WIDTH, max(1, math.ceil(HEIGHT * width / height)))
    smoothing = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(level, (length, HEIGHT), interpolation=smoothing), dtype=np.uint8)


def _distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(one - other))
