"""Texts that people enter: what of them is to be seen."""

from __future__ import annotations

import unicodedata

DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Could make ``gpj.exe`` look like ``exe.jpg``. Joiners stay: emoji and several scripts need them."""

_NO_DIRECTION = dict.fromkeys(map(ord, DIRECTION_MARKS))

_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Fillers, which count as letters or signs though nothing is shown."""

_VARIATIONS = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Say how the character before them looks."""


def without_direction_marks(text: str) -> str:
    return text.translate(_NO_DIRECTION)


def is_blank(text: str) -> bool:
    """Whether nothing of it is to be seen: spaces, controls, joiners, soft hyphens and the like."""
    return all(map(_is_unseen, text))


def _is_unseen(character: str) -> bool:
    return (
        character.isspace()
        or unicodedata.category(character) in {"Cc", "Cf"}
        or character in _BLANK_LETTERS
        or any(ord(character) in codes for codes in _VARIATIONS)
    )
