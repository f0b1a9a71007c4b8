"""The window of a canvas onto its data: which range is in sight, and where it lies on the screen.

x grows to the right and y upwards, in every language: axes of data are never mirrored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

__all__ = ["Number", "Viewport"]

Number = TypeVar("Number", float, np.ndarray)


@dataclass(frozen=True, slots=True)
class Viewport:
    """A data range x0..x1, y0..y1 shown in a rectangle of the screen (left, top, width, height in pixels)."""

    x0: float
    x1: float
    y0: float
    y1: float
    left: float
    top: float
    width: float
    height: float

    def screen(self, x: Number, y: Number) -> tuple[Number, Number]:
        """Pixels of the data point (x, y); numbers or arrays."""
        return (
            self.left + (x - self.x0) * (self.width / (self.x1 - self.x0)),
            self.top + (self.y1 - y) * (self.height / (self.y1 - self.y0)),
        )

    def data(self, across: Number, down: Number) -> tuple[Number, Number]:
        """The data point under the pixel (across, down); the inverse of `screen`."""
        return (
            self.x0 + (across - self.left) * ((self.x1 - self.x0) / self.width),
            self.y1 - (down - self.top) * ((self.y1 - self.y0) / self.height),
        )

    def points(self, points: np.ndarray) -> np.ndarray:
        """Pixels of many data points. [N, 2] -> [N, 2] float64; what overflows becomes inf, quietly."""
        with np.errstate(over="ignore", invalid="ignore"):
            across, down = self.screen(points[:, 0].astype(float), points[:, 1].astype(float))
        return np.stack((across, down), axis=1)

    def holds(self, across: float, down: float) -> bool:
        """Whether a pixel lies in the rectangle."""
        return self.left <= across <= self.left + self.width and self.top <= down <= self.top + self.height

    def zoomed(self, factor: float, across: float, down: float) -> Viewport:
        """`factor` times closer, with the data under the pixel (across, down) staying where it is."""
        x, y = self.data(across, down)
        return replace(
            self,
            x0=x + (self.x0 - x) / factor,
            x1=x + (self.x1 - x) / factor,
            y0=y + (self.y0 - y) / factor,
            y1=y + (self.y1 - y) / factor,
        )

    def panned(self, across: float, down: float) -> Viewport:
        """Dragged by so many pixels."""
        dx = across * (self.x1 - self.x0) / self.width
        dy = -down * (self.y1 - self.y0) / self.height
        return replace(self, x0=self.x0 - dx, x1=self.x1 - dx, y0=self.y0 - dy, y1=self.y1 - dy)

    def equal(self) -> Viewport:
        """In the largest middle part of the rectangle where a unit is as wide as it is high."""
        unit = min(self.width / (self.x1 - self.x0), self.height / (self.y1 - self.y0))
        width, height = unit * (self.x1 - self.x0), unit * (self.y1 - self.y0)
        left, top = self.left + (self.width - width) / 2, self.top + (self.height - height) / 2
        return replace(self, left=left, top=top, width=width, height=height)
