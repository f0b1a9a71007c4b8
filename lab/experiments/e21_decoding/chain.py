"""The filters between scores and choice, as a chain of chips. A chip is dragged to another place, or moved with Ctrl
and the arrow keys, for the order matters; Up and Down turn its knob, and a digit types it. Below each chip stands
how many tokens are left after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.records import dataclass
from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look
from widgets.controls.number_field import NumberField, Reading, steps_of

__all__ = ["Chain", "Link"]

_CENTRE = Qt.AlignmentFlag.AlignCenter
TALL, NOTE = 28, 17  # pixels of a chip, and of what stands below


@dataclass(frozen=True, slots=True)
class Link:
    """One filter. name: its key.  label, setting: what stands on the chip.  note: what stands below it.
    on: whether it does anything.  value: for the field."""

    name: str
    label: str
    setting: str
    note: str
    on: bool
    value: float


class Chain(Described, Refreshing, QWidget):
    """Chips from left to right, between two words."""

    reordered = Signal(tuple)  # the names in their new order
    nudged = Signal(str, float)  # a name, and how many steps
    typed = Signal(str, float)  # a name, and a value
    refused = Signal(str)

    def __init__(self, ends: tuple[str, str], parse: Callable[[str], Reading], parent: QWidget | None = None) -> None:
        """ends: what stands at the beginning and at the end."""
        super().__init__(parent)
        self._ends, self._parse = ends, parse
        self._links: tuple[Link, ...] = ()
        self._at, self._near = 0, -1
        self._held, self._pointer, self._offset, self._moved = "", 0.0, 0.0, False
        self._field: NumberField | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_links(self, links: Sequence[Link]) -> None:
        """Show these. While a chip is in the hand the order stays that of the hand."""
        links = tuple(links)
        if self._held:
            by_name = {link.name: link for link in links}
            links = tuple(by_name[link.name] for link in self._links if link.name in by_name)
        if links != self._links:
            self._links = links
            self.update()

    def link_words(self, at: int) -> str:
        """A filter in words."""
        link = self._links[at]
        return ", ".join(filter(None, (f"{link.label} {link.setting}".strip(), link.note)))

    def summary(self) -> str:
        return "; ".join(self.link_words(i) for i in range(len(self._links))) + ("." if self._links else "")

    # ---- geometry

    def _widths(self, now: Look) -> list[float]:
        metrics = QFontMetricsF(now.font("small", 600))
        wide = [metrics.horizontalAdvance(f"{link.label} {link.setting}".strip()) + now.px(16) for link in self._links]
        ends = self._end_widths(now)
        room = self.width() - sum(ends) - now.px(14) * (len(wide) + 1)
        if wide and sum(wide) > room > 0:
            wide = [w * room / sum(wide) for w in wide]
        return wide

    def _end_widths(self, now: Look) -> tuple[float, float]:
        metrics = QFontMetricsF(now.font("caption", 550))
        first, last = (metrics.horizontalAdvance(word) + now.px(4) for word in self._ends)
        return (first, last) if self.width() > now.px(430) else (0.0, 0.0)

    def places(self) -> list[QRectF]:
        """The chips in pixels, in their order."""
        now = look()
        wide = self._widths(now)
        gap: float = now.px(14)
        first, last = self._end_widths(now)
        spare = max(0.0, self.width() - first - last - sum(wide) - gap * (len(wide) + 1))
        gap += spare / (len(wide) + 1) if wide else 0
        x, found = first + gap, []
        for w in wide:
            found.append(QRectF(x, 2, w, now.px(TALL)))
            x += w + gap
        return found

    def _chip_at(self, at: QPointF) -> int:
        return next((i for i, place in enumerate(self.places()) if place.contains(at)), -1)

    # ---- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._chip_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or number < 0:
            event.ignore()
            return
        self._close()
        self._at, self._held, self._moved = number, self._links[number].name, False
        self._pointer = event.position().x()
        self._offset = self._pointer - self.places()[number].center().x()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._moved = self._moved or abs(event.position().x() - self._pointer) > 4
            self._pointer = event.position().x()
            self._make_way()
            self.update()
            return
        near = self._chip_at(event.position())
        if near != self._near:
            self._near = near
            self.setCursor(Qt.CursorShape.OpenHandCursor) if near >= 0 else self.unsetCursor()
            self.update()

    def _make_way(self) -> None:
        """The others make way for the chip in the hand."""
        names = [link.name for link in self._links]
        at, middle = names.index(self._held), self._pointer - self._offset
        places = self.places()
        while at > 0 and middle < places[at - 1].center().x():
            at = self._swap(at, at - 1)
        while at < len(names) - 1 and middle > places[at + 1].center().x():
            at = self._swap(at, at + 1)
        self._at = at

    def _swap(self, one: int, other: int) -> int:
        links = list(self._links)
        links[one], links[other] = links[other], links[one]
        self._links = tuple(links)
        return other

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held and event.button() == Qt.MouseButton.LeftButton:
            moved, self._held = self._moved, ""
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            if moved:
                self.reordered.emit(tuple(link.name for link in self._links))
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self._chip_at(event.position())
        if number >= 0:
            self.edit(number)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._near = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        side = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key), 0)
        if not self._links or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
        elif self._field is not None:
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._field.wrong:
                self._close(refocus=True)
        elif side and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._carry(side)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        elif side:
            self._at = min(max(self._at + side, 0), len(self._links) - 1)
            self.tell(self.link_words(self._at))
            self.update()
        elif count := steps_of(event):
            self.nudged.emit(self._links[self._at].name, count)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit(self._at)
        elif text and text in "0123456789.,":
            self.edit(self._at, text)
        else:
            event.ignore()

    def _carry(self, side: int) -> None:
        """The chip of the cursor goes one place on."""
        if 0 <= self._at + side < len(self._links):
            self._at = self._swap(self._at, self._at + side)
            self.reordered.emit(tuple(link.name for link in self._links))
            self.update()

    # ---- typing

    def edit(self, number: int, text: str = "") -> None:
        """Open a field over a chip, beginning with `text`."""
        self._close()
        self._held = ""
        link = self._links[number]
        field = NumberField(self._parse, parent=self)
        field.setAccessibleName(link.label)
        field.set_value(link.value)
        field.committed.connect(self._typed)
        field.message.connect(self.refused)
        field.installEventFilter(self)
        self._field, self._at = field, number
        place = self.places()[number]
        wide = max(round(place.width()), look().px(64))
        left = min(max(0, round(place.center().x() - wide / 2)), max(0, self.width() - wide))
        field.setGeometry(left, 2, wide, look().px(TALL))
        field.show()
        field.setFocus(Qt.FocusReason.PopupFocusReason)
        field.selectAll()
        if text:
            field.clear()
            field.insert(text)

    def _typed(self, value: float) -> None:
        self.typed.emit(self._links[self._at].name, value)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """The field goes on Esc, or when the focus leaves it."""
        field = self._field
        if field is None or watched is not field:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self._close(refocus=True)
            return True
        if event.type() == QEvent.Type.FocusOut and not field.wrong and not field.isModified():
            self._close()
        return False

    def _close(self, refocus: bool = False) -> None:
        field, self._field = self._field, None
        if field is not None:
            field.refuse("")
            field.hide()
            field.deleteLater()
            if refocus:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.update()

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, p = look(), QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # the order of filters is data, never mirrored
        places = self.places()
        first, last = self._end_widths(now)
        line = 2 + now.px(TALL) / 2
        p.setPen(QPen(now.color("edge"), 1.6))
        p.drawLine(QPointF(first + now.px(2), line), QPointF(self.width() - last - now.px(8), line))
        tip = self.width() - last - now.px(4)
        for by in (-1, 1):
            p.drawLine(QPointF(tip, line), QPointF(tip - now.px(6), line + by * now.px(4)))
        if first:
            p.setFont(now.font("caption", 550))
            p.setPen(now.color("text2"))
            p.drawText(QRectF(0, 2, first, now.px(TALL)), _CENTRE, self._ends[0])
            p.drawText(QRectF(self.width() - last, 2, last, now.px(TALL)), _CENTRE, self._ends[1])
        for number, (link, place) in enumerate(zip(self._links, places)):
            if link.name != self._held or not self._moved:
                self._paint_link(p, now, number, link, place)
        if self._held and self._moved:
            number = self._at
            place = places[number].translated(self._pointer - self._offset - places[number].center().x(), 0)
            self._paint_link(p, now, number, self._links[number], place)
        p.end()

    def _paint_link(self, p: QPainter, now: Look, number: int, link: Link, place: QRectF) -> None:
        held = link.name == self._held
        chosen = self.hasFocus() and number == self._at
        p.setBrush(now.color("surface"))
        p.setPen(Qt.PenStyle.NoPen)
        p.drawRect(place.adjusted(-3, 0, 3, 0))
        edge = "ball" if held else "focus" if chosen else "text" if link.on else "edge"
        p.setBrush(now.color("text" if link.on else "hover" if number == self._near else "surface"))
        p.setPen(QPen(now.color(edge), 2.2 if held or chosen else 1.0))
        radius = place.height() / 2
        p.drawRoundedRect(place.adjusted(1, 1, -1, -1), radius - 1, radius - 1)
        p.setFont(now.font("small", 600 if link.on else 500))
        p.setPen(now.color("surface" if link.on else "text2"))
        words = p.fontMetrics().elidedText(f"{link.label} {link.setting}".strip(), Qt.TextElideMode.ElideRight,
                                           int(place.width() - now.px(8)))  # fmt: skip
        p.drawText(place, _CENTRE, words)
        p.setFont(now.font("caption", 450))
        p.setPen(now.color("text2" if link.on else "text3"))
        below = QRectF(place.left() - now.px(16), place.bottom() + 1, place.width() + now.px(32), now.px(NOTE))
        p.drawText(below, _CENTRE, link.note)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._close()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(TALL + NOTE + 4))

    def sizeHint(self) -> QSize:
        return QSize(look().px(560), look().px(TALL + NOTE + 4))
