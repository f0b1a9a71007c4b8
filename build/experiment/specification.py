"""Example as everyone but the eye sees it: controls, numbers, presets, challenges, breaks."""

from __future__ import annotations

from typing import Any

from lab.core.experiment import Break, Challenge, Preset, Progress, Setting, Specification
from lab.core.text import N_, _
from lab.experiments.e00_example.metrics import METRICS, curves, describe, divergence, limits
from lab.experiments.e00_example.simulation import Frame, Params, PutGoal, Simulation

__all__ = ["SPECIFICATION"]

NEAR, BUDGET = 0.01, 3


def _arrived(frame: Frame, params: Params, log: tuple[tuple[int, Any], ...]) -> Progress:
    text = _("{distance} from the goal after {step} steps").format(distance=f"{frame.distance:.3g}", step=frame.step)
    done = frame.distance <= NEAR and 1 <= frame.step <= BUDGET
    return Progress(done, 1.0 if done else min(1.0, NEAR / max(frame.distance, NEAR)), text, frame.step > BUDGET)


SPECIFICATION = Specification(
    params=Params,
    build=Simulation,
    presets=(
        Preset("course", N_("Half the way"), Setting(steps=8), N_("Every step goes half of the way that is left.")),
        Preset("slow", N_("Slow"), Setting({"rate": 0.1}, steps=8), N_("A tenth of the way at every step.")),
        Preset("over", N_("Too far"), Setting({"rate": 1.8}, steps=8), N_("It jumps over the goal, and back.")),
    ),
    challenges=(
        Challenge(
            "arrive",
            N_("Arrive"),
            N_("Be at most 0.01 from the goal after three steps at most."),
            Setting({"rate": 0.1}),
            _arrived,
            Setting({"rate": 1.0}, steps=1),
            (N_("How much of the way is left when the rate is 1?"),),
        ),
    ),
    breaks=(
        Break(
            "away",
            N_("Run away"),
            N_("The number swings further and further from its goal."),
            Setting({"rate": 2.2}, steps=20),
            lambda frame: frame.distance > 100,
        ),
    ),
    actions=(PutGoal,),
    metrics=METRICS,
    headline=("place", "distance"),
    describe=describe,
    limits=limits,
    divergence=divergence,
    curves=curves,
    first_drag=N_("Drag the ring called “goal” up or down."),
)
