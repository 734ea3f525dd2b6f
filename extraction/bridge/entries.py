"""What a person enters: texts, brought into an encoded ``Extraction`` and out of it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from common.errors import Invalid
from common.texts import is_blank, without_direction_marks
from extraction.bridge import storable
from extraction.engine import corrections, values
from extraction.engine.extractors.einvoice import compare

FIELD_TYPES = values.FIELD_KINDS
"""Of each field: text, amount, number, date or list."""

TOO_LONG = corrections.TOO_LONG
"""Says what to do about a table that cannot be replaced as a whole."""

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
    """What a person entered, in the form that it must have; of each text what is to be seen. Raises ``Invalid``."""
    try:
        return msgspec.convert(_shown(storable(entries)), values.Entries)
    except msgspec.ValidationError as error:
        raise Invalid("The changes are not in the expected form.", fields={"changes": [str(error)]}) from error


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return "" if is_blank(value) else without_direction_marks(value)
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    return value


def placed(entries: values.Entries) -> Iterator[Placed]:
    """Each entry that says where it stands."""
    for path, entry in corrections.by_path(entries):
        box = entry.box
        if entry.page is not None or box is not None:
            yield Placed(path, entry.page, None if box is None else (box.x0, box.y0, box.x1, box.y1))


def correct(extraction: Any, entries: values.Entries, confidences: Mapping[str, float]) -> Corrected:
    """Bring what a person entered into an encoded ``Extraction``. Raises ``Invalid``.

    ``confidences``: how sure fields that were read are now, as a person said that they are right, or took it back.
    """
    outcome = corrections.corrected(msgspec.convert(extraction, values.Extraction), entries)
    if outcome.problems:
        fields = {path: [problem] for path, problem in outcome.problems.items()}
        raise Invalid("Some values could not be understood.", fields=fields)
    changed = replace(outcome.extraction, fields=tuple(_as_sure(outcome.extraction.fields, confidences)))
    return Corrected(msgspec.to_builtins(changed), msgspec.to_builtins(outcome.made))


def _as_sure(fields: Iterable[values.Field], confidences: Mapping[str, float]) -> Iterator[values.Field]:
    """What a person entered is certain anyhow, and what XML states is as sure as its sender."""
    for field in fields:
        is_read = field.name in confidences and field.evidence.source not in ("person", "xml")
        yield replace(field, confidence=confidences[field.name]) if is_read else field


def written_values(extraction: Any) -> dict[str, str]:
    """The kind and each header field of an encoded ``Extraction``, as a person would enter it."""
    return corrections.written_values(msgspec.convert(extraction, values.Extraction))


def written_rows(extraction: Any) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The cells of its line items and of its tax lines, in the same way."""
    found = msgspec.convert(extraction, values.Extraction)
    return corrections.written_rows(found.line_items), corrections.written_rows(found.tax_lines)
