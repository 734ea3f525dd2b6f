"""The head of a table of line items: which column means what, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec
from babel.numbers import list_currencies

from extraction.engine import labels
from extraction.engine.fields.head_words import heads_in, is_gross, tax_words
from extraction.engine.labels import Hit
from extraction.engine.layout import PageLayout, Row, Segment, overlap, union
from extraction.engine.reading import Reading
from extraction.engine.values import Box

MONEY = frozenset({"amount", "unit_price", "gross_amount"})
MONEY_OF_LINES = frozenset({"amount", "gross_amount"})
"""Both heads together are enough of a table: things stand before their prices without and with tax."""

SUBJECT = frozenset({"description", "product_code", "quantity"})
PREFERENCE = (
    "description", "quantity", "unit_price", "amount", "gross_amount", "tax_amount", "tax_rate", "discount",
    "product_code", "unit", "position", "date",
)  # fmt: skip
BAND_ROWS = 3
"""Rows above and below the main one that a head can be spread over."""

LEAST_HEADS = 3  # of a table of which only the head of the sums is known
LETTERS = 3  # of a description below such a head

CLEAR_GAP = 0.4  # line heights
WIDER = 1.7  # times the narrowest gap of the row
LARGE = 1_000  # a whole number at the end of a row that no head has
_BEHIND = re.compile(r"\s?(?:\([^()]{0,20}\)|in |/)?\s?(?:%|[€$£¥]|[A-Z]{3}(?![a-zA-Z])|kr|Kč|zł|\([^()]{0,20}\))")
_AND = re.compile(r"\s?(?:[/&,+-]|and|und|et|y|e|en|og|och|i|a|ve|of|der|des|du|di|dei|van|av|af)?\s?", re.IGNORECASE)
_CODE = re.compile(r"(?=\S*\d)\S{2,20}")  # one word with a digit


CURRENCIES = frozenset(
    {*(code for code in list_currencies() if len(code) == 3), "€", "$", "£", "¥", "₹", "kr", "Kč", "zł"}
)
"""What can stand alone over a column of sums."""

OTHER = "other"
"""The concept of a column whose head is not known."""


class Column(msgspec.Struct, frozen=True):
    concept: str
    box: Box


class Head(msgspec.Struct, frozen=True):
    """Columns from left to right, and the last row of the head."""

    columns: tuple[Column, ...]
    last_row: int

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(column.concept for column in self.columns if column.concept != OTHER)

    @property
    def left(self) -> float:
        return self.columns[0].box.x0

    def column(self, concept: str) -> Column | None:
        return next((column for column in self.columns if column.concept == concept), None)


def head_at(reading: Reading, layout: PageLayout, index: int) -> Head | None:
    """The head whose main row is ``rows[index]``, if there is one and it is a table of things sold."""
    row = layout.rows[index]
    if not _is_main(reading, row):
        return None
    band = [cut_at_gaps(layout, other) for other in _band(reading, layout, index)]
    row = next(other for other in band if other.index == index)
    below = layout.rows[band[-1].index + 1 : band[-1].index + 2]
    columns = _with_amount(_columns(reading, [segment for other in band for segment in other.segments], below), row)
    concepts = {column.concept for column in columns}
    if not concepts & MONEY or _is_tax_table(reading, band, concepts):
        return None
    head = Head(_with_others(columns, row), band[-1].index)
    named = len(concepts) >= 2 and (concepts & SUBJECT or concepts == MONEY_OF_LINES)
    return head if named or _stands_over_lines(reading, layout, row, head) else None


def _stands_over_lines(reading: Reading, layout: PageLayout, row: Row, head: Head) -> bool:
    """Only the head of the sums is known: the row below has words and a sum where the first and the last head stand."""
    below = layout.rows[head.last_row + 1 : head.last_row + 2]
    first, last = head.columns[0], head.columns[-1]
    if len(row.segments) < LEAST_HEADS or first.concept != "description" or last.concept not in MONEY or not below:
        return False
    if any(reading.section(segment, "fields") or any(map(str.isdigit, segment.text)) for segment in row.segments):
        return False
    begin, end = below[0].segments[0], below[0].segments[-1]
    near = layout.line_height
    flush = abs(begin.box.x0 - first.box.x0) <= near and abs(end.box.x1 - last.box.x1) <= near
    return (
        flush
        and sum(map(str.isalpha, begin.text)) >= LETTERS
        and not reading.dates(begin)
        and any(amount.is_money and amount.end == len(end.text) for amount in reading.amounts(end))
    )


def cut_at_gaps(layout: PageLayout, row: Row) -> Row:
    """The row cut wherever a gap is clearly wider than the spaces in it: heads of narrow columns stand close together.

    Only where the boxes of words are exact, which those of recognised and of plain text are not.
    """
    if layout.unit != "pt" or layout.origin != "text":
        return row
    gaps = [word.box.x0 - last.box.x1 for segment in row.segments for last, word in pairwise(segment.words)]
    if not gaps:
        return row
    wide = max(CLEAR_GAP * layout.line_height, WIDER * min(gaps))
    return Row([part for segment in row.segments for part in _cut(segment, wide)], row.index)


def _cut(segment: Segment, wide: float) -> Iterator[Segment]:
    run = [segment.words[0]]
    for last, word in pairwise(segment.words):
        if word.box.x0 - last.box.x1 > wide:
            yield Segment(run, segment.row)
            run = []
        run.append(word)
    yield segment if len(run) == len(segment.words) else Segment(run, segment.row)


def _with_amount(columns: tuple[Column, ...], row: Row) -> tuple[Column, ...]:
    """``Item | Period | Cost``: the price in the last column, where nothing is counted, is the amount."""
    concepts = {column.concept for column in columns}
    last = row.segments[-1].box
    if concepts & {"amount", "gross_amount", "quantity", "tax_amount"}:
        return columns
    return tuple(
        Column("amount", column.box)
        if column.concept == "unit_price" and overlap(column.box.x0, column.box.x1, last.x0, last.x1) > 0
        else column
        for column in columns
    )


def _with_others(columns: tuple[Column, ...], row: Row) -> tuple[Column, ...]:
    """Cells of the main row that are no known head stand over columns, too."""
    others = [
        Column(OTHER, segment.box)
        for segment in row.segments
        if not any(overlap(segment.box.x0, segment.box.x1, known.box.x0, known.box.x1) > 0 for known in columns)
    ]
    if others and not {column.concept for column in columns} & MONEY_OF_LINES and _names_currency(row.segments[-1]):
        others = [column for column in others if column.box != row.segments[-1].box]
        columns = (*columns, Column("amount", row.segments[-1].box))
    if others and all(column.concept != "description" for column in columns):
        widest = max(others, key=lambda column: _room(column, [*columns, *others]))
        others[others.index(widest)] = Column("description", widest.box)
    return tuple(sorted((*columns, *others), key=lambda column: column.box.x0))


def _names_currency(segment: Segment) -> bool:
    """``Fee EUR``: whatever it is called, sums stand below it."""
    return segment.words[-1].text.strip("()[]") in CURRENCIES


def _room(column: Column, columns: Sequence[Column]) -> float:
    """How far it is from a head to the next."""
    return (
        min((other.box.x0 for other in columns if other.box.x0 > column.box.x0), default=column.box.x1) - column.box.x0
    )


def _is_main(reading: Reading, row: Row) -> bool:
    """Several column words and no sums."""
    if len(row.segments) < 2 and len(row.text.split()) > 9:
        return False
    spans = {(id(segment), hit.start) for segment in row.segments for hit in heads_in(reading, segment)}
    if len(spans) < 2:
        spans |= {(id(segment), start) for segment in row.segments for start, _, _ in tax_words(reading, segment)}
    alone = len(spans) < 2 and (len(row.segments) < LEAST_HEADS or any(map(str.isdigit, row.text)))
    if not spans or alone or _has_sums(reading, row):
        return False
    holders = [segment for segment in row.segments if heads_in(reading, segment) or tax_words(reading, segment)]
    if len(holders) == 1 and (holders[0].text.endswith(":") or any(map(str.isdigit, holders[0].text))):
        return False  # "Items total:", "14 days net"
    if holders[-1] is row.segments[-1] and holders[-1].text.endswith(":"):
        return False
    words = sum(len(segment.words) for segment in row.segments)
    return words <= 4 * max(2, len(spans)) + 2


def _has_sums(reading: Reading, row: Row) -> bool:
    last = row.segments[-1]
    for segment in row.segments:
        for amount in reading.amounts(segment):
            beside = ":" in segment.text[: amount.start]  # a label and its value, beside the table
            whole = segment is last and amount.raw == segment.text
            if not beside and (amount.is_money or (whole and abs(amount.value) >= LARGE)):
                return True
    return False


def _is_tax_table(reading: Reading, band: Sequence[Row], concepts: set[str]) -> bool:
    segments = [segment for row in band for segment in row.segments]
    amounts = {hit.concept for segment in segments for hit in reading.section(segment, "amounts")}
    named = {hit.concept for segment in segments for hit in heads_in(reading, segment)}
    if "tax_base" in amounts and not concepts & named & {"quantity", "unit_price"}:
        return True
    if concepts & {"description", "product_code"} or not concepts & {"tax_amount", "tax_rate"}:
        return False
    if concepts >= {"quantity", "unit_price"}:
        return False  # nothing is counted in a table of taxes
    return "unit_price" not in concepts or bool(amounts & {"subtotal", "gross", "tax_context"})


def _band(reading: Reading, layout: PageLayout, index: int) -> list[Row]:
    """The main row and the rows close above and below that hold nothing but words of heads."""
    rows = layout.rows
    first = last = index
    for _ in range(BAND_ROWS):
        if first > 0 and _is_part(reading, layout, rows[first - 1], rows[first]):
            first -= 1
        if last + 1 < len(rows) and _is_part(reading, layout, rows[last + 1], rows[last]):
            last += 1
    return list(rows[first : last + 1])


def _is_part(reading: Reading, layout: PageLayout, row: Row, neighbour: Row) -> bool:
    gap = max(row.box.y0, neighbour.box.y0) - min(row.box.y1, neighbour.box.y1)
    if gap > 0.5 * layout.line_height or any(char.isdigit() for char in row.text) or len(row.text.split()) > 8:
        return False
    found = sum(bool(heads_in(reading, segment)) for segment in row.segments)
    # On paper a second row of a head begins inside it; in plain text only words of heads prove it.
    return found == len(row.segments) if layout.unit == "char" else found * 2 >= len(row.segments) or gap < 0


def _columns(reading: Reading, segments: Sequence[Segment], below: Sequence[Row]) -> tuple[Column, ...]:
    """Cells over one another are one head; a cell can hold two. ``below`` is the first row under the head."""
    meanings = [meaning for stack in _stacks(segments) for meaning in _meanings(reading, stack)]
    meanings.sort(key=lambda meaning: meaning[1].x0)
    meanings = _one_description(meanings)
    _tell_codes(meanings, below)
    total = max((i for i, (options, _) in enumerate(meanings) if "amount" in options), default=None)
    used = {"amount"} if total is not None else set()
    alone = {options[0] for options, _ in meanings if len(options) == 1}  # heads of one meaning go first
    found: list[Column] = []
    for index, (options, box) in enumerate(meanings):
        if index == total:
            found.append(Column("amount", box))
            continue
        taken = used | (alone if len(options) > 1 else set())
        concept = next((name for name in PREFERENCE if name in options and name not in taken), None)
        if concept is None and options == ["amount"] and not {"quantity", "description"} & used:
            concept = "quantity"  # "Amount | Product | Price | Total"
        if concept is not None:
            used.add(concept)
            found.append(Column(concept, box))
    return tuple(found)


def _tell_codes(meanings: list[tuple[list[str], Box]], below: Sequence[Row]) -> None:
    """Where two heads say description, as ``Item`` and ``Description``, the first may stand over codes."""
    described = [index for index, (options, _) in enumerate(meanings) if "description" in options]
    if len(described) < 2:
        return
    box, end = meanings[described[0]][1], meanings[described[0] + 1][1].x0
    cells = [segment.text for row in below for segment in row.segments if box.x0 - 1 <= segment.box.x0 < end]
    if cells and all(_CODE.fullmatch(cell) for cell in cells):
        meanings[described[0]] = (["product_code"], box)


def _one_description(meanings: list[tuple[list[str], Box]]) -> list[tuple[list[str], Box]]:
    """Of "Article" and "Description" the one with more room is the description, the other a code."""
    found = [i for i, (options, _) in enumerate(meanings) if "description" in options]
    if len(found) < 2:
        return meanings
    ends = [box.x0 for _, box in meanings[1:]] + [meanings[-1][1].x1]
    widest = max(found, key=lambda i: ends[i] - meanings[i][1].x0)
    changed = list(meanings)
    for index in found:
        if index != widest:
            options, box = meanings[index]
            coded = any(others == ["product_code"] for others, _ in meanings)
            rest = [name for name in options if name != "description"]
            changed[index] = (rest or ["position" if coded else "product_code"], box)
    return changed


def _stacks(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Segments grouped by the part of the line that they cover, from left to right, each from the top down."""
    stacks: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda item: item.box.x0):
        stack = next(
            (
                stack
                for stack in reversed(stacks)
                if all(other.row != segment.row for other in stack)
                and any(_covers(other.box, segment.box) for other in stack)
            ),
            None,
        )
        if stack is None:
            stacks.append([segment])
        else:
            stack.append(segment)
    return [sorted(stack, key=lambda item: item.row) for stack in stacks]


def _covers(box: Box, other: Box) -> bool:
    smaller = min(box.x1 - box.x0, other.x1 - other.x0)
    return overlap(box.x0, box.x1, other.x0, other.x1) > 0.3 * smaller


def _meanings(reading: Reading, stack: list[Segment]) -> Iterator[tuple[list[str], Box]]:
    if len(stack) > 1:
        whole = _joined([segment.text for segment in stack])
        hits = [hit for hit in _scan(reading, whole) if hit.section == "columns"]
        long_enough = [hit for hit in hits if hit.end - hit.start >= 0.5 * len(whole)]
        if long_enough:
            yield _options(long_enough, long_enough[0]), union(segment.box for segment in stack)
            return
        shared = _shared_meaning(reading, stack)
        if shared:
            yield shared, union(segment.box for segment in stack)
            return
    for segment in stack:
        found, spans = heads_in(reading, segment), tax_words(reading, segment)
        if not found and spans:
            yield ["gross_amount" if spans[0][2] else "amount"], segment.box  # "Incl. VAT" is all of it
        elif not found and segment.text.strip(" ()") in CURRENCIES:
            yield ["amount"], segment.box
        elif not found and any(hit.concept == "tax" for hit in reading.section(segment, "amounts")):
            yield ["tax_rate"], segment.box  # a tax that is no usual head: "HST %"
        for hits in _phrases(segment, found):
            options = _options(found, hits[0])
            near = [gross for start, end, gross in spans if start <= hits[-1].end + 2 and end > hits[-1].end]
            if near and {"amount", "tax_amount"} & set(options):
                options = ["gross_amount"] if near[0] else ["amount"]
            elif not spans and {"amount"} & set(options) and is_gross(reading, segment):
                options = ["gross_amount"]
            # "VAT %", "Price (EUR)": numbers end where all of it ends.
            behind = _BEHIND.match(segment.text, hits[-1].end)
            yield options, segment.span_box(hits[0].start, behind.end() if behind else hits[-1].end)


def _shared_meaning(reading: Reading, stack: Sequence[Segment]) -> list[str]:
    """What every line of a head says by itself: ``Menge`` over ``Quantity``."""
    lines = [[hit.concept for hit in heads_in(reading, segment)] for segment in stack]
    return [concept for concept in dict.fromkeys(lines[0]) if all(concept in line for line in lines[1:])]


def _scan(reading: Reading, text: str) -> list[Hit]:
    return list(labels.lexicon().scan(text, labels.tokenize(text), reading.languages))


def _joined(texts: Sequence[str]) -> str:
    """Lines of one head; a hyphen at the end of a line joins its parts."""
    text = texts[0]
    for part in texts[1:]:
        text = text[:-1] + part if text.endswith("-") else f"{text} {part}"
    return text


def _phrases(segment: Segment, hits: Sequence[Hit]) -> Iterator[list[Hit]]:
    """Hits that head one column each; ``Products / Services`` are one head in two words."""
    phrase: list[Hit] = []
    for hit in hits:
        if phrase and hit.start < phrase[-1].end:
            continue
        if phrase and _is_same(segment, hits, phrase[-1], hit):
            phrase.append(hit)
            continue
        if phrase:
            yield phrase
        phrase = [hit]
    if phrase:
        yield phrase


def _is_same(segment: Segment, hits: Sequence[Hit], one: Hit, other: Hit) -> bool:
    """Two words of one meaning with nothing but a stroke or an "and" between them."""
    between = segment.text[one.end : other.start]
    if not between.strip() or _AND.fullmatch(between) is None:
        return False
    return bool(set(_options(hits, one)) & set(_options(hits, other)))


def _options(hits: Sequence[Hit], hit: Hit) -> list[str]:
    return [other.concept for other in hits if other.start == hit.start and other.end == hit.end]
