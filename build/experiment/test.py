"""Example: its numbers, its gesture, and what the view makes of the hand."""

from __future__ import annotations

import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import frame_of, played
from lab.experiments.e00_example.simulation import PutGoal
from lab.experiments.e00_example.view import View
from tests.asking import metrics_of

EXPERIMENT = find("example")


@pytest.mark.parametrize(("rate", "left"), [(0.5, 3.5), (1.0, 0.0), (2.0, 7.0)])
def test_a_step_goes_a_part_of_the_way(rate: float, left: float) -> None:
    assert metrics_of(frame_of(EXPERIMENT, Setting({"rate": rate}, steps=1)))["distance"] == pytest.approx(left)


@pytest.mark.parametrize(("rate", "runs_away"), [(1.99, False), (2.01, True)])
def test_above_two_it_runs_away(rate: float, runs_away: bool) -> None:
    start, end = (frame_of(EXPERIMENT, Setting({"rate": rate}, steps=n)).distance for n in (0, 40))
    assert (end > start) == runs_away


def test_a_goal_is_taken_back() -> None:
    simulation = played(EXPERIMENT.load(), Setting(steps=2))
    back = simulation.act(PutGoal(5.0))
    assert simulation.snapshot().goal == 5.0
    simulation.act(back)
    assert simulation.snapshot().goal == 3.0


@pytest.mark.parametrize("to", [100.1, float("nan")])
def test_a_goal_out_of_reach_is_refused(to: float) -> None:
    simulation = played(EXPERIMENT.load(), Setting())
    with pytest.raises(ValueError, match="between"):
        simulation.act(PutGoal(to))
    assert simulation.snapshot().goal == 3.0


def test_dragging_the_ring_puts_the_goal_there_as_one_gesture(qtbot) -> None:
    view = View()
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show()
    view.show_frame(frame_of(EXPERIMENT, Setting()))
    acted: list[tuple[object, str]] = []
    view.acted.connect(lambda action, gesture: acted.append((action, gesture)))
    view.stage.dragged.emit("goal", 0.0, 4.0)
    view.stage.dragged.emit("goal", 0.0, 500.0)
    view.stage.dropped.emit("goal", 0.0, 500.0)
    view.stage.dragged.emit("goal", 0.0, 1.0)
    assert [action for action, _gesture in acted] == [PutGoal(4.0), PutGoal(100.0), PutGoal(1.0)]
    assert acted[0][1] == acted[1][1] != acted[2][1]
