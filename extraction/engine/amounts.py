"""Numbers and amounts of money as people print them → ``Decimal`` and ISO 4217 code.

Which of ``1.234`` and ``1,234`` is a thousand depends on the document: :func:`infer_style` looks at its unambiguous
numbers first, :func:`parse_number` then reads the others the same way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

MAX_DIGITS = 18
"""Longer runs of digits are identifiers, not amounts."""

GROUPED = 3
"""Numbers with three digits behind one mark, which show that it is none of decimals."""

SYMBOLS = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "gbp": "GBP", "us$": "USD", "usd": "USD", "c$": "CAD", "ca$": "CAD", "cad": "CAD",
    "a$": "AUD", "au$": "AUD", "aud": "AUD", "nz$": "NZD", "nzd": "NZD", "s$": "SGD", "sgd": "SGD",
    "hk$": "HKD", "hkd": "HKD", "r$": "BRL", "brl": "BRL", "mx$": "MXN", "mxn": "MXN",
    "¥": "JPY", "￥": "JPY", "jpy": "JPY", "cny": "CNY", "rmb": "CNY", "₹": "INR", "inr": "INR", "rs": "INR",
    "rs.": "INR", "rm": "MYR", "myr": "MYR", "zł": "PLN", "zl": "PLN", "pln": "PLN", "kč": "CZK", "kc": "CZK",
    "czk": "CZK", "sek": "SEK", "dkk": "DKK", "nok": "NOK", "chf": "CHF", "sfr": "CHF", "sfr.": "CHF", "fr.": "CHF",
    "₺": "TRY", "try": "TRY", "tl": "TRY", "huf": "HUF", "ft": "HUF", "ron": "RON", "lei": "RON", "bgn": "BGN",
    "₽": "RUB", "rub": "RUB", "₴": "UAH", "uah": "UAH", "₪": "ILS", "ils": "ILS", "₩": "KRW", "krw": "KRW",
    "฿": "THB", "thb": "THB", "₱": "PHP", "php": "PHP", "₫": "VND", "vnd": "VND", "idr": "IDR", "zar": "ZAR",
    "aed": "AED", "dhs": "AED", "dhs.": "AED", "yen": "JPY", "sar": "SAR",
}  # fmt: skip
"""What stands for a currency without doubt, folded to lower case."""

AMBIGUOUS = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP"),
    "kr": ("SEK", "DKK", "NOK"),
    "kr.": ("DKK", "SEK", "NOK"),
    "rp": ("IDR",),
    "r": ("ZAR",),
}
"""Marks that several currencies share; the most likely one first. Decided by :func:`resolve_currency`."""

_MARK = (
    r"(?:(?=[^\W\d_]{1,5}(?![^\W\d_])|[€£¥￥₹₺₽₴₪₩฿₱₫$])"  # a glance tells most words and numbers from marks
    r"(?:US\$|CA?\$|AU?\$|NZ\$|S\$|HK\$|R\$|MX\$|[€£¥￥₹₺₽₴₪₩฿₱₫$]|SFr\.?|Fr\.|Rs\.?|RM|Dhs\.?|Yen|kr\.?|zł|zl|Kč|Kc|TL|Ft|lei|Rp|"
    r"EUROS?|EUR|GBP|USD|CAD|AUD|NZD|SGD|HKD|BRL|MXN|JPY|CNY|RMB|INR|MYR|PLN|CZK|SEK|DKK|NOK|CHF|TRY|HUF|RON|BGN|RUB|"
    r"UAH|ILS|KRW|THB|PHP|VND|IDR|ZAR|AED|SAR))"
)
_GROUPED = r"\d{1,3}(?:[.,'’](?:\d{2},)*\d{3}){1,5}(?:[.,]\d{1,4})?"
_SPACED = r"\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,4}(?:[.,]\d{1,4})?"
_COLON = r"\d{1,3}(?:[ \u00a0\u202f]?\d{3}){0,4}:\d{2}(?!:)"
_PLAIN = r"\d{1,15}(?:[.,]\d{1,6})?|[.,]\d{2}"

_FLAG = r"(?-i:(?:(?<=[.,]\d\d)|(?<=[.,]\d\d-))(?:[A-FHNOSTVXZ]|[A-Z]\d)(?![\w/]))"
"""The letter of a tax rate or of taxability, printed right behind a price on receipts."""

_PER = r"(?<=[.,]\d\d)/(?=[^\W\d])"
"""``4,99/kg``."""

_COUNTED = r"(?:(?<=[\d\s][xX×*])|(?<=[^\W\d] /))(?=\d{1,6}[.,]\d{2}(?!\d))"
_COUNTS = r"(?=[xX×*]\d{1,6}[.,]\d{2}(?!\d))"
"""Between the two factors of ``2x3,50``, ``2 x3,50`` and ``2.31 lb @ 1 lb /0.79``."""


def _pattern(number: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?<![\w.,/:'’])(?<!\w[-–])|(?<=[^\W\d]:)|(?<=[).]:)|{_COUNTED})(?=\D{{0,12}}\d)"
        rf"(?P<open>\()?(?P<sign>[-−–+])?\s?(?:(?:(?P<before>{_MARK}|%(?=\d))|(?-i:R))\s?)?(?P<sign2>[-−–])?"
        rf"(?P<number>{number})(?!\d)"
        rf"(?:(?P<dash>[.,](?:-{{1,2}}|[–—]))|(?P<trail>\s?[-−](?=\s*$|\s?{_MARK}\s*$)|-(?![\w,.])|-(?={_FLAG})))?"
        rf"(?P<close>\))?(?:\s?(?P<after>{_MARK}|%)(?!\w))?"
        rf"(?:\s?(?-i:(?P<side>CR|Cr|DR|Dr)\b)|(?P<flag>{_FLAG}))?(?:(?![\w/]|[-.,:]\d)|(?={_PER})|{_COUNTS})",
        re.IGNORECASE,
    )


_ANY = _pattern(rf"(?:{_GROUPED}|{_SPACED}|{_PLAIN})")
_WITHOUT_SPACES = _pattern(rf"(?:{_GROUPED}|{_PLAIN})")
_WITH_COLONS = _pattern(rf"(?:{_COLON}|{_GROUPED}|{_SPACED}|{_PLAIN})")
_BARE = re.compile(_PLAIN)
"""Most cells of tables: there is nothing beside the number to look for."""

_MARK_ALONE = re.compile(
    rf"(?<!\w){_MARK}(?!\w)|(?-i:(?<=[a-z])(?:EUR|CHF|USD|GBP|SEK|DKK|PLN|CZK)(?![A-Za-z]))", re.IGNORECASE
)
_LIKE_CODE = re.compile(r"[A-Z]{2,4}-\d")
"""``TL-20419`` is an order."""

_GROUPING = re.compile(r"[\s\u00a0\u202f'’]")
_DIGITS = re.compile(r"[\d.,]+")
_CLEAR_SPACE = re.compile(
    rf"(?<!\w)(?:{_MARK}|(?-i:R))\s?\d{{1,3}}[ \u00a0\u202f]\d{{3}}\.\d{{2}}(?!\d)", re.IGNORECASE
)
_FACTOR = re.compile(rf"(\d{{1,6}}(?:\.\d{{1,4}})?)(?:\s?{_MARK})?", re.IGNORECASE)
_ALONE_SPACE = re.compile(rf"(\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}}){{1,3}}\.\d{{2}})(?:\s?{_MARK})?", re.IGNORECASE)
_CLEAR_GROUP = re.compile(r"\d,\d{3}\.\d{2}(?!\d)|(?<![\d.,])\d{4,}\.\d{2}(?!\d)")
_CLEAR_COLON = re.compile(
    r"(?<![\d:])(?:\d{1,3}[ \u00a0\u202f]?)?\d{3}:\d{2}(?![\d:])|\d:\d{2}\s?(?:kr|SEK)\b", re.IGNORECASE
)
_CLEAR_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}([.,])\d{3}(?![.,]?\d)")
_CLEAR_DECIMALS = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,'’ ]?\d{3}){0,4}([.,])\d{2}(?![\d.,]\d|\d)")


class Style(msgspec.Struct, frozen=True):
    """How this document writes numbers. ``decimal`` is ``.`` or ``,``; ``None`` when nothing tells."""

    decimal: str | None = None
    spaced: bool = False  # R 1 250.00: groups are set apart by spaces although the point is the decimal mark
    colon: bool = False  # 1 234:50, as in Sweden

    @property
    def groups_by_space(self) -> bool:
        """``1 234,56`` is common where the comma is the decimal mark; elsewhere the space separates columns."""
        return self.decimal == "," or self.spaced


class Amount(msgspec.Struct, frozen=True, gc=False):
    """A number in a text. ``start`` and ``end`` are its place there, marks included."""

    value: Decimal
    start: int
    end: int
    raw: str
    mark: str | None  # the currency mark or "%" beside it, as printed
    decimals: int  # digits after the decimal mark

    @property
    def is_percent(self) -> bool:
        return self.mark == "%"

    @property
    def is_money(self) -> bool:
        """Looks like money: two decimals, or a currency beside it."""
        return not self.is_percent and (self.decimals == 2 or self.mark is not None)


def infer_style(texts: Iterable[str], default: str | None = None) -> Style:
    """The decimal mark that most numbers with exactly two decimals use; ``default`` when there is none.

    Unless numbers with three digits behind that mark, and none behind the other, show that it groups them.
    """
    seen: Counter[str] = Counter()
    threes: Counter[str] = Counter()
    spaced = grouped = colons = 0
    before = ("", "")
    for text in texts:
        if "." in text or "," in text:
            seen.update(_CLEAR_DECIMALS.findall(text))
        threes.update(_CLEAR_THOUSANDS.findall(text))
        if "." in text:
            alone = _ALONE_SPACE.fullmatch(text)
            if alone is not None:
                spaced += _is_label(before[-1]) or _is_product(before, alone[1])
            spaced += _CLEAR_SPACE.search(text) is not None
            grouped += _CLEAR_GROUP.search(text) is not None
        before = (before[-1], text)
        colons += ":" in text and _CLEAR_COLON.search(text) is not None
    if default and threes[default] >= GROUPED and len(threes) == 1:
        default = "." if default == "," else ","
    decimal = seen.most_common(1)[0][0] if seen else default
    return Style(decimal, spaced=spaced > grouped, colon=colons > 0)


def _is_label(text: str) -> bool:
    return text[:1].isalpha() and not any(map(str.isdigit, text))


def _is_product(factors: tuple[str, str], text: str) -> bool:
    """The two numbers before are quantity and price of ``4 956.00``."""
    found = [_FACTOR.fullmatch(factor) for factor in factors]
    if found[0] is None or found[1] is None:
        return False
    return Decimal(found[0][1]) * Decimal(found[1][1]) == Decimal(_GROUPING.sub("", text))


def parse_number(text: str, style: Style = Style()) -> tuple[Decimal, int] | None:  # noqa: B008 - frozen
    """The value of digits and separators only (``1.234,56``), and how many decimals are printed."""
    digits = _GROUPING.sub("", text)
    if not 0 < sum(map(str.isdigit, digits)) <= MAX_DIGITS or not _DIGITS.fullmatch(digits):
        return None
    if digits[:1] == "0" and digits[1:2].isdigit() and ("." in digits or "," in digits):
        return None  # the end of a number with another way of grouping, or no number
    decimal = _decimal_mark(digits, style)
    whole, _, fraction = digits.rpartition(decimal) if decimal else (digits, "", "")
    whole = whole.replace(".", "").replace(",", "") or "0"
    return Decimal(f"{whole}.{fraction}" if fraction else whole), len(fraction)


def _decimal_mark(digits: str, style: Style) -> str | None:
    marks = [char for char in digits if char in ".,"]
    if not marks:
        return None
    last = marks[-1]
    after = len(digits) - digits.rindex(last) - 1
    if len(set(marks)) == 2:
        return last if marks.count(last) == 1 else None
    if len(marks) > 1:
        # 1.234.567 is grouped; 1.234.56 (an OCR slip for 1,234.56) still ends in decimals.
        return last if after == 2 else None
    if after != 3:
        return last
    if digits.startswith("0"):
        return last
    return last if style.decimal == last else None


def find_amounts(text: str, style: Style) -> Iterator[Amount]:
    """Every number in ``text`` that stands by itself, from left to right."""
    if _BARE.fullmatch(text):
        parsed = parse_number(text, style)
        if parsed is not None:
            yield Amount(parsed[0], 0, len(text), text, None, parsed[1])
        return
    pattern = _WITH_COLONS if style.colon else _ANY if style.groups_by_space else _WITHOUT_SPACES
    for match in pattern.finditer(text):
        amount = _read(match, style)
        if amount is not None:
            yield amount


def _read(match: re.Match[str], style: Style) -> Amount | None:
    number = match["number"]
    parsed = parse_number(number.replace(":", ","), Style(",") if ":" in number else style)
    if parsed is None:
        return None
    value, decimals = parsed
    if not decimals and _LIKE_CODE.match(match.string, match.start()):
        return None
    bracketed = bool(match["open"] and match["close"])
    negative = bracketed or match["sign"] in ("-", "−", "–") or bool(match["sign2"]) or bool(match["trail"])
    if decimals == 2 and match["side"] and match["side"].upper() == "CR":
        negative = not negative  # a credit
    start, end = match.span()
    if match["flag"]:
        end = match.start("flag")
    if match["open"] and not bracketed:
        start += 1
    if match["close"] and not bracketed:
        end = match.end("number") if not match["after"] else end
    if match["dash"]:
        decimals = 2  # 100,- is a round sum of money
    raw = match.string[start:end].strip()
    start = match.string.index(raw, start)
    return Amount(
        -value if negative else value, start, start + len(raw), raw, match["after"] or match["before"], decimals
    )


def find_marks(text: str) -> Iterator[str]:
    """Currency marks that stand alone or beside a number."""
    for match in _MARK_ALONE.finditer(text):
        yield match.group()


def currencies_of(mark: str) -> tuple[str, ...]:
    """The ISO codes that a printed mark may stand for, the most likely first."""
    folded = mark.casefold()
    if folded in SYMBOLS:
        return (SYMBOLS[folded],)
    return AMBIGUOUS.get(folded, ())
