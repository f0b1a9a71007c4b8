"""Lets a screen reader read a picture: role Graphic, the widget's name, and its state in a sentence.

A widget that paints data inherits `Described` and is told its sentence with `set_description` whenever it
comes to rest. Qt asks the factory below for an interface the first time that assistive technology looks.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

from widgets.mixin import ForWidgets

__all__ = ["Described"]


class Described(ForWidgets):
    """Mixin for QWidgets that paint data."""

    _description = ""

    def set_description(self, text: str) -> None:
        """Say what the picture shows now, in a sentence or two."""
        if text == self._description:
            return
        self._description = text
        self.setAccessibleDescription(text)
        if QAccessible.isActive():
            event = QAccessibleEvent(self, QAccessible.Event.ValueChanged)
            QAccessible.updateAccessibility(event)

    def description(self) -> str:
        """The sentence in force."""
        return self._description


class _Graphic(QAccessibleWidget):
    """What a screen reader gets to see of a `Described` widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget, QAccessible.Role.Graphic, widget.accessibleName())

    def text(self, kind: QAccessible.Text) -> str:
        shown = self.object()
        if isinstance(shown, Described):
            if kind == QAccessible.Text.Value:
                return shown.description()
            if kind == QAccessible.Text.Name:
                return shown.accessibleName()
        return super().text(kind)


_interfaces: dict[int, _Graphic] = {}  # Qt holds no Python reference: without this they would be collected


def _factory(_key: str, thing: QObject) -> QAccessibleInterface | None:
    if not isinstance(thing, Described):
        return None
    found = _Graphic(thing)
    key = id(found)
    _interfaces[key] = found
    thing.destroyed.connect(_forgetter(key))
    return found


def _forgetter(key: int) -> Any:
    return lambda *_: _interfaces.pop(key, None)


QAccessible.installFactory(_factory)
