"""Runs: every run of a box in a table, to compare, to star, to pin and to go back to."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from lab.core.runs import warning_of
from lab.core.text import _
from lab.runtime.run import Update
from lab.runtime.run_orders import Comparison, RunsShown, delete_run, shown_runs, star_run
from lab.shell import files
from lab.shell.box.box import ExperimentBox
from lab.shell.box.runs_csv import runs_csv
from lab.shell.box.runs_table import RunsTable
from lab.shell.context import Context
from lab.shell.dialogs.tool_card import ToolCard
from lab.shell.text_label import text_label
from widgets.base.look import look
from widgets.controls.buttons import Button
from widgets.text.flow_layout import FlowLayout

__all__ = ["RunsCard", "show_runs"]

READING_MS = 500  # between two readings of the table while a run goes on
MOST_DIFFERENCES = 5  # rows that are seen without scrolling


def show_runs(window: Context, box: ExperimentBox) -> None:
    """Open the table of a box."""
    card = window.dialogs.get(RunsCard, window)
    card.follow(box)
    card.open_at(box)
    card.table.setFocus()


class RunsCard(ToolCard):
    """The table, what can be done with the run that is chosen, and how the pinned run compares."""

    def __init__(self, window: Context) -> None:
        super().__init__(window.window(), _("Runs"))
        self._window = window
        self._box: ExperimentBox | None = None
        self._shown: RunsShown | None = None
        self._seen: object = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(READING_MS)
        self._later.timeout.connect(self._ask)
        self._title = text_label("", "h3")
        words = _("Each row is a run, from step 0 until another begins.")
        words += " " + _("Its number, or Enter, goes back to it; Space sorts by a column.")
        self.table = RunsTable()
        self.restore_button = Button(_("Go back to this run"), "primary", "undo-2")
        self.pin_button = Button(_("Pin"), "outline", "pin")
        self.star_button = Button(_("Star"), "outline")
        self.delete_button = Button(_("Delete"), "outline", "trash-2")
        self.copy_button = Button(_("Copy as CSV"), "outline", "copy")
        self.save_button = Button(_("Save as CSV…"), "outline", "download")
        self._buttons = QWidget()  # not a bare layout: shown while a run went on, that ended the program
        self._row = FlowLayout(self._buttons, gap=8)
        self._compare = text_label("", "strong", wrap=True)
        self._warning = text_label("", "body", wrap=True)
        self._warning.setProperty("tone", "warn")
        self._why = text_label("", "small", "text2", wrap=True)
        self.differing = QTableWidget(0, 3)
        self._hint = text_label(words, "small", "text2", wrap=True)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.column.addWidget(self._title)
        self.column.addWidget(self._hint)
        self.column.addWidget(self.table, 1)
        for button in (
            self.restore_button,
            self.pin_button,
            self.star_button,
            self.delete_button,
            self.copy_button,
            self.save_button,
        ):
            self._row.addWidget(button)
        self.column.addWidget(self._buttons)
        for part in (self._compare, self._warning, self.differing, self._why):
            self.column.addWidget(part)
        self.differing.setAccessibleName(_("What differs"))
        self.differing.verticalHeader().hide()
        self.differing.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.differing.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.differing.setTabKeyNavigation(False)
        self.differing.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for name, button in (
            (_("Keep the curves of this run in sight, under those of the next"), self.pin_button),
            (_("A starred run stays when older ones make room  (*)"), self.star_button),
            (_("Take this run out of the table; undo brings it back  (Del)"), self.delete_button),
        ):
            button.setToolTip(name)

    def _connect(self) -> None:
        self.table.restored.connect(self._restore)
        self.table.starred.connect(self._star)
        self.table.deleted.connect(self._delete)
        self.table.chosen.connect(self._show_buttons)
        self.restore_button.clicked.connect(self._restore_chosen)
        self.pin_button.clicked.connect(self._pin)
        self.star_button.clicked.connect(self._star_chosen)
        self.delete_button.clicked.connect(self._delete_chosen)
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self._save)

    def fit(self) -> None:
        self.resize(look().px(960), look().px(580))

    # ------------------------------------------------------------------------------------ following a box

    def follow(self, box: ExperimentBox) -> None:
        """Show the runs of a box, and go on showing them."""
        if self._box is not None:
            self._box.updated.disconnect(self._updated)
            self._box.closing.disconnect(self._lost)
            self._box.pinned.ghosts.changed.disconnect(self._show_why)
        if box is not self._box:
            self._forget()
        self._box, self._seen = box, None
        box.updated.connect(self._updated)
        box.closing.connect(self._lost)
        box.pinned.ghosts.changed.connect(self._show_why)
        title = _(box.experiment.title)
        self._title.setText(_("Runs of “{title}”").format(title=title))
        self.setWindowTitle(_("Runs of “{title}”").format(title=title))
        self._ask()

    def _forget(self) -> None:
        """What is there is of another box."""
        self._shown = None
        self.table.setRowCount(0)
        self._show_comparison(None)

    def _lost(self) -> None:
        if self._box is not None:
            self._box.updated.disconnect(self._updated)
            self._box.closing.disconnect(self._lost)
            self._box.pinned.ghosts.changed.disconnect(self._show_why)
        self._box = None
        self.hide()

    def _updated(self, update: Update) -> None:
        """The run has gone on; a table that nobody sees is read when it is opened."""
        if not self.isVisible():
            return
        seen = (update.table, update.run, update.pinned, update.params, update.seed, update.position, update.revision)
        if seen == self._seen:
            return
        self._seen = seen
        if update.playing:
            if not self._later.isActive():
                self._later.start()
        else:
            self._ask()

    def _ask(self) -> None:
        if self._box is not None:
            self._box.bridge.ask(shown_runs, partial(self._show, self._box))

    def _show(self, box: ExperimentBox, answer: RunsShown | Exception) -> None:
        if box is not self._box or not isinstance(answer, RunsShown):
            return
        self._shown = answer
        self.table.show_runs(answer, box.specification)
        self._show_comparison(answer.comparison)

    # ----------------------------------------------------------------------------------------- comparing

    def _show_comparison(self, found: Comparison | None) -> None:
        for part in (self._compare, self._warning, self.differing, self._why):
            part.setVisible(found is not None)
        if found is None:
            return
        pinned, present = found.pinned.number, found.present.number
        differing, warning = found.differences, warning_of(found.differences)
        words = _("Pinned: run {pinned}. What differs now, in run {present}:")
        same = _("Pinned: run {pinned}. Nothing differs yet: change one thing and run again.")
        self._compare.setText((words if differing else same).format(pinned=pinned, present=present))
        self._warning.setText("⚠ " + warning)
        self._warning.setVisible(bool(warning))
        heads = (_("What"), _("Run {n}, pinned").format(n=pinned), _("Run {n}, now").format(n=present))
        self.differing.setHorizontalHeaderLabels(heads)
        self.differing.setRowCount(len(differing))
        for row, one in enumerate(differing):
            for column, text in enumerate((one.what, one.before, one.after)):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                self.differing.setItem(row, column, cell)
        self.differing.setVisible(bool(differing))
        rows = min(len(differing), MOST_DIFFERENCES)
        height = look().px(30)
        self.differing.verticalHeader().setDefaultSectionSize(height)
        self.differing.setFixedHeight(height * rows + self.differing.horizontalHeader().sizeHint().height() + 4)
        self._show_why()

    def _show_why(self) -> None:
        """Why nothing is drawn of the pinned run, where nothing is."""
        why = self._box.pinned.ghosts.why_none if self._box is not None else ""
        self._why.setText(why)
        self._why.setVisible(bool(why))

    @property
    def comparison_text(self) -> str:
        """What is said of the pinned run."""
        parts = (self._compare, self._warning, self._why)
        return "\n".join(part.text() for part in parts if not part.isHidden())

    # ------------------------------------------------------------------------------------------- doing

    def _show_buttons(self) -> None:
        run, shown = self.table.run, self._shown
        present = run is not None and shown is not None and run.number == shown.present
        self.restore_button.setEnabled(run is not None and not present)
        self.delete_button.setEnabled(run is not None and not present)
        self.pin_button.setEnabled(run is not None)
        self.star_button.setEnabled(run is not None)
        self.star_button.set_face(_("Take the star away") if run is not None and run.starred else _("Star"), "")
        pinned = shown.comparison.pinned if shown is not None and shown.comparison is not None else None
        self.pin_button.set_face(_("Unpin") if pinned is not None and self._is_pinned() else _("Pin"), "pin")

    def _is_pinned(self) -> bool:
        """Whether the run that is chosen is the pinned one."""
        comparison = self._shown.comparison if self._shown is not None else None
        return comparison is not None and comparison.pinned.number == self.table.number

    def _restore_chosen(self) -> None:
        self._restore(self.table.number)

    def _restore(self, number: int) -> None:
        if self._box is not None and number:
            self._box.go_back_to(number)

    def _pin(self) -> None:
        if self._box is not None and self._is_pinned():
            self._box.pinned.unpin()
        elif self._box is not None:
            self._box.pinned.pin(self.table.number)

    def _star_chosen(self) -> None:
        if self.table.run is not None:
            self._star(self.table.number, not self.table.run.starred)

    def _star(self, number: int, on: bool) -> None:
        if self._box is not None:
            self._box.run.do(partial(star_run, number=number, on=on))

    def _delete_chosen(self) -> None:
        self._delete(self.table.number)

    def _delete(self, number: int) -> None:
        if self._box is not None:
            self._box.run.do(partial(delete_run, number=number))

    def _csv(self) -> str:
        assert self._box is not None
        return runs_csv(self._shown, self._box.specification) if self._shown is not None else ""

    def _copy(self) -> None:
        if self._box is not None:
            QGuiApplication.clipboard().setText(self._csv())
            self._window.tell("good", _("Table copied"), _("Paste it into a spreadsheet."))

    def _save(self) -> None:
        if self._box is None:
            return
        data = self._csv().encode("utf-8-sig")
        path = files.ask_where(self._window, _("Save the runs"), f"{self._box.experiment.id}-runs.csv", "CSV (*.csv)")
        if path is not None:
            files.write(self._window, path, data)
