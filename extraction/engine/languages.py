"""The languages that documents are read in: one TOML file each in ``labels/``, and nothing else to add.

Names of months and countries, the order of day and month and the decimal mark come from the locale of that name
(Unicode CLDR, through Babel).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

_FILES = Path(__file__).with_name("labels")

LANGUAGES = tuple(sorted((path.stem for path in _FILES.glob("*.toml")), key=lambda code: (code != "en", code)))
"""Codes of the languages that have a file; English, which is everywhere, first."""


@cache
def data(language: str) -> dict[str, Any]:
    """The file of a language: sections of lists of phrases (see :mod:`extraction.engine.labels`)."""
    return tomllib.loads((_FILES / f"{language}.toml").read_text("utf-8"))


@cache
def uses_comma(language: str) -> bool:
    """Decimals are written behind a comma."""
    return str(Locale(language).number_symbols["latn"]["decimal"]) == ","


@cache
def alternatives(section: str, concept: str) -> str:
    """A regular expression for the phrases of all languages, the longest first; a space stands for any white space."""
    phrases = {phrase for language in LANGUAGES for phrase in data(language)[section][concept]}
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.escape(phrase).replace(r"\ ", r"\s{1,3}") for phrase in ordered) + ")"
