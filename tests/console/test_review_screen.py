"""Reviewing a document in a real browser, hands on the keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from benchmarks.drawn import draw_invoices
from documents.models import Document
from extraction import corrections
from extraction.models import ExtractionResult, JobPriority, RuleSetting
from extraction.reprocessing import reprocess
from review import actions
from review.models import ReviewPolicy, ReviewTask
from tests.console.conftest import DESKTOP, Console
from tests.factories import PASSWORD, Cast, cast, scenes
from tests.unit.review.conftest import DOUBTFUL

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(settings) -> Cast:
    settings.PROCESSING_MODE = "inline"
    made = cast()
    for person in (made.owner, made.mate, made.viewer, made.stranger):
        person.is_staff = True
        person.save()
    return made


@pytest.fixture(autouse=True)
def given_back(console: Console):
    """The page tells the server when it is left; not while the tables are being emptied."""
    yield
    console.page.goto("about:blank")
    for _ in range(100):
        console.page.wait_for_timeout(50)
        if not ReviewTask.objects.filter(state="in_review").exists():
            break


@pytest.fixture
def typed(people, tmp_path):
    """Take in a page of plain text and have it read; its task."""
    count = iter(range(100))

    def typed(text: str = DOUBTFUL, name: str = "") -> ReviewTask:
        path = tmp_path / (name or f"page{next(count)}.txt")
        path.write_text(text, encoding="utf-8")
        document = scenes.uploaded(people.workspace, people.owner, path)
        return ReviewTask.objects.get(document=document)

    return typed


def screen_of(task: ReviewTask) -> str:
    return reverse("admin:review_task_screen", args=[task.pk])


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready]")


def row(page: Page, name: str) -> Locator:
    return page.locator(f"[data-field={name}]")


def value(page: Page, name: str) -> Locator:
    return row(page, name).locator("input")


def click_word(page: Page, text: str) -> None:
    """On the page of the document, where it is printed."""
    word = page.locator(".review-words text", has_text=re.compile(f"^{re.escape(text)}$")).first
    box = word.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def stored(task: ReviewTask, name: str = "total_amount"):
    return ExtractionResult.objects.get(document=task.document_id).extracted_data.get(name)


def expected(console: Console, refusal: str) -> None:
    """The browser logs each answer that is an error; this one belongs to the scene."""
    console.complaints[:] = [said for said in console.complaints if refusal not in said]


def wait_for(page: Page, condition, seconds: float = 5) -> None:
    """Until the server has what the browser sent."""
    for _ in range(int(seconds * 20)):
        if condition():
            return
        page.wait_for_timeout(50)
    assert condition()


@pytest.fixture
def another(browser, live_server):
    """Another person's browser."""
    opened = []

    def another(user) -> Console:
        context = browser.new_context(viewport=DESKTOP)
        context.set_default_timeout(10_000)
        opened.append((context, Console(context.new_page(), live_server.url)))
        opened[-1][1].sign_in(user)
        return opened[-1][1]

    yield another
    for context, console in opened:
        console.page.goto("about:blank")
        console.page.wait_for_timeout(300)
        context.close()
        assert console.complaints == []


# --- The whole way ----------------------------------------------------------------------------------------------------
def test_a_doubtful_invoice_with_the_keyboard(console: Console, people, typed, shoot):
    first = typed(DOUBTFUL + "\nWeight 67.20 kg\n")
    second = typed(DOUBTFUL.replace("MP-10077", "MP-10078"))
    page = console.page
    console.open("/admin/login/")
    page.locator("#id_username").focus()
    page.keyboard.type(people.owner.email)
    page.locator("#id_password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    console.open(reverse("admin:review_reviewtask_changelist"))
    page.get_by_role("button", name="Next document").focus()
    page.keyboard.press("Enter")
    ready(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(first.document.original_filename)
    expect(row(page, "total_amount")).to_be_focused()
    expect(row(page, "total_amount")).to_contain_text("do not add up")
    expect(page.locator(".review-box.review-lit")).to_have_count(1)
    shoot("review", full=False)
    click_word(page, "67.20")
    expect(value(page, "total_amount")).to_have_value("67.20")
    expect(row(page, "total_amount")).not_to_contain_text("do not add up")
    expect(row(page, "total_amount").locator(".review-level")).to_have_text("checked")
    expect(page.locator("#live")).to_contain_text("Saved.")
    assert stored(first) == 67.2
    described = ExtractionResult.objects.get(document=first.document_id).fields["total_amount"]
    assert (described["source"], described["page"], len(described["box"])) == ("person", 1, 4)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{screen_of(second)}*")
    ready(page)
    assert ReviewTask.objects.get(pk=first.pk).state == "approved"
    page.keyboard.press("x")
    page.keyboard.type("A duplicate")
    page.keyboard.press("Enter")
    page.wait_for_url("**/done*")
    expect(page.get_by_role("heading", name="All done", level=2)).to_be_visible()
    expect(page.locator("#numbers")).to_contain_text("Approved")
    shoot("review-done", full=False)
    assert ReviewTask.objects.get(pk=second.pk).reject_reason == "A duplicate"


def test_fields_are_gone_through_undone_and_chosen(console: Console, people, typed, shoot):
    task = typed()
    page = console.page
    console.sign_in(people.owner)
    console.open(screen_of(task))
    ready(page)
    page.keyboard.press("2")  # the second candidate
    expect(value(page, "total_amount")).to_have_value("56.00")
    page.keyboard.press("Control+z")
    expect(value(page, "total_amount")).to_have_value("69.20")
    page.keyboard.press("Control+Shift+Z")
    expect(value(page, "total_amount")).to_have_value("56.00")
    page.keyboard.press("e")
    page.keyboard.type("lots")
    page.keyboard.press("Enter")
    expect(row(page, "total_amount").get_by_role("alert")).to_contain_text("A number is needed")
    expect(value(page, "total_amount")).to_have_value("lots")
    page.keyboard.press("Control+Enter")
    expect(value(page, "total_amount")).to_be_focused()  # what is not understood cannot be approved
    page.keyboard.press("Escape")
    expect(value(page, "total_amount")).to_have_value("56.00")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Approve, and the next document")
    shoot("review-keys", full=False)
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("n")
    expect(row(page, "currency")).to_be_focused()
    page.keyboard.press("p")
    expect(row(page, "total_amount")).to_be_focused()
    assert stored(task) == 56
    expected(console, "422")


def test_a_region_and_a_box(console: Console, people, typed):
    task = typed()
    page = console.page
    console.sign_in(people.owner)
    console.open(screen_of(task))
    ready(page)
    value(page, "vendor_address").click()
    first = page.locator(".review-words text", has_text="Quay").bounding_box()
    last = page.locator(".review-words text", has_text="Bristol").bounding_box()
    page.mouse.move(first["x"] - 4, first["y"] - 2)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] + last["height"] / 2, steps=4)
    page.mouse.move(last["x"] + last["width"] + 3, last["y"] + last["height"] + 1)
    page.mouse.up()
    expect(value(page, "vendor_address")).to_have_value("Quay Street, Bristol")
    page.keyboard.down("Control")
    click_word(page, "MP-10077")  # not into the field, but to the one whose box it is
    page.keyboard.up("Control")
    expect(value(page, "invoice_number")).to_be_focused()
    expect(value(page, "vendor_address")).to_have_value("Quay Street, Bristol")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")  # no field is at hand: a click chooses one
    click_word(page, "MP-10077")
    expect(value(page, "invoice_number")).to_be_focused()


def test_a_table_is_picked_from(console: Console, people, shoot):
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")
    document = scenes.uploaded(people.workspace, people.owner, SAMPLES / "table-german.csv")
    page = console.page
    console.sign_in(people.owner)
    console.open(screen_of(ReviewTask.objects.get(document=document)))
    ready(page)
    shoot("review-table", full=False)
    value(page, "customer_name").click()
    page.get_by_role("cell", name="Geranien im Topf, rot").first.click()
    expect(value(page, "customer_name")).to_have_value("Geranien im Topf, rot")
    expect(row(page, "customer_name").locator(".review-level")).to_have_text("checked")


def test_pages_are_drawn_when_they_come_near(console: Console, people, settings, tmp_path, shoot):
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")
    path = tmp_path / "many.pdf"
    draw_invoices(path, range(40))
    task = ReviewTask.objects.get(document=scenes.uploaded(people.workspace, people.owner, path))
    page = console.page
    console.sign_in(people.owner)
    console.open(screen_of(task))
    ready(page)
    page.locator(".review-paper img").first.wait_for()
    assert page.locator(".review-paper img").count() < 6
    page.keyboard.press("Escape")
    page.keyboard.press("]")
    expect(page.locator(".review-counter").first).to_have_text("2 / 40")
    page.get_by_role("button", name="Page 30").click()
    expect(page.locator("[data-page='30'] img")).to_have_attribute("src", re.compile("30.png"))
    before = page.locator("[data-page='30']").bounding_box()["width"]
    page.keyboard.press("+")
    page.keyboard.press("r")
    turned = page.locator("[data-page='30']").bounding_box()
    assert turned["width"] > turned["height"] or turned["height"] > before
    page.keyboard.press("9")
    assert page.locator("[data-page='30']").bounding_box()["height"] < 900


# --- Together, and with a bad connection ------------------------------------------------------------------------------
def test_two_reviewers_never_lose_an_edit(console: Console, another, people, typed, shoot):
    task = typed()
    mine, page = console, console.page
    mine.sign_in(people.owner)
    mine.open(screen_of(task))
    ready(page)
    theirs = another(people.mate)
    theirs.open(screen_of(task))
    expect(theirs.page.get_by_role("dialog")).to_contain_text(str(people.owner))
    shoot("review-held", full=False)
    theirs.page.get_by_role("button", name="Take it over").click()
    ready(theirs.page)
    theirs.page.keyboard.press("e")
    theirs.page.keyboard.type("67.20")
    theirs.page.keyboard.press("Enter")
    wait_for(page, lambda: stored(task) == 67.2)
    page.keyboard.press("e")
    page.keyboard.type("70.00")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text(str(people.mate))
    page.keyboard.press("Enter")  # take it over again
    expect(page.get_by_role("heading", name="Changed meanwhile")).to_be_visible()
    expect(page.get_by_role("dialog")).to_contain_text("67.20")
    shoot("review-conflict", full=False)
    page.get_by_role("button", name="Keep mine").click()
    wait_for(page, lambda: stored(task) == 70)
    result = ExtractionResult.objects.get(document=task.document_id)
    changed = {"fields": {"total_amount": {"text": "71"}}}
    corrections.correct(document=task.document, entries=changed, version=result.version, by=people.mate)
    page.keyboard.press("Escape")
    value(page, "total_amount").fill("72")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take theirs").click()
    expect(value(page, "total_amount")).to_have_value("71")
    page.wait_for_timeout(300)
    assert stored(task) == 71
    expected(console, "409")
    expected(theirs, "409")


def test_an_expired_lease_is_taken_again_when_nobody_has_it(console: Console, people, typed):
    task = typed()
    page = console.page
    console.sign_in(people.owner)
    console.open(screen_of(task))
    ready(page)
    actions.assign(task=task, reviewer=None, by=people.mate)  # an admin took it away; nobody holds it
    page.keyboard.press("e")
    page.keyboard.type("67.20")
    page.keyboard.press("Enter")
    wait_for(page, lambda: stored(task) == 67.2)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expected(console, "409")


def test_a_closed_page_gives_the_document_back(console: Console, people, typed):
    task = typed()
    console.sign_in(people.owner)
    console.open(screen_of(task))
    ready(console.page)
    assert ReviewTask.objects.get(pk=task.pk).state == "in_review"
    console.open("/admin/")
    wait_for(console.page, lambda: ReviewTask.objects.get(pk=task.pk).state == "to_review")


def test_without_a_connection_nothing_is_lost(console: Console, context, people, typed, shoot):
    task = typed()
    page = console.page
    console.sign_in(people.owner)
    console.open(screen_of(task))
    ready(page)
    context.set_offline(True)
    page.keyboard.press("e")
    page.keyboard.type("67.20")
    page.keyboard.press("Enter")
    expect(page.locator("#banner")).to_contain_text("No connection")
    shoot("review-offline", full=False)
    assert stored(task) == 69.2
    context.set_offline(False)
    wait_for(page, lambda: stored(task) == 67.2, seconds=10)
    expect(page.locator("#banner")).to_be_hidden()
    expected(console, "ERR_INTERNET_DISCONNECTED")


def test_what_is_typed_survives_a_reload(console: Console, people, typed):
    task = typed()
    page = console.page
    console.sign_in(people.owner)
    console.open(screen_of(task))
    ready(page)
    page.keyboard.press("e")
    page.keyboard.type("67.2")
    page.reload()
    ready(page)
    expect(value(page, "total_amount")).to_have_value("67.2")
    assert stored(task) == 69.2
    page.keyboard.press("Enter")
    wait_for(page, lambda: stored(task) == 67.2)
    expected(console, "409")


def test_a_document_that_is_read_again_keeps_what_was_typed(console: Console, people, typed):
    task = typed()
    page = console.page
    console.sign_in(people.owner)
    console.open(screen_of(task))
    ready(page)
    list(reprocess([task.document], by=people.owner, priority=JobPriority.NORMAL))
    page.keyboard.press("e")
    page.keyboard.type("67.20")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Read again meanwhile")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{screen_of(ReviewTask.objects.get())}*")
    page.get_by_role("button", name="Keep mine").click()
    wait_for(page, lambda: stored(task) == 67.2)
    expected(console, "404")


def test_approving_with_errors_asks_once_more(console: Console, people, typed):
    RuleSetting.objects.create(workspace=people.workspace, code="total_mismatch", setting="error")
    task = typed()
    page = console.page
    console.sign_in(people.owner)
    console.open(screen_of(task))
    ready(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Approve with errors?")).to_be_visible()
    page.keyboard.press("Enter")  # look again
    assert ReviewTask.objects.get().state == "in_review"
    page.keyboard.press("Control+Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/done*")
    assert ReviewTask.objects.get().state == "approved"


# --- Those who may not ------------------------------------------------------------------------------------------------
def test_hostile_text_is_text(console: Console, people, typed, shoot):
    evil = DOUBTFUL.replace("Marlow Paper Supplies Ltd", "<img src=x onerror=alert(1)> Marlow Ltd")
    evil = evil.replace("Copy paper A4", "<script>alert(2)</script>").replace("Envelopes C5", "=HYPERLINK(1)")
    task = typed(evil)
    Document.objects.filter(pk=task.document_id).update(original_filename=scenes.HOSTILE)
    console.sign_in(people.owner)
    console.open(screen_of(task))
    ready(console.page)
    expect(console.page.get_by_role("heading", level=1)).to_have_text(scenes.HOSTILE)
    assert console.page.locator("main script, main img[src=x], h1 img").count() == 0
    assert console.overflow() == 0
    shoot("review-hostile", full=False)


def test_lookers_on_change_nothing(console: Console, people, typed, shoot):
    task = typed()
    console.sign_in(people.viewer)
    console.open(screen_of(task))
    ready(console.page)
    expect(console.page.get_by_text("Only looking")).to_be_visible()
    assert value(console.page, "total_amount").get_attribute("readonly") is not None
    expect(console.page.locator("[data-act=approve]")).to_be_hidden()
    assert ReviewTask.objects.get().state == "to_review"


def test_strangers_find_nothing(console: Console, people, typed):
    task = typed()
    console.sign_in(people.stranger)
    paths = [
        screen_of(task),
        reverse("admin:review_task_state", args=[task.pk]),
        reverse("admin:review_task_picture", args=[task.pk, 1]),
        reverse("admin:review_task_words", args=[task.pk, 1]),
        reverse("admin:review_task_of_document", args=[task.document_id]),
    ]
    assert [console.page.request.get(console.url + path).status for path in paths] == [404] * len(paths)


# --- How it looks -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (2560, 1440), (820, 1180)])
def test_screens_of_all_sizes(console: Console, people, shoot, scheme, width, height):
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")
    document = scenes.uploaded(people.workspace, people.owner, SAMPLES / "invoice-german-two-pages.pdf")
    page = console.page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})
    console.sign_in(people.owner)
    console.open(screen_of(ReviewTask.objects.get(document=document)))
    ready(page)
    page.locator(".review-paper img").first.wait_for()
    assert console.overflow() == 0
    shoot(f"review-{scheme}-{width}", full=False)
