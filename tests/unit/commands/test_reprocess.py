from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.queries import personal_workspace
from documents.models import Document
from documents.states import Status
from extraction import actions, reprocessing
from extraction.models import ExtractionResult, JobPriority, JobTrigger, ProcessingJob
from tests.factories import DocumentFactory, UserFactory, cast

pytestmark = pytest.mark.django_db


def reprocess(*arguments: str) -> str:
    out = io.StringIO()
    call_command("reprocess", *arguments, stdout=out, stderr=out, verbosity=0)
    return out.getvalue()


def failing(*arguments: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        reprocess(*arguments)
    return caught.value


def queued() -> set[Document]:
    jobs = ProcessingJob.objects.filter(trigger=JobTrigger.REPROCESS).select_related("document")
    return {job.document for job in jobs}


def finished(**values) -> Document:
    return DocumentFactory(**({"status": Status.COMPLETED, "kind": "invoice", "confidence_score": 0.9} | values))


def with_result(version: str) -> Document:
    document = finished()
    ExtractionResult.objects.create(
        document=document, extracted_data={}, confidence_score=0.9, extractor_version=version
    )
    return document


def created(when: datetime) -> Document:
    document = finished()
    Document.objects.filter(pk=document.pk).update(created_at=when)
    return document


def test_refuses_to_run_on_everything_by_accident():
    finished()
    assert "--all" in str(failing())
    assert "--all" in str(failing("--limit", "1"))  # how many is not which
    assert queued() == set()


def test_all():
    documents = {finished(), finished(status=Status.FAILED)}
    assert "Queued 2" in reprocess("--all")
    assert queued() == documents


@pytest.mark.parametrize(
    ("arguments", "chosen", "others"),
    [
        (["--status", "failed"], {"status": Status.FAILED}, {}),
        (["--status", "failed", "--status", "completed"], {}, {"status": Status.UPLOADED}),
        (["--kind", "receipt"], {"kind": "receipt"}, {}),
        (["--confidence-below", "0.5"], {"confidence_score": 0.49}, {"confidence_score": 0.5}),
        (["--confidence-below", "1"], {"confidence_score": 0.99}, {"confidence_score": None}),
    ],
)
def test_selects_by_the_columns_of_a_document(arguments, chosen, others):
    wanted = finished(**chosen)
    finished(**others)
    reprocess(*arguments)
    assert queued() == {wanted}


def test_selects_by_time():
    first, second = datetime(2026, 4, 1, 8, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)
    earlier, later = created(first), created(second)
    reprocess("--created-after", "2026-04-02")
    assert queued() == {later}
    reprocess("--created-before", "2026-04-01T10:30+02:00")
    assert queued() == {later, earlier}


def test_a_version_is_compared_by_its_numbers():
    old, new = with_result("1.9.0"), with_result("1.10.0")
    finished()  # never read
    reprocess("--engine-older-than", "1.10")
    assert queued() == {old}
    reprocess("--engine-older-than", "1.10.1")
    assert queued() == {old, new}


def test_selects_one_workspace_by_name_or_id():
    people = cast()
    ours = finished(workspace=people.workspace, owner=people.owner)
    theirs = finished(owner=people.stranger)
    reprocess("--workspace", people.workspace.name)
    assert queued() == {ours}
    reprocess("--workspace", str(personal_workspace(people.stranger).pk))
    assert queued() == {ours, theirs}


def test_all_conditions_must_hold():
    wanted = finished(status=Status.FAILED, kind="receipt")
    finished(status=Status.FAILED)
    finished(kind="receipt")
    reprocess("--status", "failed", "--kind", "receipt")
    assert queued() == {wanted}


def test_ids_from_a_file(tmp_path):
    wanted, _ = finished(), finished()
    ids = tmp_path / "ids.txt"
    ids.write_text(f"# those of last week\n\n  {wanted.pk}  # seen by Kim\n{wanted.pk}\n")
    reprocess("--ids-from", str(ids))
    assert queued() == {wanted}


def test_ids_from_standard_input(monkeypatch):
    wanted = finished()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{wanted.pk}\n"))
    reprocess("--ids-from", "-")
    assert queued() == {wanted}


def test_an_empty_list_of_ids_is_no_selector_for_all(tmp_path):
    finished()
    (tmp_path / "none").touch()
    assert "Queued 0" in reprocess("--ids-from", str(tmp_path / "none"))
    assert queued() == set()


def test_unknown_ids_are_told_and_the_others_done(tmp_path):
    wanted = finished()
    ids = tmp_path / "ids"
    ids.write_text(f"{wanted.pk}\n00000000-0000-4000-8000-000000000000\n")
    assert failing("--ids-from", str(ids)).returncode == 3
    assert queued() == {wanted}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--workspace", "Nowhere"], "There is no workspace with the name or id 'Nowhere'."),
        (["--ids-from", "/nowhere/ids"], "The ids could not be read from /nowhere/ids: No such file or directory."),
        (["--confidence-below", "80"], "'80' is not a number from 0 to 1"),
        (["--confidence-below", "nan"], "'nan' is not a number from 0 to 1"),
        (["--created-after", "yesterday"], "'yesterday' is not a date or time such as 2026-04-30"),
        (["--engine-older-than", "new"], "'new' is not a version such as 1.2.0"),
        (["--workspace", ""], "There is no workspace with the name or id ''."),
        (["--all", "--limit", "0"], "'0' is not a whole number from 1 to 999999999"),
        (["--all", "--batch-size", "9" * 20], "9' is not a whole number from 1 to 999999999"),
        (["--status", "nonsense"], "invalid choice: 'nonsense'"),
    ],
)
def test_a_wrong_argument_gets_a_sentence(arguments, sentence):
    assert sentence in str(failing(*arguments))


def test_a_line_that_is_no_id_is_named(tmp_path):
    finished()
    ids = tmp_path / "ids"
    ids.write_text("\ninvoice\x1b[31m.pdf\n")
    assert str(failing("--ids-from", str(ids))).startswith(
        "Line 2 of the ids is not an id: 'invoice\N{REPLACEMENT CHARACTER}"
    )
    assert queued() == set()


def test_a_name_of_several_workspaces_is_refused_with_their_ids():
    owners = UserFactory(full_name="Kim"), UserFactory(full_name="Kim")
    message = str(failing("--workspace", "Kim"))
    assert all(str(personal_workspace(owner).pk) in message for owner in owners)


def test_a_dry_run_only_counts():
    finished(), finished()
    actions.submit(document=finished(), by=None)
    assert reprocess("--all", "--dry-run").strip() == (
        "Would queue 2; 1 of the 3 selected wait or are at work already."
    )
    assert "Would queue 1;" in reprocess("--all", "--dry-run", "--limit", "1")
    assert queued() == set()


def test_what_a_reviewer_approved_is_left_alone_unless_asked_for():
    approved, rejected = (finished(review_status=status) for status in ("approved", "rejected"))
    told = "Left alone, as a reviewer approved them: 1 (--approved selects them, too)."
    dry = reprocess("--all", "--dry-run")
    assert dry.startswith("Would queue 1;")
    assert told in dry
    assert told in reprocess("--all")
    assert queued() == {rejected}
    assert "Would queue 1;" in reprocess("--all", "--approved", "--dry-run")
    assert "Left alone" not in reprocess("--all", "--approved")
    assert queued() == {rejected, approved}


def test_what_is_approved_meanwhile_is_left_alone():
    document = DocumentFactory(status="completed")
    Document.objects.update(review_status="approved")
    (found,) = reprocessing.reprocess([document], by=None, priority=JobPriority.LOW)
    assert found == (document, reprocessing.Outcome.APPROVED)
    (found,) = reprocessing.reprocess([document], by=None, priority=JobPriority.LOW, approved=True)
    assert found == (document, reprocessing.Outcome.QUEUED)


def test_approved_ones_among_ids_are_left_alone(tmp_path):
    approved, other = finished(review_status="approved"), finished()
    (tmp_path / "ids.txt").write_text(f"{approved.pk}\n{other.pk}\n")
    assert "Left alone, as a reviewer approved them: 1" in reprocess("--ids-from", str(tmp_path / "ids.txt"))
    assert queued() == {other}


def test_the_low_queue_is_the_default():
    first = finished()
    reprocess("--all")
    second = finished(kind="receipt")
    reprocess("--kind", "receipt", "--queue", "normal")
    assert first.jobs.get().priority == JobPriority.LOW
    assert second.jobs.get().priority == JobPriority.NORMAL


def test_it_is_safe_to_run_twice():
    finished()
    assert "Queued 1, waiting or at work already 0" in reprocess("--all")
    assert "Queued 0, waiting or at work already 1" in reprocess("--all")
    assert ProcessingJob.objects.count() == 1


@pytest.mark.parametrize("size", ["1", "2", "200"])
def test_batches_cover_everything_once(size):
    documents = {finished() for _ in range(5)}
    reprocess("--all", "--batch-size", size)
    assert queued() == documents
    assert ProcessingJob.objects.count() == 5


def test_batches_of_ids_cover_everything_once(tmp_path):
    documents = {finished() for _ in range(5)}
    (tmp_path / "ids").write_text("\n".join(str(document.pk) for document in documents))
    assert "Queued 5" in reprocess("--ids-from", str(tmp_path / "ids"), "--batch-size", "2")
    assert queued() == documents


def test_a_limit_and_how_to_go_on():
    documents = sorted((finished() for _ in range(3)), key=lambda document: document.pk)
    actions.submit(document=documents[0], by=None)  # passed over, so it does not count
    assert f"--after {documents[1].pk}" in reprocess("--all", "--limit", "1")
    assert queued() == {documents[1]}
    reprocess("--all", "--after", str(documents[1].pk))
    assert queued() == set(documents[1:])


def test_an_interruption_keeps_what_was_queued_and_says_how_to_go_on(monkeypatch):
    documents = sorted((finished() for _ in range(3)), key=lambda document: document.pk)
    submit = actions.submit

    def interrupted(*, document, **options):
        if document == documents[1]:
            raise KeyboardInterrupt
        return submit(document=document, **options)

    monkeypatch.setattr(actions, "submit", interrupted)
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("reprocess", "--all", stdout=out, verbosity=0)
    assert caught.value.returncode == 130
    assert f"--after {documents[0].pk}" in out.getvalue()
    assert queued() == {documents[0]}
    monkeypatch.setattr(actions, "submit", submit)
    reprocess("--all", "--after", str(documents[0].pk))
    assert queued() == set(documents)


def test_a_document_deleted_meanwhile_is_counted(monkeypatch):
    document = finished()
    submit = actions.submit

    def deleted_before(*, document, **options):
        Document.objects.filter(pk=document.pk).delete()
        return submit(document=document, **options)

    monkeypatch.setattr(actions, "submit", deleted_before)
    assert "deleted meanwhile 1" in reprocess("--all")
    assert not Document.objects.filter(pk=document.pk).exists()


def test_what_arrives_during_the_run_does_not_disturb_it():
    for _ in range(3):
        created(timezone.now() - timedelta(days=1))
    assert "Queued 3" in reprocess("--created-before", timezone.now().isoformat(), "--batch-size", "1")
