"""A direction between two lists of texts, added to the stream, pushes the model from one towards the other."""

import numpy as np
import pytest

from lab.core.paths import asset
from lab.engine.basics.activations import softmax
from lab.engine.inside.bench import look
from lab.engine.inside.house import HouseBench
from lab.engine.inside.steering import mean_difference, mean_stream, steered
from lab.engine.lm.file import load_lm
from tests.engine.inside.twins import IDS, twins

BENCHES = pytest.mark.parametrize("bench", twins(), ids=["house", "llama"])
SHOUTED = ("THE KING IS HERE", "O ROMEO, MY LOVE", "WHAT SAY YOU NOW", "GOOD NIGHT MY LORD")


@BENCHES
def test_a_mean_counts_each_text_once(bench):
    short, long = IDS[:2], IDS
    streams = [look(bench, ids).stream[2].mean(axis=0) for ids in (short, long)]
    np.testing.assert_allclose(mean_stream(bench, [short, long], 2), np.mean(streams, axis=0), atol=1e-6)


@BENCHES
def test_the_direction_points_from_the_others_to_the_wanted(bench):
    there, back = (mean_difference(bench, *lists, 1) for lists in (([IDS], [IDS[::-1]]), ([IDS[::-1]], [IDS])))
    np.testing.assert_allclose(there, -back, atol=1e-6)
    assert not mean_difference(bench, [IDS], [IDS], 3).any() and np.abs(there).max() > 1e-3


@BENCHES
def test_strength_nought_changes_no_bit(bench):
    vector = mean_difference(bench, [IDS], [IDS[::-1]], 1)
    assert np.array_equal(look(bench, IDS, steered(vector, 1, 0.0)).logits, look(bench, IDS).logits)
    np.testing.assert_allclose(look(bench, IDS, steered(vector, 1, 2.0)).stream[1],
                               look(bench, IDS).stream[1] + 2.0 * vector, atol=1e-5)  # fmt: skip


@BENCHES
def test_no_texts_and_streams_that_are_not_there_are_refused(bench):
    for texts, stream in (([], 0), ([IDS], 5), ([IDS], -1)):
        with pytest.raises(ValueError, match="stream"):
            mean_stream(bench, texts, stream)
    assert mean_stream(bench, [IDS], 4).shape == (24,)


def test_the_house_model_is_steered_to_capitals():
    """The share of capitals among what it expects next: 2 % by itself, over 90 % at four times the direction."""
    saved = load_lm(asset("models/shakespeare-main.npz"))
    bench, encode = HouseBench(saved.parameters), saved.tokenizer.encode
    vector = mean_difference(bench, [encode(t) for t in SHOUTED], [encode(t.lower()) for t in SHOUTED], 0)
    capitals = np.array([c.isupper() for c in saved.tokenizer.alphabet])
    text = encode("What is the matter with thee, my lord?")
    shares = [
        float(softmax(look(bench, text, steered(vector, 0, strength)).logits)[5:, capitals].sum(axis=1).mean())
        for strength in (-2.0, 0.0, 1.0, 2.0, 4.0)
    ]
    assert shares == sorted(shares) and shares[1] < 0.05 and shares[4] > 0.9
