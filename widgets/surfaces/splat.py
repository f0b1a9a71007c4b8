"""A height field seen from the side, drawn point by point with NumPy: no OpenGL, and no sorting.

Seen without perspective, a surface over a grid can hide a point only by points that are nearer along both
grid axes. So writing the points row by row from the far corner to the near one is enough: what is written
last is what is seen. The picture is made of point numbers rather than colours; a look-up turns them into
colours, and the same numbers answer "what is under this pixel?" and "is this trail hidden here?".
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from widgets.base.words import _
from widgets.canvas.viewport import Number

__all__ = ["Block", "Camera", "Seen", "splat"]

HEIGHT = 0.42  # of the block, in widths
_CORNERS = np.array([(u, v, w) for u in (-0.5, 0.5) for v in (-0.5, 0.5) for w in (0, HEIGHT * 1.06)]).T


@dataclass(frozen=True, slots=True)
class Camera:
    """`turn` in degrees around the vertical, `tilt` in degrees above the horizon, `zoom` 1 shows the block."""

    turn: float = 28.0
    tilt: float = 46.0
    zoom: float = 1.0

    def turned(self, turn: float, tilt: float) -> Camera:
        """Turned by so many degrees; the tilt stays between nearly level and straight down."""
        return replace(self, turn=(self.turn + turn + 180) % 360 - 180, tilt=min(max(self.tilt + tilt, 8.0), 89.0))

    def zoomed(self, factor: float) -> Camera:
        """Closer by `factor`, within reason."""
        return replace(self, zoom=min(max(self.zoom * factor, 0.4), 8.0))

    def words(self) -> str:
        """From where the block is seen."""
        words = _("turned by {turn}°, seen from {tilt}° above")
        return words.format(turn=round(self.turn) % 360, tilt=round(self.tilt))

    def outline(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the whole block, in its widths around its middle."""
        across, down, _nearness = self.project(*_CORNERS)
        return across.min(), down.min(), across.max(), down.max()

    def project(self, u: Number, v: Number, w: Number) -> tuple[Number, Number, Number]:
        """Across, down and nearness of points of the block, in widths of the block around its middle.

        u east, v north: -0.5..0.5; w up: 0..HEIGHT.
        """
        cos_turn, sin_turn, cos_tilt, sin_tilt = _angles(self.turn, self.tilt)
        across = u * cos_turn - v * sin_turn
        away = u * sin_turn + v * cos_turn
        down = -(away * sin_tilt + (w - HEIGHT / 2) * cos_tilt)
        return across, down, w * sin_tilt - away * cos_tilt


@lru_cache(maxsize=8)
def _angles(turn: float, tilt: float) -> tuple[float, float, float, float]:
    """Cosine and sine of both angles, given in degrees: a frame asks for them at each of its corners."""
    turn, tilt = math.radians(turn), math.radians(tilt)
    return math.cos(turn), math.sin(turn), math.cos(tilt), math.sin(tilt)


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """A height field ready to be drawn, with walls down to the ground. Rows run from south to north.

    heights [n, n] float32, 0..HEIGHT; colors [n, n] uint32, one to a point.
    """

    heights: np.ndarray
    colors: np.ndarray

    @property
    def n(self) -> int:
        return len(self.heights)

    def coarser(self, n: int) -> Block:
        """n × n of the points, as evenly as may be, for while it turns."""
        picked = np.linspace(0, self.n - 1, n).round().astype(int)
        grid = np.ix_(picked, picked)
        return Block(self.heights[grid], self.colors[grid])

    def walls(self, camera: Camera) -> tuple[np.ndarray, np.ndarray]:
        """The two upper edges that face the reader: (u, v, w) [3, n] of the left one and of the right one."""
        side = np.linspace(-0.5, 0.5, self.n, dtype=np.float32)
        turn = math.radians(camera.turn)
        near_v, near_u = (0 if math.cos(turn) > 0 else -1), (0 if math.sin(turn) > 0 else -1)
        along_u = np.stack((side, np.full_like(side, side[near_v]), self.heights[near_v]))
        along_v = np.stack((np.full_like(side, side[near_u]), side, self.heights[:, near_u]))
        first = camera.project(*along_u[:, self.n // 2])[0] <= camera.project(*along_v[:, self.n // 2])[0]
        return (along_u, along_v) if first else (along_v, along_u)


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """What is seen at every pixel. ids [height, width]: number of the point, or n·n (nothing), +1, +2 (walls)."""

    block: Block
    camera: Camera
    ids: np.ndarray
    scale: float  # pixels of `ids` to a width of the block
    x: float  # the middle of the block, in pixels of `ids`
    y: float

    def picture(self, left: int, right: int) -> np.ndarray:
        """The colours, with those of the two walls; 0 where nothing is. [height, width] uint32"""
        table = np.concatenate((self.block.colors.ravel(), np.array([0, left, right], dtype=np.uint32)))
        return table.take(self.ids, mode="clip")

    def at(self, across: float, down: float) -> tuple[float, float] | None:
        """(u, v), -0.5..0.5, of the surface under a pixel; None beside it."""
        row, column = math.floor(down), math.floor(across)
        if not (0 <= row < self.ids.shape[0] and 0 <= column < self.ids.shape[1]):
            return None
        found = int(self.ids[row, column])
        n = self.block.n
        if found >= n * n:
            return None
        return found % n / (n - 1) - 0.5, found // n / (n - 1) - 0.5

    def hides(self, across: np.ndarray, down: np.ndarray, nearness: np.ndarray) -> np.ndarray:
        """Whether something nearer than `nearness` stands at pixels (of `ids`). [N] -> [N] bool"""
        n = self.block.n
        height, width = self.ids.shape
        rows = np.fmin(np.fmax(down, 0), height - 1).astype(int)  # fmax turns nan into 0
        columns = np.fmin(np.fmax(across, 0), width - 1).astype(int)
        found = self.ids[rows, columns]
        point = np.minimum(found, n * n - 1)
        u, v = point % n / (n - 1) - 0.5, point // n / (n - 1) - 0.5
        nearest = self.camera.project(u, v, self.block.heights.ravel()[point])[2]
        before: np.ndarray = (found > n * n) | ((found < n * n) & (nearest > nearness + 0.05))
        return before


def splat(block: Block, camera: Camera, width: int, height: int, scale: float, x: float, y: float) -> Seen:
    """Draw `block` into width × height pixels, at `scale` pixels to a width, with its middle at (x, y).

    Complete where neighbours lie at most two pixels apart on the picture: `scale` up to about 0.8·n.
    """
    n = block.n
    turn, tilt = math.radians(camera.turn), math.radians(camera.tilt)
    right, far = math.cos(turn), math.sin(turn)
    rows = slice(None, None, -1 if right > 0 else 1)  # from the far side to the near one
    columns = slice(None, None, -1 if far > 0 else 1)
    side = (np.linspace(-0.5, 0.5, n) * scale).astype(np.float32)
    u, v = side[columns], side[rows]
    # Pixels in a picture with a border of two, which takes what lies outside.
    down = np.multiply(block.heights[rows, columns], np.float32(-scale * math.cos(tilt)))
    down -= (v * (right * math.sin(tilt)))[:, None]
    down += (y + 2 + HEIGHT / 2 * math.cos(tilt) * scale - u * (far * math.sin(tilt)))[None, :]
    across = (v * -far)[:, None] + (u * right + (x + 2))[None, :]
    np.clip(down, 0, height + 2, out=down)
    np.clip(across, 0, width + 3, out=across)
    place = down.astype(np.int32)
    place *= width + 4
    place += across.astype(np.int32)
    # Two points above one another may lie two pixels apart, so each also fills the pixel below; row by row,
    # or a far row would fill the gaps of a near one.
    twice = np.empty((n, 2, n), dtype=np.intp)
    np.add(place, width + 4, out=twice[:, 0])
    twice[:, 1] = place
    ids = np.full((height + 4) * (width + 4), n * n, dtype=np.int32)
    ids[twice.ravel()] = _numbers(n, right > 0, far > 0)
    ids = ids.reshape(height + 4, width + 4)[2:-2, 2:-2]
    seen = Seen(block, camera, ids, scale, x, y)
    for wall, edge in enumerate(block.walls(camera), start=1):
        _fill_wall(seen, edge, n * n + wall)
    return seen


def _fill_wall(seen: Seen, edge: np.ndarray, number: int) -> None:
    """Write `number` between an upper `edge` (u, v, w) [3, n] and the ground below it: nothing is nearer."""
    ids, camera, scale = seen.ids, seen.camera, seen.scale
    height, width = ids.shape
    across, top, _ = camera.project(*edge)
    _, ground, _ = camera.project(edge[0], edge[1], np.zeros_like(edge[2]))
    across, top, ground = across * scale + seen.x, top * scale + seen.y, ground * scale + seen.y
    if across[0] > across[-1]:
        across, top, ground = across[::-1], top[::-1], ground[::-1]
    first, last = max(0, math.ceil(across[0] - 0.5)), min(width - 1, math.floor(across[-1] - 0.5))
    if first > last:
        return
    columns = np.arange(first, last + 1) + 0.5
    top, ground = np.interp(columns, across, top), np.interp(columns, across, ground)
    rows = slice(max(0, math.floor(top.min())), max(0, min(height, math.ceil(ground.max()))))
    part = ids[rows, first : last + 1]
    middle = np.arange(rows.start, rows.start + len(part))[:, None] + 0.5
    part[(middle >= top) & (middle < ground)] = number


@lru_cache(maxsize=5)  # the four ways round of a block that turns, and one that stands
def _numbers(n: int, north_first: bool, east_first: bool) -> np.ndarray:
    """The numbers of the points in the order of drawing, each row twice. [n·2·n] int32"""
    numbers = np.arange(n * n, dtype=np.int32).reshape(n, n)
    numbers = numbers[:: -1 if north_first else 1, :: -1 if east_first else 1]
    return np.repeat(numbers[:, None, :], 2, axis=1).ravel()
