"""The words, numbers and dates of an invoice in each language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}


@dataclass(frozen=True, kw_only=True)
class Language:
    code: str
    decimal_mark: str
    group_mark: str
    symbol_first: bool
    date_format: str  # for strftime; only numbers, so that it does not depend on the machine
    months: tuple[str, ...] = ()  # when set, %B in ``date_format`` is taken from here

    invoice: str
    number: str
    date: str
    due: str
    order: str
    bill_to: str
    vat_id: str
    customer_vat_id: str
    phone: str
    bank: str
    greeting: str
    position: str
    code_title: str
    description: str
    quantity: str
    unit: str
    unit_price: str
    tax_column: str
    amount: str
    carried_forward: str
    brought_forward: str
    page: str
    subtotal: str
    tax: str  # with {rate}
    total: str
    amount_due: str
    payment: str  # with {due}

    def number_of(self, amount: Decimal) -> str:
        english = f"{amount:,.2f}"
        return english.translate({ord(","): self.group_mark, ord("."): self.decimal_mark})

    def quantity_of(self, quantity: Decimal) -> str:
        return f"{quantity:f}".replace(".", self.decimal_mark)

    def money(self, amount: Decimal, currency: str) -> str:
        symbol = SYMBOLS[currency]
        return f"{symbol}{self.number_of(amount)}" if self.symbol_first else f"{self.number_of(amount)} {symbol}"

    def day(self, day: date) -> str:
        pattern = self.date_format.replace("%B", self.months[day.month - 1]) if self.months else self.date_format
        return day.strftime(pattern)

    def tax_at(self, rate: Decimal) -> str:
        return self.tax.format(rate=self.quantity_of(rate))

    def terms(self, due: date) -> str:
        return self.payment.format(due=self.day(due))


ENGLISH = Language(
    code="en-GB",
    decimal_mark=".",
    group_mark=",",
    symbol_first=True,
    date_format="%d %B %Y",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    invoice="Invoice",
    number="Invoice no.",
    date="Invoice date",
    due="Due date",
    order="Your order",
    bill_to="Bill to",
    vat_id="VAT reg. no.",
    customer_vat_id="Your VAT no.",
    phone="Tel.",
    bank="Bank details",
    greeting="We thank you for your order and charge you as follows:",
    position="No.",
    code_title="Item",
    description="Description",
    quantity="Qty",
    unit="Unit",
    unit_price="Unit price",
    tax_column="VAT",
    amount="Amount",
    carried_forward="Carried forward",
    brought_forward="Brought forward",
    page="Page",
    subtotal="Subtotal",
    tax="VAT {rate}%",
    total="Total",
    amount_due="Amount due",
    payment="Payment is due by {due}. Please quote the invoice number.",
)

GERMAN = Language(
    code="de-DE",
    decimal_mark=",",
    group_mark=".",
    symbol_first=False,
    date_format="%d.%m.%Y",
    invoice="Rechnung",
    number="Rechnungsnummer",
    date="Rechnungsdatum",
    due="Fällig am",
    order="Ihre Bestellung",
    bill_to="Rechnungsempfänger",
    vat_id="USt-IdNr.",
    customer_vat_id="Ihre USt-IdNr.",
    phone="Tel.",
    bank="Bankverbindung",
    greeting="Wir danken für Ihren Auftrag und berechnen Ihnen:",
    position="Pos.",
    code_title="Art.-Nr.",
    description="Bezeichnung",
    quantity="Menge",
    unit="Einheit",
    unit_price="Einzelpreis",
    tax_column="USt",
    amount="Betrag",
    carried_forward="Übertrag",
    brought_forward="Übertrag von der vorigen Seite",
    page="Seite",
    subtotal="Nettobetrag",
    tax="zzgl. {rate} % USt",
    total="Rechnungsbetrag",
    amount_due="Zahlbetrag",
    payment="Zahlbar bis {due} ohne Abzug.",
)

FRENCH = Language(
    code="fr-FR",
    decimal_mark=",",
    group_mark="\N{NO-BREAK SPACE}",
    symbol_first=False,
    date_format="%d/%m/%Y",
    invoice="Facture",
    number="Facture n°",
    date="Date de facture",
    due="Date d'échéance",
    order="Votre commande",
    bill_to="Facturé à",
    vat_id="N° TVA",
    customer_vat_id="Votre n° TVA",
    phone="Tél.",
    bank="Coordonnées bancaires",
    greeting="Nous vous remercions de votre commande :",
    position="N°",
    code_title="Réf.",
    description="Désignation",
    quantity="Quantité",
    unit="Unité",
    unit_price="Prix unitaire HT",
    tax_column="TVA",
    amount="Montant HT",
    carried_forward="À reporter",
    brought_forward="Report",
    page="Page",
    subtotal="Total HT",
    tax="TVA {rate} %",
    total="Total TTC",
    amount_due="Net à payer",
    payment="Paiement par virement au plus tard le {due}.",
)
