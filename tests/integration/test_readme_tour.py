"""The commands in README.md, typed into a shell: they print what the page says."""

from __future__ import annotations

import difflib
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deploy import services
from deploy.place import listen
from tests.integration.stack import running

README = services.ROOT / "README.md"
WRITTEN = "http://127.0.0.1:8000"
MASKS = {
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "<id>",
    r"\d{4}-\d\d-\d\dT[\d:.]+Z": "<time>",
    r"\b[0-9a-f]{32}\b": "<request id>",
    r'"confidence_score": 0\.9\d*': '"confidence_score": <0.9 and more>',
    r"(?m)^(samples\b.* )0\.0[012]\d( +1\.000)$": r"\1<small>\2",
}
"""What differs from run to run, or from one training of the confidences to the next."""

pytestmark = pytest.mark.integration


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    """The address of the service: web server and worker as ``make run`` starts them."""
    with running(tmp_path, workers=False) as stack, closing(listen(0, wait=False)) as listener:
        for service in services.application(stack.environment, workers=1, listener=listener.fileno()):
            if service.name in ("web", "worker"):
                stack.supervisor.start(service)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def steps(title: str) -> list[tuple[str, str]]:
    """(command, what README says it prints) in order; a command goes on in lines that begin with ``> ``."""
    section = README.read_text().partition(f"## {title}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"```console\n(.*?)```", section, re.DOTALL)
    found = re.findall(r"^\$ (.*\n(?:> .*\n)*)((?:(?!\$ ).*\n)*)", "".join(blocks), re.MULTILINE)
    return [(re.sub(r"^> ", "", command, flags=re.MULTILINE), output) for command, output in found]


def typed(commands: list[str]) -> list[str]:
    """What each command printed, all typed into one shell. A line without its end gets one."""
    mark = "-- end of a step --"
    script = "".join(f"{command}\nprintf '\\n%s\\n' {shlex.quote(mark)}\n" for command in commands)
    shell = subprocess.run(
        ["bash"], input=script, capture_output=True, text=True, timeout=300, cwd=services.ROOT, check=False
    )
    assert shell.stderr == ""
    outputs = shell.stdout.split(f"{mark}\n")[:-1]
    return [f"{output.strip()}\n" if output.strip() else "" for output in outputs]


def masked(text: str) -> str:
    for pattern, name in MASKS.items():
        text = re.sub(pattern, name, text)
    return text.replace("\r\n", "\n")


def differences(title: str, **replaced: str) -> str:
    """What the commands of a section print otherwise than promised, when ``replaced`` stands for what is written."""
    commands, promised = zip(*steps(title), strict=True)
    for written, real in replaced.items():
        commands = [command.replace(written, real) for command in commands]
    printed = typed(commands)
    assert len(printed) == len(promised)
    return "\n".join(
        "".join(difflib.ndiff(masked(old).splitlines(True), masked(new).splitlines(True)))
        for old, new in zip(promised, printed, strict=True)
        if masked(old) != masked(new)
    )


@pytest.mark.skipif(shutil.which("curl") is None, reason="the tour is made of curl commands; curl is not installed")
def test_the_tour(base: str) -> None:
    wrong = differences("A five-minute tour", **{WRITTEN: base})
    assert not wrong, f"README.md promises (-), the service prints (+):\n{wrong}"


def test_the_accuracy() -> None:
    wrong = differences("Accuracy and speed", **{".venv/bin/python": shlex.quote(sys.executable)})
    assert not wrong, f"README.md promises (-), the engine reaches (+):\n{wrong}"
