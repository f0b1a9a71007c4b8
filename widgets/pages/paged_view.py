"""What all views have in common that are several pages of one thing, of which one is open.

Which page is open is decided by the run, never by the view: the chips only ask for another one, and the next frame
tells which it is. So undo, a saved setting and a link open a page just like a press on its chip.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QStackedWidget, QVBoxLayout, QWidget

from widgets.base.look import Refreshing, look
from widgets.controls.chips import Segmented

__all__ = ["READING_MS", "PagedView"]

READING_MS = 100  # between two updates of texts while a run goes on: nobody reads faster


class PagedView(Refreshing, QWidget):
    """A head line that ends in chips, one a page, and below it the page that is open, made when it is first asked for.

    It draws the frame it is given, in any order. `playing` is whether frames come in a stream; then texts follow ten
    times a second. `gesture` names the drag an action belongs to, so that undo takes it back as one.

    Who inherits builds its own parts, puts into `head` what stands before the chips and calls `begin`. It says

        page_of   which page a frame wants
        turn      the action that asks for another page
        draw      what is drawn of every frame
        write     what is written of a frame, which need not follow each of a run

    and where it wants other than is usual, `make`, `urgent`, `fit` and `pictures`. A page has a signal
    `acted(action, gesture)`; its signals `asked` and `display_changed`, if it has them, are passed on. It answers
    `pictures()` with what is exported of it.
    """

    acted = Signal(object)
    display_changed = Signal(str, object)
    asked = Signal(str)

    CLOSE, WIDE = 4, 8  # pixels at 100 % text between the parts, on a small screen and elsewhere

    def __init__(
        self,
        pages: Mapping[str, Callable[[], Any]],
        labels: Sequence[str],
        name: str,
        display: Any,
        parent: QWidget | None = None,
    ) -> None:
        """pages: what makes each, by key.  labels: what their chips say.  name: of all chips, for a screen reader."""
        super().__init__(parent)
        self.playing = False
        self.gesture = ""
        self._read = QElapsedTimer()
        self._frame: Any = None
        self._display = display
        self._compact = False
        self._makers, self._pages = dict(pages), dict[str, Any]()
        self.chips = Segmented(tuple(pages), tuple(labels))
        self.chips.setAccessibleName(name)
        self.chips.chosen.connect(self._open)
        self.head = QHBoxLayout()
        self._desk, self._stack, self._whole = QWidget(), QStackedWidget(), QStackedWidget()
        self._whole.addWidget(self._desk)
        self._column = QVBoxLayout(self._desk)
        room = QVBoxLayout(self)
        for column in (self._column, room):
            column.setContentsMargins(0, 0, 0, 0)
        room.addWidget(self._whole)

    def begin(self, above: Sequence[QWidget] = (), below: QLayout | None = None) -> None:
        """Lay all out, with parts above and below the page, and make the first page. To be called once, at the end of
        the constructor: what is laid out in order is also reached in order by the Tab key."""
        self.head.addWidget(self.chips)
        self._column.addLayout(self.head)
        for part in above:
            self._column.addWidget(part)
        self._column.addWidget(self._stack, 1)
        if below is not None:
            self._column.addLayout(below)
        self.page(self.open_page())
        self.relook()

    def lay_over(self, sheet: Any) -> None:
        """A sheet that takes the place of everything, from its signal `opened` until its signal `closed`."""
        self._sheet = sheet
        self._whole.addWidget(sheet)
        sheet.opened.connect(self._sheet_opened)
        sheet.closed.connect(self._sheet_closed)

    def _sheet_opened(self) -> None:
        self._whole.setCurrentWidget(self._sheet)

    def _sheet_closed(self) -> None:
        self._whole.setCurrentWidget(self._desk)

    # ------------------------------------------------------------------------------------------- hooks

    def page_of(self, frame: Any) -> str:
        """The key of the page that a frame wants."""
        raise NotImplementedError

    def turn(self, name: str) -> Any:
        """The action that asks for a page."""
        raise NotImplementedError

    def draw(self, frame: Any, page: Any) -> None:
        """Draw a frame, on its page and around it."""
        raise NotImplementedError

    def write(self, frame: Any, page: Any) -> None:
        """Say what a frame shows, on its page and around it."""
        raise NotImplementedError

    def make(self, name: str) -> Any:
        """A new page."""
        return self._makers[name]()

    def urgent(self, before: Any, frame: Any) -> bool:
        """Whether the texts of a frame cannot wait, after those of the one before it: another page is open."""
        return self.page_of(before) != self.page_of(frame)

    def fit(self) -> None:
        """Show what there is room for. Called for every size, every look, every page that is made or opened."""

    # ----------------------------------------------------------------------------------------- drawing

    def show_frame(self, frame: Any) -> None:
        """Draw a frame."""
        before, self._frame = self._frame, frame
        name = self.page_of(frame)
        page = self.page(name)
        if before is None or self.page_of(before) != name:
            self._stack.setCurrentWidget(page)
            self.chips.set_chosen(name)
            self.fit()
        self.draw(frame, page)
        if before is None or not self.playing or self._waited() or self.urgent(before, frame):
            self._read.start()
            self.write(frame, page)

    def _waited(self) -> bool:
        return not self._read.isValid() or self._read.elapsed() >= READING_MS

    def show_display(self, display: Any) -> None:
        """Draw with other options."""
        self._display = display
        self.fit()
        self._again()

    def _again(self) -> None:
        if self._frame is not None:
            self.show_frame(self._frame)

    # ------------------------------------------------------------------------------------------- pages

    def page(self, name: str) -> Any:
        """One of the pages, made when it is first asked for."""
        if name not in self._pages:
            made = self.make(name)
            made.acted.connect(self.act)
            for signal in ("asked", "display_changed"):
                if hasattr(made, signal):
                    getattr(made, signal).connect(getattr(self, signal))
            self._stack.addWidget(made)
            self._pages[name] = made
            self.fit()
        return self._pages[name]

    def pages(self) -> tuple[Any, ...]:
        """Those that are made."""
        return tuple(self._pages.values())

    def open_page(self) -> str:
        """The key of the page that is open: the first, before there is a frame."""
        return next(iter(self._makers)) if self._frame is None else self.page_of(self._frame)

    def pictures(self) -> list[Any]:
        """What is exported, each with `render_to`: those of the open page."""
        return list(self.page(self.open_page()).pictures())

    # ---------------------------------------------------------------------------------------- the hand

    def act(self, action: Any, gesture: str = "") -> None:
        """Ask for an action; those of one drag carry one gesture."""
        self.gesture = gesture
        self.acted.emit(action)
        self.gesture = ""

    def _open(self, name: str) -> None:
        if self._frame is not None:
            self.chips.set_chosen(self.open_page())  # until the run has turned to the other one
            if name != self.open_page():
                self.act(self.turn(name))

    # -------------------------------------------------------------------------------------- the window

    def set_compact(self, compact: bool) -> None:
        """Closer together on a small screen."""
        if compact != self._compact:
            self._compact = compact
            self.relook()

    def relook(self) -> None:
        self._column.setSpacing(look().px(self.CLOSE if self._compact else self.WIDE))
        self.fit()
        self._again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
