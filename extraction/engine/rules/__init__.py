"""Fields → issues. Each rule asks one question and has one stable code; each module holds one group.

To add a rule: write a function that yields doubts under ``@rule(code, severity, document types, message)`` and enter
it in its module's ``RULES``; a new module is entered below.
"""

from __future__ import annotations

from extraction.engine.rules import certainty, dates, identifiers, required, totals
from extraction.engine.rules.rule import Rule
from extraction.engine.values import Extraction, Issue, Options

REGISTRY: dict[str, Rule] = {
    rule.code: rule for module in (required, totals, dates, identifiers, certainty) for rule in module.RULES
}
"""All rules by code, in the order in which their issues are told."""


def check(extraction: Extraction, options: Options) -> tuple[Issue, ...]:
    """What the rules for this kind of document find."""
    return tuple(
        issue
        for rule in REGISTRY.values()
        if extraction.document_type in rule.document_types
        for issue in rule.check(extraction, options)
    )
