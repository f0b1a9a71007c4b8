"""What is told about the steps of an experiment."""

from __future__ import annotations

import pytest

from lab.bench.frames import summary, told

QUICK = [(2.0 + 0.01 * k, 1.0) for k in range(100)]
SLOW = [(9.0, 7.5)] * 4 + [(31.0, 8.0)]


def test_median_and_99th_percentile_are_told_of_the_clock_and_of_the_thread() -> None:
    assert list(summary(QUICK).values()) == pytest.approx([2.5, 2.99, 1.0, 1.0])
    assert list(summary(SLOW).values()) == [9.0, 31.0, 7.5, 8.0]


def test_the_line_names_the_preset_whose_steps_take_longest_and_passes_over_one_without_steps() -> None:
    line = told({"quick": QUICK, "none": [], "slow": SLOW})
    assert line == (
        "2.5 / 9.0 ms (1.0 / 7.5 of the window's thread), "
        "slowest preset slow 9.0 / 31.0 ms (7.5 / 8.0 of the window's thread)"
    )
