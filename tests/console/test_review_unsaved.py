"""What one entered and could not save, when others went on meanwhile: never shown as saved, never sent unasked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from extraction import corrections
from extraction.models import ExtractionResult
from review import actions
from review.models import Correction, ReviewPolicy, ReviewTask
from tests.console.conftest import Console, leave
from tests.console.reviewing import expected, opened, ready, screen_of, stored, value, wait_for
from tests.unit.review.conftest import DOUBTFUL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]


@pytest.fixture(autouse=True)
def refusals(console: Console) -> Iterator[None]:
    """They belong to every scene here."""
    yield
    for refusal in ("409", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED"):
        expected(console, refusal)


def enter_without_connection(page: Page) -> None:
    """A total that waits to be sent, and a name that is half typed."""
    page.context.set_offline(True)
    value(page, "total_amount").fill("70")
    page.keyboard.press("Enter")
    expect(page.locator("#banner")).to_contain_text("No connection")
    value(page, "vendor_name").fill("Half")


def change(task: ReviewTask, by, entries: dict) -> None:
    version = ExtractionResult.objects.get(document=task.document_id).version
    corrections.correct(document=task.document, entries=entries, version=version, by=by)


def decide(task: ReviewTask, by) -> None:
    """Somebody else takes it over, enters what is right, and approves it."""
    held = actions.claim(task=task, by=by, take_over=True)
    change(task, by, {"fields": {"total_amount": {"text": "67.20"}}})
    actions.approve(task=held, by=by, holder=held.holder)


def cell(page: Page, row: int, column: str):
    return page.locator(f'.lines-box:first-child input[data-row="{row}"][data-column="{column}"]')


def kept(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('review:'))")


@pytest.fixture
def decided_meanwhile(console: Console, people, typed) -> tuple[Page, ReviewTask]:
    task = typed()
    page = opened(console, task, people.owner)
    enter_without_connection(page)
    decide(task, people.mate)
    page.context.set_offline(False)
    opened(console, task)
    return page, task


def test_a_decided_document_shows_what_was_decided(decided_meanwhile, shoot):
    page, task = decided_meanwhile
    expect(page.locator("#state-of-task")).to_have_text("Approved")
    expect(value(page, "total_amount")).to_have_value("67.20")
    expect(value(page, "vendor_name")).not_to_have_value("Half")
    expect(page.locator(".review-field[data-draft]")).to_have_count(0)
    expect(page.locator("#unsaved")).to_contain_text("The document is approved by now")
    items = ["Total amount70now 67.20", "Vendor nameHalfnow Marlow Paper Supplies Ltd"]
    expect(page.locator("#unsaved li")).to_have_text(items)
    shoot("review-unsaved", full=False)
    page.get_by_role("button", name="Discard them").click()
    expect(page.locator("#unsaved")).to_be_hidden()
    assert kept(page) == []
    assert stored(task) == 67.2


def test_deciding_again_asks_before_it_overwrites(decided_meanwhile):
    page, task = decided_meanwhile
    page.get_by_role("button", name="Decide again", exact=True).click()
    asked = page.get_by_role("dialog", name="Changed meanwhile")
    expect(asked).to_contain_text("Yours: 70Now: 67.20")
    assert stored(task) == 67.2
    asked.get_by_role("button", name="Take theirs").click()
    expect(value(page, "total_amount")).to_have_value("67.20")
    expect(value(page, "vendor_name")).not_to_have_value("Half")
    assert kept(page) == []
    page.keyboard.press("Control+Enter")
    wait_for(page, lambda: ReviewTask.objects.get(pk=task.pk).state == "approved")
    assert stored(task) == 67.2
    assert stored(task, "vendor_name") == "Marlow Paper Supplies Ltd"


def test_what_was_kept_can_be_used(decided_meanwhile):
    page, task = decided_meanwhile
    page.get_by_role("button", name="Decide again with these").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep mine").click()
    wait_for(page, lambda: stored(task) == 70)
    expect(value(page, "vendor_name")).to_have_value("Half")
    expect(page.locator("#unsaved")).to_be_hidden()
    page.reload()
    ready(page)  # and it is not asked again
    expect(value(page, "vendor_name")).to_have_value("Half")


def test_a_field_that_is_half_typed_is_asked_about_too(console: Console, people, typed):
    task = typed()
    page = opened(console, task, people.owner)
    enter_without_connection(page)
    change(task, people.mate, {"fields": {"total_amount": {"text": "71"}, "vendor_name": {"text": "Second says"}}})
    page.context.set_offline(False)
    asked = page.get_by_role("dialog", name="Changed meanwhile")
    expect(asked).to_contain_text("HalfNow: Second says")
    asked.get_by_role("button", name="Take theirs").click()
    expect(value(page, "vendor_name")).to_have_value("Second says")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert (stored(task), stored(task, "vendor_name")) == (71, "Second says")


def test_only_looking_shows_what_is_saved(console: Console, people, typed):
    task = typed()
    page = opened(console, task, people.owner)
    enter_without_connection(page)
    actions.claim(task=task, by=people.mate, take_over=True)
    page.context.set_offline(False)
    page.get_by_role("dialog").get_by_role("button", name="Only look").click()
    expect(value(page, "vendor_name")).to_have_value("Marlow Paper Supplies Ltd")
    expect(page.locator("#unsaved")).to_contain_text("Half")
    actions.release(task=task, by=people.mate, holder=ReviewTask.objects.get(pk=task.pk).holder)
    page.get_by_role("button", name="Go on with these").click()
    wait_for(page, lambda: stored(task) == 70)
    expect(value(page, "vendor_name")).to_have_value("Half")


@pytest.mark.parametrize(("chosen", "shown"), [("Keep mine", "43"), ("Take theirs", "44.00")])
def test_a_cell_that_is_half_typed_is_asked_about(console: Console, people, typed, chosen, shown):
    task = typed()
    page = opened(console, task, people.owner)
    cell(page, 0, "amount").click()
    page.keyboard.type("43")
    page.goto("about:blank")
    lines = [{name: {"text": str(value)} for name, value in line.items()} for line in stored(task, "line_items")]
    lines[0]["amount"]["text"] = "44.00"
    change(task, people.mate, {"line_items": lines})
    console.open(screen_of(task))
    asked = page.get_by_role("dialog", name="Changed meanwhile")
    expect(asked).to_contain_text("Line 1, Amount")
    expect(asked).to_contain_text("Yours: 43Now: 44.00")
    asked.get_by_role("button", name=chosen).click()
    ready(page)
    expect(cell(page, 0, "amount")).to_have_value(shown)
    expect(cell(page, 1, "amount")).to_have_value("14.0")


def test_another_person_at_the_same_browser_sends_nothing_of_it(console: Console, people, typed):
    task = typed()
    page = opened(console, task, people.owner)
    enter_without_connection(page)
    page.context.set_offline(False)
    page.route("**/fields", lambda route: route.abort())
    leave(page)
    page.context.clear_cookies()
    page.unroute("**/fields")
    before = Correction.objects.count()
    opened(console, task, people.mate)
    expect(value(page, "vendor_name")).to_have_value("Marlow Paper Supplies Ltd")
    page.wait_for_timeout(500)
    assert Correction.objects.filter(by=people.mate).count() == 0
    assert before == Correction.objects.count()


# --- Changed under an open screen -------------------------------------------------------------------------------------
def test_what_was_changed_underneath_is_seen_before_it_is_approved(console: Console, people, typed, shoot):
    task = typed()
    page = opened(console, task, people.owner)
    value(page, "total_amount").fill("67.20")
    page.keyboard.press("Enter")
    wait_for(page, lambda: stored(task) == 67.2)
    change(task, people.mate, {"fields": {"total_amount": {"text": "999"}, "iban": {"text": "DE89370400440532013000"}}})
    page.keyboard.press("Control+Enter")
    asked = page.get_by_role("dialog", name="Changed meanwhile")
    expect(asked).to_contain_text("Before: 67.20Now: 999")
    expect(asked).to_contain_text("Before: emptyNow: DE89370400440532013000")
    shoot("review-changed", full=False)
    page.keyboard.press("Enter")
    expect(value(page, "total_amount")).to_have_value("999")
    page.wait_for_timeout(300)
    assert ReviewTask.objects.get(pk=task.pk).state == "in_review"
    page.keyboard.press("Control+Enter")  # it does not add up: asked as ever
    page.get_by_role("dialog").get_by_role("button", name="Approve anyway").click()
    page.wait_for_url("**/done*")


def test_what_was_changed_while_the_doubts_are_told(console: Console, people, typed):
    task = typed()
    page = opened(console, task, people.owner)
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog", name="One thing is still open").wait_for()
    change(task, people.mate, {"fields": {"total_amount": {"text": "5"}}})
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog", name="Changed meanwhile")).to_contain_text("Before: 69.20Now: 5")
    page.keyboard.press("Enter")
    assert ReviewTask.objects.get(pk=task.pk).state == "in_review"


def test_a_kind_that_is_unknown_is_doubtful(console: Console, people, typed):
    task = typed("Lorem ipsum dolor sit amet.")
    page = opened(console, task, people.owner)
    kind = page.get_by_label("Kind of document")
    expect(kind).to_be_focused()
    expect(page.locator("#progress")).to_have_text("1 to look at")
    page.keyboard.press("Control+Enter")
    asked = page.get_by_role("dialog", name="One thing is still open")
    expect(asked).to_contain_text("Kind of document")
    page.keyboard.press("Enter")  # look at it
    expect(kind).to_be_focused()
    kind.select_option("contract")
    expect(page.locator("#kind[data-doubtful]")).to_have_count(0)
    expect(page.locator("#saved")).to_have_text("Saved")
    assert ReviewTask.objects.get(pk=task.pk).state == "in_review"


def test_an_approval_does_not_survive_a_conflict(console: Console, people, typed):
    """Pressed before one was asked, it is to be pressed again once the answer was seen."""
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")
    task = typed(DOUBTFUL.replace("69.20", "67.20"))
    page = opened(console, task, people.owner)
    value(page, "vendor_name").fill("Mine")
    theirs = {"vendor_name": {"text": "Theirs"}, "iban": {"text": "DE89370400440532013000"}}
    change(task, people.mate, {"fields": theirs})
    page.keyboard.press("Control+Enter")
    asked = page.get_by_role("dialog", name="Changed meanwhile")
    expect(asked).to_contain_text("Before: emptyNow: DE89370400440532013000")
    asked.get_by_role("button", name="Take theirs").click()
    expect(value(page, "vendor_name")).to_have_value("Theirs")
    expect(page.locator("#actions :focus")).to_have_count(0)
    page.wait_for_timeout(500)
    assert ReviewTask.objects.get(pk=task.pk).state == "in_review"


def test_rows_that_somebody_deleted_are_named(console: Console, people, typed):
    task = typed()
    page = opened(console, task, people.owner)
    lines = [{name: {"text": str(value)} for name, value in line.items()} for line in stored(task, "line_items")]
    change(task, people.mate, {"line_items": lines[1:]})
    cell(page, 1, "amount").click()
    page.keyboard.type("15")
    page.keyboard.press("Enter")
    asked = page.get_by_role("dialog", name="Changed meanwhile")
    expect(asked).to_contain_text("Line 1Yours: Copy paper A4")
    asked.get_by_role("button", name="Take theirs").click()
    expect(page.locator(".lines-count").first).to_have_text("1")
    assert len(stored(task, "line_items")) == 1
