"""Fields → issues. Each rule asks one question and has one stable code; each module holds one group.

To add a rule: write a function that yields doubts under ``@rule(code, severity, document types, message)`` and enter
it in its module's ``RULES``; a new module is entered below.
"""

from __future__ import annotations

from collections.abc import Iterable

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


def check(
    extraction: Extraction, options: Options, asked: Iterable[Rule] = tuple(REGISTRY.values())
) -> tuple[Issue, ...]:
    """What reading and the rules for this kind of document found, with the severities that ``options.rules`` sets."""
    return tuple(
        _under(issue, options)
        for rule in asked
        if extraction.document_type in rule.document_types and options.rules.get(rule.code) != "off"
        for issue in rule.check(extraction, options)
    )


def with_history(issues: Iterable[Issue], anew: Iterable[Issue]) -> list[Issue]:
    """``issues`` of a document with those of its history replaced by ``anew``, in the order of the rules."""
    codes = [rule.code for rule in history.RULES]
    order = {code: place for place, code in enumerate(REGISTRY)}
    kept = [issue for issue in issues if issue.code not in codes or parts.PART in issue.params]
    own = [issue for issue in kept if parts.PART not in issue.params]
    told = sorted((*own, *anew), key=lambda issue: order.get(issue.code, -1))
    return [*told, *(issue for issue in kept if parts.PART in issue.params)]


def _under(issue: Issue, options: Options) -> Issue:
    setting = options.rules.get(issue.code)
    return issue if setting is None or setting == "off" else replace(issue, severity=setting)
