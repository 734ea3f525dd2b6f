"""What is in a file really? Decided from its first bytes, never from its name."""

from __future__ import annotations

import os
import re

import filetype

from extraction.engine.errors import DamagedDocument, LimitExceeded

HEAD_BYTES = 8_192
FEW_CONTROLS = 2  # slips that even a short text may hold

# The header may follow up to 1,024 bytes of something else (ISO 32000-1, Annex H, note 13). Files
# that lost it are still told by their first object.
_PDF = re.compile(rb"%PDF-|\b\d+ \d+ obj\b")
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x1a\x1b\x0b\x08")


def head_of(path: str) -> bytes:
    """The first bytes of a file. Raises DamagedDocument when it cannot be opened."""
    try:
        with open(path, "rb") as file:
            return file.read(HEAD_BYTES)
    except OSError:
        raise DamagedDocument("The file could not be opened.") from None


def read_bounded(path: str, maximum: int) -> bytes:
    """All bytes of a file. Raises LimitExceeded before reading when there are more than ``maximum``."""
    if os.path.getsize(path) > maximum:
        raise LimitExceeded
    with open(path, "rb") as file:
        return file.read()


def is_pdf(head: bytes) -> bool:
    return _PDF.search(head[:1_024]) is not None


def is_binary_format(head: bytes) -> bool:
    """Whether the bytes carry the mark of a known format that is not text."""
    return is_pdf(head) or (filetype.guess(head) is not None and not head.lstrip().startswith(b"<"))


def looks_like_text(head: bytes) -> bool:
    """Whether the bytes can be characters in some usual encoding.

    Eight-bit text hardly holds control characters; UTF-16 and UTF-32 hold NULs, but in step.
    """
    if is_binary_format(head):
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or wide_encoding(head):
        return True
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in head)
    return controls <= max(FEW_CONTROLS, len(head) // 50)


def wide_encoding(head: bytes) -> str | None:
    """``utf-16-le`` or ``utf-16-be`` when NULs stand at every other place, as in unmarked UTF-16."""
    even, odd = head[0:2_048:2], head[1:2_048:2]
    if len(odd) < 2:
        return None
    if odd.count(0) > 0.6 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.6 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return None


def is_xml(head: bytes) -> bool:
    """Whether the first character, after a byte order mark and white space, opens a tag."""
    start = head[:256].removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return start.replace(b"\0", b"").lstrip().startswith(b"<")
