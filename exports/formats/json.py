"""JSON: one document is its extracted data alone; many are a list that also says which document each is, and whether
somebody approved it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from exports.formats.contract import Exported, Format


def one(exported: Exported) -> bytes:
    return _encode(exported.data)


def many(documents: Iterable[Exported]) -> Iterator[bytes]:
    yield b"["
    for place, each in enumerate(documents):
        known = {
            "document_id": str(each.document_id),
            "original_filename": each.filename,
            "review_status": each.review_status or None,
        }
        yield (b",\n" if place else b"\n") + _encode(known | dict(each.data))
    yield b"\n]\n"


def _encode(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2).encode()


FORMAT = Format(name="json", content_type="application/json", one=one, many=many)
