"""The fast language model: its gradients, its slices, its promises."""

from dataclasses import replace

import numpy as np
import pytest

from lab.engine.basics.activations import gelu_tanh, gelu_tanh_derivative
from lab.engine.lm.fast import FastLM
from lab.engine.lm.fast_attention import Mask, softmax_terms
from lab.engine.lm.fast_feedforward import gelu
from lab.engine.lm.fast_parts import Scratch, aligned
from lab.engine.lm.parameters import LMConfig, init_parameters, n_parameters
from lab.engine.lm.reference import backward, forward
from lab.engine.lm.reference import loss_and_gradients as plain

TINY = LMConfig(11, context=6, d_model=8, n_heads=2, n_layers=2, d_ff=12)
VARIANTS = [
    {},
    {"positions": "rope"},
    {"positions": "alibi"},
    {"positions": "sinusoidal"},
    {"positions": "none"},
    {"norm": "layer"},
    {"norm": "none"},
    {"norm_place": "post"},
    {"norm_place": "post", "norm": "layer"},
    {"feed_forward": "swiglu"},
    {"feed_forward": "none"},
    {"residual": False},
    {"causal": False},
    {"scale": False},
    {"positions": "rope", "dropout": 0.3},
    {"biases": True, "norm": "layer"},
    {"biases": True, "positions": "rope", "feed_forward": "swiglu", "dropout": 0.3},
]


def started(config, seed=0, spread=0.3):
    """A model in float64 away from its symmetric start, with a batch of five texts."""
    rng = np.random.default_rng(seed)
    parameters = init_parameters(config, rng, np.float64)
    parameters.flat[:] += rng.normal(0, spread, parameters.flat.shape)
    ids, targets = rng.integers(0, config.vocab_size, (2, 5, config.context))
    return parameters, ids, targets


@pytest.mark.parametrize("changes", VARIANTS, ids=str)
def test_the_gradient_is_the_slope_that_finite_differences_measure(changes):
    parameters, ids, targets = started(replace(TINY, **changes))
    model = FastLM(parameters, 5, slice_tokens=12)

    def loss():
        return model.loss_and_gradients(ids, targets, np.random.default_rng(5))  # the same dropout every time

    loss()
    gradient = model.gradients.flat.copy()
    rng, h = np.random.default_rng(1), 1e-6
    for _ in range(8):  # along a random direction all parameters take part at once
        direction = rng.normal(size=gradient.shape)
        start = parameters.flat.copy()
        parameters.flat[:] = start + h * direction
        above = loss()
        parameters.flat[:] = start - h * direction
        below = loss()
        parameters.flat[:] = start
        assert (above - below) / (2 * h) == pytest.approx(gradient @ direction, rel=2e-6, abs=1e-8)


def test_every_single_gradient_agrees_with_finite_differences():
    config = replace(TINY, vocab_size=5, context=4, d_model=4, n_layers=1, d_ff=6)
    parameters, ids, targets = started(config)
    model = FastLM(parameters, 5)
    model.loss_and_gradients(ids, targets)
    gradient, h = model.gradients.flat.copy(), 1e-6
    measured = np.empty_like(gradient)
    for i in range(gradient.size):
        kept = parameters.flat[i]
        parameters.flat[i] = kept + h
        above = model.losses(ids, targets).mean()
        parameters.flat[i] = kept - h
        measured[i] = (above - model.losses(ids, targets).mean()) / (2 * h)
        parameters.flat[i] = kept
    np.testing.assert_allclose(gradient, measured, atol=1e-8)


def test_how_a_batch_is_sliced_changes_nothing_but_rounding():
    parameters, ids, targets = started(TINY)
    results = []
    for slice_tokens in (1, 12, 17, 1000):
        model = FastLM(parameters, 5, slice_tokens=slice_tokens)
        loss = model.loss_and_gradients(ids, targets)
        results.append(np.append(model.gradients.flat, loss))
    for result in results[1:]:
        np.testing.assert_allclose(result, results[0], rtol=1e-12, atol=1e-15)


def test_single_precision_agrees_with_double_to_a_millionth_of_the_largest_gradient():
    config = LMConfig(64)
    rng = np.random.default_rng(3)
    exact = init_parameters(config, rng, np.float64)
    ids, targets = rng.integers(0, 64, (2, 8, 32))
    gradients = []
    for dtype in (np.float64, np.float32):
        model = FastLM(exact.copy(dtype), 8)
        model.loss_and_gradients(ids, targets)
        gradients.append(model.gradients.flat.astype(np.float64))
    assert np.abs(gradients[0] - gradients[1]).max() < 1e-6 * np.abs(gradients[0]).max()


def test_a_step_can_be_made_in_small_pieces_with_the_same_result():
    parameters, ids, targets = started(TINY)
    whole, pieces = FastLM(parameters, 5, slice_tokens=12), FastLM(parameters, 5, slice_tokens=12)
    loss = whole.loss_and_gradients(ids, targets)
    n_slices, n_halves = 3, 4
    assert sum(1 for _ in pieces.pieces(ids, targets)) == n_slices * (2 * n_halves + 1)
    assert pieces.loss == loss
    np.testing.assert_array_equal(pieces.gradients.flat, whole.gradients.flat)


@pytest.mark.parametrize(
    "changes", [{}, {"norm": "none"}, {"biases": True, "norm": "layer"}, {"norm_place": "post"}], ids=str
)
def test_scores_are_those_of_the_plain_model_whatever_the_slices(changes):
    parameters, ids, _ = started(replace(TINY, **changes))
    for slice_tokens in (6, 12, 1000):
        scores = finished(FastLM(parameters, 5, slice_tokens=slice_tokens).reading(ids))
        np.testing.assert_allclose(scores, forward(parameters, ids).logits, rtol=1e-11, atol=1e-12)


def finished(pieces):
    """What a generator returns at its end."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("changes", [{}, {"norm": "none"}, {"biases": True}], ids=str)
@pytest.mark.parametrize("slice_tokens", [12, 1000])
def test_any_loss_of_the_scores_gives_the_gradients_of_the_plain_model(changes, slice_tokens):
    parameters, ids, _ = started(replace(TINY, **changes))
    wanted = np.random.default_rng(4).normal(size=(*ids.shape, TINY.vocab_size))

    def half_square(rows, scores):
        return 0.5 * float(((scores - wanted[rows]) ** 2).sum()), scores - wanted[rows]

    model = FastLM(parameters, 5, slice_tokens=slice_tokens)
    n_pieces = sum(1 for _ in model.pieces_of(ids, half_square))
    trace = forward(parameters, ids)
    gradients = backward(parameters, trace, trace.logits - wanted)
    assert n_pieces == (3 if slice_tokens == 12 else 1) * 9
    assert model.loss == pytest.approx(0.5 * float(((trace.logits - wanted) ** 2).sum()), rel=1e-12)
    np.testing.assert_allclose(model.gradients.flat, gradients.flat, rtol=1e-9, atol=1e-11)


def test_scores_need_texts_of_the_shape_and_letters_of_the_alphabet():
    model = FastLM(started(TINY)[0], 5)
    for ids in (np.zeros((5, 5), int), np.full((5, 6), 11), np.full((5, 6), -1)):
        with pytest.raises(ValueError, match="ids must"):
            next(model.reading(ids))
        with pytest.raises(ValueError, match="ids must"):
            next(model.pieces_of(ids, lambda rows, scores: (0.0, scores)))


def test_a_shorter_batch_leaves_the_positions_it_never_reached_alone():
    parameters, ids, targets = started(TINY)
    model = FastLM(parameters, 5, length=4)
    model.loss_and_gradients(ids[:, :4], targets[:, :4])
    assert np.abs(model.gradients["position"][:4]).min() > 0
    assert not model.gradients["position"][4:].any()


def test_a_token_does_not_see_what_comes_after_it():
    parameters, ids, targets = started(TINY)
    model = FastLM(parameters, 5)
    before = model.losses(ids, targets)
    changed = ids.copy()
    changed[:, 4] = (changed[:, 4] + 1) % TINY.vocab_size
    after = model.losses(changed, targets)
    np.testing.assert_array_equal(after[:, :4], before[:, :4])
    assert (after[:, 4:] != before[:, 4:]).all()


def test_without_the_mask_it_sees_the_future():
    parameters, ids, targets = started(replace(TINY, causal=False))
    model = FastLM(parameters, 5)
    before = model.losses(ids, targets)
    changed = ids.copy()
    changed[:, 5] = (changed[:, 5] + 1) % TINY.vocab_size
    assert (model.losses(changed, targets)[:, 0] != before[:, 0]).all()


def test_without_positions_the_last_prediction_does_not_depend_on_the_order_before_it():
    parameters, ids, targets = started(replace(TINY, positions="none", n_layers=1))
    shuffled = ids.copy()
    shuffled[:, :5] = ids[:, [3, 1, 4, 0, 2]]
    model = FastLM(parameters, 5)
    last = model.losses(ids, targets)[:, 5]
    np.testing.assert_allclose(model.losses(shuffled, targets)[:, 5], last, rtol=1e-12)
    parameters, ids, targets = started(replace(TINY, n_layers=1))
    model = FastLM(parameters, 5)
    assert (abs(model.losses(shuffled, targets) - model.losses(ids, targets))[:, 5] > 1e-6).all()


def test_large_scores_take_the_textbook_way_and_give_the_same_gradients(monkeypatch):
    parameters, ids, targets = started(TINY)
    model = FastLM(parameters, 5)
    loss = model.loss_and_gradients(ids, targets)
    gradient = model.gradients.flat.copy()
    monkeypatch.setattr("lab.engine.lm.fast_attention.ORDINARY", (1.0, 0.0))
    assert model.loss_and_gradients(ids, targets) == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(model.gradients.flat, gradient, atol=1e-14)


def terms(scores, mask=None):
    """The softmax of each column by `softmax_terms`, and how often it asked for the scores again."""
    x, asked, sums = scores.copy(), [], np.empty_like(scores[..., :1, :])

    def again():
        asked.append(True)
        x[...] = scores

    ones = np.ones((1, scores.shape[-2]), scores.dtype)
    softmax_terms(x, ones, sums, again, mask)
    return x / sums, len(asked)


@pytest.mark.parametrize(
    ("top", "again"), [(49.9, 0), (50.1, 1), (-49.9, 0), (-50.1, 1), (0.0, 0), (200.0, 1), (-200.0, 1), (1e5, 1)]
)
def test_sums_of_terms_near_the_ends_of_the_numbers_take_the_textbook_way(top, again):
    scores = np.array([[0.0, top - 60.0], [0.0, top], [0.0, top - 60.0]], np.float32)
    shares, asked = terms(scores)
    assert asked == again
    np.testing.assert_allclose(shares, [[1 / 3, 0.0], [1 / 3, 1.0], [1 / 3, 0.0]], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("hidden", [3.0, 126.0, 130.0, 1e20])
def test_a_score_behind_the_mask_changes_nothing_however_large(hidden):
    scores = np.array([[[1.0, 2.0], [hidden, 1.0]]], np.float32)  # one head, two keys down, two queries across
    shares, _ = terms(scores, Mask(2, 1, np.dtype(np.float32)))
    np.testing.assert_allclose(shares, [[[1.0, 2 / 3], [0.0, 1 / 3]]], rtol=1e-6, atol=1e-30)


def test_what_is_not_a_number_stays_so():
    assert np.isnan(terms(np.array([[np.nan, 0.0], [0.0, 0.0]], np.float32))[0][:, 0]).all()


def test_alibi_over_long_distances_agrees_with_the_plain_model():
    config = replace(TINY, context=260, n_heads=4, positions="alibi", n_layers=1)  # slopes of 1/4: 65 e-folds
    parameters, ids, targets = started(config)
    loss = FastLM(parameters, 5).loss_and_gradients(ids, targets)
    assert loss == pytest.approx(plain(parameters, ids, targets)[0], rel=1e-10)


def test_gelu_and_its_slope_are_those_of_the_textbook():
    x = np.concatenate([np.linspace(-12.0, 12.0, 241), [-1e4, 1e4]])
    out, slope, spare, more = (np.empty_like(x) for _ in range(4))
    gelu(x.copy(), out, slope, spare, more)
    np.testing.assert_allclose(out, gelu_tanh(x), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(slope, gelu_tanh_derivative(x), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1,), (3, 5), (7, 16)])
def test_an_aligned_array_begins_with_a_line_of_the_cache(dtype, shape):
    for _ in range(5):
        array = aligned(np.dtype(dtype), *shape)
        array[...] = 1.0
        assert array.shape == shape and array.dtype == dtype and array.flags.c_contiguous
        assert array.ctypes.data % 64 == 0


def test_a_slot_of_scratch_is_one_piece_of_memory_and_two_slots_are_two():
    scratch = Scratch(np.dtype(np.float32))
    wide, narrow, other = scratch.view("a", 4, 6), scratch.view("a", 2, 3), scratch.view("b", 4, 6)
    assert np.shares_memory(wide, narrow) and not np.shares_memory(wide, other)
    assert not np.shares_memory(scratch.view("a", 5, 6), other)  # a larger one is made anew


def test_a_model_that_is_wrong_by_far_is_told_how_far():
    parameters, ids, targets = started(replace(TINY, norm="none", residual=False, feed_forward="none"))
    parameters["embedding"][...] *= 300.0
    single = FastLM(parameters.copy(np.float32), 5).losses(ids, targets)
    double = FastLM(parameters, 5).losses(ids, targets)
    assert double.max() > 500.0
    np.testing.assert_allclose(single, double, rtol=1e-3, atol=0.1)


def test_huge_scores_neither_overflow_nor_leak():
    parameters, ids, targets = started(TINY, spread=300.0)
    model = FastLM(parameters.copy(np.float32), 5)
    loss = model.loss_and_gradients(ids, targets)
    assert np.isfinite(loss) and np.isfinite(model.gradients.flat).all()


def test_a_fresh_model_knows_nothing_more_than_that_all_tokens_are_equally_likely():
    parameters = init_parameters(LMConfig(64), np.random.default_rng(0))
    ids = np.random.default_rng(1).integers(0, 64, (2, 16, 32))
    assert FastLM(parameters, 16).losses(*ids).mean() == pytest.approx(np.log(64), abs=0.02)


def test_dropout_acts_only_where_a_generator_is_given():
    parameters, ids, targets = started(replace(TINY, dropout=0.5))
    model = FastLM(parameters, 5)
    plain = model.loss_and_gradients(ids, targets)
    assert plain == pytest.approx(model.losses(ids, targets).mean(), rel=1e-12)
    assert model.loss_and_gradients(ids, targets, np.random.default_rng(0)) != plain


@pytest.mark.parametrize(
    ("ids", "message"),
    [(np.zeros((5, 5), int), r"\(5, 6\)"), (np.full((5, 6), 11), "0 … 10"), (np.full((5, 6), -1), "0 … 10")],
)
def test_batches_that_do_not_fit_are_refused(ids, message):
    parameters, good, _ = started(TINY)
    with pytest.raises(ValueError, match=message):
        FastLM(parameters, 5).loss_and_gradients(ids, good)


def test_a_text_longer_than_the_context_is_refused():
    with pytest.raises(ValueError, match="1 … 6"):
        FastLM(started(TINY)[0], 5, length=7)


def test_the_sizes_of_the_plan_are_those_of_the_course():
    norms = 3 * 32
    assert n_parameters(LMConfig(40)) == 10_496 + norms
    assert n_parameters(LMConfig(64)) == 11_264 + norms
    big = LMConfig(77, context=64, d_model=64, n_heads=4, n_layers=2, d_ff=256)
    assert n_parameters(big) == 107_648
