"""What does a page look like? A picture of any page, of bounded size."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageChops

from extraction.engine.errors import DamagedDocument, LimitExceeded, UnsupportedType
from extraction.engine.parsers import image, parser_for, pdf
from extraction.engine.parsers.levelling import Levelling
from extraction.engine.values import AS_DISPLAYED, Limits, Source, View

POINTS_PER_INCH = 72.0
GRAIN = 0.25  # bytes of PNG for each pixel, from which a picture is a scan or a photograph; drawn pages need a third
STRIPS, STRIP_HEIGHT = 4, 16  # of a picture, that tell how grainy it is
GLANCE = 64  # pixels a side, that tell soon of most pictures in colour that they are
MOST_SHRUNK = 1.5  # of its width, to which a picture shrinks well while it is made level
LEAST_SHRUNK = 1.15  # of its width, from which a large picture stays as sharp when that is done in a third of the time
LARGE = 5_000_000  # pixels; smaller pictures take no time, and have small letters
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
        size = _within(shown.size, width_px)
        if not _is_slanted(view) or shown.width > MOST_SHRUNK * size[0]:
            shown.thumbnail(size)
        return _level(_without_colour(shown), view, size)
    sideways = view.turn % 180 != 0
    rendered = _rendered(source.path, number, limits, lambda width, height: width_px / (height if sideways else width))
    rendered = turned(rendered, view.turn)
    return _level(_without_colour(rendered), view, rendered.size)


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
    glance = shown.resize((GLANCE, GLANCE), Image.Resampling.NEAREST)
    return shown if _has_colour(glance) or _has_colour(shown) else shown.getchannel(0)


def _has_colour(shown: Image.Image) -> bool:
    red, green, blue = shown.split()
    return any(ImageChops.difference(red, other).getbbox() for other in (green, blue))


def _within(size: tuple[int, int], width_px: int) -> tuple[int, int]:
    """Of the same shape, at most ``width_px`` wide."""
    width, height = size
    return (width, height) if width <= width_px else (width_px, max(1, round(height * width_px / width)))


def _is_slanted(view: View) -> bool:
    return bool(view.skew or view.fan)


def _level(shown: Image.Image, view: View, size: tuple[int, int]) -> Image.Image:
    """Level and of that size, in one step; what was not on the picture is white."""
    if not _is_slanted(view):
        return shown
    import cv2  # takes 0.2 s, and most pages are level; it does this in a sixth of the time that Pillow takes

    scale = np.diag([shown.width / size[0], shown.height / size[1], 1.0])
    mapping = np.array([*Levelling(view.skew, view.fan, *size).to_picture(), 1.0]).reshape(3, 3)
    there, back = np.eye(3), np.eye(3)
    there[:2, 2], back[:2, 2] = 0.5, -0.5  # from the middle of a pixel to the middle of a pixel
    is_large = size[0] * size[1] > LARGE and shown.width >= LEAST_SHRUNK * size[0]
    flags = (cv2.INTER_LINEAR if is_large else cv2.INTER_CUBIC) | cv2.WARP_INVERSE_MAP
    warped = cv2.warpPerspective(
        np.asarray(shown), back @ scale @ mapping @ there, size, flags=flags, borderValue=(255, 255, 255)
    )
    return Image.fromarray(warped)


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
