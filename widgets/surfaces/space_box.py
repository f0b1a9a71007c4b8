"""A box of data seen from somewhere: which pixel a point in it falls on, and what of a flat sheet lies within it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from widgets.canvas.viewport import Viewport
from widgets.surfaces.splat import HEIGHT, Camera

__all__ = ["Box", "Grip", "Sheet", "Sight", "clipped", "over"]

TALL = 0.78  # of the box, in widths
Box = tuple[float, float, float, float, float, float]
"""x0, x1, y0, y1, z0, z1."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The plane z = a·x + b·y + c in a colour of the palette or '#RRGGBB'. `dash` for its lines; `sticks`:
    whether the points are joined with it; `filled`: whether it is more than a net."""

    a: float
    b: float
    c: float
    color: str
    dash: tuple[float, ...] = ()
    sticks: bool = False
    filled: bool = True


@dataclass(frozen=True, slots=True)
class Grip:
    """A place over (x, y) whose height z a hand can change."""

    name: str
    x: float
    y: float
    z: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """A box as it is seen by a camera in a part of the screen."""

    box: Box
    camera: Camera
    view: Viewport

    def pixels(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where points [N, 3] are on the screen, [N, 2], and how near they are, [N]."""
        (x0, x1, y0, y1, z0, z1), view = self.box, self.view
        with np.errstate(all="ignore"):
            u, v = (points[:, 0] - x0) / (x1 - x0) - 0.5, (points[:, 1] - y0) / (y1 - y0) - 0.5
            w = HEIGHT / 2 + TALL * ((points[:, 2] - z0) / (z1 - z0) - 0.5)
            across, down, near = self.camera.project(u, v, w)
        scale = self.camera.zoom * min(view.width / 1.44, view.height / 1.28)  # pixels to a width of the box
        middle_x, middle_y = view.left + view.width / 2, view.top + view.height / 2
        return np.stack([middle_x + across * scale, middle_y + down * scale], axis=1), near

    def pixel(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Where one point is on the screen."""
        across, down = self.pixels(np.array([[x, y, z]]))[0][0].tolist()
        return across, down


def over(sheet: Sheet, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Heights of a sheet."""
    with np.errstate(all="ignore"):
        return np.asarray(sheet.a * x + sheet.b * y + sheet.c)


def clipped(sheet: Sheet, box: Box, corners: np.ndarray, closed: bool) -> np.ndarray:
    """The part of a sheet's outline or line that is within the heights of the box. [K, 2] -> [M, 3]"""
    z0, z1 = box[4:]
    points = np.column_stack([corners, over(sheet, corners[:, 0], corners[:, 1])])
    if not np.isfinite(points).all():
        return np.zeros((0, 3))
    for level, sign in ((z0, 1.0), (z1, -1.0)):
        inside = sign * (points[:, 2] - level)
        kept: list[np.ndarray] = []
        for k in range(len(points)):
            before = k - 1 if k else (len(points) - 1 if closed else None)
            if before is not None and (inside[before] < 0) != (inside[k] < 0):
                share = inside[before] / (inside[before] - inside[k])
                kept.append(points[before] + share * (points[k] - points[before]))
            if inside[k] >= 0:
                kept.append(points[k])
        if not kept:
            return np.zeros((0, 3))
        points = np.array(kept)
    return points
