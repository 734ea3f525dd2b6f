"""The engine reads the samples as their truth files say: what a newcomer sees first is right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.accuracy import comparable, outcomes
from samples.generate import SAMPLES

FOLDER = Path(__file__).parents[2] / "samples"
NAMES = [sample.name for sample in SAMPLES]
KNOWN_GAPS: dict[str, set[str]] = {
    "receipt-photo.jpg": {"vendor_address"},
}
"""Fields of a sample that are not read yet."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    command = [sys.executable, "-m", "extraction.engine", "--output", folder, *(FOLDER / name for name in NAMES)]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, check=True, cwd=FOLDER.parent, env=environment, timeout=300)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_as_its_truth_says(name: str, results: Path) -> None:
    truth = json.loads((FOLDER / name).with_suffix(".truth.json").read_text(encoding="utf-8"))
    read = json.loads((results / name).with_suffix(".json").read_text(encoding="utf-8"))
    bad = {field: (truth[field], read.get(field)) for field, outcome in outcomes(truth, read) if outcome != "right"}
    unexpected = {field: pair for field, pair in bad.items() if field not in KNOWN_GAPS.get(name, ())}
    assert not unexpected, "field: (truth, read)"
    assert set(bad) == KNOWN_GAPS.get(name, set()), "better than expected: shorten KNOWN_GAPS"


@pytest.mark.parametrize(
    ("field", "one", "other", "same"),
    [
        ("vendor_name", "Müller & Söhne", "MÜLLER+SÖHNE", True),
        ("vendor_name", "Müller", "Mueller", False),
        ("total_amount", "119.00", 119.0, True),
        ("total_amount", "119.00", 119.1, False),
        ("invoice_number", "004518", "4518", False),
        ("parties", ["B Ltd", "A Ltd"], ["A Ltd", "b ltd"], True),
        ("due_date", None, "", True),
    ],
)
def test_what_counts_as_the_same(field: str, one: object, other: object, same: bool) -> None:
    assert (comparable(field, one) == comparable(field, other)) is same


def test_outcomes_of_fields_and_lines() -> None:
    lines = [{"amount": "1.00"}, {"amount": "2.00"}]
    truth = {
        "iban": None,
        "bic": "X",
        "vendor_name": "A",
        "line_items": lines,
        "accept": {},
        "verified_absent": ["iban"],
    }
    read = {"iban": "DE1", "vendor_name": "B", "line_items": [{"amount": 2}, {"amount": 3}]}
    assert sorted(outcomes(truth, read)) == [
        ("bic", "missed"),
        ("iban", "invented"),
        ("line_items", "invented"),
        ("line_items", "missed"),
        ("line_items", "right"),
        ("vendor_name", "wrong"),
    ]
