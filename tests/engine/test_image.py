"""PNG and JPEG of every kind come out as a person sees them, and bombs cost nothing."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from extraction.engine.errors import DamagedDocument, LimitExceeded
from extraction.engine.parsers import image, raster
from extraction.engine.values import Limits, Options, View
from tests.engine.paper import OPTIONS, parse, source, written

LIMITS = Limits()
SIZE = (64, 48)


def card() -> Image.Image:
    """White, with a black block in its upper left quarter."""
    blank = Image.new("RGB", SIZE, "white")
    blank.paste("black", (0, 0, 32, 24))
    return blank


def sixteen_bits() -> Image.Image:
    return card().convert("L").convert("I").point(lambda value: value * 257).convert("I;16")


def see_through() -> Image.Image:
    """Black all over; only the upper left quarter is not transparent."""
    black = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    black.paste((0, 0, 0, 255), (0, 0, 32, 24))
    return black


def palette_with_transparency() -> Image.Image:
    places = see_through().getchannel("A").point(lambda alpha: 0 if alpha else 1)
    mapped = Image.frombytes("P", SIZE, places.tobytes())
    mapped.putpalette([0, 0, 0, 255, 0, 0])
    return mapped


FLAVOURS = {
    "rgb.png": (card(), {}),
    "grey.png": (card().convert("L"), {}),
    "bilevel.png": (card().convert("1"), {}),
    "palette.png": (card().convert("P"), {}),
    "sixteen bits.png": (sixteen_bits(), {}),
    "alpha.png": (see_through(), {}),
    "grey and alpha.png": (see_through().convert("LA"), {}),
    "transparent colour.png": (palette_with_transparency(), {"transparency": 1}),
    "rgb.jpg": (card(), {"quality": 95}),
    "grey.jpeg": (card().convert("L"), {"quality": 95}),
    "cmyk.jpg": (card().convert("CMYK"), {"quality": 95}),
    "progressive.jpg": (card(), {"quality": 95, "progressive": True}),
}


@pytest.mark.parametrize("name", FLAVOURS)
def test_flavours(tmp_path, name):
    drawn, options = FLAVOURS[name]
    path = tmp_path / name
    drawn.save(path, **options)
    shown = image.upright(str(path), LIMITS)
    assert (shown.mode, shown.size) == ("RGB", SIZE)
    assert max(shown.getpixel((10, 10))) < 40
    assert min(shown.getpixel((50, 40))) > 215
    (page,) = parse(path).pages
    assert (page.width, page.height, page.unit, page.needs_ocr) == (*SIZE, "px", True)


def interlaced(picture: Image.Image) -> bytes:
    """An Adam7 PNG, which Pillow reads but does not write: the pixels of seven passes one after another."""
    grey = picture.convert("L")
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    raw = b"".join(
        b"\0" + bytes(grey.getpixel((x, y)) for x in range(left, grey.width, across))
        for left, top, across, down in passes
        for y in range(top, grey.height, down)
    )
    return png(grey.width, grey.height, zlib.compress(raw), interlace=1)


def png(width: int, height: int, pixels: bytes, *, interlace: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def test_interlaced_png(tmp_path):
    shown = image.upright(str(written(tmp_path / "a.png", interlaced(card()))), LIMITS)
    assert shown.convert("L").tobytes() == card().convert("L").tobytes()


# How the stored pixels have to be changed to be seen upright (EXIF 2.3, tag 0x0112); so a picture
# stored by the inverse change comes out as it was.
INVERSE = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", INVERSE)
@pytest.mark.parametrize("extension", ["jpg", "png"])
def test_exif_orientation(tmp_path, orientation, extension):
    method = INVERSE[orientation]
    stored = card() if method is None else card().transpose(method)
    exif = Image.Exif()
    exif[image.EXIF_ORIENTATION] = orientation
    path = tmp_path / f"a.{extension}"
    stored.save(path, exif=exif)
    shown = image.upright(str(path), LIMITS)
    assert shown.size == SIZE
    assert max(shown.getpixel((10, 10))) < 40
    assert min(shown.getpixel((50, 40))) > 215
    (page,) = parse(path).pages
    assert (page.width, page.height) == SIZE


def huge_png() -> bytes:
    return png(30_000, 30_000, b"")


def huge_jpeg() -> bytes:
    small = io.BytesIO()
    card().save(small, "JPEG")
    data = small.getvalue()
    frame = data.index(b"\xff\xc0") + 5
    return data[:frame] + struct.pack(">HH", 65_000, 65_000) + data[frame + 4 :]


@pytest.mark.parametrize(("name", "content"), [("a.png", huge_png), ("a.jpg", huge_jpeg)])
def test_a_bomb_is_refused_by_its_header(tmp_path, name, content):
    """The files do not hold nearly so many pixels: whoever tried to decode them would call them damaged."""
    path = written(tmp_path / name, content())
    with pytest.raises(LimitExceeded):
        parse(path)
    with pytest.raises(LimitExceeded):
        image.upright(str(path), LIMITS)


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_a_large_picture_is_scaled_down_for_work_but_keeps_its_size_on_paper(tmp_path, name):
    card().resize((640, 480)).save(tmp_path / name)
    limits = Limits(max_pixels=100_000)
    shown = image.upright(str(tmp_path / name), limits)
    assert shown.width * shown.height <= 100_000
    assert shown.width / shown.height == pytest.approx(4 / 3, abs=0.02)
    (page,) = parse(tmp_path / name, Options(today=OPTIONS.today, limits=limits)).pages
    assert (page.width, page.height) == (640, 480)


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_a_picture_cut_short_is_damaged(tmp_path, name):
    card().resize((640, 480)).save(tmp_path / name)
    content = (tmp_path / name).read_bytes()
    for size in (20, 40, len(content) // 2, len(content) - 30):
        path = written(tmp_path / name, content[:size])
        with pytest.raises(DamagedDocument):
            image.upright(str(path), LIMITS)


def test_a_preview_of_a_picture_is_not_wider_than_asked(tmp_path):
    card().save(tmp_path / "a.png")
    assert raster.preview(source(tmp_path / "a.png"), 1, LIMITS, width_px=32).size == (32, 24)
    assert raster.preview(source(tmp_path / "a.png"), 1, LIMITS, width_px=32, view=View(turn=90)).size == (32, 43)


def test_a_drawn_page_stays_exact_and_a_photograph_becomes_a_jpeg():
    drawn = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(drawn).rectangle((50, 60, 400, 90), fill="navy")
    shown = Image.open(io.BytesIO(raster.encoded(drawn)))
    assert (shown.format, shown.tobytes()) == ("PNG", drawn.tobytes())
    grain = Image.effect_noise((600, 800), 40)
    shown = Image.open(io.BytesIO(raster.encoded(grain)))
    assert (shown.format, shown.mode, shown.size) == ("JPEG", "L", (600, 800))


def test_a_page_without_colour_is_grey(tmp_path):
    for name, colour, mode in (("grey", (90, 90, 90), "L"), ("red", (91, 90, 90), "RGB")):
        Image.new("RGB", (64, 48), colour).save(tmp_path / f"{name}.png")
        assert raster.preview(source(tmp_path / f"{name}.png"), 1, LIMITS, width_px=32).mode == mode


@pytest.mark.parametrize("turn", [0, 90])
def test_a_large_photograph_is_shown_as_wide_as_asked_for(tmp_path, turn):
    Image.effect_noise((1000, 1500), 40).convert("RGB").save(tmp_path / "a.jpg")
    assert raster.preview(source(tmp_path / "a.jpg"), 1, LIMITS, width_px=300, view=View(turn=turn)).width == 300


def test_a_large_photograph_stays_sharp_where_it_is_made_level(tmp_path):
    paper, text = Image.new("RGB", (3000, 3000), "white"), "Total amount due 1,234.56 EUR " * 6
    for top in range(100, 2900, 60):
        ImageDraw.Draw(paper).text((100, top), text, "black", ImageFont.load_default(36))
    paper.filter(ImageFilter.GaussianBlur(1.2)).save(tmp_path / "a.jpg", quality=95)  # as a good lens does
    level, sloping = (
        raster.preview(source(tmp_path / "a.jpg"), 1, LIMITS, width_px=2600, view=View(skew=skew)) for skew in (0, 2)
    )
    assert level.size == sloping.size == (2600, 2600)
    assert edges(sloping) > 0.94 * edges(level)


def edges(picture: Image.Image) -> float:
    """How steep they are in the middle of the picture."""
    grey = np.asarray(picture.convert("L"), float)[600:-600, 600:-600]
    return float(np.hypot(np.diff(grey, axis=0)[:, 1:], np.diff(grey, axis=1)[1:]).std())
