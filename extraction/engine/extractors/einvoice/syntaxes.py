"""Which syntax is it? Told by the root element and its namespace."""

from __future__ import annotations

from extraction.engine.extractors.einvoice import ubl
from extraction.engine.extractors.einvoice.cii import CII, CII_1
from extraction.engine.extractors.einvoice.fatturapa import FATTURA_PA
from extraction.engine.extractors.einvoice.syntax import Syntax

ROOTS: tuple[tuple[str, str, Syntax], ...] = (
    ("CrossIndustryInvoice", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:", CII),
    ("CrossIndustryDocument", "urn:ferd:CrossIndustryDocument:invoice:", CII_1),
    ("Invoice", "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", ubl.INVOICE),
    ("CreditNote", "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2", ubl.CREDIT_NOTE),
    ("FatturaElettronica", "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v", FATTURA_PA),
    ("FatturaElettronica", "http://www.fatturapa.gov.it/sdi/fatturapa/v", FATTURA_PA),
)
"""Root element and how its namespace begins (versions differ in the end) → syntax."""


def syntax_of(name: str, namespace: str) -> Syntax | None:
    """The syntax of an element; ``None`` when it is no invoice in a known one."""
    return next((syntax for local, start, syntax in ROOTS if name == local and namespace.startswith(start)), None)
