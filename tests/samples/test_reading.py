"""The engine reads the samples as their truth files say: what a newcomer sees first is right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evaluation.comparing import same
from evaluation.scoring import FAILURES, known_fields, outcome_of
from training.samples import SAMPLES

FOLDER = Path(__file__).parents[2] / "samples"
NAMES = [sample.name for sample in SAMPLES]
KNOWN_GAPS: dict[str, set[str]] = {
    "receipt-photo.jpg": {"vendor_address"},
}
"""Fields of a sample that are not read yet."""


def truth_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name).with_suffix(".truth.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    command = [sys.executable, "-m", "extraction.engine", "--output", folder, *(FOLDER / name for name in NAMES)]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, check=True, cwd=FOLDER.parent, env=environment, timeout=300)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_as_its_truth_says(name: str, results: Path) -> None:
    truth = truth_of(name)
    read = json.loads((results / name).with_suffix(".json").read_text(encoding="utf-8"))
    assert read["document_type"] == truth["document_type"]
    bad = {
        field: (truth[field], read.get(field))
        for field in known_fields(truth)
        if outcome_of(field, truth, read.get(field)) in FAILURES
    }
    unexpected = {field: pair for field, pair in bad.items() if field not in KNOWN_GAPS.get(name, ())}
    assert not unexpected, "field: (truth, read)"
    assert set(bad) == KNOWN_GAPS.get(name, set()), "better than expected: shorten KNOWN_GAPS"


@pytest.mark.parametrize("name", [name for name in NAMES if truth_of(name)["line_items"] is not None])
def test_every_cell_of_its_lines_is_read(name: str, results: Path) -> None:
    truth = truth_of(name)
    read = json.loads((results / name).with_suffix(".json").read_text(encoding="utf-8"))
    for wanted, found in zip(truth["line_items"], read["line_items"], strict=True):
        cells = {cell: found.get(cell) for cell, value in wanted.items() if value is not None}
        assert all(same(cell, wanted[cell], value) for cell, value in cells.items()), (wanted, found)
