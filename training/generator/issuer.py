"""One invented issuer: everything that stays the same from one of its documents to the next."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from training.generator.fonts import TYPEFACES, Typeface, has_letters
from training.generator.formats import Formats, draw_formats, first_often
from training.generator.identities import Party, draw_company
from training.generator.language import Country, Language, countries, language, languages
from training.generator.sheet import Color

META = (
    "customer_number", "purchase_order", "our_order", "delivery_number", "order_date", "delivery_date",
    "service_period", "contract_number", "payment_terms", "contact", "project", "customer_vat_id",
    "payment_method", "vendor_vat_id", "vendor_tax_number", "payment_reference",
)  # fmt: skip
"""What may stand among the facts at the top, besides number, date and due date."""

LABEL_KEYS = {"purchase_order": "purchase_order_number", "customer_vat_id": "vat_label_customer"}
"""The key of a field's label where it is not the field's own name."""

ACCENTS: tuple[Color, ...] = (
    (0, 0, 0), (0, 0, 0), (0.1, 0.25, 0.5), (0.12, 0.43, 0.42), (0.55, 0.1, 0.15), (0.9, 0.45, 0.1),
    (0.25, 0.25, 0.28), (0.3, 0.5, 0.2), (0.4, 0.2, 0.5), (0.0, 0.5, 0.75),
)  # fmt: skip
FOREIGN = ("DE", "US", "US", "GB", "CH")
"""Countries whose currency others charge in, too."""
NUMBERS = (
    "{n}", "{n}", "{yyyy}-{n:04}", "INV-{n:05}", "{yyyy}{n:05}", "RE-{yyyy}-{n:04}", "{n}/{yyyy}", "{yyyy}/{n:04}",
    "{a}{n:06}", "{a}-{yy}-{n:03}", "{yy}{mm}{n:04}", "F{yyyy}-{n:03}", "{n:08}", "{yyyy}-{mm}-{n:02}", "{a}{n}/{yy}",
    "{n:03}-{yyyy}", "SI-{n}", "#{n}", "{yy}.{n:04}", "{aa} {n}", "{n}-{a}", "FV/{n}/{mm}/{yyyy}", "{aa}-{n:07}",
    "{yyyy}{mm}-{n:03}", "RG{n:09}", "VF{yy}-{n:05}", "{n:04}/{mm}/{yy}",
)  # fmt: skip


class Words:
    """An issuer's choice of wordings. The same key gives the same wording whenever it is asked for."""

    def __init__(self, language: Language, country: Country, seed: str, second: Language | None = None) -> None:
        """``second`` is a language in which labels are repeated, as on bilingual forms."""
        self.language, self.country, self._seed, self._second = language, country, seed, second
        random = Random(f"{seed}/case")
        self._case = random.choice(["as is", "as is", "as is", "as is", "upper", "lower"])
        taxes = country.tax.get(language.name) or next(iter(country.tax.values()))
        self.tax = random.choice(taxes)

    def label(self, key: str, **values: str) -> str:
        """The label ``key`` with ``values`` in place of the names in braces."""
        text = self.pick(self._wordings(key), key).format(tax=self.tax, **{"page": "1", "pages": "1", **values})
        if self._second and key in self._second.labels and not values:
            again = self.pick(self._second.labels[key], f"second {key}").format(tax=self.tax, page="1", pages="1")
            text += f" / {again}" if again != text else ""
        if self._case == "upper":
            return text.upper()
        return text[0].upper() + text[1:].lower() if self._case == "lower" and len(text) > 6 else text

    def phrase(self, key: str) -> str:
        return self.pick(self.language.phrases[key], f"phrase {key}")

    def chance(self, key: str, share: float) -> bool:
        """A habit that holds with probability ``share``, the same whenever it is asked for."""
        return Random(f"{self._seed}/{key}").random() < share

    def unit(self, key: str) -> str:
        return self.pick(self.language.units[key], f"unit {key}")

    def pick(self, options: tuple[str, ...], key: str) -> str:
        """One of ``options``, the earlier ones more often, by the issuer's habit."""
        return first_often(Random(f"{self._seed}/{key}"), list(options))

    def _wordings(self, key: str) -> tuple[str, ...]:
        if key == "vendor_vat_id":
            labels = self.country.id_label
            return tuple(labels.get(self.language.name) or next(iter(labels.values())))
        if key == "vendor_tax_number":
            return tuple(self.country.other_id.get("label", ("Reg.",)))  # type: ignore[arg-type]
        return self.language.labels[key]


@dataclass(frozen=True, kw_only=True)
class Style:
    """The look. Names of variants are those of the drawing functions."""

    skeleton: str
    size: float
    accent: Color
    colon: str
    head: str
    head_align: str
    letter_spaced: bool
    title: str
    meta: str
    meta_fields: tuple[str, ...]
    meta_due: bool
    recipient_heading: bool
    sender_line: bool
    columns: tuple[str, ...]
    table: str
    totals: str
    tax_table: bool
    payment: tuple[str, ...]
    footer: str
    marked: frozenset[str]  # where amounts carry the currency: "line", "sum", "total", "head"
    number: str
    gross_prices: bool
    iban_grouped: bool
    quantity_digits: int
    noise: float  # chance of each sentence that says nothing about the bill


@dataclass(frozen=True, kw_only=True)
class Issuer:
    seed: str
    group: str
    country: Country
    language: Language
    words: Words
    formats: Formats
    currency: str  # ISO 4217
    typeface: Typeface
    seller: Party
    trade: str
    style: Style


def draw_issuer(seed: str, group: str, *, shop: bool = False) -> Issuer:
    """The issuer that belongs to ``seed``; ``shop`` for one that prints receipts."""
    random = Random(f"{seed}/{group}")
    country = _country(random, shop)
    spoken = language(random.choice([name for name in country.languages if name in languages()]))
    trade = (
        random.choice(["retail", "retail", "restaurant", "restaurant", "fuel", "parking", "pharmacy"])
        if shop
        else random.choice(list(spoken.trades))
    )
    money = countries()[random.choice(FOREIGN)] if not shop and random.random() < 0.08 else country
    formats = draw_formats(random, country, spoken.name, money)
    seller = draw_company(random, country, spoken, trade, "shops" if shop else "companies")
    return Issuer(
        seed=f"{seed}/{group}",
        group=group,
        country=country,
        language=spoken,
        words=Words(spoken, country, f"{seed}/{group}", None if shop else _second_language(random, country, spoken)),
        formats=formats,
        currency=money.currency,
        typeface=_typeface(random, spoken, formats.symbol + formats.group),
        seller=seller,
        trade=trade,
        style=draw_style(random, country, trade),
    )


def _country(random: Random, shop: bool) -> Country:
    """Each language about as often as the others, but English twice."""
    there = languages()
    known = [country for country in countries().values() if any(name in there for name in country.languages)]
    wanted = random.choice([*there, "en", "en"] if not shop else [*there, "en", "en", "en", "en"])
    return random.choice([country for country in known if wanted in country.languages])


def _second_language(random: Random, country: Country, spoken: Language) -> Language | None:
    """Of a bilingual form: another one of the country, or English."""
    others = [name for name in {*country.languages, "en"} if name in languages() and name != spoken.name]
    share = 0.15 if len(set(country.languages)) > 1 else 0.04
    return language(random.choice(sorted(others))) if others and random.random() < share else None


def _typeface(random: Random, spoken: Language, marks: str) -> Typeface:
    letters = "".join((*spoken.names["surnames"], *spoken.names["streets"], marks))
    letters += "".join("".join(words) for words in spoken.labels.values())
    names = ["helvetica"] * 4 + ["times", "courier", "vera", "sans", "sans", "light", "serif"]
    return TYPEFACES[random.choice([name for name in names if has_letters(TYPEFACES[name].regular, letters)])]


def draw_style(random: Random, country: Country, trade: str) -> Style:
    chance, choice = random.random, random.choice
    skeletons = ["letter", "letter", "letter", "split", "split", "band", "sidebar", "plain", "form", "compact"]
    if country.letter or country.languages[0] == "en":
        skeletons += ["split", "split", "band"]
    if trade in ("utility", "telecom"):
        skeletons += ["due box"] * 6
    skeleton = choice(skeletons)
    marked = {"total"} if chance() < 0.8 else {"head"}
    marked |= {where for where, share in (("sum", 0.6), ("line", 0.35)) if chance() < share}
    return Style(
        skeleton=skeleton,
        size=choice([8, 8.5, 9, 9, 9.5, 10, 10.5]),
        accent=choice(ACCENTS),
        colon=choice([":", ":", "", "", " :" if country.languages[0] == "fr" else ":"]),
        head=choice(["name", "address", "address", "contacts", "contacts", "line", "logo", "picture"]),
        head_align=choice(["left", "left", "right", "center"]),
        letter_spaced=chance() < 0.06,
        title=choice(["plain", "plain", "number", "number", "number date", "right"]),
        meta=choice(["pairs", "pairs", "right", "right", "stacked", "grid", "columns", "flush"]),
        meta_fields=tuple(name for name in META if chance() < _META_SHARE.get(name, 0.18)),
        meta_due=chance() < 0.6,
        recipient_heading=chance() < (0.85 if skeleton in ("split", "band", "form") else 0.35),
        sender_line=chance() < 0.45,
        columns=_columns(random, trade),
        table=choice(["rule", "rule", "rows", "grid", "stripes", "none", "filled", "frame"]),
        totals=choice(["right"] * 4 + ["ruled", "ruled", "box", "box", "wide", "left", "across", "sentence"]),
        tax_table=chance() < 0.22,
        payment=tuple(name for name, share in _PAYMENT if chance() < share),
        footer=choice(["columns", "columns", "columns", "line", "lines", "none"]),
        marked=frozenset(marked),
        number=choice(NUMBERS),
        gross_prices=chance() < (0.35 if trade in ("hotel", "food", "medical", "telecom") else 0.12),
        iban_grouped=chance() < 0.75,
        quantity_digits=choice([0, 0, 0, 0, 1, 2, 2, 3]),
        noise=choice([0.05, 0.15, 0.3, 0.5]),
    )


_META_SHARE = {"customer_number": 0.5, "purchase_order": 0.4, "delivery_date": 0.25, "project": 0.08}
_PAYMENT = (("terms", 0.65), ("bank", 0.75), ("reference", 0.3), ("thanks", 0.4))


def _columns(random: Random, trade: str) -> tuple[str, ...]:
    """Columns of the lines' table, from left to right."""
    chance = random.random
    columns = [name for name, share in (("pos", 0.45), ("day", 0.08), ("code", 0.4)) if chance() < share]
    figures = ["quantity"] if chance() < 0.9 else []
    if figures and chance() < 0.5:
        figures.append("unit")
    if chance() < 0.93 or not figures:
        figures.append("unit_price")
    if chance() < 0.14:
        figures.append("discount")
    if chance() < 0.3:
        figures.append("tax_rate")
    if chance() < 0.12:
        random.shuffle(figures)
    figures.append("amount")
    if chance() < 0.07:
        figures.append("amount_gross")
    if chance() < 0.12 and "quantity" in figures:  # quantity in front of what is sold
        figures.remove("quantity")
        return (
            *columns,
            "quantity",
            *(["unit"] if "unit" in figures else []),
            "description",
            *(f for f in figures if f != "unit"),
        )
    if chance() < 0.08 and "code" in columns:
        columns.remove("code")
        return (*columns, "description", "code", *figures)
    return (*columns, "description", *figures)
