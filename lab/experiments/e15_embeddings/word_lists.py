"""The lists of a direction, one in each row. A word is dragged onto one, and a press, or Return, puts the chosen word
there; where it stands there already it is taken away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.kit_qt.word_map import MARKERS
from widgets.base.look import Look, look
from widgets.canvas.markers import marker_path
from widgets.canvas.painted import NOWHERE, Cell, PaintedList

__all__ = ["WordLists", "moved"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
HEAD, ROW = 20, 24  # pixels at 100 % text

Lists = Sequence[Sequence[str]]


def moved(lists: Lists, row: int, word: str) -> tuple[str, ...]:
    """The lists as texts after a word was put on one of them: it leaves the others, or that one if it stood there."""
    there = word in lists[row]
    rest = [[one for one in words if one != word] for words in lists]
    return tuple(" ".join([*words, word] if n == row and not there else words) for n, words in enumerate(rest))


class WordLists(PaintedList):
    """`pressed` carries the number of a list."""

    pressed = Signal(int)
    AIR = (0, 0, 0, 0)

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        """names: of the lists."""
        super().__init__(parent)
        self._names = tuple(names)
        self._lists: Lists = tuple(() for _name in names)
        self._word = ""
        self.setAccessibleName(_("Lists of words"))

    def set_lists(self, lists: Lists, word: str) -> None:
        """Show these, and what would become of a word."""
        if (lists, word) != (self._lists, self._word):
            self._lists, self._word = lists, word
            self.update()

    def lists(self) -> Lists:
        """What is shown."""
        return self._lists

    def list_at(self, place: QPoint) -> int:
        """The list under a place of the screen, −1 for none. It is lit as if the pointer were over it."""
        found = self.cell_at(QPointF(self.mapFromGlobal(place)))
        if found != self._near:
            self._near = found
            self.update()
        return int(found[0])

    def spot(self, row: int) -> QRectF:
        """The rectangle of a row in pixels of this widget."""
        return self._spot(QRectF(self.rect()), look(), row)

    def _spot(self, room: QRectF, now: Look, row: int) -> QRectF:
        high = now.px(ROW)
        return QRectF(room.left(), room.top() + now.px(HEAD) + row * high, room.width(), high)

    def count(self) -> int:
        return len(self._names)

    def cell_at(self, at: QPointF) -> Cell:
        return next(((row, -1) for row in range(self.count()) if self.spot(row).contains(at)), NOWHERE)

    def pressable(self, cell: Cell) -> bool:
        return cell[0] >= 0 and bool(self._word)

    def press(self, cell: Cell) -> None:
        if self._word:
            self.pressed.emit(cell[0])

    def tip(self, cell: Cell) -> str:
        return self.row_words(cell[0]) if cell[0] >= 0 else ""

    def row_words(self, row: int) -> str:
        said = f"{self._names[row]}: {', '.join(self._lists[row])}."
        if not self._word:
            return said
        there = self._word in self._lists[row]
        text = _("Press to take “{word}” away.") if there else _("Press to put “{word}” here.")
        return f"{said} {text.format(word=self._word)}"

    def summary(self) -> str:
        return " ".join(f"{name}: {', '.join(words)}." for name, words in zip(self._names, self._lists))

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        p.setFont(now.font("caption", 600))
        p.setPen(now.color("text"))
        head = QRectF(room.left(), room.top(), room.width(), now.px(18))
        p.drawText(head, _LEFT, _("Your lists: drag a word onto one"))
        for row in range(self.count()):
            spot = self._spot(room, now, row)
            if live:
                self.paint_mark(p, now, spot, row)
            self._paint_row(p, now, spot, row)

    def _paint_row(self, p: QPainter, now: Look, spot: QRectF, row: int) -> None:
        color = QColor(now.palette.categories[row])
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(color)
        p.drawPath(marker_path(MARKERS[row], now.px(5)).translated(spot.left() + now.px(10), spot.center().y()))
        p.setFont(now.font("caption", 600))
        sign = self._sign(row)
        wide = p.fontMetrics().horizontalAdvance(sign) + now.px(4) if sign else 0
        p.setPen(now.color("accent"))
        p.drawText(spot.adjusted(0, 0, -now.px(4), 0), _RIGHT, sign)
        p.setFont(now.font("caption", 500))
        p.setPen(color)
        line = spot.adjusted(now.px(20), 0, -wide - now.px(10), 0)
        words = " ".join(self._lists[row]) or self._names[row]
        p.drawText(line, _LEFT, p.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(line.width())))

    def _sign(self, row: int) -> str:
        """What a press would do."""
        if not self._word:
            return ""
        return f"{'−' if self._word in self._lists[row] else '+'} {self._word[:12]}"

    def sizeHint(self) -> QSize:
        return QSize(look().px(240), look().px(HEAD + len(self._names) * ROW))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), look().px(HEAD + len(self._names) * ROW))
