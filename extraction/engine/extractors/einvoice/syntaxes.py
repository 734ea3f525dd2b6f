"""Which syntax is it? Told by the root element and its namespace."""

from __future__ import annotations

from extraction.engine.extractors.einvoice import ubl
from extraction.engine.extractors.einvoice.cii import CII, CII_1
from extraction.engine.extractors.einvoice.fatturapa import FATTURA_PA, SIMPLIFIED
from extraction.engine.extractors.einvoice.syntax import Syntax

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"

ROOTS: tuple[tuple[str, str, Syntax], ...] = (
    ("CrossIndustryInvoice", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:", CII),
    ("CrossIndustryDocument", "urn:ferd:CrossIndustryDocument:invoice:", CII_1),
    ("Invoice", f"{UBL}Invoice-2", ubl.INVOICE),
    ("CreditNote", f"{UBL}CreditNote-2", ubl.CREDIT_NOTE),
    ("SelfBilledInvoice", f"{UBL}SelfBilledInvoice-2", ubl.INVOICE),
    ("SelfBilledCreditNote", f"{UBL}SelfBilledCreditNote-2", ubl.CREDIT_NOTE),
    ("DebitNote", f"{UBL}DebitNote-2", ubl.DEBIT_NOTE),
    ("FatturaElettronica", "", FATTURA_PA),
    ("FatturaElettronicaSemplificata", "", SIMPLIFIED),
)
"""Root element and how its namespace begins (versions differ in the end) → syntax.

That of FatturaPA moved from one address to another, and some programs leave it out; its name is enough.
"""


def syntax_of(name: str, namespace: str) -> Syntax | None:
    """The syntax of an element; ``None`` when it is no invoice in a known one."""
    return next((syntax for local, start, syntax in ROOTS if name == local and namespace.startswith(start)), None)
