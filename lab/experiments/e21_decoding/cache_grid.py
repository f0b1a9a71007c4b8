"""What is computed for the newest token, with the cache and without: a column a token, a row a layer. Kept cells are
pale, computed ones orange. Below, the pages of memory that the cached tokens lie in."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["CachePicture", "CacheShown", "PageShown"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class PageShown:
    """One page of memory. filled: 0..1.  owner: "text", "branch", "both", or "" when it is free.  label: its number."""

    filled: float
    owner: str
    label: str


@dataclass(frozen=True, slots=True)
class CacheShown:
    """tokens: cells of a row.  layers: rows.  heads: a line of words above each of the three parts.  fresh: how many
    of the last columns are computed with the cache."""

    tokens: int
    layers: int
    fresh: int
    heads: tuple[str, str, str]
    pages: tuple[PageShown, ...]
    table: str = ""  # which pages each text reads, in words


class CachePicture(Painted):
    """Two grids and the pages."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: CacheShown | None = None
        self._empty = ""

    def set_cache(self, shown: CacheShown | None, empty: str = "") -> None:
        """Show this; None: say `empty` instead."""
        if (shown, empty) != (self._shown, self._empty):
            self._shown, self._empty = shown, empty
            self.update()

    def shown(self) -> CacheShown | None:
        """What is shown."""
        return self._shown

    def paint(self, p: QPainter, room: QRectF, look: Look, live: bool) -> None:
        shown = self._shown
        if shown is None:
            p.setFont(look.font("small"))
            p.setPen(look.color("text3"))
            p.drawText(room, _CENTRE | Qt.TextFlag.TextWordWrap, self._empty)
            return
        head = look.px(22)
        high = (room.height() - 3 * head - look.px(16) - look.px(18)) / 3
        for part, fresh in enumerate((shown.fresh, shown.tokens)):
            top = room.top() + part * (head + high + look.px(8))
            self._paint_head(p, look, QRectF(room.left(), top, room.width(), head), shown.heads[part])
            self._paint_grid(p, look, QRectF(room.left(), top + head, room.width(), high), shown, fresh)
        top = room.top() + 2 * (head + high + look.px(8))
        self._paint_head(p, look, QRectF(room.left(), top, room.width(), head), shown.heads[2])
        self._paint_pages(p, look, QRectF(room.left(), top + head, room.width(), high), shown)
        p.setFont(look.font("caption", 500, mono=True))
        p.setPen(look.color("text2"))
        below = QRectF(room.left(), room.bottom() - look.px(17), room.width(), look.px(17))
        p.drawText(
            below, _LEFT, p.fontMetrics().elidedText(shown.table, Qt.TextElideMode.ElideRight, int(below.width()))
        )

    @staticmethod
    def _paint_head(p: QPainter, look: Look, spot: QRectF, text: str) -> None:
        p.setFont(look.font("small", 550))
        p.setPen(look.color("text"))
        p.drawText(spot, _LEFT, p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(spot.width())))

    @staticmethod
    def _paint_grid(p: QPainter, look: Look, room: QRectF, shown: CacheShown, fresh: int) -> None:
        """A cell is keys and values of one token in one layer; the computed ones are lit."""
        wide = min(look.px(20), room.width() / max(1, shown.tokens))
        high = min(look.px(20), room.height() / max(1, shown.layers))
        old, right, bottom = shown.tokens - fresh, room.left() + shown.tokens * wide, room.top() + shown.layers * high
        p.fillRect(QRectF(room.left(), room.top(), old * wide, bottom - room.top()), look.color("accent", 90))
        p.fillRect(QRectF(room.left() + old * wide, room.top(), fresh * wide, bottom - room.top()), look.color("ball"))
        p.setPen(QPen(look.color("surface"), 1.0 if wide > 4 else 0.5))
        lines = [
            QLineF(room.left() + n * wide, room.top(), room.left() + n * wide, bottom) for n in range(shown.tokens + 1)
        ]
        lines += [
            QLineF(room.left(), room.top() + n * high, right, room.top() + n * high) for n in range(shown.layers + 1)
        ]
        p.drawLines(lines)

    @staticmethod
    def _paint_pages(p: QPainter, look: Look, room: QRectF, shown: CacheShown) -> None:
        """Pages as boxes that fill up; shared ones are striped and say 2."""
        rows = 4 if room.height() > look.px(80) else 2
        columns = -(-len(shown.pages) // rows)
        wide, high = room.width() / columns, min(look.px(26), room.height() / rows)
        for number, page in enumerate(shown.pages):
            row, column = divmod(number, columns)
            box = QRectF(room.left() + column * wide + 1, room.top() + row * high + 1, wide - 3, high - 3)
            p.setPen(QPen(look.color("edge" if page.owner else "line"), 1))
            p.setBrush(look.color("sunken"))
            p.drawRoundedRect(box, 3, 3)
            if not page.owner:
                continue
            full = QRectF(box.left() + 1, box.top() + 1, (box.width() - 2) * page.filled, box.height() - 2)
            color = {"text": "accent", "branch": "ball", "both": "good"}[page.owner]
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(look.color(color, 200))
            p.drawRoundedRect(full, 2, 2)
            if page.owner != "text":
                p.setBrush(QBrush(look.color("surface", 150), Qt.BrushStyle.BDiagPattern
                                  if page.owner == "both" else Qt.BrushStyle.Dense6Pattern))  # fmt: skip
                p.drawRoundedRect(full, 2, 2)
            p.setPen(look.color("text"))
            p.setFont(look.font("caption", 600))
            if wide > look.px(18):
                p.drawText(box, _CENTRE, page.label)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(240), look().px(150))

    def sizeHint(self) -> QSize:
        return QSize(look().px(460), look().px(330))
