"""The reviewer's screen as its scripts meet it: who may do what, what is answered, what is refused."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Document
from extraction.models import ExtractionResult, JobPriority
from extraction.reprocessing import reprocess
from review import actions, readings
from review.models import Correction, FormerTask, ReviewPolicy, ReviewTask
from tests.factories import scenes
from tests.unit.console.conftest import sign_in, told
from tests.unit.review.conftest import DOUBTFUL, read  # noqa: F401 - a fixture

SCREENS = ("screen", "state", "picture", "words")
EVERYBODY = ("owner", "editor", "viewer", "stranger", "anonymous")


@pytest.fixture
def task(read) -> ReviewTask:  # noqa: F811
    return ReviewTask.objects.get(document=read())


@pytest.fixture
def anonymous(client):
    return type("Anonymous", (), {"client": client})


@pytest.fixture
def pictured(people, settings, django_capture_on_commit_callbacks) -> ReviewTask:
    """A PDF, which has pictures of its pages."""
    settings.PROCESSING_MODE = "inline"
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")
    with django_capture_on_commit_callbacks(execute=True):
        document = scenes.uploaded(people.workspace, people.owner, settings.BASE_DIR / "samples/invoice-english.pdf")
    return ReviewTask.objects.get(document=document)


def url(task: ReviewTask, name: str, *more) -> str:
    return reverse(f"admin:review_task_{name}", args=[task.pk, *more])


def ask(console, path: str):
    return console.client.get(path, headers={"Accept": "application/json"})


def do(console, task: ReviewTask, verb: str, **body):
    return console.client.post(
        url(task, "act", verb),
        json.dumps(body, default=str),
        content_type="application/json",
        headers={"Accept": "application/json"},
    )


def version_of(task: ReviewTask) -> uuid.UUID:
    return ExtractionResult.objects.get(document=task.document_id).version


def claimed(console, task: ReviewTask) -> str:
    return do(console, task, "claim").json()["task"]["holder"]


def changes(**fields: str) -> dict:
    return {"fields": {name: {"text": text} for name, text in fields.items()}}


# --- Who may ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("name", SCREENS)
def test_only_the_workspace_sees_the_task(request, pictured, who, name):
    numbered = [1] if name in ("picture", "words") else []
    response = ask(request.getfixturevalue(who), url(pictured, name, *numbered))
    anonymously = 401 if name in ("state", "words") else 302
    assert response.status_code == {"stranger": 404, "anonymous": anonymously}.get(who, 200)


def test_browsers_keep_pictures_and_words_and_nothing_else(owner, pictured):
    kept = {name: ask(owner, url(pictured, name, 1)) for name in ("picture", "words")}
    asked = {name: ask(owner, url(pictured, name)) for name in ("screen", "state")}
    assert {response["Cache-Control"] for response in kept.values()} == {"private, max-age=3600"}
    assert all("no-store" in response["Cache-Control"] for response in asked.values())
    assert all("Cookie" in response["Vary"] for response in kept.values())


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("verb", ["claim", "approve", "reject", "postpone", "fields", "renew", "release", "reopen"])
def test_only_reviewers_may_change_anything(request, task, who, verb):
    before = ReviewTask.objects.values().get(pk=task.pk)
    response = do(request.getfixturevalue(who), task, verb, holder="not one")
    expected = {"stranger": 404, "anonymous": 401, "viewer": 403}
    assert response.status_code == expected.get(who, 200 if verb == "reopen" else 422)
    if who in expected:
        assert response.json()["detail"]["code"] in ("not_found", "authentication_failed", "permission_denied")
        assert ReviewTask.objects.values().get(pk=task.pk) == before


def test_a_superuser_may_review_in_every_workspace(superuser, task):
    assert do(superuser, task, "claim").json()["task"]["holder"]


def test_who_is_no_staff_sees_nothing(people, task):
    console = sign_in(people.owner, staff=False)
    assert ask(console, url(task, "state")).status_code == 401
    assert console.get(url(task, "screen")).status_code == 302


def test_changes_need_the_token_against_forgery(owner, task):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.person)
    response = client.post(url(task, "act", "claim"), "{}", content_type="application/json")
    assert response.status_code == 403
    assert ReviewTask.objects.get().state == "to_review"


def test_the_way_to_a_document_leads_to_its_task(owner, stranger, task):
    path = reverse("admin:review_task_of_document", args=[task.document_id])
    assert owner.get(path, kind="invoice").url == f"{url(task, 'screen')}?kind=invoice"
    assert stranger.get(path).status_code == 404


# --- The page and its pictures ----------------------------------------------------------------------------------------
def test_nothing_of_a_document_is_markup(people, settings, owner, tmp_path, django_capture_on_commit_callbacks):
    settings.PROCESSING_MODE = "inline"
    path = tmp_path / "evil.txt"
    path.write_text(DOUBTFUL.replace("Marlow Paper", "</script><script>alert(1)</script>Marlow"))
    with django_capture_on_commit_callbacks(execute=True):
        document = scenes.uploaded(people.workspace, people.owner, path)
    Document.objects.filter(pk=document.pk).update(original_filename=scenes.HOSTILE)
    page = owner.get(url(ReviewTask.objects.get(document=document), "screen")).content.decode()
    assert "alert" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_pictures_come_in_a_few_widths(owner, pictured):
    sizes = {}
    for asked in ("10", "200", "201", "801", "9999", "-1", "²", ""):
        response = owner.get(url(pictured, "picture", 1), width=asked)
        sizes[asked] = int.from_bytes(response.content[16:20], "big")
    assert sizes == {"10": 200, "200": 200, "201": 800, "801": 1200, "9999": 2600, "-1": 2600, "²": 2600, "": 2600}
    assert owner.get(url(pictured, "picture", 9)).status_code == 404


def test_words_stand_where_boxes_do(owner, pictured):
    words = owner.get(url(pictured, "words", 1)).json()["words"]
    result = ExtractionResult.objects.get(document=pictured.document_id)
    number = result.fields["invoice_number"]
    found = next(word for word in words if word[0] == number["raw"])
    assert found[1:] == pytest.approx(number["box"], abs=0.6)
    assert owner.get(url(pictured, "words", 9)).json() == {"words": []}


def test_plain_text_has_pages_of_characters(owner, task):
    outline = owner.get(url(task, "screen")).context["outline"]
    assert [page["unit"] for page in outline["pages"]] == ["char"]
    assert outline["pictures"] is False
    assert ["MP-10077", 16, 6, 24, 7] in owner.get(url(task, "words", 1)).json()["words"]


# --- Changing and deciding --------------------------------------------------------------------------------------------
def test_a_change_answers_with_what_the_rules_say_now(owner, task):
    before = ask(owner, url(task, "state")).json()
    assert "total_mismatch" in {issue["code"] for issue in before["issues"]}
    holder = claimed(owner, task)
    response = do(
        owner,
        task,
        "fields",
        holder=holder,
        version=before["version"],
        entries=changes(total_amount="£67.20"),
        seconds=3,
    )
    after = response.json()
    assert "total_mismatch" not in {issue["code"] for issue in after["issues"]}
    assert after["version"] != before["version"]
    total = next(field for group in after["groups"] for field in group["fields"] if field["name"] == "total_amount")
    assert (total["text"], total["confidence"], total["doubtful"]) == ("67.20", 1.0, False)
    assert Correction.objects.get().seconds == 3


def test_what_is_refused_says_why(owner, editor, task):
    holder, version = claimed(owner, task), version_of(task)

    def refused(console, verb: str, **body) -> tuple[int, str, dict]:
        response = do(console, task, verb, **body)
        detail = response.json()["detail"]
        return response.status_code, detail["code"], detail["extra"]

    sent = {"holder": holder, "version": version, "entries": changes(total_amount="lots")}
    status, code, extra = refused(owner, "fields", **sent)
    assert (status, code, list(extra["fields"])) == (422, "validation_error", ["total_amount"])
    assert refused(owner, "fields", **sent | {"version": uuid.uuid4()})[:2] == (409, "version_conflict")
    assert refused(editor, "fields", **sent)[:2] == (409, "task_not_held")
    status, code, extra = refused(editor, "claim")
    assert (status, code, extra["reviewer"]) == (409, "task_not_held", str(owner.person))
    assert refused(owner, "fields", **sent | {"entries": {"fields": {"total_amount": 7}}})[:2] == (
        422,
        "validation_error",
    )
    for verb in ("fields", "approve", "reject", "postpone", "release"):
        reason = {"reason": "Not ours", "until": "2099-01-01T00:00:00Z"}
        assert refused(owner, verb, **sent, **reason, seconds=-1)[0] == 422
    assert refused(owner, "reject", holder=holder, reason=" ")[0] == 422
    assert refused(owner, "postpone", holder=holder, until="2020-01-01T00:00:00Z")[0] == 422
    assert refused(owner, "shred", holder=holder)[0] == 404
    assert (
        owner.client.post(
            url(task, "act", "claim"),
            "{" * 9_000,
            content_type="application/json",
            headers={"Accept": "application/json"},
        ).status_code
        == 422
    )
    assert version_of(task) == version


def test_a_task_is_taken_over_and_given_back(owner, editor, task):
    holder = claimed(owner, task)
    assert do(owner, task, "renew", holder=holder).status_code == 200
    theirs = do(editor, task, "claim", take_over=True).json()["task"]["holder"]
    assert do(owner, task, "renew", holder=holder).status_code == 409
    do(owner, task, "release", holder=holder)
    assert do(editor, task, "renew", holder=theirs).status_code == 200
    do(editor, task, "release", holder=theirs)
    assert ReviewTask.objects.get().state == "to_review"


@pytest.mark.parametrize(
    ("verb", "body"),
    [("reject", {"reason": "Not ours"}), ("postpone", {"until": "2099-01-01T00:00:00Z"}), ("release", {})],
)
def test_the_screen_tells_how_long_it_was_looked_at(owner, task, verb, body):
    assert do(owner, task, verb, holder=claimed(owner, task), seconds=12.5, **body).status_code == 200
    assert ReviewTask.objects.get().seconds_spent == 12.5


def test_a_page_that_is_opened_again_holds_the_task_at_once(owner, editor, task):
    holder = claimed(owner, task)
    assert do(editor, task, "claim", holder=holder).status_code == 409
    again = do(owner, task, "claim", holder=holder).json()["task"]["holder"]
    assert again != holder
    do(owner, task, "release", holder=holder)  # what the page that was left still had to say
    assert do(owner, task, "renew", holder=again).status_code == 200


def test_a_decision_can_be_taken_back(owner, task):
    holder = claimed(owner, task)
    approved = do(owner, task, "approve", holder=holder, version=version_of(task)).json()
    assert approved["task"]["state"] == "approved"
    assert do(owner, task, "claim").json()["detail"]["code"] == "task_decided"
    assert do(owner, task, "reopen").json()["task"]["state"] == "to_review"


def test_next_leads_on_with_the_filters_and_ends_with_a_page(owner, task):
    path = reverse("admin:review_reviewtask_next") + "?kind=invoice"
    first = owner.client.post(path, {"from": "screen"})
    holder = ReviewTask.objects.get().holder
    assert first.url == f"{url(task, 'screen')}?kind=invoice#holder={holder}"
    actions.approve(task=task, by=owner.person, holder=holder)
    last = owner.client.post(path, {"from": "screen"}, follow=True)
    assert "Nothing is left for you to review" in last.content.decode()


def test_a_document_that_is_read_again_has_another_task(owner, task, people, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        list(reprocess([task.document], by=people.owner, priority=JobPriority.NORMAL))
    assert ask(owner, url(task, "state")).status_code == 404
    path = reverse("admin:review_task_of_document", args=[task.document_id])
    assert owner.get(path).url == url(ReviewTask.objects.get(), "screen")


def read_again(document, by, capture):
    with capture(execute=True):
        list(reprocess([document], by=by, priority=JobPriority.NORMAL))


def test_the_address_of_a_former_task_leads_to_the_present_one(
    owner, viewer, stranger, anonymous, task, people, django_capture_on_commit_callbacks
):
    former = [task]
    for _ in range(2):
        read_again(task.document, people.owner, django_capture_on_commit_callbacks)
        former.append(ReviewTask.objects.get())
    present = former.pop()
    for gone in former:
        for member in (owner, viewer):
            assert member.get(url(gone, "screen"), kind="invoice").url == url(present, "screen") + "?kind=invoice"
        assert anonymous.client.get(url(gone, "screen")).url.startswith(reverse("admin:login"))
        invented = reverse("admin:review_task_screen", args=[uuid.uuid4()])
        answers = [stranger.get(path) for path in (url(gone, "screen"), invented, url(present, "screen"))]
        assert [answer.status_code for answer in answers] == [404] * 3
        shown = {re.sub(r"(csrf|nonce)[^>]*|[-0-9a-f]{36}", "", answer.content.decode()) for answer in answers}
        assert len(shown) == 1
        assert reverse("admin:review_reviewtask_changelist") in answers[0].content.decode()


def test_where_nobody_is_needed_any_more_it_leads_to_the_document(owner, stranger, task, people):
    ReviewPolicy.objects.create(workspace=people.workspace, automation="always")
    assert readings.reconsider(task=task, by=people.owner) is None
    former = FormerTask.objects.get()
    for path in (
        reverse("admin:review_task_screen", args=[former.pk]),
        reverse("admin:review_task_of_document", args=[former.document_id]),
    ):
        page = owner.client.get(path, follow=True)
        assert page.redirect_chain == [(reverse("admin:documents_document_change", args=[former.document_id]), 302)]
        assert told(page) == ["Nobody needs to review this document any more."]
        assert stranger.get(path).status_code == 404
    former.document.delete()
    assert owner.get(reverse("admin:review_task_screen", args=[former.pk])).status_code == 404
