"""Rows, columns and stacks of widgets in one line each: `hbox(title, (chart, 2), None)`."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from widgets.base.stylesheet import kind

__all__ = ["Flat", "fill", "hbox", "heading", "keep_lines", "set_shown", "stack", "turn", "vbox"]

L = TypeVar("L", bound=QBoxLayout)
Part = QWidget | QLayout | int | None | tuple[QWidget | QLayout, int]


class Flat(QWidget):
    """Parts whose height does not hang on their width, though words could wrap within them. Below other parts, what
    does hang on it gets the height it likes to have before those get the least that they need."""

    def hasHeightForWidth(self) -> bool:
        return False


def hbox(*parts: Part, on: QWidget | None = None, gap: int | None = None) -> QHBoxLayout:
    """Parts side by side.

    parts  a widget or layout, alone or with its stretch; an int is so many empty pixels; None takes what is left
    on     the widget that they fill
    gap    pixels between two parts
    """
    return fill(QHBoxLayout(), *parts, on=on, gap=gap)


def vbox(*parts: Part, on: QWidget | None = None, gap: int | None = None) -> QVBoxLayout:
    """Parts below each other; see `hbox`."""
    return fill(QVBoxLayout(), *parts, on=on, gap=gap)


def fill(layout: L, *parts: Part, on: QWidget | None = None, gap: int | None = None) -> L:
    """Put parts into a layout without margins; see `hbox`."""
    if on is not None:
        on.setLayout(layout)
    layout.setContentsMargins(0, 0, 0, 0)
    if gap is not None:
        layout.setSpacing(gap)
    for part in parts:
        _add(layout, part)
    return layout


def turn(layout: QBoxLayout, below: bool) -> None:
    """Stand the parts of a layout below each other, or beside each other."""
    way = QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight
    if layout.direction() != way:
        layout.setDirection(way)


def _add(layout: QBoxLayout, part: Part) -> None:
    if part is None:
        layout.addStretch(1)
    elif isinstance(part, int):
        layout.addSpacing(part)
    else:
        what, stretch = part if isinstance(part, tuple) else (part, 0)
        if isinstance(what, QLayout):
            layout.addLayout(what, stretch)
        else:
            layout.addWidget(what, stretch)


def keep_lines(label: QWidget, width: int) -> None:
    """Give a label that wraps no less than the height of its lines, in a width in pixels: where there is little room,
    layouts go by the least heights of their parts."""
    label.setMinimumHeight(max(0, label.heightForWidth(width)))


def set_shown(widget: QWidget, shown: bool) -> None:
    """Show or hide a part from where room is given out, such as a `resizeEvent`. Showing it makes its parents lay out
    their parts at once, and in the room that they give it may be hidden again, within this call: Qt then shows what is
    hidden, and no layout gives it a place."""
    widget.setVisible(shown)
    if widget.isVisible() and widget.isHidden():
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_Hidden, False)  # or Qt takes hiding it for done
        widget.hide()


def stack(*pages: QWidget) -> QStackedWidget:
    """Pages of which one is in sight, the first to begin with."""
    made = QStackedWidget()
    for page in pages:
        made.addWidget(page)
    return made


def heading(text: str = "", style: str = "h3") -> QLabel:
    """A label that is cut off where there is no room for it, and so never widens the window."""
    made = kind(QLabel(text), style)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return made
