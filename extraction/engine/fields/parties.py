"""Who sells and who buys: names and addresses.

A name is found under its label (``Bill to``, ``Verkäufer``), at the head of an address block, in the sender's line over
the address window, in the letterhead or the footer. Seller and buyer are chosen together, so that one name is not both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import msgspec

from extraction.engine.candidates import Candidate, labelled
from extraction.engine.fields import addresses
from extraction.engine.labels import Hit
from extraction.engine.layout import Block, PageLayout, Segment, overlap
from extraction.engine.reading import Place, Reading

Role = Literal["vendor", "customer", "ship_to"]
ROLES: tuple[Role, ...] = ("vendor", "customer", "ship_to")

SECTION_ROWS = 14
"""Rows that a heading such as "Bill to" can govern."""

MAX_NAME = 80
EXPECTED = 0.4
"""In favour of naming a buyer at all: invoices have one."""

_SALUTATION = re.compile(
    r"^(?:herrn?|frau|firma|fa\.|mr|mrs|ms|monsieur|madame|mme|sig\.?ra?|spett\.?(?:\s?le)?|sr\.?a?|"
    r"señora?|exmo\.?|dhr\.?|mevr\.?|t\.a\.v\.?|sayın|pan|pani|hr\.|fru|company|an)[.:]?\s{0,3}",
    re.IGNORECASE,
)
_ATTENTION = re.compile(
    r"^(?:attn|att|attention|z\.?\s?hd|zu händen|c/o|à l'attention|t\.a\.v|fao)(?!\w)", re.IGNORECASE
)
_BRACKETED = re.compile(r"^\(.{0,80}\)$")
_TRAILING_ID = re.compile(r"\s*[\(\[](?=[^)\]]{0,40}\d)[^)\]]{3,40}[\)\]]?\s*$")
_PAGE = re.compile(r"(?:page|seite|pagina|página|strona|sida|side|sayfa|blatt|strana)\s{0,2}:?\s?\d", re.IGNORECASE)


class Party(msgspec.Struct, frozen=True):
    """A name with its address; ``lines`` are the segments below the name that belong to it."""

    name: Candidate
    address: Candidate | None


class Section(NamedTuple):
    """What stands under a heading such as ``Bill to``."""

    role: Role
    layout: PageLayout
    heading: Segment
    hit: Hit
    lines: tuple[Segment, ...]  # the first cell of each row
    beside: tuple[Segment, ...]  # the cells right of those


class Parties:
    """Seller and buyer of one document."""

    def __init__(self, reading: Reading, item_rows: Collection[tuple[int, int]] = ()) -> None:
        self.reading = reading
        self.item_rows = item_rows
        self.sections = list(_sections(reading))
        self._role_of = {
            id(line): section.role
            for section in self.sections
            for line in (section.heading, *section.lines, *section.beside)
        }

    @cached_property
    def domains(self) -> list[str]:
        return [domain for _, segment in self.reading.segments() for domain in addresses.domains(segment.text[:200])]

    @cached_property
    def text(self) -> str:
        return "\n".join(segment.text for _, segment in self.reading.segments())

    def role_of(self, segment: Segment) -> Role | None:
        """Under whose heading a segment stands."""
        return self._role_of.get(id(segment))


def _sections(reading: Reading) -> Iterator[Section]:
    for layout in reading.pages:
        headings = [
            (segment, hit)
            for segment in layout.segments
            for hit in reading.section(segment, "fields")
            if hit.concept in ROLES and hit.start <= 3 and _is_heading(reading, segment, hit)
        ]
        for heading, hit in headings:
            others = [segment for segment, _ in headings if segment is not heading]
            rows = list(_section_rows(reading, layout, heading, others))
            lines = tuple(row[0] for row in rows)
            beside = tuple(segment for row in rows for segment in row[1:])
            yield Section(hit.concept, layout, heading, hit, lines, beside)  # type: ignore[arg-type]


def _is_heading(reading: Reading, segment: Segment, hit: Hit) -> bool:
    """The label is all there is, or its value follows in the same cell behind a colon."""
    rest = segment.text[hit.end :].strip(" .*)(")
    if rest[:1] == ":" and rest[1:].strip() and addresses.letters(rest) < 2:
        return False  # "Customer: 4711" is a number
    if not rest or rest[0] == ":":
        return True
    if rest[0] in "/&" or addresses.letters(rest) <= 2:
        return True
    other = [other for other in reading.section(segment, "fields") if other.start >= hit.end]
    return bool(other) and other[0].concept in (*ROLES, "address") and len(rest) < 30


def _section_rows(
    reading: Reading, layout: PageLayout, heading: Segment, others: list[Segment]
) -> Iterator[list[Segment]]:
    """Cells below the heading in its column, up to the next heading, a wide gap or a table."""
    left, bottom = heading.box.x0, heading.box.y1
    right = min(
        (other.box.x0 for other in others if other.row == heading.row and other.box.x0 > left), default=layout.width * 2
    )
    tolerance = 2.5 * layout.line_height if layout.unit != "char" else 3
    for row in layout.rows[heading.row + 1 : heading.row + 1 + SECTION_ROWS]:
        inside = [segment for segment in row.segments if left - tolerance <= segment.box.x0 < right - 0.5 * tolerance]
        if not inside or inside[0].box.x0 >= left + 12 * layout.line_height:
            continue
        if any(id(segment) in {id(other) for other in others} for segment in inside):
            return
        if row.box.y0 - bottom > 3.2 * layout.line_height:
            return
        if (
            len(reading.section(inside[0], "columns"))
            and sum(bool(reading.section(s, "columns")) for s in row.segments) >= 3
        ):
            return
        yield inside
        bottom = row.box.y1


def read_parties(reading: Reading, parties: Parties) -> tuple[tuple[Party, float] | None, tuple[Party, float] | None]:
    """Seller and buyer, each with its lead; the pair with the most evidence whose names differ."""
    vendors = _ranked(vendor_candidates(reading, parties))
    customers = _ranked(customer_candidates(reading, parties))
    pairs: list[tuple[float, Candidate | None, Candidate | None]] = [(0.0, None, None)]
    for vendor in [*vendors[:6], None]:
        for customer in [*customers[:6], None]:
            if vendor is not None and customer is not None and same_name(vendor.value, customer.value):
                continue
            score = (vendor.score if vendor else 0.0) + (customer.score + EXPECTED if customer else 0.0)
            pairs.append((score, vendor, customer))
    _, vendor, customer = max(pairs, key=lambda pair: pair[0])
    return (
        (_party(parties, vendor, "vendor"), _lead(vendor, vendors)) if vendor else None,
        (_party(parties, customer, "customer"), _lead(customer, customers)) if customer else None,
    )


def _lead(chosen: Candidate, ranked: list[Candidate]) -> float:
    others = [other.score for other in ranked if not same_name(other.value, chosen.value)]
    return chosen.score - max(others, default=0.0)


def fold_name(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def same_name(one: str, other: str) -> bool:
    a, b = fold_name(one), fold_name(other)
    short, long_ = sorted((a, b), key=len)
    return short == long_ or (len(short) >= 5 and long_.startswith(short))


def _ranked(found: Iterator[Candidate]) -> list[Candidate]:
    """Best first; candidates of one name support each other, and the fuller spelling with a legal form is kept."""
    groups: list[list[Candidate]] = []
    for candidate in sorted(found, key=lambda item: -item.score):
        group = next((group for group in groups if same_name(group[0].value, candidate.value)), None)
        if group is None:
            groups.append([candidate])
        else:
            group.append(candidate)
    ranked = []
    for group in groups:
        support = min(0.8, sum(0.3 for item in group[1:] if item.score > 0.5))
        top = group[0]
        fuller = next(
            (
                item
                for item in group[1:]
                if item.score > 0.8
                and addresses.has_legal_form(item.value)
                and not addresses.has_legal_form(top.value)
                and fold_name(item.value).startswith(fold_name(top.value))
                and not top.rule.startswith("label:")
            ),
            top,
        )
        ranked.append(msgspec.structs.replace(fuller, score=top.score + support))
    return sorted(ranked, key=lambda item: -item.score)


def vendor_candidates(reading: Reading, parties: Parties) -> Iterator[Candidate]:
    yield from _in_sections(reading, parties, "vendor")
    yield from _behind_label(reading, "vendor_name", 1.6)
    for layout in reading.pages:
        for segment, parts in senders(layout):
            yield _sender(layout, segment, parts)
        for segment in layout.segments:
            if parties.role_of(segment) is None and (layout.number, segment.row) not in parties.item_rows:
                candidate = _letterhead(reading, parties, layout, segment)
                if candidate:
                    yield candidate


def senders(layout: PageLayout) -> Iterator[tuple[Segment, list[str]]]:
    """Lines ``Name · Street · Town``; the parts may stand in several cells with marks between them."""
    for row in layout.rows:
        run: list[Segment] = []
        for segment in row.segments:
            if run and segment.box.x0 - run[-1].box.x1 > 4 * layout.line_height:
                run = []
            run.append(segment)
            line = segment if len(run) == 1 else Segment([word for part in run for word in part.words], row.index)
            parts = addresses.sender_line(" | ".join(part.text for part in run))
            if parts:
                yield line, parts
                break


def customer_candidates(reading: Reading, parties: Parties) -> Iterator[Candidate]:
    yield from _in_sections(reading, parties, "customer")
    for candidate in _in_sections(reading, parties, "ship_to"):
        yield candidate.plus(-3.2)
    yield from _named(reading, parties)
    if reading.pages:
        yield from _address_window(reading, parties, reading.pages[0])


def _named(reading: Reading, parties: Parties) -> Iterator[Candidate]:
    """``Name: ...`` outside any section: whose name is asked for on a form is the buyer's."""
    for found in labelled(reading, ("name",)):
        if parties.role_of(found.place.segment) is None and found.relation != "below":
            name = cleaned(found.place)
            if name is not None and is_name(reading, name.text):
                yield Candidate(name.text, name.text, 1.2 + found.score, "label:name", name)


def _in_sections(reading: Reading, parties: Parties, role: Role) -> Iterator[Candidate]:
    for section in parties.sections:
        if section.role != role:
            continue
        score = 4.5 if section.layout.number <= 2 else 2.5
        for place, penalty in _names_of(reading, section):
            name = cleaned(place)
            if name is not None:
                yield Candidate(name.text, name.text, score - penalty, f"label:{role}", name)


def _names_of(reading: Reading, section: Section) -> Iterator[tuple[Place, float]]:
    """Where the section's name can stand, the likeliest first: after the colon, behind ``Name:``, to the right, below."""
    layout, heading, hit = section.layout, section.heading, section.hit
    rest = heading.text[hit.end :]
    behind = rest.find(":")
    if behind >= 0 and addresses.letters(rest[behind + 1 :]) >= 2:
        start = hit.end + behind + 1
        while start < len(heading.text) and heading.text[start] == " ":
            start += 1
        yield Place(layout, heading, start, len(heading.text)), 0.0
        return
    for line in section.lines:
        for label in reading.section(line, "fields"):
            if label.concept == "name" and label.start == 0:
                row = layout.rows[line.row]
                after = [s for s in row.segments if s.box.x0 > line.box.x0]
                if len(line.text) > label.end + 3:
                    yield Place(layout, line, label.end, len(line.text)), 0.0
                elif after:
                    yield Place(layout, after[0], 0, len(after[0].text)), 0.0
    row = layout.rows[heading.row]
    right = next((s for s in row.segments if s.box.x0 > heading.box.x0), None)
    below = [line for line in section.lines if overlap(line.box.x0, line.box.x1, heading.box.x0, heading.box.x1) > 0]
    near = right is not None and right.box.x0 - heading.box.x1 < 8 * layout.line_height
    colon = ":" in heading.text[hit.end :]
    if right is not None and (colon or near or not below) and not _is_label(reading, right):
        if is_name(reading, right.text) and not _is_title(reading, right):
            yield Place(layout, right, 0, len(right.text)), 0.4 - 0.4 * addresses.has_legal_form(right.text)
    for line in section.lines[:6]:
        if not _is_label(reading, line) and is_name(reading, line.text):
            yield Place(layout, line, 0, len(line.text)), 0.2
            return


def _behind_label(reading: Reading, concept: str, score: float) -> Iterator[Candidate]:
    for layout, segment in reading.segments():
        for hit in reading.section(segment, "fields"):
            if hit.concept != concept or hit.start > 3:
                continue
            rest = Place(layout, segment, hit.end, len(segment.text))
            if addresses.letters(rest.text) < 3:
                row = layout.rows[segment.row]
                right = next((s for s in row.segments if s.box.x0 > segment.box.x0), None)
                if right is None:
                    continue
                rest = Place(layout, right, 0, len(right.text))
            name = cleaned(rest)
            if name is not None and is_name(reading, name.text):
                yield Candidate(name.text, name.text, score, f"label:{concept}", name)


def cleaned(place: Place) -> Place | None:
    """The name without salutation, registration number in brackets and punctuation around it."""
    text, start, end = place.segment.text, place.start, place.end
    while start < end and text[start] in " :;,.|*-–•·_\"'":
        start += 1
    match = _SALUTATION.match(text[start:end])
    if match and addresses.letters(text[start + match.end() : end]) >= 3 and (match.end() > 2):
        boundary = text[start + match.end() - 1] in " .:" or match.group().strip().endswith((".", ":"))
        start = start + match.end() if boundary else start
    trailing = _TRAILING_ID.search(text[start:end])
    if trailing and trailing.start() >= 3:
        end = start + trailing.start()
    while start < end and text[end - 1] in " :;,|*-–•·_\"'=":
        end -= 1
    return Place(place.layout, place.segment, start, end) if addresses.letters(text[start:end]) >= 2 else None


def is_name(reading: Reading, text: str) -> bool:
    """Could this line be the name of a company or person?"""
    if not 2 < len(text) <= MAX_NAME or addresses.letters(text) < 0.5 * len(text.replace(" ", "")):
        return False
    if addresses.is_noise(text):
        return False
    if _BRACKETED.match(text) or _ATTENTION.match(text) or _PAGE.search(text):
        return False
    if addresses.is_contact(text) and not addresses.has_legal_form(text):
        return bool(re.fullmatch(r"[\w-]+\.[a-z]{2,6}", text))
    if addresses.is_street(text) and not addresses.has_legal_form(text):
        return False
    sentence = text.endswith((".", "!", "?")) and len(text.split()) > 5 and not addresses.has_legal_form(text)
    if sentence or len(text.split()) > 9:
        return False
    return not addresses.is_postal(text) and not addresses.is_country(text)


def _is_label(reading: Reading, segment: Segment) -> bool:
    """Begins with a label that is followed by a colon or by nothing."""
    for hit in reading.section(segment, "fields"):
        rest = segment.text[hit.end :].strip()
        if hit.start <= 1 and (not rest or rest[0] in ":#." or rest[0].isdigit() or hit.concept in ("phone", "email")):
            return True
    return False


def _is_title(reading: Reading, segment: Segment) -> bool:
    covered = sum(hit.end - hit.start for hit in reading.section(segment, "titles"))
    return covered >= 0.55 * len(segment.text)


def _is_known_words(reading: Reading, segment: Segment) -> bool:
    """All of it is words of labels: the head of a column, the name of a sum."""
    known = {i for hit in reading.hits(segment) if hit.section != "words" for i in range(hit.start, hit.end)}
    return len(known) >= 0.75 * len(segment.text.strip(" :."))


def _sender(layout: PageLayout, segment: Segment, parts: list[str]) -> Candidate:
    name = parts[0]
    start = segment.text.find(name)
    place = Place(layout, segment, start, start + len(name))
    top = 0.8 if layout.number == 1 and segment.box.y0 < 0.4 * layout.page_height else 0.0
    small = 0.4 if segment.height < 0.95 * layout.line_height else 0.0
    legal = 0.6 if addresses.has_legal_form(name) else 0.0
    return Candidate(name, name, 2.3 + top + small + legal, "sender_line", place)


def _letterhead(reading: Reading, parties: Parties, layout: PageLayout, segment: Segment) -> Candidate | None:
    """A line of the letterhead or footer that can be the seller's name, with what speaks for it."""
    if layout.number > 1 or len(segment.text) > 120 or _is_label(reading, segment) or reading.dates(segment):
        return None
    place = cleaned(_without_title(reading, layout, segment))  # type: ignore[arg-type]
    if place is None or not is_name(reading, place.text) or _is_title(reading, segment):
        return None
    if _is_known_words(reading, segment):
        return None
    if any(amount.is_money for amount in reading.amounts(segment)):
        return None
    name = place.text
    height = segment.box.y0 / max(1.0, layout.page_height)
    score = -0.4
    score += 1.6 if addresses.has_legal_form(name) else 0.0
    score += 1.0 if height < 0.2 else 0.4 if height > 0.8 else 0.0
    score += 0.6 if segment.row <= 1 else 0.0
    score += 0.8 if segment.height > 1.3 * layout.line_height else 0.0
    score += 1.4 if _in_domain(name, parties.domains) else 0.0
    score += _block_evidence(reading, layout.block_of.get(id(segment)), segment)
    score += 0.4 if parties.text.casefold().count(name.casefold()) > 1 and len(name) > 4 else 0.0
    score -= 0.6 if len(name.split()) > 6 else 0.0
    return Candidate(name, name, score, "letterhead", place)


def _without_title(reading: Reading, layout: PageLayout, segment: Segment) -> Place:
    """``Amazon Web Services Invoice`` → the part before the title."""
    for hit in reading.section(segment, "titles"):
        if hit.concept in ("invoice", "receipt", "credit_note") and hit.end >= len(segment.text) - 1 and hit.start > 3:
            return Place(layout, segment, 0, hit.start)
    return Place(layout, segment, 0, len(segment.text))


def _in_domain(name: str, domains: list[str]) -> bool:
    words = [fold_name(word) for word in name.split()]
    long_words = [word for word in words if len(word) >= 4 and not addresses.has_legal_form(word)]
    joined = fold_name(name)
    for domain in domains:
        host = domain.split(".")[-2] if domain.count(".") else domain
        host = "".join(char for char in host if char.isalnum())
        if len(host) >= 3 and (joined.startswith(host) or any(word in host for word in long_words[:3])):
            return True
    return False


def _block_evidence(reading: Reading, block: Block | None, segment: Segment) -> float:
    """An address and phone, tax or bank numbers below the name speak for the letterhead."""
    if block is None:
        return 0.0
    lines = [line for line in block.segments if 0 < line.row - segment.row <= 9]
    score = 0.0
    if any(addresses.is_postal(line.text) for line in lines):
        score += 0.7
    concepts = {hit.concept for line in lines for hit in reading.section(line, "fields")}
    if concepts & {"vat_id", "registration", "tax_number", "iban", "bank"}:
        score += 0.8
    if concepts & {"phone", "email"} or any(addresses.is_contact(line.text) for line in lines):
        score += 0.6
    if lines and block.segments[0] is segment:
        score += 0.3
    return score


def _address_window(reading: Reading, parties: Parties, layout: PageLayout) -> Iterator[Candidate]:
    """The first line of an address block in the upper half of the first page."""
    above = [line for line, _ in senders(layout)]
    for block in layout.blocks:
        lines = [line for line in block.segments if not any(_within(line, sender) for sender in above)]
        if not lines or block.box.y0 > 0.55 * layout.page_height or parties.role_of(lines[0]) in ("vendor", "ship_to"):
            continue
        town = _town_line(lines)
        if town is None and len(lines) > 1:
            # A blank line between street and town is an old custom of letters.
            gap = layout.below(lines[-1].box, lines[-1].row, rows=3, reach=2.6)
            lines += [line for line in gap if abs(line.box.x0 - lines[-1].box.x0) <= 0.5 * layout.line_height][:1]
            town = _town_line(lines)
        if town is None:
            continue
        under = any(
            0 < lines[0].row - sender.row <= 4 and abs(sender.box.x0 - lines[0].box.x0) < 0.15 * layout.width
            for sender in above
        )
        score = 3.5 if under else 1.5 - _letterhead_marks(reading, lines[: town + 4])
        salutation = _SALUTATION.match(lines[0].text + " ")
        if salutation and addresses.letters(lines[0].text[salutation.end() :]) < 2 and len(lines) > 1:
            lines, score = lines[1:], score + 1.0
        for line in lines[:2]:
            place = cleaned(Place(layout, line, 0, len(line.text)))
            if (
                place is None
                or not is_name(reading, place.text)
                or _is_title(reading, line)
                or _is_label(reading, line)
            ):
                continue
            yield Candidate(place.text, place.text, score, "address_block", place)
            break


def _within(line: Segment, other: Segment) -> bool:
    return line.row == other.row and overlap(line.box.x0, line.box.x1, other.box.x0, other.box.x1) > 0


def _town_line(lines: Sequence[Segment]) -> int | None:
    """Which line has the postal code; without one, the country below a street."""
    for plain in (True, False):
        for index, line in enumerate(lines[:7]):
            if addresses.is_postal(line.text) and not (plain and addresses.has_street_word(line.text)):
                return index
    street = next((index for index, line in enumerate(lines[:4]) if addresses.is_street(line.text)), None)
    if street is None:
        return None
    return next((i for i, line in enumerate(lines[:7]) if i > street and addresses.is_country(line.text)), None)


def _letterhead_marks(reading: Reading, lines: Sequence[Segment]) -> float:
    """Tax and bank numbers, phone and e-mail belong to a letterhead rather than to a buyer's address."""
    concepts = {hit.concept for line in lines for hit in reading.section(line, "fields")}
    numbered = 0.7 if concepts & {"vat_id", "registration", "tax_number"} else 0.0
    numbered += 0.8 if concepts & {"iban", "bank"} else 0.0
    return numbered + (0.9 if any(addresses.is_contact(line.text) for line in lines) else 0.0)


def _party(parties: Parties, name: Candidate, role: Role) -> Party:
    return Party(name, address_of(parties, name))


def address_of(parties: Parties, name: Candidate) -> Candidate | None:
    """Street and town that belong to a name: on its own line, or on the lines below it."""
    place: Place = name.place
    layout, segment = place.layout, place.segment
    parts = addresses.sender_line(segment.text)
    if parts:
        return _joined_parts(place, parts)
    lines = _lines_below(parties, place)
    town = _town_line(lines)
    if town is None:
        lines = list(layout.below(place.box, segment.row, rows=8, reach=9.0))
        town = _town_line(lines)
    if town is None:
        return None
    street = [line for line in lines[:town] if addresses.is_street(line.text)][:2]
    chosen = [*street, lines[town]]
    texts = [_without_country(line.text.strip(" ,.")) for line in chosen]
    last = chosen[-1]
    return Candidate(
        ", ".join(texts),
        "\n".join(line.text for line in chosen),
        name.score - 0.3,
        "address_block",
        Place(layout, last, 0, len(last.text)),
    )


def _joined_parts(place: Place, parts: list[str]) -> Candidate:
    towns = [i for i, part in enumerate(parts) if i and addresses.is_postal(part)]
    town = next((i for i in towns if not addresses.has_street_word(parts[i])), towns[0] if towns else len(parts) - 1)
    text = ", ".join(_without_country(part) for part in parts[1 : town + 1])
    return Candidate(
        text, place.segment.text, 2.5, "sender_line", Place(place.layout, place.segment, 0, len(place.segment.text))
    )


def _without_country(text: str) -> str:
    """``DE 80333 München`` and ``D-80333 München`` → ``80333 München``."""
    return re.sub(r"^(?:[A-Z]{1,2}[\s-]+)(?=\d{4,5}\s)", "", text)


def _lines_below(parties: Parties, place: Place) -> list[Segment]:
    """The lines that follow a name: those of its section, else of its block, else those right below."""
    section = next((s for s in parties.sections if any(line is place.segment for line in s.lines)), None)
    if section is not None:
        index = next(i for i, line in enumerate(section.lines) if line is place.segment)
        return list(section.lines[index + 1 : index + 10])
    block = place.layout.block_of.get(id(place.segment))
    if block is not None:
        below = [line for line in block.segments if line.row > place.segment.row]
        if below:
            return below[:9]
    return list(place.layout.below(place.segment.box, place.segment.row, rows=6, reach=9.0))
