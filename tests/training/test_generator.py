"""Generated documents say what their truth says, and look like documents."""

from __future__ import annotations

import json
import re
import string
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest
from stdnum import iban

from training.generator import render, scans
from training.generator.bill import Bill
from training.generator.content import draw_bill
from training.generator.corpus import Document, Plan, documents, write
from training.generator.fonts import has_letters
from training.generator.identities import draw_company, draw_iban, draw_id
from training.generator.issuer import draw_issuer
from training.generator.kinds import KINDS, Drawn
from training.generator.language import countries, language, languages
from training.generator.receipts import draw_receipt
from training.generator.sheet import Box, Place, Text
from training.generator.truth import DERIVABLE, FIELDS

DRAWN_OF_EACH_KIND = 8


def drawn(kind: str, number: int) -> Drawn:
    issuer = draw_issuer("test", f"{kind} {number}", shop=KINDS[kind].shop)
    return KINDS[kind].draw(Random(f"{kind} {number}"), issuer)


CASES = [(kind, number) for kind in KINDS for number in range(DRAWN_OF_EACH_KIND)]


# --- Truth and page ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("kind", "number"), CASES)
def test_every_value_stands_at_its_place(kind: str, number: int) -> None:
    found = drawn(kind, number)
    pages = pdfium.PdfDocument(render.pdf(found.sheet))
    try:
        wrong = [problem for truth in answers_of(found) for problem in misplaced(truth, found, pages)]
    finally:
        pages.close()
    assert not wrong, "field, value, text at its place"


def answers_of(found: Drawn) -> list[dict[str, Any]]:
    truth = found.truth(found.sheet.places)
    return truth.get("parts", [truth])


def misplaced(truth: dict[str, Any], found: Drawn, pages: pdfium.PdfDocument) -> Iterator[tuple[str, str, str]]:
    for name, value in values_in(truth):
        places = truth["places"][name]
        texts = [text_in(pages[place["page"] - 1], place["box"]) for place in places]
        allowed = [value, *truth["accept"].get(name, [])]
        whole = " ".join(texts)  # of a value that is broken over lines
        if not any(shows(text, name, one) for text in [*texts, whole] for one in allowed):
            yield name, value, " | ".join(texts)


def values_in(truth: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each answer that has a place; cells as "line_items.0.amount"."""
    for name, value in truth.items():
        if name in ("line_items", "tax_lines"):
            for row, cells in enumerate(value or []):
                named = ((f"{name}.{row}.{cell}", text) for cell, text in cells.items())
                yield from ((path, text) for path, text in named if path in truth["places"])
        elif name in truth["places"] and name != "payment_method":  # which is a category, not what is printed
            yield name, value


def text_in(page: pdfium.PdfPage, box: list[float]) -> str:
    x0, y0, x1, y1 = box
    text_page = page.get_textpage()
    return str(text_page.get_text_bounded(x0 - 1, page.get_height() - y1 - 1, x1 + 1, page.get_height() - y0 + 1))


def shows(text: str, name: str, value: str) -> bool:
    """Whether ``text`` is ``value`` in some notation."""
    last = name.rsplit(".", 1)[-1]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = date.fromisoformat(value)
        return str(day.day) in text and f"{day.year % 100:02d}" in text
    if last.endswith(("amount", "price", "balance", "base", "rate", "quantity")):
        digits = re.sub(r"\D", "", text)
        return bool(digits) and Decimal(digits) in {abs(Decimal(value)).scaleb(shift).normalize() for shift in range(5)}
    if last == "currency":
        return bool(text.strip())
    if last == "receipt_time":
        return value[-5:] in text or f"{(int(value[:2]) - 1) % 12 + 1}{value[2:]}" in text
    return folded(value) in folded(text)


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("ı", "i"))
    return "".join(character for character in plain if character.isalnum())


@pytest.mark.parametrize(("kind", "number"), CASES)
def test_all_text_can_be_read(kind: str, number: int) -> None:
    for leaf in drawn(kind, number).sheet.leaves:
        texts = [mark for mark in leaf.marks if isinstance(mark, Text) and mark.text.strip()]
        beyond = [mark.text for mark in texts if not (mark.x >= 0 and mark.x + mark.width <= leaf.width - 4)]
        assert not beyond
        assert not [mark.text for mark in texts if not has_letters(mark.font, mark.text)]
        assert not [(one.text, other.text) for one, other in overlapping(texts)]


def overlapping(texts: list[Text]) -> Iterator[tuple[Text, Text]]:
    for index, one in enumerate(texts):
        for other in texts[index + 1 :]:
            same_line = abs(one.y - other.y) < 0.6 * max(one.size, other.size)
            if same_line and min(one.x + one.width, other.x + other.width) - max(one.x, other.x) > 2:
                yield one, other


def bill(number: int) -> Bill:
    shop = number % 3 == 0
    issuer = draw_issuer("sums", str(number), shop=shop)
    return draw_receipt(Random(number), issuer) if shop else draw_bill(Random(number), issuer)


@pytest.mark.parametrize("bill", [bill(number) for number in range(60)], ids=lambda bill: bill.number)
def test_amounts_agree(bill: Bill) -> None:
    charged = bill.line_total - bill.discount + bill.shipping + bill.service_charge
    before_extras = bill.total - bill.rounding - bill.tip + (bill.withholding if bill.withheld_from_total else 0)
    assert before_extras == (charged if bill.gross_prices else charged + bill.tax)
    assert bill.subtotal + bill.tax == before_extras
    assert bill.subtotal == sum(group.base for group in bill.tax_groups)
    for group in bill.tax_groups:
        assert abs(group.base * group.rate / 100 - group.tax) <= Decimal("0.01") * (100 if bill.digits == 0 else 1)


# --- Files ------------------------------------------------------------------------------------------------------------
def test_the_same_seed_gives_the_same_documents() -> None:
    plan = Plan(seed="5", count=12, scan_share=0.2)
    first, again = list(documents(plan)), list(documents(plan))
    assert first == again
    shorter = Plan(seed="5", count=5, scan_share=0.2)
    assert list(documents(shorter)) == first[:5]
    assert [one.content for one in documents(Plan(seed="6", count=5))] != [one.content for one in first[:5]]


def test_the_folder_has_the_form_of_the_corpus(tmp_path: Path) -> None:
    assert write(Plan(seed="5", count=25, kinds=["invoice", "receipt", "other"], text_share=0.3), tmp_path) == 25
    index = json.loads((tmp_path / "INDEX.json").read_text())
    assert len({entry["name"] for entry in index}) == 25
    assert len({entry["issuer_group"] for entry in index}) > 5
    for entry in index:
        files = sorted(path.name for path in (tmp_path / entry["category"]).glob(f"{entry['name']}.*"))
        assert len(files) == 2
        truth = json.loads((tmp_path / entry["category"] / f"{entry['name']}.truth.json").read_text())
        assert set(FIELDS) <= set(truth)
        assert all(truth[name] is None for name in truth["verified_absent"])
        assert not DERIVABLE & set(truth["verified_absent"])


def text_documents() -> list[Document]:
    return list(documents(Plan(seed="9", count=8, kinds=["invoice", "receipt"], text_share=1.0)))


@pytest.mark.parametrize("document", text_documents(), ids=lambda document: document.name)
def test_a_text_has_what_the_page_has(document: Document) -> None:
    text = folded(document.content.decode())
    for name in ("vendor_name", "customer_name", "invoice_number"):
        if value := document.truth[name]:
            allowed = [value, *document.truth["accept"].get(name, [])]
            assert any(folded(one) in text for one in allowed), name


@pytest.mark.parametrize("look", [scans.scanned, scans.photographed])
def test_a_place_stays_on_its_ink(look: Any) -> None:
    found = drawn("receipt", 1)
    picture = look(scans.rendered(render.pdf(found.sheet), 150)[0], Random(3))
    places = scans.moved(found.sheet.places, [picture])["total_amount"]
    grey = picture.pixels if picture.pixels.ndim == 2 else picture.pixels.mean(axis=2)
    x0, y0, x1, y1 = (int(edge) for edge in places[0].box)
    inside, around = grey[y0:y1, x0:x1], grey[y0:y1, max(x0 - 60, 0) : x0 - 25]
    assert np.percentile(inside, 8) < np.percentile(around, 20) - 20


def test_places_follow_the_matrix() -> None:
    picture = scans.Picture(np.zeros((4, 4), np.uint8), np.array([[2.0, 0, 10], [0, 3.0, 20], [0, 0, 1]]))
    moved = scans.moved({"iban": [Place(1, Box(1, 1, 3, 2))]}, [picture])
    assert moved["iban"][0].box == (12, 23, 16, 26)


# --- Data -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", languages())
def test_a_language_has_all_wordings(name: str) -> None:
    one, german = language(name), language("de")
    for part in ("labels", "phrases", "units", "names", "trades", "products"):
        assert set(getattr(one, part)) == set(getattr(german, part)), f"{part} of {name}.toml"
    assert all(words for words in one.labels.values())
    known = {"tax", "rate", "percent", "base", "section", "page", "pages", "title", "currency"}
    for key, words in one.labels.items():
        fields = {field for word in words for _, field, _, _ in string.Formatter().parse(word) if field}
        assert fields <= known, f"{key} of {name}.toml has unknown names in braces"


@pytest.mark.parametrize("code", countries())
def test_identifiers_of_a_country_are_valid(code: str) -> None:
    country, random = countries()[code], Random(code)
    spoken = language(country.languages[0])
    assert draw_id(random, country) or country.other_id
    assert draw_company(random, country, spoken, "office").address
    if country.iban:
        assert iban.is_valid(draw_iban(random, country))


def test_every_language_is_spoken_somewhere() -> None:
    assert set(languages()) == {name for country in countries().values() for name in country.languages}
