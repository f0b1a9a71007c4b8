"""What a state means for the controls: those without effect, and what to set once a number is no longer finite."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Divergence
from lab.core.text import _
from lab.engine.graph.formula import MAX_LENGTH
from lab.experiments.e11_backpropagation.frame import GraphFrame

__all__ = ["divergence", "unused"]


def unused(frame: GraphFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    params, reasons = frame.params, dict[str, str]()
    if params.graph == "formula":
        reasons["detail"] = _("A formula is made of single numbers. Choose a network.")
    else:
        reasons["formula"] = _("Choose “My formula” above to use it.")
    if params.graph != "received":
        reasons["example"] = _("Only a received network brings examples.")
    if params.puzzle not in ("wrong1", "wrong3"):
        reasons["puzzle_number"] = _("Only where a rule is wrong.")
    return reasons


def divergence(frame: GraphFrame) -> Divergence | None:
    """The first node whose number is not finite, why, and a way out."""
    trouble = frame.trouble
    if trouble is None:
        return None
    name = frame.names[trouble.node]
    what = _("the value of {name}") if trouble.where == "value" else _("the gradient that {name} passes on")
    remedy, text = _remedy(frame, _divides_by_nought(frame))
    return Divergence(frame.step, what.format(name=name), _reason(frame, trouble.node), remedy, text)


def _reason(frame: GraphFrame, node: int) -> str:
    """Why, in words of the task."""
    this = frame.graph.nodes[node]
    operation = this.operation.name if this.operation else ""
    first = frame.fault.operands[0] if frame.fault and frame.fault.operands else None
    if _divides_by_nought(frame):
        return _("it divides by {name}, which is 0").format(name=frame.names[this.operands[-1]])
    if operation in ("log", "sqrt", "power") and first is not None and bool((first <= 0).any()):
        return _("{name} is {value}, and there this operation has no slope").format(
            name=frame.names[this.operands[0]], value=show_number(float(np.min(first)), 3)
        )
    if frame.fault and frame.fault.round:
        return _("the updates ran away: the learning rate is too large")
    return _("the numbers are too large")


def _divides_by_nought(frame: GraphFrame) -> bool:
    """Whether a division by 0 is where it began: no learning rate is to blame for that."""
    fault = frame.fault
    this = frame.graph.nodes[fault.trouble.node] if fault else None
    if fault is None or this is None or this.operation is None or not fault.operands:
        return False
    return this.operation.name == "divide" and bool((fault.operands[-1] == 0).any())


def _remedy(frame: GraphFrame, by_nought: bool) -> tuple[dict[str, object], str]:
    """A control that ends it, and the text of the button."""
    if frame.fault and frame.fault.round and not by_nought:
        rate = float(f"{frame.params.learning_rate / 10:.3g}")
        return {"learning_rate": rate}, _("Set η to {rate}").format(rate=show_number(rate, 3))
    leaf = _leaf_behind(frame)
    formula = f"{frame.params.formula}; {leaf} = 1"
    if frame.params.graph == "formula" and leaf and len(formula) <= MAX_LENGTH:
        return {"formula": formula}, _("Set {name} to 1").format(name=leaf)
    return {"graph": "formula"}, _("Go back to a formula")


def _leaf_behind(frame: GraphFrame) -> str:
    """A leaf behind the operand that makes the trouble."""
    assert frame.trouble is not None
    this = frame.graph.nodes[frame.trouble.node]
    divides = this.operation is not None and this.operation.name == "divide"
    waiting = list(this.operands[1:] if divides else this.operands) or [this.id]
    while waiting:
        node = frame.graph.nodes[waiting.pop(0)]
        if node.kind in ("parameter", "input"):
            return node.name
        waiting.extend(node.operands)
    return ""
