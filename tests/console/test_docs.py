"""The pages about the API in a real browser, with nothing from elsewhere."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc"])
def test_they_show_the_service(console, path):
    console.open(path)

    console.page.get_by_role("heading", name="Document processing service").first.wait_for()


def test_swagger_ui_calls_the_service(console):
    console.open("/docs")

    console.page.locator("#operations-service-health .opblock-summary").click()
    console.page.get_by_role("button", name="Try it out").click()
    console.page.get_by_role("button", name="Execute").click()

    console.page.locator(".live-responses-table").get_by_text('"status": "ok"').wait_for()


def test_redoc_finds_an_operation(console):
    console.open("/redoc")

    console.page.get_by_placeholder("Search...").fill("reprocess")

    console.page.get_by_text("Have a document read again").first.wait_for()
