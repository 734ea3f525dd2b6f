"""The engine reads the samples as their truth files say: what a newcomer sees first is right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from samples.generate import SAMPLES

FOLDER = Path(__file__).parents[2] / "samples"
NAMES = [sample.name for sample in SAMPLES]
KEY_FIELDS = (
    "document_type",
    "vendor_name",
    "customer_name",
    "invoice_number",
    "invoice_date",
    "due_date",
    "total_amount",
    "tax_amount",
    "currency",
    "iban",
    "parties",
    "effective_date",
    "expiration_date",
    "governing_law",
)
NUMBERS = {"total_amount", "tax_amount", "quantity", "unit_price", "amount"}
CELLS = ("description", "quantity", "unit_price", "amount")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("results")
    command = [sys.executable, "-m", "extraction.engine", "--output", folder, *(FOLDER / name for name in NAMES)]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, check=True, cwd=FOLDER.parent, env=environment, timeout=300)
    return {name: json.loads((folder / name).with_suffix(".json").read_text()) for name in NAMES}


def truth_of(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / name).with_suffix(".truth.json").read_text(encoding="utf-8"))


def comparable(field: str, value: Any) -> Any:
    """Amounts by value, names without regard to case, lists without regard to order."""
    if value is None:
        return None
    if field in NUMBERS:
        return Decimal(str(value))
    return sorted(item.casefold() for item in value) if isinstance(value, list) else value.casefold()


@pytest.mark.parametrize("name", NAMES)
def test_key_fields(name: str, results: dict[str, dict[str, Any]]) -> None:
    truth = truth_of(name)
    scored = [field for field in KEY_FIELDS if truth.get(field) is not None or field in truth["verified_absent"]]
    read = {field: comparable(field, results[name].get(field)) for field in scored}
    assert read == {field: comparable(field, truth.get(field)) for field in scored}


@pytest.mark.parametrize("name", [name for name in NAMES if truth_of(name)["line_items"]])
def test_line_items(name: str, results: dict[str, dict[str, Any]]) -> None:
    read = [{cell: comparable(cell, item.get(cell)) for cell in CELLS} for item in results[name]["line_items"]]
    assert read == [{cell: comparable(cell, item[cell]) for cell in CELLS} for item in truth_of(name)["line_items"]]
