"""Gestures of more than one experiment."""

from __future__ import annotations

import pytest

from lab import catalog
from lab.core.scene import Scene, from_json, to_json
from lab.kit.gestures import MoveLine


def test_a_moved_line_says_where_to() -> None:
    assert MoveLine(2, -0.5).sentence() == "Move the line to slope 2.00, intercept −0.500"


@pytest.mark.parametrize("id", ["what-is-ml", "loss-functions"])
def test_a_moved_line_is_kept_in_files_of_every_experiment_that_knows_it(id: str) -> None:
    experiment = catalog.find(id)
    assert MoveLine in experiment.load().actions
    scene = Scene(id, experiment.load().version, actions=((0, MoveLine(2.0, -0.5)),))
    assert from_json(to_json(scene), catalog.find).actions == ((0, MoveLine(2.0, -0.5)),)
