"""Make ``.venv`` with the pinned requirements of one kind: ``run`` or ``dev``. Standard library only.

Nothing is done when the environment already holds what the requirements file says, so every
``make`` target calls this first. Only ready-made wheels are installed, each checked by its hash.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


class InstallError(Exception):
    """The environment cannot be made. The message is for a person."""


def install(kind: str) -> None:
    requirements = ROOT / "requirements" / f"{kind}.txt"
    stamp, wanted = VENV / f"installed-{kind}", fingerprint(requirements)
    if is_current(stamp, wanted):
        return
    with one_at_a_time():
        if is_current(stamp, wanted):
            return
        make_venv()
        install_packages(requirements)
        stamp.write_text(wanted)


def fingerprint(requirements: Path) -> str:
    """Changes with the pins and with the Python that they were installed for."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"{version} {hashlib.sha256(requirements.read_bytes()).hexdigest()}\n"


def is_current(stamp: Path, wanted: str) -> bool:
    return PYTHON.exists() and stamp.is_file() and stamp.read_text() == wanted


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two installations at once would spoil each other. The lock is on the folder itself and needs no file."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def make_venv() -> None:
    """Keep an environment that works with this Python; make a new one in place of any other."""
    if not os.access(ROOT, os.W_OK):
        raise InstallError(f"The folder {ROOT} is read-only; clone to a folder that you may write to.")
    if importlib.util.find_spec("ensurepip") is None:
        raise InstallError("Python's venv module is incomplete; on Debian and Ubuntu: apt install python3-venv.")
    same = f"import sys, pip; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", same], capture_output=True, check=False).returncode == 0:
        return
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise InstallError(f"The environment {VENV} could not be made: {last_line(made.stdout + made.stderr)}")


def install_packages(requirements: Path) -> None:
    number = len(re.findall(r"^[a-z0-9]\S*==", requirements.read_text(), re.MULTILINE))
    print(f"Installing {number} packages into .venv; this happens once and takes a minute or two ...", flush=True)
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    pip = subprocess.run(
        [PYTHON, "-m", "pip", "install", *options, "-r", str(requirements)], capture_output=True, text=True, check=False
    )
    if pip.returncode != 0:
        log = VENV / "install.log"
        log.write_text(pip.stdout + pip.stderr)
        raise InstallError(f"{explain(pip.stderr)} (All of pip's output: {log})")


def explain(output: str) -> str:
    """One sentence for why pip failed."""
    if re.search(r"connection broken|NewConnectionError|name resolution|ProxyError|Read timed out", output):
        return "The package index could not be reached; check the network (or pip's index settings) and try again."
    if "No space left on device" in output:
        return f"There is no space left on the disk of {ROOT}; {shutil.disk_usage(ROOT).free >> 20} MB are free."
    if missing := re.search(r"No matching distribution found for (\S+)", output):
        return f"There is no ready-made build of {missing[1]} for this platform ({this_platform()})."
    return f"Installing the packages failed: {last_line(output)}"


def this_platform() -> str:
    """For example ``Linux aarch64 musl, Python 3.11``."""
    libc = platform.libc_ver()[0] or ("musl" if platform.system() == "Linux" else "")
    machine = " ".join(filter(None, (platform.system(), platform.machine(), libc)))
    return f"{machine}, Python {sys.version_info.major}.{sys.version_info.minor}"


def last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["it gave no reason"])[-1].removeprefix("ERROR: ")


if __name__ == "__main__":
    try:
        install(sys.argv[1])
    except InstallError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename or ROOT}: {error.strerror}; the environment was not made.")
