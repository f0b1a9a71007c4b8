"""The focus ring: two pixels around whatever has the keyboard, with a gap, drawn over everything.

One event filter on the application looks after all windows, so that buttons, fields, canvases and dialogs
look alike and no widget has to draw its own. The ring comes with the keyboard and goes with the mouse. A
widget may say where its ring goes with `focus_rect() -> QRect` and how round it is with `focus_radius()`.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from shiboken6 import isValid

from widgets.base.look import Refreshing, look

__all__ = ["FocusRing", "go_through", "stops_in", "without_rings"]

GAP = 2
LINE = 2

_TABS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_RETURNS = (
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)
_MOVED = frozenset((QMoveEvent, QResizeEvent, QShowEvent, QHideEvent))
_RESTYLED = frozenset((QEvent.Type.StyleChange, QEvent.Type.ParentChange))


def stops_in(part: QWidget) -> list[QWidget]:
    """Everything in a part of a window that can have the keyboard, in the order of the Tab key."""
    found: list[QWidget] = []
    window = part.window()
    inside = part.findChildren(QWidget)
    left = sum(widget.window() is window for widget in inside)  # a list that opens has a chain of its own
    widget = part.nextInFocusChain()
    while left and widget is not None and widget is not part:  # not through all of the window: it has thousands
        if part.isAncestorOf(widget):
            left -= 1
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def go_through(stops: Iterable[QWidget], before: QWidget) -> None:
    """Have the Tab key go through these, in this order, and from the last of them to the one that they stand before.
    What is there when a window is made comes first, wherever it stands; what is made later comes last."""
    parts = list(stops)
    ahead: QWidget | None = before.previousInFocusChain()
    while ahead in parts or (ahead is not None and ahead.focusPolicy() == Qt.FocusPolicy.NoFocus):
        ahead = ahead.previousInFocusChain() if ahead is not None and ahead is not before else None
    for one, next_one in pairwise(parts if ahead in (None, before) else (ahead, *parts)):
        QWidget.setTabOrder(one, next_one)


_rings: weakref.WeakSet[FocusRing] = weakref.WeakSet()


@contextmanager
def without_rings() -> Iterator[None]:
    """Make a large part of a window in here, that nobody uses before it is whole: its thousands of events do not come
    by the rings. What has the keyboard afterwards, when it is something else, got it from the program."""
    rings = [ring for ring in _rings if isValid(ring) and ring.looks]
    for ring in rings:
        ring.look_away()
    before = QApplication.focusWidget() if rings else None
    try:
        yield
    finally:
        for ring in rings:
            if isValid(ring):
                ring.look(again_from=before)


class FocusRing(QObject):
    """Draws the ring in `window` and in every window opened later, as long as `window` lives.

    begin_ms: after how many milliseconds it begins to look. The events of a first paint are thousands, and each comes
    by in Python.
    """

    # Of the class: while a window is taken apart, events still come by after the attributes of its ring are gone.
    _target: weakref.ref[QWidget] | None = None
    _left: weakref.ref[QWidget] | None = None  # had the focus when its window lost it …
    _left_ringed = False  # … and the ring
    _by_key = False  # the last thing used was the keyboard
    _by_mouse = False  # … or the mouse; neither before anything was used
    _ring: _Ring | None = None

    def __init__(self, window: QWidget, begin_ms: int = 0) -> None:
        super().__init__(window)
        self.looks = False  # whether it sees the events of the application
        _rings.add(self)
        if not begin_ms:
            self.look()
            return
        begin = QTimer(self)
        begin.setSingleShot(True)
        begin.timeout.connect(self.look)
        begin.start(begin_ms)

    def look(self, again_from: QWidget | None = None) -> None:
        """See the events of the application, from now on or again: then the widget that had the keyboard is told."""
        application = QApplication.instance()
        if application is None or self.looks:
            return
        self.looks = True
        application.installEventFilter(self)
        has = QApplication.focusWidget()
        if has is not None and has is not again_from:
            self._focused(has, Qt.FocusReason.OtherFocusReason)
        elif self.target() is not None:
            self._place_or_drop(has)

    def look_away(self) -> None:
        """See no events until `look` is called."""
        if (application := QApplication.instance()) is not None:
            application.removeEventFilter(self)
            self.looks = False

    def _place_or_drop(self, has: QWidget | None) -> None:
        target = self.target()
        if target is not None and target is has:
            self._place(target)
        else:
            self._drop()

    def target(self) -> QWidget | None:
        """The widget that has the ring now."""
        return self._target() if self._target else None

    def ring(self) -> QWidget | None:
        """The overlay while it is visible."""
        return self._ring if self.target() is not None and self._ring is not None else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Every event of every widget comes by here: most are told by their class to be none of ours."""
        kind = type(event)
        if isinstance(event, QFocusEvent):
            if isinstance(watched, QWidget):
                self._focus_event(watched, event)
        elif kind is QMouseEvent:
            if event.type() == QEvent.Type.MouseButtonPress and watched.isWidgetType():
                self._by_key, self._by_mouse = False, True
                self._drop()
        elif isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and watched.isWidgetType():
                self._by_key = self._by_key or event.key() not in _MODIFIERS
                self._by_mouse = self._by_mouse and not self._by_key
        elif self._target is not None and (kind in _MOVED or (kind is QEvent and event.type() in _RESTYLED)):
            self._moved(watched)
        return False

    def _focus_event(self, widget: QWidget, event: QFocusEvent) -> None:
        if event.type() == QEvent.Type.FocusIn:
            self._focused(widget, event.reason())
        elif event.type() == QEvent.Type.FocusOut:
            if event.reason() in _RETURNS:
                self._left, self._left_ringed = weakref.ref(widget), widget is self.target()
            if widget is self.target():
                self._drop()

    def _moved(self, watched: QObject) -> None:
        """Something was moved, shown, hidden or styled: perhaps what has the ring, or something around it."""
        target = self.target()
        around = isinstance(watched, QWidget) and target is not None and watched.isAncestorOf(target)
        if target is not None and (watched is target or around):
            self._place(target)

    def _focused(self, widget: QWidget, reason: Qt.FocusReason) -> None:
        shows = reason == Qt.FocusReason.ShortcutFocusReason
        if reason in _TABS:  # Qt gives it also where the one that had the keyboard has gone, whatever was used
            shows = not self._by_mouse
        if reason in _RETURNS and self._left is not None and self._left() is widget:
            shows = self._left_ringed
        elif reason in _RETURNS or reason == Qt.FocusReason.OtherFocusReason:
            shows = self._by_key
        if not shows:
            self._drop()
            return
        self._by_key = True
        self._target = weakref.ref(widget)
        self._place(widget)

    def _drop(self) -> None:
        self._target = None
        self._hide_ring()
        self._ring = None

    def _hide_ring(self) -> None:
        """The overlay may have gone with its window."""
        if self._ring is not None and isValid(self._ring):
            self._ring.hide()

    def _place(self, target: QWidget) -> None:
        window = target.window()
        if not window.isVisible():  # closing, perhaps on its way to be deleted: nothing new belongs into it
            self._drop()
            return
        ring = window.findChild(_Ring, options=Qt.FindChildOption.FindDirectChildrenOnly) or _Ring(window)
        if self._ring is not ring:
            self._hide_ring()
        self._ring = ring
        inner = target.focus_rect() if hasattr(target, "focus_rect") else target.rect()
        outer = QRect(target.mapTo(window, inner.topLeft()), inner.size())
        room = _room(target, window)
        if not target.isVisible() or not outer.intersects(room):
            ring.hide()
            return
        reach = look().px(GAP) + look().px(LINE)
        radius = target.focus_radius() if hasattr(target, "focus_radius") else look().px(6)
        ring.surround(outer, room.adjusted(-reach, -reach, reach, reach), radius)


class _Ring(Refreshing, QWidget):
    """The overlay: neither mouse nor focus nor screen readers notice it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._radius, self._clip = 0.0, QRect()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def surround(self, rect: QRect, room: QRect, radius: float) -> None:
        """Go around `rect`, cut off at `room`; both in window coordinates."""
        reach = look().px(GAP) + look().px(LINE)
        outer = rect.adjusted(-reach, -reach, reach, reach)
        self._radius, self._clip = radius, room.translated(-outer.topLeft())
        self.setGeometry(outer)
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        line = look().px(LINE)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self._clip)
        painter.setPen(QPen(look().color("focus"), line))
        box = QRectF(self.rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2)
        round_by = min(self._radius + look().px(GAP) + line / 2, box.height() / 2)
        painter.drawRoundedRect(box, round_by, round_by)


def _room(target: QWidget, window: QWidget) -> QRect:
    """What of the window is open to `target`: the view ports of the scroll areas around it, intersected."""
    room, child = window.rect(), target
    while child is not window and (parent := child.parentWidget()) is not None:
        if isinstance(parent, QAbstractScrollArea) and parent.viewport() is child:
            room = room.intersected(QRect(child.mapTo(window, QPoint(0, 0)), child.size()))
        child = parent
    return room
