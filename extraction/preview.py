"""What a document looks like, for the admin: pictures of its pages, its lines, or its rows."""

from __future__ import annotations

import csv
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any

from django.core.cache import cache
from django.core.files.storage import default_storage
from PIL import Image

from documents.models import Document
from extraction import artefacts, bridge
from extraction.bridge import words
from extraction.errors import ArtefactLost, StageFailed
from extraction.models import ProcessingJob

WIDTH = 1200
"""Pixels of a page's picture."""
WIDTHS = (200, 800, WIDTH, 1800, 2600)
"""Of a thumbnail, and so that a page is sharp at any zoom. Few, so that they are cached."""
MARGIN = 0.25
"""Around a part of a page, of the part's height."""
KEPT_SECONDS = 900
HEAD_BYTES = 65_536
WHOLE_BYTES = 4_000_000
MAX_ROWS, MAX_COLUMNS, MAX_LINES = 200, 30, 1_000
VIEW = ("turn", "skew", "fan")  # of a page: what was done to its picture, so that boxes fit it
PNG = b"\x89PNG"
PICTURED = {"pdf", "png", "jpg", "jpeg"}


_drawing = threading.BoundedSemaphore(2)
"""Pages drawn at once in this process. A browser asks for many; a child for each of them would take longer to start
than a page to draw. Not one, so that a document that takes long does not hold up all others."""


@dataclass(frozen=True)
class Head:
    """The beginning of a text file, either as lines or as rows. ``complete``: there is no more of it."""

    complete: bool
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    problem: str = ""


def page_picture(document: Document, number: int, width: int = WIDTH) -> bytes:
    """Page ``number`` (from 1), kept for a while. Raises ``StageFailed`` or ``FileNotFoundError``."""
    page = next((page for page in pages(document) if page["number"] == number), {})
    view = {name: page[name] for name in VIEW if name in page}
    key = f"page:{document.pk}:{number}:{width}:" + ":".join(str(value) for value in view.values())
    picture: bytes | None = cache.get(key)
    if picture is None:
        with _drawing:
            picture = bridge.render_page(document, number, width, **view)
        cache.set(key, picture, KEPT_SECONDS)
    return picture


def media_type(picture: bytes) -> str:
    """Scans and photographs come as JPEG, all else as PNG."""
    return "image/png" if picture.startswith(PNG) else "image/jpeg"


def width_for(wanted: int) -> int:
    """The narrowest of ``WIDTHS`` that is as wide as ``wanted``, or the widest of them."""
    return next((width for width in WIDTHS if width >= wanted), WIDTHS[-1])


def part_of(picture: bytes, page: Mapping[str, Any], box: Sequence[float]) -> bytes:
    """What stands in ``box`` on a picture of ``page`` and a little around it, as a PNG."""
    left, top, right, bottom = box
    margin = MARGIN * (bottom - top)
    with Image.open(BytesIO(picture)) as whole:
        across, down = whole.width / page["width"], whole.height / page["height"]
        sides = ((left - margin) * across, (top - margin) * down, (right + margin) * across, (bottom + margin) * down)
        limits = (whole.width, whole.height) * 2
        x0, y0, x1, y1 = (min(max(round(side), 0), limit) for side, limit in zip(sides, limits, strict=True))
        x0, y0 = min(x0, whole.width - 1), min(y0, whole.height - 1)  # at least a pixel, also of what is outside
        part = whole.crop((x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)))
        part.save(file := BytesIO(), "PNG")
    return file.getvalue()


def pages(document: Document) -> list[dict[str, Any]]:
    """Number, size and view of each page as it was last read; none while it was not, or where it has no pictures."""
    return sheets(document) if has_pictures(document) else []


def sheets(document: Document) -> list[dict[str, Any]]:
    """The same, also of plain text: its pages are measured in characters."""
    return known_sheets(document) or []


def known_sheets(document: Document) -> list[dict[str, Any]] | None:
    """The same; ``None`` where the document was not read, or nothing is left of how it was parsed."""
    job = _read_by(document)
    if job is None:
        return None
    key = f"sheets:{job.parsed_file}"
    found: list[dict[str, Any]] | None = cache.get(key)
    if found is None:
        try:
            outlines = bridge.pages(artefacts.load(job))
        except ArtefactLost:
            return None
        found = [
            {name: getattr(page, name) for name in ("number", "width", "height", "unit", *VIEW)} for page in outlines
        ]
        cache.set(key, found, KEPT_SECONDS)
    return found


def page_words(document: Document, number: int) -> list[words.Placed]:
    """The words of page ``number`` and where they stand; none while it was not read."""
    job = _read_by(document)
    if job is None:
        return []
    key = f"words:{job.parsed_file}:{number}"
    found: list[words.Placed] | None = cache.get(key)
    if found is None:
        try:
            found = words.on_page(artefacts.load(job), number)
        except ArtefactLost:
            return []
        cache.set(key, found, KEPT_SECONDS)
    return found


def _read_by(document: Document) -> ProcessingJob | None:
    """The latest job that left the parsed document behind."""
    return document.jobs.exclude(parsed_file="").only("document", "parsed_file").first()


def has_pictures(document: Document) -> bool:
    return document.file_extension.lower() in PICTURED


def head(document: Document) -> Head:
    """The beginning of a text or CSV file; a sentence in ``problem`` where it cannot be shown."""
    try:
        with default_storage.open(document.file) as file:
            data = file.read(HEAD_BYTES)
        text = bridge.text_of(_whole_lines(data) if len(data) == HEAD_BYTES else data)
    except OSError:
        return Head(complete=False, problem="The stored file could not be found.")
    except StageFailed:
        return Head(complete=False, problem="The file is not text and cannot be shown.")
    complete = len(data) < HEAD_BYTES
    if document.file_extension.lower() == "csv":
        rows = _rows(text)
        return Head(complete=complete and len(rows) <= MAX_ROWS, rows=rows[:MAX_ROWS])
    lines = text.splitlines()
    return Head(complete=complete and len(lines) <= MAX_LINES, text="\n".join(lines[:MAX_LINES]))


def whole_text(document: Document) -> str:
    """All of a text file; nothing where it is too long for a page, is no text, or could not be found."""
    try:
        with default_storage.open(document.file) as file:
            data = file.read(WHOLE_BYTES + 1)
        return bridge.text_of(data) if len(data) <= WHOLE_BYTES else ""
    except (OSError, StageFailed):
        return ""


def _whole_lines(data: bytes) -> bytes:
    """Without the line that the limit cut, which might end within a character."""
    return data[: data.rfind(b"\n") + 1] or data


def _rows(text: str) -> tuple[tuple[str, ...], ...]:
    reader = csv.reader(text.splitlines(), delimiter=bridge.delimiter_of(text), skipinitialspace=True)
    try:
        return tuple(tuple(row[:MAX_COLUMNS]) for row in islice(reader, MAX_ROWS + 1))
    except csv.Error:
        return tuple((line,) for line in text.splitlines()[: MAX_ROWS + 1])
