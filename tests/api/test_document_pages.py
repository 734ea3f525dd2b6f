"""GET /documents/{id}/pages, and the words and the picture of one"""

from __future__ import annotations

import io

import pytest
from django.conf import settings as base
from PIL import Image, ImageChops

from documents.models import Document
from tests.api.conftest import ELSEWHERE, error_of
from tests.factories import DocumentFactory, scenes

SAMPLE = base.BASE_DIR / "samples/invoice-english.pdf"
PATHS = ("", "/1/words", "/1/image")


def uploaded(people, settings, capture, path) -> Document:
    settings.PROCESSING_MODE = "inline"
    with capture(execute=True):
        return scenes.uploaded(people.workspace, people.owner, path)


@pytest.fixture
def document(people, settings, django_capture_on_commit_callbacks) -> Document:
    return uploaded(people, settings, django_capture_on_commit_callbacks, SAMPLE)


def picture_of(response) -> Image.Image:
    assert response.status_code == 200, response.content
    assert response.headers["Content-Type"] == "image/png"
    assert "private" in response.headers["Cache-Control"]
    return Image.open(io.BytesIO(response.content))


def path_to(document: Document, rest: str = "") -> str:
    return f"/documents/{document.pk}/pages{rest}"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 200), ("viewer", 200), ("stranger", 404), ("anonymous", 401)]
)
def test_who_may(callers, document, who, status, path):
    assert callers[who].get(path_to(document, path)).status_code == status


@pytest.mark.parametrize("path", PATHS)
def test_of_what_is_not_there(owner, path):
    error_of(owner.get(f"/documents/{ELSEWHERE}/pages{path}"), 404, "not_found")
    error_of(owner.get(f"/documents/nonsense/pages{path}"), 422, "validation_error")


def test_boxes_of_the_result_fit_the_words_and_the_picture(owner, document):
    (page,) = owner.get(path_to(document)).json()["pages"]
    total = owner.get(f"/documents/{document.pk}/result").json()["fields"]["total_amount"]
    left, top, right, bottom = total["box"]

    words = owner.get(path_to(document, "/1/words")).json()["words"]
    inside = [
        word["text"]
        for word in words
        if left - 1 <= word["box"][0] and word["box"][2] <= right + 1
        if top - 1 <= word["box"][1] and word["box"][3] <= bottom + 1
    ]
    whole = picture_of(owner.get(path_to(document, "/1/image"), {"width": 1000}))
    part = picture_of(
        owner.get(path_to(document, "/1/image"), {"width": 1000, "box": f"{left},{top},{right},{bottom}"})
    )

    assert page["number"] == 1
    assert page["unit"] == "pt"
    assert any(text in total["raw"] for text in inside)
    assert whole.width == 1200  # the next one that is cached
    assert whole.width / whole.height == pytest.approx(page["width"] / page["height"], rel=0.01)
    scale, margin = whole.width / page["width"], (bottom - top) / 4
    assert part.width == pytest.approx((right - left + 2 * margin) * scale, abs=2)
    assert part.height == pytest.approx((bottom - top + 2 * margin) * scale, abs=2)
    place = (round((left - margin) * scale), round((top - margin) * scale))
    same = whole.crop((*place, place[0] + part.width, place[1] + part.height))
    assert ImageChops.difference(part.convert("RGB"), same.convert("RGB")).getbbox() is None
    assert part.convert("L").getextrema()[0] < 128  # there is print on it


@pytest.mark.parametrize("box", ["-50,-50,20,20", "5000,5000,5001,5001", "-9,-9,-8,-8", "0,0,999999,999999"])
def test_a_part_ends_where_the_page_does(owner, document, box):
    whole = picture_of(owner.get(path_to(document, "/1/image")))

    part = picture_of(owner.get(path_to(document, "/1/image"), {"box": box}))

    assert 0 < part.width <= whole.width
    assert 0 < part.height <= whole.height


@pytest.mark.parametrize(
    "wanted",
    [
        *({"width": width} for width in ("0", "2601", "wide", "")),
        *({"box": box} for box in ("", "1,2,3", "3,2,1,4", "nan,1,2,3", "1,1,1,1", "1,2,3,4,5", f"0,0,1,{10**9}")),
    ],
)
def test_nonsense_is_refused(owner, document, wanted):
    extra = error_of(owner.get(path_to(document, "/1/image"), wanted), 422, "validation_error")

    assert extra["fields"].keys() == wanted.keys()


@pytest.mark.parametrize("path", ["/0/words", "/2/words", "/2/image", f"/{10**30}/image", "/-1/image", "/one/image"])
def test_pages_that_it_does_not_have(owner, document, path):
    error_of(owner.get(path_to(document, path)), 404, "not_found")


def test_before_it_was_read(owner, people):
    document = DocumentFactory(owner=people.owner, workspace=people.workspace, file_extension="pdf")

    assert owner.get(path_to(document)).json() == {"pages": [], "has_images": True}
    error_of(owner.get(path_to(document, "/1/image")), 404, "not_found")


def test_text_has_words_but_no_picture(owner, people, settings, tmp_path, django_capture_on_commit_callbacks):
    file = tmp_path / "bill.txt"
    file.write_text("INVOICE\nTotal EUR 119.00\n")
    document = uploaded(people, settings, django_capture_on_commit_callbacks, file)

    body = owner.get(path_to(document)).json()
    words = owner.get(path_to(document, "/1/words")).json()["words"]

    assert (body["has_images"], body["pages"][0]["unit"]) == (False, "char")
    assert [word["text"] for word in words] == ["INVOICE", "Total", "EUR", "119.00"]
    error_of(owner.get(path_to(document, "/1/image")), 404, "not_found")
