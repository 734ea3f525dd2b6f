"""``python -m tests.golden.measure``: what the floors would be now, a little below what is reached."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

from evaluation.scoring import score
from tests.engine.paper import OPTIONS
from tests.golden.conftest import drawn, read
from tests.golden.test_golden import FEWEST

SLACK = 0.03

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        cases = drawn(Path(folder))
        scores = score(cases, {case.name: read(case.path, OPTIONS) for case in cases})
    for name, share in scores.fields.items():
        if share.support >= FEWEST:
            print(f'"{name}" = {math.floor(max(0.0, (share.f1 or 0) - SLACK) * 100) / 100}')
    print(scores.document_type, scores.header_f1, scores.straight_through.share, scores.calibration.ece)
