"""The map of all lines beside the points: each place is a line, the lit dot is the hand's. In raw or in
scaled units, whichever is asked for; what lies under the pointer is read from the frame's own landscape."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e03_linear_regression import view_scenery as scenery
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.lossmap import LossMap
from lab.experiments.e03_linear_regression.settings import Display
from lab.kit.heights import is_steep
from widgets.base.look import Look, look
from widgets.canvas.viewport import Viewport as Window
from widgets.surfaces.terrain import Terrain

__all__ = ["LineMap"]

ROOM, WIDE = 190, 300  # pixels of height and width from which on there is room for a key
STEEP = 0.16  # where half of the ground lies below this share of its height, heights are shown as logarithms


class LineMap(Terrain):
    """A terrain that knows which frame it shows. The lit dot is its own handle and needs no ring."""

    def __init__(self) -> None:
        super().__init__()
        self._lossmap: LossMap | None = None
        self._keyed = False
        self.hovered.connect(self._read)
        self.unhovered.connect(self._read_nothing)

    def show_frame(self, frame: RegressionFrame, display: Display) -> None:
        """Draw a frame; the ground only when it is another."""
        scaled = display.view == "scaled"
        lossmap = frame.solved.maps[int(scaled)]
        if lossmap is not self._lossmap:
            before, self._lossmap = self._lossmap, lossmap
            same = before is not None and before.extent == lossmap.extent
            steep = is_steep(lossmap.heights, STEEP)
            self.set_heights(lossmap.heights, lossmap.extent, steep, keep_view=same)
            self.set_titles(*_names(frame, scaled), _("Loss of every line"))
        self._show_key()
        self.set_layers(scenery.map_layers(frame, display, scaled))

    def _show_key(self) -> None:
        """The key of the colours, where it leaves room for the map."""
        wanted = self.height() > look().px(ROOM) and self.width() > look().px(WIDE)
        if wanted != self._keyed:
            self._keyed = wanted
            self.set_key(*((_("low loss"), _("high")) if wanted else ("", "")))

    def paint_moving(self, painter: QPainter, view: Window, look: Look, live: bool) -> None:
        whole = self._handles
        busy = live and (self._held or self._near or self.hasFocus())
        self._handles = whole if busy else {}
        try:
            super().paint_moving(painter, view, look, live)
        finally:
            self._handles = whole

    def _read(self, x: float, y: float) -> None:
        """What lies under the pointer or the cross-hair."""
        if self._lossmap is None:
            return
        values = {"loss": self._lossmap.height(x, y), "x": x, "y": y}
        text = _("loss {loss} at ({x}, {y})")
        self.set_readout(text.format(**{name: show_number(value, 3) for name, value in values.items()}))

    def _read_nothing(self) -> None:
        self.set_readout("")


def _names(frame: RegressionFrame, scaled: bool) -> tuple[str, str]:
    if frame.two:
        return (_("w₁, scaled"), _("w₂, scaled")) if scaled else (_("weight w₁"), _("weight w₂"))
    if scaled:
        return _("slope per standard deviation"), _("height at the mean of x")
    return _("slope w"), _("intercept b")
