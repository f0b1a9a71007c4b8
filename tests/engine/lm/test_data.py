"""Windows of text, and the loss on what was held out."""

import numpy as np
import pytest

from lab.engine.lm.data import Windows, consecutive_windows, held_out_loss, split_held_out
from lab.engine.lm.fast import FastLM
from lab.engine.lm.parameters import LMConfig, init_parameters

TEXT = np.arange(100) % 11


def test_the_target_of_every_token_is_the_token_after_it():
    ids, targets = Windows(TEXT, 6).sample(np.random.default_rng(0), 50)
    assert ids.shape == targets.shape == (50, 6)
    np.testing.assert_array_equal(targets[:, :-1], ids[:, 1:])
    np.testing.assert_array_equal(targets, (ids + 1) % 11)


def test_every_window_of_the_text_can_be_drawn_and_none_beyond_it():
    firsts = {int(i[0]) for i in Windows(np.arange(10), 6).sample(np.random.default_rng(0), 200)[0]}
    assert firsts == {0, 1, 2, 3}


def test_the_last_tenth_is_held_out():
    learn, judge = split_held_out(TEXT)
    np.testing.assert_array_equal(np.concatenate([learn, judge]), TEXT)
    assert len(judge) == 10


def test_consecutive_windows_cover_the_text_once():
    ids, targets = consecutive_windows(np.arange(20), 6)
    np.testing.assert_array_equal(ids.ravel(), np.arange(18))
    np.testing.assert_array_equal(targets.ravel(), np.arange(1, 19))


def test_the_held_out_loss_is_the_mean_over_all_windows_however_they_are_batched():
    parameters = init_parameters(LMConfig(11, context=6), np.random.default_rng(0), np.float64)
    text = np.random.default_rng(1).integers(0, 11, 6 * 75 + 1)
    ids, targets = consecutive_windows(text, 6)
    expected = FastLM(parameters, 75).losses(ids, targets).mean()
    assert held_out_loss(parameters, text) == pytest.approx(expected, rel=1e-12)
    assert held_out_loss(parameters, text, context=3) != pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: Windows(np.arange(6), 6),
        lambda: Windows(np.zeros((2, 9), int), 6),
        lambda: consecutive_windows(np.arange(6), 6),
        lambda: split_held_out(TEXT, 1.0),
    ],
)
def test_texts_that_are_too_short_are_refused(call):
    with pytest.raises(ValueError):
        call()
