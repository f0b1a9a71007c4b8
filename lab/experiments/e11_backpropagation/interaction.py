"""What the hand does with the graph, as gestures: a leaf dragged or typed, a node looked at, a blank filled, a rule
accused, another formula."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from lab.core.numbers import parse_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e11_backpropagation.frame import GraphFrame
from lab.experiments.e11_backpropagation.gestures import Accuse, Aim, Fill, Look, SetLeaf
from lab.experiments.e11_backpropagation.graphs import entry_name, metric_name
from lab.experiments.e11_backpropagation.scenery import tip_of
from lab.experiments.e11_backpropagation.settings import Display
from lab.kit_qt.view import ExperimentView
from widgets.controls.chips import Segmented
from widgets.graphs.node_graph import NodeGraph

__all__ = ["Interaction", "place_of"]

STEP = 0.1  # of a number, for one step of a drag


class Interaction(ExperimentView[GraphFrame, Display]):
    """The half of the view that answers hands. What it acts on is the frame on screen."""

    graph: NodeGraph
    detail: Segmented
    _grip: tuple[str, float] | None  # the number in the hand, and what it was

    def _act_for(self, action: object, what: str) -> None:
        self.drag(what, action)

    def _let_go(self) -> None:
        self._grip = None
        self.end_drag()

    def _tip(self, key: str) -> str:
        return "" if self._frame is None else tip_of(self._frame, int(key))

    def _look_at(self, key: str, entry: int) -> None:
        frame = self._frame
        if frame is None:
            return
        index = _unravel(entry, frame.shapes[int(key)])
        if (int(key), index) != (frame.selected, frame.checked):
            self.drag("look", Look(entry_name(frame.names[int(key)], index)))

    def _entry(self, key: str, entry: int) -> tuple[str, float] | None:
        """The name and the value of a number of a leaf."""
        frame = self._frame
        value = frame.values[int(key)] if frame is not None else None
        if frame is None or value is None:
            return None
        index = _unravel(entry, value.shape)
        return entry_name(frame.names[int(key)], index), float(value[index])

    def _scrubbed(self, key: str, entry: int, steps: float) -> None:
        """A leaf in the hand: so many steps from where it was taken."""
        found = self._entry(key, entry)
        if found is None or self._frame is None:
            return
        if self._grip is None or self._grip[0] != found[0]:
            self._grip = found
        value = self._grip[1] + STEP * steps
        self._set(found[0], round(value, 3 if abs(steps) < 1 or steps % 1 else 2))

    def _set(self, name: str, value: float) -> None:
        frame = self._frame
        if frame is not None:
            self.drag(f"leaf {name}", SetLeaf(frame.key, name, value + 0.0, frame.round == 0))

    def _typed(self, key: str, entry: int, text: str) -> None:
        """A number typed into a node: a leaf's value, or a gradient that was left blank."""
        frame = self._frame
        if frame is None:
            return
        try:
            value = parse_number(text).value
        except ValueError as reason:
            self.graph.refuse(str(reason))
            return
        self.end_drag()
        if frame.puzzle.blanks:
            self.drag("fill", Fill(frame.names[int(key)], value))
            return
        found = self._entry(key, entry)
        if found is not None:
            self._set(found[0], value)
        self.end_drag()

    def _ask_why(self, key: str) -> None:
        """Where a node's gradient comes from, or its value while there is no gradient."""
        frame = self._frame
        if frame is not None:
            name = metric_name(entry_name(frame.names[int(key)], frame.checked))
            known = frame.shown_gradient(int(key)) is not None
            self.requested.emit(f"{'grad' if known else 'value'}_{name}")

    def _open_menu(self, at: QPoint) -> None:
        """What can be done with the node under the pointer."""
        key = self.graph.node_at(QPointF(at))
        if not key or self._frame is None:
            return
        if not self._may_end(key):  # the paths that could end here are those of the node that is looked at
            self.graph.select(key)
        menu = QMenu(self.graph)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Why this number"), partial(self._ask_why, key))
        menu.addAction(_("Copy its numbers"), partial(self._copy, key))
        if self._may_end(key):
            menu.addAction(_("Paths end here"), partial(self._aim, key))
        if self.graph.can_edit(key):
            menu.addAction(_("Type a number"), partial(self._begin_typing, key))
        menu.popup(self.graph.mapToGlobal(at))

    def _begin_typing(self, key: str) -> None:
        self.graph.select(key)
        self.graph.edit()

    def _may_end(self, key: str) -> bool:
        """Whether paths from the node that is looked at may end at another."""
        frame = self._frame
        return frame is not None and frame.scalar and int(key) in frame.behind and int(key) != frame.selected

    def _aim(self, key: str) -> None:
        if self._frame is not None and self._may_end(key):
            self._aim_at(self._frame.names[int(key)])

    def _aim_at(self, name: str) -> None:
        self.end_drag()
        self.drag("aim", Aim(name))

    def _copy(self, key: str) -> None:
        if self._frame is not None:
            QGuiApplication.clipboard().setText(tip_of(self._frame, int(key)))

    def _accuse(self) -> None:
        if self._frame is not None:
            self.end_drag()
            self.drag("accuse", Accuse(self._frame.names[self._frame.selected]))

    def _mark_path(self, nodes: tuple[int, ...]) -> None:
        self.graph.set_path([str(node) for node in nodes])

    def _choose_page(self, name: str) -> None:
        self.display_changed.emit("page", name)
        self._again()  # the chips show the page there is

    def _write(self, formula: str) -> None:
        """Another formula, also while it is typed; the letters of one go are one gesture."""
        self.drag("formula", Set({"formula": formula}))

    def _complain(self, reason: str) -> None:
        self._complaint = reason
        if self._frame is not None:
            self.write(self._frame)

    def _choose_detail(self, detail: str) -> None:
        """A node for each matrix, or for each number: decided by the run."""
        if self._frame is not None and detail != self._frame.params.detail:
            self.detail.set_chosen(self._frame.params.detail)
            self.drag("detail", Set({"detail": detail}))


def _unravel(entry: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The entry at a place, counted row by row."""
    index: list[int] = []
    for size in reversed(shape):
        index.insert(0, entry % size)
        entry //= size
    return tuple(index)


def place_of(index: tuple[int, ...], shape: tuple[int, ...]) -> int:
    """The place of an entry of a matrix, counted row by row."""
    entry = 0
    for i, size in zip(index, shape):
        entry = entry * size + i
    return entry
