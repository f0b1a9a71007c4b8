"""The picture of this experiment: three pages of one thing, one head at work, all heads of a model, and why scores are
divided by √d. It draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.page_chain import ChainView
from lab.experiments.e17_attention.page_heads import HeadsView
from lab.experiments.e17_attention.page_scale import ScaleView
from lab.experiments.e17_attention.settings import PAGES, SOURCES, Display
from lab.experiments.e17_attention.words import quoted, remark
from widgets.chips import Segmented
from widgets.look import Refreshing, look
from widgets.oneline import OneLine

__all__ = ["View"]

NARROW = 430  # pixels at 100 % text, below which some parts give way
READING_MS = 100  # between two updates of texts while a run goes on
NARROW_PAGES = {"chain": N_("One"), "heads": N_("All"), "scale": "√d"}
MADE = {"chain": ChainView, "heads": HeadsView, "scale": ScaleView}
AnyPage = ChainView | HeadsView | ScaleView


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
        self._frame: AttentionFrame | None = None
        self._display = Display()
        self._compact = False
        self._pages: dict[str, AnyPage] = {}
        self.title = OneLine("", "h3")
        self.chips = Segmented(tuple(PAGES), [_(name) for name in PAGES.values()])
        self.progress = QProgressBar()
        self._stack = QStackedWidget()
        self._lay_out()
        self.chips.chosen.connect(self._open)
        self.page("chain")
        self.relook()

    def _lay_out(self) -> None:
        self.chips.setAccessibleName(_("Page"))
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 100)
        self.progress.setAccessibleName(_("Opening"))
        self.progress.hide()
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.chips)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self.progress)
        self._column.addWidget(self._stack, 1)

    def page(self, name: str) -> AnyPage:
        """One of the three pages, made when it is first asked for."""
        if name not in self._pages:
            made = MADE[name]()
            made.acted.connect(self._acted)
            made.asked.connect(self.asked)
            made.display_changed.connect(self.display_changed)
            self._stack.addWidget(made)
            self._pages[name] = made
        return self._pages[name]

    # ---------------------------------------------------------------------------------------- drawing

    def show_frame(self, frame: AttentionFrame) -> None:
        """Draw a frame."""
        before, self._frame = self._frame, frame
        turned = before is None or before.params != frame.params
        page = self.page(frame.params.page)
        if self._stack.currentWidget() is not page:
            self._stack.setCurrentWidget(page)
            self._fit()
        self.chips.set_chosen(frame.params.page)
        self._show_progress(frame)
        page.show_page(frame, self._display)
        if turned or not self.playing or not self._read.isValid() or self._read.elapsed() >= READING_MS:
            self._read.start()
            self.title.say(_title(frame))
            page.show_words(frame, frame.describe())

    def _show_progress(self, frame: AttentionFrame) -> None:
        busy = frame.opened < 1.0
        if busy:
            self.progress.setValue(round(100 * frame.opened))
        if self.progress.isHidden() == busy:
            self.progress.setVisible(busy)

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self._display = display
        self._again()

    def _again(self) -> None:
        if self._frame is not None:
            self.show_frame(self._frame)

    # ---------------------------------------------------------------------------------------- the hand

    def _open(self, page: str) -> None:
        frame = self._frame
        if frame is None:
            return
        self.chips.set_chosen(frame.params.page)  # which page is open is decided by the run
        if page != frame.params.page:
            source = {"source": "copier"} if page == "heads" and frame.params.source == "own" else {}
            self.acted.emit(Set({"page": page, **source}))

    def _acted(self, action: Any, gesture: str) -> None:
        self.gesture = gesture
        self.acted.emit(action)
        self.gesture = ""

    # ------------------------------------------------------------------------------------- the window

    def pictures(self) -> list[Any]:
        """What is exported, each with `render_to`: those of the open page."""
        return self.page(self._frame.params.page if self._frame is not None else "chain").pictures()

    def set_compact(self, compact: bool) -> None:
        """Closer together on a small screen."""
        if compact != self._compact:
            self._compact = compact
            self.relook()

    def relook(self) -> None:
        self._column.setSpacing(look().px(4 if self._compact else 8))
        self.progress.setFixedHeight(look().px(6))
        self._fit()
        self._again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < look().px(NARROW)
        self.title.setVisible(not narrow)
        for name, words in (NARROW_PAGES if narrow else PAGES).items():
            self.chips.chip(name).setText(_(words))
        for page in self._pages.values():
            page.set_room(self.height() / look().scale, narrow)


def _title(frame: AttentionFrame) -> str:
    """What the open page shows, in words; what is special about it comes first."""
    source, c = _(SOURCES[frame.params.source]), frame.chain
    if frame.params.page == "scale":
        return _("Ten keys, and a query, at random")
    if c is None or frame.reading is None:
        return _("{source} is being opened …").format(source=source)
    if said := remark(frame):
        return said
    if frame.vectors is not None:
        return _("Where does {word} look?").format(word=quoted(c.tokens[c.row]))
    if frame.params.page == "heads":
        layers, heads = frame.reading.layers, frame.reading.heads
        return _("{source}: {layers} layers of {heads} heads").format(source=source, layers=layers, heads=heads)
    name = f"{c.layer + 1}·{c.head + 1}"
    return _("{source}, head {name}").format(source=source, name=name)
