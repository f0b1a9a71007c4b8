"""What the page of one head says: its tokens, and the arithmetic of a cell and of a row, written out."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e17_attention.chain import Chain, largest
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.words import percent, quoted, small, two
from lab.kit.numbers import subscript
from widgets.tokens.token_strip import Token

__all__ = ["mix_line", "shown", "sum_line", "token", "without_first"]

SPELLED = 4  # products that are written out
LARGEST = 2  # of more products, so many, the largest


def without_first(chain: Chain) -> np.ndarray[Any, Any]:
    """The weights with nothing on the first token; none of the others is counted anew."""
    weights = chain.weights.copy()
    weights[:, 0] = 0.0
    return weights


def token(chain: Chain, j: int, known: bool) -> Token:
    """A chip for a token, with what the query gives it, if the weights are known by now."""
    hidden = bool(np.isneginf(chain.masked[chain.row, j]))
    weight = float(chain.weights[chain.row, j])
    note = "" if not known or hidden else percent(weight)
    return Token(chain.tokens[j], weight if known else None, note, highlighted=j == chain.row, faint=hidden)


def shown(value: Value) -> str | None:
    """A read-out as text; None where there is none yet."""
    if isinstance(value, float):
        return "−∞" if value == -np.inf else show_number(value, 3)
    return None if value is None else str(value)


def sum_line(frame: AttentionFrame, chain: Chain, row: int, column: int) -> str:
    """From the products to the weight of one cell."""
    names = f"{quoted(chain.tokens[row])} → {quoted(chain.tokens[column])}:  "
    text = f"{names}q·k = {_products(chain, row, column)} = {small(chain.at('scores', row, column))}"
    if frame.seen("scaled"):
        text += f"  →  / {small(chain.divisor)} = {small(chain.at('scaled', row, column))}"
    if frame.seen("masked") and np.isneginf(chain.masked[row, column]):
        return f"{text}  →  " + _("hidden: −∞")
    if frame.seen("weights"):
        text += f"  →  e^{two(float(chain.masked[row, column]))} / Σ = {small(float(chain.weights[row, column]))}"
    return text


def _products(chain: Chain, row: int, column: int) -> str:
    """The products of a score; of many the largest, each with its place, and what the others come to."""
    q, k = chain.q[row], chain.k[column]
    if len(q) <= SPELLED:
        return " + ".join(f"{two(a)}·{two(b) if b >= 0 else f'({two(b)})'}" for a, b in zip(q, k, strict=True))
    products = q * k
    order = largest(products, LARGEST)
    parts = [f"{two(float(products[i]))} (q{subscript(i + 1)}k{subscript(i + 1)})" for i in order]
    rest = float(products.sum() - products[order].sum())
    others = _("{sum} ({n} others)").format(n=len(q) - len(order), sum=two(rest))
    return f"{' + '.join(parts)} + {others}"


def mix_line(frame: AttentionFrame, chain: Chain, row: int) -> str:
    """What a token finds: the values in proportion to the weights."""
    if not frame.seen("mix"):
        return _("What it finds is still to come.")
    order = np.argsort(-chain.weights[row])[:SPELLED]
    found = [(float(chain.weights[row, j]), chain.tokens[j]) for j in order if chain.weights[row, j] >= 0.005]
    parts = [f"{two(weight)}·v({token})" for weight, token in found]
    if not parts:
        return _("output = nothing: no weight, no value")
    out = ", ".join(two(float(number)) for number in chain.out[row][:2])
    more = ", …" if chain.out.shape[1] > 2 else ""
    rest = " + …" if int((chain.weights[row] >= 0.005).sum()) > len(parts) else ""
    return _("output = {sum} = ({numbers})").format(sum=" + ".join(parts) + rest, numbers=out + more)
