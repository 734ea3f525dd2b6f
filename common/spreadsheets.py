"""Texts of strangers as cells of a CSV file.

Spreadsheets run a cell that begins like a formula. Text comes from strangers' documents, so such a cell gets an
apostrophe in front, which makes it text again (OWASP, "CSV Injection"). Many spreadsheets also split at semicolons and
tabs, and at line ends when they take the quotes for text, so what follows one of these is a cell too. Numbers stay
numbers.
"""

from __future__ import annotations

import re
from typing import Any

FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")
INNER_FORMULA = re.compile(r"([;\t\r\n]\s*)(?=[=+\-@＝＋－＠])")
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*")


def cell(value: Any) -> Any:
    """Numbers as they are, lists as one text, text that a spreadsheet would run as text."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        return ("'" if FORMULA.match(value) else "") + INNER_FORMULA.sub(r"\1'", value)
    return value
