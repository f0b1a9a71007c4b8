"""What a widget is to a screen reader where its class does not tell: a heading, a part of the window, a link, one of
several."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QAccessible, QAccessibleAttributesInterface
from PySide6.QtWidgets import QAbstractButton, QAccessibleWidget, QLabel, QWidget

from widgets.base.accessible import address_of, offer

__all__ = ["Exclusive", "be_group", "be_heading", "be_link", "be_part"]

ROLE, LEVEL = "spoken_role", "spoken_level"  # dynamic properties
PRESS = "Press"


def be_heading(label: QLabel, level: int) -> None:
    """A label stands over what follows it. level: 1 for the largest. To be called before anyone has met it."""
    _be(label, QAccessible.Role.Heading)
    label.setProperty(LEVEL, level)


def be_part(widget: QWidget, name: str, about: str) -> None:
    """A part of the window that can be gone to: a panel, whose name a screen reader says when it is entered.

    about: what is said with it; Orca would read every label in it otherwise, the whole page of a lesson.
    """
    be_group(widget)
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(about)


def be_group(widget: QWidget) -> None:
    """What is in it belongs together."""
    _be(widget, QAccessible.Role.Grouping)


def be_link(widget: QWidget) -> None:
    """It leads to something; what its `follow` does is its action."""
    _be(widget, QAccessible.Role.Link)


def _be(widget: QWidget, role: QAccessible.Role) -> None:
    widget.setProperty(ROLE, role.value)


class Exclusive:
    """Mixin for buttons that may be one of several: met as radio buttons while their group is exclusive."""


class _Spoken(QAccessibleWidget):
    """Any widget in the role that was said."""

    def __init__(self, widget: QWidget, role: QAccessible.Role) -> None:
        super().__init__(widget, role, widget.accessibleName())
        level = widget.property(LEVEL)
        self._attributes = _Level(level) if isinstance(level, int) else None

    def text(self, kind: QAccessible.Text) -> str:
        widget = self.object()
        if kind == QAccessible.Text.Name and isinstance(widget, QLabel | QAbstractButton):
            return widget.accessibleName() or widget.text().replace("&&", "&")
        return super().text(kind)

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Any:
        if kind == QAccessible.InterfaceType.AttributesInterface and self._attributes is not None:
            return address_of(self._attributes)
        return address_of(super().interface_cast(kind))


class _Level(QAccessibleAttributesInterface):
    """How deep a heading is."""

    def __init__(self, level: int) -> None:
        super().__init__()
        self._level = level

    def attributeKeys(self) -> list[QAccessible.Attribute]:
        return [QAccessible.Attribute.Level]

    def attributeValue(self, key: QAccessible.Attribute) -> Any:
        return self._level if key == QAccessible.Attribute.Level else None


class _Pressed(_Spoken):
    """What can be pressed."""

    def actionNames(self) -> list[str]:
        return [PRESS, *super().actionNames()]

    def doAction(self, name: str) -> None:
        widget: Any = self.object()
        if name != PRESS:
            super().doAction(name)
        elif widget.isEnabled():
            widget.click() if isinstance(widget, QAbstractButton) else widget.follow()


class _Link(_Pressed):
    def state(self) -> QAccessible.State:
        state = super().state()
        state.linked = True
        return state


class _Radio(_Pressed):
    def state(self) -> QAccessible.State:
        state, button = super().state(), self.object()
        state.checkable = state.checked = True
        state.checked = isinstance(button, QAbstractButton) and button.isChecked()
        return state


def _one_of_several(button: Any) -> QAccessibleWidget | None:
    group = button.group()
    return _Radio(button, QAccessible.Role.RadioButton) if group is not None and group.exclusive() else None


def _in_its_role(widget: QWidget) -> QAccessibleWidget | None:
    value = widget.property(ROLE)
    if value is None:
        return None
    role = QAccessible.Role(value)
    return (_Link if role == QAccessible.Role.Link else _Spoken)(widget, role)


offer(Exclusive, _one_of_several)
offer(QWidget, _in_its_role)
