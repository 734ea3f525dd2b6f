"""Plans a set of documents and draws them one after the other, always the same for the same seed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from training.generator import render, scans
from training.generator.issuer import draw_issuer
from training.generator.kinds import KINDS, LEARNED
from training.generator.sheet import Sheet

PER_ISSUER = 3
"""Documents of one issuer: enough to learn its habits from, few enough to have many issuers."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A drawn document. ``suffix`` with its dot; ``category`` is the folder that it belongs into."""

    name: str
    category: str
    suffix: str
    content: bytes
    truth: dict[str, Any]
    issuer_group: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to draw. Shares are of all documents; the rest are PDF files."""

    seed: str
    count: int
    kinds: Sequence[str] = LEARNED
    scan_share: float = 0.0
    text_share: float = 0.1


def documents(plan: Plan) -> Iterator[Document]:
    for number in range(plan.count):
        group = f"issuer-{plan.seed}-{number // PER_ISSUER:05d}"
        kind = _kind(plan, group, number)
        yield _document(plan, Random(f"{plan.seed}/document/{number}"), f"gen-{plan.seed}-{number:05d}", group, kind)


def _kind(plan: Plan, group: str, number: int) -> str:
    """A shop prints receipts only; any other issuer all other kinds."""
    kind = _drawn_kind(Random(f"{group}/kind"), plan.kinds)
    if KINDS[kind].shop:
        return kind
    return _drawn_kind(Random(f"{group}/{number}"), [other for other in plan.kinds if not KINDS[other].shop])


def _drawn_kind(random: Random, kinds: Sequence[str]) -> str:
    return random.choices(list(kinds), [KINDS[kind].share for kind in kinds])[0]


def write(plan: Plan, folder: Path) -> int:
    """Writes the documents, their truth and INDEX.json; the number of documents."""
    index = []
    for document in documents(plan):
        put(folder / document.category / f"{document.name}{document.suffix}", document.content, document.truth)
        index.append(
            {"name": document.name, "category": document.category, "issuer_group": document.issuer_group, "truth": True}
        )
    (folder / "INDEX.json").write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")
    return len(index)


def put(path: Path, content: bytes, truth: dict[str, Any]) -> None:
    """Writes a document, and its truth beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    answers = json.dumps(truth, indent=1, ensure_ascii=False, sort_keys=True)
    path.with_suffix(".truth.json").write_text(f"{answers}\n", encoding="utf-8")


def _document(plan: Plan, random: Random, name: str, group: str, kind: str) -> Document:
    issuer = draw_issuer(plan.seed, group, shop=KINDS[kind].shop)
    drawn = KINDS[kind].draw(random, issuer)
    category = KINDS[kind].category
    suffix, content, category = (*drawn.file, category) if drawn.file else _file(plan, random, drawn.sheet, category)
    return Document(
        name=name,
        category=category,
        suffix=suffix,
        content=content,
        truth={**drawn.truth(drawn.sheet.places), **({"places": {}} if suffix == ".txt" else {})},
        issuer_group=group,
    )


def _file(plan: Plan, random: Random, sheet: Sheet, category: str) -> tuple[str, bytes, str]:
    """Suffix, bytes and category of the finished sheet; its places become those of the file."""
    look = random.random()
    if look < plan.scan_share:
        return _picture(random, sheet, f"{category}_image")
    if look < plan.scan_share + plan.text_share:
        return ".txt", render.text(sheet, aligned=random.random() < 0.6).encode(), f"{category}_text"
    return ".pdf", render.pdf(sheet), category


def _picture(random: Random, sheet: Sheet, category: str) -> tuple[str, bytes, str]:
    """A scan or a photo of the sheet; several pages are bound as a PDF of pictures."""
    dpi = random.choice([150.0, 150.0, 175.0, 200.0]) * (1.2 if sheet.size[0] < 300 else 1.0)
    look = scans.photographed if random.random() < 0.35 else scans.scanned
    pictures = [look(page, random) for page in scans.rendered(render.pdf(sheet), dpi)]
    if len(pictures) > 1:
        sheet.places = scans.moved(sheet.places, pictures, 72 / dpi)
        return ".pdf", scans.bound(pictures, dpi, random.choice([60, 75, 85])), category
    sheet.places = scans.moved(sheet.places, pictures)
    return *scans.encoded(pictures[0], random), category
