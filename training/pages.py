"""The invented pages of the engine's tests, as documents to learn from: layouts that somebody found worth keeping."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from evaluation.corpus import Case
from extraction.engine.values import Unit
from tests.engine.drawn import document, stored, stored_names
from training.dataset import Document, plain

UNITS: tuple[Unit, ...] = tuple(unit for unit in get_args(Unit) if unit != "px")


def stored_pages() -> list[Document]:
    """Each page in character cells and in points."""
    return [_page(name, unit) for name in stored_names() for unit in UNITS]


def _page(name: str, unit: Unit) -> Document:
    expected, text = stored(name)
    case = Case(name=f"{name}-{unit}", category="pages", path=Path(f"{name}.txt"), issuer=name, truth=_truth(expected))
    return Document(case, document(text, unit=unit))


def _truth(expected: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in expected.items() if name != "lines"}
