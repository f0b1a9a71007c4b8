"""Lines between two columns of tokens: names are there for as many tokens as there are."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest

from widgets.tokens.arcs import Arcs

WORDS = ("[CLS]", "the", "animal", "did", "not", "cross", "street", "because")


def arcs(qtbot: Any, n: int, size: tuple[int, int] = (345, 210), words: tuple[str, ...] = WORDS) -> Arcs:
    made = Arcs()
    qtbot.addWidget(made)
    made.resize(*size)
    made.set_titles("Who looks at whom", "looks", "is looked at")
    made.set_arcs(np.eye(n), [words[i % len(words)] for i in range(n)])
    return made


@pytest.mark.parametrize("n", [2, 16, 17, 26, 45])
def test_every_token_has_its_name_as_long_as_three_columns_hold_them(qtbot: Any, n: int) -> None:
    assert [number for number, _spot in arcs(qtbot, n).names()] == list(range(n))


@pytest.mark.parametrize("n", [60, 256])
def test_of_very_many_tokens_every_so_many_has_its_name(qtbot: Any, n: int) -> None:
    numbers = [number for number, _spot in arcs(qtbot, n).names()]
    assert 10 <= len(numbers) < n
    assert len({b - a for a, b in pairwise(numbers)}) == 1


@pytest.mark.parametrize("words", [WORDS, ("a", "b", ",")])
@pytest.mark.parametrize("n", [16, 17, 26, 45, 60, 256])
def test_no_two_names_stand_on_each_other(qtbot: Any, n: int, words: tuple[str, ...]) -> None:
    made = arcs(qtbot, n, words=words)
    written = [spot.adjusted(0, 4, 0, -4) for _number, spot in made.names()]  # the letters in their line
    for a, b in combinations(written, 2):
        both = a.intersected(b)
        assert both.width() < 1 or both.height() < 1, (a, b)
    assert all(spot.left() >= 0 and spot.width() >= 14 for spot in written)
    made.grab()
