"""The pictures of the documentation. ``SCREENSHOTS=docs/screenshots`` writes them there (see its README)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from review.models import Automation, ReviewPolicy, ReviewTask
from tests.console.test_console import LIST, SAMPLES
from tests.factories import UserFactory, scenes
from tests.factories.reviews import half_a_year

pytestmark = pytest.mark.django_db(transaction=True)
FILES = (
    "contract.pdf",
    "note.txt",
    "table-german.csv",
    "receipt-scan.png",
    "receipt-photo.jpg",
    "invoice-factur-x.pdf",
    "invoice-french.pdf",
    "invoice-english.pdf",
    "invoice-german-two-pages.pdf",
)


def test_pictures_of_the_samples(console, shoot, settings):
    settings.PROCESSING_MODE = "inline"
    person = UserFactory(email="operator@example.com", full_name="Operations")
    person.is_staff = True
    person.save()
    workspace = person.workspaces.get()
    documents = [scenes.uploaded(workspace, person, SAMPLES / name) for name in FILES]
    console.page.set_viewport_size({"width": 1280, "height": 800})
    console.sign_in(person)
    console.open(LIST)
    expect(console.page.locator("#result_list a.console-name")).to_have_count(len(FILES))
    shoot("documents", full=False)
    console.open(reverse("admin:documents_document_change", args=[documents[-1].pk]))
    console.page.locator(".console-fields > div").filter(has_text="Invoice number").hover()
    console.page.wait_for_function("document.querySelector('[data-preview] img').naturalWidth > 0")
    expect(console.page.locator("rect.console-lit")).to_have_count(1)
    shoot("document", full=False)


def test_pictures_of_the_start_page(console, shoot):
    """With made-up figures: those of the samples are too few to draw."""
    person = UserFactory(email="operator@example.com", full_name="Operations")
    person.is_staff = True
    person.save()
    console.page.set_viewport_size({"width": 1280, "height": 1080})
    console.sign_in(person)
    expect(console.page.locator(".dashboard-empty").first).to_be_visible()
    shoot("dashboard-empty", full=False)
    half_a_year(person.workspaces.get(), person, each_day=40)
    for theme in ("light", "dark"):
        console.page.emulate_media(color_scheme=theme)
        console.open(reverse("admin:index") + "?days=90")
        expect(console.page.locator("canvas[data-chart]")).to_have_count(8)
        console.page.wait_for_load_state("networkidle")
        shoot("dashboard" if theme == "light" else "dashboard-dark", full=False)


def test_pictures_of_reviewing(console, shoot, settings):
    settings.PROCESSING_MODE = "inline"
    person = UserFactory(email="operator@example.com", full_name="Operations")
    person.is_staff = True
    person.save()
    workspace = person.workspaces.get()
    ReviewPolicy.objects.create(workspace=workspace, automation=Automation.NEVER)
    console.page.set_viewport_size({"width": 1280, "height": 800})
    console.sign_in(person)
    queue = reverse("admin:review_reviewtask_changelist")
    console.open(queue)
    shoot("queue-empty", full=False)
    for name in FILES:
        scenes.uploaded(workspace, person, SAMPLES / name)
    console.open(queue)
    expect(console.page.locator("#result_list tbody tr")).to_have_count(ReviewTask.objects.count())
    shoot("queue", full=False)
    for theme, name in (("light", "invoice-english.pdf"), ("dark", "invoice-german-two-pages.pdf")):
        task = ReviewTask.objects.get(document__original_filename=name)
        console.page.emulate_media(color_scheme=theme)
        console.open(reverse("admin:review_task_screen", args=[task.pk]))
        console.page.wait_for_load_state("networkidle")
        console.page.get_by_label("Invoice number", exact=True).focus()
        shoot("review" if theme == "light" else "review-dark", full=False)
