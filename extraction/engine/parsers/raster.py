"""What does a page look like? A picture of any page, of bounded size."""

from __future__ import annotations

import math
from collections.abc import Callable

import pypdfium2 as pdfium
from PIL import Image

from extraction.engine.errors import DamagedDocument, LimitExceeded, UnsupportedType
from extraction.engine.parsers import image, parser_for, pdf
from extraction.engine.parsers.levelling import Levelling
from extraction.engine.values import AS_DISPLAYED, Limits, Source, View

POINTS_PER_INCH = 72.0
CLOCKWISE = {
    0: None,
    90: Image.Transpose.ROTATE_270,  # Pillow counts counter-clockwise
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def picture(source: Source, number: int, limits: Limits, *, dots_per_inch: float) -> Image.Image:
    """Page ``number`` (from 1) as it is displayed, RGB. An image file comes in its own resolution."""
    if _is_image(source):
        return image.upright(source.path, limits)
    return _rendered(source.path, number, limits, lambda width, height: dots_per_inch / POINTS_PER_INCH)


def preview(source: Source, number: int, limits: Limits, *, width_px: int, view: View = AS_DISPLAYED) -> Image.Image:
    """Page ``number`` turned and made level as its boxes are, at most ``width_px`` wide."""
    if _is_image(source):
        shown = turned(image.upright(source.path, limits), view.turn)
        shown.thumbnail((width_px, limits.max_pixels))
        return _level(shown, view)
    sideways = view.turn % 180 != 0
    rendered = _rendered(source.path, number, limits, lambda width, height: width_px / (height if sideways else width))
    return _level(turned(rendered, view.turn), view)


def _level(shown: Image.Image, view: View) -> Image.Image:
    """Of the same size; what was not on the picture is white."""
    if not view.skew and not view.fan:
        return shown
    mapping = Levelling(view.skew, view.fan, *shown.size).to_picture()
    perspective, smooth = Image.Transform.PERSPECTIVE, Image.Resampling.BICUBIC
    return shown.transform(shown.size, perspective, mapping, resample=smooth, fillcolor="white")


def turned(upright: Image.Image, degrees: int) -> Image.Image:
    """The picture turned clockwise by 0, 90, 180 or 270 degrees."""
    method = CLOCKWISE[degrees]
    return upright if method is None else upright.transpose(method)


def _is_image(source: Source) -> bool:
    """Whether the file is an image. Raises UnsupportedType for what has no pages to show."""
    parser = parser_for(source)
    if parser not in (pdf, image.PNG, image.JPEG):
        raise UnsupportedType("A document of this kind has no pages to show.")
    return parser is not pdf


def _rendered(path: str, number: int, limits: Limits, scale: Callable[[float, float], float]) -> Image.Image:
    """``scale`` gives the pixels per point for a page of that width and height (in points)."""
    with pdf.opened(path) as document:
        if not 1 <= number <= len(document):
            raise LimitExceeded("The document has no such page.")
        try:
            page = document[number - 1]
            width, height = page.get_size()
            bounded = min(scale(width, height), math.sqrt(limits.max_pixels / (width * height)))
            rendered: Image.Image = page.render(scale=bounded).to_pil()
            return rendered.convert("RGB")
        except (pdfium.PdfiumError, ZeroDivisionError):
            raise DamagedDocument(f"Page {number} is damaged and could not be shown.") from None
