"""The training loop, its numbers: the course's loop, calculations by hand, what Python prints, and when
it stops."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import frame_of, played
from lab.core.scene import Scene
from lab.experiments.e06_training_loop.gestures import Order, Place
from lab.experiments.e06_training_loop.loop import RIGHT_ORDER, Memory, fetched, run_card
from lab.experiments.e06_training_loop.specification import SPECIFICATION
from lab.runtime.worker import Worker
from tests.asking import divergence_of, metrics_of, sentence_of, why_of

EXPERIMENT = find("training-loop")


def frame_at(steps: int, seed: int = 0, actions: tuple = (), **values: object):
    return frame_of(EXPERIMENT, Setting(values, seed, actions, steps))


def by_hand(batch: int, epochs: int, rate: float, seed: int = 0) -> tuple[float, float]:
    """The same loop written plainly, with the same random numbers."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(100)
    y = 2.5 * x + 1.0 + 0.3 * rng.standard_normal(100)
    w = b = 0.0
    for _epoch in range(epochs):
        deck = rng.permutation(100)
        for start in range(0, 100, batch):
            rows = deck[start : start + batch]
            miss = w * x[rows] + b - y[rows]
            w, b = w - rate * 2 * np.mean(miss * x[rows]), b - rate * 2 * np.mean(miss)
    return float(w), float(b)


# ------------------------------------------------------------------------------------ the course


def test_the_course_loop_makes_fifty_updates_in_fifty_epochs() -> None:
    metrics = metrics_of(frame_at(300, batch_size=100))
    assert (metrics["iteration"], metrics["epoch"], metrics["samples_seen"]) == (50, 50, 5000)
    assert (metrics["w"], metrics["b"]) == pytest.approx(by_hand(100, 50, 0.01), rel=1e-12)
    assert metrics["stopped"] == "epochs"


@pytest.mark.parametrize("batch", [1, 8, 30])
def test_batches_give_what_a_plain_loop_gives(batch: int) -> None:
    metrics = metrics_of(frame_at(10**6, batch_size=batch, epochs=3))
    assert (metrics["w"], metrics["b"]) == pytest.approx(by_hand(batch, 3, 0.01), rel=1e-12)
    assert metrics["iteration"] == 3 * math.ceil(100 / batch)


def test_the_last_batch_holds_what_is_left_and_every_sample_comes_once() -> None:
    simulation = played(SPECIFICATION, Setting({}))
    seen: list[int] = []
    for _step in range(78):
        simulation.step()
        frame = simulation.snapshot()
        if frame.card == "fetch":
            seen += frame.memory.rows.tolist()
    assert metrics_of(frame)["batch_rows"] == 4
    assert sorted(seen) == list(range(100))
    assert seen != sorted(seen)


def test_without_shuffling_the_rows_come_as_they_lie() -> None:
    assert frame_at(7, shuffle=False).memory.rows.tolist() == list(range(8, 16))


def test_one_pass_by_hand() -> None:
    memory = fetched(Memory(), np.array([0, 1]), np.array([1.0, 2.0]), np.array([3.0, 4.0]), 0)
    for card in RIGHT_ORDER:
        memory = run_card(card, memory, 0.1, 2, "none")
    assert memory.loss == pytest.approx((9 + 16) / 2)
    assert (memory.gw, memory.gb) == pytest.approx((-(3 + 8), -7))  # Σ x·d with d = −3, −4
    assert (memory.w, memory.b) == pytest.approx((1.1, 0.7))
    assert memory.sound


def test_the_gradient_agrees_with_finite_differences() -> None:
    frame = frame_at(11, batch_size=20, actions=((0, Place(0.7, -0.4)),))
    assert frame.card == "backward"
    m, h = frame.memory, 1e-6

    def loss(w: float, b: float) -> float:
        return float(np.mean((w * m.x + b - m.y) ** 2))

    assert m.gw == pytest.approx((loss(m.w + h, m.b) - loss(m.w - h, m.b)) / (2 * h), rel=1e-6)
    assert m.gb == pytest.approx((loss(m.w, m.b + h) - loss(m.w, m.b - h)) / (2 * h), rel=1e-6)


# ------------------------------------------------------------------------------------ the noise


@pytest.mark.parametrize(("rate", "low", "high"), [(0.02, 0.025, 0.06), (0.1, 0.07, 0.17)])
def test_single_samples_leave_a_tremble_of_about_sigma_root_eta(rate: float, low: float, high: float) -> None:
    spread = metrics_of(frame_at(10**6, batch_size=1, learning_rate=rate))["w_spread"]
    assert low < spread < high
    assert spread == pytest.approx(0.3 * math.sqrt(rate), rel=0.5)


def test_single_samples_at_a_half_find_no_place_while_the_full_batch_does() -> None:
    assert metrics_of(frame_at(30_000, batch_size=1, learning_rate=0.5))["w_spread"] > 3
    assert metrics_of(frame_at(300, batch_size=100, learning_rate=0.5))["loss_ratio"] == pytest.approx(1.0)


def test_decay_calms_it_down() -> None:
    loud = frame_at(30_000, batch_size=1, learning_rate=0.1)
    calm = frame_at(30_000, batch_size=1, learning_rate=0.1, decay="cosine")
    assert abs(calm.memory.w - calm.samples.best_w) < 0.01 < np.ptp(loud.updates[-500:, 3])
    assert calm.rate < 0.001


@pytest.mark.parametrize("seed", range(3))
def test_sorted_samples_harm_only_with_large_steps(seed: int) -> None:
    def highest(rate: float, **values: object) -> float:
        frame = frame_at(3900, seed, learning_rate=rate, **values)
        return metrics_of(frame)["highest_loss"] / frame.samples.best_loss

    assert highest(0.3, order="sorted", shuffle=False) > 1.1 * highest(0.3)
    assert highest(0.05, order="sorted", shuffle=False) < 1.05


# --------------------------------------------------------------------------- orders and mistakes


def works(order: tuple[str, ...]) -> bool:
    setting = Setting({"batch_size": 100, "learning_rate": 0.6}, actions=((0, Order(order)),), steps=120)
    frame = frame_of(EXPERIMENT, setting)
    return frame.progress.good >= 20 and frame.whole_loss < 1.05 * frame.samples.best_loss


def test_of_all_orders_exactly_four_work_by_running_them() -> None:
    """The gradient may be emptied anywhere but between backward and update; the rest has one order."""
    found = {order for order in permutations(RIGHT_ORDER) if works(order)}
    chain = ("forward", "loss", "backward", "update")
    wanted = {(*chain[:i], "zero", *chain[i:]) for i in (0, 1, 2, 4)}
    assert found == wanted


def test_an_update_before_backward_works_with_a_stale_gradient_and_runs_away() -> None:
    order = ("forward", "update", "loss", "zero", "backward")
    frame = frame_at(360, batch_size=100, learning_rate=0.6, epochs=60, actions=((0, Order(order)),))
    assert frame.whole_loss > 100 * frame.samples.best_loss
    assert frame.progress.good == 0


@pytest.mark.parametrize(
    ("order", "name"),
    [
        (("loss", "forward", "zero", "backward", "update"), "p"),
        (("forward", "backward", "loss", "zero", "update"), "d"),
    ],
)
def test_a_card_that_comes_too_early_breaks_off_as_python_does(order: tuple[str, ...], name: str) -> None:
    frame = frame_at(12, actions=((0, Order(order)),))
    assert frame.crash.text == f"NameError: name '{name}' is not defined"
    assert "NameError" in sentence_of(frame)


def test_the_loud_mistake_prints_what_numpy_prints() -> None:
    frame = frame_at(100, mistake="size")
    with pytest.raises(ValueError) as numpy_says:
        np.empty(8)[:] = np.zeros(4)
    assert frame.crash.text == f"ValueError: {numpy_says.value}"
    assert frame.progress.passes == 12
    assert frame_at(78, mistake="size", batch_size=10).crash is None


def test_the_silent_mistake_flattens_the_line() -> None:
    frame = frame_at(3900, mistake="column", learning_rate=0.05)
    assert frame.crash is None
    assert frame.memory.d.size == 16
    assert frame.memory.w == pytest.approx(2.5 / 8, abs=0.15)


def test_other_cards_after_a_break_go_on_and_nonsense_is_refused() -> None:
    wrong = ("loss", "forward", "zero", "backward", "update")
    simulation = played(SPECIFICATION, Setting({}, actions=((0, Order(wrong)),), steps=5))
    assert simulation.done
    assert simulation.act(Order(RIGHT_ORDER)) is None
    assert not simulation.done
    simulation.step()
    with pytest.raises(ValueError, match="cards"):
        simulation.act(Order(("forward", "forward", "zero", "backward", "update")))
    with pytest.raises(ValueError, match="w: nan"):
        simulation.act(Place(math.nan, 0.0))


def test_without_zero_the_gradient_is_the_sum_of_all_batches() -> None:
    frame = frame_at(3 * 5, zero_grad=False)
    assert frame.memory.batches == 3
    assert frame.progress.passes == 3
    assert frame.progress.good == 0


# -------------------------------------------------------------------------------- steps and stops


def test_boundaries_are_where_batches_and_epochs_end() -> None:
    simulation = played(SPECIFICATION, Setting({}))
    batches, epochs = [], []
    assert not simulation.at_boundary("batch")
    for step in range(1, 157):
        simulation.step()
        assert simulation.at_boundary("sub-step")
        if simulation.at_boundary("batch"):
            batches.append(step)
        if simulation.at_boundary("epoch"):
            epochs.append(step)
    assert batches == list(range(6, 157, 6))
    assert epochs == [78, 156]


@pytest.mark.parametrize(
    ("steps", "batch", "epoch"),
    [(0, 0, 0), (1, 0, 0), (6, 0, 0), (7, 6, 0), (78, 72, 0), (80, 78, 78), (156, 150, 78)],
)
def test_a_step_back_leads_to_the_end_of_the_batch_or_epoch_before(steps: int, batch: int, epoch: int) -> None:
    simulation = played(SPECIFICATION, Setting({}, steps=steps))
    assert simulation.boundary_before("batch") == batch
    assert simulation.boundary_before("epoch") == epoch
    assert simulation.boundary_before("sub-step") == max(0, steps - 1)


def test_it_stops_at_the_target_on_a_plateau_and_at_infinity() -> None:
    target = frame_at(10**6, stop="target", target=0.5)
    assert target.stopped == "target"
    assert target.progress.epoch_loss <= 0.5 < target.epochs[-2, 1]
    plateau = frame_at(10**6, stop="plateau", learning_rate=0.1, epochs=200)
    assert plateau.stopped == "plateau"
    assert plateau.progress.epochs < 60
    lost = frame_at(10**5, stop="nan", learning_rate=5.0)
    assert lost.stopped == "nan"
    assert divergence_of(lost).remedy["learning_rate"] < 0.5
    assert "too large" in divergence_of(lost).reason


def test_the_remedy_of_the_divergence_card_works() -> None:
    lost = frame_at(10**5, stop="nan", learning_rate=5.0)
    values = {"learning_rate": 5.0} | dict(divergence_of(lost).remedy)
    assert metrics_of(frame_at(3900, **values))["loss_ratio"] < 1.5


def test_without_zero_the_card_blames_the_gradient() -> None:
    lost = frame_at(40_000, stop="nan", zero_grad=False, learning_rate=0.47)
    assert divergence_of(lost).remedy == {"zero_grad": True}


# ------------------------------------------------------------------------- explanations and records


def test_the_numbers_are_explained_with_what_was_used() -> None:
    frame = frame_at(6, batch_size=3)
    values = metrics_of(frame)
    for name in ("w", "b", "delta_w", "gradient_w", "gradient_b", "gradient_norm", "loss", "loss_all"):
        term = why_of(frame, name)
        assert term.value == pytest.approx(values[name], rel=1e-12), name
        assert term.operator, name
    assert why_of(frame, "step") is None


def test_what_a_frame_shows_of_the_past_stays_when_the_run_goes_on() -> None:
    simulation = played(SPECIFICATION, Setting({"batch_size": 1}, steps=600))
    frame = simulation.snapshot()
    before = frame.updates.copy()
    for _step in range(3000):
        simulation.step()
    assert np.array_equal(frame.updates, before)


def test_a_damaged_state_is_refused() -> None:
    simulation = played(SPECIFICATION, Setting({}, steps=5))
    state = simulation.save()
    with pytest.raises(ValueError, match="state"):
        simulation.load({**state, "order": ["forward"]})
    with pytest.raises(ValueError, match="state"):
        simulation.load({name: value for name, value in state.items() if name != "deck"})


def test_the_samples_are_given_as_a_table() -> None:
    artifact = played(SPECIFICATION, Setting({})).offer("table")
    assert artifact.data["x"].shape == (100,)
    assert played(SPECIFICATION, Setting({})).offer("network") is None


@pytest.mark.parametrize("seed", range(5))
def test_every_break_fails_whatever_the_seed(seed: int) -> None:
    for broken in SPECIFICATION.breaks:
        assert broken.broken(frame_of(EXPERIMENT, replace(broken.setting, seed=seed))), broken.id


@pytest.mark.parametrize("challenge", SPECIFICATION.challenges, ids=lambda challenge: challenge.id)
def test_a_line_moved_by_hand_meets_no_challenge(challenge) -> None:
    actions = (*challenge.solution.actions, (0, Place(2.5, 1.0)))
    frame = frame_of(EXPERIMENT, replace(challenge.solution, actions=actions))
    assert challenge.check(frame, frame.params, actions).failed


def test_the_samples_challenge_counts_samples() -> None:
    challenge = SPECIFICATION.challenge("few-samples")
    frame = frame_at(3900)
    progress = challenge.check(frame, frame.params, ())
    assert progress.failed
    assert not progress.done


def test_few_samples_is_not_met_by_passing_by_nor_by_doing_nothing() -> None:
    challenge = SPECIFICATION.challenge("few-samples")
    for values, done in (
        ({}, False),
        ({"batch_size": 1, "learning_rate": 0.3}, False),
        ({"batch_size": 100}, False),
        ({"batch_size": 8, "learning_rate": 0.2}, True),
    ):
        frame = played(SPECIFICATION, Setting(values, steps=1800)).snapshot()
        assert challenge.check(frame, frame.params, ()).done == done, values


def test_each_card_is_told_in_words() -> None:
    sentences = {sentence_of(frame_at(step)) for step in range(8)}
    assert len(sentences) == 8
    assert all(10 < len(sentence) < 200 for sentence in sentences)


def test_a_step_of_the_run_bar_may_be_a_line_a_batch_or_an_epoch() -> None:
    arrived = threading.Event()
    worker = Worker()
    try:
        run = worker.open(EXPERIMENT, Scene(EXPERIMENT.id), arrived.set)
        for granularity, position in (
            ("sub-step", 1),
            ("batch", 6),
            ("epoch", 78),
            ("batch", 84),
            ("epoch", 156),
        ):
            run.step(1, granularity)
            deadline = time.monotonic() + 5
            while run.ask_now(lambda track: track.position) < position and time.monotonic() < deadline:
                time.sleep(0.005)
            assert run.ask_now(lambda track: track.position) == position, granularity
    finally:
        worker.close()
