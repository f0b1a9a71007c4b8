"""Small drawings painted once and stamped many times: a ball with its light and shadow, a label, a mark.

Antialiased ellipses and text cost some tens of microseconds each; a frame has thirty of them. A stamp is
kept as a pixmap until the look or the screen change. Painting into a file goes without stamps, as outlines.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from widgets.base.look import Look

__all__ = ["PixmapCache"]

_MOST = 256


class PixmapCache:
    """The stamps of one canvas."""

    def __init__(self) -> None:
        self._made: dict[Hashable, QPixmap] = {}
        self._made_for: object = None
        self._ratio = 1.0

    def use(self, look: Look, ratio: float) -> PixmapCache:
        """Get ready for a frame; forgets the stamps of another look or screen. Returns itself."""
        if (look, ratio) != self._made_for or len(self._made) > _MOST:
            self._made, self._made_for, self._ratio = {}, (look, ratio), ratio
        return self

    def draw(
        self,
        painter: QPainter,
        key: Hashable,
        x: float,
        y: float,
        bounds: QRectF,
        paint: Callable[[QPainter], None],
    ) -> None:
        """Stamp at the pixel (x, y) what `paint` draws around the origin within `bounds`.

        Two calls with one `key` must draw the same.
        """
        pixmap = self._made.get(key)
        if pixmap is None:
            pixmap = self._made[key] = self._make(bounds, paint)
        painter.drawPixmap(QPointF(x + bounds.left(), y + bounds.top()), pixmap)

    def _make(self, bounds: QRectF, paint: Callable[[QPainter], None]) -> QPixmap:
        pixmap = QPixmap(max(1, round(bounds.width() * self._ratio)), max(1, round(bounds.height() * self._ratio)))
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-bounds.left(), -bounds.top())
        paint(painter)
        painter.end()
        return pixmap
