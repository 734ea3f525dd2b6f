"""Candidates for a field, each with the evidence for it; and where a label's value can stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import msgspec

from extraction.engine.labels import Hit
from extraction.engine.layout import PageLayout, Row, Segment
from extraction.engine.reading import Place, Reading

Relation = Literal["same", "right", "below"]

RELATION_SCORE: dict[Relation, float] = {"same": 1.0, "right": 0.9, "below": 0.5}
ALIGNED_SCORE = 0.75

RIVALS = 8
"""So many candidates of a field are remembered, the strongest first."""


class Decision(msgspec.Struct, frozen=True):
    """How a value was chosen. ``rivals`` are the candidates, one a value, the chosen one first.

    ``agreement`` counts what arithmetic proves of the value; ``repair`` is a sentence where it is not the printed one.
    """

    rivals: tuple[Any, ...]  # Candidate
    task: str = ""  # by whose coefficients it was chosen, where these are not called like the field
    features: dict[str, float] = {}  # of the chosen one, where they were looked at
    reasons: tuple[str, ...] = ()  # short phrases for a person, the weightiest first
    agreement: float = 0.0
    repair: str | None = None


class Candidate(msgspec.Struct, frozen=True):
    """A possible value of a field. ``score`` sums its evidence: 0 is a guess, 3 and more is clear."""

    value: Any
    raw: str
    score: float
    rule: str
    place: Any = None  # Place, or None when the value was computed
    doubt: float = 0.0  # 1 where the same print could as well mean another value: 02/03/2026, $
    decision: Decision | None = None  # of a candidate that was chosen

    def plus(self, score: float) -> Candidate:
        return msgspec.structs.replace(self, score=self.score + score)

    def decided(self, decision: Decision) -> Candidate:
        return msgspec.structs.replace(self, decision=decision)


class Labelled(msgspec.Struct, frozen=True):
    """A label and a place where its value may stand."""

    hit: Hit
    place: Any  # Place
    relation: Relation
    distance: float  # in line heights
    aligned: bool = False  # right below the label, at its left edge

    @property
    def score(self) -> float:
        base = ALIGNED_SCORE if self.aligned else RELATION_SCORE[self.relation]
        return base - min(0.4, 0.02 * self.distance)


SECOND_WORDS = 4
"""Of a label's second wording, with the stroke before it."""

FAR = 15.0
"""Line heights to the right beyond which a value right below a label may be its own, too."""


def labelled(reading: Reading, concepts: Iterable[str]) -> Iterator[Labelled]:
    """For each label of ``concepts``: the rest of its cell, the cells to its right, the cells below it."""
    wanted = frozenset(concepts)
    for layout, segment in reading.segments_with("fields"):
        fields = reading.section(segment, "fields")
        for hit in fields:
            if hit.concept in wanted:
                yield from _places(reading, layout, segment, fields, hit)


def _places(
    reading: Reading, layout: PageLayout, segment: Segment, fields: Sequence[Hit], hit: Hit
) -> Iterator[Labelled]:
    end = next((other.start for other in fields if other.start >= hit.end and _announces(segment, other)), None)
    rest = trimmed(layout, segment, _behind_second(segment.text, hit), len(segment.text) if end is None else end)
    if rest is not None:
        yield Labelled(hit, rest, "same", 0.0)
        if any(char.isdigit() for char in rest.text) or end is not None:
            return
    row = layout.rows[segment.row]
    found_right, near = False, True
    for other in row.segments:
        if other.box.x0 <= segment.box.x0:
            continue
        if begins_with_label(reading, other):
            break
        place = trimmed(layout, other, 0, len(other.text))
        if place is not None:
            distance = (other.box.x0 - segment.box.x1) / layout.line_height
            yield Labelled(hit, place, "right", distance)
            found_right, near = True, distance < FAR
            break
    settled = found_right and hit.start == 0 and ":" in segment.text[hit.end :]
    if settled and near:
        return
    if is_table_head(reading, row):
        return
    label_box = segment.span_box(hit.start, hit.end)
    for other in layout.below(label_box, segment.row):
        if begins_with_label(reading, other):
            continue
        place = trimmed(layout, other, 0, len(other.text))
        if place is not None:
            distance = (other.box.y0 - label_box.y1) / layout.line_height
            aligned = distance < 1.0 and abs(other.box.x0 - label_box.x0) < 0.4 * layout.line_height
            if aligned or not settled:
                yield Labelled(hit, place, "below", distance, aligned)


def _behind_second(text: str, hit: Hit) -> int:
    """Where a label ends that is repeated in a second language: ``Debiteurnr. / N° client: K-1186``."""
    rest = text[hit.end : hit.end + 60]
    if not rest.lstrip().startswith("/"):
        return hit.end
    wording, colon, _ = rest.partition(":")
    is_label = not any(map(str.isdigit, wording)) and (colon or len(wording.split()) <= SECOND_WORDS)
    return hit.end + len(wording) if is_label else hit.end


def is_table_head(reading: Reading, row: Row) -> bool:
    """The heads of a table of items: what stands below them are cells of lines, not values of the document."""
    concepts = {hit.concept for segment in row.segments for hit in reading.section(segment, "columns")}
    return "description" in concepts and bool(concepts & {"quantity", "unit_price"}) and len(concepts) >= 3


def _announces(segment: Segment, hit: Hit) -> bool:
    """A second label in the same cell only ends the first one's value when it is written as a label."""
    after = segment.text[hit.end : hit.end + 2].lstrip()
    return after.startswith((":", "#", ".:"))


def begins_with_label(reading: Reading, segment: Segment) -> bool:
    """A known label, or an unknown one that ends with a colon."""
    if segment.text.endswith(":"):
        return True
    first = [hit for hit in reading.section(segment, "fields") if hit.start <= 2]
    if not first:
        return False
    methods = {(hit.start, hit.end) for hit in reading.section(segment, "methods")}
    return any((hit.start, hit.end) not in methods for hit in first)  # "PayPal" names a way to pay, too


def trimmed(layout: PageLayout, segment: Segment, start: int, end: int) -> Place | None:
    """``text[start:end]`` without the punctuation around a value; ``None`` when nothing is left."""
    text = segment.text
    while start < end and text[start] in " :.#,;=|*>-–_'\"()":
        start += 1
    while start < end and text[end - 1] in " :;,=|*<_":
        end -= 1
    return Place(layout, segment, start, end) if start < end else None


def by_value(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """Candidates of one value together, in the order of their first; case and spaces of a text do not matter."""
    groups: dict[Any, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[_key(candidate.value)].append(candidate)
    return list(groups.values())


def together(same: Sequence[Candidate]) -> Candidate:
    """Candidates of one value support each other: each further one adds a little to the best of them."""
    strongest = max(same, key=lambda item: item.score)
    support = sum(0.25 for item in same if item is not strongest and item.score > 0)
    return strongest.plus(min(support, 0.75))


def _key(value: Any) -> Any:
    return "".join(value.split()).casefold() if isinstance(value, str) else value
