"""The picture of this experiment: four pages of one story, a curve, a chain of them, a row of scores at its end, and
what the computer makes of those. It draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.engine import table as tables
from lab.experiments.e08_activations.frame import ActivationsFrame
from lab.experiments.e08_activations.gates import FORMULAS, GATE_NAMES
from lab.experiments.e08_activations.own import OwnScores, scores_of
from lab.experiments.e08_activations.page_depth import DepthView
from lab.experiments.e08_activations.page_function import FunctionView
from lab.experiments.e08_activations.page_softmax import SoftmaxView
from lab.experiments.e08_activations.page_stability import StabilityView
from lab.experiments.e08_activations.settings import PAGES, Display
from widgets.buttons import Button
from widgets.chips import Segmented
from widgets.datasheet import Chosen, DataSheet, Role, Wanted
from widgets.look import Refreshing, look
from widgets.oneline import OneLine

__all__ = ["View"]

LOW, NARROW = 340, 430  # pixels at 100 % text, below which some parts give way to the pictures
READING_MS = 100  # between two updates of texts while a run goes on
MADE = {"function": FunctionView, "depth": DepthView, "softmax": SoftmaxView, "stability": StabilityView}
SCORED = ("softmax", "stability")  # the pages that begin with logits
AnyPage = FunctionView | DepthView | SoftmaxView | StabilityView


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
        self._frame: ActivationsFrame | None = None
        self._display = Display()
        self._compact = False
        self._pages: dict[str, AnyPage] = {}
        self.title = OneLine("", "h3")
        self.chips = Segmented(tuple(PAGES), [_(name) for name in PAGES.values()])
        self.own_button = Button(_("Own data…"), "plain", height=28)
        self.own = DataSheet(tables, _wanted())
        self._stack = QStackedWidget()
        self._lay_out()
        self.chips.chosen.connect(self._open)
        self.own_button.clicked.connect(self._open_own)
        self.own.listen(self)
        self.own.opened.connect(self._own_opened)
        self.own.taken.connect(self._own_taken)
        self.own.closed.connect(self._own_closed)
        self.page("function")
        self.relook()

    def _lay_out(self) -> None:
        self.chips.setAccessibleName(_("Page"))
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.own_button)
        head.addWidget(self.chips)
        self._main, self._whole = QWidget(), QStackedWidget()
        for page in (self._main, self.own):
            self._whole.addWidget(page)
        room = QVBoxLayout(self)
        room.setContentsMargins(0, 0, 0, 0)
        room.addWidget(self._whole)
        self._column = QVBoxLayout(self._main)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self._stack, 1)

    def page(self, name: str) -> AnyPage:
        """One of the four pages, made when it is first asked for."""
        if name not in self._pages:
            made = MADE[name]()
            made.acted.connect(self._acted)
            made.asked.connect(self.asked)
            self._stack.addWidget(made)
            self._pages[name] = made
        return self._pages[name]

    # ---------------------------------------------------------------------------------------- drawing

    def show_frame(self, frame: ActivationsFrame) -> None:
        """Draw a frame."""
        topic = frame.params.topic
        turned = self._frame is None or self._frame.params.topic != topic
        self._frame = frame
        page = self.page(topic)
        if turned:
            self._stack.setCurrentWidget(page)
            self.chips.set_chosen(topic)
            self._fit()
        page.show_page(frame.page, self._display)  # type: ignore[arg-type]  # a page and its view have one name
        if turned or not self.playing or not self._read.isValid() or self._read.elapsed() >= READING_MS:
            self._read.start()
            self.title.say(_title(frame))
            page.show_words(frame.page, frame.describe())  # type: ignore[arg-type]

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self._display = display
        self._again()

    def _again(self) -> None:
        if self._frame is not None:
            self.show_frame(self._frame)

    # ---------------------------------------------------------------------------------------- the hand

    def _open(self, topic: str) -> None:
        if self._frame is not None:
            self.chips.set_chosen(self._frame.params.topic)  # which page is open is decided by the run
            if topic != self._frame.params.topic:
                self.acted.emit(Set({"topic": topic}))

    def _acted(self, action: Any, gesture: str) -> None:
        self.gesture = gesture
        self.acted.emit(action)
        self.gesture = ""

    # --------------------------------------------------------------------------------------- own data

    def _open_own(self) -> None:
        self.own.begin()

    def _own_opened(self) -> None:
        self._whole.setCurrentWidget(self.own)

    def _own_closed(self) -> None:
        self._whole.setCurrentWidget(self._main)

    def _own_taken(self, scores: OwnScores) -> None:
        topic = self._frame.params.topic if self._frame is not None else ""
        values = {"logits": scores.logits, "names": scores.names, "source": "own"}
        self.acted.emit(Set(values | ({} if topic in SCORED else {"topic": "softmax"})))

    # ------------------------------------------------------------------------------------- the window

    def pictures(self) -> list[Any]:
        """What is exported, each with `render_to`: those of the open page."""
        topic = self._frame.params.topic if self._frame is not None else "function"
        return self.page(topic).pictures()

    def set_compact(self, compact: bool) -> None:
        """Closer together on a small screen."""
        if compact != self._compact:
            self._compact = compact
            self.relook()

    def relook(self) -> None:
        self._column.setSpacing(look().px(4 if self._compact else 8))
        self._fit()
        self._again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        low, narrow = self.height() < look().px(LOW), self.width() < look().px(NARROW)
        self.title.setVisible(not narrow)
        topic = self._frame.params.topic if self._frame is not None else ""
        self.own_button.setVisible(topic in SCORED and not narrow)
        for page in self._pages.values():
            page.set_room(low, narrow)


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    roles = Role("score", _("scores")), Role("name", _("names"), "first", _("none"))
    return Wanted(roles, _take, _told, _("drink, votes\ntea, 2.0\ncoffee, 1.0\nmilk, 0.1"))


def _take(chosen: Chosen) -> OwnScores:
    return scores_of(chosen.table, chosen.columns["score"], chosen.columns["name"])


def _told(scores: OwnScores) -> tuple[str, ...]:
    return (_("read along the row, the headings as names"),) if scores.along and scores.names else ()


def _title(frame: ActivationsFrame) -> str:
    """What the open page shows, in words."""
    params = frame.params
    match params.topic:
        case "function":
            if params.swiglu:
                return "SwiGLU = (x W₁ ⊙ SiLU(x W₃)) W₂"
            return f"{_(GATE_NAMES[params.function])}:  {FORMULAS[params.function]}"
        case "depth":
            return _("The slope of every unit, and what comes back")
        case "softmax":
            return _("From scores to a loss")
        case _:
            return _("What {form} can hold").format(form=params.number_format)
