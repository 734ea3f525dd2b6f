"""No rule of axe-core is broken in what reviewers open on top of their pages: dialogs, panels, filters, previews."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from extraction import corrections
from extraction.models import ExtractionResult, RuleSetting
from review import actions
from review.models import ReviewPolicy, ReviewTask
from tests.console.conftest import Console
from tests.console.reviewing import SAMPLES, expected, opened, row, type_value, value
from tests.factories import TaskFactory, scenes
from tests.unit.review.conftest import DOUBTFUL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]

QUEUE = reverse("admin:review_reviewtask_changelist")


@pytest.fixture
def flawless(console: Console) -> Callable[[str], None]:
    """Asks all rules about the page as it is now, in light and dark; ``what`` names it."""
    page = console.page

    def flawless(what: str) -> None:
        for theme in ("light", "dark"):
            page.evaluate("dark => document.documentElement.classList.toggle('dark', dark)", theme == "dark")
            page.wait_for_timeout(50)  # colours follow at once, apart from those that fade
            found = Axe().run(page).response["violations"]
            said = [
                f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
                for rule in found
                for node in rule["nodes"]
            ]
            assert not said, "\n".join([f"{what}, {theme}", *said])

    return flawless


def panel(page: Page, name: str) -> None:
    page.click(f"#panels-{name}")
    expect(page.locator(f"#panels-body[data-tab={name}]")).not_to_have_attribute("aria-busy", "true")


def uploaded(people, name: str) -> ReviewTask:
    document = scenes.uploaded(people.workspace, people.owner, SAMPLES / name)
    return ReviewTask.objects.get(document=document)


def test_dialogs(console: Console, people, typed, flawless):
    RuleSetting.objects.create(workspace=people.workspace, code="total_mismatch", setting="error")
    task = typed()
    page = opened(console, task, by=people.owner)
    for key, title in (("?", "Keys"), ("x", "Reject this document"), ("l", "Show it again")):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog", name=title)).to_be_visible()
        flawless(title)
        page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog", name="One thing is still open")).to_be_visible()
    flawless("errors")
    page.keyboard.press("Escape")
    type_value(page, "lots")
    expect(row(page, "total_amount").get_by_role("alert")).to_be_visible()
    flawless("a value that is not understood")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    version = ExtractionResult.objects.get(document=task.document_id).version
    theirs = {"fields": {"total_amount": {"text": "71"}}}
    corrections.correct(document=task.document, entries=theirs, version=version, by=people.mate)
    value(page, "total_amount").fill("72")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Changed meanwhile")).to_be_visible()
    flawless("conflict")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator("#live")).to_contain_text("Saved.")
    for refusal in ("409", "422"):
        expected(console, refusal)


def test_the_word_cursor(console: Console, people, typed, flawless):
    page = opened(console, typed(), by=people.owner)
    page.keyboard.press("w")
    expect(page.locator("#live")).to_have_text("word: 69.20")
    flawless("a word")
    page.keyboard.press("Shift+Home")
    expect(page.locator("#live")).to_have_text("words: Total £ 69.20")
    flawless("several words")


def test_somebody_else_has_it_and_no_connection(console: Console, people, typed, flawless):
    task = typed()
    held = actions.claim(task=task, by=people.mate)
    console.enter(people.owner)
    console.open(reverse("admin:review_task_screen", args=[task.pk]))
    asked = console.page.get_by_role("dialog", name="Somebody else has this document now")
    expect(asked).to_be_visible()
    flawless("held by somebody else")
    asked.get_by_role("button", name="Only look").click()
    expect(console.page.locator("#state-of-task")).to_have_text("Only looking")
    flawless("only looking")
    actions.release(task=task, by=people.mate, holder=held.holder)
    page = opened(console, task)
    page.context.set_offline(True)
    type_value(page, "67.20")
    expect(page.locator("#banner")).to_contain_text("No connection")
    flawless("no connection")
    page.context.set_offline(False)
    expect(page.locator("#banner")).to_be_hidden()
    actions.reject(task=task, by=people.owner, reason="Not ours", holder=ReviewTask.objects.get().holder)
    opened(console, task)
    expect(page.locator("[data-act=reopen]")).to_be_visible()
    flawless("decided")
    for refusal in ("409", "ERR_INTERNET_DISCONNECTED"):
        expected(console, refusal)


def test_documents_and_panels(console: Console, people, typed, flawless):
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")
    earlier = typed()
    change = {"fields": {"total_amount": {"text": "67.20"}}}
    corrections.correct(document=earlier.document, entries=change, version=None, by=people.owner, seconds=9)
    actions.approve(task=earlier, by=people.owner)
    page = opened(console, uploaded(people, "invoice-factur-x.pdf"), by=people.owner)
    page.locator(".review-paper img").first.wait_for()
    panel(page, "xml")
    expect(page.locator("#panels-body tbody tr").first).to_be_visible()
    flawless("e-invoice")
    uploaded(people, "invoice-english.pdf")
    opened(console, uploaded(people, "invoice-english.pdf"))
    panel(page, "duplicates")
    page.get_by_label("Show all").check()
    flawless("duplicates")
    opened(console, typed(DOUBTFUL.replace("MP-10077", "MP-10078")))
    panel(page, "vendor")
    expect(page.locator("#panels-body")).to_contain_text("Learned from")
    flawless("vendor")
    panel(page, "history")
    flawless("history")
    opened(console, uploaded(people, "table-german.csv"))
    flawless("table")


def test_the_queue_and_its_questions(console: Console, people, typed, flawless):
    for number in range(3):
        typed(DOUBTFUL.replace("MP-10077", f"MP-{number}1077"))
    page = console.page
    console.enter(people.owner)
    console.open(f"{QUEUE}?kind=invoice")
    page.locator("a", has_text="Filters").first.click()
    expect(page.get_by_role("button", name="Apply Filters")).to_be_visible()
    flawless("filters")
    console.open(f"{QUEUE}?kind=contract&q=nothing")
    flawless("nothing matches")
    for operation in ("approve", "reject", "assign"):
        console.open(QUEUE)
        page.locator("input.action-select").first.check()
        page.locator("#changelist-actions-wrapper select[name=action]").select_option(f"{operation}_selected")
        page.get_by_role("button", name="Run").click()
        expect(page.get_by_role("button", name=f"Yes, {operation}")).to_be_visible()
        flawless(operation)
    page.get_by_role("link", name="No, go back").click()
    console.open(f"{reverse('admin:review_task_done')}?kind=invoice")
    flawless("done, with filters")


def test_the_policy_with_its_curve(console: Console, people, flawless):
    policy = ReviewPolicy.objects.create(workspace=people.workspace, threshold=0.8, field_thresholds={"iban": 0.99})
    for number in range(120):
        TaskFactory(
            document__owner=people.owner, document__workspace=people.workspace, state="approved", fields_seen=10,
            fields_wrong=max(0, 2 - number // 40), lowest_confidence=number / 120, decided_at=timezone.now(),
        )  # fmt: skip
    console.enter(people.owner)
    console.open(reverse("admin:review_reviewpolicy_change", args=[policy.pk]))
    expect(console.page.get_by_text("At this threshold").first).to_be_visible()
    flawless("policy")
    console.open(reverse("admin:review_reviewpolicy_apply", args=[policy.pk]))
    flawless("applying it")
    console.open(reverse("admin:review_reviewpolicy_add"))
    flawless("a new one")
