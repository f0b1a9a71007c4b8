"""Test-time compute: the same model answers better when it may work longer. It tries several times, and the answers
vote, or the try it finds likeliest is taken, or somebody checks them and one right answer is enough. What each of
these gains is worked out here from tries that were made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from lab.core.records import dataclass

__all__ = ["Try", "chance_of_all_right", "chance_of_one_right", "likeliest", "majority", "share_of_windows", "wilson"]


@dataclass(frozen=True, slots=True)
class Try:
    """One try. answer: what it came to, "" for none.  tokens: how many were written for it.
    log_probability: of a token of it, on average, in nats.
    """

    answer: str
    tokens: int
    log_probability: float


def majority(tries: Sequence[Try]) -> str:
    """The answer given most often, of equals the one given first; "" where there is none. No answer is no vote."""
    votes: dict[str, int] = {}
    for one in tries:
        if one.answer:
            votes[one.answer] = votes.get(one.answer, 0) + 1
    return max(votes, key=votes.__getitem__, default="")


def likeliest(tries: Sequence[Try]) -> str:
    """The answer of the try that the model itself finds likeliest, token by token; "" where there is none."""
    answered = [one for one in tries if one.answer]
    return max(answered, key=lambda one: one.log_probability).answer if answered else ""


def share_of_windows(tries: Sequence[Try], n: int, pick: Callable[[Sequence[Try]], str], right: str) -> float:
    """How often `pick` is right among n tries: over every n neighbours of the tries in a circle, so that each try
    counts alike.

    Raises ValueError when n is not in 1 … len(tries).
    """
    _check(len(tries), n)
    around = [*tries, *tries]
    return sum(pick(around[k : k + n]) == right for k in range(len(tries))) / len(tries)


def chance_of_one_right(n_tries: int, n_right: int, n: int) -> float:
    """The chance that n of the tries, drawn without putting back, hold a right one: 1 - C(tries - right, n) /
    C(tries, n). This is "pass@n", the share that best of n reaches when somebody can check.

    Raises ValueError when n is not in 1 … n_tries or n_right not in 0 … n_tries.
    Source: Chen et al., Evaluating Large Language Models Trained on Code (2021), section 2.1.
    """
    _check(n_tries, n, n_right)
    return 1.0 - math.comb(n_tries - n_right, n) / math.comb(n_tries, n)


def chance_of_all_right(n_tries: int, n_right: int, n: int) -> float:
    """The chance that n of the tries, drawn without putting back, are all right: C(right, n) / C(tries, n). This is
    "pass^n", the share of tasks that somebody can rely on n times.

    Raises ValueError when n is not in 1 … n_tries or n_right not in 0 … n_tries.
    Source: Yao et al., τ-bench: A Benchmark for Tool-Agent-User Interaction in Real-World Domains (2024).
    """
    _check(n_tries, n, n_right)
    return math.comb(n_right, n) / math.comb(n_tries, n)


def wilson(share: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """Where the true share lies with 95 % confidence when n independent cases gave `share`: Wilson's interval.

    Raises ValueError when n is below 1 or share outside 0 … 1.
    Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference (1927).
    """
    if n < 1 or not 0.0 <= share <= 1.0:
        raise ValueError(f"n must be at least 1 and share in 0 … 1, got {n} and {share}")
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def _check(n_tries: int, n: int, n_right: int = 0) -> None:
    if not 1 <= n <= n_tries:
        raise ValueError(f"n must be in 1 … {n_tries}, got {n}")
    if not 0 <= n_right <= n_tries:
        raise ValueError(f"n_right must be in 0 … {n_tries}, got {n_right}")
