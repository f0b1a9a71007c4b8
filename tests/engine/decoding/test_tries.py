"""Several tries: votes, the likeliest, one right among them, and how sure a share is."""

from __future__ import annotations

from itertools import combinations
from math import isclose

import pytest

from lab.engine.decoding.tries import (
    Try,
    chance_of_all_right,
    chance_of_one_right,
    likeliest,
    majority,
    share_of_windows,
    wilson,
)


def tries(*answers: str) -> list[Try]:
    return [Try(answer, 1, -1.0) for answer in answers]


def test_the_majority_is_the_most_frequent_and_of_equals_the_first() -> None:
    assert majority(tries("7", "8", "8")) == "8"
    assert majority(tries("8", "7", "7", "8")) == "8" and majority(tries("7", "8", "8", "7")) == "7"


def test_no_answer_is_no_vote() -> None:
    assert majority(tries("", "", "9")) == "9" and majority(tries("", "")) == "" and majority([]) == ""


def test_the_likeliest_try_is_the_one_with_the_least_surprise_a_token() -> None:
    assert likeliest([Try("7", 20, -0.4), Try("8", 2, -0.5), Try("", 1, -0.1)]) == "7"
    assert likeliest([Try("", 1, -0.1)]) == ""


def test_windows_count_every_try_alike() -> None:
    made = tries("a", "b", "b", "a", "a")
    assert share_of_windows(made, 1, majority, "a") == 3 / 5
    # abb, bba, baa, aaa, aab in the circle: b, b, a, a, a
    assert share_of_windows(made, 3, majority, "a") == 3 / 5
    assert share_of_windows(made, 5, majority, "a") == 1.0
    with pytest.raises(ValueError, match=r"1 … 5, got 6"):
        share_of_windows(made, 6, majority, "a")
    with pytest.raises(ValueError, match=r"got 0"):
        share_of_windows(made, 0, majority, "a")


@pytest.mark.parametrize(("n_tries", "n_right"), [(6, 2), (5, 0), (5, 5), (7, 1)])
def test_the_chance_of_a_right_one_is_that_of_all_subsets(n_tries: int, n_right: int) -> None:
    cases = [k < n_right for k in range(n_tries)]
    for n in range(1, n_tries + 1):
        held = [any(chosen) for chosen in combinations(cases, n)]
        assert isclose(chance_of_one_right(n_tries, n_right, n), sum(held) / len(held))
    with pytest.raises(ValueError, match="n_right"):
        chance_of_one_right(n_tries, n_tries + 1, 1)


@pytest.mark.parametrize(("n_tries", "n_right"), [(5, 0), (5, 3), (5, 5), (8, 7)])
def test_the_chance_that_all_are_right_is_that_of_all_subsets(n_tries: int, n_right: int) -> None:
    made = [k < n_right for k in range(n_tries)]
    for n in range(1, n_tries + 1):
        drawn = [all(one) for one in combinations(made, n)]
        assert isclose(chance_of_all_right(n_tries, n_right, n), sum(drawn) / len(drawn))
    with pytest.raises(ValueError, match="n must"):
        chance_of_all_right(n_tries, n_right, n_tries + 1)
    with pytest.raises(ValueError, match="n_right"):
        chance_of_all_right(n_tries, n_tries + 1, 1)


def test_wilsons_interval_is_that_of_the_books() -> None:
    low, high = wilson(0.2, 10)  # 2 of 10
    assert isclose(low, 0.0567, abs_tol=5e-5) and isclose(high, 0.5098, abs_tol=5e-5)
    low, high = wilson(0.0, 20)
    assert isclose(low, 0.0, abs_tol=1e-12) and isclose(high, 0.1611, abs_tol=5e-5)
    assert isclose(wilson(1.0, 20)[1], 1.0) and wilson(1.0, 20)[1] <= 1.0
    with pytest.raises(ValueError, match="share"):
        wilson(1.1, 10)
    with pytest.raises(ValueError, match="n must"):
        wilson(0.5, 0)
