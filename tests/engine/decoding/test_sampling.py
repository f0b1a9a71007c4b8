"""From scores to a token: temperature, filters, their order, and a mistake on purpose."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.engine.decoding.check import chi_square
from lab.engine.decoding.sampling import (
    MinP,
    RepetitionPenalty,
    Temperature,
    TopK,
    TopP,
    Typical,
    choose,
    leaky_top_p,
    pipeline,
)

COURSE = np.log([0.40, 0.20, 0.15, 0.10, 0.06, 0.05, 0.04])
FILTERS = [Temperature(1.5), TopK(3), TopP(0.8), MinP(0.1), Typical(0.9), RepetitionPenalty(1.3)]
scores_drawn = st.lists(st.floats(-30, 30), min_size=1, max_size=12).map(np.array)


def survivors(scores, *filters, history=()):
    return [int(i) for i in np.flatnonzero(pipeline(np.asarray(scores, float), filters, history)[-1].alive)]


@given(scores=scores_drawn, order=st.permutations(FILTERS))
def test_after_any_filters_in_any_order_somebody_survives_and_the_probabilities_sum_to_one(scores, order):
    stages = pipeline(scores, order, history=[0])
    for before, after in itertools.pairwise(stages):
        assert after.alive.any()
        assert after.probabilities.sum() == pytest.approx(1.0)
        assert not after.probabilities[~after.alive].any()
        assert not (after.alive & ~before.alive).any()  # nobody comes back
        np.testing.assert_array_equal(after.struck, before.alive & ~after.alive)


def test_survivors_share_the_probability_in_their_old_proportions():
    after = pipeline(COURSE, [TopK(2)])[-1].probabilities
    np.testing.assert_allclose(after[:3], [2 / 3, 1 / 3, 0.0])


def test_the_order_of_temperature_and_nucleus_matters():
    assert len(survivors(COURSE, Temperature(1.5), TopP(0.8))) == 5
    assert len(survivors(COURSE, TopP(0.8), Temperature(1.5))) == 4


@pytest.mark.parametrize(
    ("p", "kept"), [(0.0, 1), (0.39, 1), (0.40, 1), (0.41, 2), (0.60, 2), (0.75, 3), (0.76, 4), (1.0, 7)]
)
def test_the_nucleus_includes_the_token_that_crosses_p_and_never_keeps_fewer_than_one(p, kept):
    assert len(survivors(COURSE, TopP(p))) == kept


def test_rounding_does_not_let_one_token_too_many_into_the_nucleus():
    assert survivors(np.log([0.3, 0.3, 0.3, 0.1]), TopP(0.9)) == [0, 1, 2]


def test_the_widespread_mistake_drops_the_crossing_token_and_divides_nothing_by_nothing():
    alive, probabilities = leaky_top_p(COURSE, 0.5)
    assert alive.sum() == 1 and probabilities[0] == 1.0  # the right answer is two
    alive, probabilities = leaky_top_p(np.log([0.9, 0.1]), 0.5)
    assert not alive.any() and np.isnan(probabilities).all()
    assert survivors(np.log([0.9, 0.1]), TopP(0.5)) == [0]


def test_temperature_zero_is_greedy_and_takes_the_first_of_equals():
    assert survivors([1.0, 3.0, 3.0], Temperature(0.0)) == [1]


def test_infinite_temperature_makes_all_survivors_equally_likely():
    stage = pipeline(COURSE, [TopK(4), Temperature(np.inf)])[-1]
    np.testing.assert_allclose(stage.probabilities[:4], 0.25)


def test_temperature_one_changes_no_probability_and_a_low_one_sharpens():
    np.testing.assert_allclose(pipeline(COURSE, [Temperature(1.0)])[-1].probabilities, np.exp(COURSE))
    cold = pipeline(COURSE, [Temperature(0.5)])[-1].probabilities
    np.testing.assert_allclose(cold, np.exp(2 * COURSE) / np.exp(2 * COURSE).sum())


def test_a_tiny_temperature_does_not_overflow():
    assert pipeline(np.array([800.0, 799.0, -800.0]), [Temperature(1e-300)])[-1].probabilities[0] == 1.0


def test_top_k_of_one_is_greedy_and_ties_go_to_the_lower_token():
    assert survivors([2.0, 5.0, 5.0, 5.0], TopK(1)) == [1]
    assert survivors([2.0, 5.0, 5.0, 5.0], TopK(2)) == [1, 2]
    assert survivors([1.0, 2.0], TopK(99)) == [0, 1]


def test_min_p_is_a_share_of_the_likeliest():
    assert survivors(COURSE, MinP(0.25)) == [0, 1, 2, 3]
    assert survivors(COURSE, MinP(1.0)) == [0]
    assert len(survivors(COURSE, MinP(0.0))) == 7


def test_typical_sampling_can_drop_the_likeliest_token():
    scores = np.log([0.65, 0.07, 0.07, 0.07, 0.07, 0.07])  # entropy 1.21: 0.65 is 0.78 below, the others 1.45 above
    assert survivors(scores, Typical(0.5)) == [0]
    scores = np.log([0.4] + [0.6 / 12] * 12)  # entropy 2.16: 0.4 is 1.25 off, the others 0.83
    assert 0 not in survivors(scores, Typical(0.5))


def test_the_repetition_penalty_makes_used_tokens_less_likely_whatever_the_sign_of_their_score():
    after = RepetitionPenalty(2.0)(np.array([4.0, -4.0, 4.0, -np.inf]), [0, 1, 1, 3])
    np.testing.assert_array_equal(after, [2.0, -8.0, 4.0, -np.inf])


def test_only_the_last_tokens_of_the_history_count_when_requested():
    np.testing.assert_array_equal(RepetitionPenalty(2.0, last=1)(np.ones(3), [0, 1, 2]), [1.0, 1.0, 0.5])
    np.testing.assert_array_equal(RepetitionPenalty(2.0, last=0)(np.ones(3), [0, 1, 2]), np.ones(3))


def test_filters_leave_the_scores_they_were_given_alone():
    scores = COURSE.copy()
    pipeline(scores, FILTERS, history=[1])
    np.testing.assert_array_equal(scores, COURSE)


@pytest.mark.parametrize("scores", [[np.nan, 1.0], [np.inf, 1.0], [-np.inf, -np.inf], [[1.0]]])
def test_scores_that_mean_nothing_are_refused(scores):
    with pytest.raises(ValueError, match="scores"):
        pipeline(np.array(scores), [])


def test_a_struck_token_may_have_been_struck_before():
    assert survivors([1.0, -np.inf, 0.5], TopP(1.0), Typical(1.0)) == [0, 2]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Temperature(-1.0),
        lambda: Temperature(float("nan")),
        lambda: TopK(0),
        lambda: TopP(1.1),
        lambda: MinP(-0.1),
        lambda: Typical(2.0),
        lambda: RepetitionPenalty(0.0),
        lambda: RepetitionPenalty(1.0, last=-1),
    ],
)
def test_impossible_settings_are_refused(make):
    with pytest.raises(ValueError):
        make()


def test_ten_thousand_draws_look_like_the_distribution_they_come_from():
    rng, stage = np.random.default_rng(0), pipeline(COURSE, [Temperature(1.3), TopK(5)])[-1]
    counts = np.bincount([choose(stage.probabilities, rng) for _ in range(10_000)], minlength=7)
    assert not counts[5:].any()
    assert chi_square(counts, stage.probabilities).p_value > 0.01
    assert chi_square(counts, np.exp(COURSE)).p_value < 1e-6


def test_a_token_of_probability_zero_is_never_drawn_not_even_at_the_edges():
    class Edge:
        def __init__(self, value):
            self.value = value

        def random(self):
            return self.value

    for value in (0.0, 1.0 - 2**-53):
        assert choose(np.array([0.0, 1.0, 0.0]), Edge(value)) == 1
    with pytest.raises(ValueError, match="sum"):
        choose(np.zeros(3), np.random.default_rng(0))
