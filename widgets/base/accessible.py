"""What a screen reader meets where Qt's own answer will not do. A picture: its name, what it shows, and what is told.

A widget that paints data inherits `Described`. It says itself what it shows (`summary`), is told with `set_description`
what that means whenever it comes to rest, and tells with `tell` where keys have moved its cursor. Qt asks the factory
below for an interface the first time that assistive technology looks; a widget with more to say, such as the slider,
offers its own. `tests/access` asks them all from another process: what goes wrong here goes wrong in C++, where no
exception is seen.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
    QFocusEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QAccessibleWidget,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import Shiboken

from widgets.base.mixin import ForWidgets

__all__ = ["Described", "address_of", "announce", "offer", "use_interfaces"]

REST_MS = 120  # a cursor that has not moved for so long is announced: not every place that a held key passes


def address_of(part: Any) -> Shiboken.VoidPtr:
    """What an `interface_cast` written in Python returns for `part`: an interface, what Qt's own cast gave, or None.

    C++ wants a pointer. PySide converts nothing there: from an object or None it makes an address of its own, and the
    first screen reader that asks ends the program. An address is handed through as it is, nought included.
    """
    if isinstance(part, Shiboken.VoidPtr):
        return part
    return Shiboken.VoidPtr(0 if part is None else Shiboken.getCppPointer(part)[0])


def announce(widget: QWidget, text: str) -> None:
    """Let a screen reader say `text` when it has nothing more urgent to say."""
    if QAccessible.isActive():
        event = QAccessibleAnnouncementEvent(widget, text)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
        QAccessible.updateAccessibility(event)


class Described(ForWidgets):
    """Mixin for QWidgets that paint data."""

    _description = ""
    _told = ""
    _rest: QTimer | None = None
    _late = False  # whether Qt does not know the sentence yet

    def summary(self) -> str:
        """Hook: what the picture shows now, in a sentence of its own. Only asked for by who listens."""
        return ""

    def tell(self, text: str) -> None:
        """Say where keys have moved the cursor, and what is there: the picture's value from now on.

        It is announced once the cursor rests, never by frames that come while it stands still. "" takes it back.
        """
        if text == self._told:
            return
        self._told = text
        if not text or not QAccessible.isActive():
            return
        if self._rest is None:
            self._rest = QTimer(self)
            self._rest.setSingleShot(True)
            self._rest.timeout.connect(self._announce_told)
        self._rest.start(REST_MS)

    def _announce_told(self) -> None:
        if self._told:
            announce(self, self._told)

    def told(self) -> str:
        """What the cursor of the keys was last said to be at; "" without one."""
        return self._told

    def set_description(self, text: str) -> None:
        """Say what the picture shows now, in a sentence or two."""
        if text == self._description:
            return
        self._description = text
        if self._told and self.hasFocus():  # screen readers would read all of it at every place of the cursor
            self._late = True
            return
        self.setAccessibleDescription(text)  # announced by Qt itself
        if QAccessible.isActive() and sys.platform != "linux":  # where only numbers may announce a new value
            event = QAccessibleEvent(self, QAccessible.Event.ValueChanged)
            QAccessible.updateAccessibility(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._late:
            self._late = False
            self.setAccessibleDescription(self._description)

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
                return shown.told() or shown.description()
            if kind == QAccessible.Text.Description:
                said = shown.description() or shown.accessibleDescription()
                return " ".join(filter(None, (shown.summary(), said)))
            if kind == QAccessible.Text.Name:
                return shown.accessibleName()
        return super().text(kind)


class _Area(QAccessibleWidget):
    """A plain scroll area, without Qt's own interface for it, which reads past its list of children.

    There a child whose number is no longer right, because a scroll bar has just gone, ends the program. The interface
    of any other widget looks first. Texts and tables have interfaces of their own.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget, QAccessible.Role.Client, widget.accessibleName())


_interfaces: dict[int, QAccessibleWidget] = {}  # Qt holds no Python reference: without this they would be collected
_installed: list[bool] = []
_makers: list[tuple[type, Callable[[Any], QAccessibleWidget | None]]] = [(Described, _Graphic)]


def offer(kind: type, make: Callable[[Any], QAccessibleWidget | None]) -> None:
    """Let assistive technology meet every widget of class `kind` through `make(widget)`, made once for each; where that
    is None, through what is offered for another class of it, or by Qt."""
    _makers.append((kind, make))


def _made(thing: QWidget) -> QAccessibleWidget | None:
    for kind, make in _makers:
        found = make(thing) if isinstance(thing, kind) else None
        if found is not None:
            return found
    better = (QAbstractItemView, QPlainTextEdit, QTextEdit)
    return _Area(thing) if isinstance(thing, QAbstractScrollArea) and not isinstance(thing, better) else None


def _factory(_key: str, thing: QObject) -> QAccessibleInterface | None:
    """The interface for `thing`, None for Qt's own. Never raises: Qt would go on with the error still pending."""
    try:
        found = _made(thing) if isinstance(thing, QWidget) else None
    except Exception:
        sys.excepthook(*sys.exc_info())
        return None
    if found is None:
        return None
    key = id(found)
    _interfaces[key] = found
    thing.destroyed.connect(_forgetter(key))
    return found


def _forgetter(key: int) -> Any:
    return lambda *_: _interfaces.pop(key, None)


def use_interfaces() -> None:
    """Put the interfaces of this module before Qt's own. Call it once, when there is an application.

    Qt asks the factory that came last first, and its own comes with the application.
    """
    if not _installed:
        QAccessible.installFactory(_factory)
        _installed.append(True)
