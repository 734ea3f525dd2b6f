"""Has this document been here before, and is it like the vendor's earlier ones?

The caller offers earlier documents generously (``Options.known``); which of them matters is decided here. A duplicate
is a warning, since the document itself may be in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from stdnum import iban

from extraction.engine.rules.required import MONEY
from extraction.engine.rules.rule import Doubt, amount, day, doubt, rule, text
from extraction.engine.values import DocumentType, Earlier, Extraction, Known, Options

EVERY: tuple[DocumentType, ...] = (
    "invoice", "credit_note", "receipt", "contract", "purchase_order", "statement", "other",
)  # fmt: skip
MISREAD = str.maketrans("oqilsbzg", "00115826")
"""Letters for which text recognition takes digits, and the digits. Two other digits are two other documents: numbers
that follow one another, often with the same sum on the same day.
"""


@rule("duplicate_file", "warning", EVERY, "The same file is here already.")
def duplicate_file(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    same = next((earlier for earlier in options.known.earlier if earlier.same_bytes), None)
    if same is not None:
        yield doubt(None, document_id=same.id)


@rule("duplicate_document", "warning", MONEY, "Number {number} of {vendor} over {total} is here already.")
def duplicate_document(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    """Same vendor, number and total, in another file: paid twice if nobody looks."""
    for earlier in _other_files(extraction, options):
        if _same_number(extraction, earlier) and _same_total(extraction, earlier):
            yield doubt(
                "invoice_number",
                number=earlier.invoice_number,
                vendor=earlier.vendor_name or "",
                total=_as_printed(amount(extraction, "total_amount")),
                document_id=earlier.id,
            )
            return


@rule(
    "possible_duplicate",
    "warning",
    MONEY,
    "It is nearly the same as a document that is here already, of {date}; different: {differences}.",
)
def possible_duplicate(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    """The number again with another sum or account, or the sum again with a number that one misread letter explains."""
    for earlier in _other_files(extraction, options):
        if _same_number(extraction, earlier) and _same_total(extraction, earlier):
            return  # told by the rule above
        if _same_number(extraction, earlier) or _is_read_otherwise(extraction, earlier):
            yield doubt(
                "invoice_number",
                date=earlier.invoice_date or "an unknown date",
                differences=", ".join(_differences(extraction, earlier)) or "nothing that was read",
                document_id=earlier.id,
            )
            return


@rule(
    "bank_account_changed",
    "error",
    MONEY,
    "The account {iban} is not the one to which {vendor} was paid before, {before}.",
)
def bank_account_changed(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    """Swapping the account is how invoices are forged. Any account of the vendor that was seen before is good, but not
    one that was itself told to have changed until a person approves that document, and none of a rejected document.
    """
    own = text(extraction, "iban")
    seen = [
        earlier
        for earlier in options.known.earlier
        if earlier.iban and earlier.is_account_trusted and _same_vendor(extraction, earlier)
    ]
    if own and seen and all(iban.compact(own) != iban.compact(earlier.iban or "") for earlier in seen):
        last = seen[0]
        yield doubt("iban", iban=own, vendor=last.vendor_name or "", before=last.iban, document_id=last.id)


CENT, LARGEST = Decimal("0.01"), Decimal(10) ** 20


def _as_printed(total: Decimal | None) -> Decimal | None:
    """With two decimals, more only where there are more: what the caller kept may have lost or gained zeros."""
    if total is None or total.as_tuple().exponent == 0 or abs(total) >= LARGEST:
        return total
    cents = total.quantize(CENT)
    return cents if cents == total else total.normalize()


def other_files(known: Known) -> Known:
    """What a document within a file is compared with: that the whole file is here already is told once."""
    return Known(earlier=tuple(earlier for earlier in known.earlier if not earlier.same_bytes))


def _other_files(extraction: Extraction, options: Options) -> Iterator[Earlier]:
    """Earlier documents of the vendor and of this kind that are not this very file."""
    return (
        earlier
        for earlier in options.known.earlier
        if not earlier.same_bytes
        and earlier.document_type == extraction.document_type
        and _same_vendor(extraction, earlier)
    )


def _same_vendor(extraction: Extraction, earlier: Earlier) -> bool:
    """By VAT id where both have one, otherwise by name."""
    vat_id = text(extraction, "vendor_vat_id")
    if vat_id and earlier.vendor_vat_id:
        return folded(vat_id) == folded(earlier.vendor_vat_id)
    name = text(extraction, "vendor_name")
    return bool(name and earlier.vendor_name) and folded(name or "") == folded(earlier.vendor_name or "")


def _same_number(extraction: Extraction, earlier: Earlier) -> bool:
    number = text(extraction, "invoice_number")
    return bool(number and earlier.invoice_number) and folded(number or "") == folded(earlier.invoice_number or "")


def _is_read_otherwise(extraction: Extraction, earlier: Earlier) -> bool:
    """The same day and sum, and a number that was missed on one side or differs by misread letters only."""
    if day(extraction, "invoice_date") != earlier.invoice_date or not _same_total(extraction, earlier):
        return False
    one, other = (folded(number or "") for number in (text(extraction, "invoice_number"), earlier.invoice_number))
    return not one or not other or one.translate(MISREAD) == other.translate(MISREAD)


def _same_total(extraction: Extraction, earlier: Earlier) -> bool:
    total = amount(extraction, "total_amount")
    return total is not None and total == earlier.total_amount and _same_currency(extraction, earlier)


def _same_currency(extraction: Extraction, earlier: Earlier) -> bool:
    currency = text(extraction, "currency")
    return currency is None or earlier.currency is None or currency == earlier.currency


def _differences(extraction: Extraction, earlier: Earlier) -> Iterator[str]:
    own_iban = text(extraction, "iban")
    if own_iban and earlier.iban and iban.compact(own_iban) != iban.compact(earlier.iban):
        yield "the account"
    if amount(extraction, "total_amount") != earlier.total_amount:
        yield "the total"
    if not _same_number(extraction, earlier):
        yield "the number"
    if day(extraction, "invoice_date") != earlier.invoice_date:
        yield "the date"


def folded(text: str) -> str:
    """Letters and digits without case, so that spaces and punctuation make no difference."""
    return "".join(filter(str.isalnum, text.casefold()))


RULES = (duplicate_file, duplicate_document, possible_duplicate, bank_account_changed)
