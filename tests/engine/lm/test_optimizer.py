"""AdamW on one vector, clipping, schedules."""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.lm.fast import FastLM
from lab.engine.lm.optimizer import AdamWState, Schedule, adamw_step, clip_gradients, training_bytes
from lab.engine.lm.parameters import LMConfig, Parameters, init_parameters

TINY = LMConfig(11, context=6, d_model=8, n_heads=2, n_layers=2, d_ff=12)


def test_five_steps_of_training_equal_pytorch():
    """How the reference was made is told in test_lm_reference."""
    reference = np.load(Path(__file__).parents[1] / "reference/language_lm.npz")
    parameters = Parameters(TINY, reference["plain.flat"].copy())
    model, state = FastLM(parameters, 3), AdamWState.zeros(parameters)
    for _ in range(5):
        model.loss_and_gradients(reference["plain.ids"], reference["plain.targets"])
        clip_gradients(model.gradients, 0.5)
        adamw_step(parameters, model.gradients, state, 1e-2, 0.9, 0.99, 1e-8, 0.1)
    np.testing.assert_allclose(parameters.flat, reference["adamw.after"], atol=1e-7)


def test_the_first_step_has_the_length_of_the_learning_rate_whatever_the_slope():
    parameters = init_parameters(TINY, np.random.default_rng(0), np.float64)
    start, gradients = parameters.flat.copy(), parameters.like()
    gradients.flat[:] = np.random.default_rng(1).choice([-1e-3, 5.0], parameters.flat.shape)
    signs = np.sign(gradients.flat)
    adamw_step(parameters, gradients, AdamWState.zeros(parameters), 0.01, weight_decay=0.0)
    np.testing.assert_allclose(start - parameters.flat, 0.01 * signs, rtol=1e-4)


def test_without_a_slope_decay_shrinks_matrices_and_leaves_gains_and_positions():
    parameters = init_parameters(TINY, np.random.default_rng(0), np.float64)
    before = parameters.copy()
    adamw_step(parameters, parameters.like(), AdamWState.zeros(parameters), 0.1, weight_decay=0.5)
    np.testing.assert_allclose(parameters["block0.qkv"], 0.95 * before["block0.qkv"])
    np.testing.assert_array_equal(parameters["block0.norm1"], before["block0.norm1"])
    np.testing.assert_array_equal(parameters["position"], before["position"])


def test_a_vector_longer_than_a_chunk_is_updated_everywhere():
    config = LMConfig(64, d_model=64, d_ff=256)
    parameters = init_parameters(config, np.random.default_rng(0), np.float64)
    start, gradients = parameters.flat.copy(), parameters.like()
    assert parameters.flat.size > 3 * 16_384
    gradients.flat[:] = 1.0
    adamw_step(parameters, gradients, AdamWState.zeros(parameters), 0.01, weight_decay=0.0)
    np.testing.assert_allclose(start - parameters.flat, 0.01)


def test_clipping_shortens_what_is_too_long_keeps_its_direction_and_tells_the_length():
    gradients = Parameters(TINY, np.random.default_rng(0).normal(size=init_parameters(
        TINY, np.random.default_rng(0)).flat.size))  # fmt: skip
    direction = gradients.flat / np.linalg.norm(gradients.flat)
    length = np.linalg.norm(gradients.flat)
    assert clip_gradients(gradients, 2.0) == pytest.approx(length)
    np.testing.assert_allclose(gradients.flat, 2.0 * direction)
    assert clip_gradients(gradients, 5.0) == pytest.approx(2.0)
    np.testing.assert_allclose(gradients.flat, 2.0 * direction)


def test_a_schedule_warms_up_in_a_line_and_comes_down_on_half_a_cosine():
    schedule = Schedule(peak=1.0, steps=110, warmup=10, floor=0.1)
    assert [schedule(k) for k in (0, 4, 9)] == pytest.approx([0.1, 0.5, 1.0])
    assert schedule(10) == pytest.approx(1.0)
    assert schedule(60) == pytest.approx(0.55)
    assert schedule(110) == schedule(5000) == pytest.approx(0.1)


@pytest.mark.parametrize("wrong", [{"peak": -1.0, "steps": 10}, {"peak": 1.0, "steps": 10, "warmup": 11}])
def test_impossible_schedules_are_refused(wrong):
    with pytest.raises(ValueError, match="schedule"):
        Schedule(**wrong)


def test_the_two_moments_of_seven_billion_numbers_take_56_gigabytes():
    memory = training_bytes(7_000_000_000)
    assert memory["moments"] == 56e9
    assert memory["total"] == 112e9
