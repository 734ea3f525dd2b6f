"""Everything the ranker looks at, in one place: candidate and document → named numbers, most of them 0 or 1.

A feature that is zero is left out. What each one says to a person is in :mod:`extraction.engine.ranking.reasons`; what
it weighs, in ``coefficients.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from extraction.engine.candidates import Candidate
from extraction.engine.fields import addresses
from extraction.engine.ranking.surroundings import concepts_of, covered, governing
from extraction.engine.reading import Place, Reading
from extraction.engine.values import FIELD_KINDS

Features = dict[str, float]

SHORT, LONG = 4, 24  # characters
SENTENCE = 8  # words of a cell
CROWDED = 4  # cells of a row: a table
HEAD, FOOT = 0.2, 0.85  # shares of the page's height
LARGE = 1.25  # heights of a line
KNOWN = 0.6  # share of a text that is words of labels
OLD, SOON = 3650, 31  # days before and after today

FIELD_OF = {"merchant": "vendor_name"}
"""Choices with coefficients of their own, since another layout asks for other evidence; and the field they are for."""

NAMES = frozenset({"vendor_name", "customer_name", "merchant"})


def field_of(task: str) -> str:
    return FIELD_OF.get(task, task)


def describe(task: str, same: Sequence[Candidate], reading: Reading) -> Features:
    """What speaks for and against a value; ``same`` are its candidates, the strongest first."""
    name = field_of(task)
    candidate = same[0]
    found: Features = {f"rule {candidate.rule}": 1.0}
    found.update(_agreeing(name, same, reading))
    place: Place | None = candidate.place
    if place is not None:
        found.update(_standing(place))
        found.update(_label(task, place))
        found.update(_printed(candidate.raw, place, reading))
        if task in NAMES:
            found.update(_named(candidate.raw, place))
    if isinstance(candidate.value, date):
        found.update(_dated(candidate.value, reading))
    elif FIELD_KINDS[name] == "text":
        found.update(_form(candidate.raw))
    return found


def _agreeing(name: str, same: Sequence[Candidate], reading: Reading) -> Iterator[tuple[str, float]]:
    """Several rules found it; another field has this value already."""
    rules = len({candidate.rule for candidate in same})
    if rules > 1:
        yield "several_rules", min(rules - 1, 2) / 2
    if same[0].value in (value for field, value in reading.decided.items() if field != name):
        yield "taken", 1.0


def _standing(place: Place) -> Iterator[tuple[str, float]]:
    """Where on the page, and how large."""
    layout, box = place.layout, place.segment.box
    height = box.y0 / max(1.0, layout.page_height)
    if layout.number == 1:
        yield "first_page", 1.0
    if height < HEAD:
        yield "head", 1.0
    elif height > FOOT:
        yield "foot", 1.0
    if box.x0 > 0.5 * layout.width:
        yield "right_half", 1.0
    if place.segment.height > LARGE * layout.line_height:
        yield "large", 1.0
    rows = layout.rows
    if place.segment.row < len(rows) and len(rows[place.segment.row].segments) >= CROWDED:
        yield "crowded", 1.0


def _label(name: str, place: Place) -> Iterator[tuple[str, float]]:
    label = governing(place, "fields")
    if label is None:
        return
    if label.concept in concepts_of(name):
        yield f"label_{label.relation}", 1.0
        if label.colon:
            yield "colon", 1.0
    else:
        yield "other_label", 1.0


def _printed(raw: str, place: Place, reading: Reading) -> Iterator[tuple[str, float]]:
    """How it is printed: alone in its cell or in a sentence, once or again, clear or blurred."""
    text = place.segment.text
    if place.end - place.start >= len(text) - 1:
        yield "alone", 1.0
    if len(place.segment.words) > SENTENCE:
        yield "sentence", 1.0
    again = reading.text.count(raw) - 1 if SHORT <= len(raw) <= LONG else 0
    if again > 0:
        yield "repeated", min(again, 3) / 3
    if place.layout.origin == "ocr":
        yield "blur", 1.0 - place.confidence


def _named(raw: str, place: Place) -> Iterator[tuple[str, float]]:
    known = covered(place)
    if known:
        yield ("known_words" if known >= KNOWN else "known_word"), 1.0
    if " " not in raw and "." in raw.strip("."):
        yield "like_domain", 1.0
    if addresses.has_legal_form(raw):
        yield "legal_form", 1.0
    elif addresses.names_business(raw):
        yield "trade", 1.0
    if raw.isupper():
        yield "capitals", 1.0
    if place.segment.row == 0:
        yield "first_row", 1.0
    if any(map(str.isdigit, raw)):
        yield "digits", 1.0


def _dated(value: date, reading: Reading) -> Iterator[tuple[str, float]]:
    days = (value - reading.today).days
    if days > SOON:
        yield "future", 1.0
    elif days < -OLD:
        yield "old", 1.0
    issued: Any = reading.decided.get("invoice_date")
    if isinstance(issued, date):
        if value == issued:
            yield "same_day", 1.0
        elif value < issued:
            yield "before_issue", 1.0


def _form(raw: str) -> Iterator[tuple[str, float]]:
    """The shape of a text: short or long, digits or letters, with separators, or that of something else."""
    digits = sum(map(str.isdigit, raw))
    if len(raw) < SHORT:
        yield "short", 1.0
    elif len(raw) > LONG:
        yield "long", 1.0
    if digits == 0:
        yield "no_digits", 1.0
    elif digits == len(raw):
        yield "only_digits", 1.0
    elif not raw.isalnum() and " " not in raw:
        yield "separators", 1.0
    if " " in raw.strip() and len(raw) <= LONG and digits >= SHORT and addresses.is_phone(raw):
        yield "like_phone", 1.0
