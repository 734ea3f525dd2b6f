"""A data folder has one launcher at a time; a port that is taken is named; secrets are private."""

from __future__ import annotations

import os
import socket
import stat

import pytest

from deploy.place import PlaceError, as_lines, claim, listen, write_private


def test_a_second_claim_names_the_first_process(tmp_path):
    with (
        claim(tmp_path / "data"),
        pytest.raises(PlaceError, match=rf"already runs on .*process {os.getpid()}\)"),
        claim(tmp_path / "data"),
    ):
        pass


def test_a_claim_says_whether_the_one_before_ended_well(tmp_path):
    with claim(tmp_path) as place:
        assert not place.abandoned
    with pytest.raises(KeyboardInterrupt), claim(tmp_path):
        raise KeyboardInterrupt
    with claim(tmp_path) as place:
        assert not place.abandoned
    (tmp_path / "service.lock").write_text("12345")
    with claim(tmp_path) as place:
        assert place.abandoned


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(PlaceError, match=r"The data folder .*file/data cannot be written .*DATA_DIR="),
        claim(tmp_path / "file" / "data"),
    ):
        pass


def test_the_secret_key_is_made_once_and_is_private(tmp_path):
    with claim(tmp_path) as place:
        key = place.secret_key()
        assert len(key) >= 64
        assert place.secret_key() == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_busy_port_is_named_with_a_way_out():
    with listen(0, wait=False) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(PlaceError, match=rf"Port {port} is in use by another program; .*make run PORT={port + 1}"):
            listen(port, wait=False)


def test_port_zero_is_any_free_one():
    with listen(0, wait=False) as one, listen(0, wait=False) as other:
        ports = {one.getsockname()[1], other.getsockname()[1]}
        assert len(ports) == 2
        with socket.create_connection(one.getsockname(), timeout=5):
            pass


def test_a_private_file_replaces_the_old_one_whole(tmp_path):
    path = tmp_path / "operator.txt"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, as_lines({"PASSWORD": "it's"}))
    assert path.read_text() == "PASSWORD='it'\"'\"'s'\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
