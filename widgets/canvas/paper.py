"""A sheet of white paper for pictures that go into files: worksheets need them, whatever the theme on screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from widgets.base.colors import LIGHT
from widgets.base.look import Look, look

__all__ = ["paper"]

_WIDTH = 900.0  # pixels at which a picture is laid out, whatever the resolution of the file


@contextmanager
def paper(painter: QPainter, rect: QRectF, title: str) -> Iterator[tuple[QRectF, Look]]:
    """Paint on white into `rect`, under `title`: gives the room that is left, and the look to paint in.

    While it lasts, the painter counts in pixels of a sheet 900 wide; in a PDF of 1200 dots to the inch the
    letters are as large against the picture as in a PNG.
    """
    painter.save()
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / _WIDTH, rect.width() / _WIDTH)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    room = QRectF(0, 0, _WIDTH, _WIDTH * rect.height() / rect.width())
    light = replace(look(), palette=LIGHT, scale=1.25, line_weight=1.2)
    painter.fillRect(room, Qt.GlobalColor.white)
    if title:
        painter.setFont(light.font("h3", 600))
        painter.setPen(light.color("text"))
        head = QRectF(light.px(12), light.px(6), room.width() - light.px(24), light.px(30))
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        room.setTop(light.px(40))
    try:
        yield room, light
    finally:
        painter.restore()
