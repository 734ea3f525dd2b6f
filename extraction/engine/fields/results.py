"""Candidates that were chosen → fields with evidence and confidence."""

from __future__ import annotations

from typing import Any

from extraction.engine.candidates import Candidate
from extraction.engine.confidence import probability
from extraction.engine.reading import Place
from extraction.engine.values import Evidence, Field


def field(name: str, chosen: Candidate, lead: float, *, value: Any = None) -> Field:
    """The field for a chosen candidate; ``value`` replaces the candidate's own."""
    place: Place | None = chosen.place
    recognised = place is not None and place.segment.words[0].origin == "ocr"
    evidence = Evidence(
        rule=chosen.rule,
        page=place.page if place else None,
        box=place.box if place else None,
        source="derived" if place is None else "ocr" if recognised else "text",
    )
    ocr = place.confidence if place is not None and recognised else 1.0
    return Field(
        name=name,
        raw=chosen.raw,
        value=chosen.value if value is None else value,
        confidence=probability(chosen.score, lead, ocr=ocr),
        evidence=evidence,
    )
