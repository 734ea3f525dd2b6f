"""The words of one page of an encoded ``ParsedDocument``, with their places."""

from __future__ import annotations

import msgspec

from extraction.engine import values

Placed = tuple[str, float, float, float, float]
"""Text, left, top, right and bottom, in the unit of the page."""


class _Sheet(msgspec.Struct):
    number: int
    words: msgspec.Raw = msgspec.Raw(b"[]")


class _Sheets(msgspec.Struct):
    """The words of other pages are skipped, not built."""

    pages: list[_Sheet]


def on_page(parsed: bytes, number: int) -> list[Placed]:
    """Words of page ``number`` (from 1), in reading order; none where there is no such page."""
    sheets = msgspec.json.decode(parsed, type=_Sheets).pages
    raw = next((sheet.words for sheet in sheets if sheet.number == number), b"[]")
    return [_placed(word) for word in msgspec.json.decode(raw, type=list[values.Word])]


def _placed(word: values.Word) -> Placed:
    box = word.box
    return word.text, round(box.x0, 2), round(box.y0, 2), round(box.x1, 2), round(box.y1, 2)
