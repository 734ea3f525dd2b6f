"""How a picture of a page is made level: turned by its skew, and its lines made parallel.

A scan is only crooked: all lines slope alike. On a photograph taken from the side they fan out from a point far off,
so the slope changes from the top of the page to its bottom. Both are undone by one projective mapping about the middle
of the picture, which leaves the middle where it is; boxes and previews go through the same one.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

LONG = (3.0, 2.0)  # length over height, from which a line's slope is believed: see levelling()
LEAST_LINES = 8  # from which a fan is believed
LEAST_FAN = 1.0  # degrees from top to bottom
FAR = 0.3  # of the range of heights, that two lines must be apart to tell how the slope changes
SAMPLE = 60  # lines of which each two are compared
BETTER = 0.7  # the part of its deviations from one slope that may remain once they fan out
MAX_FAN = 40.0  # degrees; what is more is no page
SAME_HEIGHT = 0.3  # of the height of a line, that the middles of two may differ to stand side by side


@dataclass(frozen=True, slots=True)
class Slope:
    """A line of text: its middle, its length and height, and the degrees it falls to the right."""

    x: float
    y: float
    length: float
    height: float
    degrees: float


@dataclass(frozen=True, slots=True)
class Levelling:
    """``skew``: degrees by which lines fall to the right in the middle; ``fan``: how much more at the bottom than at
    the top. ``width`` and ``height``: of the picture, in any unit."""

    skew: float
    fan: float
    width: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """From the picture to the level page of the same size."""
        cos, sin = self._turn
        across, down = x - self.width / 2, y - self.height / 2
        across, down = across * cos + down * sin, down * cos - across * sin
        scale = self._fit * self._nearness(x, y)
        return across * scale + self.width / 2, down * scale + self.height / 2

    def stretch(self, x: float, y: float) -> tuple[float, float]:
        """How much wider and higher a thing at this place of the picture is on the level page."""
        nearness = self._nearness(x, y)
        return self._fit * nearness**2, self._fit * nearness

    def to_picture(self) -> tuple[float, ...]:
        """(a, b, c, d, e, f, g, h): (x, y) of the level page shows ((ax + by + c) / (gx + hy + 1), (dx + ey + f) / ..)
        of the picture, as ``Image.transform`` wants it."""
        cos, sin = (value / self._fit for value in self._turn)
        left, top, fading = self.width / 2, self.height / 2, -self._convergence / self._fit
        # About the middle: (x cos - y sin, x sin + y cos) / (1 + fading x); moved there and back.
        rows = (
            (cos + left * fading, -sin, -left * cos + top * sin + left * (1 - left * fading)),
            (sin + top * fading, cos, -left * sin - top * cos + top * (1 - left * fading)),
        )
        whole = 1 - left * fading
        return (*(value / whole for row in rows for value in row), fading / whole, 0.0)

    def _nearness(self, x: float, y: float) -> float:
        """How much smaller this place is shown than the middle."""
        cos, sin = self._turn
        across = (x - self.width / 2) * cos + (y - self.height / 2) * sin
        return 1 / max(1 + self._convergence * across, 0.1)

    @property
    def _fit(self) -> float:
        """The side that is shown smaller grows, and must not grow out of the page."""
        return max(1 - abs(self._convergence) * self.width / 2, 0.1)

    @property
    def _turn(self) -> tuple[float, float]:
        angle = math.radians(self.skew)
        return math.cos(angle), math.sin(angle)

    @property
    def _convergence(self) -> float:
        """Radians of slope per unit down, which is also how fast the picture grows to the right."""
        return math.radians(self.fan) / self.height


def levelling(slopes: Sequence[Slope], width: float, height: float) -> Levelling:
    """That of the picture on which lines slope so: the median of their slopes, and how they fan out if they do.

    Short lines are often found level though they slope; on curled paper, long ones stand on one side only and slope
    otherwise than the page. So both ways are tried, and that counts which brings more lines side by side.
    """
    fitted = [
        _fitted([slope for slope in slopes if slope.length >= long * slope.height], width, height) for long in LONG
    ]
    return max(fitted, key=lambda level: _side_by_side(level, slopes))


def _side_by_side(level: Levelling, slopes: Sequence[Slope]) -> int:
    """How many lines have another one at their height."""
    if len(slopes) < 2:
        return 0
    near = SAME_HEIGHT * statistics.median(slope.height for slope in slopes)
    heights = sorted(level.point(slope.x, slope.y)[1] for slope in slopes)
    return sum(below - above < near for above, below in pairwise(heights))


def _fitted(slopes: Sequence[Slope], width: float, height: float) -> Levelling:
    if not slopes:
        return Levelling(0.0, 0.0, width, height)
    fan = _fan(slopes, height)
    return Levelling(statistics.median(_straightened(slopes, fan, height)), fan, width, height)


def _fan(slopes: Sequence[Slope], height: float) -> float:
    """The median over all pairs of lines far apart (Theil and Sen's estimate); 0 when it explains little."""
    if len(slopes) < LEAST_LINES:
        return 0.0
    sample = slopes[:: math.ceil(len(slopes) / SAMPLE)]
    far = FAR * (max(slope.y for slope in sample) - min(slope.y for slope in sample))
    rates = [
        (one.degrees - other.degrees) / (one.y - other.y)
        for one, other in combinations(sample, 2)
        if abs(one.y - other.y) > far
    ]
    fan = statistics.median(rates) * height if rates else 0.0
    if not LEAST_FAN <= abs(fan) <= MAX_FAN:
        return 0.0
    level, fanned = (_deviation(_straightened(slopes, by, height)) for by in (0.0, fan))
    return fan if fanned <= BETTER * level else 0.0


def _straightened(slopes: Sequence[Slope], fan: float, height: float) -> list[float]:
    """The degrees that remain of each when so much of a fan is undone."""
    return [slope.degrees - fan * (slope.y / height - 0.5) for slope in slopes]


def _deviation(degrees: Sequence[float]) -> float:
    middle = statistics.median(degrees)
    return statistics.fmean(abs(value - middle) for value in degrees)
