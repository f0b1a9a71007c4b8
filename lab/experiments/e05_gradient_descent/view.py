"""The picture of gradient descent: the landscape with its balls, the arithmetic of the next step, and the loss at
each step. It draws the frame it is given, in any order, and turns what the hand does into gestures."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e05_gradient_descent import scenery
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.gestures import Follow, Place
from lab.experiments.e05_gradient_descent.hill import Block, Hill, QuietHandles
from lab.experiments.e05_gradient_descent.settings import OPTIMIZER_NAMES, Display
from lab.experiments.e05_gradient_descent.sums import Sums
from lab.experiments.e05_gradient_descent.terrain import Terrain
from widgets.chips import Chip, Segmented
from widgets.look import Refreshing, look
from widgets.plot import Plot
from widgets.select import Select
from widgets.stage import Stage
from widgets.stylesheet import kind

__all__ = ["View"]

VIEWS = ("map", "3d", "slice", "data")
LOW, NARROW = 340, 430  # pixels at 100 % text, below which some parts give way to the landscape
READING_MS = 100  # between two updates of texts and curves while a run goes on
STEEP = 0.16  # where half of the ground lies below this share of its height, heights are shown as logarithms


class View(Refreshing, QWidget):
    """Map, block, slice or data above; sums and loss below."""

    acted = Signal(object)
    display_changed = Signal(str, object)
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playing = False  # whether frames come in a stream; then the numbers follow ten times a second
        self.gesture = ""  # names the drag an action belongs to, so that undo takes it back as one
        self._drags = 0
        self._read = QElapsedTimer()
        self._frame: DescentFrame | None = None
        self._display = Display()
        self._ground: Terrain | None = None
        self._compact = False
        self.scheduled = False  # whether η changes by itself, and its curve is shown
        self._names: list[str] = []
        self.title = QLabel(_("Loss for every pair of weights"))
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.chips = Segmented(VIEWS, (_("Map"), _("3-D"), _("Slice"), _("Data")))
        self.followed = Select(())
        self.hill, self.block = Hill(), Block()
        self.canvases = QStackedWidget()
        self.sums = Sums()
        self.loss_title = QLabel(_("Loss at each step"))
        self.log = Chip(_("log"))
        self.loss = Plot()
        self._later: list[Plot] = []  # plots made when they were first needed
        self._lay_out()
        self._connect()
        self._name()
        self.relook()

    # ------------------------------------------------------------------------------------ construction

    def _lay_out(self) -> None:
        kind(self.title, "h3")
        kind(self.loss_title, "strong")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addStretch()
        head.addWidget(self.followed)
        head.addWidget(self.chips)
        for canvas in (self.hill, self.block):
            self.canvases.addWidget(canvas)
        self._loss_head = QHBoxLayout()
        self._loss_head.addWidget(self.loss_title)
        self._loss_head.addWidget(self.log)
        self._loss_head.addWidget(self.sums, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self.canvases, 1)
        self._column.addLayout(self._loss_head)
        self._column.addWidget(self.loss)

    def _connect(self) -> None:
        self.chips.chosen.connect(self._choose_view)
        self.log.clicked.connect(self._choose_log)
        self.followed.chosen.connect(self._follow)
        self.sums.asked.connect(self.asked)
        for stage in (self.hill, self.block):
            stage.dragged.connect(self._dragged)
            stage.dropped.connect(self._dropped)
            stage.hovered.connect(self._hovered)
            stage.unhovered.connect(self._unhovered)
        self.hill.view_changed.connect(self._zoomed)
        self.hill.resized.connect(self._again)

    def _name(self) -> None:
        self.log.setCheckable(True)
        self.log.setToolTip(_("Logarithmic axis: each line is ten times the one below"))
        self.log.setAccessibleName(_("Logarithmic loss axis"))
        self.chips.setAccessibleName(_("View"))
        self.followed.setAccessibleName(_("Ball to follow"))
        self.followed.setToolTip(_("The ball that is lit: its numbers, arrows and slice are shown."))
        self.loss.set_titles(_("step"), "", _("Loss at each step"))

    @cached_property
    def cut(self) -> Plot:
        """The slice, made when it is first asked for: a plot takes a moment to build."""
        plot = self._made_later(_("distance downhill"), _("loss"), _("Loss straight down the slope"))
        self.canvases.addWidget(plot)
        return plot

    @cached_property
    def data(self) -> Plot:
        """The table and the lines."""
        plot = self._made_later("", "", _("The data and the lines"))
        self.canvases.addWidget(plot)
        return plot

    @cached_property
    def rate(self) -> Plot:
        """The learning rate under the loss."""
        plot = self._made_later("", "", _("Learning rate at each step"))
        self._column.addWidget(plot)
        plot.setFixedHeight(self._rate_height())
        return plot

    def _made_later(self, x: str, y: str, title: str) -> Plot:
        plot = Plot()
        plot.set_titles(x, y, title)
        self._later.append(plot)
        return plot

    # --------------------------------------------------------------------------------------- the frame

    def show_frame(self, frame: DescentFrame) -> None:
        """Draw a frame."""
        self._frame = frame
        if frame.terrain is not self._ground:
            self._show_ground(frame.terrain)
        self._show_canvas(frame)
        if not self.playing or not self._read.isValid() or self._read.elapsed() >= READING_MS:
            self._read.start()
            self._show_numbers(frame)

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self._display = display
        self.log.setChecked(display.log_loss)
        self.hill.set_isolines(display.contours)
        self._choose_canvas()
        self.loss.set_log(display.log_loss, _("{count} losses at or below 0 are not shown"))
        self._again()

    def _again(self) -> None:
        if self._frame is not None:
            self.show_frame(self._frame)

    def _show_ground(self, terrain: Terrain) -> None:
        """A new landscape: its picture, its names, and which views it has."""
        self._ground = terrain
        heights = terrain.heights if np.isfinite(terrain.heights).any() else np.zeros_like(terrain.heights)
        self.hill.set_heights(heights, terrain.extent, log=_is_steep(heights))
        names = _(terrain.x_name), _(terrain.y_name)
        self.hill.set_titles(*names, _("Loss for every pair of weights"))
        self.block.set_titles(*names, _("Loss as a hill"), _("loss"))
        self.chips.chip("data").setVisible(terrain.table is not None)
        self.chips.updateGeometry()
        self._choose_canvas()
        for plot in self._later:
            plot.reset_view()

    @property
    def _shown(self) -> str:
        """The view in force: data are there only for a line's loss."""
        chosen = self._display.view
        has_data = self._ground is not None and self._ground.table is not None
        return "map" if chosen == "data" and not has_data else chosen

    def _canvas(self, name: str) -> Stage | Plot:
        match name:
            case "map":
                return self.hill
            case "3d":
                return self.block
            case "slice":
                return self.cut
        return self.data

    def _choose_canvas(self) -> None:
        shown = self._shown
        self.chips.set_chosen(shown)
        self.canvases.setCurrentWidget(self._canvas(shown))
        line = self._ground is not None and self._ground.table is not None
        over = _("Loss for every slope and intercept") if line else _("Loss for every pair of weights")
        titles = {"slice": _("Loss straight down the slope"), "data": _("The data and the lines")}
        self.title.setText(titles.get(shown, over))

    def _show_canvas(self, frame: DescentFrame) -> None:
        """The one picture that is in sight."""
        shown, palette = self._shown, look().palette
        if shown in ("map", "3d"):
            stage, relief = self._stage(), self.hill.relief()
            if shown == "3d" and relief is not None:
                self.block.set_relief(relief)
            stage.quiet = scenery.quiet_handles(frame)
            stage.set_layers(scenery.hill_layers(frame, self._display, _scale(self.hill)))
        elif shown == "slice":
            curves, points, lines = scenery.slice_parts(frame, palette)
            self.cut.set_lines(lines)
            self.cut.set_points(points)
            self.cut.set_series(curves)
        else:
            curves, points = scenery.data_parts(frame, palette)
            table = frame.terrain.table
            if table is not None:
                self.data.set_titles(_(table.x_name), _(table.y_name), _("The data and the lines"))
            self.data.set_points(points)
            self.data.set_series(curves)
        self._canvas(shown).set_description(frame.describe())

    def _show_numbers(self, frame: DescentFrame) -> None:
        """Who is followed, the sums and the curves below."""
        palette = look().palette
        self._show_followed(frame)
        self.sums.set_lines(frame.update_line("x"), frame.update_line("y"))
        self.loss.set_series(scenery.loss_series(frame, self._display, palette))
        self.loss.set_description(frame.describe())
        above = scenery.loss_base(frame, self._display) != 0.0
        self.loss_title.setText(_("Loss above the lowest, at each step") if above else _("Loss at each step"))
        scheduled = frame.params.schedule != "constant"
        if scheduled or self.scheduled:
            self.rate.setVisible(scheduled)
        self.scheduled = scheduled
        if scheduled:
            self.rate.set_series(scenery.rate_series(frame, palette))
            self.rate.set_description(_("η is {rate} now").format(rate=show_number(frame.rate, 3)))

    def _show_followed(self, frame: DescentFrame) -> None:
        names = [ball.optimizer for ball in frame.balls]
        if names != self._names:
            self._names = names
            self.followed.set_choices(names, [_(OPTIMIZER_NAMES[name]) for name in names])
            self._fit()
        self.followed.set_chosen(frame.ball.optimizer)

    # ---------------------------------------------------------------------------------------- the hand

    def _dragged(self, handle: str, x: float, y: float) -> None:
        """A handle on its way: every place is a gesture, and all of one drag are one for undo."""
        self.gesture = f"{handle}#{self._drags}"
        optimizer = scenery.ball_of(handle)
        if optimizer is None:
            self.acted.emit(Set({"start": "own", "start_x": x, "start_y": y}))
        else:
            self.acted.emit(Place(optimizer, x, y))
        self.gesture = ""

    def _dropped(self, handle: str, x: float, y: float) -> None:
        """The end of a drag; a ball that was only pressed is followed from now on."""
        optimizer, frame = scenery.ball_of(handle), self._frame
        if optimizer is not None and frame is not None and (x, y) in [(b.x, b.y) for b in frame.balls]:
            self._follow(optimizer)
        self._drags += 1

    def _follow(self, optimizer: str) -> None:
        if self._frame is not None and optimizer != self._frame.ball.optimizer:
            self.acted.emit(Follow(optimizer))

    def _hovered(self, x: float, y: float) -> None:
        """What lies under the pointer or the cross-hair."""
        if self._ground is None:
            return
        loss = float(self._ground.surface.value(x, y))
        text = _("loss {loss} at ({x}, {y})")
        values = {"loss": show_number(loss, 4), "x": show_number(x, 3), "y": show_number(y, 3)}
        self._stage().set_readout(text.format(**values))

    def _unhovered(self) -> None:
        self._stage().set_readout("")

    def _stage(self) -> QuietHandles:
        return self.block if self._shown == "3d" else self.hill

    def _zoomed(self, *_range: float) -> None:
        self._again()

    def _choose_view(self, name: str) -> None:
        self.display_changed.emit("view", name)

    def _choose_log(self) -> None:
        self.display_changed.emit("log_loss", self.log.isChecked())

    # ------------------------------------------------------------------------------------- the window

    def pictures(self) -> list[QWidget]:
        """What is exported: the canvas in sight, and the curves below it."""
        canvases: list[QWidget] = [self._canvas(self._shown), self.loss]
        return [*canvases, self.rate] if self.scheduled else canvases

    def set_compact(self, compact: bool) -> None:
        """Lower curves on a small screen."""
        if compact != self._compact:
            self._compact = compact
            self.relook()

    def relook(self) -> None:
        self._column.setSpacing(look().px(4 if self._compact else 6))
        self._fit()
        self._again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room, for large text on a small screen, the landscape keeps most of it."""
        px = look().px
        low, narrow = self.height() < px(LOW), self.width() < px(NARROW)
        self.loss.setMinimumHeight(px(72))
        self.loss.setMaximumHeight(px(72 if low else 112 if self._compact else 150))
        for part in (self.loss_title, self.log, self.sums):
            part.setVisible(not low)
        self.sums.setVisible(not (low or narrow))
        self.title.setVisible(not narrow)
        self.followed.setVisible(len(self._names) > 1 and not narrow)
        small = low or narrow
        self.hill.set_key("" if small else _("low loss"), "" if small else _("high"))
        if self.scheduled:
            self.rate.setFixedHeight(self._rate_height())

    def _rate_height(self) -> int:
        return look().px(56 if self._compact else 70)


def _scale(canvas: Stage) -> tuple[float, float]:
    """Pixels for a unit of x and of y."""
    view = canvas.view()
    return view.width / (view.x1 - view.x0), view.height / (view.y1 - view.y0)


def _is_steep(heights: np.ndarray) -> bool:
    """Whether a few heights tower so far over the rest that only logarithms show the valley floor."""
    low, middle, high = np.percentile(heights[np.isfinite(heights)], [0, 50, 99.5])
    return bool(high > low and (middle - low) < STEEP * (high - low))
