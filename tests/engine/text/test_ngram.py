"""Models that count."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lab.engine.lm.data import split_held_out
from lab.engine.text.ngram import best_smoothing, fit_ngram, ladder
from lab.engine.text.tokenizer import CharTokenizer

PLAYS = (Path(__file__).parents[3] / "assets/data/shakespeare.txt").read_text("utf-8")


def text_ids(text):
    tokenizer = CharTokenizer.of(text)
    return np.array(tokenizer.encode(text)), tokenizer


def test_counts_are_those_of_a_dictionary():
    ids, _ = text_ids("abracadabra")
    model = fit_ngram(ids, 3, 5)
    counted = Counter(zip(ids, ids[1:], ids[2:]))
    assert model.n_stored == len(counted)
    assert sorted(model.counts) == sorted(counted.values())


def test_the_probability_of_a_token_is_its_share_of_what_followed_the_context():
    ids, tokenizer = text_ids("abracadabra")
    p = fit_ngram(ids, 2, 5).probabilities(np.array(tokenizer.encode("a")), smoothing=0.0)
    np.testing.assert_allclose(p[tokenizer.encode("bcd")], [0.5, 0.25, 0.25])  # a is followed by b, c, d, b


@pytest.mark.parametrize("order", [1, 2, 4])
@pytest.mark.parametrize("smoothing", [0.001, 1.0])
def test_probabilities_sum_to_one_also_after_a_context_never_seen(order, smoothing):
    ids, _ = text_ids("to be or not to be")
    model = fit_ngram(ids, order, 8)
    for context in ([0, 0, 0, 0], ids[:6]):
        assert model.probabilities(np.array(context), smoothing).sum() == pytest.approx(1.0)


def test_an_unseen_context_without_smoothing_has_no_opinion():
    ids, _ = text_ids("aab")
    np.testing.assert_array_equal(fit_ngram(ids, 3, 2).probabilities(np.array([1, 1]), 0.0), [0.5, 0.5])


def test_losses_are_the_logarithms_of_the_probabilities():
    ids, _ = text_ids("to be or not to be, that is the question")
    model = fit_ngram(ids[:30], 3, 16)
    losses = model.losses(ids, 0.2)
    expected = [-np.log(model.probabilities(ids[: i + 2], 0.2)[ids[i + 2]]) for i in range(len(ids) - 2)]
    np.testing.assert_allclose(losses, expected)


def test_the_best_smoothing_has_the_loss_that_losses_gives_and_no_other_is_better():
    ids, _ = text_ids("to be or not to be, that is the question: whether it is nobler")
    model = fit_ngram(ids[:45], 3, 17)
    smoothing, loss = best_smoothing(model, ids[45:])
    assert loss == pytest.approx(model.losses(ids[45:], smoothing).mean())
    assert all(model.losses(ids[45:], s).mean() >= loss for s in (0.01, 0.1, 1.0, 10.0))


def test_the_ladder_on_the_plays_falls_until_the_table_outgrows_the_text():
    learn, judge = split_held_out(CharTokenizer.of(PLAYS).encode_array(PLAYS))
    rungs = ladder(learn, judge, 64)
    assert [round(rung.loss, 3) for rung in rungs] == [3.335, 2.489, 2.096, 1.858, 1.856, 2.094]
    assert [rung.n_stored for rung in rungs] == [64, 1_391, 11_447, 49_873, 138_003, 275_835]


def test_a_run_of_tokens_longer_than_63_bits_is_refused():
    with pytest.raises(ValueError, match="2\\^63"):
        fit_ngram(np.zeros(50, int), 11, 64)


@pytest.mark.parametrize(
    "call",
    [
        lambda m: fit_ngram(np.arange(3), 0, 3),
        lambda m: fit_ngram(np.arange(3), 4, 3),
        lambda m: m.losses(np.arange(3), 0.0),
        lambda m: m.probabilities(np.array([0]), 0.1),
        lambda m: m.probabilities(np.array([0, 1]), -0.1),
    ],
)
def test_what_does_not_fit_is_refused(call):
    with pytest.raises(ValueError):
        call(fit_ngram(np.arange(3), 3, 3))
