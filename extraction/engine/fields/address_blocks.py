"""Address blocks: the buyer's in the address window, and the street and town that belong to a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from extraction.engine.candidates import Candidate
from extraction.engine.fields import addresses
from extraction.engine.fields.names import SALUTATION, cleaned, is_label, is_name, is_numbered_name, is_title
from extraction.engine.fields.sections import Role, Section
from extraction.engine.layout import PageLayout, Segment, overlap
from extraction.engine.reading import Place, Reading


def address_window(
    reading: Reading, roles: Mapping[int, Role], layout: PageLayout, above: Sequence[Segment]
) -> Iterator[Candidate]:
    """The first line of an address block in the upper half of the first page; ``above`` are its sender's lines."""
    for block in layout.blocks:
        if block.box.y0 > 0.55 * layout.page_height:
            continue
        lines = [line for line in block.segments if not any(_within(line, sender) for sender in above)]
        if not lines or roles.get(id(lines[0])) in ("vendor", "ship_to"):
            continue
        town = town_line(lines)
        if town is None and len(lines) > 1:
            # A blank line between street and town is an old custom of letters.
            gap = layout.below(lines[-1].box, lines[-1].row, rows=3, reach=2.6)
            lines += [line for line in gap if abs(line.box.x0 - lines[-1].box.x0) <= 0.5 * layout.line_height][:1]
            town = town_line(lines)
        if town is None:
            continue
        under = any(
            0 < lines[0].row - sender.row <= 4 and abs(sender.box.x0 - lines[0].box.x0) < 0.15 * layout.width
            for sender in above
        )
        score = 3.5 if under else 1.5 - letterhead_marks(reading, lines[: town + 4])
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
            yield Candidate(place.text, place.text, score, "address_block", place)
            break


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
    return next((i for i, line in enumerate(lines[:7]) if i > street and addresses.is_country(line.text)), None)


def letterhead_marks(reading: Reading, lines: Sequence[Segment]) -> float:
    """Tax and bank numbers, phone and e-mail belong to a letterhead rather than to a buyer's address."""
    concepts = {hit.concept for line in lines for hit in reading.section(line, "fields")}
    numbered = 0.7 if concepts & {"vat_id", "registration", "tax_number"} else 0.0
    numbered += 0.8 if concepts & {"iban", "bank"} else 0.0
    return numbered + (0.9 if any(addresses.is_contact(line.text) for line in lines) else 0.0)


def address_of(sections: Sequence[Section], name: Candidate) -> Candidate | None:
    """Street and town that belong to a name: on its own line, or on the lines below it."""
    place: Place = name.place
    layout, segment = place.layout, place.segment
    parts = addresses.sender_line(segment.text)
    if parts:
        return _joined_parts(place, parts)
    lines = _lines_below(sections, place)
    town = town_line(lines)
    if town is None:
        lines = list(layout.below(place.box, segment.row, rows=8, reach=9.0))
        town = town_line(lines)
    if town is None:
        return None
    street = [line for line in lines[:town] if addresses.is_street(line.text)][:2]
    chosen = [*street, lines[town]]
    texts = [_without_country(line.text.strip(" ,.")) for line in chosen]
    whole = Segment([word for line in chosen for word in line.words], chosen[0].row)
    return Candidate(
        ", ".join(texts),
        "\n".join(line.text for line in chosen),
        name.score - 0.3,
        "address_block",
        Place(layout, whole, 0, len(whole.text)),
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
