"""The card around a code cell: editor, Run, Stop, Reset, what was printed, and the comparison with the screen."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.lesson.blocks import Code
from lab.core.lesson.numbers import agrees, last_number
from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.scene import MAX_CODE
from lab.core.text import _
from lab.kit_qt.code_runner import CellResult, CellRunner, ending
from lab.shell.lesson.parts import Card, IconLine, WrapButton
from widgets.base.accessible import announce
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.text.code_edit import CodeEdit
from widgets.text.flow_layout import FlowLayout
from widgets.text.printed import Printed

__all__ = ["CodeCard"]


class CodeCard(Card):
    """One code cell. `code` is what the learner made of it earlier, None for nothing.

    It is laid over the lesson's code as an edit, so that undo in the editor leads back to that.
    """

    setting_requested = Signal(object)  # Request
    edited = Signal(str, object)  # id, and the code: None where it is the lesson's own

    def __init__(
        self, block: Code, code: str | None = None, enabled: bool = True, runner: CellRunner | None = None
    ) -> None:
        super().__init__("well", "code", _("The same in NumPy"))
        self.block = block
        self._metrics: Mapping[str, Value] = {}
        self._printed = ""
        self.runner = runner or CellRunner(self)
        self.runner.setParent(self)
        self.runner.printed.connect(self._add_output)
        self.runner.ended.connect(self._ended)
        if block.text:
            self.add_text(block.text)
        self.editor = CodeEdit(block.source, size="caption", room=MAX_CODE)
        if code is not None:
            self.editor.set_code(code)
        self.editor.setAccessibleName(_("Code"))
        self.editor.setAccessibleDescription(_("Ctrl+Enter runs it. Esc leaves the editor."))
        self.editor.setToolTip(_("Ctrl+Enter runs it. Esc leaves the editor."))
        self.editor.edited.connect(self._text_changed)
        self.editor.filled.connect(self._filled)
        self.editor.run_requested.connect(self.run)
        self.column.addWidget(self.editor)
        self._add_buttons()
        self.output = Printed()
        self.column.addWidget(self.output)
        self._state, self._comparing = IconLine(), False
        self._state.hide()
        self.column.addWidget(self._state)
        self._add_match()
        self._allowed = enabled
        self.set_enabled(enabled)

    def _add_buttons(self) -> None:
        self.run_button = Button(_("Run"), "outline", "play")
        self.stop_button = Button(_("Stop"), "outline", "square")
        self.reset_button = WrapButton(_("Back to the lesson's code"), "plain", "rotate-ccw", flush=True)
        self.run_button.clicked.connect(self.run)
        self.stop_button.clicked.connect(self.runner.stop)
        self.reset_button.clicked.connect(self.reset)
        self._buttons = QWidget()
        kind(self._buttons, "clear")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._buttons.setSizePolicy(policy)
        row = FlowLayout(self._buttons, gap=8)
        for button in (self.run_button, self.stop_button):
            row.addWidget(button)
        self.column.addWidget(self._buttons)
        self.column.addWidget(self.reset_button)

    def _add_match(self) -> None:
        self.match_button = WrapButton(_("Set the experiment to match"), "plain", "target", flush=True)
        self.match_button.clicked.connect(self._match)
        self.column.addWidget(self.match_button)

    def set_enabled(self, enabled: bool) -> None:
        """Let code be run, or show it only (a classroom may decide so)."""
        self._allowed = enabled
        if not enabled:
            self.runner.shut()
        self._buttons.setVisible(enabled)
        self._show_reset()
        self.editor.setReadOnly(not enabled)
        self._show_running()
        if not enabled:
            self._say("lock", "text2", _("Running code is switched off in this classroom."))
        elif not self._printed:
            self._state.hide()

    # -- running

    def run(self) -> None:
        """Run what is in the editor."""
        if not self._allowed or self.runner.running:
            return
        self._printed = ""
        self.output.clear()
        self.output.hide()
        self.editor.light(0)
        self._say("refresh-cw", "text2", _("Running…"))
        self.runner.run(self.editor.code())
        self._show_running()

    def reset(self) -> None:
        """The code as the lesson gives it; undo in the editor brings the learner's back."""
        self.runner.stop()
        if self.reset_button.hasFocus():
            self.editor.setFocus()  # the button goes: there is nothing left to lead back from
        self.editor.set_code(self.block.source)
        self.editor.light(0)

    def shut(self) -> None:
        """End the run; called before the card goes away."""
        self.runner.shut()

    def _show_running(self) -> None:
        had_focus = self.run_button.hasFocus() or self.stop_button.hasFocus()
        running = self.runner.running
        self.run_button.setEnabled(self._allowed and not running)
        self.stop_button.setEnabled(running)
        if had_focus and self._allowed:
            (self.stop_button if running else self.run_button).setFocus()

    def _add_output(self, text: str) -> None:
        self._printed += text
        self.output.add(text)

    def _ended(self, result: CellResult) -> None:
        self._show_running()
        if result.how == "done":
            self._compare()
        else:
            self.editor.light(result.line)
            self._say(*ending(result))
        announce(self, self._state.words())

    def _say(self, icon: str, tone: str, words: str, comparing: bool = False) -> None:
        self._comparing = comparing
        self._state.say(icon, tone, words)

    # -- comparing

    def show_metrics(self, metrics: Mapping[str, Value]) -> None:
        """The numbers on screen changed."""
        self._metrics = metrics
        if self._printed and not self.runner.running and self._comparing:
            self._compare()

    def _compare(self) -> None:
        printed, claim = last_number(self._printed), self.block.claim
        if printed is None:
            self._say("info", "text2", _("It ran, and printed no number to compare."))
            return
        shown = self._metrics.get(claim.metric)
        same = agrees(printed, shown, self.block.tolerance)
        words = _("yours {yours} · on screen {shown}").format(
            yours=show_number(printed.value, claim.digits), shown=show_number(shown, claim.digits)
        )
        if same:
            self._say("", "good", f"{words} ✓", comparing=True)
        else:
            self._say("", "warn", f"{words} ✗ " + _("not the same"), comparing=True)

    def _match(self) -> None:
        self.setting_requested.emit(self.block.claim.request)

    def _changed_code(self) -> str | None:
        code = self.editor.code()
        return None if code == self.block.source else code

    def _show_reset(self) -> None:
        self.reset_button.setVisible(self._allowed and self._changed_code() is not None)

    def _text_changed(self) -> None:
        self._show_reset()
        self.edited.emit(self.block.id, self._changed_code())

    def _filled(self, full: bool) -> None:
        if full:
            words = _("This cell is full: {n} characters. What goes beyond is left out.")
            self._say("circle-alert", "warn", words.format(n=show_number(MAX_CODE)))
            announce(self, self._state.words())
        else:
            self._state.hide()
