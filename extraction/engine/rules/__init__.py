"""Fields → issues. Each rule asks one question and has one stable code; each module holds one group.

To add a rule: write a function that yields doubts under ``@rule(code, severity, document types, message)`` and enter
it in its module's ``RULES``; a new module is entered below.
"""

from __future__ import annotations

from msgspec.structs import replace

from extraction.engine.rules import (
    agreement,
    certainty,
    dates,
    found,
    history,
    identifiers,
    legal,
    parts,
    required,
    taxes,
    totals,
)
from extraction.engine.rules.rule import Rule
from extraction.engine.values import Extraction, Issue, Options

MODULES = (found, parts, required, totals, taxes, dates, identifiers, agreement, history, legal, certainty)
REGISTRY: dict[str, Rule] = {rule.code: rule for module in MODULES for rule in module.RULES}
"""All rules by code, in the order in which their issues are told."""


def check(extraction: Extraction, options: Options) -> tuple[Issue, ...]:
    """What reading and the rules for this kind of document found, with the severities that ``options.rules`` sets."""
    return tuple(
        _under(issue, options)
        for rule in REGISTRY.values()
        if extraction.document_type in rule.document_types and options.rules.get(rule.code) != "off"
        for issue in rule.check(extraction, options)
    )


def _under(issue: Issue, options: Options) -> Issue:
    setting = options.rules.get(issue.code)
    return issue if setting is None or setting == "off" else replace(issue, severity=setting)
