"""The state of the neuron in words, the one remark that the picture makes when something happens that the numbers
alone do not say, and the curves as data."""

from __future__ import annotations

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.kit.numbers import show_short

__all__ = ["curves", "describe", "move_line", "point", "remark"]


def point(values: tuple[float, ...]) -> str:
    """Several numbers as one place: (0.5, −0.3)."""
    return "(" + ", ".join(show_short(value, 3) for value in values) + ")"


def describe(frame: NeuronFrame) -> str:
    """The state in one or two sentences."""
    rows = len(frame.examples)
    text = _("Step {step}, {name}: for {x} z is {z} and the output {a}; {right} of {rows} right.").format(
        step=frame.step,
        name=frame.examples.name,
        x=point(frame.x),
        z=show_number(frame.z, 3),
        a=show_number(frame.output, 3),
        right=frame.right,
        rows=rows,
    )
    return f"{text} {remark(frame)}".rstrip()


def remark(frame: NeuronFrame) -> str:
    """What is special about this state; "" where nothing is."""
    if frame.neuron.norm == 0:
        return _no_boundary(frame)
    if frame.cycle is not None:
        circle = _("The perceptron goes round in circles of {n} steps.").format(n=frame.cycle.length)
        return f"{circle} {_ceiling(frame)}".rstrip()
    if frame.separated:
        return _all_right(frame)
    tried = n_("{n} try by hand", "{n} tries by hand", frame.tries.count) if frame.tries.count else ""
    ceiling = _ceiling(frame)
    if ceiling:
        return f"{ceiling} ({tried}.)" if tried else ceiling
    if tried:
        best, rows = frame.tries.best, len(frame.examples)
        return _("{tried}, the best with {best} of {rows} rows right.").format(tried=tried, best=best, rows=rows)
    return ""


def _ceiling(frame: NeuronFrame) -> str:
    """What no neuron can pass; "" while that is a secret, or every row can be right."""
    if frame.ceiling is None or frame.ceiling == 1:
        return ""
    return _("No line gets more than {share} % right.").format(share=show_short(100 * frame.ceiling, 3))


def _no_boundary(frame: NeuronFrame) -> str:
    text = _("All weights are 0, so there is no boundary: whatever comes in, z is the bias.")
    if frame.params.rule == "logistic" and frame.done:
        return text + " " + _("And the slope of the loss is exactly 0: nothing moves.")
    return text


def _all_right(frame: NeuronFrame) -> str:
    if frame.params.rule == "perceptron" and frame.done:
        return n_(
            "Every row is right after {n} correction, and nothing changes any more.",
            "Every row is right after {n} corrections, and nothing changes any more.",
            frame.corrections,
        )
    if frame.params.rule == "logistic" and frame.step:
        return _("Every row is right. Longer weights still lower the loss, so ‖w‖ grows without end.")
    return _("Every row is right.")


def move_line(frame: NeuronFrame) -> str:
    """The next step of learning, with its numbers filled in."""
    move, now = frame.move, frame.neuron.numbers
    eta = show_short(frame.params.learning_rate, 3)
    if move.row is None:
        assert move.gradient is not None
        return _("Next: w ← {w} − {eta}·{g} = {after}, b ← {b}").format(
            w=point(now[:-1]),
            eta=eta,
            g=point(move.gradient[:-1]),
            after=point(move.after.numbers[:-1]),
            b=show_short(move.after.bias, 3),
        )
    row = move.row + 1
    if not move.moves:
        return _("Next: row {row} is right, so nothing changes.").format(row=row)
    yes = frame.examples.labels[move.row] == 1
    text = _("Next: row {row} is missed: w ← {w} {sign} {eta}·{x} = {after}, b ← {b}")
    return text.format(
        row=row,
        w=point(now[:-1]),
        sign="+" if yes else "−",
        eta=eta,
        x=point(frame.examples.row(move.row)),
        after=point(move.after.numbers[:-1]),
        b=show_short(move.after.bias, 3),
    )


def curves(frame: NeuronFrame) -> tuple[Curve, ...]:
    """Loss, ‖w‖ and rows right at each step."""
    steps, name = frame.past.steps, _("step")
    titles = (_("loss"), "‖w‖", _("rows right"))
    return tuple(Curve(title, name, title, steps, frame.past.column(i), course=True) for i, title in enumerate(titles))
