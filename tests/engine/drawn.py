"""Pages drawn in characters, for the readers of fields: what stands where in the text is where it stands on the page.

``pages/*.txt`` hold whole documents: above the line ``---`` what a careful reader gives (TOML), below it the page.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from extraction.engine import pipeline
from extraction.engine.reading import Reading
from extraction.engine.values import Box, Extraction, Options, Page, ParsedDocument, Unit, Word

OPTIONS = Options(today=date(2026, 6, 1))
PAGES = Path(__file__).with_name("pages")

CELL = {"char": (1.0, 1.0, 1.0, 0.0), "pt": (5.2, 13.0, 9.5, 40.0)}
"""Width and distance of cells, height of a line of text, margin; in the page's unit."""


def page(text: str, *, unit: Unit = "char", number: int = 1) -> Page:
    width, step, height, margin = CELL[unit]
    lines = text.split("\n")
    words = tuple(
        Word(
            match.group(),
            Box(
                margin + match.start() * width,
                margin + row * step,
                margin + match.end() * width,
                margin + row * step + height,
            ),
        )
        for row, line in enumerate(lines)
        for match in re.finditer(r"\S+", line)
    )
    widest = max(len(line) for line in lines) * width + 2 * margin
    if unit == "char":
        return Page(number=number, width=widest, height=len(lines), unit=unit, words=words)
    return Page(number=number, width=max(595.0, widest), height=842.0, unit=unit, words=words)


def document(*texts: str, unit: Unit = "char") -> ParsedDocument:
    """One page for each text."""
    pages = tuple(page(text, unit=unit, number=number) for number, text in enumerate(texts, start=1))
    return ParsedDocument(media_type="text/plain", pages=pages)


def reading(*texts: str, unit: Unit = "char") -> Reading:
    return Reading(document(*texts, unit=unit), today=OPTIONS.today)


def extract(*texts: str, unit: Unit = "char") -> Extraction:
    return pipeline.extract(document(*texts, unit=unit), OPTIONS)


def stored(name: str) -> tuple[dict[str, Any], str]:
    """The expected values and the text of one of the stored pages."""
    expected, _, text = (PAGES / f"{name}.txt").read_text("utf-8").partition("\n---\n")
    return tomllib.loads(expected), text


def stored_names() -> list[str]:
    return sorted(path.stem for path in PAGES.glob("*.txt"))
