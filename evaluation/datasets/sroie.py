"""SROIE: scanned receipts of Malaysian shops with company, date, address and total (ICDAR 2019 competition).

Source: repository ``zzzDavid/ICDAR-2019-SROIE`` (its code is under the MIT licence; the competition states no licence
for the data). Layout::

    data/img/000.jpg  the scan
    data/box/000.csv  one line of print a row: eight coordinates of its corners, then its text, commas included
    data/key/000.json the labels company, date, address, total, as typed by people

Becomes two categories: ``receipts``, the scans, and ``receipts_text``, their transcripts, made of the boxes from top
to bottom. The labels stay as they are under ``sroie``. What becomes ``null``: a label that the transcript contradicts
(the people who typed them slipped sometimes), a date or total that cannot be understood, and the currency where
neither "RM" nor "MYR" is printed. Tax, number and lines have no labels. Left out: receipts of which one of the three
files is missing or unreadable, and scans that are there twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from evaluation.comparing import letters
from evaluation.comparing import name as plain_name
from evaluation.datasets import printed
from evaluation.datasets.folder import Folder

FORMATS = ("%d-%m-%Y", "%d-%m-%y", "%Y-%m-%d", "%d-%b-%Y", "%d-%b-%y", "%d-%B-%Y", "%b-%d-%Y", "%Y%m%d", "%d%m%Y")
"""How dates are labelled, the day before the month; any separator is written as a hyphen."""

YEARS = range(1990, 2040)
CORNERS = 8  # numbers before the text of a box
BETWEEN = "  "  # boxes of one row


@dataclass(frozen=True)
class Box:
    """One line of print; pixels from the top left."""

    left: float
    centre: float
    height: float
    text: str


def convert(source: Path, folder: Folder) -> None:
    """Raises FileNotFoundError where there are no labels."""
    keys = sorted((source / "data" / "key").glob("*.json"))
    if not keys:
        raise FileNotFoundError(f"{source} has no data/key/*.json: is it a copy of zzzDavid/ICDAR-2019-SROIE?")
    for key in keys:
        _convert(source, key, folder)


def _convert(source: Path, key: Path, folder: Folder) -> None:
    origin = f"data/img/{key.stem}.jpg"
    image, box = source / origin, source / "data" / "box" / f"{key.stem}.csv"
    if not image.is_file() or not box.is_file():
        return folder.leave_out(origin, "no image or no boxes")
    labels = _labels(key)
    text = transcript(_boxes(box.read_text(encoding="utf-8", errors="replace").splitlines()))
    if labels is None or not text:
        return folder.leave_out(origin, "labels or boxes that cannot be read")
    scan = image.read_bytes()
    if not folder.is_new(scan):
        return folder.leave_out(origin, "the same scan once more")
    truth = _truth(labels, text, folder)
    issuer = plain_name(labels.get("company", "")) or key.stem
    folder.add("receipts", origin, scan, ".jpg", truth, issuer)
    folder.add("receipts_text", origin, text.encode(), ".txt", truth, issuer)
    return None


def _labels(key: Path) -> dict[str, str] | None:
    try:
        found = json.loads(key.read_text(encoding="utf-8", errors="replace"))
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _boxes(rows: Iterable[str]) -> Iterator[Box]:
    """Rows without eight numbers are passed over."""
    for row in rows:
        *corners, text = row.split(",", CORNERS)
        try:
            numbers = [float(number) for number in corners]
        except ValueError:
            continue
        if len(numbers) == CORNERS and text.strip():
            top, bottom = min(numbers[1::2]), max(numbers[1::2])
            yield Box(min(numbers[::2]), (top + bottom) / 2, bottom - top, text.strip())


def transcript(boxes: Iterable[Box]) -> str:
    """One row of print a line, from top to bottom and left to right."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: (box.centre, box.left)):
        if rows and box.centre - rows[-1][0].centre < min(box.height, rows[-1][0].height) / 2:
            rows[-1].append(box)
        else:
            rows.append([box])
    in_order = (sorted(row, key=lambda box: box.left) for row in rows)
    return "".join(BETWEEN.join(box.text for box in row) + "\n" for row in in_order)


def _truth(labels: Mapping[str, str], text: str, folder: Folder) -> dict[str, Any]:
    label = {name: " ".join(labels.get(name, "").split()) for name in ("company", "date", "address", "total")}
    day, total = day_of(label["date"]), total_of(label["total"])
    truth = {
        "vendor_name": label["company"] if printed.resembles(label["company"], text) else None,
        "vendor_address": label["address"] if printed.resembles(label["address"], text) else None,
        "invoice_date": day.isoformat() if day and letters(label["date"]) in letters(text) else None,
        "total_amount": f"{total:.2f}" if total is not None and printed.amount(total, text) else None,
    }
    for field, name in zip(truth, ("company", "address", "date", "total"), strict=True):
        if label[name] and truth[field] is None:
            folder.drop(field)
    return {
        "document_type": "receipt",
        # Many of them call themselves a tax invoice, and are one.
        "accept": {"document_type": ["invoice"]},
        **truth,
        "currency": "MYR" if re.search(r"(?<![A-Za-z])(?:RM|MYR)(?![A-Za-z])", text) else None,
        # Paid at the till; where something is said to be due, nobody has looked whether a day is named.
        "verified_absent": [] if "due" in text.casefold() else ["due_date"],
        "sroie": dict(labels),
    }


def day_of(label: str) -> date | None:
    """The day of a label, which may have a time behind it."""
    figures = re.sub(r"\s+\d{1,2}:\d{2}.*$", "", label.strip())
    plain = re.sub(r"[\s./,-]+", "-", figures)
    for form in FORMATS:
        try:
            found = datetime.strptime(plain, form).date()
        except ValueError:
            continue
        if found.year in YEARS:
            return found
    return None


def total_of(label: str) -> Decimal | None:
    """``RM 1,007.50`` → 1007.50; ``None`` for anything but one amount with a point."""
    found = re.fullmatch(r"(?:RM|MYR|\$)?\s*(\d+|\d{1,3}(?:,\d{3})+)(\.\d{1,2})?", label.strip(), re.IGNORECASE)
    return Decimal(found[1].replace(",", "") + (found[2] or "")) if found else None
