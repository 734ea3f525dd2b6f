"""The committed samples are what the generator makes, and what they say is sound."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from lxml import etree
from PIL import Image
from stdnum import iban
from stdnum.eu import vat as eu_vat
from stdnum.gb import vat as gb_vat

from training import sample_bills as bills
from training import samples
from training.generator.bill import Bill
from training.generator.einvoices import FILE_NAME, NAMESPACES
from training.generator.identities import Party
from training.generator.sheet import Text
from training.samples import SAMPLES

FOLDER = Path(__file__).parents[2] / "samples"
BILLS = [value for value in vars(bills).values() if isinstance(value, Bill)]
PARTIES = {party.name: party for bill in BILLS for party in (bill.seller, bill.buyer)}


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    samples.write(folder)
    return folder


def plain(pdf: Path) -> bytes:
    """A PDF without compression, so that another release of zlib makes no difference."""
    buffer = BytesIO()
    with pikepdf.open(pdf) as opened:
        opened.save(
            buffer,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            static_id=True,
        )
    return buffer.getvalue()


def test_nothing_is_left_over_and_nothing_is_missing(generated: Path) -> None:
    committed = {path.name for path in FOLDER.iterdir() if path.is_file()}
    assert committed == {path.name for path in generated.iterdir()}


@pytest.mark.parametrize("name", [sample.name for sample in SAMPLES])
def test_committed_sample_is_what_the_generator_makes(name: str, generated: Path) -> None:
    new, old = generated / name, FOLDER / name
    hint = f"{name} differs from what the generator makes: run `python -m training.generate --samples`, look at it."
    truth = Path(name).with_suffix(".truth.json")
    assert (generated / truth).read_bytes() == (FOLDER / truth).read_bytes(), hint
    if new.suffix == ".pdf":
        assert plain(new) == plain(old), hint
    elif new.suffix in (".png", ".jpg"):
        difference = np.asarray(Image.open(new), np.int16) - np.asarray(Image.open(old), np.int16)
        assert np.abs(difference).mean() < 0.5, hint  # other processors may round otherwise
    else:
        assert new.read_bytes() == old.read_bytes(), hint


@pytest.mark.parametrize("party", PARTIES.values(), ids=PARTIES)
def test_identifiers_have_valid_check_digits(party: Party) -> None:
    if party.iban:
        assert iban.is_valid(party.iban)
    if party.vat_id:
        assert (gb_vat if party.country == "GB" else eu_vat).is_valid(party.vat_id)


def test_the_samples_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 1_500_000


def test_factur_x_carries_xml_that_says_what_the_page_says() -> None:
    invoice = bills.FACTURX_INVOICE
    with pikepdf.open(FOLDER / "invoice-factur-x.pdf") as pdf:
        root = etree.fromstring(pdf.attachments[FILE_NAME].get_file().read_bytes())
        assert "<fx:DocumentFileName>factur-x.xml<" in pdf.Root.Metadata.read_bytes().decode()
    assert root.findtext(".//ram:GrandTotalAmount", namespaces=NAMESPACES) == str(invoice.total)
    amounts = [node.text for node in root.iterfind(".//ram:LineTotalAmount", NAMESPACES)]
    assert amounts == [*(str(line.amount) for line in invoice.lines), str(invoice.subtotal)]


def test_two_pages_carry_the_sum_forward() -> None:
    with pikepdf.open(FOLDER / "invoice-german-two-pages.pdf") as pdf:
        assert len(pdf.pages) == 2
    for leaf in samples.page(bills.GERMAN_INVOICE, samples.GERMAN).leaves:
        assert "Übertrag" in {mark.text for mark in leaf.marks if isinstance(mark, Text)}
