"""Who issued a receipt: the head of the roll, above the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from extraction.engine.candidates import Candidate, trimmed
from extraction.engine.fields import addresses
from extraction.engine.fields.names import typeset
from extraction.engine.fields.sections import names_follow
from extraction.engine.labels import Hit
from extraction.engine.layout import PageLayout, Row, Segment
from extraction.engine.ranking import decide, weigh
from extraction.engine.reading import Place, Reading
from extraction.engine.values import Word

HEAD_ROWS = 14
LOWER = 2.0
"""Less for a line in brackets, and a further one in lower case: a slogan, or the owner (``di Rossi Anna & C. snc``)."""
TAX_NUMBER = 9  # digits, at least
LETTER_SPACED = 5  # letters, at least
FAR = 3.0  # line heights between a name and what is none of it

_REGISTRATION = re.compile(
    r"^\W{0,3}(?:co\.?|company|reg|roc|no|brn|ssm|sst|gst|vat|tax|ust|tva|nif|p\.?\s?iva|cvr|org|nip|siret|tin|ein|abn)?"
    r"[\s.:#-]{0,3}(?:reg|no|id)?[\s.:#-]{0,3}\(?\d{4,12}\s?-?\s?[A-Z0-9]{0,3}\)?\W{0,3}$",
    re.IGNORECASE,
)
_ONLY_FORM = re.compile(
    r"^\W{0,2}(?:co\.?|company|sdn\.?|bhd\.?|\(?m\)?|&|gmbh|kg|ltd\.?|limited|inc\.?|llc|corp\.?|s\.?l\.?|s\.?a\.?|s\.?r\.?l\.?|b\.?v\.?|enterprise|trading|\s|[().,])+$",
    re.IGNORECASE,
)
_TRAILING_ID = re.compile(r"\s*[(\[]?\s?(?=[\w-]{0,12}\d{4})[A-Z]{0,3}\d{4,10}\s?[-–·.~]?\s?[A-Z]?\d{0,2}\s?[)\]]?\s*$")
_COUNTER = re.compile(r"^[\d\s\-/.:#*]+$")


class Merchant:
    """Name and address of the issuer of a receipt."""

    def __init__(self, name: Candidate, address: Candidate | None, lead: float) -> None:
        self.name = name
        self.address = address
        self.lead = lead


def read_merchant(reading: Reading) -> Merchant | None:
    if not reading.pages:
        return None
    layout = reading.pages[0]
    head = _head(reading, layout)
    found = _without_branches([*_labelled(reading, layout, head), *_names(reading, layout, head)])
    ranked = weigh("merchant", reading, [(name, [name]) for name, _ in found])
    if not ranked:
        return None
    name, lead = decide("merchant", reading, ranked[0], ranked)
    after = next(after for other, after in found if other.place is name.place)
    return Merchant(name, _address(layout, head, after), lead)


def _head(reading: Reading, layout: PageLayout) -> list[Row]:
    """Rows above the first sum, date or table; at least the first three."""
    head: list[Row] = []
    for row in layout.rows[:HEAD_ROWS]:
        sums = any(amount.is_money for segment in row.segments for amount in reading.amounts(segment))
        dated = any(reading.dates(segment) for segment in row.segments)
        if len(head) >= 3 and (sums or dated):
            break
        head.append(row)
    return head


def _labelled(reading: Reading, layout: PageLayout, head: list[Row]) -> Iterator[tuple[Candidate, int]]:
    """``Merchant: Northwind``, ``Receipt from Northwind``: as :func:`_names`."""
    for row in head:
        for segment in row.segments:
            for hit in reading.section(segment, "fields"):
                colon = segment.text[hit.end :].lstrip().startswith(":")
                if hit.concept != "vendor" or hit.start or not (colon or names_follow(segment, hit)):
                    continue
                name = trimmed(layout, segment, hit.end, len(segment.text))
                if name is not None and addresses.letters(name.text) >= 2 and not addresses.is_contact(name.text):
                    yield Candidate(cleaned_name(name.text), name.text, 4.0, "label:vendor", name), row.index + 1


def _names(reading: Reading, layout: PageLayout, head: list[Row]) -> Iterator[tuple[Candidate, int]]:
    """Candidates with the index of the row after them."""
    addressed = next((i for i, row in enumerate(head) if i and _is_address(row.text)), len(head))
    rank = 0
    for index, row in enumerate(head):
        part = _named_part(reading, layout, row)
        text = part.text
        if not _can_be_name(reading, row, part) or (rank and addresses.is_street(text) and not _is_named(text)):
            continue
        end = index + 1
        places = [Place(layout, part, 0, len(text))]
        legal = addresses.has_legal_form(text)
        if end < len(head) and not legal and _continues(head[end].text):
            places.append(Place(layout, (following := _whole(head[end])), 0, len(following.text)))
            legal, end = True, end + 1
        name = cleaned_name(_closed_up(row) or " ".join(place.text for place in places))
        if layout.origin == "ocr":
            name = addresses.mend_legal_form(typeset(name))
            legal = legal or addresses.has_legal_form(name)
        if addresses.letters(name) < 2:
            continue
        score = 2.0 - 0.35 * rank
        score += 1.7 if legal else _trade_score(name, rank)
        score -= 1.6 if index > addressed else 0.0
        score += 0.5 if end < len(head) and _REGISTRATION.match(head[end].text) else 0.0
        numbered = rank > 0 and _has_digits(name) and not legal
        followed = end < len(head) and _is_address(head[end].text) and not numbered
        score += 0.4 if followed and (rank == 0 or _is_named(name)) else 0.0
        score -= LOWER if name[:1] == "(" or (rank and name[:1].islower()) else 0.0
        score += 0.5 if row.box.y1 - row.box.y0 > 1.25 * layout.line_height else 0.0
        score -= 0.9 if addresses.letters(name) < 4 else 0.0
        rank += 1
        yield Candidate(name, "\n".join(place.text for place in places), score, "head", _joined(places)), end


def _without_branches(found: list[tuple[Candidate, int]]) -> list[tuple[Candidate, int]]:
    """``Corner Bakery`` alone, where ``Corner Bakery Castle Street`` stands below: the rest is no part of the name."""
    names = [str(name.value) for name, _ in found if _is_named(str(name.value))]
    return [item for item in found if not any(_is_branch(str(item[0].value), name) for name in names)]


def _is_branch(longer: str, name: str) -> bool:
    rest = longer[len(name) :]
    return longer.startswith(name) and rest.startswith(" ") and addresses.letters(rest) > 2 and not _is_named(rest)


def _trade_score(name: str, rank: int) -> float:
    """In favour of a line that names a trade; a further line with nothing else (``Bar - Brasserie``) describes it.

    So does a further line with a number: ``Castle Street 2 Store`` is a branch.
    """
    if addresses.names_business(name):
        return 0.0 if rank and _has_digits(name) else 1.0
    return -0.5 if rank and addresses.is_business(name) else 0.0


def _has_digits(text: str) -> bool:
    return any(map(str.isdigit, text))


def _can_be_name(reading: Reading, row: Row, part: Segment) -> bool:
    text = part.text
    if addresses.letters(text) < 2 or _COUNTER.match(text) or len(text) > 80:
        return False
    if addresses.letters(text) < 0.4 * len(text.replace(" ", "")) or addresses.is_noise(text):
        return False
    legal = _is_named(text)
    if (addresses.is_postal(text) or addresses.has_street_word(text)) and not (legal and row.index == 0):
        return False
    if any(amount.is_money for segment in row.segments for amount in reading.amounts(segment)):
        return False
    if addresses.is_country(text) or (row.index and addresses.begins_as_street(text) and not legal):
        return False
    first = row.segments[0] if part.words[0] is row.segments[0].words[0] else part
    titles = reading.section(first, "titles")
    covered = sum(hit.end - hit.start for hit in titles)
    if covered >= 0.6 * len(first.text) or any(_opens_sentence(first.text, hit) for hit in titles):
        return False
    if addresses.is_contact(text) and not legal:
        return False
    if ": " in text and not legal:
        return False  # a label that no list knows: "Owner: J. Miller"
    labels = [hit for hit in reading.section(first, "fields") if hit.start <= 2]
    return not any(
        hit.concept == "customer"
        or first.text[hit.end :].strip(" :#.-") == ""
        or first.text[hit.end : hit.end + 3].strip()[:1] in (":", "#", ".", "-")
        or first.text[hit.end :].strip()[:1].isdigit()
        for hit in labels
    )


def _opens_sentence(text: str, title: Hit) -> bool:
    """``Receipt for your order``."""
    rest = text[title.end :].split()
    return title.start == 0 and len(rest) > 1 and all(word.islower() for word in rest)


def _is_named(text: str) -> bool:
    return addresses.has_legal_form(text) or addresses.is_business(text)


def _is_address(text: str) -> bool:
    return addresses.is_postal(text) or addresses.is_street(text)


def _continues(text: str) -> bool:
    """The next row is only the end of a company's name: ``CO. (M) SDN BHD``."""
    return len(text) <= 40 and bool(_ONLY_FORM.match(text)) and addresses.letters(text) >= 2


def cleaned_name(text: str) -> str:
    """Without the registration number behind it and marks around it."""
    trailing = _TRAILING_ID.search(text)
    if trailing and trailing.start() >= 3:
        text = text[: trailing.start()]
    return " ".join(text.strip(" :;,|*-–•·_\"'=").split())


def _whole(row: Row) -> Segment:
    if len(row.segments) == 1:
        return row.segments[0]
    return Segment([word for segment in row.segments for word in segment.words], row.index)


def _named_part(reading: Reading, layout: PageLayout, row: Row) -> Segment:
    """A row without the cells that are dates or stand far to the right."""
    words = list(row.segments[0].words)
    for before, segment in pairwise(row.segments):
        if reading.dates(segment) or segment.box.x0 - before.box.x1 > FAR * layout.line_height:
            break
        words += segment.words
    words = _without_number_and_address(words)
    return row.segments[0] if tuple(words) == row.segments[0].words else Segment(words, row.index)


def _without_number_and_address(words: list[Word]) -> list[Word]:
    """Without the tax number before a name and, behind a legal form with a comma, the address: ``Ltd, 3 Old Quay``."""
    start = next((i + 1 for i, word in enumerate(words[:4]) if sum(map(str.isdigit, word.text)) >= TAX_NUMBER), 0)
    words = words[start:] or words
    for index, word in enumerate(words[:-1], start=1):
        if word.text.endswith(",") and addresses.has_legal_form(word.text) and _has_digits(words[index].text):
            return words[:index]
    return words


def _closed_up(row: Row) -> str | None:
    """``C A F E   R O M A``: letter by letter, with wider gaps between the words, which are the cells of the row."""
    if len(row.text.replace(" ", "")) < LETTER_SPACED or any(len(word) > 1 for word in row.text.split()):
        return None
    return " ".join("".join(word.text for word in segment.words) for segment in row.segments)


def _joined(places: list[Place]) -> Place:
    if len(places) == 1:
        return places[0]
    words = [word for place in places for word in place.segment.words]
    segment = Segment(words, places[0].segment.row)
    return Place(places[0].layout, segment, 0, len(segment.text))


def _address(layout: PageLayout, head: list[Row], after: int) -> Candidate | None:
    """Rows from the name to the town; a registration number between them is skipped."""
    rows: list[Row] = []
    town = False
    for row in head[after : after + 8]:
        text = row.text.strip()
        if (
            _REGISTRATION.match(text)
            or "REG" in text.upper().split()
            or (not rows and not _is_address(text) and any(c.isdigit() for c in text) and ":" in text)
        ):
            continue
        if rows and (addresses.is_contact(text) or (":" in text and not _is_address(text)) or text[:1] == "("):
            break
        if not rows and not _is_address(text):
            if addresses.is_contact(text):
                break
            continue
        rows.append(row)
        if town and not _is_address(text):
            rows.pop()
            break
        town = town or addresses.is_postal(text)
    if not rows or not town:
        return None
    lines = [" ".join(row.text.split()) for row in rows]
    text = lines[0]
    for line in lines[1:]:
        text += (" " if text.endswith((",", ".")) else ", ") + line
    words = [word for row in rows for segment in row.segments for word in segment.words]
    segment = Segment(words, rows[0].index)
    return Candidate(text, "\n".join(lines), 1.5, "head", Place(layout, segment, 0, len(segment.text)))
