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
from itertools import combinations

LEAST_LINES = 8  # from which a fan is believed
LEAST_FAN = 1.0  # degrees from top to bottom
FAR = 0.3  # of the range of heights, that two lines must be apart to tell how the slope changes
SAMPLE = 60  # lines of which each two are compared
BETTER = 0.7  # the part of its deviations from one slope that may remain once they fan out
MAX_FAN = 40.0  # degrees; what is more is no page


@dataclass(frozen=True, slots=True)
class Slope:
    """A line of text: how far its middle stands below that of the picture, and the degrees it falls to the right."""

    down: float
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
        scale = self.scale(x, y)
        return across * scale + self.width / 2, down * scale + self.height / 2

    def scale(self, x: float, y: float) -> float:
        """How much longer a thing at this place of the picture is on the level page."""
        cos, sin = self._turn
        across = (x - self.width / 2) * cos + (y - self.height / 2) * sin
        return 1 / max(1 + self._convergence * across, 0.1)

    def to_picture(self) -> tuple[float, ...]:
        """(a, b, c, d, e, f, g, h): (x, y) of the level page shows ((ax + by + c) / (gx + hy + 1), (dx + ey + f) / ..)
        of the picture, as ``Image.transform`` wants it."""
        cos, sin = self._turn
        left, top, fading = self.width / 2, self.height / 2, -self._convergence
        # About the middle: (x cos - y sin, x sin + y cos) / (1 + fading x); moved there and back.
        rows = (
            (cos + left * fading, -sin, -left * cos + top * sin + left * (1 - left * fading)),
            (sin + top * fading, cos, -left * sin - top * cos + top * (1 - left * fading)),
        )
        whole = 1 - left * fading
        return (*(value / whole for row in rows for value in row), fading / whole, 0.0)

    @property
    def _turn(self) -> tuple[float, float]:
        angle = math.radians(self.skew)
        return math.cos(angle), math.sin(angle)

    @property
    def _convergence(self) -> float:
        """Radians of slope per unit down, which is also how fast the picture grows to the right."""
        return math.radians(self.fan) / self.height


def levelling(slopes: Sequence[Slope], width: float, height: float) -> Levelling:
    """That of the picture on which lines slope so: the median of their slopes, and how they fan out if they do."""
    if not slopes:
        return Levelling(0.0, 0.0, width, height)
    fan = _fan(slopes, height)
    skew = statistics.median(slope.degrees - fan * slope.down / height for slope in slopes)
    return Levelling(skew, fan, width, height)


def _fan(slopes: Sequence[Slope], height: float) -> float:
    """The median over all pairs of lines far apart (Theil and Sen's estimate); 0 when it explains little."""
    if len(slopes) < LEAST_LINES:
        return 0.0
    sample = slopes[:: math.ceil(len(slopes) / SAMPLE)]
    downs = [slope.down for slope in sample]
    far = FAR * (max(downs) - min(downs))
    rates = [
        (one.degrees - other.degrees) / (one.down - other.down)
        for one, other in combinations(sample, 2)
        if abs(one.down - other.down) > far
    ]
    fan = statistics.median(rates) * height if rates else 0.0
    if not LEAST_FAN <= abs(fan) <= MAX_FAN:
        return 0.0
    level, fanned = (_deviation([slope.degrees - by * slope.down / height for slope in slopes]) for by in (0.0, fan))
    return fan if fanned <= BETTER * level else 0.0


def _deviation(degrees: Sequence[float]) -> float:
    middle = statistics.median(degrees)
    return statistics.fmean(abs(value - middle) for value in degrees)
