"""A state in words: the status line, and what is special about it. Also how numbers are written."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.engine.graph.operations import Array
from lab.experiments.e11_backpropagation.frame import GraphFrame
from lab.experiments.e11_backpropagation.limits import divergence
from lab.kit.numbers import show_short

__all__ = ["Line", "bracketed", "curves", "describe", "numbers", "remark", "short"]

DIGITS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of arithmetic. kind: "head", "rule", "code" or "numbers".  metric: what explains it, "" for nothing."""

    text: str
    kind: str = "rule"
    metric: str = ""


def short(value: float | None, digits: int = DIGITS) -> str:
    """A number without zeros at its end: 1, 0.5, −0.333; a dash where there is none."""
    return show_short(value, digits)


def bracketed(value: float | None) -> str:
    """A number of the graph, as it stands in a line; in brackets where it is negative."""
    text = short(value)
    return f"({text})" if text.startswith("−") else text


def numbers(array: Array | None) -> str:
    """A value of any shape in a line: a number, a short row of them, or its shape where they are many."""
    if array is None:
        return show_number(None)
    if array.ndim == 0:
        return short(float(array))
    if array.ndim == 1 and array.size > 4:
        return n_("{n} number", "{n} numbers", array.size)
    if array.ndim > 1:
        return _("a matrix {shape}").format(shape="×".join(str(n) for n in array.shape))
    return "[" + "  ".join(short(float(v)) for v in array) + "]"


# -------------------------------------------------------------------------------------------- the state


def describe(frame: GraphFrame) -> str:
    """The state in one or two sentences."""
    count = sum(1 for i in range(len(frame.gradients)) if frame.shown_gradient(i) is not None)
    nodes = len(frame.graph.nodes)
    if frame.trouble is not None:
        return _("Round {n}: {name} is where the first number stopped being finite.").format(
            n=frame.round + 1, name=frame.names[frame.trouble.node]
        )
    if not frame.forward_done:
        known = sum(1 for value in frame.values if value is not None)
        return _("Round {n}, going forward: {known} of {nodes} nodes have a value.").format(
            n=frame.round + 1, known=known, nodes=nodes
        )
    loss = show_number(frame.loss, 4)
    return _("Round {n}: L is {loss}; {count} of {nodes} nodes have a gradient.").format(
        n=frame.round + 1, loss=loss, count=count, nodes=nodes
    ) + _about(frame)


def _about(frame: GraphFrame) -> str:
    gradient = frame.shown_gradient(frame.selected)
    if gradient is None or gradient.ndim:
        return ""
    return " " + _("The gradient of {name} is {gradient}.").format(
        name=frame.names[frame.selected], gradient=short(float(gradient), 4)
    )


def remark(frame: GraphFrame) -> str:
    """What is special here, in a sentence; "" where nothing is."""
    puzzle = frame.puzzle
    card = divergence(frame)
    if frame.trouble is not None and card is not None:
        return _("{name} is the source: {reason}.").format(name=frame.names[frame.trouble.node], reason=card.reason)
    if puzzle.blanks:
        right = sum(not frame.is_blank(i) for i in frame.blanks)
        if right == len(frame.blanks):
            return _("All {all} are right.").format(all=right)
        return _("{right} of {all} blanks are right. Click a leaf and type its gradient.").format(
            right=right, all=len(frame.blanks)
        )
    if puzzle.wrong:
        return _puzzle_remark(frame)
    if frame.params.bugs == ("transpose",) and frame.scalar:
        return _("The wrong transpose shows only where a node is a matrix: choose a network.")
    if frame.params.bugs and frame.forward_done:
        return _("A bug is switched on. Values are right, and gradients need not be: look at the check.")
    tie = _tie(frame)
    if tie:
        return tie
    if frame.shut and frame.forward_done:
        name = frame.names[frame.shut[0]]
        return _("{name} is shut: its slope is almost 0, so nothing behind it learns.").format(name=name)
    before = frame.loss_before
    if frame.update is not None and frame.position == 0 and before is not None and np.isfinite(before):
        return _("Go forward again and see whether L has fallen below {loss}.").format(loss=show_number(before, 4))
    return ""


def _puzzle_remark(frame: GraphFrame) -> str:
    puzzle = frame.puzzle
    found = _("{found} of {all} wrong rules found.").format(found=len(puzzle.found), all=len(puzzle.wrong))
    if not puzzle.accused:
        return found + " " + _("Choose a node and say that its rule is wrong.")
    node = next((i for i, name in enumerate(frame.names) if name == puzzle.accused), -1)
    mistake = puzzle.mistake_at(node)
    if mistake:
        return (
            found
            + " "
            + _("{name} was wrong and is repaired: {mistake}.").format(name=puzzle.accused, mistake=_(mistake))
        )
    return found + " " + _("The rule of {name} is right.").format(name=puzzle.accused)


def _tie(frame: GraphFrame) -> str:
    """A relu exactly at its corner, or a max of two equal numbers."""
    for node in frame.graph.results:
        this = frame.graph.nodes[node]
        parts = [frame.values[operand] for operand in this.operands]
        if this.operation is None or any(part is None or part.ndim for part in parts):
            continue
        x = [float(part) for part in parts if part is not None]
        if this.operation.name == "relu" and x[0] == 0:
            return _("{name} stands exactly at 0, where relu has a corner: by agreement its slope there is 0.").format(
                name=frame.names[node]
            )
        if this.operation.name in ("maximum", "minimum") and np.equal(x[0], x[1]):
            return _("Both inputs of {name} are equal: by agreement each gets half of the gradient.").format(
                name=frame.names[node]
            )
    return ""


def curves(frame: GraphFrame) -> tuple[Curve, ...]:
    """The loss of each round, and the U-curves."""
    rows = frame.losses
    found = [Curve(_("loss"), _("round"), _("loss"), rows[:, 0], rows[:, 1], course=True)]
    for name, check in (("float64", frame.check64), ("float32", frame.check32)):
        if check is not None:
            found.append(Curve(name, "h", _("error"), check.curve.steps, check.curve.errors))
    return tuple(found)
