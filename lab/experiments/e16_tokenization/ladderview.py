"""The way of one word from its smallest pieces to its tokens, a line for each merge. Pieces stand over the letters
they are made of, and between the neighbours of the lit line stand the ranks that decide: the lowest is merged next."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e16_tokenization.ladder import Ladder, Rung
from lab.experiments.e16_tokenization.reading import piece_text
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted
from widgets.tokens.chip_pixmaps import token_font
from widgets.tokens.token_flow import visible

__all__ = ["LadderView"]

ROW, HIGHLIGHTED, NAME, MOST_UNIT = 26, 50, 92, 58  # pixels; the lit line has a second floor for the ranks
LEAST_UNIT = 26  # of a letter, where lines grow
MOST_GROWTH = 2.2  # of lines and letters, where few have much room
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute


class LadderView(Painted):
    """All lines of a ladder; those after the lit one, which are still to come, are pale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ladder: Ladder | None = None
        self._highlighted, self._turned, self._alone = 0, 0, ""
        self._cursor = -1  # the line that keys are on, −1 for none
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("How the word is read"))

    def show_ladder(self, ladder: Ladder | None, highlighted: int, alone: str = "") -> None:
        """Show a word and light one of its lines; `alone`: what to say where no merge fits it."""
        if (ladder, highlighted, alone) != (self._ladder, self._highlighted, self._alone):
            self._ladder, self._highlighted, self._alone, self._turned = ladder, highlighted, alone, 0
            self._cursor = -1
            self.tell("")
            self.update()

    def message(self) -> str:
        """What is said where no merge fits the word."""
        return self._alone

    def rows_in_sight(self) -> dict[int, QRectF]:
        """The lines in sight with their rectangles."""
        room = QRectF(self.rect())
        return dict(self._rows(room, self._grown(room, look()))) if self._ladder is not None else {}

    # ---- geometry

    def _grown(self, room: QRectF, look: Look) -> Look:
        """The look, with all of it larger where all lines have more than the room they need."""
        assert self._ladder is not None
        rungs = self._ladder.rungs
        high = look.px(HIGHLIGHTED) + (len(rungs) - 1) * look.px(ROW)
        wide = look.px(NAME + 4) + len(rungs[0].tokens) * look.px(LEAST_UNIT)
        growth = min(room.height() / high, room.width() / wide, MOST_GROWTH)
        return replace(look, scale=look.scale * growth) if growth > 1 else look

    def _rows(self, room: QRectF, look: Look) -> list[tuple[int, QRectF]]:
        """The lines in sight with their rectangles; the lit one is always among them, unless turned away."""
        assert self._ladder is not None
        count, highlighted = len(self._ladder.rungs), min(self._highlighted, len(self._ladder.rungs) - 1)
        fit = max(1, int((room.height() - look.px(HIGHLIGHTED)) / look.px(ROW)) + 1)
        first = min(max(0, highlighted - fit + 2 + self._turned), max(0, count - fit)) if count > fit else 0
        rows, top = [], room.top()
        for number in range(first, min(count, first + fit)):
            high = look.px(HIGHLIGHTED if number == highlighted else ROW)
            rows.append((number, QRectF(room.left(), top, room.width(), high)))
            top += high
        return rows

    def _unit(self, room: QRectF, look: Look) -> float:
        assert self._ladder is not None
        units = max(1, len(self._ladder.rungs[0].tokens))
        return min(look.px(MOST_UNIT), (room.width() - look.px(NAME + 4)) / units)

    # ---- mouse and keys

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().y() and self._ladder is not None:
            self._turn(-int(math.copysign(1, event.angleDelta().y())))
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if by and self._ladder is not None:
            self._go(by)
        else:
            event.ignore()

    def _go(self, by: int) -> None:
        """To the next line or the one before, which is told, and scrolled to."""
        assert self._ladder is not None
        last = len(self._ladder.rungs) - 1
        here = self._cursor if self._cursor >= 0 else min(self._highlighted, last) - by
        self._cursor = min(max(here + by, 0), last)
        for _line in range(last + 1):
            if self._cursor in self.rows_in_sight():
                break
            self._turn(by)
        names = ", ".join(visible(piece_text(token)) for token in self._ladder.rungs[self._cursor].tokens)
        words = (self._line_words(self._cursor).replace("\n", ". "), _("Pieces: {names}").format(names=names))
        self.tell(". ".join(filter(None, words)))
        self.update()

    def _turn(self, by: int) -> None:
        assert self._ladder is not None
        most = len(self._ladder.rungs)
        self._turned = min(max(self._turned + by, -most), most)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.setToolTip(self._summary(event.position()))

    def _summary(self, at: QPointF) -> str:
        if self._ladder is None:
            return ""
        found = (number for number, row in self.rows_in_sight().items() if row.contains(at))
        return next((self._line_words(number) for number in found), "")

    def _line_words(self, number: int) -> str:
        """A line in words; of the lit one also what decides."""
        assert self._ladder is not None
        rung = self._ladder.rungs[number]
        highlighted = number == min(self._highlighted, len(self._ladder.rungs) - 1)
        return "\n".join(filter(None, (_merge_words(number, rung), _rank_words(rung) if highlighted else "")))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.setToolTip("")

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, look: Look, live: bool) -> None:
        if self._ladder is None:
            p.setFont(look.font("small"))
            p.setPen(look.color("text3"))
            p.drawText(room, Qt.AlignmentFlag.AlignCenter, _("There is nothing to read."))
            return
        look = self._grown(room, look)
        unit, highlighted = self._unit(room, look), min(self._highlighted, len(self._ladder.rungs) - 1)
        spans = self._spans()
        for number, row in self._rows(room, look):
            rung = self._ladder.rungs[number]
            p.setOpacity(0.38 if number > highlighted else 1.0)
            if number == highlighted:
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(look.color("sunken"))
                p.drawRoundedRect(row.adjusted(0, 0, 0, -2), look.px(6), look.px(6))
            if live and number == self._cursor and self.hasFocus():
                p.setPen(QPen(look.color("focus"), 1.5))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawRoundedRect(row.adjusted(1, 1, -1, -3), look.px(6), look.px(6))
            self._paint_name(p, look, row, rung, number == highlighted)
            self._paint_rung(p, look, row, rung, spans[number], unit, number == highlighted)
        p.setOpacity(1.0)
        if len(self._ladder.rungs) == 1:
            below = room.adjusted(0, look.px(HIGHLIGHTED), 0, 0)
            p.setFont(look.font("small"))
            p.setPen(look.color("text3"))
            p.drawText(below, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._alone)

    def _spans(self) -> list[list[tuple[int, int]]]:
        """Of every line, the units each piece covers: first, and one past the last."""
        assert self._ladder is not None
        spans = [[(i, i + 1) for i in range(len(self._ladder.rungs[0].tokens))]]
        for rung in self._ladder.rungs[1:]:
            before, at = spans[-1], rung.made
            assert at is not None
            spans.append([*before[:at], (before[at][0], before[at + 1][1]), *before[at + 2 :]])
        return spans

    def _paint_name(self, p: QPainter, look: Look, row: QRectF, rung: Rung, highlighted: bool) -> None:
        name = QRectF(row.left(), row.top(), look.px(NAME - 8), look.px(ROW - 2))
        p.setFont(look.font("small", 600 if highlighted else 450))
        p.setPen(look.color("text" if highlighted else "text2"))
        text = _("pieces") if rung.rank is None else _("rank {n}").format(n=rung.rank)
        p.drawText(name, _RIGHT, p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(name.width())))

    def _paint_rung(
        self,
        p: QPainter,
        look: Look,
        row: QRectF,
        rung: Rung,
        spans: list[tuple[int, int]],
        unit: float,
        highlighted: bool,
    ) -> None:
        left, high = row.left() + look.px(NAME), look.px(ROW - 5)
        for place, (token, (first, end)) in enumerate(zip(rung.tokens, spans, strict=True)):
            box = QRectF(left + first * unit + 1, row.top() + 2, (end - first) * unit - 2, high)
            made = place == rung.made
            glows = made and highlighted
            p.setPen(QPen(look.color("surface" if glows else "accent" if made else "line"), 2 if glows else 1))
            p.setBrush(look.color("ball" if glows else "accent_soft" if made else "surface"))
            p.drawRoundedRect(box, look.px(4), look.px(4))
            p.setPen(Qt.GlobalColor.black if glows else look.color("text"))
            p.setFont(token_font(look, "small", 600))
            words = visible(piece_text(token))
            if p.fontMetrics().horizontalAdvance(words) > box.width() - 1:
                words = words.strip("⟨⟩")  # a single byte in hex needs no brackets where room is scarce
                p.setFont(token_font(look, "caption", 500))
            elided = p.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
            p.drawText(box, Qt.AlignmentFlag.AlignCenter, elided)
        if highlighted:
            self._paint_ranks(p, look, row, rung, spans, left, unit)

    def _paint_ranks(
        self, p: QPainter, look: Look, row: QRectF, rung: Rung, spans: list[tuple[int, int]], left: float, unit: float
    ) -> None:
        """Below every border between two pieces, the rank of merging them; the lowest in a pill."""
        lowest = rung.next_rank
        floor = QRectF(row.left(), row.top() + look.px(ROW), look.px(NAME - 8), look.px(HIGHLIGHTED - ROW - 4))
        p.setFont(look.font("caption", 500))
        p.setPen(look.color("text2"))
        words = _("lowest next") if lowest is not None else _("no more")
        p.drawText(floor, _RIGHT, p.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(floor.width())))
        p.setFont(look.font("caption", 600))
        decides = rung.ranks.index(lowest) if lowest is not None else -1
        taken: list[QRectF] = []
        for place in sorted(range(len(rung.ranks)), key=lambda at: at != decides):  # what decides is never left out
            text = _rank_text(rung.ranks[place])
            wide = p.fontMetrics().horizontalAdvance(text) + look.px(8)
            pill = QRectF(left + spans[place][1] * unit - wide / 2, floor.top() + 2, wide, floor.height() - 4)
            if any(pill.adjusted(3, 0, -3, 0).intersects(other) for other in taken):
                continue  # numbers that would cover each other are in the tooltip of their line
            taken.append(pill)
            if place == decides:
                p.setPen(QPen(look.color("surface"), 1.6))
                p.setBrush(look.color("ball"))
                p.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
            p.setPen(Qt.GlobalColor.black if place == decides else look.color("text3"))
            p.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(260), look().px(HIGHLIGHTED + 2 * ROW))

    def sizeHint(self) -> QSize:
        return QSize(look().px(600), look().px(HIGHLIGHTED + 9 * ROW))


def _rank_text(rank: int | None) -> str:
    return "–" if rank is None else str(rank)


def _merge_words(number: int, rung: Rung) -> str:
    """What has just been merged; nothing of the line it all begins with."""
    if rung.made is None:
        return ""
    made = visible(piece_text(rung.tokens[rung.made]))
    return _("Merge {n}: rank {rank} makes {token}").format(n=number, rank=rung.rank, token=made)


def _rank_words(rung: Rung) -> str:
    """The ranks of all neighbours, those for which there is no room on screen too."""
    names = [visible(piece_text(token)) for token in rung.tokens]
    return "   ".join(
        f"{left} + {right}: {_rank_text(rank)}" for (left, right), rank in zip(pairwise(names), rung.ranks, strict=True)
    )
