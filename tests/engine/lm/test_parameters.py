"""The plan and the numbers of a language model."""

from dataclasses import replace

import numpy as np
import pytest

from lab.engine.lm.parameters import LMConfig, Parameters, init_parameters, n_parameters, parameter_shapes

PLAN = LMConfig(11, context=6, d_model=8, n_heads=2, n_layers=2, d_ff=12)


def test_the_course_model_has_10496_numbers_and_its_norms():
    norms = 3 * 32
    assert n_parameters(LMConfig(40)) == 10_496 + norms
    assert n_parameters(replace(LMConfig(40), norm="none")) == 10_496


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"positions": "rope"}, -6 * 8),
        ({"norm": "none"}, -5 * 8),
        ({"norm_place": "post"}, -8),  # no norm after the last block
        ({"feed_forward": "none"}, -2 * (2 * 12 * 8 + 8)),
        ({"feed_forward": "swiglu"}, 2 * 12 * 8),
        ({"residual": False, "causal": False, "scale": False, "dropout": 0.5}, 0),
    ],
)
def test_leaving_a_part_out_changes_the_count_by_what_the_part_held(changes, count):
    assert n_parameters(replace(PLAN, **changes)) == n_parameters(PLAN) + count


def test_views_share_the_flat_vector_and_cover_it_once():
    parameters = Parameters(PLAN, np.arange(float(n_parameters(PLAN))))
    assert sorted(np.concatenate([view.ravel() for _, view in parameters.items()])) == list(parameters.flat)
    parameters["block1.up"][...] = -1.0
    assert (parameters.flat == -1.0).sum() == 12 * 8
    assert "block2.up" not in parameters


def test_weight_decay_reaches_the_matrices_and_neither_gains_nor_positions():
    parameters = Parameters(PLAN, np.zeros(n_parameters(PLAN)))
    parameters.flat[: parameters.n_decayed] = 1.0
    reached = {name for name, view in parameters.items() if view.any()}
    assert reached == {name for name in parameter_shapes(PLAN) if "norm" not in name and name != "position"}
    assert all(view.all() for name, view in parameters.items() if name in reached)


def test_a_fresh_model_has_unit_gains_and_smaller_weights_where_it_writes_into_the_stream():
    parameters = init_parameters(replace(PLAN, d_model=64, d_ff=256, n_layers=8), np.random.default_rng(0))
    assert (parameters["block3.norm1"] == 1.0).all()
    assert parameters["block3.qkv"].std() == pytest.approx(0.02, rel=0.05)
    assert parameters["block3.down"].std() == pytest.approx(0.02 / np.sqrt(16), rel=0.05)


def test_the_same_seed_gives_the_same_model_in_either_precision():
    single, double = (init_parameters(PLAN, np.random.default_rng(3), t) for t in (np.float32, np.float64))
    np.testing.assert_array_equal(single.flat, double.flat.astype(np.float32))


def test_a_copy_has_memory_of_its_own():
    parameters = init_parameters(PLAN, np.random.default_rng(0))
    copy = parameters.copy(np.float64)
    copy.flat[:] = 0.0
    assert parameters.flat.any() and copy.flat.dtype == np.float64 and not parameters.like().flat.any()


def test_a_plan_survives_being_written_as_data():
    plan = replace(PLAN, positions="alibi", dropout=0.25, causal=False)
    assert LMConfig.from_data(plan.to_data()) == plan
    assert LMConfig.from_data({"vocab_size": 5, "dropout": 0}) == LMConfig(5)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"context": 5}, "vocab_size"),
        ({"vocab_size": 5, "colour": 1}, "colour"),
        ({"vocab_size": "5"}, "vocab_size must be int"),
        ({"vocab_size": 5, "causal": 1}, "causal must be bool"),
        ({"vocab_size": 5, "n_heads": True}, "n_heads must be int"),
        ({"vocab_size": 5, "positions": "spiral"}, "spiral"),
    ],
)
def test_malformed_plans_are_refused(data, message):
    with pytest.raises(ValueError, match=message):
        LMConfig.from_data(data)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"vocab_size": 0}, "vocab_size"),
        ({"d_model": 9}, "multiple of n_heads"),
        ({"d_model": 6, "positions": "rope"}, "even head width"),
        ({"dropout": 1.0}, "dropout"),
        ({"norm": "batch"}, "norm"),
        ({"feed_forward": "relu"}, "feed_forward"),
    ],
)
def test_plans_that_cannot_be_built_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(PLAN, **changes)


def test_a_vector_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match=f"{n_parameters(PLAN)}"):
        Parameters(PLAN, np.zeros(3))
