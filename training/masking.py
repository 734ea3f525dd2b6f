"""The same document with other words for its labels: the next issuer's, which the engine has not learned.

Part of the words that the lexicon knows are replaced by invented ones, so that the ranker and the confidences meet
weak evidence on real layouts. Words of the true values stay.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from extraction.engine.labels import fold
from extraction.engine.reading import Reading
from extraction.engine.values import Page, ParsedDocument, Word
from training.dataset import TODAY

SECTIONS = ("fields", "amounts", "columns")
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def masked(document: ParsedDocument, truth: Mapping[str, Any], share: float, seed: int) -> ParsedDocument:
    """``share`` of the different label words on the pages are replaced, each everywhere by the same invention."""
    chance = random.Random(seed)
    kept = set(_words(truth.values()))
    known = sorted(_label_words(document) - kept)
    chosen = {word: _invented(word, chance) for word in known if chance.random() < share}
    pages = tuple(_page(page, chosen) for page in document.pages)
    return msgspec.structs.replace(document, pages=pages)


def _words(values: Iterable[Any]) -> Iterable[str]:
    for text in json.dumps(list(values), default=str, ensure_ascii=False).split():
        yield _key(text)


def _label_words(document: ParsedDocument) -> set[str]:
    reading = Reading(document, today=TODAY)
    return {
        _key(word)
        for _, segment in reading.segments()
        for section in SECTIONS
        for hit in reading.section(segment, section)
        for word in segment.text[hit.start : hit.end].split()
    }


def _key(word: str) -> str:
    return "".join(filter(str.isalnum, fold(word)))


def _invented(word: str, chance: random.Random) -> str:
    return "".join(chance.choice(ALPHABET) for _ in word)


def _page(page: Page, chosen: Mapping[str, str]) -> Page:
    return msgspec.structs.replace(page, words=tuple(_word(word, chosen) for word in page.words))


def _word(word: Word, chosen: Mapping[str, str]) -> Word:
    invented = chosen.get(_key(word.text))
    if not invented:
        return word
    letters = iter(invented * 2)
    text = "".join(next(letters, "x") if char.isalpha() else char for char in word.text)
    return msgspec.structs.replace(word, text=text.upper() if word.text.isupper() else text)
