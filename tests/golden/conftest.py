"""Documents that the generator draws, the same every time, and what the engine reads on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evaluation.corpus import Case, load
from extraction.engine import output, pipeline
from extraction.engine.values import Options, Source
from tests.engine.paper import OPTIONS
from training.generator.corpus import Plan, write
from training.generator.kinds import LEARNED

PLANS = (
    Plan(seed="golden", count=150, kinds=LEARNED, scan_share=0.0, text_share=0.1),
    Plan(seed="golden-2", count=60, kinds=("contract", "e_invoice", "table"), scan_share=0.0, text_share=0.0),
)
"""Enough for every language and layout, and read within seconds: no scans."""


def drawn(folder: Path) -> list[Case]:
    for plan in PLANS:
        write(plan, folder / plan.seed)
    return [case for plan in PLANS for case in load(folder / plan.seed)]


@pytest.fixture(scope="package")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    return drawn(tmp_path_factory.mktemp("golden"))


@pytest.fixture(scope="package")
def predictions(cases: list[Case]) -> dict[str, dict[str, Any]]:
    return {case.name: read(case.path, OPTIONS) for case in cases}


def read(path: Path, options: Options) -> dict[str, Any]:
    extraction = pipeline.process(Source(path=str(path), media_type="", filename=path.name), options)
    return output.document(extraction, {})
