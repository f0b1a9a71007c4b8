"""Curves on paper: a picture for a worksheet is always white, so its curves wear the colours of the
light theme while they are painted into it, whatever the window looks like."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from lab.core.records import dataclass
from widgets.base.colors import LIGHT, Palette
from widgets.base.look import look
from widgets.plots.plot import Plot

__all__ = ["OnPaper"]


@dataclass(frozen=True)
class OnPaper:
    """A plot, and the function that gives it its curves in the colours of a palette."""

    plot: Plot
    apply_palette: Callable[[Palette], None]

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the plot on white into `rect` of any painter."""
        self.apply_palette(LIGHT)
        self.plot.render_to(painter, rect)
        self.apply_palette(look().palette)
