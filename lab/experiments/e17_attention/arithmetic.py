"""Where each number came from, built of the very numbers that were used."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lab.core.arithmetic import Term, apply, given, total
from lab.experiments.e17_attention.chain import Chain, largest
from lab.experiments.e17_attention.reading import Floats
from lab.experiments.e17_attention.scaling import KEYS, ScaleReport
from lab.kit.numbers import subscript

__all__ = [
    "SPELLED", "divisor", "dot", "entropy", "even", "even_keys", "exact", "out", "room", "row_sum", "scaled",
    "scaled_spread", "score", "weight",
]  # fmt: skip

SPELLED = 8  # parts of a sum that are written out


def divisor(c: Chain) -> Term:
    """√d times the temperature."""
    if not c.scaled_by_root:
        return given("T", c.divisor)
    root, temperature = apply("sqrt", given("d", c.width)), c.divisor / float(np.sqrt(c.width))
    if np.isclose(temperature, 1.0):
        return exact(root.named("√d"), c.divisor)
    return exact((root * given("T", temperature)).named("√d·T"), c.divisor)


def exact(term: Term, value: float) -> Term:
    """The same arithmetic with the very number that was used; they differ by rounding at most."""
    return Term(value, term.symbol, term.operator, term.operands)


def score(c: Chain) -> Term:
    return dot(c.q[c.row], c.k[c.column], c.at("scores", c.row, c.column), "q", "k").named("s")


def dot(a: Floats, b: Floats, value: float, left: str, right: str) -> Term:
    """A sum of products that comes to `value`: all of a few, and of many the eight largest, the largest first."""
    order = largest(a * b, SPELLED) if len(a) > SPELLED else list(range(len(a)))
    parts = [given(left + subscript(i + 1), a[i]) * given(right + subscript(i + 1), b[i]) for i in order]
    if len(a) > SPELLED:
        parts.append(given("rest", value - float(np.dot(a[order], b[order]))))
    return exact(total(parts), value)


def scaled(c: Chain) -> Term:
    return exact((score(c) / divisor(c)).named("z"), c.at("scaled", c.row, c.column))


def weight(c: Chain, column: int) -> Term:
    """e to the score, over the sum of all of them in the row."""
    value, row = float(c.weights[c.row, column]), c.masked[c.row]
    if not np.isfinite(row[column]):
        return given("w", value)
    seen = np.flatnonzero(np.isfinite(row)).tolist()
    top = given("max", float(row[seen].max()))  # taken off every score: the weights stay, and no power grows too large
    powers = {j: apply("exp", given(f"z{_mark(j)}", c.at("masked", c.row, j)) - top) for j in seen}
    chosen = powers[column].named("e")
    if len(powers) <= SPELLED:
        below = total(list(powers.values()))
    else:
        below = given("sum", sum(power.value for power in powers.values()))
    return exact(chosen / below.named("sum"), value).named("w")


def _mark(number: int) -> str:
    return subscript(number + 1) if number < 8 else f"_{number + 1}"


def _weights(c: Chain) -> list[tuple[int, float]]:
    return [(j, float(w)) for j, w in enumerate(c.weights[c.row]) if w > 0]


def _over_weights(c: Chain, part: Callable[[Term], Term]) -> Term | None:
    """The sum of `part` over the weights of the row, the first eight written out; None where all are 0."""
    weights = _weights(c)
    if not weights:
        return None
    terms = [part(given(f"w{_mark(j)}", w)) for j, w in weights[:SPELLED]]
    if len(weights) > SPELLED:
        terms.append(given("rest", sum(part(given("w", w)).value for _j, w in weights[SPELLED:])))
    return total(terms) if len(terms) > 1 else terms[0] * 1


def row_sum(c: Chain) -> Term | None:
    summed = _over_weights(c, lambda p: p)
    return exact(summed, float(c.weights[c.row].sum())).named("sum") if summed is not None else None


def entropy(c: Chain) -> Term | None:
    summed = _over_weights(c, lambda p: -(p * apply("log", p)))
    return exact(summed / apply("log", given("", 2.0)), c.entropy).named("H") if summed is not None else None


def room(c: Chain) -> Term | None:
    summed = _over_weights(c, lambda p: p * (1 - p))
    return exact(summed, c.gini).named("Σ p(1−p)") if summed is not None else None


def even(c: Chain) -> Term:
    return exact(apply("log", given("n", c.visible)) / apply("log", given("", 2.0)), float(np.log2(c.visible)))


def out(c: Chain, place: int) -> Term | None:
    if place >= c.out.shape[1]:
        return None
    parts = _weights(c)
    value = float(c.out[c.row, place])
    if not parts:
        return None
    strongest = sorted(parts, key=lambda part: -part[1])[:SPELLED]
    terms = [given(f"w{_mark(j)}", w) * given(f"v{_mark(j)}", c.v[j, place]) for j, w in sorted(strongest)]
    if len(parts) > SPELLED:
        terms.append(given("rest", value - sum(term.value for term in terms)))
    return exact(total(terms), value).named("out" + subscript(place + 1))


# ------------------------------------------------------------------------------------- of random vectors


def scaled_spread(s: ScaleReport) -> Term:
    root = apply("sqrt", given("d", s.width)).named("√d")
    return exact(given("spread", s.raw.std) / root, s.scaled.std)


def even_keys() -> Term:
    return exact(apply("log", given("n", float(KEYS))) / apply("log", given("", 2.0)), float(np.log2(KEYS)))
