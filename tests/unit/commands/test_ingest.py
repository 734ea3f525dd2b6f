from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from accounts.models import Membership
from accounts.queries import personal_workspace
from accounts.roles import Role
from documents.models import Document
from extraction import intake
from extraction.models import JobTrigger, ProcessingJob
from tests.factories import UserFactory, cast

pytestmark = pytest.mark.django_db

NOTE = b"Vendor: Brightwater Tools\nTotal: EUR 10.00\n"


@pytest.fixture
def owner():
    return UserFactory(full_name="Kim Harbour")


@pytest.fixture
def folder(tmp_path):
    """Two good files, one of them deeper; one refused; one hidden."""
    (tmp_path / "deeper").mkdir()
    (tmp_path / "note.txt").write_bytes(NOTE)
    (tmp_path / "deeper" / "rows.csv").write_bytes(b"item,amount\nbolt,2\n")
    (tmp_path / "movie.mp4").write_bytes(b"no document")
    (tmp_path / ".hidden.txt").write_bytes(b"Total: 1\n")
    return tmp_path


def ingest(*arguments: object) -> tuple[str, str, int]:
    """Standard output, standard error and exit status."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("ingest", *map(str, arguments), stdout=out, stderr=err, verbosity=0)
    except CommandError as error:
        return out.getvalue(), f"{err.getvalue()}{error}", error.returncode
    return out.getvalue(), err.getvalue(), 0


def names() -> set[str]:
    return set(Document.objects.values_list("original_filename", flat=True))


def test_a_file_becomes_a_document_with_work_on_it(owner, tmp_path):
    path = tmp_path / "note.txt"
    path.write_bytes(NOTE)
    out, _, status = ingest(path, "--workspace", "Kim Harbour")
    document = Document.objects.get()
    assert (status, out.strip()) == (0, "taken in: 1, there already: 0, refused: 0")
    assert (document.workspace, document.owner) == (personal_workspace(owner), owner)
    assert (document.original_filename, document.content_type) == ("note.txt", "text/plain")
    assert default_storage.open(document.file).read() == path.read_bytes() == NOTE
    assert ProcessingJob.objects.get().trigger == JobTrigger.UPLOAD


def test_a_folder_is_taken_in_with_all_that_is_in_it(owner, folder):
    out, err, status = ingest(folder, "--workspace", personal_workspace(owner).pk)
    assert names() == {"note.txt", "rows.csv"}
    assert "taken in: 2, there already: 0, refused: 1" in out
    assert "movie.mp4: Files of this type are not accepted." in err
    assert status == 3


def test_what_is_there_already_is_passed_over(owner, folder):
    (folder / "movie.mp4").unlink()
    ingest(folder, "--workspace", "Kim Harbour")
    (folder / "copy of note.txt").write_bytes(NOTE)
    out, _, status = ingest(folder, "--workspace", "Kim Harbour")
    assert (status, out.strip()) == (0, "taken in: 0, there already: 3, refused: 0")
    assert Document.objects.count() == ProcessingJob.objects.count() == 2


def test_the_same_content_in_two_workspaces_is_two_documents(owner, tmp_path):
    (tmp_path / "note.txt").write_bytes(NOTE)
    other = UserFactory(full_name="Sam Quay")
    for name in ("Kim Harbour", "Sam Quay"):
        ingest(tmp_path, "--workspace", name)
    assert set(Document.objects.values_list("workspace", flat=True)) == {
        personal_workspace(owner).pk,
        personal_workspace(other).pk,
    }


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "The file is empty."),
        ("picture.png", b"%PDF-1.7", "The content of the file is not what its extension .png says."),
        ("large.txt", b"x" * (1024 * 1024 + 1), "The file is larger than 1 MB."),
        ("noextension", NOTE, "Files of this type are not accepted."),
    ],
)
def test_a_refused_file_is_told_with_its_reason_and_the_rest_goes_on(owner, tmp_path, settings, name, content, reason):
    settings.MAX_UPLOAD_SIZE_MB = 1
    (tmp_path / name).write_bytes(content)
    (tmp_path / "z.txt").write_bytes(NOTE)
    _, err, status = ingest(tmp_path, "--workspace", "Kim Harbour")
    assert f"{tmp_path / name}: {reason}" in err
    assert (status, names()) == (3, {"z.txt"})


def test_a_path_that_is_not_there_is_refused_and_the_rest_goes_on(owner, folder):
    _, err, status = ingest(folder / "nowhere.txt", folder / "note.txt", "--workspace", "Kim Harbour")
    assert "nowhere.txt: There is no such file or folder." in err
    assert (status, names()) == (3, {"note.txt"})


def test_a_pipe_is_not_read(owner, tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    _, err, status = ingest(tmp_path, "--workspace", "Kim Harbour")
    assert "pipe.txt: This is neither a file nor a folder." in err
    assert status == 3


def test_links_out_of_the_folder_are_not_followed(owner, folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_bytes(b"Total: 99\n")
    inside = folder / "deeper"
    (inside / "secret.txt").symlink_to(outside / "secret.txt")
    (inside / "all").symlink_to(outside, target_is_directory=True)
    (inside / "again.csv").symlink_to(inside / "rows.csv")
    _, err, status = ingest(inside, "--workspace", "Kim Harbour")
    assert "secret.txt: The link leads out of the folder and is not followed." in err
    assert Document.objects.count() == 1  # rows.csv, which again.csv only names once more
    assert status == 3


def test_a_name_cannot_steer_the_terminal(owner, tmp_path):
    (tmp_path / "evil\x1b[2J\nOK.mp4").touch()
    _, err, _ = ingest(tmp_path, "--workspace", "Kim Harbour")
    assert "\x1b" not in err
    assert "\nOK" not in err


def test_a_name_that_is_not_unicode(owner, tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_bytes(NOTE)
    assert ingest(tmp_path, "--workspace", "Kim Harbour")[2] == 0
    assert names() == {"caf.txt"}


def test_an_unknown_uploader_gets_a_sentence(owner, folder):
    _, err, status = ingest(folder, "--workspace", "Kim Harbour", "--as", "nobody@example.test")
    assert (err, status) == ("There is no user with the e-mail address 'nobody@example.test'.", 1)


@pytest.mark.parametrize(("role", "status"), [(Role.EDITOR, 0), (Role.VIEWER, 1), (None, 1)])
def test_who_uploads_must_be_allowed_to(tmp_path, role, status):
    people = cast(mate_role=role or Role.EDITOR)
    person = people.mate if role else people.stranger
    (tmp_path / "note.txt").write_bytes(NOTE)
    _, err, found = ingest(tmp_path, "--workspace", people.workspace.pk, "--as", person.email.upper())
    assert found == status
    assert list(Document.objects.values_list("owner", flat=True)) == ([person.pk] if status == 0 else [])
    if status:
        assert f"{person} may not upload to the workspace" in err


def test_an_unknown_workspace_gets_a_sentence(folder):
    assert ingest(folder, "--workspace", "Nowhere")[1:] == ("There is no workspace with the name or id 'Nowhere'.", 1)


def test_a_workspace_without_an_active_owner_asks_for_a_person(owner, folder):
    Membership.objects.filter(user=owner).delete()
    assert "has no active owner; name a person with --as" in ingest(folder, "--workspace", "Kim Harbour")[1]


def test_an_interruption_keeps_what_was_taken_in(owner, folder, monkeypatch):
    (folder / "movie.mp4").unlink()
    receive = intake.receive

    def interrupted(*, arrival, **options):
        if arrival.filename == "rows.csv":
            raise KeyboardInterrupt
        return receive(arrival=arrival, **options)

    monkeypatch.setattr(intake, "receive", interrupted)
    out, err, status = ingest(folder, "--workspace", "Kim Harbour")
    assert (status, names()) == (130, {"note.txt"})
    assert "taken in: 1" in out
    assert "Run the command again to go on." in err
    monkeypatch.setattr(intake, "receive", receive)
    assert "taken in: 1, there already: 1" in ingest(folder, "--workspace", "Kim Harbour")[0]


def test_a_full_disk_ends_it_with_a_sentence(owner, folder, monkeypatch):
    def full(name, content, max_length=None):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    _, err, status = ingest(folder / "note.txt", "--workspace", "Kim Harbour")
    assert (status, names()) == (1, set())
    assert "note.txt could not be stored: No space left on device." in err
