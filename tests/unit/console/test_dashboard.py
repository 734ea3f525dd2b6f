"""The start page and the files of its charts, for owner, team mate, viewer, stranger, superuser and nobody."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Role
from documents.models import Document
from review.charts import CHARTS
from review.models import State, Verdict
from tests.factories import DocumentFactory, TaskFactory, UserFactory, scenes
from tests.unit.console.conftest import sign_in

HOME = "admin:index"
USUAL = "The last 30 days are shown."


@pytest.fixture
def reviewed(people):
    """Two approved documents, one of them corrected; one that passed, one to review, one failed."""
    workspace, owner = people.workspace, people.owner
    now = timezone.now()
    for wrong in (0, 1):
        made = document(workspace, owner, "approved")
        task = TaskFactory(document=made, state=State.APPROVED, decided_at=now, seconds_spent=12, fields_wrong=wrong)
        Verdict.objects.create(
            task=task,
            workspace=workspace,
            field="total_amount",
            vendor_name=scenes.HOSTILE,
            confidence=0.97,
            is_right=not wrong,
            decided_at=now,
        )
    document(workspace, owner, "passed")
    TaskFactory(document=document(workspace, owner, "to_review"))
    return scenes.failed(workspace, owner)


def document(workspace, owner, review_status, **values):
    return DocumentFactory(
        workspace=workspace, owner=owner, status="completed", review_status=review_status, kind="invoice", **values
    )


def cards(response):
    return {card["title"]: card["value"] for card in response.context["cards"]}


def chart(response, name):
    (found,) = (shown["chart"] for shown in response.context["charts"] if shown["chart"].name == name)
    return found


def rows_of(response):
    return list(csv.DictReader(response.content.decode().splitlines()))


# --- Who sees what ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["owner", "editor", "viewer", "superuser"])
def test_who_belongs_to_the_workspace_sees_its_figures(request, reviewed, who):
    response = request.getfixturevalue(who).get(reverse(HOME))
    assert cards(response) == {
        "Documents": "5",
        "Waiting": "0",
        "Completed": "4",
        "Failed": "1",
        "To review": "1",
        "Passed unseen": "25 %",
    }
    assert chart(response, "documents").rows[-1][1:] == (1, 1, 1, 0, 1, 0, 1, 0)
    assert [row[1:] for row in chart(response, "vendors").rows] == [(0.5, 1, 2)]


def test_a_stranger_sees_nothing_of_it(stranger, reviewed):
    response = stranger.get(reverse(HOME))
    assert set(cards(response).values()) == {"0", "–"}
    assert all(shown["chart"].is_empty for shown in response.context["charts"])
    for name in CHARTS:
        file = stranger.get(reverse("dashboard_csv", args=[name]))
        assert not any(value not in ("0", "") for row in rows_of(file) for value in list(row.values())[1:]), name


def test_a_workspace_of_others_is_not_found(stranger, people, reviewed):
    query = {"workspace": str(people.workspace.pk)}
    assert stranger.get(reverse(HOME), **query).status_code == 404
    assert stranger.get(reverse("dashboard_csv", args=["vendors"]), **query).status_code == 404


def test_who_left_the_workspace_sees_nothing_any_more(viewer, people, reviewed):
    Membership.objects.filter(user=people.viewer, workspace=people.workspace).delete()
    assert cards(viewer.get(reverse(HOME)))["Documents"] == "0"


@pytest.mark.parametrize("name", CHARTS)
def test_nobody_downloads_without_being_staff(people, name):
    for client in (Client(), sign_in(people.owner, staff=False).client):
        response = client.get(reverse("dashboard_csv", args=[name]))
        assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, reverse("admin:login"))


# --- What is asked for ------------------------------------------------------------------------------------------------
def test_one_of_several_workspaces(owner, people, reviewed):
    other = UserFactory().workspaces.get()
    Membership.objects.create(user=people.owner, workspace=other, role=Role.VIEWER)
    document(other, people.owner, "passed")
    assert cards(owner.get(reverse(HOME)))["Documents"] == "6"
    response = owner.get(reverse(HOME), workspace=str(other.pk))
    assert cards(response)["Documents"] == "1"
    assert cards(response)["Passed unseen"] == "100 %"
    assert f"workspace={other.pk}" in response.context["charts"][0]["csv"]
    assert f"workspace={other.pk}" in response.context["ranges"][0]["url"]


@pytest.mark.parametrize(
    ("query", "days", "problem"),
    [
        ({}, 30, ""),
        ({"days": "7"}, 7, ""),
        ({"days": "90"}, 90, ""),
        ({"days": ""}, 30, ""),
        ({"days": "12"}, 30, f"There are 7, 30 or 90 days to choose from. {USUAL}"),
        ({"days": "'; --"}, 30, f"There are 7, 30 or 90 days to choose from. {USUAL}"),
        ({"from": "2026-01-05", "to": "2026-01-09"}, 5, ""),
        ({"from": "2026-01-05", "to": "2026-01-05"}, 1, ""),
        ({"to": "2026-01-09"}, 30, ""),
        ({"from": "2026-01-09", "to": "2026-01-05"}, 30, f"The first day is after the last. {USUAL}"),
        ({"from": "2999-01-01"}, 30, f"The first day is after the last. {USUAL}"),
        ({"from": "yesterday"}, 30, f"The dates were not understood. {USUAL}"),
        ({"from": "yesterday", "days": "7"}, 7, "The dates were not understood. The last 7 days are shown."),
        ({"from": "\0"}, 30, f"The dates were not understood. {USUAL}"),
        ({"to": "0001-01-01"}, 30, f"The dates were not understood. {USUAL}"),
        ({"from": "0001-01-01", "to": "9999-12-31"}, 366, "The last 366 days of it are shown, no more."),
    ],
)
def test_the_days(owner, query, days, problem):
    response = owner.get(reverse(HOME), **query)
    assert (len(response.context["asked"].period), response.context["asked"].problem) == (days, problem)
    assert problem in response.content.decode()
    assert len(chart(response, "documents").rows) == days


def test_what_is_older_is_not_counted(owner, reviewed):
    Document.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert chart(owner.get(reverse(HOME), days="7"), "documents").is_empty
    assert not chart(owner.get(reverse(HOME), days="30"), "documents").is_empty


@pytest.mark.parametrize("workspace", ["x", "\0", "00000000-0000-0000-0000-000000000000"])
def test_what_is_no_workspace_is_not_found(owner, workspace):
    assert owner.get(reverse(HOME), workspace=workspace).status_code == 404


# --- What is shown ----------------------------------------------------------------------------------------------------
def test_drawing_table_and_file_tell_the_same(owner, reviewed):
    page = owner.get(reverse(HOME)).content.decode()
    for name, build in CHARTS.items():
        drawing = json.loads(re.search(rf'<script id="data-{name}" type="application/json">(.*?)</script>', page)[1])
        rows = rows_of(owner.get(reverse("dashboard_csv", args=[name])))
        assert [str(label) for label in drawing["labels"]] == [
            next(iter(row.values())).removeprefix("'") for row in rows
        ]
        for series in drawing["series"]:
            assert [str("" if value is None else value) for value in series["values"]] == [
                row[series["title"]] for row in rows
            ], build
    assert "Passed unseen" in page


def test_hostile_vendors_are_text_on_the_page_and_in_the_file(owner, reviewed):
    Verdict.objects.filter(is_right=False).update(vendor_name="=HYPERLINK(1)")
    page = owner.get(reverse(HOME)).content.decode()
    assert scenes.HOSTILE not in page
    assert "&lt;script&gt;alert(&#x27;x&#x27;)" in page
    assert "\\u003Cscript\\u003Ealert" in page
    rows = rows_of(owner.get(reverse("dashboard_csv", args=["vendors"])))
    assert {row["Vendor"] for row in rows} == {"'=HYPERLINK(1)", scenes.HOSTILE}


def test_the_file_has_the_name_of_its_chart_and_days(owner, reviewed):
    query = {"from": "2026-01-05", "to": "2026-01-09"}
    response = owner.get(reverse("dashboard_csv", args=["documents"]), **query)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="documents_2026-01-05_2026-01-09.csv"'
    assert "no-store" in response.headers["Cache-Control"]
    assert [row["Day"] for row in rows_of(response)] == [f"2026-01-0{day}" for day in range(5, 10)]


def test_there_is_no_file_of_another_name_and_nothing_to_post(owner):
    assert owner.get(reverse("dashboard_csv", args=["nothing"])).status_code == 404
    assert owner.client.post(reverse("dashboard_csv", args=["documents"])).status_code == 405


def test_empty_charts_say_what_will_be_there(owner):
    page = owner.get(reverse(HOME))
    assert "<canvas" not in page.content.decode()
    assert all(shown["chart"].empty in page.content.decode() for shown in page.context["charts"][1:])


def test_the_page_takes_the_same_number_of_queries_however_much_there_is(owner, people, reviewed):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            owner.get(reverse(HOME))
        return len(captured)

    queries()  # the session is warm
    before = queries()
    for _ in range(5):
        document(people.workspace, people.owner, "passed")
        scenes.failed(people.workspace, people.owner)
    assert queries() == before
