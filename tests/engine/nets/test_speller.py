"""A network that spells: what it draws is what it says, and reading a word again gives the same."""

from __future__ import annotations

import numpy as np
import pytest

from lab.engine.basics.optim import Adam
from lab.engine.nets.sequence_tasks import spelling_task
from lab.engine.nets.speller import END, alphabet_of, read_word, spell, speller

WORDS = ("ada", "ann", "nan")


def trained(words=WORDS, steps: int = 150):
    alphabet = alphabet_of(words)
    network, optimizer = speller("gru", alphabet, 16, np.random.default_rng(0)), Adam(0.02)
    state, (x, y) = optimizer.init(network.parameters()), spelling_task(words, alphabet)
    for _step in range(steps):
        _loss, grads, _run = network.gradients(x, y)
        parameters, state, _change = optimizer.update(network.parameters(), grads, state)
        network = network.with_parameters(parameters)
    return network, alphabet


def test_the_alphabet_begins_with_the_end() -> None:
    assert alphabet_of(WORDS) == ".adn"


def test_a_trained_network_spells_its_words() -> None:
    network, alphabet = trained()
    rng = np.random.default_rng(1)
    drawn = [spell(network, alphabet, rng).word for _word in range(60)]
    assert sum(word in WORDS for word in drawn) > 50
    assert set(WORDS) <= set(drawn)


def test_a_drawn_word_read_again_gives_the_same_numbers() -> None:
    network, alphabet = trained(steps=5)
    drawn = spell(network, alphabet, np.random.default_rng(3), longest=40)
    again = read_word(network, alphabet, drawn.word)
    assert drawn.letters == again.letters == drawn.word + END
    assert drawn.probabilities == pytest.approx(again.probabilities)
    assert drawn.states == pytest.approx(again.states)


def test_at_temperature_zero_nothing_is_drawn_and_a_beginning_is_kept() -> None:
    network, alphabet = trained()
    words = {spell(network, alphabet, np.random.default_rng(seed), 0.0, begin="n").word for seed in range(4)}
    assert words == {"nan"}


@pytest.mark.parametrize("longest", [1, 5])
def test_a_word_that_does_not_end_is_cut(longest: int) -> None:
    network, alphabet = trained(("aaaaaaaaaaaaaaa",), 60)
    assert spell(network, alphabet, np.random.default_rng(0), 0.0, longest).letters == "a" * longest


def test_a_letter_it_does_not_know_is_refused() -> None:
    network, alphabet = trained(steps=0)
    with pytest.raises(ValueError, match="'z'"):
        read_word(network, alphabet, "az")
