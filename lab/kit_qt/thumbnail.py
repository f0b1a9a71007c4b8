"""What all cards on the home page have in common. Without Qt at import time, like the cards themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

    Paint = Callable[[QPainter, QRectF, Palette], None]

__all__ = ["card"]


def card(paint: Paint) -> Paint:
    """Decorates what paints a card: it begins with the ground, paints nothing beside it, and leaves no trace."""

    @wraps(paint)
    def painted(painter: QPainter, rect: QRectF, palette: Palette) -> None:
        from PySide6.QtGui import QColor, QPainter

        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(rect)
        painter.fillRect(rect, QColor(palette.sunken))
        paint(painter, rect, palette)
        painter.restore()

    return painted
