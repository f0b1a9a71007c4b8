"""Every setting, made from the settings' own declaration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QLabel

from lab.core.params import fields_of, replaced
from lab.core.text import _, languages
from lab.runtime.settings import Settings
from lab.shell.box.controls import item_of
from lab.shell.context import Context
from lab.shell.dialogs.packs import show_packs
from lab.shell.dialogs.sheet import Sheet
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.controls.form import Form

__all__ = ["SettingsSheet"]

REST_MS = 120  # after which a hand that changes a setting is taken to rest


def _native_name(code: str) -> str:
    """A language as its speakers write it."""
    if code == "en":
        return "English"  # Qt would add a country
    return QLocale(code).nativeLanguageName() or code


class SettingsSheet(Sheet):
    """Every setting, made from the settings' own declaration; a change works as soon as the hand rests.

    Another text size lays out the whole window: a slider that is dragged does so once, and not at every pixel.
    """

    def __init__(self, window: Context) -> None:
        super().__init__(window, _("Settings"), 480, 560)
        self._waiting: dict[str, Any] = {}
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._apply)
        items = []
        for field in fields_of(Settings):
            if field.name == "language":
                codes = languages()
                if len(codes) < 2:  # a choice of one is none
                    continue
                names = tuple(_native_name(code) for code in codes)
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
        show_packs(self._window)

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
