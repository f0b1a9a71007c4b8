"""The picture of this experiment: four pages of one network, the pass itself, the space it bends, the signal on its way
through many layers, and the shapes. It draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.page_pass import PassView
from lab.experiments.e10_forward_pass.page_shapes import ShapesView
from lab.experiments.e10_forward_pass.page_signal import SignalView
from lab.experiments.e10_forward_pass.page_space import SpaceView
from lab.experiments.e10_forward_pass.settings import PAGES, Display
from lab.experiments.e10_forward_pass.words import title
from widgets.chips import Segmented
from widgets.look import Refreshing, look
from widgets.oneline import OneLine

__all__ = ["View"]

NARROW = 430  # pixels at 100 % text, below which some parts give way
READING_MS = 100  # between two updates of texts while a run goes on
MADE = {"pass": PassView, "space": SpaceView, "signal": SignalView, "shapes": ShapesView}
AnyPage = PassView | SpaceView | SignalView | ShapesView


class View(Refreshing, QWidget):
    """Heading and chips, and the page that is open. `gesture` stays the same during one drag."""

    acted = Signal(object)
    display_changed = Signal(str, object)
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playing = False  # whether frames come in a stream; then texts follow ten times a second
        self.gesture = ""
        self._read = QElapsedTimer()
        self._frame: ForwardFrame | None = None
        self._display = Display()
        self._compact = False
        self._pages: dict[str, AnyPage] = {}
        self.title = OneLine("", "h3")
        self.chips = Segmented(tuple(PAGES), [_(name) for name in PAGES.values()])
        self.chips.setAccessibleName(_("Page"))
        self._stack = QStackedWidget()
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.chips)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self._stack, 1)
        self.chips.chosen.connect(self._open)
        self.page("pass")
        self.relook()

    def page(self, name: str) -> AnyPage:
        """One of the pages, made when it is first asked for."""
        if name not in self._pages:
            made: AnyPage = MADE[name]()
            made.acted.connect(self._acted)
            made.asked.connect(self.asked)
            made.display_changed.connect(self.display_changed)
            self._stack.addWidget(made)
            self._pages[name] = made
        return self._pages[name]

    # ---------------------------------------------------------------------------------------- drawing

    def show_frame(self, frame: ForwardFrame) -> None:
        """Draw a frame."""
        before, self._frame = self._frame, frame
        turned = before is None or before.params != frame.params
        page = self.page(frame.params.page)
        if self._stack.currentWidget() is not page:
            self._stack.setCurrentWidget(page)
            self._fit()
        self.chips.set_chosen(frame.params.page)
        page.show_page(frame, self._display)
        if turned or not self.playing or not self._read.isValid() or self._read.elapsed() >= READING_MS:
            self._read.start()
            self.title.say(title(frame))
            page.show_words(frame, frame.describe())

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self._display = display
        if self._frame is not None:
            self.show_frame(self._frame)

    # ---------------------------------------------------------------------------------------- the hand

    def _open(self, page: str) -> None:
        frame = self._frame
        if frame is None:
            return
        self.chips.set_chosen(frame.params.page)  # which page is open is decided by the run
        if page != frame.params.page:
            self.acted.emit(Set({"page": page}))

    def _acted(self, action: Any, gesture: str) -> None:
        self.gesture = gesture
        self.acted.emit(action)
        self.gesture = ""

    # ------------------------------------------------------------------------------------- the window

    def pictures(self) -> list[Any]:
        """What is exported, each with `render_to`: those of the open page."""
        return self.page(self._frame.params.page if self._frame is not None else "pass").pictures()

    def set_compact(self, compact: bool) -> None:
        """Closer together on a small screen."""
        if compact != self._compact:
            self._compact = compact
            self.relook()

    def relook(self) -> None:
        self._column.setSpacing(look().px(4 if self._compact else 8))
        self._fit()
        if self._frame is not None:
            self.show_frame(self._frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < look().px(NARROW)
        self.title.setVisible(not narrow)
        for page in self._pages.values():
            page.set_room(self.height() / look().scale, narrow)
