"""Address blocks: the buyer's in the address window, and the street and town that belong to a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from extraction.engine.candidates import Candidate
from extraction.engine.fields import addresses
from extraction.engine.fields.names import (
    SALUTATION,
    cleaned,
    fold_name,
    is_known_words,
    is_label,
    is_name,
    is_numbered_name,
    is_title,
    same_name,
)
from extraction.engine.fields.sections import Section
from extraction.engine.layout import PageLayout, Segment, overlap
from extraction.engine.reading import Place, Reading

SECOND = 0.5
"""In favour of the second address on the page."""

MOST = 4
"""Lines of an address above its town."""

MAX_LINE = 80

FURTHER = 3
"""Lines that an address may have apart from its first."""


def address_window(
    reading: Reading, others: Set[int], layout: PageLayout, above: Sequence[Segment]
) -> Iterator[Candidate]:
    """The first line of an address block in the upper half of the first page.

    ``above`` are the page's sender's lines, ``others`` the ids of segments that belong to somebody else.
    """
    for lines in _address_lines(reading, layout, above):
        if id(lines[0]) in others:
            continue
        lines, town = _with_town(layout, lines)
        if town is None:
            continue
        under = any(
            0 < lines[0].row - sender.row <= 4 and abs(sender.box.x0 - lines[0].box.x0) < 0.15 * layout.width
            for sender in above
        )
        score = 3.5 if under else 1.5 - letterhead_marks(reading, lines[: town + 4])
        score += SECOND if not under and _is_second(layout, lines[0]) else 0.0
        salutation = SALUTATION.match(lines[0].text + " ")
        if salutation and addresses.letters(lines[0].text[salutation.end() :]) < 2 and len(lines) > 1:
            lines, score = lines[1:], score + 1.0
        for line in lines[: max(2, town)]:
            place = cleaned(Place(layout, line, 0, len(line.text)))
            named = place is not None and (
                is_name(reading, place.text) or (line is lines[0] and is_numbered_name(lines))
            )
            if place is None or not named or is_title(reading, line) or is_label(reading, line):
                continue
            if is_known_words(reading, line):
                continue
            yield Candidate(place.text, place.text, score, "address_block", place)
            break


def _is_second(layout: PageLayout, line: Segment) -> bool:
    """Another address stands above, which is the letterhead's."""
    rows = layout.rows[: line.row]
    return any(addresses.is_postal(segment.text) for row in rows for segment in row.segments)


def _address_lines(reading: Reading, layout: PageLayout, above: Sequence[Segment]) -> Iterator[list[Segment]]:
    """The blocks of the upper half; where a name follows a town, another address begins."""
    for block in layout.blocks:
        if block.box.y0 > 0.55 * layout.page_height:
            continue
        lines: list[Segment] = []
        ended = False
        for line in block.segments:
            if any(_within(line, sender) for sender in above):
                continue
            if ended and is_name(reading, line.text) and not is_label(reading, line):
                yield lines
                lines, ended = [], False
            lines.append(line)
            ended = ended or (len(lines) > 1 and addresses.is_postal(line.text))
        if lines:
            yield lines


def _with_town(layout: PageLayout, lines: list[Segment]) -> tuple[list[Segment], int | None]:
    """The lines and which of them names the town; it may stand apart, below a blank line or another column's."""
    town = town_line(lines)
    if town is not None:
        return lines, town
    more = list(lines)
    for _ in range(FURTHER):
        last = more[-1]
        gap = layout.below(last.box, last.row, rows=3, reach=2.6)
        following = next((line for line in gap if abs(line.box.x0 - last.box.x0) <= 0.5 * layout.line_height), None)
        if following is None:
            break
        more.append(following)
        town = town_line(more)
        if town is not None and (len(lines) > 1 or any(addresses.is_street(line.text) for line in more[1 : town + 1])):
            return more, town
        if len(lines) > 1:
            break
    return lines, None


def _within(line: Segment, other: Segment) -> bool:
    return line.row == other.row and overlap(line.box.x0, line.box.x1, other.box.x0, other.box.x1) > 0


def town_line(lines: Sequence[Segment]) -> int | None:
    """Which line has the postal code; without one, the country below a street."""
    postal = [index for index, line in enumerate(lines[:7]) if addresses.is_postal(line.text)]
    if postal:
        return next((index for index in postal if not addresses.has_street_word(lines[index].text)), postal[0])
    street = next((index for index, line in enumerate(lines[:4]) if addresses.is_street(line.text)), None)
    if street is None:
        return None
    bare = next((i for i, line in enumerate(lines[:6]) if i > street and _BARE_CODE.fullmatch(line.text)), None)
    if bare is not None:
        return bare
    country = next((i for i, line in enumerate(lines[:7]) if i > street and addresses.is_country(line.text)), None)
    if country is not None and country > street + 1 and _is_town(lines[country - 1].text):
        return country - 1
    following = lines[street + 1] if street + 1 < len(lines) else None
    return street + 1 if country is None and following is not None and _is_town(following.text) else country


_BARE_CODE = re.compile(r"(?:[^\W\d_][^\d,:]{2,30},?\s)?\d{4,6}")
"""``Napier 4110`` below a street, or the code in a line of its own."""


def _is_town(text: str) -> bool:
    """``Kowloon, Hong Kong``: a town and its country, where there are no postal codes."""
    town, comma, country = text.rpartition(",")
    return bool(comma) and addresses.is_country(country.strip()) and not any(map(str.isdigit, town))


def letterhead_marks(reading: Reading, lines: Sequence[Segment]) -> float:
    """Tax and bank numbers, phone and e-mail belong to a letterhead rather than to a buyer's address."""
    concepts = {hit.concept for line in lines for hit in reading.section(line, "fields")}
    numbered = 0.7 if concepts & {"vat_id", "registration", "tax_number"} else 0.0
    numbered += 0.8 if concepts & {"iban", "bank"} else 0.0
    return numbered + (0.9 if any(addresses.is_contact(line.text) for line in lines) else 0.0)


def address_of(sections: Sequence[Section], name: Candidate, other: Segment | None = None) -> Candidate | None:
    """Street and town that belong to a name: on its own line, or on the lines below it, above the ``other`` name."""
    place: Place = name.place
    layout, segment = place.layout, place.segment
    parts = addresses.sender_line(segment.text)
    if parts:
        return _joined_parts(place, parts)
    lines = _lines_below(sections, place)
    for line in lines:  # the sender's line below the name in the letterhead
        parts = addresses.sender_line(line.text)
        if parts and same_name(parts[0], name.value):
            return _joined_parts(Place(layout, line, 0, len(line.text)), parts)
    if town_line(lines) is None:
        lines = list(layout.below(place.box, segment.row, rows=8, reach=9.0))
    at = next((index for index, line in enumerate(lines) if line is other), len(lines))
    return _address(layout, lines[:at], name.value, name.score - 0.3)


def address_at(place: Place) -> Candidate | None:
    """The address that begins at a place, if it does: its line and those below it."""
    layout, segment = place.layout, place.segment
    lines = [segment, *layout.below(segment.box, segment.row, rows=3, reach=4.0)]
    return _address(layout, lines, "", 1.5) if _is_address_part(place.text) else None


def _address(layout: PageLayout, lines: Sequence[Segment], name: str, score: float) -> Candidate | None:
    """Street and town among the lines below a name."""
    town = town_line(lines)
    if town is None:
        return None
    chosen = [*_above_town(lines[:town]), lines[town]]
    texts = [text for line in chosen if (text := _address_in(line.text, name))]
    whole = Segment([word for line in chosen for word in line.words], chosen[0].row)
    return Candidate(
        ", ".join(texts),
        "\n".join(line.text for line in chosen),
        score,
        "address_block",
        Place(layout, whole, 0, len(whole.text)),
    )


def _above_town(lines: Sequence[Segment]) -> list[Segment]:
    """From the street, or from the house that stands before it, down to the town: villages and counties, too."""
    first = next((i for i, line in enumerate(lines) if addresses.is_street(line.text)), None)
    if first is None:
        # A house or an estate without a number is told by its comma, or by standing alone.
        first = next((i for i, line in enumerate(lines) if "," in line.text and _can_be_address(line.text)), len(lines))
    elif first > 0 and len(lines) > first and _HOUSE.search(lines[first - 1].text):
        first -= 1
    return [line for line in lines[first:] if _can_be_address(line.text)][:MOST]


def _can_be_address(text: str) -> bool:
    return not _LABELLED.search(text) and not addresses.is_contact(text) and len(text) <= MAX_LINE


_LABELLED = re.compile(r":(?!\s?\d{1,4}[A-Za-z]?(?:[/-]\w{1,4})?(?![\w/]))")  # not the colon of a house, "No: 5/A"
_HOUSE = re.compile(r"(?<!\w)(?:house|building|centre|center|park|court|mill|farm|tower|plaza|hall)$", re.IGNORECASE)
_REACHED = re.compile(r"\s(?!no\b)[^\W\d_]{2,12}\.?\s?:", re.IGNORECASE)
"""``... 408564 Tel: 6744 7712``: where what follows the address begins."""

_PARTS = re.compile(r"\s*[|·•∙]\s*")
_DASH = re.compile(r"\s+[-–—]\s+")


def _address_in(line: str, name: str) -> str:
    """The line without a label in front, without the name, and without phone and tax numbers behind the town."""
    label, colon, rest = line.partition(":")
    house = label.casefold().endswith("no")  # of a house: "Gül Sokak No: 5"
    if colon and not house and not any(map(str.isdigit, label)) and addresses.is_postal(rest):
        line = rest
    reached = _REACHED.search(line, 12)
    if reached:
        line = line[: reached.start()]
    parts = [part.strip(" ,.") for whole in _PARTS.split(line) for part in _at_dash(whole)]
    parts = [part for part in parts if part and fold_name(part) != fold_name(name)]
    if len(parts) > 1:
        parts = [part for part in parts if _is_address_part(part)][:3] or parts
    before, comma, after = parts[0].partition(",") if parts else ("", "", "")
    if comma and same_name(before, name):
        parts[0] = after.strip()
    return ", ".join(_without_country(part) for part in parts)


def _at_dash(text: str) -> list[str]:
    """``Corso Garibaldi 33 - 10122 Torino`` in two; ``Belo Horizonte - MG`` stays."""
    parts = _DASH.split(text)
    return parts if len(parts) > 1 and all(map(_is_address_part, parts[:2])) else [text]


def _is_address_part(text: str) -> bool:
    return addresses.is_street(text) or addresses.is_postal(text)


def _joined_parts(place: Place, parts: list[str]) -> Candidate:
    town = _town_of(parts)
    first = next((i for i in range(1, town) if not _belongs_to_name(parts[i])), town)
    text = ", ".join(_without_country(part) for part in parts[first : town + 1])
    return Candidate(
        text, place.segment.text, 2.5, "sender_line", Place(place.layout, place.segment, 0, len(place.segment.text))
    )


def _town_of(parts: list[str]) -> int:
    """Which part ends with the postal code; ``Miami | FL 33130`` are two, and where there are no codes, the country."""
    towns = [i for i, part in enumerate(parts) if i and addresses.is_postal(part)]
    if towns:
        return next((i for i in towns if not addresses.has_street_word(parts[i])), towns[0])
    pairs = (i for i in range(2, len(parts)) if addresses.is_postal(", ".join(parts[i - 1 : i + 1])))
    country = (i for i in range(2, len(parts)) if addresses.is_country(parts[i]))
    return next(pairs, next(country, len(parts) - 1))


def _belongs_to_name(part: str) -> bool:
    """``S.L.``, ``Inh. Rolf Maier`` and ``CIF B12345678`` between the name and the street."""
    if _is_address_part(part) and not addresses.has_legal_form(part):
        return False
    owner = part.startswith(("Inh", "Prop", "Owner", "Geschäfts", "Titular"))
    return owner or addresses.has_legal_form(part) or sum(map(str.isdigit, part)) >= 7


def _without_country(text: str) -> str:
    """``DE 80333 München`` and ``D-80333 München`` → ``80333 München``."""
    return re.sub(r"^(?:[A-Z]{1,2}[\s-]+)(?=\d{4,5}\s)", "", text)


def _lines_below(sections: Sequence[Section], place: Place) -> list[Segment]:
    """The lines that follow a name: those of its section, else of its block, else those right below."""
    section = next((s for s in sections if any(line is place.segment for line in s.lines)), None)
    if section is not None:
        index = next(i for i, line in enumerate(section.lines) if line is place.segment)
        return list(section.lines[index + 1 : index + 10])
    block = place.layout.block_of.get(id(place.segment))
    if block is not None:
        below = [line for line in block.segments if line.row > place.segment.row]
        if below:
            return below[:9]
    return list(place.layout.below(place.segment.box, place.segment.row, rows=6, reach=9.0))
