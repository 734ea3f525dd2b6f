"""``make train``: learn how candidates are chosen and how sure a value is, and say what it is worth.

    python -m training.train [--corpus FOLDER ...] [--generated FOLDER ...] [--output coefficients.toml]

Both kinds of folder hold NAME.ext with NAME.truth.json (see docs/confidence.md). The same input gives the same file.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from evaluation.corpus import load
from evaluation.summary import table
from training.calibration import error as calibration_error
from training.dataset import Document, parse_all
from training.learning import SHARES, Comparison, Learned, Sample, Source, learn, report, samples_of
from training.masking import masked
from training.pages import stored_pages
from training.writing import as_toml

SHIPPED = Path("extraction/engine/ranking/coefficients.toml")
CACHE = Path("var/training")
MASKED = (0.3, 0.6)
"""Shares of the label words that are replaced, one more copy of each real document for each."""


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _arguments(arguments)
    real = [doc for folder in chosen.corpus for doc in parse_all(load(folder), chosen.cache)]
    made = [doc for folder in chosen.generated for doc in parse_all(load(folder), chosen.cache)]
    documents: list[tuple[Document, Source]] = [
        *((doc, "real") for doc in real),
        *((_masked(doc, share), "masked") for share in MASKED for doc in real if _has_labels(doc)),
        *((doc, "written") for doc in stored_pages()),
        *((doc, "generated") for doc in made),
    ]
    samples = samples_of(documents)
    learned = learn(samples)
    _print(samples, learned)
    chosen.output.write_text(as_toml(learned.coefficients), encoding="utf-8")
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.train", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, action="append", default=[], help="real documents with answers")
    parser.add_argument("--generated", type=Path, action="append", default=[], help="documents of our generator")
    parser.add_argument("--cache", type=Path, default=CACHE, help="keeps recognised pages (%(default)s)")
    parser.add_argument("--output", type=Path, default=SHIPPED, help="the file to write (%(default)s)")
    return parser.parse_args(arguments)


def _has_labels(document: Document) -> bool:
    """Running text and data have no labels to replace."""
    return bool(document.parsed.pages) and document.case.truth["document_type"] not in ("contract", "other")


def _masked(document: Document, share: float) -> Document:
    seed = zlib.crc32(f"{document.case.name} {share}".encode())
    return msgspec.structs.replace(document, parsed=masked(document.parsed, document.case.truth, share, seed))


def _print(samples: Sequence[Sample], learned: Learned) -> None:
    print("First choice right on documents of issuers that were not learned from: by score → learned, of documents\n")
    for comparison in learned.comparisons:
        print(_compared(comparison))
    for source in SHARES:
        if any(sample.source == source for sample in samples):
            print(f"\nCross-validated over issuers, {source} documents\n")
            print(table(report(samples, learned.unseen, source)))
    print("\nAll required fields right, all documents: " + _summed(learned.documents))


def _summed(documents: Sequence[tuple[float, bool]]) -> str:
    expected = sum(chance for chance, _ in documents) / len(documents)
    found = sum(right for _, right in documents) / len(documents)
    return f"expected {expected:.3f}, found {found:.3f}, calibration error {calibration_error(documents):.3f}"


def _compared(comparison: Comparison) -> str:
    cells = [f"{source} {before} → {after} of {every}" for source, (every, before, after) in comparison.counts.items()]
    return f"{comparison.name:18} {'learned' if comparison.is_better else 'score':8} {'; '.join(cells)}"


if __name__ == "__main__":
    sys.exit(main())
