"""One pass through the model, from the text down to a single multiplication. Four sizes of the same thing: the whole
model, a block, a part of it, and one number of that part. All is looked at for the last token, whose column decides
what comes next."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.arithmetic import given, total
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.engine.basics.activations import gelu_tanh, softmax
from lab.engine.lm.parameters import LMConfig, Parameters
from lab.engine.lm.reference import BlockView, LMTrace
from lab.engine.transformer.attention import masked_softmax
from lab.experiments.e19_next_token.settings import PARTS, Params
from lab.kit.arrays import read_only
from lab.kit.branching import quoted
from lab.kit.language_models import LanguageModel

__all__ = ["NAMES", "PassPicture", "PassRow", "fits", "measured", "multiplications", "pass_of"]

Floats = NDArray[np.float64]
MOST = 11  # rows of a list: all can be read on a small screen
REPEATS = 15
NAMES = {
    "text": N_("text"), "embedding": N_("embedding"), "head": N_("norm and head"), "softmax": "softmax",
    "norm1": N_("norm"), "qkv": N_("queries, keys, values"), "scores": N_("scores"), "weights": N_("weights"),
    "mix": N_("mix"), "out": N_("join heads"), "add1": N_("add to the stream"), "norm2": N_("norm"), "up": N_("up"),
    "act": "GELU", "down": N_("down"), "add2": N_("add to the stream"),
}  # fmt: skip
SUMS = ("qkv", "scores", "mix", "out", "add1", "up", "down", "add2")
"""The parts whose numbers are sums."""
MATRICES = {"qkv": "qkv", "out": "out", "up": "up", "down": "down"}


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


def fits(config: LMConfig) -> bool:
    """Whether its blocks are built as the rows say: norms before, skips, attention and a GELU layer."""
    return config.norm_place == "pre" and config.norm == "rms" and config.residual and config.feed_forward == "gelu"


def multiplications(config: LMConfig, length: int) -> dict[str, int]:
    """What one more token costs behind so many others, itself included: "attention", "feed-forward", "head"."""
    c = config.d_model
    return {
        "attention": config.n_layers * (4 * c * c + 2 * length * c),
        "feed-forward": config.n_layers * 2 * c * config.d_ff,
        "head": config.vocab_size * c,
    }


def _in_block(config: LMConfig, length: int) -> dict[str, int]:
    c, f = config.d_model, config.d_ff
    return {
        "norm1": 2 * c, "qkv": 3 * c * c, "scores": length * c, "weights": 0, "mix": length * c, "out": c * c,
        "add1": 0, "norm2": 2 * c, "up": c * f, "act": 0, "down": c * f, "add2": 0,
    }  # fmt: skip


def pass_of(
    params: Params, model: LanguageModel, parameters: Parameters, trace: LMTrace, times: dict[str, float]
) -> PassPicture:
    """What is seen at the zoom that is chosen."""
    config, length = parameters.config, trace.ids.shape[1]
    block = min(params.block, config.n_layers) - 1
    crumbs = [_("Whole model"), _("Block {n}").format(n=block + 1), _(NAMES[params.part])]
    products = multiplications(config, length)
    value, terms = None, tuple[float, ...]()
    if params.zoom == 0:
        rows = _whole(model, trace, config, times)
    elif params.zoom == 1:
        rows = _block(trace.blocks[block], config, length, times)
    elif params.zoom == 2:
        rows = _part(params.part, trace.blocks[block], parameters, block)
    else:
        y = _values(params.part, trace.blocks[block])
        unit = min(params.unit, len(y)) - 1
        crumbs.append(_("number {n}").format(n=unit + 1))
        rows, value, terms = _number(params.part, trace.blocks[block], parameters, block, unit)
    bars = (_("milliseconds") if times else _("multiplications")) if params.zoom < 2 else _("size of the number")
    return PassPicture(params.zoom, tuple(crumbs[: params.zoom + 1]), tuple(rows), bars, value, terms, products, times)


def _whole(model: LanguageModel, trace: LMTrace, config: LMConfig, times: dict[str, float]) -> list[PassRow]:
    ids, length = trace.ids[0].tolist(), trace.ids.shape[1]
    each = sum(_in_block(config, length).values())
    counts = {"embedding": 0, "head": config.vocab_size * config.d_model}
    counts |= {f"block{k}": each for k in range(config.n_layers)}
    costs = {k: _cost(k, counts, times) for k in counts}
    most = max(costs.values()) or 1.0
    last = np.asarray(trace.logits[0, -1], np.float64)
    p = softmax(last)
    top = int(p.argmax())
    end = "".join(model.text(t) for t in ids[-12:])
    streams = [(_("block {n}").format(n=k + 1), f"block{k}", block.after) for k, block in enumerate(trace.blocks)]
    rows = [
        PassRow("text", _(NAMES["text"]), _("{n} tokens, the last: {end}").format(n=length, end=quoted(end)), "", None,
                0.0),
        PassRow("embedding", _(NAMES["embedding"]),
                _("the row of the last token, {n} numbers").format(n=config.d_model),
                _count("embedding", counts, times), read_only(trace.embedded[0, -1]), costs["embedding"] / most),
    ]  # fmt: skip
    for k, (name, key, after) in enumerate(streams):
        rows.append(PassRow(key, name, _("attention and feed-forward add to the stream"), _count(key, counts, times),
                            read_only(after[0, -1]), costs[key] / most, (("zoom", 1), ("block", k + 1))))  # fmt: skip
    scores = _("a score for each of {n} tokens").format(n=config.vocab_size)
    rows.append(
        PassRow("head", _(NAMES["head"]), scores, _count("head", counts, times), read_only(last), costs["head"] / most)
    )
    likeliest = _("the likeliest: {token}").format(token=quoted(model.text(top)))
    rows.append(PassRow("softmax", _(NAMES["softmax"]), likeliest, f"{100 * p[top]:.1f} %", read_only(p), 0))
    return rows


def _cost(key: str, counts: dict[str, int], times: dict[str, float]) -> float:
    return times.get(key, 0.0) if times else float(counts[key])


def _count(key: str, counts: dict[str, int], times: dict[str, float]) -> str:
    if times:
        return _("{n} ms").format(n=show_number(times[key], 2)) if key in times else ""
    return show_number(counts[key]) if counts[key] else "–"


def _block(block: BlockView, config: LMConfig, length: int, times: dict[str, float]) -> list[PassRow]:
    counts = _in_block(config, length)
    costs = {k: _cost(k, counts, times) for k in counts}
    most = max(costs.values()) or 1.0
    return [
        PassRow(part, _(NAMES[part]), _shape(part, config, length), _count(part, counts, times),
                read_only(_values(part, block)), costs[part] / most, (("zoom", 2), ("part", part)))
        for part in PARTS
    ]  # fmt: skip


def _shape(part: str, config: LMConfig, length: int) -> str:
    c, f, h = config.d_model, config.d_ff, config.n_heads
    match part:
        case "qkv" | "out" | "up" | "down":
            rows, columns = {"qkv": (3 * c, c), "out": (c, c), "up": (f, c), "down": (c, f)}[part]
            return _("a matrix of {rows} × {columns} weights").format(rows=rows, columns=columns)
        case "scores":
            return _("{h} heads: query times the key of {n} tokens").format(h=h, n=length)
        case "weights":
            return _("{h} times a softmax over {n} tokens").format(h=h, n=length)
        case "mix":
            return _("{h} times a mix of {n} values").format(h=h, n=length)
        case "act":
            return _("bends each of {n} numbers").format(n=f)
        case "add1" | "add2":
            return _("what was found is added: x + F(x)")
    return _("{n} numbers brought to one size").format(n=c)


def _values(part: str, block: BlockView) -> Floats:
    """What a part gives for the last token, as one row."""
    heads, mlp = block.attention, block.mlp
    assert heads is not None and mlp is not None
    found: dict[str, Callable[[], Any]] = {
        "norm1": lambda: block.norms[0].out[0, -1],
        "qkv": lambda: np.concatenate([heads.weights.query, heads.weights.key, heads.weights.value]) @ heads.x[0, -1],
        "scores": lambda: heads.attention.scaled[0, :, -1],
        "weights": lambda: heads.attention.weights[0, :, -1],
        "mix": lambda: heads.found[0, -1],
        "out": lambda: heads.out[0, -1],
        "add1": lambda: block.middle[0, -1],
        "norm2": lambda: block.norms[1].out[0, -1],
        "up": lambda: mlp.wide[0, -1],
        "act": lambda: mlp.act[0, -1],
        "down": lambda: mlp.out[0, -1],
        "add2": lambda: block.after[0, -1],
    }
    return np.asarray(found[part](), np.float64).ravel()


def _matrix(part: str, parameters: Parameters, block: int) -> Floats | None:
    return np.asarray(parameters[f"block{block}.{MATRICES[part]}"], np.float64) if part in MATRICES else None


def _part(part: str, block: BlockView, parameters: Parameters, number: int) -> list[PassRow]:
    """The numbers of a part, the largest first."""
    y, matrix = _values(part, block), _matrix(part, parameters, number)
    order = np.argsort(-np.abs(y), kind="stable")[:MOST].tolist()
    most = float(np.abs(y).max()) or 1.0
    rows = [
        PassRow(f"unit{j + 1}", _("number {n}").format(n=j + 1),
                _("its {n} weights").format(n=matrix.shape[1]) if matrix is not None else "",
                show_number(float(y[j]), 3), None if matrix is None else read_only(matrix[j]),
                abs(float(y[j])) / most, (("zoom", 3), ("unit", j + 1)))
        for j in order
    ]  # fmt: skip
    if len(y) > len(rows):
        rows.append(PassRow("others", "", _("{n} others, all nearer to 0").format(n=len(y) - len(rows)), "", None, 0.0))
    return rows


def _number(
    part: str, block: BlockView, parameters: Parameters, number: int, unit: int
) -> tuple[list[PassRow], float, tuple[float, ...]]:
    """Where one number of a part comes from: rows, the number, and what is added up to it."""
    names, terms = _terms(part, block, parameters, number, unit)
    value = float(_values(part, block)[unit])
    if part in SUMS:
        value = total([given("", term) for term in terms]).value  # added up here, in the order of the terms
    order = sorted(range(len(terms)), key=lambda i: -abs(terms[i]))[:MOST]
    most = max((abs(t) for t in terms), default=1.0) or 1.0
    rows = [PassRow("sum", _("the number"), _how(part, len(terms)), show_number(value, 4), None, 0.0)]
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


def _terms(
    part: str, block: BlockView, parameters: Parameters, number: int, unit: int
) -> tuple[list[tuple[str, str]], list[float]]:
    """The terms of a number, each with a name and its arithmetic."""
    heads, mlp = block.attention, block.mlp
    assert heads is not None and mlp is not None
    attention, matrix = heads.attention, _matrix(part, parameters, number)
    if matrix is not None:
        inputs = {"qkv": heads.x, "out": heads.found, "up": mlp.x, "down": mlp.act}[part]
        return _products("w × x", matrix[unit], np.asarray(inputs[0, -1], np.float64))
    length, d = attention.weights.shape[-1], attention.v.shape[-1]
    match part:
        case "scores":
            head, key = divmod(unit, length)
            query = np.asarray(attention.q[0, head, -1], np.float64) * attention.scale
            return _products("q × k", query, np.asarray(attention.k[0, head, key], np.float64))
        case "mix":
            head, place = divmod(unit, d)
            weights = np.asarray(attention.weights[0, head, -1], np.float64)
            return _products("a × v", weights, np.asarray(attention.v[0, head, :, place], np.float64))
        case "weights":
            scores = np.asarray(attention.scaled[0, unit // length, -1], np.float64)
            shares = softmax(scores)
            return [
                (_("token {n}").format(n=i + 1), f"e^{show_number(float(s), 3)}") for i, s in enumerate(scores)
            ], shares.tolist()
        case "add1" | "add2":
            x, found = (block.before, heads.out) if part == "add1" else (block.middle, mlp.out)
            pair = [float(x[0, -1, unit]), float(found[0, -1, unit])]
            return [(_("in the stream"), "x"), (_("what was found"), "F(x)")], pair
        case "act":
            return [("x", _("before"))], [float(mlp.wide[0, -1, unit])]
    stream = block.before if part == "norm1" else block.middle
    return [("x", _("in the stream"))], [float(stream[0, -1, unit])]


def _products(letters: str, a: Floats, b: Floats) -> tuple[list[tuple[str, str]], list[float]]:
    names = [
        (
            _("{letters}, {n}").format(letters=letters, n=i + 1),
            f"{show_number(float(x), 3)} × {show_number(float(y), 3)}",
        )
        for i, (x, y) in enumerate(zip(a, b, strict=True))
    ]
    return names, (a * b).tolist()


# ------------------------------------------------------------------------------------------- measured here


def measured(parameters: Parameters, trace: LMTrace) -> dict[str, float]:
    """Milliseconds of the parts of block 1, of a block, the embedding and the head, for the whole text, on this
    computer and now: the best of several tries each."""
    block = trace.blocks[0]
    heads, mlp = block.attention, block.mlp
    assert heads is not None and mlp is not None
    a, normal, wide = heads.attention, heads.x[0], mlp.wide[0]
    parts: dict[str, Callable[[], Any]] = {
        "norm1": lambda: _norm(block.before[0]),
        "qkv": lambda: normal @ parameters["block0.qkv"].T,
        "scores": lambda: a.q @ a.k.swapaxes(-1, -2),
        "weights": lambda: masked_softmax(a.masked),
        "mix": lambda: a.weights @ a.v,
        "out": lambda: heads.found[0] @ parameters["block0.out"].T,
        "add1": lambda: block.before + heads.out,
        "norm2": lambda: _norm(block.middle[0]),
        "up": lambda: mlp.x[0] @ parameters["block0.up"].T,
        "act": lambda: gelu_tanh(wide),
        "down": lambda: mlp.act[0] @ parameters["block0.down"].T,
        "add2": lambda: block.middle + mlp.out,
    }
    times = {name: _best(work) for name, work in parts.items()}
    each = math.fsum(times.values())
    times |= {f"block{k}": each for k in range(parameters.config.n_layers)}
    times["embedding"] = _best(lambda: parameters["embedding"][trace.ids[0]])
    times["head"] = _best(lambda: trace.final[0] @ parameters["embedding"].T)
    return times


def _norm(x: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True)))


def _best(work: Callable[[], Any]) -> float:
    return min(_once(work) for _try in range(REPEATS))


def _once(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)
