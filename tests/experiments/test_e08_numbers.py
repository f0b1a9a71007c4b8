"""Activations: the numbers of the course and of the curriculum, by hand and against the engine."""

import math
from typing import Any

import numpy as np
import pytest

from lab.core.experiment import Setting
from lab.core.headless import played
from lab.engine.basics.activations import ACTIVATIONS, softmax
from lab.engine.basics.data import circle
from lab.engine.nets.depth import signal_report
from lab.engine.nets.network import mlp, unit_health
from lab.experiments.e08_activations.chain import EXAMPLES, NOISE, WIDTH, Chain
from lab.experiments.e08_activations.formats import FORMATS
from lab.experiments.e08_activations.frame import ActivationsFrame
from lab.experiments.e08_activations.gates import GATES, curve, reach_for, slope_at, steepest
from lab.experiments.e08_activations.lift import columns
from lab.experiments.e08_activations.settings import Params
from lab.experiments.e08_activations.specification import SPECIFICATION
from lab.experiments.e08_activations.swiglu import W1, W2, W3
from tests.asking import divergence_of, metrics_of, sentence_of, why_of


def framed(steps: int = 0, seed: int = 0, **values: Any) -> ActivationsFrame:
    return played(SPECIFICATION, Setting(values, seed, (), steps)).snapshot()


def metrics(steps: int = 0, seed: int = 0, **values: Any) -> dict[str, Any]:
    return dict(metrics_of(framed(steps, seed, **values)))


def preset(id: str) -> dict[str, Any]:
    return dict(metrics_of(played(SPECIFICATION, SPECIFICATION.preset(id).setting).snapshot()))


# ---------------------------------------------------------------------------------------------- gates


def test_the_course_turns_three_logits_into_three_shares_and_a_loss() -> None:
    shown = preset("course")
    assert [round(shown[f"p_{i}"], 3) for i in (1, 2, 3)] == [0.659, 0.242, 0.099]
    weights = [math.exp(z) for z in (2.0, 1.0, 0.1)]
    assert shown["p_1"] == pytest.approx(weights[0] / sum(weights), rel=1e-14)
    assert shown["loss"] == pytest.approx(0.417, abs=5e-4)
    assert shown["loss_bits"] == pytest.approx(shown["loss"] / math.log(2))
    assert [round(shown[f"gradient_{i}"], 3) for i in (1, 2, 3)] == [-0.341, 0.242, 0.099]


def test_ten_sigmoids_leave_a_quarter_to_the_tenth() -> None:
    assert preset("sigmoid-ten")["best_product"] == 0.25**10 == pytest.approx(9.5367e-7, rel=1e-4)
    assert metrics(function="sigmoid", x=0.0)["slope_power"] == 0.25**10


@pytest.mark.parametrize(
    ("gate", "slope", "place"),
    [
        ("sigmoid", 0.25, 0.0),
        ("tanh", 1.0, 0.0),
        ("silu", 1.0998, 2.40),
        ("gelu", 1.1289, 1.41),
        ("gelu_tanh", 1.1290, 1.42),
        ("relu", 1.0, None),
        ("leaky_relu", 1.0, None),
        ("elu", 1.0, None),
    ],
)
def test_each_gate_is_steepest_where_it_should_be(gate: str, slope: float, place: float | None) -> None:
    peak = steepest(gate)
    assert peak.slope == pytest.approx(slope, abs=6e-5)
    assert (peak.x is None) == (place is None)
    if place is not None:
        assert peak.x == pytest.approx(place, abs=5e-3)
        assert all(slope_at(gate, peak.x + d) <= peak.slope + 1e-12 for d in (-1e-3, 1e-3, -0.5, 0.5))


@pytest.mark.parametrize("gate", GATES)
def test_a_curve_is_the_engines_and_its_slope_is_what_differences_say(gate: str) -> None:
    drawn = curve(gate)
    assert np.array_equal(drawn.value, ACTIVATIONS[gate].value(drawn.x))
    rise = (drawn.value[2:] - drawn.value[:-2]) / (drawn.x[2:] - drawn.x[:-2])
    away = np.abs(drawn.x[1:-1]) > 0.05  # ReLU has a kink at 0
    assert np.allclose(drawn.slope[1:-1][away], rise[away], atol=2e-4)


def test_the_picture_reaches_as_far_as_the_ball() -> None:
    assert reach_for(0.0) == reach_for(-5.8) == 6.0
    for x in (6.0, -11.9, 12.0, 1e6):
        assert abs(x) < reach_for(x) <= 2.2 * abs(x)
    assert framed(x=-100.0).page.curves[0].x[0] <= -100.0


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("x", [-3.0, -0.4, 0.0, 0.7, 2.0])
def test_every_explained_number_of_a_gate_is_the_one_on_screen(gate: str, x: float) -> None:
    frame = framed(function=gate, x=x)
    explained = 0
    for name, value in metrics_of(frame).items():
        term = why_of(frame, name)
        if term is not None:
            assert term.value == pytest.approx(value, rel=1e-9, abs=1e-12), name
            explained += 1
    assert explained >= 10


def test_relu_has_a_slope_of_0_at_0_and_leaky_relu_a_hundredth() -> None:
    assert metrics(function="relu", x=0.0)["slope"] == 0.0
    assert metrics(function="leaky_relu", x=0.0)["slope"] == 0.01
    assert framed(function="relu", x=-1.0).page.badge == "dead"
    assert framed(function="sigmoid", x=-8.0).page.badge == "locked"
    assert framed(function="tanh", x=400.0).page.badge == "locked"  # 0 by rounding only
    assert framed(function="sigmoid", x=1.0).page.badge == ""


def test_a_sure_and_wrong_sigmoid_feels_next_to_nothing_of_the_squared_error() -> None:
    shown = preset("wrong")
    s = 1 / (1 + math.exp(5))
    assert shown["gradient"] == pytest.approx(2 * (s - 1) * s * (1 - s)) == pytest.approx(-0.013, abs=5e-4)
    assert shown["rival_gradient"] == pytest.approx(s - 1) == pytest.approx(-0.993, abs=5e-4)


def test_the_small_swiglu_by_hand() -> None:
    def silu(x: float) -> float:
        return x / (1 + math.exp(-x))

    shown = metrics(x=1.2)
    x = (1.2, 0.5)
    what = [sum(x[i] * W1[i, j] for i in (0, 1)) for j in range(3)]
    how = [silu(sum(x[i] * W3[i, j] for i in (0, 1))) for j in range(3)]
    out = [sum(what[j] * how[j] * W2[j, k] for j in range(3)) for k in (0, 1)]
    assert [shown["swiglu_1"], shown["swiglu_2"]] == pytest.approx(out)
    assert [shown[f"swiglu_gate_{j}"] for j in (1, 2, 3)] == pytest.approx(how)


# ---------------------------------------------------------------------------------------------- depth


def test_the_chain_is_measured_as_the_engine_measures_it() -> None:
    params = Params(topic="depth", function="tanh", layers=6, gain=3.0)
    health = Chain(params, np.random.default_rng(4)).shown(params).health
    rng = np.random.default_rng(4)
    x, y = circle(EXAMPLES, NOISE, rng)
    network = mlp((2, *[WIDTH] * 6, 1), rng, "tanh", "logistic", params.scheme, 3.0)
    _loss, gradient = network.loss_of(network.forward(x).outputs, y)
    norms = signal_report(network.layers, x, gradient).gradient_norms
    assert health.gradients == pytest.approx(norms[~np.isnan(norms)][:-1], rel=1e-12)
    units = unit_health(network, x)
    assert np.array_equal(health.locked, np.stack([u.saturated | u.dead for u in units]))
    assert not health.dead.any()
    assert health.loss == pytest.approx(network.loss(x, y))
    assert health.accuracy == network.accuracy(x, y)


def test_a_learning_rate_of_ten_kills_relus_and_one_of_one_does_not() -> None:
    for seed in range(3):
        recipe = {"topic": "depth", "function": "relu", "layers": 2, "scheme": "he"}
        wild = metrics(600, seed, learning_rate=10.0, **recipe)
        calm = metrics(600, seed, learning_rate=1.0, **recipe)
        assert wild["dead_last"] >= 0.85 and wild["accuracy"] <= 0.55
        assert calm["dead_share"] <= 0.13 and calm["accuracy"] > 0.95
    dead = preset("dead-relu")
    assert (dead["dead_first"], dead["dead_last"], dead["accuracy"]) == (0.875, 1.0, 0.5)
    assert dead["first_gradient"] == 0.0 and dead["dead"] == 30 and dead["units"] == 32


def test_a_dead_unit_stays_dead_whatever_the_learning_rate() -> None:
    setting = SPECIFICATION.preset("dead-relu").setting
    simulation = played(SPECIFICATION, setting)
    before = simulation.snapshot().page.health.dead
    simulation.retune(Params(**{**setting.values, "learning_rate": 0.01}))
    for _ in range(40):
        simulation.step()
    assert (simulation.snapshot().page.health.dead | ~before).all()


def test_another_gate_on_the_same_weights_is_a_live_change() -> None:
    values = {"topic": "depth", "function": "relu", "layers": 3}
    simulation = played(SPECIFICATION, Setting(values, steps=5))
    before = simulation.snapshot().page.health
    simulation.retune(Params(**{**values, "function": "tanh"}))
    other = simulation.snapshot().page.health
    simulation.retune(Params(**values))
    again = simulation.snapshot().page.health
    assert other.loss != before.loss == again.loss and simulation.steps == 5


def test_too_large_weights_lock_sigmoids_but_leave_none_dead() -> None:
    shown = preset("saturated")
    assert shown["locked"] >= 10 and shown["dead"] == 0
    assert metrics(topic="depth", function="sigmoid", layers=6)["locked"] == 0


def test_slopes_alone_are_products_from_the_last_layer_down() -> None:
    page = framed(topic="depth", layers=4, function="sigmoid").page
    best, real = page.alone(best=True), page.alone(best=False)
    last = page.health.gradients[-1]
    assert best.tolist() == pytest.approx([last * 0.25**k for k in (3, 2, 1, 0)])
    assert real[0] == pytest.approx(last * np.prod(page.mean_slopes[1:]))
    assert framed(topic="depth", layers=1).page.alone(best=True).shape == (1,)


def test_a_weight_that_is_lost_stops_the_chain_and_says_what_to_do() -> None:
    frame = framed(400, topic="depth", function="relu", layers=8, scheme="he", gain=30.0, learning_rate=1e6)
    found = divergence_of(frame)
    assert found is not None and found.remedy["learning_rate"] == 1e5
    assert "stopped being numbers" in sentence_of(frame)


# -------------------------------------------------------------------------------------------- softmax


@pytest.mark.parametrize(("p", "loss"), [(0.9, 0.105), (0.5, 0.693), (0.01, 4.605)])
def test_the_surprise_at_a_share(p: float, loss: float) -> None:
    logit = math.log(p / (1 - p))
    assert metrics(topic="softmax", logits=f"{logit!r}; 0")["loss"] == pytest.approx(-math.log(p))
    assert -math.log(p) == pytest.approx(loss, abs=5e-4)


def test_lifting_all_logits_changes_nothing() -> None:
    low, high = (metrics(topic="softmax", logits=text) for text in ("2, 1, 0.1", "502, 501, 500.1"))
    assert [low[f"p_{i}"] for i in (1, 2, 3)] == pytest.approx([high[f"p_{i}"] for i in (1, 2, 3)], rel=1e-12)


def test_temperature_goes_from_the_winner_takes_all_to_everyone_alike() -> None:
    cold = metrics(topic="softmax", temperature=0.0)
    assert (cold["p_1"], cold["p_2"], cold["loss"], cold["gradient_norm"]) == (1.0, 0.0, 0.0, 0.0)
    cool, warm = (metrics(topic="softmax", temperature=t) for t in (0.01, 1000.0))
    assert cool["p_1"] == pytest.approx(1.0) and warm["p_1"] == pytest.approx(1 / 3, abs=1e-3)
    hot = metrics(topic="softmax", infinite=True)
    assert hot["p_1"] == hot["p_3"] == pytest.approx(1 / 3)
    assert hot["temperature"] == math.inf and hot["loss"] == pytest.approx(math.log(3))
    assert metrics(topic="softmax", temperature=0.0, truth=3)["loss"] == math.inf


def test_a_tie_at_temperature_0_is_shared() -> None:
    shown = preset("tie")
    assert (shown["p_1"], shown["p_2"], shown["p_3"], shown["top"]) == (0.5, 0.5, 0.0, "cat, dog")


def test_a_step_moves_the_logits_against_the_gradient_over_the_temperature() -> None:
    before, after = (metrics(n, topic="softmax", temperature=0.5, learning_rate=0.2) for n in (0, 1))
    for i in (1, 2, 3):
        assert after[f"z_{i}"] == pytest.approx(before[f"z_{i}"] - 0.2 * before[f"gradient_{i}"] / 0.5)
    assert after["loss"] < before["loss"]


def test_the_gradient_is_what_differences_of_the_loss_say() -> None:
    z, h = np.array([2.0, 1.0, 0.1]), 1e-6
    for T in (1.0, 0.7):
        page = framed(topic="softmax", temperature=T).page
        for i in range(3):
            ends = [-math.log(softmax(z + s * h * np.eye(3)[i], T)[0]) for s in (1, -1)]
            assert page.slope[i] == pytest.approx((ends[0] - ends[1]) / (2 * h), abs=1e-8)


def test_a_true_class_beyond_the_last_means_the_last() -> None:
    assert metrics(topic="softmax", truth=9)["true_class"] == "bird"


# ------------------------------------------------------------------------------------------ stability


def test_each_format_ends_where_it_should() -> None:
    limits = {name: round(form.limit, 2) for name, form in FORMATS.items()}
    assert limits == {"float16": 11.09, "float32": 88.72, "float64": 709.78}
    with np.errstate(over="ignore"):
        for form in FORMATS.values():
            below, above = (np.exp(form.dtype.type(form.limit * s)) for s in (0.999, 1.001))
            assert np.isfinite(below) and np.isinf(above)


@pytest.mark.parametrize("form", list(FORMATS))
@pytest.mark.parametrize("subtract", [True, False])
def test_the_table_ends_in_the_softmax_of_the_engine(form: str, subtract: bool) -> None:
    z = np.array([2.0, 1.0, 0.1])
    found = columns(z, FORMATS[form], subtract)
    expected = softmax(z.astype(form), subtract_max=subtract)
    assert np.array_equal(found.probabilities, expected.astype(np.float64))
    assert found.probabilities == pytest.approx((found.powers / found.total).tolist(), rel=2e-3)
    assert found.exponents.max() == (0.0 if subtract else 2.0)


def test_a_thousand_overflows_unless_the_maximum_is_taken_off() -> None:
    safe = preset("large")
    assert [round(safe[f"p_{i}"], 3) for i in (1, 2, 3)] == [0.665, 0.245, 0.090]
    lost = metrics(**{**SPECIFICATION.preset("large").setting.values, "subtract_max": False})
    assert math.isnan(lost["p_1"]) and lost["overflowed"] == 3 and lost["sum"] == math.inf
    assert lost["loss_safe"] == pytest.approx(safe["loss"])


def test_creeping_up_loses_the_sum_first_and_then_the_shares() -> None:
    def at(step: int) -> ActivationsFrame:
        return framed(step, topic="stability", number_format="float16", subtract_max=False)

    assert metrics_of(at(17))["error"] < 0.01 and divergence_of(at(17)) is None
    assert metrics_of(at(18))["overflowed"] == 0 and math.isinf(metrics_of(at(18))["sum"])
    assert "add up to more" in divergence_of(at(18)).reason and metrics_of(at(18))["p_1"] == 0.0
    assert math.isnan(metrics_of(at(19))["p_1"]) and divergence_of(at(19)).remedy == {"subtract_max": True}
    safe = framed(19, topic="stability", number_format="float16")
    assert divergence_of(safe) is None and metrics_of(safe)["error"] < 0.01


def test_a_logit_of_1000_below_the_others_vanishes_and_so_does_a_whole_row() -> None:
    shown = metrics(topic="stability", logits="0; 200", number_format="float32")
    assert shown["vanished"] == 1 and shown["loss"] == math.inf and shown["loss_safe"] == 200.0
    frame = framed(topic="stability", logits="-800; -900", number_format="float64", subtract_max=False)
    assert math.isnan(metrics_of(frame)["p_1"]) and "0 / 0" in divergence_of(frame).reason


def test_float16_cannot_even_hold_a_logit_of_a_hundred_thousand() -> None:
    frame = framed(topic="stability", logits="100000; 1", number_format="float16")
    assert divergence_of(frame) is not None and divergence_of(frame).remedy == {"number_format": "float64"}
