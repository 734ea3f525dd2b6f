"""Invented companies and people with addresses, and numbers whose check digits are right."""

from __future__ import annotations

import re
import string
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from random import Random
from typing import Any

from stdnum import iban as iban_number
from stdnum import luhn
from stdnum.es import ccc

from training.generator.language import Country, Language

SYLLABLES = ("ka", "lo", "ven", "tri", "mar", "sol", "qui", "nor", "del", "fa", "ro", "zen", "ta", "vi", "lum", "pre",
             "xa", "bel", "gon", "ar", "tec", "ul", "mi", "ri", "dan", "ob", "ser")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Party:
    """A seller or buyer. Empty text where it has none of something."""

    name: str
    street: str = ""
    place: str = ""  # the line with postcode and city
    postcode: str = ""
    city: str = ""
    country: str = ""  # ISO 3166 code
    brand: str = ""  # what it calls itself without its legal form
    vat_id: str = ""
    other_id: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    website: str = ""
    iban: str = ""
    bic: str = ""
    bank: str = ""
    person: str = ""  # whom to ask there

    @property
    def address(self) -> str:
        return ", ".join(part for part in (self.street, self.place) if part)


def draw_company(random: Random, country: Country, language: Language, trade: str, kind: str = "companies") -> Party:
    """A company of a ``trade`` (a key of the language's trades); ``kind`` "shops" gives one with a counter."""
    names = language.names
    legal = random.choice(list(country.legal)) if kind == "companies" or random.random() < 0.5 else ""
    brand = brand_name(random)
    words = {
        "surname": random.choice(names["surnames"]),
        "surname2": random.choice(names["surnames"]),
        "first": random.choice(names["first"]),
        "trade": language.trades.get(trade, ""),
        "brand": brand,
        "adjective": random.choice(names["adjectives"]),
        "noun": random.choice(names["nouns"]),
        "shop": random.choice(names["shop"]),
    }
    pattern = random.choice(names[kind])
    short = _tidy(pattern.replace("{legal}", "").format(**words))
    full = _tidy(pattern.replace("{legal}", legal).format(**words))
    domain = _ascii(short) + "." + {"US": "com", "GB": "co.uk"}.get(country.code, country.code.lower())
    street, place, postcode, city = draw_address(random, country, language)
    account = draw_iban(random, country)
    return Party(
        name=full,
        brand=short,
        street=street,
        place=place,
        postcode=postcode,
        city=city,
        country=country.code,
        vat_id=draw_id(random, country),
        other_id=fill(random, str(country.other_id.get("pattern", ""))),
        phone=draw_phone(random, country),
        fax=draw_phone(random, country),
        email=f"{random.choice(['info', 'office', 'billing', 'contact', 'accounts'])}@{domain}",
        website=random.choice(["www.", "", "https://www."]) + domain,
        iban=account,
        bic=draw_bic(random, country, account) if account else "",
        bank=f"{brand_name(random)} {random.choice(['Bank', 'Bank', 'Banca' if country.code == 'IT' else 'Bank'])}",
        person=draw_person(random, language),
    )


def draw_private(random: Random, country: Country, language: Language) -> Party:
    """A person who buys."""
    street, place, postcode, city = draw_address(random, country, language)
    name = draw_person(random, language)
    return Party(name=name, street=street, place=place, postcode=postcode, city=city, country=country.code)


def draw_person(random: Random, language: Language) -> str:
    return f"{random.choice(language.names['first'])} {random.choice(language.names['surnames'])}"


def draw_address(random: Random, country: Country, language: Language) -> tuple[str, str, str, str]:
    """Street with number, the line with postcode and city, the postcode, and the city."""
    number = str(random.randint(1, 190)) + random.choice(
        ["", "", "", "", "a", "B", "-" + str(random.randint(191, 199))]
    )
    street = random.choice(language.names["streets"])
    postcode, city, state = [*random.choice(list(country.cities)).split("|"), ""][:3]
    line = f"{number} {street}" if country.number_first else f"{street} {number}"
    return line, country.place.format(postcode=postcode, city=city, state=state), postcode, city


def brand_name(random: Random) -> str:
    name = "".join(random.choices(SYLLABLES, k=random.choice([2, 2, 3]))).capitalize()
    return random.choice([name, name, name, name.upper()])


def draw_phone(random: Random, country: Country) -> str:
    return fill(random, random.choice(list(country.phone)))


def draw_id(random: Random, country: Country) -> str:
    """A tax identifier whose check digits are right where python-stdnum knows them."""
    module, pattern = country.id
    for _ in range(5000):
        number = fill(random, pattern).strip()
        if country.code == "IN":
            number = _gstin(random, number)
        if country.code == "FR":
            number = _french(number)
        if not module or _stdnum(module).is_valid(number):
            return number
    raise ValueError(f"no valid identifier of the form {pattern} for {country.code}")


def _gstin(random: Random, number: str) -> str:
    """The check digit of an Indian tax number is the last one and may be a letter."""
    state, character = f"{random.randint(1, 37):02d}", random.choice(string.ascii_uppercase + string.digits)
    return state + number[2:14] + character


def _french(number: str) -> str:
    """The company number ends in a check digit, and two more before it are computed from it."""
    siren = number[4:12] + luhn.calc_check_digit(number[4:12])
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def draw_iban(random: Random, country: Country) -> str:
    """An account number with right check digits, or "" where the country has none."""
    if not country.iban:
        return ""
    body = "".join(random.choice(string.ascii_uppercase if sign == "a" else string.digits) for sign in country.iban)
    if country.code == "ES":
        body = body[:8] + ccc.calc_check_digits(body) + body[10:]
    if country.code == "BE":
        body = body[:10] + f"{int(body[:10]) % 97 or 97:02d}"
    return country.code + iban_number.calc_check_digits(country.code + "00" + body) + body


def draw_bic(random: Random, country: Country, iban: str) -> str:
    head = iban[4:8] if iban[4:8].isalpha() else "".join(random.choices(string.ascii_uppercase, k=4))
    return head + country.code + random.choice(["22", "2L", "MM", "21"]) + random.choice(["", "XXX"])


def fill(random: Random, pattern: str) -> str:
    """``pattern`` with a digit for each # and a capital for each @."""
    text = re.sub("#", lambda _: random.choice(string.digits), pattern)
    return re.sub("@", lambda _: random.choice("ABCDEFGHJKLMNPRSTUVWXYZ"), text)


@cache
def _stdnum(module: str) -> Any:
    return import_module(f"stdnum.{module}")


def _ascii(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.lower().replace("ß", "ss").replace("ı", "i").replace("ł", "l"))
    return re.sub(r"[^a-z0-9]+", "-", "".join(c for c in folded if not unicodedata.combining(c))).strip("-")[:28]


def _tidy(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip(" ,").replace("- ", "-")
