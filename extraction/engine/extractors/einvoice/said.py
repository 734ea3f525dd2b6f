"""Everything that a page, or an XML, says anywhere: is a value among it, in whatever notation?

Asked only when page and XML seem to disagree. It would rather find a value than miss it: a false alarm costs more trust
than it saves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import islice

from extraction.engine.amounts import Amount, Style, currencies_of, find_amounts, find_marks
from extraction.engine.dates import find_compact, find_dates
from extraction.engine.layout import PageLayout
from extraction.engine.values import FieldValue, Page

STYLES = (Style("."), Style(","), Style(".", spaced=True), Style(",", colon=True))

MAX_TEXTS, MAX_LENGTH = 200_000, 2_000
"""Texts, and characters of each, that are searched."""

_TOKEN = re.compile(r"[^\W_]+")


class Said:
    """``texts`` are lines, cells or the contents of elements; ``running``: the same words in another order."""

    def __init__(self, texts: Iterable[str], running: Iterable[str] = ()) -> None:
        self.texts = [text[:MAX_LENGTH] for text in islice(texts, MAX_TEXTS)]
        self.running = running

    def says(self, name: str, value: FieldValue) -> bool:
        """Whether the value of field ``name`` is there; amounts without regard to their sign."""
        if isinstance(value, Decimal):
            return abs(value) in self.amounts
        if isinstance(value, date):
            return value in self.dates
        if name == "currency":
            return value in self.currencies
        return fold(str(value)) in self.letters

    def has(self, value: FieldValue) -> bool:
        """Whether a text consists of the value and nothing else."""
        return fold(str(value)) in self._contents

    @cached_property
    def _contents(self) -> frozenset[str]:
        return frozenset(map(fold, self.texts))

    @cached_property
    def amounts(self) -> frozenset[Decimal]:
        return frozenset(abs(amount.value) for amount in self._found)

    @cached_property
    def _found(self) -> list[Amount]:
        return [amount for text in self.texts for style in STYLES for amount in find_amounts(text, style)]

    @cached_property
    def dates(self) -> frozenset[date]:
        return frozenset(self._dates())

    def _dates(self) -> Iterator[date]:
        for text in self.texts:
            for found in (*find_dates(text), *find_compact(text)):
                yield from (reading for reading in (found.dmy, found.mdy) if reading is not None)

    @cached_property
    def currencies(self) -> frozenset[str]:
        alone = (mark for text in self.texts for mark in find_marks(text))
        beside = (amount.mark for amount in self._found if amount.mark is not None)
        return frozenset(code for mark in (*alone, *beside) for code in currencies_of(mark))

    @cached_property
    def letters(self) -> str:
        """All letters and digits, line after line, and once more in the order of ``running``."""
        return fold("".join(self.texts)) + "\n" + fold("".join(self.running))


def fold(text: str) -> str:
    """Letters and digits alone, in lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(_TOKEN.findall("".join(char for char in plain if not unicodedata.combining(char))))


def printed(pages: Iterable[Page]) -> Said:
    """What all pages say: row by row, cell by cell, and word by word in the order of the file."""
    filled = [page for page in pages if page.words]
    rows = [row for page in filled for row in PageLayout(page).rows]
    cells = (segment.text for row in rows for segment in row.segments)
    return Said((*(row.text for row in rows), *cells), (word.text for page in filled for word in page.words))
