"""When the document was issued, and until when all of it has to be paid."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

import msgspec

from extraction.engine.candidates import Candidate, Labelled, labelled
from extraction.engine.dates import Order, PrintedDate, decide_order, find_compact, find_dates, resolve, shown_order
from extraction.engine.layout import PageLayout, Segment
from extraction.engine.ranking import choose
from extraction.engine.reading import Place, Reading

CONCEPTS = ("invoice_date", "date", "due_date", "other_date", "period")
LABEL_SCORE = {"invoice_date": 3.5, "date": 2.2, "due_date": 3.0}

_DAYS = re.compile(
    r"(?<![\d.,/-])(?P<days>\d{1,3})\s{0,2}(?:kalender|werk|bank)?"
    r"(?:days?|tagen?|jours?|giorni|gg|d[ií]as|dagen|dni|dnů|dní|dagar|dagars|dage|gün)(?![^\W\d_])"
    r"|(?<!\w)net[t]?o?\s{0,2}(?P<net>\d{1,3})(?![\d.,%/-])",
    re.IGNORECASE,
)
_DISCOUNT = re.compile(
    r"skonto|discount|escompte|sconto|descuento|desconto|korting|rabat|sleva|kassarabatt|iskonto|abschlag|\d\s?%",
    re.IGNORECASE,
)
_FULL = re.compile(r"ohne\s+ab|netto|net\b|full|rein|sans|senza|sin\b|zonder|bez\b", re.IGNORECASE)
_TERMS = re.compile(
    r"zahl|pay|paiement|payable|règlement|pagament|pago|betal|płat|splat|terms|net\b|netto|due|fällig|skonto|ödeme|vade|échéance|"
    r"scadenza|vencimiento|vencimento|termin|ohne\s+abzug|rechnungs",
    re.IGNORECASE,
)
_PLACE_AND_DATE = re.compile(
    r"^[^\W\d_]{2,}(?:[ -][^\W\d_]{2,}){0,3},\s?(?:(?:den|am|le|li|lì|dne|dnia|il|em|on)\s?[:,]?\s?)?$",
    re.IGNORECASE,
)
_PAY_UNTIL = re.compile(
    r"(?:zahl|überweis|ausgleich|begleich|pay|remit|settle|pagar|pagamento|pagare|règle|payer|paiement|betal|voldoen|overmaken|"
    r"zapła|płatn|wpła|uhra|splat|zaplat|indbetal|öde)\w{0,12}\W{1,3}(?:[^\W\d_]{1,16}\W{1,3}){0,6}?"
    r"(?:bis|until|by|before|avant|entro|antes|até|vóór|voor|do|senast|senest|kadar|spätestens)\W{1,3}"
    r"(?:[^\W\d_]{1,12}\W{1,3}){0,2}$",
    re.IGNORECASE,
)
_DEBIT = re.compile(
    r"eingezogen|abgebucht|abbuch|einzug|lastschrift|belastet|debited|direct debit|prélev|addebit|domicilia|"
    r"débito direto|geïncasseerd|afgeschreven|incasso|polecenie zapłaty|inkas|autogiro|betalingsservice",
    re.IGNORECASE,
)
_ON = re.compile(
    r"(?:^|\W)(?:am|on|le|il|el|em|op|dne|den|dnia|on or after|à partir du|ab dem|a partir del?|vanaf|dal)\W{0,2}$",
    re.IGNORECASE,
)
_US_TOWN = re.compile(r"[^\W\d_]{3,}[.,\s]{1,3}[A-Z]{2}\.?,?\s{1,2}\d{5}(?:-\d{4})?(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?")

LONGEST_TERM = 366  # days
MIXED_ORDER = (None, "USD", "CAD", "PHP")
"""Currencies (``None``: unknown) of countries in which people write the month first, or either."""


class Dated(NamedTuple):
    """A date and where it stands."""

    place: Place
    printed: PrintedDate


class Dates:
    """All dates of one document, read in one order."""

    def __init__(self, reading: Reading, currency: str | None) -> None:
        self.reading = reading
        self.currency = currency
        self.found = [
            Dated(Place(layout, segment, item.start, item.end), item)
            for layout, segment in reading.segments()
            for item in reading.dates(segment)
        ]

    @cached_property
    def order(self) -> Order:
        dollars = self.currency in ("USD", "PHP")
        towns = any(_US_TOWN.search(segment.text[:120]) for _, segment in self.reading.segments())
        english = self.reading.language == "en"
        return decide_order(
            (item.printed for item in self.found),
            month_first_likely=(dollars and towns) or (english and (dollars or towns)),
            terms_days=[days for days, _ in self.terms],
        )

    @cached_property
    def terms(self) -> list[tuple[int, Place]]:
        """Terms for the full amount, in days, the most explicit first; terms with a discount are left out."""
        found = []
        for layout, segment in self.reading.segments():
            text = segment.text[:400]
            for match in _DAYS.finditer(text):
                before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() : match.end() + 30]
                row = layout.rows[segment.row].text
                named = id(segment) in self._under_terms or _TERMS.search(row)
                if not named or _is_discounted(before, after):
                    continue
                days = int(match["days"] or match["net"])
                if 0 < days <= LONGEST_TERM:
                    found.append(
                        (days, Place(layout, segment, match.start(), match.end()), bool(_FULL.search(after + before)))
                    )
        return [(days, place) for days, place, _ in sorted(found, key=lambda item: not item[2])]

    @cached_property
    def _under_terms(self) -> frozenset[int]:
        """Cells that the label of the payment terms stands above or beside, by ``id``."""
        return frozenset(id(item.place.segment) for item in labelled(self.reading, ("terms",)))

    def governed(self) -> dict[tuple[int, int], tuple[Dated, dict[str, float]]]:
        """For each labelled date the labels that claim it, and how closely; a much nearer label excludes others."""
        claims: dict[tuple[int, int], tuple[Dated, dict[str, float]]] = {}
        for item in labelled(self.reading, CONCEPTS):
            dated = _date_in(item)
            if dated is None:
                continue
            key = id(dated.place.segment), dated.place.start
            scores = claims.setdefault(key, (dated, defaultdict(float)))[1]
            scores[item.hit.concept] = max(scores[item.hit.concept], item.score)
        for _, scores in claims.values():
            closest = max(scores.values())
            for concept in [concept for concept, score in scores.items() if score < closest - 0.2]:
                del scores[concept]
        return claims

    def value(self, item: Dated) -> date | None:
        return resolve(item.printed, self.order)

    @cached_property
    def is_open(self) -> bool:
        """Nothing on the pages shows whether day or month stands first, and where they come from people write both."""
        if self.reading.language != "en" or self.currency not in MIXED_ORDER:
            return False
        return shown_order((item.printed for item in self.found), [days for days, _ in self.terms]) is None

    def doubted(self, chosen: Candidate) -> Candidate:
        """``chosen`` with its doubt, where its print could mean another day."""
        if chosen.place is None or "." in chosen.raw:
            return chosen
        same = (item.printed for item in self.found if item.place.segment is chosen.place.segment)
        either = any(item.raw == chosen.raw and item.dmy != item.mdy for item in same)
        return msgspec.structs.replace(chosen, doubt=1.0) if either and self.is_open else chosen

    def is_only(self, value: date) -> bool:
        """Every date of the document is this one."""
        return all(self.value(item) == value for item in self.found)


def _is_discounted(before: str, after: str) -> bool:
    """``3% Skonto innerhalb 10 Tagen`` and ``10 Tage 2%``, but not ``30 Tage netto, 10 Tage 2%``."""
    upto = re.split(r"[,;.]\s", after)[0]
    since = re.split(r"[,;.]\s", before)[-1]
    if _FULL.search(upto[:20]):
        return False
    return bool(_DISCOUNT.search(upto) or _DISCOUNT.search(since)) and not _FULL.search(since)


def _date_in(item: Labelled) -> Dated | None:
    """The first date behind a label, if it begins soon."""
    place: Place = item.place
    text = place.text[:80]
    found = next(find_dates(text), None) or next(find_compact(text), None)
    if found is None or found.start > (40 if item.relation == "same" else 25):
        return None
    if item.relation != "same" and item.hit.concept == "date" and found.start > 12:
        return None
    return Dated(Place(place.layout, place.segment, place.start + found.start, place.start + found.end), found)


def read_dates(reading: Reading, currency: str | None) -> dict[str, tuple[Candidate, float]]:
    """``invoice_date`` and ``due_date``, each with its lead over the next candidate."""
    dates = Dates(reading, currency)
    claims = dates.governed()
    found: dict[str, tuple[Candidate, float]] = {}
    issued = choose("invoice_date", reading, _issued(dates, claims))
    if issued:
        found["invoice_date"] = dates.doubted(issued[0]), issued[1]
    start = issued[0].value if issued else None
    due = choose("due_date", reading, _due(dates, claims, start))
    if due is None and start is not None and dates.terms:
        days, place = dates.terms[0]
        value = start + timedelta(days=days)
        due = Candidate(value, place.text, min(2.5, issued[0].score if issued else 0.0), "payment_terms", place), 2.0
    if due:
        found["due_date"] = dates.doubted(due[0]), due[1]
    return found


def _issued(dates: Dates, claims: dict[tuple[int, int], tuple[Dated, dict[str, float]]]) -> Iterator[Candidate]:
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
    if titled and not {"due_date", "other_date"} & set(scores):
        return 3.2, "title"
    height = 0.4 * (1 - place.box.y0 / max(1.0, place.layout.page_height)) if place.page == 1 else -0.5
    if "due_date" in scores or "other_date" in scores or "period" in scores:
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
        score += 0.5
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


def _around(place: Place) -> str:
    """The row of a date and the next one."""
    rows = place.layout.rows[place.segment.row : place.segment.row + 2]
    return " ".join(row.text[:200] for row in rows)


def _due(
    dates: Dates, claims: dict[tuple[int, int], tuple[Dated, dict[str, float]]], issued: date | None
) -> Iterator[Candidate]:
    for item in dates.found:
        value = dates.value(item)
        text = item.place.segment.text[max(0, item.place.start - 90) : item.place.start]
        if value is not None and _PAY_UNTIL.search(text) and (issued is None or value >= issued):
            yield Candidate(value, item.place.text, 2.6, "sentence:pay_until", item.place)
        elif value is not None and _ON.search(text) and _DEBIT.search(_around(item.place)):
            yield Candidate(value, item.place.text, 2.0, "sentence:direct_debit", item.place)
    for item, scores in claims.values():
        if "due_date" not in scores:
            continue
        value = dates.value(item)
        if value is None:
            continue
        score = LABEL_SCORE["due_date"] + scores["due_date"]
        row = item.place.layout.rows[item.place.segment.row].text
        before = row[: max(0, row.find(item.place.text))][-50:]
        if _DISCOUNT.search(before) and not _FULL.search(before) and not re.search(r"ohne\s+ab", before, re.IGNORECASE):
            score -= 2.5
        if issued is not None:
            days = (value - issued).days
            if days < 0:
                score -= 2.5
            elif days > LONGEST_TERM + 30:
                score -= 1.0
            elif days in {term for term, _ in dates.terms}:
                score += 0.7
        yield Candidate(value, item.place.text, score, "label:due_date", item.place)
