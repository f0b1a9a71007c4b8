"""The figures of overfitting: every curve and the first updates of every grokking run are measured again, and what the
lesson says of the whole is checked against it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[3]
MEASURED = json.loads((ROOT / "assets" / "data" / "measured_overfitting.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def measure():
    spec = importlib.util.spec_from_file_location("measure_overfitting", ROOT / "build" / "measure_overfitting.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_curve_has_the_errors_that_were_measured(measure) -> None:
    for row, again in zip(MEASURED["curves"], measure.curves(), strict=True):
        assert again == pytest.approx(row, rel=0.01, abs=1e-12)


def test_degree_three_beats_a_free_degree_nine_and_a_price_or_far_more_degrees_help_it() -> None:
    test = {(row["degree"], row["price"]): row["test"] for row in MEASURED["curves"]}
    assert test[3, 0.0] < 0.2 and test[9, 0.0] > 10
    assert test[9, 0.1] < 0.2 < test[9, 10.0], "too high a price is too stiff"
    assert max(test[30, 0.0], test[100, 0.0]) < 0.3, "the second descent"


@pytest.mark.parametrize("row", MEASURED["grokking"], ids=lambda row: f"{row['share']}-{row['decay']}")
def test_the_first_updates_of_a_grokking_run_are_as_measured(measure, row) -> None:
    again = measure.grokking_run(row["share"], row["decay"], 0, measure.FIRST)
    assert again["first"] == pytest.approx(row["first"], abs=0.05)
    assert again["learned"] == row["learned"][0]


def row_of(share: float, decay: float) -> dict:
    (found,) = (row for row in MEASURED["grokking"] if (row["share"], row["decay"]) == (share, decay))
    return found


def test_all_know_by_heart_at_once_but_only_with_enough_decay_do_they_understand() -> None:
    assert all(time <= 100 for row in MEASURED["grokking"] for time in row["learned"])
    assert row_of(0.6, 0.0)["understood"] == row_of(0.6, 0.1)["understood"] == 0
    assert row_of(0.6, 0.5)["understood"] == 5 == row_of(0.7, 0.5)["understood"]
    assert median(row_of(0.6, 0.5)["updates"]) > 10 * max(row_of(0.6, 0.5)["learned"])


def test_with_more_sums_to_learn_from_it_understands_sooner() -> None:
    assert median(row_of(0.7, 0.5)["updates"]) < median(row_of(0.6, 0.5)["updates"])
