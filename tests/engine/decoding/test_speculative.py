"""Guessing ahead: faster, and exactly the same distribution."""

import numpy as np
import pytest

from lab.engine.decoding.check import chi_square
from lab.engine.decoding.speculative import (
    PromptLookup,
    best_draft_length,
    expected_tokens,
    leftover,
    speculate,
    speed_up,
)


class Table:
    """A model whose next token depends on the last one; it counts its passes."""

    def __init__(self, seed, size=4, sharpness=1.0):
        self.p = np.random.default_rng(seed).dirichlet(np.full(size, sharpness), size)
        self.passes = 0

    def next(self, ids):
        self.passes += 1
        return self.p[ids[-1]]

    def nexts(self, ids, n):
        self.passes += 1
        return self.p[ids[-n:]]


@pytest.mark.parametrize("n_guesses", [1, 3])
def test_the_distribution_of_what_is_written_is_that_of_the_large_model_alone(n_guesses):
    large, small, rng = Table(0), Table(1), np.random.default_rng(2)
    counts = np.zeros((4, 4), int)  # first two tokens after token 0
    for _ in range(6_000):
        text = [0]
        while len(text) < 3:
            text += speculate(large, small, text, n_guesses, rng).tokens
        counts[text[1], text[2]] += 1
    truth = large.p[0][:, None] * large.p
    wrong = small.p[0][:, None] * small.p
    assert chi_square(counts.ravel(), truth.ravel()).p_value > 0.01
    assert chi_square(counts.ravel(), wrong.ravel()).p_value < 1e-9


def test_a_drafter_equal_to_the_verifier_is_always_accepted_and_earns_a_bonus():
    model, rng = Table(0), np.random.default_rng(0)
    for _ in range(50):
        turn = speculate(model, model, [1], 4, rng)
        assert (turn.accepted, turn.ending, len(turn.tokens)) == (4, "bonus", 5)
        assert turn.chances == (1.0,) * 4


def test_a_round_checks_all_guesses_in_one_pass_of_the_large_model():
    large, small = Table(0), Table(1)
    speculate(large, small, [1, 2], 5, np.random.default_rng(0))
    assert (large.passes, small.passes) == (1, 5)


def test_a_refused_guess_is_replaced_by_a_token_the_large_model_thinks_likelier_than_the_small():
    large, small, rng = Table(3), Table(4), np.random.default_rng(1)
    seen = 0
    for _ in range(200):
        turn = speculate(large, small, [0], 3, rng)
        if turn.ending == "correction":
            before = (0, *turn.guesses)[turn.accepted]
            assert large.p[before][turn.last] > small.p[before][turn.last]
            assert turn.draws[-1] >= turn.chances[turn.accepted] and len(turn.draws) == turn.accepted + 1
            seen += 1
    assert seen > 20


def test_a_guess_the_large_model_thinks_impossible_is_never_accepted():
    large, small, rng = Table(0), Table(1), np.random.default_rng(0)
    large.p = np.tile([0.5, 0.5, 0.0, 0.0], (4, 1))
    for _ in range(100):
        assert not set(speculate(large, small, [0], 3, rng).tokens) & {2, 3}


def test_what_p_has_over_q_is_a_distribution():
    np.testing.assert_allclose(leftover(np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.3, 0.6])), [1.0, 0.0, 0.0])
    np.testing.assert_allclose(leftover(np.array([0.5, 0.5]), np.array([0.5, 0.5])), [0.5, 0.5])


def test_the_numbers_of_the_course():
    assert expected_tokens(0.8, 4) == pytest.approx(3.3616)
    assert best_draft_length(0.8, 0.1) == 6
    assert round(speed_up(0.8, 6, 0.1), 2) == 2.47
    assert round(speed_up(0.3, 2, 0.2), 2) == 0.99
    assert best_draft_length(0.3, 0.4) == 0  # guessing does not pay


@pytest.mark.parametrize(("alpha", "gamma", "tokens"), [(0.0, 5, 1.0), (1.0, 5, 6.0), (0.5, 0, 1.0)])
def test_the_limits_of_what_a_round_writes(alpha, gamma, tokens):
    assert expected_tokens(alpha, gamma) == pytest.approx(tokens)


def test_the_measured_mean_of_a_round_is_the_expected_one():
    """Acceptance is the same everywhere for models that do not look back."""
    large, small, rng = Table(0), Table(1), np.random.default_rng(0)
    large.p[:], small.p[:] = large.p[0], small.p[0]
    alpha = np.minimum(large.p[0], small.p[0]).sum()
    written = [len(speculate(large, small, [0], 4, rng).tokens) for _ in range(4_000)]
    assert np.mean(written) == pytest.approx(expected_tokens(alpha, 4), rel=0.03)


@pytest.mark.parametrize(
    "call",
    [
        lambda: speculate(Table(0), Table(1), [0], 0, np.random.default_rng(0)),
        lambda: speculate(Table(0), Table(1), [], 1, np.random.default_rng(0)),
        lambda: expected_tokens(1.2, 3),
        lambda: speed_up(0.5, 3, -0.1),
    ],
)
def test_what_makes_no_sense_is_refused(call):
    with pytest.raises(ValueError):
        call()


def test_a_prompt_lookup_copies_what_followed_where_most_tokens_agree_and_latest():
    lookup = PromptLookup(10, longest=3, shortest=2)
    assert lookup.token([1, 2, 3, 4, 9, 2, 3]) == 4
    assert lookup.token([2, 3, 4, 2, 3, 5, 9, 2, 3]) == 5  # the latest of two places
    assert lookup.token([1, 2, 3, 4, 7, 2, 3, 5, 1, 2, 3]) == 4  # three tokens agree, though an earlier place
    assert lookup.token([3, 4, 9, 7, 3]) is None  # one token is too little
    assert PromptLookup(10, 3, 1).token([3, 4, 9, 7, 3]) == 4
    assert lookup.token([5, 5, 5]) == 5 and lookup.token([5, 5]) is None and lookup.token([]) is None
    shares = lookup.next([1, 2, 3, 4, 9, 2, 3])
    assert shares.tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0] and lookup.next([1, 2, 3]) is None
    with pytest.raises(ValueError, match="shortest"):
        PromptLookup(10, 2, 3)


def test_a_drafter_without_a_guess_leaves_the_round_to_the_large_model():
    model, rng = Table(0), np.random.default_rng(0)
    turn = speculate(model, PromptLookup(4), [1], 3, rng)
    assert turn.guesses == () and turn.ending == "bonus" and len(turn.tokens) == 1


def test_copied_guesses_leave_the_distribution_as_it_is():
    large, lookup, rng = Table(0), PromptLookup(4, 1, 1), np.random.default_rng(5)
    counts = np.zeros((4, 4), int)
    for _ in range(6_000):
        text = [0, 2, 0]
        while len(text) < 5:
            text += speculate(large, lookup, text, 2, rng).tokens
        counts[text[3], text[4]] += 1
    truth = large.p[0][:, None] * large.p
    assert chi_square(counts.ravel(), truth.ravel()).p_value > 0.01
