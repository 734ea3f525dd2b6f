"""The reviewer's screen in a browser that runs no scripts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings as base
from django.urls import reverse
from playwright.sync_api import Browser, expect

from extraction.models import ExtractionResult
from review.models import ReviewPolicy, ReviewTask
from tests.console.conftest import Console
from tests.factories import scenes

pytestmark = pytest.mark.django_db(transaction=True)


def test_without_scripts_a_document_is_found_corrected_and_approved(browser: Browser, live_server, people):
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")
    scenes.uploaded(people.workspace, people.owner, base.BASE_DIR / "samples/invoice-english.pdf")
    task = ReviewTask.objects.get()
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    console = Console(context.new_page(), live_server.url)
    console.enter(people.mate)
    page = console.page
    console.open(reverse("admin:review_reviewtask_changelist"))
    page.get_by_role("button", name="Next document").click()
    expect(page.get_by_role("img", name="Page 1")).to_be_visible()
    page.get_by_label("Total amount", exact=True).fill("lots")
    page.get_by_role("button", name="Save and approve").click()
    expect(page.get_by_role("alert")).to_contain_text("Total amount")
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / "review-plain.png")
    page.get_by_label("Total amount", exact=True).fill("£4,803.61")
    page.get_by_role("button", name="Save and approve").click()

    expect(page.get_by_text("invoice-english.pdf: Approved.")).to_be_visible()
    task.refresh_from_db()
    assert task.state == "approved"
    assert task.decided_by == people.mate
    assert ExtractionResult.objects.get(document=task.document_id).extracted_data["total_amount"] == 4803.61
    assert console.foreign == []
    context.close()
