"""What the model wrote, newest first, each piece with the step at which it was written."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e25_capstone.writing import Sample
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["SampleStream"]

_WRAP = Qt.TextFlag.TextWrapAnywhere | Qt.TextFlag.TextWordWrap
LINES = 3  # of the newest sample at least, where there is room
STAMP = 68  # pixels of the column with the steps
NEW_LINE = " ⏎ "


class SampleStream(Painted):
    """Samples below each other, as many as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples: tuple[Sample, ...] = ()
        self.setAccessibleName(_("What it writes"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_samples(self, samples: tuple[Sample, ...]) -> None:
        """Show these, the last first."""
        if samples is not self._samples:
            self._samples = samples
            self.update()

    def summary(self) -> str:
        return "; ".join(f"{one.step}: {one.text}" for one in reversed(self._samples[-3:]))

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        p.setPen(now.color("text2"))
        p.setFont(now.font("small"))
        if not self._samples:
            p.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, _("Nothing yet. Press Run."))
            return
        stamp, top = now.px(STAMP), room.top()
        body = now.font("small", mono=True)
        line = QFontMetricsF(body).lineSpacing()
        for number, one in enumerate(reversed(self._samples)):
            left = room.bottom() - top
            if left < line or (number and left < 2 * line):
                return
            top += self._paint_one(p, QRectF(room.left(), top, room.width(), left), one, now, stamp) + now.px(5)

    def _paint_one(self, p: QPainter, room: QRectF, one: Sample, now: Look, stamp: float) -> float:
        """Paint one sample at the top of a room, and return how high it is."""
        body = now.font("small", mono=True)
        metrics = QFontMetricsF(body)
        most = max(1, min(int(room.height() / metrics.lineSpacing()), LINES if room.height() else 1))
        place = QRectF(room.left() + stamp, room.top(), max(1.0, room.width() - stamp), most * metrics.lineSpacing())
        text = one.text.replace("\n", NEW_LINE)
        needed = metrics.boundingRect(QRectF(0, 0, place.width(), 1e6), int(_WRAP), text).height()
        high = min(place.height(), needed)
        p.setFont(now.font("caption", 600))
        p.setPen(QPen(now.color("text3")))
        p.drawText(QRectF(room.left(), room.top(), stamp - now.px(6), metrics.lineSpacing()),
                   Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, show_number(one.step))  # fmt: skip
        p.setFont(body)
        p.setPen(QPen(now.color("text")))
        p.save()
        p.setClipRect(QRectF(place.left(), place.top(), place.width(), high))
        p.drawText(QRectF(place.left(), place.top(), place.width(), max(high, needed)), int(_WRAP), text)
        p.restore()
        return high

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(44))

    def relook(self) -> None:
        self.update()
