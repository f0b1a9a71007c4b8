"""Several heads: the split, shared keys, single heads switched off, and their roles.

reference/language_attention.npz, "gqa": made once with PyTorch 2.13 in float64, as scaled_dot_product_attention with
enable_gqa over 6 heads that share 2 keys, a causal window of 3, and autograd for the gradients.
"""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.transformer.attention import causal_mask, window_mask
from lab.engine.transformer.heads import (
    HeadWeights,
    head_roles,
    init_heads,
    join_heads,
    multi_head,
    multi_head_backward,
    split_heads,
)
from lab.engine.transformer.positions import alibi_bias, rope_tables

REFERENCE = np.load(Path(__file__).parents[1] / "reference/language_attention.npz")


def fresh(n_heads=4, n_kv_heads=2, t=6, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(2, t, 16)), init_heads(16, n_heads, n_kv_heads, rng, std=0.4)


def test_grouped_queries_in_a_window_equal_pytorch_forward_and_backward():
    r = {name.removeprefix("gqa."): REFERENCE[name] for name in REFERENCE.files if name.startswith("gqa.")}
    weights = HeadWeights(r["query"], r["key"], r["value"], r["out"], 6, 2)
    trace = multi_head(r["x"], weights, window_mask(7, 3))
    np.testing.assert_allclose(trace.out, r["y"], atol=1e-12)
    d_x, d_weights = multi_head_backward(trace, r["d_y"])
    np.testing.assert_allclose(d_x, r["d_x"], atol=1e-11)
    for name in ("query", "key", "value"):
        np.testing.assert_allclose(getattr(d_weights, name), r[f"d_{name}"], atol=1e-11)
    np.testing.assert_allclose(d_weights.out, r["d_out"], atol=1e-11)


def test_splitting_into_heads_and_joining_them_again_changes_nothing():
    x = np.random.default_rng(0).normal(size=(2, 5, 12))
    heads = split_heads(x, 3)
    assert heads.shape == (2, 3, 5, 4)
    np.testing.assert_array_equal(heads[0, 1, 2], x[0, 2, 4:8])
    np.testing.assert_array_equal(join_heads(heads), x)


def test_shared_keys_are_the_same_as_copies_of_them():
    x, shared = fresh()
    copied = HeadWeights(
        shared.query,
        *(np.repeat(m.reshape(2, 4, 16), 2, axis=0).reshape(16, 16) for m in (shared.key, shared.value)),
        shared.out,
        4,
        4,
    )
    np.testing.assert_allclose(multi_head(x, shared).out, multi_head(x, copied).out, atol=1e-14)


def test_gradients_with_rotation_bias_and_a_silent_head_are_those_of_finite_differences():
    x, weights = fresh()
    d_out = np.random.default_rng(2).normal(size=x.shape)
    cos_sin = rope_tables(6, 4)
    options = {
        "mask": causal_mask(6),
        "rope": cos_sin,
        "bias": alibi_bias(4, 6),
        "keep": np.array([1.0, 0.0, 1.0, 1.0]),
    }
    d_x, d_weights = multi_head_backward(multi_head(x, weights, **options), d_out)
    h = 1e-6
    targets = [(x, d_x), *((getattr(weights, n), getattr(d_weights, n)) for n in ("query", "key", "value", "out"))]
    for tensor, gradient in targets:
        place = tuple(s // 2 for s in tensor.shape)
        kept = tensor[place]
        tensor[place] = kept + h
        above = (multi_head(x, weights, **options).out * d_out).sum()
        tensor[place] = kept - h
        below = (multi_head(x, weights, **options).out * d_out).sum()
        tensor[place] = kept
        assert gradient[place] == pytest.approx((above - below) / (2 * h), rel=1e-6, abs=1e-8)


def test_the_output_is_the_sum_of_what_single_heads_write():
    x, weights = fresh(4, 4)
    alone = [multi_head(x, weights, keep=np.eye(4)[h]).out for h in range(4)]
    np.testing.assert_allclose(sum(alone), multi_head(x, weights).out, atol=1e-14)


def test_a_head_patched_with_its_own_output_changes_nothing_and_with_zeros_it_is_silent():
    x, weights = fresh(4, 4)
    plain = multi_head(x, weights)
    own = plain.attention.out[:, 2]
    np.testing.assert_allclose(multi_head(x, weights, patch={2: own}).out, plain.out)
    silent = multi_head(x, weights, keep=np.array([1.0, 1.0, 0.0, 1.0])).out
    np.testing.assert_allclose(multi_head(x, weights, patch={2: np.zeros_like(own)}).out, silent)


def test_rotation_makes_the_pattern_depend_on_distance_alone():
    _, weights = fresh(2, 2)
    same = np.tile(np.random.default_rng(1).normal(size=16), (9, 1))
    scores = multi_head(same, weights, rope=rope_tables(9, 8)).attention.scores
    for k in range(-8, 9):
        np.testing.assert_allclose(np.ptp(np.diagonal(scores[0], k)), 0.0, atol=1e-10)


def test_roles_are_found_in_patterns_that_have_them():
    ids = np.array([5, 9, 7, 5, 9, 7, 5])
    t = len(ids)
    previous = np.eye(t, t, -1)
    previous[0, 0] = 1.0
    first = np.zeros((t, t))
    first[:, 0] = 1.0
    induction = np.zeros((t, t))
    induction[[0, 1, 2], [0, 0, 0]] = 1.0
    induction[[3, 4, 5], [1, 2, 3]] = 1.0  # what followed the earlier 5, 9, 7
    induction[6, [1, 4]] = 0.5
    roles = head_roles(np.stack([previous, first, np.eye(t), induction]), ids)
    assert [np.argmax(roles[name]) for name in ("previous", "first", "self", "induction")] == [0, 1, 2, 3]
    for k, name in enumerate(("previous", "first", "self", "induction")):
        assert roles[name][k] == pytest.approx(1.0)


def test_without_a_repeated_token_no_head_can_show_induction():
    weights = np.tri(4)[None] / np.arange(1, 5)[None, :, None]
    assert head_roles(weights, np.array([3, 1, 2, 0]))["induction"] == [0.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: init_heads(10, 3, 3, np.random.default_rng(0)), "multiple of n_heads 3"),
        (lambda: init_heads(12, 3, 2, np.random.default_rng(0)), "n_kv_heads 2"),
        (lambda: HeadWeights(*[np.ones((4, 4))] * 3, np.ones((4, 3)), 2, 2), "out must have shape"),
        (lambda: head_roles(np.ones((1, 2, 2)), np.arange(3)), r"\(H, 3, 3\)"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
