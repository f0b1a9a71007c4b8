"""Cost against size, printed; no test fails on a time."""

from __future__ import annotations

import pytest

from lab.bench import cost, machine


@pytest.mark.bench
def test_cost_grows_as_the_books_say(capsys) -> None:
    with capsys.disabled():
        print()
        for name, value in {**machine(), **cost.figures()}.items():
            print(f"{name:<60} {value if isinstance(value, str) else format(value, '.4g')}")


def test_the_exponent_of_a_square_is_two() -> None:
    assert cost.exponent((2, 4, 8), (4.0, 16.0, 64.0)) == pytest.approx(2.0)
