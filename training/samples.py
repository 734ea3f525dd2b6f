"""The documents in ``samples/``: bills of ``sample_bills`` in looks that the generator knows.

``python -m training.generate --samples`` writes them and, beside each ``NAME.ext``, the right answers as
``NAME.truth.json``. Everything is invented. The same files come out each time; a test compares them with those in the
repository.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from babel import Locale

from training import sample_bills as bills
from training.generator import contracts, layouts, plain, render, rolls, scans, truth
from training.generator.bill import Bill
from training.generator.corpus import put
from training.generator.fonts import TYPEFACES
from training.generator.formats import Formats
from training.generator.issuer import Issuer, Words, draw_style
from training.generator.kinds import with_xml
from training.generator.language import Country, Language, countries, language
from training.generator.sheet import Sheet

FOLDER = Path("samples")
DPI = 150.0


class Sample(NamedTuple):
    """``draw`` gives the bytes of the file ``name`` and its truth."""

    name: str
    draw: Callable[[], tuple[bytes, dict[str, Any]]]


class Usual(Words):
    """The first wording of everything, so that further ones in the languages' files leave the samples as they are.

    ``wording`` says by key where it is another one.
    """

    def __init__(self, language: Language, country: Country, seed: str, wording: Mapping[str, str]) -> None:
        super().__init__(language, country, seed)
        self._case, self._wording = "as is", wording
        self.tax = country.tax[language.name][0]

    def pick(self, options: Sequence[str], key: str) -> str:
        return self._wording.get(key, options[0])


def issuer(
    bill: Bill,
    spoken: str,
    *,
    seed: str,
    typeface: str = "helvetica",
    wording: Mapping[str, str] | None = None,
    **style: object,
) -> Issuer:
    """The seller of ``bill`` with the habits that go with ``seed``, but with this look and its country's formats."""
    country = countries()[bill.seller.country]
    words = language(spoken)
    group, _, decimal = country.numbers[0].partition("|")
    formats = Formats(
        locale=Locale.parse(f"{spoken}_{country.code}"),
        day_pattern=country.dates[0],
        group=group,
        decimal=decimal,
        digits=country.digits,
        symbol=country.symbols[0],
        position=country.money[0],
        minus="-1",
    )
    return Issuer(
        seed=seed,
        group="samples",
        country=country,
        language=words,
        words=Usual(words, country, seed, wording or {}),
        formats=formats,
        currency=bill.currency,
        typeface=TYPEFACES[typeface],
        seller=bill.seller,
        trade="office",
        style=replace(draw_style(Random(seed), country, "office"), **(LOOK | style)),
    )


LOOK: dict[str, Any] = {
    "size": 9.0,
    "colon": "",
    "head": "logo",
    "head_align": "left",
    "letter_spaced": False,
    "meta": "right",
    "meta_due": True,
    "meta_fields": ("purchase_order", "customer_vat_id"),
    "recipient_heading": True,
    "sender_line": False,
    "totals": "ruled",
    "tax_table": False,
    "payment": ("terms", "bank", "thanks"),
    "footer": "columns",
    "marked": frozenset({"sum", "total"}),
    "gross_prices": False,
    "iban_grouped": True,
    "noise": 0.0,
}
"""What the samples have in common."""


def page(bill: Bill, of: Issuer) -> Sheet:
    return layouts.draw(of, bill, Random(of.seed))


ENGLISH = issuer(
    bills.ENGLISH_INVOICE,
    "en",
    seed="samples 86",
    skeleton="split",
    accent=(0.48, 0.29, 0.16),
    title="right",
    table="grid",
    columns=("code", "description", "quantity", "unit", "unit_price", "amount"),
)
GERMAN = issuer(
    bills.GERMAN_INVOICE,
    "de",
    seed="samples 171",
    typeface="times",
    size=10.0,
    skeleton="letter",
    accent=(0, 0, 0),
    head="name",
    head_align="right",
    title="number",
    table="rule",
    columns=("pos", "code", "description", "quantity", "unit", "unit_price", "tax_rate", "amount"),
    sender_line=True,
    recipient_heading=False,
)
FRENCH = issuer(
    bills.FRENCH_INVOICE,
    "fr",
    seed="samples 9",
    skeleton="band",
    accent=(0.12, 0.43, 0.42),
    table="stripes",
    totals="box",
    columns=("description", "quantity", "unit_price", "amount"),
)
WORKSHOP = issuer(
    bills.FACTURX_INVOICE,
    "de",
    seed="samples 12",
    typeface="sans",
    skeleton="form",
    accent=(0.1, 0.25, 0.5),
    title="plain",
    table="filled",
    columns=("code", "description", "quantity", "unit", "unit_price", "amount"),
)
BAKERY = issuer(bills.SCANNED_RECEIPT, "de", seed="samples 4", typeface="vera")
DINER = issuer(
    bills.PHOTOGRAPHED_RECEIPT, "en", seed="samples 4", typeface="vera", wording={"transaction": "Receipt #"}
)
PRINTER = issuer(bills.TEXT_NOTE, "en", seed="samples", wording={"from": "Vendor", "bill_to": "Customer"})
NURSERY = issuer(bills.TABLE_INVOICE, "de", seed="samples")
OBSERVATORY = replace(ENGLISH, typeface=TYPEFACES["times"])


def _invoice(bill: Bill, of: Issuer) -> tuple[bytes, dict[str, Any]]:
    sheet = page(bill, of)
    title = f"{of.words.label('invoice')} {bill.number}"
    return render.pdf(sheet, title=title, author=bill.seller.name), truth.of_bill(bill, sheet.places)


def _e_invoice(bill: Bill, of: Issuer) -> tuple[bytes, dict[str, Any]]:
    drawn = with_xml(page(bill, of), of, bill)
    assert drawn.file
    return drawn.file.content, drawn.truth(drawn.sheet.places)


def _receipt(
    bill: Bill, of: Issuer, look: Callable[..., scans.Picture], seed: int
) -> tuple[scans.Picture, dict[str, Any]]:
    sheet = rolls.draw(of, bill, Random(of.seed))
    return look(scans.rendered(render.pdf(sheet), DPI)[0], Random(seed)), truth.of_bill(bill, sheet.places)


def _scan() -> tuple[bytes, dict[str, Any]]:
    picture, answers = _receipt(bills.SCANNED_RECEIPT, BAKERY, scans.scanned, seed=2)
    return scans.png(picture), answers


def _photo() -> tuple[bytes, dict[str, Any]]:
    picture, answers = _receipt(bills.PHOTOGRAPHED_RECEIPT, DINER, scans.photographed, seed=7)
    return scans.jpeg(picture, quality=75), answers


def _contract() -> tuple[bytes, dict[str, Any]]:
    sheet = contracts.draw(bills.CONTRACT, OBSERVATORY)
    return render.pdf(sheet, title=bills.CONTRACT.title), bills.CONTRACT.truth(sheet.places)


SAMPLES = (
    Sample("invoice-english.pdf", lambda: _invoice(bills.ENGLISH_INVOICE, ENGLISH)),
    Sample("invoice-german-two-pages.pdf", lambda: _invoice(bills.GERMAN_INVOICE, GERMAN)),
    Sample("invoice-french.pdf", lambda: _invoice(bills.FRENCH_INVOICE, FRENCH)),
    Sample("invoice-factur-x.pdf", lambda: _e_invoice(bills.FACTURX_INVOICE, WORKSHOP)),
    Sample("receipt-scan.png", _scan),
    Sample("receipt-photo.jpg", _photo),
    Sample("contract.pdf", _contract),
    Sample(
        "table-german.csv",
        lambda: (plain.table(bills.TABLE_INVOICE, NURSERY), plain.table_truth(bills.TABLE_INVOICE)),
    ),
    Sample(
        "note.txt",
        lambda: (plain.note(bills.TEXT_NOTE, PRINTER).encode(), plain.note_truth(bills.TEXT_NOTE)),
    ),
)


def write(folder: Path) -> int:
    """All samples with their truth; how many there are."""
    for sample in SAMPLES:
        content, answers = sample.draw()
        put(folder / sample.name, content, {**answers, "places": {}})
    return len(SAMPLES)
