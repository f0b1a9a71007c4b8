"""Whether one of two is better, where both answered the same questions or met in the same duels: only the cases in
which they differ can tell."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Z_95", "bradley_terry", "rating_errors", "sign_test", "votes_needed"]

Array = NDArray[np.float64]
Z_95 = 1.959963984540054
"""How many standard errors hold 95 % of a normal distribution."""
ROUNDS = 500


def sign_test(first_only: int, second_only: int) -> float:
    """How often a fair coin would part the cases at least as unevenly, in either direction: 1 is not uneven at all.

    first_only, second_only: the cases that only the first, or only the second, got right.
    Source: McNemar, 1947, the exact form.  Raises ValueError below 0.
    """
    if min(first_only, second_only) < 0:
        raise ValueError(f"first_only and second_only: {first_only} and {second_only}, need 0 or more")
    count, fewer = first_only + second_only, min(first_only, second_only)
    logs = [math.lgamma(count + 1) - math.lgamma(k + 1) - math.lgamma(count - k + 1) for k in range(fewer + 1)]
    return min(1.0, 2 * sum(math.exp(log - count * math.log(2)) for log in logs))


def votes_needed(share: float, z: float = Z_95) -> int | None:
    """How many votes it takes until such a share of them is told from a half; None for a half itself.

    share: between 0 and 1.  z: how sure; 1.96 for 95 %.  Source: Wilson's interval, 1927, no longer holds 0.5.
    """
    return None if share == 0.5 else math.floor((z * 0.5 / abs(share - 0.5)) ** 2) + 1


def _checked(wins: ArrayLike) -> Array:
    table = np.asarray(wins, np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not (table >= 0).all() or np.diag(table).any():
        raise ValueError(f"wins: shape {table.shape}, needs [K, K] of counts, 0 on the diagonal")
    return table


def bradley_terry(wins: ArrayLike, prior: float = 0.5) -> Array:
    """The strengths for which the outcomes were most likely: i beats j with σ(strength i − strength j).

    wins: [K, K], how often the row beat the column.  prior: so many wins are added to every pair in both directions,
    so that one who never lost is not infinitely strong; 0 for none.
    Returns [K], in nats, with mean 0.  Source: Bradley & Terry, 1952; Hunter's iteration, 2004.
    """
    table = _checked(wins)
    table = table + prior * (1 - np.eye(len(table)))
    met, won = table + table.T, table.sum(axis=1)
    strength = np.ones(len(table))
    for _ in range(ROUNDS):
        total = (met / (strength[:, None] + strength[None, :])).sum(axis=1)
        fresh = won / np.where(total > 0, total, 1.0)
        fresh = fresh / np.exp(np.log(np.maximum(fresh, 1e-300)).mean())
        if np.abs(fresh - strength).max() < 1e-12:
            break
        strength = fresh
    return np.asarray(np.log(np.maximum(strength, 1e-300)))


def rating_errors(wins: ArrayLike, strengths: ArrayLike, prior: float = 0.5) -> Array:
    """The standard error of each strength, from how sharply the likelihood is bent there, [K].

    wins, prior: as in `bradley_terry`.  strengths: [K], what it gave.
    """
    table, s = _checked(wins), np.asarray(strengths, np.float64)
    met = table + table.T + 2 * prior * (1 - np.eye(len(table)))
    chance = 1 / (1 + np.exp(s[None, :] - s[:, None]))
    bent = met * chance * (1 - chance)
    information = np.diag(bent.sum(axis=1)) - bent
    return np.asarray(np.sqrt(np.maximum(np.diag(np.linalg.pinv(information)), 0.0)))
