"""The queue and the policies of reviews in a real browser."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from review.models import ReviewPolicy, ReviewTask
from tests.console.conftest import PHONE, Console
from tests.factories import TaskFactory, scenes

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE = reverse("admin:review_reviewtask_changelist")
POLICIES = reverse("admin:review_reviewpolicy_changelist")
LAPTOP, TABLET = {"width": 1280, "height": 800}, {"width": 820, "height": 1180}
MISMATCH = {"code": "total_mismatch", "field": "total_amount", "severity": "warning"}
ACCOUNT = {"code": "bank_account_changed", "field": "iban", "severity": "error"}
DOUBTS = [{"code": "low_confidence", "field": name, "severity": "info"} for name in ("due_date", "iban")]
MANY = [ACCOUNT, MISMATCH, *DOUBTS, {"code": "duplicate_file", "field": "", "severity": "warning"}]


@pytest.fixture
def queue(people):
    """What a queue may hold: long, hostile and foreign names, large amounts, held and postponed tasks."""
    now = timezone.now()

    def task(name, vendor, hours, reasons, **values):
        document = scenes.completed(people.workspace, people.owner, original_filename=name)
        codes = sorted({reason["code"] for reason in reasons})
        return TaskFactory(
            document=document, vendor_name=vendor, arrived_at=now - timedelta(hours=hours), reasons=reasons,
            reason_codes=codes, priority=400 if ACCOUNT in reasons else 200, **values,
        )  # fmt: skip

    lease = {"holder": uuid.uuid4(), "lease_expires_at": now + timedelta(minutes=5)}
    return [
        task("invoice-2041.pdf", "Kranich & Sohn GmbH", 3, [MISMATCH], amount=1091, currency="EUR"),
        task(scenes.LONG_NAME, "Vereinigte-Papierwarenhandelsgesellschaften-" * 5, 200, MANY, amount=10**17,
             currency="IDR"),
        task(scenes.HOSTILE, scenes.HOSTILE, 30, DOUBTS, kind="receipt"),
        task(scenes.RTL_NAME, "", 1, [MISMATCH, *DOUBTS], state="in_review", reviewer=people.mate, **lease),
        task("later.pdf", "Møller & Sønner", 80, DOUBTS, state="postponed", reviewer=people.owner,
             postponed_until=now + timedelta(days=1)),
    ]  # fmt: skip


def names(page: Page) -> list[str]:
    return page.locator("#result_list a.console-name").all_inner_texts()


def dark(console: Console) -> None:
    console.page.emulate_media(color_scheme="dark")


def test_the_queue_at_every_width(console: Console, people, queue, shoot):
    console.sign_in(people.owner)
    for size, label in (
        (LAPTOP, "laptop"),
        ({"width": 2560, "height": 1440}, "wide"),
        (TABLET, "tablet"),
        (PHONE, "phone"),
    ):
        console.page.set_viewport_size(size)
        console.open(QUEUE)
        console.page.wait_for_load_state("networkidle")
        expect(console.page.locator("#result_list a.console-name")).to_have_count(5)
        assert console.overflow() == 0, label
        shoot(f"queue-{label}")
    assert names(console.page)[0].startswith("a-very-long-name")
    console.page.set_viewport_size(LAPTOP)
    dark(console)
    console.open(QUEUE)
    shoot("queue-dark", full=False)


def test_an_empty_queue_says_so_kindly(console: Console, people, queue, shoot):
    console.enter(people.stranger)
    console.open(QUEUE)
    expect(console.page.get_by_role("heading", name="All done")).to_be_visible()
    shoot("queue-empty", full=False)
    console.page.get_by_role("button", name="Next document").click()
    expect(console.page.get_by_text("Nothing is left for you to review. Well done.")).to_be_visible()
    console.open(f"{QUEUE}?kind=contract&q=nothing")
    expect(console.page.get_by_role("heading", name="Nothing here matches")).to_be_visible()
    shoot("queue-nothing-matches", full=False)


def test_who_only_looks_is_offered_nothing_else(console: Console, people, queue, shoot):
    console.enter(people.viewer)
    console.open(QUEUE)
    page = console.page
    expect(page.get_by_text("You may look at these documents; reviewing needs the role Editor.")).to_be_visible()
    expect(page.get_by_role("button", name="Next document")).to_have_count(0)
    expect(page.locator("input.action-select, select[name=action]")).to_have_count(0)
    shoot("queue-viewer", full=False)
    page.keyboard.press("n")
    page.locator("#result_list a.console-name").first.click()  # what the key had done would have come first
    page.wait_for_selector("html[data-ready]")
    expect(page.get_by_text("Only looking")).to_be_visible()


def test_n_brings_the_next_document(console: Console, people, queue, given_back):
    console.enter(people.owner)
    console.open(QUEUE)
    search = console.page.locator("#searchbar")
    search.press("n")
    expect(search).to_have_value("n")
    search.blur()
    console.page.keyboard.press("n")
    console.page.wait_for_url("**/screen*")
    console.page.wait_for_selector("html[data-ready]")


def test_filters_stay_in_the_address_and_next_keeps_to_them(console: Console, people, queue, shoot):
    console.enter(people.owner)
    console.open(QUEUE)
    page = console.page
    page.locator("a", has_text="Filters").click()
    page.get_by_label("Receipt", exact=True).check()
    shoot("queue-filters", full=False)
    page.get_by_role("button", name="Apply Filters").click()
    expect(page.locator("#result_list a.console-name")).to_have_count(1)
    assert "kind=receipt" in page.url
    with page.expect_navigation(url="**/screen**"):
        page.get_by_role("button", name="Next document").click()
    assert str(queue[2].pk) in page.url


def test_rejecting_several_after_a_preview(console: Console, people, queue, shoot):
    console.enter(people.owner)
    console.open(QUEUE)
    page = console.page
    for box in (0, 2, 3, 4):  # the last is open in a colleague's browser
        page.locator("input.action-select").nth(box).check()
    page.locator("#changelist-actions-wrapper select[name=action]").select_option("reject_selected")
    shoot("queue-selected", full=False)
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("heading", name="Reject 3 documents?")).to_be_visible()
    expect(page.get_by_text("1 of the selected is open in somebody’s browser")).to_be_visible()
    assert console.overflow() == 0
    shoot("queue-reject")
    page.get_by_label("Why are they rejected?").fill("Not ours")
    page.get_by_role("button", name="Yes, reject").click()
    expect(page.get_by_text("3 documents rejected.")).to_be_visible()
    assert ReviewTask.objects.filter(state="rejected", reject_reason="Not ours").count() == 3


def test_a_threshold_is_a_decision(console: Console, people, shoot):
    policy = ReviewPolicy.objects.create(workspace=people.workspace, threshold=0.8, field_thresholds={"iban": 0.99})
    console.enter(people.owner)
    path = reverse("admin:review_reviewpolicy_change", args=[policy.pk])
    console.open(path)
    shoot("policy-empty")
    for number in range(200):
        TaskFactory(
            document__owner=people.owner, document__workspace=people.workspace, state="approved", fields_seen=10,
            fields_wrong=max(0, 2 - number // 60), lowest_confidence=number / 200, decided_at=timezone.now(),
        )  # fmt: skip
    console.open(path)
    page = console.page
    expect(page.get_by_text("At this threshold 20 % would have passed unseen with 0 % wrong fields")).to_be_visible()
    shoot("policy")
    card, fieldset = (
        page.locator(each).bounding_box()["width"] for each in (".review-curve", "fieldset.module >> nth=0")
    )
    assert card == pytest.approx(fieldset, abs=2)
    before = page.locator("[data-here]").get_attribute("x1")
    page.locator("[data-slider]").fill("50")
    expect(page.locator("[data-sentence]")).to_contain_text("50 % would have passed unseen with 2")
    expect(page.locator("#id_threshold")).to_have_value("50")
    assert page.locator("[data-here]").get_attribute("x1") != before
    page.locator("#id_threshold").fill("101")
    expect(page.locator("[data-sentence]")).to_contain_text("50 % would have passed")
    page.locator("#id_threshold").fill("60")
    expect(page.locator("[data-output]")).to_have_text("60 %")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("60 %").first).to_be_visible()
    shoot("policies", full=False)
    policy.refresh_from_db()
    assert policy.threshold == 0.6
    dark(console)
    for size, label in ((TABLET, "tablet"), (PHONE, "phone")):
        page.set_viewport_size(size)
        console.open(path)
        page.wait_for_load_state("networkidle")
        assert console.overflow() == 0, label
        assert page.locator(".review-axis").first.evaluate("text => text.getBoundingClientRect().height") > 10, label
        shoot(f"policy-{label}")
    console.open(reverse("admin:review_reviewpolicy_apply", args=[policy.pk]))
    shoot("policy-apply", full=False)
