"""Does the page of an e-invoice say what its XML says? A person reads the page, a program the XML: who wants to deceive
one of them changes one of them, and so does faulty software."""

from __future__ import annotations

from collections.abc import Iterator

from extraction.engine.extractors.einvoice.compare import PAGE
from extraction.engine.rules.required import MONEY
from extraction.engine.rules.rule import Doubt, doubt, label, rule
from extraction.engine.values import Extraction, Options


@rule("page_differs_from_xml", "error", MONEY, "The {label} is {page} on the page, but {xml} in the XML.")
def page_differs_from_xml(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    """The reading found the difference. It is settled once a person has chosen one of the two."""
    for field in extraction.fields:
        if field.evidence.source != "xml" or field.why is None:
            continue
        for other in field.why.considered:
            if other.rule.startswith(PAGE):
                yield doubt(field.name, label=label(field.name), page=other.value, xml=field.value)


RULES = (page_differs_from_xml,)
