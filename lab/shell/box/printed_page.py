"""A box's picture on white paper, for a worksheet: title, canvases, and a line that says how to make it again.

It is painted anew on any painter, so PNG, SVG and PDF are the same picture, and the last two are sharp at
any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from widgets.base.colors import LIGHT
from widgets.base.look import Look

__all__ = ["Page"]

WIDTH = 1200.0
HIGH, LOW = 720.0, 300.0  # of the first picture and of maps, and of wide charts below it
WIDE = 1.6  # times as wide as high: such a picture can be printed lower
PAPER = Look(LIGHT)


def _is_wide(canvas: Any) -> bool:
    """Whether a picture is much wider than high on screen; one that is not would be squashed on a low strip."""
    plot = getattr(canvas, "plot", canvas)  # a plot on paper is no widget, but holds one
    shown = canvas if callable(plot) else plot  # some pictures have a method of that name
    return bool(shown.width() > WIDE * shown.height())


class Page:
    """What to print: a title, widgets that have `render_to(painter, rect)`, and a caption."""

    def __init__(self, title: str, canvases: Sequence[Any], caption: str) -> None:
        self._title, self._canvases, self._caption = title, tuple(canvases), caption
        self._heights = [HIGH if i == 0 or not _is_wide(canvas) else LOW for i, canvas in enumerate(self._canvases)]
        self.size = QSizeF(WIDTH, 70 + (sum(self._heights) or HIGH) + 50)

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the page into a rectangle of its proportions."""
        painter.save()
        painter.translate(rect.topLeft())
        painter.scale(rect.width() / self.size.width(), rect.height() / self.size.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(0, 0, self.size.width(), self.size.height()), Qt.GlobalColor.white)
        self._write(painter, QRectF(24, 16, WIDTH - 48, 46), self._title, 26, 600, "text")
        top = 70.0
        for canvas, height in zip(self._canvases, self._heights):
            canvas.render_to(painter, QRectF(20, top, WIDTH - 40, height - 14))
            top += height
        self._write(painter, QRectF(24, top + 8, WIDTH - 48, 30), self._caption, 17, 400, "text2")
        painter.restore()

    @staticmethod
    def _write(painter: QPainter, rect: QRectF, text: str, size: float, weight: int, tone: str) -> None:
        painter.setFont(PAPER.font(size, weight))
        painter.setPen(PAPER.color(tone))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def image(self, scale: float = 1.0) -> QImage:
        """The page as pixels."""
        size = QSize(round(self.size.width() * scale), round(self.size.height() * scale))
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        self.paint(painter, QRectF(0, 0, size.width(), size.height()))
        painter.end()
        return image

    def png(self) -> bytes:
        """A PNG of twice the nominal size."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, b"PNG").write(self.image(2.0))
        return bytes(buffer.data().data())

    def svg(self) -> bytes:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(self.size.toSize())
        generator.setViewBox(QRectF(0, 0, self.size.width(), self.size.height()))
        generator.setTitle(self._title)
        generator.setDescription(self._caption)
        painter = QPainter(generator)
        self.paint(painter, QRectF(0, 0, self.size.width(), self.size.height()))
        painter.end()
        return bytes(buffer.data().data())

    def pdf(self) -> bytes:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setTitle(self._title)
        writer.setCreator("Glassbox")
        page = QPageSize(QSizeF(self.size.width() / 6, self.size.height() / 6), QPageSize.Unit.Millimeter)
        writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
        painter = QPainter(writer)
        self.paint(painter, QRectF(0, 0, writer.width(), writer.height()))
        painter.end()
        return bytes(buffer.data().data())
