"""What a format is: it turns what was read into the bytes of one file."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Exported:
    """One document as formats see it. ``data`` is the contract's ``extracted_data``, further keys included.

    ``review_status`` says whether people or the workspace's policy let the data pass; formats hand it on, so that who
    takes data that nobody approved knows.
    """

    document_id: uuid.UUID
    filename: str
    data: Mapping[str, Any]
    review_status: str = ""


@dataclass(frozen=True, kw_only=True)
class Format:
    """``name`` is the last part of its address and the extension of its files.

    ``one`` writes a single document; ``many`` writes any number of them into one file, piece by piece, so that memory
    does not grow with their number.
    """

    name: str
    content_type: str
    one: Callable[[Exported], bytes]
    many: Callable[[Iterable[Exported]], Iterator[bytes]]
