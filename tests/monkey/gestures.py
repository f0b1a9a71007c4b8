"""What a hand can do to a window, as small values that can be written down and done again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

__all__ = ["Gesture", "address_of", "at_address", "from_line", "seen"]

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


@dataclass(frozen=True)
class Gesture:
    """kind: what is done.  target: a widget's address.  points: pixels in it.  text: a key, what is typed, an id."""

    kind: str
    target: str = ""
    points: tuple[tuple[int, int], ...] = ()
    text: str = ""

    def line(self) -> str:
        """For the log: one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def from_line(line: str) -> Gesture:
    """A gesture out of a log."""
    values = json.loads(line)
    return Gesture(values["kind"], values["target"], tuple(tuple(p) for p in values["points"]), values["text"])


def seen() -> list[QWidget]:
    """Every widget that is on the screen, in an order that does not change; what is modal hides all others."""
    front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
    roots = [front] if front is not None else [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    roots.sort(key=lambda w: (type(w).__name__, w.objectName(), w.windowTitle()))
    return [w for root in roots for w in (root, *root.findChildren(QWidget)) if w.isVisible()]


def address_of(widget: QWidget) -> str:
    """Where a widget is: kinds and places among its kind, from its window down."""
    steps = []
    while True:
        above = widget.parentWidget() if not widget.isWindow() else None
        same = [w for w in (above.children() if above is not None else _windows()) if type(w) is type(widget)]
        steps.append(f"{type(widget).__name__}#{same.index(widget) if widget in same else 0}")
        if above is None:
            return "/".join(reversed(steps))
        widget = above


def at_address(address: str) -> QWidget | None:
    """The widget of an address, if there is one now."""
    found: QWidget | None = None
    for step in address.split("/"):
        kind, _, place = step.partition("#")
        there = [w for w in (found.children() if found is not None else _windows()) if type(w).__name__ == kind]
        if int(place) >= len(there):
            return None
        found = there[int(place)]
    return found


def _windows() -> list[QWidget]:
    return [w for w in QApplication.topLevelWidgets() if w.isVisible()]


# How each is done. All are given the widget and the gesture.


def _click(widget: QWidget, gesture: Gesture) -> None:
    QTest.mouseMove(widget, QPoint(*gesture.points[0]))
    QTest.mouseClick(widget, LEFT, PLAIN, QPoint(*gesture.points[0]))


def _right_click(widget: QWidget, gesture: Gesture) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.RightButton, PLAIN, QPoint(*gesture.points[0]))


def _double_click(widget: QWidget, gesture: Gesture) -> None:
    QTest.mouseDClick(widget, LEFT, PLAIN, QPoint(*gesture.points[0]))


def _drag(widget: QWidget, gesture: Gesture) -> None:
    first, *rest = (QPoint(*point) for point in gesture.points)
    QTest.mousePress(widget, LEFT, PLAIN, first)
    for point in rest:
        QTest.mouseMove(widget, point)
    QTest.mouseRelease(widget, LEFT, PLAIN, rest[-1])


def _hover(widget: QWidget, gesture: Gesture) -> None:
    for point in gesture.points:
        QTest.mouseMove(widget, QPoint(*point))


def _wheel(widget: QWidget, gesture: Gesture) -> None:
    at, turn = gesture.points
    where = QPointF(*at)
    globally = QPointF(widget.mapToGlobal(QPoint(*at)))
    held = Qt.KeyboardModifier.ControlModifier if gesture.text else PLAIN
    event = QWheelEvent(
        where, globally, QPoint(), QPoint(*turn), Qt.MouseButton.NoButton, held, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(widget, event)


def _key(widget: QWidget, gesture: Gesture) -> None:
    combination = QKeySequence.fromString(gesture.text)[0]
    target = QApplication.activePopupWidget() or QApplication.focusWidget() or widget
    QTest.keyClick(target, combination.key(), combination.keyboardModifiers())


def _type(widget: QWidget, gesture: Gesture) -> None:
    widget.setFocus()
    if hasattr(widget, "selectAll"):
        widget.selectAll()
    QApplication.clipboard().setText(gesture.text)  # QTest types Latin letters only
    QTest.keyClick(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    if len(gesture.text) % 3:
        QTest.keyClick(widget, Qt.Key.Key_Return)


def _resize(widget: QWidget, gesture: Gesture) -> None:
    widget.window().resize(*gesture.points[0])


HANDS = {
    "click": _click,
    "right click": _right_click,
    "double click": _double_click,
    "drag": _drag,
    "hover": _hover,
    "wheel": _wheel,
    "key": _key,
    "type": _type,
    "resize": _resize,
}


def do(gesture: Gesture) -> bool:
    """Do it. False when there is nothing at the address any more."""
    widget = at_address(gesture.target)
    if widget is None or not widget.isEnabled():
        return False
    HANDS[gesture.kind](widget, gesture)
    return True
