"""How one issuer writes dates, numbers and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from training.generator.language import Country


@dataclass(frozen=True, kw_only=True)
class Formats:
    locale: Locale
    day_pattern: str  # CLDR
    group: str  # "in" groups as lakh and crore do
    decimal: str
    digits: int  # after the decimal mark, of money
    symbol: str
    position: str  # "before", "before ", "after", "after "
    minus: str  # "-1", "1-", "(1)"
    dash: bool = False  # a whole amount is written "12,-"

    def day(self, day: date) -> str:
        return format_date(day, self.day_pattern, self.locale)

    def number(self, amount: Decimal, digits: int | None = None) -> str:
        """``amount`` with grouping; ``digits`` after the mark, those of the currency if none is said."""
        whole, _, cents = f"{abs(amount):.{self.digits if digits is None else digits}f}".partition(".")
        if self.dash and digits is None and cents and not int(cents):
            cents = "-"
        text = self._grouped(whole) + (self.decimal + cents if cents else "")
        if amount >= 0:
            return text
        return {"-1": f"-{text}", "1-": f"{text}-", "(1)": f"({text})"}[self.minus]

    def quantity(self, quantity: Decimal) -> str:
        return f"{quantity:f}".replace(".", self.decimal)

    def rate(self, rate: Decimal) -> str:
        return f"{rate.normalize():f}".replace(".", self.decimal)

    def money(self, amount: Decimal) -> tuple[str, str, str]:
        """What stands before the number, the number, and what stands behind it."""
        number, gap = self.number(amount), " " if self.position.endswith(" ") else ""
        if self.position.startswith("before"):
            return self.symbol + gap, number, ""
        return "", number, gap + self.symbol

    def _grouped(self, whole: str) -> str:
        if self.group == "in" and len(whole) > 3:
            head, tail = whole[:-3], whole[-3:]
            return ",".join([*_chunks(head, 2), tail])
        return (self.group if self.group != "in" else ",").join(_chunks(whole, 3))


def draw_formats(random: Random, country: Country, language: str, money: Country) -> Formats:
    """``money`` is the country whose currency is charged."""
    group, _, decimal = random.choice(list(country.numbers)).partition("|")
    as_code = random.random() < (0.25 if money is country else 0.7)
    position = random.choice(["before ", "after "]) if as_code else random.choice(list(country.money))
    symbol = money.currency if as_code else random.choice(list(money.symbols))
    if symbol.isalpha() and len(symbol) > 2 and not position.endswith(" "):
        position += " "
    return Formats(
        locale=_locale(language, country.code),
        day_pattern=first_often(random, list(country.dates)),
        group=group,
        decimal=decimal,
        digits=money.digits,
        symbol=symbol,
        position=position,
        minus=random.choice(["-1", "-1", "-1", "1-", "(1)"]),
        dash=language in ("nl", "de", "da", "sv") and random.random() < 0.06,
    )


def first_often(random: Random, options: list[str]) -> str:
    """One of ``options``, the earlier ones more often."""
    return options[int(len(options) * random.random() ** 2)]


def _locale(language: str, country: str) -> Locale:
    """That of the language in the country, or that of the language alone where Unicode knows none."""
    try:
        return Locale.parse(f"{language}_{country}")
    except UnknownLocaleError:
        return Locale.parse(language)


def _chunks(digits: str, size: int) -> list[str]:
    """``digits`` in pieces of ``size``, counted from the right."""
    start = len(digits) % size
    return ([digits[:start]] if start else []) + [digits[i : i + size] for i in range(start, len(digits), size)]
