"""Who signed, or is to sign: "Jane Doe, CEO (Acme Inc.)", from the blocks at the end of the contract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extraction.engine.clauses import Words
from extraction.engine.extractors.contract.flow import Flow, Found, Piece
from extraction.engine.extractors.contract.names import KIND, LEGAL_FORM

BLOCK, MAX_SIGNATURES = 8_000, 24
"""Characters at the end in which signatures are looked for, and how many are listed."""

CLOSING = re.compile(r"\bIN\s+WITNESS\s+WHEREOF\b", re.IGNORECASE)
SIGN = re.compile(
    r"(?:(?:By|Per|Signed|Signature|Unterschrift|Firma)\s*:?\s*)?(?:/s/\s*(?P<name>\S.*)|_{5,}.*)$|By\s*:\s*$",
    re.IGNORECASE,
)
"""A signature or the line for one; behind "/s/" the name."""

NAME = r"^@signer\s*:?\s+(?P<name>[^\s_:].*)$"
POSITION = r"^@position\s*:\s*(?P<title>[^\s_].*)$"
LABEL = re.compile(r"[^\W\d_][\w ]{0,20}\s*:")
PERSON = re.compile(r"(?:[^\W\d_][\w.'’-]*\.?,?\s+){1,4}[^\W\d_][\w.'’-]*")
ROWS_BELOW, ROWS_ABOVE = 5, 5
"""Lines below and above a signature that belong to it."""


class Signature(NamedTuple):
    name: str
    title: str
    party: str
    start: int
    end: int

    def __str__(self) -> str:
        named = f"{self.name}, {self.title}" if self.title else self.name
        return f"{named} ({self.party})" if self.party else named


def find_signatures(flow: Flow, parties: Sequence[str]) -> Found | None:
    """Everybody who signs, in the order of the page. ``parties``: their names, where they are known."""
    found = signatures(flow, parties)
    if not found:
        return None
    return Found(tuple(map(str, found)), found[0].start, found[-1].end, "signature_block", 0.6)


def signatures(flow: Flow, parties: Sequence[str] = ()) -> list[Signature]:
    """Each signature once."""
    pieces = signature_pieces(flow)
    found: dict[str, Signature] = {}
    for number, piece in enumerate(pieces):
        signature = _signature(pieces, number, parties, flow.words) if SIGN.match(piece.text) else None
        if signature and len(found) < MAX_SIGNATURES:
            found.setdefault(str(signature), signature)
    return list(found.values())


def signature_pieces(flow: Flow) -> list[Piece]:
    """The pieces at the end in which the signatures stand."""
    closing = max((match.start() for match in CLOSING.finditer(flow.text)), default=0)
    return flow.pieces(max(closing, len(flow.text) - BLOCK))


def _signature(pieces: Sequence[Piece], at: int, parties: Sequence[str], words: Words) -> Signature | None:
    """What stands at, below and above the line of a signature, in its column."""
    line = pieces[at]
    signed = SIGN.match(line.text)
    name, title, end = (signed["name"] or "" if signed else "").strip(" ,"), "", line.end
    for piece in _below(pieces, at):
        named, placed = words.pattern(NAME).match(piece.text), words.pattern(POSITION).match(piece.text)
        if named:
            name = named["name"].strip()
        elif placed:
            title = placed["title"].strip()
        elif not name and PERSON.fullmatch(piece.text):
            name = piece.text
        elif name and not title and _is_title(piece.text, name):
            title = piece.text
        elif not _same(piece.text, name):
            continue
        end = piece.end
    if not PERSON.fullmatch(name):
        return None
    return Signature(name, title, _party(pieces, at, name, title, parties), line.start, end)


def _below(pieces: Sequence[Piece], at: int) -> Iterator[Piece]:
    """The pieces below in the same column, up to the next signature or a gap of empty lines."""
    line = pieces[at]
    for piece in pieces[at + 1 : at + 1 + 3 * ROWS_BELOW]:
        if piece.line > line.line + ROWS_BELOW:
            return
        if piece.line > line.line and _in_column(piece, line):
            if SIGN.match(piece.text) or is_company(piece.text):
                return
            yield piece


def _party(pieces: Sequence[Piece], at: int, name: str, title: str, parties: Sequence[str]) -> str:
    """The company above, in the same column: a party of the contract, or a name with a legal form."""
    line = pieces[at]
    above = [
        piece
        for piece in pieces[max(0, at - 3 * ROWS_ABOVE) : at]
        if line.line - ROWS_ABOVE <= piece.line < line.line and _in_column(piece, line)
    ]
    for piece in reversed(above):
        if SIGN.match(piece.text) and ("/s/" in piece.text or not title):
            return ""  # that signature's company
        text = piece.text.strip(" :,")
        if _same(text, name) or LABEL.match(text):
            continue
        known = any(_same(text, party) for party in parties)
        if known or is_company(text):
            return text
    return ""


def _in_column(piece: Piece, line: Piece) -> bool:
    """One begins where the other stands."""
    return line.box.x0 - 1 <= piece.box.x0 < line.box.x1 or piece.box.x0 <= line.box.x0 < piece.box.x1


def _is_title(text: str, name: str) -> bool:
    return (
        2 < len(text) <= 60
        and text[0].isalpha()
        and not any(char.isdigit() or char in ":_/" for char in text)
        and not _same(text, name)
        and not is_company(text)
    )


def is_company(text: str) -> bool:
    """A line that ends in a legal form, or in a word like "Bank"."""
    last = text.strip(" :,").rpartition(" ")[2]
    return bool(LEGAL_FORM.fullmatch(last) or (KIND.fullmatch(last) and len(text.split()) > 1))


def _same(one: str, other: str) -> bool:
    a, b = ("".join(filter(str.isalnum, text.casefold())) for text in (one, other))
    return a == b and bool(a)
