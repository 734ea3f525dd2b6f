"""The pictures of the documentation. ``SCREENSHOTS=docs/screenshots`` writes them there (see its README)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Membership, User, Workspace
from accounts.roles import Role
from review import actions
from review.models import Automation, ReviewPolicy, ReviewTask
from tests.console.test_console import LIST, SAMPLES
from tests.factories import UserFactory, scenes
from tests.factories.reviews import half_a_year
from training import sample_bills, samples
from training.generator import corpus, render

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
KINDS = ("invoice", "credit_note", "receipt", "statement", "e_invoice")
WRONG, DARK = "harbour-finch-HF-20417.pdf", "invoice-german-two-pages.pdf"


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


@pytest.fixture
def work(tmp_path) -> Path:
    """A folder of what a morning brings: bills from many countries, one of them with a wrong total."""
    plan = corpus.Plan(seed="monday", count=24, kinds=KINDS, scan_share=0.0, text_share=0.0)
    for place, document in enumerate(corpus.documents(plan), start=101):
        number = document.truth.get("invoice_number") or place
        name = f"{document.truth['document_type']}-{number}".replace("/", "-").replace(" ", "-")
        (tmp_path / f"{name}{document.suffix}").write_bytes(document.content)
    (tmp_path / WRONG).write_bytes(with_a_wrong_total())
    return tmp_path


def with_a_wrong_total() -> bytes:
    """The English sample with two digits of its total exchanged."""
    sheet = samples.page(sample_bills.ENGLISH_INVOICE, samples.ENGLISH)
    marks = sheet.leaves[0].marks
    for place, mark in enumerate(marks):
        if getattr(mark, "text", "") == "4,803.60":
            marks[place] = mark._replace(text="4,830.60")
    return render.pdf(sheet, title="Invoice HF-20417")


def arrive(folder: Path, workspace: Workspace, person: User) -> None:
    """All of it is read; over two days, and some of it is in other people's hands (not what is mended here)."""
    chance = Random(3)
    for path in sorted(folder.iterdir()):
        scenes.uploaded(workspace, person, path)
    tasks = list(ReviewTask.objects.order_by("-priority", "document__original_filename"))
    for task in tasks:
        ReviewTask.objects.filter(pk=task.pk).update(
            arrived_at=timezone.now() - timedelta(minutes=chance.randrange(3, 2_500))
        )
    mate = UserFactory(email="ines.duarte@example.com", full_name="Ines Duarte")
    Membership.objects.create(user=mate, workspace=workspace, role=Role.EDITOR)
    others = [task for task in tasks if task.document.original_filename != WRONG]
    actions.claim(task=others[2], by=mate)
    taken = actions.claim(task=others[5], by=mate)
    actions.postpone(task=taken, by=mate, until=timezone.now() + timedelta(days=1), holder=taken.holder)


def test_pictures_of_reviewing(console, shoot, settings, work, given_back):
    settings.PROCESSING_MODE = "inline"
    person = UserFactory(email="operator@example.com", full_name="Operations")
    person.is_staff = True
    person.save()
    workspace = person.workspaces.get()
    workspace.name = "Accounts payable"
    workspace.save()
    console.page.set_viewport_size({"width": 1280, "height": 800})
    console.sign_in(person)
    expect(console.page.get_by_text("Operations", exact=True)).to_be_visible()
    queue = reverse("admin:review_reviewtask_changelist")
    console.open(queue)
    shoot("queue-empty", full=False)
    arrive(work, workspace, person)
    console.open(queue)
    console.page.wait_for_load_state("networkidle")
    expect(console.page.locator("#result_list a.console-name").first).to_be_visible()
    shoot("queue", full=False)
    a_total_is_mended(console, shoot)
    ReviewPolicy.objects.create(workspace=workspace, automation=Automation.NEVER)
    scenes.uploaded(workspace, person, SAMPLES / DARK)
    console.page.emulate_media(color_scheme="dark")
    console.open(screen_of(DARK))
    console.page.wait_for_selector("html[data-ready]")
    console.page.wait_for_load_state("networkidle")
    console.page.get_by_label("Total amount", exact=True).focus()
    shoot("review-dark", full=False)


def a_total_is_mended(console, shoot) -> None:
    console.open(screen_of(WRONG))
    console.page.wait_for_selector("html[data-ready]")
    console.page.wait_for_load_state("networkidle")
    total = console.page.get_by_label("Total amount", exact=True)
    expect(console.page.locator("[data-field=total_amount].review-active")).to_be_visible()
    total.fill("4803.60")
    expect(console.page.locator(".review-sums")).to_contain_text("Adds up to 4803.60")
    shoot("review", full=False)
    total.press("Escape")


def screen_of(name: str) -> str:
    return reverse("admin:review_task_screen", args=[ReviewTask.objects.get(document__original_filename=name).pk])
