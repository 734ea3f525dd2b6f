"""Pages as pictures: scanned on a flatbed or photographed on a table, with what goes wrong there.

Every look returns its picture together with the matrix that takes a point of the page to its pixel, so that the places
of values stay exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from random import Random
from typing import Any, NamedTuple

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image

from training.generator.sheet import Box, Place

Pixels = NDArray[np.uint8]
Matrix = NDArray[np.float64]
WOOD, CLOTH, STONE = (62, 96, 138), (70, 62, 58), (150, 152, 155)  # blue, green, red


class Picture(NamedTuple):
    """``matrix`` takes page coordinates (points, y downwards) to pixels, as homogeneous coordinates."""

    pixels: Pixels
    matrix: Matrix


def rendered(pdf: bytes, dpi: float) -> list[Picture]:
    """Each page of the file in grey, as it would be printed."""
    scale = dpi / 72
    document = pdfium.PdfDocument(pdf)
    try:
        pages = [page.render(scale=scale, grayscale=True).to_numpy().squeeze() for page in document]
    finally:
        document.close()
    return [Picture(np.ascontiguousarray(page), np.diag([scale, scale, 1.0])) for page in pages]


# --- Looks ------------------------------------------------------------------------------------------------------------
def scanned(page: Picture, random: Random) -> Picture:
    """From a flatbed or a feeder: a little crooked, a little soft, faded, speckled; perhaps only black and white."""
    noise = np.random.default_rng(random.getrandbits(32))
    if random.random() < 0.04:
        page = _upturned(page, random.choice([1, 2, 3]))
    page = _turned(_faded(page, random), random.gauss(0, 0.7) if random.random() < 0.8 else random.uniform(-3, 3))
    pixels = _soft(page.pixels, random.uniform(0.3, 1.1))
    if random.random() < 0.25:
        pixels = _shaded(pixels, random, strength=random.uniform(0.1, 0.35))
    pixels = _grainy(pixels, noise, random.choice([0, 2, 4, 8]))
    if random.random() < 0.3:
        pixels = _speckled(pixels, noise, random.uniform(0.0001, 0.002))
    if random.random() < 0.12:
        pixels = np.where(pixels > random.randint(140, 190), 255, 0).astype(np.uint8)
    if random.random() < 0.15:
        edge = random.randint(4, 22)
        pixels[:, -edge:] = np.minimum(pixels[:, -edge:], random.randint(20, 110))
    return Picture(pixels, page.matrix)


def photographed(page: Picture, random: Random) -> Picture:
    """By telephone: on a table, seen from an angle, with shadows and uneven light, not quite sharp; in colour."""
    noise = np.random.default_rng(random.getrandbits(32))
    page = _faded(page, random)
    height, width = page.pixels.shape
    margin = random.uniform(0.02, 0.14) * max(width, height)
    size = (int(width + 2 * margin), int(height + 2 * margin))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    shift = np.array([[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(4)], np.float32)
    goal = corners + margin + shift * margin * 0.75
    matrix = cv2.getPerspectiveTransform(corners, goal.astype(np.float32))
    paper = cv2.warpPerspective(page.pixels, matrix, size, flags=cv2.INTER_AREA, borderValue=255)
    inside = np.asarray(cv2.warpPerspective(np.full_like(page.pixels, 255), matrix, size), np.uint8)
    tint = np.array([random.uniform(0.88, 1.0), random.uniform(0.94, 1.0), 1.0])
    mask = _soft(inside, 1.0)[..., None] / 255.0
    photo = paper[..., None] * tint * mask + _table(size, noise, random) * (1 - mask)
    pixels = _shaded(np.clip(photo, 0, 255).astype(np.uint8), random, strength=random.uniform(0.15, 0.5))
    if random.random() < 0.5:
        pixels = _shadowed(pixels, random)
    pixels = _soft(pixels, random.uniform(0.4, 1.2))
    return Picture(_grainy(pixels, noise, random.choice([2, 4, 7])), matrix @ page.matrix)


def _faded(page: Picture, random: Random) -> Picture:
    """Paper that is not white and ink that is not black."""
    white, ink = random.randint(225, 255), random.choice([0, 20, 40, 70, 100])
    levels = (np.arange(256) / 255 * (white - ink) + ink).astype(np.uint8)
    return Picture(cv2.LUT(page.pixels, levels).astype(np.uint8), page.matrix)


def _turned(page: Picture, degrees: float) -> Picture:
    height, width = page.pixels.shape
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), [0, 0, 1]])
    around = int(page.pixels[0, 0])
    pixels = cv2.warpAffine(page.pixels, turn[:2], (width, height), flags=cv2.INTER_CUBIC, borderValue=around)
    return Picture(pixels.astype(np.uint8), turn @ page.matrix)


def _upturned(page: Picture, quarters: int) -> Picture:
    """Put into the scanner sideways or upside down; ``quarters`` of a turn, counter-clockwise."""
    matrix = page.matrix
    for _ in range(quarters):
        width = page.pixels.shape[1]
        matrix = np.array([[0, 1, 0], [-1, 0, width], [0, 0, 1]]) @ matrix
        page = Picture(np.ascontiguousarray(np.rot90(page.pixels)), matrix)
    return page


def _shaded(pixels: Pixels, random: Random, strength: float) -> Pixels:
    """Light that falls off in one direction."""
    height, width = pixels.shape[:2]
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    angle = random.uniform(0, 2 * np.pi)
    light = 1 - strength * (1 + x * np.cos(angle) + y * np.sin(angle)) / 2.4
    return _lit(pixels, light)


def _shadowed(pixels: Pixels, random: Random) -> Pixels:
    """The soft shadow of a hand or a telephone across a corner."""
    height, width = pixels.shape[:2]
    light = np.ones((height, width), np.float32)
    edge = random.uniform(0.3, 0.8)
    points = [(width, int(height * edge)), (width, height), (int(width * random.uniform(0, 0.6)), height)]
    cv2.fillPoly(light, [np.array(points, np.int32)], random.uniform(0.55, 0.8))
    if random.random() < 0.5:
        light = light[:, ::-1].copy()
    return _lit(pixels, cv2.GaussianBlur(light, (0, 0), width / 18))


def _soft(pixels: Pixels, sigma: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def _lit(pixels: Pixels, light: Any) -> Pixels:
    """``light`` is the share of each pixel's brightness that is left."""
    lit = pixels * (light if pixels.ndim == 2 else light[..., None])
    return np.asarray(np.clip(lit, 0, 255), np.uint8)


def _grainy(pixels: Pixels, noise: np.random.Generator, strength: float) -> Pixels:
    if not strength:
        return pixels
    grain = noise.normal(0, strength, pixels.shape).astype(np.float32)
    return np.asarray(np.clip(pixels + grain, 0, 255), np.uint8)


def _speckled(pixels: Pixels, noise: np.random.Generator, share: float) -> Pixels:
    """Dust: dark and bright dots on ``share`` of the pixels."""
    dots = noise.random(pixels.shape)
    return np.where(dots < share, 40, np.where(dots > 1 - share, 250, pixels)).astype(np.uint8)


def _table(size: tuple[int, int], noise: np.random.Generator, random: Random) -> NDArray[np.float64]:
    """What the paper lies on: noise that is long in one direction, in the colour of wood, cloth or stone."""
    width, height = size
    coarse = noise.normal(0, 14, (height // 8 + 1, 24)).astype(np.float32)
    grain = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.float64)
    color = np.array(random.choice([WOOD, CLOTH, STONE]), np.float64)
    return np.clip(color + grain[..., None], 0, 255)


# --- Files ------------------------------------------------------------------------------------------------------------
def encoded(picture: Picture, random: Random) -> tuple[str, bytes]:
    """Suffix and bytes: PNG or JPEG."""
    if picture.pixels.ndim == 2 and random.random() < 0.5:
        return ".png", png(picture)
    return ".jpg", jpeg(picture, random.choice([45, 60, 75, 85, 92]))


def png(picture: Picture) -> bytes:
    """With fewer greys: a third of the size, no difference to the eye."""
    return cv2.imencode(".png", picture.pixels // 8 * 8)[1].tobytes()


def jpeg(picture: Picture, quality: int) -> bytes:
    return cv2.imencode(".jpg", picture.pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def bound(pictures: Sequence[Picture], dpi: float, quality: int) -> bytes:
    """A PDF with a picture on each page and no text."""
    images = [Image.fromarray(_rgb(picture.pixels)) for picture in pictures]
    buffer = BytesIO()
    dates = {"creationDate": None, "modDate": None}
    images[0].save(buffer, "PDF", save_all=True, append_images=images[1:], resolution=dpi, quality=quality, **dates)
    return buffer.getvalue()


def _rgb(pixels: Pixels) -> Pixels:
    return pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[..., ::-1])


def moved(places: dict[str, list[Place]], pictures: Sequence[Picture], scale: float = 1.0) -> dict[str, list[Place]]:
    """Places of the page as places of its picture; ``scale`` is applied to the pixels."""
    return {
        name: [Place(page, _projected(box, pictures[page - 1].matrix, scale)) for page, box in found]
        for name, found in places.items()
    }


def _projected(box: Box, matrix: Matrix, scale: float) -> Box:
    """The upright box around where the corners of ``box`` come to lie."""
    x0, y0, x1, y1 = box
    corners = matrix @ np.array([[x0, x1, x1, x0], [y0, y0, y1, y1], [1, 1, 1, 1]])
    x, y = corners[:2] / corners[2] * scale
    return Box(float(x.min()), float(y.min()), float(x.max()), float(y.max()))
