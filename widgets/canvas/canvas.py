"""The ground of every picture that paints itself: a window onto data, with axes, zoom, pan and a cursor.

What changes rarely (the picture, its isolines, the axes) is painted into a pixmap that is kept until the
data, the size, the window or the look change; what moves is painted over it in every frame. What lies in
between and follows the hand, but not every step, is kept once it stays for two frames. The wheel and
a drag with the right button move the window, a double-click or Home brings it back. The arrow keys move a
cross-hair, so that everything the pointer can read can be read without one. Data axes are never mirrored.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look
from widgets.canvas.axes import PLAIN, Margins, Unit, margins, paint_axes
from widgets.canvas.callouts import Callout, paint_callouts
from widgets.canvas.ghosts import Ghost, paint_ghosts
from widgets.canvas.paper import paper
from widgets.canvas.spoken import axes_words, place_words
from widgets.canvas.ticks import step_size
from widgets.canvas.trails import CASING, trail_pen
from widgets.canvas.viewport import Viewport

__all__ = ["Canvas"]

_KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class Canvas(Described, Refreshing, QWidget):
    """A picture of x0..x1 by y0..y1. Subclasses paint: `paint_picture` (kept) and `paint_moving` (each frame)."""

    hovered = Signal(float, float)  # the data point under the pointer or the cross-hair
    unhovered = Signal()
    clicked = Signal(float, float)  # left, without dragging
    view_changed = Signal(float, float, float, float)  # x0, x1, y0, y1 now in sight
    GROUND_MOVES = False  # whether `paint_moving` begins with a ground of its own

    def __init__(self, parent: QWidget | None = None, equal: bool = False) -> None:
        super().__init__(parent)
        self._home = (0.0, 1.0, 0.0, 1.0)
        self._range = self._home
        self._equal = equal
        self._titles = ("", "", "")
        self._kept: QPixmap | None = None
        self._kept_for: object = None
        self._version = self._seldom = 0
        self._seen_for: object = None  # what was painted below all that moves, in the last frame
        self._below: QPixmap | None = None  # the kept picture with that on it
        self._view_for: object = None
        self._view: Viewport | None = None
        self._pressed: tuple[Qt.MouseButton, QPointF, Viewport] | None = None
        self._dragging = False
        self._cross: tuple[float, float] | None = None
        self._pointer: QPointF | None = None
        self._readout = ""
        self._ghosts: tuple[Ghost, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # it paints all of itself
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # ---- what the caller says

    def set_range(self, x0: float, x1: float, y0: float, y1: float) -> None:
        """The range to show at first and after a reset. Raises ValueError for an empty one."""
        _check_range(x0, x1, y0, y1)
        self._home = self._range = (float(x0), float(x1), float(y0), float(y1))
        self.refresh()

    def set_titles(self, x: str = "", y: str = "", title: str = "") -> None:
        """Words at the axes; the title is shown on exported pictures and read as the widget's name."""
        self._titles = (x, y, title)
        if title:
            self.setAccessibleName(title)
        self.refresh()

    def set_units(self, x: Unit = PLAIN, y: Unit = PLAIN) -> None:
        """What the axes count in, where that is not what the picture is drawn in. Raises ValueError for no unit."""
        if not (x[1] > 0 and y[1] > 0):
            raise ValueError(f"units: {x} and {y}, each needs a size above 0")
        if (x, y) != self._units:
            self._units = (x, y)
            self.refresh()

    def units(self) -> tuple[Unit, Unit]:
        """The number at 0 and the size of 1, of both axes."""
        return self._units

    _units = (PLAIN, PLAIN)

    def set_readout(self, text: str) -> None:
        """A line beside the pointer or the cross-hair, usually in answer to `hovered`; "" takes it away."""
        if text != self._readout:
            self._readout = text
            self.update()

    def set_ghosts(self, ghosts: Sequence[Ghost]) -> None:
        """Lines of another time, under all that moves; none takes them away."""
        self._ghosts = tuple(ghosts)
        self.update()

    def ghosts(self) -> tuple[Ghost, ...]:
        """The lines of another time that are shown."""
        return self._ghosts

    def readout(self) -> str:
        """The line beside the pointer or the cross-hair; "" for none."""
        return self._readout

    def view(self) -> Viewport:
        """The window in force."""
        key = (self._range, self._home, self.size(), look(), self._equal, self._titles, self._units)
        if key != self._view_for or self._view is None:
            self._view_for = key
            self._view = self._fit(QRectF(self.rect()), look(), self._range)
        return self._view

    def reset_view(self) -> None:
        """Back to the range that was set."""
        self._show(*self._home)

    def show_range(self, x0: float, x1: float, y0: float, y1: float) -> None:
        """Look at another range, until the next reset."""
        _check_range(x0, x1, y0, y1)
        self._show(x0, x1, y0, y1)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """`factor` times closer around a pixel, or around the middle."""
        view = self.view()
        at = at or QPointF(view.left + view.width / 2, view.top + view.height / 2)
        closer = view.zoomed(factor, at.x(), at.y())
        share = (closer.x1 - closer.x0) / (self._home[1] - self._home[0])
        if 1e-6 < share < 1e4:
            self._show(closer.x0, closer.x1, closer.y0, closer.y1)

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the picture with title and axes on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, self._titles[2]) as (room, light):
            view = self._fit(room, light, self._range)
            self._paint_kept(painter, view, light, 2.0)
            self._paint_below(painter, view, light)
            self.paint_moving(painter, view, light, live=False)

    # ---- what a subclass paints

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        """Hook: the picture within `view.rect`, at `ratio` device pixels a pixel; kept until `refresh`."""

    def paint_seldom(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """Hook: what is painted above that and below what moves; kept until `seldom_changed`, once it stays."""

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        """Hook: what is painted anew in every frame; `live` False when painting into a file."""

    def paint_ghosts(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """The lines of another time: to be called by whose ground moves, above it."""
        paint_ghosts(painter, self._ghosts, view, look)

    def paint_frame(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """Hook: numbers and titles around the picture; kept like it."""
        paint_axes(painter, view, look, self._titles, self._units)

    def data_at(self, at: QPointF) -> tuple[float, float] | None:
        """Hook: the data point under a pixel; None beside the picture."""
        view = self.view()
        return view.data(at.x(), at.y()) if view.holds(at.x(), at.y()) else None

    def margins(self, look: Look) -> Margins:
        """Room around the picture for numbers and titles."""
        return margins(self._home, self._titles, look, self._units[1])

    def fleeting(self) -> bool:
        """Hook: whether the picture changes in every frame just now, so that keeping it costs more than it saves."""
        return False

    def refresh(self) -> None:
        """The kept picture is out of date: paint it anew."""
        self._version += 1
        self.update()

    def seldom_changed(self) -> None:
        """What `paint_seldom` paints is another picture."""
        self._seldom += 1
        self.update()

    def nudge(self, across: int, up: int, fine: bool) -> bool:
        """Hook for the arrow keys: moves the cross-hair by a step, or a tenth of one. False: not used."""
        view = self.view()
        x, y = self._cross or ((view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2)
        if self._cross is not None:
            x, y = self.stepped(x, y, across, up, fine)
        self._cross = (min(max(x, view.x0), view.x1), min(max(y, view.y0), view.y1))
        self._pointer = None
        self.hovered.emit(*self._cross)
        self.tell(". ".join(filter(None, (place_words(self._titles, *self._cross), self._readout))))
        self.update()
        return True

    def summary(self) -> str:
        return axes_words(self._titles, *self._range)

    def stepped(self, x: float, y: float, across: int, up: int, fine: bool) -> tuple[float, float]:
        """Where one press of an arrow key leads from (x, y)."""
        view, share = self.view(), 0.1 if fine else 1.0
        return (
            x + across * share * step_size(view.x1 - view.x0, 100),
            y + up * share * step_size(view.y1 - view.y0, 100),
        )

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        view, current, ratio = self.view(), look(), self.devicePixelRatioF()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        key = (view, current, ratio, self.size(), self._version)
        if self.fleeting():
            self._kept = None
            painter.fillRect(self.rect(), current.color("surface"))
            self._paint_kept(painter, view, current, ratio)
            self._paint_below(painter, view, current)
        else:
            if key != self._kept_for or self._kept is None:
                self._kept, self._kept_for = self._make_kept(view, current, ratio), key
            self._lay_below(painter, view, current, self._kept, (key, self._seldom, self._ghosts))
        self.paint_moving(painter, view, current, live=True)
        self._paint_cursor(painter, view, current)
        painter.end()

    def _lay_below(self, painter: QPainter, view: Viewport, look: Look, kept: QPixmap, key: object) -> None:
        """The kept picture and what lies on it, below what moves: both as one where that was the same a frame ago."""
        stays, self._seen_for = self._seldom > 0 and key == self._seen_for, key
        if not stays:
            self._below = None
            painter.drawPixmap(0, 0, kept)
            self._paint_below(painter, view, look)
            return
        if self._below is None:
            self._below = QPixmap(kept)
            on = QPainter(self._below)
            on.setRenderHints(painter.renderHints())
            self._paint_below(on, view, look)
            on.end()
        painter.drawPixmap(0, 0, self._below)

    def _paint_below(self, painter: QPainter, view: Viewport, look: Look) -> None:
        if not self.GROUND_MOVES:
            self.paint_ghosts(painter, view, look)
        self.paint_seldom(painter, view, look)

    def _make_kept(self, view: Viewport, look: Look, ratio: float) -> QPixmap:
        pixmap = QPixmap(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(look.color("surface"))
        painter = QPainter(pixmap)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_kept(painter, view, look, ratio)
        painter.end()
        return pixmap

    def _paint_kept(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        self.paint_picture(painter, view, look, ratio)
        self.paint_frame(painter, view, look)

    def _paint_cursor(self, painter: QPainter, view: Viewport, look: Look) -> None:
        at = self._pointer
        if self._cross is not None:
            at, lines = self.cross_hair(view, *self._cross)
            for color, width in ((look.color(CASING, 150), 3.0), (look.color("#FFFFFF"), 1.0)):
                painter.setPen(trail_pen(color, width))
                for line in lines:
                    painter.drawPolyline(line)
        if at is not None and self._readout:
            sentence = Callout(at.x(), at.y(), self._readout, look.palette.raised, look.palette.text, 14)
            paint_callouts(painter, [sentence], look, _rect(view), [])

    def cross_hair(self, view: Viewport, x: float, y: float) -> tuple[QPointF, Sequence[QPolygonF]]:
        """Hook: the pixel of a data point, and the lines of the cross-hair through it."""
        across, down = view.screen(x, y)
        right, bottom = view.left + view.width, view.top + view.height
        upright = QPolygonF([QPointF(across, view.top), QPointF(across, bottom)])
        level = QPolygonF([QPointF(view.left, down), QPointF(right, down)])
        return QPointF(across, down), (upright, level)

    # ---- the window

    def _fit(self, room: QRectF, look: Look, shown: tuple[float, float, float, float]) -> Viewport:
        edge = self.margins(look)
        view = Viewport(
            *shown,
            left=room.left() + edge.left,
            top=room.top() + edge.top,
            width=max(1.0, room.width() - edge.left - edge.right),
            height=max(1.0, room.height() - edge.top - edge.bottom),
        )
        return view.equal() if self._equal else view

    def _show(self, x0: float, x1: float, y0: float, y1: float) -> None:
        if (x0, x1, y0, y1) != self._range:
            self._range = (x0, x1, y0, y1)
            self.view_changed.emit(x0, x1, y0, y1)
            self.update()

    # ---- mouse and keys

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned and self.view().holds(event.position().x(), event.position().y()):
            self.zoom(1.0015**turned, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed, self._dragging = (event.button(), event.position(), self.view()), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is not None:
            button, start, view = self._pressed
            moved = at - start
            self._dragging = self._dragging or moved.manhattanLength() > 4
            if button in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton) and self._dragging:
                self.setCursor(Qt.CursorShape.SizeAllCursor)
                there = view.panned(moved.x(), moved.y())
                self._show(there.x0, there.x1, there.y0, there.y1)
            return
        self._point(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        self.unsetCursor()
        at = event.position()
        spot = self.data_at(at)
        if pressed is None or self._dragging or spot is None:
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(*spot)
        elif event.button() == Qt.MouseButton.RightButton:
            self.customContextMenuRequested.emit(at.toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset_view()

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)
        super().leaveEvent(event)

    def _point(self, at: QPointF | None) -> None:
        self._cross = None
        spot = self.data_at(at) if at is not None else None
        if spot is not None:
            self._pointer = at
            self.hovered.emit(*spot)
        else:
            if self._pointer is not None:
                self.unhovered.emit()
            self._pointer = None
        if self._readout:
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, fine = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
        elif key in _KEYS:
            event.setAccepted(self.nudge(*_KEYS[key], fine))
        elif key == Qt.Key.Key_Home:
            self.reset_view()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / 1.25 if key == Qt.Key.Key_Minus else 1.25)
        elif key == Qt.Key.Key_Escape and self._cross is not None:
            self._cross = None
            self.unhovered.emit()
            self.tell("")
            self.update()
        else:
            event.ignore()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(140))

    def sizeHint(self) -> QSize:
        return QSize(look().px(560), look().px(400))


def _rect(view: Viewport) -> QRectF:
    return QRectF(view.left, view.top, view.width, view.height)


def _check_range(x0: float, x1: float, y0: float, y1: float) -> None:
    for name, lo, hi in (("x0..x1", x0, x1), ("y0..y1", y0, y1)):
        if not (-1e300 < lo < hi < 1e300):
            raise ValueError(f"{name} must be a finite range with its start below its end, got {lo!r}..{hi!r}")
