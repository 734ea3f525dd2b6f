"""Contracts between two companies, in English; their sentences are in ``data/contracts.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from babel.dates import format_date

from training.generator import truth
from training.generator.content import draw_price
from training.generator.draft import Line
from training.generator.identities import Party, draw_company
from training.generator.issuer import Issuer
from training.generator.language import DATA, language
from training.generator.layouts import A4, LETTER
from training.generator.sheet import Align, Content, Sheet, Span

MARGIN, SIZE = 72.0, 11.0
SETTLED = ("Term", "Termination", "Governing law")
"""Clauses that every contract has."""


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What is agreed. ``wording`` chooses among the sentences that say it."""

    title: str
    roles: tuple[str, str]
    parties: tuple[Party, Party]
    signed: date  # and effective
    expires: date
    notice_days: int
    law: str
    fee: str
    clauses: tuple[str, ...]  # headings
    wording: int = 0

    def answers(self) -> dict[str, str]:
        """Each field with a single value, as a truth file writes it."""
        return {
            "document_title": self.title,
            "agreement_date": self.signed.isoformat(),
            "effective_date": self.signed.isoformat(),
            "expiration_date": self.expires.isoformat(),
            "governing_law": self.law,
            "notice_period": f"{self.notice_days} days",
            "renewal_term": "successive 1 year",
        }

    def truth(self, places: truth.Places) -> dict[str, Any]:
        """The answers; a contract shows all of them."""
        unasked = {"vendor_name", "customer_name", "invoice_date", "currency", "total_amount"}
        found = truth.visible("contract", {}, {}, unsure={*unasked, "vendor_address", "customer_address"})
        named = {**self.answers(), "parties": [party.name for party in self.parties]}
        return {**found, **named, "places": truth.places_as_json(places)}


def draw_contract(random: Random, issuer: Issuer) -> Contract:
    """Of the issuer and another company; either may come first."""
    title, *roles = random.choice(_sentences()["kinds"])
    spoken = language("en")
    other = draw_company(random, issuer.country, issuer.language, random.choice(list(spoken.trades)))
    parties = (issuer.seller, other) if random.random() < 0.5 else (other, issuer.seller)
    signed = date(2015, 1, 1) + timedelta(days=random.randrange(4000))
    years = random.choice([1, 2, 3, 5])
    optional = [name for name in clauses() if name not in SETTLED and random.random() < 0.7]
    money = draw_price(random, issuer, Decimal(900), Decimal(30000))
    return Contract(
        title=title,
        roles=(roles[0], roles[1]),
        parties=parties,
        signed=signed,
        expires=signed.replace(year=signed.year + years, day=min(signed.day, 28)) - timedelta(days=1),
        notice_days=int(random.choice(list(_sentences()["numbers"]))),
        law=random.choice(_sentences()["laws"]),
        fee="".join(issuer.formats.money(money)),
        clauses=tuple(name for name in clauses() if name in optional or name in SETTLED),
        wording=random.randrange(100),
    )


def draw(contract: Contract, issuer: Issuer) -> Sheet:
    """The pages of the contract, on the issuer's paper and in its typeface."""
    letter = issuer.country.letter
    pages = _Pages(Sheet(LETTER if letter else A4, issuer.typeface))
    values = _values(contract, "MMMM d, y" if letter else "d MMMM y")
    title = Span(contract.title.upper(), ("document_title",))
    pages.paragraph([title], size=17, bold=True, align="center", below=20)
    pages.paragraph(_filled(_worded("preamble", contract), values))
    for number, heading in enumerate(contract.clauses, start=1):
        pages.paragraph([Span(f"{number}. {heading}")], bold=True, below=4, keep=60)
        for part, sentence in enumerate(clauses()[heading], start=1):
            pages.paragraph([Span(f"{number}.{part} "), *_filled(sentence, values)])
    pages.paragraph([Span(_worded("closing", contract))], keep=110)
    pages.signatures(contract.parties)
    return pages.sheet


class _Pages:
    """Paragraphs below each other, on as many pages as they need."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.y = sheet, MARGIN
        self.width = sheet.size[0] - 2 * MARGIN

    def paragraph(self, content: Content, *, size: float = SIZE, bold: bool = False, align: Align = "left",
                  below: float = 9, keep: float = 0) -> None:  # fmt: skip
        """``keep`` is the height below that must fit on the page, too."""
        rows = self.sheet.wrap(content, self.width, size, bold)
        if self.y + len(rows) * size * 1.35 + keep > self.sheet.size[1] - MARGIN:
            self.sheet.new_page()
            self.y = MARGIN
        end = self.sheet.paragraph(
            MARGIN, self.y + size, self.width, content, size=size, bold=bold, align=align, leading=1.35
        )
        self.y = end - size + below

    def signatures(self, parties: tuple[Party, Party]) -> None:
        y, half = self.y + 40, self.width / 2
        for x, party in zip((MARGIN, MARGIN + half), parties, strict=True):
            self.sheet.rule(x, y, x + half - 24, y, width=0.5)
            self.sheet.put(x, y + 14, f"for {party.name}", size=SIZE * 0.9, room=half - 24)


def _values(contract: Contract, day_pattern: str) -> dict[str, Span | str]:
    """What stands for the names in braces: a value, or a sentence that may hold further ones."""
    days = {"signed": contract.signed, "end": contract.expires}
    fields = {"signed": ("agreement_date", "effective_date"), "end": ("expiration_date",)}
    return {
        **{name: Span(format_date(day, day_pattern, "en"), fields[name]) for name, day in days.items()},
        **{name: _worded(name, contract) for name in ("term", "renewal", "notice")},
        "law_clause": _worded("law", contract),
        "title": Span(contract.title, ("document_title",)),
        "first": Span(contract.parties[0].name),
        "second": Span(contract.parties[1].name),
        "first_address": Span(contract.parties[0].address),
        "second_address": Span(contract.parties[1].address),
        "first_role": Span(contract.roles[0]),
        "second_role": Span(contract.roles[1]),
        "fee": Span(contract.fee),
        "notice_days": Span(str(contract.notice_days)),
        "notice_words": Span(_sentences()["numbers"][str(contract.notice_days)]),
        "law": Span(contract.law, ("governing_law",)),
        "city": Span(contract.parties[0].city),
    }


def _filled(sentence: str, values: dict[str, Span | str]) -> Line:
    """The sentence with values in place of the names in braces."""
    line: Line = []
    for piece in re.split(r"(\{\w+\})", sentence):
        if not piece.startswith("{"):
            line.append(Span(piece))
            continue
        value = values[piece[1:-1]]
        line += _filled(value, values) if isinstance(value, str) else [value]
    return line


def _worded(key: str, contract: Contract) -> str:
    wordings = _sentences()[key]
    return str(wordings[contract.wording % len(wordings)])


def clauses() -> dict[str, list[str]]:
    """The sentences of every clause by its heading, in their order."""
    found: dict[str, list[str]] = _sentences()["clauses"]
    return found


@cache
def _sentences() -> dict[str, Any]:
    return tomllib.loads((DATA / "contracts.toml").read_text(encoding="utf-8"))
