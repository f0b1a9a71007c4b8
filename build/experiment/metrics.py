"""Every number on screen, and what is said of it."""

from __future__ import annotations

from lab.core.arithmetic import Term, given
from lab.core.metric import Metric, Metrics
from lab.core.numbers import show_number
from lab.core.simulation import Curve, Divergence, Limit
from lab.core.text import N_, _
from lab.experiments.e00_example.simulation import Frame

__all__ = ["METRICS", "curves", "describe", "divergence", "limits"]

LARGEST = 2.0  # with a larger rate every step ends further from the goal than it began


def _distance(frame: Frame) -> Term:
    far, near = (frame.goal, frame.place) if frame.goal >= frame.place else (frame.place, frame.goal)
    return (given("", far) - given("", near)).named("d")


def _place(frame: Frame) -> Term | None:
    if frame.before is None or frame.params.noise:
        return None
    x = given("x", frame.before)
    return (x + given("r", frame.params.rate) * (given("g", frame.goal) - x)).named("x′")


METRICS: Metrics[Frame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("place", N_("place"), lambda frame: frame.place),
    Metric("goal", N_("goal"), lambda frame: frame.goal),
    Metric("distance", N_("distance to the goal"), lambda frame: frame.distance, _distance, 3),
)


def describe(frame: Frame) -> str:
    """The state in one sentence."""
    numbers = {"step": frame.step, "place": show_number(frame.place, 3), "goal": show_number(frame.goal, 3)}
    return _("Step {step}: the number is {place}, its goal is {goal}.").format(**numbers)


def limits(frame: Frame) -> dict[str, Limit]:
    """Where the rate becomes too large."""
    return {"rate": Limit(LARGEST, _("runs away above {rate}").format(rate=show_number(LARGEST, 2)))}


def divergence(frame: Frame) -> Divergence | None:
    """The card for a number that has run away."""
    if abs(frame.place) < float("inf"):
        return None
    reason = _("the rate is so large that every step ends further from the goal than it began")
    return Divergence(frame.step, _("the number"), reason, {"rate": 1.0}, _("Set the rate to 1"))


def curves(frame: Frame) -> tuple[Curve, ...]:
    """The way so far."""
    return (Curve(_("place"), _("step"), _("place"), range(frame.step + 1), frame.places, course=True),)
