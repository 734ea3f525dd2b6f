"""``python -m evaluation.datasets NAME SOURCE OUT``: convert, and say how many documents there are now."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from evaluation.datasets import cuad, sroie, zugferd
from evaluation.datasets.folder import Folder

CONVERTERS: dict[str, Callable[[Path, Folder], None]] = {
    "cuad": cuad.convert,
    "sroie": sroie.convert,
    "zugferd": zugferd.convert,
}


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _arguments(arguments)
    try:
        folder = Folder(chosen.out, chosen.name)
        CONVERTERS[chosen.name](chosen.source, folder)
    except (FileNotFoundError, FileExistsError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    folder.close()
    print(folder.summary())
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.datasets",
        description="Convert a copy of a public data set into a folder that python -m evaluation reads.",
    )
    parser.add_argument("name", choices=sorted(CONVERTERS), help="which data set")
    parser.add_argument("source", type=Path, help="where its copy lies, as published")
    parser.add_argument("out", type=Path, help="a new or empty folder")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
