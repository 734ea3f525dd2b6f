"""A contract: its title, parties, dates, term, renewal, law, value and signatures, from the running text of all pages.

The words of each language are data (:mod:`extraction.engine.clauses`); English has the most turns of phrase.
"""

from __future__ import annotations

from collections.abc import Iterator

from extraction.engine.classify import Classification
from extraction.engine.extractors.contract.beginning import find_agreement_date, find_effective_date
from extraction.engine.extractors.contract.flow import Flow, Found
from extraction.engine.extractors.contract.law import find_governing_law
from extraction.engine.extractors.contract.parties import find_parties
from extraction.engine.extractors.contract.renewal import find_notice_period, find_renewal_term
from extraction.engine.extractors.contract.roles import find_roles
from extraction.engine.extractors.contract.signatures import find_signatures
from extraction.engine.extractors.contract.term import find_expiration
from extraction.engine.extractors.contract.title import find_title
from extraction.engine.extractors.contract.value import find_value
from extraction.engine.reading import Reading
from extraction.engine.values import Extraction, Options


def extract(reading: Reading, kind: Classification, options: Options) -> Extraction:
    """What was found; a clause that was not found is left out."""
    flow = Flow(reading)
    return Extraction(
        document_type=kind.document_type,
        document_type_confidence=kind.confidence,
        fields=tuple(flow.field(name, found) for name, found in _found(flow, reading) if found is not None),
        steps=("contract",),
    )


def _found(flow: Flow, reading: Reading) -> Iterator[tuple[str, Found | None]]:
    title = find_title(flow)
    body = title.end if title else 0
    made = find_agreement_date(flow, body)
    effective = find_effective_date(flow, made)
    parties = find_parties(flow, body)
    ends = find_expiration(flow, effective or made)
    yield "document_title", title
    yield "parties", parties.found if parties else None
    yield "party_roles", find_roles(flow, parties) if parties else None
    yield "agreement_date", made
    yield "effective_date", effective
    yield "expiration_date", ends
    yield "governing_law", find_governing_law(flow)
    renewal = find_renewal_term(flow)
    yield "renewal_term", renewal
    yield (
        "notice_period",
        find_notice_period(flow, fixed=renewal is not None or bool(ends and ends.value != "perpetual")),
    )
    yield from find_value(flow, reading)
    yield "signatures", find_signatures(flow, parties.names if parties else ())
