"""How long and how much memory does a long digital PDF take?

    python -m benchmarks.engine_long_pdf [--pages N]

Draws two PDFs of N pages (1,000) full of invoice text: one invoice with the same number on every page, and a
different invoice on every page, which are taken apart. Reads each (parse, extract, validate) in a process of its own
and prints how many documents were found, the seconds of each stage, of all, and the peak of resident memory.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from datetime import date
from itertools import repeat
from pathlib import Path
from time import perf_counter

from benchmarks.drawn import draw_invoices
from extraction.engine import pipeline
from extraction.engine.values import Options, Source


def read(path: str) -> None:
    source = Source(path=path, media_type="application/pdf", filename="long.pdf")
    started = perf_counter()
    extraction = pipeline.process(source, Options(today=date(2026, 4, 1)))
    print(f"{'documents':12} {len(extraction.parts) or 1:8}")
    for stage, seconds in extraction.seconds.items():
        print(f"{stage:12} {seconds:8.2f} s")
    print(f"{'all':12} {perf_counter() - started:8.2f} s")
    print(f"{'peak memory':12} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--read", metavar="FILE", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.read:
        read(chosen.read)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "long.pdf")
        for name, numbers in (("one invoice", repeat(7, chosen.pages)), ("many invoices", range(chosen.pages))):
            draw_invoices(path, numbers)
            print(name, flush=True)
            # A new process, so that drawing the file does not count.
            subprocess.run([sys.executable, "-m", "benchmarks.engine_long_pdf", "--read", str(path)], check=True)


if __name__ == "__main__":
    main()
