"""Draws training documents into a folder in the form that the scorer reads.

    python -m training.generate OUT --count 1000 --seed 7 [--kinds invoice,receipt] [--scan-share 0.2]

Writes ``OUT/<category>/NAME.pdf`` (or .txt, .png, .jpg), ``NAME.truth.json`` beside it, and ``OUT/INDEX.json``. The
same seed gives the same documents.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from training.generator.corpus import Plan, write
from training.generator.kinds import KINDS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--kinds", default=",".join(KINDS), help=f"of {', '.join(KINDS)}")
    parser.add_argument("--scan-share", type=float, default=0.2, help="of documents that are scans or photos")
    parser.add_argument("--text-share", type=float, default=0.1, help="of documents that are plain text")
    given = parser.parse_args()
    kinds = given.kinds.split(",")
    if unknown := set(kinds) - set(KINDS):
        parser.error(f"unknown kinds: {', '.join(sorted(unknown))}")
    plan = Plan(
        seed=given.seed, count=given.count, kinds=kinds, scan_share=given.scan_share, text_share=given.text_share
    )
    print(write(plan, given.folder))


if __name__ == "__main__":
    main()
