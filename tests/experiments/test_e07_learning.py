"""A single neuron: what the two rules do, that the presets tell the truth, that breaks break, and that the
challenges cannot be met by accident."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import advance, played
from lab.core.params import checked
from lab.core.simulation import Set
from lab.engine.basics.data import truth_table
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.experiments.e07_single_neuron.gestures import Flip, SetNeuron
from tests.asking import metrics_of

SPECIFICATION = find("single-neuron").load()
ZERO = {"w1": 0.0, "w2": 0.0, "w3": 0.0, "bias": 0.0}
ROSENBLATT = {"rule": "perceptron", "gate": "step"}


def framed(steps: int, actions: tuple[tuple[int, Any], ...] = (), seed: int = 0, **values: Any) -> NeuronFrame:
    return played(SPECIFICATION, Setting(values, seed, actions, steps)).snapshot()


def of_preset(id: str, steps: int) -> NeuronFrame:
    return played(SPECIFICATION, replace(SPECIFICATION.preset(id).setting, steps=steps)).snapshot()


# ---------------------------------------------------------------------------------- the perceptron rule


def test_the_perceptron_walks_as_it_does_on_paper() -> None:
    """OR from 0, η = 1: every sum of 0 is a miss."""
    on_paper = [
        (0, 0, -1),  # (0,0) wants no: subtract
        (0, 1, 0),  # (0,1) wants yes: add
        (1, 1, 1),  # (1,0) has z = 0: add
        (1, 1, 1),  # (1,1) has z = 3: right
        (1, 1, 0),  # (0,0) has z = 1: subtract
    ]
    for step, numbers in enumerate(on_paper, 1):
        assert framed(step, data="or", **ROSENBLATT, **ZERO).neuron.numbers == numbers


@pytest.mark.parametrize(("gate", "corrections", "steps"), [("or", 9, 21), ("and", 18, 34), ("nand", 18, 34)])
def test_the_perceptron_stops_when_a_whole_lap_was_right(gate: str, corrections: int, steps: int) -> None:
    frame = framed(1000, data=gate, **ROSENBLATT, **ZERO)
    assert (frame.corrections, frame.step, frame.right) == (corrections, steps, 4)
    assert frame.done and frame.separated and not frame.move.moves


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.7, 1.0, 3.0])
def test_from_zero_the_learning_rate_only_scales_the_numbers(rate: float) -> None:
    one, other = (framed(1000, data="and", **ROSENBLATT, **ZERO, learning_rate=r) for r in (1.0, rate))
    assert (other.step, other.corrections) == (one.step, one.corrections)
    assert np.array(other.neuron.numbers) == pytest.approx(rate * np.array(one.neuron.numbers))


@pytest.mark.parametrize("rate", [0.1, 0.3, 1.0])
@pytest.mark.parametrize("start", [ZERO, {"w1": 1.0, "w2": 1.0, "bias": -0.5}])
def test_on_xor_the_circle_is_found_and_is_one(rate: float, start: dict[str, float]) -> None:
    frame = framed(300, data="xor", **ROSENBLATT, **start, learning_rate=rate)
    assert frame.cycle is not None and not frame.done and frame.right < 4
    later = framed(300 + frame.cycle.length, data="xor", **ROSENBLATT, **start, learning_rate=rate)
    assert np.array(later.neuron.numbers) == pytest.approx(np.array(frame.neuron.numbers), abs=1e-9)


def test_no_circle_is_reported_where_a_line_exists() -> None:
    for gate in ("and", "or", "nand", "not", "majority", "blobs"):
        assert framed(400, data=gate, **ROSENBLATT, **ZERO).cycle is None


def test_another_start_or_learning_rate_forgets_the_circle() -> None:
    change = Set({"learning_rate": 0.5})
    assert framed(40, ((40, change),), data="xor", **ROSENBLATT).cycle is None
    by_hand = SetNeuron("xor", (3.0, 1.0), 0.0, 1)
    assert framed(40, ((40, by_hand),), data="xor", **ROSENBLATT).cycle is None


def test_the_perceptron_shows_the_row_it_will_look_at_next() -> None:
    for step in range(6):
        frame = framed(step, data="xor", **ROSENBLATT)
        assert frame.row == frame.move.row == step % 4
        after = framed(step + 1, data="xor", **ROSENBLATT)
        assert after.neuron.numbers == frame.move.after.numbers
        assert metrics_of(frame)["next_w1"] == metrics_of(after)["w1"]


def test_a_flipped_answer_sets_a_finished_perceptron_going_again() -> None:
    frame = framed(60, ((21, Flip("or", 0)),), data="or", **ROSENBLATT, **ZERO)
    assert frame.examples.name == "Always" and frame.step > 21 and frame.right == 4


# ----------------------------------------------------------------------------------- logistic regression


def test_one_logistic_step_agrees_with_a_slope_by_finite_differences() -> None:
    x, y = truth_table("nand")

    def loss(numbers: np.ndarray) -> float:
        z = x @ numbers[:2] + numbers[2]
        return float(np.mean(np.log1p(np.exp(-np.where(y == 1, z, -z)))))

    at, step = np.array([1.0, 1.0, -0.5]), 1e-6
    slope = [(loss(at + step * e) - loss(at - step * e)) / (2 * step) for e in np.eye(3)]
    shown = metrics_of(framed(0, data="nand"))
    assert [shown["slope_w1"], shown["slope_w2"], shown["slope_bias"]] == pytest.approx(slope, abs=1e-8)
    after = framed(1, data="nand", learning_rate=0.5).neuron.numbers
    assert after == pytest.approx(at - 0.5 * np.array(slope), abs=1e-8)


def test_the_best_logistic_neuron_of_xor_is_nothing_at_all() -> None:
    for seed in range(5):
        w1, w2, bias = np.random.default_rng(seed).normal(0, 2, 3)
        frame = framed(2000, data="xor", w1=float(w1), w2=float(w2), bias=float(bias))
        assert metrics_of(frame)["loss"] == pytest.approx(math.log(2), abs=1e-6)
        assert np.array(frame.neuron.numbers) == pytest.approx(np.zeros(3), abs=1e-2)


def test_on_rows_that_a_line_can_part_the_weights_grow_like_a_logarithm() -> None:
    norms = framed(4000, data="and", learning_rate=5.0).past.column(1)
    assert (np.diff(norms[50:]) > 0).all()
    assert norms[400] - norms[40] == pytest.approx(norms[4000] - norms[400], rel=0.15)  # as much for each decade


def test_learning_goes_on_although_every_row_is_right() -> None:
    simulation = played(SPECIFICATION, Setting({"data": "and"}, steps=500))
    assert simulation.snapshot().right == 4 and not simulation.done
    before = metrics_of(simulation.snapshot())["loss"]
    advance(simulation)
    assert metrics_of(simulation.snapshot())["loss"] < before


def test_a_slope_of_exactly_zero_ends_it_and_a_small_one_does_not() -> None:
    assert framed(5, data="xor", **ZERO).done and framed(5, data="xor", **ZERO).step == 0
    assert not framed(5, data="and", w1=30.0, w2=30.0, bias=-45.0).done  # tiny, but a slope


# ------------------------------------------------------------------------------------ stories and goals


def test_presets_tell_the_truth() -> None:
    assert metrics_of(of_preset("and", 0)) == metrics_of(framed(0)) and of_preset("and", 0).right == 2
    assert of_preset("not", 50).neuron.numbers == (-1.0, 0.5)
    assert of_preset("majority", 60).right == 8 and of_preset("majority", 60).done
    first, last = of_preset("clouds", 0), of_preset("clouds", 100)
    assert last.right == 40 > first.right and last.neuron.norm > 2 * first.neuron.norm
    turned = last.neuron.weights @ first.neuron.weights / last.neuron.norm / first.neuron.norm
    assert turned < 0.5


@pytest.mark.parametrize("id", ["xor", "xor-logistic", "zero", "grows", "huge"])
def test_breaks_break_and_their_opposites_do_not(id: str) -> None:
    broken = SPECIFICATION.breaking(id)
    assert broken.broken(played(SPECIFICATION, broken.setting).snapshot())
    sound = dict(broken.setting.values) | {
        "data": "or",
        "w1": 1.0,
        "w2": 1.0,
        "bias": -0.4,
        "learning_rate": 0.1,
    }
    assert not broken.broken(played(SPECIFICATION, replace(broken.setting, values=sound, steps=20)).snapshot())


def progress(id: str, actions: tuple[tuple[int, Any], ...], steps: int = 0, **values: Any) -> Any:
    challenge = SPECIFICATION.challenge(id)
    setting = replace(challenge.setting, values={**challenge.setting.values, **values}, actions=actions, steps=steps)
    frame = played(SPECIFICATION, setting).snapshot()
    return challenge.check(frame, checked(SPECIFICATION.params, setting.values), actions)


GOOD = {"and": ((1.0, 1.0), -1.5), "or": ((1.0, 1.0), -0.5), "nand": ((-1.0, -1.0), 1.5)}


def by_hand(**gates: tuple[tuple[float, float], float]) -> tuple[tuple[int, SetNeuron], ...]:
    return tuple((0, SetNeuron(gate, w, b, i, (1.0, -1.0, 0.0))) for i, (gate, (w, b)) in enumerate(gates.items(), 1))


def test_three_gates_need_all_three_and_room_on_every_row() -> None:
    two = {gate: GOOD[gate] for gate in ("and", "or")}
    assert not progress("gates", by_hand(**two), data="or").done
    assert progress("gates", by_hand(**two), data="or").share == pytest.approx(2 / 3)
    assert progress("gates", by_hand(**GOOD), data="nand").done
    scraping = GOOD | {"nand": ((-1.0, -1.0), 1.1)}  # the nearest rows are 0.07 away
    assert not progress("gates", by_hand(**scraping), data="nand").done
    scaled = GOOD | {"nand": ((-100.0, -100.0), 110.0)}  # a larger z is not more room
    assert not progress("gates", by_hand(**scaled), data="nand").done


def test_the_next_gate_is_to_be_chosen_under_question_as_soon_as_one_is_built() -> None:
    challenge = SPECIFICATION.challenge("gates")
    assert "under “Question”" in challenge.text
    good = by_hand(**{gate: GOOD[gate] for gate in ("and",)})
    assert "Question" not in progress("gates", (), data="and").text
    assert progress("gates", good, data="and").text.endswith("Now choose OR under “Question”.")
    assert "Question" not in progress("gates", good, data="or").text  # it has been chosen
    assert progress("gates", good, data="xor").text.endswith("Now choose OR under “Question”.")
    both = by_hand(**{gate: GOOD[gate] for gate in ("and", "or")})
    assert progress("gates", both, data="or").text.endswith("Now choose NAND under “Question”.")


def test_three_gates_are_not_met_by_learning_or_by_rewriting_a_table() -> None:
    assert progress("gates", by_hand(**GOOD), steps=3, data="nand").failed
    assert progress("gates", ((0, Flip("nand", 0)), *by_hand(**GOOD)), data="nand").failed


def test_the_gates_stay_built_while_the_learner_changes_the_question() -> None:
    """In the window: three tables one after the other, each change of which starts the run over."""
    from lab.core.scene import Scene
    from lab.runtime.track import Track

    track = Track(find("single-neuron"), Scene("single-neuron"))
    track.begin_challenge(SPECIFICATION.challenge("gates"))
    start = track.params.start(2)
    for number, (gate, (weights, bias)) in enumerate(GOOD.items(), 1):
        track.set({"data": gate}, "")
        track.act(SetNeuron(gate, (0.3, 0.2), 0.1, number, start), f"drag {number}")
        track.act(SetNeuron(gate, weights, bias, number, start), f"drag {number}")
        found = track.progress(track.snapshot())
        assert found.share == pytest.approx(number / 3), found.text
    assert found.done


def test_the_widest_street_is_a_distance_and_not_a_sum() -> None:
    wide = ((0, SetNeuron("and", (10.0, 10.0), -15.0, 1)),)
    assert progress("street", wide).done
    narrow = ((0, SetNeuron("and", (10.0, 10.0), -14.0, 1)),)
    assert not progress("street", narrow).done
    assert progress("street", wide, data="or").failed


def test_the_ceiling_wants_three_rows_and_five_tries() -> None:
    three = SetNeuron("xor", (1.0, 1.0), -0.5, 1)
    assert not progress("ceiling", ((0, three),)).done
    tries = tuple((0, replace(three, number=number)) for number in range(1, 6))
    assert progress("ceiling", tries).done
    assert progress("ceiling", ((0, Flip("xor", 3)), *tries)).failed  # that would be OR
