"""The pass of a house model, for the rows of one pass: every tensor is in its trace."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.basics.activations import gelu_tanh, softmax
from lab.engine.lm.parameters import LMConfig, Parameters
from lab.engine.lm.reference import BlockView, LMTrace
from lab.engine.transformer.attention import masked_softmax
from lab.experiments.e19_next_token.inside import Floats, products_of, score_shares

__all__ = ["HouseInside", "fits", "measured"]

REPEATS = 15
MATRICES = {"qkv": "qkv", "out": "out", "up": "up", "down": "down"}


@dataclass(frozen=True, slots=True, eq=False)
class HouseInside:
    """A pass of a house model."""

    parameters: Parameters
    trace: LMTrace

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(self.trace.ids[0].tolist())

    @property
    def n_layers(self) -> int:
        return self.parameters.config.n_layers

    @property
    def embedded(self) -> NDArray[Any]:
        return np.asarray(self.trace.embedded[0, -1])

    @property
    def logits(self) -> NDArray[Any]:
        return np.asarray(self.trace.logits[0, -1])

    def after(self, block: int) -> NDArray[Any]:
        return np.asarray(self.trace.blocks[block].after[0, -1])

    def products(self) -> dict[str, int]:
        return _multiplications(self.parameters.config, len(self.ids))

    def in_block(self) -> dict[str, int]:
        return _in_block(self.parameters.config, len(self.ids))

    def name(self, part: str) -> str:
        return ""

    def shape(self, part: str) -> str:
        return _shape(part, self.parameters.config, len(self.ids))

    def values(self, block: int, part: str) -> Floats:
        return _values(part, self.trace.blocks[block])

    def row(self, block: int, part: str, unit: int) -> Floats | None:
        matrix = _matrix(part, self.parameters, block)
        return None if matrix is None else matrix[unit]

    def how(self, part: str) -> str:
        return ""

    def terms(self, block: int, part: str, unit: int) -> tuple[list[tuple[str, str]], list[float]]:
        return _terms(part, self.trace.blocks[block], self.parameters, block, unit)


def fits(config: LMConfig) -> bool:
    """Whether its blocks are built as the rows say: norms before, skips, attention and a GELU layer, no biases."""
    ordinary = config.norm_place == "pre" and config.norm == "rms" and config.residual and not config.biases
    return ordinary and config.feed_forward == "gelu"


def _multiplications(config: LMConfig, length: int) -> dict[str, int]:
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


def _terms(
    part: str, block: BlockView, parameters: Parameters, number: int, unit: int
) -> tuple[list[tuple[str, str]], list[float]]:
    """The terms of a number, each with a name and its arithmetic."""
    heads, mlp = block.attention, block.mlp
    assert heads is not None and mlp is not None
    attention, matrix = heads.attention, _matrix(part, parameters, number)
    if matrix is not None:
        inputs = {"qkv": heads.x, "out": heads.found, "up": mlp.x, "down": mlp.act}[part]
        return products_of("w × x", matrix[unit], np.asarray(inputs[0, -1], np.float64))
    length, d = attention.weights.shape[-1], attention.v.shape[-1]
    match part:
        case "scores":
            head, key = divmod(unit, length)
            query = np.asarray(attention.q[0, head, -1], np.float64) * attention.scale
            return products_of("q × k", query, np.asarray(attention.k[0, head, key], np.float64))
        case "mix":
            head, place = divmod(unit, d)
            weights = np.asarray(attention.weights[0, head, -1], np.float64)
            return products_of("a × v", weights, np.asarray(attention.v[0, head, :, place], np.float64))
        case "weights":
            scores = np.asarray(attention.scaled[0, unit // length, -1], np.float64)
            return score_shares(scores), softmax(scores).tolist()
        case "add1" | "add2":
            x, found = (block.before, heads.out) if part == "add1" else (block.middle, mlp.out)
            pair = [float(x[0, -1, unit]), float(found[0, -1, unit])]
            return [(_("in the stream"), "x"), (_("what was found"), "F(x)")], pair
        case "act":
            return [("x", _("before"))], [float(mlp.wide[0, -1, unit])]
    stream = block.before if part == "norm1" else block.middle
    return [("x", _("in the stream"))], [float(stream[0, -1, unit])]


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
