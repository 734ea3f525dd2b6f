"""``python -m extraction.engine FILE...``: what can be read in these files?"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import chain, count
from pathlib import Path
from typing import Any

import msgspec
from tqdm import tqdm

from extraction.engine import VERSION
from extraction.engine.files import FileReader
from extraction.engine.values import Options

EXIT_UNWRITABLE = 1
EXIT_UNREADABLE = 3
EXIT_INTERRUPTED = 130


DESCRIPTION = """\
Read invoices, receipts, contracts and tables: PDF, PNG, JPEG, CSV, text and e-invoice XML.

Prints one JSON object a file, each on its own line and in the order given: the document's type and
fields, "fields" with the place and confidence of each value, "issues" and "timings" (seconds).
A file that cannot be read gives {"file": ..., "error": {"code": ..., "message": ...}} in its place.
Files are opened in child processes with limits on time and memory. Nothing leaves this machine.
"""

EPILOG = """\
exit status: 0 all files were read; 1 a result could not be written; 2 wrong usage;
             3 at least one file could not be read

examples:
  %(prog)s invoice.pdf
  %(prog)s --output results --jobs 2 inbox/*.pdf inbox/*.jpg
"""


def main(arguments: Sequence[str] | None = None, program: str = "python -m extraction.engine") -> int:
    chosen = _arguments(arguments, program)
    reader = FileReader(Options(today=date.today(), ocr_threads=max(1, (os.cpu_count() or 1) // chosen.jobs)))
    workers = ThreadPoolExecutor(chosen.jobs)
    try:
        results = workers.map(reader.describe, chosen.files)
        failed = _save(results, chosen.files, chosen.output) if chosen.output else _print(results)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # `... | head`: who reads us has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_INTERRUPTED
    except OSError as error:
        sys.stderr.write(f"The results could not be written: {error}\n")
        return EXIT_UNWRITABLE
    finally:
        workers.shutdown(wait=False, cancel_futures=True)
        reader.close()
    return EXIT_UNREADABLE if failed else 0


def _arguments(arguments: Sequence[str] | None, program: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=program,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="PDF, PNG, JPEG, CSV, TXT or e-invoice XML")
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="write NAME.json for each file into DIR instead of printing"
    )
    parser.add_argument(
        "--jobs", metavar="N", type=_positive, default=1, help="files read at the same time (default 1)"
    )
    parser.add_argument("--version", action="version", version=VERSION)
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _print(results: Iterator[dict[str, Any]]) -> int:
    """How many files could not be read. Each line goes out as soon as it is its turn."""
    failed = 0
    for result in results:
        sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")
        sys.stdout.buffer.flush()
        failed += "error" in result
    return failed


def _save(results: Iterator[dict[str, Any]], files: Sequence[str], folder: Path) -> int:
    """How many files could not be read; each is also named on standard error."""
    folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    with tqdm(total=len(files), unit="file", disable=None) as bar:  # None: only on a terminal
        for name, result in zip(output_names(files), results, strict=True):
            (folder / name).write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")
            if "error" in result:
                failed += 1
                bar.write(f"{result['file']}: {result['error']['message']}", file=sys.stderr)
            bar.update()
    return failed


def output_names(files: Sequence[str]) -> list[str]:
    """``NAME.json`` for each; for a NAME that was there already ``NAME.pdf.json``, then ``NAME.pdf.2.json``."""
    names: list[str] = []
    for file in files:
        path = Path(file)
        numbered = (f"{path.name}.{number}.json" for number in count(2))
        candidates = chain((f"{path.stem}.json", f"{path.name}.json"), numbered)
        names.append(next(name for name in candidates if name not in names))
    return names


if __name__ == "__main__":
    sys.exit(main())
