"""Why each number on screen is what it is."""

from __future__ import annotations

import math

from lab.core.arithmetic import Term, given, total
from lab.engine.transformer.cache_shapes import SCALE_BITS
from lab.experiments.e22_context_window.cache import CachePage
from lab.experiments.e22_context_window.haystack import HayPage
from lab.experiments.e22_context_window.positions import PositionsPage
from lab.experiments.e22_context_window.schemes import SchemesPage
from lab.experiments.e22_context_window.tape import TapePage

__all__ = [
    "MIB",
    "distance",
    "fallen",
    "gain",
    "memory",
    "newest",
    "per_token",
    "ratio",
    "score",
    "slowest",
    "two",
    "wave_dot",
    "wave_length",
]

MIB = 2.0**20
FEW = 4  # pairs whose products are written out one by one


def distance(page: PositionsPage) -> Term:
    return (given("m", page.m) - given("n", page.n)).named("m − n")


def score(page: PositionsPage) -> Term:
    """The products of the pairs, the largest first; the others as one sum."""
    products = (page.q_turned * page.k_turned).reshape(-1, 2).sum(axis=1)
    order = sorted(range(len(products)), key=lambda pair: -abs(float(products[pair])))
    parts = [given(f"p{pair + 1}", float(products[pair])) for pair in order[:FEW]]
    rest = page.score - sum(part.value for part in parts)
    return total([*parts, given("rest", rest)]).named("q·k") if len(order) > FEW else total(parts).named("q·k")


def slowest(page: PositionsPage) -> Term | None:
    """Of clocks that are not stretched."""
    if page.params.stretch != "none":
        return None
    d = given("d", 2 * page.pairs)
    return (given("", 2 * math.pi) * given("b", page.params.base) ** ((d - 2.0) / d)).named("λ")


def wave_length(page: PositionsPage) -> Term:
    """The same at every position where d is even: sin² + cos² = 1 for each pair."""
    if page.params.d % 2:
        row = page.waves[page.row]
        return total([given("", float(value)) ** 2.0 for value in row]).named("‖PE‖²")
    return (given("d", page.params.d) / 2.0).named("‖PE‖²")


def wave_dot(page: PositionsPage, step: int) -> float:
    """The product of the waves of position 0 and of `step`."""
    return float(page.waves[0] @ page.waves[step])


def gain(page: SchemesPage) -> Term:
    return (given("none", page.near("none")) - given("RoPE", page.near("rope"))).named("Δ")


def per_token(page: CachePage) -> Term:
    """Keys and values of all layers, and below 16 bits a scale for each row."""
    shape = page.shape
    rows = (2.0 * given("L", shape.layers) * given("h", shape.kv_heads)).named("rows")
    bits = given("D", shape.d_head) * given("bits", page.bits)
    if page.bits < 16:
        bits = bits + given("s", SCALE_BITS)
    return (rows * bits / 8.0).named("B")


def memory(page: CachePage) -> Term:
    """In MiB."""
    return (per_token(page) * given("T", page.params.tokens) / given("", MIB)).named("M")


def two(page: CachePage) -> Term:
    """Two conversations, in MiB."""
    count = (2.0 * given("T", page.params.tokens) - given("S", page.shared)).named("n")
    return (per_token(page) * count / given("", MIB)).named("M₂")


def fallen(page: TapePage) -> Term | None:
    """What was read, less what is kept."""
    p = page.params
    if not page.fallen:
        return None
    kept = given("w", p.window) + given("first", p.sinks) if p.sinks else given("w", p.window)
    return (given("n", p.upto) - kept).named("fallen")


def newest(page: HayPage) -> Term:
    """The chance of the answer in the text read last: that of each figure, once those before it stand there."""
    first, *others = (given(f"p{place + 1}", p) for place, p in enumerate(page.asked[-1].chances))
    for other in others:
        first = first * other
    return first.named("p")


def ratio(now: float, exact: float) -> Term:
    return (given("rounded", now) - given("whole", exact)).named("Δ")
