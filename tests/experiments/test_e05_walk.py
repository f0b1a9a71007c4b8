"""Gradient descent, the run itself: determinism, saving, undoing, and frames that never change."""

import math
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import ParamError, checked, replaced
from lab.core.scene import packed, unpacked
from lab.core.simulation import Set
from lab.experiments.e05_gradient_descent.ball import Walker
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.gestures import Follow, Place
from lab.experiments.e05_gradient_descent.rules import Knobs
from lab.experiments.e05_gradient_descent.settings import Display, Params
from lab.experiments.e05_gradient_descent.simulation import MAX_ROWS, Descent
from tests.asking import divergence_of, metrics_of, sentence_of

ALL_SIX = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
EXPERIMENT = find("gradient-descent")
SPECIFICATION = EXPERIMENT.load()


def walk(steps: int = 0, seed: int = 0, **values: Any) -> Descent:
    simulation = built(SPECIFICATION, checked(Params, values), seed)
    for _ in range(steps):
        simulation.step()
    return simulation


def content(frame: DescentFrame) -> list[Any]:
    """Everything a frame shows, bit for bit."""
    parts = [frame.step, metrics_of(frame), sentence_of(frame), frame.balls, frame.highlighted, frame.rate, frame.start]
    arrays = [frame.past.steps, frame.rates, frame.slice.t, frame.slice.loss, frame.terrain.heights]
    arrays += [frame.trail(i) for i in range(len(frame.balls))] + [frame.losses(i) for i in range(len(frame.balls))]
    return [repr(parts), *(array.tobytes() for array in arrays)]


def test_one_seed_gives_one_walk_bit_for_bit() -> None:
    first, second = (walk(50, seed=4, noise=0.3, optimizers=ALL_SIX) for _ in range(2))
    assert content(first.snapshot()) == content(second.snapshot())
    assert content(walk(50, seed=5, noise=0.3, optimizers=ALL_SIX).snapshot()) != content(first.snapshot())


def test_every_ball_feels_the_same_noise_so_who_else_walks_does_not_matter() -> None:
    alone, together = walk(30, noise=0.5, optimizers=["adam"]), walk(30, noise=0.5, optimizers=ALL_SIX)
    assert metrics_of(alone.snapshot())["x_adam"] == metrics_of(together.snapshot())["x_adam"]


@pytest.mark.parametrize("schedule", ["constant", "step", "cosine", "warm-up", "linear"])
@pytest.mark.parametrize("optimizer", [*ALL_SIX, "all"])
def test_a_walk_goes_on_from_a_saved_state_as_if_it_had_never_stopped(optimizer: str, schedule: str) -> None:
    chosen = ALL_SIX if optimizer == "all" else (optimizer,)
    values = {
        "optimizers": chosen,
        "noise": 0.2,
        "schedule": schedule,
        "schedule_steps": 25,
        "learning_rate": 0.1,
    }
    whole = walk(20, seed=3, **values)
    state = unpacked(packed(whole.save()))  # through JSON, as a file would
    resumed = walk(7, seed=99, **values)
    resumed.load(state)
    assert content(resumed.snapshot()) == content(whole.snapshot())
    for _ in range(20):
        whole.step()
        resumed.step()
    assert content(resumed.snapshot()) == content(whole.snapshot())
    assert resumed.steps == 40


def test_loading_restores_live_changes_and_the_ball_that_is_followed() -> None:
    run = walk(5, optimizers=ALL_SIX)
    run.retune(replaced(checked(Params, {"optimizers": ALL_SIX}), {"learning_rate": 0.01, "beta": 0.5}))
    run.act(Follow("adam"))
    run.act(Place("sgd", 1.0, 1.0))
    run.step()
    other = walk(0, optimizers=ALL_SIX)
    other.load(run.save())
    assert content(other.snapshot()) == content(run.snapshot())
    assert other.snapshot().ball.optimizer == "adam"


def test_a_damaged_or_foreign_state_is_refused_by_name() -> None:
    run = walk(3)
    good = run.save()
    with pytest.raises(ValueError, match="of a run with the balls adam"):
        run.load(walk(3, optimizers=["adam"]).save())
    with pytest.raises(ValueError, match="'random' is missing"):
        run.load({name: value for name, value in good.items() if name != "random"})
    with pytest.raises(ValueError, match="position: shape"):
        run.load(good | {"balls": good["balls"] | {"sgd": good["balls"]["sgd"] | {"position": np.zeros(3)}}})
    with pytest.raises(ValueError, match="another optimiser"):
        run.load(good | {"balls": good["balls"] | {"sgd": good["balls"]["momentum"]}})


@pytest.mark.parametrize("when", [0, 4])
def test_moving_a_ball_and_taking_it_back_leaves_no_trace(when: int) -> None:
    run, untouched = walk(when), walk(when)
    inverse = run.act(Place("momentum", 2.0, 0.5))
    assert (metrics_of(run.snapshot())["x_momentum"], inverse) != (
        metrics_of(untouched.snapshot())["x_momentum"],
        None,
    )
    run.act(inverse)
    for _ in range(3):
        assert content(run.snapshot()) == content(untouched.snapshot())
        run.step()
        untouched.step()


def test_a_moved_ball_rolls_on_from_there_with_the_velocity_it_had() -> None:
    run = walk(4)
    velocity = run.snapshot().balls[1].first
    run.act(Place("momentum", 2.0, 0.5))
    frame = run.snapshot()
    assert (frame.balls[1].x, frame.balls[1].y) == (2.0, 0.5) == tuple(frame.trail(1)[-1])
    assert frame.balls[1].first == velocity and frame.balls[1].came is None
    assert frame.balls[0] == walk(4).snapshot().balls[0]  # the other ball did not notice


def test_a_lost_ball_that_is_put_back_starts_anew_and_only_a_checkpoint_undoes_it() -> None:
    run = walk(30, surface="rosenbrock", learning_rate=1.0)
    assert run.done and run.diverged
    assert run.act(Place("momentum", 0.0, 0.0)) is None
    assert not run.done and run.snapshot().balls[1].first == (0.0, 0.0)


def test_gestures_say_what_they_do_and_unknown_ones_are_refused() -> None:
    assert Place("adam", 1.0, -2.0).sentence() == "Move the ball of Adam to (1.00, −2.00)"
    assert Follow("sgd").sentence() == "Follow SGD"
    run = walk()
    with pytest.raises(ValueError, match="no ball of “adam”"):
        run.act(Place("adam", 0.0, 0.0))
    with pytest.raises(ValueError, match="no gesture Set"):
        run.act(Set({"beta": 0.1}))


def test_following_a_ball_lights_it_and_survives_a_ball_that_is_not_there() -> None:
    run = walk(5)
    assert run.act(Follow("momentum")) == Follow("sgd")
    frame = run.snapshot()
    assert metrics_of(frame)["loss"] == metrics_of(frame)["loss_momentum"]
    run.act(Follow("adam"))
    assert run.snapshot().ball.optimizer == "sgd"


def test_frames_never_change_whatever_happens_afterwards() -> None:
    run = walk(0, noise=0.1, optimizers=ALL_SIX, learning_rate=0.05)
    kept = []
    for _ in range(260):  # past the first growth of the record
        run.step()
        if run.steps % 4 == 0 or run.steps > 250:
            kept.append((frame := run.snapshot(), content(frame)))
    checkpoint = run.save()
    run.act(Place("sgd", 0.0, 0.0))
    run.retune(checked(Params, {"noise": 0.1, "optimizers": ALL_SIX, "learning_rate": 1.0}))
    for _ in range(300):
        run.step()
    run.load(checkpoint)
    for _ in range(50):
        run.step()
    run.load(walk(3, noise=0.1, optimizers=ALL_SIX, learning_rate=0.05).save())
    run.step()
    assert all(content(frame) == before for frame, before in kept)


def test_arrays_of_a_frame_cannot_be_written_to() -> None:
    frame = walk(5).snapshot()
    arrays = [
        frame.trail(0),
        frame.losses(1),
        frame.rates,
        frame.slice.t,
        frame.slice.loss,
        frame.terrain.heights,
    ]
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_showing_a_long_run_copies_nothing() -> None:
    run = walk(1000)
    past = run.snapshot().past
    assert past.stored.base is not None and len(past.columns(0, 1)) == 1001
    assert np.shares_memory(past.stored, run.snapshot().past.stored)
    for rate in (0.1, 0.2, 0.3):  # nor does a slider that moves
        run.retune(checked(Params, {"learning_rate": rate}))
        assert np.shares_memory(past.stored, run.snapshot().past.stored)
        assert run.snapshot().rates[-1] == rate


def test_a_saved_state_keeps_the_row_of_its_step_whatever_comes_after() -> None:
    run = walk(10)
    saved = run.save()
    before = saved["record"].copy()
    run.retune(checked(Params, {"learning_rate": 0.9}))
    run.act(Place("sgd", 1.0, 1.0))
    run.step()
    assert np.array_equal(saved["record"], before)


def test_a_very_long_record_is_thinned_evenly_and_ends_where_the_ball_is() -> None:
    run = walk(2 * MAX_ROWS, optimizers=["sgd"], surface="bowl", learning_rate=2.0)  # it bounces for ever
    frame = run.snapshot()
    steps = frame.past.steps
    assert len(steps) <= MAX_ROWS + 1 and steps[-1] == frame.step
    assert np.all(np.diff(steps)[:-1] == 3)
    assert frame.trail(0)[-1].tolist() == [frame.ball.x, frame.ball.y]
    xs = frame.trail(0)[:-1, 0]
    assert np.all(np.sign(xs[1:]) == -np.sign(xs[:-1]))  # an odd stride still shows the bounce


def test_live_changes_are_taken_at_once_and_others_need_a_new_start() -> None:
    run, params = walk(3), checked(Params, {})
    run.retune(replaced(params, {"learning_rate": 0.5, "schedule": "step", "schedule_steps": 1, "mark_limit": False}))
    assert run.snapshot().rate == 0.5 * 0.5**3 == run.snapshot().rates[-1]
    with pytest.raises(ValueError, match="surface: can only be changed by starting over"):
        run.retune(replaced(params, {"surface": "bowl"}))


def test_no_optimiser_at_all_is_refused_with_a_sentence() -> None:
    with pytest.raises(ParamError, match="optimizers: choose at least one optimiser"):
        checked(Params, {"optimizers": []})


def test_a_formula_that_cannot_be_read_is_refused_with_its_place() -> None:
    with pytest.raises(ParamError, match=r"formula: .*expected"):
        checked(Params, {"formula": "x +* y"})


def test_a_run_ends_only_when_every_ball_is_lost() -> None:
    run = walk(40, surface="rosenbrock", learning_rate=0.26, optimizers=["sgd", "adam"])
    assert run.diverged and not run.done
    frame = run.snapshot()
    assert frame.step == 40 and divergence_of(frame).step == 5
    assert "Adam" in sentence_of(frame) and "SGD diverged at step 5" in sentence_of(frame)
    flat = walk(100, surface="bowl", start="own", start_x=0.0, start_y=0.0)
    assert not flat.done and "exactly 0" in sentence_of(flat.snapshot())


def test_gestures_are_replayed_at_their_steps() -> None:
    actions = ((2, Place("sgd", 1.0, 1.0)), (2, Set({"learning_rate": 0.1})), (3, Follow("momentum")))
    frame = played(SPECIFICATION, Setting({}, 0, actions, 5)).snapshot()
    assert frame.trail(0)[2].tolist() == [1.0, 1.0]
    assert frame.rates.tolist() == [0.26, 0.26, 0.1, 0.1, 0.1, 0.1]
    assert frame.ball.optimizer == "momentum"


def test_view_options_are_no_controls() -> None:
    assert not {f.name for f in fields(Display)} & {f.name for f in fields(Params)}


def test_the_card_imports_neither_numpy_nor_the_simulation() -> None:
    import subprocess
    import sys

    code = (
        "import sys, lab.experiments.e05_gradient_descent as e; e.EXPERIMENT.title;"
        "sys.exit(any(m in sys.modules for m in ('numpy', 'PySide6', e.__name__ + '.simulation')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("loss", "lost"),
    [(1e300, False), (-1e300, False), (math.nextafter(1e300, math.inf), True), (-1.1e300, True), (math.nan, True)],
)
def test_a_ball_is_lost_as_soon_as_its_loss_is_beyond_what_can_be_stepped_on(loss: float, lost: bool) -> None:
    """Finite numbers beyond 10³⁰⁰ count as infinite: the very next step would overflow."""
    knobs = Knobs(0.9, 0.99, 0.0)
    walker = Walker("sgd", knobs, (0.0, 0.0), lambda _x, _y: (1.0, 0.0, 0.0))
    walker.step(0.1, None, knobs, lambda _x, _y: (loss, 1.0, 1.0), 7)
    assert walker.diverged == (7 if lost else None)


def test_a_walk_that_runs_away_is_called_lost_while_its_numbers_are_still_finite() -> None:
    run = walk(surface="bowl", learning_rate=30.0, optimizers=["sgd"])
    while not run.diverged:
        run.step()
    ball = run.snapshot().balls[0]
    assert math.isfinite(ball.x) and math.isfinite(ball.y) and ball.loss > 1e300
    assert divergence_of(run.snapshot()) is not None
