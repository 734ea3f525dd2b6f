"""What a person enters, brought into an extraction: texts become values, values keep their places.

What cannot be read (see ``entered``) is told and nothing is changed. A value that a person entered has confidence 1.
One that is entered as it was keeps its place and becomes certain, too: the person has looked at it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple, get_args

from msgspec.structs import replace

from extraction.engine.entered import Notation, notation_of, value_of
from extraction.engine.field_kinds import FIELD_KINDS, LINE_ITEM_FIELDS, TAX_LINE_FIELDS
from extraction.engine.values import (
    Box,
    DocumentType,
    Entries,
    Entry,
    Evidence,
    Extraction,
    Field,
    FieldValue,
    LineItem,
    Made,
    Why,
)

RULE = "person"
NOTHING_PAID = "total_nothing_paid"
"""The rule of an amount due that repeats the total; see ``fields.sum_fields``."""

MOST_LINES = 2_000
"""Of a table that is replaced as a whole."""

TOO_LONG = f"At most {MOST_LINES:,} lines; of a longer table, change single rows with line_item_changes."
HEADER_FIELDS = frozenset(FIELD_KINDS) - {*LINE_ITEM_FIELDS, *TAX_LINE_FIELDS} | {"tax_amount", "discount_amount"}
KINDS: tuple[str, ...] = get_args(DocumentType)
Problems = dict[str, str]
"""What is wrong with an entry, by its path: ``total_amount``, ``line_items.0.quantity``."""


class Corrected(NamedTuple):
    """The extraction with the entries in it, and each change that they made; with problems, as it was."""

    extraction: Extraction
    made: tuple[Made, ...]
    problems: Problems


def corrected(extraction: Extraction, entries: Entries) -> Corrected:
    """The extraction as a person leaves it. Rules are not asked: ``validate`` comes after this."""
    notation = notation_of(extraction)
    problems: Problems = {}
    fields = _header(extraction, entries.fields, notation, problems)
    lines = _table("line_items", extraction.line_items, entries.line_items, notation, problems)
    if entries.line_item_changes:
        lines = _changed(extraction.line_items, entries, notation, problems)
    taxes = _table("tax_lines", extraction.tax_lines, entries.tax_lines, notation, problems)
    if problems:
        return Corrected(extraction, (), problems)
    changed = replace(extraction, fields=fields, line_items=lines, tax_lines=taxes)
    kind = entries.fields.get("document_type")
    if kind is not None:
        changed = replace(changed, document_type=kind.text, document_type_confidence=1.0)
    return Corrected(changed, tuple(differences(extraction, changed)), {})


def by_path(entries: Entries) -> Iterator[tuple[str, Entry]]:
    """Each entry with its path, as ``Problems`` name it."""
    yield from entries.fields.items()
    for table, rows in (("line_items", entries.line_items), ("tax_lines", entries.tax_lines)):
        for index, row in enumerate(rows or ()):
            yield from ((f"{table}.{index}.{name}", entry) for name, entry in row.items())
    for index, change in enumerate(entries.line_item_changes):
        yield from ((f"line_item_changes.{index}.{name}", entry) for name, entry in change.cells.items())


def written_values(extraction: Extraction) -> dict[str, str]:
    """The kind and each header field that has a value, as it would be entered again."""
    written = {field.name: text for field in extraction.fields if (text := _written(field)) is not None}
    return {"document_type": extraction.document_type, **written}


def written_rows(lines: Iterable[LineItem]) -> list[dict[str, str]]:
    """The cells of each line that have a value, in the same way."""
    return [{cell.name: text for cell in line.cells if (text := _written(cell)) is not None} for line in lines]


def differences(before: Extraction, after: Extraction) -> Iterator[Made]:
    """Each value that is another one, or is there in one only."""
    if before.document_type != after.document_type:
        yield Made(field="document_type", before=before.document_type, after=after.document_type)
    yield from _differences(
        {field.name: field for field in before.fields}, {field.name: field for field in after.fields}
    )
    for old, new in ((before.line_items, after.line_items), (before.tax_lines, after.tax_lines)):
        yield from _row_differences(old, new)


def _row_differences(old: Sequence[LineItem], new: Sequence[LineItem]) -> Iterator[Made]:
    """Rows that only moved are not told. ``row`` is the one after the change; of a row that went, the one before.

    Of more than ``MOST_LINES``, where seeking takes too long, each is compared with the one in its place.
    """
    was, now = ([tuple((cell.name, _value(cell)) for cell in line.cells) for line in lines] for lines in (old, new))
    if was == now:
        return
    whole = [("replace", 0, len(was), 0, len(now))]
    in_place = max(len(was), len(now)) > MOST_LINES or _stay(was, now)
    opcodes = whole if in_place else SequenceMatcher(a=was, b=now, autojunk=False).get_opcodes()
    for _, first, last, start, end in opcodes:
        if was[first:last] == now[start:end]:
            continue
        for offset, (line, other) in enumerate(zip_longest(old[first:last], new[start:end])):
            row = start + offset if other is not None else first + offset
            yield from _differences(_cells(line), _cells(other), row)


def _stay(was: Sequence[Hashable], now: Sequence[Hashable]) -> bool:
    """Whether no row came, went or moved: none of those that are others now is found in another place.

    To seek rows that moved takes the square of the time where many rows are the same.
    """
    changed = [(old, new) for old, new in zip(was, now, strict=False) if old != new]
    return len(was) == len(now) and {old for old, _ in changed}.isdisjoint(new for _, new in changed)


def _differences(was: Mapping[str, Field], now: Mapping[str, Field], row: int | None = None) -> Iterator[Made]:
    for name in {**was, **now}:
        old, new = was.get(name), now.get(name)
        if _value(old) != _value(new) and not (_follows(old) and _follows(new)):
            place = new.evidence if new is not None else Evidence(rule=RULE)
            yield Made(field=name, before=_written(old), after=_written(new), row=row, page=place.page, box=place.box)


def _cells(line: LineItem | None) -> dict[str, Field]:
    return {} if line is None else _by_name(line.cells)


def _by_name(fields: Iterable[Field]) -> dict[str, Field]:
    return {field.name: field for field in fields}


def _value(field: Field | None) -> FieldValue | None:
    """Two of them are the same also where one is written with more digits."""
    return None if field is None or field.value in ("", ()) else field.value


def _written(field: Field | None) -> str | None:
    """A value as it is entered again."""
    value = _value(field)
    if value is None:
        return None
    if isinstance(value, tuple):
        return "; ".join(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


# --- Bringing them in -------------------------------------------------------------------------------------------------
def _header(
    extraction: Extraction, entries: Mapping[str, Entry], notation: Notation, problems: Problems
) -> tuple[Field, ...]:
    fields = _by_name(extraction.fields)
    for name, entry in entries.items():
        if name == "document_type":
            if entry.text not in KINDS:
                problems[name] = f"One of {', '.join(KINDS)}."
        elif name not in HEADER_FIELDS:
            problems[name] = "There is no such field."
        else:
            _enter(fields, name, entry, notation, problems, name)
    if "total_amount" in entries and "amount_due" not in entries:
        _follow(fields)
    return tuple(fields.values())


def _follows(field: Field | None) -> bool:
    """Whether it is there only as another one is: nobody has read or entered it by itself."""
    return field is not None and field.evidence.rule == NOTHING_PAID


def _follow(fields: dict[str, Field]) -> None:
    """An amount due that was nothing but the total goes on being it."""
    due, total = fields.get("amount_due"), fields.get("total_amount")
    if not _follows(due):
        return
    if total is None:
        fields.pop("amount_due")
    else:
        fields["amount_due"] = replace(total, name="amount_due", evidence=replace(total.evidence, rule=NOTHING_PAID))


def _table(
    table: str,
    lines: Sequence[LineItem],
    rows: Sequence[Mapping[str, Entry]] | None,
    notation: Notation,
    problems: Problems,
) -> tuple[LineItem, ...]:
    if rows is None:
        return tuple(lines)
    if len(rows) > MOST_LINES:
        problems[table] = TOO_LONG if table == "line_items" else f"At most {MOST_LINES:,} lines."
        return ()
    allowed = LINE_ITEM_FIELDS if table == "line_items" else TAX_LINE_FIELDS
    before = _by_place(cell for line in lines for cell in line.cells)
    entered = (_line(table, index, row, allowed, before, notation, problems) for index, row in enumerate(rows))
    return tuple(line for line in entered if line.cells)


def _changed(
    lines: Sequence[LineItem], entries: Entries, notation: Notation, problems: Problems
) -> tuple[LineItem, ...]:
    """Single rows with other cells. None comes or goes, so that all others keep their numbers."""
    if entries.line_items is not None:
        problems["line_item_changes"] = "Send either the whole table or single rows."
    rows = list(lines)
    for index, change in enumerate(entries.line_item_changes):
        path = f"line_item_changes.{index}"
        if not 0 <= change.row < len(rows):
            problems[f"{path}.row"] = f"There is no such row; the table has {len(rows):,}, counted from 0."
            continue
        cells = _by_name(rows[change.row].cells)
        for name, entry in change.cells.items():
            if name in LINE_ITEM_FIELDS:
                _enter(cells, name, entry, notation, problems, f"{path}.{name}")
            else:
                problems[f"{path}.{name}"] = "There is no such column."
        if not cells:
            problems[path] = "A value must stay in the row."
        rows[change.row] = LineItem(cells=tuple(cells[name] for name in LINE_ITEM_FIELDS if name in cells))
    return tuple(rows)


def _line(
    table: str,
    index: int,
    row: Mapping[str, Entry],
    allowed: Sequence[str],
    before: Mapping[tuple[object, ...], Field],
    notation: Notation,
    problems: Problems,
) -> LineItem:
    """A row; a cell that was read at the same place as the same value keeps what is known about it."""
    cells: dict[str, Field] = {}
    for name, entry in row.items():
        path = f"{table}.{index}.{name}"
        if name not in allowed:
            problems[path] = "There is no such column."
            continue
        known = before.get((name, entry.text, entry.page, _rounded(entry.box)))
        if known is not None:
            cells[name] = known
        else:
            _enter(cells, name, entry, notation, problems, path)
    return LineItem(cells=tuple(cells[name] for name in allowed if name in cells))


def _by_place(cells: Iterable[Field]) -> dict[tuple[object, ...], Field]:
    return {_place_of(cell): cell for cell in cells}


def _place_of(cell: Field) -> tuple[object, ...]:
    return cell.name, _written(cell), cell.evidence.page, _rounded(cell.evidence.box)


def _rounded(box: Box | None) -> tuple[float, ...] | None:
    return None if box is None else tuple(round(edge, 1) for edge in (box.x0, box.y0, box.x1, box.y1))


def _enter(
    fields: dict[str, Field], name: str, entry: Entry, notation: Notation, problems: Problems, path: str
) -> None:
    """Put an entry in its place, or say what is wrong with it."""
    if not entry.text.strip():
        fields.pop(name, None)
        return
    known = fields.get(name)
    if entry.box is not None and not (entry.box.x0 <= entry.box.x1 and entry.box.y0 <= entry.box.y1):
        problems[path] = "The box must be left, top, right and bottom."
        return
    try:
        if known is not None and entry.text == _written(known) and entry.box is None:
            fields[name] = replace(known, confidence=1.0)
        else:
            fields[name] = _entered(
                name, entry, value_of(name, entry.text, notation, is_printed=entry.box is not None), known
            )
    except ValueError as error:
        problems[path] = str(error)


def _entered(name: str, entry: Entry, value: FieldValue, known: Field | None) -> Field:
    """The other candidates are kept: the person may change their mind."""
    others = known.why.considered if known is not None and known.why is not None else ()
    return Field(
        name=name,
        raw=" ".join(entry.text.split()),
        value=value,
        confidence=1.0,
        evidence=Evidence(rule=RULE, page=entry.page, box=entry.box, source="person"),
        why=Why(reasons=("entered by a person",), considered=others),
    )
