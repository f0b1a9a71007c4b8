"""Files and links of earlier versions open, and show the same numbers to the same digits.

Each folder of `tests/corpus` was written by `build/make_corpus.py` in a checkout of the version it is named after.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from lab import catalog
from lab.core.scene import Scene, from_json, from_link, to_json
from lab.runtime.track import Track
from tests.asking import metrics_of

CORPUS = Path(__file__).parent / "corpus"
DIGITS = 1e-8  # relative: other processors round single operations otherwise, and the twins of experiment 3 magnify it
OF_ROUNDING = {"linear-regression": {"best_digits", "ratio", "t_value"}}
"""Metrics that measure nothing but rounding where the points lie on a line."""
MENDED = {
    # An infinite loss was written as NaN.
    "decision-boundaries-break-rate.glassbox": {"loss_seen": "inf", "loss_test": "inf"},
}
"""What a version showed wrongly, with what is right."""
CASES = [
    pytest.param(folder, name, shown, id=f"{folder.name}-{name}")
    for folder in sorted(CORPUS.iterdir())
    for name, shown in json.loads((folder / "expected.json").read_text("utf-8")).items()
]


def opened(folder: Path, name: str) -> Scene:
    if name.startswith("lab:"):
        return from_link(name, catalog.find)
    return from_json((folder / name).read_bytes(), catalog.find)


@pytest.mark.parametrize(("folder", "name", "expected"), CASES)
def test_what_was_saved_opens_and_shows_what_it_showed(folder: Path, name: str, expected: dict[str, Any]) -> None:
    scene = opened(folder, name)
    again = to_json(from_json(to_json(scene), catalog.find))
    assert to_json(from_json(again, catalog.find)) == again
    experiment = catalog.find(scene.experiment)
    assert experiment is not None
    track = Track(experiment, scene)
    track.run_to_goal()
    frame = track.simulation.snapshot()
    metrics, before = metrics_of(frame), expected["metrics"] | MENDED.get(name, {})
    assert frame.step == expected["step"]
    assert before.keys() <= metrics.keys()
    for key in OF_ROUNDING.get(scene.experiment, ()):
        del before[key]
    assert not {key: (value, metrics[key]) for key, value in before.items() if not same(value, metrics[key])}


def same(before: Any, now: Any) -> bool:
    """Whether a number of the corpus (floats are written as text) is the one on screen now."""
    now = now.item() if hasattr(now, "item") else now
    if not isinstance(now, float):
        return bool(before == now)
    before = float(before)
    return (math.isnan(before) and math.isnan(now)) or math.isclose(before, now, rel_tol=DIGITS, abs_tol=1e-12)


def test_notes_answers_options_and_hidden_controls_are_there() -> None:
    for folder in sorted(CORPUS.iterdir()):
        for path in sorted(folder.glob("*-state.glassbox")):
            scene = opened(folder, path.name)
            assert "naïve café, 漢字, x² ≤ ½, 🙂" in scene.notes
            assert scene.answers == {"first": "no", "quiz": 2, "sure": True, "guess": 0.25}
            assert scene.state and scene.hidden


def test_every_kind_of_gesture_and_every_experiment_of_its_time_is_there() -> None:
    for folder in sorted(CORPUS.iterdir()):
        ids = {opened(folder, path.name).experiment for path in folder.glob("*-default.glassbox")}
        assert len(ids) >= 14
