"""A bill as XML (UN/CEFACT Cross Industry Invoice, profile EN 16931), and a PDF that carries it: a Factur-X invoice.

The file states PDF/A-3b, as Factur-X asks: colours have a profile, the metadata names the XML, and fonts are embedded
if the sheet is set in a typeface of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
from lxml import etree
from PIL import ImageCms

from training.generator import truth
from training.generator.bill import Bill, Line, TaxGroup
from training.generator.identities import Party
from training.generator.language import Language

RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
NAMESPACES = {"rsm": RSM, "ram": RAM, "udt": UDT}
UNIT_CODES = {
    "pcs": "H87", "hour": "HUR", "day": "DAY", "month": "MON", "kg": "KGM", "m": "MTR", "m2": "MTK", "l": "LTR",
    "box": "XBX", "flat": "LS", "km": "KMT", "kwh": "KWH",
}  # fmt: skip
"""UN/ECE Recommendation 20 and 21, by the keys of a language's units; ``C62``, "one", stands for all others."""
TYPE_CODES = {"invoice": "380", "credit_note": "381"}
FILE_NAME = "factur-x.xml"
_STATED = (
    "vendor_name", "customer_name", "invoice_number", "invoice_date", "due_date", "total_amount", "tax_amount",
    "currency", "subtotal_amount", "amount_due", "amount_paid", "discount_amount", "shipping_amount", "iban", "bic",
    "vendor_vat_id", "customer_vat_id", "purchase_order", "payment_reference", "vendor_address", "customer_address",
    "service_start", "service_end",
)  # fmt: skip
_CELLS = ("description", "quantity", "unit_price", "amount", "discount_rate", "tax_rate", "product_code")
_TAX_CELLS = ("tax_rate", "tax_base", "tax_amount")

XMP = """<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
   <pdfaid:part>3</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
   <fx:DocumentType>INVOICE</fx:DocumentType>
   <fx:DocumentFileName>{file_name}</fx:DocumentFileName>
   <fx:Version>1.0</fx:Version>
   <fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
   <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>Factur-X</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>fx</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>
   </rdf:li></rdf:Bag></pdfaExtension:schemas>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
XMP_PROPERTY = """
     <rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>
      <pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>
      <pdfaProperty:description>{name}</pdfaProperty:description></rdf:li>"""
XMP_PROPERTIES = ("DocumentType", "DocumentFileName", "Version", "ConformanceLevel")


def attached(page: bytes, content: bytes) -> bytes:
    """The PDF ``page`` with the XML ``content`` inside; the same bytes every time."""
    with pikepdf.open(BytesIO(page)) as pdf:
        file = pikepdf.AttachedFileSpec(
            pdf, content, description="", filename=FILE_NAME, mime_type="text/xml", creation_date="", mod_date=""
        )
        file.relationship = pikepdf.Name.Alternative
        pdf.attachments[FILE_NAME] = file
        pdf.Root.AF = pikepdf.Array([pdf.attachments[FILE_NAME].obj])
        pdf.Root.Metadata = pikepdf.Stream(pdf, _xmp().encode(), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
        pdf.Root.OutputIntents = pikepdf.Array([_output_intent(pdf)])
        buffer = BytesIO()
        pdf.save(buffer, min_version="1.7", deterministic_id=True)
    return buffer.getvalue()


def _xmp() -> str:
    properties = "".join(XMP_PROPERTY.format(name=name) for name in XMP_PROPERTIES)
    return XMP.format(file_name=FILE_NAME, properties=properties)


def _output_intent(pdf: pikepdf.Pdf) -> pikepdf.Dictionary:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes(12)  # the time at which the profile was made
    profile[84:100] = bytes(16)  # the checksum over it; zero means not computed
    return pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB",
        DestOutputProfile=pikepdf.Stream(pdf, bytes(profile), N=3),
    )


def answers(bill: Bill, places: truth.Places) -> dict[str, Any]:
    """The truth of a file with the bill's XML inside: all that the XML says, whether the page shows it or not.

    Units are left out, for which the XML has codes; of an address it says the parts, but not in which order.
    """
    cells = [f"line_items.{index}.{name}" for index in range(len(bill.lines)) for name in _CELLS]
    taxes = [f"tax_lines.{index}.{name}" for index in range(len(bill.tax_lines)) for name in _TAX_CELLS]
    shown = {name: found for name, found in places.items() if not name.endswith(".unit")}
    found = truth.of_bill(bill, {name: [] for name in (*_STATED, *cells, *taxes)} | shown)
    for name, party in (("vendor_address", bill.seller), ("customer_address", bill.buyer)):
        found["accept"][name] = [f"{party.street}, {party.postcode} {party.city}"]
    return found


# --- XML --------------------------------------------------------------------------------------------------------------
def xml(bill: Bill, language: Language) -> bytes:
    """The bill's XML. Its prices must be without tax, and nothing of it withheld or given as a tip.

    ``language`` is that of the units in its lines.
    """
    codes = {word: UNIT_CODES.get(key, "C62") for key, words in language.units.items() for word in words}
    root = etree.Element(f"{{{RSM}}}CrossIndustryInvoice", nsmap=NAMESPACES)
    guideline = _node("GuidelineSpecifiedDocumentContextParameter", _node("ID", "urn:cen.eu:en16931:2017"))
    root.append(_node("rsm:ExchangedDocumentContext", guideline))
    root.append(
        _node(
            "rsm:ExchangedDocument",
            _node("ID", bill.number),
            _node("TypeCode", TYPE_CODES[bill.kind]),
            _node("IssueDateTime", _day(bill.issued)),
        )
    )
    root.append(
        _node(
            "rsm:SupplyChainTradeTransaction",
            *(_line(position, line, codes) for position, line in enumerate(bill.lines, start=1)),
            _agreement(bill),
            _delivery(bill),
            _settlement(bill),
        )
    )
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _node(name: str, *content: etree._Element | str | Decimal, **attributes: str) -> etree._Element:
    """An element of the ``ram`` namespace, unless its name has another prefix."""
    prefix, _, local = name.rpartition(":")
    node = etree.Element(f"{{{NAMESPACES[prefix or 'ram']}}}{local}", attributes)
    for part in content:
        if isinstance(part, etree._Element):
            node.append(part)
        else:
            node.text = str(part)
    return node


def _day(day: date) -> etree._Element:
    return _node("udt:DateTimeString", day.strftime("%Y%m%d"), format="102")


def _line(position: int, line: Line, codes: Mapping[str, str]) -> etree._Element:
    code = [_node("SellerAssignedID", line.code)] if line.code else []
    price = _node("NetPriceProductTradePrice", _node("ChargeAmount", line.unit_price))
    unit = codes.get(line.unit, "C62")
    taken_off = [_allowance(line.full_amount - line.amount, line.discount)] if line.discount else []
    return _node(
        "IncludedSupplyChainTradeLineItem",
        _node("AssociatedDocumentLineDocument", _node("LineID", str(position))),
        _node("SpecifiedTradeProduct", *code, _node("Name", line.description)),
        _node("SpecifiedLineTradeAgreement", price),
        _node("SpecifiedLineTradeDelivery", _node("BilledQuantity", line.quantity, unitCode=unit)),
        _node(
            "SpecifiedLineTradeSettlement",
            _node("ApplicableTradeTax", _node("TypeCode", "VAT"), *_category(line.tax_rate)),
            *taken_off,
            _node("SpecifiedTradeSettlementLineMonetarySummation", _node("LineTotalAmount", line.amount)),
        ),
    )


def _category(rate: Decimal) -> list[etree._Element]:
    """Standard rate, or exempt."""
    return [_node("CategoryCode", "S" if rate else "E"), _node("RateApplicablePercent", rate)]


def _allowance(
    amount: Decimal,
    percent: Decimal,
    tax_rate: Decimal | None = None,
    *,
    reason: str = "Discount",
    charge: bool = False,
) -> etree._Element:
    """What is taken off, or added as a ``charge``; ``tax_rate`` is said of the document's own only."""
    tax = [] if tax_rate is None else [_node("CategoryTradeTax", _node("TypeCode", "VAT"), *_category(tax_rate))]
    return _node(
        "SpecifiedTradeAllowanceCharge",
        _node("ChargeIndicator", _node("udt:Indicator", str(charge).lower())),
        *([_node("CalculationPercent", percent)] if percent else []),
        _node("ActualAmount", amount),
        _node("Reason", reason),
        *tax,
    )


def _agreement(bill: Bill) -> etree._Element:
    order = bill.facts.get("purchase_order")
    return _node(
        "ApplicableHeaderTradeAgreement",
        _party("SellerTradeParty", bill.seller),
        _party("BuyerTradeParty", bill.buyer),
        *([_node("BuyerOrderReferencedDocument", _node("IssuerAssignedID", order))] if order else []),
    )


def _party(name: str, party: Party) -> etree._Element:
    tax = [_node("SpecifiedTaxRegistration", _node("ID", party.vat_id, schemeID="VA"))] if party.vat_id else []
    return _node(
        name,
        _node("Name", party.name),
        _node(
            "PostalTradeAddress",
            *([_node("PostcodeCode", party.postcode)] if party.postcode else []),
            _node("LineOne", party.street),
            _node("CityName", party.city),
            _node("CountryID", party.country),
        ),
        *tax,
    )


def _delivery(bill: Bill) -> etree._Element:
    """On one day, or else the period stands in the settlement."""
    day = bill.service_start if bill.service_start and not bill.service_end else None
    event = [_node("ActualDeliverySupplyChainEvent", _node("OccurrenceDateTime", _day(day)))] if day else []
    return _node("ApplicableHeaderTradeDelivery", *event)


def _settlement(bill: Bill) -> etree._Element:
    period = []
    if bill.service_start and bill.service_end:
        start, end = _node("StartDateTime", _day(bill.service_start)), _node("EndDateTime", _day(bill.service_end))
        period = [_node("BillingSpecifiedPeriod", start, end)]
    reference = bill.facts.get("payment_reference")
    return _node(
        "ApplicableHeaderTradeSettlement",
        *([_node("PaymentReference", reference)] if reference else []),
        _node("InvoiceCurrencyCode", bill.currency),
        *_account(bill.seller),
        *(_tax(group) for group in bill.tax_groups),
        *period,
        *_allowances(bill),
        *([_node("SpecifiedTradePaymentTerms", _node("DueDateDateTime", _day(bill.due)))] if bill.due else []),
        _sums(bill),
    )


def _account(seller: Party) -> list[etree._Element]:
    """Where to transfer the money to, if it is said."""
    if not seller.iban:
        return []
    bank = _node("PayeeSpecifiedCreditorFinancialInstitution", _node("BICID", seller.bic))
    account = _node("PayeePartyCreditorFinancialAccount", _node("IBANID", seller.iban))
    return [_node("SpecifiedTradeSettlementPaymentMeans", _node("TypeCode", "58"), account, bank)]


def _tax(group: TaxGroup) -> etree._Element:
    category, rate = _category(group.rate)
    return _node(
        "ApplicableTradeTax",
        _node("CalculatedAmount", group.tax),
        _node("TypeCode", "VAT"),
        *([] if group.rate else [_node("ExemptionReason", "Exempt")]),
        _node("BasisAmount", group.base),
        category,
        rate,
    )


def _allowances(bill: Bill) -> list[etree._Element]:
    """The document's discount at each rate, and its shipping."""
    found = [_allowance(cut, bill.discount_percent, rate) for rate, cut in bill.cuts.items() if cut]
    if bill.shipping:
        rate = bill.tax_groups[0].rate
        found.append(_allowance(bill.shipping, Decimal(), rate, reason="Shipping", charge=True))
    return found


def _sums(bill: Bill) -> etree._Element:
    optional = {"ChargeTotalAmount": bill.shipping, "AllowanceTotalAmount": bill.discount}
    return _node(
        "SpecifiedTradeSettlementHeaderMonetarySummation",
        _node("LineTotalAmount", bill.line_total),
        *(_node(name, amount) for name, amount in optional.items() if amount),
        _node("TaxBasisTotalAmount", bill.subtotal),
        _node("TaxTotalAmount", bill.tax, currencyID=bill.currency),
        _node("GrandTotalAmount", bill.total),
        *([_node("TotalPrepaidAmount", bill.paid)] if bill.paid else []),
        _node("DuePayableAmount", bill.due_amount),
    )
