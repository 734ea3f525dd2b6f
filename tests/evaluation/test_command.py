"""``python -m evaluation`` over folders of documents with known answers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.__main__ import main
from evaluation.corpus import load, without_truth

ROOT = Path(__file__).parents[2]
LINES = (
    "Vendor: {vendor}\nCustomer: Acme GmbH\nInvoice Number: INV-1001\nInvoice Date: 2026-04-15\n"
    "Due Date: 2026-05-15\nTax: 19.00\nTotal: EUR 119.00\n"
)
HOSTILE = "<script>alert(1)</script> Ltd"


def write(folder: Path, name: str, *, vendor: str = "Northwind Supplies", **truth: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_text(LINES.format(vendor=vendor))
    (folder / f"{name}.truth.json").write_text(json.dumps({"document_type": "invoice", **truth}))


def evaluate(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evaluation", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Where the reports of a good and then a worse engine are, and what the second run printed."""
    folder = tmp_path_factory.mktemp("evaluation")
    write(folder / "corpus" / "texts", "one", vendor_name="Northwind Supplies", total_amount="119.00")
    write(folder / "corpus" / "texts", "two", vendor=HOSTILE, vendor_name=HOSTILE, total_amount="119.00")
    first = evaluate(folder / "corpus", "--report", folder / "before", "--jobs", 1)
    assert first.returncode == 0, first.stderr
    # What stands on the documents is another now: the engine reads as before, and that is wrong.
    write(folder / "corpus" / "texts", "two", vendor=HOSTILE, vendor_name="<b>Other</b>", total_amount="119.00")
    baseline = folder / "before" / "report.json"
    second = evaluate(folder / "corpus", "--report", folder / "after", "--baseline", baseline, "--jobs", 1)
    assert second.returncode == 0, second.stderr
    return folder, second.stdout


def test_figures_are_written_as_json(reports: tuple[Path, str]) -> None:
    report = json.loads((reports[0] / "before" / "report.json").read_text())
    assert report["categories"]["texts"]["fields"]["total_amount"]["right"] == 2
    assert report["categories"]["texts"]["document_type"] == 1.0


def test_predictions_are_kept(reports: tuple[Path, str]) -> None:
    prediction = json.loads((reports[0] / "before" / "predictions" / "one.json").read_text())
    assert prediction["vendor_name"] == "Northwind Supplies"
    assert prediction["fields"]["vendor_name"]["confidence"] > 0.5


def test_what_got_worse_is_told(reports: tuple[Path, str]) -> None:
    assert re.search(r"worse +texts, vendor_name: 1\.000 → 0\.500", reports[1])
    assert "newly wrong: two, vendor_name" in reports[1]


def test_the_page_is_self_contained_and_inert(reports: tuple[Path, str]) -> None:
    page = (reports[0] / "after" / "report.html").read_text()
    assert "&lt;b&gt;Other&lt;/b&gt;" in page
    assert "<script" not in page
    assert "<b>" not in page
    assert not re.search(r"""(src|href)=["'](?!data:)""", page)


def test_nothing_to_evaluate(tmp_path: Path) -> None:
    run = evaluate(tmp_path)
    assert run.returncode == 2
    assert "no *.truth.json" in run.stderr


def test_a_document_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    write(tmp_path / "corpus" / "texts", "one", total_amount="119.00")
    write(tmp_path / "corpus" / "texts", "two", total_amount="119.00")
    (tmp_path / "corpus" / "texts" / "two.txt").rename(tmp_path / "corpus" / "texts" / "two.pdf")
    run = evaluate(tmp_path / "corpus", "--report", tmp_path / "report", "--jobs", 1)
    assert run.returncode == 0, run.stderr
    assert re.search(r"Could not be read: 1\n +two: \w+", run.stdout)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--category", "letters"], "in a folder letters below"),
        (["--baseline", "nowhere.json"], "nowhere.json"),
        (["--jobs", "0"], "a number from 1"),
    ],
)
def test_mistakes_of_the_caller_are_told(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "texts", "one")
    with pytest.raises(SystemExit) as ended:
        sys.exit(main([str(tmp_path), *arguments]))
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("truth", ["{", "[]", "{}", '{"document_type": "invioce"}'])
def test_a_truth_must_tell_the_kind(truth: str, tmp_path: Path) -> None:
    write(tmp_path, "one")
    (tmp_path / "one.truth.json").write_text(truth)
    with pytest.raises(ValueError, match=r"one\.truth\.json"):
        load(tmp_path)


def test_names_may_hold_any_sign(tmp_path: Path) -> None:
    write(tmp_path / "texts", "one [1]*")
    assert load(tmp_path)[0].path.name == "one [1]*.txt"


def test_issuers_come_from_the_index(tmp_path: Path) -> None:
    write(tmp_path / "texts", "one")
    write(tmp_path / "texts", "two")
    (tmp_path / "INDEX.json").write_text(json.dumps([{"name": "one", "issuer_group": "northwind"}]))
    assert {case.name: case.issuer for case in load(tmp_path)} == {"one": "northwind", "two": "two"}


def test_a_truth_needs_its_document(tmp_path: Path) -> None:
    write(tmp_path, "one")
    (tmp_path / "one.txt").unlink()
    with pytest.raises(FileNotFoundError):
        load(tmp_path)


def test_names_are_unique(tmp_path: Path) -> None:
    write(tmp_path / "texts", "one")
    write(tmp_path / "more", "one")
    with pytest.raises(ValueError, match="one"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("field", "value"),
    [("accept", ["x"]), ("accept", {"iban": "x"}), ("line_items", "x"), ("line_items", [1]), ("tax_lines", {"a": 1}),
     ("parties", "A and B"), ("verified_absent", "iban")],
)  # fmt: skip
def test_a_truth_must_have_its_form(field: str, value: object, tmp_path: Path) -> None:
    write(tmp_path, "one", **{field: value})
    with pytest.raises(ValueError, match=rf"one\.truth\.json: {field}: "):
        load(tmp_path)


@pytest.mark.parametrize("index", ["{", "{}", '[{"name": "one"}]', "[1]"])
def test_an_index_must_have_its_form(index: str, tmp_path: Path) -> None:
    write(tmp_path, "one")
    (tmp_path / "INDEX.json").write_text(index)
    with pytest.raises(ValueError, match=r"INDEX\.json: "):
        load(tmp_path)


def test_documents_without_truth_are_counted(tmp_path: Path) -> None:
    write(tmp_path / "texts", "one")
    for name in ("two.txt", "three.pdf", "notes.md", "INDEX.json"):
        (tmp_path / "texts" / name).write_text("[]")
    assert [path.name for path in without_truth(tmp_path, load(tmp_path))] == ["three.pdf", "two.txt"]


def test_a_place_that_cannot_be_written_is_told_before_reading(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "texts", "one")
    (tmp_path / "file").touch()
    assert main([str(tmp_path / "texts"), "--report", str(tmp_path / "file")]) == 2
    assert str(tmp_path / "file") in capsys.readouterr().err
