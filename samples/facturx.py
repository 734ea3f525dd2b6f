"""A Factur-X invoice: the page for people, and the same invoice as XML (UN/CEFACT CII, profile EN 16931) inside it.

The file states PDF/A-3b, as Factur-X asks: fonts are embedded, colours have a profile, the metadata names the XML.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pikepdf
import reportlab
from lxml import etree
from PIL import ImageCms
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from samples import layouts
from samples.languages import Language
from samples.layouts import Fonts, Layout
from samples.model import Invoice, Party
from training.generator.bill import Line, TaxGroup

RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
NAMESPACES = {"rsm": RSM, "ram": RAM, "udt": UDT}
UNIT_CODES = {"Stück": "H87", "Paar": "PR", "Std": "HUR"}  # UN/ECE Recommendation 20
FILE_NAME = "factur-x.xml"

FONT_FOLDER = Path(reportlab.__file__).parent / "fonts"

XMP = """<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
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


def draw(invoice: Invoice, layout: Layout, language: Language) -> bytes:
    """The page with embedded fonts, and the XML attached to it."""
    pdfmetrics.registerFont(TTFont("Vera", FONT_FOLDER / "Vera.ttf"))
    pdfmetrics.registerFont(TTFont("Vera-Bold", FONT_FOLDER / "VeraBd.ttf"))
    page = layouts.draw(invoice, layout, language, Fonts("Vera", "Vera-Bold"))
    return attach(page, xml(invoice), title=f"{language.invoice} {invoice.number}")


def attach(page: bytes, content: bytes, *, title: str) -> bytes:
    with pikepdf.open(BytesIO(page)) as pdf:
        pdf.attachments[FILE_NAME] = pikepdf.AttachedFileSpec(
            pdf, content, filename=FILE_NAME, mime_type="text/xml", relationship=pikepdf.Name.Alternative
        )
        pdf.Root.AF = pikepdf.Array([pdf.attachments[FILE_NAME].obj])
        pdf.Root.Metadata = pikepdf.Stream(
            pdf, _xmp(title).encode(), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML
        )
        pdf.Root.OutputIntents = pikepdf.Array([_output_intent(pdf)])
        buffer = BytesIO()
        pdf.save(buffer, min_version="1.7", deterministic_id=True)
    return buffer.getvalue()


def _xmp(title: str) -> str:
    properties = "".join(XMP_PROPERTY.format(name=name) for name in XMP_PROPERTIES)
    return XMP.format(title=title, file_name=FILE_NAME, properties=properties)


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


# --- XML ---------------------------------------------------------------------------------------------------------


def xml(invoice: Invoice) -> bytes:
    root = etree.Element(f"{{{RSM}}}CrossIndustryInvoice", nsmap=NAMESPACES)
    root.append(
        _node(
            "rsm:ExchangedDocumentContext",
            _node("GuidelineSpecifiedDocumentContextParameter", _node("ID", "urn:cen.eu:en16931:2017")),
        )
    )
    root.append(
        _node(
            "rsm:ExchangedDocument",
            _node("ID", invoice.number),
            _node("TypeCode", "380"),
            _node("IssueDateTime", _day(invoice.issued)),
        )
    )
    root.append(
        _node(
            "rsm:SupplyChainTradeTransaction",
            *(_line(position, line) for position, line in enumerate(invoice.lines, start=1)),
            _agreement(invoice),
            _node(
                "ApplicableHeaderTradeDelivery",
                _node("ActualDeliverySupplyChainEvent", _node("OccurrenceDateTime", _day(invoice.issued))),
            ),
            _settlement(invoice),
        )
    )
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _node(name: str, *content: etree._Element | str | Decimal, **attributes: str) -> etree._Element:
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


def _line(position: int, line: Line) -> etree._Element:
    return _node(
        "IncludedSupplyChainTradeLineItem",
        _node("AssociatedDocumentLineDocument", _node("LineID", str(position))),
        _node("SpecifiedTradeProduct", _node("SellerAssignedID", line.code), _node("Name", line.description)),
        _node(
            "SpecifiedLineTradeAgreement", _node("NetPriceProductTradePrice", _node("ChargeAmount", line.unit_price))
        ),
        _node("SpecifiedLineTradeDelivery", _node("BilledQuantity", line.quantity, unitCode=UNIT_CODES[line.unit])),
        _node(
            "SpecifiedLineTradeSettlement",
            _node(
                "ApplicableTradeTax",
                _node("TypeCode", "VAT"),
                _node("CategoryCode", "S"),
                _node("RateApplicablePercent", line.tax_rate),
            ),
            _node("SpecifiedTradeSettlementLineMonetarySummation", _node("LineTotalAmount", line.amount)),
        ),
    )


def _agreement(invoice: Invoice) -> etree._Element:
    return _node(
        "ApplicableHeaderTradeAgreement",
        _party("SellerTradeParty", invoice.seller),
        _party("BuyerTradeParty", invoice.buyer),
        _node("BuyerOrderReferencedDocument", _node("IssuerAssignedID", invoice.purchase_order)),
    )


def _party(name: str, party: Party) -> etree._Element:
    tax = [_node("SpecifiedTaxRegistration", _node("ID", party.vat_id, schemeID="VA"))] if party.vat_id else []
    return _node(
        name,
        _node("Name", party.name),
        _node(
            "PostalTradeAddress",
            _node("PostcodeCode", party.postcode),
            _node("LineOne", party.street),
            _node("CityName", party.city),
            _node("CountryID", party.country),
        ),
        *tax,
    )


def _settlement(invoice: Invoice) -> etree._Element:
    return _node(
        "ApplicableHeaderTradeSettlement",
        _node("PaymentReference", invoice.number),
        _node("InvoiceCurrencyCode", invoice.currency),
        _node(
            "SpecifiedTradeSettlementPaymentMeans",
            _node("TypeCode", "58"),
            _node("PayeePartyCreditorFinancialAccount", _node("IBANID", invoice.seller.iban)),
            _node("PayeeSpecifiedCreditorFinancialInstitution", _node("BICID", invoice.seller.bic)),
        ),
        *(_tax(group) for group in invoice.tax_groups),
        _node("SpecifiedTradePaymentTerms", _node("DueDateDateTime", _day(invoice.due))),
        _node(
            "SpecifiedTradeSettlementHeaderMonetarySummation",
            _node("LineTotalAmount", invoice.subtotal),
            _node("TaxBasisTotalAmount", invoice.subtotal),
            _node("TaxTotalAmount", invoice.tax, currencyID=invoice.currency),
            _node("GrandTotalAmount", invoice.total),
            _node("DuePayableAmount", invoice.total),
        ),
    )


def _tax(group: TaxGroup) -> etree._Element:
    return _node(
        "ApplicableTradeTax",
        _node("CalculatedAmount", group.tax),
        _node("TypeCode", "VAT"),
        _node("BasisAmount", group.base),
        _node("CategoryCode", "S"),
        _node("RateApplicablePercent", group.rate),
    )
