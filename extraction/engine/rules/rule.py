"""What a rule is, and the one way in which a rule's findings become issues."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from extraction.engine.values import DocumentType, Extraction, Issue, Options, Severity

SHOWN_CHARACTERS = 60
"""A value that is quoted in a message is cut after so many characters."""

LABELS = {
    "iban": "IBAN",
    "bic": "BIC",
    "vendor_vat_id": "vendor's VAT id",
    "customer_vat_id": "customer's VAT id",
    "document_title": "title",
    "document_type": "kind of document",
}
"""Names of fields for a person, where they are not just the words of the key."""


class Rule(Protocol):
    """One question about what was read. ``code`` is stable; the issues of ``check`` carry it and ``severity``.

    ``message`` is a template over the params of its issues, ``description`` says what it asks and why.
    """

    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def document_types(self) -> frozenset[DocumentType]: ...
    @property
    def message(self) -> str: ...
    @property
    def description(self) -> str: ...

    def check(self, extraction: Extraction, options: Options) -> Iterable[Issue]: ...


@dataclass(frozen=True)
class Doubt:
    """One finding: the field it is about, and the values that the rule's message names."""

    field: str | None
    params: dict[str, object]


def doubt(field: str | None, **params: object) -> Doubt:
    return Doubt(field, params)


Finder = Callable[[Extraction, Options], Iterable[Doubt]]


@dataclass(frozen=True)
class MessageRule:
    """A rule whose message is a template over the params of its doubts."""

    code: str
    severity: Severity
    document_types: frozenset[DocumentType]
    message: str
    find: Finder

    @property
    def description(self) -> str:
        """The first paragraph of the finder's docstring on one line; empty where the message says it all."""
        return " ".join((self.find.__doc__ or "").partition("\n\n")[0].split())

    def check(self, extraction: Extraction, options: Options) -> Iterator[Issue]:
        for found in self.find(extraction, options):
            params = {name: shown(value) for name, value in found.params.items()}
            message = self.message.format(**params)
            yield Issue(code=self.code, severity=self.severity, message=message, field=found.field, params=params)


def rule(
    code: str, severity: Severity, document_types: Iterable[DocumentType], message: str
) -> Callable[[Finder], MessageRule]:
    """Decorator: a function that yields doubts → a rule."""
    return lambda find: MessageRule(code, severity, frozenset(document_types), message, find)


def label(field: str) -> str:
    return LABELS.get(field, field.replace("_", " "))


def shown(value: object) -> str:
    """A value for a message: numbers plain, dates ISO, text on one line, printable and short."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    # Category C holds control, direction and private characters: in a message they could pass for something else.
    text = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in str(value))
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def amount(extraction: Extraction, name: str) -> Decimal | None:
    value = extraction.value(name)
    return value if isinstance(value, Decimal) else None


def day(extraction: Extraction, name: str) -> date | None:
    value = extraction.value(name)
    return value if isinstance(value, date) else None


def text(extraction: Extraction, name: str) -> str | None:
    value = extraction.value(name)
    return value if isinstance(value, str) and value else None
