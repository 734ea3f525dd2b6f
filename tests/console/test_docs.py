"""The pages about the API in a real browser, with nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.console.conftest import Console

LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg"
"""Redoc asks for it; the policy stops that before anything leaves the machine, and Redoc does without."""


@pytest.fixture
def console(console: Console) -> Iterator[Console]:
    yield console
    stopped = [each for each in console.complaints if LOGO in each and "Content Security Policy" in each]
    assert len(stopped) == console.foreign.count(LOGO)
    for list_ in (console.complaints, console.foreign):
        list_[:] = [each for each in list_ if LOGO not in each]


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
