"""One note: an icon, a word, a text of a few lines, More where that is not all of it, and up to three buttons."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from lab.core.text import _
from lab.shell.text_label import text_label
from widgets.base.focus import go_through
from widgets.base.layouts import keep_lines, set_shown
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button, Glyph, IconButton
from widgets.text.flow_layout import FlowLayout
from widgets.text.folded_label import FoldedLabel
from widgets.text.popover import Popover

__all__ = ["LINE", "NARROW", "ROW", "Notice", "WholeText"]

W = TypeVar("W", bound=QWidget)

ROW, NARROW, LINE = "row", "narrow", "line"
"""Its forms: buttons beside the text; below it; and all in a single line, without a frame of its own."""

ICONS = {"bad": "circle-alert", "warn": "triangle-alert", "good": "circle-check", "info": "info", "goal": "trophy"}
GAP = 8  # pixels at 100 % text between the parts
ROUNDS = 8  # of laying out, at most: two are enough where everything has its final size
BARE_BELOW = 320  # pixels at 100 %: a narrower note keeps its room for words


class WholeText(Refreshing, QWidget):
    """All that a note has to say, for the pop-over behind More."""

    def __init__(self, word: str, text: str) -> None:
        super().__init__()
        kind(self, "clear")
        self.text = QLabel(text)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setObjectName("whole-text")
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        kind(self.text, "body")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(text_label(word, "strong", wrap=True))
        self._column.addWidget(self.text)
        self.relook()

    def relook(self) -> None:
        width = look().px(400)
        self._column.setSpacing(look().px(6))
        self.setFixedWidth(width)
        self.text.ensurePolished()
        keep_lines(self.text, width)


class Notice(Refreshing, QFrame):
    """`pressed` carries the name of a button."""

    pressed = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None, form: str = ROW) -> None:
        super().__init__(parent)
        self._tone, self._form, self._lines = "", form, 1 if form == LINE else 2
        self.setObjectName("notice")
        self._icon = Glyph("info", "accent_text", 16 if form == LINE else 18)
        self.text = FoldedLabel("caption" if form == LINE else "small", self._lines)
        self.text.setObjectName("notice-text")
        self._more = self._quiet(Button(_("More"), "link", height=22))
        self._more.setObjectName("more")
        self._more.setToolTip(_("Read all of it"))
        self._more.hide()
        self._row = QWidget(self)  # of buttons
        self._buttons = FlowLayout(self._row, gap=8)
        self._row.hide()
        self._close = self._quiet(IconButton("x", _("Close this note"), size=15, side=20 if form == LINE else 24))
        self._close.setObjectName("close-note")
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(1, 1)
        self._made: list[Button] = []
        self._offered: tuple[tuple[str, str, str], ...] = ()
        self.text.set_beside(self._more, GAP)
        self.text.fold_changed.connect(self._more.setVisible)
        self._more.clicked.connect(self.show_whole)
        self._close.clicked.connect(self.closed)
        self._set_tone("info")
        self._arrange()

    @staticmethod
    def _quiet(button: W) -> W:
        """A click on a note leaves the keyboard where it was."""
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    # --------------------------------------------------------------------------------------- what it says

    def say(self, tone: str, word: str, text: str, buttons: tuple[tuple[str, str, str], ...] = ()) -> None:
        """Show a text. `buttons` are (name, words, kind); a press emits the name."""
        self._set_tone(tone)
        self.text.say(word, text)
        self.setAccessibleName(f"{word}. {text}")
        if buttons != self._offered:
            self._offer(buttons)

    def set_lines(self, lines: int) -> None:
        """How many lines its text has."""
        if lines != self._lines:
            self._lines = lines
            self.text.set_lines(lines)
            self.relook()

    def set_form(self, form: str) -> None:
        """ROW, NARROW or LINE."""
        if form != self._form:
            self._form = form
            self._arrange()

    def show_whole(self) -> None:
        """The whole text in a pop-over, which closes by Esc or a press elsewhere."""
        whole = WholeText(self.text.lead, self.text.text())
        popover = Popover(whole, self.text.lead, self.window())
        popover.closed.connect(popover.deleteLater)
        popover.open_at(self._more)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_icon()

    def _fit_icon(self) -> None:
        set_shown(self._icon, self._form == LINE or self.width() >= look().px(BARE_BELOW))

    def settle(self) -> None:
        """Lay it out now: whether there is a More follows from the width, and the width from whether there is. What
        has not settled after a few rounds is settled by the next event, never by going round for ever."""
        for _round in range(ROUNDS):
            if not self._grid.activate():
                break

    def height_for(self, width: int) -> int:
        """How high it is in a width, in pixels."""
        return max(self.heightForWidth(width), self.minimumSizeHint().height())

    def _set_tone(self, tone: str) -> None:
        if tone == self._tone:
            return
        self._tone = tone
        plain = "clear" if self._form == LINE else "note"
        kind(self, {"goal": plain, "info": plain}.get(tone, tone))
        self._icon.set_face(ICONS[tone], tone if tone in ("bad", "warn", "good") else "accent_text")

    def _offer(self, buttons: tuple[tuple[str, str, str], ...]) -> None:
        """Other buttons, or other words on them: who has the keyboard on one keeps it."""
        self._offered = buttons
        if [name for name, _words, _kind in buttons] != [button.objectName() for button in self._made]:
            self._replace_buttons(buttons)
        self._row.setVisible(bool(buttons))
        for button, (_name, words, _kind) in zip(self._made, buttons):
            button.set_face(words, "")

    def _replace_buttons(self, buttons: tuple[tuple[str, str, str], ...]) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            if (button := item.widget()) is not None:
                button.hide()
                button.deleteLater()
        self._made = []
        for name, words, look_kind in buttons:
            made = self._quiet(Button(words, look_kind, height=28 if look_kind == "primary" else 24, parent=self._row))
            made.setObjectName(name)
            made.clicked.connect(partial(self.pressed.emit, name))
            self._buttons.addWidget(made)
            made.show()  # a layout would show it later, when the height has been asked for
            self._made.append(made)
        go_through(self._made, self._close)

    # ---------------------------------------------------------------------------------------------- look

    def _arrange(self) -> None:
        """Icon, text, More, buttons and Close in a line; in a narrow form the buttons take a line of their own."""
        parts = (self._icon, self.text, self._more, self._row, self._close)
        for part in parts:
            self._grid.removeWidget(part)
        narrow, middle = self._form == NARROW, Qt.AlignmentFlag.AlignVCenter
        columns = (0, 1, 2, None if narrow else 3, 4)
        for part, column in zip(parts, columns):
            if column is None:
                self._grid.addWidget(part, 1, 1, 1, 4)
            elif part is self.text:
                self._grid.addWidget(part, 0, column)
            else:
                self._grid.addWidget(part, 0, column, middle)
        self.relook()

    def relook(self) -> None:
        px = look().px
        if self._form == LINE:
            self._grid.setContentsMargins(px(6), 0, px(2), 0)
        else:
            above = px(1 if self._lines == 1 else 2)
            self._grid.setContentsMargins(px(12), above, px(6), above)
        self._grid.setHorizontalSpacing(px(GAP))
        self._grid.setVerticalSpacing(px(4))
        self._fit_icon()
