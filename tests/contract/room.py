"""How a box spends its room: how much of it a widget has, and what of a view is left empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QStackedWidget, QWidget

from lab.kit_qt.scrolling import Scrolling
from widgets.base.accessible import Described

BLOCK = 8  # pixels along the side of a block, which is empty or not
HOLDERS = (QWidget, QStackedWidget)  # those of no class of their own only hold others


@dataclass(frozen=True)
class Room:
    """What a page does with its box, all as shares of the box.

    main     its main picture
    largest  the largest of all that is neither within the main picture nor around it, and what it is called
    empty    the largest rectangle of the view in which nothing is
    drawn    how much of the main picture lies between the outermost things drawn in it, as a share of the picture
    reach    how far these are apart, across or down, as a share of its width or height, whichever is more
    parts    of what the main picture is put together, where it is of several widgets
    """

    main: float
    largest: float
    name: str
    empty: float
    drawn: float
    reach: float
    parts: tuple[float, ...] = ()


def measure(box: Any) -> Room:
    """The room of what a box shows now."""
    whole = box.width() * box.height()
    main = [widget for widget in box.view.main_picture() if _area(_seen(widget, box))]
    others = [(_area(_seen(widget, box)), _name(widget)) for widget in _beside(box, main)]
    largest, name = max(others, default=(0, ""))
    drawn = [_drawn(widget) for widget in main] or [(0.0, 0.0)]
    parts = tuple(_area(_seen(widget, box)) / whole for widget in main)
    return Room(
        sum(parts),
        largest / whole,
        name,
        _empty(box.view, main) / whole,
        *(min(shares) for shares in zip(*drawn)),
        parts,
    )


def _seen(widget: QWidget, box: QWidget) -> QRect:
    """What of a widget is to be seen in its box, and where."""
    if not widget.isVisible():
        return QRect()
    rect, above = QRect(QPoint(), widget.size()), widget
    while above is not box:
        rect.translate(above.pos())
        above = above.parentWidget()
        rect &= QRect(QPoint(), above.size())
    return rect


def _area(rect: QRect) -> int:
    return max(0, rect.width()) * max(0, rect.height())


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()}".strip()


def _beside(box: QWidget, main: list[QWidget]) -> list[QWidget]:
    """All that is neither a main picture nor within one nor around one."""
    return [
        widget
        for widget in box.findChildren(QWidget)
        if widget.isVisible()
        and type(widget) not in HOLDERS
        and not any(widget is one or one.isAncestorOf(widget) or widget.isAncestorOf(one) for one in main)
    ]


# ------------------------------------------------------------------------------------------ what is painted


def _pixels(widget: QWidget) -> np.ndarray:
    """The colours of a widget: [height, width], a whole number each."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    numbers = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return numbers[:, : image.width()].copy()


def _drawn(widget: QWidget) -> tuple[float, float]:
    """The part of a picture between the outermost things that are drawn in it, as a share of the whole; and of its
    width or its height, whichever is more."""
    pixels = _pixels(widget)
    colors, counts = np.unique(pixels, return_counts=True)
    ink = pixels != colors[np.argmax(counts)]
    inside = ink[3:-3, 3:-3]  # without a frame around all
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return 0.0, 0.0
    down, across = ((found[-1] - found[0] + 1) / size for found, size in zip((rows, columns), inside.shape))
    return float(down * across), float(max(down, across))


def _empty(view: QWidget, main: list[QWidget]) -> int:
    """The largest rectangle of a view without anything in it, in pixels. What is a picture counts as full."""
    pixels = _pixels(view)
    rows, columns = pixels.shape[0] // BLOCK, pixels.shape[1] // BLOCK
    blocks = pixels[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    full = (blocks != blocks[:, :1, :, :1]).any(axis=(1, 3))
    kinds = (Described, QAbstractItemView, QAbstractScrollArea)
    for widget in (*main, *(one for one in view.findChildren(QWidget) if isinstance(one, kinds))):
        if widget.isVisible() and not isinstance(widget, Scrolling):  # that one holds the whole page
            seen = _seen(widget, view)
            bottom, right = seen.top() + seen.height(), seen.left() + seen.width()
            full[seen.top() // BLOCK : -(-bottom // BLOCK), seen.left() // BLOCK : -(-right // BLOCK)] = True
    return largest_rectangle(~full) * BLOCK**2


def largest_rectangle(free: np.ndarray) -> int:
    """How many places the largest rectangle has that is free everywhere. free: [rows, columns] of truth values."""
    best, heights = 0, np.zeros(free.shape[1] + 1, int)
    for row in free:
        heights[:-1] = np.where(row, heights[:-1] + 1, 0)
        rising: list[int] = []
        for column, height in enumerate(heights):
            while rising and heights[rising[-1]] >= height:
                high = int(heights[rising.pop()])
                best = max(best, high * (column - (rising[-1] + 1 if rising else 0)))
            rising.append(column)
    return best
