"""The stages as five small matrices in a row, linked by what is done between them. A press on one shows it large."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from lab.core.text import N_, _
from lab.experiments.e17_attention.chain import Chain
from lab.experiments.e17_attention.frame import AttentionFrame
from widgets.base.look import Refreshing, look
from widgets.plots.matrix import Matrix

__all__ = ["ORDER", "TITLES", "StageRow", "column_names", "range_of", "shown_matrix"]

ORDER = ("scores", "scaled", "masked", "weights", "mix")
TITLES = {
    "scores": N_("1  Scores"),
    "scaled": N_("2  Scaled"),
    "masked": N_("3  Masked"),
    "weights": N_("4  Weights"),
    "mix": N_("5  Mixed"),
}
MOST_WIDE = 32  # columns of the mixed values that are drawn


def shown_matrix(chain: Chain, stage: str) -> np.ndarray[Any, Any]:
    """The numbers of a stage; of the mixed values the first 32."""
    return chain.out[:, :MOST_WIDE] if stage == "mix" else chain.matrix(stage)


def column_names(chain: Chain, stage: str, values: np.ndarray[Any, Any]) -> tuple[str, ...]:
    """What the columns of a stage are: tokens; of the mixed values [T, d] numbers of the output, counted from 1."""
    return tuple(str(i + 1) for i in range(values.shape[1])) if stage == "mix" else chain.tokens


def range_of(chain: Chain, stage: str) -> tuple[float, float] | None:
    """The colours' range: the same for scaled and masked scores; None for the natural one."""
    if stage == "weights":
        return 0.0, chain.brightest
    values = np.abs(chain.scaled if stage == "masked" else shown_matrix(chain, stage))
    most = float(values.max()) or 1.0
    return -most, most


class Caption(Refreshing, QWidget):
    """What a small matrix is; orange where it is lit. The hint behind it says how it is made of the one before."""

    pressed = Signal()

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text, self._hint, self._highlighted, self._chosen = text, "", False, False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_state(self, hint: str, highlighted: bool, chosen: bool) -> None:
        """`highlighted`: the stage of this step; `chosen`: the one that is drawn large."""
        if (hint, highlighted, chosen) != (self._hint, self._highlighted, self._chosen):
            self._hint, self._highlighted, self._chosen = hint, highlighted, chosen
            self.setToolTip(f"{self._text}  {hint}")
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, p = look(), QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        left = 0
        if self._highlighted:
            size = now.px(10)
            p.setPen(QPen(now.color("surface"), 1.5))
            p.setBrush(now.color("ball"))
            p.drawEllipse(QRectF(1, (self.height() - size) / 2, size, size))
            left = now.px(14)
        p.setFont(now.font("caption", 700 if self._chosen else 550))
        p.setPen(now.color("text" if self._chosen else "text2"))
        room = QRectF(left, 0, self.width() - left, self.height())
        far = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        text = p.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, int(room.width()))
        p.drawText(room, far, text)
        used = p.fontMetrics().horizontalAdvance(text) + now.px(6)
        p.setFont(now.font("caption", 450))
        if self._hint and room.width() - used >= p.fontMetrics().horizontalAdvance(self._hint):
            p.setPen(now.color("text3"))
            p.drawText(room.adjusted(used, 0, 0, 0), far, self._hint)

    def sizeHint(self) -> QSize:
        return QSize(look().px(70), look().px(18))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(30), look().px(18))


class _Arrow(Refreshing, QWidget):
    """From one stage to the next."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(look().px(16), look().px(40))

    minimumSizeHint = sizeHint

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, p = look(), QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, half = self.height() / 2 + now.px(9), now.px(4)
        p.setPen(QPen(now.color("edge"), 1.6))
        p.drawLine(QPointF(2, middle), QPointF(self.width() - 4, middle))
        p.setBrush(now.color("edge"))
        end = self.width() - 2
        corners = ((end, middle), (end - half, middle - half), (end - half, middle + half))
        p.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


class StageRow(Refreshing, QWidget):
    """Five stages. They run from left to right in every language, as the formula does."""

    pressed = Signal(int, int)
    hovered = Signal(int, int)
    requested = Signal(str)
    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.captions: dict[str, Caption] = {}
        self.matrices: dict[str, Matrix] = {}
        self._arrows: list[_Arrow] = []
        for stage in ORDER:
            if self.matrices:
                self._arrows.append(_Arrow())
                row.addWidget(self._arrows[-1])
            row.addLayout(self._column(stage), 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_names_only(self, names_only: bool) -> None:
        """Where there is little room the names stay, to be pressed."""
        for part in (*self.matrices.values(), *self._arrows):
            part.setVisible(not names_only)

    def _column(self, stage: str) -> QVBoxLayout:
        caption = Caption(_(TITLES[stage]))
        matrix = Matrix(scale="one-sided" if stage == "weights" else "diverging", bare=True)
        matrix.set_titles(_(TITLES[stage]))
        caption.setProperty("stage", stage)
        matrix.setProperty("stage", stage)
        caption.pressed.connect(self._choose)
        matrix.hovered.connect(self._hover)
        matrix.pressed.connect(self._press)
        matrix.requested.connect(self._ask)
        self.captions[stage], self.matrices[stage] = caption, matrix
        column = QVBoxLayout()
        column.setSpacing(1)
        column.addWidget(caption)
        column.addWidget(matrix, 1)
        return column

    def show_frame(self, frame: AttentionFrame, large: str) -> None:
        """The stages that are worked out; the others say nothing yet."""
        chain = frame.chain
        for stage, matrix in self.matrices.items():
            ready = chain is not None and frame.seen(stage)
            matrix.set_ghost("" if ready else "…")
            if chain is not None and ready:
                values = shown_matrix(chain, stage)
                lo, hi = range_of(chain, stage) or (None, None)
                matrix.set_values(values, lo, hi, chain.tokens, column_names(chain, stage, values))
            highlighted = frame.stage == stage
            self.captions[stage].show_state(_hint(frame, stage), highlighted, large == stage)

    def light(self, row: int, column: int) -> None:
        """Light the same row and column everywhere; of the mixed values the row."""
        for stage, matrix in self.matrices.items():
            matrix.set_highlighted(row, -1 if stage == "mix" else column)

    def _choose(self) -> None:
        self.chosen.emit(str(self.sender().property("stage")))

    def _hover(self, row: int, column: int) -> None:
        if str(self.sender().property("stage")) != "mix":
            self.hovered.emit(row, column)

    def _press(self, row: int, column: int) -> None:
        stage = str(self.sender().property("stage"))
        self.chosen.emit(stage)
        self.pressed.emit(row, -1 if stage == "mix" else column)

    def _ask(self, _row: int, _column: int) -> None:
        stage = str(self.sender().property("stage"))
        self.requested.emit({"scores": "score", "weights": "weight", "mix": "out_1"}.get(stage, stage))

    def sizeHint(self) -> QSize:
        return QSize(look().px(600), look().px(92))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(260), look().px(64))


def _hint(frame: AttentionFrame, stage: str) -> str:
    """What is done at a stage, as short as it can be said."""
    p, chain = frame.params, frame.chain
    if chain is None:
        return ""
    match stage:
        case "scores":
            return "q·k"
        case "scaled":
            parts = [f"√{chain.width}"] * p.scaled + ["T"] * (p.temperature != 1.0)
            return "/ " + ("·".join(parts) or "1")
        case "masked":
            return _("none") if not np.isneginf(chain.masked).any() else "−∞"
        case "weights":
            return "softmax"
        case _:
            return "Σ w·v"
