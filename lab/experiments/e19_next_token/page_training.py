"""The page of the training: the same text, and what one small model makes of it at eight moments of its training."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e19_next_token.frame import NextFrame
from lab.experiments.e19_next_token.growth import Stage
from lab.experiments.e19_next_token.page_next import OneColumn
from lab.experiments.e19_next_token.settings import Display
from lab.kit.numbers import percent
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList
from widgets.tokens.chip_pixmaps import token_font
from widgets.tokens.token_flow import visible

__all__ = ["StageList", "TrainingView"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
NAME, ENTROPY = 92, 74  # pixels of the steps, of the entropy
MOST_BITS = 6.0


class StageList(PaintedList):
    """A row for each moment: its step, how it goes on with the text, its likeliest letters, its entropy. `chosen`
    carries the step of a row that was pressed."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stages: tuple[Stage, ...] = ()
        self._lit = -1
        self.setAccessibleName(_("The same text through training"))

    def set_stages(self, stages: tuple[Stage, ...], lit: int) -> None:
        """Show these. lit: the step of the model in use, −1 for none."""
        if (stages, lit) != (self._stages, self._lit):
            self._stages, self._lit = stages, lit
            self.update()

    def stages(self) -> tuple[Stage, ...]:
        """What is shown."""
        return self._stages

    def summary(self) -> str:
        return "; ".join(self.row_words(row) for row in range(len(self._stages))[::3])

    def row_words(self, row: int) -> str:
        stage = self._stages[row]
        tops = ", ".join(f"{visible(letter)} {percent(p)}" for letter, p in stage.tops[:2])
        return _("after {n} steps: {tops}; it goes on: {sample}").format(
            n=show_number(stage.step), tops=tops, sample=stage.sample
        )

    def tip(self, cell: Cell) -> str | None:
        return self.row_words(cell[0]) if cell[0] >= 0 else ""

    # ---- geometry, mouse and keys

    def row_rect(self, number: int) -> QRectF:
        """The rectangle of a row."""
        return self._row(QRectF(self.rect()), number)

    def _row(self, room: QRectF, number: int) -> QRectF:
        high = room.height() / max(1, len(self._stages))
        return QRectF(room.left(), room.top() + number * high, room.width(), high)

    def count(self) -> int:
        return len(self._stages)

    def cell_at(self, at: QPointF) -> Cell:
        return next(((n, -1) for n in range(len(self._stages)) if self.row_rect(n).contains(at)), NOWHERE)

    def press(self, cell: Cell) -> None:
        self.chosen.emit(self._stages[cell[0]].step)

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        for number, stage in enumerate(self._stages):
            row = self._row(room, number)
            if live:
                self.paint_mark(p, now, row.adjusted(1, 1, -1, -1), number)
            if stage.step == self._lit:
                p.setPen(QPen(now.color("ball"), 2))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawRoundedRect(row.adjusted(2, 2, -2, -2), now.px(5), now.px(5))
            self._paint_stage(p, now, row.adjusted(now.px(8), 2, -now.px(8), -2), stage)

    def _paint_stage(self, p: QPainter, now: Look, row: QRectF, stage: Stage) -> None:
        half = row.height() / 2
        upper = QRectF(row.left(), row.top(), row.width(), half)
        lower = QRectF(row.left(), row.top() + half, row.width(), half)
        name, right = now.px(NAME), now.px(ENTROPY)
        p.setFont(now.font("small", 600))
        p.setPen(now.color("text"))
        p.drawText(QRectF(row.left(), row.top(), name, half), _LEFT, _("step {n}").format(n=show_number(stage.step)))
        p.setFont(now.font("caption", 450))
        p.setPen(now.color("text2"))
        bits = _("{n} bits").format(n=show_number(stage.entropy, 3))
        p.drawText(QRectF(row.left(), lower.top(), name, half), _LEFT, bits)
        p.setFont(token_font(now))
        p.setPen(now.color("text"))
        room = QRectF(row.left() + name, upper.top(), upper.width() - name, half)
        text = p.fontMetrics().elidedText(visible(stage.sample), Qt.TextElideMode.ElideRight, int(room.width()))
        p.drawText(room, _LEFT, text)
        line = QRectF(row.left() + name, lower.top(), lower.width() - name - right, half)
        self._paint_tops(p, now, line, stage)
        track = QRectF(row.right() - right + now.px(8), lower.center().y() - now.px(3), right - now.px(8), now.px(6))
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("press"))
        p.drawRoundedRect(track, now.px(3), now.px(3))
        p.setBrush(now.color("text3"))
        track.setWidth(track.width() * min(1.0, stage.entropy / MOST_BITS))
        p.drawRoundedRect(track, now.px(3), now.px(3))

    def _paint_tops(self, p: QPainter, now: Look, line: QRectF, stage: Stage) -> None:
        """The likeliest letters, each with a bar as long as it is likely."""
        if not stage.tops:
            return
        wide = line.width() / len(stage.tops)
        for place, (letter, chance) in enumerate(stage.tops):
            x = line.left() + place * wide
            p.setFont(token_font(now))
            p.setPen(now.color("text"))
            p.drawText(QRectF(x, line.top(), now.px(16), line.height()), _LEFT, visible(letter))
            number = now.px(46)
            bar = wide - now.px(22) - number
            if bar > 4:
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(now.color("accent"))
                thick = min(now.px(12), 0.6 * line.height())
                p.drawRoundedRect(
                    QRectF(x + now.px(18), line.center().y() - thick / 2, max(1.5, chance * bar), thick), 2, 2
                )
            p.setFont(now.font("caption", 500))
            p.setPen(now.color("text2"))
            p.drawText(
                QRectF(x + wide - number - now.px(6), line.top(), number, line.height()), _RIGHT, percent(chance)
            )

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(8 * 34))

    def sizeHint(self) -> QSize:
        return QSize(look().px(640), look().px(8 * 48))


class TrainingView(OneColumn):
    """The list, and nothing else."""

    HINT = N_(
        "From above: how one small model goes on with your text, and its likeliest letters. Press a row to use it."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = self.list = StageList()
        self.list.chosen.connect(self._use)
        self.lay_out()

    def show_page(self, frame: NextFrame, _display: Display) -> None:
        """Draw a frame."""
        lit = int(frame.params.checkpoint) if frame.params.model == "small" else -1
        self.list.set_stages(frame.growth, lit)

    def _use(self, step: int) -> None:
        self.act(Set({"model": "small", "checkpoint": str(step)}))
