"""The picture of gradient descent: the landscape with its balls above, the loss at each step below. It
draws the frame it is given, in any order, and turns what the hand does into gestures.

While frames come in a stream, the balls are drawn in each, words and curves ten times a second, in turns:
so that no frame takes long."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e05_gradient_descent import scenery
from lab.experiments.e05_gradient_descent.curves import Curves
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.gestures import Follow, Place
from lab.experiments.e05_gradient_descent.landscape import Landscape
from lab.experiments.e05_gradient_descent.paper import OnPaper
from lab.experiments.e05_gradient_descent.settings import OPTIMIZER_NAMES, Display
from lab.experiments.e05_gradient_descent.words import describe
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.canvas.stage import Stage
from widgets.controls.chips import Segmented
from widgets.controls.dropdown import Dropdown

__all__ = ["View"]

LOW, NARROW = 340, 430  # pixels at 100 % text, below which some parts give way to the landscape
READING_MS = 80  # from the curves to the next words while a run goes on


class View(Refreshing, QWidget):
    """Heading, landscape, curves."""

    acted = Signal(object)
    display_changed = Signal(str, object)
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playing = False  # whether frames come in a stream; then the curves follow ten times a second
        self.gesture = ""  # names the drag an action belongs to, so that undo takes it back as one
        self._drags = 0
        self._read, self._wait = QElapsedTimer(), READING_MS  # since the last words, and until the next
        self._streaming, self._curves_due = False, False
        self._frame: DescentFrame | None = None
        self._pose: object = None
        self._names: list[str] = []
        self._compact = False
        self.title = QLabel()
        self.followed = Dropdown(())
        self.chips = Segmented(("map", "3d", "slice", "data"), (_("Map"), _("3-D"), _("Slice"), _("Data")))
        self.landscape, self.curves = Landscape(), Curves()
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        kind(self.title, "h3")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.chips.setAccessibleName(_("View"))
        self.followed.setAccessibleName(_("Ball to follow"))
        self.followed.setToolTip(_("The ball that is lit: its numbers, arrows and slice are shown."))
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addStretch()
        head.addWidget(self.followed)
        head.addWidget(self.chips)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self.landscape, 1)
        self._column.addWidget(self.curves)

    def _connect(self) -> None:
        self.chips.chosen.connect(self._choose_view)
        self.followed.chosen.connect(self._follow)
        self.landscape.dragged.connect(self._dragged)
        self.landscape.dropped.connect(self._dropped)
        self.curves.log_chosen.connect(self._choose_log)
        self.curves.asked.connect(self.asked)

    # ---------------------------------------------------------------------------------------- drawing

    def show_frame(self, frame: DescentFrame) -> bool:
        """Draw a frame. True when there was much to draw, so that other widgets had better wait for the next."""
        if self.playing and self._frame is not None:
            return self._stream(frame)
        self._streaming = False
        self._frame = frame
        self._again()
        return True

    def _stream(self, frame: DescentFrame) -> bool:
        """Draw the next frame of a stream."""
        if not self._streaming:
            self._streaming, self._wait = True, READING_MS // 2  # between two readings of the run bar
            self._read.start()
        before, self._frame = self._pose, frame
        self._pose = frame.pose()
        curves = self._curves_due
        words = not curves and self._read.elapsed() >= self._wait
        if words or self._pose != before:  # while the balls lie still their trails may come with the words
            self.landscape.show_frame(frame)
        if words:
            self._show_words(frame)
            self._curves_due = True
        elif curves:
            self._show_curves(frame)
        return words or curves

    def _show_words(self, frame: DescentFrame) -> None:
        """What is read rather than watched: heading, description, sums."""
        self._wait = READING_MS
        self._show_head(frame)
        words = describe(frame)
        self.landscape.describe(words)
        self.curves.describe(words)
        self.curves.show_sums(frame)

    def _show_curves(self, frame: DescentFrame) -> None:
        self._read.start()
        self._curves_due = False
        self.curves.show_frame(frame)

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self.landscape.show_display(display)
        self.curves.show_display(display)
        self._again()

    def _again(self) -> None:
        """Draw all of the frame, now."""
        if self._frame is not None:
            self.landscape.show_frame(self._frame)
            self._show_words(self._frame)
            self._show_curves(self._frame)

    def _show_head(self, frame: DescentFrame) -> None:
        """What is shown, in which views it can be shown, and who is followed."""
        names = [ball.optimizer for ball in frame.balls]
        if names != self._names:
            self._names = names
            self.followed.set_choices(names, [_(OPTIMIZER_NAMES[name]) for name in names])
            self._fit()
        self.followed.set_chosen(frame.ball.optimizer)
        self.title.setText(self.landscape.title)
        self.chips.set_chosen(self.landscape.shown)
        if self.chips.chip("data").isVisibleTo(self) != self.landscape.has_data:
            self.chips.chip("data").setVisible(self.landscape.has_data)
            self.chips.updateGeometry()

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

    def _choose_view(self, name: str) -> None:
        self.display_changed.emit("view", name)

    def _choose_log(self, on: bool) -> None:
        self.display_changed.emit("log_loss", on)

    # ------------------------------------------------------------------------------------- the window

    def pictures(self) -> list[Stage | OnPaper]:
        """What is exported, each with `render_to`: the landscape in sight, and the curves below it."""
        return [self.landscape.picture(), *self.curves.pictures()]

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
        low, narrow = self.height() < look().px(LOW), self.width() < look().px(NARROW)
        self.curves.set_room(low, narrow, self._compact)
        self.title.setVisible(not narrow)
        self.followed.setVisible(len(self._names) > 1 and not narrow)
        key = ("", "") if low or narrow else (_("low loss"), _("high"))
        self.landscape.hill.set_key(*key)
