"""A picture → its lines of text, by the program ``tesseract`` where it is installed (the setting OCR_ENGINE).

It is far faster to start and smaller than the models of rapidocr, and reads worse. It is run once a picture, with the
picture on its standard input and the words on its standard output; nothing is written to disk.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import statistics
import subprocess
from collections.abc import Sequence
from functools import cached_property
from itertools import groupby

import numpy as np

from extraction.engine.errors import ReaderUnavailable
from extraction.engine.parsers.ocr_reader import DOUBTFUL_SCORE, Fragment, Line
from extraction.engine.parsers.ocr_recogniser import Pixels

FOLDERS = "/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin"  # where the program may be
LANGUAGES = ("eng", "deu", "fra", "ita", "spa", "por", "nld", "pol", "ces", "swe", "dan", "tur")
WORD = "5"  # the level of words among the rows of its answer
MIN_SCORE = 0.3  # of a word, below which it is noise
SIDES = {"90": 90, "180": 180, "270": 270}

_ROTATE = re.compile(r"^Rotate: (\d+)$", re.MULTILINE)


def program() -> str | None:
    """Where it is installed."""
    return shutil.which("tesseract", path=FOLDERS)


class Tesseract:
    """Raises ReaderUnavailable when the program is not there or has no language that we read."""

    SIDE = 4_000

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._program = program() or ""
        if not self._program:
            raise ReaderUnavailable("The program tesseract, which OCR_ENGINE asks for, is not installed.")
        if not self._languages:
            raise ReaderUnavailable("The program tesseract has none of the languages that are read here.")

    def lines(self, pixels: Pixels) -> list[Line]:
        """From top to bottom, without noise."""
        table = self._run([*self._languages, "tsv"], pixels)
        rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
        words = [row for row in rows if row["level"] == WORD and row["text"].strip()]
        certain = [row for row in words if float(row["conf"]) >= 100 * MIN_SCORE]
        lines = groupby(certain, key=lambda row: (row["block_num"], row["par_num"], row["line_num"]))
        return [_line(list(row)) for _, row in lines]

    def turn(self, pixels: Pixels, lines: Sequence[Line]) -> int:
        """Clockwise degrees that make the picture upright; looked for when it was read badly or down the page."""
        level = 2 * sum(not line.is_tall for line in lines) > len(lines)
        if level and statistics.fmean(line.score for line in lines) >= DOUBTFUL_SCORE:
            return 0
        found = _ROTATE.search(self._run(["--psm", "0"], pixels))
        return SIDES.get(found[1], 0) if found else 0

    @cached_property
    def _languages(self) -> list[str]:
        """The option that names those which are installed."""
        installed = self._run(["--list-langs"]).split()
        known = [language for language in LANGUAGES if language in installed]
        return ["-l", "+".join(known)] if known else []

    def _run(self, options: Sequence[str], pixels: Pixels | None = None) -> str:
        """What it says; nothing where it finds no text."""
        command = [self._program, *options]
        picture = b""
        if pixels is not None:
            height, width = pixels.shape[:2]
            command = [self._program, "stdin", "stdout", *options]
            picture = b"P6 %d %d 255\n" % (width, height) + np.ascontiguousarray(pixels[:, :, ::-1]).tobytes()
        environment = {"OMP_THREAD_LIMIT": str(self._threads), "LANG": "C.UTF-8"}
        try:
            done = subprocess.run(command, input=picture, capture_output=True, env=environment, check=False)
        except OSError:
            raise ReaderUnavailable("The program tesseract could not be started.") from None
        return done.stdout.decode("utf-8", "replace")


def _line(words: Sequence[dict[str, str]]) -> Line:
    boxes = [tuple(int(word[side]) for side in ("left", "top", "width", "height")) for word in words]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    length = max(1, right - left)
    fragments = tuple(
        Fragment(word["text"], (box[0] - left) / length, (box[0] + box[2] - left) / length, float(word["conf"]) / 100)
        for word, box in zip(words, boxes, strict=True)
    )
    quad = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float32)
    return Line(quad, statistics.fmean(fragment.score for fragment in fragments), fragments)
