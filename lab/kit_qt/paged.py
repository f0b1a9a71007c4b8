"""What all views have in common that are several pages of one thing, of which one is open.

Which page is open is decided by the run, never by the view: the chips only ask for another one, and the next frame
tells which it is. So undo, a saved setting and a link open a page just like a press on its chip.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QStackedWidget, QWidget

from lab.core.simulation import Set
from lab.kit_qt.view import Acting, ExperimentView, ShownFrame
from widgets.base.focus import go_through, stops_in
from widgets.base.look import Refreshing
from widgets.controls.chips import Segmented

__all__ = ["Page", "PagedView"]

F = TypeVar("F", bound=ShownFrame)
D = TypeVar("D")


class Page(Acting, Refreshing, QWidget):
    """One page. It draws what `show_page(frame, display)` hands it, says what `show_words(frame, sentence)` hands it,
    makes do with the room of `set_room(low, narrow)`, and answers `pictures()` with what is exported of it and
    `main_picture()` with what is the largest thing on it."""

    acted = Signal(object, str)
    requested = Signal(str)
    display_changed = Signal(str, object)


class PagedView(ExperimentView[F, D]):
    """A head line that ends in chips, one a page, and below it the page that is open, made when it is first asked for.

    Who inherits builds its own parts, puts into `head` what stands before the chips and calls `begin`. It says, where
    it wants other than is usual, the hooks of a view and

        PAGE     the control that chooses the page
        turn     the action that asks for a page
        chip_of  the chip of a page that has none of its own
        part_of  what a page draws of a frame
        make     a new page
    """

    PAGE = "page"

    def __init__(
        self,
        pages: Mapping[str, Callable[[], Any]],
        labels: Sequence[str],
        name: str,
        display: D,
        parent: QWidget | None = None,
    ) -> None:
        """pages: what makes each, by key.  labels: what their chips say.  name: of all chips, for a screen reader."""
        super().__init__(display, parent)
        self._makers, self._pages = dict(pages), dict[str, Any]()
        self.chips = Segmented(tuple(pages), tuple(labels))
        self.chips.setAccessibleName(name)
        self.chips.chosen.connect(self._open)
        self.head = QHBoxLayout()
        self._stack = QStackedWidget()

    def begin(self, above: Sequence[QWidget] = (), below: QLayout | None = None) -> None:
        """Lay all out, with parts above and below the page, and make the first page. To be called once, at the end of
        the constructor: what is laid out in order is also reached in order by the Tab key."""
        self.head.addWidget(self.chips)
        self._column.addLayout(self.head)
        for part in above:
            self._column.addWidget(part)
        self._column.addWidget(self._stack, 1)
        self.page(self.open_page())
        if below is not None:
            self._column.addLayout(below)
        self.relook()

    # ------------------------------------------------------------------------------------------- hooks

    def page_of(self, frame: F) -> str:
        """The key of the page that a frame wants."""
        return str(getattr(frame.params, self.PAGE))

    def chip_of(self, frame: F) -> str:
        """The chip that is chosen: that of the page, unless a page stands in for it."""
        return self.page_of(frame)

    def part_of(self, frame: F) -> Any:
        """What a page draws of a frame."""
        return frame

    def sentence(self, frame: F) -> str:
        """What is said of a frame: the description of the experiment."""
        raise NotImplementedError

    def turn(self, name: str) -> object:
        """The action that asks for a page."""
        return Set({self.PAGE: name})

    def make(self, name: str) -> Any:
        """A new page."""
        return self._makers[name]()

    # ----------------------------------------------------------------------------------------- drawing

    def draw(self, frame: F, before: F | None) -> None:
        """Open the page of a frame and draw on it."""
        name = self.page_of(frame)
        page = self.page(name)
        if before is None or self.page_of(before) != name:
            self._stack.setCurrentWidget(page)
            self.chips.set_chosen(self.chip_of(frame))
            self.refit()
        page.show_page(self.part_of(frame), self._display)

    def write(self, frame: F) -> None:
        self.page(self.page_of(frame)).show_words(self.part_of(frame), self.sentence(frame))

    def urgent(self, before: F, frame: F) -> bool:
        return self.page_of(before) != self.page_of(frame)

    # ------------------------------------------------------------------------------------------- pages

    def page(self, name: str) -> Any:
        """One of the pages, made when it is first asked for."""
        if name not in self._pages:
            made = self.make(name)
            made.acted.connect(self.acted)
            made.requested.connect(self.requested)
            made.display_changed.connect(self.display_changed)
            self._stack.addWidget(made)
            others, self._pages[name] = self.pages(), made
            if others:  # the first is fitted when all around it is laid out
                self._reach_after(others[-1], made)
                self.fit()
        return self._pages[name]

    @staticmethod
    def _reach_after(page: QWidget, made: QWidget) -> None:
        """Tab goes into a page made later where it goes into the others."""
        last = [page, *stops_in(page)][-1]
        following = last.nextInFocusChain()
        if following is not None:
            go_through(stops_in(made), following)

    def pages(self) -> tuple[Any, ...]:
        """Those that are made."""
        return tuple(self._pages.values())

    def open_page(self) -> str:
        """The key of the page that is open: the first, before there is a frame."""
        return next(iter(self._makers)) if self._frame is None else self.page_of(self._frame)

    def pictures(self) -> list[Any]:
        """What is exported, each with `render_to`: those of the open page."""
        return list(self.page(self.open_page()).pictures())

    def main_picture(self) -> tuple[QWidget, ...]:
        """That of the open page."""
        return tuple(self.page(self.open_page()).main_picture())

    def _open(self, name: str) -> None:
        if self._frame is not None:
            chosen = self.chip_of(self._frame)
            self.chips.set_chosen(chosen)  # until the run has turned to the other one
            if name != chosen:
                self.act(self.turn(name))
