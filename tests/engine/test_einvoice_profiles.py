"""Whole e-invoices of every syntax and profile, with all that is to be read in them.

``invoices_as_data/NAME.xml`` goes with ``NAME.json``, the exported data without its score. All of them are invented.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from extraction.engine import output, pipeline
from extraction.engine.values import Options, Source

FOLDER = Path(__file__).parent / "invoices_as_data"
OPTIONS = Options(today=date(2026, 6, 1))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.xml")), ids=lambda path: path.stem)
def test_profile(path):
    extraction = pipeline.process(Source(path=str(path), media_type="text/xml", filename=path.name), OPTIONS)
    lines = (*extraction.line_items, *extraction.tax_lines)
    found = [*extraction.fields, *(cell for line in lines for cell in line.cells)]

    data = output.extracted_data(extraction)
    assert data.pop("confidence_score") == 1.0
    assert data == json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert {(field.confidence, field.evidence.source) for field in found} == {(1.0, "xml")}
    assert output.is_valid(extraction)
    assert not {"total_mismatch", "due_mismatch"} & {issue.code for issue in extraction.issues}


def test_every_file_has_its_answer():
    assert {path.stem for path in FOLDER.glob("*.xml")} == {path.stem for path in FOLDER.glob("*.json")}
