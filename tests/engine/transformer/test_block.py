"""The block: its slopes and its stream."""

import itertools

import numpy as np
import pytest

from lab.engine.transformer.attention import causal_mask
from lab.engine.transformer.block import block_backward, block_forward, init_block
from lab.engine.transformer.positions import rope_tables


def arrays(block):
    heads, mlp = block.heads, block.mlp
    found = {"query": heads.query, "key": heads.key, "value": heads.value, "out": heads.out}
    if hasattr(mlp, "experts"):
        found |= {"router": mlp.router, "expert": mlp.experts[0].up}
    else:
        found |= {"up": mlp.up, "down": mlp.down}
    if block.norm1 is not None:
        found |= {"gain1": block.norm1.gain, "gain2": block.norm2.gain}
    return found


@pytest.mark.parametrize(
    ("norm", "place", "kind", "residual"),
    [
        *itertools.product(["layer", "rms", "none"], ["pre", "post"], ["gelu"], [True]),
        ("rms", "pre", "swiglu", True),
        ("rms", "pre", "mixture", True),
        ("layer", "post", "swiglu", False),
        ("rms", "pre", "gelu", False),
    ],
)
def test_the_gradients_of_a_block_are_those_of_finite_differences(norm, place, kind, residual):
    rng = np.random.default_rng(0)
    block = init_block(8, 2, 10, rng, 1, norm, place, kind, n_experts=3, n_active=2)
    for array in arrays(block).values():
        array += rng.normal(0, 0.3, array.shape)
    x, d_out = rng.normal(size=(2, 5, 8))
    options = {"mask": causal_mask(5), "rope": rope_tables(5, 4), "residual": residual}
    d_x, d_block = block_backward(block_forward(x, block, **options), d_out, residual)
    h = 1e-6
    gradients = arrays(d_block)
    for name, tensor in [("x", x), *arrays(block).items()]:
        gradient = d_x if name == "x" else gradients[name]
        place_in = tuple(s // 2 for s in tensor.shape)
        kept = tensor[place_in]
        tensor[place_in] = kept + h
        above = (block_forward(x, block, **options).out * d_out).sum()
        tensor[place_in] = kept - h
        below = (block_forward(x, block, **options).out * d_out).sum()
        tensor[place_in] = kept
        assert gradient[place_in] == pytest.approx((above - below) / (2 * h), rel=1e-5, abs=1e-7), name


def test_a_fresh_block_hardly_changes_the_stream_it_adds_to():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(6, 16))
    trace = block_forward(x, init_block(16, 4, 64, rng))
    assert np.abs(trace.out - x).max() < 0.05
    np.testing.assert_allclose(trace.out, x + trace.attention.out + trace.mlp.out)


def test_post_norm_gives_every_token_the_same_size_pre_norm_lets_the_stream_grow():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(6, 16)) * 7
    post = block_forward(x, init_block(16, 4, 64, rng, norm_place="post")).out
    np.testing.assert_allclose((post**2).mean(axis=1), 1.0, atol=1e-3)
    assert (block_forward(x, init_block(16, 4, 64, rng)).out ** 2).mean() > 40


def test_a_norm_of_a_constant_vector_is_not_infinite():
    x = np.full((3, 8), 5.0)
    out = block_forward(x, init_block(8, 2, 16, np.random.default_rng(3), norm="layer")).out
    assert np.isfinite(out).all()


def test_unknown_choices_are_refused():
    for wrong in ({"norm": "batch"}, {"feed_forward_kind": "relu"}):
        with pytest.raises(ValueError, match="known"):
            init_block(8, 2, 16, np.random.default_rng(0), **wrong)
