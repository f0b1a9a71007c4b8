"""Distillation: against a plain implementation, against finite differences, and at its two ends."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.lm.reference import forward, loss_and_gradients
from lab.engine.tuning.distill import distill, distillation

CONFIG = LMConfig(7, context=5, d_model=8, n_heads=2, n_layers=2, d_ff=12)
RNG = np.random.default_rng(3)
IDS, TARGETS = RNG.integers(0, 7, (2, 5)), RNG.integers(0, 7, (2, 5))
TEACHER = RNG.normal(0, 2, (2, 5, 7))


def student():
    fresh = init_parameters(CONFIG, np.random.default_rng(0), np.float64)
    fresh.flat[:] += np.random.default_rng(1).normal(0, 0.3, fresh.flat.shape)
    return fresh


def plainly(logits: np.ndarray, share: float, temperature: float) -> float:
    """The loss letter by letter, in plain Python."""
    total = 0.0
    for row, teacher, target in zip(logits.reshape(-1, 7), TEACHER.reshape(-1, 7), TARGETS.reshape(-1), strict=True):
        hard = math.log(sum(map(math.exp, row.tolist()))) - row[target]
        warm_p = [math.exp(score / temperature) for score in teacher.tolist()]
        warm_q = [math.exp(score / temperature) for score in row.tolist()]
        p, q = ([value / sum(warm) for value in warm] for warm in (warm_p, warm_q))
        soft = sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))
        total += (1 - share) * hard + share * temperature**2 * soft
    return total / TARGETS.size


@pytest.mark.parametrize(("share", "temperature"), [(0.0, 1.0), (1.0, 1.0), (0.3, 1.0), (0.7, 2.5), (1.0, 0.5)])
def test_the_loss_is_that_of_a_plain_implementation_and_its_gradient_that_of_finite_differences(
    share: float, temperature: float
) -> None:
    model = student()
    found, gradients = distill(model, IDS, TARGETS, TEACHER, share, temperature)
    assert found.loss == pytest.approx(plainly(forward(model, IDS).logits, share, temperature), rel=1e-12)
    for at in np.random.default_rng(2).integers(0, model.flat.size, 12):
        kept, sides = model.flat[at], []
        for sign in (1.0, -1.0):
            model.flat[at] = kept + sign * 1e-5
            sides.append(plainly(forward(model, IDS).logits, share, temperature))
        model.flat[at] = kept
        assert gradients.flat[at] == pytest.approx((sides[0] - sides[1]) / 2e-5, abs=1e-8)


def test_without_a_teacher_it_is_ordinary_training() -> None:
    model = student()
    found, gradients = distill(model, IDS, TARGETS, TEACHER, 0.0)
    loss, ordinary = loss_and_gradients(model, IDS, TARGETS)
    assert found.loss == pytest.approx(loss)
    assert np.allclose(gradients.flat, ordinary.flat, atol=1e-14)


def test_a_student_that_is_its_teacher_has_nothing_to_learn() -> None:
    logits = forward(student(), IDS).logits
    found = distillation(logits, logits, TARGETS, 1.0, 3.0)
    assert abs(found.loss) < 1e-12
    assert np.abs(found.d_logits).max() < 1e-15


@pytest.mark.parametrize(("share", "temperature"), [(-0.01, 1.0), (1.01, 1.0), (0.5, 0.0)])
def test_a_mixture_that_cannot_be_is_refused(share: float, temperature: float) -> None:
    with pytest.raises(ValueError, match="share must be"):
        distillation(TEACHER, TEACHER, TARGETS, share, temperature)
    with pytest.raises(ValueError, match="do not fit"):
        distillation(TEACHER, TEACHER[:1], TARGETS, 0.5)
