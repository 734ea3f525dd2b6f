"""Which kind of document is this? Decided from titles, labels and shape of its first and last pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import msgspec

from extraction.engine.confidence import probability
from extraction.engine.labels import Hit
from extraction.engine.layout import PageLayout, Row, Segment
from extraction.engine.reading import Reading
from extraction.engine.values import DocumentType

TITLE = 3.0  # a title that stands by itself at the top
CLEAR = 1.8  # a title that hardly can be anything else
MENTION = 0.15  # the same word in running text
BEGINNING = 90  # characters of running text in which a title can stand
LEAST = 2.0  # below this nothing is known about the document

TITLED: tuple[DocumentType, ...] = ("invoice", "credit_note", "receipt", "purchase_order", "contract", "other")
INVOICE_LABELS = {
    "invoice_number": 1.2, "invoice_date": 0.9, "due_date": 0.5, "customer": 0.5, "vendor": 0.3, "vat_id": 0.4,
    "customer_vat_id": 0.6, "iban": 0.6, "bic": 0.2, "terms": 0.4, "customer_number": 0.3,
}  # fmt: skip
RECEIPT_AMOUNTS = {"change": 1.3, "cash": 0.7, "rounding": 0.5, "tip": 0.8}

_TIME = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?\s?(?:[ap]m)?(?![\d:])", re.IGNORECASE)


class Classification(msgspec.Struct, frozen=True, kw_only=True):
    """``confidence`` is the chance (0 to 1) that ``document_type`` is right; ``reason`` names what decided."""

    document_type: DocumentType
    confidence: float
    reason: str


def classify(reading: Reading) -> Classification:
    scores, reasons = _scores(reading)
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    kind, score = ranked[0] if ranked else ("other", 0.0)
    if score < LEAST:
        return Classification(
            document_type="other", confidence=probability(LEAST - score, 1.0), reason="nothing typical"
        )
    lead = score - (ranked[1][1] if len(ranked) > 1 else 0.0)
    return Classification(document_type=kind, confidence=probability(score, lead), reason=", ".join(reasons[kind][:4]))


def _scores(reading: Reading) -> tuple[dict[DocumentType, float], dict[DocumentType, list[str]]]:
    scores: dict[DocumentType, float] = defaultdict(float)
    reasons: dict[DocumentType, list[str]] = defaultdict(list)

    def add(kind: DocumentType, score: float, reason: str) -> None:
        scores[kind] += score
        reasons[kind].append(reason)

    facts = _Facts(reading)
    titles = _titles(reading)
    for kind, score in titles.items():
        # Receipts of many countries call themselves "tax invoice".
        add(kind, score * 0.6 if kind == "invoice" and facts.narrow else score, "title")
    labels = sum(score for concept, score in INVOICE_LABELS.items() if concept in facts.fields)
    if facts.money or titles["invoice"] >= CLEAR:
        add("invoice", labels, "labels")
    if facts.money:
        if facts.table:
            add("invoice", 0.8, "table of items")
        if "total" in facts.amounts or "gross" in facts.amounts or "due" in facts.amounts:
            add("invoice", 0.5, "total")
            add("receipt", 0.5, "total")
        paid = sum(score for concept, score in RECEIPT_AMOUNTS.items() if concept in facts.amounts)
        add("receipt", paid, "paid at once")
        if facts.narrow:
            add("receipt", 1.6, "narrow")
        if facts.time:
            add("receipt", 0.5, "time of day")
        if facts.fields & {"customer", "due_date", "iban", "terms"}:
            add("receipt", -0.6 * len(facts.fields & {"customer", "due_date", "iban", "terms"}), "terms")
    if facts.contract_words >= 3:
        add("contract", min(4.0, 0.5 * facts.contract_words) + (1.0 if facts.words > 600 else 0.0), "clauses")
    if not facts.money:
        for kind in ("invoice", "receipt", "credit_note"):
            add(kind, -1.5, "no sums")
    if titles["credit_note"] >= 2.0 and titles["credit_note"] > titles["invoice"]:
        # A credit note carries all labels of an invoice; its title decides.
        add("credit_note", max(0.0, scores["invoice"]), "title of a credit note")
    strongest = max(titles[kind] for kind in ("invoice", "credit_note", "receipt"))
    for kind in ("other", "purchase_order"):
        if titles[kind] >= CLEAR and titles[kind] > strongest + 1.0:
            # A quotation, reminder or order has the labels of an invoice, but not its title.
            add(kind, max(0.0, scores["invoice"]), "title of another kind")
    if facts.words > 1500 and not facts.table:
        for kind in ("invoice", "receipt"):
            add(kind, -2.0, "long text")
    return scores, reasons


def _titles(reading: Reading) -> dict[DocumentType, float]:
    """For each kind the strongest title, and a little for each mention."""
    strongest: dict[DocumentType, float] = defaultdict(float)
    mentions: Counter[DocumentType] = Counter()
    for layout, segment in reading.segments_with("titles"):
        for hit in reading.section(segment, "titles"):
            kind: DocumentType = hit.concept  # type: ignore[assignment]
            strongest[kind] = max(strongest[kind], _title_weight(layout, layout.rows[segment.row], segment, hit))
            mentions[kind] += 1
    for kind in TITLED:
        if mentions[kind]:
            strongest[kind] += min(0.9, MENTION * mentions[kind])
    return strongest


def _title_weight(layout: PageLayout, row: Row, segment: Segment, hit: Hit) -> float:
    text = segment.text
    share = (hit.end - hit.start) / len(text)
    begins = hit.start <= 3 or (hit.end >= len(text) - 1 and len(text.split()) <= 4)
    if hit.concept == "contract" and layout.number == 1 and row.index <= 1 and hit.end <= BEGINNING and len(text) > 60:
        return 2.0  # running text without lines begins with the title
    if not begins and share < 0.5:
        return 0.1 if len(text) > 60 else 0.4
    top = layout.number == 1 and row.box.y0 < 0.4 * layout.page_height
    large = segment.height > 1.2 * layout.line_height
    rest = text[hit.end :].strip(" .:#")
    alone = share > 0.65 or (0 < len(rest.split()) <= 4 and any(char.isdigit() for char in rest))
    weight = 0.5 + 0.9 * top + 0.9 * large + 0.7 * alone + 0.5 * (len(row.segments) == 1)
    if len(text) > 60 or len(text.split()) > 8 or (not alone and len(text.split()) > 5):
        weight -= 1.2
    if text.isupper():
        weight += 0.3
    return max(0.1, min(TITLE, weight))


class _Facts:
    """What the pages show, counted once."""

    def __init__(self, reading: Reading) -> None:
        self.fields = _concepts(reading, "fields")
        self.amounts = _concepts(reading, "amounts")
        self.table = False
        self.money = False
        self.time = False
        self.words = 0
        for _, row in reading.rows():
            heads = {hit.concept for segment in row.segments for hit in reading.section(segment, "columns")[:1]}
            self.table |= len(heads) >= 3 and len(row.segments) >= 3
            for segment in row.segments:
                self.words += len(segment.words)
                self.money = self.money or any(amount.is_money for amount in reading.amounts(segment))
                self.time = self.time or bool(_TIME.search(segment.text[:120]))
        self.contract_words = len(
            {
                segment.text[hit.start : hit.end].casefold()
                for _, segment in reading.segments_with("titles")
                for hit in reading.section(segment, "titles")
                if hit.concept == "contract"
            }
        )
        self.narrow = bool(reading.pages) and _is_narrow(reading.pages[0])


def _concepts(reading: Reading, section: str) -> set[str]:
    return {hit.concept for _, segment in reading.segments_with(section) for hit in reading.section(segment, section)}


def _is_narrow(layout: PageLayout) -> bool:
    """Printed on a roll: few characters wide for the height of its type."""
    if not layout.rows:
        return False
    width = max(row.box.x1 for row in layout.rows) - min(row.box.x0 for row in layout.rows)
    if layout.unit == "char":
        return width <= 64
    return width <= 34 * layout.line_height
