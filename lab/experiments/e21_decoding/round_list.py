"""Rounds of drafts, the latest on top: guesses that were accepted, the one that was refused, those nobody looked at any
more, and the token of the large model that ended the round. Told apart by colour, sign and a line through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e21_decoding.drafts import Round
from widgets.base.look import Look, look
from widgets.canvas.painted_cells import PaintedCells
from widgets.tokens.chip_pixmaps import token_font
from widgets.tokens.token_flow import visible

__all__ = ["RoundList"]

HIGH, HIGHEST, WIDEST = 32, 60, 150  # pixels of a row, of one where few have much room, and of a token at most
_CENTRE = Qt.AlignmentFlag.AlignCenter
_KEYS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class RoundList(PaintedCells):
    """Rows of chips. The pointer reads p, q and the number drawn of a guess."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rounds: tuple[Round, ...] = ()
        self._names: Mapping[int, str] = {}
        self._first, self._empty = 1, ""

    def set_rounds(self, rounds: Sequence[Round], count: int, names: Mapping[int, str], empty: str) -> None:
        """Show the latest rounds, of `count` in all; `empty` is said where there is none."""
        rounds = tuple(reversed(rounds))
        if (rounds, empty) != (self._rounds, self._empty):
            self._rounds, self._names, self._empty = rounds, dict(names), empty
            self._first = count
            self.point()
            self.update()

    def rounds(self) -> tuple[Round, ...]:
        """What is shown, the latest first."""
        return self._rounds

    def lengths(self) -> list[int]:
        """The guesses of every round, and the token that ended it."""
        return [len(one.guesses) + 1 for one in self._rounds]

    def spot_of(self, row: int, number: int) -> QRectF:
        """The chip of a guess; the number after the last is the token that ended the round."""
        return self._spot(QRectF(self.rect()), look(), row, number)

    def _spot(self, room: QRectF, look: Look, row: int, number: int) -> QRectF:
        count = max((len(one.guesses) for one in self._rounds), default=1) + 1
        left = look.px(30)
        wide = min(look.px(WIDEST), (room.width() - left) / count)
        high = min(max(room.height() / max(1, len(self._rounds)), look.px(HIGH)), look.px(HIGHEST))
        return QRectF(room.left() + left + number * wide + 1, room.top() + row * high + 2,
                      wide - look.px(4), high - look.px(6))  # fmt: skip

    def words_of(self, row: int, number: int) -> str:
        """What is said of a chip."""
        one = self._rounds[row]
        if not one.guesses:
            return _("no guess here: the end of the text is new, and the large model writes alone")
        if number == len(one.guesses):
            return _("bonus: all guesses were accepted") if one.bonus else _("correction: drawn from what p has over q")
        p, q = show_number(one.p[number], 3), show_number(one.q[number], 3)
        if number >= len(one.draws):
            return _("not looked at: a guess before it was refused")
        chance = show_number(min(1.0, one.p[number] / one.q[number]), 3)
        words = _("p = {p}, q = {q}: accepted with {chance}; drawn {u}")
        return words.format(p=p, q=q, chance=chance, u=show_number(one.draws[number], 3))

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        self._paint(p, room, now)
        if live:
            self.paint_pointed(p, now)

    def _paint(self, p: QPainter, room: QRectF, look: Look) -> None:
        if not self._rounds:
            p.setFont(look.font("small"))
            p.setPen(look.color("text3"))
            p.drawText(room, _CENTRE | Qt.TextFlag.TextWordWrap, self._empty)
            return
        for row, one in enumerate(self._rounds):
            if self._spot(room, look, row, 0).bottom() > room.bottom():
                break
            p.setFont(look.font("caption", 500))
            p.setPen(look.color("text3"))
            spot = self._spot(room, look, row, 0)
            p.drawText(QRectF(room.left(), spot.top(), look.px(26), spot.height()), _CENTRE, str(self._first - row))
            for number, token in enumerate(one.guesses):
                state = "yes" if number < one.accepted else "no" if number < len(one.draws) else "unseen"
                self._paint_chip(p, look, self._spot(room, look, row, number), self._names.get(token, "?"), state)
            last = self._spot(room, look, row, len(one.guesses))
            self._paint_chip(p, look, last, self._names.get(one.last, "?"), "bonus" if one.bonus else "correction")

    @staticmethod
    def _paint_chip(p: QPainter, look: Look, spot: QRectF, text: str, state: str) -> None:
        ground, edge, ink, sign = {
            "yes": ("good_soft", "good", "text", "✓"),
            "no": ("bad_soft", "bad", "bad", "✕"),
            "unseen": ("surface", "line", "text3", ""),
            "correction": ("surface", "ball", "text", "↻"),
            "bonus": ("accent_soft", "accent", "text", "+"),
        }[state]
        p.setBrush(look.color(ground))
        p.setPen(QPen(look.color(edge), 2.0 if state in ("correction", "bonus") else 1.0))
        p.drawRoundedRect(spot, look.px(5), look.px(5))
        p.setPen(look.color(ink))
        p.setFont(look.font("caption", 700))
        roomy = spot.width() > look.px(34) and sign
        if roomy:
            p.drawText(
                spot.adjusted(look.px(5), 0, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, sign
            )
        p.setFont(token_font(look))
        inner = spot.adjusted(look.px(14) if roomy else 0, 0, 0, 0)
        words = p.fontMetrics().elidedText(visible(text), Qt.TextElideMode.ElideRight, int(inner.width()) - 2)
        p.drawText(inner, _CENTRE, words)
        if state == "no":
            y = spot.center().y()
            p.setPen(QPen(look.color("bad"), 1.6))
            p.drawLine(QPointF(inner.left() + 3, y), QPointF(inner.right() - 3, y))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(220), look().px(HIGH * 2))

    def sizeHint(self) -> QSize:
        return QSize(look().px(440), look().px(HIGH * 6))
