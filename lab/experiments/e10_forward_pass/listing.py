"""The pass as a few lines of NumPy, one of them lit. A press on a line lights its layer."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e10_forward_pass.forward import outputs_of
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.numbers import two
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["CodeLine", "Listing", "lines_of"]

CALLS = {"linear": "", "identity": "", "relu": "relu", "sigmoid": "sigmoid", "tanh": "tanh", "softmax": "softmax"}


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line, what stands behind it, the layer it belongs to (−1: none), and whether it has run."""

    code: str
    note: str = ""
    layer: int = -1
    ran: bool = True
    sums: bool = False
    wrong: bool = False


def _shape(*sizes: int) -> str:
    return f"({sizes[0]},)" if len(sizes) == 1 else "(" + ", ".join(str(n) for n in sizes) + ")"


def lines_of(frame: ForwardFrame) -> tuple[CodeLine, ...]:
    """The listing of a frame."""
    net, run, rows = frame.net, frame.run, len(frame.run.x)
    count = len(net.weights)
    pairs = ", ".join(f"(W{i}, b{i})" for i in (range(1, count + 1) if count < 4 else (1, count)))
    pairs = pairs.replace("), (", "), … (") if count >= 4 else pairs
    std = float(run.x.std())
    numbers = _("{n} numbers").format(n=frame.parameters)
    lines = _multiplied(frame) or [CodeLine(f"net = [{pairs}]", numbers)]
    lines.append(CodeLine("a0 = X", f"{_shape(*run.x.shape)} std {two(std)}"))
    for layer, bias in enumerate(net.biases):
        n, wrong = layer + 1, layer == run.failed
        ran, known = frame.known(layer, 0), frame.known_layer(layer)
        note = _shape(rows, len(bias)) if not wrong else "✗"
        lines.append(CodeLine(f"z{n} = a{layer} @ W{n} + b{n}", note, layer, ran, True, wrong and frame.failing))
        call = CALLS.get(net.output if n == count else net.hidden, net.hidden)
        spread = f"std {two(float(run.a[layer].std()))}" if known else "—"
        lines.append(CodeLine(f"a{n} = {call}(z{n})" if call else f"a{n} = z{n}", spread, layer, ran))
    if frame.params.keep:
        kept = "a0, z1, a1" + (", …" if count > 1 else "")
        lines.append(CodeLine(f"cache = [{kept}]", str(frame.kept)))
    return tuple(lines)


def _multiplied(frame: ForwardFrame) -> list[CodeLine]:
    """How all layers became one, and that they say the same; nothing where they did not."""
    count = len(frame.deep.weights)
    if not frame.params.flat or count < 2 or frame.gap is None:
        return []
    weights = " @ ".join(f"W{i}" for i in range(1, count + 1))
    bias = "b1"
    for i in range(2, count + 1):
        bias = f"({bias}) @ W{i} + b{i}" if i > 2 else f"{bias} @ W{i} + b{i}"
    row, now = frame.row, frame.run.a[-1]
    deep = outputs_of(frame.deep, frame.run.x[row][None])[0, 0]
    note = f"{two(float(deep))} = {two(float(now[row, 0]))}" if frame.gap < 1e-9 else (
        f"{two(float(deep))} ≠ {two(float(now[row, 0]))}")  # fmt: skip
    comment = _("# {n} layers, 1 layer:").format(n=count)
    return [CodeLine(f"W1 = {weights}"), CodeLine(f"b1 = {bias}"), CodeLine(comment, note, wrong=frame.gap >= 1e-9)]


class Listing(Painted):
    """Lines of code; `pressed` carries the layer of a line."""

    pressed = Signal(int)
    AIR = (0, 0, 0, 0)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[CodeLine, ...] = ()
        self._layer, self._asked = -1, False
        self.setAccessibleName(_("The pass in NumPy"))
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_lines(self, lines: tuple[CodeLine, ...], layer: int) -> None:
        """Show these, with the lines of one layer lit."""
        if (lines, layer) != (self._lines, self._layer):
            self._lines, self._layer = lines, layer
            self.update()
        if self._asked:
            self._tell_layer()

    def _tell_layer(self) -> None:
        """Say the lit lines."""
        self._asked = False
        lit = (line for line in self._lines if line.layer == self._layer)
        self.tell("; ".join(", ".join(filter(None, (line.code, line.note))) for line in lit))

    def lines(self) -> tuple[CodeLine, ...]:
        """What is shown."""
        return self._lines

    def line_rect(self, number: int) -> QRectF:
        """Where a line is."""
        return self._rect(QRectF(self.rect()), number)

    def _rect(self, room: QRectF, number: int) -> QRectF:
        high = min(look().px(23), (room.height() - look().px(8)) / max(1, len(self._lines)))
        return QRectF(room.left() + look().px(4), room.top() + look().px(4) + number * high,
                      room.width() - look().px(8), high)  # fmt: skip

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        p.setPen(QPen(now.color("line"), 1))
        p.setBrush(now.color("sunken"))
        p.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), now.px(8), now.px(8))
        for number, line in enumerate(self._lines):
            box = self._rect(room, number)
            highlighted = line.layer >= 0 and line.layer == self._layer
            if highlighted:
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(now.color("ball", 46))
                p.drawRect(box)
                p.setBrush(now.color("ball"))
                p.drawRect(QRectF(box.left(), box.top(), now.px(3), box.height()))
            font = now.font("caption", 600 if highlighted else 400, mono=True)
            p.setFont(font)
            metrics = QFontMetricsF(font)
            p.setPen(now.color("bad" if line.wrong else "text" if line.ran else "text3"))
            text = box.adjusted(now.px(8), 0, -now.px(4), 0)
            shown = metrics.elidedText(line.code, Qt.TextElideMode.ElideRight, text.width())
            p.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
            left = text.width() - metrics.horizontalAdvance(line.code) - now.px(6)
            if line.note and metrics.horizontalAdvance(line.note) <= left:
                p.setPen(now.color("bad" if line.wrong else "text3"))
                p.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, line.note)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for number, line in enumerate(self._lines):
            if line.layer >= 0 and self.line_rect(number).contains(event.position()):
                self.pressed.emit(line.layer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        last = max((line.layer for line in self._lines), default=-1)
        if step and last >= 0 and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            there = min(max(self._layer + step, 0), last)
            self._asked = there != self._layer  # what is there is told when the run has answered
            if not self._asked:
                self._tell_layer()
            self.pressed.emit(there)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(look().px(250), look().px(180))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(150), look().px(90))
