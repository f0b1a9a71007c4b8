"""Cost against size: the same work at growing sizes, and the exponent that a line through the logarithms gives.

Attention over n tokens should cost n² once n is large, a dense layer width², a map over points their number.
A larger exponent would mean that something is copied, looped over or forgotten on the way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from lab.engine.nets.fast import fast_net
from lab.engine.nets.fast_map import FastMap
from lab.engine.nets.fast_trainer import FastTrainer
from lab.engine.nets.fast_update import FastSettings
from lab.engine.nets.network import mlp
from lab.engine.transformer.attention import attend

__all__ = ["exponent", "figures", "seconds"]

TOKENS = (64, 128, 256, 512, 1024, 2048)
WIDTHS = (8, 32, 128, 512)
POINTS = (10, 100, 1_000, 10_000, 100_000)


def figures() -> dict[str, float | str]:
    """Milliseconds at each size, and the exponent over the three largest (the smallest fit into a cache)."""
    found: dict[str, float | str] = {}
    for name, sizes, make in (
        ("attention, tokens", TOKENS, _attention),
        ("training step, width", WIDTHS, _training),
        ("map, points", POINTS, _map),
    ):
        times = [seconds(make(size)) for size in sizes]
        found |= {f"cost, {name} {size}, ms": spent * 1000 for size, spent in zip(sizes, times)}
        found[f"cost, {name}, exponent of the largest"] = exponent(sizes[-3:], times[-3:])
    return found


def seconds(work: Callable[[], object], least: float = 0.15) -> float:
    """The shortest of repeated calls, for about `least` seconds in all: the one least disturbed."""
    work()
    best, end = float("inf"), time.perf_counter() + least
    while time.perf_counter() < end:
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The slope of log time over log size."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def _attention(tokens: int) -> Callable[[], object]:
    rng = np.random.default_rng(0)
    q, k, v = (rng.normal(size=(tokens, 64)).astype(np.float32) for _ in range(3))
    return lambda: attend(q, k, v)


def _training(width: int) -> Callable[[], object]:
    rng = np.random.default_rng(0)
    net = fast_net(mlp((2, width, width, 1), rng))
    x = rng.normal(size=(50, 2))
    trainer = FastTrainer(net, x, (x[:, 0] > 0).astype(int), FastSettings(batch_size=50), rng)
    return trainer.step


def _map(points: int) -> Callable[[], object]:
    rng = np.random.default_rng(0)
    return FastMap(fast_net(mlp((2, 8, 8, 1), rng)), rng.normal(size=(points, 2))).update
