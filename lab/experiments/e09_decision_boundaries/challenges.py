"""Goals the program checks: on fresh points that nobody has seen, and by counting units."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.core.experiment import Challenge, Progress, Setting
from lab.core.text import N_, _
from lab.engine.basics.data import circle, spirals
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame
from lab.experiments.e09_decision_boundaries.net import features_of
from lab.experiments.e09_decision_boundaries.settings import Params
from lab.experiments.e09_decision_boundaries.words import percent

__all__ = ["CHALLENGES", "hidden_accuracy"]

Log = tuple[tuple[int, Any], ...]
GOAL, UNITS, SPIRAL_GOAL, SPIRAL_STEPS = 0.97, 3, 0.95, 6000
SAMPLE = 1000


def hidden_accuracy(frame: BoundaryFrame, data: str) -> float:
    """The share of right answers on fresh points of a shape, the same ones every time."""
    make = circle if data == "circle" else spirals
    points, labels = make(SAMPLE, 0.0, np.random.default_rng(97))
    if frame.classes != 2 or frame.lost >= 0:
        return 0.0
    outputs = frame.network.predict(features_of(points, frame.params.features))[:, 0]
    return float(np.mean((outputs > 0.5) == (labels == 1)))


def check_circle(frame: BoundaryFrame, params: Params, _log: Log) -> Progress:
    """At least 97 % of a hidden sample of the circle, with at most three hidden units and the plain inputs."""
    if params.data != "circle" or params.features != ("x1", "x2"):
        return Progress(False, 0.0, _("Go back to the circle, with x₁ and x₂ as the only inputs."), failed=True)
    share = hidden_accuracy(frame, "circle")
    result = _("{units} units, {share} of the hidden points right.").format(units=frame.units, share=percent(share))
    if share >= GOAL and frame.units <= UNITS:
        return Progress(True, 1.0, _("Done: {result}").format(result=result))
    if share >= GOAL:
        return Progress(False, 0.8, result + " " + _("Can it be done with fewer?"))
    return Progress(False, 0.7 * share if frame.units <= UNITS else 0.5 * share, result)


def check_spiral(frame: BoundaryFrame, params: Params, _log: Log) -> Progress:
    """At least 95 % of a hidden sample of the spirals, within 6,000 steps."""
    if params.data != "spirals":
        return Progress(False, 0.0, _("Go back to the spirals."), failed=True)
    share = hidden_accuracy(frame, "spirals")
    result = _("{share} of the hidden points right after {step} steps.").format(share=percent(share), step=frame.step)
    if frame.step > SPIRAL_STEPS:
        return Progress(False, 0.5, _("Too many steps: start over. {result}").format(result=result), failed=True)
    return Progress(share >= SPIRAL_GOAL, share, result)


CHALLENGES = (
    Challenge(
        "circle",
        N_("The circle with the fewest units"),
        N_("Get 97 % of a hidden sample right with at most three hidden units."),
        Setting({"data": "circle", "hidden": "6", "noise": 0.0, "n": 1000, "batch_size": 100}),
        check_circle,
        Setting({"data": "circle", "hidden": "3", "noise": 0.0, "n": 1000, "batch_size": 100}, steps=3000),
        hints=(
            N_("How many straight cuts does it take to close off a piece of the plane?"),
            N_("Two cuts leave it open. Which gate makes the corners round?"),
            N_("Write 3 as the hidden layers, take tanh, and let it run."),
        ),
        par=N_("3 tanh units: in the lab's own runs 20 of 20 starts get there; 3 ReLU units about half of them."),
    ),
    Challenge(
        "spiral",
        N_("Unwind the spirals"),
        N_("Get 95 % of a hidden sample right within 6,000 steps."),
        Setting({"data": "spirals", "hidden": "4", "noise": 0.0}),
        check_spiral,
        Setting({"data": "spirals", "hidden": "16-16", "noise": 0.0, "n": 600}, steps=2500),
        hints=(
            N_("A single layer only lays cuts side by side. Add a second one."),
            N_("Two layers of 8 tanh units are enough, of 16 are easy."),
        ),
        par=N_("8-8 with tanh: 20 of 20 starts; with ReLU 19 of 20."),
    ),
)
