"""Names with a colour behind each letter: what one unit of the network's state was when it read that letter."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.engine.nets.speller import END
from lab.experiments.e14_convolution_recurrence.names_run import NamesPage
from widgets.base.look import Look, look
from widgets.canvas.colormap import colorize, diverging_lut
from widgets.canvas.painted import Painted

__all__ = ["Letters"]

_CENTRE = Qt.AlignmentFlag.AlignCenter
ROOM = 13  # letters a row has room for
COLUMNS = 2


class Letters(Painted):
    """The names that a network wrote, in two columns. A name that stands in its list has a mark."""

    AIR = (0, 0, 0, 0)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: NamesPage | None = None
        self.setAccessibleName(_("Names it wrote"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_page(self, page: NamesPage) -> None:
        """Show these names."""
        self._page = page
        self.update()

    def summary(self) -> str:
        return "" if self._page is None else ", ".join(one.word or "—" for one in self._page.written)

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        page = self._page
        if page is None:
            return
        rows = -(-len(page.written) // COLUMNS)
        wide, high = room.width() / COLUMNS, room.height() / rows
        for number in range(len(page.written)):
            column, row = divmod(number, rows)
            spot = QRectF(room.left() + column * wide, room.top() + row * high, wide, high)
            self._paint_name(p, page, number, spot, now)

    def _paint_name(self, p: QPainter, page: NamesPage, number: int, spot: QRectF, now: Look) -> None:
        one = page.written[number]
        pitch = min((spot.width() - now.px(10)) / ROOM, 0.9 * spot.height())
        values = one.states[:, page.unit]
        colors = colorize(values[None], diverging_lut(now.palette), -1.0, 1.0)[0]
        p.setFont(now.font("h3" if pitch > now.px(20) else "small", 600))
        for place, letter in enumerate(one.letters):
            red, green, blue = (int(part) for part in colors[place][:3])
            cell = QRectF(spot.left() + now.px(4) + place * pitch, spot.center().y() - 0.45 * spot.height(),
                          pitch - 1.5, 0.9 * spot.height())  # fmt: skip
            p.setPen(QPen(now.color("line"), 1))
            p.setBrush(QColor(red, green, blue))
            p.drawRoundedRect(cell, now.px(3), now.px(3))
            light = 0.299 * red + 0.587 * green + 0.114 * blue > 140
            p.setPen(QColor("#1A1E26" if light else "#FFFFFF"))
            p.drawText(cell, _CENTRE, "·" if letter == END else letter)
        if page.known[number]:
            left = spot.left() + now.px(8) + len(one.letters) * pitch
            p.setFont(now.font("caption", 500))
            p.setPen(now.color("text2"))
            p.drawText(QRectF(left, spot.top(), spot.right() - left, spot.height()),
                       Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, _("in the list"))  # fmt: skip

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(260), look().px(120))
