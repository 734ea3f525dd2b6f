"""When it was delivered or done: a day, or the first and the last day of a period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from extraction.engine.candidates import Candidate, Labelled, labelled
from extraction.engine.dates import resolve
from extraction.engine.fields.dated import Dates
from extraction.engine.layout import Segment
from extraction.engine.periods import SEARCHED, Period, find_periods
from extraction.engine.ranking import choose
from extraction.engine.reading import Place

LONGEST = 800
"""Days of a period: two years and a little."""

REACH = 30
"""Characters between a label and the period that it names."""

OWN = frozenset({"period", "service_date", "service_start", "service_end"})
LABELLED = 2.6
LOOSE = 1.0
ALONE = 0.7
"""Share of its cell that a span without a label takes: one in a description is about that line only."""
MOST_LOOSE = 2
"""Of so many different spans without a label one may be that of the document; more are those of its lines."""


class Span(NamedTuple):
    """A first and a last day, and what speaks for them."""

    first: date
    last: date
    place: Place
    score: float
    rule: str


def read_period(dates: Dates) -> dict[str, tuple[Candidate, float]]:
    """``service_start`` and ``service_end``, each with its lead; one day is both."""
    spans = [*_labelled_spans(dates), *_days(dates)] or list(_loose_spans(dates))
    starts = [Candidate(span.first, span.place.text, span.score, span.rule, span.place) for span in spans]
    start = choose("service_start", dates.reading, starts) if starts else None
    if start is None:
        return _by_ends(dates)
    ends = [
        Candidate(span.last, span.place.text, span.score, span.rule, span.place)
        for span in spans
        if span.first == start[0].value
    ]
    end = choose("service_end", dates.reading, ends)
    return {"service_start": start} | ({"service_end": end} if end else {})


def _labelled_spans(dates: Dates) -> Iterator[Span]:
    for found in labelled(dates.reading, ("period", "service_date")):
        for place in (found.place, _joined(found)):
            period = next(find_periods(place.text, months_too=found.relation != "below"), None) if place else None
            if place is None or period is None or period.start > REACH:
                continue
            span = _span(dates, place, period, LABELLED + found.score, f"label:{found.hit.concept}")
            if span is not None:
                yield span
                break


def _joined(found: Labelled) -> Place | None:
    """The cell and those right of it, where a period is broken over them."""
    place: Place = found.place
    row = place.layout.rows[place.segment.row].segments
    following = [segment for segment in row if segment.box.x0 >= place.segment.box.x0][:4]
    if len(following) < 2:
        return None
    whole = Segment([word for segment in following for word in segment.words], place.segment.row)
    return Place(place.layout, whole, place.start, min(len(whole.text), place.start + SEARCHED))


def _span(dates: Dates, place: Place, period: Period, score: float, rule: str) -> Span | None:
    first, last = resolve(period.first, dates.order), resolve(period.last, dates.order)
    if first is None or last is None or not 0 <= (last - first).days <= LONGEST:
        return None
    stands = Place(place.layout, place.segment, place.start + period.start, place.start + period.end)
    return Span(first, last, stands, score, rule)


def _days(dates: Dates) -> Iterator[Span]:
    """Days that a label such as "date of delivery" claims."""
    for item, scores in dates.claims.values():
        value = dates.value(item)
        for concept in {"service_date", "period"} & set(scores) if value is not None else ():
            score = LABELLED - 0.3 + scores[concept]
            yield Span(value, value, item.place, score, f"label:{concept}")  # type: ignore[arg-type]


def _loose_spans(dates: Dates) -> Iterator[Span]:
    """Without a label: ``Apr 3 – May 3, 2026`` below what is charged for."""
    found = []
    for layout, segment in dates.reading.segments():
        if not dates.reading.dates(segment):
            continue
        for period in find_periods(segment.text):
            if period.end - period.start < ALONE * len(segment.text.strip(" ()")):
                continue
            labels = {hit.concept for hit in dates.reading.section(segment, "fields") if hit.end <= period.start}
            if labels - OWN and not labels & OWN:
                continue
            whole = Place(layout, segment, 0, len(segment.text))
            span = _span(dates, whole, period, LOOSE, "form:period")
            if span is not None and span.first < span.last:
                found.append(span)
    if len({(span.first, span.last) for span in found}) <= MOST_LOOSE:
        yield from found


def _by_ends(dates: Dates) -> dict[str, tuple[Candidate, float]]:
    """First and last day, each with a label of its own: ``Check-in``, ``Check-out``."""
    found = {}
    for name in ("service_start", "service_end"):
        days = [
            Candidate(value, item.place.text, LABELLED - 0.6 + scores[name], f"label:{name}", item.place)
            for item, scores in dates.claims.values()
            if name in scores and (value := dates.value(item)) is not None
        ]
        chosen = choose(name, dates.reading, days) if days else None
        if chosen is not None:
            found[name] = chosen
    if len(found) == 2 and found["service_start"][0].value <= found["service_end"][0].value:
        return found
    return {}
