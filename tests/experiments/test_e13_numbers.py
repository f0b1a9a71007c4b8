"""Residual connections, the numbers: what is measured in a stack, the four ways, the map, the landscape, the test of
the three gates, what arrives from other experiments and what leaves."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import advance, built, played
from lab.core.params import ParamError, checked
from lab.core.simulation import Set
from lab.engine.basics.data import circle
from lab.engine.nets.depth import deep_classifier, depth_stack
from lab.engine.nets.exchange import network_artifact, network_form, read_network
from lab.engine.nets.fast_plan import Layout
from lab.engine.nets.network import mlp, parameter_count
from lab.experiments.e13_residual_connections.edge_map import DEPTHS, GAINS, GOAL
from lab.experiments.e13_residual_connections.gestures import AS_CONTROL, Rewire, Wiring
from lab.experiments.e13_residual_connections.landscape import LEARNING, SIDE, hollows
from lab.experiments.e13_residual_connections.metrics import dies_at
from lab.experiments.e13_residual_connections.settings import Params
from lab.experiments.e13_residual_connections.words import verdict
from tests.asking import curves_of, divergence_of, hidden_of, limits_of, metrics_of, sentence_of, unused_of, why_of

SPECIFICATION = find("residual-connections").load()
MEASURED = json.loads(
    (Path(__file__).resolve().parents[2] / "assets" / "data" / "measured_nets.json").read_text("utf-8")
)
RELU = {"activation": "relu", "depth": 50}


def run(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, seed, tuple((0, action) for action in actions), steps))


def framed(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> Any:
    return run(steps, actions, seed, **values).snapshot()


def numbers(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> dict[str, Any]:
    return metrics_of(framed(steps, actions, seed, **values))


def row(part: str, **wanted: Any) -> Any:
    (found,) = [r for r in MEASURED[part] if all(r[key] == value for key, value in wanted.items())]
    return found


# One stack.


def test_a_stack_is_the_readable_networks_stack_of_the_same_seed() -> None:
    rng = np.random.default_rng(4)
    x, y = circle(256, 0.0, rng)
    blocks = depth_stack(12, 32, rng, "tanh", "xavier", 1.0, True, "layer")
    network = deep_classifier(2, blocks, 32, rng)
    loss, grads, out = network.gradients(x, y)
    frame = framed(seed=4, depth=12, activation="tanh", skip=True, norm="layer")
    found = metrics_of(frame)
    assert found["loss"] == pytest.approx(loss, rel=1e-5)
    assert found["parameters"] == parameter_count(network)
    assert found["spread_last"] == pytest.approx(float(np.std(out.activations[-2])), rel=1e-5)
    first = np.linalg.norm(next(part["weight"] for part in grads[1] if "weight" in part))
    assert found["first_gradient"] == pytest.approx(first, rel=1e-4)


@pytest.mark.parametrize(
    ("settings", "ratio"),
    [
        ({"depth": 10, "width": 64}, 4e-6),
        ({"depth": 20, "width": 64}, 1.9e-12),
        ({"depth": 20, "width": 64, "norm": "layer"}, 1.5),
        ({"depth": 20, "width": 64, "skip": True, "norm": "layer"}, 1.33),
    ],
)
def test_the_gradients_of_sigmoid_stacks_are_of_the_size_that_was_measured(settings: Any, ratio: float) -> None:
    """Measured with a random gradient; here it is that of a loss, which differs by a factor, not by its power."""
    found = numbers(**settings)["gradient_ratio"]
    assert abs(math.log10(found / ratio)) < (1.6 if ratio < 1e-3 else 1.2)


def test_tiny_first_weights_hide_behind_a_good_ratio() -> None:
    found = numbers(activation="tanh", scheme="normal", gain=0.01)
    assert 0.1 < found["gradient_ratio"] < 10
    assert found["spread_last"] < 1e-20
    assert found["signal_dies"] is not None


def test_skips_alone_explode_with_relu_and_norms_keep_the_size() -> None:
    assert numbers(skip=True, **RELU)["spread_last"] > 1e10
    assert 0.1 < numbers(norm="layer", **RELU)["spread_last"] < 10
    assert 1 < numbers(skip=True, norm="layer", **RELU)["spread_last"] < 20


@pytest.mark.parametrize("norm", ["none", "layer", "rms", "batch"])
def test_a_skip_and_a_norm_cost_no_parameter(norm: str) -> None:
    assert numbers(skip=True, norm=norm)["parameters"] == numbers()["parameters"] == 21249


def test_the_signal_dies_where_a_millionth_is_left_and_not_before() -> None:
    found = framed(activation="tanh", scheme="normal", gain=0.01).page.signals
    what, block = dies_at(found)
    assert what == "signal"
    assert found.spread[block] < 1e-6 * found.spread[0]
    assert found.spread[block - 1] >= 1e-6 * found.spread[0]


def test_the_gradient_dies_where_a_millionth_is_left_and_not_before() -> None:
    found = framed().page.signals
    what, block = dies_at(found)
    assert what == "gradient"
    assert found.gradient[block - 1] <= 1e-6 * found.gradient.max() < found.gradient[block]


def test_a_verdict_for_every_fate() -> None:
    fates = [{}, {"skip": True, "norm": "layer"}, {"skip": True, **RELU}, {"activation": "tanh", "gain": 0.02}]
    said = [verdict(framed(**fate).page) for fate in fates]
    for text, word in zip(said, ("gradient fades", "reach every block", "explodes", "signal fades"), strict=True):
        assert word in text


def test_the_gradient_at_a_block_is_what_came_around_and_through_it() -> None:
    """With tiny weights in F all of it comes around; without a skip nothing does."""
    small = framed(skip=True, activation="tanh", gain=0.01, block=7)
    assert metrics_of(small)["skip_share"] > 0.98
    plain = framed(activation="tanh", block=7)
    assert metrics_of(plain)["skip_share"] == 0.0
    half = framed(skip=True, norm="layer", block=7)
    term = why_of(half, "skip_share")
    assert term is not None
    assert term.value == pytest.approx(metrics_of(half)["skip_share"])


def test_every_share_of_numbers_adds_up_to_one_and_lies_where_the_numbers_are() -> None:
    found = framed(activation="tanh", skip=True).page.signals
    assert (found.shares.sum(axis=1)[:10] > 0.99).all()
    assert (found.low, found.reach) == (-found.reach, found.reach)
    sigmoid = framed().page.signals
    assert (sigmoid.low, sigmoid.reach) == (0.0, 1.0)  # its values lie between 0 and 1
    exploded = framed(skip=True, **RELU).page.signals
    assert exploded.shares[-1].sum() == 0.0  # all of them are beyond the edge


def test_ways_through_few_blocks_carry_the_gradient() -> None:
    found = framed(view="paths", activation="tanh", depth=30, skip=True, norm="layer")
    metrics, paths = metrics_of(found), found.page.paths
    assert 3 < metrics["mean_blocks"] < 10
    assert paths.shares.sum() == pytest.approx(1.0)
    trained = numbers(100, view="paths", activation="tanh", depth=30, skip=True, norm="layer")
    assert trained["mean_blocks"] < metrics["mean_blocks"]


def test_without_a_skip_all_of_the_gradient_came_through_no_residual_block_and_batch_norms_have_no_ways() -> None:
    assert framed(view="paths", activation="tanh").page.paths.shares[0] == 1.0
    assert framed(view="paths", skip=True, norm="batch").page.paths is None
    assert framed(view="stack", skip=True).page.paths is None


# The hand.


def test_a_block_is_rewired_by_hand_and_taken_back() -> None:
    simulation = run(skip=True)
    back = simulation.act(Rewire("skip", (3, 4), (0, 0)))
    assert metrics_of(simulation.snapshot())["skips"] == 18
    simulation.act(back)
    assert metrics_of(simulation.snapshot())["skips"] == 20
    simulation.act(Rewire("norm", (1,), (1,)))
    assert simulation.snapshot().page.blocks[0].norm == "layer"


def test_what_was_switched_by_hand_stays_when_the_control_changes() -> None:
    simulation = run(skip=True)
    simulation.act(Rewire("skip", (3,), (0,)))
    simulation.retune(replace(Params(), skip=False))
    simulation.retune(replace(Params(), skip=True))
    assert not simulation.snapshot().page.blocks[2].skip


def test_switching_a_block_keeps_its_weights_and_the_steps() -> None:
    simulation = run(10, skip=True, norm="layer")
    before = simulation.save()["part"]["race"]["stacks"][0]["parameters"]
    simulation.act(Rewire("skip", (3,), (0,)))
    assert np.array_equal(simulation.save()["part"]["race"]["stacks"][0]["parameters"], before)
    assert simulation.steps == 10


def test_taking_skips_out_lowers_the_gradient_before_them_only() -> None:
    whole = framed(skip=True, activation="sigmoid").page.signals.gradient
    cut = framed(skip=True, activation="sigmoid", actions=(Rewire("skip", (9, 10, 11), (0, 0, 0)),))
    found = cut.page.signals.gradient
    assert found[0] < 0.1 * whole[0]
    assert 0.1 < found[15] / whole[15] < 10


@pytest.mark.parametrize(
    "action",
    [
        Rewire("skip", (0,), (1,)),
        Rewire("skip", (21,), (1,)),
        Rewire("bias", (1,), (1,)),
        Rewire("skip", (1,), (2,)),
        Rewire("skip", (1, 2), (1,)),
    ],
)
def test_a_gesture_that_cannot_be_is_refused_and_changes_nothing(action: Rewire) -> None:
    simulation = run()
    with pytest.raises(ValueError, match=r"block|skip or norm|on: "):
        simulation.act(action)
    assert metrics_of(simulation.snapshot())["skips"] == 0
    simulation.act(Rewire("skip", (20,), (1,)))
    assert metrics_of(simulation.snapshot())["skips"] == 1


def test_blocks_are_switched_on_the_page_of_the_stack_only() -> None:
    with pytest.raises(ValueError, match="Stack"):
        run(topic="four").act(Rewire("skip", (1,), (1,)))


def test_a_wiring_is_back_at_the_control_when_it_is_taken_back() -> None:
    wiring, back = Wiring.plain(3).after(Rewire("skip", (2,), (1,)), (True,) * 3)
    assert wiring.skip == (AS_CONTROL, 1, AS_CONTROL)
    assert wiring.after(back, (True,) * 3)[0] == Wiring.plain(3)


# The four ways.


@pytest.mark.parametrize(("activation", "depth"), [("sigmoid", 30), ("tanh", 30), ("relu", 10)])
def test_the_four_ways_begin_as_was_measured(activation: str, depth: int) -> None:
    frame = framed(20, topic="four", activation=activation, depth=depth)
    for place, stack in enumerate(("plain", "residual", "norm", "both")):
        steps = 1 if stack == "norm" else 3  # norms alone are chaotic: rounding soon makes another curve of it
        curve = frame.page.past.column(place)[[0, 10, 20]][:steps]
        measured = row("depth_training", activation=activation, depth=depth, stack=stack)["curve"]
        assert curve == pytest.approx(measured[:steps], rel=2e-3)


def test_only_skips_and_norms_together_train_with_every_gate() -> None:
    """Measured, 50 blocks, 300 steps: each of the three others fails with one gate or another."""
    for stack in ("plain", "residual", "norm", "both"):
        losses = [
            row("depth_training", activation=g, depth=50, stack=stack)["loss"] for g in ("sigmoid", "tanh", "relu")
        ]
        assert (max(losses) < 0.01) == (stack == "both")


def test_relu_with_hes_weights_trains_without_either() -> None:
    """The lesson says so: that plain depth always fails is not true at this size."""
    assert row("depth_training", activation="relu", depth=50, stack="plain")["loss"] < 1e-6
    assert numbers(60, topic="four", **RELU)["plain_loss"] < 0.1


# The test of the three gates.


@pytest.mark.parametrize(
    ("build", "failing"),
    [({"skip": True}, "relu_loss"), ({"norm": "layer"}, "tanh_loss"), ({"skip": True, "norm": "rms"}, "sigmoid_loss")],
)
def test_a_build_that_lacks_something_leaves_a_gate_behind(build: dict[str, Any], failing: str) -> None:
    frame = framed(300, topic="exam", **build)
    assert metrics_of(frame)[failing] > 0.02
    progress = SPECIFICATION.challenges[0].check(frame, frame.params, ())
    assert not progress.done
    assert progress.failed


def test_the_test_is_met_by_both_repairs_in_time_and_not_a_step_before_the_worst_gate() -> None:
    check, simulation = SPECIFICATION.challenges[0].check, run(topic="exam", skip=True, norm="layer")
    met = None
    while met is None and simulation.steps < 300:
        advance(simulation)
        frame = simulation.snapshot()
        worst = metrics_of(frame)["loss"]
        assert check(frame, frame.params, ()).done == (worst < 0.01)
        met = simulation.steps if worst < 0.01 else None
    assert met is not None
    assert 60 < met < 300


def test_a_build_that_changed_on_the_way_does_not_count() -> None:
    frame = framed(130, topic="exam", skip=True, norm="layer")
    check = SPECIFICATION.challenges[0].check
    before, midway, rate = Set({"skip": True}), Set({"norm": "layer"}), Set({"block": 3})
    assert check(frame, frame.params, ((0, before), (40, rate))).done == (metrics_of(frame)["loss"] < 0.01)
    assert check(frame, frame.params, ((0, before), (40, midway))).failed


def test_the_test_is_failed_elsewhere_and_with_few_examples_a_step() -> None:
    check = SPECIFICATION.challenges[0].check
    for values in ({"topic": "four"}, {"topic": "exam", "batch": 255}):
        frame = framed(**values)
        assert check(frame, frame.params, ()).failed
    assert not check(framed(topic="exam", batch=256), Params(), ()).failed


def test_each_gate_begins_the_test_as_it_would_alone() -> None:
    exam = numbers(5, topic="exam", skip=True, norm="layer")
    for gate in ("sigmoid", "tanh", "relu"):
        alone = numbers(5, activation=gate, depth=50, skip=True, norm="layer")
        assert exam[f"{gate}_loss"] == pytest.approx(alone["loss"], rel=1e-6)


# BatchNorm with one example.


def test_a_batch_norm_of_one_example_leaves_nothing() -> None:
    one = framed(20, activation="relu", skip=True, norm="batch", batch=1)
    assert not one.page.signals.gradient.any()
    assert metrics_of(one)["gradient_ratio"] is None
    assert "none of them learns" in verdict(one.page)
    two = framed(0, activation="relu", skip=True, norm="batch", batch=2)
    assert two.page.signals.gradient.all()
    assert framed(0, activation="relu", skip=True, norm="layer", batch=1).page.signals.gradient.all()


def test_a_batch_norm_makes_another_network_of_it_when_used() -> None:
    one = numbers(20, activation="relu", skip=True, norm="batch", batch=1)
    assert one["used_loss"] > 100 * one["loss"]
    layer = numbers(20, activation="relu", skip=True, norm="layer")
    assert layer["used_loss"] == pytest.approx(layer["loss"], rel=1e-4)


# The landscape.


def test_with_norms_skips_turn_many_hollows_into_few() -> None:
    found = framed(LEARNING + SIDE, topic="landscape", activation="tanh", depth=30, norm="layer")
    metrics = metrics_of(found)
    assert metrics["plain_hollows"] > 3 * metrics["skip_hollows"]
    for heights, centre in zip(found.page.heights, found.page.centres, strict=True):
        assert heights[SIDE // 2, SIDE // 2] == pytest.approx(centre, rel=1e-4)


def test_the_landscape_grows_row_by_row_and_then_can_be_given() -> None:
    simulation = run(LEARNING, topic="landscape", depth=4, activation="tanh")
    assert np.isnan(simulation.snapshot().page.heights[0]).all()
    advance(simulation)
    heights = simulation.snapshot().page.heights[0]
    assert np.isfinite(heights[0]).all()
    assert np.isnan(heights[1:]).all()
    assert simulation.offer("loss-surface") is None
    while not simulation.done:
        advance(simulation)
    sent = simulation.offer("loss-surface")
    taken = find("gradient-descent").load()
    there = built(taken, checked(taken.params, {"surface": "received"}), 0, (sent,))
    advance(there)
    assert there.snapshot().step == 1


def test_hollows_are_points_below_all_eight_around_them() -> None:
    heights = np.ones((5, 5))
    assert hollows(heights) == 0
    heights[2, 2] = 0.5
    assert hollows(heights) == 1
    heights[1, 1] = 0.5  # now neither is below all its neighbours
    assert hollows(heights) == 0
    heights[0, 4] = 0.0  # at the edge
    assert hollows(heights) == 0


@pytest.mark.parametrize("topic", ["landscape", "map"])
def test_a_changed_control_begins_the_work_again(topic: str) -> None:
    values = {"topic": topic, "activation": "tanh", "depth": 3}
    simulation = run(2, **values)
    simulation.retune(checked(Params, values | {"skip": True, "norm": "layer"}))
    for _ in range(2):
        advance(simulation)
    fresh = framed(2, **values, skip=True, norm="layer")
    assert simulation.steps == 4
    found, wanted = simulation.snapshot().page, fresh.page
    if topic == "map":
        assert np.array_equal(found.losses, wanted.losses, equal_nan=True)
    else:
        assert found.centres == wanted.centres


def test_looking_at_another_block_does_not_begin_it_again() -> None:
    simulation = run(2, topic="map", activation="tanh")
    simulation.retune(replace(simulation.snapshot().params, block=5))
    assert simulation.snapshot().page.cells == 2


# The map.


def test_deep_plain_stacks_train_at_the_edge_only() -> None:
    found = framed(90, topic="map", activation="tanh").page
    assert 0.9 < found.edge < 1.3
    columns = {depth: found.took[:, place] >= 0 for place, depth in enumerate(DEPTHS)}
    middle, ends = GAINS.index(1.0), (0, len(GAINS) - 1)
    assert columns[48][middle]
    assert not any(columns[48][end] for end in ends)
    assert columns[4].sum() > columns[32].sum() > columns[64].sum()


def test_a_cell_is_a_run_of_its_own() -> None:
    found = framed(5, topic="map", activation="tanh").page
    place = GAINS.index(1.0)
    took = int(found.took[place, 0])
    alone = framed(100, depth=2, activation="tanh").page.past.column(0)
    assert took == int(np.flatnonzero(alone < GOAL)[0])


def test_no_edge_where_no_gradient_comes_back_as_large_and_none_with_widths() -> None:
    assert framed(1, topic="map", activation="sigmoid").page.edge is None
    assert framed(1, topic="map", activation="tanh", across="width").page.edge is None


# What arrives, what leaves.


def sent(sizes: tuple[int, ...] = (2, 4, 3, 1), hidden: str = "tanh", examples: bool = True) -> Artifact:
    network = mlp(sizes, np.random.default_rng(1), hidden, "logistic" if sizes[-1] == 1 else "softmax")
    x, y = circle(50, 0.0, np.random.default_rng(2))
    form = network_form(network, x, y.astype(float)) if examples else network_form(network)
    return network_artifact(form, "theirs")


def received(artifact: Artifact, **values: Any) -> Any:
    return built(SPECIFICATION, checked(Params, {"source": "received"} | values), 0, (artifact,))


def test_a_received_network_becomes_four_times_as_deep_and_keeps_its_own_layers() -> None:
    simulation = received(sent())
    page = simulation.snapshot().page
    assert page.sizes == (2, 4, 4, 4, 4, 3, 3, 3, 3, 1)
    assert page.fits == (True, True, True, False, True, True, True)
    assert page.title == "theirs"
    assert page.own == {0, 4, 8}
    own = read_network(sent().data)
    parameters = simulation.save()["part"]["race"]["stacks"][0]["parameters"]
    weights = Layout.of(page.sizes, parameters).weights
    assert weights[0][:, :-1] == pytest.approx(own.weights[0], rel=1e-6)
    assert weights[4][:, :-1] == pytest.approx(own.weights[1], rel=1e-6)
    assert weights[-1][:, :-1] == pytest.approx(own.weights[2], rel=1e-6)


def test_the_cure_goes_where_it_fits() -> None:
    simulation = received(sent())
    simulation.retune(replace(simulation.snapshot().params, skip=True, norm="layer"))
    found = metrics_of(simulation.snapshot())
    assert (found["skips"], found["norms"], found["blocks"]) == (6, 7, 7)
    with pytest.raises(ValueError, match="changes the number of units"):
        simulation.act(Rewire("skip", (4,), (1,)))
    for _ in range(5):
        advance(simulation)
    assert math.isfinite(metrics_of(simulation.snapshot())["loss"])


@pytest.mark.parametrize("sizes", [(2, 4, 1), (2, 4, 3), (5, 6, 6, 2)])
def test_a_network_without_examples_is_shown_its_own_answers(sizes: tuple[int, ...]) -> None:
    simulation = received(sent(sizes, examples=False), skip=True)
    advance(simulation)
    assert math.isfinite(metrics_of(simulation.snapshot())["loss"])


@pytest.mark.parametrize(("sizes", "word"), [((2, 129, 1), "129 units"), ((129, 1), "129 units")])
def test_a_network_that_does_not_fit_is_refused_in_words(sizes: tuple[int, ...], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        received(sent(sizes, examples=False))
    received(sent((2, 128, 1), examples=False))


def test_nothing_was_received_yet() -> None:
    with pytest.raises(ParamError, match="network"):
        run(source="received")


def test_a_network_without_a_hidden_layer_gets_blocks_before_its_sum() -> None:
    frame = received(sent((2, 1))).snapshot()
    assert frame.page.sizes == (2, 2, 2, 2, 2, 1)
    assert all(block.activation == "tanh" for block in frame.page.blocks)
    assert frame.page.own == {4}


def test_the_loss_around_a_stack_leaves_as_a_surface_with_the_stack_in_its_middle() -> None:
    simulation = run(3, depth=5, activation="tanh")
    data = simulation.offer("loss-surface").data
    assert data["heights"][SIDE // 2, SIDE // 2] == pytest.approx(metrics_of(simulation.snapshot())["loss"], rel=1e-4)
    for values in (
        {"topic": "four"},
        {"topic": "map"},
        {"depth": 100, "activation": "relu", "skip": True, "gain": 9.0},
    ):
        assert run(**values).offer("loss-surface") is None
    assert simulation.offer("network") is None


@pytest.mark.parametrize("giver", ["decision-boundaries", "forward-pass"])
def test_what_another_experiment_sends_is_taken_the_whole_way(giver: str) -> None:
    given = played(find(giver).load(), Setting(steps=5)).offer("network")
    assert received(given).snapshot().page.title == given.title
    assert SPECIFICATION.suited(given) == {"topic": "stack", "source": "received"}


# What is said of it.


def test_controls_of_other_pages_are_hidden_and_those_without_effect_have_a_reason() -> None:
    assert {"depth", "activation"} <= hidden_of(framed(topic="exam"))
    assert "across" in hidden_of(framed())
    assert "scale" in unused_of(framed())
    assert "scale" not in unused_of(framed(skip=True))
    assert "scale" not in unused_of(framed(actions=(Rewire("skip", (1,), (1,)),)))
    assert "gain" in unused_of(framed(topic="map"))
    assert "width" in unused_of(framed(topic="map", across="width"))


def test_what_runs_away_is_told_with_the_remedy() -> None:
    lost = framed(1, activation="relu", depth=100, skip=True, gain=10.0)
    told = divergence_of(lost)
    assert told is not None
    assert told.remedy == {"norm": "layer"}
    assert "no number" in sentence_of(lost)
    assert divergence_of(framed(1)) is None


def test_one_stack_that_runs_away_does_not_stop_the_others() -> None:
    frame = framed(3, topic="four", activation="relu", depth=100, gain=10.0)
    assert not all(math.isfinite(loss) for loss in frame.page.losses)
    assert math.isfinite(frame.page.losses[-1])
    assert divergence_of(frame) is None
    assert not run(3, topic="four", activation="relu", depth=100, gain=10.0).done
    assert run(3, activation="relu", depth=100, skip=True, gain=10.0).done


def test_the_depth_is_marked_from_which_on_nothing_arrives() -> None:
    mark = limits_of(framed(depth=40))["depth"].value
    assert mark is not None
    assert metrics_of(framed(depth=int(mark) + 2))["gradient_dies"] is not None
    assert metrics_of(framed(depth=int(mark) - 2))["gradient_dies"] is None
    assert limits_of(framed(skip=True, norm="layer"))["depth"].value is None
    assert limits_of(framed(activation="tanh", scheme="normal", gain=0.01))["depth"].value == 5


def test_curves_are_what_is_drawn() -> None:
    frame = framed(3, topic="four")
    losses = curves_of(frame)
    assert [len(curve.x) for curve in losses] == [4] * 4
    assert losses[0].y[-1] == metrics_of(frame)["plain_loss"]
    spread = curves_of(framed())[0]
    assert len(spread.x) == len(spread.y) == 21


@pytest.mark.parametrize("data", ["moons", "spirals"])
def test_other_points_can_be_learned(data: str) -> None:
    assert numbers(source=data)["loss"] != numbers()["loss"]
