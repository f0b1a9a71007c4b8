"""Gestures of more than one experiment."""

from __future__ import annotations

import pytest

from lab import catalog
from lab.core.scene import Scene, from_json, to_json
from lab.kit.gestures import Choose, Cut, Measure, MoveLine, MovePoint, RemovePoint


def test_a_moved_line_says_where_to() -> None:
    assert MoveLine(2, -0.5).sentence() == "Move the line to slope 2.00, intercept −0.500"


@pytest.mark.parametrize("id", ["what-is-ml", "loss-functions"])
def test_a_moved_line_is_kept_in_files_of_every_experiment_that_knows_it(id: str) -> None:
    experiment = catalog.find(id)
    assert MoveLine in experiment.load().actions
    scene = Scene(id, experiment.load().version, actions=((0, MoveLine(2.0, -0.5)),))
    assert from_json(to_json(scene), catalog.find).actions == ((0, MoveLine(2.0, -0.5)),)


def test_a_point_is_counted_from_one_in_words() -> None:
    assert MovePoint("five", 0, 1.25, -2).sentence() == "Move point 1 to (1.25, −2.00)"
    assert RemovePoint("five", 4).sentence() == "Remove point 5"


@pytest.mark.parametrize("id", ["loss-functions", "overfitting"])
def test_experiments_with_points_share_what_is_done_to_one(id: str) -> None:
    experiment = catalog.find(id)
    assert {MovePoint, RemovePoint} <= set(experiment.load().actions)
    done = ((0, MovePoint("own", 2, 0.5, 1.5)), (3, RemovePoint("own", 1)))
    scene = Scene(id, experiment.load().version, actions=done, step=3)
    assert from_json(to_json(scene), catalog.find).actions == done


@pytest.mark.parametrize("id", ["next-token", "decoding"])
def test_experiments_with_a_text_share_what_is_done_to_it(id: str) -> None:
    experiment = catalog.find(id)
    assert {Choose, Cut, Measure} <= set(experiment.load().actions)
    done = ((0, Choose(5)), (1, Cut(3)), (1, Measure()))
    scene = Scene(id, experiment.load().version, actions=done, step=1)
    assert from_json(to_json(scene), catalog.find).actions == done


def test_what_is_done_to_a_text_is_said() -> None:
    assert [one.sentence() for one in (Choose(5), Cut(3), Measure())] == [
        "Choose the token yourself", "Go back to token 3", "Measure this computer",
    ]  # fmt: skip
