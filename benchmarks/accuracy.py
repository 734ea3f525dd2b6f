"""How much of a set of documents was read as its truth files say?

    python -m extraction.engine --output RESULTS FOLDER/*.pdf
    python -m benchmarks.accuracy FOLDER RESULTS

Beside each document ``NAME.ext`` in FOLDER stands ``NAME.truth.json``: the right values as text, ``null`` where nobody
knows; under ``accept`` other values that are as good, under ``verified_absent`` the fields that are certainly not on
the document, so that reading one is a mistake. Amounts are compared as numbers, all other values by their letters and
digits. A line item is right when all its labelled cells are.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

NUMBERS = {"total_amount", "tax_amount", "subtotal_amount", "amount_due", "quantity", "unit_price", "amount"}
OUTCOMES = ("right", "wrong", "missed", "invented")
LINES = "line_items"
Answers = dict[str, Any]


def comparable(field: str, value: Any) -> Any:
    """``value`` without what makes no difference: case, spaces and signs of text, order of lists; ``None`` if empty."""
    if value is None or value in ("", []):
        return None
    if field in NUMBERS:
        return Decimal(str(value))
    if isinstance(value, list):
        return tuple(sorted(comparable(field, part) for part in value))
    return "".join(character for character in str(value).casefold() if character.isalnum())


def outcomes(truth: Answers, read: Answers) -> Iterator[tuple[str, str]]:
    """(field, outcome) for every field that the truth says something about."""
    for field, answer in truth.items():
        if field in ("accept", "verified_absent"):
            continue
        if field == LINES:
            yield from ((LINES, outcome) for outcome in line_outcomes(answer, read.get(LINES) or []))
        elif outcome := field_outcome(field, truth, read.get(field)):
            yield field, outcome


def field_outcome(field: str, truth: Answers, value: Any) -> str | None:
    found = comparable(field, value)
    if truth[field] is None:
        return "invented" if found is not None and field in truth["verified_absent"] else None
    if found is None:
        return "missed"
    good = [truth[field], *truth["accept"].get(field, [])]
    return "right" if found in [comparable(field, answer) for answer in good] else "wrong"


def line_outcomes(lines: list[Answers] | None, read: list[Answers]) -> Iterator[str]:
    """Lines are compared as wholes, wherever they stand; nothing is said where they are not labelled."""
    if lines is None:
        return
    cells = sorted({cell for line in lines for cell in line})
    wanted, found = (
        Counter(tuple(comparable(cell, line.get(cell)) for cell in cells) for line in side) for side in (lines, read)
    )
    yield from ["right"] * (wanted & found).total()
    yield from ["missed"] * (wanted - found).total()
    yield from ["invented"] * (found - wanted).total()


def table(counts: dict[str, Counter[str]]) -> str:
    """One row a field: each outcome, and the share of right values among those read (precision) and there (recall)."""
    rows = [f"{'field':<18}" + "".join(f"{name:>10}" for name in (*OUTCOMES, "precision", "recall"))]
    for field, count in counts.items():
        shares = (share(count, "wrong", "invented"), share(count, "wrong", "missed"))
        rows.append(f"{field:<18}" + "".join(f"{cell:>10}" for cell in (*(count[name] for name in OUTCOMES), *shares)))
    return "\n".join(rows)


def share(count: Counter[str], *others: str) -> str:
    whole = count["right"] + sum(count[name] for name in others)
    return f"{count['right'] / whole:.3f}" if whole else "-"


def measure(folder: Path, results: Path) -> dict[str, Counter[str]]:
    """Counts by field. A document without a result counts as one of which nothing was read."""
    counts: dict[str, Counter[str]] = {}
    for path in sorted(folder.rglob("*.truth.json")):
        result = results / f"{path.name.removesuffix('.truth.json')}.json"
        read = json.loads(result.read_text(encoding="utf-8")) if result.exists() else {}
        for field, outcome in outcomes(json.loads(path.read_text(encoding="utf-8")), read):
            counts.setdefault(field, Counter())[outcome] += 1
    return counts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="documents and their NAME.truth.json")
    parser.add_argument("results", type=Path, help="what the engine wrote: NAME.json")
    arguments = parser.parse_args()
    print(table(measure(arguments.folder, arguments.results)))
