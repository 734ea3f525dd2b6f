"""What a document calls itself: the words for its kind, weighed by where and how they stand."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from extraction.engine.labels import Hit
from extraction.engine.layout import PageLayout, Row, Segment
from extraction.engine.reading import Reading
from extraction.engine.values import DocumentType

TITLE = 3.0  # a title that stands by itself at the top
ASIDE = 1.2  # at most: the heading of a section further down
MENTION = 0.15  # the same word in running text
BEGINNING = 90  # characters of running text in which a title can stand
SUM_NAME = 0.4  # at most: the word is part of the name of a sum
LABELLING = 0.6  # of a title's weight: "Order 4711" on an invoice is a label
TOP_LINES = 12  # of a short text; of a page the upper two fifths
SENTENCE = 4  # words of one that ends with a full stop
NAMED = 3  # words behind a title among which its number stands

MONEY: tuple[DocumentType, ...] = ("invoice", "credit_note", "receipt")
REFERRED: tuple[DocumentType, ...] = ("purchase_order", "other")
"""Kinds whose names are labels on an invoice, too: it states the order and the delivery note it belongs to."""

_STROKE = re.compile(r"\s[-–—/|]\s")


def read_titles(reading: Reading, *, numbered: bool, narrow: bool) -> dict[str, float]:
    """For each kind (and note) the strongest title, and a little for each mention. ``heading`` is the strongest title
    of a sum to pay or get that is no label ("Bill to", "Invoice no."), ``refund`` that of a credit note that does not
    merely correct. ``numbered``: the document has the number of an invoice; ``narrow``: it is printed on a roll.
    """
    strongest: dict[str, float] = defaultdict(float)
    mentions: Counter[str] = Counter()
    for layout, segment in reading.segments_with("titles"):
        row = layout.rows[segment.row]
        if is_head(reading, row):
            continue
        hits = reading.section(segment, "titles")
        for hit in hits:
            weight = _title_weight(layout, row, segment, hit)
            label = LABELLING if _is_label(reading, segment, hit) else 1.0
            if hit.concept in REFERRED and numbered:
                weight *= label
            if _is_part_of_sum(reading, segment, hit):
                weight = min(weight, SUM_NAME)
            courtesy = hit.concept == "receipt" and not narrow and not _is_top(layout, row)  # "Thank you"
            if hit.concept in MONEY and not courtesy:
                strongest["heading"] = max(strongest["heading"], weight * label)
                mentions["heading"] += 1
            if hit.concept == "credit_note" and not _corrects(hits, hit):
                strongest["refund"] = max(strongest["refund"], weight)
            strongest[hit.concept] = max(strongest[hit.concept], weight)
            mentions[hit.concept] += 1
    for concept, count in mentions.items():
        strongest[concept] += min(0.9, MENTION * count)
    return strongest


def is_head(reading: Reading, row: Row) -> bool:
    """The heads of a table: "Invoice", "Receipt" and "Credit" name columns there, not the document."""
    if len(row.segments) < 3 or any(map(str.isdigit, row.text)):
        return False
    known = sum(bool(reading.section(segment, "columns")) for segment in row.segments)
    return known + len(row.segments) >= 5 and all(len(segment.words) <= 3 for segment in row.segments)


def _is_label(reading: Reading, segment: Segment, hit: Hit) -> bool:
    return any(label.start <= hit.start and hit.end <= label.end for label in reading.section(segment, "fields"))


def _is_part_of_sum(reading: Reading, segment: Segment, hit: Hit) -> bool:
    """ "Invoice amount", "Receipt total"."""
    return any(
        label.start <= hit.start and hit.end <= label.end and label.end - label.start > hit.end - hit.start
        for label in reading.section(segment, "amounts")
    )


def _corrects(hits: Sequence[Hit], hit: Hit) -> bool:
    return any(other.concept == "correction" and other.start < hit.end and hit.start < other.end for other in hits)


def _title_weight(layout: PageLayout, row: Row, segment: Segment, hit: Hit) -> float:
    whole = segment.text
    if hit.concept == "contract" and layout.number == 1 and row.index <= 1 and hit.end <= BEGINNING and len(whole) > 60:
        return 2.0  # running text without lines begins with the title
    first, text = _clause(whole, hit)
    start, end = hit.start - first, hit.end - first
    words = len(text.split())
    share = (end - start) / len(text)
    begins = (start <= 3 and not any(map(str.isalpha, text[:start]))) or (end >= len(text) - 1 and words <= 4)
    if not begins and share < 0.5:
        return 0.1 if len(whole) > 60 else 0.4
    numbered = any(map(str.isdigit, "".join(text[end:].strip(" .:#").split()[:NAMED])))
    if words >= SENTENCE and text.endswith(".") and not numbered:
        return 0.4
    top = _is_top(layout, row)
    large = segment.height > 1.2 * layout.line_height
    alone = share > 0.65 or (numbered and len(text) <= 60)
    weight = 0.5 + 0.9 * top + 0.9 * large + 0.7 * alone + 0.5 * (len(row.segments) == 1)
    if len(text) > 60 or words > 8 or (not alone and words > 5):
        weight -= 1.2
    if text.isupper():
        weight += 0.3
    if not top and hit.concept in ("statement", *REFERRED):
        weight = min(weight, ASIDE)
    return max(0.1, min(TITLE, weight))


def _is_top(layout: PageLayout, row: Row) -> bool:
    return layout.number == 1 and row.box.y0 < max(0.4 * layout.page_height, TOP_LINES * layout.line_height)


def _clause(text: str, hit: Hit) -> tuple[int, str]:
    """Where the part between dashes or strokes begins that holds the hit, and that part: "Refund / Credit note 5"."""
    if len(text) > 60:
        return 0, text
    first = max((match.end() for match in _STROKE.finditer(text, 0, hit.start)), default=0)
    after = _STROKE.search(text, hit.end)
    return first, text[first : after.start() if after else len(text)]
