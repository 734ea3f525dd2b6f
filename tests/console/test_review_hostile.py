"""What a document says is text and nothing else, on every page where reviewers meet it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from documents.models import Document
from extraction import corrections
from extraction.models import ExtractionResult
from review import actions
from review.models import ReviewPolicy, ReviewTask
from tests.console.conftest import Console
from tests.console.reviewing import expected, opened, ready, row, screen_of, stored, type_value, value, wait_for
from tests.console.test_review_lines import cell, paste, saved
from tests.factories import scenes
from tests.unit.review.conftest import DOUBTFUL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]

QUEUE = reverse("admin:review_reviewtask_changelist")
FORMULA = '=HYPERLINK("http://evil.example/","pay here")'
EVIL = (
    DOUBTFUL.replace("Marlow Paper Supplies Ltd", "<img src=x onerror=alert(1)> Marlow Ltd")
    .replace("Copper", "<svg onload=alert(2)> Copper")
    .replace("Copy paper A4", "<script>alert(3)</script>")
    .replace("Envelopes C5", "=cmd|calc!A0")
)
HEARD = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
"""
INJECTED = "img[src=x], [onerror], [onload], [onclick*=alert], iframe, object, embed, a[href*='evil']"
SCRIPTS = "[...document.scripts].filter((each) => !each.type.includes('json') && each.text.includes('alert(')).length"
NAME = "<img src=x onerror=alert(0)>@example.test"


@pytest.fixture(autouse=True)
def listening(console: Console) -> None:
    console.page.add_init_script(HEARD)


@pytest.fixture
def evil(people, typed) -> ReviewTask:
    people.owner.email = NAME
    people.owner.save()
    people.workspace.name = scenes.HOSTILE
    people.workspace.save()
    task = typed(EVIL)
    Document.objects.filter(pk=task.document_id).update(original_filename=scenes.HOSTILE)
    return task


def inert(console: Console) -> None:
    """Nothing came to life: no element, no answer to a sum, no dialog, nothing for the policy to refuse."""
    page = console.page
    assert page.locator(INJECTED).count() == 0
    assert page.evaluate(SCRIPTS) == 0
    assert page.evaluate("window.refused") == []
    assert not page.get_by_text('">14', exact=False).count(), "a template was rendered"
    assert console.complaints == []
    assert console.overflow() <= 0


def panel(page: Page, name: str) -> None:
    page.click(f"#panels-{name}")
    expect(page.locator(f"#panels-body[data-tab={name}]")).not_to_have_attribute("aria-busy", "true")


def test_the_screen_its_panels_and_dialogs(console: Console, people, evil, typed, shoot):
    actions.approve(task=typed(EVIL.replace("MP-10077", "MP-10076")), by=people.owner)  # an earlier document of theirs
    page = opened(console, evil, by=people.owner)
    expect(page.get_by_role("heading", level=1)).to_have_text(scenes.HOSTILE)
    expect(value(page, "vendor_name")).to_have_value("<img src=x onerror=alert(1)> Marlow Ltd")
    expect(cell(page, 0, "description")).to_have_value("<script>alert(3)</script>")
    expect(cell(page, 1, "description")).to_have_value("=cmd|calc!A0")
    inert(console)
    shoot("review-hostile", full=False)
    for name in ("xml", "duplicates", "vendor", "history"):
        panel(page, name)
        inert(console)
    expect(page.locator("#panels-body")).to_contain_text(NAME)  # who did it
    type_value(page, "<script>alert()</script>")
    expect(row(page, "total_amount").get_by_role("alert")).to_contain_text("A number is needed")
    inert_but(console, "422")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    changed = {"fields": {"vendor_name": {"text": FORMULA}}}
    version = ExtractionResult.objects.get(document=evil.document_id).version
    corrections.correct(document=evil.document, entries=changed, version=version, by=people.mate)
    value(page, "vendor_name").fill("<b onclick=alert(5)>")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Changed meanwhile")).to_contain_text(FORMULA)
    expect(page.get_by_role("dialog")).to_contain_text("<b onclick=alert(5)>")
    inert_but(console, "409")
    page.get_by_role("button", name="Keep mine").click()
    wait_for(page, lambda: stored(evil, "vendor_name") == "<b onclick=alert(5)>")
    panel(page, "history")
    expect(page.locator("#panels-body")).to_contain_text("<b onclick=alert(5)>")
    inert(console)


def inert_but(console: Console, refusal: str) -> None:
    expected(console, refusal)
    inert(console)


def test_somebody_with_such_a_name_holds_it(console: Console, people, evil):
    held = actions.claim(task=evil, by=people.owner)
    console.enter(people.mate)
    console.open(screen_of(evil))
    expect(console.page.get_by_role("dialog")).to_contain_text(NAME)
    inert_but(console, "409")
    actions.release(task=held, by=people.owner, holder=held.holder)


def test_the_queue_the_preview_and_the_end(console: Console, people, evil, shoot):
    ReviewTask.objects.filter(pk=evil.pk).update(vendor_name=scenes.HOSTILE, currency="<b>€</b>")
    page = console.page
    console.enter(people.owner)
    console.open(f"{QUEUE}?q=%3Cscript%3Ealert(6)%3C/script%3E")
    inert(console)
    console.open(QUEUE)
    expect(page.locator("#result_list a.console-name")).to_have_text(scenes.HOSTILE)
    inert(console)
    page.locator("a", has_text="Filters").click()
    inert(console)
    console.open(QUEUE)
    page.locator("input.action-select").check()
    page.locator("#changelist-actions-wrapper select[name=action]").select_option("reject_selected")
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".review-named")).to_contain_text(scenes.HOSTILE)
    inert(console)
    page.get_by_label("Why are they rejected?").fill(scenes.HOSTILE)
    page.get_by_role("button", name="Yes, reject").click()
    page.wait_for_url(f"**{QUEUE}")
    inert(console)
    console.open(f"{QUEUE}?state=rejected")
    expect(page.locator("#result_list")).to_contain_text(scenes.HOSTILE[:20])
    inert(console)
    console.open(reverse("admin:review_task_done") + "?q=%22%3E%3Cimg%20src=x%20onerror=alert(7)%3E")
    inert(console)
    page.get_by_role("link", name="To the queue").click()
    inert(console)
    for path in (reverse("admin:index"), reverse("admin:review_reviewpolicy_changelist")):
        console.open(path)
        inert(console)
    policy = ReviewPolicy.objects.create(workspace=people.workspace)
    console.open(reverse("admin:review_reviewpolicy_change", args=[policy.pk]))
    expect(page.get_by_text(scenes.HOSTILE).first).to_be_visible()
    inert(console)


def test_cells_of_a_table_and_of_a_spreadsheet(console: Console, people, typed, tmp_path):
    task = typed()
    page = opened(console, task, by=people.owner)
    page.wait_for_selector(".lines-grid")
    cell(page, 0, "description").focus()
    paste(page, f"{FORMULA}\t1\n<img src=x onerror=alert(8)>\t2\n@SUM(1)\t3\n+1+cmd|calc\t4")
    saved(page)
    inert(console)
    said = [line["description"] for line in stored(task, "line_items")]
    assert said[:4] == [FORMULA, "<img src=x onerror=alert(8)>", "@SUM(1)", "+1+cmd|calc"]
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")
    rows = f"Description;Quantity;Unit price;Amount\n{FORMULA.replace(';', ',')};1;2.00;2.00\n"
    (tmp_path / "table.csv").write_text(rows + "<script>alert(9)</script>;2;3.00;6.00\n", encoding="utf-8")
    document = scenes.uploaded(people.workspace, people.owner, tmp_path / "table.csv")
    console.open(screen_of(ReviewTask.objects.get(document=document)))
    ready(page)
    expect(page.get_by_role("cell", name="<script>alert(9)</script>").first).to_be_visible()
    inert(console)
    path = reverse("admin:documents_document_export", args=[task.document_id, "csv"])
    with page.expect_download() as download:
        page.evaluate("path => location.assign(path)", path)
    exported = download.value.path().read_text(encoding="utf-8")
    assert "'=HYPERLINK" in exported
    assert "'@SUM(1)" in exported
