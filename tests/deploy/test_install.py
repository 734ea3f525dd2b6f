"""The environment is made only when it must be, and where it cannot be made one sentence says why."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import install
from deploy.services import ROOT

HASH = "--hash=sha256:" + "0" * 64


@pytest.fixture
def requirements(tmp_path):
    path = tmp_path / "run.txt"
    path.write_text(f"openvino==1.2.3 {HASH}\n")
    return path


@pytest.fixture
def pip(monkeypatch, tmp_path):
    """Real pip without the settings of this machine; its log goes beside the test."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setattr(install, "VENV", tmp_path)
    return monkeypatch


def test_a_missing_wheel_is_named_with_the_platform(pip, requirements, tmp_path):
    pip.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(install.InstallError) as caught:
        install.install_packages(requirements)
    sentence = f"There is no ready-made build of openvino==1.2.3 for this platform ({install.this_platform()})."
    assert str(caught.value).startswith(sentence)
    assert "openvino" in (tmp_path / "install.log").read_text()


def test_an_index_out_of_reach_is_not_taken_for_a_missing_wheel(pip, requirements):
    pip.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")
    with pytest.raises(install.InstallError, match=r"^The package index could not be reached"):
        install.install_packages(requirements)


def test_a_wheel_with_another_content_is_refused(pip, requirements, tmp_path):
    wheel = tmp_path / "openvino-1.2.3-py3-none-any.whl"
    wheel.write_bytes(b"not what was pinned")
    pip.setenv("PIP_NO_INDEX", "1")
    pip.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(install.InstallError, match=r"(?i)^Installing the packages failed: .*hash"):
        install.install_packages(requirements)


def test_a_full_disk_is_called_so():
    said = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"
    assert install.explain(said).startswith("There is no space left on the disk")


def test_the_stamp_follows_pins_and_environment(requirements, tmp_path, monkeypatch):
    stamp, wanted = tmp_path / "installed-run", install.fingerprint(requirements)
    assert not install.is_current(stamp, wanted)
    stamp.write_text(wanted)
    assert install.is_current(stamp, wanted)
    requirements.write_text(f"openvino==1.2.4 {HASH}\n")
    assert not install.is_current(stamp, install.fingerprint(requirements))
    monkeypatch.setattr(install, "PYTHON", tmp_path / "gone")
    assert not install.is_current(stamp, wanted)


def start_script(path):
    """``deploy/python.sh`` with only ``path`` to look for programs in."""
    return subprocess.run(
        ["/bin/sh", ROOT / "deploy/python.sh", "-c", "import sys; print(sys.version_info >= (3, 11))"],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_python_one_sentence_says_so(tmp_path):
    result = start_script(tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith("Python 3.11 or newer is needed")
    assert result.stderr.count("\n") == 1


def test_an_old_python_is_passed_over_for_a_newer_one(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    assert start_script(tmp_path).returncode == 1
    (tmp_path / "python3.12").symlink_to(sys.executable)
    assert start_script(tmp_path).stdout == "True\n"


def test_a_read_only_folder_is_named(tmp_path):
    """As an ordinary user, because root may write anywhere."""
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin") if os.geteuid() == 0 else sys.executable
    if python is None or subprocess.run([python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]).returncode:
        pytest.skip("no Python that an ordinary user may run")
    place = Path("/tmp") / f"documents-read-only-{os.getpid()}"  # reachable for every user, unlike tmp_path
    for name in ("deploy", "requirements"):
        shutil.copytree(ROOT / name, place / name)
    place.chmod(0o555)
    try:
        user = {"user": pwd.getpwnam("nobody").pw_uid, "extra_groups": []} if os.geteuid() == 0 else {}
        result = subprocess.run(
            [python, place / "deploy/install.py", "run"], capture_output=True, text=True, check=False, **user
        )
    finally:
        place.chmod(0o755)
        shutil.rmtree(place)
    assert result.returncode == 1
    assert result.stderr == f"The folder {place} is read-only; clone to a folder that you may write to.\n"
