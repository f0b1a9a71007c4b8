"""A frame in words: what has come of both races, what is wrong with a column, and why a control has no effect or a
choice cannot be made. And its curves as data."""

from __future__ import annotations

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.experiments.e02_feature_scaling.frame import ScalingFrame

__all__ = ["changed_by_unit", "curves", "describe", "unavailable", "unused", "warnings"]

ALONE = 0.99  # the share of the distance from which one column decides alone who is near


def describe(frame: ScalingFrame) -> str:
    """The state in one or two sentences."""
    raw, scaled = (_standing(frame, side) for side in range(2))
    text = _("Step {step}: raw {raw}, scaled {scaled}.").format(step=frame.step, raw=raw, scaled=scaled)
    share = frame.share(0, 0)
    if share is None:
        return text
    percent = show_number(100 * share, 6 if share < 1 else 3)
    owner = _("Raw, “{name}” owns {share} % of the squared distance.")
    return text + " " + owner.format(name=_(frame.sheet.names[0]), share=percent)


def _standing(frame: ScalingFrame, side: int) -> str:
    """How far one race is."""
    arrived, ratio = frame.runs[side].arrived, frame.excess(side)
    if arrived is not None:
        return n_("was there after {n} step", "was there after {n} steps", arrived)
    if ratio is None:
        return _("has an error of {loss}, where 0 is possible").format(loss=show_number(frame.loss(side), 3))
    return _("still {percent} % above the least error").format(percent=show_number(100 * ratio, 3))


def changed_by_unit(frame: ScalingFrame) -> str:
    """How many of the raw neighbours the unit left as they were; where it left all of them, which column decides."""
    share = frame.share(0, 0)
    if frame.kept_by_unit < frame.k or share is None or ALONE > share > 1 - ALONE:
        return _("Raw: {n} of {k} neighbours as before").format(n=frame.kept_by_unit, k=frame.k)
    owner = _(frame.sheet.names[0 if share >= ALONE else 1])
    return _("Raw: the same {k}, “{name}” decides").format(k=frame.k, name=owner)


def warnings(frame: ScalingFrame) -> tuple[str, ...]:
    """What is wrong with a column."""
    found = []
    for j, name in enumerate(frame.sheet.names[:2]):
        if frame.prepared.statistics(j, False).std == 0:
            text = _("“{name}” is constant: σ = 0. Dividing by it would give NaN, so it is left at one value.")
            found.append(text.format(name=_(name)))
        if frame.prepared.refused[j]:
            found.append(_("“{name}” has values of 0 or less: no logarithm, so it stays raw.").format(name=_(name)))
    return tuple(found)


def unused(frame: ScalingFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    reasons = dict[str, str]()
    if not frame.sheet.test.any():
        reasons["fit_on"] = _("With fewer than nine rows none is kept for a test.")
    if not frame.missing:
        reasons["impute"] = _("No cell of this table is missing.")
    return reasons


def unavailable(frame: ScalingFrame) -> dict[str, tuple[str, ...]]:
    """Logarithms of what is not above 0."""
    chosen = (frame.params.scaler_1, frame.params.scaler_2)
    below = [j for j in range(2) if frame.prepared.raw[:, j].min() <= 0 and chosen[j] != "log"]
    return {f"scaler_{j + 1}": ("log",) for j in below}


def curves(frame: ScalingFrame) -> tuple[Curve, ...]:
    """Both errors by step, and the table raw and scaled."""
    names = [_(name) for name in frame.sheet.names]
    losses = [
        Curve(title, _("step"), _("error"), run.path[:, 0], run.path[:, 3], course=True)
        for title, run in zip((_("raw race"), _("scaled race")), frame.runs)
    ]
    tables = [
        Curve(title, names[0], names[1], *frame.version(scaled).T)
        for title, scaled in ((_("raw table"), False), (_("scaled table"), True))
    ]
    return (*losses, *tables)
