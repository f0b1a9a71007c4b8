"""The state of each page in a sentence, and its curves as data."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.experiments.e08_activations.chain_report import DepthPage
from lab.experiments.e08_activations.descent import SoftmaxPage
from lab.experiments.e08_activations.frame import ActivationsFrame
from lab.experiments.e08_activations.gates import GATE_NAMES
from lab.experiments.e08_activations.learner import FunctionPage
from lab.experiments.e08_activations.lift import StabilityPage
from lab.experiments.e08_activations.limits import reason_lost

__all__ = ["curves", "describe"]


def describe(frame: ActivationsFrame) -> str:
    """The state in one or two sentences."""
    match frame.page:
        case FunctionPage() as page:
            return _ball(page)
        case DepthPage() as page:
            return _chain(page)
        case SoftmaxPage() as page:
            return _shares(page)
        case StabilityPage() as page:
            return _stages(page)


def _ball(page: FunctionPage) -> str:
    gate, x = _(GATE_NAMES[page.gate]), show_number(page.x, 3)
    if page.lost is not None:
        return _("The ball on {gate} ran away at step {step}.").format(gate=gate, step=page.lost)
    badge = {"": "", "dead": _(", dead"), "locked": _(", locked")}[page.badge]
    value, slope = show_number(page.value, 3), show_number(page.slope, 3)
    text = _("At x = {x}, {gate} has the value {value} and the slope {slope}{badge}.").format(
        gate=gate, x=x, value=value, slope=slope, badge=badge
    )
    if page.raced and page.rival != page.x:
        text += " " + _("With cross-entropy the other ball is at {x}, value {value}.").format(
            x=show_number(page.rival, 3), value=show_number(page.rival_value, 3)
        )
    return text


def _chain(page: DepthPage) -> str:
    found, gate = page.health, _(GATE_NAMES[page.params.function])
    if page.lost is not None:
        return _("The weights of the {gate} chain stopped being numbers at step {step}.").format(
            gate=gate, step=page.lost
        )
    text = _("A chain of {layers} of {gate}: the first has gradient {first}, the last {last}; loss {loss}.").format(
        layers=n_("{n} layer", "{n} layers", page.layers),
        gate=gate,
        first=show_number(float(found.gradients[0]), 2),
        last=show_number(float(found.gradients[-1]), 2),
        loss=show_number(found.loss, 3),
    )
    counts = {"dead": int(found.dead.sum()), "locked": int(found.locked.sum()), "units": found.dead.size}
    if counts["dead"] or counts["locked"]:
        text += " " + _("Of {units} units {dead} are dead and {locked} locked.").format(**counts)
    return text


def _shares(page: SoftmaxPage) -> str:
    order = np.argsort(-page.probabilities, kind="stable")[:4]
    shares = ", ".join(f"{page.names[i]} {show_number(100 * float(page.probabilities[i]), 3)} %" for i in order)
    more = len(page.logits) - len(order)
    values = {
        "shares": shares + (_(" and {count} more").format(count=more) if more else ""),
        "truth": page.names[page.truth],
        "loss": show_number(page.loss, 3),
        "T": show_number(page.temperature, 3),
    }
    return _("Softmax at T = {T}: {shares}. The truth is {truth}, so the loss is {loss} nats.").format(**values)


def _stages(page: StabilityPage) -> str:
    form, top = page.form.name, show_number(float(page.columns.logits.max()), 4)
    how = _("the maximum taken off") if page.params.subtract_max else _("the maximum left on")
    head = _("{form}, {how}, largest logit {top}").format(form=form, how=how, top=top)
    if page.lost is not None:
        what, reason = reason_lost(page)
        text = _("{what}: {reason}.").format(what=what, reason=reason)
    else:
        text = _("the softmax is right to within {error}.").format(error=show_number(page.error, 2))
    return f"{head[:1].upper()}{head[1:]}: {text}"


# ----------------------------------------------------------------------------------------- the curves


def curves(frame: ActivationsFrame) -> tuple[Curve, ...]:
    """What the open page draws."""
    match frame.page:
        case FunctionPage() as page:
            return _gates(page)
        case DepthPage() as page:
            return _layers(page)
        case SoftmaxPage() as page:
            return _classes(page)
        case StabilityPage() as page:
            return _columns(page)


def _gates(page: FunctionPage) -> tuple[Curve, ...]:
    found = []
    for drawn in page.curves:
        name = _(GATE_NAMES[drawn.gate])
        found.append(Curve(name, "x", "f(x)", drawn.x, drawn.value))
        found.append(Curve(_("slope of {gate}").format(gate=name), "x", "f′(x)", drawn.x, drawn.slope))
    balls = (_("squared error"), _("cross-entropy"))[: 1 + page.raced]
    steps = page.past.steps
    found += [Curve(ball, _("step"), "x", steps, page.past.column(i), course=True) for i, ball in enumerate(balls)]
    return tuple(found)


def _layers(page: DepthPage) -> tuple[Curve, ...]:
    numbers, found = np.arange(1.0, page.layers + 1), page.health
    layer, size, units = _("layer"), _("gradient of the weights"), _("units")
    return (
        Curve(_("gradient"), layer, size, numbers, found.gradients),
        Curve(_("best slopes alone"), layer, size, numbers, page.alone(best=True)),
        Curve(_("slopes alone"), layer, size, numbers, page.alone(best=False)),
        Curve(_("dead units"), layer, units, numbers, found.dead.sum(axis=1).astype(float)),
        Curve(_("locked units"), layer, units, numbers, found.locked.sum(axis=1).astype(float)),
        Curve(_("loss of a batch"), _("step"), _("loss"), page.past.steps, page.past.column(0)),
    )


def _classes(page: SoftmaxPage) -> tuple[Curve, ...]:
    steps, numbers, name = page.past.steps, np.arange(1.0, len(page.logits) + 1), _("class")
    return (
        Curve(_("logits"), name, "z", numbers, page.logits),
        Curve(_("probabilities"), name, "p", numbers, page.probabilities),
        Curve("p − y", name, _("gradient"), numbers, page.gradient),
        Curve(_("loss"), _("step"), _("nats"), steps, page.past.column(0)),
        Curve(_("probability of the true class"), _("step"), "p", steps, page.past.column(1)),
    )


def _columns(page: StabilityPage) -> tuple[Curve, ...]:
    numbers, found, name = np.arange(1.0, len(page.names) + 1), page.columns, _("class")
    return (
        Curve(_("logits"), name, "z", numbers, found.logits),
        Curve(_("exponents"), name, "z", numbers, found.exponents),
        Curve(_("powers"), name, "e^z", numbers, found.powers),
        Curve(_("probabilities"), name, "p", numbers, found.probabilities),
        Curve(_("probabilities in 64 bits"), name, "p", numbers, found.exact),
        Curve(_("largest power"), _("step"), "e^z", page.past.steps, page.past.column(0)),
    )
