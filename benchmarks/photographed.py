"""Receipts of many countries, drawn and then photographed badly: what a telephone makes of a piece of paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import cv2
import font_source_sans_pro
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]

FONTS = Path(font_source_sans_pro.__file__).parent / "files"
WIDTH = 640  # pixels of the paper, before anything happens to it
TYPE = 26  # pixels
TABLE = (52, 66, 74)


class Receipt(NamedTuple):
    vendor: str
    date: date
    total: Decimal
    text: str  # `` | `` separates what stands left from what stands right


def _receipt(day: str, total: str, text: str) -> Receipt:
    return Receipt(text.split("\n", 1)[0], date.fromisoformat(day), Decimal(total), text)


RECEIPTS = {
    "DE": _receipt(
        "2026-03-14",
        "17.47",
        "Bäckerei Größl GmbH\nÜberseestraße 12\n28195 Bremen\nUSt-IdNr.: DE136695976\nBrötchen | 3,60 €\n"
        "Käsekuchen | 8,97 €\n"
        "Süße Äpfel | 4,90 €\nSumme EUR | 17,47\nenth. MwSt 7 % | 1,14\nGegeben bar | 20,00\nRückgeld | 2,53\n"
        "14.03.2026 11:42",
    ),
    "FR": _receipt(
        "2026-02-03",
        "23.40",
        "Épicerie du Château SARL\n18 rue de l'Hôtel-Dieu\n69002 Lyon\nSIRET 99999999800010\n"
        "Fromage affiné | 12,50 €\nCrème brûlée | 6,40 €\n"
        "Pâté en croûte | 4,50 €\nTotal TTC | 23,40 €\ndont TVA 5,5 % | 1,22 €\nCarte bancaire | 23,40 €\n"
        "Le 03/02/2026 à 18:07",
    ),
    "IT": _receipt(
        "2026-01-21",
        "31.50",
        "Trattoria Lungomare S.r.l.\nVia Garibaldi 7\n16124 Genova\nP.IVA 01234567897\n"
        "Focaccia al formaggio | 9,00\nTrofie al pesto | 14,50\n"
        "Caffè | 3,00\nTiramisù | 5,00\nTOTALE EURO | 31,50\ndi cui IVA 10 % | 2,86\n"
        "Pagamento contanti | 35,00\n21/01/2026 13:15",
    ),
    "ES": _receipt(
        "2026-04-30",
        "19.85",
        "Panadería Muñoz S.L.\nCalle Mayor 45\n28013 Madrid\nNIF B12345674\nBarra de pan | 1,20 €\n"
        "Piña colada | 6,75 €\n"
        "Jamón ibérico | 11,90 €\nTOTAL | 19,85 €\nIVA 10 % incluido | 1,80 €\nTarjeta | 19,85 €\n"
        "Fecha 30/04/2026 20:31",
    ),
    "PL": _receipt(
        "2026-05-09",
        "64.30",
        "Księgarnia Źródło Sp. z o.o.\nul. Świętokrzyska 14\n00-050 Warszawa\nNIP 526-025-02-74\n"
        "PARAGON FISKALNY\nZeszyt gładki | 12,40 zł\n"
        "Książka | 45,90 zł\nOłówek żółty | 6,00 zł\nSUMA PLN | 64,30\nGotówka | 70,00\nReszta | 5,70\n"
        "2026-05-09 16:20",
    ),
    "CZ": _receipt(
        "2026-06-17",
        "286.00",
        "Řeznictví Dvořák s.r.o.\nNáměstí Míru 9\n120 00 Praha\nDIČ CZ12345678\nŠunka dušená | 119,00 Kč\n"
        "Uzená žebra | 142,00 Kč\n"
        "Hořčice | 25,00 Kč\nCelkem | 286,00 Kč\nDPH 12 % | 30,64\nHotově | 300,00\nDatum: 17.06.2026 09:05",
    ),
    "SE": _receipt(
        "2026-03-28",
        "214.00",
        "Åkessons Järnhandel AB\nStorgatan 31\n111 51 Stockholm\nOrg.nr 556036-0793\nSpik, förzinkad | 49,00\n"
        "Skruvmejsel | 89,00\n"
        "Målarfärg grå | 76,00\nTotalt SEK | 214,00\nMoms 25 % | 42,80\nKort | 214,00\n2026-03-28 12:44",
    ),
    "DK": _receipt(
        "2026-02-11",
        "127.50",
        "Sønderjysk Købmand ApS\nHavnegade 3\n6400 Sønderborg\nCVR 12345674\nRugbrød | 24,50\n"
        "Æbleskiver | 38,00\n"
        "Smørrebrød | 65,00\nTotal DKK | 127,50\nHeraf moms | 25,50\nDankort | 127,50\nDato 11-02-2026 17:50",
    ),
    "TR": _receipt(
        "2026-05-23",
        "342.75",
        "Güneş Kırtasiye Ltd. Şti.\nAtatürk Caddesi No: 18\n34710 Kadıköy İstanbul\nDefter çizgili | 120,00\n"
        "Kalem, yeşil | 72,75\n"
        "Öğrenci çantası | 150,00\nTOPLAM | ₺342,75\nKDV % 20 | ₺57,13\nNakit | ₺400,00\n"
        "Tarih: 23.05.2026 14:08",
    ),
    "NL": _receipt(
        "2026-01-16",
        "28.45",
        "Drogisterij De Linde B.V.\nPrinsengracht 120\n1015 DZ Amsterdam\nKvK 12345678\n"
        "Zeep, biologisch | 6,95\nHoestsiroop | 11,50\n"
        "Crème | 10,00\nTotaal € | 28,45\nBTW 21 % | 4,94\nPIN | 28,45\n16-01-2026 10:22",
    ),
    "PT": _receipt(
        "2026-04-08",
        "15.60",
        "Pastelaria São João Lda\nRua da Conceição 52\n1100-154 Lisboa\nNIF 501964843\nPão de água | 1,40 €\n"
        "Pastéis de nata | 7,20 €\n"
        "Galão e maçã | 7,00 €\nTOTAL | 15,60 €\nIVA 13 % | 1,79 €\nMultibanco | 15,60 €\n"
        "Data: 08/04/2026 08:55",
    ),
    "GB": _receipt(
        "2026-03-02",
        "24.15",
        "Harbour Books & Coffee Ltd\n12 Quay Street\nBristol BS1 4RW\nVAT No GB 123 4567 82\n"
        "Flat white x2 | £7.20\nScone, jam & cream | £4.95\n"
        "Paperback | £12.00\nTotal | £24.15\nVAT 20% | £2.03\nVisa contactless | £24.15\n02/03/2026 15:36",
    ),
    "US": _receipt(
        "2026-04-19",
        "41.08",
        "Prairie Hardware Inc.\n410 Lincoln Avenue\nOmaha, NE 68102\nWood screws #8 | $12.49\n"
        'Paint brush 2" | $8.99\n'
        "Work gloves | $16.92\nSubtotal | $38.40\nSales tax 7% | $2.68\nTotal | $41.08\nDebit card | $41.08\n"
        "04/19/2026 5:12 PM",
    ),
}


def lines(receipt: Receipt) -> list[str]:
    """As they should be read."""
    return [line.replace(" | ", " ") for line in receipt.text.split("\n")]


def paper(receipt: Receipt) -> Pixels:
    """The receipt as it was printed: its name larger, sums at the right edge."""
    rows = receipt.text.split("\n")
    image = Image.new("RGB", (WIDTH, 90 + int(1.5 * TYPE * (len(rows) + 1))), (252, 251, 247))
    draw, top = ImageDraw.Draw(image), 40
    for number, row in enumerate(rows):
        face = ImageFont.truetype(str(FONTS / "SourceSansPro-Regular.ttf"), TYPE if number else round(1.3 * TYPE))
        left, _, right = row.partition(" | ")
        start = 40 if right else (WIDTH - draw.textlength(left, font=face)) / 2
        draw.text((start, top), left, font=face, fill=(38, 38, 44))
        if right:
            draw.text((WIDTH - 40 - draw.textlength(right, font=face), top), right, font=face, fill=(38, 38, 44))
        top += int(1.5 * (TYPE if number else 1.3 * TYPE))
    return np.asarray(image, dtype=np.uint8)


# --- What can happen to it ------------------------------------------------------------------------------------------
def shadow(page: Pixels) -> Pixels:
    """A hand's shadow with a hard edge, and light from one side."""
    height, width = page.shape[:2]
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    light = (1 - 0.5 * across) * np.where(across + 0.6 * down > 0.9, 0.45, 1.0)
    return (page * cv2.GaussianBlur(light, (0, 0), 6)[..., None]).astype(np.uint8)


def perspective(page: Pixels) -> Pixels:
    """Seen from one side and from below: its lines fan out."""
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = np.array([[90, 120], [width + 60, 40], [width + 30, height + 90], [60, height - 60]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    size = (width + 160, height + 160)
    return np.asarray(cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_CUBIC, borderValue=TABLE), np.uint8)


def curved(page: Pixels) -> Pixels:
    """Paper that has been rolled: its lines sag in the middle."""
    height, width = page.shape[:2]
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    sag = 14 * np.sin(across / width * np.pi)
    return np.asarray(cv2.remap(page, across, (down - sag).astype(np.float32), cv2.INTER_CUBIC, borderValue=TABLE))


def rotated(degrees: float) -> Callable[[Pixels], Pixels]:
    """On a table, clockwise."""

    def spoil(page: Pixels) -> Pixels:
        image = Image.fromarray(page).rotate(-degrees, expand=True, fillcolor=TABLE, resample=Image.Resampling.BICUBIC)
        return np.asarray(image, dtype=np.uint8)

    return spoil


def faded(page: Pixels) -> Pixels:
    """Thermal paper that lay in the sun."""
    return (190 + (page.astype(np.float32) - 190) * 0.16 + 20).clip(0, 255).astype(np.uint8)


def blurred(page: Pixels) -> Pixels:
    """Out of focus, and moved."""
    kernel = np.zeros((5, 5), np.float32)
    kernel[2] = 1 / 5
    return np.asarray(cv2.filter2D(cv2.GaussianBlur(page, (0, 0), 1.2), -1, kernel), np.uint8)


def grainy(page: Pixels) -> Pixels:
    """In the dark, and sent by a messenger: noise, then strong compression."""
    noise = np.random.default_rng(7).normal(0, 22, page.shape)
    dark = (page * 0.6 + noise).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", dark, [cv2.IMWRITE_JPEG_QUALITY, 25])[1], cv2.IMREAD_COLOR))


def small_on_a_large_table(page: Pixels) -> Pixels:
    """Twelve megapixels, of which the paper takes a tenth."""
    table = np.full((4000, 3000, 3), TABLE, np.uint8)
    table = (table + np.random.default_rng(3).normal(0, 4, table.shape)).clip(0, 255).astype(np.uint8)
    table[1500 : 1500 + page.shape[0], 1100 : 1100 + page.shape[1]] = page
    return table


def large(page: Pixels) -> Pixels:
    """Twelve megapixels that the paper fills."""
    scale = 4000 / page.shape[0]
    return np.asarray(cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)


def tiny(page: Pixels) -> Pixels:
    """Scaled down until letters are ten pixels high."""
    return np.asarray(cv2.resize(page, None, fx=0.45, fy=0.45, interpolation=cv2.INTER_AREA), np.uint8)


def everything(page: Pixels) -> Pixels:
    return grainy(rotated(4)(perspective(shadow(page))))


SPOILS: dict[str, Callable[[Pixels], Pixels]] = {
    "clean": lambda page: page,
    "shadow": shadow,
    "perspective": perspective,
    "curved": curved,
    "skew 7": rotated(7),
    "turned 90": rotated(90),
    "turned 180": rotated(180),
    "turned 270": rotated(270),
    "faded": faded,
    "blurred": blurred,
    "grainy": grainy,
    "small on table": small_on_a_large_table,
    "large": large,
    "tiny": tiny,
    "everything": everything,
}
