"""What is wrong with a view that has little room: widgets that overlap, that are cut, whose words have no place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractScrollArea, QScrollArea, QWidget

from widgets.text.readout import Readout

__all__ = ["crowded", "main_rect", "page_of"]

SLACK = 2  # pixels by which layouts may round


def page_of(view: QWidget) -> QWidget:
    """What is scrolled in a view, or the view where nothing is."""
    areas = [area for area in view.findChildren(QScrollArea) if area.parentWidget() is view and area.widget()]
    return areas[0].widget() if areas else view


def rect_in(widget: QWidget, around: QWidget) -> QRect:
    """The place of a widget in one around it."""
    return QRect(widget.mapTo(around, QPoint()), widget.size())


def main_rect(view: Any) -> QRect:
    """The place of a view's main picture on its page; of several that are compared, of all together."""
    page, found = page_of(view), QRect()
    for widget in view.main_picture():
        if widget.isVisible():
            found = found.united(rect_in(widget, page))
    return found


def crowded(view: QWidget) -> list[str]:
    """Every fault of a view, a sentence each."""
    page = page_of(view)
    return [*_overlaps(page), *_cut(page), *_without_place(page), *_shown_though_hidden(page)]


def _seen(root: QWidget) -> Iterator[QWidget]:
    """The visible widgets in one, without the inside of lists and tables, which scroll on their own."""
    for child in root.children():
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow():
            yield child
            if not isinstance(child, QAbstractItemView):
                yield from _seen(child)


def _name(widget: QWidget) -> str:
    words = widget.accessibleName() or getattr(widget, "text", str)()
    return f"{type(widget).__name__} “{words[:30]}”"


def _overlaps(root: QWidget) -> Iterator[str]:
    """Neighbours that lie over each other."""
    for around in (root, *_seen(root)):
        if isinstance(around, QAbstractItemView):
            continue
        inside = [w for w in around.children() if isinstance(w, QWidget) and w.isVisible() and not w.isWindow()]
        for one, other in combinations(inside, 2):
            shared = one.geometry() & other.geometry()
            if min(shared.width(), shared.height()) > SLACK:
                yield f"{_name(one)} and {_name(other)} overlap by {shared.width()}×{shared.height()}"


def _cut(page: QWidget) -> Iterator[str]:
    """What reaches beyond what it is in; only a page that scrolls may be larger than its place."""
    for widget in _seen(page):
        around = widget.parentWidget()
        room = around.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK)
        if not isinstance(around.parentWidget(), QAbstractScrollArea) and not room.contains(widget.geometry()):
            place, size = widget.geometry(), f"{around.width()}×{around.height()}"
            yield f"{_name(widget)} at {place.getRect()} is cut by {_name(around)} of {size}"


def _shown_though_hidden(page: QWidget) -> Iterator[str]:
    """What was hidden while it was being shown: Qt paints it, and no layout gives it a place."""
    return (f"{_name(widget)} is shown though it is hidden" for widget in _seen(page) if widget.isHidden())


def _without_place(page: QWidget) -> Iterator[str]:
    """Read-outs and buttons that are too narrow for their words."""
    for widget in _seen(page):
        if isinstance(widget, Readout | QAbstractButton):
            wanted = widget.minimumSizeHint().width()
            if widget.width() < wanted - SLACK:
                yield f"{_name(widget)} needs {wanted} pixels and has {widget.width()}"
