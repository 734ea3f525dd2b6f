"""The queue in the admin: what it shows to whom, "next document", and what is done with many tasks at once."""

from __future__ import annotations

import dataclasses
import re
import secrets
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.queries import personal_workspace
from accounts.roles import Role
from audit.models import Event
from extraction.policy import RULES
from extraction.reprocessing import Outcome
from review import actions, bulk
from review.errors import Gone
from review.models import ReviewTask, State
from review.reasons import LABELS, told
from tests.factories import DocumentFactory, TaskFactory, scenes
from tests.unit.console.conftest import listed, sign_in
from tests.unit.console.conftest import told as messages
from tests.unit.review.conftest import read as read_page

QUEUE = reverse("admin:review_reviewtask_changelist")
NEXT = reverse("admin:review_reviewtask_next")


read = read_page  # a fixture


def screen_of(task):
    return reverse("admin:review_task_screen", args=[task.pk])


def opened(answer):
    """Where the answer leads, without the filters that come along and the fragment that says who holds the task."""
    return urlsplit(answer.headers["Location"]).path


def task_in(workspace, owner, *, document=None, **values):
    document = document or DocumentFactory(workspace=workspace, owner=owner, status="completed")
    return TaskFactory(document=document, workspace=workspace, **values)


@pytest.fixture
def task(people):
    """Of a document that was read."""
    return task_in(people.workspace, people.owner, document=scenes.completed(people.workspace, people.owner))


@pytest.fixture
def make(people):
    return lambda **values: task_in(people.workspace, people.owner, **values)


def act(console, operation, *tasks, query="", **form):
    form = {"action": f"{operation}_selected", "_selected_action": [str(each.pk) for each in tasks]} | form
    return console.post(QUEUE + query, **form)


def confirm(console, operation, *tasks, asked=None, **form):
    """Say yes to what a preview showed; ``asked``: to this one."""
    asked = asked or act(console, operation, *tasks)
    return act(console, operation, *tasks, promise=asked.context["promise"], **form)


def hold(task, by, seconds=60):
    lease = timezone.now() + timedelta(seconds=seconds)
    ReviewTask.objects.filter(pk=task.pk).update(
        state=State.IN_REVIEW, reviewer=by, holder=uuid.uuid4(), lease_expires_at=lease
    )


# --- The list ---------------------------------------------------------------------------------------------------------
def test_every_reason_is_said_in_words():
    assert not RULES - LABELS.keys()


def test_reasons_are_told_once_with_their_fields():
    reasons = [
        {"code": "total_mismatch", "field": "total_amount", "severity": "warning"},
        {"code": "low_confidence", "field": "due_date", "severity": "info"},
        {"code": "low_confidence", "field": "iban", "severity": "info"},
        {"code": "a_rule_of_tomorrow", "field": "", "severity": "error"},
    ]
    assert [(each.text, each.severity) for each in told(reasons)] == [
        ("Total does not add up", "warning"),
        ("Uncertain: Due date, IBAN", "info"),
        ("A rule of tomorrow", "error"),
    ]


@pytest.mark.parametrize("who", ["owner", "editor", "viewer", "superuser"])
def test_the_queue_shows_what_is_open_to_members(request, who, task, make):
    make(state=State.APPROVED)
    page = request.getfixturevalue(who).get(QUEUE)
    assert listed(page) == {task}
    assert "Total does not add up" in page.content.decode()
    assert screen_of(task) in page.content.decode()
    looks = who == "viewer"
    assert ("Next document" in page.content.decode()) is not looks
    assert ("You may look at these documents; reviewing needs the role Editor." in page.content.decode()) is looks
    assert ("action-select" in page.content.decode()) is not looks
    assert (page.context["action_form"] is None) is looks


def test_strangers_and_people_who_are_not_staff_see_nothing(stranger, people, task):
    page = stranger.get(QUEUE)
    assert listed(page) == set()
    assert "All done" in page.content.decode()
    assert stranger.get(reverse("admin:review_reviewtask_change", args=[task.pk])).status_code == 404
    for client in (Client(), sign_in(people.mate, staff=False).client):
        for url in (QUEUE, NEXT):
            assert client.get(url).headers["Location"].startswith(reverse("admin:login"))


def test_a_row_opens_the_screen(viewer, task):
    page = viewer.get(reverse("admin:review_reviewtask_change", args=[task.pk]))
    assert page.headers["Location"] == screen_of(task)


def test_the_most_urgent_comes_first_then_the_oldest(owner, make):
    now = timezone.now()
    late, urgent, early = (
        make(priority=priority, arrived_at=now - timedelta(hours=hours))
        for priority, hours in ((5, 1), (400, 0), (5, 9))
    )
    assert list(owner.get(QUEUE).context["cl"].result_list) == [urgent, early, late]


def test_each_page_shows_what_comes_next_in_order(owner, make, monkeypatch):
    monkeypatch.setattr(admin.site.get_model_admin(ReviewTask), "list_per_page", 2)
    made = [make(priority=priority) for priority in (5, 9, 7, 1, 3)]
    pages = [list(owner.get(QUEUE, p=number).context["cl"].result_list) for number in (1, 2, 3)]
    assert [[task.priority for task in page] for page in pages] == [[9, 7], [5, 3], [1]]
    assert {task for page in pages for task in page} == set(made)


def test_the_indexes_of_the_queue_hold_the_longest_values(make):
    """A row of an index has 2.7 kB, and a document may name a vendor whose name no compression makes shorter."""
    vendor = "".join(chr(0x20000 + secrets.randbelow(40_000)) for _ in range(255))
    codes = sorted({*LABELS, *RULES})
    task = make(vendor_name=vendor, reason_codes=codes)
    ReviewTask.objects.filter(pk=task.pk).update(state=State.APPROVED)
    assert ReviewTask.objects.filter(vendor_name=vendor, reason_codes__contains=codes).exists()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"plain", "receipt", "assigned", "later"}),
        ({"state": "postponed"}, {"later"}),
        ({"state": ["approved", "rejected"]}, {"done"}),
        ({"state": "nonsense"}, {"plain", "receipt", "assigned", "later"}),
        ({"reviewer": "me"}, {"assigned"}),
        ({"reviewer": "nobody"}, {"plain", "receipt", "later"}),
        ({"reviewer": "others"}, set()),
        ({"reason": "iban_invalid"}, {"receipt"}),
        ({"reason": ["iban_invalid", "total_mismatch"]}, {"plain", "receipt", "assigned", "later"}),
        ({"reason": "'; DROP"}, set()),
        ({"kind": "receipt"}, {"receipt"}),
        ({"vendor": "kranich"}, {"plain"}),
        ({"age": "3"}, {"plain"}),
        ({"age": "soon"}, {"plain", "receipt", "assigned", "later"}),
        ({"q": "scan-4711"}, {"receipt"}),
        ({"q": "Kranich"}, {"plain"}),
        ({"q": "BT-2026-0042"}, {"assigned"}),
        ({"q": "no such thing"}, set()),
        ({"q": "long gone"}, set()),
        ({"q": "long gone", "state": ["approved", "rejected"]}, {"done"}),
        ({"q": "LONG GONE ß", "state": "approved"}, {"done"}),
        ({"q": "long gone", "state": "rejected"}, set()),
    ],
)
def test_filters_and_search(owner, people, make, query, expected):
    old = timezone.now() - timedelta(days=5)
    made = {
        "plain": make(vendor_name="Kranich & Sohn", arrived_at=old),
        "receipt": make(
            kind="receipt",
            reason_codes=["iban_invalid"],
            document=DocumentFactory(
                workspace=people.workspace, owner=people.owner, original_filename="Scan-4711.png", status="completed"
            ),
        ),
        "assigned": make(reviewer=owner.person, sought="a.pdf\nBrightwater Tools\nBT-2026-0042"),
        "later": make(state=State.POSTPONED, postponed_until=timezone.now() + timedelta(days=1)),
        "done": make(state=State.APPROVED, sought="b.pdf\nLong Gone ß"),
    }
    assert listed(owner.get(QUEUE, **query)) == {made[name] for name in expected}


def test_a_document_is_found_by_what_was_read_and_by_what_was_corrected(owner, read, people):
    task = ReviewTask.objects.get(document=read())

    def found(text):
        return listed(owner.get(QUEUE, q=text)) == {task}

    assert all(map(found, [task.document.original_filename, "marlow paper", "MP-10077"]))
    held = actions.claim(task=task, by=people.owner)
    entries = {"fields": {"invoice_number": {"text": "ZZ-99"}}}
    actions.correct(task=held, by=people.owner, holder=held.holder, entries=entries, version=None)
    assert found("zz-99")
    assert not found("MP-10077")


def test_a_document_id_finds_its_task(owner, make):
    task, _ = make(), make()
    assert listed(owner.get(QUEUE, q=str(task.document_id))) == {task}


def test_counts_and_the_oldest_stand_above(owner, people, make):
    make(arrived_at=timezone.now() - timedelta(days=3))
    make(reviewer=owner.person)
    hold(make(), people.mate)
    hold(make(), people.mate, seconds=-1)  # their browser was closed
    make(state=State.POSTPONED, postponed_until=timezone.now() + timedelta(days=1))
    make(state=State.APPROVED, arrived_at=timezone.now() - timedelta(days=30))
    found = owner.get(QUEUE).context["counts"]
    assert [found[name] for name in ("to_review", "in_review", "postponed", "mine")] == [3, 1, 1, 1]
    assert timezone.now() - found["oldest"] < timedelta(days=4)


def test_the_menu_counts_what_waits(owner, stranger, make):
    make(), make()
    for session, count in ((owner, "2"), (stranger, "0")):
        page = session.get(reverse("admin:documents_document_changelist"))
        assert QUEUE in page.content.decode()
        assert f"\n            {count}\n" in page.content.decode()


def test_hostile_names_are_inert(owner, people, make):
    document = DocumentFactory(workspace=people.workspace, owner=people.owner, original_filename=scenes.HOSTILE)
    reasons = [{"code": scenes.HOSTILE, "field": scenes.HOSTILE, "severity": scenes.HOSTILE}]
    task = make(document=document, vendor_name=scenes.HOSTILE, currency="<b>", amount=1, reasons=reasons)
    for page in (owner.get(QUEUE, q="<script>"), act(owner, "approve", task)):
        assert "<script>alert" not in page.content.decode()
        assert "&lt;script&gt;alert" in page.content.decode()


# --- Next document ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["owner", "editor", "superuser"])
def test_next_claims_and_opens_the_most_urgent(request, who, make):
    make(priority=1)
    urgent = make(priority=9)
    session = request.getfixturevalue(who)
    answer = session.client.post(NEXT)
    urgent.refresh_from_db()
    assert (answer.status_code, opened(answer)) == (302, screen_of(urgent))
    assert (urgent.state, urgent.reviewer) == (State.IN_REVIEW, session.person)
    assert answer.headers["Location"].endswith(f"#holder={urgent.holder}")


def test_next_keeps_to_the_filters(owner, make):
    make(priority=9)
    receipt = make(kind="receipt")
    answer = owner.client.post(f"{NEXT}?kind=receipt")
    assert opened(answer) == screen_of(receipt)
    assert "?kind=receipt#" in answer.headers["Location"]
    page = owner.post(f"{NEXT}?kind=receipt")
    assert messages(page) == ["Nothing is left for you to review among these. Well done."]
    assert page.redirect_chain[-1][0] == f"{QUEUE}?kind=receipt"


def test_next_leaves_what_others_hold_or_shall_do(owner, editor, make):
    hold(make(), editor.person)
    make(reviewer=editor.person)
    assert messages(owner.post(NEXT)) == ["Nothing is left for you to review. Well done."]
    assert "screen" in editor.client.post(NEXT).headers["Location"]


def test_lookers_on_and_strangers_get_none(viewer, stranger, make):
    task = make()
    Membership.objects.filter(user=viewer.person).exclude(role=Role.VIEWER).delete()
    assert viewer.client.post(NEXT).status_code == 403
    assert "Next document" not in viewer.get(QUEUE).content.decode()
    assert viewer.get(QUEUE).context["action_form"] is None
    assert messages(stranger.post(NEXT)) == ["Nothing is left for you to review. Well done."]
    task.refresh_from_db()
    assert task.state == State.TO_REVIEW


def test_who_only_looks_is_not_told_that_all_is_done(viewer, make):
    make()
    assert messages(viewer.post(NEXT)) == ["You may look at these documents; reviewing needs the role Editor."]
    assert not ReviewTask.objects.exclude(state=State.TO_REVIEW).exists()


def test_who_reviews_elsewhere_is_offered_it(viewer, stranger, people, make):
    make()
    own = task_in(personal_workspace(people.viewer), people.viewer)
    page = viewer.get(QUEUE)
    assert (page.context["may_review"], page.context["only_looks"]) == (True, "")
    assert opened(viewer.client.post(NEXT)) == screen_of(own)
    assert stranger.get(QUEUE).context["only_looks"] == "", "where nothing waits, nothing is refused"


def test_a_link_claims_nothing(owner, make):
    make()
    assert owner.get(NEXT).status_code == 403
    owner.client.handler.enforce_csrf_checks = True
    assert owner.client.post(NEXT).status_code == 403
    assert not ReviewTask.objects.exclude(state=State.TO_REVIEW).exists()


# --- Many at once -----------------------------------------------------------------------------------------------------
def test_a_preview_changes_nothing_and_names_what_is_skipped(editor, people, make):
    ready, held, decided = make(), make(), make(state=State.REJECTED)
    hold(held, people.owner)
    page = act(editor, "reject", ready, held, decided, query="?state=to_review&state=in_review&state=rejected")
    planned = page.context["planned"]
    assert (planned.count, planned.held, planned.decided, planned.forbidden) == (1, 1, 1, 0)
    assert ReviewTask.objects.filter(state=State.TO_REVIEW).count() == 1
    assert "Why are they rejected?" in page.content.decode()


def test_a_preview_says_what_is_at_stake(editor, make):
    chosen = [
        make(amount="1200.50", currency="EUR", vendor_name="Kestrel <b>Works</b>"),
        make(amount="1000", currency="EUR"),
        make(amount="20", currency="GBP"),
        make(amount=None),
    ]
    text = " ".join(re.sub(r"<[^>]*>", " ", act(editor, "approve", *chosen).content.decode()).split())

    assert "At stake: 2,200.50 EUR · 20.00 GBP" in text
    assert "· Kestrel &lt;b&gt;Works&lt;/b&gt; · 1,200.50 EUR" in text


def test_rejecting_wants_a_reason(editor, make):
    first, second = make(), make()
    for unseen in (" ", "\u200b\ufeff"):
        page = confirm(editor, "reject", first, second, reason=unseen)
        assert "Say why the documents are rejected." in page.content.decode()
    page = confirm(editor, "reject", first, second, reason="Not ours")
    assert messages(page) == ["2 documents rejected."]
    assert set(ReviewTask.objects.values_list("state", "reject_reason")) == {("rejected", "Not ours")}
    assert Event.objects.filter(action="review.rejected", actor_id=editor.person.pk).count() == 2


def test_approving_tells_the_outcomes_by_number(owner, read, make):
    task = ReviewTask.objects.get(document=read())
    unread = make(document=DocumentFactory(workspace=task.workspace, owner=owner.person, status="processing"))
    page = confirm(owner, "approve", task, unread)
    assert messages(page) == [
        "1 document approved.",
        "1 document skipped: The document is being read; try again in a moment.",
    ]
    task.refresh_from_db()
    assert task.state == State.APPROVED


def test_postponed_ones_are_passed_over(owner, make):
    confirm(owner, "postpone", make(), hours="24")
    until = ReviewTask.objects.get().postponed_until
    assert timedelta(hours=23) < until - timezone.now() <= timedelta(hours=24)
    assert messages(owner.post(NEXT)) == ["Nothing is left for you to review. Well done."]
    assert "This field is required." in confirm(owner, "postpone", make(), hours="").content.decode()


def test_assigning_offers_reviewers_only(owner, people, make):
    task = make()
    offered = act(owner, "assign", task).context["question"].fields["reviewer"].queryset
    assert set(offered) == {people.owner, people.mate}
    refused = confirm(owner, "assign", task, reviewer=str(people.stranger.pk))
    assert "Select a valid choice" in refused.content.decode()
    assert messages(confirm(owner, "assign", task, reviewer=str(people.mate.pk))) == ["1 document assigned."]
    task.refresh_from_db()
    assert task.reviewer == people.mate
    confirm(owner, "assign", task, reviewer="")
    task.refresh_from_db()
    assert task.reviewer is None


def test_who_manages_may_reassign_what_somebody_has_open(owner, editor, people, make):
    held = make()
    hold(held, people.owner)
    assert act(editor, "assign", held).context["planned"].held == 1
    ReviewTask.objects.update(reviewer=people.mate)
    assert act(owner, "assign", held).context["planned"].taken == 1
    confirm(owner, "assign", held, reviewer=str(people.owner.pk))
    held.refresh_from_db()
    assert (held.state, held.reviewer, held.holder) == (State.TO_REVIEW, people.owner, None)


def test_reprocessing_queues_a_reading(editor, settings, task, make):
    settings.PROCESSING_MODE = "queue"
    assert messages(confirm(editor, "reprocess", task)) == ["1 document queued to be read again."]
    assert task.document.jobs.filter(trigger="reprocess", priority="low").count() == 1
    refused = f"1 document skipped: {bulk.NOT_READ[Outcome.ACTIVE]}"
    assert messages(confirm(editor, "reprocess", task)) == [refused]


@pytest.mark.parametrize("operation", bulk.OPERATIONS)
def test_others_change_nothing(operation, owner, viewer, stranger, people, task):
    own = task_in(personal_workspace(people.viewer), people.viewer)
    asked = act(viewer, operation, task)
    assert (asked.context["planned"].count, asked.context["planned"].forbidden) == (0, 1)
    owners = act(owner, operation, task)
    form = {"reason": "x", "hours": "1", "reviewer": str(people.viewer.pk)}
    for session in (viewer, stranger):
        for preview in (act(session, operation, task), owners):
            page = confirm(session, operation, task, asked=preview, **form)
            assert task.document.original_filename not in page.content.decode() or session is viewer
    task.refresh_from_db()
    own.refresh_from_db()
    assert (task.state, own.state, task.reviewer) == (State.TO_REVIEW, State.TO_REVIEW, None)
    assert not task.document.jobs.filter(trigger="reprocess").exists()


def test_there_is_a_limit(owner, make, monkeypatch):
    monkeypatch.setattr(bulk, "MAX_AT_ONCE", 1)
    limit = "At most 1 documents can be approved"
    tasks = [make()]
    assert limit not in owner.get(QUEUE).content.decode()
    tasks.append(make())
    assert limit in owner.get(QUEUE).content.decode(), "before somebody chooses"
    page = act(owner, "reject", *tasks, reason="x")
    assert messages(page) == [
        "At most 1 documents at once, and 2 are selected: nothing was changed. Narrow them down with the filters, and "
        "take one part after the other."
    ]
    assert not ReviewTask.objects.filter(state=State.REJECTED).exists()


def test_what_others_do_meanwhile_is_told(owner, editor, make):
    mine, theirs, gone = make(priority=9), make(), make()
    operation = bulk.OPERATIONS["reject"]

    def run(task, by, answers):
        """Like the real one, but slow: others are faster."""
        actions.reject(task=task, by=by, reason="mine")
        if task == mine:
            actions.reject(task=theirs, by=editor.person, reason="faster")
            gone.delete()

    planned = bulk.plan(operation, ReviewTask.objects.all(), owner.person)
    promise = bulk.promised(operation, bulk.signed(operation, planned, owner.person), owner.person)
    outcomes = bulk.carry_out(dataclasses.replace(operation, run=run), promise, by=owner.person, answers={})
    assert outcomes == {"": 1, f"rejected by {editor.person} meanwhile.": 1, Gone.message: 1}
    theirs.refresh_from_db()
    assert theirs.reject_reason == "faster"


def correct(task, by, **texts):
    entries = {"fields": {name: {"text": text} for name, text in texts.items()}}
    actions.correct_result(document=task.document, by=by, entries=entries, version=None)


def states(*tasks):
    return [str(ReviewTask.objects.get(pk=task.pk).state) for task in tasks]


@pytest.fixture
def doubtful(read):
    """Tasks of documents that were read."""
    return lambda: ReviewTask.objects.get(document=read())


def test_only_what_was_seen_is_approved_and_the_rest_is_told(owner, editor, people, doubtful, make):
    same, changed, opened, decided, gone = (doubtful() for _ in range(5))
    was_open, was_decided = doubtful(), make(state=State.REJECTED)
    hold(was_open, people.mate)
    every = (same, changed, opened, decided, gone, was_open, was_decided)
    query = "?state=to_review&state=in_review&state=rejected"
    asked = act(owner, "approve", *every, query=query)

    correct(changed, editor.person, total_amount="777.00", iban="GB33BUKB20201555555555")
    hold(opened, editor.person)
    actions.approve(task=decided, by=editor.person)
    ReviewTask.objects.filter(pk=gone.pk).delete()
    ReviewTask.objects.filter(pk=was_open.pk).update(state=State.TO_REVIEW, reviewer=None)
    page = confirm(owner, "approve", *every, asked=asked, query="?state=to_review")

    assert sorted(messages(page)) == sorted(
        [
            "1 document approved.",
            f"1 document skipped: {bulk.CHANGED}",
            f"1 document skipped: opened by {editor.person} meanwhile.",
            f"1 document skipped: approved by {editor.person} meanwhile.",
            f"1 document skipped: {Gone.message}",
            f"1 document skipped: {bulk.OPEN_ELSEWHERE}",
            f"1 document skipped: {bulk.DECIDED_ALREADY}",
        ]
    )
    assert states(same, changed, opened, was_open) == ["approved", "to_review", "in_review", "to_review"]
    again = confirm(owner, "approve", *every, asked=asked)
    assert f"1 document skipped: approved by {owner.person} meanwhile." in messages(again)
    assert states(changed) == ["to_review"]


@pytest.mark.parametrize(
    ("operation", "left"), [("reject", True), ("reprocess", True), ("postpone", False), ("assign", False)]
)
def test_what_is_about_values_leaves_alone_what_was_changed(operation, left, owner, editor, people, doubtful):
    task = doubtful()
    asked = act(owner, operation, task)
    correct(task, editor.person, total_amount="777.00")
    answers = {"reason": "x", "hours": "1", "reviewer": str(people.mate.pk)}
    page = confirm(owner, operation, task, asked=asked, **answers)
    assert (messages(page) == [f"1 document skipped: {bulk.CHANGED}"]) is left


def test_what_arrived_after_the_preview_of_all_is_not_meant(owner, make):
    first = make()
    asked = act(owner, "reject", first, select_across="1")
    late = make()
    page = confirm(owner, "reject", first, asked=asked, select_across="1", reason="x")
    assert messages(page) == ["1 document rejected."]
    assert states(first, late) == ["rejected", "to_review"]


def test_who_has_it_open_by_now_was_not_seen(owner, editor, people, make):
    """Who manages was told from whom they take it: from nobody."""
    task = make()
    asked = act(owner, "assign", task)
    hold(task, editor.person)
    page = confirm(owner, "assign", task, asked=asked, reviewer=str(people.owner.pk))
    assert messages(page) == [f"1 document skipped: opened by {editor.person} meanwhile."]
    assert states(task) == ["in_review"]


def test_a_role_that_was_lost_meanwhile_is_told(owner, editor, people, make):
    task = make()
    asked = act(editor, "reject", task)
    Membership.objects.filter(user=people.mate, workspace=people.workspace).update(role=Role.VIEWER)
    own = task_in(personal_workspace(people.mate), people.mate)
    page = confirm(editor, "reject", task, own, asked=asked, reason="x")
    assert messages(page) == [f"1 document skipped: {bulk.NOT_ALLOWED}"]
    assert states(task, own) == ["to_review", "to_review"]


@pytest.mark.parametrize("spoilt", ["", "yes", "{}", "é", "x" * 100_000, "cut", "another operation", "twice"])
def test_what_no_preview_promised_changes_nothing(spoilt, owner, make):
    task = make()
    promise = act(owner, "reject", task).context["promise"]
    sent = {"cut": promise[:-1], "twice": promise * 2}.get(spoilt, spoilt)
    if spoilt == "another operation":
        sent = act(owner, "postpone", task).context["promise"]
    page = act(owner, "reject", task, promise=sent, reason="x")
    assert (page.status_code, page.context["planned"].count) == (200, 1)
    assert states(task) == ["to_review"]


def test_a_promise_of_many_is_small(owner, people):
    planned = bulk.Plan(
        ReviewTask.objects.none(), {str(uuid.uuid4()): (str(uuid.uuid4()), "") for _ in range(500)}, 500, 0, 0, 0
    )
    assert len(bulk.signed(bulk.OPERATIONS["approve"], planned, people.owner)) < 50_000


def test_a_preview_says_what_is_doubtful_now(owner, editor, doubtful):
    task = doubtful()

    def text():
        return " ".join(re.sub(r"<[^>]*>", " ", act(owner, "approve", task).content.decode()).split())

    assert "Total does not add up" in text()
    assert "Now:" not in text()
    correct(task, editor.person, total_amount="67.20")
    assert re.search(r"It came because: [^.]*Total does not add up.* Now: nothing is doubtful", text())
    correct(task, editor.person, due_date="2029-01-01", iban="GB00BUKB20201555555555")
    assert re.search(r"Now: [^.]*IBAN is not valid", text())
