"""Bytes of a text file in any usual encoding → text."""

from __future__ import annotations

import codecs

import charset_normalizer

from extraction.engine.errors import ContentMismatch
from extraction.engine.parsers.characters import clean
from extraction.engine.parsers.content import HEAD_BYTES, looks_like_text, wide_encoding

# UTF-32 comes first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE_BYTES = 65_536


def decode(data: bytes) -> str:
    """The text, line ends as ``\\n``, without invisible characters. Raises ContentMismatch for what is no text."""
    if not looks_like_text(data[:HEAD_BYTES]):
        raise ContentMismatch
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    return clean(text)


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    wide = wide_encoding(data)
    if wide:
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_eight_bit_encoding(data), "replace")


def _eight_bit_encoding(data: bytes) -> str:
    """What charset-normalizer finds in the lines that are not plain ASCII; cp1252 when it finds nothing."""
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:SAMPLE_BYTES]
    best = charset_normalizer.from_bytes(telling).best()
    return best.encoding if best else "cp1252"
