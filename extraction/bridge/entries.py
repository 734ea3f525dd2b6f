"""What a person enters: texts, brought into an encoded ``Extraction`` and out of it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from common.errors import Invalid
from extraction.bridge import storable
from extraction.engine import corrections, values
from extraction.engine.extractors.einvoice import compare

FIELD_TYPES = values.FIELD_KINDS
"""Of each field: text, amount, number, date or list."""

PAGE_SAYS = values.PAGE_SAYS
"""With this begins the rule of a considered value that the page has where the XML of an e-invoice differs."""

PAGE_AGREES = compare.AGREED
"""The reason of a value that both have."""


Edges = tuple[float, float, float, float]
"""Left, top, right and bottom, in the unit of the page."""


class Placed(NamedTuple):
    """Where an entry stands; ``path`` names it as problems do: ``total_amount``, ``line_items.0.quantity``."""

    path: str
    page: int | None
    box: Edges | None


@dataclass(frozen=True)
class Corrected:
    """``extraction`` is encoded; ``made`` tells each change: ``{field, row, before, after, page, box}``."""

    extraction: Any
    made: list[dict[str, Any]]


def entered(entries: Mapping[str, Any]) -> values.Entries:
    """What a person entered, in the form that it must have. Raises ``Invalid``."""
    try:
        return msgspec.convert(storable(entries), values.Entries)
    except msgspec.ValidationError as error:
        raise Invalid("The changes are not in the expected form.", fields={"changes": [str(error)]}) from error


def placed(entries: values.Entries) -> Iterator[Placed]:
    """Each entry that says where it stands."""
    for path, entry in corrections.by_path(entries):
        box = entry.box
        if entry.page is not None or box is not None:
            yield Placed(path, entry.page, None if box is None else (box.x0, box.y0, box.x1, box.y1))


def correct(extraction: Any, entries: values.Entries) -> Corrected:
    """Bring what a person entered into an encoded ``Extraction``. Raises ``Invalid``."""
    outcome = corrections.corrected(msgspec.convert(extraction, values.Extraction), entries)
    if outcome.problems:
        fields = {path: [problem] for path, problem in outcome.problems.items()}
        raise Invalid("Some values could not be understood.", fields=fields)
    return Corrected(msgspec.to_builtins(outcome.extraction), msgspec.to_builtins(outcome.made))


def written_values(extraction: Any) -> dict[str, str]:
    """The kind and each header field of an encoded ``Extraction``, as a person would enter it."""
    return corrections.written_values(msgspec.convert(extraction, values.Extraction))


def written_rows(extraction: Any) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The cells of its line items and of its tax lines, in the same way."""
    found = msgspec.convert(extraction, values.Extraction)
    return corrections.written_rows(found.line_items), corrections.written_rows(found.tax_lines)
