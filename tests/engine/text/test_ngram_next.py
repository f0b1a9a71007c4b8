"""An n-gram model that answers about any text."""

import numpy as np
import pytest

from lab.engine.decoding.sampling import choose
from lab.engine.text.ngram import fit_ngram
from lab.engine.text.ngram_next import NGramNext, fit_ngram_next
from lab.engine.text.tokenizer import CharTokenizer

TEXT = "the cat sat on the mat and the rat sat on the cat. " * 4
LETTERS = CharTokenizer.of(TEXT)
IDS = np.array(LETTERS.encode(TEXT))


def test_the_longest_runs_that_the_text_allows_answer():
    model = fit_ngram_next(IDS, 3, LETTERS.size, 0.1)
    for n in range(5):
        expected = fit_ngram(IDS, min(3, n + 1), LETTERS.size).probabilities(IDS[:n], 0.1)
        np.testing.assert_array_equal(model.next(IDS[:n]), expected)
        assert expected.sum() == pytest.approx(1.0)


def test_a_higher_order_writes_what_looks_more_like_the_text():
    known = set(TEXT.split())

    def share_of_words(order):
        model, rng, ids = fit_ngram_next(IDS, order, LETTERS.size, 1e-4), np.random.default_rng(0), []
        for _ in range(400):
            ids.append(choose(model.next(ids), rng))
        words = LETTERS.decode(ids).split()
        return sum(word in known for word in words) / len(words)

    assert share_of_words(1) < 0.4 < share_of_words(4)


def test_orders_with_gaps_and_no_smoothing_are_refused():
    one, three = (fit_ngram(IDS, n, LETTERS.size) for n in (1, 3))
    for models, smoothing in (((one, three), 0.1), ((), 0.1), ((one,), 0.0)):
        with pytest.raises(ValueError, match="orders"):
            NGramNext(models, smoothing)
