"""Goals the program checks, from what the neuron answers and never from which buttons were pressed."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.core.experiment import Challenge, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.engine.basics.data import truth_table
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.experiments.e07_single_neuron.gestures import Flip, SetNeuron
from lab.experiments.e07_single_neuron.neuron import neuron
from lab.experiments.e07_single_neuron.settings import Params
from lab.experiments.e07_single_neuron.tries import ENOUGH

__all__ = ["CHALLENGES", "MARGIN"]

Log = tuple[tuple[int, Any], ...]
MARGIN = 0.1
GATES = ("and", "or", "nand")
STREET = 0.35  # of 0.3536, a quarter of the diagonal's half: no line keeps further from all four rows of AND


def _n(value: float) -> str:
    return show_number(value, 3)


def margin_of(gate: str, action: SetNeuron) -> float:
    """How close the nearest row of a gate lies to the boundary of a neuron that was set by hand."""
    points, labels = truth_table(gate)
    distances = neuron((*action.weights, action.bias)).distances(points, labels)
    return -np.inf if distances is None else float(distances.min())


def check_gates(frame: NeuronFrame, params: Params, log: Log) -> Progress:
    """AND, OR and NAND, each by hand and each with room to spare, in any order."""
    if frame.step or any(step for step, _action in log):
        text = _("By hand, without learning: start over.")
        return Progress(False, 0.0, text, failed=True)
    if any(isinstance(action, Flip) for _step, action in log):
        return Progress(False, 0.0, _("A table was rewritten. Turn its answers back, or begin anew."), failed=True)
    tried = [action for _step, action in log if isinstance(action, SetNeuron) and len(action.weights) == 2]
    built = [gate for gate in GATES if any(a.data == gate and margin_of(gate, a) >= MARGIN for a in tried if a.number)]
    if len(built) == len(GATES):
        return Progress(True, 1.0, _("Done: AND, OR and NAND, each with every margin at least 0.1."))
    left = ", ".join(gate.upper() for gate in GATES if gate not in built)
    text = _("Built {n} of 3; still to build: {left}.").format(n=len(built), left=left)
    if params.data not in GATES or params.data in built:
        following = next(gate for gate in GATES if gate not in built)
        text += " " + _("Now choose {gate} under “Question”.").format(gate=following.upper())
    elif frame.margin is not None:
        text += " " + _("The smallest margin is {margin} now.").format(margin=_n(frame.margin))
    return Progress(False, len(built) / len(GATES), text)


def check_street(frame: NeuronFrame, params: Params, log: Log) -> Progress:
    """The widest street between the rows of AND."""
    if params.data != "and" or any(isinstance(action, Flip) for _step, action in log):
        return Progress(False, 0.0, _("Go back to the table of AND."), failed=True)
    margin = frame.margin
    if margin is None:
        return Progress(False, 0.0, _("There is no boundary while all weights are 0."))
    if margin >= STREET:
        return Progress(True, 1.0, _("Done: every row is at least {m} away from the boundary.").format(m=_n(margin)))
    text = _("The nearest row is {margin} away; the goal is {goal}.").format(margin=_n(margin), goal=_n(STREET))
    return Progress(False, max(0.0, margin) / STREET, text)


def check_ceiling(frame: NeuronFrame, params: Params, _log: Log) -> Progress:
    """XOR: three rows, and enough tries to believe that four are not to be had."""
    if params.data != "xor" or not frame.examples.whole or frame.examples.name != _("XOR"):
        return Progress(False, 0.0, _("Go back to the table of XOR."), failed=True)
    tries, best = frame.tries.count, frame.tries.best
    if tries >= ENOUGH and best >= 3:
        text = _("Done: 3 of 4 rows, and no straight line gets more. That is the ceiling, 75 %.")
        return Progress(True, 1.0, text)
    text = _("{tries} of {enough} tries by hand; best so far: {best} of 4 rows.").format(
        tries=tries, enough=ENOUGH, best=best
    )
    return Progress(False, 0.5 * min(tries, ENOUGH) / ENOUGH + 0.5 * min(best, 3) / 3, text)


def _by_hand(data: str, *neurons: tuple[float, float, float]) -> tuple[tuple[int, SetNeuron], ...]:
    """Tries by hand before the first step."""
    start = Params().start(2)
    return tuple((0, SetNeuron(data, n[:2], n[2], i, start)) for i, n in enumerate(neurons, 1))


CHALLENGES = (
    Challenge(
        "gates",
        N_("Three gates by hand"),
        N_(
            "Build AND, then OR, then NAND, by hand: choose them under “Question”. In each, all four rows must"
            " lie at least 0.1 away from the boundary, each on its own side."
        ),
        Setting({"w1": 1.0, "w2": -1.0, "bias": 0.0}),
        check_gates,
        Setting(
            {"data": "nand"},
            actions=(
                *_by_hand("and", (1.0, 1.0, -1.5)),
                *_by_hand("or", (1.0, 1.0, -0.5)),
                *_by_hand("nand", (-1.0, -1.0, 1.5)),
            ),
        ),
        (
            N_("Choose the gate under “Question”. Then turn the arrow towards the rows that want a yes."),
            N_("Slide the boundary so that it passes between the yes rows and the no rows, touching none."),
            N_("NAND is AND with everything turned round: what if every weight and the bias change sign?"),
        ),
        N_("6 drags: two for each gate"),
    ),
    Challenge(
        "street",
        N_("The widest street"),
        N_("AND again, but now keep every row at least 0.35 away from the boundary."),
        Setting(),
        check_street,
        Setting(actions=_by_hand("and", (1.0, 1.0, -1.5))),
        (
            N_("Three rows are nearest. The boundary is best where all three are equally far from it."),
            N_("Longer weights do not help: the margin is a distance, z divided by ‖w‖."),
        ),
        N_("0.354: w = (1, 1), b = −1.5"),
    ),
    Challenge(
        "ceiling",
        N_("The ceiling of XOR"),
        N_("Get as many rows of XOR right as you can. Make at least five tries by hand."),
        Setting({"data": "xor", "gate": "step"}),
        check_ceiling,
        Setting(
            {"data": "xor", "gate": "step"},
            actions=_by_hand(
                "xor",
                (1.0, 1.0, -1.5),
                (1.0, -1.0, -0.5),
                (-1.0, 1.0, -0.5),
                (1.0, 1.0, -0.5),
                (-1.0, -1.0, 1.5),
            ),
        ),
        (
            N_("OR gets three rows right. Which one is left over?"),
            N_("The two yes rows lie on one diagonal, the two no rows on the other. A line cannot cut both."),
        ),
        N_("5 tries: three rows with the very first"),
    ),
)
