"""One card of a box: an icon, a word, a text, and up to three buttons."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from lab.core.text import _
from lab.shell.text_label import text_label
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button, Glyph, IconButton
from widgets.text.flow_layout import FlowLayout

__all__ = ["Notice"]

ICONS = {"bad": "circle-alert", "warn": "triangle-alert", "good": "circle-check", "info": "info", "goal": "trophy"}


class Notice(Refreshing, QFrame):
    """`pressed` carries the name of a button; a narrow card has text and buttons under its heading."""

    pressed = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = "info"
        kind(self, "note")
        self._icon = Glyph("info", "text2")
        self._word = text_label("", "strong", wrap=True)
        self._text = kind(QLabel(), "body")
        self._text.setObjectName("notice-text")
        self._text.setWordWrap(True)
        self._buttons = FlowLayout(gap=10)
        self._close = IconButton("x", _("Close this note"), side=28)
        self._close.clicked.connect(self.closed)
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click on a note leaves the keyboard where it was
        self._narrow = False
        self._row = QWidget(self)  # of buttons
        self._row.setLayout(self._buttons)
        self._grid = QGridLayout(self)
        self._grid.addWidget(self._icon, 0, 0)
        self._grid.addWidget(self._word, 0, 1)
        self._grid.addWidget(self._close, 0, 3, Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(1, 1)
        self._made: list[Button] = []
        self._kinds: dict[str, str] = {}
        self._arrange()

    def say(self, tone: str, word: str, text: str, buttons: tuple[tuple[str, str, str], ...] = ()) -> None:
        """Show a text. `buttons` are (name, words, kind); a press emits the name."""
        if tone != self._tone:
            self._tone = tone
            kind(self, {"goal": "note", "info": "note"}.get(tone, tone))
            self._icon.set_face(ICONS[tone], tone if tone in ("bad", "warn", "good") else "accent_text")
        self._word.setText(word)
        self._text.setText(text)
        self.setAccessibleName(f"{word}. {text}")
        names = [name for name, _words, _kind in buttons]
        if names != [b.objectName() for b in self._made]:
            self._replace_buttons(buttons)
        self._row.setVisible(bool(buttons))
        for button, (_name, words, _kind) in zip(self._made, buttons):
            button.set_face(words, "")
        self.adjustSize()

    def set_narrow(self, narrow: bool) -> None:
        """In a narrow place text and buttons take the whole width, under the heading."""
        if narrow != self._narrow:
            self._narrow = narrow
            kind(self._text, "small" if narrow else "body")
            for button in self._made[1:]:
                kind(button, self._kinds[button.objectName()] if not narrow else "link")
            self._arrange()

    def _arrange(self) -> None:
        for part in (self._text, self._row):
            self._grid.removeWidget(part)
        self._close.set_side(24 if self._narrow else 28)
        if self._narrow:
            self._grid.addWidget(self._text, 1, 0, 1, 4)
            self._grid.addWidget(self._row, 2, 0, 1, 4)
        else:
            self._grid.addWidget(self._text, 1, 1)
            self._grid.addWidget(self._row, 0, 2, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        self.relook()

    def _replace_buttons(self, buttons: tuple[tuple[str, str, str], ...]) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            if (button := item.widget()) is not None:
                button.hide()
                button.deleteLater()
        self._made, self._kinds = [], {name: look_kind for name, _words, look_kind in buttons}
        for name, words, look_kind in buttons:
            if self._narrow and self._made:  # only the first has an outline: three would not stand in one line
                look_kind = "link"
            button = Button(words, look_kind, height=30, parent=self._row)
            button.setObjectName(name)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self.pressed.emit, name))
            self._buttons.addWidget(button)
            button.show()  # a layout would show it later, when the height has been asked for
            self._made.append(button)

    def relook(self) -> None:
        px, above = look().px, look().px(5 if self._narrow else 7)
        self._grid.setContentsMargins(px(12), above, px(8), above)
        self._grid.setHorizontalSpacing(px(10))
        self._grid.setVerticalSpacing(px(4) if self._narrow else 0)
