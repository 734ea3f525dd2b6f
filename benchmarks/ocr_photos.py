"""How well are photographed receipts of thirteen countries read?

    python -m benchmarks.ocr_photos [--engine tesseract] [--only NAME ...] [--keep FOLDER]

For each way to spoil a photograph: the character error rate (edits for each character of the printed lines, spaces
left out), how many of the letters that English lacks were read, and how often vendor, date and total are right.
Draws its own receipts (benchmarks/photographed.py), so that it needs no data.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from PIL import Image
from rapidfuzz.distance import Levenshtein

from benchmarks.photographed import RECEIPTS, SPOILS, Receipt, lines, paper
from extraction.engine import pipeline
from extraction.engine.layout import PageLayout
from extraction.engine.values import Extraction, Options, Source

FIELDS = ("vendor_name", "invoice_date", "total_amount")


class Tally:
    """Of one way to spoil photographs."""

    def __init__(self) -> None:
        self.edits = self.characters = self.receipts = 0
        self.right: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.foreign = 0

    def add(self, receipt: Receipt, read: str, found: Extraction) -> None:
        printed = packed(lines(receipt))
        self.edits += Levenshtein.distance(printed, packed(read))
        self.characters += len(printed)
        self.receipts += 1
        wanted = {"vendor_name": receipt.vendor, "invoice_date": receipt.date, "total_amount": receipt.total}
        self.right.update(name for name in FIELDS if found.value(name) == wanted[name])
        foreign = Counter(character for character in printed if not character.isascii())
        self.foreign += foreign.total()
        self.lost += foreign - Counter(packed(read))

    def row(self) -> str:
        shares = "".join(f"{self.right[name] / self.receipts:9.2f}" for name in FIELDS)
        kept = 1 - self.lost.total() / self.foreign
        return f"{self.edits / self.characters:8.4f}{kept:9.3f}{shares}   {''.join(sorted(self.lost.elements()))[:40]}"


def packed(text: str | Iterable[str]) -> str:
    return "".join("".join(text).split())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=("rapidocr", "tesseract"), default="rapidocr")
    parser.add_argument("--only", nargs="*", choices=SPOILS, default=list(SPOILS))
    parser.add_argument("--keep", type=Path, help="folder in which the pictures stay")
    chosen = parser.parse_args()
    options = Options(today=date(2026, 7, 1), ocr_engine=chosen.engine)
    print(f"{'':16}{'errors':>8}{'letters':>9}{'vendor':>9}{'date':>9}{'total':>9}   letters lost")
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name in chosen.only:
            tally = Tally()
            for country, receipt in RECEIPTS.items():
                path = folder / f"{country} {name}.jpg"
                Image.fromarray(SPOILS[name](paper(receipt))).save(path, quality=88)
                source = Source(path=str(path), media_type="image/jpeg", filename=path.name)
                parsed = pipeline.recognise(source, pipeline.parse(source, options), options)
                read = "".join(row.text for row in PageLayout(parsed.pages[0]).rows)
                tally.add(receipt, read, pipeline.extract(parsed, options))
            print(f"{name:16}{tally.row()}", flush=True)


if __name__ == "__main__":
    main()
