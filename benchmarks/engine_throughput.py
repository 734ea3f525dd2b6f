"""How many one-page digital invoices does the engine read in a second, on one core?

    python -m benchmarks.engine_throughput [FOLDER] [--documents N] [--rounds N]

Counts all stages (parse, extract, rank, validate) within one process, without the sandbox, and beside it in the same
run what pypdfium2 alone takes on the same pages: the bare text, and the words with a box each, which any reader needs
first. The ratios do not depend on the machine. Draws its own invoices; with FOLDER it reads the PDF files there
instead. Best of the rounds.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pypdfium2 as pdfium

from benchmarks.drawn import draw_invoices
from extraction.engine import pipeline
from extraction.engine.values import Options, Source

WORD = re.compile(r"\S+")
OPTIONS = Options(today=date(2026, 4, 1))


def bare_text(path: Path) -> None:
    document = pdfium.PdfDocument(path)
    for page in document:
        page.get_textpage().get_text_range()
    document.close()


def bare_words(path: Path) -> None:
    document = pdfium.PdfDocument(path)
    for page in document:
        text = page.get_textpage()
        for word in WORD.finditer(text.get_text_range()):
            text.get_charbox(word.start())
            text.get_charbox(word.end() - 1)
    document.close()


def engine(path: Path) -> None:
    pipeline.process(Source(path=str(path), media_type="application/pdf", filename=path.name), OPTIONS)


def seconds(work: Callable[[Path], None], files: Sequence[Path]) -> float:
    started = time.perf_counter()
    for file in files:
        work(file)
    return time.perf_counter() - started


def measure(files: Sequence[Path], rounds: int) -> None:
    """Prints documents a second of each, and ratios. The rounds alternate, so that all meet the same load."""
    kinds = (bare_text, bare_words, engine)
    for work in kinds:
        work(files[0])  # imports, tables, fonts
    times = [[seconds(work, files) for work in kinds] for _ in range(rounds)]
    text, words, whole = (min(column) for column in zip(*times, strict=True))
    print(f"documents             {len(files):8d}")
    print(f"bare pypdfium2 text   {len(files) / text:8.1f} documents/s")
    print(f"bare pypdfium2 words  {len(files) / words:8.1f} documents/s")
    print(f"engine, all stages    {len(files) / whole:8.1f} documents/s")
    print(f"ratio to the text     {text / whole:8.2f}")
    print(f"ratio to the words    {words / whole:8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if chosen.folder:
        measure(sorted(chosen.folder.glob("*.pdf")), chosen.rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"invoice-{number}.pdf") for number in range(chosen.documents)]
        for number, file in enumerate(files):
            draw_invoices(file, [number])
        measure(files, chosen.rounds)


if __name__ == "__main__":
    main()
