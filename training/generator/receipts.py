"""What is bought in shops, restaurants, at petrol stations and the like."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from training.generator.bill import ZERO, Bill, Line, rounded
from training.generator.content import draw_price, product_code
from training.generator.identities import Party, draw_person, fill
from training.generator.issuer import Issuer

UNTAXED_PRICES = {"US", "CA"}
"""Where the tax is added at the till."""
COIN = {"MY": "0.05", "CH": "0.05", "SE": "1", "DK": "0.5", "CZ": "1", "AU": "0.05", "NZ": "0.1", "SG": "0.05"}
"""The smallest coin, to which cash is rounded."""
TIPS = {"US", "CA", "GB", "DE", "FR", "MX"}


def draw_receipt(random: Random, issuer: Issuer) -> Bill:
    country, code = issuer.country, issuer.country.code
    issued = date(2015, 1, 1) + timedelta(days=random.randrange(4000))
    cash = random.random() < 0.45
    lines = tuple(_line(random, issuer) for _ in range(_count(random, issuer.trade)))
    bill = Bill(
        kind="receipt",
        number=fill(random, Random(f"{issuer.seed}/number").choice(NUMBERS)),
        issued=issued,
        currency=issuer.currency,
        digits=issuer.formats.digits,
        seller=issuer.seller,
        buyer=Party(name=""),
        lines=lines,
        gross_prices=code not in UNTAXED_PRICES,
        service_percent=Decimal(10)
        if issuer.trade == "restaurant" and code in ("MY", "GB", "SG", "HK") and random.random() < 0.4
        else ZERO,
        discount_percent=Decimal(random.choice([5, 10])) if random.random() < 0.06 else ZERO,
        rounding_step=Decimal(COIN[code]) if cash and code in COIN else ZERO,
        method="cash" if cash else "card",
        time=f"{random.randint(6, 23):02d}:{random.randint(0, 59):02d}"
        + (f":{random.randint(0, 59):02d}" if random.random() < 0.4 else ""),
        facts={
            "cashier": draw_person(random, issuer.language).split()[0],
            "till": str(random.randint(1, 12)),
            "table": str(random.randint(1, 40)),
        },
    )
    if issuer.trade == "restaurant" and code in TIPS and random.random() < 0.5:
        bill = replace(
            bill, tip=rounded(bill.total * Decimal(random.choice(["0.1", "0.15", "0.18", "0.2"])), country.digits)
        )
    return bill


NUMBERS = (
    "######",
    "####",
    "00####",
    "##-######",
    "#####/####",
    "@####",
    "########",
    "0###-###-####",
    "@@########",
    "R######",
)


def _count(random: Random, trade: str) -> int:
    if trade in ("fuel", "parking"):
        return 1 if random.random() < 0.85 else 2
    return random.choice([1, 2, 2, 3, 4, 5, 6, 8, 11, 15, 22])


def _line(random: Random, issuer: Issuer) -> Line:
    country = issuer.country
    product = random.choice(issuer.language.products[issuer.trade])
    weighed = product.unit in ("kg", "l")
    quantity = Decimal(
        str(round(random.uniform(0.2, 3 if product.unit == "kg" else 55), 3 if product.unit == "kg" else 2))
    )
    return Line(
        code=product_code(random, issuer),
        description=product.name,
        quantity=quantity if weighed else Decimal(random.choice([1, 1, 1, 1, 2, 2, 3, 4, 6])),
        unit=issuer.words.unit(product.unit),
        unit_price=draw_price(random, issuer, product.low, product.high),
        tax_rate=country.rates[min(product.rate, len(country.rates) - 1)],
        digits=country.digits,
    )
