"""How like a printed number is to another, in the way OCR takes one for the other."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

Likeness = Literal["usual", "near"]

_PAIRS = "01 06 08 09 14 17 23 27 35 38 47 49 56 58 68 69 89"
LOOK_ALIKE = frozenset(frozenset(pair) for pair in _PAIRS.split())
"""Digits that OCR takes for one another."""

CLEAR = 0.998
"""Confidence of OCR from which a number is taken for well read: what is printed wrong is not misread."""

MOST_DIGITS = 12


def likeness(printed: str, value: Decimal) -> Likeness | None:
    """Whether ``value`` may have been misread as ``printed``.

    ``usual``: one digit was taken for one that looks like it, the decimal point or a mark of thousands was lost or
    seen, the first digit was lost, or a currency was read as one more. ``near``: any other single digit is wrong,
    missing or too much. ``None``: more than that is different.
    """
    one = "".join(char for char in printed if char.isdigit())
    whole, cents = f"{abs(value):.0f}", f"{abs(value):.2f}".replace(".", "")
    if not one or max(len(one), len(cents)) > MOST_DIGITS:
        return None
    if one == cents or (one == whole and value % 1 == 0):
        return "usual"
    return _likeness(one, cents if _has_decimals(printed) or value % 1 else whole)


def _likeness(one: str, other: str) -> Likeness | None:
    if len(one) == len(other):
        wrong = [frozenset(pair) for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
        if len(wrong) != 1:
            return None
        return "usual" if wrong[0] in LOOK_ALIKE else "near"
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    if len(longer) - len(shorter) != 1:
        return None
    if longer[1:] == shorter:
        return "usual"
    return "near" if any(longer[:at] + longer[at + 1 :] == shorter for at in range(1, len(longer))) else None


def _has_decimals(printed: str) -> bool:
    digits = printed.rstrip(" -")
    return len(digits) > 2 and digits[-3] in ".," and digits[-2:].isdigit()
