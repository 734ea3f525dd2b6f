"""What a person accepted stays accepted, for everybody, until something about it changes."""

from __future__ import annotations

from audit.models import Event
from extraction import corrections
from extraction.models import JobPriority
from extraction.reprocessing import reprocess
from review.models import ReviewPolicy, ReviewTask
from tests.unit.console.test_review_screen import ask, changes, claimed, do, task, url, version_of  # noqa: F401
from tests.unit.review.conftest import read  # noqa: F401 - a fixture

SEEN = {"total_amount": ["total_mismatch"]}


def field(console, task, name="total_amount"):  # noqa: F811
    groups = ask(console, url(task, "state")).json()["groups"]
    return next(each for group in groups for each in group["fields"] if each["name"] == name)


def accept(console, task, accepted=SEEN, entries=None):  # noqa: F811
    sent = {"holder": claimed(console, task), "version": version_of(task), "entries": entries or {}}
    answer = do(console, task, "fields", **sent, accepted=accepted)
    do(console, task, "release", holder=sent["holder"])
    return answer


def test_everybody_sees_what_was_accepted(owner, editor, viewer, stranger, task):  # noqa: F811
    assert field(owner, task)["doubtful"]
    assert accept(owner, task).status_code == 200
    for person in (owner, editor, viewer):
        shown = field(person, task)
        assert (shown["doubtful"], shown["accepted"]) == (False, True)
        assert [issue["code"] for issue in shown["issues"]] == ["total_mismatch"]
    assert accept(editor, task, {"currency": []}).status_code == 200
    assert ReviewTask.objects.get().accepted == SEEN | {"currency": []}
    assert do(stranger, task, "fields", accepted={"iban": []}).status_code == 404
    assert do(viewer, task, "fields", accepted={"iban": []}).status_code == 403


def test_another_value_is_looked_at_again(owner, people, task):  # noqa: F811
    accept(owner, task)
    corrections.correct(
        document=task.document, entries=changes(total_amount="70.00", currency="EUR"), version=None, by=people.mate
    )
    shown = field(owner, task)
    assert (shown["doubtful"], shown["accepted"]) == (True, False)
    accept(owner, task, entries=changes(total_amount="71.00"))  # entered, and said to be right, at once
    assert not field(owner, task)["doubtful"]


def test_another_warning_is_looked_at_too(owner, people, task):  # noqa: F811
    accept(owner, task, {"total_amount": []})  # the one that is there was not seen
    assert field(owner, task)["doubtful"]
    accept(owner, task)
    entries = changes(total_amount="-69.20")
    corrections.correct(document=task.document, entries=entries, version=None, by=people.mate)
    accept(owner, task)
    shown = field(owner, task)
    assert {issue["code"] for issue in shown["issues"]} > {"total_mismatch"}
    assert shown["doubtful"]


def test_a_low_confidence_is_settled_by_it(owner, people, task):  # noqa: F811
    ReviewPolicy.objects.create(workspace=people.workspace, field_thresholds={"currency": 1.1})
    assert field(owner, task, "currency")["doubtful"]
    accept(owner, task, {"currency": []})
    assert not field(owner, task, "currency")["doubtful"]


def test_a_new_reading_starts_anew(owner, people, task, django_capture_on_commit_callbacks):  # noqa: F811
    accept(owner, task)
    with django_capture_on_commit_callbacks(execute=True):
        list(reprocess([task.document], by=people.owner, priority=JobPriority.NORMAL))
    assert field(owner, ReviewTask.objects.get())["doubtful"]


def test_what_is_no_field_is_refused(owner, task):  # noqa: F811
    answer = accept(owner, task, {"colour": []})
    assert (answer.status_code, answer.json()["detail"]["extra"]["fields"]) == (422, {"colour": ["Not a field."]})
    assert accept(owner, task, {"currency": [1]}).status_code == 422
    assert ReviewTask.objects.get().accepted == {}


def test_an_older_version_accepts_nothing(owner, people, task):  # noqa: F811
    holder, seen = claimed(owner, task), version_of(task)
    corrections.correct(document=task.document, entries=changes(currency="EUR"), version=None, by=people.mate)
    answer = do(owner, task, "fields", holder=holder, version=seen, entries={}, accepted=SEEN)
    assert (answer.status_code, answer.json()["detail"]["code"]) == (409, "version_conflict")
    assert ReviewTask.objects.get().accepted == {}


# --- Taken back, and told ---------------------------------------------------------------------------------------------
def told(task):  # noqa: F811
    events = Event.objects.filter(object_id=task.document_id, action__contains="accepted").order_by("pk")
    return [(event.action.removeprefix("review."), event.actor_label, event.data["accepted"]) for event in events]


def test_it_is_taken_back_and_both_are_told(owner, editor, task):  # noqa: F811
    what = [{"field": "total_amount", "value": "69.20", "issues": ["total_mismatch"]}]
    before = field(owner, task)
    accept(owner, task)
    assert (field(owner, task)["accepted"], field(owner, task)["confidence"]) == (True, 1)
    accept(owner, task)  # once more: no news
    assert told(task) == [("accepted", owner.person.email, what)]
    accept(editor, task, {"total_amount": None, "currency": None})
    assert field(editor, task) == before
    assert ReviewTask.objects.get().accepted == {}
    assert told(task)[1:] == [("unaccepted", editor.person.email, what)]


def test_what_a_person_entered_stays_certain(owner, task):  # noqa: F811
    accept(owner, task, entries=changes(total_amount="71.00"))
    accept(owner, task, {"total_amount": None})
    shown = field(owner, task)
    assert (shown["text"], shown["confidence"], shown["doubtful"], shown["accepted"]) == ("71.00", 1, True, False)


def test_the_history_says_who_was_sure_of_what(owner, viewer, stranger, task):  # noqa: F811
    accept(owner, task)
    accept(owner, task, {"total_amount": None})
    rows = ask(viewer, url(task, "panel", "history")).json()["rows"]
    said = [(row["what"], row["who"], row["said"]) for row in rows if "ccepted" in row["what"]]
    sure = "Total amount: 69.20 (Total does not add up)"
    assert said == [("No longer accepted", owner.person.email, sure), ("Accepted", owner.person.email, sure)]
    assert ask(stranger, url(task, "panel", "history")).status_code == 404
