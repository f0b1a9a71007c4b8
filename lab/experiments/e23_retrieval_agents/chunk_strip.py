"""The document in its chunks: each on a ground of its own, what lies in two of them darker, cuts that can be dragged,
and the answer underlined."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e23_retrieval_agents.finding import FindPage
from lab.experiments.e23_retrieval_agents.gestures import MOST_CUTS, SetCuts
from lab.kit_qt.letter_sheet import Sheet, broken
from lab.kit_qt.view import Acting
from widgets.base.look import Look, look
from widgets.canvas.painted import HELD, Painted

__all__ = ["ChunkStrip"]

SIZES = (16, 15, 14, 13, 12, 11)  # pixels of the letters at 100 % text: the largest with which all is in sight
LINE, NEAR = 1.42, 7  # height of a line in letters; pixels around a cut that hold it
FOOT, SIDE = 20, 42  # pixels of the line below, and of the places of what was found, at the right
DRAWN = 12_000  # characters that are drawn at most
QUIET, FOUND, TWICE = 0.16, 0.42, 0.30  # how strong the grounds are
_ALONG = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_AMONG = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class ChunkStrip(Acting, Painted):
    """A painted document that sends actions."""

    acted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: FindPage | None = None
        self._held, self._at, self._first = -1, 0, 0
        self._broken: tuple[tuple[str, int], tuple[tuple[int, int], ...]] = (("", 0), ())
        self.make_interactive()
        self.setAccessibleName(_("The document in its chunks"))

    def show_chunks(self, page: FindPage) -> None:
        """Draw this."""
        if self._page is None or page.text != self._page.text:
            self._first = 0
        self._page = page
        self.update()

    # ---- where things are

    def sheet(self) -> Sheet:
        """Where the characters stand now."""
        return self._sheet(QRectF(self.rect()), look())

    def _sheet(self, room: QRectF, now: Look) -> Sheet:
        assert self._page is not None
        text = self._page.text[:DRAWN]
        inside = room.adjusted(now.px(6), now.px(4), -now.px(SIDE), -now.px(FOOT))
        rows: tuple[tuple[int, int], ...] = ()
        wide, high, seen = 1.0, 1.0, 1
        for size in SIZES:
            font = now.font(size, mono=True)
            wide = QFontMetricsF(font).horizontalAdvance("m")
            high = LINE * now.px(size)
            rows = self._rows(text, max(8, int(inside.width() // wide)))
            seen = max(1, int(inside.height() // high))
            if len(rows) <= seen:
                break
        first = min(self._first, max(0, len(rows) - seen))
        return Sheet(rows, wide, high, inside.left(), inside.top(), first, seen)

    def _rows(self, text: str, columns: int) -> tuple[tuple[int, int], ...]:
        if self._broken[0] != (text, columns):
            self._broken = (text, columns), broken(text, columns)
        return self._broken[1]

    def cuts(self) -> tuple[int, ...]:
        """Where a chunk begins, but for the first."""
        return () if self._page is None else tuple(chunk.start for chunk in self._page.chunks if chunk.start > 0)

    def cut_spot(self, number: int) -> QRectF:
        """The handle of a cut in pixels of this widget."""
        sheet = self.sheet()
        corner = sheet.spot(self.cuts()[number])
        return QRectF(corner.x() - look().px(3), corner.y(), look().px(6), sheet.high)

    def _cut_at(self, at: QPointF) -> int:
        near = look().px(NEAR)
        spots = [self.cut_spot(number).adjusted(-near, 0, near, 0) for number in range(len(self.cuts()))]
        held = [(abs(spot.center().x() - at.x()), k) for k, spot in enumerate(spots) if spot.contains(at)]
        return min(held)[1] if held else -1

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        page = self._page
        if page is None:
            return
        if not page.text.strip():
            p.setFont(now.font("body"))
            p.setPen(now.color("text2"))
            p.drawText(room, Qt.AlignmentFlag.AlignCenter, _("There is no text yet."))
            return
        sheet = self._sheet(room, now)
        found = {chunk: place for place, chunk in enumerate(page.found, 1)} if page.question else {}
        p.save()
        p.setClipRect(room)
        p.setPen(Qt.PenStyle.NoPen)
        for number, chunk in enumerate(page.chunks):
            self._ground(p, now, sheet, chunk.start, chunk.end, number, FOUND if number in found else QUIET)
        for start, end in page.shaded:
            shade = now.color("text")
            shade.setAlphaF(TWICE)
            p.setBrush(shade)
            for _a, _b, spot in sheet.pieces(start, min(end, DRAWN)):
                p.drawRect(
                    QRectF(spot.left(), spot.bottom() - 0.30 * spot.height(), spot.width(), 0.12 * spot.height())
                )
        self._answer(p, now, sheet, page)
        self._letters(p, now, sheet, page.text)
        self._marks(p, now, sheet, page, found, live, room.right())
        p.restore()
        self._foot(p, room, now, sheet)

    @staticmethod
    def _ground(p: QPainter, now: Look, sheet: Sheet, start: int, end: int, number: int, strong: float) -> None:
        color = now.color(now.palette.categories[number % len(now.palette.categories)])
        color.setAlphaF(strong)
        p.setBrush(color)
        for _a, _b, spot in sheet.pieces(start, min(end, DRAWN)):
            p.drawRect(spot.adjusted(0, 0.16 * spot.height(), 0, -0.06 * spot.height()))

    @staticmethod
    def _answer(p: QPainter, now: Look, sheet: Sheet, page: FindPage) -> None:
        start = page.text.find(page.answer) if page.answer else -1
        if start < 0 or page.params.document == "library":
            return
        p.setPen(QPen(now.color("ball"), now.px(2)))
        for _a, _b, spot in sheet.pieces(start, start + len(page.answer)):
            y = spot.bottom() - 0.1 * spot.height()
            p.drawLine(QPointF(spot.left(), y), QPointF(spot.right(), y))

    @staticmethod
    def _letters(p: QPainter, now: Look, sheet: Sheet, text: str) -> None:
        p.setFont(now.font(sheet.high / LINE / now.scale, mono=True))
        p.setPen(now.color("text"))
        for row in range(sheet.first, min(len(sheet.rows), sheet.first + sheet.seen)):
            start, end = sheet.rows[row]
            spot = QRectF(sheet.left, sheet.top + (row - sheet.first) * sheet.high, 10_000, sheet.high)
            p.drawText(spot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text[start:end])

    def _marks(
        self, p: QPainter, now: Look, sheet: Sheet, page: FindPage, found: dict[int, int], live: bool, edge: float
    ) -> None:
        """A bar at each cut, and the place of what was found."""
        p.setFont(now.font("caption", 600))
        number, taken = 0, dict[int, int]()
        for k, chunk in enumerate(page.chunks):
            if chunk.start >= DRAWN or not sheet.first <= sheet.row_of(chunk.start) < sheet.first + sheet.seen:
                number += chunk.start > 0
                continue
            corner = sheet.spot(chunk.start)
            bar = QRectF(corner.x() - now.px(1), corner.y() + 0.1 * sheet.high, now.px(2), 0.86 * sheet.high)
            if chunk.start > 0:
                here = live and self.hasFocus() and number == self._at
                held = live and number == self._held
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(now.color("ball" if held or here else "text2"))
                p.drawRect(bar.adjusted(-now.px(1), 0, now.px(1), 0) if held or here else bar)
                number += 1
            if k in found:
                row = sheet.row_of(chunk.start)
                taken[row] = taken.get(row, 0) + 1
                spot = QRectF(edge - taken[row] * now.px(19), corner.y() + 1, now.px(18), sheet.high - 2)
                p.setPen(QPen(now.color(now.palette.categories[k % len(now.palette.categories)]), now.px(2)))
                p.setBrush(now.color("canvas"))
                p.drawRoundedRect(spot.adjusted(1, 0, -1, 0), now.px(3), now.px(3))
                p.setPen(now.color("text"))
                p.drawText(spot, Qt.AlignmentFlag.AlignCenter, str(found[k]))

    @staticmethod
    def _foot(p: QPainter, room: QRectF, now: Look, sheet: Sheet) -> None:
        words = _("Numbers: what was found. Orange line: the answer. Drag a bar to cut elsewhere.")
        if len(sheet.rows) > sheet.seen:
            last = min(len(sheet.rows), sheet.first + sheet.seen)
            words = _("Lines {a}–{b} of {all}; the wheel shows more. {words}").format(
                a=sheet.first + 1, b=last, all=len(sheet.rows), words=words
            )
        p.setFont(now.font("caption"))
        p.setPen(now.color("text2"))
        foot = QRectF(room.left() + now.px(6), room.bottom() - now.px(FOOT - 2), room.width() - now.px(12), now.px(18))
        shown = p.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(foot.width()))
        p.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    # ---- the hand

    def _fixed(self) -> bool:
        """The passages of the library are cut already."""
        return self._page is None or self._page.params.document == "library"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = -1 if self._fixed() else self._cut_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or self._held < 0:
            event.ignore()
            return
        self._at = self._held
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held >= 0:
            self._move(self._held, self.sheet().character_at(event.position()))
        elif self._page is not None and self._page.text.strip():
            over = not self._fixed() and self._cut_at(event.position()) >= 0
            self.setCursor(Qt.CursorShape.SplitHCursor) if over else self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = -1
        self.end_drag()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._fixed() and self._page is not None and self._page.text.strip():
            self._put([*self.cuts(), self.sheet().character_at(event.position())])
            self.end_drag()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._page is None:
            event.ignore()
            return
        sheet = self.sheet()
        if len(sheet.rows) <= sheet.seen:
            event.ignore()
            return
        self._scroll(-3 if event.angleDelta().y() > 0 else 3)
        event.accept()

    def _scroll(self, lines: int) -> None:
        sheet = self.sheet()
        self._first = min(max(sheet.first + lines, 0), max(0, len(sheet.rows) - sheet.seen))
        self.update()

    def _move(self, number: int, place: int) -> None:
        """A cut stays between its neighbours."""
        assert self._page is not None
        cuts = list(self.cuts())
        before = cuts[number - 1] + 1 if number else 1
        after = cuts[number + 1] - 1 if number + 1 < len(cuts) else len(self._page.text) - 1
        place = min(max(place, before), after)
        if place != cuts[number]:
            cuts[number] = place
            self._put(cuts)

    def _put(self, cuts: Sequence[int]) -> None:
        assert self._page is not None
        if len(cuts) > MOST_CUTS:
            return
        if self._page.params.splitter != "hand":
            self.drag("cut", Set({"splitter": "hand"}))
        self.drag("cut", SetCuts(tuple(sorted(set(cuts)))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, cuts = Qt.Key(event.key()), self.cuts()
        if event.modifiers() & HELD or self._page is None:
            event.ignore()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._scroll(-self.sheet().seen if key == Qt.Key.Key_PageUp else self.sheet().seen)
        elif self._fixed() or not cuts:
            event.ignore()
        elif key in _AMONG:
            self._at = min(max(self._at + _AMONG[key], 0), len(cuts) - 1)
            self._show_cut()
            self.tell(
                _("Cut {n} of {all}, at character {place}").format(n=self._at + 1, all=len(cuts), place=cuts[self._at])
            )
        elif key in _ALONG:
            far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._at = min(self._at, len(cuts) - 1)
            self._move(self._at, cuts[self._at] + far * _ALONG[key])
            self.end_drag()
        elif key == Qt.Key.Key_Delete:
            self._at = min(self._at, len(cuts) - 1)
            self._put([cut for k, cut in enumerate(cuts) if k != self._at])
            self.end_drag()
        else:
            event.ignore()

    def _show_cut(self) -> None:
        """Scroll to the cut under the keys."""
        sheet = self.sheet()
        row = sheet.row_of(self.cuts()[self._at])
        if not sheet.first <= row < sheet.first + sheet.seen:
            self._first = max(0, row - sheet.seen // 2)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
