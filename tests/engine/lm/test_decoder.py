"""One token after another: the cache changes the cost and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from lab.engine.lm.decoder import Decoder, cache_bytes
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.lm.reference import forward

TINY = LMConfig(11, context=8, d_model=8, n_heads=2, n_layers=2, d_ff=12)
VARIANTS = [
    TINY,
    *(replace(TINY, positions=p) for p in ("rope", "alibi", "sinusoidal", "none")),
    replace(TINY, positions="rope", rope_base=100.0, rope_factor=4.0),
    *(replace(TINY, norm=n, norm_place=p) for n in ("rms", "layer", "none") for p in ("pre", "post")),
    *(replace(TINY, feed_forward=f) for f in ("swiglu", "none")),
    *(replace(TINY, **{part: False}) for part in ("residual", "scale")),
    replace(TINY, biases=True, norm="layer"),
    replace(TINY, biases=True, positions="rope", feed_forward="swiglu"),
    replace(TINY, biases=True, norm_place="post"),
]


def started(config, dtype=np.float64):
    rng = np.random.default_rng(0)
    parameters = init_parameters(config, rng, np.float64)
    parameters.flat[:] += rng.normal(0, 0.3, parameters.flat.shape)
    return parameters.copy(dtype), rng.integers(0, config.vocab_size, config.context)


@pytest.mark.parametrize("config", VARIANTS, ids=str)
def test_decoding_with_a_cache_gives_the_scores_of_a_full_pass(config):
    parameters, ids = started(config)
    full = forward(parameters, ids[None]).logits[0]
    decoder = Decoder(parameters)
    np.testing.assert_allclose([decoder.step(int(i)).copy() for i in ids], full, atol=1e-13)
    for cut in range(len(ids)):
        decoder.reset()
        for i in ids[:cut]:
            decoder.step(int(i))
        np.testing.assert_allclose(decoder.read(ids[cut:]), full[cut:], atol=1e-13)


def test_in_single_precision_the_cache_agrees_with_a_full_pass_to_six_digits():
    parameters, ids = started(TINY, np.float32)
    decoder = Decoder(parameters)
    stepped = np.array([decoder.step(int(i)).copy() for i in ids])
    assert stepped.dtype == np.float32
    np.testing.assert_allclose(stepped, forward(parameters, ids[None]).logits[0], atol=2e-5)


def test_truncating_goes_back_to_where_the_text_was():
    parameters, ids = started(TINY)
    decoder = Decoder(parameters)
    once = [decoder.step(int(i)).copy() for i in ids]
    decoder.truncate(3)
    assert decoder.length == 3
    np.testing.assert_array_equal(decoder.step(int(ids[3])), once[3])


@pytest.mark.parametrize("positions", ["rope", "alibi", "none"])
def test_relative_positions_can_slide_on_past_the_context_by_dropping_the_oldest(positions):
    parameters, ids = started(replace(TINY, positions=positions, n_layers=1))
    decoder = Decoder(parameters)
    for i in ids:
        decoder.step(int(i))
    decoder.drop_oldest(3)
    slid = decoder.step(4).copy()
    again = Decoder(parameters)
    for i in ids[3:]:
        again.step(int(i))
    np.testing.assert_allclose(slid, again.step(4), atol=1e-12)  # with one layer, keys hold nothing older


def test_a_learned_table_cannot_slide_and_a_full_cache_takes_no_more():
    parameters, ids = started(TINY)
    decoder = Decoder(parameters)
    for i in ids:
        decoder.step(int(i))
    with pytest.raises(ValueError, match="cannot slide"):
        decoder.drop_oldest(1)
    with pytest.raises(ValueError, match="holds 8 tokens"):
        decoder.step(0)
    with pytest.raises(ValueError, match="as many as fit"):
        decoder.read([0])


def test_rotation_may_have_a_cache_longer_than_the_context():
    parameters, _ = started(replace(TINY, positions="rope"))
    decoder = Decoder(parameters, capacity=200)
    for _ in range(200):
        logits = decoder.step(1)
    assert np.isfinite(logits).all() and decoder.length == 200


def test_a_model_without_a_mask_cannot_be_cached():
    with pytest.raises(ValueError, match="causal"):
        Decoder(started(replace(TINY, causal=False))[0])


@pytest.mark.parametrize(
    "call",
    [
        lambda d: d.step(11),
        lambda d: d.read([]),
        lambda d: d.read([0, -1]),
        lambda d: d.truncate(1),
        lambda d: Decoder(started(TINY)[0], capacity=9),
    ],
)
def test_what_does_not_fit_is_refused(call):
    with pytest.raises(ValueError):
        call(Decoder(started(TINY)[0]))


def test_a_cache_holds_keys_and_values():
    assert cache_bytes(12, 768) == 36_864  # GPT-2 in fp16, per token
    assert cache_bytes(32, 4096) == 2**19  # Llama-2-7B: half a mebibyte
    assert cache_bytes(32, 4096, tokens=4096) == 2 * 2**30
    assert cache_bytes(30, 3 * 64, bytes_per_number=4) == 46_080  # SmolLM2: three shared heads


def test_a_rounded_cache_errs_little_with_eight_bits_and_more_with_four():
    parameters, ids = started(replace(TINY, d_model=32, n_heads=2, d_ff=48))
    decoder = Decoder(parameters)
    decoder.read(ids[:-1])
    exact, errors = decoder.step(int(ids[-1])).copy(), []
    for bits in (16, 8, 4):
        decoder.reset()
        decoder.read(ids[:-1])
        decoder.round_cache(bits)
        errors.append(np.abs(decoder.step(int(ids[-1])) - exact).max())
    assert 0 < errors[0] < errors[1] / 20 < errors[2] / 100
    decoder.reset()
    decoder.round_cache(8)  # an empty cache stays one
    assert decoder.length == 0


def test_a_rounded_cache_holds_at_most_so_many_numbers_a_head():
    parameters, ids = started(TINY)
    once, twice = Decoder(parameters), Decoder(parameters)
    for decoder, times in ((once, 1), (twice, 2)):
        decoder.read(ids[:-1])
        for _round in range(times):
            decoder.round_cache(4)
    np.testing.assert_allclose(twice.step(int(ids[-1])), once.step(int(ids[-1])), atol=1e-12)
    for bits in (1, 17):
        with pytest.raises(ValueError, match="bits"):
            once.round_cache(bits)
