"""Which kind of document is this? Decided from titles, labels and shape of its first and last pages.

A pro forma invoice is read as an invoice and says so (``note``): it has an invoice's contents, and the code list of
EN 16931 (UNTDID 1001, 325) counts it among them, but it is nothing to book or to deduct tax from. A correction of an
invoice (*faktura korygująca*, *factura rectificativa*, *berichtigte Rechnung*) either gives money back or states the
invoice anew; its total decides, see :func:`settled`. Quotations, delivery notes, confirmations and reminders name sums
that are not to be booked, so they are ``other``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from functools import cached_property
from typing import Literal

import msgspec

from extraction.engine.clauses import words_of
from extraction.engine.confidence import probability
from extraction.engine.deeds import deed
from extraction.engine.layout import PageLayout, Row
from extraction.engine.ledger import is_ledger_head
from extraction.engine.reading import Reading
from extraction.engine.titles import MONEY, REFERRED, SUM_NAME, read_titles
from extraction.engine.values import DocumentType, Extraction, Issue

CLEAR = 1.8  # a title that hardly can be anything else
LEAST = 2.0  # below this nothing is known about the document
CLAUSES = 3  # different words of contracts that make one likely
ROLL_CHARACTERS = 64  # of the widest type on a roll of 80 mm


Note = Literal["", "pro_forma", "correction"]

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
    titles = _Facts(reading).titles
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
        self.titles = self.facts.titles
        self._weigh_titles()
        self._weigh_invoice()
        self._weigh_receipt()
        self._weigh_statement()
        self._weigh_text()
        self._let_titles_decide()

    def note(self, kind: DocumentType) -> Note:
        if kind == "invoice" and self.titles["pro_forma"] >= CLEAR:
            return "pro_forma"
        plain = self.titles["refund"] > SUM_NAME
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
        if len(facts.clauses) >= CLAUSES:
            clauses = min(4.0, 0.5 * len(facts.clauses))
            self._add("contract", clauses + (1.0 if facts.words > 600 else 0.0), "clauses")
        if not facts.money:
            for kind in MONEY:
                self._add(kind, -1.5, "no sums")
        self._add("contract", facts.deed, "parties and law")
        if facts.words > 1500 and not facts.table:
            for kind in ("invoice", "receipt"):
                self._add(kind, -2.0, "long text")

    def _let_titles_decide(self) -> None:
        """Many kinds carry all labels of an invoice; then the title says which one it is."""
        titles, labels = self.titles, max(0.0, self.scores["invoice"])
        strongest = titles["heading"]
        paid = max(labels, self.scores["receipt"])
        if titles["credit_note"] >= 1.6 and titles["credit_note"] > titles["invoice"]:
            clear = titles["credit_note"] >= CLEAR and titles["credit_note"] > titles["receipt"]
            self._add("credit_note", paid if clear else labels, "title of a credit note")
        agreed = self.facts.deed and len(self.facts.clauses) >= CLAUSES
        for other in REFERRED:
            if other == "purchase_order" and self.facts.till:
                continue  # a till numbers its orders
            if titles[other] >= CLEAR and titles[other] > strongest + 1.0 and not agreed:
                self._add(other, paid, "title of another kind")
        kept = self.facts.ledger or len(self.facts.balances) == 2
        if titles["statement"] >= CLEAR and (kept or titles["statement"] > strongest + 1.0):
            self._add("statement", paid, "title of a statement")


_LONG: tuple[DocumentType, ...] = ("statement", "contract")


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
    def till(self) -> bool:
        """Printed by a till: narrow, with a time of day or a payment."""
        return self.narrow and (self.time or self.settled or not self.amounts.isdisjoint(RECEIPT_AMOUNTS))

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
    def titles(self) -> dict[str, float]:
        return read_titles(self.reading, numbered="invoice_number" in self.fields, narrow=self.narrow)

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
    def deed(self) -> float:
        """How much the first page looks like that of a contract; orders have the law of their terms further back."""
        if not self.reading.pages or (self.table and not self.clauses):
            return 0.0
        text = "\n".join(row.text for row in self.reading.pages[0].rows)
        return deed(text, words_of(self.reading.languages))

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
