"""Settings with a story, and the ways to break a walk on purpose."""

from __future__ import annotations

import math

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.limits import divergence

__all__ = ["BREAKS", "PRESETS"]

ALL_SIX = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")

PRESETS = (
    Preset(
        "too-small",
        N_("Too small"),
        Setting({"learning_rate": 0.01}),
        N_("Every step goes the right way and none goes far: after 60 the plain ball is still on the slope."),
    ),
    Preset(
        "just-right",
        N_("Just right"),
        Setting({"learning_rate": 0.26}),
        N_("Six steps, and the ball is in the valley. Which valley depends on where it started."),
    ),
    Preset(
        "too-large",
        N_("Too large"),
        Setting({"learning_rate": 0.9}),
        N_("Each step overshoots: the ball jumps from side to side of the valley and never settles."),
    ),
    Preset(
        "escape",
        N_("Escape"),
        Setting({"learning_rate": 0.26, "beta": 0.9}),
        N_("With more momentum the second ball rolls through the shallow valley and on into the deep one."),
    ),
    Preset(
        "race",
        N_("Race"),
        Setting({"surface": "saddle", "learning_rate": 0.1, "optimizers": ALL_SIX}),
        N_("All six start almost on a ridge. Who notices first that it falls off sideways?"),
    ),
    Preset(
        "crickets",
        N_("Real loss"),
        Setting({"surface": "crickets", "learning_rate": 0.0015, "beta": 0.9}),
        N_(
            "A line through 31 cricket counts. The slope is found in a moment, the intercept hardly moves:"
            " the valley is 150 times longer than wide. Standardise the temperature and try again."
        ),
    ),
    Preset(
        "course",
        N_("Course"),
        Setting({"surface": "gutter", "learning_rate": 0.01, "optimizers": ("sgd",)}, steps=100),
        N_("L = (x − 3)², η = 0.01, from 0: a step leaves 0.98 of the distance, 100 steps leave 0.1326."),
    ),
)


def _past_the_limit(frame: DescentFrame) -> bool:
    losses = frame.losses(0)
    return bool(losses[-1] > 100 * losses[0] or divergence(frame) is not None)


def _on_the_ridge(frame: DescentFrame) -> bool:
    lowest = frame.terrain.lowest
    return lowest is not None and all(ball.y == 0 and ball.loss > lowest + 0.2 for ball in frame.balls)


def _on_the_plateau(frame: DescentFrame) -> bool:
    return frame.ball.steepness < 1e-3 and frame.ball.loss > 0.9


def _off_the_map(frame: DescentFrame) -> bool:
    return divergence(frame) is not None and math.isnan(frame.ball.loss)


def _intercept_stays(frame: DescentFrame) -> bool:
    return abs(frame.ball.y) < 0.01 * abs(frame.terrain.minima[0][1])


BREAKS = (
    Break(
        "past-limit",
        N_("Nudge η past the mark"),
        N_(
            "η is 1.05 times the limit. Across the ravine every step overshoots a little further than the"
            " last: there is a cliff, not a gradual worsening."
        ),
        Setting({"surface": "ravine", "learning_rate": 0.021, "optimizers": ("sgd",)}, steps=100),
        _past_the_limit,
    ),
    Break(
        "ridge",
        N_("Start exactly on the ridge"),
        N_(
            "The slope across the ridge is exactly 0, so every ball rolls to the saddle and stays, whatever"
            " its optimiser. Add a little gradient noise and they fall off."
        ),
        Setting(
            {
                "surface": "saddle",
                "learning_rate": 0.1,
                "optimizers": ALL_SIX,
                "start": "own",
                "start_x": -2.0,
                "start_y": 0.0,
            },
            steps=300,
        ),
        _on_the_ridge,
    ),
    Break(
        "plateau",
        N_("Start on the plateau"),
        N_(
            "The slope is so small that nothing seems to move, and the loss is almost the highest there is:"
            " a small gradient does not mean that the bottom is near. Try Adam."
        ),
        Setting(
            {"surface": "plateau", "optimizers": ("sgd",), "start": "own", "start_x": -3.6, "start_y": 2.0},
            steps=300,
        ),
        _on_the_plateau,
    ),
    Break(
        "nan",
        N_("Step where the loss has no value"),
        N_(
            "The logarithm of a negative number is not a number, and from NaN no slope leads back. A smaller"
            " step would have stayed on the right side."
        ),
        Setting(
            {
                "surface": "formula",
                "formula": "x^2 - log(x) + y^2",
                "learning_rate": 1.0,
                "optimizers": ("sgd",),
                "start": "own",
                "start_x": 2.0,
                "start_y": 1.0,
            },
            steps=1,
        ),
        _off_the_map,
    ),
    Break(
        "raw-units",
        N_("Houses in raw units"),
        N_(
            "η is nine tenths of the limit, and after 1000 steps the intercept has moved by about one dollar"
            " of 13,859: in square feet the valley is twenty million times steeper across than along."
        ),
        Setting({"surface": "houses", "learning_rate": 2.68e-7, "optimizers": ("sgd",)}, steps=1000),
        _intercept_stays,
    ),
)
