"""The page of the space: what the network makes of its inputs as a whole. For two inputs, the plane as it comes in and
where the hidden layer puts it; for one, the curve and what it is added up of; for digits, the picture and the answer;
for all others, what goes in and what comes out."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e10_forward_pass.forward import forward
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.gestures import LIMIT, MovePoint
from lab.experiments.e10_forward_pass.graph import Graph
from lab.experiments.e10_forward_pass.metrics import METRICS
from lab.experiments.e10_forward_pass.nets import BUMP_X, bump
from lab.experiments.e10_forward_pass.numbers import two, written
from lab.experiments.e10_forward_pass.plane import Plane
from lab.experiments.e10_forward_pass.settings import Display
from lab.experiments.e10_forward_pass.warp import warp_of
from lab.experiments.e10_forward_pass.words import between, layer_head, space_sentence
from lab.kit.numbers import subscript
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.controls.animated_slider import AnimatedSlider
from widgets.plots.draggable_bars import Bar, DragBars
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.plots.series import Series
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["SpaceView"]

READOUTS = {
    "planes": ("xor_1", "xor_2", "xor_3", "xor_4", "margin"),
    "line": ("out_1", "bump_error"),
    "digits": ("guess", "guess_p", "truth", "accuracy"),
    "table": ("out_1", "out_2"),
}
MOST_FOLDS = 4
DASHES = ((2, 2), (6, 3), (1, 3), (8, 3, 1, 3))


class SpaceView(Page):
    """One of four pictures, and a line of words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: ForwardFrame | None = None
        self._display = Display()
        self._drags, self._moved = 0, False
        self._windows: tuple[object, ...] = ()
        self.before, self.after = Plane(), Plane()
        self.heads = ElidedLabel(), ElidedLabel()
        words = _("From the inputs to the hidden layer"), _("inputs"), _("layer"), _("Watch it bend")
        self.morph = AnimatedSlider(*words)
        self.plot, self.net = Plot(), Graph()
        self.picture, self.bars = Matrix(scale="one-sided"), DragBars(movable=False)
        self.goes_in, self.comes_out = Matrix(scale="diverging"), Matrix(scale="diverging")
        self.caption = ElidedLabel("", "small")
        labels = {"xor_1": "(0, 0)", "xor_2": "(0, 1)", "xor_3": "(1, 0)", "xor_4": "(1, 1)", "margin": _("margin"),
                  "out_1": _("output"), "bump_error": _("off from the bump"), "guess": _("it says"),
                  "guess_p": _("how sure"), "truth": _("it is"), "accuracy": _("accuracy"),
                  "out_2": _("output 2")}  # fmt: skip
        self.readouts = ReadoutRow(tuple(labels), tuple(labels.values()))
        self._lay_out()
        self.morph.changed.connect(self._move)
        self.net.acted.connect(self.acted)
        self.before.dragged.connect(self._drag)
        self.before.dropped.connect(self._drop)
        self.bars.named.connect(lambda _n: self.requested.emit("guess_p"))
        self.readouts.requested.connect(self.requested)
        for matrix in (self.goes_in, self.comes_out):
            matrix.pressed.connect(self._press_row)
        self.relook()

    def _lay_out(self) -> None:
        self.before.set_titles("", "", _("The plane as it comes in"))
        self.after.set_titles("", "", _("Where the hidden layer puts it"))
        self.plot.set_titles("x", _("output"), _("The curve of the network"))
        self.picture.set_titles(_("Picture"))
        self.picture.set_writing(lambda grey: f"{grey:.1f}" if grey >= 0.05 else "")
        self.bars.setAccessibleName(_("Probabilities of the ten digits"))
        left, right = QVBoxLayout(), QVBoxLayout()
        for side, head, plane in ((left, self.heads[0], self.before), (right, self.heads[1], self.after)):
            side.setSpacing(2)
            side.addWidget(head)
            side.addWidget(plane, 1)
        planes = hbox((left, 1), (right, 1))
        self._stack = QStackedWidget()
        self._pages: dict[str, QWidget] = {}
        both = QWidget()
        vbox((planes, 1), self.morph, on=both)
        self._add("planes", both)
        self._add("line", _beside(self.net, self.plot, 7))
        self._add("digits", _beside(self.picture, self.bars))
        self._add("table", _beside(self.goes_in, self.comes_out))
        self._column = vbox((self._stack, 1), self.caption, self.readouts, on=self)

    def _add(self, name: str, page: QWidget) -> None:
        self._pages[name] = page
        self._stack.addWidget(page)

    # ---------------------------------------------------------------------------------------- drawing

    def kind_of(self, frame: ForwardFrame) -> str:
        """Which of the four pictures suits a frame."""
        if frame.run.failed < 0 and frame.net.sizes[0] == 2:
            return "planes"
        if frame.line is not None:
            return "line"
        fits = frame.run.failed < 0 and frame.net.sizes[0] == 64 and frame.net.sizes[-1] == 10
        return "digits" if fits else "table"

    def show_page(self, frame: ForwardFrame, display: Display) -> None:
        """Draw a frame."""
        self._frame, self._display = frame, display
        chosen = self.kind_of(frame)
        self._stack.setCurrentWidget(self._pages[chosen])
        {"planes": self._show_planes, "line": self._show_line, "digits": self._show_digit, "table": self._show_table}[
            chosen
        ](frame)

    def _show_planes(self, frame: ForwardFrame) -> None:
        warp, share = warp_of(frame), self._display.morph
        assert warp is not None
        belief = frame.net.output == "sigmoid"
        self.heads[0].say(_("What comes in: x₁, x₂"))
        self.heads[1].say(layer_head(frame, warp))
        windows = warp.window_before, between(warp, share)
        if windows != self._windows:
            self._windows = windows
            for plane, window in zip((self.before, self.after), windows, strict=True):
                plane.set_range(*window)
        self.before.show_map(warp.map_before, belief)
        self.before.show_points(warp.before, warp.kinds, frame.row, movable=True)
        self.after.show_map(warp.map_after if share >= 0.999 else None, belief)
        self.after.show_paper((1 - share) * warp.paper_before + share * warp.paper_after)
        self.after.show_points((1 - share) * warp.before + share * warp.after, warp.kinds, frame.row, movable=False)
        self.morph.set_value(share)

    def _show_line(self, frame: ForwardFrame) -> None:
        assert frame.line is not None
        self.net.show_frame(frame, True)
        palette, series = look().palette, []
        last = frame.net.weights[-1]
        if len(frame.net.weights) > 1 and len(last) <= MOST_FOLDS:
            hidden = forward(frame.net, BUMP_X[:, None]).a[-2]
            for unit in range(len(last)):
                color = palette.categories[unit]
                series.append(Series(f"w·a{subscript(unit + 1)}", BUMP_X, hidden[:, unit] * last[unit, 0], color,
                                     DASHES[unit], "", 1.6))  # fmt: skip
        if frame.params.net == "sizes":
            series.append(Series(_("the bump"), BUMP_X, bump(BUMP_X), palette.text3, (5, 4), "", 3.0))
        series.append(Series(_("output"), BUMP_X, frame.line, palette.text, (), "", 3.0))
        self.plot.set_limits((-3.0, 3.0), (-2.0, 2.0))
        self.plot.set_series(series)
        x = frame.run.x[frame.row, 0]
        self.plot.set_cursor(float(x) if -3 <= x <= 3 else None)

    def _show_digit(self, frame: ForwardFrame) -> None:
        self.picture.set_values(frame.run.x[frame.row].reshape(8, 8), 0.0, 1.0)
        says = frame.run.a[-1][frame.row]
        known = frame.known_layer(len(frame.net.biases) - 1)
        best = int(says.argmax())
        bars = [
            Bar(str(i), float(p) if known else 0.0, two(float(p)) if known else "—",
                "ball" if known and i == best else "accent", strong=i == best)
            for i, p in enumerate(says)
        ]  # fmt: skip
        self.bars.set_range(0.0, 1.0)
        self.bars.set_bars(bars)

    def _show_table(self, frame: ForwardFrame) -> None:
        rows = tuple(str(i + 1) for i in range(len(frame.run.x)))
        inputs = frame.run.x
        self.goes_in.set_titles(_("What goes in"))
        self.comes_out.set_titles(_("What comes out"))
        self.goes_in.set_values(inputs, None, None, rows if inputs.shape[1] <= 12 else (), _named("x", inputs.shape[1]))
        self.goes_in.set_highlighted(frame.row, -1)
        there = frame.run.failed < 0
        self.comes_out.set_ghost("" if there else _("does not fit"))
        if there:
            says = frame.run.a[-1]
            self.comes_out.set_values(says, None, None, rows, _named("y", says.shape[1]))
            self.comes_out.set_highlighted(frame.row, -1)

    def show_words(self, frame: ForwardFrame, sentence: str) -> None:
        """What is seen, in a sentence, and the read-outs."""
        metrics, chosen = METRICS.values(frame), self.kind_of(frame)
        for name in READOUTS["planes"] + READOUTS["line"] + READOUTS["digits"] + READOUTS["table"]:
            there = name in READOUTS[chosen] and name in metrics
            there = there and not (name == "bump_error" and frame.params.net != "sizes")
            self.readouts.readout(name).setVisible(there)
        shown = {name: written(metrics.get(name)) for name in metrics}
        self.readouts.set_values(shown)
        self.caption.say(space_sentence(frame, chosen))
        for part in (
            self.before,
            self.after,
            self.net,
            self.plot,
            self.picture,
            self.bars,
            self.goes_in,
            self.comes_out,
        ):
            part.set_description(sentence)

    # ---------------------------------------------------------------------------------------- the hand

    def _move(self, share: float) -> None:
        self.display_changed.emit("morph", share)

    def _drag(self, name: str, x: float, y: float) -> None:
        frame, row = self._frame, int(name)
        if frame is None:
            return
        x, y = (round(min(max(value, -LIMIT), LIMIT), 2) for value in (x, y))
        if frame.net.x[row].tolist() != [x, y]:
            self._moved = True
            self.acted.emit(MovePoint(row, x, y), f"point {self._drags}")

    def _drop(self, name: str, _x: float, _y: float) -> None:
        """A point that was only pressed is lit."""
        moved, self._moved = self._moved, False
        self.end_drag()
        if not moved:
            self._press_row(int(name), 0)

    def _press_row(self, row: int, _column: int) -> None:
        if self._frame is not None and row != self._frame.row:
            self.act(Set({"row": row + 1}))

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return tuple(self.pictures())

    def pictures(self) -> list[Any]:
        """What is exported."""
        chosen = self.kind_of(self._frame) if self._frame is not None else "planes"
        pictures: dict[str, list[Any]] = {
            "planes": [self.before, self.after],
            "line": [self.net, self.plot],
            "digits": [self.picture, self.bars],
            "table": [self.goes_in, self.comes_out],
        }
        return pictures[chosen]

    def set_space(self, height: float, _narrow: bool) -> None:
        """Where there is little room the words give way."""
        self.caption.setVisible(height > 360)

    def relook(self) -> None:
        self._column.setSpacing(look().px(6))
        if self._frame is not None:
            self.show_page(self._frame, self._display)


def _beside(one: QWidget, other: QWidget, share: int = 9) -> QWidget:
    """Two widgets, the first with so many of twenty parts."""
    made = QWidget()
    hbox((one, share), (other, 20 - share), on=made)
    return made


def _named(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{subscript(i + 1)}" for i in range(count)) if count <= 12 else ()
