"""The layered layout: columns, order, distances, straight lines; no Qt."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from widgets.graphs.layered_layout import Box, layered


def boxes(keys: str, width: float = 60, height: float = 50) -> list[Box]:
    return [Box(key, width, height) for key in keys]


def test_every_link_leads_to_a_later_column_and_leaves_stand_beside_what_needs_them() -> None:
    placed = layered(boxes("abcdL"), [("a", "c"), ("b", "c"), ("c", "L"), ("d", "L")])
    assert [set(column) for column in placed.columns] == [{"a", "b"}, {"c", "d"}, {"L"}]
    x = {key: placed.centres[key][0] for key in "abcdL"}
    assert x["a"] == x["b"] < x["c"] == x["d"] < x["L"]


def test_boxes_of_a_column_never_touch_whatever_the_graph() -> None:
    rng = random.Random(3)
    for _ in range(20):
        keys = [f"n{i}" for i in range(40)]
        links = [(keys[rng.randrange(i)], keys[i]) for i in range(1, 40) for _ in range(rng.randint(1, 2))]
        sizes = {key: rng.choice((40.0, 80.0)) for key in keys}
        placed = layered([Box(key, 60, sizes[key]) for key in keys], links, gap_y=10)
        for column in placed.columns:
            spots = sorted((placed.centres[key][1], sizes[key]) for key in column)
            for (y, high), (below, other) in pairwise(spots):
                assert below - y >= (high + other) / 2 + 10 - 1e-6
        ys = [placed.centres[key][1] - sizes[key] / 2 for key in keys]
        assert min(ys) >= -1e-6
        assert max(placed.centres[key][1] + sizes[key] / 2 for key in keys) <= placed.height + 1e-6


def test_a_tree_is_drawn_without_crossings_and_a_chain_straight() -> None:
    chain = layered(boxes("abcd"), [("a", "b"), ("b", "c"), ("c", "d")])
    assert len({round(y, 6) for _x, y in chain.centres.values()}) == 1
    tree = layered(boxes("abcdefg"), [("a", "e"), ("b", "e"), ("c", "f"), ("d", "f"), ("e", "g"), ("f", "g")])
    y = {key: spot[1] for key, spot in tree.centres.items()}
    order = sorted("abcd", key=y.__getitem__)
    assert {frozenset(order[:2]), frozenset(order[2:])} == {frozenset("ab"), frozenset("cd")}
    assert (y["e"] < y["f"]) == (set(order[:2]) == {"a", "b"})


def test_a_long_link_bends_around_the_boxes_it_passes() -> None:
    links = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")]
    placed = layered(boxes("abcd"), links)
    way = placed.routes[3]
    assert len(way) == 2
    for (x, y), key in zip(way, "bc"):
        assert x == placed.centres[key][0]
        assert abs(y - placed.centres[key][1]) > 25  # clear of the box


def test_two_links_between_the_same_boxes_are_both_kept() -> None:
    placed = layered(boxes("ab"), [("a", "b"), ("a", "b")])
    assert placed.routes == ((), ())


def test_a_link_that_leads_back_is_refused_with_its_names() -> None:
    with pytest.raises(ValueError, match="'b' to 'a'"):
        layered(boxes("ab"), [("b", "a")])
    with pytest.raises(ValueError, match="'z'"):
        layered(boxes("ab"), [("a", "z")])


def test_nothing_and_one_box_have_a_layout_too() -> None:
    assert layered([], []).columns == ()
    assert layered(boxes("a"), []).centres["a"] == (30.0, 25.0)
