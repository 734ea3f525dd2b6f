"""JSON: one document is its extracted data alone; many are a list that also says which document each is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from exports.formats.contract import Exported, Format


def one(exported: Exported) -> bytes:
    return _encode(exported.data)


def many(documents: Iterable[Exported]) -> bytes:
    return _encode(
        [{"document_id": str(each.document_id), "original_filename": each.filename, **each.data} for each in documents]
    )


def _encode(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2).encode()


FORMAT = Format(name="json", content_type="application/json", one=one, many=many)
