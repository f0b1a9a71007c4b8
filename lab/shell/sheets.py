"""Sheets: the keys and the settings. Ordinary dialogs in our look, closed with Esc."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from lab.core.params import fields_of, replaced
from lab.core.text import _, languages
from lab.runtime.settings import Settings
from lab.shell.box_keys import KEYS
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.controls.form import Form

if TYPE_CHECKING:
    from lab.shell.window import MainWindow

__all__ = ["KeySheet", "SettingsSheet", "Sheet"]

REST_MS = 120  # after which a hand that changes a setting is taken to rest


class Sheet(Refreshing, QDialog):
    """A title, a body that scrolls when it must, and Close."""

    def __init__(self, window: MainWindow, title: str, width: int, height: int) -> None:
        super().__init__(window)
        self._window, self._size = window, (width, height)
        self.setWindowTitle(title)
        self._title = kind(QLabel(title), "h2")
        self.body = QVBoxLayout()
        self._inner = QWidget()
        self._inner.setProperty("kind", "clear")
        self._inner.setLayout(self.body)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._inner)
        self._scroll.setAccessibleName(title)  # it can be scrolled with the keyboard
        self.foot = QHBoxLayout()
        self.foot.addStretch(1)
        self.close_button = Button(_("Close"), "primary")
        self.close_button.clicked.connect(self.accept)
        self.foot.addWidget(self.close_button)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self._scroll, 1)
        self._column.addLayout(self.foot)
        self.relook()

    def open(self) -> None:
        self._fit()
        super().open()
        self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fit(self) -> None:
        """As high as what is in it, as far as the window has room."""
        self._column.activate()
        inner, margins = self._inner, self._column.contentsMargins()
        width = self.width() - margins.left() - margins.right()
        content = max(inner.heightForWidth(width), inner.sizeHint().height())
        around = margins.top() + margins.bottom() + 2 * self._column.spacing()
        around += self._title.sizeHint().height() + self.foot.sizeHint().height()
        self.resize(self.width(), min(content + around, self._window.height() - 40))

    def relook(self) -> None:
        px = look().px
        self._column.setContentsMargins(px(20), px(16), px(20), px(16))
        self._column.setSpacing(px(12))
        self.body.setContentsMargins(px(4), px(2), px(8), px(2))
        self.body.setSpacing(px(10))
        room = self._window.size()
        self.resize(min(px(self._size[0]), room.width() - 40), min(px(self._size[1]), room.height() - 40))
        if self.isVisible():
            self._fit()


def _own_name(code: str) -> str:
    """A language as its speakers write it."""
    if code == "en":
        return "English"  # Qt would add a country
    return QLocale(code).nativeLanguageName() or code


class KeySheet(Sheet):
    """F1: every key, begun with Tab."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, _("Keys"), 560, 620)
        from lab.shell.palette import commands
        from lab.shell.strip import VERBS

        self._grid = QGridLayout()
        self.body.addLayout(self._grid)
        self._section(_("In an experiment"), [(key, _(meaning)) for key, meaning in KEYS])
        self._section(_("In the window"), [(key, words) for words, key, _deed in commands(window) if key])
        self._section(_("Tabs"), [(verb.key, _(verb.text)) for verb in VERBS.values() if verb.key])
        text = _("A field, slider or button that has the keyboard takes its own keys first.")
        text += " " + _("On a value, arrows are one step, with Shift a tenth, Page Up and Page Down ten.")
        note = kind(QLabel(text), "small")
        note.setWordWrap(True)
        note.setProperty("tone", "text2")
        self.body.addWidget(note)
        self.body.addStretch(1)

    def _section(self, title: str, lines: list[tuple[str, str]]) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(kind(QLabel(title), "h3"), row, 0, 1, 2)
        for i, (key, meaning) in enumerate(lines, row + 1):
            shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) if "+" in key else key
            label = kind(QLabel(shown or key), "strong")
            self._grid.addWidget(label, i, 0, Qt.AlignmentFlag.AlignTop)
            words = QLabel(meaning)
            words.setWordWrap(True)
            self._grid.addWidget(words, i, 1)
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(look().px(24))


class SettingsSheet(Sheet):
    """Every setting, made from the settings' own declaration; a change works as soon as the hand rests.

    Another text size lays out the whole window: a slider that is dragged does so once, and not at every pixel.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, _("Settings"), 480, 560)
        self._waiting: dict[str, Any] = {}
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._apply)
        from lab.shell.controls import item_of

        items = []
        for field in fields_of(Settings):
            if field.name == "language":
                codes = languages()
                if len(codes) < 2:  # a choice of one is none
                    continue
                names = tuple(_own_name(code) for code in codes)
                field = replace(field, kind="choice", choices=codes, choice_labels=names)
            items.append(item_of(field))
        self.form = Form(items)
        self.form.changed.connect(self._changed)
        self.body.addWidget(self.form)
        packs = Button(_("Model packs…"), "link")
        packs.clicked.connect(self._show_packs)
        self.body.addWidget(packs, 0, Qt.AlignmentFlag.AlignLeft)
        locked = window.services.classroom.lock_settings
        self.form.setEnabled(not locked)
        if locked:
            self.body.addWidget(kind(QLabel(_("Your teacher has set these for this room.")), "small"))
        self.body.addStretch(1)

    def open(self) -> None:
        settings = self._window.services.settings
        codes = languages()
        values = {f.name: getattr(settings, f.name) for f in fields_of(Settings)}
        values["language"] = settings.language if settings.language in codes else "en"
        if len(codes) < 2:
            del values["language"]
        self.form.set_values(values)
        super().open()

    def _show_packs(self) -> None:
        self.accept()
        self._window.desk.show_packs()

    def _changed(self, name: str, value: Any) -> None:
        self._waiting[name] = value
        self._rest.start()

    def _apply(self) -> None:
        self._rest.stop()
        waiting, self._waiting = self._waiting, {}
        if waiting:
            self._window.change_settings(replaced(self._window.services.settings, waiting))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._apply()
