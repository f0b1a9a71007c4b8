"""The state of the canvas and its network in words, and its curves as data."""

from __future__ import annotations

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.experiments.e09_decision_boundaries.examples import DATA_NAMES
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame
from lab.experiments.e09_decision_boundaries.painting import MAX_POINTS

__all__ = ["curves", "describe", "percent", "remark", "rights", "shape"]

LOPSIDED = 0.85


def percent(share: float) -> str:
    """A share as "97.2 %", never rounded up to 100."""
    shown = round(100 * share, 1)
    return show_number(min(shown, 99.9) if share < 1 else shown, 3) + " %"


def shape(frame: BoundaryFrame) -> str:
    """The network as "2 → 4 → 1"."""
    inputs, outputs = len(frame.params.features), len(frame.network.layers[-1].parameters()["bias"])
    return " → ".join(map(str, (inputs, *frame.hidden_layers, outputs)))


def describe(frame: BoundaryFrame) -> str:
    """The state in one or two sentences."""
    begin = _("Step {step}, {data}: a network {shape}").format(
        step=frame.step, data=_(DATA_NAMES[frame.params.data]), shape=shape(frame)
    )
    if frame.seen is None:
        return begin + ". " + _("There are no points to learn from.")
    text = _("{begin} has {right} of {count} points right, loss {loss}.").format(
        begin=begin, right=frame.seen.right, count=frame.seen.count, loss=show_number(frame.seen.loss, 3)
    )
    if frame.test is not None:
        text += " " + _("Of the hidden ones {share}.").format(share=percent(frame.test.accuracy))
    return text


def rights(frame: BoundaryFrame) -> str:
    """How many are right, of those seen and of those hidden for the test."""
    if frame.seen is None:
        return remark(frame)
    seen = _("{share} right").format(share=percent(frame.seen.accuracy))
    return seen if frame.test is None else seen + _(", hidden {share}").format(share=percent(frame.test.accuracy))


def remark(frame: BoundaryFrame) -> str:
    """What is special about this state; "" where nothing is."""
    points = len(frame.points)
    if points == 0:
        return _("No points yet. Choose a class and paint.")
    if points >= MAX_POINTS:
        return _("The canvas is full: {n} points.").format(n=MAX_POINTS)
    if frame.seen is None:
        return _("All points are hidden for the test: there is nothing to learn from.")
    if len(set(frame.points.labels[~frame.held_out].tolist())) == 1:
        return _("Only one class: “always” is the right answer. Paint another one.")
    return _of_the_network(frame) or _of_the_points(frame)


def _of_the_network(frame: BoundaryFrame) -> str:
    if frame.twins:
        return n_("{n} unit is the twin of another.", "{n} units are twins of others.", frame.twins)
    dead = frame.dead_units
    if dead:
        return n_("{n} unit says 0 everywhere: it is dead.", "{n} units say 0 everywhere: they are dead.", dead)
    if stuck := frame.stuck_units:
        return n_(
            "{n} unit is at one end of its gate everywhere: it is saturated.",
            "{n} units are at one end of their gates everywhere: they are saturated.",
            stuck,
        )
    if frame.gate == "linear" and frame.hidden_layers:
        return _("Without gates all layers together are one straight cut.")
    return ""


def _of_the_points(frame: BoundaryFrame) -> str:
    clashes = frame.points.clashes
    if clashes:
        return n_(
            "{n} place has two classes: no network gets both right.", "{n} places have two classes each.", clashes
        )
    most = frame.majority
    if most > LOPSIDED:
        return _("{share} are of one class: always guessing it would be as good.").format(share=percent(most))
    if frame.canvas_info.scaled:
        (first, second), (a, b) = frame.canvas_info.scales, frame.canvas_info.names
        m1, u1, m2, u2 = (show_number(value, 3) for value in (*first, *second))
        text = _("Scaled: ({a} − {m1}) / {u1}, ({b} − {m2}) / {u2}.")
        return text.format(a=a, m1=m1, u1=u1, b=b, m2=m2, u2=u2)
    return ""


def curves(frame: BoundaryFrame) -> tuple[Curve, ...]:
    """Loss and accuracy over the steps."""
    names = (_("loss, seen"), _("loss, test"), _("accuracy, seen"), _("accuracy, test"))
    steps = frame.past[:, 0]
    return tuple(
        Curve(title, _("step"), title, steps, frame.past[:, i], course=True) for i, title in enumerate(names, 1)
    )
