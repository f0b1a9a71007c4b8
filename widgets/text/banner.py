"""A banner: something worth knowing, with an icon and a word besides the colour, and perhaps one thing to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QWidget

from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind as set_kind
from widgets.base.words import _
from widgets.controls.buttons import Button, Glyph, IconButton

__all__ = ["Banner"]

_ICONS = {"good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert", "info": "info"}


class Banner(Refreshing, QFrame):
    """A message of kind 'good', 'warn', 'bad' or 'info'. It hides itself when it is closed."""

    acted = Signal()
    closed = Signal()

    def __init__(self, kind: str, text: str, action: str = "", word: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Glyph("info", "accent_text", 18)
        self._word = set_kind(QLabel(), "strong")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._action = Button(action, "outline", height=30)
        self._close = IconButton("x", _("Close"), size=16, side=28)
        self._slim = self._upright = False
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(2, 1)
        self._arrange()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._action.clicked.connect(self.acted)
        self._close.clicked.connect(self.close_banner)
        self.say(kind, text, action, word)
        self.relook()

    def say(self, kind: str, text: str, action: str = "", word: str = "") -> None:
        """Another message. Raises ValueError for an unknown kind."""
        if kind not in _ICONS:
            raise ValueError(f"kind must be one of {list(_ICONS)}, got {kind!r}")
        words = {"good": _("Done"), "warn": _("Careful"), "bad": _("Problem"), "info": _("Note")}
        set_kind(self, kind)
        tone = "accent_text" if kind == "info" else kind
        self._icon.set_face(_ICONS[kind], tone)
        self._word.setText(word or words[kind])
        self._word.setProperty("tone", tone)
        set_kind(self._word, "strong")
        self._text.setText(text)
        self._action.set_face(action, "")
        self._action.setVisible(bool(action))
        self.setAccessibleName(f"{word or words[kind]}: {text}")

    def set_slim(self, slim: bool) -> None:
        """As low as a line of controls, for a place that is kept for it."""
        self._slim = slim
        set_kind(self._text, "small" if slim else "")
        self.relook()

    def set_upright(self, upright: bool) -> None:
        """The message above, and what can be done below it, for a place that is narrow."""
        if upright != self._upright:
            self._upright = upright
            self._arrange()
            self.relook()

    def _arrange(self) -> None:
        grid = self._grid
        parts: tuple[QWidget, ...] = (self._icon, self._word, self._text, self._action, self._close)
        for part in parts:
            grid.removeWidget(part)
        for column, part in enumerate(parts):
            if part is not self._text:
                grid.addWidget(part, int(self._upright), column)
        grid.addWidget(self._text, 0, 0 if self._upright else 2, 1, 5 if self._upright else 1)
        self._word.setVisible(not self._upright)

    def close_banner(self) -> None:
        """Hide it, as its close button does."""
        self.hide()
        self.closed.emit()

    def relook(self) -> None:
        high = look().px(0 if self._slim else 6)
        self._grid.setContentsMargins(look().px(8 if self._upright else 12), high, look().px(6), high)
        self._grid.setHorizontalSpacing(look().px(4 if self._upright else 8))
        self._grid.setVerticalSpacing(look().px(2))
