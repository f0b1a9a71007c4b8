"""Backpropagation, the numbers: every gradient of the course against the engine's, paths, checks, bugs, puzzles."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import advance, built, played
from lab.core.params import ParamError, checked, replaced
from lab.core.scene import packed, unpacked
from lab.engine.basics.activations import sigmoid
from lab.engine.graph.networks import COURSE_NET
from lab.engine.graph.wrong_rules import WRONG_RULES
from lab.engine.nets.backprop import backward, forward
from lab.engine.nets.exchange import NetworkForm, network_artifact, read_network
from lab.experiments.e11_backpropagation.frame import GraphFrame
from lab.experiments.e11_backpropagation.gestures import Accuse, Fill, Look, SetLeaf
from lab.experiments.e11_backpropagation.graphs import metric_name
from lab.experiments.e11_backpropagation.presets import MICROGRAD, NEURON
from lab.experiments.e11_backpropagation.puzzle import MISTAKES
from lab.experiments.e11_backpropagation.steps import step_lines
from lab.experiments.e11_backpropagation.words import remark
from tests.asking import divergence_of, metrics_of, why_of
from tests.contract.fingerprints import fingerprint

SPECIFICATION = find("backpropagation").load()
COURSE = {"graph": "course", "learning_rate": 0.5}


def framed(steps: int = 0, actions: tuple[tuple[int, Any], ...] = (), **values: Any) -> GraphFrame:
    return played(SPECIFICATION, Setting(values, 0, actions, steps)).snapshot()


def received(artifact: Artifact, **values: Any) -> Any:
    params = checked(SPECIFICATION.params, {"graph": "received", **values})
    return built(SPECIFICATION, params, 0, (artifact,))


# -------------------------------------------------------------------------------------- the course


@pytest.mark.parametrize("detail", ["layers", "numbers"])
def test_every_gradient_of_the_course_is_that_of_the_blackboard(detail: str) -> None:
    layers = [(np.array(w), np.array(b)) for w, b in COURSE_NET]
    cache = forward(layers, np.array([[0.5, -0.3]]))
    expected = backward(layers, cache, np.array([[0.8]]))
    metrics = metrics_of(framed(49 if detail == "numbers" else 19, detail=detail, **COURSE))
    assert metrics["loss"] == pytest.approx(0.0122784155)
    for n, layer in enumerate(expected, 1):
        for letter, array in (("a", layer.a[0]), ("z", layer.z[0]), ("W", layer.weight), ("b", layer.bias)):
            for index in np.ndindex(array.shape):
                name = "grad_" + metric_name(f"{letter}{n}[{','.join(str(i + 1) for i in index)}]")
                assert metrics[name] == pytest.approx(array[index], rel=1e-12), name


def test_a_weights_gradient_is_what_came_in_times_the_blame() -> None:
    metrics = metrics_of(framed(19, **COURSE))
    for i in (1, 2):
        for j in (1, 2, 3):
            product = metrics[f"value_x_{i}"] * metrics[f"grad_z1_{j}"]  # type: ignore[operator]
            assert metrics[f"grad_W1_{i}_{j}"] == pytest.approx(product)


def test_the_update_lowers_the_loss_by_the_rule_on_screen() -> None:
    before, after = framed(19, **COURSE), framed(29, **COURSE)
    assert after.round == 1
    assert metrics_of(after)["loss"] < metrics_of(before)["loss"]  # type: ignore[operator]
    old, gradient = metrics_of(before)["value_W2_1_1"], metrics_of(before)["grad_W2_1_1"]
    assert metrics_of(after)["new_W2_1_1"] == pytest.approx(old - 0.5 * gradient)  # type: ignore[operator]


def test_micrograds_public_example() -> None:
    metrics = metrics_of(framed(51, formula=MICROGRAD))
    assert metrics["loss"] == pytest.approx(24.7041, abs=5e-5)
    assert metrics["grad_a"] == pytest.approx(138.8338, abs=5e-5)
    assert metrics["grad_b"] == pytest.approx(645.5773, abs=5e-5)
    assert metrics["paths"] == 24
    assert metrics["path_sum"] == pytest.approx(138.8338, abs=5e-5)


def test_the_neuron_of_the_tutorial() -> None:
    metrics = metrics_of(framed(11, formula=NEURON))
    expected = {"x1": -1.5, "w1": 1.0, "x2": 0.5, "w2": 0.0, "b": 0.5}
    for name, gradient in expected.items():
        assert metrics[f"grad_{name}"] == pytest.approx(gradient, abs=1e-9), name


# ---------------------------------------------------------------------------------------- the walk


def test_nothing_is_known_before_it_is_reached_and_back_takes_it_away() -> None:
    frame = framed(3)
    assert metrics_of(frame)["grad_L"] == 1.0
    assert metrics_of(frame)["grad_a"] is None
    assert metrics_of(framed(1))["loss"] is None
    assert metrics_of(framed(0))["value_a"] == 2.0


def test_granularities_end_where_a_pass_or_a_round_is_complete() -> None:
    simulation = built(SPECIFICATION, SPECIFICATION.params(), 0)
    ends, rounds = [], []
    for step in range(1, 13):
        advance(simulation)
        if simulation.at_boundary("pass"):
            ends.append(step)
        if simulation.at_boundary("round"):
            rounds.append(step)
    assert ends == [2, 5, 6, 8, 11, 12]
    assert rounds == [6, 12]
    assert simulation.boundary_before("round") == 6
    assert simulation.boundary_before("pass") == 11
    assert simulation.boundary_before("node") == 11


def test_a_leaf_set_by_hand_changes_everything_up_to_here_and_is_taken_back() -> None:
    simulation = played(SPECIFICATION, Setting(steps=5))
    before = simulation.snapshot()
    undo = simulation.act(SetLeaf(before.key, "a", 5.0, True))
    after = simulation.snapshot()
    assert metrics_of(after)["loss"] == -5.0
    assert metrics_of(after)["grad_b"] == 5.0
    assert metrics_of(after)["grad_a"] == -3.0
    simulation.act(undo)
    assert metrics_of(simulation.snapshot()) == metrics_of(before)


def test_one_entry_of_a_matrix_is_set_by_its_name() -> None:
    simulation = played(SPECIFICATION, Setting(COURSE, steps=19))
    key = simulation.snapshot().key
    undo = simulation.act(SetLeaf(key, "W1[2,3]", 0.0))
    assert metrics_of(simulation.snapshot())["value_W1_2_3"] == 0.0
    assert undo == SetLeaf(key, "W1[2,3]", -0.6)


def test_gestures_of_another_graph_change_nothing_and_impossible_numbers_are_refused() -> None:
    simulation = built(SPECIFICATION, SPECIFICATION.params(), 0)
    before = fingerprint(simulation.snapshot())
    for action in (SetLeaf("other", "a", 1.0), SetLeaf(simulation.snapshot().key, "q", 1.0), Look("zz"), Fill("a", 1)):
        assert simulation.act(action) is None
    assert fingerprint(simulation.snapshot()) == before
    for value in (float("nan"), float("inf"), 1e13):
        with pytest.raises(ValueError, match="10¹²"):
            simulation.act(SetLeaf(simulation.snapshot().key, "a", value))
    with pytest.raises(ValueError, match="no gesture"):
        simulation.act("rubbish")


def test_data_are_not_moved_by_an_update_unless_there_is_nothing_else() -> None:
    kept = metrics_of(framed(12, formula=NEURON))
    assert kept["value_x1"] == 2.0
    assert kept["value_w1"] != -3.0
    moved = metrics_of(framed(6, formula="x^2; x = 3"))
    assert moved["value_x"] == pytest.approx(3 - 0.05 * 6)


# ------------------------------------------------------------------------------------ bugs and check


def test_each_bug_makes_gradients_wrong_and_leaves_values_right() -> None:
    for bug, values, steps, name in (
        ("assign", {"formula": "a*a + a; a = 3"}, 5, "grad_a"),
        ("keep", {"passes": 2}, 9, "grad_a"),
        ("transpose", COURSE, 19, "grad_W1_1_2"),
        ("cache", COURSE, 19, "grad_W2_1_1"),
    ):
        good, bad = framed(steps, **values), framed(steps, bugs=[bug], **values)
        assert metrics_of(bad)["loss"] == metrics_of(good)["loss"]
        assert metrics_of(bad)[name] != pytest.approx(metrics_of(good)[name]), bug


def test_a_bug_can_be_switched_while_the_walk_stands() -> None:
    simulation = played(SPECIFICATION, Setting({"formula": "a*a + a; a = 3"}, steps=5))
    params = simulation.snapshot().params
    simulation.retune(replaced(params, {"bugs": ["assign"]}))
    assert metrics_of(simulation.snapshot())["grad_a"] == 3.0
    simulation.retune(params)
    assert metrics_of(simulation.snapshot())["grad_a"] == 7.0
    with pytest.raises(ValueError, match="starting over"):
        simulation.retune(replaced(params, {"formula": "a" * 0 + "a + 1"}))


def test_the_u_curve_has_the_numbers_of_the_course() -> None:
    formula = "exp(x)*sin(x); x = 1.5"
    errors = {h: metrics_of(framed(7, formula=formula, h=h))["error"] for h in (0.1, 1e-5, 1e-12)}
    assert errors[0.1] == pytest.approx(1.4e-2, rel=0.02)
    assert errors[1e-5] < 1e-9
    assert 1e-5 < errors[1e-12] < 1e-2
    metrics = metrics_of(framed(7, formula=formula))
    assert metrics["lowest_error"] < 1e-9 < 1e-7 < metrics["lowest_error_32"]
    assert metrics["best_h"] < metrics["best_h_32"]


def test_the_check_of_a_wrong_gradient_has_no_u() -> None:
    frame = framed(5, formula="a*a + a; a = 3", bugs=["assign"])
    assert np.nanmin(frame.check64.curve.errors) > 3.9
    right = framed(5, formula="a*a + a; a = 3")
    assert np.nanmin(right.check64.curve.errors) < 1e-9


# -------------------------------------------------------------------------------------------- edges


def test_relu_at_its_corner_and_a_tie_are_said() -> None:
    frame = framed(4, formula="relu(a*b); a = 2; b = 0")
    assert "corner" in remark(frame)
    assert metrics_of(framed(5, formula="relu(a*b); a = 2; b = 0"))["grad_a"] == 0.0
    assert "half" in remark(framed(1, formula="max(a, b); a = 2; b = 2"))


def test_division_by_zero_rings_the_node_where_it_began_and_offers_a_way_out() -> None:
    frame = framed(2, formula="d = a − b; c/d + 1; a = 3; b = 3; c = 2")
    assert metrics_of(frame)["source_of_trouble"] == "v1"
    card = divergence_of(frame)
    assert "divides by d" in card.reason
    mended = played(SPECIFICATION, Setting(dict(card.remedy), steps=2)).snapshot()
    assert mended.trouble is None


@pytest.mark.parametrize("steps", [1, 3, 5, 9, 40])
def test_a_division_by_nought_is_named_however_many_rounds_go_by(steps: int) -> None:
    frame = framed(steps, formula="a/b; a=1; b=0")
    card = divergence_of(frame)
    assert card.reason == "it divides by b, which is 0"
    assert "learning_rate" not in card.remedy
    mended = played(SPECIFICATION, Setting(dict(card.remedy), steps=9)).snapshot()
    assert mended.trouble is None


def test_a_denominator_that_is_set_to_nought_in_a_later_round_is_not_the_learning_rate() -> None:
    setting = Setting({"formula": "a/b; a=1; b=2"}, 0, ((9, SetLeaf("formula a/b; a=1; b=2", "b", 0.0)),), 30)
    frame = played(SPECIFICATION, setting).snapshot()
    assert frame.round > 0
    assert "divides by b" in divergence_of(frame).reason
    assert "learning_rate" not in divergence_of(frame).remedy


def test_what_went_wrong_first_is_kept_in_a_saved_run_and_forgotten_when_all_is_well() -> None:
    simulation = played(SPECIFICATION, Setting({"formula": "a/b; a=1; b=0"}, steps=9))
    again = played(SPECIFICATION, Setting({"formula": "a/b; a=1; b=0"}))
    again.load(simulation.save())
    assert "divides by b" in divergence_of(again.snapshot()).reason
    again.act(SetLeaf("formula a/b; a=1; b=0", "b", 1.0))
    again.act(SetLeaf("formula a/b; a=1; b=0", "a", 1.0))
    assert divergence_of(again.snapshot()) is None


def test_a_run_that_diverges_by_updates_blames_the_learning_rate() -> None:
    simulation = played(SPECIFICATION, Setting({"formula": "a^4 + b; a = 3", "learning_rate": 5.0}, steps=60))
    frame = simulation.snapshot()
    assert simulation.diverged
    assert "learning_rate" in divergence_of(frame).remedy


def test_a_shut_gate_is_counted_and_named() -> None:
    frame = framed(4, formula="sigmoid(w*x); w = 20; x = 3")
    assert metrics_of(frame)["shut"] == 1
    assert "shut" in remark(frame)


@pytest.mark.parametrize("text", ["", "a*", "a = 3", "foo(2)", "x" * 500, "1/0 +", "a b c ("])
def test_a_formula_that_cannot_be_read_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ParamError, match="formula"):
        replaced(SPECIFICATION.params(), {"formula": text})


def test_every_step_is_written_in_words_and_numbers() -> None:
    for preset in SPECIFICATION.presets:
        simulation = built(SPECIFICATION, checked(SPECIFICATION.params, preset.setting.values), 0)
        for _ in range(60):
            advance(simulation)
            frame = simulation.snapshot()
            lines = step_lines(frame)
            assert lines[0].kind == "head"
            metrics = metrics_of(frame)
            assert all(line.metric in metrics for line in lines if line.metric and frame.scalar), preset.id


def test_every_gradient_is_explained_down_to_the_output() -> None:
    frame = framed(51, formula=MICROGRAD)
    for name, value in metrics_of(frame).items():
        if name.startswith("grad_") and value is not None and name != "grad_L":
            term = why_of(frame, name)
            assert term is not None, name
            assert term.value == pytest.approx(value, rel=1e-9)
    term = why_of(framed(19, **COURSE), "grad_W1_1_2")
    assert term.lines()[0].name == "dL/dW1[1,2]"


# ------------------------------------------------------------------------------------------- puzzles


def test_blanks_keep_their_secret_until_they_are_right() -> None:
    values = {"formula": "d = a*b; e = d + c; e*d; a = 2; b = −3; c = 4", "puzzle": "blanks"}
    simulation = built(SPECIFICATION, checked(SPECIFICATION.params, values), 0)
    frame = simulation.snapshot()
    assert metrics_of(frame)["grad_a"] is None
    assert metrics_of(frame)["path_sum"] is None
    assert metrics_of(frame)["claimed"] is None
    undo = simulation.act(Fill("a", 24.2))
    assert metrics_of(simulation.snapshot())["grad_a"] == pytest.approx(24)
    simulation.act(undo)
    simulation.act(Fill("a", 24.3))  # more than 1 % off
    assert metrics_of(simulation.snapshot())["grad_a"] is None
    assert simulation.done


def test_a_wrong_rule_is_found_repaired_and_a_right_one_counts() -> None:
    values = {"formula": NEURON, "puzzle": "wrong1", "puzzle_number": 10}
    simulation = played(SPECIFICATION, Setting(values, steps=11))
    wrong = metrics_of(simulation.snapshot())["grad_b"]
    assert wrong != pytest.approx(0.5)
    simulation.act(Accuse("n"))
    assert metrics_of(simulation.snapshot())["right_rules_accused"] == 1
    simulation.act(Accuse("L"))
    frame = simulation.snapshot()
    assert frame.puzzle.solved
    assert metrics_of(frame)["grad_b"] == pytest.approx(0.5)
    assert "square is forgotten" in remark(frame)
    state = unpacked(json.loads(json.dumps(packed(simulation.save()))))
    again = built(SPECIFICATION, checked(SPECIFICATION.params, values), 0)
    again.load(state)
    assert fingerprint(again.snapshot()) == fingerprint(frame)


def test_every_mistake_of_the_engine_can_be_translated() -> None:
    assert set(MISTAKES) == {mistake for rules in WRONG_RULES.values() for mistake, _rule in rules}


@pytest.mark.parametrize("number", [1, 2, 7, 20])
def test_the_puzzle_number_and_not_the_seed_decides(number: int) -> None:
    values = {"formula": MICROGRAD, "puzzle": "wrong3", "puzzle_number": number}
    frames = [played(SPECIFICATION, Setting(values, seed=seed)).snapshot() for seed in (0, 5)]
    places = [[w.node for w in frame.puzzle.wrong] for frame in frames]
    assert places[0] == places[1]
    assert len(set(places[0])) == 3


# ------------------------------------------------------------------------------------ what travels


def net(output: str = "sigmoid", outputs: int = 1, loss: str = "", hidden: str = "tanh") -> NetworkForm:
    rng = np.random.default_rng(1)
    weights = (rng.normal(size=(3, 2)), rng.normal(size=(outputs, 3)))
    biases = (rng.normal(size=3), rng.normal(size=outputs))
    x, labels = rng.normal(size=(4, 2)), np.arange(4) % max(2, outputs)
    return NetworkForm(weights, biases, hidden, output, x, labels.astype(float), loss)


@pytest.mark.parametrize(
    ("output", "outputs", "loss"),
    [
        ("sigmoid", 1, ""),
        ("sigmoid", 1, "mse"),
        ("softmax", 3, ""),
        ("tanh", 1, ""),
        ("identity", 1, ""),
        ("step", 1, ""),
    ],
)
@pytest.mark.parametrize("detail", ["layers", "numbers"])
def test_a_received_network_is_walked_and_passes_its_check(output: str, outputs: int, loss: str, detail: str) -> None:
    form = net(output, outputs, loss)
    simulation = received(network_artifact(form, "Net"), detail=detail, example=2)
    frame = simulation.snapshot()
    while not simulation.at_boundary("round") or not simulation.steps:
        frame = simulation.snapshot()
        advance(simulation)
    assert frame.sizes == (2, 3, outputs)
    assert metrics_of(frame)["error"] < 1e-7
    hidden = np.tanh(form.weights[0] @ form.x[1] + form.biases[0])
    name = "value_a1_2"
    assert metrics_of(frame)[name] == pytest.approx(hidden[1])
    if output == "sigmoid" and not loss:
        z = float((form.weights[1] @ hidden + form.biases[1])[0])
        assert metrics_of(frame)["loss"] == pytest.approx(-np.log(sigmoid(np.array(z))))  # label 1


def test_a_network_comes_back_after_its_update() -> None:
    form = net()
    simulation = received(network_artifact(form, "Net"), learning_rate=0.1)
    same = read_network(simulation.offer("network").data)
    np.testing.assert_allclose(same.weights[0], form.weights[0])
    assert (same.hidden, same.output) == ("tanh", "sigmoid")
    before = simulation.snapshot().graph
    while simulation.snapshot().round == 0:
        advance(simulation)
    after = read_network(simulation.offer("network").data)
    assert not np.allclose(after.weights[1], form.weights[1])
    unrolled = received(simulation.offer("network"), detail="numbers")
    again = read_network(unrolled.offer("network").data)
    np.testing.assert_allclose(again.weights[0], after.weights[0])
    assert before.nodes


def test_damaged_or_missing_networks_are_refused_in_words() -> None:
    with pytest.raises(ParamError, match="nothing was received"):
        framed(graph="received")
    good = network_artifact(net(), "Net")
    with pytest.raises(ValueError, match="weights2"):
        received(Artifact("network", "x", {k: v for k, v in good.data.items() if k != "weights2"}))
    with pytest.raises(ParamError, match="4 examples"):
        received(good, example=9)
    rng = np.random.default_rng(0)
    large = NetworkForm((rng.normal(size=(32, 2)), rng.normal(size=(32, 32)), rng.normal(size=(1, 32))),
                        (np.zeros(32), np.zeros(32), np.zeros(1)), "relu", "sigmoid")  # fmt: skip
    with pytest.raises(ParamError, match="matrices"):
        received(network_artifact(large, "Large"), detail="numbers")
    frame = received(network_artifact(large, "Large")).snapshot()
    assert metrics_of(frame)["nodes"] < 25


def test_the_loss_over_two_leaves_is_a_landscape() -> None:
    for setting in (Setting(), Setting(COURSE), Setting({"graph": "net", "detail": "numbers"})):
        simulation = played(SPECIFICATION, setting)
        artifact = simulation.offer("loss-surface")
        heights, middle = artifact.data["heights"], 30
        while not simulation.snapshot().forward_done:
            advance(simulation)
        assert heights[middle, middle] == pytest.approx(simulation.snapshot().loss)
    assert played(SPECIFICATION, Setting({"formula": "a*a"})).offer("loss-surface") is None
    assert played(SPECIFICATION, Setting()).offer("network") is None


def test_a_state_of_another_graph_or_a_broken_one_is_refused() -> None:
    simulation = played(SPECIFICATION, Setting(steps=4))
    other = played(SPECIFICATION, Setting({"formula": "a*b*c*d"}, steps=4)).save()
    with pytest.raises(ValueError, match="state"):
        simulation.load(other)
    for key in ("rounds", "puzzle", "step", "looked_at"):
        broken = dict(played(SPECIFICATION, Setting(steps=4)).save())
        del broken[key]
        with pytest.raises(ValueError, match="state"):
            played(SPECIFICATION, Setting()).load(broken)


def test_a_round_trip_of_settings_keeps_every_digit() -> None:
    setting = replace(SPECIFICATION.preset("micrograd").setting, steps=70)
    assert fingerprint(played(SPECIFICATION, setting).snapshot()) == fingerprint(
        played(SPECIFICATION, setting).snapshot()
    )


@pytest.mark.parametrize("name", ["α", "x₁", "ö", "σ", "W₁₂", "β2"])
def test_names_may_be_greek_accented_and_with_figures_below_the_line(name: str) -> None:
    frame = framed(2, formula=f"{name}*b + {name}; {name} = 3; b = 2")
    assert frame.names[0] == name
    assert frame.loss == 9.0


def test_signs_and_numbers_are_no_names() -> None:
    assert framed(3, formula="a×2 + b²; a = 3; b = 2").loss == 10.0
    assert framed(2, formula="π*b; b = 2").loss == pytest.approx(2 * np.pi)


def test_no_loss_is_compared_with_one_that_was_no_number() -> None:
    formula = "a/b; a=1; b=0"
    fixes = tuple((4, SetLeaf(f"formula {formula}", name, 1.0)) for name in "ab")
    frame = played(SPECIFICATION, Setting({"formula": formula}, 0, fixes, 4)).snapshot()
    assert frame.position == 0
    assert frame.update is not None
    assert "below" not in remark(frame)
    assert "below" in remark(framed(4, formula="a/b; a=1; b=2"))
