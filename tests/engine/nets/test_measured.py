"""The figures the lessons on networks quote: a short piece of every part of measured_nets.json is measured again,
and the statements drawn from the whole are checked against it."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from lab.engine.basics.data import truth_table
from lab.engine.nets.fast import fast_net
from lab.engine.nets.fast_map import FastMap, targets_for
from lab.engine.nets.fast_trainer import FastTrainer
from lab.engine.nets.fast_update import FastSettings
from lab.engine.nets.layers import Activate, Dense
from lab.engine.nets.network import Network, mlp

ROOT = Path(__file__).resolve().parents[3]
MEASURED = json.loads((ROOT / "assets" / "data" / "measured_nets.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def measure():
    spec = importlib.util.spec_from_file_location("measure_nets", ROOT / "build" / "measure_nets.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_figures_were_made_by_the_code_as_it_is(measure):
    assert MEASURED["code"] == measure.code_hash(), "stale figures: run python build/measure_nets.py"


def row(part, **wanted):
    (found,) = [r for r in MEASURED[part] if all(r[key] == value for key, value in wanted.items())]
    return found


# Decision boundaries.


def test_three_tanh_units_close_a_circle_and_two_never_do(measure):
    for seed in range(5):
        assert measure.boundary_accuracy("circle", (3,), "tanh", seed) == 1.0
        assert measure.boundary_accuracy("circle", (2,), "tanh", seed, epochs=600) < 0.92
    assert row("boundaries", data="circle", hidden=[3], activation="tanh")["reached_100"] == 20
    assert row("boundaries", data="circle", hidden=[2], activation="tanh")["best"] < 0.92
    assert row("boundaries", data="circle", hidden=[3], activation="relu")["reached_100"] <= 15


def test_the_pars_of_xor_and_spirals_hold():
    assert row("boundaries", data="xor", hidden=[2], activation="tanh")["reached_97"] == 0
    assert row("boundaries", data="xor", hidden=[4], activation="tanh")["reached_97"] >= 17
    assert row("boundaries", data="spirals", hidden=[16, 16], activation="tanh")["reached_100"] == 20
    assert row("boundaries", data="spirals", hidden=[4, 4], activation="relu")["reached_97"] <= 8


def test_five_linear_layers_are_still_a_straight_line():
    x, y = truth_table("xor")
    net = fast_net(mlp((2, 4, 4, 4, 4, 4, 1), np.random.default_rng(0), "linear"))
    trainer = FastTrainer(net, x, y, FastSettings(4, 0.05, "adam", shuffle=False))
    seen, targets = FastMap(net, x), targets_for(net, y)
    for _ in range(800):
        trainer.step()
        seen.update()
        assert seen.accuracy(targets) <= 0.75


def test_the_best_logistic_answer_to_xor_is_no_answer_with_a_loss_of_ln_2():
    x, y = truth_table("xor")
    net = fast_net(mlp((2, 1), np.random.default_rng(0)), np.float64)
    trainer = FastTrainer(net, x, y, FastSettings(4, 1.0, shuffle=False))
    for _ in range(2000):
        trainer.step()
    seen = FastMap(net, x)
    seen.update()
    assert np.abs(net.parameters).max() < 1e-6
    assert seen.loss(targets_for(net, y)) == pytest.approx(np.log(2), abs=1e-9)


def test_a_hidden_layer_of_four_learns_the_four_points_of_xor():
    x, y = truth_table("xor")
    for seed in range(5):
        net = fast_net(mlp((2, 4, 1), np.random.default_rng(seed), "sigmoid"))
        trainer = FastTrainer(net, x, y, FastSettings(4, 0.1, "adam", shuffle=False))
        for _ in range(600):
            trainer.step()
        seen = FastMap(net, x)
        seen.update()
        assert seen.accuracy(targets_for(net, y)) == 1.0


def test_a_learning_rate_of_ten_kills_relu_units_and_one_does_not(measure):
    for seed in range(3):
        wild, calm = measure.dead_share(10.0, seed), measure.dead_share(1.0, seed)
        assert wild["dead"][1] >= 0.85 and wild["accuracy"] <= 0.55
        assert max(calm["dead"]) <= 0.2 and calm["accuracy"] > 0.95
        stored = row("dead_relu", rate=1.0, seed=seed)
        assert calm["dead"] == pytest.approx(stored["dead"], abs=0.07)


# Networks set by hand.


def test_xor_can_be_built_by_hand_of_or_nand_and_and():
    step = 20.0  # steep sigmoids are nearly yes or no
    hidden = Dense(step * np.array([[1.0, -1.0], [1.0, -1.0]]), step * np.array([-0.5, 1.5]))  # OR, NAND
    out = Dense(step * np.array([[1.0], [1.0]]), step * np.array([-1.5]))  # AND
    network = Network((hidden, Activate("sigmoid"), out), "logistic")
    x, y = truth_table("xor")
    assert np.abs(network.predict(x)[:, 0] - y).max() < 0.01


def test_two_relus_make_a_hat_and_four_a_bump():
    x = np.linspace(-1, 4, 501)[:, None]
    hat = Network(
        (
            Dense(np.ones((1, 3)), np.array([0.0, -1.0, -2.0])),
            Activate("relu"),
            Dense(np.array([[1.0], [-2.0], [1.0]]), np.zeros(1)),
        )
    )
    assert np.allclose(hat.predict(x)[:, 0], np.maximum(0, 1 - np.abs(x[:, 0] - 1)))
    bump = Network(
        (
            Dense(np.full((1, 4), 10.0), -10.0 * np.array([0.9, 1.0, 2.0, 2.1])),
            Activate("relu"),
            Dense(np.array([[1.0], [-1.0], [-1.0], [1.0]]), np.zeros(1)),
        )
    )
    inside = (x[:, 0] > 1) & (x[:, 0] < 2)
    outside = (x[:, 0] < 0.9) | (x[:, 0] > 2.1)
    assert np.allclose(bump.predict(x)[inside], 1) and np.allclose(bump.predict(x)[outside], 0)


# Overfitting.


def test_without_a_brake_the_training_loss_falls_while_the_others_climbs(measure):
    curve = measure.overfit_curve("none", 0, epochs=200, every=50)
    assert curve[-1][1] < curve[0][1] and curve[-1][2] > 1.2 * curve[0][2]
    stored = MEASURED["overfitting"]["none"]["curve"]
    assert curve[0][1:] == pytest.approx(next(point for point in stored if point[0] == 50)[1:], rel=0.05)
    free, held = MEASURED["overfitting"]["none"], MEASURED["overfitting"]["l2 0.01"]
    assert free["last_training"] < 0.01 and free["last_validation"] > 4 * free["best_validation"]
    assert held["last_validation"] < 1.2 * held["best_validation"] < free["last_validation"]


@pytest.mark.parametrize("name", ["l2 0.003", "l2 0.01", "l1 0.001", "l1 0.003", "dropout 0.3", "dropout 0.5"])
def test_every_brake_leaves_the_unseen_better_off_than_none(name):
    assert MEASURED["overfitting"][name]["last_validation"] < MEASURED["overfitting"]["none"]["last_validation"]


# Depth.


def test_only_skips_and_norms_together_train_at_every_depth_and_gate():
    loss = {(r["activation"], r["depth"], r["stack"]): r["loss"] for r in MEASURED["depth_training"]}
    cells = [(a, d) for a in ("sigmoid", "relu", "tanh") for d in (10, 30, 50)]
    assert all(loss[(*cell, "both")] < 0.01 for cell in cells)
    for stack in ("plain", "residual", "norm"):
        assert any(not loss[(*cell, stack)] < 0.05 for cell in cells)
    assert loss["sigmoid", 30, "plain"] == pytest.approx(np.log(2), abs=1e-3)  # learns nothing at all
    assert loss["relu", 50, "plain"] < 1e-4  # and this one learns happily, without either
    assert loss["relu", 50, "residual"] > 100
    assert loss["relu", 50, "norm"] > 0.3


@pytest.mark.parametrize(
    ("activation", "depth", "stack"), [("sigmoid", 30, "plain"), ("tanh", 30, "both"), ("relu", 10, "plain")]
)
def test_the_first_steps_of_a_deep_training_repeat(measure, activation, depth, stack):
    curve = measure.depth_curve(activation, depth, stack, seed=0, steps=30)
    stored = row("depth_training", activation=activation, depth=depth, stack=stack)["curve"]
    assert curve == pytest.approx(stored[:4], rel=0.02)


def test_the_skip_without_a_norm_blows_up_at_fifty_relu_layers(measure):
    assert measure.depth_curve("relu", 50, "residual", seed=0, steps=0)[0] > 1e6


def test_the_signal_table_repeats(measure):
    plain = row("signals", depth=20, activation="sigmoid")["plain"]
    assert plain["ratio"] < 1e-11
    assert row("signals", depth=50, scheme="he")["residual"]["spread"] > 1e10
    assert row("signals", depth=20, activation="tanh")["plain"]["spread"] < 1e-20


# Pictures and sequences.


def test_the_small_cnn_reads_digits_and_its_first_epoch_repeats(measure):
    stored = row("digits", network="cnn", permuted=False, examples=1437)
    assert stored["accuracy"] >= 0.97 and stored["seconds"] < 60
    (first,) = measure.digit_curve("cnn", False, 200, seed=0, epochs=1)
    assert first == pytest.approx(row("digits", network="cnn", permuted=False, examples=200)["curve"][0], rel=1e-3)


def test_shuffled_pixels_cost_the_cnn_its_lead():
    accuracy = {(r["network"], r["permuted"]): r["accuracy"] for r in MEASURED["digits"] if r["examples"] == 1437}
    lost = {kind: accuracy[kind, False] - accuracy[kind, True] for kind in ("cnn", "dense")}
    assert accuracy["cnn", False] > accuracy["dense", False]
    assert accuracy["cnn", True] < accuracy["dense", True]
    assert lost["cnn"] > 2 * lost["dense"]


@pytest.mark.parametrize("kind", ["rnn", "gru", "lstm"])
def test_an_echo_over_five_steps_is_learned_and_its_first_steps_repeat(measure, kind):
    curve = measure.echo_curve(kind, 5, seed=0, steps=40)
    stored = row("echoes", cell=kind, radius=1.0, delay=5)
    assert [point[1] for point in curve] == pytest.approx([point[1] for point in stored["curve"][:2]], rel=1e-3)
    assert stored["accuracy"] == 1.0


def test_over_twenty_steps_a_fading_recurrence_hears_nothing_and_a_rotation_or_a_gate_all():
    assert row("echoes", cell="rnn", radius=0.5, delay=20)["accuracy"] < 0.4  # four symbols: chance is 0.25
    for kind in ("rnn", "gru", "lstm"):
        assert row("echoes", cell=kind, radius=1.0, delay=20)["accuracy"] >= 0.95
        assert row("echoes", cell=kind, radius=1.0, delay=40)["accuracy"] < 0.4
