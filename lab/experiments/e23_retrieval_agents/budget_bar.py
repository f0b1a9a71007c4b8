"""How much of the prompt's room is used, part by part."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.text import _
from lab.experiments.e23_retrieval_agents.prompting import PromptShown
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["BudgetBar"]

HIGH = 34


class BudgetBar(Painted):
    """A bar as long as the budget, or as the prompt where that is longer."""

    AIR = (0, 0, 0, 0)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prompt: PromptShown | None = None
        self._budget = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Tokens of the prompt"))

    def show_prompt(self, prompt: PromptShown, budget: int) -> None:
        """Draw this."""
        self._prompt, self._budget = prompt, budget
        self.update()

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        prompt = self._prompt
        if prompt is None:
            return
        most = max(self._budget, prompt.tokens, 1)
        track = QRectF(room.left(), room.top() + now.px(16), room.width(), now.px(14))
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("press"))
        p.drawRect(track)
        at = track.left()
        for part in prompt.parts:
            wide = track.width() * part.tokens / most
            color = now.color(
                "text3" if part.chunk < 0 else now.palette.categories[part.chunk % len(now.palette.categories)]
            )
            p.setBrush(color)
            p.drawRect(QRectF(at, track.top(), max(1.0, wide - 1), track.height()))
            at += wide
        p.setPen(QPen(now.color("text"), 1.5))
        end = track.left() + track.width() * self._budget / most
        p.drawLine(int(end) - 1, int(track.top()) - 2, int(end) - 1, int(track.bottom()) + 2)
        p.setFont(now.font("caption", 600))
        p.setPen(now.color("text2"))
        words = _("{n} of {most} tokens; grey: the template and the question").format(
            n=prompt.tokens, most=self._budget
        )
        spot = QRectF(room.left(), room.top(), room.width(), now.px(15))
        p.drawText(
            spot,
            Qt.AlignmentFlag.AlignLeft,
            p.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room.width())),
        )

    def summary(self) -> str:
        if self._prompt is None:
            return _("There is no prompt yet.")
        return _("{n} of {most} tokens").format(n=self._prompt.tokens, most=self._budget)

    def sizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(HIGH))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), look().px(HIGH))
