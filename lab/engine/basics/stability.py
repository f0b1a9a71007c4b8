"""What theory knows beforehand of a walk down a quadratic: from which learning rate it diverges, with which
momentum it comes to rest soonest, and which rate is the fastest. Along each principal axis such a walk is a
linear map with one curvature λ, so that all of it follows from the largest and the smallest λ."""

import numpy as np

__all__ = ["critical_beta", "fastest_rate", "stability_limit"]


def stability_limit(lambda_max: float, beta: float = 0.0, nesterov: bool = False) -> float:
    """The learning rate from which on a quadratic of this curvature makes the walk diverge.

    lambda_max: the largest curvature λ, above 0.  beta: momentum β, 0 ≤ β < 1.  nesterov: which momentum.
    Returns (2 + 2β)/λ, or (2 + 2β)/((1 + 2β)λ) for Nesterov. Along an eigenvector both walks are a linear map
    of (position, velocity); with a = ηλ its trace and determinant are 1 + β − a and β for momentum,
    (1 + β)(1 − a) and β(1 − a) for Nesterov, and 1 + trace + determinant = 0 is where an eigenvalue passes
    −1.
    Raises ValueError when a number is out of range.  Source: Polyak, 1964; Jury's conditions for two
    dimensions.
    """
    if not lambda_max > 0 or not 0 <= beta < 1:
        raise ValueError(f"lambda_max: {lambda_max}, beta: {beta}; need lambda_max > 0 and 0 <= beta < 1")
    limit = (2 + 2 * beta) / lambda_max
    return limit / (1 + 2 * beta) if nesterov else limit


def critical_beta(rate_times_curvature: float) -> float:
    """The momentum β with which a walk along one curvature comes to rest soonest.

    With less it creeps, with more it swings.
    rate_times_curvature: ηλ, 0 < ηλ ≤ 4.
    Returns (1 − √(ηλ))², where the two eigenvalues of the walk meet.
    Raises ValueError when ηλ is out of range.  Source: Goh, Why Momentum Really Works, Distill 2017.
    """
    if not 0 < rate_times_curvature <= 4:
        raise ValueError(f"rate_times_curvature: {rate_times_curvature}, needs 0 < ηλ <= 4")
    return float((1 - np.sqrt(rate_times_curvature)) ** 2)


def fastest_rate(lambda_max: float, lambda_min: float) -> float:
    """The learning rate at which plain gradient descent on a quadratic loses distance fastest.

    lambda_max, lambda_min: the curvatures, both above 0.
    Returns 2/(λ_max + λ_min); each step leaves (κ − 1)/(κ + 1) of the distance, κ = λ_max/λ_min.
    Raises ValueError when a curvature is not above 0.  Source: Nocedal & Wright, Numerical Optimization, 3.3.
    """
    if not 0 < lambda_min <= lambda_max:
        raise ValueError(f"lambda_max: {lambda_max}, lambda_min: {lambda_min}; need 0 < min <= max")
    return 2 / (lambda_max + lambda_min)
