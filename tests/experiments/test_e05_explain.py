"""Gradient descent: every number on screen can be taken apart, and the parts give the number again."""

import contextlib
import io
import math
from typing import Any

import pytest

from lab.catalog import find
from lab.core.headless import built
from lab.core.params import checked
from lab.experiments.e05_gradient_descent.arithmetic import update_line
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.settings import Params
from tests.asking import curves_of, limits_of, metrics_of, sentence_of, unused_of, why_of

ALL_SIX = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SPECIFICATION = find("gradient-descent").load()
EVERYWHERE = [
    "wells", "bowl", "ravine", "saddle", "plateau", "rosenbrock", "ripples", "gutter",
    "crickets", "crickets-standardised", "houses",
]  # fmt: skip


def walked(steps: int, **values: Any) -> DescentFrame:
    simulation = built(SPECIFICATION, checked(Params, values), 1)
    for _ in range(steps):
        simulation.step()
    return simulation.snapshot()


def printed(code: str) -> float:
    """What a piece of Python prints, as a number."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    return float(out.getvalue())


def explained_by(frame: DescentFrame) -> dict[str, Any]:
    return {name: term for name in metrics_of(frame) if (term := why_of(frame, name)) is not None}


@pytest.mark.parametrize("surface", EVERYWHERE)
def test_each_derivation_gives_the_number_on_screen(surface: str) -> None:
    rate = 1e-8 if surface == "houses" else 1e-3
    frame = walked(3, surface=surface, optimizers=ALL_SIX, learning_rate=rate, schedule="cosine")
    metrics, terms = metrics_of(frame), explained_by(frame)
    assert {"loss", "x", "next_y", "gradient_norm", "step_length", "learning_rate", "loss_adamw"} <= set(terms)
    for name, term in terms.items():
        assert term.value == pytest.approx(metrics[name], rel=1e-9, abs=1e-12), name


@pytest.mark.parametrize("surface", EVERYWHERE)
def test_the_python_of_a_derivation_of_one_line_prints_the_number_on_screen(surface: str) -> None:
    frame = walked(3, surface=surface, optimizers=ALL_SIX, learning_rate=1e-8 if surface == "houses" else 1e-3)
    run = 0
    for name, term in explained_by(frame).items():
        if len(term.lines()) == 1:
            run += 1
            assert printed(term.python()) == pytest.approx(metrics_of(frame)[name], rel=1e-9, abs=1e-12), name
    assert run >= 8


@pytest.mark.parametrize("optimizer", ALL_SIX)
def test_the_new_place_is_derived_with_noise_and_memory_included(optimizer: str) -> None:
    frame = walked(4, optimizers=[optimizer], noise=0.4, learning_rate=0.05, beta=0.7, weight_decay=0.2)
    for axis in "xy":
        term = why_of(frame, axis)
        symbols = {line.name for line in term.lines()}
        assert term.value == pytest.approx(metrics_of(frame)[axis], rel=1e-12)
        assert {f"{axis}′", f"g_{axis}"} <= symbols
        assert (f"m̂_{axis}" in symbols) == optimizer.startswith("adam")
        assert (f"u′_{axis}" in symbols) == (optimizer in ("momentum", "nesterov"))


def test_what_is_announced_as_next_is_what_happens() -> None:
    before, after = walked(6, optimizers=ALL_SIX), walked(7, optimizers=ALL_SIX)
    for name in ALL_SIX:
        assert metrics_of(before)[f"next_x_{name}"] == metrics_of(after)[f"x_{name}"]
        assert metrics_of(before)[f"next_y_{name}"] == metrics_of(after)[f"y_{name}"]


def test_the_arithmetic_line_fills_in_the_numbers() -> None:
    frame = walked(0, surface="gutter", optimizers=["sgd"], learning_rate=0.25)
    assert update_line(frame, "x") == "x ← 0 − 0.250·(−6.00) = 1.500"
    lost = walked(10, surface="rosenbrock", optimizers=["sgd"], learning_rate=1.0)
    assert update_line(lost, "x").startswith("x = ")


def test_the_start_is_given_and_not_derived_and_what_is_unknown_has_no_derivation() -> None:
    frame = walked(0)
    assert why_of(frame, "x").lines() == () and why_of(frame, "x").value == -2.6
    assert why_of(frame, "step_length") is None and why_of(frame, "limit") is None and why_of(frame, "nothing") is None


@pytest.mark.parametrize(
    "formula",
    [
        "max(x, y) + min(x, 2y) + abs(x) + relu(x) + relu(y)",
        "tan(x/3) + sigmoid(x y) + sqrt(x^2 + 1) + log(3 + y) + tanh(x) - e^x * pi",
        "sign(x) + step(y) + x^2/y - 2^x",
    ],
)
def test_every_function_a_learner_may_type_can_be_taken_apart(formula: str) -> None:
    frame = walked(0, surface="formula", formula=formula, start="own", start_x=-1.3, start_y=0.8)
    for name, term in explained_by(frame).items():
        assert term.value == pytest.approx(metrics_of(frame)[name], rel=1e-12), name
        if name in ("loss", "gradient_x", "gradient_y"):
            assert printed(term.python()) == pytest.approx(term.value, rel=1e-12), name


def test_a_lost_ball_is_explained_with_its_infinite_numbers() -> None:
    frame = walked(10, surface="rosenbrock", optimizers=["sgd"], learning_rate=1.0)
    assert frame.ball.diverged is not None
    lost = {name: value for name, value in metrics_of(frame).items() if isinstance(value, float)}
    lost = {name: value for name, value in lost.items() if not math.isfinite(value)}
    terms = {name: why_of(frame, name) for name in lost}
    assert lost["loss"] == math.inf and terms["loss"] is not None
    assert not any(term is not None and math.isfinite(term.value) for term in terms.values())
    assert all(line.result in ("∞", "−∞", "NaN") for term in terms.values() if term for line in term.lines()[:1])
    assert sentence_of(frame) and curves_of(frame) and limits_of(frame) is not None and unused_of(frame)


def test_every_read_out_has_a_name_on_screen() -> None:
    frame = walked(2, optimizers=ALL_SIX)
    assert set(metrics_of(frame)) == set(SPECIFICATION.metrics.labels)
    assert set(SPECIFICATION.headline) <= set(metrics_of(frame))
