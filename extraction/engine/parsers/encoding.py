"""Bytes of a text file in any usual encoding → text."""

from __future__ import annotations

import codecs
import re

import charset_normalizer

from extraction.engine.errors import ContentMismatch
from extraction.engine.parsers.characters import clean
from extraction.engine.parsers.content import HEAD_BYTES, looks_like_text, wide_encoding

# UTF-32 comes first: its mark begins with that of UTF-16. The last is how ISO 2022 switches to Japanese.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TO_JAPANESE = (b"\x1b$B", b"\x1b$@")

SAMPLE_BYTES = 65_536
DAMAGED_UTF8 = 5  # good characters beyond ASCII for each broken one, from which text is UTF-8 with slips
MOSTLY_LATIN = 0.4  # of letters beyond ASCII, above which text is not in the Latin alphabet
FIT = 0.9  # of the characters beyond ASCII in one language's alphabet, from which an encoding is believed

# Earlier ones win ties. charset-normalizer tells scripts apart well, but takes short western text for
# rare encodings ("Société" for Latin-2), so the Latin ones are told by their languages' letters.
_LATIN = ("cp1252", "iso8859-15", "cp1250", "iso8859-2", "cp1254", "cp1257", "cp858", "cp852", "mac_roman")
_ALPHABETS = tuple(
    frozenset(letters + letters.upper())
    for letters in (
        "äöüßé", "àâæçéèêëîïôœùûüÿ", "áéíñóúüçºª¿¡", "áâãàçéêíóôõúüºª", "àèéìíòóùúî", "áéèëíïóöúü", "åäöæøéü",
        "ąćęłńóśźż", "áčďéěíňóřšťúůýžäĺľôŕ", "áéíóöőúüű", "ăâîșțşţ", "čćđšž", "çğıİöşüâî", "āčēģīķļņšūž", "ąčęėįšųūž",
        "äöõüšž",
    )
)  # fmt: skip
_MARKS_OF_PRINT = frozenset("€£¥°§–—‘’‚“”„•…©®™«»·´\u00a0")
_MARK_IN_A_WORD = re.compile(r"(?<=[^\W\d_])[€£¥°§“”„•…©®™«»](?=[^\W\d_])")


def decode(data: bytes) -> str:
    """The text, line ends as ``\\n``, without invisible characters. Raises ContentMismatch for what is no text."""
    if not looks_like_text(data[:HEAD_BYTES]):
        raise ContentMismatch
    text = data.decode(_encoding(data), "replace").replace("\r\n", "\n").replace("\r", "\n")
    return clean(text)


def _encoding(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if any(escape in data for escape in _TO_JAPANESE):
        return "iso2022_jp"
    wide = wide_encoding(data)
    if wide:
        return wide
    return "utf-8" if _is_utf8(data) else _eight_bit(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        return sum(character > "\x7f" for character in text) - broken >= DAMAGED_UTF8 * broken
    return True


def _eight_bit(data: bytes) -> str:
    """From the lines that are not plain ASCII."""
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:SAMPLE_BYTES]
    fits = {encoding: _latin_fit(telling, encoding) for encoding in _LATIN}
    best = max(_LATIN, key=lambda encoding: fits[encoding])
    if fits[best] >= FIT:
        return best
    guess = charset_normalizer.from_bytes(telling).best()
    return guess.encoding if guess else best


def _latin_fit(data: bytes, encoding: str) -> float:
    """The share of characters beyond ASCII that one language, and print, would explain."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    beyond = [character for character in text if character > "\x7f"]
    letters = sum(character.isalpha() for character in text)
    if sum(character.isalpha() for character in beyond) > MOSTLY_LATIN * letters:
        return 0.0
    explained = max(
        sum(character in alphabet or character in _MARKS_OF_PRINT for character in beyond) for alphabet in _ALPHABETS
    )
    return (explained - len(_MARK_IN_A_WORD.findall(text))) / len(beyond)
