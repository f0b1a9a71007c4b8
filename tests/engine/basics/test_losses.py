"""Losses: PyTorch's values and gradients, the course's figures, and what happens at the edges."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from lab.engine.basics import losses
from lab.engine.basics.activations import sigmoid, sigmoid_derivative
from lab.engine.basics.losses import LOSSES, Loss, Reduction

# Made with torch.nn.functional and autograd in float64 by reference/foundations_make.py.
REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "foundations_losses.npz")

CASES: dict[str, tuple[str, str, Callable[..., np.ndarray], Callable[..., np.ndarray]]] = {
    "mse": ("prediction", "target", losses.mse, losses.mse_gradient),
    "mae": ("prediction", "target", losses.mae, losses.mae_gradient),
    "huber": (
        "prediction",
        "target",
        partial(losses.huber, delta=1.5),
        partial(losses.huber_gradient, delta=1.5),
    ),
    "bce": ("chance", "label", losses.bce, losses.bce_gradient),
    "bce_with_logits": ("prediction", "label", losses.bce_with_logits, losses.bce_with_logits_gradient),
    "cross_entropy": ("logits", "classes", losses.cross_entropy, losses.cross_entropy_gradient),
    "smoothed": (
        "logits",
        "classes",
        partial(losses.cross_entropy, label_smoothing=0.1),
        partial(losses.cross_entropy_gradient, label_smoothing=0.1),
    ),
    "skipping": (
        "logits",
        "ignored",
        partial(losses.cross_entropy, label_smoothing=0.2, ignore_index=-100),
        partial(losses.cross_entropy_gradient, label_smoothing=0.2, ignore_index=-100),
    ),
    "kl_divergence": ("log_q", "p", losses.kl_divergence, losses.kl_divergence_gradient),
}


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", list(CASES))
def test_value_and_gradient_are_those_of_pytorch(name: str, reduction: Reduction) -> None:
    prediction, target, value, gradient = CASES[name]
    x, y = REFERENCE[prediction], REFERENCE[target]
    np.testing.assert_allclose(
        value(x, y, reduction=reduction), REFERENCE[f"{name}_{reduction}"], rtol=1e-10, atol=1e-14
    )
    np.testing.assert_allclose(
        gradient(x, y, reduction=reduction), REFERENCE[f"{name}_{reduction}_grad"], rtol=1e-9, atol=1e-14
    )


@pytest.mark.parametrize("loss", list(LOSSES.values()), ids=list(LOSSES))
def test_a_losss_gradient_is_its_slope_and_its_shapes_must_fit(loss: Loss) -> None:
    rng = np.random.default_rng(2)
    x = rng.uniform(0.1, 0.9, 6)
    y = rng.choice([-1.0, 1.0], 6) if loss.name == "hinge" else rng.integers(0, 2, 6).astype(float)
    step = 1e-6 * np.eye(6)
    difference = [(loss.value(x + h, y) - loss.value(x - h, y)) / 2e-6 for h in step]
    np.testing.assert_allclose(loss.gradient(x, y), difference, rtol=1e-6, atol=1e-9)
    for function in (loss.value, loss.gradient):
        with pytest.raises(ValueError, match=r"target: shape \(5,\), needs the prediction's \(6,\)"):
            function(x, y[:5])
        with pytest.raises(ValueError, match="reduction: 'average'"):
            function(x, y, reduction="average")


def test_the_mean_squared_errors_of_the_course() -> None:
    assert losses.mse(np.array([2.8, 5.1, 7.3]), np.array([3.0, 5, 7])) == pytest.approx(0.0467, abs=5e-5)
    prediction, target = np.array([2.8, 5.2, 6.5, 9.1]), np.array([3.0, 5, 7, 9])
    assert losses.mse(prediction, target) == pytest.approx(0.0850)
    np.testing.assert_allclose(losses.mse_gradient(prediction, target), [-0.10, 0.10, -0.25, 0.05])


def test_one_outlier_owns_96_percent_of_the_squared_and_71_of_the_absolute_error() -> None:
    residuals, zero = np.array([1.0, 1, 1, 1, 10]), np.zeros(5)
    shares = [loss(residuals, zero, reduction="none") for loss in (losses.mse, losses.mae)]
    assert [share[-1] / share.sum() for share in shares] == pytest.approx([0.96, 0.71], abs=5e-3)


def test_the_cross_entropies_of_the_course() -> None:
    assert losses.cross_entropy(np.array([2.0, 1.0, 0.1]), np.array(0)) == pytest.approx(0.417, abs=5e-4)
    surprise = losses.bce(np.array([0.9, 0.5, 0.01]), np.ones(3), reduction="none")
    np.testing.assert_allclose(surprise, [0.105, 0.693, 4.605], atol=5e-4)


def test_a_wrong_and_confident_sigmoid_barely_learns_from_squared_error() -> None:
    z, y = np.array(-5.0), np.array(1.0)
    squared = losses.mse_gradient(sigmoid(z), y) * sigmoid_derivative(z)
    assert squared == pytest.approx(-0.013, abs=5e-4)
    assert losses.bce_with_logits_gradient(z, y) == pytest.approx(-0.993, abs=5e-4)


def test_being_sure_and_wrong_costs_infinity_unless_clipped() -> None:
    sure, wrong = np.array([0.0, 1.0]), np.array([1.0, 0.0])
    assert losses.bce(sure, wrong) == np.inf
    assert losses.bce(sure, sure) == 0.0
    assert losses.bce(sure, wrong, clip=1e-7) == pytest.approx(-np.log(1e-7))
    assert not losses.bce_gradient(sure, wrong, clip=1e-7).any()
    with pytest.raises(ValueError, match=r"probability: from -0.5 to 0.0"):
        losses.bce(np.array([0.0, -0.5]), wrong)


def test_losses_of_logits_are_finite_a_thousand_away_in_either_direction() -> None:
    z, y = np.array([-1000.0, 1000.0]), np.array([1.0, 0.0])
    assert np.array_equal(losses.bce_with_logits(z, y, reduction="none"), [1000.0, 1000.0])
    assert losses.cross_entropy(np.array([1000.0, -1000.0]), np.array(1)) == 2000.0


def test_huber_is_half_the_square_near_and_straight_far() -> None:
    r = np.array([0.5, 1.0, 3.0])
    np.testing.assert_allclose(losses.huber(r, np.zeros(3), 1.0, "none"), [0.125, 0.5, 2.5])
    with pytest.raises(ValueError, match="delta: 0"):
        losses.huber(r, r, 0.0)


def test_kinks_have_slope_zero() -> None:
    assert losses.mae_gradient(np.ones(1), np.ones(1)) == 0.0
    assert losses.hinge_gradient(np.ones(1), np.ones(1)) == 0.0


def test_the_hinge_asks_for_the_right_side_with_a_margin() -> None:
    score, target = np.array([2.0, 0.5, -1.0]), np.array([1, 1, 1])
    np.testing.assert_allclose(losses.hinge(score, target, "none"), [0.0, 0.5, 2.0])
    np.testing.assert_allclose(losses.hinge_gradient(score, target, "sum"), [0.0, -1.0, -1.0])
    with pytest.raises(ValueError, match="values −1 and 1"):
        losses.hinge(score, np.array([0, 1, 1]))


def test_squaring_overflows_to_infinity_without_a_warning() -> None:
    assert losses.mse(np.array([1e200]), np.zeros(1)) == np.inf


def test_the_divergence_of_a_distribution_from_itself_is_zero_and_impossible_events_cost_nothing() -> None:
    p = np.array([[0.5, 0.5, 0.0]])
    with np.errstate(divide="ignore"):
        assert losses.kl_divergence(np.log(p), p) == 0.0
        assert losses.kl_divergence(np.log([[1.0, 0.0, 0.0]]), p) == np.inf


def test_ignored_positions_count_for_nothing() -> None:
    logits, target = np.array([[2.0, 0.0], [9.0, -9.0]]), np.array([0, -1])
    alone = losses.cross_entropy(logits[:1], target[:1])
    assert losses.cross_entropy(logits, target, ignore_index=-1) == alone
    assert not losses.cross_entropy_gradient(logits, target, ignore_index=-1)[1].any()
    assert np.isnan(losses.cross_entropy(logits, np.array([-1, -1]), ignore_index=-1))


def test_class_targets_that_do_not_fit_are_refused() -> None:
    logits = np.zeros((2, 3))
    for target, sentence in [
        (np.array([0]), r"target: shape \(1,\)"),
        (np.array([0.0, 1.0]), "whole numbers"),
        (np.array([0, 3]), "0 to 3, needs 0 to 2"),
        (np.array([-1, 0]), "-1 to 0"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            losses.cross_entropy(logits, target)
    with pytest.raises(ValueError, match="label_smoothing: 2"):
        losses.cross_entropy(logits, np.array([0, 1]), label_smoothing=2)


def test_float32_logits_have_float32_gradients() -> None:
    logits = np.zeros((2, 3), np.float32)
    assert losses.cross_entropy_gradient(logits, np.array([0, 1]), label_smoothing=0.1).dtype == np.float32
    assert losses.mse_gradient(logits, logits).dtype == np.float32
