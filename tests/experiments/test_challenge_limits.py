"""Every limit and every condition of every challenge, from both sides: just inside passes, just outside does not.

Each case begins at the solution that the challenge names and changes one thing: what the frame says, a control, or what
is in the log. So a limit that is moved, or a condition that is dropped, is noticed here. Experiments 1 to 6;
those of 13, 15, 18, 22, 24 and 25 have their limits in `test_eNN_numbers` of each.
"""

from __future__ import annotations

from types import SimpleNamespace as Made
from typing import Any

import numpy as np
import pytest

from lab.catalog import experiments, find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.simulation import Set
from lab.experiments.e01_what_is_ml.gestures import AddPoint as AddDay
from lab.experiments.e01_what_is_ml.gestures import MoveLine
from lab.experiments.e02_feature_scaling.settings import SCALER_NAMES
from lab.experiments.e03_linear_regression import gestures as e03
from lab.experiments.e05_gradient_descent.gestures import Place as PlaceBall
from lab.experiments.e05_gradient_descent.limits import stable_rate
from lab.experiments.e06_training_loop.gestures import Place as PlaceLine
from tests.challenges import Altered, Of, judged, solved


@pytest.mark.parametrize(
    "goal",
    [
        *("what-is-ml/by-eye", "what-is-ml/rule", "what-is-ml/one-point", "feature-scaling/scale"),
        *("linear-regression/sign", "linear-regression/bar", "linear-regression/twins"),
        *("loss-functions/robust", "loss-functions/blind"),
        *("gradient-descent/ravine", "gradient-descent/limit", "gradient-descent/crickets"),
        *("training-loop/order", "training-loop/few-samples"),
        *("single-neuron/gates", "single-neuron/street", "single-neuron/ceiling"),
        *("activations/shares", "activations/deep", "decision-boundaries/circle", "decision-boundaries/spiral"),
        *("forward-pass/xor", "forward-pass/bump"),
        *("backpropagation/blanks", "backpropagation/saboteur", "backpropagation/ring", "backpropagation/fall"),
        *("overfitting/lid", "overfitting/few", "residual-connections/three"),
        *("convolution-recurrence/upright", "convolution-recurrence/recall", "embeddings/company"),
        *("tokenization/attention", "tokenization/greedy"),
        *("attention/keys", "attention/induction", "attention/copying", "attention/composition", "attention/hollow"),
        *("transformer-block/guess", "transformer-block/size", "next-token/beat", "decoding/mass", "decoding/gamma"),
        *("decoding/vote", "context-window/same", "context-window/slow", "language-model-training/gently"),
        *("language-model-training/cheatproof", "language-model-training/taste"),
        *("retrieval-agents/recall", "retrieval-agents/repair"),
        *("evaluation/price", "evaluation/small"),
        *("capstone/ladder", "capstone/top", "capstone/small"),
    ],
)
def test_the_solution_is_where_every_case_begins(goal: str) -> None:
    assert judged(goal) == "done"


def test_no_challenge_is_left_out() -> None:
    (mark,) = test_the_solution_is_where_every_case_begins.pytestmark
    every = {f"{each.id}/{goal.id}" for each in experiments() for goal in each.load().challenges if not goal.needs}
    assert set(mark.args[1]) == every


# ----------------------------------------------------------------------------------------------- what is ML


def line_of(factor: float) -> Of:
    """The best line, lifted until its error is `factor` times the least."""

    def lifted(frame: Any) -> Any:
        up = ((factor - 1) * frame.best.error) ** 0.5
        return type(frame.line)(frame.best.slope, frame.best.intercept + up)

    return Of(lifted)


def test_by_eye() -> None:
    goal = "what-is-ml/by-eye"
    assert judged(goal, line=line_of(1.0499)) == "done"
    assert judged(goal, line=line_of(1.0501)) == "open"
    drags = tuple((0, MoveLine(0.0, float(i))) for i in range(41))
    assert judged(goal, log=drags[:40]) == "done" and judged(goal, log=drags) == "failed"
    assert judged(goal, step=1) == "failed"
    assert judged(goal, params={"start": "own"}) == "failed"
    assert judged(goal, params={"data": "five"}) == "failed"


def test_rules_against_a_line() -> None:
    goal = "what-is-ml/rule"

    def rule(better: float) -> Of:
        def made(frame: Any) -> Any:
            message = frame.best.slope * frame.examples.new_x + frame.best.intercept
            error = float(np.mean((message - frame.examples.new_y) ** 2))
            return Made(at=lambda _x: frame.examples.new_y + np.sqrt(error - better))

        return Of(made)

    assert judged(goal, rule=rule(1e-6)) == "done" and judged(goal, rule=rule(-1e-6)) == "open"
    assert judged(goal, written=False) == "open"
    assert judged(goal, params={"n": 12}) == "done" and judged(goal, params={"n": 11}) == "failed"
    assert judged(goal, params={"noise": 0.9}) == "failed" and judged(goal, params={"data": "lemonade"}) == "failed"


def one_more(x: float, y: float, slope: float) -> dict[str, Of]:
    def examples(frame: Any) -> Any:
        xs, ys = frame.examples.x.copy(), frame.examples.y.copy()
        xs[5], ys[5] = x, y
        return Altered(frame.examples, x=xs, y=ys)

    return {"examples": Of(examples), "best": Of(lambda frame: Altered(frame.best, slope=slope))}


@pytest.mark.parametrize(
    ("x", "y", "slope", "found"),
    [
        (7.0, 0.0, -1e-9, "done"), (7.0, 0.0, 0.0, "open"),
        (0.0, 14.0, -1.0, "done"), (7.01, 0.0, -1.0, "open"), (-0.01, 14.0, -1.0, "open"),
        (0.0, 14.01, -1.0, "open"), (7.0, -0.01, -1.0, "open"),
    ],
)  # fmt: skip
def test_one_point_of_six(x: float, y: float, slope: float, found: str) -> None:
    assert judged("what-is-ml/one-point", **one_more(x, y, slope)) == found


def test_one_point_and_no_other() -> None:
    goal = "what-is-ml/one-point"
    assert judged(goal, n=5) == "open" and judged(goal, n=7) == "failed"
    assert judged(goal, params={"data": "lemonade"}) == "failed"
    assert judged(goal, examples=Of(lambda f: Altered(f.examples, y=f.examples.y + 0.001))) == "failed"
    assert judged(goal, also=(AddDay("five", 7.0, 0.0),)) == "done"  # the points decide, not the gestures


# ----------------------------------------------------------------------------------------- feature scaling


def race(arrived: int | None, accuracy: float) -> dict[str, Of]:
    return {
        "runs": Of(lambda frame: (frame.runs[0], Altered(frame.runs[1], arrived=arrived))),
        "prepared": Of(lambda f: Altered(f.prepared, scores={**f.prepared.scores, "scaled": accuracy})),
    }


@pytest.mark.parametrize(
    ("arrived", "accuracy", "found"),
    [(50, 0.85, "done"), (51, 0.85, "open"), (50, 0.8499, "open"), (None, 0.85, "open"), (0, 0.0, "open")],
)
def test_a_round_valley(arrived: int | None, accuracy: float, found: str) -> None:
    assert judged("feature-scaling/scale", **race(arrived, accuracy)) == found


def test_a_round_valley_by_a_scaler_alone() -> None:
    goal = "feature-scaling/scale"
    assert judged(goal, params={"rate": 0.51}) == "failed" and judged(goal, params={"data": "houses"}) == "failed"
    assert judged(goal, also=(Set({"rate": 0.5}),)) == "failed"
    assert judged(goal, also=(Set({"scaler_1": "z"}),)) == "done"
    assert judged(goal, place=(0.0, 0.0)) == "failed"


@pytest.mark.parametrize("unit", ["given", "milli", "kilo"])
def test_no_single_choice_makes_the_valley_round(unit: str) -> None:
    challenge = find("feature-scaling").load().challenge("scale")
    singles = [{}] if unit != "given" else [{f"scaler_{j}": kind} for j in (1, 2) for kind in SCALER_NAMES]
    for change in singles:
        values = {**challenge.setting.values, "unit": unit, **change}
        run = played(find("feature-scaling").load(), Setting(values, steps=50))
        assert not challenge.check(run.snapshot(), run.snapshot().params, ()).done, values


# --------------------------------------------------------------------------------------- linear regression


def best(*slopes: float, r2: float | None = None) -> Of:
    return Of(lambda f: {**f.columns, "best": Altered(f.columns["best"], slopes=slopes, r2=r2)})


def test_one_point_turns_the_slope() -> None:
    goal = "linear-regression/sign"
    assert judged(goal, columns=best(-1e-9)) == "done" and judged(goal, columns=best(0.0)) == "open"
    others = ({"data": "quartet-2"}, {"features": "two"}, {"weighting": "bars"}, {"ridge": 1e-6}, {"test": "right"})
    for change in others:
        assert judged(goal, params=change) == "failed", change
    assert judged(goal, sheet=Of(lambda f: f.sheet.moved(0, 10.0, 8.0))) == "failed"  # two points
    assert judged(goal, sheet=Of(lambda f: f.sheet.without(0))) == "failed"


def test_one_bar_silences_the_lever() -> None:
    goal = "linear-regression/bar"
    assert judged(goal, columns=best(1.2)) == "done" and judged(goal, columns=best(1.1999)) == "open"
    two = Of(lambda f: f.sheet.barred(0, 9.0))
    assert judged(goal, sheet=two) == "failed"
    assert judged(goal, sheet=Of(lambda f: f.sheet.moved(0, 1.0, 2.7))) == "failed"
    for change in ({"data": "fan"}, {"features": "two"}, {"ridge": 1e-6}, {"test": "right"}):
        assert judged(goal, params=change) == "failed", change
    assert judged(goal, params={"weighting": "equal"}) == "open"
    check, _frame, params, _log = solved(*goal.split("/"))
    specification = find("linear-regression").load()
    untouched = played(specification, specification.challenge("bar").setting).snapshot()
    assert not check(untouched, params, ()).done and untouched.columns["best"].slopes[0] < 0.1


@pytest.mark.parametrize(
    ("first", "second", "lost", "found"),
    [
        (1.0999, 1.0, 0.0, "done"), (1.1001, 1.0, 0.0, "open"), (1.0, 0.9001, 0.0, "done"),
        (1.0, 0.8999, 0.0, "open"), (1.0, 1.0, 0.0049, "done"), (1.0, 1.0, 0.0051, "open"),
    ],
)  # fmt: skip
def test_tamed_twins(first: float, second: float, lost: float, found: str) -> None:
    from lab.engine.basics.regression import fit_least_squares
    from lab.engine.basics.residuals import r_squared

    _check, frame, _params, _log = solved("linear-regression", "twins")
    x, y = frame.solved.x, frame.solved.problem.y
    plain = r_squared(y, fit_least_squares(x, y).predict(x))
    assert judged("linear-regression/twins", columns=best(first, second, r2=plain - lost)) == found


@pytest.mark.parametrize(
    "change",
    [
        {"data": "houses"}, {"features": "one"}, {"apart": 0.02}, {"weighting": "bars"}, {"penalise_bias": True},
        {"test": "right"},
    ],
    ids=str,
)  # fmt: skip
def test_twins_are_tamed_by_nothing_but_ridge(change: dict[str, Any]) -> None:
    assert judged("linear-regression/twins", params=change) == "failed"


@pytest.mark.parametrize(
    "action",
    [
        e03.AddPoint("collinear", 1.0, 1.0), e03.MovePoint("collinear", 0, 1.0, 1.0), e03.RemovePoint("collinear", 0),
        e03.SetSecond("collinear", 0, 1.0), e03.SetTable("collinear", (1.0,), (1.0,)),
    ],
    ids=lambda action: type(action).__name__,
)  # fmt: skip
def test_twins_are_tamed_without_touching_a_point(action: Any) -> None:
    assert judged("linear-regression/twins", also=(action,)) == "failed"
    assert judged("linear-regression/twins", also=(e03.Look("collinear", 0),)) == "done"
    assert judged("linear-regression/twins", also=(e03.MovePoint("fan", 0, 1.0, 1.0),)) == "done"


# ------------------------------------------------------------------------------------------ loss functions


def losing(factor: float, slope: float) -> dict[str, Any]:
    """A line of a slope, with a loss so many times the least."""
    from lab.experiments.e04_loss_functions.loss import measured

    def total(frame: Any) -> Any:
        least = measured(frame.loss, frame.points.x, frame.points.y, *frame.best).total
        return Altered(frame.judged, total=factor * least)

    return {"judged": Of(total), "line": (slope, 0.0)}


@pytest.mark.parametrize(
    ("factor", "slope", "found"),
    [
        (1.0499, 1.0, "done"), (1.0501, 1.0, "open"), (1.0, 1.0999, "done"), (1.0, 1.1001, "open"),
        (1.0, 0.9001, "done"), (1.0, 0.8999, "open"),
    ],
)  # fmt: skip
def test_not_fooled_by_one(factor: float, slope: float, found: str) -> None:
    assert judged("loss-functions/robust", **losing(factor, slope)) == found


def test_not_fooled_by_one_of_these_ten() -> None:
    goal = "loss-functions/robust"
    assert judged(goal, params={"data": "five"}) == "failed"
    for name in ("x", "y"):
        moved = Of(lambda f, name=name: Altered(f.points, **{name: np.array([*getattr(f.points, name)[:-1], 39.0])}))
        assert judged(goal, points=moved) == "failed"


def probes(found_at: int, bought: int, excess: float) -> dict[str, Any]:
    """So many evaluations, of which one is near the lowest place."""
    bought_ = tuple((float(n == found_at), 0.0, 1.0) for n in range(1, bought + 1))
    return {"probes": bought_, "excess": lambda w, _b: excess if w else 1.0}


@pytest.mark.parametrize(
    ("found_at", "bought", "excess", "found"),
    [
        (8, 8, 0.001, "done"), (9, 9, 0.001, "failed"), (8, 8, 0.00101, "failed"), (1, 20, 0.0, "done"),
        (99, 7, 0.0, "open"), (99, 8, 0.0, "failed"),
    ],
)  # fmt: skip
def test_eight_looks_in_the_dark(found_at: int, bought: int, excess: float, found: str) -> None:
    assert judged("loss-functions/blind", **probes(found_at, bought, excess)) == found


def test_eight_looks_without_a_light() -> None:
    goal = "loss-functions/blind"
    assert judged(goal, params={"blind": False}) == "failed" and judged(goal, params={"data": "five"}) == "failed"
    assert judged(goal, also=(Set({"blind": False}),)) == "failed"
    assert judged(goal, also=(Set({"blind": True}),)) == "done"


# ---------------------------------------------------------------------------------------- gradient descent


def walked(goal: float, at: int, step: int = 0) -> dict[str, Any]:
    """One ball that reached a loss at a step."""
    past, losses = Made(steps=np.array([0, at])), np.array([9e9, goal])
    return {"past": past, "losses": lambda _n: losses, "balls": (1,), "step": step}


@pytest.mark.parametrize(
    ("goal", "limit", "budget"),
    [("gradient-descent/ravine", 0.01, 60), ("gradient-descent/crickets", None, 400)],
)
def test_down_within_a_budget_of_steps(goal: str, limit: float | None, budget: int) -> None:
    limit = limit or 1.01 * solved(*goal.split("/"))[1].terrain.lowest
    assert judged(goal, **walked(limit * 0.9999, budget, budget)) == "done"
    assert judged(goal, **walked(limit * 1.0001, budget, budget)) == "failed"
    assert judged(goal, **walked(limit * 0.9999, budget + 1, budget + 1)) == "failed"
    assert judged(goal, **walked(limit * 1.0001, budget - 1, budget - 1)) == "open"
    assert judged(goal, params={"surface": "bowl"}) == "failed" and judged(goal, params={"start": "own"}) == "failed"
    assert judged(goal, also=(PlaceBall("sgd", 0.0, 0.0),)) == "failed"


def test_the_cliff() -> None:
    goal = "gradient-descent/limit"
    limit = stable_rate("sgd", 0.0, solved(*goal.split("/"))[1].terrain)
    assert judged(goal, params={"learning_rate": limit * 0.9801}) == "done"
    assert judged(goal, params={"learning_rate": limit * 0.9799}) == "open"
    assert judged(goal, params={"learning_rate": limit * 0.9999}) == "done"
    assert judged(goal, params={"learning_rate": limit * 1.0001}) == "open"
    assert judged(goal, step=20) == "done" and judged(goal, step=19) == "open"
    changed = ((7, Set({"learning_rate": 0.274})),)
    assert judged(goal, log=changed, step=27) == "done" and judged(goal, log=changed, step=26) == "open"
    assert judged(goal, log=((7, Set({"mark_limit": False})),), step=20) == "done"
    others = ({"surface": "bowl"}, {"formula": "x^2 + y^2"}, {"optimizers": ("adam",)}, {"mark_limit": True})
    for change in (*others, {"schedule": "cosine"}):
        assert judged(goal, params=change) == "failed", change


# ------------------------------------------------------------------------------------------- training loop


def passed(good: int, factor: float) -> dict[str, Of]:
    return {
        "progress": Of(lambda f: Altered(f.progress, good=good)),
        "whole_loss": Of(lambda f: factor * f.samples.best_loss),
    }


@pytest.mark.parametrize(
    ("good", "factor", "found"),
    [(20, 1.0499, "done"), (19, 1.0499, "open"), (20, 1.0501, "open")],
)
def test_five_cards(good: int, factor: float, found: str) -> None:
    assert judged("training-loop/order", **passed(good, factor)) == found


@pytest.mark.parametrize(
    "change", [{"batch_size": 99}, {"learning_rate": 0.59}, {"zero_grad": False}, {"mistake": "column"}], ids=str
)
def test_five_cards_and_nothing_else(change: dict[str, Any]) -> None:
    assert judged("training-loop/order", params=change) == "failed"
    assert judged("training-loop/order", also=(PlaceLine(2.5, 1.0),)) == "failed"
    assert judged("training-loop/order", progress=Of(lambda f: Altered(f.progress, passes=0))) == "open"
    assert judged("training-loop/order", crash=Made(text="p is not there")) == "open"


def after(*updates: tuple[float, int]) -> dict[str, Of]:
    """Updates that reached a loss, as a share of the best, after so many samples."""

    def rows(frame: Any) -> Any:
        found = np.zeros((len(updates), 7))
        found[:, 5:7] = [(loss * frame.samples.best_loss, seen) for loss, seen in updates]
        return found

    loss, seen = updates[-1]
    return {
        "updates": Of(rows),
        "progress": Of(lambda f: Altered(f.progress, seen=seen)),
        "whole_loss": Of(lambda f: loss * f.samples.best_loss),
    }


@pytest.mark.parametrize(
    ("updates", "found"),
    [
        (((1.0999, 150), (1.0999, 200)), "done"),
        (((1.0999, 151), (1.0999, 200)), "open"),  # 49 samples
        (((1.0999, 151), (1.0999, 201)), "failed"),
        (((1.1001, 150), (1.0999, 200)), "open"),
        (((1.0999, 150), (1.1001, 175), (1.0999, 200)), "open"),  # it passed by
        (((1.0, 1), (1.0, 26), (1.0, 51), (2.0, 300)), "done"),
        (((1.0, 30),), "open"),
        (((1.1001, 201),), "failed"),
    ],
)
def test_few_samples(updates: tuple[tuple[float, int], ...], found: str) -> None:
    assert judged("training-loop/few-samples", **after(*updates)) == found


def test_few_samples_of_this_kind() -> None:
    goal = "training-loop/few-samples"
    for change in ({"n": 101}, {"noise": 0.29}, {"mistake": "column"}):
        assert judged(goal, params=change) == "failed", change
    assert judged(goal, also=(PlaceLine(2.5, 1.0),)) == "failed"
