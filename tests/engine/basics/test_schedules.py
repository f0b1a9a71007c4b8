"""Schedules start and end where they say and never jump unless they mean to."""

import numpy as np
import pytest

from lab.engine.basics.schedules import Constant, Cosine, Linear, Schedule, Stable, StepDecay, WarmUp


@pytest.mark.parametrize("schedule", [Constant(), StepDecay(10), Linear(10), Cosine(10), Stable(5, 10), WarmUp(1)])
def test_every_schedule_starts_at_the_full_learning_rate(schedule: Schedule) -> None:
    assert schedule(0) == 1.0


def test_linear_and_cosine_fall_to_their_floor_and_stay_there() -> None:
    for schedule in (Linear(10, 0.2), Cosine(10, 0.2)):
        values = [schedule(step) for step in range(14)]
        assert np.all(np.diff(values[:11]) < 0)
        assert values[5] == pytest.approx(0.6)
        assert values[10:] == pytest.approx([0.2] * 4)


def test_step_decay_divides_by_ten_at_every_tread() -> None:
    assert [StepDecay(3)(step) for step in range(7)] == pytest.approx([1, 1, 1, 0.1, 0.1, 0.1, 0.01])


def test_warm_up_climbs_to_one_and_then_hands_over() -> None:
    schedule = WarmUp(4, Linear(4))
    assert [schedule(step) for step in range(9)] == pytest.approx([0.25, 0.5, 0.75, 1, 1, 0.75, 0.5, 0.25, 0])


def test_a_stable_schedule_is_level_and_then_falls_to_its_floor() -> None:
    schedule = WarmUp(2, Stable(3, 7, 0.2))
    assert [schedule(step) for step in range(11)] == pytest.approx([0.5, 1, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2, 0.2])


@pytest.mark.parametrize("hold", [-1, 5])
def test_a_stable_schedule_needs_steps_to_fall_in(hold: int) -> None:
    with pytest.raises(ValueError, match="fewer than steps"):
        Stable(hold, 5)
    assert Stable(4, 5, 0.1)(5) == pytest.approx(0.1)


@pytest.mark.parametrize("kind", [StepDecay, Linear, Cosine, WarmUp])
def test_a_schedule_of_no_steps_is_refused(kind: type[Linear]) -> None:
    with pytest.raises(ValueError, match="needs at least 1"):
        kind(0)
