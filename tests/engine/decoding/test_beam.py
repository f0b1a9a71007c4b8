"""Beam search and its tree."""

import itertools

import numpy as np
import pytest

from lab.engine.decoding.beam import beam_search

# after the start: 0 looks better than 1, but everything good comes after 1
TRAP = {(): [0.55, 0.45, 0.0], (0,): [0.4, 0.3, 0.3], (1,): [0.05, 0.05, 0.9]}


def trap(ids):
    with np.errstate(divide="ignore"):
        return np.log(TRAP.get(tuple(ids[1:]), [1 / 3] * 3))


def markov(seed=0, size=5):
    table = np.log(np.random.default_rng(seed).dirichlet(np.ones(size), size))
    return lambda ids: table[ids[-1]]


def test_a_beam_of_one_is_greedy_and_walks_into_the_trap_a_beam_of_two_does_not():
    greedy, two = (beam_search(trap, [9], width, 2) for width in (1, 2))
    assert greedy.path(greedy.best[0]) == [0, 0]
    assert two.path(two.best[0]) == [1, 2]
    assert two.scores[0] == pytest.approx(np.log(0.45 * 0.9))


def test_a_wide_beam_finds_the_likeliest_of_all_texts():
    model = markov()
    tree = beam_search(model, [0], 5**3, 4)

    def log_probability(path):
        return sum(model([a])[b] for a, b in itertools.pairwise([0, *path]))

    best = max(itertools.product(range(5), repeat=4), key=log_probability)
    assert tuple(tree.path(tree.best[0])) == best
    assert tree.scores[0] == pytest.approx(log_probability(best))


def test_every_depth_keeps_as_many_as_the_beam_is_wide_and_shows_some_that_were_given_up():
    tree = beam_search(markov(), [0], 3, 4)
    for depth in range(1, 5):
        level = [node for node in tree.nodes if node.depth == depth]
        assert sum(node.kept for node in level) == 3
        assert any(not node.kept for node in level)
    assert all(tree.nodes[node.parent].kept for node in tree.nodes if node.parent >= 0)


def test_paths_spell_out_their_log_probability():
    model = markov(1)
    tree = beam_search(model, [2], 3, 3)
    for i, node in enumerate(tree.nodes):
        assert node.log_probability == pytest.approx(
            sum(model([a])[b] for a, b in itertools.pairwise([2, *tree.path(i)]))
        )


def ending(ids):
    return np.log([0.5, 0.3, 0.2])  # token 2 ends


def test_an_ended_path_keeps_its_place_and_is_not_continued():
    tree = beam_search(ending, [0], 2, 3, end=1)
    ended = [i for i, node in enumerate(tree.nodes) if node.ended and node.kept]
    assert ended
    assert not any(node.parent in ended for node in tree.nodes)


def test_a_length_penalty_favours_longer_paths():
    short, long = (beam_search(ending, [0], 2, 6, length_penalty=a, end=1) for a in (0.0, 1.0))
    assert len(short.path(short.best[0])) < len(long.path(long.best[0]))


@pytest.mark.parametrize(("width", "steps"), [(0, 3), (2, 0)])
def test_impossible_sizes_are_refused(width, steps):
    with pytest.raises(ValueError, match="at least 1"):
        beam_search(trap, [0], width, steps)
