"""A graph of computing nodes to look into: each shows its operation, its value and its gradient; links lead from
left to right. The wheel and + − zoom, dragging the ground moves the window, the arrow keys go from node to node,
End fits all of it in and Home goes back. A leaf is dragged up or down to change it, or its number is typed; parts
that repeat are folded behind one node and opened by a press on the small plus.

Nothing here computes: what stands in the boxes was told, and what the hand does is said by signals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from widgets.base.look import look
from widgets.graphs.node_editor import NodeEditor
from widgets.graphs.node_flow import Flow
from widgets.graphs.node_paint import ROW, TITLE, GraphLink, GraphNode
from widgets.graphs.node_sheet import NodeSheet

__all__ = ["Flow", "GraphLink", "GraphNode", "NodeGraph"]

PIXELS = 8.0  # of a drag for one step of a number
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_HELD_BACK = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class NodeGraph(NodeSheet):
    """Nodes, links and hands. Keys name the nodes; `entry` counts the numbers of a matrix, row by row."""

    selected = Signal(str, int)  # key, entry
    scrubbed = Signal(str, int, float)  # key, entry, steps since the drag began
    let_go = Signal()
    typed = Signal(str, int, str)
    aimed = Signal(str)  # a click with Shift held down on a node that was computed
    opened = Signal(str)  # a double click or Enter on what cannot be typed into

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tips: Callable[[str], str] | None = None  # what is said of a node under the pointer: exact numbers
        self.fold_tips = ("", "")  # what is said of a plus, which opens, and of a minus; {n} are the nodes behind it
        self._held: tuple[str, int, QPointF] | None = None  # a leaf in the hand
        self._pan: tuple[QPointF, QPointF] | None = None  # where the ground was taken, and the shift it had
        self._moved = False
        self.editor = NodeEditor(self)
        self.editor.hide()
        self.editor.taken.connect(self._take)
        self.editor.left.connect(self.close_editor)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)  # the right button moves the window

    # ---- the hand

    def entry_at(self, key: str, at: QPointF) -> int:
        """The number of a matrix under a pixel, row by row; 0 elsewhere."""
        node, box = self._nodes[key], self._box(key)
        row = int((at.y() - box.top() - look().px(TITLE + 2) * self._zoom) // (look().px(ROW) * self._zoom))
        if node.summed or not 0 <= row < len(node.values):
            return 0
        columns = node.values[row].count("\t") + 1
        column = int((at.x() - box.left()) / box.width() * columns)
        return row * columns + min(max(column, 0), columns - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at, key = event.position(), self.node_at(event.position())
        self.close_editor()
        self._moved = False
        if event.button() == Qt.MouseButton.LeftButton:
            badge = self._badge_at(at)
            if badge:
                self.toggle_fold(badge)
                return
            aim = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            if key and aim and self._nodes[key].kind == "result":
                self.aimed.emit(key)
                return
            if key:
                self._choose(key, self.entry_at(key, at))
                if self._nodes[key].editable:
                    self._held = (key, self._entry, at)
                return
        self._pan = (at, QPointF(self._shift))

    def _badge_at(self, at: QPointF) -> str:
        """The node whose plus or minus is under a pixel."""
        side = look().px(18) * max(1.0, self._zoom)
        for key in self._placed.centres:
            spot = QRectF(0, 0, side, side)
            spot.moveCenter(self._box(key).topLeft())
            if self._folds(key) and spot.contains(at):
                return key
        return ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._held is not None:
            key, entry, start = self._held
            up = (start.y() - at.y() + at.x() - start.x()) / look().px(PIXELS)
            self._moved = self._moved or abs(up) >= 0.5
            if self._moved:
                fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.scrubbed.emit(key, entry, up / 10 if fine else up)
        elif self._pan is not None:
            start, shift = self._pan
            self._moved = self._moved or (at - start).manhattanLength() > 4
            if self._moved:
                self.setCursor(Qt.CursorShape.SizeAllCursor)
                self._shift, self._by_hand = shift + at - start, True
                self.update()
        else:
            self._point(at, event.globalPosition().toPoint())

    def _point(self, at: QPointF, where: QPoint) -> None:
        key = self.node_at(at)
        badge = self._badge_at(at)
        if badge:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif key:
            self.setCursor(Qt.CursorShape.SizeVerCursor if self._nodes[key].editable else Qt.CursorShape.ArrowCursor)
        else:
            self.unsetCursor()
        tip = self.tips(key) if key and self.tips is not None else ""
        if badge:
            tip = self.fold_tips[badge not in self._closed].format(n=abs(self._folds(badge)))
        if tip:
            QToolTip.showText(where, tip, self)
        else:
            QToolTip.hideText()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held, self._pan = self._held, None, None
        self.unsetCursor()
        if held is not None and self._moved:
            self.let_go.emit()
        elif event.button() == Qt.MouseButton.RightButton and not self._moved:
            self.customContextMenuRequested.emit(event.position().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        key = self.node_at(event.position())
        if not key:
            self.reset_view()
        elif self._nodes[key].editable:
            self._choose(key, self.entry_at(key, event.position()))
            self.edit()
        else:
            self._enter(key)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned:
            self.zoom(1.0015**turned, event.position())
        event.accept()

    def _choose(self, key: str, entry: int = 0) -> None:
        if (key, entry) != (self._chosen, self._entry):
            self._chosen, self._entry = key, entry
            self.selected.emit(key, entry)
            self.update()

    def select(self, key: str) -> None:
        """Choose a node as a click on it does."""
        self._choose(key, self._entry if key == self._chosen else 0)

    def can_edit(self, key: str) -> bool:
        """Whether a number can be typed into a node."""
        return self._nodes[key].editable

    def _enter(self, key: str) -> None:
        if self._folds(key):
            self.toggle_fold(key)
        else:
            self.opened.emit(key)

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, node = Qt.Key(event.key()), self.chosen_node()
        if event.modifiers() & _HELD_BACK:
            event.ignore()
        elif key in _ARROWS:
            self._walk(key)
        elif node is not None and self._key_on_node(event, node):
            return
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / 1.25 if key == Qt.Key.Key_Minus else 1.25)
        elif key == Qt.Key.Key_Menu and node is not None:
            self.customContextMenuRequested.emit(self._box(node.key).center().toPoint())
        elif key == Qt.Key.Key_Home:
            self.reset_view()
        elif key == Qt.Key.Key_End:
            self.fit()
        else:
            event.ignore()

    def _key_on_node(self, event: QKeyEvent, node: GraphNode) -> bool:
        """The keys of a chosen node; False for one that it does not use."""
        key, text = Qt.Key(event.key()), event.text()
        steps = {Qt.Key.Key_PageUp: 1.0, Qt.Key.Key_PageDown: -1.0}.get(key, 0.0)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit() if node.editable else self._enter(node.key)
        elif text in ("[", "]"):
            self._choose(node.key, (self._entry + (1 if text == "]" else -1)) % node.count)
        elif node.editable and steps:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.scrubbed.emit(node.key, self._entry, steps / 10 if fine else steps)
            self.let_go.emit()
        elif node.editable and text and text in "0123456789.,-−":
            self.edit(text)
        else:
            return False
        return True

    def _walk(self, key: Qt.Key) -> None:
        """To the next node in a column, or to the nearest of the column beside."""
        chosen, columns = self._seen(self._chosen), [c for c in self._placed.columns if c]
        if not columns:
            return
        if not chosen:
            self._choose(columns[0][0])
            self.tell(self.words_of(self._chosen))
            return
        i = next(i for i, column in enumerate(columns) if chosen in column)
        j = columns[i].index(chosen)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            j = min(max(j + (1 if key == Qt.Key.Key_Down else -1), 0), len(columns[i]) - 1)
            self._choose(columns[i][j])
        else:
            i = min(max(i + (1 if key == Qt.Key.Key_Right else -1), 0), len(columns) - 1)
            if chosen not in columns[i]:
                y = self._placed.centres[chosen][1]
                self._choose(min(columns[i], key=lambda other: abs(self._placed.centres[other][1] - y)))
        self._follow(self._chosen)
        self.tell(self.words_of(self._chosen))

    # ---- typing

    def edit(self, text: str | None = None) -> None:
        """Type a number into the chosen node."""
        key = self._seen(self._chosen)
        if not key or not self._nodes[key].editable:
            return
        node, box = self._nodes[key], self._box(key)
        flat = [part for row in node.values for part in row.split("\t")]
        blank = node.mark in ("blank", "bad")  # then it is the gradient that is typed
        shown = "" if blank else flat[min(self._entry, len(flat) - 1)]
        top = box.bottom() - look().px(ROW + 4) if blank else box.top() + look().px(TITLE) * self._zoom
        wide = max(box.width(), look().px(84))
        self.editor.setGeometry(QRectF(box.center().x() - wide / 2, top - look().px(4), wide, look().px(28)).toRect())
        self.editor.begin(node.title, shown, text)

    def refuse(self, reason: str) -> None:
        """What was typed is no number: keep it, and say why."""
        self.editor.show()
        self.editor.refuse(reason)
        QToolTip.showText(self.editor.mapToGlobal(self.editor.rect().bottomLeft()), reason, self.editor)

    def close_editor(self) -> None:
        """Put the field away."""
        if self.editor.isVisible():
            self.editor.hide()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, text: str) -> None:
        self.typed.emit(self._chosen, self._entry, text)
        if not self.editor.wrong:
            self.close_editor()

    def set_graph(self, nodes: Sequence[GraphNode], links: Sequence[GraphLink]) -> None:
        before = self.keys()
        super().set_graph(nodes, links)
        if self.keys() != before:
            self.close_editor()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        self.close_editor()
        super().zoom(factor, at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.close_editor()
        super().resizeEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        QToolTip.hideText()
