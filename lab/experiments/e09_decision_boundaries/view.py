"""The view: the canvas to paint on, and beside it the network, the bent space or the numbers, with the loss below.
It draws the frame it is given, in any order, and turns what the hand does into gestures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.text import _
from lab.engine.basics import table as tables
from lab.experiments.e09_decision_boundaries.board import Board
from lab.experiments.e09_decision_boundaries.data_pictures import paint_points
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame
from lab.experiments.e09_decision_boundaries.gestures import SetPoints
from lab.experiments.e09_decision_boundaries.netside import NetSide
from lab.experiments.e09_decision_boundaries.numbers_page import NumbersPage
from lab.experiments.e09_decision_boundaries.own_data import chosen_points, summary_of
from lab.experiments.e09_decision_boundaries.painting import MAX_POINTS
from lab.experiments.e09_decision_boundaries.settings import Display
from lab.experiments.e09_decision_boundaries.warp_page import WarpedSpace
from lab.experiments.e09_decision_boundaries.words import describe
from lab.kit_qt.outlines import Array, border
from lab.kit_qt.view import ExperimentView
from widgets.base.layouts import fill, hbox, stack, turn, vbox
from widgets.base.look import look
from widgets.canvas.canvas import Canvas
from widgets.controls.chips import Segmented
from widgets.controls.dropdown import EntryPicture
from widgets.pages.data_sheet import Chosen, DataSheet, Role, Wanted
from widgets.plots.plot import Line, Plot, Series

__all__ = ["View"]

PAGES = ("network", "warp", "numbers")
AROUND_CANVAS, AROUND_LOW = 62, 30  # pixels at 100 % text below the canvas
AXIS = 16  # by how much the numbers beside a square canvas are wider than those below it are high
TOOLS = 280  # and how wide the tools are
QWIDGETSIZE_MAX = 16_777_215  # Qt's own word for no limit, which PySide does not know
NARROW = 560  # pixels at 100 % text, below which the pages stand below the canvas
LOW = 400  # pixels at 100 % text, below which the chart gives way
UNDER = 130  # and how much the chart needs to stand below the canvas rather than beside it


class View(ExperimentView[BoundaryFrame, Display]):
    """Canvas on the left, three pages on the right, the loss where there is room; over all the page for own data."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Display(), parent)
        self.board, self.network, self.warp, self.numbers = Board(), NetSide(), WarpedSpace(), NumbersPage()
        self.chart, self.accuracy = Plot(), Plot()
        self.pages = Segmented(PAGES, (_("Network"), _("Bent space"), _("Numbers")))
        self._stack = stack(self.network, self.warp, self.numbers)
        self._lay_out()
        self._connect()
        self.pages.setAccessibleName(_("Beside the canvas"))
        self.chart.set_titles(_("step"), _("loss"), _("Loss"))
        self.accuracy.set_titles(_("step"), _("right"), _("Share of right answers"))
        self.accuracy.set_limits(y=(0.0, 1.0))
        self.relook()

    # ------------------------------------------------------------------------------------ construction

    def _lay_out(self) -> None:
        self._left = vbox((self.board, 20))  # as high as it may be, and the rest for what stands below
        self._side = vbox(self.pages, (self._stack, 5), (self.accuracy, 2), (self.chart, 2))
        self._row = hbox(self._left, (self._side, 1))
        fill(self._column, self.board.bar, (self._row, 1))

    def _connect(self) -> None:
        self.board.acted.connect(self.acted)
        self.network.acted.connect(self.acted)
        self.network.highlighted_unit.connect(self.board.show_unit)
        self.warp.display_changed.connect(self.display_changed)
        self.numbers.requested.connect(self.requested)
        self.board.requested.connect(self.requested)
        self.pages.chosen.connect(self._turn)
        self.board.own_wanted.connect(self.open_own)
        self.lay_over(DataSheet(tables, _wanted()))

    # --------------------------------------------------------------------------------------- the frame

    def draw(self, frame: BoundaryFrame, before: BoundaryFrame | None) -> None:
        self.board.show_frame(frame, self._display)
        page = self._display.page
        if page == "network":
            self.network.show_frame(frame)
        elif page == "warp":
            self.warp.show_frame(frame, self._display)
        else:
            self.numbers.show_frame(frame)

    def write(self, frame: BoundaryFrame) -> None:
        self.board.show_words(frame)
        pages: dict[str, NetSide | WarpedSpace | NumbersPage] = {
            "network": self.network, "warp": self.warp, "numbers": self.numbers,
        }  # fmt: skip
        pages[self._display.page].show_words(frame)
        self.chart.set_description(describe(frame))

    def slow(self) -> list[Callable[[BoundaryFrame], None]]:
        loss, accuracy = partial(_draw, self.chart, 1), partial(_draw, self.accuracy, 3)
        return [loss] if self.accuracy.isHidden() else [loss, accuracy]

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self._display = display
        self.pages.set_chosen(display.page)
        self._turn_to(display.page)
        if display.page != "network":
            self.board.show_unit(-1, -1)
        super().show_display(display)

    def _turn_to(self, page: str) -> None:
        """Show a page; the others ask for no height while they are away."""
        self._stack.setCurrentIndex(PAGES.index(page))
        shown = self._stack.currentWidget()
        for one in (self.network, self.warp, self.numbers):
            tall = QSizePolicy.Policy.Preferred if one is shown else QSizePolicy.Policy.Ignored
            one.setSizePolicy(QSizePolicy.Policy.Preferred, tall)

    # ---------------------------------------------------------------------------------------- the hand

    def _turn(self, page: str) -> None:
        self.display_changed.emit("page", page)

    def _own_closed(self) -> None:
        super()._own_closed()
        self.board.canvas.setFocus()

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.board.canvas,)

    def outlines(self, frame: BoundaryFrame) -> list[tuple[Canvas, Array]]:
        """The boundary."""
        return [(self.board.canvas, border(frame.maps.field, frame.canvas_info.extent))]

    def choice_pictures(self) -> Mapping[str, EntryPicture]:
        """The sets of points, by what they look like."""
        return {"data": paint_points}

    def pictures(self) -> list[QWidget]:
        """What is exported: the canvas, what stands beside it, and the loss."""
        beside: dict[str, list[QWidget]] = {
            "network": [self.network.net],
            "warp": [self.warp.canvas],
            "numbers": [self.numbers.seen, self.numbers.test, self.accuracy],
        }
        return [self.board.canvas, *beside[self._display.page], self.chart]

    def relook(self) -> None:
        self._row.setSpacing(look().px(10 if self._compact else 16))
        for part in (self._left, self._side):
            part.setSpacing(look().px(4))
        super().relook()

    def fit(self) -> None:
        """The canvas is as large a square as fits beside the pages; on a tall screen the chart stands below it.
        Where there is little room, for large text on a small screen, canvas and network keep it."""
        px, room = look().px, self.room()
        low = self.low(LOW)
        self.chart.setVisible(not low)
        self.board.set_low(low)
        self.numbers.set_low(low)
        around = px(AROUND_LOW if low else AROUND_CANVAS)
        least = max(self._side.minimumSize().width(), self._stack.minimumSizeHint().width())
        left = room.width() - least - self._row.spacing()
        narrow = self.narrow(NARROW) or (self.narrow(self.ROOMY) and left < self.PICTURE)
        wide = max(left, room.width() // 3)
        self.board.fit_bar(room.width())
        bar = self.board.bar.sizeHint().height() + self._column.spacing()
        square = max(room.height() - bar - around, px(TOOLS)) + px(AXIS)
        across = room.width() if narrow else max(min(square, wide), room.width() // 3)
        turn(self._row, narrow)
        self._stand_chart(below=not narrow and square - across >= px(UNDER))
        page = self._display.page
        self.accuracy.setVisible(not low and (page == "numbers" or (page == "warp" and self._below)))
        self._side.setStretchFactor(self._stack, 3 if self._below else 5)
        self.board.setMinimumWidth(0 if narrow else across)
        self.board.setMaximumWidth(QWIDGETSIZE_MAX if narrow else across)
        high = across + max(around, self.board.words_height(across))
        self.board.setMaximumHeight(high if self._below or narrow else QWIDGETSIZE_MAX)

    _below = False

    def _stand_chart(self, below: bool) -> None:
        """Put the chart below the canvas, or below the pages."""
        if below != self._below:
            self._below = below
            (self._side if below else self._left).removeWidget(self.chart)
            (self._left if below else self._side).addWidget(self.chart, 1 if below else 2)


def _draw(chart: Plot, column: int, frame: BoundaryFrame) -> None:
    """The curves of a column, and the line of 0 they are measured from, which stays in sight."""
    known = bool(np.isfinite(frame.past[:, column]).any())
    chart.set_lines([Line("zero", 0.0, vertical=False, color="grid", dash=())] if known else [])
    chart.set_series(_curves(frame, column))


def _curves(frame: BoundaryFrame, column: int) -> list[Series]:
    """A column of the record, and where points are hidden the one after it, which is theirs."""
    steps = frame.past[:, 0]
    found = [Series(_("seen"), steps, frame.past[:, column], "accent")]
    if frame.test is not None:
        found.append(Series(_("hidden"), steps, frame.past[:, column + 1], "text2", (4.0, 2.4), "t1"))
    return found


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    roles = (Role("x", "x₁"), Role("y", "x₂"), Role("kind", _("Class"), words=True))
    example = _("height, weight, kind\n20, 3.1, cat\n55, 24.0, dog")
    return Wanted(roles, _take, summary_of, example, most=MAX_POINTS)


def _take(chosen: Chosen) -> SetPoints:
    columns = chosen.columns
    return chosen_points(chosen.table, columns["x"], columns["y"], columns["kind"], chosen.title)
