"""What an issuer charges on one document: buyer, lines, dates, terms, all drawn at random."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from training.generator.bill import ZERO, Bill, Line, rounded
from training.generator.fonts import has_letters
from training.generator.identities import Party, draw_company, draw_person, draw_private, fill
from training.generator.issuer import Issuer
from training.generator.language import Product, countries, language, languages

LEVEL = {"INR": 60, "JPY": 120, "CZK": 24, "TRY": 30, "SEK": 11, "DKK": 7, "MXN": 18, "ZAR": 18, "PLN": 4, "BRL": 5,
         "HKD": 8, "AED": 4, "MYR": 4}  # fmt: skip
"""What costs 1 in euro costs about this much."""


def draw_bill(random: Random, issuer: Issuer, kind: str = "invoice") -> Bill:
    style, country = issuer.style, issuer.country
    issued = date(2017, 1, 1) + timedelta(days=random.randrange(3650))
    days = random.choice([7, 10, 14, 14, 20, 30, 30, 30, 45, 60])
    buyer = draw_buyer(random, issuer)
    foreign = buyer.country != country.code
    notice = ("reverse_charge" if foreign else "small_business") if foreign or random.random() < 0.03 else ""
    lines = draw_lines(random, issuer, issued, free=bool(notice))
    number = document_number(random, style.number, issued, issuer)
    service = _service(random, issued)
    bill = Bill(
        kind=kind,
        number=number,
        issued=issued,
        due=issued + timedelta(days=days),
        days=days,
        currency=issuer.currency,
        digits=issuer.formats.digits,
        seller=issuer.seller,
        buyer=buyer,
        lines=lines,
        gross_prices=style.gross_prices and not notice,
        discount_percent=Decimal(random.choice([2, 3, 5, 10, 15])) if random.random() < 0.08 else ZERO,
        shipping=draw_price(random, issuer, Decimal(4), Decimal(40)) if random.random() < 0.14 else ZERO,
        discount_days=random.choice([7, 8, 10]),
        discount_rate=Decimal(random.choice([2, 3])) if random.random() < 0.1 else ZERO,
        withholding_rate=Decimal(random.choice([15, 7, 20]))
        if country.code in ("ES", "IT") and random.random() < 0.12
        else ZERO,
        withheld_from_total=country.code == "ES",
        ship_to=draw_buyer(random, issuer) if random.random() < 0.2 else None,
        method=random.choice(list(issuer.language.methods)) if random.random() < 0.3 else "",
        notice=notice,
        facts=_facts(random, issuer, number, days),
        tax_parts=tuple(country.tax_parts) if issuer.words.chance("tax in parts", 0.5) and not notice else (),
        service_start=service[0],
        service_end=service[1],
    )
    paid = random.random()
    if kind == "invoice" and paid < 0.1:
        bill = replace(
            bill,
            paid=bill.total
            if paid < 0.04
            else rounded(bill.total * Decimal(random.choice(["0.2", "0.3", "0.5"])), bill.digits),
        )
    return bill


def draw_buyer(random: Random, issuer: Issuer) -> Party:
    """A company or a person, mostly of the issuer's country, whose name the issuer's typeface can set."""
    country = issuer.country
    if random.random() < 0.1:
        country = random.choice([one for one in countries().values() if set(one.languages) & set(languages())])
    spoken = (
        issuer.language
        if country is issuer.country
        else language(next(name for name in country.languages if name in languages()))
    )
    if random.random() < 0.2 and country is issuer.country:
        buyer = draw_private(random, country, spoken)
    else:
        buyer = draw_company(random, country, spoken, random.choice(list(spoken.trades)))
    if not has_letters(issuer.typeface.regular, buyer.name + buyer.address):
        return draw_private(random, issuer.country, issuer.language)
    return buyer


def draw_lines(random: Random, issuer: Issuer, issued: date, *, free: bool = False) -> tuple[Line, ...]:
    """What is charged; nothing of it happened after ``issued``. ``free`` of tax."""
    count = random.choice([1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 11, 16, 24, 38])
    own = issuer.language.products[issuer.trade]
    sections = random.random() < 0.06 and count > 3
    lines = [_line(random, issuer, random.choice(own), issued, free) for _ in range(count)]
    if random.random() < 0.6:  # most issuers sell at one rate
        lines = [replace(line, tax_rate=lines[0].tax_rate) for line in lines]
    if sections:
        names = _sections(random, issuer, issued)
        half = count // 2
        lines = [replace(line, section=names[index >= half]) for index, line in enumerate(lines)]
    if random.random() < 0.04:
        lines.append(_deduction(random, issuer, lines))
    return tuple(lines)


def _sections(random: Random, issuer: Issuer, issued: date) -> list[str]:
    """Two headings of a table: branches of trade, or delivery notes with number and date."""
    if random.random() < 0.5:
        return random.sample(list(issuer.language.trades.values()), 2)
    label = issuer.words.label("delivery_number")
    days = [issuer.formats.day(issued - timedelta(days=step)) for step in (9, 5)]
    return [f"{label} {random.randint(10000, 99999)} {day}" for day in days]


def _deduction(random: Random, issuer: Issuer, lines: list[Line]) -> Line:
    """A line with a negative amount: what is taken off for some reason."""
    amount = sum((line.amount for line in lines), ZERO) * Decimal(random.choice(["0.05", "0.1", "0.2"]))
    name = issuer.words.label("document_discount", percent=issuer.formats.rate(Decimal(random.choice([5, 10, 20]))))
    return replace(
        lines[-1],
        description=name,
        quantity=Decimal(1),
        unit_price=-rounded(amount, issuer.formats.digits),
        discount=ZERO,
        code="",
    )


def _described(random: Random, issuer: Issuer, name: str, issued: date) -> str:
    """What is sold, perhaps with a detail behind it that has a number or a date in it."""
    if not issuer.words.chance("details", 0.25) or random.random() < 0.3:
        return name
    day = issued - timedelta(days=random.randrange(20, 200))
    later = issuer.formats.day(day + timedelta(days=random.randint(1, 20)))
    detail = random.choice(issuer.language.phrases["details"])
    code = fill(random, random.choice(["####", "@@###", "##-####", "#######"]))
    return f"{name}, {detail.format(code=code, day=issuer.formats.day(day), later=later)}"


def _line(random: Random, issuer: Issuer, product: Product, issued: date, free: bool) -> Line:
    country, style = issuer.country, issuer.style
    quantity = Decimal(random.choice([1, 1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 12, 20, 25, 50, 100]))
    if product.unit in ("hour", "kg", "m", "m2", "km", "day"):
        quantity = rounded(quantity + Decimal(random.choice(["0", "0.5", "0.25", "0.75", "0"])), 2)
    if product.unit == "kwh":
        quantity = Decimal(random.randint(400, 9000))
    quantity = rounded(quantity, max(style.quantity_digits, 0 if quantity == quantity.to_integral() else 2))
    rate = ZERO if free else country.rates[min(product.rate, len(country.rates) - 1)]
    return Line(
        code=product_code(random, issuer) if "code" in style.columns else "",
        description=_described(random, issuer, product.name, issued),
        quantity=quantity,
        unit=issuer.words.unit(product.unit),
        unit_price=draw_price(random, issuer, product.low, product.high),
        tax_rate=rate,
        discount=Decimal(random.choice([0, 5, 10, 20])) if "discount" in style.columns else ZERO,
        digits=issuer.formats.digits,
        day=issued - timedelta(days=random.randrange(40)) if "day" in style.columns else None,
    )


def draw_price(random: Random, issuer: Issuer, low: Decimal, high: Decimal) -> Decimal:
    """A price between ``low`` and ``high`` euro, at the level of the issuer's country and in its currency."""
    price = Decimal(str(random.uniform(float(low), float(high)))) * LEVEL.get(issuer.currency, 1)
    if random.random() < 0.3:
        price = Decimal(int(price) + 1)
    return rounded(price, issuer.formats.digits)


def product_code(random: Random, issuer: Issuer) -> str:
    pattern = Random(f"{issuer.seed}/code").choice(
        ["#####", "######", "@@-####", "@#####", "##.###", "###-##", "#-####", "############"]
    )
    return fill(random, pattern)


def document_number(random: Random, pattern: str, issued: date, issuer: Issuer) -> str:
    prefix = issuer.seller.brand[:2].upper()
    return pattern.format(
        n=random.choice([random.randint(1, 999), random.randint(100, 99999), random.randint(100000, 9999999)]),
        yyyy=issued.year,
        yy=f"{issued.year % 100:02d}",
        mm=f"{issued.month:02d}",
        a=prefix[:1],
        aa=prefix,
    )


def _facts(random: Random, issuer: Issuer, number: str, days: int) -> dict[str, str]:
    """Further values by field, and by label where they answer no question."""
    names = issuer.language.names
    terms = issuer.words.phrase("days").format(days=days)
    return {
        "customer_number": fill(
            random, Random(f"{issuer.seed}/customer").choice(["#####", "1####", "K-####", "C####", "######", "@@####"])
        ),
        "purchase_order": fill(
            random, random.choice(["45########", "PO-####", "#####", "B-##-####", "@@-####/##", "####-###"])
        ),
        "payment_terms": terms,
        "payment_reference": random.choice([number, fill(random, "RF## #### ####"), fill(random, "#### #### ####")]),
        "our_order": fill(random, random.choice(["AB-####", "######", "SO####", "##-#####"])),
        "delivery_number": fill(random, random.choice(["LS-####", "8#######", "D#####", "DN ####"])),
        "contract_number": fill(random, random.choice(["V-######", "########", "@@ ### ###"])),
        "contact": draw_person(random, issuer.language),
        "project": f"{random.choice(names['nouns'])} {random.choice(names['surnames'])}",
    }


def _service(random: Random, issued: date) -> tuple[date, date | None]:
    """First and last day of delivery or service; no last day where it was one day."""
    end = issued - timedelta(days=random.randrange(12))
    if random.random() < 0.5:
        return end, None
    if random.random() < 0.5:  # the month before
        last = end.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    return end - timedelta(days=random.randrange(1, 90)), end
