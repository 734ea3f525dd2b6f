from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def extract(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "extract", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_a_line_of_json_for_each_file(tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("Vendor: Brightwater Tools\nInvoice Number: BT-7\nTotal: EUR 119.00\n")
    ran = extract(note, tmp_path / "nowhere.pdf")
    read, missing = map(json.loads, ran.stdout.splitlines())
    assert (read["vendor_name"], read["total_amount"], read["currency"]) == ("Brightwater Tools", 119.0, "EUR")
    assert missing["error"]["code"] == "file_not_found"
    assert ran.returncode == 3


def test_results_into_a_folder(tmp_path):
    (tmp_path / "note.txt").write_text("Vendor: Brightwater Tools\nTotal: EUR 119.00\n")
    assert extract(tmp_path / "note.txt", "--output", tmp_path / "out", "--jobs", "2").returncode == 0
    assert json.loads((tmp_path / "out" / "note.json").read_text())["total_amount"] == 119.0


def test_help_names_this_command():
    assert "manage.py extract" in extract("--help").stdout


def test_wrong_usage():
    assert extract().returncode == 2
