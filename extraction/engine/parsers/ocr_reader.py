"""A picture → its lines of text, by rapidocr (PP-OCRv6) on OpenVINO.

The models are files inside the rapidocr wheel, named explicitly: nothing is ever downloaded.
"""

from __future__ import annotations

import functools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extraction.engine.errors import ReaderUnavailable

DETECTION_MODEL = "PP-OCRv6_det_small.onnx"
RECOGNITION_MODEL = "PP-OCRv6_rec_small.onnx"
DETECTION_SIDE = 1280  # pixels; a larger picture is scaled down to it for finding lines, not for reading them

MIN_SCORE = 0.5  # of a line, below which it is noise
TALL = 1.5  # height over width of a line's box, from which rapidocr takes it for one that runs down the page
WIDE_GAP = 5  # in columns of the recognition (8 pixels of a line 48 high): a gap between words
WIDE_BLANK = 0.25  # of the line's height

Pixels = NDArray[np.uint8]
"""Height x width x 3, blue first, as OpenCV wants it."""

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
    """One line as it was recognised. ``cut``: the pixels it was read from, a tall one turned counter-clockwise."""

    quad: Quad
    score: float
    fragments: tuple[Fragment, ...]
    cut: Pixels

    @property
    def sides(self) -> tuple[float, float]:
        """Length of the upper edge and of the left one."""
        return float(np.linalg.norm(self.quad[1] - self.quad[0])), float(np.linalg.norm(self.quad[3] - self.quad[0]))

    @property
    def is_tall(self) -> bool:
        width, height = self.sides
        return height >= TALL * width

    @property
    def middle(self) -> float:
        """How far down the picture it stands, in pixels."""
        return float(self.quad[:, 1].mean())

    def moved(self, down: int) -> Line:
        return replace(self, quad=self.quad + np.array([0, down], dtype=np.float32))


class Reader:
    """rapidocr with the models of its own wheel. Raises ReaderUnavailable when it cannot start."""

    def __init__(self, threads: int) -> None:
        try:
            import rapidocr  # takes a second: only when there is something to recognise

            cv2.setNumThreads(threads)
            self._engine = rapidocr.RapidOCR(params=_parameters(rapidocr, threads))
        except (ImportError, OSError, RuntimeError, ValueError):
            raise ReaderUnavailable("The OCR engine could not start.") from None

    def lines(self, pixels: Pixels) -> list[Line]:
        """From top to bottom, without noise."""
        from rapidocr.utils.process_img import map_boxes_to_original

        scaled, scaling = self._engine.preprocess_img(pixels)
        found, _, read, cuts = self._engine.run_ocr_steps(scaled, scaling)
        if found.boxes is None or read.txts is None:
            return []
        quads = map_boxes_to_original(found.boxes, scaling, *pixels.shape[:2])
        lines = (
            Line(quad, float(score), tuple(_fragments(text, columns, cut)), cut)
            for quad, text, score, columns, cut in zip(
                quads, read.txts, read.scores, read.word_results, cuts, strict=True
            )
            if text.strip()
        )
        return [line for line in lines if line.score >= MIN_SCORE]

    def score(self, cuts: Sequence[Pixels]) -> float:
        """How sure the recognition is of these single lines on average (0 to 1)."""
        return statistics.fmean(self._engine.recognize_txt(list(cuts)).scores)


@functools.lru_cache(maxsize=1)
def reader(threads: int) -> Reader:
    """The reader of this process; its models take half a gigabyte, so there is one."""
    return Reader(threads)


def _parameters(rapidocr: Any, threads: int) -> dict[str, Any]:
    models = Path(rapidocr.__file__).parent / "models"
    return {
        "Global.log_level": "error",
        "Global.use_cls": False,
        "Global.return_word_box": True,
        "EngineConfig.openvino.inference_num_threads": threads,
        "Det.engine_type": rapidocr.EngineType.OPENVINO,
        "Det.model_path": str(models / DETECTION_MODEL),
        "Det.limit_type": "max",
        "Det.limit_side_len": DETECTION_SIDE,
        "Rec.engine_type": rapidocr.EngineType.OPENVINO,
        "Rec.model_path": str(models / RECOGNITION_MODEL),
    }


def _fragments(text: str, columns: Any, cut: Pixels) -> Iterator[Fragment]:
    """``columns`` is rapidocr's WordInfo: the column of each character but spaces, the score of each with them.

    Its own word boxes are not used: they give characters the scores of their neighbours once there is a space.
    """
    places = [column + 0.5 for word in columns.word_cols for column in word]
    glyphs = [glyph for glyph in zip(text, columns.confs, strict=False) if not glyph[0].isspace()]
    breaks = _spaces(text) | _wide_blanks(cut, [place / columns.line_txt_len for place in places])
    breaks |= {index for index, (here, after) in enumerate(pairwise(places), start=1) if after - here > WIDE_GAP}
    runs = list(pairwise([0, *sorted(breaks), len(glyphs)]))
    steps = [after - here for start, stop in runs for here, after in pairwise(places[start:stop])]
    half = statistics.fmean(steps) / 2 if steps else 1.0
    for start, stop in runs:
        yield Fragment(
            text="".join(character for character, _ in glyphs[start:stop]),
            start=max(0.0, (places[start] - half) / columns.line_txt_len),
            stop=min(1.0, (places[stop - 1] + half) / columns.line_txt_len),
            score=statistics.fmean(score for _, score in glyphs[start:stop]),
        )


def _spaces(text: str) -> set[int]:
    """Where ``text`` has spaces, counted in its other characters; none at its ends."""
    words = text.split()
    return set(accumulate(map(len, words[:-1])))


def _wide_blanks(cut: Pixels, centres: Sequence[float]) -> set[int]:
    """Before which characters the picture itself shows a space. ``centres``: shares of the line's length.

    The recognition often writes "Date:08/02/2017" where the page has a clear gap. A gap is a space when
    it is wider, by WIDE_BLANK of the line's height, than is usual in this line.
    """
    grey = cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY)
    _, binary = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink = (binary == 0) if binary.mean() > 127 else (binary != 0)
    height, width = ink.shape
    edge = height // 12  # the lines above and below may reach in
    blank = ink[edge : height - edge].sum(axis=0) <= 0.02 * height
    gaps = [_longest_run(blank[int(here * width) : int(after * width) + 1]) for here, after in pairwise(centres)]
    if not gaps:
        return set()
    wide = statistics.median(gaps) + WIDE_BLANK * height
    return {index for index, gap in enumerate(gaps, start=1) if gap > wide}


def _longest_run(blank: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], blank.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max()) if edges.size else 0
