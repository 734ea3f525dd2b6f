"""``python -m extraction.engine.rules``: the table of all rules in Markdown, as it stands in docs/rules.md."""

from __future__ import annotations

import sys

from extraction.engine.rules import REGISTRY
from extraction.engine.rules.rule import Rule

HEADS = ("code", "severity", "asked of", "message", "why")


def table() -> str:
    rows = [HEADS, tuple("---" for _ in HEADS), *map(_row, REGISTRY.values())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def _row(rule: Rule) -> tuple[str, ...]:
    kinds = ", ".join(sorted(rule.document_types))
    return (f"`{rule.code}`", rule.severity, kinds, rule.message, rule.description)


if __name__ == "__main__":
    sys.stdout.write(table())
