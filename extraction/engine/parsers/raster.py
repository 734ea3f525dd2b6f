"""What does a page look like? A picture of any page, of bounded size."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import pypdfium2 as pdfium
from PIL import Image, ImageChops

from extraction.engine.errors import DamagedDocument, LimitExceeded, UnsupportedType
from extraction.engine.parsers import image, parser_for, pdf
from extraction.engine.parsers.levelling import Levelling
from extraction.engine.values import AS_DISPLAYED, Limits, Source, View

POINTS_PER_INCH = 72.0
GRAIN = 0.25  # bytes of PNG for each pixel, from which a picture is a scan or a photograph; drawn pages need a third
STRIPS, STRIP_HEIGHT = 4, 16  # of a picture, that tell how grainy it is
JPEG_QUALITY = 92  # nobody sees a difference
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
    """Page ``number`` turned and made level as its boxes are, at most ``width_px`` wide; grey if it has no colour."""
    if _is_image(source):
        shown = turned(image.upright(source.path, limits, least_side=width_px), view.turn)
        shown.thumbnail((width_px, limits.max_pixels))
        return _level(_without_colour(shown), view)
    sideways = view.turn % 180 != 0
    rendered = _rendered(source.path, number, limits, lambda width, height: width_px / (height if sideways else width))
    return _level(_without_colour(turned(rendered, view.turn)), view)


def encoded(picture: Image.Image) -> bytes:
    """A PNG, or a JPEG of what is grainy: as PNG it would take ten times as long to make and to send."""
    if len(_png(_strips(picture))) > GRAIN * picture.width * min(picture.height, STRIPS * STRIP_HEIGHT):
        picture.save(jpeg := io.BytesIO(), "JPEG", quality=JPEG_QUALITY, subsampling=0)
        return jpeg.getvalue()
    return _png(picture)


def _strips(picture: Image.Image) -> Image.Image:
    """Some rows of the picture, from all over it."""
    if picture.height <= STRIPS * STRIP_HEIGHT:
        return picture
    rows = Image.new(picture.mode, (picture.width, STRIPS * STRIP_HEIGHT))
    for strip in range(STRIPS):
        top = round((strip + 0.5) / STRIPS * (picture.height - STRIP_HEIGHT))
        rows.paste(picture.crop((0, top, picture.width, top + STRIP_HEIGHT)), (0, strip * STRIP_HEIGHT))
    return rows


def _png(picture: Image.Image) -> bytes:
    picture.save(png := io.BytesIO(), "PNG", compress_level=1)  # as small as with more effort, in half the time
    return png.getvalue()


def _without_colour(shown: Image.Image) -> Image.Image:
    """One channel where all three are the same: that is a third of the work."""
    red, green, blue = shown.split()
    if ImageChops.difference(red, green).getbbox() or ImageChops.difference(red, blue).getbbox():
        return shown
    return red


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
