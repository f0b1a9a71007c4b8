"""The picture of scaling: a card for each column with its scaler, and below, raw beside scaled, the race down
the error, the neighbours of a query, or the table. All of them show the same frame."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.engine.basics import table as tables
from lab.experiments.e02_feature_scaling.cards import ColumnCard
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from lab.experiments.e02_feature_scaling.gestures import MoveQuery, MoveRow, MoveStart, SetTable
from lab.experiments.e02_feature_scaling.metrics import METRICS
from lab.experiments.e02_feature_scaling.own_data import changes, chosen_columns, table_changes
from lab.experiments.e02_feature_scaling.pages import NeighbourPage, RacePage
from lab.experiments.e02_feature_scaling.settings import Display
from lab.experiments.e02_feature_scaling.sheets import MAX_ROWS
from lab.experiments.e02_feature_scaling.table_page import TablePage
from lab.experiments.e02_feature_scaling.words import warnings
from lab.kit_qt.view import ExperimentView
from widgets.base.layouts import fill, hbox, heading, stack
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.controls.chips import Segmented
from widgets.pages.data_sheet import Chosen, DataSheet, Role, Wanted
from widgets.text.readout import ReadoutRow
from widgets.text.tags import TagRow

__all__ = ["View"]

LOW, TINY = 400, 330  # pixels at 100 % text, below which numbers and then whole cards give way
PAGES = ("race", "neighbours", "table")


class View(ExperimentView[ScalingFrame, Display]):
    """The two columns, below them the page that was chosen, and what the scalers are worth."""

    CLOSE, WIDE = 5, 9

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Display(), parent)
        self.cards = ColumnCard(0), ColumnCard(1)
        self.race, self.near, self.table = RacePage(), NeighbourPage(), TablePage()
        self.done = TagRow()
        self.chips = Segmented(PAGES, (_("Race"), _("Neighbours"), _("Table")))
        self.chips.setAccessibleName(_("Picture"))
        self.own_button = Button(_("Own data…"), "outline", height=28)
        names = ("accuracy_raw", "accuracy_train", "accuracy_all", "leak")
        words = (_("test accuracy: raw"), _("fitted on train"), _("on all"), _("difference"))
        self.scores = ReadoutRow(names, words)
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.sentence = kind(QLabel(), "small")
        self.sentence.setWordWrap(True)
        self.sentence.hide()
        self.shape = heading(style="label")
        self.shape.setWordWrap(True)  # a long title takes two lines: none is cut
        self._top = QWidget()
        hbox(*((card, 1) for card in self.cards), on=self._top)
        head = hbox(self.chips, (self.shape, 1), self.own_button)
        self._pictures: QStackedWidget = stack(self.race, self.near, self.table)
        fill(self._column, self._top, head, self.done, self.sentence, (self._pictures, 1), self.scores)

    def _connect(self) -> None:
        for card in self.cards:
            card.chosen.connect(self._choose)
            card.requested.connect(self.requested)
        for picture in self.race.maps:
            picture.started.connect(self._start)
            picture.dropped.connect(self._dropped)
        self.race.start.started.connect(self._start)
        self.race.start.noted.connect(self._note)
        for plot in self.near.plots:
            plot.query_moved.connect(self._query)
            plot.row_moved.connect(self._row)
            plot.dropped.connect(self._dropped)
        self.table.rows.typed.connect(self._typed)
        self.table.rows.refused.connect(self._note)
        self.near.query.moved.connect(self._query)
        self.near.query.noted.connect(self._note)
        for part in (self.race, self.near, self.scores):
            part.requested.connect(self.requested)
        self.chips.chosen.connect(self._turn)
        self.own_button.clicked.connect(self.open_own)
        self.lay_over(DataSheet(tables, _wanted()))

    # ---------------------------------------------------------------------------------------- drawing

    def draw(self, frame: ScalingFrame, before: ScalingFrame | None) -> None:
        if before is None or before.prepared is not frame.prepared:
            self._show_table(frame)
        page = self._display.page
        if page == "race":
            self.race.show_frame(frame)
        elif page == "neighbours":
            self.near.show_frame(frame, self._display.true_aspect)
        else:
            self.table.rows.show_frame(frame)

    def write(self, frame: ScalingFrame) -> None:
        if self._display.page == "race":
            self.race.show_words(frame)

    def _show_table(self, frame: ScalingFrame) -> None:
        """What only another table or scaler changes."""
        for card in self.cards:
            card.show_frame(frame)
        metrics = METRICS.values(frame)
        self.scores.set_values(metrics)
        self.scores.setVisible(bool(frame.prepared.scores) and not self.low(LOW))
        words = _("shape {shape} · {title}").format(shape=metrics["shape"], title=_(frame.sheet.title))
        self.done.set_words(changes(frame.sheet.left_out, frame.missing, len(frame.sheet.y)))
        self.shape.setText(words)
        self.shape.setToolTip(words)
        self._note("")

    def _note(self, text: str) -> None:
        """Why an entry was not taken, or else what is wrong with a column."""
        text = text or " ".join(warnings(self._frame) if self._frame is not None else ())
        self.sentence.setText(text)
        self.sentence.setProperty("tone", "bad")
        kind(self.sentence, "small")
        self.sentence.setVisible(bool(text))

    def show_display(self, display: Any) -> None:
        """Draw with other options; the run knows nothing of it."""
        self.chips.set_chosen(display.page)
        self._pictures.setCurrentIndex(PAGES.index(display.page))
        super().show_display(display)

    # --------------------------------------------------------------------------------------- the hand

    def _choose(self, control: str, scaler: str) -> None:
        self.act(Set({control: scaler}))

    def _turn(self, page: str) -> None:
        self.display_changed.emit("page", page)

    def _start(self, across: float, up: float) -> None:
        self.drag("start", MoveStart(across, up))

    def _query(self, first: float, second: float) -> None:
        self.drag("query", MoveQuery(first, second))

    def _typed(self, number: int, first: float | None, second: float | None) -> None:
        if self._frame is not None:
            self.act(MoveRow(self._frame.params.data, number, first, second))

    def _row(self, number: int, first: float, second: float) -> None:
        if self._frame is not None:
            self.drag(f"row {number}", MoveRow(self._frame.params.data, number, first, second))

    def _dropped(self, _name: str, _x: float, _y: float) -> None:
        self.end_drag()
        self._again()

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        if self._display.page == "table":
            return (self.table,)
        return self.near.plots if self._display.page == "neighbours" else self.race.maps

    def pictures(self) -> list[Any]:
        """What can be saved as a picture."""
        return list(self.near.plots) if self._display.page == "neighbours" else self.race.pictures()

    def fit(self) -> None:
        """Where there is little room, for large text on a small screen, the pictures keep most of it."""
        for card in self.cards:
            card.figures.setVisible(not self.low(LOW))
        tiny = self.low(TINY)  # the scalers are then chosen among the controls, under More
        self._top.setVisible(not tiny)
        self.race.set_tight(tiny)
        self.near.query.setVisible(not self.low(LOW))
        has = self._frame is not None and bool(self._frame.prepared.scores)
        self.scores.setVisible(has and not self.low(LOW))


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    roles = (Role("first", "x₁", "also"), Role("second", "x₂", "also"), Role("y", "y", "also"))
    example = _("area, rooms, rent\n62, 2, 710\n80, 3, 900")
    return Wanted(roles, _take, table_changes, example, most=MAX_ROWS)


def _take(chosen: Chosen) -> SetTable:
    names = chosen.columns["first"], chosen.columns["second"], chosen.columns["y"]
    return chosen_columns(chosen.table, names, chosen.title)
