"""A copy of a program that an experiment shows, to type into and to run: editor, Run, Stop and what was printed.

It runs in a child process, as the code cells of lessons do, and only when Run is pressed. What the program may use
without defining it, and what is done with its names afterwards, is lent by the experiment.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QLabel, QSizePolicy, QWidget

from lab.cell import PART
from lab.core.numbers import show_number
from lab.core.scene import MAX_CODE
from lab.core.text import _
from lab.kit_qt.code_runner import CellResult, CellRunner, ending
from widgets.base.layouts import fill, vbox
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button, IconButton
from widgets.text.code_edit import CodeEdit
from widgets.text.flow_layout import FlowLayout
from widgets.text.printed import Printed

__all__ = ["CodeBench"]

NARROW = 520  # pixels at 100 % text, below which the buttons stand under the editor
MOST_LINES, MOST_PRINTED = 10, 3


class CodeBench(Refreshing, QWidget):
    """One program. `id`: by which the learner's version is kept in files."""

    edited = Signal(str, object)  # id, and the learner's code: None where it is the experiment's own
    changed = Signal()  # the code is another, so a result of before belongs to it no more
    done = Signal(str)  # what was printed by a program that came to its end

    def __init__(self, id: str, name: str, note: str = "", parent: QWidget | None = None) -> None:
        """name: for who cannot see it.  note: what is there without being defined."""
        super().__init__(parent)
        self.id, self._source, self._lent = id, "", ("", "")
        self._own, self._filling, self._allowed = False, False, True
        self._text = ""
        self.runner = CellRunner(parent=self)
        self.editor = CodeEdit(size="caption", least=4, most=MOST_LINES, room=MAX_CODE)
        self.run_button, self.stop_button = Button(_("Run"), "outline", "play"), Button(_("Stop"), "outline", "square")
        self.copy_button = IconButton("rotate-ccw", _("Copy the program again"))
        self.note, self.state, self.output = QLabel(note), QLabel(), Printed(MOST_PRINTED)
        self._lay_out(name)
        self._connect()
        self._show_buttons()
        self.say("")

    def _lay_out(self, name: str) -> None:
        keys = _("Ctrl+Enter runs it. Esc leaves the editor.")
        self.editor.setAccessibleName(name)
        self.editor.setAccessibleDescription(keys)
        self.editor.setToolTip(keys)
        for label in (self.note, self.state):
            kind(label, "small").setWordWrap(True)
        self.note.setProperty("tone", "text2")
        self._buttons, self._side = QWidget(), QWidget()
        row = FlowLayout(self._buttons, gap=8)
        for button in (self.run_button, self.stop_button, self.copy_button):
            row.addWidget(button)
        vbox(self._buttons, self.note, self.state, self.output, None, on=self._side, gap=6)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._row = fill(QBoxLayout(QBoxLayout.Direction.LeftToRight), (self.editor, 5), (self._side, 4), on=self)
        self._row.setAlignment(self.editor, Qt.AlignmentFlag.AlignTop)
        self.relook()

    def _connect(self) -> None:
        self.runner.printed.connect(self._add_output)
        self.runner.ended.connect(self._ended)
        self.editor.edited.connect(self._typed)
        self.editor.filled.connect(self._filled)
        self.editor.run_requested.connect(self.run)
        self.run_button.clicked.connect(self.run)
        self.stop_button.clicked.connect(self.runner.stop)
        self.copy_button.clicked.connect(self.copy_again)

    # ------------------------------------------------------------------------------------------- code

    def set_source(self, code: str) -> None:
        """The experiment's program; shown unless the learner has changed the copy."""
        if code != self._source:
            self._source = code
            if not self._own:
                self._fill(code)

    def set_lent(self, before: str, after: str) -> None:
        """Code that runs before the learner's and behind it, in the same names."""
        self._lent = before, after

    def set_code(self, code: str | None) -> None:
        """What the learner made of it earlier; None for nothing."""
        self._own = code is not None
        self._fill(self._source if code is None else code)

    def code(self) -> str:
        """What is in the editor."""
        return self.editor.code()

    def copy_again(self) -> None:
        """The program as the experiment shows it now. Undo in the editor brings the learner's back."""
        self.runner.stop()
        self.editor.set_code(self._source)
        self.editor.light(0)

    def _fill(self, code: str) -> None:
        if code != self.editor.code():
            self._filling = True
            self.editor.setPlainText(code)
            self._filling = False
            self._outdated()
        self._show_buttons()

    def _typed(self) -> None:
        if self._filling:
            return
        self._own = self.editor.code() != self._source
        self._outdated()
        self._show_buttons()
        self.edited.emit(self.id, self.editor.code() if self._own else None)

    def _outdated(self) -> None:
        if not self.runner.running:
            self.output.clear()
            self.output.hide()
            self.say("")
        self.changed.emit()

    def _filled(self, full: bool) -> None:
        words = _("This cell is full: {n} characters. What goes beyond is left out.")
        self.say(words.format(n=show_number(MAX_CODE)) if full else "", "warn")

    # ---------------------------------------------------------------------------------------- running

    def set_allowed(self, allowed: bool) -> None:
        """Let code be run, or show it only: a classroom may decide so."""
        self._allowed = allowed
        self.editor.setReadOnly(not allowed)
        if not allowed:
            self.runner.shut()
            self.say(_("Running code is switched off in this classroom."))
        self._show_buttons()

    def run(self) -> None:
        """Run what is in the editor."""
        if not self._allowed or self.runner.running:
            return
        self._text = ""
        self.output.clear()
        self.output.hide()
        self.editor.light(0)
        self.say(_("Running…"))
        before, after = self._lent
        self.runner.run(PART.join((before, self.editor.code().replace(PART, ""), after)))
        self._show_buttons()

    def shut(self) -> None:
        """End the run; called before the bench goes away."""
        self.runner.shut()

    def say(self, words: str, tone: str = "text2") -> None:
        """A sentence under the buttons, in a colour; "" for none."""
        self.state.setProperty("tone", tone)
        kind(self.state, "small")
        self.state.setText(words)
        self.state.setVisible(bool(words))
        self.note.setVisible(bool(self.note.text()) and not words)
        self.editor.setAccessibleDescription(words or _("Ctrl+Enter runs it. Esc leaves the editor."))

    def _add_output(self, text: str) -> None:
        self._text += text
        self.output.add(text)

    def _ended(self, result: CellResult) -> None:
        self._show_buttons()
        if result.how == "done":
            self.say("")
            self.done.emit(self._text)
            return
        _icon, tone, words = ending(result)
        self.editor.light(result.line)
        self.say(words, tone)

    def _show_buttons(self) -> None:
        focused = self.run_button.hasFocus() or self.stop_button.hasFocus()
        running = self.runner.running
        self.run_button.setEnabled(self._allowed and not running)
        self.stop_button.setEnabled(running)
        self._buttons.setVisible(self._allowed)
        self.copy_button.setVisible(self._own)
        if focused and self._allowed:
            (self.stop_button if running else self.run_button).setFocus()

    # ------------------------------------------------------------------------------------------- look

    def relook(self) -> None:
        self._row.setSpacing(look().px(12))

    def fit(self, width: int) -> None:
        """Lay it out for a width in pixels."""
        across = width >= look().px(NARROW)
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if across else QBoxLayout.Direction.TopToBottom)
