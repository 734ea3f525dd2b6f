"""Files under names made from ids, and what no row owns."""

from __future__ import annotations

import os
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from documents import storage
from tests.factories import DocumentFactory

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.INCOMING_DIR = tmp_path / "incoming"
    settings.INCOMING_DIR.mkdir()


def put(folder: str, name: str = "original.pdf", age: timedelta = timedelta(0)) -> str:
    stored = f"{folder}/{name}"
    storage.save(stored, ContentFile(b"x"))
    then = time.time() - age.total_seconds()
    os.utime(default_storage.path(stored), (then, then))
    os.utime(default_storage.path(folder), (then, then))
    return stored


def nowhere() -> str:
    return storage.folder_of(uuid.uuid4(), uuid.uuid4())


def test_a_name_is_never_changed():
    name = put(nowhere())

    with pytest.raises(FileExistsError):
        storage.save(name, ContentFile(b"y"))
    assert default_storage.listdir(name.rpartition("/")[0])[1] == ["original.pdf"]
    assert default_storage.open(name).read() == b"x"


def test_a_block_that_fails_leaves_no_file():
    name = put(nowhere())

    with pytest.raises(ZeroDivisionError), storage.removed_on_error(name):
        raise ZeroDivisionError
    assert not default_storage.exists(name)


def test_a_folder_goes_with_all_its_files():
    folder = nowhere()
    put(folder), put(folder, "page-1.png")

    assert storage.delete_folder(folder) == 2
    assert not default_storage.exists(folder)
    assert storage.delete_folder(folder) == 0


@pytest.mark.django_db
def test_orphans_are_old_folders_without_a_row():
    document = DocumentFactory()
    owned = put(storage.folder_of(document.workspace_id, document.pk), age=9 * HOUR)
    lost = put(nowhere(), age=9 * HOUR)
    fresh = put(nowhere())
    foreign = put("documents/not-an-id/neither", age=9 * HOUR)
    half = nowhere()
    put(half, age=9 * HOUR), put(half, "page-1.png")

    assert list(storage.orphans(HOUR)) == [lost.rpartition("/")[0]]
    assert storage.sweep_orphans(HOUR) == 1
    assert [default_storage.exists(name) for name in (owned, lost, fresh, foreign, f"{half}/page-1.png")] == [
        True,
        False,
        True,
        True,
        True,
    ]
    assert storage.sweep_orphans(HOUR) == 0


@pytest.mark.django_db
def test_empty_folders_go_too():
    folder = nowhere()
    default_storage.delete(put(folder))
    old = time.time() - 9 * 3600
    os.utime(default_storage.path(folder), (old, old))

    assert storage.sweep_orphans(HOUR) == 1
    assert not default_storage.exists(folder)


@pytest.mark.django_db
def test_many_orphans_are_found_in_batches(monkeypatch):
    monkeypatch.setattr(storage, "BATCH", 2)
    for _ in range(5):
        put(nowhere(), age=9 * HOUR)

    assert storage.sweep_orphans(HOUR) == 5


@pytest.mark.django_db
def test_uploads_whose_process_died(settings):
    old, young, other = (Path(settings.INCOMING_DIR) / name for name in ("upload-a", "upload-b", "other"))
    for path in (old, young, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (0, 0))

    assert storage.sweep_orphans(HOUR) == 1
    assert [path.exists() for path in (old, young, other)] == [False, True, True]


@pytest.mark.django_db
def test_nothing_was_ever_stored():
    assert storage.sweep_orphans(HOUR) == 0
