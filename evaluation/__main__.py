"""``python -m evaluation FOLDER``: read its documents, score them, and say what changed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from evaluation import page
from evaluation.corpus import Case, load
from evaluation.running import Read, read_all
from evaluation.summary import Change, Report, changes, field_table, newly_wrong, shown, summarise, table
from extraction.engine.files import FileReader
from extraction.engine.values import Options

MOST_NAMED = 40  # newly wrong fields that are printed

DESCRIPTION = """\
Read the documents of a folder, compare with their true answers, and report.

Beside each NAME.ext stands NAME.truth.json. Writes report.html (self-contained), report.json and, under
predictions/, what was read. With --baseline, tells what is better or worse than in an earlier report.json.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _arguments(arguments)
    cases = load(chosen.folder, chosen.category)
    if not cases:
        sys.stderr.write(f"There is no *.truth.json below {chosen.folder}.\n")
        return 2
    before = msgspec.json.decode(chosen.baseline.read_bytes(), type=Report) if chosen.baseline else None
    reader = FileReader(Options(today=date.today(), ocr_threads=max(1, (os.cpu_count() or 1) // chosen.jobs)))
    try:
        reads = read_all(cases, reader, chosen.jobs)
        report = summarise(cases, {read.name: read.prediction for read in reads})
        found = list(changes(before, report)) if before else []
        _write(chosen.report, report, cases, reads, page.render(report, cases, reads, reader, found))
    finally:
        reader.close()
    _print(report, before, found, chosen.report)
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="documents and their NAME.truth.json, in folders by category")
    parser.add_argument("--category", action="append", default=[], help="only this folder; may be repeated")
    parser.add_argument("--report", type=Path, default=Path("var/evaluation"), help="where to write (%(default)s)")
    parser.add_argument("--baseline", type=Path, metavar="REPORT.json", help="an earlier report to compare with")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="files at the same time (%(default)s)")
    return parser.parse_args(arguments)


def _write(folder: Path, report: Report, cases: Sequence[Case], reads: Sequence[Read], html: str) -> None:
    predictions = folder / "predictions"
    predictions.mkdir(parents=True, exist_ok=True)
    for read in reads:
        (predictions / f"{read.name}.json").write_bytes(msgspec.json.encode(read.prediction))
    (folder / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    (folder / "report.html").write_text(html, encoding="utf-8")


def _print(report: Report, before: Report | None, found: Sequence[Change], folder: Path) -> None:
    last = next(reversed(report.categories))
    print(f"{table(report)}\n\nFields of {last}, the worst first:\n{field_table(report.categories[last])}")
    if before is not None:
        print("\nAgainst the earlier report:" if found else "\nNothing differs from the earlier report.")
        for change in found:
            verdict = "worse" if change.is_worse else "better"
            print(f"  {verdict:6}  {change.category}, {change.figure}: {shown(change.before)} → {shown(change.after)}")
        for name, field in newly_wrong(before, report)[:MOST_NAMED]:
            print(f"  newly wrong: {name}, {field}")
    print(f"\nReport: {folder / 'report.html'}")


if __name__ == "__main__":
    sys.exit(main())
