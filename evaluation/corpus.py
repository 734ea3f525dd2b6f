"""A folder of documents with their true answers.

Beside each document ``NAME.ext`` stands ``NAME.truth.json``; the folder it lies in is its category. The truth maps
field names to the right value (amounts as decimal text, dates ISO, ``null`` where nobody knows). ``accept`` holds
other values that are as good, by field; ``verified_absent`` names fields that certainly are not on the document.
``INDEX.json``, in the folder or in one below it, may tell the issuer of each: a list of objects with ``name`` and
``issuer_group``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any, get_args

import msgspec

from extraction.engine.values import DocumentType

SUFFIX = ".truth.json"
INDEX = "INDEX.json"
TYPES: tuple[str, ...] = get_args(DocumentType)
FORMS: Mapping[str, Any] = {
    "accept": dict[str, list[Any]],
    "verified_absent": list[str],
    "line_items": list[dict[str, Any]],
    "tax_lines": list[dict[str, Any]],
    "parties": list[str],
}
"""What is not a single value."""


class _Entry(msgspec.Struct):
    """A row of INDEX.json, of which nothing else is used."""

    name: str
    issuer_group: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One document and what a careful reader finds in it. ``issuer`` is its own name where none is told."""

    name: str
    category: str
    path: Path
    issuer: str
    truth: Mapping[str, Any]

    @property
    def is_a_repetition(self) -> bool:
        """Whether the same document is in another category too: as a transcript, or as a scan."""
        return self.category.endswith(("_text", "_scan"))


def load(folder: Path, categories: Collection[str] = ()) -> list[Case]:
    """All cases below ``folder``, by category and name; only those of ``categories`` where some are given.

    Raises ``FileNotFoundError`` for a truth without its document, and ``ValueError`` for no folder, two of one name, a
    truth or INDEX.json of another form, and a truth without a ``document_type`` of the engine.
    """
    if not folder.is_dir():
        raise ValueError(f"There is no folder {folder}.")
    issuers = _issuers(folder)
    cases: dict[str, Case] = {}
    for truth in sorted(folder.rglob(f"*{SUFFIX}")):
        name, category = truth.name.removesuffix(SUFFIX), truth.parent.name
        if categories and category not in categories:
            continue
        if name in cases:
            raise ValueError(f"Two documents are called {name}.")
        cases[name] = Case(
            name=name,
            category=category,
            path=_document(truth, name),
            issuer=issuers.get(name, name),
            truth=_answers(truth),
        )
    return sorted(cases.values(), key=lambda case: (case.category, case.name))


def _answers(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from None
    kind = found.get("document_type") if isinstance(found, dict) else None
    if kind not in TYPES:
        raise ValueError(f"{path}: document_type must be one of {', '.join(TYPES)}, not {kind!r}.")
    for name, form in FORMS.items():
        if found.get(name) is not None:
            try:
                msgspec.convert(found[name], form)
            except msgspec.ValidationError as error:
                raise ValueError(f"{path}: {name}: {error}.") from None
    return dict(found)


def _document(truth: Path, name: str) -> Path:
    for path in sorted(truth.parent.glob(f"{escape(name)}.*")):
        if path.stem == name and path.suffix != ".json":
            return path
    raise FileNotFoundError(f"There is no document beside {truth}.")


def _issuers(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(folder.rglob(INDEX)):
        try:
            rows = msgspec.json.decode(path.read_bytes(), type=list[_Entry])
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path}: {error}.") from None
        found |= {row.name: row.issuer_group for row in rows}
    return found


def without_truth(folder: Path, cases: Sequence[Case]) -> list[Path]:
    """Files below ``folder`` that may be documents, but beside which there is no truth."""
    known, others = {case.path for case in cases}, {SUFFIX.rpartition(".")[2], "md"}
    files = (path for path in folder.rglob("*.*") if path.is_file() and path.suffix[1:].lower() not in others)
    return sorted(path for path in files if path not in known and not path.name.startswith("."))
