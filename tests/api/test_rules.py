"""GET /rules and PUT /rules/{code}"""

from __future__ import annotations

import pytest

from audit.models import Event
from extraction.models import RuleSetting
from tests.api.conftest import ELSEWHERE, error_of


def setting_of(response, code):
    return next(rule for rule in response.json()["items"] if rule["code"] == code)["setting"]


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 200), ("viewer", 200), ("stranger", 404), ("anonymous", 401)]
)
def test_who_sees_them(callers, people, who, status):
    assert callers[who].get("/rules", {"workspace_id": str(people.workspace.pk)}).status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 403), ("viewer", 403), ("stranger", 404), ("anonymous", 401)]
)
def test_who_sets_them(callers, people, who, status):
    body = {"setting": "off", "workspace_id": str(people.workspace.pk)}

    assert callers[who].put("/rules/iban_invalid", body).status_code == status
    assert RuleSetting.objects.filter(workspace=people.workspace).exists() is (status == 200)


def test_without_a_name_it_is_ones_own_workspace(callers, people):
    assert setting_of(callers["stranger"].put("/rules/iban_invalid", {"setting": "error"}), "iban_invalid") == "error"
    assert setting_of(callers["stranger"].get("/rules"), "iban_invalid") == "error"
    shared = callers["owner"].get("/rules", {"workspace_id": str(people.workspace.pk)})
    assert setting_of(shared, "iban_invalid") is None


def test_a_rule_says_what_it_asks(owner):
    rule = next(rule for rule in owner.get("/rules").json()["items"] if rule["code"] == "iban_invalid")

    assert rule == {
        "code": "iban_invalid",
        "severity": "warning",
        "document_types": ["credit_note", "invoice", "receipt"],
        "message": "The IBAN {value} has wrong check digits or a wrong form.",
        "description": "",
        "setting": None,
    }


def test_it_can_be_taken_back(owner, people):
    for setting in ("info", None):
        response = owner.put("/rules/iban_invalid", {"setting": setting})
        assert setting_of(response, "iban_invalid") == setting

    assert not RuleSetting.objects.exists()
    assert [event.data["setting"] for event in Event.objects.filter(action="rule.set")] == ["", "info"]


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "setting"), ({"setting": "loud"}, "setting"), ({"setting": "off", "workspace_id": "x"}, "workspace_id")],
)
def test_bad_input(owner, body, field):
    assert field in error_of(owner.put("/rules/iban_invalid", body), 422, "validation_error")["fields"]


def test_unknown_rules_and_workspaces(owner):
    error_of(owner.put("/rules/nonsense", {"setting": "off"}), 404, "not_found")
    error_of(owner.put("/rules/iban_invalid", {"setting": "off", "workspace_id": ELSEWHERE}), 404, "not_found")
    error_of(owner.get("/rules", {"workspace_id": ELSEWHERE}), 404, "not_found")
    assert owner.get("/rules", {"workspace_id": "x"}).status_code == 422
