"""One pass through the model, from the text down to a single multiplication. Four sizes of the same thing: the whole
model, a block, a part of it, and one number of that part. All is looked at for the last token, whose column decides
what comes next."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.arithmetic import given, total
from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import N_, _
from lab.engine.basics.activations import softmax
from lab.experiments.e19_next_token.inside import Inside
from lab.experiments.e19_next_token.settings import PARTS, Params
from lab.kit.arrays import read_only
from lab.kit.branching import quoted
from lab.kit.language_models import LanguageModel

__all__ = ["NAMES", "PassPicture", "PassRow", "pass_of"]

Floats = NDArray[np.float64]
MOST = 11  # rows of a list: all can be read on a small screen
MOST_BLOCKS = 8  # that each have a row
WIDEST = 2048  # numbers in a strip
NAMES = {
    "text": N_("text"), "embedding": N_("embedding"), "head": N_("norm and head"), "softmax": "softmax",
    "norm1": N_("norm"), "qkv": N_("queries, keys, values"), "scores": N_("scores"), "weights": N_("weights"),
    "mix": N_("mix"), "out": N_("join heads"), "add1": N_("add to the stream"), "norm2": N_("norm"), "up": N_("up"),
    "act": "GELU", "down": N_("down"), "add2": N_("add to the stream"),
}  # fmt: skip
SUMS = ("qkv", "scores", "mix", "out", "add1", "up", "down", "add2")
"""The parts whose numbers are sums."""


@dataclass(frozen=True, slots=True, eq=False)
class PassRow:
    """One row. key: what it is.  name, note, number: in words.  strip: its numbers as colours, None for none.
    share: how long its bar is, 0 … 1.  opens: what a press opens, by the name of a control; None for nothing."""

    key: str
    name: str
    note: str
    number: str
    strip: Floats | None
    share: float
    opens: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PassPicture:
    """zoom: how near.  crumbs: where one is, from the whole model on.  rows: what is there.  bars: what they measure.
    value: the number that the nearest zoom adds up.  terms: its products, all of them.  products: how many
    multiplications a token costs, part by part.  times: milliseconds that were measured, by the same names."""

    zoom: int
    crumbs: tuple[str, ...]
    rows: tuple[PassRow, ...]
    bars: str
    value: float | None
    terms: tuple[float, ...]
    products: dict[str, int]
    times: dict[str, float]


def pass_of(params: Params, model: LanguageModel, inside: Inside, times: dict[str, float]) -> PassPicture:
    """What is seen at the zoom that is chosen."""
    block = min(params.block, inside.n_layers) - 1
    crumbs = [_("Whole model"), _("Block {n}").format(n=block + 1), _name(params.part, inside)]
    products = inside.products()
    value, terms = None, tuple[float, ...]()
    if params.zoom == 0:
        rows = _whole(model, inside, times)
    elif params.zoom == 1:
        rows = _block(inside, block, times)
    elif params.zoom == 2:
        rows = _part(params.part, inside, block)
    else:
        unit = min(params.unit, len(inside.values(block, params.part))) - 1
        crumbs.append(_("number {n}").format(n=unit + 1))
        rows, value, terms = _number(params.part, inside, block, unit)
    bars = (_("milliseconds") if times else _("multiplications")) if params.zoom < 2 else _("size of the number")
    return PassPicture(params.zoom, tuple(crumbs[: params.zoom + 1]), tuple(rows), bars, value, terms, products, times)


def _name(part: str, inside: Inside) -> str:
    return inside.name(part) or _(NAMES[part])


def _thinned(count: int) -> list[int]:
    """The blocks of a model that have a row: all where they are few, else the first, the last and some between."""
    if count <= MOST_BLOCKS:
        return list(range(count))
    apart = math.ceil(count / (MOST_BLOCKS - 2))
    return sorted({0, count - 1, *range(apart - 1, count, apart)})


def _whole(model: LanguageModel, inside: Inside, times: dict[str, float]) -> list[PassRow]:
    ids, length = inside.ids, len(inside.ids)
    each = sum(inside.in_block().values())
    counts = {"embedding": 0, "head": inside.products()["head"]}
    counts |= {f"block{k}": each for k in range(inside.n_layers)}
    costs = {k: _cost(k, counts, times) for k in counts}
    most = max(costs.values()) or 1.0
    last = np.asarray(inside.logits, np.float64)
    p = softmax(last)
    top = int(p.argmax())
    end = "".join(model.text(t) for t in ids[-12:])
    rows = [
        PassRow("text", _(NAMES["text"]), _("{n} tokens, the last: {end}").format(n=length, end=quoted(end)), "", None,
                0.0),
        PassRow("embedding", _(NAMES["embedding"]),
                _("the row of the last token, {n} numbers").format(n=len(inside.embedded)),
                _count("embedding", counts, times), read_only(inside.embedded), costs["embedding"] / most),
    ]  # fmt: skip
    shown = _thinned(inside.n_layers)
    for k in shown:
        name, key = _("block {n}").format(n=k + 1), f"block{k}"
        rows.append(PassRow(key, name, _("attention and feed-forward add to the stream"), _count(key, counts, times),
                            read_only(inside.after(k)), costs[key] / most,
                            (("zoom", 1), ("block", k + 1))))  # fmt: skip
    if len(shown) < inside.n_layers:
        left = _("{n} other blocks: choose one by its number, under More").format(n=inside.n_layers - len(shown))
        rows.append(PassRow("others", "", left, "", None, 0.0))
    scores = _("a score for each of {n} tokens").format(n=len(last))
    rows.append(
        PassRow("head", _(NAMES["head"]), scores, _count("head", counts, times), _coarse(last), costs["head"] / most)
    )
    likeliest = _("the likeliest: {token}").format(token=quoted(model.text(top)))
    rows.append(PassRow("softmax", _(NAMES["softmax"]), likeliest, f"{100 * p[top]:.1f} %", _coarse(p), 0))
    return rows


def _coarse(values: NDArray[Any]) -> Floats:
    """A strip that can be drawn: of very many numbers the largest of each stretch, with its sign."""
    if len(values) <= WIDEST:
        return np.asarray(read_only(values))
    stretches = np.array_split(values, WIDEST)
    return np.asarray(read_only([float(one[np.abs(one).argmax()]) for one in stretches]))


def _cost(key: str, counts: dict[str, int], times: dict[str, float]) -> float:
    return times.get(key, 0.0) if times else float(counts[key])


def _count(key: str, counts: dict[str, int], times: dict[str, float]) -> str:
    if times:
        return _("{n} ms").format(n=show_number(times[key], 2)) if key in times else ""
    return show_number(counts[key]) if counts[key] else "–"


def _block(inside: Inside, number: int, times: dict[str, float]) -> list[PassRow]:
    counts = inside.in_block()
    costs = {k: _cost(k, counts, times) for k in counts}
    most = max(costs.values()) or 1.0
    return [
        PassRow(part, _name(part, inside), inside.shape(part), _count(part, counts, times),
                _coarse(inside.values(number, part)), costs[part] / most, (("zoom", 2), ("part", part)))
        for part in PARTS
    ]  # fmt: skip


def _part(part: str, inside: Inside, number: int) -> list[PassRow]:
    """The numbers of a part, the largest first."""
    y = inside.values(number, part)
    order = np.argsort(-np.abs(y), kind="stable")[:MOST].tolist()
    most = float(np.abs(y).max()) or 1.0
    rows = []
    for j in order:
        weights = inside.row(number, part, j)
        note = "" if weights is None else _("its {n} weights").format(n=len(weights))
        strip = None if weights is None else read_only(weights)
        opens = (("zoom", 3), ("unit", j + 1))
        name, shown = _("number {n}").format(n=j + 1), show_number(float(y[j]), 3)
        rows.append(PassRow(f"unit{j + 1}", name, note, shown, strip, abs(float(y[j])) / most, opens))
    if len(y) > len(rows):
        rows.append(PassRow("others", "", _("{n} others, all nearer to 0").format(n=len(y) - len(rows)), "", None, 0.0))
    return rows


def _number(part: str, inside: Inside, number: int, unit: int) -> tuple[list[PassRow], float, tuple[float, ...]]:
    """Where one number of a part comes from: rows, the number, and what is added up to it."""
    names, terms = inside.terms(number, part, unit)
    value = float(inside.values(number, part)[unit])
    if part in SUMS:
        value = total([given("", term) for term in terms]).value  # added up here, in the order of the terms
    order = sorted(range(len(terms)), key=lambda i: -abs(terms[i]))[:MOST]
    most = max((abs(t) for t in terms), default=1.0) or 1.0
    rows = [
        PassRow("sum", _("the number"), inside.how(part) or _how(part, len(terms)), show_number(value, 4), None, 0.0)
    ]
    rows += [
        PassRow(f"term{i + 1}", names[i][0], names[i][1], show_number(terms[i], 3), None, abs(terms[i]) / most)
        for i in order
    ]
    if len(terms) > len(order):
        rest = math.fsum(terms) - math.fsum(terms[i] for i in order)
        words = _("{n} smaller ones together").format(n=len(terms) - len(order))
        rows.append(
            PassRow("others", "", words, show_number(rest, 3), None, abs(rest) / most if abs(rest) < most else 1.0)
        )
    return rows, value, tuple(terms)


def _how(part: str, count: int) -> str:
    if part == "weights":
        return _("e to the power of its score, divided by the sum of all {n}").format(n=count)
    if part in ("norm1", "norm2"):
        return _("the number of the stream × 1/size × gain")
    if part == "act":
        return _("GELU: nearly 0 below 0, nearly x above")
    return _("the sum of {n}, the largest first").format(n=count)
