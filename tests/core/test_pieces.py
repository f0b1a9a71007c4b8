"""Work in pieces, done at once or as a part of longer work."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from lab.core.pieces import Pieces, part_of, result_of


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


def test_work_of_somebody_else_is_gone_on_with_until_nothing_is_left() -> None:
    work = Pieces(counting(2))
    assert work.left and work.share == 0.0
    found = []
    while work.left:
        found.append((work.go_on(), work.share))
    assert [made for made, _share in found] == [None, None, "counted to 2"]
    shares = [share for _made, share in found]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert not Pieces().left and Pieces(share=1.0).share == 1.0


def test_work_that_fails_is_over() -> None:
    work = Pieces(failing())
    assert work.go_on() is None and work.left
    with pytest.raises(ValueError, match="no more"):
        work.go_on()
    assert not work.left and work.share == 0.5
