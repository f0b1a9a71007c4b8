"""What takes minutes is measured once and kept: the first steps are repeated, and the lesson says what was found."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from lab.core.paths import asset

ROOT = Path(__file__).resolve().parents[2]
MEASURED: dict[str, Any] = json.loads(asset("data/measured_capstone.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def measure() -> Any:
    specification = importlib.util.spec_from_file_location("measure_capstone", ROOT / "build" / "measure_capstone.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("preset", MEASURED)
def test_the_first_steps_come_out_as_measured(measure: Any, preset: str) -> None:
    again, stored = measure.run(preset, measure.FIRST), MEASURED[preset]
    assert again["first"] == pytest.approx(stored["first"], abs=0.01)
    assert again["ladder"] == pytest.approx(stored["ladder"], abs=1e-6)
    assert again["parameters"] == stored["parameters"]


def test_the_lesson_says_what_two_minutes_reach() -> None:
    lesson, found = asset("lessons/en/25-capstone.md").read_text("utf-8"), MEASURED["two"]
    assert f"After {found['steps']} steps it had reached {found['held_out']:.2f}" in lesson
    assert f"the best table {min(found['ladder']):.2f}" in lesson
    assert f"{found['seconds']:.0f} seconds" in lesson
    assert found["held_out"] < min(found["ladder"])
