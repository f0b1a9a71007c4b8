"""Read-only arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from lab.kit.arrays import freeze, freeze_all, freeze_fields, read_only


@dataclass(frozen=True)
class Part:
    one: np.ndarray
    several: tuple[np.ndarray | None, ...]
    name: str = ""


def test_a_copy_is_read_only_and_leaves_the_original_alone() -> None:
    given = np.arange(3.0)
    copy = read_only(given)
    with pytest.raises(ValueError, match="read-only"):
        copy[0] = 1.0
    given[0] = 9.0
    assert copy.tolist() == [0.0, 1.0, 2.0]


def test_a_copy_is_float64_unless_another_type_is_requested_for() -> None:
    assert read_only([1, 2]).dtype == np.float64
    assert read_only([1, 2], np.int64).dtype == np.int64
    assert read_only(np.zeros(2, np.float32), None).dtype == np.float32


def test_freezing_marks_the_same_array() -> None:
    array = np.zeros(2)
    assert freeze(array) is array
    assert not array.flags.writeable


def test_freezing_several_passes_over_what_is_no_array() -> None:
    first, second = np.zeros(2), np.zeros(3)
    freeze_all(first, None, 1.5, second)
    assert not first.flags.writeable and not second.flags.writeable


def test_freezing_a_dataclass_reaches_the_arrays_in_its_tuples() -> None:
    part = Part(np.zeros(2), (np.zeros(1), None))
    assert freeze_fields(part) is part
    assert not part.one.flags.writeable
    assert part.several[0] is not None and not part.several[0].flags.writeable
