"""The second reader's answers → fields: what stands on the page counts, what does not is marked and doubted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from msgspec.structs import replace

from extraction.engine.amounts import AMBIGUOUS, SYMBOLS
from extraction.engine.extractors.einvoice.locate import Index, Place
from extraction.engine.extractors.llm.asking import question, shown_pages, wanted_fields
from extraction.engine.extractors.llm.model import ChatModel, answer_in
from extraction.engine.extractors.llm.settings import LlmSettings
from extraction.engine.values import (
    FIELD_KINDS,
    Considered,
    Evidence,
    Extraction,
    Field,
    FieldValue,
    Issue,
    Page,
    ParsedDocument,
    Why,
)

FOUND = 0.75
"""Confidence in an answer that stands on the page, where the first reader found nothing."""

AGREED = 0.9
"""At least this where both readers, independently, say the same."""

NOT_FOUND = 0.3
"""At most this for an answer that stands nowhere on the page: it may be invented."""

LONGEST = 300  # characters of an answer
UNVERIFIED = "second_reader_unverified"


class Consultation(msgspec.Struct, frozen=True, kw_only=True):
    """The extraction with what was learned, and what it took."""

    extraction: Extraction
    asked: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0


def consult(parsed: ParsedDocument, extraction: Extraction, model: ChatModel, settings: LlmSettings) -> Consultation:
    """Ask for what is missing or doubted; nothing is asked when nothing is. Raises ModelFailed.

    A field that the first reader is sure of is never asked for, and so never changed.
    """
    fields = wanted_fields(extraction, settings.threshold)
    pages = shown_pages(parsed.pages)
    if not fields or not pages:
        return Consultation(extraction=extraction)
    reply = model.ask(question(fields, pages, settings.max_tokens_per_document))
    answers = list(_answers(fields, answer_in(reply), extraction, _Pages(pages)))
    replaced = {field.name for field in answers}
    kept = tuple(field for field in extraction.fields if field.name not in replaced)
    doubts = tuple(_unverified(field) for field in answers if field.evidence.rule == UNVERIFIED)
    return Consultation(
        extraction=replace(extraction, fields=(*kept, *answers), issues=(*extraction.issues, *doubts)),
        asked=fields,
        used=tuple(field.name for field in answers),
        input_tokens=reply.input_tokens,
        output_tokens=reply.output_tokens,
    )


class _Pages:
    """Where a value stands on the pages that were shown."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._index = Index(pages)
        self._words = [(page.number, word) for page in pages for word in page.words]

    def place(self, value: FieldValue) -> Place | None:
        return self._index.place(value)

    def currency(self, code: str) -> Place | None:
        """Its code, or a sign that can stand for it."""
        for number, word in self._words:
            mark = word.text.strip("0123456789.,'’ :;()-").casefold()
            if SYMBOLS.get(mark) == code or code in AMBIGUOUS.get(mark, ()):
                return Place(number, word.box)
        return None


def _answers(fields: Sequence[str], answer: dict[str, Any], extraction: Extraction, pages: _Pages) -> Iterator[Field]:
    for name in fields:
        value = value_of(name, answer.get(name))
        if value is not None:
            found = _judged(name, value, extraction.field(name), pages)
            if found is not None:
                yield found


def _judged(name: str, value: FieldValue, first: Field | None, pages: _Pages) -> Field | None:
    """The field as both readers together have it; ``None`` where the first one's word stands."""
    if first is not None and _same(first.value, value):
        reasons = ("the second reader says the same", *(first.why.reasons if first.why else ()))
        return replace(first, confidence=max(first.confidence, AGREED), why=_why(reasons, first))
    place = pages.currency(str(value)) if name == "currency" else pages.place(value)
    if place is not None:
        evidence = Evidence(rule="second_reader", page=place.page, box=place.box, source="llm")
        return _field(name, value, FOUND, evidence, "the second reader found it", first)
    if first is not None:
        return None
    unverified = Evidence(rule=UNVERIFIED, source="llm")
    return _field(name, value, NOT_FOUND, unverified, "the second reader says so, but it stands nowhere", first)


def _field(
    name: str, value: FieldValue, confidence: float, evidence: Evidence, reason: str, first: Field | None
) -> Field:
    return Field(
        name=name,
        raw=str(value),
        value=value,
        confidence=confidence,
        evidence=evidence,
        why=_why((reason,), first),
    )


def _why(reasons: tuple[str, ...], first: Field | None) -> Why:
    """The first reader's choice stays among what was considered."""
    if first is None:
        return Why(reasons=reasons)
    if first.why is not None and first.why.considered:
        return Why(reasons=reasons, considered=first.why.considered)
    own = Considered(
        raw=first.raw,
        value=str(first.value),
        share=first.confidence,
        rule=first.evidence.rule,
        page=first.evidence.page,
        box=first.evidence.box,
    )
    return Why(reasons=reasons, considered=(own,))


def _unverified(field: Field) -> Issue:
    return Issue(
        code=UNVERIFIED,
        severity="warning",
        message=f"The second reader's {field.name.replace('_', ' ')} stands nowhere on the page.",
        field=field.name,
    )


def value_of(name: str, answer: Any) -> FieldValue:
    """The answer in the type of its field; ``None`` for null, for nonsense and for what is far too long."""
    if not isinstance(answer, str | int | float) or isinstance(answer, bool):
        return None
    text = " ".join(str(answer).split())
    if not text or len(text) > LONGEST:
        return None
    try:
        match FIELD_KINDS[name]:
            case "amount" | "number":
                amount = Decimal(text)
                return amount if amount.is_finite() and abs(amount) < 10**15 else None
            case "date":
                return date.fromisoformat(text)
            case _:
                return text.upper() if name == "currency" else text
    except (InvalidOperation, ValueError):
        return None


def _same(one: FieldValue, other: FieldValue) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return _folded(one) == _folded(other)
    return one == other


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
