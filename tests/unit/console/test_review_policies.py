"""The admin of policies: who may set them, what their page says of thresholds, and open tasks asked again."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from extraction.console import percent_of
from review import actions, readings, reconsidering, thresholds
from review.models import Automation, ReviewPolicy, ReviewTask
from review.statistics import Point
from tests.factories import TaskFactory
from tests.unit.console.conftest import listed, sign_in, told
from tests.unit.review.conftest import DOUBTFUL
from tests.unit.review.conftest import read as read_page

LIST = reverse("admin:review_reviewpolicy_changelist")
ADD = reverse("admin:review_reviewpolicy_add")

read = read_page  # a fixture


def page_of(policy):
    return reverse("admin:review_reviewpolicy_change", args=[policy.pk])


def apply_of(policy):
    return reverse("admin:review_reviewpolicy_apply", args=[policy.pk])


def form(**values):
    return {"automation": "confident", "threshold": "90", "sample_rate": "2"} | values


@pytest.fixture
def policy(people):
    return ReviewPolicy.objects.create(workspace=people.workspace, threshold=0.8, field_thresholds={"iban": 0.99})


def reviewed(people, count, **values):
    """So many approved documents, whose lowest confidences are spread over all there are."""
    for number in range(count):
        TaskFactory(
            document__owner=people.owner, document__workspace=people.workspace, state="approved", fields_seen=10,
            fields_wrong=number % 5 == 0, lowest_confidence=number / count, decided_at=timezone.now(), **values,
        )  # fmt: skip


# --- Who --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["owner", "editor", "viewer", "superuser"])
def test_members_see_them(request, who, policy):
    console = request.getfixturevalue(who)
    assert listed(console.get(LIST)) == {policy}
    page = console.get(page_of(policy)).content.decode()
    assert "What a threshold means here" in page
    assert "When confident: documents without doubt pass unseen" in page
    assert ("Apply to open tasks" in page) is (who in ("owner", "superuser"))


def test_strangers_and_people_who_are_not_staff_see_nothing(stranger, people, policy):
    assert listed(stranger.get(LIST)) == set()
    for url in (page_of(policy), apply_of(policy)):
        assert stranger.get(url).status_code == 404
        assert stranger.client.post(url, form()).status_code == 404
    for client in (Client(), sign_in(people.mate, staff=False).client):
        for url in (LIST, page_of(policy), apply_of(policy)):
            assert client.get(url).headers["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize("who", ["editor", "viewer", "stranger"])
def test_others_change_nothing(request, who, people, policy):
    console = request.getfixturevalue(who)
    console.post(page_of(policy), **form(automation="always"))
    console.post(ADD, **form(workspace=str(people.workspace.pk), kind="receipt"))
    console.post(apply_of(policy))
    console.post(LIST, action="delete_selected", _selected_action=[str(policy.pk)], post="yes")
    assert ReviewPolicy.objects.get().automation == Automation.CONFIDENT
    assert not Event.objects.filter(action__startswith="review_policy").exists()


# --- Setting ----------------------------------------------------------------------------------------------------------
def test_who_manages_the_workspace_sets_a_policy(owner, people):
    values = form(workspace=str(people.workspace.pk), kind="invoice", threshold_of_iban="99.5")
    page = owner.post(ADD, **values)
    made = ReviewPolicy.objects.get()
    assert page.redirect_chain[-1][0] == page_of(made)
    assert (made.kind, made.threshold, made.sample_rate, made.field_thresholds) == (
        "invoice",
        0.9,
        0.02,
        {"iban": 0.995},
    )
    owner.post(page_of(made), **form(automation="never", threshold="72.5", threshold_of_due_date="0", kind="receipt"))
    made.refresh_from_db()
    assert (made.kind, made.automation, made.threshold) == ("invoice", "never", 0.725), "its kind is settled"
    assert made.field_thresholds == {"due_date": 0.0}
    owner.post(reverse("admin:review_reviewpolicy_delete", args=[made.pk]), post="yes")
    assert not ReviewPolicy.objects.exists()
    events = list(Event.objects.filter(action__startswith="review_policy").order_by("id"))
    assert [event.action for event in events] == ["review_policy.set", "review_policy.set", "review_policy.removed"]
    assert {(event.workspace_id, event.actor_id) for event in events} == {(people.workspace.pk, owner.person.pk)}
    assert events[1].data["field_thresholds"] == {"due_date": 0.0}


def test_shares_are_written_in_percent(owner, policy):
    html = owner.get(page_of(policy)).content.decode()
    for name, value in (("threshold", "80.0"), ("threshold_of_iban", "99.0"), ("sample_rate", "0.0")):
        field = html[html.index(f'name="{name}"') :]
        assert f'value="{value}"' in field[: field.index(">")]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"threshold": "101"}, "Enter a number from 0 to 100."),
        ({"threshold": "-1"}, "Enter a number from 0 to 100."),
        ({"threshold": "nan"}, "Enter a number from 0 to 100."),
        ({"threshold": "high"}, "Enter a number from 0 to 100."),
        ({"threshold": "90.12"}, "Enter at most one decimal."),
        ({"threshold_of_iban": "99.95"}, "Enter at most one decimal."),
        ({"threshold": ""}, "This field is required."),
        ({"sample_rate": "200"}, "Enter a number from 0 to 100."),
        ({"threshold_of_iban": "1e3"}, "Enter a number from 0 to 100."),
        ({"automation": "sometimes"}, "Select a valid choice"),
        ({"kind": ""}, "already exists"),
        ({"kind": "novel"}, "Select a valid choice"),
    ],
)
def test_mistakes_are_told(owner, people, policy, values, error):
    page = owner.post(ADD, **form(workspace=str(people.workspace.pk), kind="invoice") | values)
    assert error in page.content.decode()
    assert ReviewPolicy.objects.get() == policy


# --- What a threshold means -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (
            Point(0.9, 0.62, 0.013, 240),
            "62 % would have passed unseen with 1.3 % wrong fields, known from 240 reviewed",
        ),
        (Point(0.9, 0.62, 0.0, 240), "with 0 % wrong fields"),
        (Point(0.9, 0.62, 0.01, 29), "cannot be told yet: too little is known from 29 reviewed documents."),
        (Point(0.9, 0.004, 0.5, 1), "0.4 % would have passed unseen. How many of their fields are wrong cannot"),
        (Point(0.9, 0.62, None, 0), "nobody knows how many of their fields are wrong"),
    ],
)
def test_a_threshold_in_a_sentence(point, expected):
    assert expected in thresholds.sentence(point)


@pytest.mark.parametrize(
    ("share", "rounded", "downwards"),
    [
        (0, "0 %", "0 %"),
        (0.0002, "0.1 %", "0 %"),
        (0.29, "29 %", "29 %"),
        (0.7996, "80 %", "79.9 %"),
        (0.8967, "89.7 %", "89.6 %"),
        (0.8999, "90 %", "89.9 %"),
        (0.9, "90 %", "90 %"),
        (0.995, "99.5 %", "99.5 %"),
        (0.9996, "99.9 %", "99.9 %"),
        (0.9999, "99.9 %", "99.9 %"),
        (1, "100 %", "100 %"),
    ],
)
def test_shares_have_one_decimal_where_there_is_one(share, rounded, downwards):
    assert (thresholds.percent(share), percent_of(share)) == (rounded, downwards)


def test_a_confidence_below_a_threshold_is_never_shown_with_its_number():
    for step in range(1, 10_001):
        below, threshold = (step - 1) / 10_000, step / 10_000
        assert percent_of(below) != thresholds.exactly(threshold)


def test_a_threshold_is_shown_as_it_was_entered(owner, people, policy):
    reviewed(people, 40)
    policy.threshold, policy.sample_rate = 0.995, 0.0125
    policy.save()
    assert [f"{figure} %" in owner.get(LIST).content.decode() for figure in ("99.5", "1.25")] == [True, True]
    assert "<output data-output>99.5 %</output>" in owner.get(page_of(policy)).content.decode()


def test_the_page_tells_from_the_workspaces_own_documents(owner, stranger, people, policy):
    html = owner.get(page_of(policy)).content.decode()
    assert "No document of this workspace was reviewed yet" in html
    reviewed(people, 200)
    response = owner.get(page_of(policy))
    html = response.content.decode()
    assert "20 % would have passed unseen with 2 % wrong fields, known from 40 reviewed documents." in html
    assert html.count("<polyline") == 2
    assert len(response.context["sentences"]) == len(response.context["points"]) == 101


def test_too_few_documents_draw_no_line(owner, people, policy):
    reviewed(people, 8)
    html = owner.get(page_of(policy)).content.decode()
    assert "cannot be told yet" in html
    assert html.count("<polyline") == 1
    assert "Too few documents were reviewed to tell." in html


# --- Open tasks asked again -------------------------------------------------------------------------------------------
@pytest.fixture
def waiting(read, people):
    """Three documents that wait: one untouched, one in somebody's browser, one with a corrected value."""
    pages = [DOUBTFUL.replace("MP-10077", f"MP-{number}").replace("Copy paper", name)
             for number, name in ((20001, "Chalk"), (20002, "Glue"), (20003, "Rulers"))]  # fmt: skip
    tasks = [ReviewTask.objects.get(document=read(page)) for page in pages]
    actions.claim(task=tasks[1], by=people.mate)
    begun = actions.claim(task=tasks[2], by=people.mate)
    entries = {"fields": {"invoice_number": {"text": "MP-3"}}}
    actions.correct(task=begun, by=people.mate, holder=begun.holder, entries=entries, version=None)
    actions.release(task=begun, by=people.mate, holder=begun.holder)
    return tasks


def test_a_changed_policy_lets_open_documents_pass(owner, people, waiting, policy):
    untouched, held, begun = waiting
    policy.automation = Automation.ALWAYS
    policy.save()
    asked = owner.get(apply_of(policy))
    assert asked.context["found"] == {"passes": 1, "stays": 0, "begun": 2}
    assert ReviewTask.objects.count() == 3, "asking changes nothing"
    assert told(owner.post(apply_of(policy))) == ["1 pass unseen now, 0 still need a person."]
    assert set(ReviewTask.objects.all()) == {held, begun}
    untouched.document.refresh_from_db()
    assert untouched.document.review_status == "passed"
    event = Event.objects.get(action="review.passed")
    assert (event.object_id, event.actor_id) == (untouched.document_id, owner.person.pk)


def test_who_still_has_to_look_is_told_anew_why(owner, waiting, policy):
    policy.automation, policy.field_thresholds = Automation.NEVER, {"due_date": 1.0}
    policy.save()
    ReviewTask.objects.update(reasons=[], reason_codes=[], priority=0)
    assert told(owner.post(apply_of(policy))) == ["0 pass unseen now, 1 still need a person."]
    waiting[0].refresh_from_db()
    assert {"total_mismatch", "low_confidence"} <= set(waiting[0].reason_codes)
    assert waiting[0].priority > 0
    assert {"code": "low_confidence", "field": "due_date", "severity": "info"} in waiting[0].reasons


def test_what_was_decided_before_it_was_read_again_needs_a_person(waiting, people, policy):
    ReviewTask.objects.filter(pk=waiting[0].pk).update(reason_codes=["read_again", "total_mismatch"])
    ReviewPolicy.objects.update(automation=Automation.ALWAYS)
    assert readings.reconsider(task=waiting[0], by=people.owner).reason_codes == ["read_again"]
    actions.reject(task=waiting[0], by=people.owner, reason="x")
    assert readings.reconsider(task=waiting[0], by=people.owner).state == "rejected"


def test_a_policy_concerns_its_kind_and_the_workspaces_one_the_others(people, policy):
    def made(kind):
        return TaskFactory(document__owner=people.owner, document__workspace=people.workspace, kind=kind)

    invoice, receipt = made("invoice"), made("receipt")
    TaskFactory()  # of another workspace
    assert set(reconsidering.concerned(people.workspace.pk)) == {invoice, receipt}
    ReviewPolicy.objects.create(workspace=people.workspace, kind="receipt")
    assert set(reconsidering.concerned(people.workspace.pk)) == {invoice}
    assert set(reconsidering.concerned(people.workspace.pk, "receipt")) == {receipt}


def test_for_many_there_is_a_command(owner, people, waiting, policy, monkeypatch):
    policy.automation = Automation.ALWAYS
    policy.save()
    monkeypatch.setattr(reconsidering, "MAX_AT_ONCE", 2)
    monkeypatch.setattr(reconsidering, "BATCH", 1)
    assert f"manage.py reconsider --workspace {people.workspace.pk}" in owner.get(apply_of(policy)).content.decode()
    assert told(owner.post(apply_of(policy))) == ["At most 2 documents at once; there is manage.py reconsider for 3."]

    def command(*arguments):
        out = StringIO()
        call_command("reconsider", "--workspace", str(people.workspace.pk), *arguments, stdout=out, verbosity=0)
        return out.getvalue().strip()

    assert command("--dry-run") == "1 of 3 would pass unseen; 0 still need a person, 2 are left alone."
    assert ReviewTask.objects.count() == 3
    assert command() == "1 pass unseen, 0 still need a person."
    assert ReviewTask.objects.count() == 2


# --- Where nobody decided ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("who", "may"), [("owner", True), ("editor", False), ("viewer", False)])
def test_what_holds_where_nobody_decided_is_told(request, who, may, people):
    page = request.getfixturevalue(who).get(LIST).content.decode()

    assert "Documents pass unseen when confident, from a confidence of 90 % on; quality sample: none." in page
    assert (f"{ADD}?workspace={people.workspace.pk}" in page) is may


def test_who_decided_is_not_asked_any_more(owner, people, policy):
    assert f"?workspace={people.workspace.pk}" not in owner.get(LIST).content.decode()


def test_the_curve_is_there_before_anybody_decides(owner, people):
    reviewed(people, 50)
    page = owner.get(ADD, workspace=str(people.workspace.pk)).content.decode()

    assert "What a threshold means here" in page
    assert "would have passed unseen" in page
    assert "Apply to open tasks" not in page


@pytest.mark.parametrize("named", ["", "x", "01234567-89ab-4cde-8f01-23456789abcd"])
def test_workspaces_that_are_not_there_have_no_curve(owner, named):
    assert "What a threshold means here" not in owner.get(ADD, workspace=named).content.decode()


def test_of_other_workspaces_no_curve_is_shown(stranger, people):
    reviewed(people, 50)
    page = stranger.get(ADD, workspace=str(people.workspace.pk)).content.decode()

    assert "What a threshold means here" not in page
    assert people.workspace.name not in page
