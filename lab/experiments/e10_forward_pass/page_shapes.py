"""The page of the shapes: a jigsaw of matrices, what NumPy says where they do not fit, and how many numbers there are
to learn."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLabel, QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.gestures import Pick
from lab.experiments.e10_forward_pass.jigsaw import Jigsaw, Piece
from lab.experiments.e10_forward_pass.metrics import METRICS
from lab.experiments.e10_forward_pass.numbers import written
from lab.experiments.e10_forward_pass.settings import Display
from lab.kit.numbers import subscript
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.chips import Segmented
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["ShapesView", "pieces_of"]

READOUTS = ("parameters", "bytes", "kept", "batch_gap")


def pieces_of(frame: ForwardFrame) -> tuple[Piece, ...]:
    """The inputs and every layer, as pieces; with a mistake, the one that does not fit is marked."""
    net, failed = frame.net, frame.run.failed
    pieces = [Piece("X", len(frame.run.x), frame.run.x.shape[1])]
    so_far = 0
    for layer, (weight, bias) in enumerate(zip(net.weights, net.biases, strict=True)):
        count = weight.size + len(bias)
        so_far += count
        wrong = weight.shape[0] != pieces[-1].columns
        bias_wrong = layer == failed and not wrong
        name, ran = f"W{subscript(layer + 1)}", frame.step == 0 or layer <= frame.place[0]
        rows, columns = weight.shape
        pieces.append(Piece(name, rows, columns, len(bias), count, so_far, wrong, bias_wrong, ran))
    return tuple(pieces)


class ShapesView(Page):
    """Chips for the mistakes, the jigsaw, the error, the counts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: ForwardFrame | None = None
        self.mistakes = Segmented(
            ("none", "turned", "row", "bias"), (_("Fits"), _("Turn W"), _("A row more"), _("b too long"))
        )
        self.mistakes.setAccessibleName(_("Mistake"))
        self.mistakes.set_compact(True)
        self.label = kind(QLabel(_("What if")), "small")
        self.jigsaw = Jigsaw()
        self.shapes, self.error = ElidedLabel(), ElidedLabel("", "small", 3)
        labels = (_("parameters"), _("bytes"), _("numbers kept"), _("batch − single"))
        self.readouts = ReadoutRow(READOUTS, labels)
        head = hbox(self.label, self.mistakes, None)
        self._column = vbox(head, (self.jigsaw, 1), self.shapes, self.error, self.readouts, on=self)
        self.mistakes.chosen.connect(self._choose)
        self.jigsaw.pressed.connect(self._pick)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, frame: ForwardFrame, _display: Display) -> None:
        """Draw a frame."""
        self._frame = frame
        self.mistakes.set_chosen(frame.params.mistake)
        self.jigsaw.show_pieces(pieces_of(frame), frame.selected[0] + 1)

    def show_words(self, frame: ForwardFrame, sentence: str) -> None:
        """The shapes in a line, what NumPy says, and the counts."""
        self.shapes.say(_shapes(frame))
        if frame.failing:
            self.error.say("ValueError: " + frame.run.error)
        elif frame.params.mistake != "none" and frame.run.failed < 0:
            self.error.say(_("The shapes fit all the same, and NumPy says nothing: the worst kind of mistake."))
        else:
            whole = " + ".join(str(count) for count in frame.layer_parameters)
            text = _("Each layer has n_in·n_out weights and n_out biases: {sum} = {all} numbers to learn.")
            self.error.say(text.format(sum=whole, all=frame.parameters))
        metrics = METRICS.values(frame)
        self.readouts.set_values({name: written(metrics.get(name)) for name in READOUTS})
        self.jigsaw.set_description(sentence)

    def _choose(self, mistake: str) -> None:
        if self._frame is not None:
            self.mistakes.set_chosen(self._frame.params.mistake)
            if mistake != self._frame.params.mistake:
                self.act(Set({"mistake": mistake}))

    def _pick(self, piece: int) -> None:
        if self._frame is not None and piece > 0 and piece - 1 != self._frame.selected[0]:
            self.act(Pick(piece - 1, 0))

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.jigsaw,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.jigsaw]

    def set_space(self, height: float, _narrow: bool) -> None:
        """Where there is little room a line of words gives way."""
        self.shapes.setVisible(height > 340)

    def relook(self) -> None:
        self._column.setSpacing(look().px(6))


def _shapes(frame: ForwardFrame) -> str:
    """X (4, 3) @ W₁ (3, 4) + b₁ (4,) → (4, 4) of the lit layer."""
    layer, n = frame.selected[0], frame.selected[0] + 1
    weight, bias, rows = frame.net.weights[layer], frame.net.biases[layer], len(frame.run.x)
    reads = frame.run.into(layer).shape[1] if layer <= len(frame.run.a) else "?"
    left = f"A{subscript(layer)}" if layer else "X"
    out = f"({rows}, {len(bias)})" if layer != frame.run.failed else "✗"
    return (
        f"{left} ({rows}, {reads})  @  W{subscript(n)} ({weight.shape[0]}, {weight.shape[1]})"
        f"  +  b{subscript(n)} ({len(bias)},)  →  {out}"
    )
