"""``python -m training.generate``: what it refuses, and what it writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from training.generate import main


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "name the folder to write to"),
        (["OUT", "--kinds", "invoice,ticket"], "unknown kinds: ticket; there are invoice, "),
        (["OUT", "--kinds", ","], "--kinds names none"),
        (["OUT", "--count", "-1"], "'-1' is no number of documents"),
        (["OUT", "--count", "many"], "'many' is no number of documents"),
        (["OUT", "--scan-share", "2"], "'2' is no share from 0 to 1"),
        (["OUT", "--scan-share", "nan"], "'nan' is no share from 0 to 1"),
        (["OUT", "--scan-share", "0.7", "--text-share", "0.6"], "are more than 1 together"),
        (["OUT", "--seed", "../../elsewhere"], "is more than letters, digits, - and _"),
    ],
)
def test_what_cannot_work_is_refused(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main([str(tmp_path / "file"), "--count", "1"]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_what_is_no_page_is_written_as_it_is(tmp_path: Path) -> None:
    assert (
        main(
            [
                str(tmp_path),
                "--count",
                "30",
                "--kinds",
                "e_invoice,table,note",
                "--scan-share",
                "1",
                "--text-share",
                "0",
            ]
        )
        == 0
    )
    kinds = {path.suffix: path.parent.name for path in tmp_path.rglob("*.*") if path.suffix != ".json"}
    assert kinds == {".pdf": "einvoices", ".csv": "tables", ".txt": "notes"}


def test_without_the_packages_for_development_a_sentence_names_what_installs_them():
    hidden = "import runpy, sys; sys.modules['font_source_sans_pro'] = None; sys.argv[1:] = ['x']; "
    run = [sys.executable, "-c", hidden + "runpy.run_module('training.generate', run_name='__main__')"]

    ended = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)

    assert ended.returncode == 1
    assert "make install-dev" in ended.stderr
    assert ended.stderr.count("\n") == 1
