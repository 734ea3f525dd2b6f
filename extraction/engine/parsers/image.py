"""PNG and JPEG → an upright RGB image. The words come later, by OCR."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from extraction.engine.errors import DamagedDocument, LimitExceeded
from extraction.engine.values import Limits, Options, Page, ParsedDocument, Source

Image.MAX_IMAGE_PIXELS = None  # our own limit is checked instead, before a pixel is decoded

SIDEWAYS = frozenset({5, 6, 7, 8})  # EXIF orientations that swap width and height
EXIF_ORIENTATION = 0x0112
MAX_16_BIT = 65_535


@dataclass
class ImageParser:
    """One image format: how it is declared, named and recognised."""

    MEDIA_TYPES: tuple[str, ...]
    EXTENSIONS: tuple[str, ...]
    mark: bytes

    def recognises(self, head: bytes) -> bool:
        return head.startswith(self.mark)

    def parse(self, source: Source, options: Options) -> ParsedDocument:
        """One page of the upright image's size, to be recognised. No pixel is decoded yet."""
        with opened(source.path, options.limits) as image:
            width, height = image.size
            if image.getexif().get(EXIF_ORIENTATION) in SIDEWAYS:
                width, height = height, width
        page = Page(number=1, width=width, height=height, unit="px", needs_ocr=True)
        return ParsedDocument(media_type=self.MEDIA_TYPES[0], pages=(page,))


PNG = ImageParser(("image/png", "image/x-png"), ("png",), b"\x89PNG\r\n\x1a\n")
JPEG = ImageParser(("image/jpeg", "image/jpg", "image/pjpeg"), ("jpg", "jpeg", "jpe"), b"\xff\xd8\xff")


@contextmanager
def opened(path: str, limits: Limits) -> Iterator[Image.Image]:
    """The image with only its header read. Raises LimitExceeded, and DamagedDocument also for errors of the body."""
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            if image.width * image.height > limits.max_image_pixels:
                raise LimitExceeded("The image has too many pixels.")
            yield image
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error):
        raise DamagedDocument from None


def upright(path: str, limits: Limits, *, least_side: int = 0) -> Image.Image:
    """The image as a person sees it: RGB, turned by its EXIF orientation, on white where it is transparent.

    An image of more than ``limits.max_pixels`` comes scaled down; a JPEG is already decoded smaller. With
    ``least_side``, a JPEG comes smaller too, as long as both sides have so many pixels: that takes a part of the time.
    """
    with opened(path, limits) as image:
        factor = max(_factor(image, limits), min(image.size) // least_side if least_side else 1)
        if factor > 1:
            image.draft("RGB", (image.width // factor, image.height // factor))
        image.load()
        shown = _rgb(_reduced(image, limits))
        ImageOps.exif_transpose(shown, in_place=True)  # each copy of a photograph takes as long as half its decoding
        return shown


def _factor(image: Image.Image, limits: Limits) -> int:
    return math.ceil(math.sqrt(image.width * image.height / limits.max_pixels))


def _reduced(image: Image.Image, limits: Limits) -> Image.Image:
    factor = _factor(image, limits)
    if factor == 1:
        return image
    averageable = image.convert("RGB") if image.mode in ("P", "PA", "1") else image
    return averageable.reduce(factor)


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits of grey
        return image.point(lambda value: value * (255 / MAX_16_BIT)).convert("L").convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")
