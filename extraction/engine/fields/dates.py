"""When the document was issued, and until when all of it has to be paid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extraction.engine.candidates import Candidate
from extraction.engine.dates import find_compact
from extraction.engine.fields.dated import OF_OTHERS, Dated, Dates
from extraction.engine.fields.due_dates import due_candidates, from_terms
from extraction.engine.layout import PageLayout, Segment
from extraction.engine.ranking import choose
from extraction.engine.reading import Place, Reading

LABEL_SCORE = {"invoice_date": 3.5, "date": 2.2}

_PLACE_AND_DATE = re.compile(
    r"^[^\W\d_]{2,}(?:[ -][^\W\d_]{2,}){0,3},\s?(?:(?:den|am|le|li|lì|dne|dnia|il|em|on|a|d\.|den:?)\s?[:,]?\s?)?$",
    re.IGNORECASE,
)
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?")


def read_dates(dates: Dates) -> dict[str, tuple[Candidate, float]]:
    """``invoice_date`` and ``due_date``, each with its lead over the next candidate."""
    found: dict[str, tuple[Candidate, float]] = {}
    issued = choose("invoice_date", dates.reading, _issued(dates))
    if issued:
        found["invoice_date"] = dates.doubted(issued[0]), issued[1]
    start = issued[0].value if issued else None
    due = choose("due_date", dates.reading, due_candidates(dates, start))
    if due is None and issued is not None:
        counted = from_terms(dates.terms, issued[0])
        due = (counted, 2.0) if counted is not None else None
    if due:
        found["due_date"] = dates.doubted(due[0]), due[1]
    return found


def _issued(dates: Dates) -> Iterator[Candidate]:
    claims = dates.claims
    for item in dates.found:
        value = dates.value(item)
        if value is None:
            continue
        key = id(item.place.segment), item.place.start
        scores = claims[key][1] if key in claims else {}
        score, rule = _issued_score(dates, item, scores)
        if (value - dates.reading.today).days > 370:
            score -= 1.0
        if rule == "date" and dates.is_only(value):
            score += 1.0
        yield Candidate(value, item.place.text, score, rule, item.place)
    if not dates.found:
        yield from _compact(dates)
    for dated, scores in claims.values():
        if dated.printed not in [item.printed for item in dates.found if item.place.segment is dated.place.segment]:
            value = dates.value(dated)
            if value is not None and ("invoice_date" in scores or "date" in scores):
                yield Candidate(value, dated.place.text, 2.0, "label:date", dated.place)


def _compact(dates: Dates) -> Iterator[Candidate]:
    """Where no date is printed with separators, one without them."""
    for layout, segment in dates.reading.segments():
        for item in find_compact(segment.text[:80]):
            if item.dmy and item.dmy <= dates.reading.today:
                yield Candidate(item.dmy, item.raw, 0.6, "digits", Place(layout, segment, item.start, item.end))


def _issued_score(dates: Dates, item: Dated, scores: dict[str, float]) -> tuple[float, str]:
    place = item.place
    titled = _title_before(dates.reading, place.layout, place.segment, place.start)
    if "invoice_date" in scores:
        return LABEL_SCORE["invoice_date"] + scores["invoice_date"], "label:invoice_date"
    if titled and not ({"due_date"} | OF_OTHERS) & set(scores):
        return 3.2, "title"
    height = 0.4 * (1 - place.box.y0 / max(1.0, place.layout.page_height)) if place.page == 1 else -0.5
    if ({"due_date"} | OF_OTHERS) & set(scores):
        return -1.0 + height, "date"
    if "date" in scores:
        footer = 1.2 if place.box.y0 > 0.88 * place.layout.page_height and place.layout.unit == "pt" else 0.0
        return LABEL_SCORE["date"] + scores["date"] + height - footer, "label:date"
    score = 0.8 + height
    text = place.segment.text
    row = place.layout.rows[place.segment.row].text
    if _PLACE_AND_DATE.search(text[: place.start]) or _place_cell_before(place):
        score += 2.6
    if _TIME.search(row):
        score += 0.8 if _TIME.match(text[place.end :].lstrip(" ,-T")) else 0.5
    if len(text) > 60:
        score -= 0.8  # inside a sentence
    return score, "date"


def _place_cell_before(place: Place) -> bool:
    """``München, den`` in the cell to the left."""
    row = place.layout.rows[place.segment.row]
    before = [segment for segment in row.segments if segment.box.x1 <= place.segment.box.x0]
    return bool(before) and place.start == 0 and bool(_PLACE_AND_DATE.search(before[-1].text + " "))


def _title_before(reading: Reading, layout: PageLayout, segment: Segment, start: int) -> bool:
    """A title such as ``Rechnung Nr. 1 vom`` stands before the date, in its segment."""
    if layout.number > 2:
        return False
    if segment is not layout.rows[segment.row].segments[0] and segment.height < 1.2 * layout.line_height:
        return False
    return any(
        hit.concept in ("invoice", "credit_note", "receipt")
        and hit.end <= start
        and hit.start < 40
        and start - hit.end < 50
        for hit in reading.section(segment, "titles")
    ) and (len(segment.text) < 90)
