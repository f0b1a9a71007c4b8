"""A network of layers as a picture to take hold of: every unit a small tile with the map of what it says where,
every link as thick as its weight is large, solid where it is positive and dashed where it is negative.

Drag a link up or down to change its weight, press it to type one; a unit's bias is the link below its tile, and
is reached by dragging the tile itself. By keyboard the arrows go from link to link, Page up and Page down change
the weight, Enter types it. Of a large network the strongest links are drawn. Nothing here computes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.base.accessible import Described
from widgets.base.look import Refreshing, look
from widgets.base.words import _
from widgets.canvas.paper import paper
from widgets.controls.number_field import NumberField, Reading, read_number, show_number
from widgets.graphs.net_paint import NetLayout, paint_net
from widgets.graphs.net_shape import BIAS, Link, NetShape

__all__ = ["BIAS", "Link", "NetMap", "NetShape"]

PIXELS = 40.0  # of a drag for a weight of 1
KEY_STEP, KEY_FINE = 0.1, 0.01
NEAR = 7.0  # pixels beside a link that still take it


@dataclass(slots=True)
class _Grip:
    """A link in the hand: where it was taken, the weight it had, and whether it has moved."""

    link: Link
    y: float
    weight: float
    moved: bool = field(default=False)


class NetMap(Described, Refreshing, QWidget):
    """`weight_set` carries a Link and its weight, also on the way; `highlighted_unit` the column and unit under the
    pointer, (−1, −1) for none; `chosen` the link under the pointer or the keys, or None."""

    weight_set = Signal(object, float)
    let_go = Signal()
    highlighted_unit = Signal(int, int)
    chosen = Signal(object)

    def __init__(
        self,
        parse: Callable[[str], Reading] = read_number,
        show: Callable[[float], str] = lambda value: show_number(value, 3),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shape = NetShape()
        self._layout: NetLayout | None = None
        self._highlighted: Link | None = None
        self._unit = (-1, -1)
        self._grip: _Grip | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.field = NumberField(parse, show, _stepped, self)
        self.field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.field.hide()
        self.field.committed.connect(self._typed)
        self.field.installEventFilter(self)

    # ---- what the caller says

    def set_words(self, name: str, field: str) -> None:
        """What a screen reader calls the picture, and the field in which a weight is typed."""
        self.setAccessibleName(name)
        self.field.setAccessibleName(field)

    def set_shape(self, shape: NetShape) -> None:
        """Draw this network."""
        other = shape.sizes != self._shape.sizes
        self._shape = shape
        if other:
            self._layout = None
            self._close()
            if not shape.holds(self._highlighted):
                self._highlighted = None
        self.update()

    def shape(self) -> NetShape:
        """What is drawn."""
        return self._shape

    def places(self) -> NetLayout:
        """Where the tiles are."""
        if self._layout is None:
            self._layout = NetLayout.of(QRectF(self.rect()), self._shape.sizes, look())
        return self._layout

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the network on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, self.accessibleName()) as (room, light):
            paint_net(painter, self._shape, NetLayout.of(room, self._shape.sizes, light), light, None, (-1, -1))

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look().color("surface"))
        if self._shape.weights:
            paint_net(painter, self._shape, self.places(), look(), self._highlighted, self._unit)
        painter.end()

    def relook(self) -> None:
        self._layout = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._layout = None
        self._close()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(160), look().px(120))

    def sizeHint(self) -> QSize:
        return QSize(look().px(360), look().px(300))

    # ---- the hand

    def link_at(self, at: QPointF) -> Link | None:
        """The link under a pixel; a hidden or output tile stands for its unit's bias."""
        places = self.places()
        column, unit = places.tile_at(at)
        if column > 0:
            return Link(column - 1, unit, BIAS)
        if column == 0:
            return None
        best: Link | None = None
        least = float(look().px(NEAR))
        for layer, weights in enumerate(self._shape.weights):
            if not places.right_of(layer) <= at.x() <= places.left_of(layer + 1):
                continue
            far = places.distances(layer, at)  # [n_out, n_in]
            far = far - 0.6 * np.minimum(np.abs(weights), 3.0)  # of two that cross the thicker one
            unit, source = divmod(int(far.argmin()), far.shape[1])
            if far[unit, source] <= least:
                best, least = Link(layer, unit, source), float(far[unit, source])
        return best

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._close()
        link = self.link_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if link is None:
            super().mousePressEvent(event)
            return
        self._grip = _Grip(link, event.position().y(), self._shape.weight(link))
        self._choose(link)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        grip = self._grip
        if grip is None:
            self._choose(self.link_at(event.position()))
            self._light_unit(self.places().tile_at(event.position()))
            return
        up = (grip.y - event.position().y()) / look().px(PIXELS)
        if not grip.moved and abs(up) * PIXELS < 4:
            return
        grip.moved = True
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.weight_set.emit(grip.link, round(grip.weight + (0.1 * up if fine else up), 3 if fine else 2))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        grip, self._grip = self._grip, None
        if grip is None:
            return
        if grip.moved:
            self.let_go.emit()
        elif event.button() == Qt.MouseButton.LeftButton:
            self.edit(grip.link)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._grip is None:
            self._light_unit((-1, -1))
            if not self.hasFocus() and not self.field.isVisible():
                self._choose(None)

    def _choose(self, link: Link | None) -> None:
        self.setCursor(Qt.CursorShape.SizeVerCursor) if link is not None else self.unsetCursor()
        if link != self._highlighted:
            self._highlighted = link
            self.chosen.emit(link)
            self.update()

    def _light_unit(self, unit: tuple[int, int]) -> None:
        if unit != self._unit:
            self._unit = unit
            self.highlighted_unit.emit(*unit)
            self.update()

    # ---- the keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shape = event.key(), self._shape
        step = KEY_FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else KEY_STEP
        moves = {Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1), Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0)}
        if not shape.weights or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif key in moves:
            link = self._next(*moves[Qt.Key(key)])
            self._choose(link)
            self.tell(self.link_words(link))
        elif self._highlighted is not None and key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            by = step if key == Qt.Key.Key_PageUp else -step
            weight = round(shape.weight(self._highlighted) + by, 6)
            self.tell(self.link_words(self._highlighted, weight))
            self.weight_set.emit(self._highlighted, weight)
        elif self._highlighted is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit(self._highlighted)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and not event.isAutoRepeat():
            self.let_go.emit()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self.field.isVisible():
            self._choose(None)

    def _next(self, across: int, down: int) -> Link:
        """The link to go to: another layer, or the next of this one, the biases last of their unit."""
        shape, now = self._shape, self._highlighted
        if not shape.holds(now) or now is None:
            return Link(0, 0, 0)
        layer = min(max(now.layer + across, 0), len(shape.weights) - 1)
        if across:
            return Link(layer, 0, 0)
        count = shape.weights[layer].shape[1] + 1
        source = count - 1 if now.source == BIAS else now.source
        place = (now.unit * count + source + down) % (count * len(shape.biases[layer]))
        unit, source = divmod(place, count)
        return Link(layer, unit, BIAS if source == count - 1 else source)

    # ---- in words

    def link_words(self, link: Link, weight: float | None = None) -> str:
        """A link: between which units, and its weight, or another one."""
        value = show_number(self._shape.weight(link) if weight is None else weight, 3)
        to = self._unit_words(link.layer + 1, link.unit)
        if link.source == BIAS:
            return _("Bias of {unit}: {value}").format(unit=to, value=value)
        return _("From {unit} to {other}: {value}").format(
            unit=self._unit_words(link.layer, link.source), other=to, value=value
        )

    def _unit_words(self, column: int, unit: int) -> str:
        shape = self._shape
        names = shape.inputs if column == 0 else shape.outputs if column == len(shape.biases) else ()
        if unit < len(names) and names[unit].strip():
            return names[unit]
        return _("unit {n} of column {column}").format(n=unit + 1, column=column + 1)

    def summary(self) -> str:
        shape = self._shape
        if not shape.weights:
            return ""
        words = _("Units by column: {sizes}.").format(sizes=", ".join(map(str, shape.sizes)))
        links = [(abs(float(w.flat[i])), Link(n, *divmod(i, w.shape[1]))) for n, w in enumerate(shape.weights)
                 if w.size for i in [int(np.argmax(np.abs(w)))]]  # fmt: skip
        strongest = max(links, key=lambda one: one[0], default=None)
        return words + (
            " " + _("Strongest link: {link}.").format(link=self.link_words(strongest[1])) if strongest else ""
        )

    # ---- typing

    def edit(self, link: Link) -> None:
        """Open the field at a link."""
        self._choose(link)
        now, at = look(), self.places().middle(link.layer, link.unit, link.source)
        wide, high = now.px(76), now.px(30)
        left = min(max(at.x() - wide / 2, 0), max(0, self.width() - wide))
        top = min(max(at.y() - high / 2, 0), max(0, self.height() - high))
        self.field.setGeometry(round(left), round(top), wide, high)
        self.field.set_value(self._shape.weight(link))
        self.field.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def _typed(self, value: float) -> None:
        if self._highlighted is not None and self.field.isVisible():
            self.weight_set.emit(self._highlighted, value)
            self.let_go.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field closes when it is done with."""
        if watched is self.field and event.type() == QEvent.Type.FocusOut:
            self._close()
        elif watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                self._close()
                self.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.field.keyPressEvent(event)
                event.accept()  # or it would come here once more, and open the field again
                if not self.field.wrong:
                    self._close()
                    self.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _close(self) -> None:
        if self.field.isVisible():
            self.field.hide()


def _stepped(value: float, count: float) -> float:
    return round(value + KEY_STEP * count, 6)
