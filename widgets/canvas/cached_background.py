"""What lies still in a picture, painted once: a widget paints its ground again only when it is another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from widgets.base.look import look

__all__ = ["CachedBackground"]


class CachedBackground:
    """Kept for one widget. It notices another look, size or density of the screen; the rest is told by `is_new`."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._pixmap: QPixmap | None = None
        self._kept_for: object = None
        self._version = 0

    def is_new(self) -> None:
        """What lies still is another picture: paint it anew and show it."""
        self._version += 1
        self._widget.update()

    def lay(self, painter: QPainter, paint: Callable[[QPainter], Any]) -> None:
        """Lay the ground below what `painter` will paint; `paint` is called when it has to be made."""
        widget, ratio = self._widget, self._widget.devicePixelRatioF()
        key = (self._version, look(), ratio, widget.size())
        if key != self._kept_for or self._pixmap is None:
            self._kept_for = key
            self._pixmap = QPixmap(max(1, round(widget.width() * ratio)), max(1, round(widget.height() * ratio)))
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(Qt.GlobalColor.transparent)
            inner = QPainter(self._pixmap)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner.setLayoutDirection(painter.layoutDirection())
            paint(inner)
            inner.end()
        painter.drawPixmap(0, 0, self._pixmap)
