"""What is said of a frame: in one sentence, on sliders, and of controls that change nothing now."""

from __future__ import annotations

from lab.core.numbers import show_number
from lab.core.simulation import Curve, Limit
from lab.core.text import _, n_
from lab.experiments.e12_overfitting.frame import CurveShown, FitFrame, GrokShown, NetShown
from lab.experiments.e12_overfitting.metrics import RUNNER_NAMES
from lab.experiments.e12_overfitting.settings import page_of

__all__ = ["curves", "describe", "first_words", "hidden", "lid_words", "limits", "unavailable", "unused"]

OF_CURVE = {"degree", "regularizer", "penalty", "n", "noise", "data", "split", "basis", "folds", "page", "beyond"}
OF_NET = {"classes", "width", "l2", "dropout", "patience", "learning_rate", "split"}
OF_GROK = {"modulus", "share", "decay"}
OF_TASK = {"curve": OF_CURVE, "net": OF_NET, "grok": OF_GROK}
OPTIONS = {"truth", "ghosts", "held"}  # of the page with the points


def _n(value: float | None) -> str:
    return show_number(value, 3)


def describe(frame: FitFrame) -> str:
    """The state in one or two sentences."""
    if frame.curve is not None:
        return _of_curve(frame, frame.curve)
    if frame.net is not None:
        return _of_net(frame.net)
    assert frame.grok is not None
    return _of_grok(frame.grok)


def _of_curve(frame: FitFrame, shown: CurveShown) -> str:
    fit, params = shown.fit, frame.params
    if fit is None:
        return _("No points yet: press the picture, or paste a table.")
    count = int((~shown.sheet.held).sum())
    points = n_("{n} point", "{n} points", count)
    text = _("A curve of degree {degree} through {points}: train error {train}, validation error {held}.").format(
        degree=params.degree, points=points, train=_n(fit.train), held=_n(fit.validation)
    )
    last = shown.lid.last
    if last is not None:
        looks = n_("{n} look under the lid", "{n} looks under the lid", shown.lid.looks)
        text += " " + _("{looks}, the last showed {error}.").format(looks=looks, error=_n(last.error))
    return text


def _of_net(shown: NetShown) -> str:
    plain, best = shown.runner("plain"), shown.best
    text = _("The network as it is: loss {seen} on its own points, {held} on those held out. Best: {name}, {best}.")
    return text.format(
        seen=_n(plain.seen_loss), held=_n(plain.held_loss), name=_(RUNNER_NAMES[best.name]), best=_n(best.held_loss)
    )


def _of_grok(shown: GrokShown) -> str:
    text = _(
        "Update {n}. With weight decay {seen} of the sums seen and {held} of the others are right; without, {free}."
    )
    return text.format(
        n=shown.updates,
        seen=_n(shown.decayed.seen_right),
        held=_n(shown.decayed.held_right),
        free=_n(shown.free.held_right),
    )


def lid_words(shown: CurveShown) -> str:
    """What was seen under the lid, and what luck alone would have bought."""
    lid = shown.lid
    if not len(shown.sheet.hidden_x):
        return _("There is nothing under the lid: of ten points of your own and more, a fifth goes there.")
    if lid.last is None:
        return _("{n} test points lie under the lid. Every look is counted.").format(n=len(shown.sheet.hidden_x))
    looks = n_("{n} look", "{n} looks", lid.looks)
    text = _("{looks}: test error {error}.").format(looks=looks, error=_n(lid.last.error))
    if lid.lucky is not None:
        luck = n_("A random curve just as good", "The luckiest of {n} random curves just as good", lid.looks)
        text += " " + _("{luck}: {error}.").format(luck=luck, error=_n(lid.lucky))
    return text


def first_words(frame: FitFrame) -> str:
    """What to do first on the open page."""
    return {
        "fit": _("Drag the line on the error curve to another degree, or drag a point."),
        "errors": _("Drag the line to another degree. Press Run: other samples show where the error comes from."),
        "weights": _("Choose ridge or lasso, then drag the line: every weight costs λ."),
        "data": _("Change the degree and see how many points it needs. The strips show which points check which fit."),
        "net": _("Press Run: four networks start alike, and only one of them is left alone."),
        "grok": _("Press Run, and wait long after the seen sums are all right."),
    }[page_of(frame.params)]


def limits(frame: FitFrame) -> dict[str, Limit]:
    """From which degree on the curve can pass through every point."""
    if frame.curve is None:
        return {}
    count = int((~frame.curve.sheet.held).sum())
    return {"degree": Limit(float(count - 1), _("through every point"))} if count > 1 else {}


def hidden(frame: FitFrame) -> frozenset[str]:
    """The controls of the other pages."""
    of_all = OF_CURVE | OF_NET | OF_GROK
    gone = of_all - OF_TASK[frame.params.task]
    page = page_of(frame.params)
    if page != "data":
        gone |= {"folds"}
    if page != "fit":
        gone |= OPTIONS | {"beyond"}
    if frame.params.regularizer == "none":  # room on a small screen
        gone |= {"penalty"}
    return frozenset(gone)


def unused(frame: FitFrame) -> dict[str, str]:
    """Controls that change nothing now, and why."""
    if frame.curve is None:
        return {}
    params, found = frame.params, dict[str, str]()
    if params.data not in ("sine", "line", "twins"):
        found |= dict.fromkeys(("n", "noise"), _("these points are as they are"))
    return found


def unavailable(frame: FitFrame) -> dict[str, tuple[str, ...]]:
    """What has to be received first."""
    found: dict[str, tuple[str, ...]] = {}
    if "table" not in frame.received and frame.params.data != "received":
        found["data"] = ("received",)
    if not frame.received & {"points", "network"} and frame.params.classes != "received":
        found["classes"] = ("received",)
    return found


def curves(frame: FitFrame) -> tuple[Curve, ...]:
    """The lines of the charts, as data."""
    if frame.curve is not None:
        return _curves_of(frame.curve)
    if frame.net is not None:
        return tuple(
            Curve(_(RUNNER_NAMES[one.name]), _("step"), _("loss held out"), frame.net.steps, frame.net.held[:, place])
            for place, one in enumerate(frame.net.runners)
        )
    assert frame.grok is not None
    names = _("with decay, seen"), _("with decay, held out"), _("without, seen"), _("without, held out")
    return tuple(
        Curve(name, _("update"), _("share right"), frame.grok.steps, frame.grok.curves[:, place])
        for place, name in enumerate(names)
    )


def _curves_of(shown: CurveShown) -> tuple[Curve, ...]:
    degree, error, found = _("degree"), _("mean squared error"), shown.by_degree
    rows = [
        Curve(_("train"), degree, error, found.degrees, found.train),
        Curve(_("validation"), degree, error, found.degrees, found.validation),
    ]
    if shown.parts is not None:
        parts = shown.parts
        rows.append(Curve(_("bias²"), degree, error, parts.degrees, parts.bias_squared))
        rows.append(Curve(_("variance"), degree, error, parts.degrees, parts.variance))
    if shown.learning is not None:
        n = _("points to learn from")
        rows.append(Curve(_("train, more points"), n, error, shown.learning.sizes, shown.learning.train))
        rows.append(Curve(_("new points"), n, error, shown.learning.sizes, shown.learning.test))
    return tuple(rows)
