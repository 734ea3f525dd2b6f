"""Which kind of document is this? Decided from titles, labels and shape of its first and last pages.

A pro forma invoice is read as an invoice and says so (``note``): it has an invoice's contents, and the code list of
EN 16931 (UNTDID 1001, 325) counts it among them, but it is nothing to book or to deduct tax from. A correction of an
invoice (*faktura korygująca*, *factura rectificativa*, *Rechnungskorrektur*) either gives money back or states the
invoice anew; its total decides, see :func:`settled`. Quotations, delivery notes, confirmations and reminders name sums
that are not to be booked, so they are ``other``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cached_property
from typing import Literal

import msgspec

from extraction.engine.confidence import probability
from extraction.engine.labels import Hit
from extraction.engine.layout import PageLayout, Row, Segment
from extraction.engine.ledger import is_ledger_head
from extraction.engine.reading import Reading
from extraction.engine.values import DocumentType, Extraction, Issue

TITLE = 3.0  # a title that stands by itself at the top
CLEAR = 1.8  # a title that hardly can be anything else
ASIDE = 1.2  # at most: the heading of a section further down
MENTION = 0.15  # the same word in running text
BEGINNING = 90  # characters of running text in which a title can stand
LEAST = 2.0  # below this nothing is known about the document
LABELLING = 0.6  # of a title's weight: "Order 4711" on an invoice is a label
TOP_LINES = 12  # of a short text; of a page the upper two fifths
SENTENCE = 4  # words of one that ends with a full stop
NAMED = 3  # words behind a title among which its number stands
ROLL_CHARACTERS = 64  # of the widest type on a roll of 80 mm

Note = Literal["", "pro_forma", "correction"]
MONEY: tuple[DocumentType, ...] = ("invoice", "credit_note", "receipt")
REFERRED: tuple[DocumentType, ...] = ("purchase_order", "other")
"""Kinds whose names are labels on an invoice, too: it states the order and the delivery note it belongs to."""

INVOICE_LABELS = {
    "invoice_number": 1.2, "invoice_date": 0.9, "due_date": 0.5, "customer": 0.5, "vendor": 0.3, "vat_id": 0.4,
    "customer_vat_id": 0.6, "iban": 0.6, "bic": 0.2, "terms": 0.4, "customer_number": 0.3,
}  # fmt: skip
RECEIPT_AMOUNTS = {"change": 1.3, "cash": 0.7, "rounding": 0.5, "tip": 0.8}
LATER = frozenset({"customer", "due_date", "iban", "terms"})
"""Labels of what is paid later, which a receipt has been already."""

TOTALS = frozenset({"total", "gross", "due"})
PAYMENTS = frozenset({"cash", "paid"})
WHOLE_MONEY = re.compile(r"\D{0,3}\d{1,3}(?:[.,' ]\d{3}){1,3}\D{0,3}")

TIME = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?\s?(?:[ap]m)?(?![\d:])", re.IGNORECASE)


class Classification(msgspec.Struct, frozen=True, kw_only=True):
    """``confidence`` is the chance (0 to 1) that ``document_type`` is right; ``reason`` names what decided."""

    document_type: DocumentType
    confidence: float
    reason: str
    note: Note = ""


def classify(reading: Reading) -> Classification:
    evidence = _Evidence(reading)
    ranked = sorted(evidence.scores.items(), key=lambda item: -item[1])
    kind, score = ranked[0] if ranked else ("other", 0.0)
    if score < LEAST:
        return Classification(
            document_type="other",
            confidence=probability(LEAST - score, 1.0, name="document_type"),
            reason="nothing typical",
        )
    lead = score - (ranked[1][1] if len(ranked) > 1 else 0.0)
    return Classification(
        document_type=kind,
        confidence=probability(score, lead, name="document_type"),
        reason=", ".join(evidence.reasons[kind][:4]),
        note=evidence.note(kind),
    )


def title_of(reading: Reading) -> DocumentType | None:
    """The kind that a clear title names, if one does."""
    titles = _titles(reading, _Facts(reading))
    kind = max((*MONEY, *REFERRED, *_LONG), key=lambda kind: titles[kind])
    return kind if titles[kind] >= CLEAR else None


def settled(found: Extraction, kind: Classification) -> Extraction:
    """``found`` with what only its values show: a correction with a total to pay is an invoice; a note is told."""
    if kind.note == "correction":
        total = found.value("total_amount")
        pays = isinstance(total, Decimal) and total > 0
        return msgspec.structs.replace(found, document_type="invoice") if pays else found
    if kind.note == "pro_forma":
        return msgspec.structs.replace(found, issues=(*found.issues, PRO_FORMA))
    return found


PRO_FORMA = Issue(
    code="pro_forma",
    severity="warning",
    message="This is a pro forma invoice: it announces an invoice and is not one to book.",
    field="document_type",
)


class _Evidence:
    """What speaks for each kind, and why."""

    def __init__(self, reading: Reading) -> None:
        self.scores: dict[DocumentType, float] = defaultdict(float)
        self.reasons: dict[DocumentType, list[str]] = defaultdict(list)
        self.facts = _Facts(reading)
        self.titles = _titles(reading, self.facts)
        self._weigh_titles()
        self._weigh_invoice()
        self._weigh_receipt()
        self._weigh_statement()
        self._weigh_text()
        self._let_titles_decide()

    def note(self, kind: DocumentType) -> Note:
        if kind == "invoice" and self.titles["pro_forma"] >= CLEAR:
            return "pro_forma"
        plain = self.titles["credit_note"] - MENTION > self.titles["correction"]
        return "correction" if kind == "credit_note" and self.titles["correction"] and not plain else ""

    def _add(self, kind: DocumentType, score: float, reason: str) -> None:
        if score:
            self.scores[kind] += score
            self.reasons[kind].append(reason)

    def _weigh_titles(self) -> None:
        for kind in (*MONEY, *REFERRED, *_LONG):
            # Receipts of many countries call themselves "tax invoice".
            narrow_invoice = kind == "invoice" and self.facts.narrow
            self._add(kind, self.titles[kind] * (0.6 if narrow_invoice else 1.0), "title")

    def _weigh_invoice(self) -> None:
        if self.facts.money or self.titles["invoice"] >= CLEAR:
            labels = sum(score for concept, score in INVOICE_LABELS.items() if concept in self.facts.fields)
            self._add("invoice", labels, "labels")
        if self.facts.money:
            self._add("invoice", 0.8 * self.facts.table, "table of items")
            self._add("invoice", 0.5 * self.facts.total, "total")

    def _weigh_receipt(self) -> None:
        facts = self.facts
        paid = sum(score for concept, score in RECEIPT_AMOUNTS.items() if concept in facts.amounts)
        if not facts.money or not (facts.total or paid or self.titles["receipt"]):
            return
        self._add("receipt", 0.5 * facts.total, "total")
        self._add("receipt", paid, "paid at once")
        self._add("receipt", 1.6 * facts.narrow, "narrow")
        self._add("receipt", 1.2 * (facts.narrow and facts.settled), "total was paid")
        self._add("receipt", 0.5 * facts.time, "time of day")
        self._add("receipt", -0.6 * len(facts.fields & LATER), "terms")

    def _weigh_statement(self) -> None:
        balances = len(self.facts.balances)
        self._add("statement", (3.0 if balances == 2 else 1.0 * balances) * self.facts.money, "balances")
        self._add("statement", 1.2 * self.facts.ledger, "columns of bookings")

    def _weigh_text(self) -> None:
        facts = self.facts
        if len(facts.clauses) >= 3:
            clauses = min(4.0, 0.5 * len(facts.clauses))
            self._add("contract", clauses + (1.0 if facts.words > 600 else 0.0), "clauses")
        if not facts.money:
            for kind in MONEY:
                self._add(kind, -1.5, "no sums")
        if facts.words > 1500 and not facts.table:
            for kind in ("invoice", "receipt"):
                self._add(kind, -2.0, "long text")

    def _let_titles_decide(self) -> None:
        """Many kinds carry all labels of an invoice; then the title says which one it is."""
        titles, labels = self.titles, max(0.0, self.scores["invoice"])
        if titles["credit_note"] >= 1.6 and titles["credit_note"] > titles["invoice"]:
            self._add("credit_note", labels, "title of a credit note")
        strongest = max(titles[kind] for kind in MONEY)
        paid = max(labels, self.scores["receipt"])
        for other in REFERRED:
            if titles[other] >= CLEAR and titles[other] > strongest + 1.0:
                self._add(other, paid, "title of another kind")
        kept = self.facts.ledger or len(self.facts.balances) == 2
        if titles["statement"] >= CLEAR and (kept or titles["statement"] > strongest + 1.0):
            self._add("statement", paid, "title of a statement")


_STROKE = re.compile(r"\s[-–—/|]\s")
_LONG: tuple[DocumentType, ...] = ("statement", "contract")


def _titles(reading: Reading, facts: _Facts) -> dict[str, float]:
    """For each kind (and note) the strongest title, and a little for each mention."""
    strongest: dict[str, float] = defaultdict(float)
    mentions: Counter[str] = Counter()
    for layout, segment in reading.segments_with("titles"):
        row = layout.rows[segment.row]
        if is_head(reading, row):
            continue
        for hit in reading.section(segment, "titles"):
            weight = _title_weight(layout, row, segment, hit)
            if hit.concept in REFERRED and "invoice_number" in facts.fields and _is_label(reading, segment, hit):
                weight *= LABELLING
            strongest[hit.concept] = max(strongest[hit.concept], weight)
            mentions[hit.concept] += 1
    for concept, count in mentions.items():
        strongest[concept] += min(0.9, MENTION * count)
    return strongest


def is_head(reading: Reading, row: Row) -> bool:
    """The heads of a table: "Invoice", "Receipt" and "Credit" name columns there, not the document."""
    if len(row.segments) < 3 or any(map(str.isdigit, row.text)):
        return False
    known = sum(bool(reading.section(segment, "columns")) for segment in row.segments)
    return known + len(row.segments) >= 5 and all(len(segment.words) <= 3 for segment in row.segments)


def _is_label(reading: Reading, segment: Segment, hit: Hit) -> bool:
    return any(label.start <= hit.start and hit.end <= label.end for label in reading.section(segment, "fields"))


def _title_weight(layout: PageLayout, row: Row, segment: Segment, hit: Hit) -> float:
    whole = segment.text
    if hit.concept == "contract" and layout.number == 1 and row.index <= 1 and hit.end <= BEGINNING and len(whole) > 60:
        return 2.0  # running text without lines begins with the title
    first, text = _clause(whole, hit)
    start, end = hit.start - first, hit.end - first
    words = len(text.split())
    share = (end - start) / len(text)
    begins = start <= 3 or (end >= len(text) - 1 and words <= 4)
    if not begins and share < 0.5:
        return 0.1 if len(whole) > 60 else 0.4
    numbered = any(map(str.isdigit, "".join(text[end:].strip(" .:#").split()[:NAMED])))
    if words >= SENTENCE and text.endswith(".") and not numbered:
        return 0.4
    top = layout.number == 1 and row.box.y0 < max(0.4 * layout.page_height, TOP_LINES * layout.line_height)
    large = segment.height > 1.2 * layout.line_height
    alone = share > 0.65 or (numbered and len(text) <= 60)
    weight = 0.5 + 0.9 * top + 0.9 * large + 0.7 * alone + 0.5 * (len(row.segments) == 1)
    if len(text) > 60 or words > 8 or (not alone and words > 5):
        weight -= 1.2
    if text.isupper():
        weight += 0.3
    if not top and hit.concept in ("statement", *REFERRED):
        weight = min(weight, ASIDE)
    return max(0.1, min(TITLE, weight))


def _clause(text: str, hit: Hit) -> tuple[int, str]:
    """Where the part between dashes or strokes begins that holds the hit, and that part: "Refund / Credit note 5"."""
    if len(text) > 60:
        return 0, text
    first = max((match.end() for match in _STROKE.finditer(text, 0, hit.start)), default=0)
    after = _STROKE.search(text, hit.end)
    return first, text[first : after.start() if after else len(text)]


class _Facts:
    """What the pages show, counted once."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.fields = self._concepts("fields")
        self.amounts = self._concepts("amounts")
        self.balances = self._concepts("statement") & {"opening_balance", "closing_balance"}
        self.total = not self.amounts.isdisjoint(TOTALS)
        self._totals: set[Decimal] = set()
        self._payments: set[Decimal] = set()
        self.table = self.money = self.time = self.ledger = False
        self.words = 0
        for _, row in reading.rows():
            self._look_at(row)

    def _look_at(self, row: Row) -> None:
        if len(row.segments) >= 3:
            heads = {hit.concept for segment in row.segments for hit in self.reading.section(segment, "columns")[:1]}
            self.table |= len(heads) >= 3
            self.ledger |= is_ledger_head(row)
        total = self._names(row, "amounts", TOTALS)
        paid = not total and (self._names(row, "amounts", PAYMENTS) or self._names(row, "methods"))
        if total or paid:
            self._look_at_sums(row, self._totals if total else self._payments, total=total)
        for segment in row.segments:
            self.words += len(segment.words)
            self.money = self.money or any(amount.is_money for amount in self.reading.amounts(segment))
            self.time = self.time or (":" in segment.text and bool(TIME.search(segment.text[:120])))

    def _names(self, row: Row, section: str, concepts: frozenset[str] | None = None) -> bool:
        hits = (hit for segment in row.segments for hit in self.reading.section(segment, section))
        return any(concepts is None or hit.concept in concepts for hit in hits)

    def _look_at_sums(self, row: Row, sums: set[Decimal], *, total: bool) -> None:
        """Of a total that has no decimals, as of yen and won, the grouping shows that it is money."""
        for segment in row.segments:
            for amount in self.reading.amounts(segment):
                if not amount.is_percent:
                    sums.add(abs(amount.value))
                    self.money = self.money or bool(total and WHOLE_MONEY.fullmatch(amount.raw))

    @property
    def settled(self) -> bool:
        """A line of a payment repeats the total."""
        return any(value for value in self._totals & self._payments)

    def _concepts(self, section: str) -> set[str]:
        return {
            hit.concept
            for _, segment in self.reading.segments_with(section)
            for hit in self.reading.section(segment, section)
        }

    @cached_property
    def clauses(self) -> set[str]:
        """The different words of contracts that are there."""
        return {
            segment.text[hit.start : hit.end].casefold()
            for _, segment in self.reading.segments_with("titles")
            for hit in self.reading.section(segment, "titles")
            if hit.concept == "contract"
        }

    @cached_property
    def narrow(self) -> bool:
        return bool(self.reading.pages) and _is_narrow(self.reading.pages[0])


def _is_narrow(layout: PageLayout) -> bool:
    """Printed on a roll: few characters wide for the height of its type."""
    if not layout.rows:
        return False
    width = max(row.box.x1 for row in layout.rows) - min(row.box.x0 for row in layout.rows)
    if layout.unit == "char":
        return width <= ROLL_CHARACTERS
    return width <= 34 * layout.line_height
