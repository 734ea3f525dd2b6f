"""A contract: its title, parties, dates, term, renewal and law, from the running text of all pages.

English contracts are read best; titles, laws and a few clauses are known in other languages, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from extraction.engine.classify import Classification
from extraction.engine.extractors.contract.beginning import find_agreement_date, find_effective_date
from extraction.engine.extractors.contract.flow import Flow, Found
from extraction.engine.extractors.contract.law import find_governing_law
from extraction.engine.extractors.contract.parties import find_parties
from extraction.engine.extractors.contract.term import find_expiration, find_notice_period, find_renewal_term
from extraction.engine.extractors.contract.title import find_title
from extraction.engine.values import Extraction, Options, ParsedDocument


def extract(document: ParsedDocument, kind: Classification, options: Options) -> Extraction:
    """What was found; a clause that was not found is left out."""
    flow = Flow(document.pages)
    return Extraction(
        document_type=kind.document_type,
        document_type_confidence=kind.confidence,
        fields=tuple(flow.field(name, found) for name, found in _found(flow) if found is not None),
        steps=("contract",),
    )


def _found(flow: Flow) -> Iterator[tuple[str, Found | None]]:
    title = find_title(flow)
    body = title.end if title else 0
    made = find_agreement_date(flow, body)
    effective = find_effective_date(flow, made)
    starts = next((found.value for found in (effective, made) if found and isinstance(found.value, date)), None)
    yield "document_title", title
    yield "parties", find_parties(flow, body)
    yield "agreement_date", made
    yield "effective_date", effective
    yield "expiration_date", find_expiration(flow, starts)
    yield "governing_law", find_governing_law(flow)
    yield "renewal_term", find_renewal_term(flow)
    yield "notice_period", find_notice_period(flow)
