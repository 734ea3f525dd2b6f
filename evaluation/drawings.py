"""Pictures for the report: reliability diagrams, and pages with the boxes of what was read on them."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

from evaluation.corpus import Case
from evaluation.running import Read
from evaluation.scoring import BINS, Calibration, outcome_of
from extraction.engine.errors import EngineError
from extraction.engine.files import FileReader

PICTURE_WIDTH = 900  # pixels
QUALITY = 55  # of JPEG; enough to read a page, small enough for a report of many
MOST_PAGES = 3  # of one document


@dataclass(frozen=True)
class Bar:
    """One tenth of a reliability diagram, in percent of its width and height."""

    x: float
    right: float
    height: float
    confidence: float
    label: str


@dataclass(frozen=True)
class Mark:
    """The box of one value, in the page's unit."""

    x: float
    y: float
    width: float
    height: float
    label: str
    outcome: str


@dataclass(frozen=True)
class Sheet:
    """A page to show. ``source`` is a data URI."""

    number: int
    width: float
    height: float
    source: str
    marks: Sequence[Mark]


def bars(calibration: Calibration | None) -> list[Bar]:
    """Where all bars end at their mark, confidences mean what they say (DeGroot and Fienberg 1983)."""
    found = calibration.bins if calibration else []
    return [
        Bar(
            x=100 * index / BINS,
            right=100 * (index + 0.9) / BINS,
            height=100 * one.accuracy,
            confidence=100 * one.confidence,
            label=f"{one.n} values of {one.confidence:.2f} on average, {one.accuracy:.1%} of them right",
        )
        for index, one in enumerate(found)
        if one is not None
    ]


def sheets(case: Case, read: Read, reader: FileReader) -> Iterator[Sheet]:
    """The pages that hold values, as pictures with boxes; none for files without pages to show."""
    marks = _marks(case, read)
    shown = [page for page in read.pages if page.unit != "char" and page.number in marks][:MOST_PAGES]
    for page in shown or [page for page in read.pages[:1] if page.unit != "char"]:
        try:
            png = reader.picture(str(case.path), page, PICTURE_WIDTH)
        except EngineError:
            return
        yield Sheet(page.number, page.width, page.height, _data_uri(png), marks.get(page.number, []))


def _marks(case: Case, read: Read) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = {}
    for name, described in read.prediction.get("fields", {}).items():
        if described["box"] is None:
            continue
        x0, y0, x1, y1 = described["box"]
        outcome = outcome_of(name, case.truth, described["value"]) or "unknown"
        label = f"{name}: {described['raw']} ({described['confidence']:.2f})"
        found.setdefault(described["page"], []).append(Mark(x0, y0, x1 - x0, y1 - y0, label, outcome))
    return found


def _data_uri(png: bytes) -> str:
    jpeg = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(jpeg, "JPEG", quality=QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg.getvalue()).decode()}"
