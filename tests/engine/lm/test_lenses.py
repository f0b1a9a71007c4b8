"""A score and a logit, taken apart: every split sums to what the model computed, for every plan it may have."""

from dataclasses import replace

import numpy as np
import pytest

from lab.engine.lm.lenses import (
    Source,
    logit_parts,
    pushed_logits,
    score_by_distance,
    score_parts,
    stream_parts,
    written_values,
)
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.lm.reference import Edits, forward

TINY = LMConfig(11, context=6, d_model=8, n_heads=2, n_layers=3, d_ff=12)
VARIANTS = [
    TINY,
    *(replace(TINY, positions=p) for p in ("rope", "alibi", "sinusoidal", "none")),
    *(replace(TINY, norm=n, norm_place=p) for n in ("rms", "layer", "none") for p in ("pre", "post")),
    *(replace(TINY, feed_forward=f) for f in ("swiglu", "none")),
    *(replace(TINY, **{part: False}) for part in ("residual", "causal", "scale")),
    replace(TINY, biases=True, norm="layer"),
    replace(TINY, biases=True, positions="rope", feed_forward="swiglu"),
    replace(TINY, residual=False, norm_place="post", positions="rope"),
]
EXACT = {"rtol": 1e-10, "atol": 1e-10}


def passed(config, edits=None):
    rng = np.random.default_rng(3)
    parameters = init_parameters(config, rng, np.float64)
    parameters.flat[:] += rng.normal(0, 0.3, parameters.flat.shape)
    return parameters, forward(parameters, rng.integers(0, config.vocab_size, (1, config.context)), edits)


@pytest.mark.parametrize("config", VARIANTS)
def test_the_parts_of_the_stream_sum_to_the_stream_before_and_behind_every_block(config):
    parameters, trace = passed(config)
    streams = [trace.embedded, *(block.after for block in trace.blocks)]
    for layer, stream in enumerate(streams):
        for token in (0, 4):
            sources, parts = stream_parts(parameters, trace, layer, token)
            assert len(set(sources)) == len(sources) == len(parts)
            np.testing.assert_allclose(parts.sum(axis=0), stream[0, token], **EXACT)


@pytest.mark.parametrize("config", VARIANTS)
def test_the_parts_of_a_score_sum_to_the_score_of_the_model(config):
    parameters, trace = passed(config)
    for layer in range(3):
        attention = trace.blocks[layer].attention.attention
        for head, query, key in ((0, 5, 2), (1, 3, 3), (1, 4, 0)):
            found = score_parts(parameters, trace, (layer, head), query, key)
            score = attention.scores[0, head, query, key]
            assert found.straight.sum() + found.distance == pytest.approx(score, abs=1e-9)
            assert found.score == pytest.approx(score, abs=1e-9)
            np.testing.assert_allclose(found.query @ found.key.T, found.straight, **EXACT)
            np.testing.assert_allclose(found.query_weights @ found.query_input, attention.q[0, head, query], **EXACT)
            np.testing.assert_allclose(found.key_weights @ found.key_input, attention.k[0, head, key], **EXACT)


def test_only_where_queries_and_keys_are_turned_does_the_distance_add_something():
    """Inside: RoPE, and two places. Outside: the same place, or positions that were added to the tokens."""
    parameters, trace = passed(replace(TINY, positions="rope"))
    assert abs(score_parts(parameters, trace, (1, 0), 4, 1).distance) > 1e-3
    assert score_parts(parameters, trace, (1, 0), 4, 4).distance == pytest.approx(0.0, abs=1e-12)
    parameters, trace = passed(TINY)
    found = score_parts(parameters, trace, (1, 0), 4, 1)
    assert found.distance == 0.0 and Source("position") in found.sources


def test_the_score_at_another_distance_is_that_of_a_text_with_the_key_there():
    """One layer, so that a token's query and key do not depend on what stands around it."""
    config = replace(TINY, n_layers=1, positions="rope")
    parameters, _trace = passed(config)
    first = forward(parameters, np.array([[7, 1, 2, 3, 4, 9]]))
    curve = score_by_distance(first, (0, 1), 5, 0)
    assert curve.shape == (6,)
    for distance in range(1, 6):
        ids = np.array([[1, 1, 1, 1, 1, 9]])
        ids[0, 5 - distance] = 7
        moved = forward(parameters, ids).blocks[0].attention.attention.scores[0, 1, 5, 5 - distance]
        assert curve[distance] == pytest.approx(moved, abs=1e-10)
    assert np.ptp(curve) > 1e-3
    assert score_by_distance(passed(TINY)[1], (0, 1), 5, 0) is None


@pytest.mark.parametrize("config", VARIANTS)
def test_what_every_source_adds_to_the_logits_sums_to_the_logits(config):
    parameters, trace = passed(config)
    for token in (0, 5):
        sources, parts = logit_parts(parameters, trace, token)
        np.testing.assert_allclose(parts.sum(axis=0), trace.logits[0, token], **EXACT)
        if config.norm_place == "pre" and config.residual:
            assert len(sources) == len(stream_parts(parameters, trace, 3, token)[0]) + config.biases


@pytest.mark.parametrize("config", VARIANTS)
def test_what_a_head_says_of_each_token_times_its_weights_is_what_it_adds_to_the_logits(config):
    parameters, trace = passed(config)
    sources, parts = logit_parts(parameters, trace, 4)
    for layer in range(3):
        weights = trace.blocks[layer].attention.attention.weights[0, 1, 4]
        pushed = pushed_logits(parameters, trace, layer, written_values(trace, (layer, 1)), 4)
        source = Source("head", layer, 1)
        wanted = parts[sources.index(source)] if source in sources else np.zeros(11)
        np.testing.assert_allclose(weights @ pushed, wanted, **EXACT)


def test_silenced_and_patched_heads_count_as_they_ran():
    edits = Edits(silent=frozenset({(0, 1)}), patched={(1, 0): np.ones((6, 4))})
    parameters, trace = passed(TINY, edits)
    sources, parts = stream_parts(parameters, trace, 2, 3)
    assert not parts[sources.index(Source("head", 0, 1))].any()
    np.testing.assert_allclose(parts.sum(axis=0), trace.blocks[1].after[0, 3], **EXACT)
    _sources, whole = stream_parts(*passed(TINY), 2, 3)
    assert np.abs(whole - parts).max() > 1e-3


def test_a_pass_without_attention_has_no_head_to_look_through():
    parameters, trace = passed(TINY, Edits(without=frozenset({"attention"})))
    with pytest.raises(ValueError, match="layer 1 has no attention"):
        score_parts(parameters, trace, (1, 0), 4, 1)
    with pytest.raises(ValueError, match="layer 1 has no attention"):
        written_values(trace, (1, 0))
