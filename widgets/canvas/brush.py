"""What a tool leaves along its way: a brush puts points one after the other, a spray can scatters them, an eraser
has places around which it rubs out. Nothing is random: a spray follows the pattern of a sunflower, so the same
way leaves the same points."""

from __future__ import annotations

import math

__all__ = ["TOOLS", "BrushStroke"]

TOOLS = ("brush", "spray", "eraser")
Place = tuple[float, float]
SPRAY = 4  # dabs at each stop
TURN = math.pi * (3 - math.sqrt(5))  # the golden angle
DIGITS = 3


class BrushStroke:
    """One stroke. radius: of the tool, in units of the picture."""

    def __init__(self, tool: str, radius: float) -> None:
        if tool not in TOOLS:
            raise ValueError(f"tool must be one of {TOOLS}, got {tool!r}")
        self._tool, self._radius = tool, radius
        self._last: Place | None = None
        self._count = 0

    @property
    def gap(self) -> float:
        """How far apart the stops are at which the tool leaves something."""
        return max(self._radius * {"brush": 0.5, "spray": 0.6, "eraser": 0.5}[self._tool], 1e-6)

    def to(self, x: float, y: float) -> list[Place]:
        """What is left on the way to (x, y); the first call sets the tool down there."""
        if self._last is None:
            self._last = (x, y)
            return self._stop(x, y)
        left, (x0, y0) = [], self._last
        far = math.hypot(x - x0, y - y0)
        stops = min(int(far / self.gap), 400)  # a jump across the whole picture is not a line of thousands
        for i in range(1, stops + 1):
            share = i * self.gap / far
            left += self._stop(x0 + share * (x - x0), y0 + share * (y - y0))
        if stops:
            share = stops * self.gap / far
            self._last = (x0 + share * (x - x0), y0 + share * (y - y0))
        return left

    def _stop(self, x: float, y: float) -> list[Place]:
        if self._tool != "spray":
            return [(round(x, DIGITS), round(y, DIGITS))]
        found = []
        for _ in range(SPRAY):
            self._count += 1
            far = self._radius * math.sqrt(self._count * 0.7548776662 % 1.0)
            angle = self._count * TURN
            found.append((round(x + far * math.cos(angle), DIGITS), round(y + far * math.sin(angle), DIGITS)))
        return found
