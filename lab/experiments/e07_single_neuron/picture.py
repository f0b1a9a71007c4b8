"""The neuron drawn as it is always drawn: inputs, links, a body that first sums and then gates, and what
comes out. A link is as thick as its weight is large; drag it up or down to change the weight, or type the
weight, as 0.5, 0,5 or 1/3. Nothing here computes: what stands on the picture was told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e07_single_neuron.picture_paint import Layout, Shown, layout, paint_neuron
from lab.experiments.e07_single_neuron.settings import WEIGHT_LIMIT
from lab.kit.numbers import show_short, subscript, typed_number
from widgets.base.accessible import Described
from widgets.base.look import Refreshing, look
from widgets.canvas.paper import paper
from widgets.controls.number_field import NumberField

__all__ = ["Picture", "Shown"]

PIXELS = 40.0  # of a drag for a weight of 1
MOST = 3  # inputs
KEY_STEP = 0.1


@dataclass(frozen=True, slots=True)
class _Grip:
    """A link in the hand: which, where it was taken, and the weight it had."""

    link: int
    y: float
    weight: float


class Picture(Described, Refreshing, QWidget):
    """One neuron. `weight_set` carries which link (the bias is the last) and its weight, also on the way."""

    weight_set = Signal(int, float)
    input_set = Signal(int, float)
    let_go = Signal()  # the end of a drag, or of typing
    highlighted = Signal(int)  # the link under the pointer or with the keys, −1 for none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = Shown()
        self._grip: _Grip | None = None
        self._highlighted = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("The neuron"))
        self.inputs = [self._field(self._input_typed, i) for i in range(MOST)]
        self.weights = [self._field(self._weight_typed, i) for i in range(MOST + 1)]
        for i, field in enumerate(self.inputs):
            field.setAccessibleName(_("Input {name}").format(name=f"x{subscript(i + 1)}"))
        for i, field in enumerate(self.weights[:MOST]):
            field.setAccessibleName(_("Weight {name}").format(name=f"w{subscript(i + 1)}"))
        self.weights[MOST].setAccessibleName(_("Bias b"))

    def _field(self, typed: Callable[[int, float], None], i: int) -> NumberField:
        field = NumberField(partial(typed_number, largest=WEIGHT_LIMIT), partial(show_short, digits=3), _stepped, self)
        field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        field.committed.connect(partial(typed, i))
        field.editingFinished.connect(self.let_go)
        field.installEventFilter(self)
        return field

    # ---- what the caller says

    def set_neuron(self, shown: Shown) -> None:
        """Draw this neuron."""
        other = len(shown.x) != len(self._shown.x)
        self._shown = shown
        if other:
            self._place()
        for field, value in zip(self.inputs, shown.x):
            field.set_value(value)
        for field, value in zip(self._used_weights(), (*shown.weights, shown.bias)):
            field.set_value(value)
        self.update()

    def summary(self) -> str:
        shown = self._shown
        names = [f"w{subscript(i + 1)}" for i in range(len(shown.weights))]
        parts = [f"{name} = {show_short(value, 3)}" for name, value in zip(names, shown.weights)]
        return ", ".join((*parts, f"b = {show_short(shown.bias, 3)}, z = {show_short(shown.z, 3)}.")) if parts else ""

    def light(self, link: int) -> None:
        """Mark a link, because its term is pointed at elsewhere."""
        if link != self._highlighted:
            self._highlighted = link
            self.update()

    def highlighted_link(self) -> int:
        """The link that is marked, −1 for none."""
        return self._highlighted

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the neuron on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, _("The neuron")) as (room, light):
            paint_neuron(painter, self._shown, layout(room, len(self._shown.x), light), light, -1, fields=False)

    # ---- where things are

    def _layout(self) -> Layout:
        return layout(QRectF(self.rect()), len(self._shown.x), look())

    def _used_weights(self) -> list[NumberField]:
        """The fields of the weights there are, that of the bias last."""
        return [*self.weights[: len(self._shown.x)], self.weights[MOST]]

    def _place(self) -> None:
        places, inputs = self._layout(), len(self._shown.x)
        for i, field in enumerate(self.inputs):
            field.setVisible(i < inputs)
            if i < inputs:
                field.setGeometry(places.nodes[i].toRect())
        for i, field in enumerate(self.weights):
            field.setVisible(i < inputs or i == MOST)
        for field, box in zip(self._used_weights(), places.weights):
            field.setGeometry(box.toRect())

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(240), look().px(130))

    def relook(self) -> None:
        if hasattr(self, "weights"):
            self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, _event: QEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look().color("surface"))
        paint_neuron(painter, self._shown, self._layout(), look(), self._highlighted, fields=True)
        painter.end()

    # ---- the hand

    def link_at(self, at: QPointF) -> int:
        """The link under a pixel, or −1."""
        places = self._layout()
        numbers = (*self._shown.weights, self._shown.bias)
        best, least = -1, 1e9
        for i, line in enumerate(places.links):
            far, reach = _distance(line, at), look().px(9) + places.thickness(numbers[i]) / 2
            if far <= reach and far < least:
                best, least = i, far
        return best

    def mousePressEvent(self, event: QMouseEvent) -> None:
        link = self.link_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else -1
        if link < 0:
            super().mousePressEvent(event)
            return
        weight = (*self._shown.weights, self._shown.bias)[link]
        self._grip = _Grip(link, event.position().y(), weight)
        self._point(link)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        grip = self._grip
        if grip is None:
            self._point(self.link_at(event.position()))
            return
        up = (grip.y - event.position().y()) / look().px(PIXELS)
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        weight = round(grip.weight + (0.1 * up if fine else up), 3 if fine else 2)
        self.weight_set.emit(grip.link, max(-WEIGHT_LIMIT, min(WEIGHT_LIMIT, weight)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None and event.button() == Qt.MouseButton.LeftButton:
            self._grip = None
            self.let_go.emit()
        self._point(self.link_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._grip is None:
            self._point(-1)

    def _point(self, link: int) -> None:
        if link >= 0:
            self.setCursor(Qt.CursorShape.SizeVerCursor)
        else:
            self.unsetCursor()
        if link != self._highlighted:
            self.light(link)
            self.highlighted.emit(link)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A weight's field that has the keyboard lights its link."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            used = self._used_weights()
            if isinstance(watched, NumberField) and watched in used:
                self._point(used.index(watched) if event.type() == QEvent.Type.FocusIn else -1)
        return super().eventFilter(watched, event)

    def _weight_typed(self, i: int, value: float) -> None:
        self.weight_set.emit(len(self._shown.x) if i == MOST else i, value)

    def _input_typed(self, i: int, value: float) -> None:
        self.input_set.emit(i, value)


def _distance(line: QLineF, at: QPointF) -> float:
    """From a pixel to a stretch of line."""
    along = line.p2() - line.p1()
    square = QPointF.dotProduct(along, along)
    share = min(max(QPointF.dotProduct(at - line.p1(), along) / square, 0.0), 1.0) if square else 0.0
    return QLineF(at, line.p1() + along * share).length()


def _stepped(value: float, count: float) -> float:
    return round(value + KEY_STEP * count, 6)
