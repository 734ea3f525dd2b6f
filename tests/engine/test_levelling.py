"""A crooked or photographed page is made level, and its picture is turned exactly as its boxes are."""

from __future__ import annotations

import pytest

from extraction.engine.parsers.levelling import Levelling, Slope, levelling

SIZE = (1000.0, 1400.0)


def slopes(skew: float, fan: float, *, count: int = 20) -> list[Slope]:
    """Long lines down a page, as they slope on a picture taken so."""
    downs = [100 + 60.0 * number for number in range(count)]
    return [Slope(500, down, 600, 30, skew + fan * (down / SIZE[1] - 0.5)) for down in downs]


@pytest.mark.parametrize(("skew", "fan"), [(0, 0), (3, 0), (-7, 0), (2, 20), (-4, -35)])
@pytest.mark.parametrize("place", [(0, 0), (1000, 0), (500, 700), (90, 1333), (1000, 1400)])
def test_the_picture_is_mapped_as_the_boxes_are(skew, fan, place):
    level = Levelling(skew, fan, *SIZE)
    x, y = level.point(*place)
    a, b, c, d, e, f, g, h = level.to_picture()
    depth = g * x + h * y + 1
    assert ((a * x + b * y + c) / depth, (d * x + e * y + f) / depth) == pytest.approx(place, abs=0.01)


@pytest.mark.parametrize("fan", [20, -35])
def test_a_fanned_page_stays_within_its_picture(fan):
    level = Levelling(0, fan, *SIZE)
    for place in [(0, 0), (1000, 0), (0, 1400), (1000, 1400)]:
        x, y = level.point(*place)
        assert (-1 <= x <= 1001, -1 <= y <= 1401) == (True, True)


@pytest.mark.parametrize(("skew", "fan"), [(0, 0), (2.5, 0), (-1, 12), (3, -20)])
def test_skew_and_fan_are_found(skew, fan):
    found = levelling(slopes(skew, fan), *SIZE)
    assert (found.skew, found.fan) == pytest.approx((skew, fan), abs=0.01)


def test_a_few_lines_do_not_fan():
    assert levelling(slopes(1, 20, count=5), *SIZE).fan == 0


def test_no_line_is_level():
    assert levelling([], *SIZE) == Levelling(0.0, 0.0, *SIZE)


def test_a_thousand_lines_cost_no_more_than_they_must():
    assert levelling(slopes(1, 20, count=3_000), *SIZE).skew == pytest.approx(1, abs=0.1)


def test_curled_paper_is_levelled_by_what_stands_side_by_side():
    """The long lines on the left all fall, the short ones on the right rise as much: the page itself is level."""
    left = [Slope(200, 100 + 40.0 * number, 200, 30, 3.0) for number in range(12)]
    right = [Slope(800, 100 + 40.0 * number, 75, 30, -3.0) for number in range(12)]
    assert levelling([*left, *right], *SIZE).skew == pytest.approx(0, abs=0.1)
