"""What moves over a picture: trails, balls, arrows, handles and marks, as plain values.

A view makes a new tuple of these for every frame and hands it to the canvas; nothing is updated in place,
so scrubbing backwards is drawing other values. Coordinates are those of the data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Arrow", "Ball", "Handle", "Layer", "Mark", "Trail"]


@dataclass(frozen=True, eq=False, slots=True)
class Trail:
    """Where something has been. points [N, 2] (or [N, 3] over a surface); nan and inf leave a gap.

    `color` is '#RRGGBB' or a name of the palette; `dash` is in line widths, () is solid; `marker` is one of
    `widgets.base.colors.MARKERS` and is drawn on steps that are far enough apart to see, "" draws none.
    """

    points: np.ndarray
    color: str = "#FFFFFF"
    dash: tuple[float, ...] = ()
    marker: str = "o"
    label: str = ""
    width: float = 2.2

    def __post_init__(self) -> None:
        if self.points.ndim != 2 or self.points.shape[1] not in (2, 3):
            raise ValueError(f"points must be [N, 2] or [N, 3], got shape {self.points.shape}")


@dataclass(frozen=True, slots=True)
class Ball:
    """The lit thing. Without a colour it is the orange of the palette; beside others it also carries a
    marker shape and a letter, so that no two are told apart by colour alone. `highlighted` False: a quiet dot."""

    x: float
    y: float
    z: float | None = None  # over a surface; None: lies on it
    color: str = ""
    marker: str = "o"
    letter: str = ""
    label: str = ""
    highlighted: bool = True


@dataclass(frozen=True, slots=True)
class Arrow:
    """From (x, y) by (dx, dy), in units of the data; with `length`, so many pixels long whatever (dx, dy)."""

    x: float
    y: float
    dx: float
    dy: float
    color: str = "#FFE3B8"
    label: str = ""
    dash: tuple[float, ...] = ()
    length: float | None = None


@dataclass(frozen=True, slots=True)
class Handle:
    """A point that the hand can take: by the mouse, or by the arrow keys."""

    name: str
    x: float
    y: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place worth naming: kind "minimum" (×), "saddle" (◇) or "point" (•)."""

    x: float
    y: float
    kind: str = "minimum"
    label: str = ""


Layer = Trail | Ball | Arrow | Handle | Mark
