"""Why this number: the arithmetic behind any read-out, and the table of all of them.

The same card serves every number of the lab: the formula, the formula with its values, the result, and the
parts it is made of down to what was given.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from lab.core.arithmetic import Term
from lab.core.experiment import Specification
from lab.core.numbers import exact, show_number, show_plain
from lab.core.simulation import Frame
from lab.core.text import _
from lab.shell.box.box import ExperimentBox
from lab.shell.dialogs.tool_card import ToolCard
from lab.shell.text_label import text_label
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button

__all__ = ["Numbers", "WhyCard"]

LEFT_TO_RIGHT = "\u200e"  # keeps a minus sign before its number where words run from right to left


class WhyCard(ToolCard):
    """The derivation of one number, and its copies as LaTeX and Python."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, _("Why this number"))
        self._term: Term | None = None
        self._title = kind(QLabel(), "h3")
        self._grid = QGridLayout()
        self._lines: list[QLabel] = []
        buttons = QHBoxLayout()
        for words, copy in ((_("Copy as LaTeX"), self._copy_latex), (_("Copy as Python"), self._copy_python)):
            button = Button(words, "outline", "copy")
            button.clicked.connect(copy)
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.column.addWidget(self._title)
        self.column.addLayout(self._grid)
        self.column.addLayout(buttons)

    def show_metric(self, specification: Specification, frame: Frame, name: str) -> bool:
        """Explain a metric of a frame. False when it is a given number without arithmetic."""
        term = specification.metrics.why(frame, name)
        if term is None:
            return False
        self._term = term
        label = specification.metrics.label(frame, name)
        self._title.setText(f"{label} = {show_number(specification.metrics.value(frame, name), 6)}")
        self._show_lines(term)
        return True

    @property
    def text(self) -> str:
        """What the card says, for tests and screen readers."""
        return "\n".join([self._title.text(), *(line.text() for line in self._lines)])

    def _show_lines(self, term: Term) -> None:
        for label in self._lines:
            self._grid.removeWidget(label)
            label.deleteLater()
        self._lines = []
        for row, line in enumerate(term.lines()):
            name = f"{line.name} = " if line.name else "= "
            parts = (name + line.symbols, "= " + line.numbers, "= " + line.result)
            for column, text in enumerate(parts):
                label = kind(QLabel(text), "strong" if column == 2 or row == 0 else "body")
                label.setFont(look().font("body", 500, mono=True))
                label.setWordWrap(len(text) > 60)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._grid.addWidget(label, row * 3 + column, 0)
                self._lines.append(label)
        self.setAccessibleDescription(self.text)

    def _copy_latex(self) -> None:
        if self._term is not None:
            QApplication.clipboard().setText(self._term.latex())

    def _copy_python(self) -> None:
        if self._term is not None:
            QApplication.clipboard().setText(self._term.python())


class Numbers(ToolCard):
    """Every number on screen as a table that follows the run; the picture's parallel for screen readers."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, _("All numbers"))
        self._box: ExperimentBox | None = None
        self._names: list[str] = []
        self._words = text_label("", "body", wrap=True)
        self.table = QTableWidget(0, 2)
        self.table.setAccessibleName(_("All numbers"))
        self.table.setHorizontalHeaderLabels([_("Number"), _("Value")])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.table.cellActivated.connect(self._activated)
        self.table.cellClicked.connect(self._activated)
        hint = text_label(_("Press a number marked = to see its arithmetic."), "small", "text2")
        self.column.addWidget(self._words)
        self.column.addWidget(self.table, 1)
        self.column.addWidget(hint)

    def follow(self, box: ExperimentBox) -> None:
        """Show the numbers of a box, and go on showing them."""
        if self._box is not None:
            self._box.updated.disconnect(self._refresh)
            self._box.destroyed.disconnect(self._lost)
        self._box = box
        box.updated.connect(self._refresh)
        box.destroyed.connect(self._lost)
        self._refresh()

    def fit(self) -> None:
        self.resize(look().px(440), look().px(540))

    def _lost(self) -> None:
        self._box = None
        self.hide()

    def _refresh(self, _update: object = None) -> None:
        if self._box is None or self._box.frame is None or (_update is not None and not self.isVisible()):
            return
        frame, specification = self._box.frame, self._box.specification
        metrics = specification.metrics.values(frame)
        self._words.setText(specification.describe(frame))
        if list(metrics) != self._names:
            self._names = list(metrics)
            self.table.setRowCount(len(self._names))
            for row in range(len(self._names)):
                for column in range(2):
                    self.table.setItem(row, column, QTableWidgetItem())
        playing = self._box.playing
        for row, (name, value) in enumerate(metrics.items()):
            label = specification.metrics.label(frame, name)
            mark = "" if playing or specification.metrics.why(frame, name) is None else "  ="
            name_cell, number_cell = self.table.item(row, 0), self.table.item(row, 1)
            if name_cell is None or number_cell is None:  # they were made above
                continue
            name_cell.setText(label + mark)
            digits = specification.metrics.digits.get(name)
            number = show_plain(value) if digits is None else show_number(value, digits)
            number_cell.setText(LEFT_TO_RIGHT + number)
            number_cell.setToolTip(exact(value))

    def _activated(self, row: int, _column: int) -> None:
        if self._box is not None:
            self._box.why_requested.emit(self._names[row])
