"""A watermark: half of the tokens are green, by a rule, and too many green ones give it away."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from lab.engine.decoding.watermark import Watermark, green_z


@pytest.mark.parametrize("share", [0.25, 0.5])
def test_the_share_of_green_tokens_is_what_was_asked_for_after_every_token(share: float) -> None:
    rule = Watermark(share=share)
    counts = np.array([rule.green(before, np.arange(4000)).mean() for before in range(60)])
    assert abs(counts.mean() - share) < 0.005 and np.abs(counts - share).max() < 0.035
    alike = [(rule.green(a, np.arange(4000)) == rule.green(a + 1, np.arange(4000))).mean() for a in range(20)]
    assert abs(np.mean(alike) - (share**2 + (1 - share) ** 2)) < 0.01  # one list says nothing of the next


def test_the_colours_depend_on_the_key_and_on_nothing_else() -> None:
    tokens = np.arange(500)
    assert np.array_equal(Watermark(3).green(7, tokens), Watermark(3).green(7, tokens))
    assert not np.array_equal(Watermark(3).green(7, tokens), Watermark(4).green(7, tokens))
    assert Watermark(3).green(7, tokens)[11] == Watermark(3).green(7, 11)[0]


def test_the_green_tokens_of_a_text_are_counted_from_a_place_on() -> None:
    rule, text = Watermark(), [5, 9, 2, 2, 7]
    each = [bool(rule.green(a, b)[0]) for a, b in pairwise(text)]
    assert rule.greens(text) == sum(each) == rule.greens(text, 0)
    assert rule.greens(text, 3) == sum(each[2:]) and rule.greens(text, 5) == 0 and rule.greens([], 0) == 0


def test_z_is_the_distance_from_chance_in_standard_deviations() -> None:
    assert green_z(50, 100) == 0.0 and green_z(60, 100) == pytest.approx(2.0) and green_z(0, 0) is None
    assert green_z(40, 100, 0.25) == pytest.approx(15 / math.sqrt(100 * 0.25 * 0.75))
    with pytest.raises(ValueError, match="greens"):
        green_z(5, 4)
    with pytest.raises(ValueError, match="share"):
        Watermark(share=1.0)


def test_unmarked_text_is_hardly_ever_accused() -> None:
    rng = np.random.default_rng(0)
    found = [green_z(Watermark().greens(rng.integers(0, 1000, 201).tolist()), 200) for _text in range(400)]
    values = np.array(found, float)
    assert abs(values.mean()) < 0.2 and abs(values.std() - 1) < 0.12 and values.max() < 4
