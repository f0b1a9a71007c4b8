"""Supervised fine-tuning: only what is to be said counts."""

import numpy as np
import pytest

from lab.engine.lm.fast import FastLM
from lab.engine.lm.optimizer import AdamWState, adamw_step
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.lm.reference import loss_and_gradients
from lab.engine.text.tokenizer import CharTokenizer
from lab.engine.tuning.supervised import Part, example_of, log_probabilities, sft_batch

LETTERS = CharTokenizer("abcdefgh?!")
TALK = [Part("ab?", False), Part("c!", True)]


def started(context=6):
    rng = np.random.default_rng(0)
    parameters = init_parameters(LMConfig(LETTERS.size, context=context), rng, np.float64)
    parameters.flat[:] += rng.normal(0, 0.2, parameters.flat.shape)
    return parameters


def test_what_counts_is_what_is_to_be_said_next():
    batch = sft_batch([example_of(TALK, LETTERS)], 6)
    assert LETTERS.decode(batch.ids[0][:4]) == "ab?c"
    assert LETTERS.decode(batch.targets[0][batch.weights[0] > 0]) == "c!"
    np.testing.assert_allclose(batch.weights[0], [0, 0, 0.5, 0.5, 0, 0])


def test_weights_sum_to_one_over_examples_of_different_length():
    examples = [example_of(TALK, LETTERS), example_of([Part("h", False), Part("abcdefg", True)], LETTERS)]
    batch = sft_batch(examples, 5)
    assert batch.weights.sum() == pytest.approx(1.0)
    assert (batch.weights > 0).sum() == 2 + 5  # the second answer is cut


def test_the_gradient_of_the_masked_loss_does_not_know_what_the_question_said_next():
    parameters, batch = started(), sft_batch([example_of(TALK, LETTERS)], 6)
    model = FastLM(parameters, 1)
    loss = model.loss_and_gradients(batch.ids, batch.targets, weights=batch.weights)
    gradient = model.gradients.flat.copy()
    other = batch.targets.copy()
    other[0, [0, 1, 4, 5]] = 7
    assert model.loss_and_gradients(batch.ids, other, weights=batch.weights) == loss
    np.testing.assert_array_equal(model.gradients.flat, gradient)
    assert loss == pytest.approx(model.losses(batch.ids, batch.targets)[0, 2:4].mean())


def test_weighted_losses_of_either_sign_agree_between_the_fast_and_the_readable_model():
    parameters, rng = started(), np.random.default_rng(1)
    ids, targets = rng.integers(0, LETTERS.size, (2, 4, 6))
    weights = rng.normal(size=(4, 6))
    model = FastLM(parameters, 4, slice_tokens=12)
    loss, gradients = loss_and_gradients(parameters, ids, targets, weights)
    assert model.loss_and_gradients(ids, targets, weights=weights) == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(model.gradients.flat, gradients.flat, atol=1e-14)


def test_fine_tuning_learns_the_answer_and_not_the_question():
    parameters = started()
    examples = [example_of([Part(q, False), Part(a, True)], LETTERS) for q, a in (("ab?", "c!"), ("de?", "f!"))]
    batch = sft_batch(examples, 6)
    model, state = FastLM(parameters, 2), AdamWState.zeros(parameters)
    before = model.losses(batch.ids, batch.targets)
    for _ in range(60):
        model.loss_and_gradients(batch.ids, batch.targets, weights=batch.weights)
        adamw_step(parameters, model.gradients, state, 0.01)
    after = model.losses(batch.ids, batch.targets)
    answers = batch.weights > 0
    assert after[answers].max() < 0.1
    assert after[:, :2].mean() > 0.8 * before[:, :2].mean()


def test_the_log_probability_of_an_answer_is_the_sum_over_its_tokens():
    losses = np.array([[1.0, 2.0, 4.0], [3.0, 5.0, 7.0]])
    counts = np.array([[False, True, True], [True, False, False]])
    np.testing.assert_array_equal(log_probabilities(losses, counts), [-6.0, -3.0])


def test_weights_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="weights"):
        FastLM(started(), 1).loss_and_gradients(np.zeros((1, 6), int), np.zeros((1, 6), int), weights=np.ones(6))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: example_of([Part("ab", False)], LETTERS), "to learn"),
        (lambda: example_of([Part("a", True)], LETTERS), "two tokens"),
        (lambda: sft_batch([], 4), "at least one"),
        (lambda: sft_batch([example_of([Part("abcdef", False), Part("g", True)], LETTERS)], 3), "example 0"),
    ],
)
def test_conversations_with_nothing_to_learn_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
