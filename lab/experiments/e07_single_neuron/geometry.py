"""The neuron as a cut through the plane of its first two inputs: where z is 0, and the weights as an arrow
that stands on that line, square to it. The arrow's length grows with ‖w‖ but never reaches the border, so
that any neuron can be seen and dragged. With three inputs the plane is a slice at the third one's value."""

from __future__ import annotations

import math

from lab.core.records import dataclass
from lab.experiments.e07_single_neuron.examples import Extent

__all__ = ["Cut", "Pair"]

Pair = tuple[float, float]

HALF = 2.0  # ‖w‖ whose arrow is half as long as can be
ROOM = 0.9  # of the way to the border that an arrow may use
LONGEST = 0.985  # of that way: no drag can ask for more
LEAST_ROOM = 0.2  # of half the picture, for an arrow that stands close to the border
HANDLE_AT = 0.87  # along the boundary in sight, from one end to the other


@dataclass(frozen=True, slots=True)
class Cut:
    """z = wx·x + wy·y + offset over a window x0, x1, y0, y1. flat: there is only one input, and y means nothing."""

    wx: float
    wy: float
    offset: float
    window: Extent
    flat: bool = False

    @property
    def norm(self) -> float:
        """How steeply z rises across the boundary, in this plane."""
        return math.hypot(self.wx, self.wy)

    @property
    def center(self) -> Pair:
        """The middle of the window."""
        x0, x1, y0, y1 = self.window
        return (x0 + x1) / 2, (y0 + y1) / 2

    def z(self, x: float, y: float) -> float:
        """The weighted sum at a place."""
        return self.wx * x + self.wy * y + self.offset

    def foot(self, x: float, y: float, level: float = 0.0) -> Pair:
        """The nearest place where z is `level`. Only where ‖w‖ is not 0."""
        step = (level - self.z(x, y)) / self.norm / self.norm
        return x + step * self.wx, y + step * self.wy

    def line(self, level: float = 0.0) -> tuple[Pair, Pair] | None:
        """The part in sight of the line where z is `level`; None where it cannot be seen, or there is none."""
        if self.norm == 0:
            return None
        (ax, ay), (dx, dy) = self.foot(*self.center, level), (-self.wy / self.norm, self.wx / self.norm)
        x0, x1, y0, y1 = self.window
        low, high = -math.inf, math.inf
        for at, way, least, most in ((ax, dx, x0, x1), (ay, dy, y0, y1)):
            if abs(way) < 1e-12:
                if not least <= at <= most:
                    return None
                continue
            ends = sorted(((least - at) / way, (most - at) / way))
            low, high = max(low, ends[0]), min(high, ends[1])
        if not low < high:
            return None
        return (ax + low * dx, ay + low * dy), (ax + high * dx, ay + high * dy)

    # ------------------------------------------------------------------------------------ the handles

    @property
    def base(self) -> Pair:
        """Where the arrow stands: in the middle of the boundary in sight, or else as near to it as can be."""
        seen = self.line()
        if seen is not None:
            return (seen[0][0] + seen[1][0]) / 2, (seen[0][1] + seen[1][1]) / 2
        if self.norm == 0:
            return self.center
        x, y = self.foot(*self.center)
        x0, x1, y0, y1 = self.window
        air_x, air_y = 0.1 * (x1 - x0), 0.1 * (y1 - y0)
        return min(max(x, x0 + air_x), x1 - air_x), min(max(y, y0 + air_y), y1 - air_y)

    @property
    def slide(self) -> Pair:
        """Where the boundary is dragged: along it, clear of the arrow."""
        seen = self.line()
        if seen is None:
            return self.base
        (ax, ay), (bx, by) = sorted(seen, key=lambda end: (end[1], end[0]))
        return ax + HANDLE_AT * (bx - ax), ay + HANDLE_AT * (by - ay)

    def tip(self, base: Pair) -> Pair:
        """Where the arrow ends that stands at `base`; `base` itself while all weights are 0."""
        if self.norm == 0:
            return base
        way = self.wx / self.norm, self.wy / self.norm
        long = self._room(base, way) * self.norm / (self.norm + HALF)
        return base[0] + long * way[0], base[1] + long * way[1]

    def weights_for(self, base: Pair, tip: Pair) -> Pair:
        """The weights whose arrow from `base` ends at `tip`: the inverse of `tip`."""
        dx, dy = tip[0] - base[0], 0.0 if self.flat else tip[1] - base[1]
        long = math.hypot(dx, dy)
        if long == 0:
            return 0.0, 0.0
        way = dx / long, dy / long
        share = min(long / self._room(base, way), LONGEST)
        norm = HALF * share / (1 - share)
        return norm * way[0], norm * way[1]

    def _room(self, base: Pair, way: Pair) -> float:
        """How long an arrow from `base` could be at most."""
        x0, x1, y0, y1 = self.window
        half = min(x1 - x0, y1 - y0) / 2
        found = 2 * half
        for at, along, least, most in ((base[0], way[0], x0, x1), (base[1], way[1], y0, y1)):
            if abs(along) > 1e-12:
                found = min(found, ((most if along > 0 else least) - at) / along)
        return ROOM * max(found, LEAST_ROOM * half)
