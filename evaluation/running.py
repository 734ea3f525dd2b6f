"""Runs the engine over cases, as the command line does: each file in a sandbox, several at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from tqdm import tqdm

from evaluation.corpus import Case
from extraction.engine import output
from extraction.engine.errors import EngineError
from extraction.engine.files import FileReader
from extraction.engine.values import Page


class Read(msgspec.Struct):
    """What was read of one document: its JSON output, and its pages for drawing. ``error`` where nothing could be."""

    name: str
    prediction: dict[str, Any] = {}
    pages: tuple[Page, ...] = ()
    error: str | None = None


def read_all(cases: Sequence[Case], reader: FileReader, jobs: int) -> list[Read]:
    """In the order of ``cases``; a progress bar shows on a terminal."""
    with ThreadPoolExecutor(jobs) as pool, tqdm(total=len(cases), unit="document", disable=None) as bar:
        return list(_counted(pool.map(lambda case: _read(reader, case), cases), bar))


def _counted(reads: Iterator[Read], bar: tqdm[Any]) -> Iterator[Read]:
    for read in reads:
        bar.update()
        yield read


def _read(reader: FileReader, case: Case) -> Read:
    try:
        extraction, pages = reader.read(str(case.path))
    except EngineError as error:
        return Read(case.name, error=error.code)
    return Read(case.name, output.document(extraction, extraction.seconds), pages)
