"""Skip-gram with negative sampling."""

from dataclasses import replace

import numpy as np
import pytest

from lab.engine.text.embedding import cosine
from lab.engine.text.embedding_train import SkipGramPlan, pair_loss, pairs_of, start_skip_gram, teach, train_pairs

KINGDOM = [
    "the king rules the land", "the queen rules the land", "the king wears a crown", "the queen wears a crown",
    "the king sits on a throne", "the queen sits on a throne", "rice grows in the field", "wheat grows in the field",
    "we eat rice", "we eat wheat",
]  # fmt: skip


def test_a_window_pairs_each_word_with_its_neighbours_within_the_sentence():
    pairs = pairs_of([[0, 1, 2, 3], [9]], 2)
    assert {tuple(p) for p in pairs} == {
        (0, 1), (0, 2), (1, 0), (1, 2), (1, 3), (2, 0), (2, 1), (2, 3), (3, 1), (3, 2)
    }  # fmt: skip


def test_words_that_keep_the_same_company_end_up_together_whatever_the_seed():
    for seed in range(3):
        rng = np.random.default_rng(seed)
        state = start_skip_gram(KINGDOM, SkipGramPlan(), rng)
        for _ in range(1_000):
            train_pairs(state, 16, 0.05, rng)
        words = state.vectors()
        assert cosine(words["king"], words["queen"]) > 0.8
        assert cosine(words["rice"], words["wheat"]) > 0.8
        assert cosine(words["queen"], words["rice"]) < 0.2


def test_one_dimension_cannot_hold_the_kingdom():
    rng = np.random.default_rng(0)
    state = start_skip_gram(KINGDOM, SkipGramPlan(width=1), rng)
    for _ in range(1_000):
        train_pairs(state, 16, 0.05, rng)
    words = state.vectors()
    assert all(abs(cosine(words["king"], words[w])) == pytest.approx(1.0) for w in ("rice", "wheat", "the"))


def test_a_step_goes_down_the_slope_of_the_pair_loss():
    rng = np.random.default_rng(1)
    state = start_skip_gram(["a b c"], SkipGramPlan(width=3, window=1, negatives=4), rng)
    state.near[...] = rng.normal(size=state.near.shape)
    middle, near = state.middle.copy(), state.near.copy()
    drawn = np.random.default_rng(7)
    chosen = state.pairs[drawn.integers(0, len(state.pairs), 1)][0]
    negatives = drawn.choice(3, (1, 4), p=state.chances)[0]
    kept = negatives[negatives != chosen[1]]
    loss = train_pairs(state, 1, 1e-3, np.random.default_rng(7))
    assert loss == pytest.approx(pair_loss(middle[chosen[0]], near[chosen[1]], near[kept]))
    h = 1e-6
    for table, moved in ((middle, state.middle), (near, state.near)):
        for i in range(table.shape[0]):
            kept_value = table[i, 1]
            table[i, 1] = kept_value + h
            above = pair_loss(middle[chosen[0]], near[chosen[1]], near[kept])
            table[i, 1] = kept_value - h
            below = pair_loss(middle[chosen[0]], near[chosen[1]], near[kept])
            table[i, 1] = kept_value
            assert (kept_value - moved[i, 1]) / 1e-3 == pytest.approx((above - below) / (2 * h), abs=1e-6)


def test_a_lesson_says_what_was_believed_before_and_its_loss_is_that_of_these_beliefs():
    rng = np.random.default_rng(1)
    state = start_skip_gram(["a b c", "b c d"], SkipGramPlan(width=3, window=1, negatives=6), rng)
    state.near[...] = rng.normal(size=state.near.shape)
    middle, near = state.middle.copy(), state.near.copy()
    lesson = teach(state, 12, 0.1, rng)
    assert np.array_equal(lesson.counts[:, 1:], lesson.targets[:, 1:] != lesson.targets[:, :1])
    assert not lesson.counts.all() and lesson.counts[:, 0].all()
    losses = 0.0
    for word, targets, counts, beliefs in zip(lesson.middle, lesson.targets, lesson.counts, lesson.beliefs):
        assert beliefs == pytest.approx(1 / (1 + np.exp(-near[targets] @ middle[word])))
        losses -= np.log(beliefs[0]) + np.log(1 - beliefs[1:][counts[1:]]).sum()
    assert lesson.loss == pytest.approx(losses / 12)


def test_a_step_moves_only_the_words_it_mentions():
    rng = np.random.default_rng(0)
    state = start_skip_gram(KINGDOM, SkipGramPlan(negatives=1), rng)
    state.near[...] = rng.normal(size=state.near.shape)
    middle, near = state.middle.copy(), state.near.copy()
    train_pairs(state, 1, 0.1, rng)
    assert (state.middle != middle).any(axis=1).sum() == 1
    assert 1 <= (state.near != near).any(axis=1).sum() <= 2


def test_the_loss_of_a_fresh_table_is_that_of_guessing():
    rng = np.random.default_rng(0)
    state = start_skip_gram(KINGDOM, SkipGramPlan(negatives=5), rng)
    assert train_pairs(state, 2_000, 0.0, rng) == pytest.approx(6 * np.log(2), rel=0.08)


def test_rare_words_are_drawn_more_often_than_their_share_and_too_rare_ones_are_left_out():
    rng = np.random.default_rng(0)
    flat, true = (start_skip_gram(KINGDOM, SkipGramPlan(smoothing=s), rng).chances for s in (0.75, 1.0))
    assert flat[-1] > true[-1] and flat[0] < true[0]
    assert "in" in start_skip_gram(KINGDOM, SkipGramPlan(), rng).words
    assert "in" not in start_skip_gram(KINGDOM, SkipGramPlan(fewest=3), rng).words


@pytest.mark.parametrize("wrong", [{"width": 0}, {"window": 0}, {"negatives": 0}, {"smoothing": -1.0}])
def test_impossible_plans_are_refused(wrong):
    with pytest.raises(ValueError, match="plan"):
        replace(SkipGramPlan(), **wrong)


def test_a_corpus_without_neighbours_teaches_nothing():
    with pytest.raises(ValueError, match="neighbour"):
        start_skip_gram(["alone", ""], SkipGramPlan(), np.random.default_rng(0))
