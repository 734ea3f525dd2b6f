"""A bill on its way to paper: what it says, in the issuer's words and formats, with a note of each value's field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from training.generator.bill import Bill
from training.generator.identities import Party
from training.generator.issuer import LABEL_KEYS, Issuer
from training.generator.sheet import Sheet, Span

Line = list[Span]
MARGIN = 50.0


@dataclass
class Draft:
    """Everything that the drawing functions need. ``bottom`` is where the footer begins."""

    sheet: Sheet
    issuer: Issuer
    bill: Bill
    random: Random
    bottom: float

    @property
    def left(self) -> float:
        return MARGIN

    @property
    def width(self) -> float:
        return self.sheet.size[0] - 2 * MARGIN

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def size(self) -> float:
        return self.issuer.style.size

    @property
    def leading(self) -> float:
        return self.size * 1.35

    def room(self, y: float, height: float) -> float:
        """``y``, or the top of a new page if less than ``height`` is left."""
        if y + height <= self.bottom:
            return y
        self.sheet.new_page()
        return 60.0

    # --- Words and values -------------------------------------------------------------------------------------------
    def tag(self, key: str, **values: str) -> str:
        """A label with the issuer's colon, if it sets one."""
        text = self.issuer.words.label(LABEL_KEYS.get(key, key), **values)
        return text if text.endswith((":", "?")) else text + self.issuer.style.colon

    def fact(self, name: str) -> str:
        """The label of a field among the facts at the top; a quotation's number is not an invoice's."""
        if self.bill.kind == "invoice" or name not in ("invoice_number", "invoice_date"):
            return self.tag(name)
        if name == "invoice_date":
            return self.tag("plain_date" if self.chance("plain date", 0.7) or self.bill.kind != "credit_note" else name)
        if self.bill.kind == "credit_note":
            return self.tag("credit_note_number")
        return self.tag("number_of", title=self.label(self.bill.kind))

    def label(self, key: str, **values: str) -> str:
        return self.issuer.words.label(key, **values)

    def value(self, name: str) -> Line | None:
        """The value of a field as the issuer writes it; None where the bill has none."""
        if name in ("service_period", "delivery_date"):
            return self._period(name)
        if name == "order_date":
            return [Span(self.day(self.bill.issued - timedelta(days=9)))]
        if name == "payment_method":
            method = self.bill.method
            return (
                [Span(self.issuer.words.pick(self.issuer.language.methods[method], method), (name,))]
                if method
                else None
            )
        found = self.bill.values().get(name)
        if found is None:
            return None
        if isinstance(found, date):
            return [Span(self.day(found), (name,))]
        if isinstance(found, Decimal):
            return self.money(found, name, "sum")
        if name == "iban" and self.issuer.style.iban_grouped:
            found = " ".join(found[i : i + 4] for i in range(0, len(found), 4))
        return [Span(found, (name,))]

    def money(self, amount: Decimal, name: str | tuple[str, ...], where: str) -> Line:
        """An amount; with the currency if the issuer prints it ``where`` this stands."""
        names = (name,) if isinstance(name, str) else name
        before, number, after = self.issuer.formats.money(amount)
        spans = [Span(number, tuple(one for one in names if one))]
        if where not in self.issuer.style.marked:
            return spans
        if before:
            spans.insert(0, Span(before, ("currency",)))
        if after:
            spans.append(Span(after, ("currency",)))
        return spans

    def day(self, day: date) -> str:
        return self.issuer.formats.day(day)

    def phrase(self, key: str) -> Line:
        """A sentence with values in place of the fields that it names in braces."""
        line: Line = []
        for piece in re.split(r"(\{\w+\})", self.issuer.words.phrase(key)):
            if piece.startswith("{"):
                line.extend(self._inserted(piece[1:-1]))
            elif piece:
                line.append(Span(piece))
        return line

    def noise(self, key: str, most: int = 3) -> list[str]:
        """Some sentences of a kind that say nothing about the bill."""
        return [text for text in self.issuer.language.phrases[key] if self.random.random() < self.issuer.style.noise][
            :most
        ]

    def chance(self, key: str, share: float) -> bool:
        """A habit of the issuer that holds with probability ``share``, the same on each of its documents."""
        return self.issuer.words.chance(key, share)

    def choice(self, key: str, *options: str) -> str:
        """One of the options, the same on each of the issuer's documents."""
        return Random(f"{self.issuer.seed}/{key}").choice(options)

    def _inserted(self, name: str) -> Line:
        if name == "total_amount":
            return self.money(self.bill.total, name, "total")
        if name == "days":
            return [Span(str(self.bill.days), ("days",))]
        simple = {
            "city": self.bill.seller.city,
            "tax": self.issuer.words.tax,
            "percent": self.issuer.formats.rate(self.bill.discount_rate),
            "discount_date": self.day(self.bill.issued + timedelta(days=self.bill.discount_days)),
        }
        return [Span(simple[name])] if name in simple else (self.value(name) or [])

    def _period(self, name: str) -> Line | None:
        start, end = self.bill.service_start, self.bill.service_end
        if not start or (name == "delivery_date") == bool(end):
            return None
        if not end:
            return [Span(self.day(start), ("service_start", "service_end"))]
        dash = self.choice("dash", " - ", " – ", "-", " bis " if self.issuer.language.name == "de" else " - ")
        return [Span(self.day(start), ("service_start",)), Span(dash), Span(self.day(end), ("service_end",))]

    # --- Parties ------------------------------------------------------------------------------------------------------
    def party(self, party: Party, role: str) -> list[Line]:
        """Name and address below each other. ``role`` is vendor or customer, or "" for one that is neither."""
        name, address = (f"{role}_name",) if role else (), (f"{role}_address",) if role else ()
        lines = [[Span(party.name, name)], [Span(party.street, address)], [Span(party.place, address)]]
        salutations = self.issuer.language.phrases["salutations"]
        if role == "customer" and salutations and self.chance("salutation", 0.2):
            lines.insert(0, [Span(self.choice("salutations", *salutations))])
        if party.country != self.issuer.country.code or self.chance(f"country {role}", 0.12):
            lines.append([Span(self.issuer.formats.locale.territories[party.country])])
        return [line for line in lines if line[0].text]

    def contacts(self) -> list[Line]:
        """Telephone, e-mail and the like, each with its label."""
        lines = []
        for name, key, share in (
            ("vendor_phone", "phone", 0.85),
            ("fax", "fax", 0.4),
            ("vendor_email", "email", 0.7),
            ("vendor_website", "website", 0.5),
        ):
            text = self.bill.seller.fax if name == "fax" else str(self.bill.values().get(name, ""))
            if text and self.chance(f"has {key}", share):
                fields = () if name == "fax" else (name,)
                bare = key in ("email", "website") and self.chance(f"bare {key}", 0.5)
                lines.append([*([] if bare else [Span(self.tag(key) + " ")]), Span(text, fields)])
        return lines

    def registrations(self) -> list[Line]:
        """Tax numbers of the seller, each with its label; at least the first one is there nearly always."""
        names = [
            name for name, share in (("vendor_vat_id", 0.85), ("vendor_tax_number", 0.55)) if self.chance(name, share)
        ]
        lines = [[Span(self.tag(name) + " "), *value] for name in names if (value := self.value(name))]
        if self.chance("register", 0.3):
            lines.append([Span(f"{self.tag('director')} {self.bill.seller.person}")])
        return lines

    def bank(self) -> list[Line]:
        """Where to pay to, each line with its label."""
        seller = self.bill.seller
        if not seller.iban:
            account = Random(f"{self.issuer.seed}/account").randint(10**7, 10**9)
            return [
                [Span(f"{self.tag('bank')} {seller.bank}")],
                [Span(f"{self.tag('account_holder')} "), Span(seller.name, ("vendor_name",))],
                [Span(f"{self.tag('sort_code')} {account % 899999 + 100000}")],
                [Span(f"{self.tag('account')} {account}")],
            ]
        lines = [[Span(f"{self.tag('bank')} {seller.bank}")]] if self.chance("bank name", 0.7) else []
        lines += [[Span(f"{self.tag('iban')} "), *(self.value("iban") or [])]]
        if self.chance("bic", 0.75):
            lines.append([Span(f"{self.tag('bic')} "), *(self.value("bic") or [])])
        return lines
