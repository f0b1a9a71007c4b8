"""The table of runs: a row a run, with what was changed, a small curve and what came out of it.

It is sorted by a press on a column's name, or by Space in that column; the arrow keys go through it, and Enter goes
back to a run.
"""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from lab.core.experiment import Specification
from lab.core.numbers import exact, show_number
from lab.core.runs import RunRecord
from lab.core.text import _
from lab.runtime.run_orders import Row, RunsShown
from widgets.base.look import Refreshing, look
from widgets.plots.sparkline import sparkline

__all__ = ["RunsTable"]

STAR, NUMBER, CHANGED, SEED, STEPS, CURVE, RESULTS = range(7)
WORD = Qt.ItemDataRole.UserRole  # what a column is sorted by
LEAST_WORDS = 240  # pixels at 100 % text for what was changed
SPARK = (88, 24)  # pixels at 100 % text
DIGITS = 4


class _Cell(QTableWidgetItem):
    """A cell that is sorted by its value and not by its text; what is no number comes last."""

    def __init__(self, text: str, key: Any, spoken: str = "") -> None:
        super().__init__(text)
        self._key = (math.inf, "") if key is None else (key, "") if isinstance(key, (int, float)) else (math.inf, key)
        if spoken:
            self.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        return isinstance(other, _Cell) and self._key < other._key


class RunsTable(Refreshing, QTableWidget):
    """`restored` carries the number of a run; `starred` also whether it is to have a star."""

    restored = Signal(int)
    starred = Signal(int, bool)
    chosen = Signal()  # another row is the one that buttons act on
    deleted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, RESULTS, parent)
        self._shown: RunsShown | None = None
        self._specification: Specification | None = None
        self._numbers: list[str] = []  # the names of the results
        self.setAccessibleName(_("Runs"))
        self.verticalHeader().hide()
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setSortingEnabled(True)
        self.sortByColumn(NUMBER, Qt.SortOrder.DescendingOrder)
        self.cellClicked.connect(self._clicked)
        self.itemSelectionChanged.connect(self.chosen)
        self.relook()

    def show_runs(self, shown: RunsShown, specification: Specification) -> None:
        """Show these rows. The one that was chosen stays chosen; at first it is the present run."""
        number = self.number
        self._shown, self._specification = shown, specification
        self._numbers = list(dict.fromkeys(name for row in shown.rows for name in row.run.results))
        self.blockSignals(True)
        self.setSortingEnabled(False)
        self.setColumnCount(RESULTS + len(self._numbers))
        labels = [_(specification.metrics.labels.get(name, name)) for name in self._numbers]
        heads = ["★", _("Run"), _("What was changed"), _("Seed"), _("Steps"), _("Curve"), *labels]
        self.setHorizontalHeaderLabels(heads)
        star = self.horizontalHeaderItem(STAR)
        if star is not None:
            star.setData(Qt.ItemDataRole.AccessibleTextRole, _("Star"))
            star.setToolTip(_("A starred run stays when older ones make room"))
        self.setRowCount(len(shown.rows))
        for i, row in enumerate(shown.rows):
            self._fill(i, row, specification)
        self.setSortingEnabled(True)
        self._choose(number or shown.present)
        self.blockSignals(False)
        self.relook()
        self.chosen.emit()

    @property
    def number(self) -> int:
        """The number of the run that is chosen; 0 for none."""
        row = self.currentRow()
        cell = self.item(row, NUMBER) if row >= 0 else None
        return int(cell.data(WORD)) if cell is not None else 0

    @property
    def run(self) -> RunRecord | None:
        """The run that is chosen."""
        rows = self._shown.rows if self._shown is not None else ()
        return next((row.run for row in rows if row.run.number == self.number), None)

    def texts(self) -> list[list[str]]:
        """What stands in the cells, row by row as sorted."""
        return [
            [
                cell.text() if (cell := self.item(row, column)) is not None else ""
                for column in range(self.columnCount())
            ]
            for row in range(self.rowCount())
        ]

    def _fill(self, i: int, row: Row, specification: Specification) -> None:
        run = row.run
        present = self._shown is not None and run.number == self._shown.present
        name = _("{n}, now").format(n=run.number) if present else str(run.number)
        star = _("starred") if run.starred else _("no star")
        changed = row.changed or _("the first run")
        cells = [
            _Cell("★" if run.starred else "☆", int(not run.starred), star),
            _Cell(name, run.number, _("run {n}, the present one").format(n=run.number) if present else ""),
            _Cell(changed, changed),
            _Cell(str(run.seed), run.seed),
            _Cell(str(run.step), run.step),
            _Cell("", _last(run.curve), _curve_words(run.curve)),
        ]
        for result in self._numbers:
            value = run.results.get(result)
            digits = specification.metrics.digits.get(result, DIGITS)
            cells.append(_Cell(show_number(value, digits), value))
            cells[-1].setToolTip(exact(value))
        cells[CHANGED].setToolTip(changed)
        cells[CURVE].setToolTip(_curve_words(run.curve))
        for column, cell in enumerate(cells):
            cell.setData(WORD, run.number)
            font = look().font("body", 600 if present or column == NUMBER else 450)
            cell.setFont(font)
            self.setItem(i, column, cell)

    def _choose(self, number: int) -> None:
        for row in range(self.rowCount()):
            cell = self.item(row, NUMBER)
            if cell is not None and cell.data(WORD) == number:
                self.setCurrentCell(row, NUMBER)
                return

    def _clicked(self, _row: int, column: int) -> None:
        if column == NUMBER:
            self.restored.emit(self.number)
        elif column == STAR and self.run is not None:
            self.starred.emit(self.number, not self.run.starred)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, run = event.key(), self.run
        if run is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.restored.emit(run.number)
        elif run is not None and key == Qt.Key.Key_Asterisk:
            self.starred.emit(run.number, not run.starred)
        elif run is not None and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.deleted.emit(run.number)
        elif key == Qt.Key.Key_Space and self.currentColumn() >= 0:
            self._sort_by(self.currentColumn())
        else:
            super().keyPressEvent(event)

    def _sort_by(self, column: int) -> None:
        """Sort by a column; once more, the other way round. The run that is chosen stays chosen."""
        header, ways = self.horizontalHeader(), Qt.SortOrder
        again = header.sortIndicatorSection() == column
        turned = again and header.sortIndicatorOrder() == ways.AscendingOrder
        self.sortByColumn(column, ways.DescendingOrder if turned else ways.AscendingOrder)
        self.scrollToItem(self.currentItem())

    def relook(self) -> None:
        px = look().px
        self.setIconSize(QSize(px(SPARK[0]), px(SPARK[1])))
        self.verticalHeader().setDefaultSectionSize(px(34))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(CHANGED, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(CURVE, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(CURVE, px(SPARK[0] + 16))
        self._give_room()
        for row in range(self.rowCount()):
            cell = self.item(row, CURVE)
            found = [r.run for r in self._shown.rows if r.run.number == cell.data(WORD)] if cell and self._shown else []
            if cell is not None and found:
                ratio = self.devicePixelRatioF()
                picture = sparkline(found[0].curve, look(), px(SPARK[0]), px(SPARK[1]), ratio)
                cell.setData(Qt.ItemDataRole.DecorationRole, picture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        """What the others leave is for the words, and never less than some of them need."""
        others = sum(self.columnWidth(column) for column in range(self.columnCount()) if column != CHANGED)
        self.setColumnWidth(CHANGED, max(look().px(LEAST_WORDS), self.viewport().width() - others))


def _last(curve: tuple[float, ...]) -> float | None:
    real = [value for value in curve if math.isfinite(value)]
    return real[-1] if real else None


def _curve_words(curve: tuple[float, ...]) -> str:
    """A curve for who does not see it."""
    real = [value for value in curve if math.isfinite(value)]
    if len(real) < 2:
        return _("no curve")
    return _("from {first} to {last}").format(first=show_number(real[0], 3), last=show_number(real[-1], 3))
