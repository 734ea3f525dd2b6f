"""A picture → its lines of text, by the models of rapidocr (PP-OCRv6) on OpenVINO.

The models are files inside the rapidocr wheel, named explicitly: nothing is ever downloaded. rapidocr itself finds
the lines; they are read by :mod:`extraction.engine.parsers.ocr_recogniser`.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from extraction.engine.errors import ReaderUnavailable
from extraction.engine.parsers.ocr_reader import DOUBTFUL_SCORE, Fragment, Line, Quad, is_tall
from extraction.engine.parsers.ocr_recogniser import Glyphs, Pixels, Recogniser, upright_line
from extraction.engine.parsers.ocr_spaces import spaces

DETECTION_MODEL = "PP-OCRv6_det_small.onnx"
RECOGNITION_MODEL = "PP-OCRv6_rec_small.onnx"
MIN_SCORE = 0.5  # of a line, below which it is noise
SAMPLE_LINES = 12  # the longest, read both ways to find out which one is up


class Rapid:
    """Raises ReaderUnavailable when it cannot start."""

    SIDE = 1280

    def __init__(self, threads: int) -> None:
        try:
            import rapidocr  # takes a second: only when there is something to recognise

            models = Path(rapidocr.__file__).parent / "models"
            cv2.setNumThreads(threads)
            self._finder = rapidocr.RapidOCR(params=parameters(rapidocr, models, threads))
            self._recogniser = Recogniser(models / RECOGNITION_MODEL, threads)
        except (ImportError, OSError, RuntimeError, ValueError):
            raise ReaderUnavailable("The OCR engine could not start.") from None

    def lines(self, pixels: Pixels) -> list[Line]:
        """From top to bottom, without noise."""
        lines = (self._line(pixels, quad) for quad in self._quads(pixels))
        return [line for line in lines if line.fragments and line.score >= MIN_SCORE]

    def turn(self, pixels: Pixels, lines: Sequence[Line]) -> int:
        """Tells from the shape of the longest lines and, in doubt, by reading them upside down."""
        if not lines:
            return 0
        sample = sorted(lines, key=lambda line: -max(line.sides))[:SAMPLE_LINES]
        tall = sum(line.is_tall for line in sample) > len(sample) / 2
        score = statistics.fmean(line.score for line in sample)
        if not tall and score >= DOUBTFUL_SCORE:
            return 0
        flipped = statistics.fmean(self._score_upside_down(pixels, line.quad) for line in sample)
        if tall:
            return 90 if flipped > score else 270
        return 180 if flipped > score else 0

    def _score_upside_down(self, pixels: Pixels, quad: Quad) -> float:
        cut = upright_line(pixels, quad, tall=is_tall(quad))
        return self._recogniser.read(np.ascontiguousarray(np.rot90(cut, 2))).score

    def _quads(self, pixels: Pixels) -> list[Quad]:
        height, width = pixels.shape[:2]
        scale = min(1.0, self.SIDE / max(height, width))
        seen = pixels
        if scale < 1.0:  # rapidocr would pick single pixels out of a large picture
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            seen = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        found = getattr(self._finder(seen, use_det=True, use_cls=False, use_rec=False), "boxes", None)
        if found is None:
            return []
        factor = np.array([width / seen.shape[1], height / seen.shape[0]], dtype=np.float32)
        return [np.asarray(quad, dtype=np.float32) * factor for quad in found]

    def _line(self, pixels: Pixels, quad: Quad) -> Line:
        cut = upright_line(pixels, quad, tall=is_tall(quad))
        glyphs = self._recogniser.read(cut)
        return Line(quad, glyphs.score, tuple(_fragments(glyphs, cut)))


def parameters(rapidocr: Any, models: Path, threads: int) -> dict[str, Any]:
    """For finding lines, as rapidocr wants them. ``rapidocr``: the module, which takes a second to import."""
    return {
        "Global.log_level": "critical",  # it reports every picture without text as an error
        "EngineConfig.openvino.inference_num_threads": threads,
        "Det.engine_type": rapidocr.EngineType.OPENVINO,
        "Det.model_path": str(models / DETECTION_MODEL),
        "Det.limit_type": "max",
        "Det.limit_side_len": Rapid.SIDE,
    }


def _fragments(glyphs: Glyphs, cut: Pixels) -> Iterator[Fragment]:
    if not glyphs.text:
        return
    places = [column + 0.5 for column in glyphs.columns]
    breaks = [0, *spaces(glyphs, cut), len(places)]
    runs = list(pairwise(breaks))
    steps = [places[index + 1] - places[index] for start, stop in runs for index in range(start, stop - 1)]
    half = statistics.fmean(steps) / 2 if steps else 1.0
    for start, stop in runs:
        yield Fragment(
            text=glyphs.text[start:stop],
            start=max(0.0, (places[start] - half) / glyphs.length),
            stop=min(1.0, (places[stop - 1] + half) / glyphs.length),
            score=statistics.fmean(glyphs.confidences[start:stop]),
        )
