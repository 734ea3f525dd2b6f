"""Which rules does a workspace want, and how severe? What the engine says of its rules, and what was set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User, Workspace
from audit import log as audit
from common.errors import NotFound
from extraction import bridge
from extraction.models import RuleLevel, RuleSetting
from extraction.queries import rule_settings

RULES = bridge.RULES.keys()


@dataclass(frozen=True)
class WorkspaceRule:
    """One rule as a workspace has it. ``setting`` is ``None`` where the rule keeps its own ``severity``."""

    code: str
    severity: str
    document_types: list[str]
    message: str
    description: str
    setting: str | None


def rules_of(workspace: Workspace) -> Iterator[WorkspaceRule]:
    """All rules in the order in which their issues are told."""
    settings = rule_settings(workspace.pk)
    for rule in bridge.RULES.values():
        yield WorkspaceRule(
            code=rule.code,
            severity=rule.severity,
            document_types=sorted(rule.document_types),
            message=rule.message,
            description=rule.description,
            setting=settings.get(rule.code),
        )


def choices() -> list[tuple[str, str]]:
    """All rules by their codes, as a form offers them."""
    return [(code, f"{code} ({rule.severity}): {rule.message}") for code, rule in sorted(bridge.RULES.items())]


def message_of(code: str) -> str:
    """What a rule says, with the names of its parameters; empty for one that is no more."""
    rule = bridge.RULES.get(code)
    return rule.message if rule else ""


@transaction.atomic
def set_rule(*, workspace: Workspace, code: str, setting: RuleLevel | None, by: User) -> None:
    """Have the rule so from the next validation on; ``None`` gives it back its own severity.

    Raises ``NotFound`` for a rule that does not exist.
    """
    if code not in bridge.RULES:
        raise NotFound("There is no such rule.")
    if setting is None:
        RuleSetting.objects.filter(workspace=workspace, code=code).delete()
    else:
        RuleSetting.objects.update_or_create(workspace=workspace, code=code, defaults={"setting": setting})
    audit.record(
        "rule.set",
        by=by,
        object_type="workspace",
        object_id=workspace.pk,
        workspace_id=workspace.pk,
        code=code,
        setting=setting.value if setting else "",
    )
