"""From a phone to 4K: no page is wider than its window, and what one came for is in sight."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from review.models import ReviewPolicy, ReviewTask
from tests.console.conftest import Console
from tests.console.reviewing import SAMPLES, opened, row
from tests.factories import TaskFactory, scenes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]

QUEUE = reverse("admin:review_reviewtask_changelist")
# Between the last of the keys, scrolled to, and the bar below them.
ROOM_BELOW = """dialog => {
    dialog.scrollTop = dialog.scrollHeight;
    const rows = [...dialog.querySelectorAll("dt, dd")].map((row) => row.getBoundingClientRect().bottom);
    return dialog.querySelector(".review-choices").getBoundingClientRect().top - Math.max(...rows);
}"""
SIZES = ((390, 844), (820, 1180), (1180, 820), (1280, 800), (3840, 2160))


@pytest.fixture
def task(people) -> ReviewTask:
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never", threshold=0.8)
    document = scenes.uploaded(people.workspace, people.owner, SAMPLES / "invoice-german-two-pages.pdf")
    return ReviewTask.objects.get(document=document)


def at_each_size(console: Console) -> Iterator[str]:
    """The name of each size, once the page has it; afterwards nothing may stand out of the window."""
    for width, height in SIZES:
        console.page.set_viewport_size({"width": width, "height": height})
        console.page.wait_for_timeout(100)  # what follows its box does so in the next frame
        yield f"{width}x{height}"
        assert console.overflow() <= 0, f"{console.page.url} at {width}x{height}"


def in_sight(page: Page, *selectors: str) -> None:
    for selector in selectors:
        expect(page.locator(selector).first).to_be_in_viewport(ratio=0.99)


def test_the_screen(console: Console, people, task, shoot):
    page = opened(console, task, by=people.owner)
    page.locator(".review-paper img").first.wait_for()
    for size in at_each_size(console):
        in_sight(page, "[data-act=approve]", "[data-act=reject]", "[data-act=postpone]", "h1")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            shoot(f"review-{scheme}-{size}", full=False)
        row(page, "total_amount").locator("input").focus()
        expect(row(page, "total_amount")).to_be_in_viewport()
        expect(page.locator(".review-lit")).to_be_in_viewport()  # and the place on the page, beside it or above
        for key in ("?", "x", "l"):
            page.locator("body").press("Escape")
            page.keyboard.press(key)
            dialog = page.get_by_role("dialog")
            expect(dialog).to_be_visible()
            expect(dialog.get_by_role("button").last).to_be_in_viewport()
            if key == "?":
                assert dialog.evaluate(ROOM_BELOW) >= 4, size
            assert console.overflow() <= 0, (key, size)
            page.keyboard.press("Escape")
            expect(dialog).to_have_count(0)


def test_the_panels(console: Console, people, task):
    scenes.uploaded(people.workspace, people.owner, SAMPLES / "invoice-german-two-pages.pdf")
    second = ReviewTask.objects.exclude(pk=task.pk).get()
    page = opened(console, second, by=people.owner)
    for _ in at_each_size(console):
        for name in ("duplicates", "vendor", "history", "xml"):
            page.click(f"#panels-{name}")
            expect(page.locator(f"#panels-body[data-tab={name}]")).not_to_have_attribute("aria-busy", "true")
            assert console.overflow() <= 0, name


def test_queue_policy_start_page_and_end(console: Console, people, task):
    for number in range(40):
        TaskFactory(
            document__owner=people.owner, document__workspace=people.workspace, state="approved", fields_seen=10,
            fields_wrong=max(0, 2 - number // 10), lowest_confidence=number / 40, decided_at=timezone.now(),
        )  # fmt: skip
    policy = ReviewPolicy.objects.get()
    page = console.page
    console.enter(people.owner)
    pages = {
        QUEUE: (".review-next", ".review-counts", "#result_list a.console-name"),
        reverse("admin:review_reviewpolicy_change", args=[policy.pk]): (),
        reverse("admin:review_reviewpolicy_apply", args=[policy.pk]): (".console-primary",),
        reverse("admin:index"): (".dashboard-cards", ".dashboard-range"),
        reverse("admin:review_task_done"): (".review-done h2", ".review-done a"),
    }
    for path, selectors in pages.items():
        console.open(path)
        page.wait_for_load_state("networkidle")
        for _ in at_each_size(console):
            in_sight(page, *selectors)
