"""Decision boundaries: the numbers of the course, a network that changes shape without losing weights, a canvas that
takes strokes back, and what comes from and goes to other experiments."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import apply_action, built, played
from lab.core.params import ParamError, checked
from lab.core.scene import Scene, from_json, to_json
from lab.core.simulation import Set
from lab.engine.basics.table import read_csv
from lab.engine.nets.exchange import NetworkForm, network_artifact, read_network
from lab.engine.nets.resize import dense_layers
from lab.experiments.e05_gradient_descent.received import received_surface
from lab.experiments.e09_decision_boundaries.examples import AROUND, scaled_to_canvas
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame
from lab.experiments.e09_decision_boundaries.gestures import (
    Ask,
    Erase,
    Paint,
    Resize,
    Restore,
    SetPoints,
    SetWeight,
)
from lab.experiments.e09_decision_boundaries.own_data import chosen_points
from lab.experiments.e09_decision_boundaries.painting import MAX_POINTS, Painting
from lab.experiments.e09_decision_boundaries.settings import hidden_sizes, written
from lab.experiments.e09_decision_boundaries.warp import warp_of
from lab.experiments.e09_decision_boundaries.words import percent, remark
from lab.runtime.track import Track
from tests.asking import divergence_of, metrics_of, unused_of, why_of

EXPERIMENT = find("decision-boundaries")
SPECIFICATION = EXPERIMENT.load()


def framed(steps: int = 0, actions: tuple[tuple[int, Any], ...] = (), seed: int = 0, **values: Any) -> BoundaryFrame:
    return played(SPECIFICATION, Setting(values, seed, actions, steps)).snapshot()


def simulation(steps: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, steps=steps))


def of_preset(id: str, steps: int, **values: Any) -> dict[str, Any]:
    setting = SPECIFICATION.preset(id).setting
    return dict(
        metrics_of(played(SPECIFICATION, replace(setting, values={**setting.values, **values}, steps=steps)).snapshot())
    )


def field_at(frame: BoundaryFrame, x: float, y: float) -> float:
    x0, x1, y0, y1 = frame.canvas_info.extent
    _k, rows, columns = frame.maps.field.shape
    return float(frame.maps.field[0, int((y - y0) / (y1 - y0) * rows), int((x - x0) / (x1 - x0) * columns)])


# ------------------------------------------------------------------------------------------- the course


def test_xor_cannot_be_cut_by_one_line_and_can_by_the_net_of_the_course() -> None:
    alone, four = of_preset("course", 500, hidden="0"), of_preset("course", 300)
    assert alone["right_seen"] <= 3 and alone["loss_seen"] == pytest.approx(np.log(2), abs=1e-6)
    assert four["right_seen"] == 4 and four["loss_seen"] < 0.01
    assert four["parameters"] == 17 and four["units"] == 4


@pytest.mark.parametrize("seed", range(5))
def test_two_units_do_not_close_the_circle_and_five_do(seed: int) -> None:
    two, five = (framed(2000, seed=seed, hidden=hidden).seen for hidden in ("2", "5"))
    assert two.accuracy < 0.93 and five.accuracy > 0.97


@pytest.mark.parametrize("seed", range(5))
def test_the_pars_of_the_presets_hold(seed: int) -> None:
    plain = {"noise": 0.0, "held_out": 0.0, "seed": seed}
    assert framed(3000, hidden="3", **plain).seen.accuracy > 0.99
    assert framed(3000, hidden="2", **plain).seen.accuracy < 0.9
    assert framed(1000, data="moons", hidden="4", learning_rate=0.1, held_out=0.0, seed=seed).seen.accuracy > 0.97
    spirals = framed(3000, data="spirals", n=600, hidden="8-8", held_out=0.0, seed=seed)
    assert spirals.seen.accuracy > 0.97


def test_the_field_is_a_forward_pass_at_every_pixel() -> None:
    frame = framed(200)
    x0, x1, _y0, _y1 = frame.canvas_info.extent
    side = frame.maps.field.shape[1]
    middles = x0 + (np.arange(side) + 0.5) * (x1 - x0) / side
    points = np.column_stack((middles, np.full(side, middles[30])))
    expected = frame.network.predict(points)[:, 0]
    np.testing.assert_allclose(frame.maps.field[0, 30], expected, atol=2e-5)
    assert frame.maps.units[0].shape == (4, 20, 20)


def test_a_large_network_gets_fewer_pixels_and_a_smaller_batch() -> None:
    frame = framed(hidden="32-32-32-32-32-32", batch_size=200)
    assert frame.maps.field.shape == (1, 40, 40) and metrics_of(frame)["parameters"] == 5409
    assert frame.batch == 184 and framed(batch_size=200).batch == 200


def test_all_zero_makes_twins_and_linear_layers_one_cut() -> None:
    assert metrics_of(framed(50, hidden="8", start="zero"))["twins"] == 7
    assert metrics_of(framed(50, hidden="8"))["twins"] == 0
    assert "straight cut" in remark(framed(hidden="8-8", activation="linear"))


def test_four_classes_have_a_share_of_belief_each() -> None:
    frame = framed(300, data="clouds")
    assert frame.classes == 4 and sum(frame.beliefs) == pytest.approx(1.0)
    assert frame.maps.field.shape[0] == 4 and frame.seen.accuracy > 0.97
    assert frame.seen.confusion.sum() == frame.seen.count


# ------------------------------------------------------------------- a network that changes its shape


def test_a_new_unit_changes_nothing_and_undo_takes_it_away_to_the_last_digit() -> None:
    run = simulation(300)
    before = run.snapshot()
    params, undo = apply_action(run, before.params, Set({"hidden": "7-7"}))
    wider = run.snapshot()
    assert wider.hidden_layers == (7, 7)
    apply_action(run, params, undo)
    after = run.snapshot()
    for one, two in zip(dense_layers(before.network), dense_layers(after.network), strict=True):
        np.testing.assert_array_equal(one.weight, two.weight)


def test_a_unit_that_was_taken_away_is_given_back_also_after_a_save() -> None:
    run = simulation(200)
    before = run.snapshot()
    params, undo = apply_action(run, before.params, Set({"hidden": "2"}))
    again = simulation()
    again.load(run.save())
    for one in (run, again):
        apply_action(one, params, undo)
        np.testing.assert_array_equal(one.snapshot().maps.field, before.maps.field)


def test_units_come_and_go_while_it_learns_and_the_old_weights_stay() -> None:
    run = simulation(200)
    before = run.snapshot()
    apply_action(run, before.params, Set({"hidden": "6"}))
    wide = run.snapshot()
    np.testing.assert_array_equal(dense_layers(wide.network)[0].weight[:, :4], dense_layers(before.network)[0].weight)
    np.testing.assert_allclose(wide.maps.field, before.maps.field, atol=1e-6)
    run.step()
    after = run.snapshot()
    assert after.step == 201 and after.hidden_layers == (6,) and after.epoch > wide.epoch > 18


def test_gate_loss_and_inputs_are_changed_in_flight() -> None:
    run = simulation(100)
    params = run.snapshot().params
    for change in (
        {"activation": "relu"},
        {"loss": "mse"},
        {"features": ("x1", "x2", "product")},
        {"optimizer": "sgd"},
        {"held_out": 0.0},
        {"hidden": "0"},
        {"features": ("x1_squared",)},
    ):
        weights = dense_layers(run.snapshot().network)[0].weight
        params, _undo = apply_action(run, params, Set(change))
        run.step()
        if "features" in change and len(change["features"]) == 3:
            kept = dense_layers(run.snapshot().network)[0].weight
            assert kept.shape[0] == 3 and weights.shape[0] == 2
    assert metrics_of(run.snapshot())["parameters"] == 2
    with pytest.raises(ParamError, match="input"):
        apply_action(run, params, Set({"features": ()}))


@pytest.mark.parametrize(
    ("text", "sizes"), [("4", (4,)), ("8-8", (8, 8)), ("0", ()), ("", ()), ("3, 2 1", (3, 2, 1)), ("2→4", (2, 4))]
)
def test_hidden_layers_are_typed_in_many_ways(text: str, sizes: tuple[int, ...]) -> None:
    assert hidden_sizes(text) == sizes and hidden_sizes(written(sizes)) == sizes


@pytest.mark.parametrize("text", ["four", "33", "1-1-1-1-1-1-1", "4.5", "9999", "-0-3", "0-3"])
def test_what_is_no_network_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ParamError, match="hidden"):
        checked(SPECIFICATION.params, {"hidden": text})


def test_a_weight_set_by_hand_is_set_and_taken_back() -> None:
    run = simulation(50)
    before = dense_layers(run.snapshot().network)[0].weight.copy()
    undo = run.act(SetWeight(0, 1, 0, 3.5))
    assert dense_layers(run.snapshot().network)[0].weight[0, 1] == 3.5
    run.act(undo)
    np.testing.assert_array_equal(dense_layers(run.snapshot().network)[0].weight, before)
    assert run.act(SetWeight(9, 0, 0, 1.0)) is None and run.act(SetWeight(0, 0, 7, 1.0)) is None
    with pytest.raises(ValueError, match="value"):
        run.act(SetWeight(0, 0, 0, float("nan")))
    assert dense_layers(run.snapshot().network)[0].bias[1] != 2.0
    run.act(SetWeight(0, 1, -1, 2.0))
    assert dense_layers(run.snapshot().network)[0].bias[1] == 2.0


def test_a_third_class_gives_the_network_a_third_output_and_undo_takes_it() -> None:
    run = simulation(100)
    undo = run.act(Paint("circle", 1, 0, 2, (2.3, 2.4), (2.3, 2.4)))
    assert run.snapshot().classes == 3
    run.step()
    again = run.act(undo)
    assert run.snapshot().classes == 2 and isinstance(again, Restore)
    run.act(again)
    assert run.snapshot().classes == 3 and len(run.snapshot().points) == 302


def test_a_second_output_says_what_one_said() -> None:
    run = simulation(300)
    before = run.snapshot()
    run.act(Paint("circle", 1, 0, 3, (2.5,), (2.5,)))
    after = run.snapshot()
    ahead = after.network.forward(before.points.x).outputs
    np.testing.assert_allclose(
        ahead[:, 1] - ahead[:, 0], before.network.forward(before.points.x).outputs[:, 0], atol=1e-9
    )


# ------------------------------------------------------------------------------------------ the canvas


def test_pieces_of_a_stroke_may_overlap() -> None:
    canvas = Painting(np.zeros((0, 2)), np.zeros(0))
    canvas.paint(1, 0, 0, np.array([[0.0, 0], [1, 0]]))
    canvas.paint(1, 1, 0, np.array([[1.0, 0], [2, 0], [3, 0]]))
    canvas.paint(1, 0, 0, np.array([[0.0, 0], [1, 0], [2, 0], [3, 0], [4, 0]]))
    assert canvas.points.x[:, 0].tolist() == [0, 1, 2, 3, 4] and canvas.dabs == 5


def test_what_was_rubbed_out_comes_back_with_undo() -> None:
    canvas = Painting(np.array([[0.0, 0], [1, 1]]), np.array([0, 1]))
    canvas.paint(1, 0, 2, np.array([[0.1, 0.0]]))
    canvas.erase(2, 0, 0.2, np.array([[0.0, 0.0]]))
    assert canvas.points.labels.tolist() == [1]
    assert canvas.withdraw(2) and canvas.points.labels.tolist() == [0, 1, 2]
    assert not canvas.withdraw(2) and not canvas.withdraw(9) and not canvas.restore(1)
    assert canvas.restore(2) and canvas.points.labels.tolist() == [1]
    again = Painting.load(canvas.save())
    np.testing.assert_array_equal(again.points.x, canvas.points.x)


def test_a_full_canvas_takes_no_more() -> None:
    canvas = Painting(np.zeros((MAX_POINTS - 1, 2)), np.zeros(MAX_POINTS - 1))
    canvas.paint(1, 0, 0, np.ones((5, 2)))
    assert len(canvas.points) == MAX_POINTS


def test_a_point_stays_hidden_or_seen_while_others_come() -> None:
    run = simulation(held_out=0.5)
    before = run.snapshot()
    run.act(Paint("circle", 1, 0, 0, (0.0, 0.1), (0.0, 0.1)))
    after = run.snapshot()
    np.testing.assert_array_equal(after.held_out[: len(before.points)], before.held_out)
    assert abs(before.held_out.mean() - 0.5) < 0.02


def test_of_a_few_points_none_is_hidden_and_a_secret_does_not_leave() -> None:
    assert framed(data="corners", held_out=0.5).held_out.sum() == 0
    assert "held_out" in unused_of(framed(data="corners"))
    secret = simulation(data="secret")
    assert len(secret.offer("points").data["x"]) == (~secret.snapshot().held_out).sum()


def test_strokes_stay_when_it_starts_over_and_belong_to_their_points() -> None:
    assert Paint.is_data and Erase.is_data and SetPoints.is_data and not hasattr(SetWeight, "is_data")
    run = simulation()
    assert run.act(Paint("moons", 1, 0, 0, (0.0,), (0.0,))) is None and len(run.snapshot().points) == 300
    for wrong in (
        Paint("circle", 0, 0, 0, (0.0,), (0.0,)),
        Paint("circle", 1, 0, 7, (0.0,), (0.0,)),
        Paint("circle", 1, 0, 0, (float("inf"),), (0.0,)),
        Paint("circle", 1, -1, 0, (0.0,), (0.0,)),
    ):
        with pytest.raises(ValueError):
            run.act(wrong)
    assert len(run.snapshot().points) == 300


def test_an_empty_canvas_waits_and_one_class_is_told() -> None:
    run = simulation(data="empty")
    assert run.done and "No points" in remark(run.snapshot()) and metrics_of(run.snapshot())["loss_seen"] is None
    run.act(Paint("empty", 1, 0, 0, (0.0, 0.5, 1.0), (0.0, 0.0, 0.0)))
    assert not run.done
    run.step()
    assert "Only one class" in remark(run.snapshot()) and run.steps == 1


def test_contradictions_and_lopsided_points_are_told() -> None:
    first, second = Paint("empty", 1, 0, 0, (0.0, 1.0), (0.0, 0.0)), Paint("empty", 2, 0, 1, (0.0,), (0.0,))
    two = framed(actions=((0, first), (0, second)), data="empty", held_out=0.0)
    assert two.points.clashes == 1 and "two classes" in remark(two)
    many = Paint("empty", 1, 0, 0, tuple(i / 10 for i in range(19)), (0.0,) * 19)
    one = framed(actions=((0, many), (0, Paint("empty", 2, 0, 1, (0.0,), (1.0,)))), data="empty", held_out=0.0)
    assert one.majority == 0.95 and "95.0 %" in remark(one)


# ------------------------------------------------------------------------------- data of one's own


def test_own_points_are_scaled_to_the_canvas_and_both_units_are_told() -> None:
    points = SetPoints((20.0, 40, 60, 80), (1.0, 2, 3, 5), (0, 1, 0, 1), ("age", "height"), ("cat", "dog"))
    frame = framed(actions=((0, points),), data="own", held_out=0.0)
    assert frame.canvas_info.names == ("age", "height") and frame.canvas_info.scaled
    assert np.abs(frame.points.x).max() <= 2.01 and "age" in remark(frame)
    middle, unit = frame.canvas_info.scales[0]
    np.testing.assert_allclose(frame.points.x[:, 0] * unit + middle, points.x)


def test_a_file_with_points_of_ones_own_hides_the_same_ones_for_everybody() -> None:
    track = Track(EXPERIMENT, Scene(EXPERIMENT.id, params={"data": "own", "held_out": 0.5}))
    places = np.random.default_rng(3).normal(size=(60, 2))
    labels = tuple((places[:, 0] * places[:, 1] > 0).astype(int).tolist())
    track.act(SetPoints(tuple(places[:, 0].tolist()), tuple(places[:, 1].tolist()), labels, title="Contest"))
    track.go(200)
    track.run_to_goal()
    other = Track(EXPERIMENT, from_json(to_json(track.scene()), find))
    other.run_to_goal()
    mine, theirs = track.snapshot(), other.snapshot()
    assert 20 <= mine.held_out.sum() <= 40 and np.array_equal(mine.held_out, theirs.held_out)
    assert metrics_of(mine) == metrics_of(theirs) and theirs.test is not None


def test_points_that_fit_stay_where_they_are() -> None:
    found = scaled_to_canvas(np.array([[-1.0, -1], [1, 1]]), np.array([0, 1]), ("a", "b"), (), "")
    assert found.canvas_info.extent == AROUND and not found.canvas_info.scaled


@pytest.mark.parametrize(
    "points",
    [SetPoints((1.0,), (1.0, 2.0), (0,)), SetPoints((1.0,), (1.0,), (4,)), SetPoints((float("nan"),), (1.0,), (0,))],
)
def test_own_points_that_do_not_fit_are_refused(points: SetPoints) -> None:
    with pytest.raises(ValueError, match="points"):
        simulation(data="own").act(points)


# --------------------------------------------------------------------------- sent and received


def test_the_network_goes_out_in_the_common_form_with_its_points() -> None:
    run = simulation(200, hidden="5-3")
    given, frame = run.offer("network"), run.snapshot()
    form = read_network(given.data, inputs=2)
    assert form.sizes == (2, 5, 3, 1) and (form.hidden, form.output, form.loss) == ("tanh", "sigmoid", "cross-entropy")
    assert len(form.x) == frame.seen.count and "step 200" in given.origin
    np.testing.assert_allclose(form.to_network().predict(frame.points.x), frame.network.predict(frame.points.x))


def test_a_network_comes_back_as_it_left() -> None:
    run = simulation(300)
    given, frame = run.offer("network"), run.snapshot()
    params = checked(SPECIFICATION.params, {"data": "received", "start": "received", "held_out": 0.0})
    back = built(SPECIFICATION, params, 0, (given,)).snapshot()
    assert back.seen.right == frame.seen.right and back.hidden_layers == (4,)
    np.testing.assert_array_equal(dense_layers(back.network)[0].weight, dense_layers(frame.network)[0].weight)
    assert np.ptp(back.points.x) < back.canvas_info.extent[1] - back.canvas_info.extent[0]


def test_the_neuron_of_experiment_7_becomes_the_start_with_its_table() -> None:
    other = find("single-neuron").load()
    setting = Setting({"data": "or", "w1": 2.0, "w2": 2.0, "bias": -1.0})
    given = played(other, setting).offer("network")
    params = checked(SPECIFICATION.params, {"data": "received", "start": "received", "held_out": 0.0})
    frame = built(SPECIFICATION, params, 0, (given,)).snapshot()
    assert frame.seen.right == 4 and dense_layers(frame.network)[0].weight.tolist() == [[2.0], [2.0]]
    assert len(frame.points) == 4


@pytest.mark.parametrize("output", ["sigmoid", "tanh", "step"])
def test_a_single_neuron_becomes_the_start(output: str) -> None:
    x, labels = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 0, 0, 1])
    neuron = NetworkForm((np.array([[2.0, 2.0]]),), (np.array([-3.0]),), "linear", output, x, labels)
    params = checked(SPECIFICATION.params, {"data": "received", "start": "received", "held_out": 0.0})
    frame = built(SPECIFICATION, params, 0, (network_artifact(neuron, "AND"),)).snapshot()
    assert frame.hidden_layers == () and frame.seen.right == 4
    assert field_at(frame, 0.2, 0.2) < 0.5 < field_at(frame, 1.1, 1.1)
    assert "hidden" in unused_of(frame)


def test_a_regression_output_keeps_its_boundary_at_one_half() -> None:
    form = NetworkForm((np.array([[1.0, 0.0]]),), (np.array([0.0]),), "linear", "identity", loss="mse")
    params = checked(SPECIFICATION.params, {"data": "received", "start": "received"})
    frame = built(SPECIFICATION, params, 0, (network_artifact(form, "x"),)).snapshot()
    assert field_at(frame, 0.45, 0.0) < 0.5 < field_at(frame, 0.56, 0.0)


def test_a_three_class_network_keeps_its_outputs_without_points() -> None:
    form = NetworkForm((np.ones((3, 2)),), (np.zeros(3),), "linear", "softmax")
    params = checked(SPECIFICATION.params, {"data": "received", "start": "received"})
    assert built(SPECIFICATION, params, 0, (network_artifact(form, "x"),)).snapshot().classes == 3


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (NetworkForm((np.ones((1, 3)),), (np.zeros(1),), "tanh", "sigmoid"), "3"),
        (NetworkForm((np.ones((40, 2)), np.ones((1, 40))), (np.zeros(40), np.zeros(1)), "tanh", "sigmoid"), "40"),
        (NetworkForm((np.ones((5, 2)),), (np.zeros(5),), "tanh", "softmax"), "5 outputs"),
        (NetworkForm((np.ones((2, 2)), np.ones((1, 2))), (np.zeros(2), np.zeros(1)), "elu", "sigmoid"), "elu"),
    ],
)
def test_networks_that_do_not_fit_are_refused_by_name(form: NetworkForm, message: str) -> None:
    params = checked(SPECIFICATION.params, {"data": "received", "start": "received"})
    with pytest.raises(ValueError, match=message):
        built(SPECIFICATION, params, 0, (network_artifact(form, "x"),))


def test_points_and_tables_are_received() -> None:
    params = checked(SPECIFICATION.params, {"data": "received"})
    given = simulation(data="moons").offer("points")
    frame = built(SPECIFICATION, params, 0, (given,)).snapshot()
    assert len(frame.points) == 300 and not frame.canvas_info.scaled
    table = Artifact("table", "T", {"values": np.array([[10.0, 100, 3], [20, 300, 7]]), "names": ["a", "b", "kind"]})
    shown = built(SPECIFICATION, params, 0, (table,)).snapshot()
    assert shown.canvas_info.names == ("a", "b") and shown.canvas_info.classes == ("3", "7") and shown.classes == 2
    prices = Artifact(
        "table", "T", {"values": np.column_stack((np.arange(30.0), np.arange(30.0) % 7, np.arange(30.0)))}
    )
    halves = built(SPECIFICATION, params, 0, (prices,)).snapshot()
    assert halves.canvas_info.classes == ("column 3 ≤ 14.5", "column 3 > 14.5") and halves.points.labels.sum() == 15
    with pytest.raises(ValueError, match="two columns"):
        built(SPECIFICATION, params, 0, (Artifact("table", "", {"x": np.zeros(3)}),))
    for data, message in (
        ({"x": np.zeros((2, 3)), "labels": np.zeros(2)}, "x: shape"),
        ({"x": np.zeros((2, 2)), "labels": np.array([0, 9])}, "labels"),
        ({"x": np.full((2, 2), np.inf), "labels": np.zeros(2)}, "x: needs finite"),
    ):
        with pytest.raises(ValueError, match=message):
            built(SPECIFICATION, params, 0, (Artifact("points", "", data),))
    with pytest.raises(ParamError, match="data"):
        built(SPECIFICATION, params, 0)


def test_a_received_network_grows_behind_its_own_gate() -> None:
    artifact = simulation(data="circle", hidden="3", activation="relu").offer("network")
    params = checked(SPECIFICATION.params, {"data": "received", "start": "received"})
    run = built(SPECIFICATION, params, 0, (artifact,))
    assert "activation" in unused_of(run.snapshot()) and run.snapshot().gate == "relu"
    back = run.act(Resize((5, 4)))
    assert run.snapshot().hidden_layers == (5, 4) and run.snapshot().gate == "relu"
    run.step()
    assert back == Resize((3,)) and run.act(back) == Resize((5, 4))
    assert run.act(Resize((3,))) is None
    run.retune(replace(params, hidden="6"))
    assert run.snapshot().hidden_layers == (6,) and run.snapshot().gate == "relu"
    with pytest.raises(ValueError, match="most"):
        run.act(Resize((33,)))


def test_pairs_without_a_class_lie_on_two_sides_of_their_best_line() -> None:
    params = checked(SPECIFICATION.params, {"data": "received", "start": "received"})
    x = np.array([0.0, 1, 2, 3, 4])
    data = {"x": x, "y": 2 * x + [1.0, -1, 0.5, -1, 0.5], "x_name": "age", "y_name": "height"}
    shown = built(SPECIFICATION, params, 0, (Artifact("table", "T", data),)).snapshot()
    assert shown.points.labels.tolist() == [1, 0, 1, 0, 1] and shown.canvas_info.names == ("age", "height")
    assert shown.canvas_info.classes == ("below the line", "above the line")
    level = Artifact("table", "T", {"x": np.ones(3), "y": np.ones(3)})
    assert built(SPECIFICATION, params, 0, (level,)).snapshot().points.labels.tolist() == [0, 0, 0]
    uneven = Artifact("table", "T", {"x": np.ones(3), "y": np.ones(2)})
    with pytest.raises(ValueError, match="y: 2 rows"):
        built(SPECIFICATION, params, 0, (uneven,))


def test_the_loss_around_the_network_is_a_hill_that_experiment_5_takes() -> None:
    run = simulation(400)
    hill = run.offer("loss-surface")
    surface, names, _table = received_surface(hill)
    assert surface.value(0.0, 0.0) == pytest.approx(run.snapshot().seen.loss, rel=1e-6) and names[0]
    assert float(hill.data["heights"].max()) > float(hill.data["heights"][20, 20])
    assert run.offer("tokenizer") is None and simulation(data="empty").offer("loss-surface") is None


def test_a_damaged_state_is_refused() -> None:
    run = simulation(5)
    good = run.save()
    for key in ("painting", "learner", "ground", "ball"):
        with pytest.raises(ValueError, match="state"):
            run.load({name: value for name, value in good.items() if name != key})
    with pytest.raises(ValueError, match="state"):
        run.load(good | {"learner": dict(good["learner"], network=good["learner"]["network"] | {"flat": np.zeros(3)})})


# ------------------------------------------------------------------------------------ the bent space


@pytest.mark.parametrize(("preset", "steps"), [("course", 400), ("circle", 1500), ("spirals", 2500)])
def test_the_boundary_is_a_straight_line_in_the_bent_space(preset: str, steps: int) -> None:
    setting = replace(SPECIFICATION.preset(preset).setting, steps=steps)
    frame = played(SPECIFICATION, setting).snapshot()
    warp = warp_of(frame, 0, 1.0, False)
    a, b, c = warp.cut
    side = a * warp.points[:, 0] + b * warp.points[:, 1] + c
    x = frame.points.x[~frame.held_out][: len(side)]
    np.testing.assert_allclose(side, frame.network.forward(x).outputs[:, 0], atol=1e-6 * max(1.0, np.abs(side).max()))


def test_the_way_to_the_layer_begins_at_the_canvas() -> None:
    frame = framed(200, hidden="5-3")
    start = warp_of(frame, 1, 0.0, False)
    np.testing.assert_array_equal(start.points, frame.points.x[~frame.held_out])
    assert start.cut is None and warp_of(frame, 9, 1.0, False).layer == 2
    assert warp_of(framed(hidden="0"), 0, 1.0, False).layer == 0
    assert len(warp_of(framed(data="empty"), 0, 1.0, False).points) == 0


def test_the_ball_answers_with_its_arithmetic() -> None:
    frame = framed(100, actions=((0, Ask(0.3, -0.4)),))
    shown = metrics_of(frame)
    expected = float(frame.network.predict(np.array([[0.3, -0.4]]))[0, 0])
    assert shown["p_b"] == pytest.approx(expected) and shown["p_a"] == pytest.approx(1 - expected)
    assert why_of(frame, "p_b").value == pytest.approx(expected, rel=1e-9)
    assert "tanh" in why_of(frame, "z").python()


def test_a_loss_beyond_all_bounds_is_infinite_and_explained_while_the_weights_are_still_numbers() -> None:
    """Their squares overflow a few steps earlier: it was written as NaN, and nothing said why."""
    values = {"learning_rate": 10, "loss": "mse", "hidden": "4,4,4", "optimizer": "sgd", "activation": "tanh"}
    track = Track(EXPERIMENT, Scene(EXPERIMENT.id, params=values))
    seen = []
    for _ in range(200):
        if not track.simulation.done:
            track.work()
        frame = track.snapshot()
        seen.append((metrics_of(frame)["loss_seen"], frame.lost, divergence_of(frame)))
    finite = [divergence for loss, _lost, divergence in seen if math.isfinite(loss)]
    early = [(loss, divergence) for loss, lost, divergence in seen if not math.isfinite(loss) and lost < 0]
    assert finite and set(finite) == {None}
    assert early and all(loss == math.inf and divergence.tensor == "the loss" for loss, divergence in early)
    assert seen[-1][2].tensor == "a weight"


@pytest.mark.parametrize(("rows", "fits"), [(MAX_POINTS, True), (MAX_POINTS + 1, False)])
def test_a_table_with_more_rows_than_there_is_room_for_is_refused(rows: int, fits: bool) -> None:
    half = rows // 2
    text = "a,b,kind\n" + "1,2,cat\n" * half + "3,4,dog\n" * (rows - half)
    if fits:
        assert len(chosen_points(read_csv(text), "a", "b", "kind").x) == rows
        return
    with pytest.raises(ValueError, match=f"{rows} rows; there is room for {MAX_POINTS}"):
        chosen_points(read_csv(text), "a", "b", "kind")


@pytest.mark.parametrize(
    ("right", "of", "shown"),
    [
        (188, 211, "89.1 %"),
        (79, 89, "88.8 %"),
        (999, 1000, "99.9 %"),
        (4999, 5000, "99.9 %"),
        (7, 7, "100 %"),
        (0, 9, "0 %"),
    ],
)
def test_a_share_is_rounded_as_with_a_calculator_but_never_up_to_all(right: int, of: int, shown: str) -> None:
    assert percent(right / of) == shown
