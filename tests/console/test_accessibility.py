"""No rule of axe-core is broken on the pages where reviewers spend their day, in light and dark."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from review.models import ReviewTask
from tests.console.conftest import Console
from tests.factories import Cast, cast, scenes
from tests.unit.review.conftest import DOUBTFUL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]


@pytest.fixture
def people(settings) -> Cast:
    settings.PROCESSING_MODE = "inline"
    made = cast()
    made.owner.is_staff = True
    made.owner.save()
    return made


@pytest.fixture
def tasks(people, tmp_path) -> list[ReviewTask]:
    """Three documents that need a person, one of them decided."""
    for number in range(3):
        path = tmp_path / f"page{number}.txt"
        path.write_text(DOUBTFUL.replace("MP-10077", f"MP-{number}1077"), encoding="utf-8")
        scenes.uploaded(people.workspace, people.owner, path)
    return list(ReviewTask.objects.order_by("created_at"))


def violations(console: Console) -> list[str]:
    found = Axe().run(console.page).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


PAGES = {
    "queue": lambda task: reverse("admin:review_reviewtask_changelist"),
    "screen": lambda task: reverse("admin:review_task_screen", args=[task.pk]),
    "dashboard": lambda task: reverse("admin:index"),
    "done": lambda task: reverse("admin:review_task_done"),
    "policies": lambda task: reverse("admin:review_reviewpolicy_changelist"),
    "documents": lambda task: reverse("admin:documents_document_changelist"),
    "document": lambda task: reverse("admin:documents_document_change", args=[task.document_id]),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_no_rule_is_broken(console: Console, people, tasks, page, theme):
    console.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    console.sign_in(people.owner)
    console.open(PAGES[page](tasks[0]))
    console.page.wait_for_load_state("networkidle")
    assert console.page.evaluate("document.documentElement.classList.contains('dark')") is (theme == "dark")
    assert not (found := violations(console)), "\n".join(found)


def test_a_field_is_read_out_with_its_confidence_and_its_warnings(console: Console, people, tasks):
    console.sign_in(people.owner)
    console.open(PAGES["screen"](tasks[0]))
    field = console.page.get_by_label("Total amount", exact=True)
    expect(field).to_have_accessible_description(
        re.compile(r"\d+ % .*sure.*warning: .*do not add up|doubtful.*warning: .*do not add up")
    )
    expect(console.page.locator("[data-field=total_amount]")).to_have_accessible_description(
        re.compile("do not add up")
    )
    field.fill("67.20")
    field.press("Tab")
    expect(console.page.locator("#live")).to_have_text("Saved. No warnings.")
    expect(field).to_have_accessible_description("checked")


def test_no_rule_is_broken_where_there_is_nothing(console: Console, people):
    console.sign_in(people.owner)
    for page in ("queue", "dashboard"):
        console.open(PAGES[page](None))
        console.page.wait_for_load_state("networkidle")
        assert not (found := violations(console)), "\n".join(found)
