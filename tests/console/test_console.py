"""What operators do, in a real browser. Every test also fails on a script error, a refusal by the content security
policy, or a request to any other server (see ``conftest.Console``)."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.roles import Role
from benchmarks.drawn import draw_invoices
from documents.models import Document
from extraction.models import JobPriority, ProcessingJob, RuleSetting, Vendor, VendorKey
from tests.console.conftest import PHONE, Console
from tests.factories import PASSWORD, UserFactory, scenes

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
LIST = "/admin/documents/document/"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invoice(people) -> Document:
    """Two pages, read by the engine."""
    return scenes.uploaded(people.workspace, people.owner, SAMPLES / "invoice-german-two-pages.pdf")


def page_of(document: Document) -> str:
    return reverse("admin:documents_document_change", args=[document.pk])


def names(page: Page) -> list[str]:
    return page.locator("#result_list a.console-name").all_inner_texts()


def test_only_staff_sign_in(console: Console, people, shoot):
    outsider = UserFactory()
    console.open("/admin/")
    for email, password in ((outsider.email, PASSWORD), (people.owner.email, "wrong")):
        console.page.fill("#id_username", email)
        console.page.fill("#id_password", password)
        console.page.click("form button[type=submit]")
        expect(console.page.get_by_text("Please enter the correct email and password")).to_be_visible()
    shoot("sign-in-refused")
    console.sign_in(people.owner)
    expect(console.page.get_by_role("heading", name="Overview")).to_be_visible()


def test_the_start_page_leads_to_what_it_counts(console: Console, people, shoot):
    scenes.failed(people.workspace, people.owner)
    scenes.waiting(people.workspace, people.owner)
    scenes.failed(people.stranger.workspaces.get(), people.stranger)
    console.sign_in(people.owner)
    figures = console.page.locator(".console-figure")
    assert figures.locator("strong").all_inner_texts() == ["2", "1", "0", "1", "0", "–"]
    shoot("start")
    figures.filter(has_text="Failed").click()
    expect(console.page.locator("#result_list a.console-name")).to_have_text(["locked.pdf"])


def test_an_empty_console_says_so(console: Console, people, shoot):
    console.sign_in(people.stranger)
    expect(console.page.get_by_text("Nothing has arrived yet.")).to_be_visible()
    expect(console.page.get_by_text("Nothing has failed.")).to_be_visible()
    shoot("start-empty")
    console.open(LIST)
    shoot("list-empty")
    assert names(console.page) == []


def test_filters_and_search(console: Console, people, shoot):
    scenes.failed(people.workspace, people.owner)
    scenes.completed(people.workspace, people.owner, original_filename="sure.txt", vendor="Møller & Sønner")
    scenes.completed(people.workspace, people.owner, original_filename="unsure.txt", confidence_score=0.4)
    console.enter(people.owner)
    console.open(LIST)
    page = console.page
    assert names(page) == ["unsure.txt", "sure.txt", "locked.pdf"]
    page.locator("a", has_text="Filters").click()
    page.get_by_label("Completed").check()
    page.get_by_label("Below 70 %").check()
    shoot("filters", full=False)
    page.get_by_role("button", name="Apply Filters").click()
    expect(page.locator("#result_list a.console-name")).to_have_text(["unsure.txt"])
    assert {"status__exact=completed", "confidence=low"} <= set(page.url.partition("?")[2].split("&"))
    console.open(LIST)
    page.fill("#searchbar", "møller")
    page.press("#searchbar", "Enter")
    expect(page.locator("#result_list a.console-name")).to_have_text(["sure.txt"])


def test_a_document_on_one_page(console: Console, people, invoice, shoot):
    console.enter(people.owner)
    console.open(page_of(invoice))
    page = console.page
    expect(page.get_by_text("RE-2026-00583", exact=True)).to_be_visible()
    for heading in ("Fields", "Line items", "Validation", "Jobs", "About the file", "Audit trail"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    picture = page.locator("[data-preview] img")
    page.wait_for_function("document.querySelector('[data-preview] img').naturalWidth > 0")
    assert picture.evaluate("image => image.naturalWidth") == 1200

    number = page.locator(".console-fields > div").filter(has_text="Invoice number")
    number.hover()
    lit = page.locator("[data-preview] rect.console-lit")
    expect(lit).to_have_count(1)
    x0, y0, x1, _ = map(float, number.get_attribute("data-box").split(","))
    assert lit.get_attribute("x") == f"{x0:g}"
    shown, drawn = picture.bounding_box(), lit.bounding_box()
    assert shown["x"] < drawn["x"] < shown["x"] + shown["width"]
    assert drawn["width"] / shown["width"] == pytest.approx((x1 - x0) / 595, rel=0.2)  # A4 in points
    assert (drawn["y"] - shown["y"]) / shown["height"] == pytest.approx(y0 / 842, rel=0.2)
    shoot("document", full=False)

    number.get_by_text("Why").click()
    expect(number.locator(".console-why li").first).to_be_visible()
    shoot("why")


def test_rules_and_vendors(console: Console, people, shoot):
    console.sign_in(people.owner)
    lists = ("/admin/extraction/rulesetting/", "/admin/extraction/vendor/")
    for path in lists:
        console.open(path)
        shoot(f"empty{path.replace('/', '-')}")
    for code, setting in (("iban_invalid", "error"), ("pro_forma", "off"), ("legal_content_missing", "info")):
        RuleSetting.objects.create(workspace=people.workspace, code=code, setting=setting)
    for name in ("Kranich & Sohn", scenes.HOSTILE, "a-very-long-name-" * 12):
        vendor = Vendor.objects.create(workspace=people.workspace, name=name, proposed={})
        VendorKey.objects.create(workspace=people.workspace, vendor=vendor, key=f"vendor_name:{name}")
    pages = [*lists, "/admin/extraction/rulesetting/add/", f"/admin/extraction/vendor/{vendor.pk}/change/"]
    for size, label in (({"width": 1280, "height": 800}, ""), (PHONE, "phone")):
        console.page.set_viewport_size(size)
        for path in pages:
            console.open(path)
            console.page.wait_for_load_state("networkidle")
            assert console.overflow() == 0, (path, label)
            shoot(f"{label}{path.replace('/', '-')[:32]}")


def test_a_file_with_several_documents(console: Console, people, shoot, tmp_path):
    draw_invoices(tmp_path / "three.pdf", range(3))
    document = scenes.uploaded(people.workspace, people.owner, tmp_path / "three.pdf")
    console.enter(people.owner)
    console.open(page_of(document))
    page = console.page
    card = page.locator("section").filter(has=page.get_by_role("heading", name="Documents in this file"))
    expect(card.locator("tbody tr")).to_have_count(3)
    expect(card.locator("tbody tr").nth(2)).to_contain_text("HJ-000002")
    expect(page.get_by_text("The file holds 3 documents (pages 1, 2, 3)")).to_be_visible()
    expect(page.get_by_text("Not valid")).to_be_visible()
    expect(page.get_by_role("heading", name="Taxes")).to_be_visible()
    card.get_by_role("button", name="3").click()
    expect(page.locator("[data-page-number]")).to_have_text("3")
    expect(page.locator("[data-preview] img")).to_have_attribute("src", re.compile(r"/pages/3\.png$"))
    assert console.overflow() == 0
    shoot("document-parts")


def test_pages_are_turned_by_hand_and_by_what_one_points_at(console: Console, people, invoice):
    console.enter(people.owner)
    console.open(page_of(invoice))
    page = console.page
    place = page.locator("[data-page-number]")
    expect(page.get_by_label("Previous page")).to_be_disabled()
    page.get_by_label("Next page").click()
    expect(place).to_have_text("2")
    expect(page.get_by_label("Next page")).to_be_disabled()
    expect(page.locator("[data-preview] img")).to_have_attribute("src", re.compile(r"/pages/2\.png$"))
    page.locator(".console-fields > div").filter(has_text="Invoice number").hover()
    expect(place).to_have_text("1")
    page.locator(".console-fields > div").filter(has_text="Amount due").hover()
    expect(place).to_have_text("2")


@pytest.mark.parametrize(
    ("name", "inside"), [("note.txt", "pre.console-pre"), ("table-german.csv", "table.console-table th")]
)
def test_text_and_tables_are_shown_as_such(console: Console, people, shoot, name, inside):
    document = scenes.uploaded(people.workspace, people.owner, SAMPLES / name)
    console.enter(people.owner)
    console.open(page_of(document))
    expect(console.page.locator(".console-preview").locator(inside).first).to_be_visible()
    shoot(f"document-{name}")


def test_hostile_values_are_shown_and_do_nothing(console: Console, people, shoot):
    values = {"original_filename": scenes.HOSTILE, "vendor": scenes.HOSTILE, "number": scenes.LONG_NAME}
    document = scenes.completed(people.workspace, people.owner, file_extension="txt", **values)
    scenes.failed(people.workspace, people.owner, failure_reason=scenes.HOSTILE, original_filename=scenes.RTL_NAME)
    console.sign_in(people.owner)
    for path in ("/admin/", LIST, "/admin/extraction/processingjob/", page_of(document)):
        console.open(path)
        expect(console.page.get_by_text("<script>alert('x')</script>").first).to_be_visible()
        assert console.overflow() == 0
    shoot("document-hostile")


def test_reprocessing_several(console: Console, people, shoot, settings):
    settings.PROCESSING_MODE = "queue"
    read = scenes.completed(people.workspace, people.owner, original_filename="read.txt")
    scenes.waiting(people.workspace, people.owner, original_filename="new.txt")
    console.enter(people.mate)
    console.open(LIST)
    page = console.page
    for box in page.locator("input.action-select").all():
        box.check()
    page.select_option("select[name=action]", "reprocess_selected")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("heading", name="Read 1 document again?")).to_be_visible()
    expect(page.get_by_text("1 of the selected is waiting or at work already")).to_be_visible()
    shoot("reprocess")
    page.get_by_role("button", name="Yes, reprocess").click()
    expect(page.get_by_text("1 document queued to be read again.")).to_be_visible()
    assert read.jobs.filter(priority=JobPriority.LOW).count() == 1


def test_reprocessing_one_reads_it_again(console: Console, people, invoice):
    console.enter(people.mate)
    console.open(page_of(invoice))
    console.page.get_by_role("button", name="Reprocess").click()
    expect(console.page.get_by_text("1 document queued to be read again.")).to_be_visible()
    assert list(ProcessingJob.objects.values_list("status", flat=True)) == ["succeeded", "succeeded"]


def test_downloads(console: Console, people, invoice, tmp_path):
    console.enter(people.viewer)
    console.open(LIST)
    page = console.page
    for name in ("json", "csv"):
        page.locator("input.action-select").check()
        page.select_option("select[name=action]", f"export_{name}")
        with page.expect_download() as download:
            page.get_by_role("button", name="Run").click()
        assert download.value.suggested_filename == f"documents.{name}"
        download.value.save_as(tmp_path / name)
        console.open(LIST)
    exported = json.loads((tmp_path / "json").read_text())
    assert [each["invoice_number"] for each in exported] == ["RE-2026-00583"]
    with (tmp_path / "csv").open(newline="") as file:
        assert {row["invoice_number"] for row in csv.DictReader(file)} == {"RE-2026-00583"}

    console.open(page_of(invoice))
    with page.expect_download() as download:
        page.get_by_title("Download the original").click()
    assert download.value.suggested_filename == invoice.original_filename
    download.value.save_as(tmp_path / "original")
    assert (tmp_path / "original").read_bytes() == (SAMPLES / invoice.original_filename).read_bytes()


def test_deleting_asks_first(console: Console, people, invoice, shoot):
    console.enter(people.owner)
    console.open(page_of(invoice))
    console.page.get_by_title("Delete").click()
    expect(console.page.get_by_text("Are you sure you want to delete the document")).to_be_visible()
    shoot("delete")
    console.page.get_by_role("button", name="Yes, I’m sure").click()
    expect(console.page.get_by_text("was deleted successfully")).to_be_visible()
    assert not Document.objects.exists()


def test_a_stranger_sees_nothing(console: Console, people, invoice, shoot):
    console.enter(people.stranger)
    console.open(LIST)
    assert names(console.page) == []
    answer = console.page.goto(console.url + page_of(invoice))
    assert answer.status == 404
    expect(console.page.get_by_role("heading", name="Not found")).to_be_visible()
    shoot("not-found")
    assert console.complaints == ["Failed to load resource: the server responded with a status of 404 (Not Found)"]
    console.complaints.clear()


def test_a_viewer_is_not_offered_what_the_role_forbids(console: Console, people, invoice):
    console.enter(people.viewer)
    console.open(page_of(invoice))
    expect(console.page.get_by_title("Download the original")).to_be_visible()
    expect(console.page.get_by_role("button", name="Reprocess")).to_have_count(0)
    expect(console.page.get_by_title("Delete")).to_have_count(0)


def test_on_a_phone(console: Console, people, invoice, shoot):
    scenes.failed(people.workspace, people.owner, original_filename=scenes.LONG_NAME)
    console.page.set_viewport_size(PHONE)
    console.sign_in(people.owner)
    lists = [LIST, "/admin/extraction/processingjob/", "/admin/accounts/user/", "/admin/audit/event/"]
    for path in ["/admin/", *lists, page_of(invoice), f"/admin/accounts/workspace/{people.workspace.pk}/change/"]:
        console.open(path)
        console.page.wait_for_load_state("networkidle")
        assert console.overflow() == 0, path
        shoot(f"phone{path.replace('/', '-')[:40]}")
    console.page.locator("#main .material-symbols-outlined", has_text="dock_to_right").locator("visible=true").click()
    console.page.get_by_role("link", name="Audit trail").click()
    console.page.wait_for_url("**/admin/audit/event/")


def test_dark_mode_is_chosen_and_stays(console: Console, people, invoice, shoot):
    console.sign_in(people.owner)
    console.page.evaluate("localStorage.setItem('adminTheme', JSON.stringify('dark'))")
    for path in ("/admin/", LIST, page_of(invoice)):
        console.open(path)
        expect(console.page.locator("html")).to_have_class(re.compile(r"\bdark\b"))
        card = console.page.locator(".console-card, #changelist").first
        assert lightness(card.evaluate("card => getComputedStyle(card).color")) > 0.6
        shoot(f"dark{path.replace('/', '-')[:40]}", full=False)


def lightness(colour: str) -> float:
    """From 0 to 1, of a colour as browsers give it (``oklch(0.87 ...)`` or ``rgb(1, 2, 3)``)."""
    numbers = [float(number) for number in re.findall(r"[\d.]+", colour)]
    return numbers[0] if colour.startswith("oklch") else sum(numbers[:3]) / 765


def test_a_superuser_adds_a_member(console: Console, people, shoot):
    people.owner.is_superuser = True
    people.owner.save()
    console.enter(people.owner)
    console.open(f"/admin/accounts/workspace/{people.workspace.pk}/change/")
    page = console.page
    page.get_by_text("Add another Member").click()
    row = page.locator("tr", has=page.locator("#id_memberships-3-user"))
    expect(row.locator("select[name$=role]")).to_have_value(Role.VIEWER)
    row.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill(people.stranger.email)
    page.locator(".select2-results__option", has_text=people.stranger.email).click()
    row.locator("select[name$=role]").select_option(Role.EDITOR)
    shoot("members")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert people.workspace.memberships.get(user=people.stranger).role == Role.EDITOR
