"""Does the page of an e-invoice say what its XML says?"""

from __future__ import annotations

from collections.abc import Iterator

from extraction.engine.rules.required import MONEY
from extraction.engine.rules.rule import Doubt, doubt, label, rule
from extraction.engine.values import PAGE_SAYS, Extraction, Options


@rule("page_differs_from_xml", "error", MONEY, "The {label} is {page} on the page, but {xml} in the XML.")
def page_differs_from_xml(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    """People read the page, programs the XML: fraud changes one of the two, and so does faulty software.

    The difference was found by reading. It is settled once a person has chosen a value.
    """
    for field in extraction.fields:
        if field.evidence.source != "xml" or field.why is None:
            continue
        for other in field.why.considered:
            if other.rule.startswith(PAGE_SAYS):
                yield doubt(field.name, label=label(field.name), page=other.value, xml=field.value)


RULES = (page_differs_from_xml,)
