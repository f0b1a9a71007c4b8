"""The record of a run."""

from __future__ import annotations

import numpy as np
import pytest

from lab.kit.record import Record

MOST = 600


def written(steps: int, thin: int = 2) -> Record:
    """A record whose rows are the steps themselves, from 0 on."""
    record = Record([[0.0]], most=MOST, thin=thin)
    for step in range(1, steps):
        record.add(step, [step])
    return record


@pytest.mark.parametrize("thin", [2, 3])
def test_a_full_record_is_thinned_evenly(thin: int) -> None:
    record = written(4 * MOST, thin)
    assert len(record.rows) <= MOST
    assert set(np.diff(record.rows[:, 0])) == {record.stride}
    assert record.stride % thin == 0


@pytest.mark.parametrize("steps", [1, 100, MOST, MOST + 1, 2 * MOST, 5000])
def test_a_past_ends_at_its_step_whatever_the_stride(steps: int) -> None:
    past = written(steps).past(steps - 1, [steps - 1])
    assert np.array_equal(past.steps, past.column(0))
    assert past.steps[-1] == steps - 1
    assert len(set(past.steps)) == len(past.steps)


@pytest.mark.parametrize("steps", [10, 300, MOST - 1, MOST, 900, 2500])
def test_a_record_goes_on_from_its_rows_as_it_would_have_gone_on(steps: int) -> None:
    record = written(steps)
    again = Record(record.rows, record.stride, most=MOST)
    for step in range(steps, steps + 2000):
        record.add(step, [step])
        again.add(step, [step])
    assert again.stride == record.stride and np.array_equal(again.rows, record.rows)


def test_more_rows_than_there_may_be_are_kept_until_the_next_one() -> None:
    record = Record(np.arange(700.0)[:, None], most=MOST)
    assert len(record.rows) == 700
    record.add(700, [700.0])
    assert record.rows[:, 0].tolist() == list(range(0, 701, 2))


def test_what_was_given_out_stays_when_the_present_row_is_replaced() -> None:
    record = written(5)
    rows, past = record.rows, record.past(4, [4.0])
    record.replace(4, [9.0])
    assert rows[-1].tolist() == [4.0] and past.column(0).tolist() == [0, 1, 2, 3, 4]
    assert record.rows[-1].tolist() == [9.0]


def test_a_row_that_is_not_kept_cannot_be_replaced() -> None:
    record = written(MOST + 2)
    assert record.stride == 2
    before = record.rows.copy()
    record.replace(MOST + 1, [9.0])
    assert np.array_equal(record.rows, before)


def test_a_past_shares_the_buffer_and_cannot_be_written() -> None:
    record = written(100)
    past = record.past(99, [99.0])
    assert np.shares_memory(past.stored, record.past(99, [99.0]).stored)
    for array in (past.stored, past.steps, past.columns(0, 1), record.rows):
        assert not array.flags.writeable
    record.add(100, [100.0])
    assert past.column(0).tolist() == list(range(100))


def test_saved_rows_have_to_have_so_many_columns() -> None:
    record = written(10)
    assert np.array_equal(Record.load(record.rows, 1, record.stride).rows, record.rows)
    for rows, stride in ((np.zeros((3, 2)), 1), (np.zeros(3), 1), (np.zeros((3, 1)), 0)):
        with pytest.raises(ValueError, match="record of shape"):
            Record.load(rows, 1, stride)
