"""The start page in a real browser: drawn from our own data, in both themes, at every width; hostile names inert."""

from __future__ import annotations

import csv

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Workspace
from tests.console.conftest import PHONE
from tests.factories import UserFactory, scenes
from tests.factories.reviews import half_a_year

pytestmark = pytest.mark.django_db(transaction=True)
INKED = """canvas => {
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    return pixels.some((value, place) => place % 4 === 3 && value > 0);
}"""


@pytest.fixture
def operator():
    person = UserFactory(email="operator@example.com", full_name="Operations")
    person.is_staff = True
    person.save()
    return person


ALL_NAMED = """canvas => {
    const { scales, data } = window.Chart.getChart(canvas);
    return scales.x.ticks.length === data.labels.length;
}"""


def test_charts_are_drawn_in_both_themes_and_at_every_width(console, operator, shoot):
    half_a_year(operator.workspaces.get(), operator)
    Workspace.objects.create(name=scenes.LONG_NAME)
    operator.is_superuser = True
    operator.save()
    console.sign_in(operator)
    page = console.page
    canvases = page.locator("canvas[data-chart]")
    expect(canvases).to_have_count(8)
    for canvas in canvases.all():
        assert canvas.evaluate(INKED), canvas.get_attribute("data-chart")
    for name, size in (
        ("phone", PHONE),
        ("tablet", {"width": 820, "height": 1180}),
        ("1280", {"width": 1280, "height": 800}),
        ("4k", {"width": 3840, "height": 2160}),
    ):
        page.set_viewport_size(size)
        page.wait_for_timeout(100)  # the charts follow their boxes in the next frame
        assert console.overflow() <= 0, name
        for chart in ("reliability", "ages"):
            assert page.locator(f"canvas[data-chart=data-{chart}]").evaluate(ALL_NAMED), (chart, name)
        shoot(f"dashboard-{name}")
    page.set_viewport_size({"width": 1280, "height": 800})
    light = canvases.first.evaluate("canvas => canvas.toDataURL()")
    page.evaluate("document.documentElement.classList.add('dark')")
    page.wait_for_function("before => document.querySelector('canvas').toDataURL() !== before", arg=light)
    shoot("dashboard-dark")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_with_open_tables_break_no_rule_of_accessibility(console, operator, theme):
    half_a_year(operator.workspaces.get(), operator)
    console.page.emulate_media(color_scheme=theme)
    console.sign_in(operator)
    for summary in console.page.locator(".dashboard-chart summary").all():
        summary.click()
    for part in (".dashboard-cards", ".dashboard-range", ".dashboard-charts"):
        found = Axe().run(console.page, context=part, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
        assert found.response["violations"] == []


def test_the_table_of_a_chart_opens_by_keyboard_and_holds_its_figures(console, operator):
    half_a_year(operator.workspaces.get(), operator)
    console.sign_in(operator)
    chart = console.page.get_by_role("region", name="Corrections by vendor", exact=True)
    expect(chart.locator("tbody tr").first).to_be_hidden()
    chart.locator("summary").focus()
    console.page.keyboard.press("Enter")
    expect(chart.locator("tbody tr").first).to_be_visible()
    expect(chart.get_by_role("columnheader")).to_have_text(["Vendor", "Corrected", "Wrong", "Checked"])


def test_the_days_stand_in_the_address_and_the_csv_is_of_them(console, operator):
    workspace = operator.workspaces.get()
    scenes.failed(workspace, operator)
    console.sign_in(operator)
    page = console.page
    page.get_by_role("link", name="7 days").click()
    assert page.url.endswith("?days=7")
    chart = page.get_by_role("region", name="Documents by outcome", exact=True)
    with page.expect_download() as download:
        chart.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(download.value.path().read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 7
    assert (rows[-1]["Day"], rows[-1]["Failed"]) == (timezone.now().date().isoformat(), "1")
    page.get_by_label("From").fill("2026-01-01")
    page.get_by_label("To", exact=True).fill("2026-01-31")
    page.get_by_role("button", name="Show").click()
    assert {"from=2026-01-01", "to=2026-01-31"} <= set(page.url.partition("?")[2].split("&"))
    expect(page.get_by_text("1 Jan 2026 to 31 Jan 2026")).to_be_visible()


def test_hostile_vendors_are_text(console, operator, shoot):
    half_a_year(operator.workspaces.get(), operator, vendors=[scenes.HOSTILE, scenes.LONG_NAME, "=1+1", "</script>"])
    console.sign_in(operator)
    chart = console.page.get_by_role("region", name="Corrections by vendor", exact=True)
    chart.locator("summary").click()
    expect(chart.get_by_text(scenes.HOSTILE, exact=True)).to_be_visible()
    assert chart.locator("canvas").evaluate(INKED)
    assert console.page.locator("img[src=x]").count() == 0
    assert console.overflow() <= 0
    shoot("dashboard-hostile")


def test_an_empty_start_page_says_what_will_be_seen(console, operator, shoot):
    console.sign_in(operator)
    expect(console.page.locator(".dashboard-empty")).to_have_count(8)
    expect(console.page.locator("canvas[data-chart]")).to_have_count(0)
    shoot("dashboard-empty")
