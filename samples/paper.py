"""Till receipts as pictures: printed, then either scanned or photographed on a table.

All randomness comes from one seeded generator, so the same picture comes out each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from samples.facturx import FONT_FOLDER
from samples.model import Receipt

PAPER, INK = 246, 38
Corner = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Slip:
    """One printed line: text at the left (or in the middle), and perhaps an amount at the right edge."""

    left: str = ""
    right: str = ""
    size: int = 22
    centred: bool = False


def german_slip(receipt: Receipt) -> list[Slip]:
    seller = receipt.seller
    return [
        Slip(left=seller.name, size=30, centred=True),
        Slip(left=seller.street, centred=True),
        Slip(left=seller.place, centred=True),
        Slip(left=f"Tel. {seller.phone}", centred=True),
        Slip(left=f"USt-IdNr. {seller.vat_id}", centred=True),
        Slip(),
        Slip(left=f"Bon-Nr. {receipt.number}", right=f"{receipt.issued:%d.%m.%Y} {receipt.time}"),
        Slip(left="-" * 58),
        Slip(right="EUR"),
        *(Slip(left=name, right=_comma(price)) for name, price in receipt.items),
        Slip(left="-" * 58),
        Slip(left="Summe EUR", right=_comma(receipt.total), size=30),
        Slip(left="Bar EUR", right=_comma(receipt.total)),
        Slip(),
        Slip(left=f"Netto {receipt.tax_rate:f} %", right=_comma(receipt.subtotal)),
        Slip(left=f"MwSt {receipt.tax_rate:f} %", right=_comma(receipt.tax)),
        Slip(),
        *(Slip(left=line, centred=True) for line in receipt.footer),
    ]


def american_slip(receipt: Receipt) -> list[Slip]:
    seller = receipt.seller
    return [
        Slip(left=seller.name, size=32, centred=True),
        Slip(left=seller.street, centred=True),
        Slip(left=f"{seller.city}, {seller.postcode}", centred=True),
        Slip(left=seller.phone, centred=True),
        Slip(),
        Slip(left=f"Receipt #{receipt.number}", right=f"{receipt.issued:%m/%d/%Y} {receipt.time}"),
        Slip(),
        *(Slip(left=name, right=f"{price}") for name, price in receipt.items),
        Slip(),
        Slip(left="Subtotal", right=f"{receipt.subtotal}"),
        Slip(left=f"Sales tax {receipt.tax_rate:f}%", right=f"{receipt.tax}"),
        Slip(left="TOTAL", right=f"${receipt.total}", size=32),
        Slip(),
        *(Slip(left=line, centred=True) for line in receipt.footer),
    ]


def print_slip(slips: Sequence[Slip], *, width: int = 560, margin: int = 34) -> Image.Image:
    """Black on white, as it leaves the till; greyscale."""
    heights = [int(slip.size * 1.45) for slip in slips]
    image = Image.new("L", (width, sum(heights) + 2 * margin), PAPER)
    pen, y = ImageDraw.Draw(image), margin
    for slip, height in zip(slips, heights, strict=True):
        font = ImageFont.truetype(FONT_FOLDER / "Vera.ttf", slip.size)
        x = (width - pen.textlength(slip.left, font)) / 2 if slip.centred else margin
        pen.text((x, y), slip.left, INK, font)
        pen.text((width - margin, y), slip.right, INK, font, anchor="ra")
        y += height
    return image


def scan(slip: Image.Image, *, seed: int) -> bytes:
    """From a flatbed at 150 dpi: a little crooked, a little soft, speckled; PNG."""
    random = np.random.default_rng(seed)
    sheet = Image.new("L", (slip.width + 140, slip.height + 120), 253)
    sheet.paste(slip, (80, 50))
    sheet = sheet.rotate(1.3, Image.Resampling.BICUBIC, fillcolor=253).filter(ImageFilter.GaussianBlur(0.6))
    sheet = _noisy(sheet, random, strength=5)
    grey = sheet.point(lambda level: level // 8 * 8)  # fewer greys: a third of the size, no difference to the eye
    return _saved(grey, "PNG", dpi=(150, 150), optimize=True)


def photograph(slip: Image.Image, *, seed: int) -> bytes:
    """By telephone: on a wooden table, seen from an angle, half in shadow, not quite sharp; JPEG."""
    random = np.random.default_rng(seed)
    size = (1080, 1440)
    corners = ((164.0, 290.0), (918.0, 238.0), (992.0, 1176.0), (104.0, 1218.0))
    photo = _table(size, random)
    mask = _projected(Image.new("L", slip.size, 255), size, corners)
    photo.paste(_projected(slip, size, corners).convert("RGB"), mask=mask.filter(ImageFilter.GaussianBlur(0.8)))
    photo = ImageChops.multiply(photo, _light(size).convert("RGB"))
    photo = photo.filter(ImageFilter.GaussianBlur(0.9))
    return _saved(_noisy(photo, random, strength=4), "JPEG", quality=78, subsampling=2)


def _table(size: tuple[int, int], random: np.random.Generator) -> Image.Image:
    """Planks: noise that is long in one direction."""
    grain = Image.fromarray(random.integers(70, 150, (size[1] // 2, 12), dtype=np.uint8))
    grain = grain.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(1.5))
    return Image.merge(
        "RGB", [grain.point(lambda level, share=share: int(level * share)) for share in (0.95, 0.7, 0.5)]
    )


def _projected(image: Image.Image, size: tuple[int, int], corners: Sequence[Corner]) -> Image.Image:
    """``image`` seen in perspective: its corners, clockwise from the upper left, come to lie on ``corners``."""
    source = ((0, 0), (image.width, 0), (image.width, image.height), (0, image.height))
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    coefficients = np.linalg.solve(np.array(rows, float), np.array(values, float))
    return image.transform(size, Image.Transform.PERSPECTIVE, tuple(coefficients), Image.Resampling.BICUBIC)


def _light(size: tuple[int, int]) -> Image.Image:
    """Brighter at the upper left, with the soft shadow of a hand across the lower right corner."""
    fall = Image.linear_gradient("L").rotate(-35, expand=True).crop((90, 90, 270, 270)).resize(size)
    light = fall.point(lambda level: 255 - level // 4)
    shadow = Image.new("L", size, 255)
    ImageDraw.Draw(shadow).polygon([(1080, 620), (1080, 1440), (380, 1440), (620, 1120)], fill=168)
    return ImageChops.multiply(light, shadow.filter(ImageFilter.GaussianBlur(70)))


def _noisy(image: Image.Image, random: np.random.Generator, strength: int) -> Image.Image:
    """Each pixel up to ``strength`` levels brighter or darker."""
    pixels = np.asarray(image, np.int16)
    noise = random.integers(-strength, strength + 1, pixels.shape, dtype=np.int16)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def _comma(amount: Decimal) -> str:
    return str(amount).replace(".", ",")
