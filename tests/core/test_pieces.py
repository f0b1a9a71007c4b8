"""Work in pieces, done at once or as a part of longer work."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from lab.core.pieces import part_of, result_of


def counting(to: int) -> Generator[float, None, str]:
    for i in range(1, to + 1):
        yield i / to
    return f"counted to {to}"


def failing() -> Generator[float, None, str]:
    yield 0.5
    raise ValueError("no more")


def test_the_result_is_what_the_work_returns() -> None:
    assert result_of(counting(3)) == "counted to 3"
    assert result_of(counting(0)) == "counted to 0"
    with pytest.raises(ValueError, match="no more"):
        result_of(failing())


def test_a_part_tells_its_share_of_the_whole_and_hands_its_result_on() -> None:
    shares: list[float] = []

    def whole() -> Generator[float, None, str]:
        return (yield from part_of(counting(2), 0.5, 0.9))

    work = whole()
    with pytest.raises(StopIteration) as end:
        while True:
            shares.append(next(work))
    assert shares == pytest.approx([0.7, 0.9])
    assert end.value.value == "counted to 2"


def test_a_part_that_is_closed_closes_its_work() -> None:
    inner = counting(5)
    work = part_of(inner, 0.0, 1.0)
    next(work)
    work.close()
    assert list(inner) == []
