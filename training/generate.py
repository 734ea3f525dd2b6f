"""Draws documents whose answers are known into a folder in the form that the scorer reads.

    python -m training.generate OUT --count 1000 --seed 7 [--kinds invoice,receipt] [--scan-share 0.2]
    python -m training.generate --samples [OUT]

Writes ``OUT/<category>/NAME.pdf`` (or .txt, .csv, .png, .jpg), ``NAME.truth.json`` beside it, and ``OUT/INDEX.json``.
The same seed gives the same documents. ``--samples`` writes the documents of ``samples/`` instead.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

try:
    from training import samples
    from training.generator.corpus import Plan, write
    from training.generator.kinds import KINDS, LEARNED
except ModuleNotFoundError as missing:
    if (missing.name or "").startswith("training"):
        raise
    sys.exit(f"The package {missing.name} is not installed: run `make install-dev`, which brings what draws documents.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Status 0; bad arguments end the program with status 2 and a sentence, a folder that cannot be written with 1."""
    parser = _parser()
    given = parser.parse_args(arguments)
    kinds = [kind for kind in given.kinds.split(",") if kind]
    if unknown := set(kinds) - set(KINDS):
        parser.error(f"unknown kinds: {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    if not kinds:
        parser.error("--kinds names none")
    if given.scan_share + given.text_share > 1:
        parser.error("--scan-share and --text-share are more than 1 together")
    if not given.folder and not given.samples:
        parser.error("name the folder to write to")
    plan = Plan(
        seed=given.seed, count=given.count, kinds=kinds, scan_share=given.scan_share, text_share=given.text_share
    )
    try:
        count = samples.write(given.folder or samples.FOLDER) if given.samples else write(plan, given.folder)
    except OSError as error:
        print(f"The documents cannot be written: {error}", file=sys.stderr)
        return 1
    print(f"{count} documents in {given.folder or samples.FOLDER}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.generate", description=(__doc__ or "").splitlines()[0], allow_abbrev=False
    )
    parser.add_argument("folder", type=Path, nargs="?", help="where to write to; files of the same name are replaced")
    parser.add_argument("--samples", action="store_true", help="write the documents of samples/, by default there")
    parser.add_argument("--count", type=_count, default=100, help="how many documents (%(default)s)")
    parser.add_argument(
        "--seed", type=_seed, default="1", help="letters and digits; the same gives the same documents (%(default)s)"
    )
    parser.add_argument(
        "--kinds", default=",".join(LEARNED), help=f"some of {', '.join(KINDS)}, with commas between them (%(default)s)"
    )
    parser.add_argument(
        "--scan-share", type=_share, default=0.2, help="of the documents that are scans or photos (%(default)s)"
    )
    parser.add_argument(
        "--text-share", type=_share, default=0.1, help="of the documents that are plain text (%(default)s)"
    )
    return parser


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of documents")
    return int(text)


def _seed(text: str) -> str:
    """A part of file names."""
    if not re.fullmatch(r"[\w-]{1,40}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is more than letters, digits, - and _")
    return text


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share from 0 to 1")
    return share


if __name__ == "__main__":
    sys.exit(main())
