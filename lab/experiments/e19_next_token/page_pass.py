"""The page of one pass: rows of what is done, with a strip of the numbers that come out and a bar for the work. A press
on a row goes nearer, the way above leads back."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e19_next_token.frame import NextFrame
from lab.experiments.e19_next_token.onepass import PassPicture, PassRow
from lab.experiments.e19_next_token.page_next import OneColumn
from lab.experiments.e19_next_token.settings import Display
from lab.experiments.e19_next_token.words import no_layers
from lab.kit.gestures import Measure
from widgets.base.layouts import hbox
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList
from widgets.controls.buttons import Button
from widgets.controls.chips import ChipRow

__all__ = ["PassList", "PassView"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
NAME, NUMBER, HEAD, HIGHEST = 150, 88, 18, 46  # pixels


class PassList(PaintedList):
    """The rows. `chosen` carries the number of a row that was pressed."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: PassPicture | None = None
        self._message = ""
        self.setAccessibleName(_("One pass through the model"))

    def set_picture(self, picture: PassPicture | None, message: str) -> None:
        """Show this, or say why there is none."""
        self._picture, self._message = picture, message
        self._at = min(self._at, max(0, self.count() - 1))
        self.update()

    def rows(self) -> tuple[PassRow, ...]:
        """What is shown."""
        return self._picture.rows if self._picture is not None else ()

    def count(self) -> int:
        return len(self.rows())

    def summary(self) -> str:
        return "; ".join(self.row_words(row) for row in range(min(3, self.count()))) or self._message

    def row_words(self, row: int) -> str:
        one = self.rows()[row]
        return ", ".join(filter(None, (one.name, one.note, one.number)))

    def tip(self, cell: Cell) -> str | None:
        return self.row_words(cell[0]) if cell[0] >= 0 else ""

    def row_rect(self, number: int) -> QRectF:
        """The rectangle of a row."""
        return self._row(QRectF(self.rect()), look(), number)

    def _row(self, room: QRectF, now: Look, number: int) -> QRectF:
        head = now.px(HEAD)
        high = min(now.px(HIGHEST), (room.height() - head) / max(1, self.count()))
        return QRectF(room.left(), room.top() + head + number * high, room.width(), high)

    def cell_at(self, at: QPointF) -> Cell:
        return next(((n, -1) for n in range(self.count()) if self.row_rect(n).contains(at)), NOWHERE)

    def pressable(self, cell: Cell) -> bool:
        return cell[0] >= 0 and bool(self.rows()[cell[0]].opens)

    def press(self, cell: Cell) -> None:
        if self.pressable(cell):
            self.chosen.emit(cell[0])

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        if self._picture is None:
            p.setFont(now.font("body"))
            p.setPen(now.color("text2"))
            p.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._message)
            return
        p.setFont(now.font("caption", 550))
        p.setPen(now.color("text3"))
        p.drawText(QRectF(room.left(), room.top(), room.width() - 2, now.px(HEAD)), _RIGHT, self._picture.bars)
        for number, row in enumerate(self._picture.rows):
            spot = self._row(room, now, number)
            if live and row.opens:
                self.paint_mark(p, now, spot.adjusted(1, 1, -1, -1), number)
            self._paint_row(p, now, spot, row)

    def _paint_row(self, p: QPainter, now: Look, spot: QRectF, row: PassRow) -> None:
        name = QRectF(spot.left() + now.px(4), spot.top(), min(now.px(NAME), 0.3 * spot.width()), spot.height())
        number = QRectF(spot.right() - now.px(NUMBER), spot.top(), now.px(NUMBER) - 2, spot.height())
        body = QRectF(
            name.right() + now.px(8), spot.top() + 2, number.left() - name.right() - now.px(16), spot.height() - 4
        )
        p.setFont(now.font("small", 600))
        p.setPen(now.color("accent_text" if row.opens else "text"))
        words = f"{row.name} ›" if row.opens else row.name
        p.drawText(name, _LEFT, p.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(name.width())))
        p.setPen(now.color("text"))
        p.drawText(number, _RIGHT, row.number)
        bar = QRectF(
            body.left(),
            body.bottom() - min(now.px(5), 0.25 * body.height()),
            body.width() * row.share,
            min(now.px(5), 0.25 * body.height()),
        )
        if row.share > 0:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(now.color("ball"))
            p.drawRoundedRect(bar, 2, 2)
        above = QRectF(body.left(), body.top(), body.width(), body.height() - min(now.px(7), 0.3 * body.height()))
        both = row.strip is not None and above.height() >= now.px(26)
        if row.strip is not None:
            strip = QRectF(above.left(), above.top(), above.width(), above.height() / 2 if both else above.height())
            self._paint_strip(p, now, strip, row.strip)
        if both or row.strip is None:
            p.setFont(now.font("caption", 450))
            p.setPen(now.color("text2"))
            note = QRectF(above.left(), above.center().y(), above.width(), above.height() / 2) if both else above
            p.drawText(
                note, _LEFT, p.fontMetrics().elidedText(row.note, Qt.TextElideMode.ElideRight, int(note.width()))
            )

    def _paint_strip(self, p: QPainter, now: Look, spot: QRectF, values: np.ndarray) -> None:
        """The numbers from left to right: orange above 0, blue below, the deeper the larger."""
        most = float(np.abs(values).max()) or 1.0
        wide = spot.width() / len(values)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("sunken"))
        p.drawRect(spot)
        for at, value in enumerate(values.tolist()):
            p.setBrush(now.color("ball" if value > 0 else "accent", round(255 * min(1.0, abs(value) / most))))
            p.drawRect(QRectF(spot.left() + at * wide, spot.top(), max(wide, 0.6), spot.height()))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(now.color("line"), 1))
        p.drawRect(spot)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(320), look().px(HEAD + 12 * 20))

    def sizeHint(self) -> QSize:
        return QSize(look().px(640), look().px(HEAD + 12 * 30))


class PassView(OneColumn):
    """The way above, and the rows."""

    HINT = N_("From the text to one number. Press a row with a › to go nearer, and the names here to go back.")
    READOUTS = (("products", N_("multiplications"), 8), ("attention_share", N_("attention"), 3),
                ("mlp_share", N_("feed-forward"), 3), ("read_speed", N_("tokens a second"), 3))  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: NextFrame | None = None
        self.picture = self.list = PassList()
        self.crumbs = ChipRow((), (), "press", settled=True)
        self.crumbs.setAccessibleName(_("Where you are"))
        self.measure = Button(_("Measure here"), "outline", height=28)
        self._names: tuple[str, ...] = ()
        self.list.chosen.connect(self._open)
        self.crumbs.chosen.connect(self._back)
        self.measure.clicked.connect(self._measure)
        self.lay_out(hbox((self.crumbs, 1), self.measure), (self.list, 1))

    def show_page(self, frame: NextFrame, _display: Display) -> None:
        """Draw a frame."""
        self._frame = frame
        other = _("This model is built in another way than the rows here show.") if frame.layered else no_layers()
        if frame.pretrained:
            other = _("The layers are being read.")
        self.list.set_picture(frame.picture, other)
        names = frame.picture.crumbs if frame.picture is not None else ()
        if names != self._names:
            self._names = names
            self.crumbs.set_chips([str(n) for n in range(len(names))], names)
        self.measure.setEnabled(frame.picture is not None and not frame.pretrained)

    def _open(self, number: int) -> None:
        self.act(Set(dict(self.list.rows()[number].opens)))

    def _back(self, zoom: str) -> None:
        if self._frame is not None and int(zoom) != self._frame.params.zoom:
            self.act(Set({"zoom": int(zoom)}))

    def _measure(self) -> None:
        self.act(Measure())
