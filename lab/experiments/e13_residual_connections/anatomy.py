"""The stack to look at and to rewire: a press on an arc switches the skip of that block, a press on a block its norm,
and dragging on switches the next ones alike; a press below marks a block. The arrow keys go from block to block and
between skip and norm, Return switches."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e13_residual_connections.anatomy_paint import Columns, paint_stack
from lab.experiments.e13_residual_connections.gestures import AS_CONTROL, Rewire
from lab.experiments.e13_residual_connections.training import StackPage
from lab.kit_qt.view import Acting
from widgets.base.look import Look, look
from widgets.canvas.painted import HELD, Painted

__all__ = ["Anatomy"]

_SIDEWAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
NOTHING = ("", 0)


class Anatomy(Acting, Painted):
    """A painted stack that sends actions."""

    acted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: StackPage | None = None
        self._near, self._keys = NOTHING, "skip"
        self._drawn: tuple[str, int] | None = None  # what a drag switches, and to what
        self._last = 0
        self.make_interactive()
        self.setAccessibleName(_("The stack: skips, blocks, numbers and gradients"))

    def show_stack(self, page: StackPage) -> None:
        """Draw this."""
        self._page = page
        self.update()

    def columns(self) -> Columns:
        """Where everything stands now."""
        return self._columns(QRectF(self.rect()), look())

    def _columns(self, room: QRectF, now: Look) -> Columns:
        return Columns.within(room, self._page.signals.blocks if self._page else 1, now)

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        if self._page is not None:
            near = self._near if live else NOTHING
            keys = self._keys if live and self.hasFocus() else ""
            paint_stack(p, self._columns(room, now), self._page, now, near, keys)

    # ---- the hand

    def part_at(self, at: QPointF) -> tuple[str, int]:
        """What lies under a pixel: "skip", "norm" or "block", and of which block; ("", 0) for nothing."""
        columns = self.columns()
        block = columns.block_at(at.x())
        if not block or self._page is None:
            return NOTHING
        if at.y() < columns.boxes.top():
            return "skip", block
        return ("norm", block) if at.y() < columns.boxes.bottom() else ("block", block)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._page is None:
            return
        part, block = self.part_at(event.position())
        if part == "block":
            self._drawn = (part, 0)
            self._mark(block)
        elif part:
            self._drawn = (part, int(not self._is_on(part, block)))
            self._switch(block)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        part, block = near = self.part_at(event.position())
        if self._drawn is not None and block and block != self._last:
            if self._drawn[0] == "block":
                self._mark(block)
            elif part == self._drawn[0]:
                self._switch(block)
        if near != self._near:
            self._near = near
            self.setCursor(Qt.CursorShape.PointingHandCursor) if block else self.unsetCursor()
            self.setToolTip(self._tip(part, block))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drawn, self._last = None, 0
        self.end_drag()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._near = NOTHING
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, page = Qt.Key(event.key()), self._page
        if event.modifiers() & HELD or page is None:
            event.ignore()
        elif key in _SIDEWAYS:
            self._mark(min(max(self._marked() + _SIDEWAYS[key], 1), page.signals.blocks))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._keys = "skip" if key == Qt.Key.Key_Up else "norm"
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._drawn = (self._keys, int(not self._is_on(self._keys, self._marked())))
            self._switch(self._marked())
            self._drawn, self._last = None, 0
            self.end_drag()
        else:
            event.ignore()

    def _marked(self) -> int:
        assert self._page is not None
        return min(self._page.params.block, self._page.signals.blocks)

    def _is_on(self, part: str, block: int) -> bool:
        assert self._page is not None
        found = self._page.blocks[block - 1]
        return found.skip if part == "skip" else found.norm != "none"

    def _mark(self, block: int) -> None:
        self._last = block
        if block != self._marked():
            self.act(Set({"block": block}))

    def _switch(self, block: int) -> None:
        """Switch a block to what the drag is for; where the control says the same, it is left to the control."""
        assert self._page is not None and self._drawn is not None
        self._last = block
        part, on = self._drawn
        if part == "skip" and on and not self._page.fits[block - 1]:
            return
        params = self._page.params
        control = params.skip if part == "skip" else params.norm != "none"
        self.drag("wire", Rewire(part, (block,), (AS_CONTROL if control == bool(on) else on,)))

    def _tip(self, part: str, block: int) -> str:
        """What is said of a place."""
        if not block or self._page is None:
            return ""
        if part == "skip" and not self._page.fits[block - 1]:
            return _("No skip fits around block {n}: it changes the number of units.").format(n=block)
        if part in ("skip", "norm"):
            states = {("skip", True): _("Block {n}: skip on. Press to take it away."),
                      ("skip", False): _("Block {n}: no skip. Press to add one."),
                      ("norm", True): _("Block {n}: norm on. Press to take it away."),
                      ("norm", False): _("Block {n}: no norm. Press to add one.")}  # fmt: skip
            return states[part, self._is_on(part, block)].format(n=block)
        found = self._page.signals
        values = {"n": block, "spread": show_number(float(found.spread[block]), 3)}
        values |= {"gradient": show_number(float(found.gradient[block - 1]), 3)}
        text = _("Block {n}: spread {spread}, gradient {gradient}").format(**values)
        return f"{text} " + _("It came with the network.") if block in self._page.own else text
