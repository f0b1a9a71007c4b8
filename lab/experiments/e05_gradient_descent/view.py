"""The picture of gradient descent: the landscape with its balls above, the loss at each step below. It
draws the frame it is given, in any order, and turns what the hand does into gestures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e05_gradient_descent import scenery
from lab.experiments.e05_gradient_descent.curves import Curves
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.gestures import Follow, Place
from lab.experiments.e05_gradient_descent.landscape import Landscape
from lab.experiments.e05_gradient_descent.settings import OPTIMIZER_NAMES, Display
from lab.experiments.e05_gradient_descent.words import describe
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.outlines import Array
from lab.kit_qt.view import ExperimentView
from widgets.base.layouts import fill, hbox, heading
from widgets.canvas.canvas import Canvas
from widgets.canvas.stage import Stage
from widgets.controls.chips import Segmented
from widgets.controls.dropdown import Dropdown

__all__ = ["View"]

LOW, NARROW = 340, 430  # pixels at 100 % text, below which some parts give way to the landscape


class View(ExperimentView[DescentFrame, Display]):
    """Heading, landscape, curves."""

    CLOSE, WIDE = 4, 6

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Display(), parent)
        self._pose: object = None
        self._drawn: DescentFrame | None = None
        self._names: list[str] = []
        self.title = heading()
        self.followed = Dropdown(())
        self.chips = Segmented(("map", "3d", "slice", "data"), (_("Map"), _("3-D"), _("Slice"), _("Data")))
        self.landscape, self.curves = Landscape(), Curves()
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.chips.setAccessibleName(_("View"))
        self.followed.show_whole()
        self.followed.setAccessibleName(_("Ball to follow"))
        self.followed.setToolTip(_("The ball that is lit: its numbers, arrows and slice are shown."))
        head = hbox((self.title, 1), self.followed, self.chips)
        fill(self._column, head, (self.landscape, 1), self.curves)

    def _connect(self) -> None:
        self.chips.chosen.connect(self._choose_view)
        self.followed.chosen.connect(self._follow)
        self.landscape.dragged.connect(self._dragged)
        self.landscape.dropped.connect(self._dropped)
        self.curves.log_chosen.connect(self._choose_log)
        self.curves.requested.connect(self.requested)

    # ---------------------------------------------------------------------------------------- drawing

    def draw(self, frame: DescentFrame, before: DescentFrame | None) -> None:
        pose, self._pose = self._pose, frame.pose()
        if before is None or not self.playing or self._pose != pose:
            self._draw_landscape(frame)

    def _draw_landscape(self, frame: DescentFrame) -> None:
        self._drawn = frame
        self.landscape.show_frame(frame)

    def write(self, frame: DescentFrame) -> None:
        """What is read rather than watched: heading, description, sums."""
        if self._drawn is not frame:  # while the balls lie still their trails come with the words
            self._draw_landscape(frame)
        self._show_head(frame)
        words = describe(frame)
        self.landscape.describe(words)
        self.curves.describe(words)
        self.curves.show_sums(frame)

    def slow(self) -> tuple[Callable[[DescentFrame], None]]:
        return (self.curves.show_frame,)

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self.landscape.show_display(display)
        self.curves.show_display(display)
        super().show_display(display)

    def _again(self) -> None:
        self._drawn = None  # other options or another look: the same frame is another picture
        super()._again()

    def _show_head(self, frame: DescentFrame) -> None:
        """What is shown, in which views it can be shown, and who is followed."""
        names = [ball.optimizer for ball in frame.balls]
        if names != self._names:
            self._names = names
            self.followed.set_choices(names, [_(OPTIMIZER_NAMES[name]) for name in names])
            self.fit()
        self.followed.set_chosen(frame.ball.optimizer)
        self.title.setText(self.landscape.title)
        self.chips.set_chosen(self.landscape.shown)
        if self.chips.chip("data").isVisibleTo(self) != self.landscape.has_data:
            self.chips.chip("data").setVisible(self.landscape.has_data)
            self.chips.updateGeometry()

    # ---------------------------------------------------------------------------------------- the hand

    def _dragged(self, handle: str, x: float, y: float) -> None:
        """A handle on its way: every place is a gesture, and all of one drag are one for undo."""
        optimizer = scenery.ball_of(handle)
        placed = Place(optimizer, x, y) if optimizer else Set({"start": "own", "start_x": x, "start_y": y})
        self.drag(handle, placed)

    def _dropped(self, handle: str, x: float, y: float) -> None:
        """The end of a drag; a ball that was only pressed is followed from now on."""
        optimizer, frame = scenery.ball_of(handle), self._frame
        if optimizer is not None and frame is not None and (x, y) in [(b.x, b.y) for b in frame.balls]:
            self._follow(optimizer)
        self.end_drag()

    def _follow(self, optimizer: str) -> None:
        if self._frame is not None and optimizer != self._frame.ball.optimizer:
            self.act(Follow(optimizer))

    def _choose_view(self, name: str) -> None:
        self.display_changed.emit("view", name)

    def _choose_log(self, on: bool) -> None:
        self.display_changed.emit("log_loss", on)

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.landscape.canvas,)

    def outlines(self, frame: DescentFrame) -> list[tuple[Canvas, Array]]:
        """The paths of the balls, over the same ground."""
        if self._frame is None or not np.array_equal(frame.terrain.heights, self._frame.terrain.heights):
            return []
        return [(self.landscape.hill, frame.trail(i)) for i in range(len(frame.balls))]

    def pictures(self) -> list[Stage | OnPaper]:
        """What is exported, each with `render_to`: the landscape in sight, and the curves below it."""
        return [self.landscape.picture(), *self.curves.pictures()]

    def fit(self) -> None:
        """Where there is little room, for large text on a small screen, the landscape keeps most of it."""
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self.curves.set_space(low, narrow, self._compact)
        self.title.setVisible(not narrow)
        self.followed.setVisible(len(self._names) > 1)
        key = ("", "") if low or narrow else (_("low loss"), _("high"))
        self.landscape.hill.set_key(*key)
