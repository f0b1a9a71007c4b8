"""Line icons from SVG files, coloured like the text beside them.

Qt's SVG renderer does not know `currentColor`, so the colour is written into the text before it is drawn.
Pictures are cached by name, colour, size and screen density.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from widgets.base.look import look

__all__ = ["icon", "pixmap", "use_icons"]

_folder = Path()


def use_icons(folder: Path) -> None:
    """Say once, at start, where the SVG files are."""
    global _folder
    _folder = folder
    _draw.cache_clear()


def pixmap(name: str, color: str = "text2", size: float = 18) -> QPixmap:
    """The icon `name` in a palette colour, `size` pixels at 100 % text size."""
    return _draw(name, look().color(color).name(), look().px(size))


def icon(name: str, color: str = "text2", size: float = 18) -> QIcon:
    """As `pixmap`, for a button; with a paler picture for when it is disabled."""
    made = QIcon(pixmap(name, color, size))
    made.addPixmap(pixmap(name, "line", size), QIcon.Mode.Disabled)
    return made


@lru_cache(maxsize=512)
def _draw(name: str, color: str, side: int) -> QPixmap:
    text = (_folder / f"{name}.svg").read_text("utf-8").replace("currentColor", color)
    picture = QPixmap(side * 2, side * 2)  # twice the size: sharp on dense screens, and smooth on others
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(text.encode()).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return picture
