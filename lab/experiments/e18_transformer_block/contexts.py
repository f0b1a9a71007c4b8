"""Places in a text, one a line: what stands before, the letter itself, lit as strongly as something speaks there, and
what comes after; and, where that is asked, whether a name says the same."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.experiments.e18_transformer_block.frame import Found
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["Contexts"]

_SIGNS = {" ": "␠", "\n": "⏎"}
LINE = 32  # pixels at 100 % text, at most
SPOKEN = 18  # letters before, that are read out
BEFORE = 0.6  # of a line, that stands before the letter


class Contexts(Painted):
    """Lines of text under a title, their letters one below the other."""

    def __init__(self, title: str, empty: str, parent: QWidget | None = None) -> None:
        """empty: what is said where there is no place."""
        super().__init__(parent)
        self._found: tuple[Found, ...] = ()
        self._empty, self._top = empty, 1.0
        self.setAccessibleName(title)

    def show_places(self, found: tuple[Found, ...], top: float) -> None:
        """Show these places. top: what is as strong as can be shown."""
        self._found, self._top = found, top or 1.0
        self.update()

    def places(self) -> tuple[Found, ...]:
        """What is shown."""
        return self._found

    def summary(self) -> str:
        """All places, read out."""
        return (
            "; ".join(f"{one.before[-SPOKEN:]}[{one.letter}]{self._verdict(one)}" for one in self._found) or self._empty
        )

    @staticmethod
    def _verdict(one: Found) -> str:
        if one.called is None:
            return ""
        return " ✓" if one.called == (one.strength > 0) else " ✗"

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        p.setFont(now.font("small", 600))
        p.setPen(now.color("text"))
        title = p.fontMetrics().elidedText(self.accessibleName(), Qt.TextElideMode.ElideRight, int(room.width()))
        p.drawText(QPointF(room.left(), room.top() + now.px(13)), title)
        field = room.adjusted(0, now.px(19), 0, 0)
        if not self._found:
            p.setFont(now.font("caption", 450))
            p.setPen(now.color("text2"))
            p.drawText(field, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, self._empty)
            return
        p.setFont(now.font("small", 450, mono=True))
        high = min(field.height() / len(self._found), now.px(LINE))
        for number, one in enumerate(self._found):
            self._paint_line(p, now, QRectF(field.left(), field.top() + number * high, field.width(), high), one)

    def _paint_line(self, p: QPainter, now: Look, line: QRectF, one: Found) -> None:
        metrics = QFontMetricsF(p.font())
        letter = metrics.horizontalAdvance("m")
        middle = line.left() + BEFORE * line.width()
        spot = QRectF(middle, line.top(), 1.2 * letter, line.height())
        p.fillRect(spot, now.color("accent", round(190 * min(1.0, one.strength / self._top))))
        p.setPen(now.color("text2"))
        before = QRectF(line.left(), line.top(), middle - line.left() - 1, line.height())
        p.save()
        p.setClipRect(line)
        p.drawText(before, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _shown(one.before))
        after = QRectF(spot.right() + 1, line.top(), line.right() - spot.right(), line.height())
        p.drawText(after, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, _shown(one.after))
        p.setPen(now.color("text"))
        p.drawText(spot, Qt.AlignmentFlag.AlignCenter, _shown(one.letter))
        if one.strength > 0:
            p.setPen(QPen(now.color("accent"), 1.2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRect(spot.adjusted(0, 1, 0, -1))
        verdict = self._verdict(one)
        if verdict:
            p.setPen(now.color("good" if "✓" in verdict else "bad"))
            end = QRectF(line.right() - 2.2 * letter, line.top(), 2 * letter, line.height())
            p.fillRect(end, now.color("surface"))
            p.drawText(end, Qt.AlignmentFlag.AlignCenter, verdict.strip())
        p.restore()

    def sizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(20 + 6 * 19))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(160), look().px(90))


def _shown(text: str) -> str:
    """A text in one line; a blank is seen where it is all there is."""
    return _SIGNS[" "] if text == " " else text.replace("\n", _SIGNS["\n"])
