"""Which characters may leave a parser? One cleaning for text from every source."""

from __future__ import annotations

import re
import unicodedata

# Joined letters, and letters as wide as an ideograph: the same letters to a reader.
_COMPATIBLE = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0xFB00, 0xFB07), *range(0xFF01, 0xFF5F), *range(0xFFE0, 0xFFE7))
}
# Not to be seen: controls except tab and line ends, soft hyphen, zero-width and direction marks,
# variation selectors, private use, and what is no character at all.
_INVISIBLE = (
    (0x00, 0x09), (0x0E, 0x20), (0x7F, 0x85), (0x86, 0xA0), (0xAD, 0xAE), (0x200B, 0x2010), (0x202A, 0x202F),
    (0x2060, 0x2070), (0xE000, 0xF900), (0xFE00, 0xFE10), (0xFEFF, 0xFF00), (0xFFF0, 0xFFFD), (0xFFFE, 0x10000),
)  # fmt: skip
_INVISIBLES = "".join(f"\\U{start:08x}-\\U{stop - 1:08x}" for start, stop in _INVISIBLE)
_REMOVED = re.compile(f"[{_INVISIBLES}]")
_NEEDS_CLEANING = re.compile(f"[{_INVISIBLES}{''.join(map(chr, _COMPATIBLE))}\ud800-\udfff]")
_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")


def clean(text: str) -> str:
    """``text`` without characters that nobody sees or that a database refuses (NUL, lone surrogates).

    Pairs of surrogates become the character they stand for.
    """
    if not _NEEDS_CLEANING.search(text):
        return text
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return _REMOVED.sub("", paired.translate(_COMPATIBLE))


def unreadable_share(text: str) -> float:
    """The share (0 to 1) of visible characters that no font would show as a letter: private use, U+FFFD, controls."""
    visible = "".join(text.split())
    return len(_UNREADABLE.findall(visible)) / len(visible) if visible else 0.0
