"""What the model reads or writes in the stage that is shown, as lines of text."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e25_capstone.pipeline_frame import PipelinePage
from lab.experiments.e25_capstone.word_task import seen_in
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["StageSheet", "laid_out", "lines_of"]

_WRAP = Qt.TextFlag.TextWrapAnywhere | Qt.TextFlag.TextWordWrap
NEW_LINE = "⏎"
CUT = "|"
GAP = "   "
SHORT = frozenset({"questions", "reward", "card"})  # stages whose lines stand in columns


def lines_of(page: PipelinePage) -> tuple[str, Sequence[str]]:
    """A heading and lines for the stage that is shown."""
    kinds = {
        "text": _text,
        "tokens": _tokens,
        "pretrain": _sample,
        "questions": _taught,
        "reward": _tries,
        "card": _all,
    }
    return kinds[page.shown](page)


def _text(page: PipelinePage) -> tuple[str, Sequence[str]]:
    return _("So the text begins:"), page.beginning.splitlines()


def _tokens(page: PipelinePage) -> tuple[str, Sequence[str]]:
    text = _("The text in tokens, {n} characters each on average:").format(n=show_number(page.per_token, 3))
    return text, [CUT.join(token.replace("\n", NEW_LINE) for token in page.cut)]


def _sample(page: PipelinePage) -> tuple[str, Sequence[str]]:
    if page.sample is None:
        return _("What it writes by itself is shown here."), ()
    text = _("After step {n} it writes by itself:").format(n=show_number(page.sample.step))
    return text, page.sample.text.splitlines()


def _taught(page: PipelinePage) -> tuple[str, Sequence[str]]:
    lines = [seen_in(beginning, word[len(beginning) :]) for beginning, word in page.taught]
    return _("It is shown how beginnings go on:"), lines


def _tries(page: PipelinePage) -> tuple[str, Sequence[str]]:
    if not page.tries:
        return _("Its own tries, and what the judge gives for them, are shown here."), ()
    text = _("Its tries at “{beginning}…”, and the reward of each:").format(beginning=page.asked)
    return text, [
        f"{'✓' if one.right else '✗'} {one.reward:.2f} {seen_in(page.asked, one.answer)}" for one in page.tries
    ]


def _all(page: PipelinePage) -> tuple[str, Sequence[str]]:
    report = page.newest
    if report is None:
        return _("All answers of the exam are shown here."), ()
    said = [
        f"{'✓' if right else '✗'} {seen_in(beginning, answer)}"
        for beginning, answer, right in zip(page.asked_all, report.answers, report.right, strict=True)
    ]
    return _("All answers of the newest report:"), said


def laid_out(lines: Sequence[str], letters: int) -> list[str]:
    """Short texts side by side in columns, as many as go into so many letters."""
    wide = max(map(len, lines), default=0) + len(GAP)
    columns = max(1, (letters + len(GAP)) // wide)
    return [
        "".join(one.ljust(wide) for one in lines[at : at + columns]).rstrip() for at in range(0, len(lines), columns)
    ]


class StageSheet(Painted):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head, self._lines, self._short = "", tuple[str, ...](), False
        self.setAccessibleName(_("What it reads or writes"))

    def show_stage(self, page: PipelinePage) -> None:
        """Show the stage that a page wants."""
        head, lines = lines_of(page)
        if (head, tuple(lines)) != (self._head, self._lines):
            self._head, self._lines, self._short = head, tuple(lines), page.shown in SHORT
            self.update()

    def lines(self) -> tuple[str, ...]:
        """What is shown below the heading."""
        return self._lines

    def summary(self) -> str:
        return " ".join((self._head, *self._lines))

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        air = now.px(6)
        inside = room.adjusted(air, 0, -air, 0)
        p.setFont(now.font("small", 600))
        p.setPen(now.color("text2"))
        high = p.fontMetrics().lineSpacing()
        head = QRectF(inside.left(), inside.top(), inside.width(), high)
        p.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                   p.fontMetrics().elidedText(self._head, Qt.TextElideMode.ElideRight, int(head.width())))  # fmt: skip
        body = now.font("small", mono=True)
        p.setFont(body)
        p.setPen(now.color("text"))
        place = QRectF(
            inside.left(), head.bottom() + air, inside.width(), max(0.0, room.bottom() - head.bottom() - air)
        )
        metrics = QFontMetricsF(body)
        whole = math.ceil(metrics.lineSpacing())  # as Qt sets lines
        lines = (
            laid_out(self._lines, int(inside.width() / metrics.horizontalAdvance("0"))) if self._short else self._lines
        )
        place.setHeight(place.height() // whole * whole)
        p.save()
        p.setClipRect(place)
        p.drawText(place, int(_WRAP), "\n".join(lines))
        p.restore()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(90))
