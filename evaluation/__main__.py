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
from evaluation.corpus import Case, load, without_truth
from evaluation.running import Read, read_all
from evaluation.summary import Change, Report, changes, field_table, newly_wrong, shown, summarise, table
from extraction.engine.files import FileReader
from extraction.engine.values import Options

MOST_NAMED = 40  # newly wrong fields, or unreadable documents, that are printed

PREDICTIONS = "predictions"

DESCRIPTION = """\
Read the documents of a folder, compare with their true answers, and report.

Beside each NAME.ext stands NAME.truth.json. Writes report.html (self-contained), report.json and, under
predictions/, what was read. With --baseline, tells what is better or worse than in an earlier report.json.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _arguments(arguments)
    try:
        cases = load(chosen.folder, chosen.category)
        before = _earlier(chosen.baseline) if chosen.baseline else None
        (chosen.report / PREDICTIONS).mkdir(parents=True, exist_ok=True)  # before minutes are spent on reading
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not cases:
        place = f"in a folder {' or '.join(chosen.category)} " if chosen.category else ""
        sys.stderr.write(f"There is no *.truth.json {place}below {chosen.folder}.\n")
        return 2
    if not chosen.category and (untold := without_truth(chosen.folder, cases)):
        sys.stderr.write(f"Left out, since no *.truth.json is beside them: {len(untold)}, first {untold[0]}\n")
    reader = FileReader(Options(today=date.today(), ocr_threads=max(1, (os.cpu_count() or 1) // chosen.jobs)))
    try:
        reads = read_all(cases, reader, chosen.jobs)
        report = summarise(cases, {read.name: read.prediction for read in reads})
        found = list(changes(before, report)) if before else []
        _write(chosen.report, report, cases, reads, page.render(report, cases, reads, reader, found))
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted: no report was written.\n")
        return 130
    finally:
        reader.close()
    _print(report, before, found, reads, chosen.report)
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="documents and their NAME.truth.json, in folders by category")
    parser.add_argument("--category", action="append", default=[], help="only this folder; may be repeated")
    parser.add_argument("--report", type=Path, default=Path("var/evaluation"), help="where to write (%(default)s)")
    parser.add_argument("--baseline", type=Path, metavar="REPORT.json", help="an earlier report to compare with")
    parser.add_argument("--jobs", type=_jobs, default=os.cpu_count() or 1, help="files at the same time (%(default)s)")
    return parser.parse_args(arguments)


def _earlier(path: Path) -> Report:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except ValueError as error:
        raise ValueError(f"{path} is no report.json: {error}") from None


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError("a number from 1")
    return int(text)


def _write(folder: Path, report: Report, cases: Sequence[Case], reads: Sequence[Read], html: str) -> None:
    for read in reads:
        (folder / PREDICTIONS / f"{read.name}.json").write_bytes(msgspec.json.encode(read.prediction))
    (folder / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    (folder / "report.html").write_text(html, encoding="utf-8")


def _print(report: Report, before: Report | None, found: Sequence[Change], reads: Sequence[Read], folder: Path) -> None:
    last = next(reversed(report.categories))
    print(f"{table(report)}\n\nFields of {last}, the worst first:\n{field_table(report.categories[last])}")
    unreadable = [f"  {read.name}: {read.error}" for read in reads if read.error]
    if unreadable:
        print("\n".join((f"\nCould not be read: {len(unreadable)}", *unreadable[:MOST_NAMED])))
    if before is not None:
        print("\nAgainst the earlier report:" if found else "\nNothing differs from the earlier report.")
        for change in found:
            verdict = "worse" if change.is_worse else "better"
            print(f"  {verdict:6}  {change.category}, {change.figure}: {shown(change.before)} → {shown(change.after)}")
        wrong = newly_wrong(before, report)
        for name, field in wrong[:MOST_NAMED]:
            print(f"  newly wrong: {name}, {field}")
        if len(wrong) > MOST_NAMED:
            print(f"  newly wrong: {len(wrong) - MOST_NAMED} more")
    print(f"\nReport: {folder / 'report.html'}")


if __name__ == "__main__":
    sys.exit(main())
