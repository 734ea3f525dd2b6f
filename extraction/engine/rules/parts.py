"""Does the file hold one document, and could all of it be read?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import get_args

from msgspec.structs import replace

from extraction.engine.rules.rule import Doubt, doubt, rule
from extraction.engine.values import DocumentType, Extraction, Issue, Options, Part

ALL: tuple[DocumentType, ...] = get_args(DocumentType)

MAX_ISSUES_TOLD = 100
"""Of all parts but the first together."""

PART = "document"
"""The parameter that says which document of the file an issue is about."""


@rule(
    "several_documents", "error", ALL, "The file holds {count} documents ({where}); the values are those of the first."
)
def several_documents(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    """A file with several documents has to be looked at: booked as one, all but the first would be lost."""
    if extraction.parts:
        yield doubt(None, count=len(extraction.parts), where=_where(extraction.parts))


@rule("unreadable_pages", "warning", ALL, "What {where} shows could not be read.")
def unreadable_pages(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    """Something is on the page, but recognition made next to nothing of it; what stands there is missing here."""
    pages = extraction.unreadable_pages
    if pages:
        yield doubt(None, where=("page " if len(pages) == 1 else "pages ") + ", ".join(map(str, pages)))


def _where(parts: Sequence[Part]) -> str:
    if not parts[0].first_page:
        return ", ".join(place_of(part, number) for number, part in enumerate(parts, start=1))
    return "pages " + ", ".join(_pages(part) for part in parts)


def place_of(part: Part, number: int) -> str:
    """As in "page 3", "pages 4–6"; of a table, which has no pages, the number of the invoice or of the document."""
    if not part.first_page:
        return str(part.extraction.value("invoice_number") or f"document {number}")
    return ("page " if part.first_page == part.last_page else "pages ") + _pages(part)


def _pages(part: Part) -> str:
    return f"{part.first_page}" if part.first_page == part.last_page else f"{part.first_page}–{part.last_page}"


def issues_of_parts(parts: Sequence[Part]) -> tuple[Issue, ...]:
    """What was found in the documents after the first, each with its place."""
    return tuple(islice(_told(parts), MAX_ISSUES_TOLD))


def _told(parts: Sequence[Part]) -> Iterator[Issue]:
    for number, part in enumerate(parts[1:], start=2):
        where = place_of(part, number)
        pages = {PART: str(number), "first_page": str(part.first_page), "last_page": str(part.last_page)}
        for issue in part.extraction.issues:
            message = f"{where[0].upper()}{where[1:]}: {issue.message}"
            yield replace(issue, message=message, params={**issue.params, **pages})


RULES = (several_documents, unreadable_pages)
