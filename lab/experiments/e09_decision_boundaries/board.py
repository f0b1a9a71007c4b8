"""The left half of the picture: the canvas and what is said below it, with the tools above both halves. What the hand
paints becomes gestures here, a stroke in pieces while it is being made."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e09_decision_boundaries.examples import SIGNS
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame
from lab.experiments.e09_decision_boundaries.gestures import Ask, Erase, Paint
from lab.experiments.e09_decision_boundaries.settings import Display
from lab.experiments.e09_decision_boundaries.words import describe, percent, remark, rights
from lab.kit.naming import short
from widgets.base.layouts import hbox, set_shown, vbox
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import IconButton
from widgets.controls.chips import ChipRow, Segmented
from widgets.controls.slider import Slider
from widgets.controls.span import Span
from widgets.plots.painter import Painter
from widgets.text.readout import ReadoutRow

__all__ = ["LETTERS", "MARKS", "Board"]

LETTERS, MARKS = "ABCD", "●▲■◆"
BALL = "ball"  # the read-out of what is believed there
TOOLS = ("brush", "spray", "eraser", "ask")
NARROW, ROOMY = 345, 385  # pixels at 100 % text, from which on the size, and its name, stand beside the classes
ONE_ROW, SLIDER = 620, 180  # from which on all tools stand in one row, and how wide the size is there
QWIDGETSIZE_MAX = 16_777_215  # Qt's own word for no limit, which PySide does not know
SHARES = (0.02, 0.16)  # the tool's size, as a share of the canvas's width


class Board(Refreshing, QWidget):
    """`acted` carries a gesture and the name of the drag it belongs to. `bar` holds the tools: whoever holds the board
    gives it a place above."""

    acted = Signal(object, str)
    requested = Signal(str)
    own_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: BoundaryFrame | None = None
        self._display = Display()
        self._stroke, self._kind, self._tool = 0, 0, TOOLS[0]
        self._dabs: list[tuple[float, float]] = []
        self._sure, self._sure_at = 0, -1  # dabs that are surely in the log of an earlier step
        self._asks = 0
        self._classes: tuple[str, ...] = ()  # as the chips call them
        self._unit: tuple[int, int] = (-1, -1)
        self.tools = ChipRow(TOOLS, (_("Brush"), _("Spray"), _("Eraser"), _("Ask")), settled=True)
        self.kinds = Segmented(tuple("0123"), tuple(f"{mark} {name}" for mark, name in zip(MARKS, LETTERS)))
        self.own_button = IconButton("table", _("Your own data: paste a table or open a CSV file"), side=28)
        self.size_label, self.size_slider = QLabel(_("Size")), Slider(Span(*SHARES))
        self.canvas, self.sentence = Painter(), QLabel()
        shown = {"accuracy_seen": _("right"), "accuracy_test": _("hidden right"), BALL: _("at the ball")}
        self.readouts = ReadoutRow(tuple(shown), tuple(shown.values()))
        self._lay_out()
        self._connect()
        self._name()
        self.relook()

    def _lay_out(self) -> None:
        size = hbox(kind(self.size_label, "small"), (self.size_slider, 100), self.own_button)
        size.addStretch(1)  # takes what the slider does not use
        self._kinds = hbox(self.kinds, (size, 1))
        self.bar = QWidget(self)
        self.bar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # it makes do with any width
        self._tools = hbox(self.tools, (self._kinds, 1), on=self.bar)
        kind(self.sentence, "small")
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._column = vbox((self.canvas, 1), self.readouts, self.sentence, on=self)

    def _connect(self) -> None:
        self.readouts.requested.connect(self._why)
        self.own_button.clicked.connect(self.own_wanted)
        self.tools.chosen.connect(self.canvas.set_tool)
        self.kinds.chosen.connect(self._choose_kind)
        self.size_slider.changed.connect(self._resize)
        self.canvas.stroke_begun.connect(self._begin)
        self.canvas.dabbed.connect(self._dab)
        self.canvas.stroke_ended.connect(self._end)
        self.canvas.placed.connect(self._ask)
        self.canvas.hovered.connect(self._hovered)
        self.canvas.unhovered.connect(self._unhovered)

    def _name(self) -> None:
        self.tools.setAccessibleName(_("Tool"))
        self.kinds.setAccessibleName(_("Class"))
        self.size_slider.setAccessibleName(_("Size of the tool"))
        self.canvas.set_titles("", "", _("The canvas"))
        self.size_slider.set_value(0.05)
        self._resize(0.05)
        tips = {
            "brush": _("One point after the other. By keyboard: arrow keys, then Enter."),
            "spray": _("Many points at once."),
            "eraser": _("Rubs points out."),
            "ask": _("Puts the lit ball somewhere: what does the network say there?"),
        }
        for name, tip in tips.items():
            self.tools.chip(name).setToolTip(tip)
        self._name_classes(())

    def _name_classes(self, classes: tuple[str, ...]) -> None:
        """Chips by the names of the classes in the data, by letters where there are none."""
        names = [*classes, *LETTERS[len(classes) :]]
        self.kinds.set_labels([f"{mark} {short(name, 9)}" for mark, name in zip(MARKS, names)])
        for number, name in enumerate(names):
            self.kinds.chip(str(number)).setToolTip(_("Paint class {name}").format(name=name))
            self.kinds.chip(str(number)).setAccessibleName(_("Paint class {name}").format(name=name))
        self._classes = classes

    # --------------------------------------------------------------------------------------- the frame

    def show_frame(self, frame: BoundaryFrame, display: Display) -> None:
        """Draw a frame."""
        if frame.canvas_info.classes != self._classes:
            self._name_classes(frame.canvas_info.classes)
        self.canvas.set_units(*frame.canvas_info.scales)
        other = self._frame is None or frame.canvas_info.extent != self._frame.canvas_info.extent
        self._frame, self._display = frame, display
        self.canvas.set_beliefs(frame.maps.field, frame.canvas_info.extent, display.shading == "hard")
        self._show_unit(frame)
        if other:
            self._resize(self.size_slider.value())
            self.canvas.reset_view()
        points, held = frame.points, frame.held_out
        shown = ~held if frame.canvas_info.secret or not display.test_points else np.ones(len(points), bool)
        settled = None
        if self._dabs or self.canvas.painting:
            arrived = frame.dabs if frame.stroke == self._stroke else 0
            settled = arrived
            self._settle(frame, arrived)
        if shown.all():
            self.canvas.set_points(points.x, points.labels, held, settled)
        else:
            self.canvas.set_points(points.x[shown], points.labels[shown], held[shown], settled)
        self.canvas.set_ball(*frame.ball, self.beliefs_text(frame))

    def show_words(self, frame: BoundaryFrame) -> None:
        """What is said below the canvas, and to a screen reader."""
        names = zip(SIGNS, frame.canvas_info.names)
        self.canvas.set_names(*(name if name == sign else f"{sign}: {name}" for sign, name in names))
        self._say_of(frame)
        values = {name: score.accuracy for name, score in (("seen", frame.seen), ("test", frame.test)) if score}
        texts: dict[str, float | str | None] = {f"accuracy_{name}": percent(share) for name, share in values.items()}
        exact = {f"accuracy_{name}": repr(share) for name, share in values.items()}
        best = _best(frame)
        texts[BALL] = f"{frame.canvas_info.class_name(best)} {show_number(frame.beliefs[best], 3)}"
        exact[BALL] = repr(frame.beliefs[best])
        self.readouts.set_values(texts, exact)
        self.canvas.set_description(describe(frame))

    _low = False

    def _say_of(self, frame: BoundaryFrame) -> None:
        """The epoch, and what is special; where there is no room for read-outs, how many are right."""
        points = _("{points} points, {hidden} of them hidden for the test.").format(
            points=len(frame.points), hidden=int(frame.held_out.sum())
        )
        message = rights(frame) if self._low else remark(frame) or points
        message = _("Epoch {n}").format(n=math.floor(frame.epoch)) + f" · {message}"
        if message != self.sentence.toolTip():
            self.sentence.setToolTip(message)
            self._say()

    def _say(self) -> None:
        """As much of the sentence as fits; the whole of it when one points at it."""
        message, wide = self.sentence.toolTip(), max(self.sentence.width(), 40)
        self.sentence.setText(self.sentence.fontMetrics().elidedText(message, Qt.TextElideMode.ElideRight, wide))

    def show_unit(self, column: int, unit: int) -> None:
        """Show what one unit says everywhere; −1 for the whole network. Columns are counted from the inputs."""
        self._unit = (column, unit)
        if self._frame is not None:
            self._show_unit(self._frame)

    def _show_unit(self, frame: BoundaryFrame) -> None:
        column, unit = self._unit
        maps = frame.maps.units
        if 1 <= column <= len(maps) and unit < len(maps[column - 1]):
            values = maps[column - 1][unit]
            level = {"sigmoid": 0.5, "relu": 1e-3 * float(values.max())}.get(frame.gate, 0.0)
            self.canvas.set_unit(values, level)
        else:
            self.canvas.set_unit(None)

    def beliefs_text(self, frame: BoundaryFrame) -> str:
        """What the network says at the ball, on up to two lines."""
        if not all(math.isfinite(p) for p in frame.beliefs):
            return ""
        best = _best(frame)
        return f"{MARKS[best]} {self._class_name(frame, best)} {show_number(frame.beliefs[best], 3)}"

    def _class_name(self, frame: BoundaryFrame, number: int) -> str:
        return frame.canvas_info.class_name(number)

    def _why(self, name: str) -> None:
        """Ask for the arithmetic; at the ball that of the class which is believed in most."""
        if self._frame is not None:
            self.requested.emit(f"p_{LETTERS[_best(self._frame)].lower()}" if name == BALL else name)

    # ---------------------------------------------------------------------------------------- the hand

    def _choose_kind(self, number: str) -> None:
        self._kind = int(number)
        self.canvas.set_kind(self._kind)
        if self.tools.chosen_keys()[0] in ("eraser", "ask"):
            self.tools.set_chosen("brush")
            self.canvas.set_tool("brush")

    def _resize(self, share: float) -> None:
        self.canvas.set_radius(self._radius(share))

    def _radius(self, share: float) -> float:
        home = self._frame.canvas_info.extent if self._frame is not None else (-2.6, 2.6, 0.0, 0.0)
        return share * (home[1] - home[0])

    def _begin(self, tool: str) -> None:
        self._tool = tool
        last = self._frame.stroke if self._frame is not None else 0
        self._stroke = max(self._stroke, last) + 1
        self._dabs, self._sure, self._sure_at = [], 0, -1

    def _settle(self, frame: BoundaryFrame, arrived: int) -> None:
        """Learn which dabs need not be sent again. A piece of a stroke made at the same step as the one before
        takes its place in the log; so only what was seen at an earlier step is sure to stay there."""
        if self._sure_at < 0:
            self._sure_at, self._waiting = frame.step, arrived
        elif frame.step > self._sure_at:
            self._sure = min(self._waiting, len(self._dabs))
            self._sure_at, self._waiting = frame.step, arrived
        else:
            self._waiting = max(self._waiting, arrived)

    _waiting = 0

    def _dab(self, new: list[tuple[float, float]]) -> None:
        frame = self._frame
        if frame is None:
            return
        self._dabs += new
        xs, ys = zip(*self._dabs[self._sure :])
        gesture = f"stroke#{self._stroke}"
        if self._tool == "eraser":
            radius = self._radius(self.size_slider.value())
            action: Paint | Erase = Erase(frame.params.data, self._stroke, self._sure, round(radius, 4), xs, ys)
        else:
            action = Paint(frame.params.data, self._stroke, self._sure, self._kind, xs, ys)
        self.acted.emit(action, gesture)

    def _end(self) -> None:
        self._asks += 1
        self._dabs = []

    def _ask(self, x: float, y: float) -> None:
        self.acted.emit(Ask(round(x, 3), round(y, 3)), f"ask#{self._asks}")

    def _hovered(self, x: float, y: float) -> None:
        frame = self._frame
        if frame is None:
            return
        x0, x1, y0, y1 = frame.canvas_info.extent
        _classes, rows, columns = frame.maps.field.shape
        row = min(max(int((y - y0) / (y1 - y0) * rows), 0), rows - 1)
        column = min(max(int((x - x0) / (x1 - x0) * columns), 0), columns - 1)
        p = frame.maps.field[:, row, column].tolist()
        shares = [1 - p[0], p[0]] if len(p) == 1 else p
        best = max(range(len(shares)), key=lambda k: shares[k])
        message = f"{MARKS[best]} {self._class_name(frame, best)} {show_number(shares[best], 2)}"
        if frame.canvas_info.scaled:
            ((a, a_unit), (b, b_unit)), (m, n) = frame.canvas_info.scales, frame.canvas_info.names
            message += f"  ({m} {show_number(x * a_unit + a, 3)}, {n} {show_number(y * b_unit + b, 3)})"
        self.canvas.set_readout(message)

    def _unhovered(self) -> None:
        self.canvas.set_readout("")

    # ------------------------------------------------------------------------------------- the window

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._column.activate()  # what is said goes by the room it has now
        self._say()

    def fit_bar(self, width: int) -> None:
        """Tools, classes and size in one row, in a bar so many pixels wide; where there is little room in two, and
        where there is less the size loses its name, and then stands below the classes."""
        px, way = look().px, QBoxLayout.Direction
        one_row, beside = width >= px(ONE_ROW), width >= px(NARROW)
        self._tools.setDirection(way.LeftToRight if one_row else way.TopToBottom)
        self._tools.setSpacing(px(16 if one_row else 4))
        self._kinds.setDirection(way.LeftToRight if beside else way.TopToBottom)
        self._kinds.setSpacing(px(6 if beside else 2))
        set_shown(self.size_label, width >= px(ROOMY) or not beside)
        self.size_slider.setMaximumWidth(px(SLIDER) if one_row else QWIDGETSIZE_MAX)
        self.bar.updateGeometry()

    def words_height(self, width: int) -> int:
        """How high what stands below the canvas is, in so many pixels of width."""
        layout, gap = self.readouts.layout(), self._column.spacing()
        lines = 0 if layout is None or self.readouts.isHidden() else layout.heightForWidth(width) + gap
        return lines + gap + self.sentence.sizeHint().height()

    def set_low(self, low: bool) -> None:
        """One line below the canvas: how many are right. The rest of what is said stands in the status line too."""
        self.readouts.setVisible(not low)
        if low != self._low:
            self._low = low
            if self._frame is not None:
                self._say_of(self._frame)


def _best(frame: BoundaryFrame) -> int:
    """The class that is believed in most at the ball."""
    return max(range(len(frame.beliefs)), key=lambda k: frame.beliefs[k])
