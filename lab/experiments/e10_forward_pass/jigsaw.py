"""The shapes of a network as pieces of a jigsaw: what a layer hands on has as many teeth as the next one has gaps, or
it does not fit. Below each piece stands how many numbers it holds, added up from left to right."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.text import _
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["Jigsaw", "Piece", "piece_words"]

MOST_TEETH = 12  # at an edge; more are drawn as so many


@dataclass(frozen=True, slots=True)
class Piece:
    """A matrix on its way: its name and shape, how many numbers it holds, and how many there are so far.

    rows, columns: of the matrix.  bias: entries of b, 0 for the inputs.  wrong: it does not fit what comes before.
    ran: whether the pass has come so far; before, nothing is counted.
    """

    name: str
    rows: int
    columns: int
    bias: int = 0
    count: int = 0
    so_far: int = 0
    wrong: bool = False
    bias_wrong: bool = False
    ran: bool = True


class Jigsaw(Painted):
    """Pieces in a row; `pressed` carries the number of one, the inputs being 0."""

    pressed = Signal(int)
    AIR = (0, 0, 0, 0)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: tuple[Piece, ...] = ()
        self._highlighted, self._asked = -1, False
        self.setAccessibleName(_("The shapes of the layers"))
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_pieces(self, pieces: tuple[Piece, ...], highlighted: int) -> None:
        """Show these, the inputs first."""
        if (pieces, highlighted) != (self._pieces, self._highlighted):
            self._pieces, self._highlighted = pieces, highlighted
            self.update()
        if self._asked:
            self._tell_piece()

    def _tell_piece(self) -> None:
        """Say the lit piece."""
        self._asked = False
        if 0 <= self._highlighted < len(self._pieces):
            self.tell(piece_words(self._pieces[self._highlighted]))

    def pieces(self) -> tuple[Piece, ...]:
        """What is shown."""
        return self._pieces

    def piece_rect(self, number: int) -> QRectF:
        """Where a piece lies."""
        return _boxes(self._pieces, QRectF(self.rect()), look())[number]

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        boxes = _boxes(self._pieces, room, now)
        for number, (piece, box) in enumerate(zip(self._pieces, boxes)):
            highlighted = number == self._highlighted
            self._paint_piece(p, piece, box, number, highlighted, now)
            self._paint_words(p, piece, box, number, highlighted, now)

    def _paint_piece(self, p: QPainter, piece: Piece, box: QRectF, number: int, highlighted: bool, now: Look) -> None:
        path = _outline(box, piece.rows if number else 0, piece.columns, now)
        p.setBrush(now.color("bad_soft" if piece.wrong else "accent_soft" if number and piece.ran else "sunken"))
        pen = QPen(now.color("bad" if piece.wrong else "accent" if number else "edge"), 1.8)
        if piece.wrong or not piece.ran:
            pen.setStyle(Qt.PenStyle.DashLine)
        p.setPen(pen)
        p.drawPath(path)
        if highlighted:
            p.setBrush(Qt.BrushStyle.NoBrush)
            for color, width in (("#FFFFFF", 5.0), (now.palette.ball, 3.0)):
                p.setPen(QPen(now.color(color), width))
                p.drawPath(path)
        p.setPen(now.color("text"))
        p.setFont(now.font("h3", 650))
        shape = f"{piece.rows} × {piece.columns}"
        upper = QRectF(box.left() - now.px(10), box.center().y() - now.px(22), box.width() + now.px(20), now.px(22))
        p.drawText(upper, Qt.AlignmentFlag.AlignCenter, piece.name)
        p.setFont(now.font("small", 500))
        p.drawText(upper.translated(0, now.px(20)), Qt.AlignmentFlag.AlignCenter, shape)

    def _paint_words(self, p: QPainter, piece: Piece, box: QRectF, number: int, highlighted: bool, now: Look) -> None:
        """The bias as a bar below, and the sum of all numbers up to here."""
        if not number:
            return
        bar = QRectF(box.left(), box.bottom() + now.px(8), box.width(), now.px(18))
        if piece.bias != piece.columns and piece.columns:
            bar.setWidth(min(box.width() * piece.bias / piece.columns, box.width() + now.px(14)))
        p.setPen(QPen(now.color("bad" if piece.bias_wrong else "edge"), 1.4,
                      Qt.PenStyle.DashLine if piece.bias_wrong else Qt.PenStyle.SolidLine))  # fmt: skip
        p.setBrush(now.color("bad_soft" if piece.bias_wrong else "sunken"))
        p.drawRoundedRect(bar, now.px(4), now.px(4))
        p.setPen(now.color("text"))
        p.setFont(now.font("caption", 500))
        p.drawText(bar.adjusted(-20, 0, 20, 0), Qt.AlignmentFlag.AlignCenter, f"b  {piece.bias}")
        words = QRectF(box.left() - now.px(30), bar.bottom() + now.px(4), box.width() + now.px(60), now.px(18))
        p.setFont(now.font("small", 650 if highlighted else 500))
        for text, color in (
            ()
            if not piece.ran
            else (
                (f"{piece.rows}·{piece.columns} + {piece.bias} = {piece.count}", "text"),
                (f"Σ = {piece.so_far}", "text2"),
            )
        ):
            p.setPen(now.color(color))
            p.drawText(words, Qt.AlignmentFlag.AlignCenter, text)
            words.translate(0, now.px(18))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for number, box in enumerate(_boxes(self._pieces, QRectF(self.rect()), look())):
            if box.contains(event.position()):
                self.pressed.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and self._pieces and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            there = min(max(self._highlighted + step, 1), len(self._pieces) - 1)
            self._asked = there != self._highlighted  # what is there is told when the run has answered
            if not self._asked:
                self._tell_piece()
            self.pressed.emit(there)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(look().px(500), look().px(260))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(220), look().px(150))


def piece_words(piece: Piece) -> str:
    """A piece in words: its name, its shape, and what it holds."""
    words = _("{name}: {rows} × {columns}").format(name=piece.name, rows=piece.rows, columns=piece.columns)
    if piece.wrong:
        return _("{piece}, which does not fit").format(piece=words)
    if not piece.ran or not piece.bias:
        return words
    return _("{piece}, {n} numbers, {total} so far").format(piece=words, n=piece.count, total=piece.so_far)


WIDEST = 0.6  # of a piece, as a share of its height


def _boxes(pieces: tuple[Piece, ...], room: QRectF, now: Look) -> list[QRectF]:
    """All of one height, so that teeth and gaps of the same number meet; a piece that does not fit stands apart."""
    if not pieces:
        return []
    close, apart, edge = now.px(5), now.px(44), now.px(26)
    high = max(now.px(40), room.height() - now.px(90))
    gaps = [0.0] + [float(apart if piece.wrong else close) for piece in pieces[1:]]
    wide = min((room.width() - 2 * edge - sum(gaps)) / len(pieces), max(now.px(170), high * WIDEST))
    left = room.center().x() - (wide * len(pieces) + sum(gaps)) / 2
    top = room.top() + max(now.px(8), (room.height() - high - now.px(90)) / 2)
    boxes = []
    for gap in gaps:
        left += gap
        boxes.append(QRectF(left, top, wide, high))
        left += wide
    return boxes


def _outline(box: QRectF, gaps: int, teeth: int, now: Look) -> QPainterPath:
    """A rectangle with gaps in its left edge, one for each number that must arrive, and teeth at its right edge, one
    for each that is handed on."""
    path = QPainterPath(box.topLeft())
    path.lineTo(box.topRight())
    _knobs(path, box.topRight(), box.bottomRight(), min(teeth, MOST_TEETH), 1.0, now)
    path.lineTo(box.bottomLeft())
    _knobs(path, box.bottomLeft(), box.topLeft(), min(gaps, MOST_TEETH), 1.0, now)
    path.closeSubpath()
    return path


def _knobs(path: QPainterPath, start: QPointF, end: QPointF, count: int, side: float, now: Look) -> None:
    """Half-round knobs along an edge; the path goes down the right edge with teeth, up the left one with gaps."""
    if count:
        pitch = (end.y() - start.y()) / count
        radius = min(abs(pitch) * 0.3, now.px(9))
        for i in range(count):
            y = start.y() + (i + 0.5) * pitch
            down = 1.0 if pitch > 0 else -1.0
            path.lineTo(start.x(), y - down * radius)
            bend = start.x() + side * 2 * radius
            path.cubicTo(bend, y - down * radius, bend, y + down * radius, start.x(), y + down * radius)
    path.lineTo(end)
