"""The admin of rules and of what vendors taught."""

from __future__ import annotations

import pytest
from django.urls import reverse

from audit.models import Event
from extraction import learning
from extraction.models import RuleSetting, Vendor, VendorKey
from tests.factories import scenes
from tests.unit.console.conftest import listed, told

RULES = reverse("admin:extraction_rulesetting_changelist")
ADD_RULE = reverse("admin:extraction_rulesetting_add")
VENDORS = reverse("admin:extraction_vendor_changelist")


@pytest.fixture
def rule(people):
    return RuleSetting.objects.create(workspace=people.workspace, code="iban_invalid", setting="error")


@pytest.fixture
def vendor(people):
    vendor = Vendor.objects.create(workspace=people.workspace, name=scenes.HOSTILE, proposed={})
    VendorKey.objects.create(workspace=people.workspace, vendor=vendor, key=f"vendor_name:{scenes.HOSTILE}")
    return vendor


@pytest.mark.parametrize("who", ["owner", "editor", "viewer"])
def test_members_see_them(request, who, rule, vendor):
    console = request.getfixturevalue(who)
    assert listed(console.get(RULES)) == {rule}
    assert listed(console.get(VENDORS)) == {vendor}


def test_strangers_see_nothing(stranger, rule, vendor):
    assert listed(stranger.get(RULES)) == set()
    assert listed(stranger.get(VENDORS)) == set()
    for page in ("rulesetting", "vendor"):
        found = rule if page == "rulesetting" else vendor
        assert stranger.get(reverse(f"admin:extraction_{page}_change", args=[found.pk])).status_code == 404


def test_who_manages_the_workspace_sets_a_rule(owner, people):
    owner.post(ADD_RULE, workspace=str(people.workspace.pk), code="iban_invalid", setting="off")
    assert RuleSetting.objects.get().setting == "off"
    owner.post(reverse("admin:extraction_rulesetting_change", args=[RuleSetting.objects.get().pk]), setting="warning")
    assert RuleSetting.objects.get().setting == "warning"
    owner.post(reverse("admin:extraction_rulesetting_delete", args=[RuleSetting.objects.get().pk]), post="yes")
    assert not RuleSetting.objects.exists()
    settings = [event.data["setting"] for event in Event.objects.filter(action="rule.set")]
    assert settings == ["", "warning", "off"], "told once each, the last first"


def test_a_rule_can_be_chosen_for_ones_own_workspaces_only(stranger, people):
    stranger.post(ADD_RULE, workspace=str(people.workspace.pk), code="iban_invalid", setting="off")
    assert not RuleSetting.objects.exists()


def test_others_may_not_change_rules(editor, rule):
    page = reverse("admin:extraction_rulesetting_change", args=[rule.pk])
    editor.post(page, setting="off")
    editor.post(RULES, action="delete_selected", _selected_action=[str(rule.pk)], post="yes")
    assert RuleSetting.objects.get().setting == "error"


def test_a_hostile_vendor_is_inert(owner, vendor):
    for page in (VENDORS, reverse("admin:extraction_vendor_change", args=[vendor.pk])):
        html = owner.get(page).content.decode()
        assert "<script>alert" not in html
        assert "not tested" in html


def test_what_was_learned_can_be_tested_and_forgotten(owner, vendor, monkeypatch):
    monkeypatch.setattr(learning, "replay", lambda vendor, by: learning.Replay(documents=1, before=1, after=2))
    assert told(owner.post(VENDORS, action="test_and_use", _selected_action=[str(vendor.pk)])) == [
        "1 of 1 make nothing worse and are used from now on."
    ]
    assert told(owner.post(VENDORS, action="forget", _selected_action=[str(vendor.pk)])) == [
        "Forgot what 1 vendors taught."
    ]
    assert not Vendor.objects.exists()


@pytest.mark.parametrize("who", ["editor", "viewer", "stranger"])
def test_others_may_not_forget(request, who, vendor):
    request.getfixturevalue(who).post(VENDORS, action="forget", _selected_action=[str(vendor.pk)])
    assert Vendor.objects.exists()
