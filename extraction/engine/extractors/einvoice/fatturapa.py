"""FatturaPA 1.x, the invoice of Italy's exchange system.

One file may hold several invoices of one seller to one buyer. The simplified form (FSM10), for small sums, states all
amounts with the tax in them.
"""

from __future__ import annotations

from extraction.engine.extractors.einvoice.syntax import Paths, Syntax, only

HEADER, BODY = "FatturaElettronicaHeader", "FatturaElettronicaBody"
SELLER, BUYER = f"{HEADER}/CedentePrestatore", f"{HEADER}/CessionarioCommittente"
GENERAL, GOODS = f"{BODY}/DatiGenerali/DatiGeneraliDocumento", f"{BODY}/DatiBeniServizi"
PAYMENT = f"{BODY}/DatiPagamento/DettaglioPagamento"
LINE = f"{GOODS}/DettaglioLinee"
DISCOUNT = "ScontoMaggiorazione[Tipo = 'SC']"

PAYMENT_METHODS = {
    **dict.fromkeys(("MP01", "MP04"), "cash"),
    **dict.fromkeys(("MP02", "MP03"), "cheque"),
    **dict.fromkeys(("MP05", "MP07", "MP13", "MP15", "MP18"), "bank_transfer"),  # slips paid through a bank, too
    **dict.fromkeys(("MP08",), "card"),
    **dict.fromkeys(("MP09", "MP10", "MP11", "MP12", "MP16", "MP17", "MP19", "MP20", "MP21"), "direct_debit"),
}
"""Codes of ``ModalitaPagamento``."""

PAYMENT_TERMS = {"TP01": "pagamento a rate", "TP02": "pagamento completo", "TP03": "anticipo"}
"""Codes of ``CondizioniPagamento``: by instalments, at once, in advance."""


def _names(name: str) -> Paths:
    return (f"{name}/Denominazione", f"normalize-space(concat({name}/Nome, ' ', {name}/Cognome))")


def _vat_id(party: str) -> Paths:
    vat_id = f"{party}/IdFiscaleIVA"
    return (f"concat({vat_id}/IdPaese, {vat_id}/IdCodice)",)


def _address(party: str) -> tuple[Paths, ...]:
    return (
        (f"normalize-space(concat({party}/Sede/Indirizzo, ' ', {party}/Sede/NumeroCivico))",),
        (f"normalize-space(concat({party}/Sede/CAP, ' ', {party}/Sede/Comune))",),
    )


FATTURA_PA = Syntax(
    name="fatturapa",
    type_code=f"{GENERAL}/TipoDocumento",
    credit_note_codes=frozenset({"TD04", "TD08"}),
    fields={
        "vendor_name": _names(f"{SELLER}/DatiAnagrafici/Anagrafica"),
        "customer_name": _names(f"{BUYER}/DatiAnagrafici/Anagrafica"),
        "invoice_number": (f"{GENERAL}/Numero",),
        "invoice_date": (f"{GENERAL}/Data",),
        "currency": (f"{GENERAL}/Divisa",),
        "total_amount": (f"{GENERAL}/ImportoTotaleDocumento",),
        # Ways to pay at once, of which the payer takes one, repeat the amount; instalments are added up below.
        "amount_due": (f"{BODY}/DatiPagamento[CondizioniPagamento != 'TP01']/DettaglioPagamento/ImportoPagamento",),
        "payment_reference": (f"{PAYMENT}/CodicePagamento",),
        "iban": (f"{PAYMENT}/IBAN",),
        "bic": (f"{PAYMENT}/BIC",),
        "vendor_vat_id": _vat_id(f"{SELLER}/DatiAnagrafici"),
        "vendor_tax_number": (f"{SELLER}/DatiAnagrafici/CodiceFiscale",),
        "vendor_email": (f"{SELLER}/Contatti/Email",),
        "vendor_phone": (f"{SELLER}/Contatti/Telefono",),
        "customer_vat_id": _vat_id(f"{BUYER}/DatiAnagrafici"),
        "purchase_order": (f"{BODY}/DatiGenerali/DatiOrdineAcquisto/IdDocumento",),
    },
    sums={
        "tax_amount": (f"{GOODS}/DatiRiepilogo/Imposta",),
        "subtotal_amount": (f"{GOODS}/DatiRiepilogo/ImponibileImporto",),
        "discount_amount": (f"{GENERAL}/{DISCOUNT}/Importo",),
        "amount_due": (f"{PAYMENT}/ImportoPagamento",),
    },
    joined={"vendor_address": _address(SELLER), "customer_address": _address(BUYER)},
    coded={
        "payment_method": (f"{PAYMENT}/ModalitaPagamento", PAYMENT_METHODS),
        "payment_terms": (f"{BODY}/DatiPagamento/CondizioniPagamento", PAYMENT_TERMS),
    },
    earliest={"service_start": (f"{LINE}/DataInizioPeriodo", f"{BODY}/DatiGenerali/DatiDDT/DataDDT")},
    latest={
        "service_end": (f"{LINE}/DataFinePeriodo", f"{BODY}/DatiGenerali/DatiDDT/DataDDT"),
        "due_date": (f"{PAYMENT}/DataScadenzaPagamento",),
    },
    due_days=(PAYMENT, "DataRiferimentoTerminiPagamento", "GiorniTerminiPagamento"),
    lines=LINE,
    cells={
        "description": ("Descrizione",),
        "quantity": ("Quantita",),
        "unit": ("UnitaMisura",),
        "unit_price": ("PrezzoUnitario",),
        "amount": ("PrezzoTotale",),
        "discount_rate": (only(DISCOUNT, "Percentuale"),),
        "tax_rate": ("AliquotaIVA",),
        "product_code": ("CodiceArticolo/CodiceValore",),
    },
    tax_lines=f"{GOODS}/DatiRiepilogo",
    tax_cells={"tax_rate": ("AliquotaIVA",), "tax_base": ("ImponibileImporto",), "tax_amount": ("Imposta",)},
    body=BODY,
)

_GOOD = f"{BODY}/DatiBeniServizi"
_RATE = "DatiIVA/Aliquota"


def _cents(expression: str) -> str:
    """Of numbers, as XPath computes them; without a value when one of them is missing."""
    return f"string(round(({expression}) * 100) div 100)"


_TAX = (_cents("DatiIVA/Imposta"), _cents(f"Importo * {_RATE} div (100 + {_RATE})"))
_NET = (
    _cents("Importo - DatiIVA/Imposta"),
    _cents(f"Importo * 100 div (100 + {_RATE})"),
    "Importo",
)

SIMPLIFIED = Syntax(
    name="fatturapa-simplified",
    type_code=f"{GENERAL}/TipoDocumento",
    credit_note_codes=frozenset({"TD08"}),
    fields={
        "vendor_name": _names(SELLER),
        "customer_name": _names(f"{BUYER}/AltriDatiIdentificativi"),
        "invoice_number": (f"{GENERAL}/Numero",),
        "invoice_date": (f"{GENERAL}/Data",),
        "currency": (f"{GENERAL}/Divisa",),
        "vendor_vat_id": _vat_id(SELLER),
        "vendor_tax_number": (f"{SELLER}/CodiceFiscale",),
        "customer_vat_id": _vat_id(f"{BUYER}/IdentificativiFiscali"),
    },
    sums={"total_amount": (f"{_GOOD}/Importo",)},
    tax_line_sums={"tax_amount": "tax_amount", "subtotal_amount": "tax_base"},
    joined={"vendor_address": _address(SELLER), "customer_address": _address(f"{BUYER}/AltriDatiIdentificativi")},
    lines=_GOOD,
    cells={"description": ("Descrizione",), "tax_rate": (_RATE,), "amount": _NET},
    tax_lines=_GOOD,
    tax_cells={"tax_rate": (_RATE,), "tax_base": _NET, "tax_amount": _TAX},
    body=BODY,
)
