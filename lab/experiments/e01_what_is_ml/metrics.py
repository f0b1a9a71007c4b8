"""Every number on screen, with its arithmetic. What is still secret is None."""

from __future__ import annotations

from lab.core.arithmetic import given
from lab.core.metric import Metric, Metrics, only
from lab.core.text import N_
from lab.experiments.e01_what_is_ml import arithmetic as why
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.kit.metrics import Column, numbered
from lab.kit.naming import letters

__all__ = ["METRICS"]

MOST_MISSES = 60  # that are listed
BYTES = 8  # of a float64


METRICS: Metrics[LineFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("slope", N_("slope w"), lambda frame: frame.line.slope, why.slope),
    Metric("intercept", N_("intercept b"), lambda frame: frame.line.intercept, why.intercept),
    Metric(
        "mse",
        N_("error"),
        lambda frame: frame.mse,
        lambda frame: why.mean_square(frame.line, frame.examples.x, frame.examples.y),
        3,
    ),
    Metric(
        "best_mse",
        N_("best possible seen error"),
        lambda frame: frame.shown_best.error if frame.shown_best else None,
        why.best_error,
        3,
    ),
    Metric(
        "best_slope",
        N_("best slope"),
        lambda frame: frame.shown_best.slope if frame.shown_best else None,
        why.best_slope,
    ),
    Metric(
        "best_intercept",
        N_("best intercept"),
        lambda frame: frame.shown_best.intercept if frame.shown_best else None,
        why.best_intercept,
    ),
    Metric("ratio", N_("error, in best possible errors"), lambda frame: frame.ratio, why.ratio, 3),
    Metric("my_slope", N_("slope of the locked line"), lambda frame: frame.mine.slope if frame.mine else None),
    Metric(
        "my_intercept", N_("intercept of the locked line"), lambda frame: frame.mine.intercept if frame.mine else None
    ),
    Metric(
        "my_mse",
        N_("seen error of the locked line"),
        lambda frame: frame.my_mse,
        lambda frame: why.mean_square(frame.mine, frame.examples.x, frame.examples.y),
        3,
    ),
    Metric(
        "new_mse",
        N_("new error"),
        lambda frame: frame.new_mse,
        lambda frame: why.mean_square(frame.line, frame.examples.new_x, frame.examples.new_y),
        3,
    ),
    only(
        lambda frame: frame.examples.ask is not None,
        Metric("ask_x", N_("x of the question"), lambda frame: frame.examples.ask[0] if frame.examples.ask else None),
        Metric("guess", N_("your guess"), lambda frame: frame.guess),
        Metric(
            "line_answer", N_("the line's answer to the question"), lambda frame: frame.line_answer, why.line_answer
        ),
        Metric("truth", N_("the true answer"), lambda frame: frame.truth),
        Metric("guess_miss", N_("how far your guess was off"), lambda frame: frame.off(frame.guess), why.guess_miss),
        Metric("line_miss", N_("how far the line was off"), lambda frame: frame.off(frame.line_answer), why.line_miss),
    ),
    Metric(
        "rule_mse",
        N_("error of the rule on seen points"),
        lambda frame: frame.rule_mse,
        lambda frame: why.rule_square(frame, frame.examples.x, frame.examples.y),
        3,
    ),
    Metric(
        "rule_new_mse",
        N_("error of the rule on new points"),
        lambda frame: frame.race.rule_mse if frame.race else None,
        lambda frame: why.rule_square(frame, frame.examples.new_x, frame.examples.new_y),
        3,
    ),
    Metric(
        "line_closer",
        N_("new points on which the line is closer"),
        lambda frame: frame.race.line_closer if frame.race else None,
    ),
    Metric(
        "rule_closer",
        N_("new points on which the rule is closer"),
        lambda frame: frame.race.rule_closer if frame.race else None,
    ),
    Metric("n_seen", N_("seen points"), lambda frame: frame.n),
    Metric("n_new", N_("new points"), lambda frame: frame.examples.new_x.size),
    Metric(
        "model_bytes",
        N_("bytes of the whole model"),
        lambda _frame: 2 * BYTES,
        lambda _frame: given("numbers", 2.0) * given("bytes", 8.0),
    ),
    only(
        lambda frame: frame.scale is not None,
        Metric("x_mean", N_("mean of the seen x"), lambda frame: frame.scale.mean if frame.scale else None),
        Metric(
            "x_spread", N_("typical spread of the seen x"), lambda frame: frame.scale.spread if frame.scale else None
        ),
        Metric("scaled_slope", N_("slope in typical spreads of x"), lambda frame: frame.scaled_slope, why.scaled_slope),
        Metric("level", N_("height of the line at the mean x"), lambda frame: frame.level, why.level),
    ),
    numbered(
        MOST_MISSES,
        Column(
            "miss",
            N_("miss of point {n}"),
            lambda frame: frame.misses[:MOST_MISSES].tolist(),
            lambda frame, i: why.miss(frame.line, frame.examples.x, frame.examples.y, i + 1),
        ),
    ),
    symbols=lambda frame: letters({"x": frame.examples.names[0], "y": frame.examples.names[1]}),
)
