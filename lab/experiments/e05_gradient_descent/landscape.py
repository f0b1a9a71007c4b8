"""The landscape, in four views of one thing: a map, a block to turn, a slice straight down the slope,
and, where the loss is that of a line, the data with the line. Only the one in sight is drawn."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e05_gradient_descent import scenery
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.hill import Block, Hill, QuietHandles
from lab.experiments.e05_gradient_descent.settings import Display
from lab.experiments.e05_gradient_descent.terrain import Terrain
from lab.kit.heights import drawable, is_steep
from lab.kit_qt.on_paper import OnPaper
from widgets.base.colors import Palette
from widgets.base.look import look
from widgets.canvas.stage import Stage
from widgets.plots.plot import Plot

__all__ = ["Landscape"]

STEEP = 0.16  # where half of the ground lies below this share of its height, heights are shown as logarithms


class Landscape(QStackedWidget):
    """Draws a frame in the view that was chosen; says which handle the hand moves, and where to."""

    dragged = Signal(str, float, float)
    dropped = Signal(str, float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: DescentFrame | None = None
        self._display = Display()
        self._ground: Terrain | None = None
        self._later: list[Plot] = []  # plots made when they were first needed
        self.hill, self.block = Hill(), Block()
        for stage in (self.hill, self.block):
            self.addWidget(stage)
            stage.dragged.connect(self.dragged)
            stage.dropped.connect(self.dropped)
            stage.hovered.connect(self._hovered)
            stage.unhovered.connect(self._unhovered)
        self.hill.view_changed.connect(self._zoomed)
        self.hill.resized.connect(self.again)

    @cached_property
    def cut(self) -> Plot:
        """The slice, made when it is first asked for: a plot takes a moment to build."""
        plot = self._made_later()
        plot.set_titles(_("distance downhill"), _("loss"), _("Loss straight down the slope"))
        return plot

    @cached_property
    def data(self) -> Plot:
        """The table and the lines."""
        return self._made_later()

    def _made_later(self) -> Plot:
        plot = Plot()
        self.addWidget(plot)
        self._later.append(plot)
        return plot

    # ---------------------------------------------------------------------------------------- drawing

    def show_display(self, display: Display) -> None:
        """Choose the view and its parts."""
        self._display = display
        self.hill.set_isolines(display.contours)
        self.setCurrentWidget(self.canvas)
        self.again()

    def show_frame(self, frame: DescentFrame) -> None:
        """Draw a frame in the view in sight."""
        self._frame = frame
        if frame.terrain is not self._ground:
            self._show_ground(frame.terrain)
        if self.shown in ("map", "3d"):
            stage, relief = self._stage(), self.hill.relief()
            if stage is self.block and relief is not None:
                self.block.set_relief(relief)
            stage.quiet = scenery.quiet_handles(frame)
            stage.set_layers(scenery.hill_layers(frame, self._display, _scale(self.hill)))
        else:
            self._apply_palette(look().palette)

    def describe(self, words: str) -> None:
        """Say what the view in sight shows."""
        self.canvas.set_description(words)

    def again(self) -> None:
        """Draw the same frame once more."""
        if self._frame is not None:
            self.show_frame(self._frame)

    def _show_ground(self, terrain: Terrain) -> None:
        """A new landscape: its picture, its names, and which views it has."""
        self._ground = terrain
        heights = drawable(terrain.heights)
        self.hill.set_heights(heights, terrain.extent, log=is_steep(heights, STEEP))
        names = _(terrain.x_name), _(terrain.y_name)
        self.hill.set_titles(*names, self.title)
        self.block.set_titles(*names, _("Loss as a hill"), _("loss"))
        for plot in self._later:
            plot.reset_view()
        self.setCurrentWidget(self.canvas)
        for stage in (self.hill, self.block):
            stage.set_readout("")  # what was read there was of the ground before

    def _apply_palette(self, palette: Palette) -> None:
        """The slice, or the data, in the colours of a palette."""
        frame = self._frame
        if frame is None:
            return
        table = frame.terrain.table
        if self.shown == "slice":
            curves, points, lines = scenery.slice_parts(frame, palette)
            self.cut.set_lines(lines)
            self.cut.set_points(points)
            self.cut.set_series(curves)
        elif table is not None:
            curves, points = scenery.data_parts(frame, palette)
            self.data.set_titles(_(table.x_name), _(table.y_name), _("The data and the lines"))
            self.data.set_points(points)
            self.data.set_series(curves)

    # -------------------------------------------------------------------------------- what is in sight

    @property
    def has_data(self) -> bool:
        """Whether the loss is that of a line through a table."""
        return self._ground is not None and self._ground.table is not None

    @property
    def shown(self) -> str:
        """The view in force: without data it is the map instead."""
        chosen: str = self._display.view
        return "map" if chosen == "data" and not self.has_data else chosen

    @property
    def canvas(self) -> Stage | Plot:
        """The widget in sight."""
        match self.shown:
            case "map" | "3d":
                return self._stage()
            case "slice":
                return self.cut
        return self.data

    def _stage(self) -> QuietHandles:
        return self.block if self.shown == "3d" else self.hill

    @property
    def title(self) -> str:
        """What the view in sight shows, in words."""
        over = _("Loss for every slope and intercept") if self.has_data else _("Loss for every pair of weights")
        words = {"slice": _("Loss straight down the slope"), "data": _("The data and the lines")}
        return words.get(self.shown, over)

    def picture(self) -> Stage | OnPaper:
        """The view in sight, for a file."""
        canvas = self.canvas
        return OnPaper(canvas, self._apply_palette) if isinstance(canvas, Plot) else canvas

    # ---------------------------------------------------------------------------------------- pointing

    def _hovered(self, x: float, y: float) -> None:
        """What lies under the pointer or the cross-hair."""
        if self._ground is None:
            return
        loss = show_number(float(self._ground.surface.value(x, y)), 4)
        place = {"x": show_number(x, 3), "y": show_number(y, 3)}
        self._stage().set_readout(_("loss {loss} at ({x}, {y})").format(loss=loss, **place))

    def _unhovered(self) -> None:
        self._stage().set_readout("")

    def _zoomed(self, *_range: float) -> None:
        self.again()


def _scale(canvas: Stage) -> tuple[float, float]:
    """Pixels for a unit of x and of y."""
    view = canvas.view()
    return view.width / (view.x1 - view.x0), view.height / (view.y1 - view.y0)
