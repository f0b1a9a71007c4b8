"""The readable language model: equal to PyTorch, equal to the fast one, open to edits.

reference/language_lm.npz: made once with PyTorch 2.13 in float64: embedding lookups, scaled_dot_product_attention,
rms_norm or layer_norm, gelu(approximate="tanh") or SwiGLU, cross_entropy and autograd; RoPE by complex products.
"adamw.after": five steps of torch.optim.AdamW (rate 0.01, betas 0.9 and 0.99, decay 0.1 on matrices only) behind
clip_grad_norm_ at 0.5.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lab.engine.lm.fast import FastLM
from lab.engine.lm.parameters import LMConfig, Parameters, init_parameters
from lab.engine.lm.reference import Edits, forward, logit_lens, loss_and_gradients, losses

REFERENCE = np.load(Path(__file__).parents[1] / "reference/language_lm.npz")
TINY = LMConfig(11, context=6, d_model=8, n_heads=2, n_layers=2, d_ff=12)
CASES = {
    "plain": TINY,
    "rope-swiglu": replace(TINY, positions="rope", feed_forward="swiglu"),
    "alibi-layer-post": replace(TINY, positions="alibi", norm="layer", norm_place="post"),
    "bare": replace(
        TINY, positions="none", norm="none", feed_forward="none", residual=False, causal=False, scale=False
    ),
}
VARIANTS = [
    TINY,
    *(replace(TINY, positions=p) for p in ("rope", "alibi", "sinusoidal", "none")),
    replace(TINY, positions="rope", rope_base=100.0, rope_factor=4.0),
    *(replace(TINY, norm=n, norm_place=p) for n in ("rms", "layer", "none") for p in ("pre", "post")),
    *(replace(TINY, feed_forward=f) for f in ("swiglu", "none")),
    *(replace(TINY, **{part: False}) for part in ("residual", "causal", "scale")),
    replace(TINY, biases=True, norm="layer"),
    replace(TINY, biases=True, positions="rope", feed_forward="swiglu"),
]


def started(config, seed=0):
    rng = np.random.default_rng(seed)
    parameters = init_parameters(config, rng, np.float64)
    parameters.flat[:] += rng.normal(0, 0.3, parameters.flat.shape)
    ids, targets = rng.integers(0, config.vocab_size, (2, 5, config.context))
    return parameters, ids, targets


@pytest.mark.parametrize("case", CASES)
def test_logits_loss_and_gradients_equal_pytorch(case):
    parameters = Parameters(CASES[case], REFERENCE[f"{case}.flat"].copy())
    ids, targets = REFERENCE[f"{case}.ids"], REFERENCE[f"{case}.targets"]
    np.testing.assert_allclose(forward(parameters, ids).logits, REFERENCE[f"{case}.logits"], atol=1e-12)
    loss, gradients = loss_and_gradients(parameters, ids, targets)
    assert loss == pytest.approx(float(REFERENCE[f"{case}.loss"]), abs=1e-12)
    np.testing.assert_allclose(gradients.flat, REFERENCE[f"{case}.gradient"], atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_the_fast_gradients_equal_pytorch_also_in_single_precision(case):
    """To a millionth of the largest for the course's model; RoPE with SwiGLU rounds a little more often."""
    exact = REFERENCE[f"{case}.gradient"]
    for dtype, tolerance in ((np.float64, 1e-13), (np.float32, 1e-6 if case == "plain" else 2e-6)):
        parameters = Parameters(CASES[case], REFERENCE[f"{case}.flat"].astype(dtype))
        model = FastLM(parameters, 3, slice_tokens=7)
        model.loss_and_gradients(REFERENCE[f"{case}.ids"], REFERENCE[f"{case}.targets"])
        assert np.abs(model.gradients.flat - exact).max() < tolerance * np.abs(exact).max()


@pytest.mark.parametrize("config", VARIANTS, ids=str)
def test_the_readable_and_the_fast_model_agree_to_rounding(config):
    parameters, ids, targets = started(config)
    fast = FastLM(parameters, 5, slice_tokens=12)
    loss, gradients = loss_and_gradients(parameters, ids, targets)
    assert fast.loss_and_gradients(ids, targets) == pytest.approx(loss, rel=1e-13)
    np.testing.assert_allclose(fast.gradients.flat, gradients.flat, atol=1e-14)
    np.testing.assert_allclose(fast.losses(ids, targets), losses(forward(parameters, ids), targets), rtol=1e-12)


def test_the_stream_is_the_sum_of_what_each_part_wrote_into_it():
    parameters, ids, _ = started(TINY)
    trace = forward(parameters, ids)
    written = trace.embedded + sum(b.attention.out + b.mlp.out for b in trace.blocks)
    np.testing.assert_allclose(written, trace.blocks[-1].after, atol=1e-14)


def test_weights_of_every_row_sum_to_one_and_probabilities_too():
    parameters, ids, _ = started(TINY)
    trace = forward(parameters, ids)
    np.testing.assert_allclose(trace.blocks[1].attention.attention.weights.sum(axis=-1), 1.0)
    np.testing.assert_allclose(trace.probabilities.sum(axis=-1), 1.0)


def test_the_last_entry_of_the_logit_lens_is_the_answer_itself():
    parameters, ids, _ = started(TINY)
    trace = forward(parameters, ids)
    lens = logit_lens(parameters, trace)
    assert lens.shape == (3, 5, 6, 11)
    np.testing.assert_array_equal(lens[-1], trace.logits)


@pytest.mark.parametrize(
    ("part", "plan"),
    [
        ("residual", {"residual": False}),
        ("mask", {"causal": False}),
        ("scale", {"scale": False}),
        ("feed-forward", {"feed_forward": "none"}),
        ("positions", {"positions": "none"}),
    ],
)
def test_switching_a_part_off_is_running_the_weights_under_a_plan_without_it(part, plan):
    parameters, ids, _ = started(TINY)
    other = Parameters(replace(TINY, **plan), np.concatenate([
        view.ravel() for name, view in parameters.items()
        if name in init_parameters(replace(TINY, **plan), np.random.default_rng(0))
    ]))  # fmt: skip
    edited = forward(parameters, ids, Edits(without=frozenset({part})))
    np.testing.assert_allclose(edited.logits, forward(other, ids).logits, atol=1e-13)
    assert np.abs(edited.logits - forward(parameters, ids).logits).max() > 1e-3


def test_without_attention_a_token_knows_only_itself_and_its_place():
    parameters, ids, _ = started(TINY)
    shuffled = ids.copy()
    shuffled[:, :5] = ids[:, [2, 0, 4, 1, 3]]
    edits = Edits(without=frozenset({"attention"}))
    np.testing.assert_array_equal(
        forward(parameters, ids, edits).logits[:, 5], forward(parameters, shuffled, edits).logits[:, 5]
    )


def test_silencing_a_head_takes_away_exactly_what_it_wrote():
    parameters, ids, _ = started(TINY)
    plain = forward(parameters, ids).blocks[1]
    silent = forward(parameters, ids, Edits(silent=frozenset({(1, 0)}))).blocks[1]
    wrote = plain.attention.attention.out[:, 0] @ parameters["block1.out"][:, :4].T
    np.testing.assert_allclose(plain.attention.out - silent.attention.out, wrote, atol=1e-14)


def test_patching_every_head_with_its_own_output_changes_nothing():
    parameters, ids, _ = started(TINY)
    plain = forward(parameters, ids[:1])
    patched = {(k, h): b.attention.attention.out[0, h] for k, b in enumerate(plain.blocks) for h in range(2)}
    np.testing.assert_allclose(forward(parameters, ids[:1], Edits(patched=patched)).logits, plain.logits)


def test_an_unknown_part_is_refused_by_name():
    with pytest.raises(ValueError, match="softmax"):
        Edits(without=frozenset({"softmax"}))


@pytest.mark.parametrize("ids", [np.zeros(6, int), np.zeros((1, 7), int), np.full((1, 6), 11)])
def test_ids_that_do_not_fit_are_refused(ids):
    with pytest.raises(ValueError, match="ids must"):
        forward(started(TINY)[0], ids)
