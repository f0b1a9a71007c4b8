"""What each picture shows, in a sentence of its own, for whoever cannot see it."""

from __future__ import annotations

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e12_overfitting.frame import FitFrame, NetShown
from lab.experiments.e12_overfitting.metrics import RUNNER_NAMES
from lab.experiments.e12_overfitting.settings import page_of
from lab.experiments.e12_overfitting.words import describe

__all__ = ["sentences"]

FEW = 9  # numbers that are read out one by one


def _n(value: float | None) -> str:
    return show_number(value, 3)


def _listed(values: list[float]) -> str:
    """The first numbers of a row."""
    return "; ".join(_n(value) for value in values[:FEW]) + ("; …" if len(values) > FEW else "")


def sentences(frame: FitFrame) -> tuple[str, ...]:
    """One for each picture of the open page: the main one first, then those beside or below it."""
    made = {
        "fit": (_board, _errors, _weights),
        "errors": (_errors, _parts),
        "weights": (_paths, _prices, _weights),
        "data": (_learning, _folds),
        "net": (_maps, _losses, _lengths),
        "grok": (_tables, _shares),
    }[page_of(frame.params)]
    return tuple(say(frame) for say in made)


def _board(frame: FitFrame) -> str:
    shown = frame.curve
    text = describe(frame)
    if shown is not None and len(shown.ghosts):
        text += " " + _("Thin lines: the curves of {n} other samples.").format(n=len(shown.ghosts))
    if shown is not None and shown.moved is not None:
        text += " " + _("Dashed: the curve before a point was moved; it went up to {far} away.").format(
            far=_n(shown.moved)
        )
    return text


def _errors(frame: FitFrame) -> str:
    assert frame.curve is not None
    found, fit = frame.curve.by_degree, frame.curve.fit
    train, held = (None, None) if fit is None else (fit.train, fit.validation)
    text = _("The error of every degree. At degree {d}: train {train}, validation {held}.")
    text = text.format(d=frame.params.degree, train=_n(train), held=_n(held))
    if found.best is not None:
        text += " " + _("The validation error is least at degree {d}.").format(d=found.best)
    return text


def _weights(frame: FitFrame) -> str:
    assert frame.curve is not None
    fit = frame.curve.fit
    if fit is None or not len(fit.weights):
        return _("There are no weights.")
    text = _("The weights: {values}. {n} of them are not 0.")
    return text.format(values=_listed(fit.weights.tolist()), n=fit.alive)


def _parts(frame: FitFrame) -> str:
    assert frame.curve is not None
    found = frame.curve.parts.at(frame.params.degree) if frame.curve.parts is not None else None
    if found is None:
        return _("Bias, variance and noise: press Run to draw other samples.")
    text = _("At degree {d}, from {n} samples: bias² {bias}, variance {variance}, noise {noise}, together {sum}.")
    return text.format(
        d=frame.params.degree,
        n=frame.curve.redrawn,
        bias=_n(found.bias_squared),
        variance=_n(found.variance),
        noise=_n(found.noise),
        sum=_n(found.expected),
    )


def _paths(frame: FitFrame) -> str:
    assert frame.curve is not None
    fit = frame.curve.fit
    if fit is None:
        return _("There are no weights.")
    if frame.params.regularizer == "none":
        return _("The weights at every price. No price is in force; their length is {norm}.").format(norm=_n(fit.norm))
    text = _("The weights at every price. At λ = {price} their length is {norm}, and {n} of {all} are not 0.")
    return text.format(price=_n(frame.params.penalty), norm=_n(fit.norm), n=fit.alive, all=len(fit.weights))


def _prices(frame: FitFrame) -> str:
    assert frame.curve is not None
    best = frame.curve.by_price.best if frame.curve.by_price is not None else None
    return _("The error at every price. The validation error is least at λ = {price}.").format(price=_n(best))


def _learning(frame: FitFrame) -> str:
    assert frame.curve is not None
    found = frame.curve.learning
    if found is None:
        return _("There are too few points for a learning curve.")
    text = _("The error on new points is {first} with {few} points and {last} with {many}.")
    return text.format(
        first=_n(float(found.test[0])),
        few=int(found.sizes[0]),
        last=_n(float(found.test[-1])),
        many=int(found.sizes[-1]),
    )


def _folds(frame: FitFrame) -> str:
    assert frame.curve is not None
    folds = frame.curve.folds
    if folds is None:
        return _("Too few points for so many folds.")
    text = _("The errors of the {k} folds: {values}. Their mean is {mean}.")
    return text.format(k=len(folds.errors), values=_listed(folds.errors.tolist()), mean=_n(folds.mean))


def _maps(frame: FitFrame) -> str:
    assert frame.net is not None
    text = _("{name}: {right} % of the held-out points right.")
    rows = ((_(RUNNER_NAMES[one.name]), f"{100 * one.held_right:.0f}") for one in frame.net.runners)
    return " ".join(text.format(name=name, right=right) for name, right in rows)


def _losses(frame: FitFrame) -> str:
    assert frame.net is not None
    text = _("The loss on held-out points: {values}. The first network was best at step {step}.")
    values = _named(frame.net, "held_loss")
    return text.format(values=values, step=frame.net.runner("early").kept)


def _lengths(frame: FitFrame) -> str:
    assert frame.net is not None
    return _("How large the weights are. Their length: {values}.").format(values=_named(frame.net, "norm"))


def _named(shown: NetShown, what: str) -> str:
    """A number of each network, with its name."""
    return ", ".join(_(RUNNER_NAMES[one.name]) + " " + _n(getattr(one, what)) for one in shown.runners)


def _tables(frame: FitFrame) -> str:
    return describe(frame)


def _shares(frame: FitFrame) -> str:
    assert frame.grok is not None
    one = frame.grok.decayed
    if one.learned is None:
        return _("How many sums are right, update by update. The seen ones are not all right yet.")
    text = _("All seen sums were right at update {learned}, the others at update {understood}.")
    return text.format(learned=one.learned, understood="—" if one.understood is None else one.understood)
