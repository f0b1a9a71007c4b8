"""The page of the curve: points to drag, the error of every degree, the weights, and the lid."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.text import N_, _
from lab.experiments.e12_overfitting.board import Board
from lab.experiments.e12_overfitting.error_plot import ErrorPlot
from lab.experiments.e12_overfitting.fitting import REACH
from lab.experiments.e12_overfitting.frame import FitFrame
from lab.experiments.e12_overfitting.gestures import AddPoint, Look, MovePoint, RemovePoint
from lab.experiments.e12_overfitting.settings import Display
from lab.experiments.e12_overfitting.sheet import Sheet
from lab.experiments.e12_overfitting.side_page import SidePage
from lab.experiments.e12_overfitting.weight_bars import WeightBars
from lab.experiments.e12_overfitting.words import lid_words
from lab.kit_qt.places import rounded_place
from lab.kit_qt.typed_point import TypedPoint
from widgets.base.layouts import hbox
from widgets.controls.buttons import Button
from widgets.text.elided_label import ElidedLabel

__all__ = ["FitPage"]

READOUTS = {
    "seen_error": N_("train"),
    "held_error": N_("validation"),
    "norm": "‖w‖",
    "swing": N_("swing"),
    "redrawn": N_("samples"),
}


def wider(sheet: Sheet) -> tuple[float, float, float, float]:
    """The range of the board with as much beyond the points as curves are drawn."""
    x0, x1, y0, y1 = sheet.extent
    reach, up = REACH * (sheet.span[1] - sheet.span[0]), y1 - y0
    return min(x0, sheet.span[0] - reach), max(x1, sheet.span[1] + reach), y0 - up, y1 + up


class FitPage(SidePage):
    """Board, error curve, weights, lid."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.main = self.board = Board()
        self.errors, self.weights = ErrorPlot(small=True), WeightBars()
        self.typed = TypedPoint()
        self.look_button = Button(_("Look under the lid"), "outline", "lock", 28)
        self.lid = ElidedLabel("", "small")
        self._foot = QWidget()
        hbox(self.look_button, (self.lid, 1), on=self._foot, gap=8)
        self._ground: object = None
        self.lay_out(READOUTS, (self.errors, self.weights), foot=(self.typed, self._foot))
        self._connect()

    def _connect(self) -> None:
        self.board.dragged.connect(self._moved)
        self.board.dropped.connect(self.end_drag)
        self.board.clicked.connect(self._added)
        self.board.removed.connect(self._removed)
        self.board.typing_requested.connect(self._type)
        self.typed.changed.connect(self._typed)
        self.typed.noted.connect(self.lid.say)
        self.errors.degree_chosen.connect(self.choose_degree)
        self.errors.dropped.connect(self.end_drag)
        self.look_button.clicked.connect(self._look)

    # ---- drawing

    def show_parts(self, frame: FitFrame, display: Display) -> None:
        shown = frame.curve
        if shown is None:
            return
        sheet = shown.sheet
        ground = (sheet.extent, sheet.names, sheet.title, frame.params.beyond)
        if ground != self._ground:
            self._ground = ground
            self.board.set_titles(_(sheet.names[0]), _(sheet.names[1]), _(sheet.title))
            self.board.set_range(*(wider(sheet) if frame.params.beyond else sheet.extent))
        self.board.show_curve(shown, display, frame.params.beyond)
        self.errors.show_errors(shown.by_degree, frame.params.degree)
        self.weights.show_fit(shown.fit)
        self.typed.show_points(sheet.x, sheet.y)

    def show_words(self, frame: FitFrame, _sentence: str) -> None:
        super().show_words(frame, _sentence)
        if frame.curve is not None:
            self.lid.say(lid_words(frame.curve))
            self.look_button.setEnabled(bool(len(frame.curve.sheet.hidden_x)))

    # ---- the hand

    def _data(self) -> str:
        return self._frame.params.data if self._frame is not None else ""

    def _rounded(self, x: float, y: float) -> tuple[float, float]:
        """A place put by hand, to a thousandth of the picture: no digits that nobody chose."""
        assert self._frame is not None and self._frame.curve is not None
        return rounded_place(x, y, self._frame.curve.sheet.extent)

    def _moved(self, name: str, x: float, y: float) -> None:
        if self._frame is not None:
            self.drag(name, MovePoint(self._data(), int(name[6:]), *self._rounded(x, y)))

    def _added(self, x: float, y: float) -> None:
        if self._frame is not None:
            self.act(AddPoint(self._data(), *self._rounded(x, y)))

    def _removed(self, number: int) -> None:
        self.act(RemovePoint(self._data(), number))

    def _type(self, number: int) -> None:
        if self._frame is not None and self._frame.curve is not None:
            sheet = self._frame.curve.sheet
            self.typed.open(number, sheet.x, sheet.y)

    def _typed(self, number: int, x: float, y: float) -> None:
        self.act(MovePoint(self._data(), number, x, y))

    def _look(self) -> None:
        self.act(Look())

    def set_space(self, low: bool, narrow: bool) -> None:
        super().set_space(low, narrow)
        self.lid.setVisible(not narrow)
