"""Pages as a list of marks: text, rules and areas, with a note of which field each text shows.

Lengths are points; the origin is the upper left corner and y counts downwards, as in the engine's boxes. Nothing is
drawn before the sheet is finished, so the same pages can become a PDF, a text or a picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from training.generator.fonts import Typeface, width_of

Align = Literal["left", "right", "center"]
Color = tuple[float, float, float]
BLACK: Color = (0, 0, 0)
WHITE: Color = (1, 1, 1)
ASCENT, DESCENT = 0.74, 0.22  # of the size, above and below the baseline


class Box(NamedTuple):
    x0: float
    y0: float
    x1: float
    y1: float

    def joined(self, other: Box) -> Box:
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))


class Span(NamedTuple):
    """A piece of a line, and the fields whose value it shows ("line_items.0.amount" for a cell)."""

    text: str
    fields: tuple[str, ...] = ()


Content = str | Span | Sequence[Span]


class Text(NamedTuple):
    x: float
    y: float  # baseline
    text: str
    font: str
    size: float
    color: Color
    spacing: float  # added behind each letter
    width: float


class Area(NamedTuple):
    """A rectangle; filled, or with a frame if ``fill`` is None."""

    box: Box
    fill: Color | None
    stroke: float
    color: Color


class Rule(NamedTuple):
    x0: float
    y0: float
    x1: float
    y1: float
    width: float
    color: Color


Mark = Text | Area | Rule


@dataclass
class Leaf:
    """One page."""

    width: float
    height: float
    marks: list[Mark] = field(default_factory=list)


class Place(NamedTuple):
    """Where a value stands. ``page`` counts from 1."""

    page: int
    box: Box


class Sheet:
    """What the drawing functions draw on; always the last page."""

    def __init__(self, size: tuple[float, float], typeface: Typeface) -> None:
        self.size, self.typeface = size, typeface
        self.leaves = [Leaf(*size)]
        self.places: dict[str, list[Place]] = {}
        self._last: tuple[str, ...] = ()

    @property
    def page(self) -> int:
        return len(self.leaves)

    def new_page(self) -> None:
        self.leaves.append(Leaf(*self.size))

    def width(self, content: Content, size: float, bold: bool = False, spacing: float = 0) -> float:
        font = self.typeface.bold if bold else self.typeface.regular
        return sum(width_of(text, font, size) + spacing * len(text) for text, _ in spans(content))

    def put(
        self,
        x: float,
        y: float,
        content: Content,
        *,
        size: float = 9,
        bold: bool = False,
        align: Align = "left",
        color: Color = BLACK,
        spacing: float = 0,
        room: float | None = None,
        page: int | None = None,
        joins: bool = False,
    ) -> float:
        """One line of text; the x behind it. ``x`` is its left end, middle or right end as ``align`` says.

        Text that is wider than ``room`` is set smaller. ``joins``: what it shows continues the value of the line
        before, so that both have one box.
        """
        pieces = [piece for piece in spans(content) if piece.text]
        if room is not None and (wide := self.width(pieces, size, bold, spacing)) > room > 0:
            size, spacing = max(size * room / wide, 3.5), spacing * room / wide
        x -= {"left": 0.0, "center": 0.5, "right": 1.0}[align] * self.width(pieces, size, bold, spacing)
        font = self.typeface.bold if bold else self.typeface.regular
        number = page or self.page
        for text, fields in pieces:
            wide = width_of(text, font, size) + spacing * len(text)
            self.leaves[number - 1].marks.append(Text(x, y, text, font, size, color, spacing, wide))
            box = Box(x, y - ASCENT * size, x + wide - spacing, y + DESCENT * size)
            for name in fields:
                self._note(name, Place(number, box), joins)
            x += wide
        return x

    def lines(
        self,
        x: float,
        y: float,
        contents: Iterable[Content],
        *,
        size: float = 9,
        leading: float = 1.3,
        bold: bool = False,
        align: Align = "left",
        color: Color = BLACK,
        room: float | None = None,
    ) -> float:
        """Lines below each other, the first one at ``y``; the y of the next one."""
        for content in contents:
            self.put(x, y, content, size=size, bold=bold, align=align, color=color, room=room, joins=True)
            y += size * leading
        return y

    def paragraph(
        self,
        x: float,
        y: float,
        width: float,
        content: Content,
        *,
        size: float = 9,
        leading: float = 1.3,
        bold: bool = False,
        align: Align = "left",
        color: Color = BLACK,
    ) -> float:
        """Text broken into lines of ``width``; the y of the next line."""
        anchor = x + {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
        broken = self.wrap(content, width, size, bold)
        return self.lines(
            anchor, y, broken, size=size, leading=leading, bold=bold, align=align, color=color, room=width
        )

    def wrap(self, content: Content, width: float, size: float, bold: bool = False) -> list[list[Span]]:
        """``content`` in lines no wider than ``width`` (a longer word stays whole)."""
        rows: list[list[Span]] = [[]]
        used = 0.0
        for word in _words(content):
            wide = self.width(word, size, bold)
            if rows[-1] and used + wide - self._trailing(word, size, bold) > width:
                rows.append([])
                used = 0.0
            rows[-1].extend(word)
            used += wide
        return [row for row in (_stripped(row) for row in rows) if row] or [[Span("")]]

    def area(
        self, box: Box, *, fill: Color | None = None, stroke: float = 0.6, color: Color = BLACK, page: int | None = None
    ) -> None:
        self.leaves[(page or self.page) - 1].marks.append(Area(box, fill, stroke, color))

    def rule(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        *,
        width: float = 0.6,
        color: Color = BLACK,
        page: int | None = None,
    ) -> None:
        self.leaves[(page or self.page) - 1].marks.append(Rule(x0, y0, x1, y1, width, color))

    def _trailing(self, word: list[Span], size: float, bold: bool) -> float:
        return self.width(" ", size, bold) if word[-1].text.endswith(" ") else 0

    def _note(self, name: str, place: Place, joins: bool) -> None:
        known = self.places.setdefault(name, [])
        if known and known[-1].page == place.page and _continues(known[-1].box, place.box, joins):
            known[-1] = Place(place.page, known[-1].box.joined(place.box))
        else:
            known.append(place)


def spans(content: Content) -> Sequence[Span]:
    if isinstance(content, str):
        return (Span(content),)
    return (content,) if isinstance(content, Span) else content


def _continues(before: Box, box: Box, joins: bool) -> bool:
    """Whether a value that ends in ``before`` goes on in ``box``: behind it in the line, or in the line below."""
    height = box.y1 - box.y0
    same_line = abs(before.y1 - box.y1) < 0.3 * height
    if same_line:
        return before.x0 <= box.x0 < before.x1 + 0.6 * height
    return joins and 0 < box.y1 - before.y1 < 1.9 * height and box.x0 < before.x1 and before.x0 < box.x1


def _words(content: Content) -> list[list[Span]]:
    """Pieces that must stay on one line, each with the space behind it."""
    words: list[list[Span]] = [[]]
    for text, fields in spans(content):
        pieces = text.split(" ")
        for index, piece in enumerate(pieces):
            last = index == len(pieces) - 1
            if piece or not last:
                words[-1].append(Span(piece if last else piece + " ", fields))
            if not last:
                words.append([])
    return [word for word in words if word]


def _stripped(row: list[Span]) -> list[Span]:
    """Without the space at the end, and without one that belongs to a value but stands behind it."""
    if not row:
        return row
    text, fields = row[-1]
    return [*row[:-1], Span(text.rstrip(" "), fields)] if text.strip() else row[:-1]
