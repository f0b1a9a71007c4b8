"""Every number on screen: of the points, of the network, of how well it does, and of what it says at the ball."""

from __future__ import annotations

from collections.abc import Callable

from lab.core.metric import Family, Metric, Metrics, Value
from lab.core.text import N_, _
from lab.engine.nets.network import parameter_count
from lab.experiments.e09_decision_boundaries import arithmetic as why
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame
from lab.experiments.e09_decision_boundaries.scores import Score

__all__ = ["METRICS"]

LETTERS = "abcd"
Of = Callable[[BoundaryFrame], Value]


def _seen(read: Callable[[Score], Value]) -> Of:
    """A number of the points it learns from; None where there are none."""
    return lambda frame: None if frame.seen is None else read(frame.seen)


def _test(read: Callable[[Score], Value]) -> Of:
    """The same of the points hidden for the test."""
    return lambda frame: None if frame.test is None else read(frame.test)


def _called(frame: BoundaryFrame) -> dict[str, str]:
    """Classes and inputs by their names in the data."""
    info = frame.canvas_info
    found = {
        f"p_{letter}": _("belief in {name} at the ball").format(name=name)
        for letter, name in zip(LETTERS, info.classes)
    }
    for metric, name in zip(("ball_x", "ball_y"), info.letters.values() if len(info.letters) == 2 else ()):
        found[metric] = _("{name} of the ball").format(name=name)
    return found


METRICS: Metrics[BoundaryFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("epoch", N_("epoch"), lambda frame: frame.epoch, digits=4),
    Metric("points", N_("points"), lambda frame: len(frame.points)),
    Metric("hidden_points", N_("points hidden for the test"), lambda frame: int(frame.held_out.sum())),
    Metric("parameters", N_("parameters"), lambda frame: parameter_count(frame.network), why.parameters),
    Metric("units", N_("hidden units"), lambda frame: frame.units, why.units),
    Metric("layers", N_("hidden layers"), lambda frame: len(frame.hidden_layers)),
    Metric("classes", N_("classes"), lambda frame: frame.classes),
    Metric("batch", N_("points in a step"), lambda frame: frame.batch),
    Metric("dead", N_("dead units"), lambda frame: frame.dead_units),
    Metric("twins", N_("twin units"), lambda frame: frame.twins),
    Metric("pixels", N_("pixels along a side"), lambda frame: frame.maps.field.shape[1]),
    Metric("ball_x", N_("x₁ of the ball"), lambda frame: frame.ball[0]),
    Metric("ball_y", N_("x₂ of the ball"), lambda frame: frame.ball[1]),
    Metric("loss_seen", N_("loss, seen"), _seen(lambda score: score.loss), why.loss, 3),
    Metric(
        "accuracy_seen", N_("accuracy, seen"), _seen(lambda score: score.accuracy), lambda f: why.accuracy(f.seen), 3
    ),
    Metric("right_seen", N_("right, seen"), _seen(lambda score: score.right)),
    Metric("count_seen", N_("points judged, seen"), _seen(lambda score: score.count)),
    Metric("loss_test", N_("loss, test"), _test(lambda score: score.loss), digits=3),
    Metric(
        "accuracy_test", N_("accuracy, test"), _test(lambda score: score.accuracy), lambda f: why.accuracy(f.test), 3
    ),
    Metric("right_test", N_("right, test"), _test(lambda score: score.right)),
    Metric("count_test", N_("points judged, test"), _test(lambda score: score.count)),
    Family(
        lambda frame: {f"p_{letter}": p for letter, p in zip(LETTERS, frame.beliefs)},
        lambda frame, name: why.belief(frame, LETTERS.index(name[-1])),
        {
            "p_a": N_("belief in class A at the ball"),
            "p_b": N_("belief in class B at the ball"),
            "p_c": N_("belief in class C at the ball"),
            "p_d": N_("belief in class D at the ball"),
        },
        {"p_b": 3},
    ),
    Metric("z", N_("sum z at the ball"), lambda frame: frame.z, why.z),
    called=_called,
    symbols=lambda frame: frame.canvas_info.letters,
)
