"""The pass of SmolLM2 for the rows of one pass. A block has a gate beside the way up, several query heads share a key
head, and queries and keys are turned by their positions before they are multiplied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.basics.activations import softmax
from lab.engine.inside.llama_column import BlockColumn, LlamaColumn
from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaWeights
from lab.experiments.e19_next_token.inside import Floats, products_of, score_shares
from lab.kit.language_models import SmolLM2

__all__ = ["LlamaInside", "reading_inside"]

Terms = tuple[list[tuple[str, str]], list[float]]


@dataclass(frozen=True, slots=True, eq=False)
class LlamaInside:
    """What a pass of a Llama is made of, as `inside.Inside` asks for it."""

    config: LlamaConfig
    weights: LlamaWeights
    column: LlamaColumn

    @property
    def ids(self) -> tuple[int, ...]:
        return self.column.ids

    @property
    def n_layers(self) -> int:
        return self.config.n_layers

    @property
    def embedded(self) -> NDArray[Any]:
        return self.column.embedded

    @property
    def logits(self) -> NDArray[Any]:
        return self.column.logits

    def after(self, block: int) -> NDArray[Any]:
        return self.column.blocks[block].after

    def products(self) -> dict[str, int]:
        c = self.config
        counts = self.in_block()
        thought = counts["up"] + counts["act"] + counts["down"]
        attended = sum(counts[part] for part in ("qkv", "scores", "mix", "out"))
        return {
            "attention": c.n_layers * attended,
            "feed-forward": c.n_layers * thought,
            "head": c.vocab_size * c.d_model,
        }

    def in_block(self) -> dict[str, int]:
        c, length = self.config, len(self.ids)
        d, f = c.d_model, c.d_ff
        return {
            "norm1": 2 * d, "qkv": (d + 2 * c.d_kv) * d, "scores": length * d, "weights": 0, "mix": length * d,
            "out": d * d, "add1": 0, "norm2": 2 * d, "up": 2 * d * f, "act": f, "down": d * f, "add2": 0,
        }  # fmt: skip

    def name(self, part: str) -> str:
        """Where a part is called otherwise than in a house model; "" where it is not."""
        return {"up": _("gate and up"), "act": _("SiLU(gate) × up")}.get(part, "")

    def shape(self, part: str) -> str:
        c, length = self.config, len(self.ids)
        share = c.n_heads // c.n_kv_heads
        match part:
            case "qkv":
                text = _("{h} queries, but {k} keys and {k} values: {n} heads share each")
                return text.format(h=c.n_heads, k=c.n_kv_heads, n=share)
            case "scores":
                text = _("both turned by their places (RoPE), then query times key of {n} tokens")
                return text.format(n=length)
            case "weights":
                return _("{h} times a softmax over {n} tokens").format(h=c.n_heads, n=length)
            case "mix":
                return _("{h} times a mix of {n} values").format(h=c.n_heads, n=length)
            case "up":
                return _("two matrices of {rows} × {columns} weights").format(rows=c.d_ff, columns=c.d_model)
            case "act":
                return _("each of {n} gates opens or shuts a number").format(n=c.d_ff)
            case "out" | "down":
                columns = c.d_model if part == "out" else c.d_ff
                return _("a matrix of {rows} × {columns} weights").format(rows=c.d_model, columns=columns)
            case "add1" | "add2":
                return _("what was found is added: x + F(x)")
        return _("{n} numbers brought to one size").format(n=c.d_model)

    def values(self, block: int, part: str) -> Floats:
        b = self.column.blocks[block]
        found = {"add1": b.middle, "add2": b.after, "up": b.gate_up}.get(part)
        return np.asarray(getattr(b, part) if found is None else found, np.float64).ravel()

    def row(self, block: int, part: str, unit: int) -> Floats | None:
        layer = self.weights.layers[block]
        matrix = {"qkv": layer.qkv, "out": layer.out, "up": layer.gate_up, "down": layer.down}.get(part)
        return None if matrix is None else np.asarray(matrix.take(np.array([unit]))[0], np.float64)

    def how(self, part: str) -> str:
        """How a number comes about where it is no sum; "" where a house model does the same."""
        if part != "act":
            return ""
        return _("SiLU of the gate × the number of the way up; SiLU: nearly 0 below 0, nearly x above")

    def terms(self, block: int, part: str, unit: int) -> Terms:
        b, row = self.column.blocks[block], self.row(block, part, unit)
        if row is not None:
            inputs = {"qkv": b.norm1, "out": b.mix, "up": b.norm2, "down": b.act}[part]
            return products_of("w × x", row, np.asarray(inputs, np.float64).ravel())
        share = self.config.n_heads // self.config.n_kv_heads
        match part:
            case "scores":
                head, key = divmod(unit, len(self.ids))
                return products_of("q × k", _wide(b.query[head]), _wide(b.keys[head // share, key]))
            case "mix":
                head, place = divmod(unit, self.config.d_head)
                return products_of("a × v", _wide(b.weights[head]), _wide(b.values[head // share, :, place]))
            case "weights":
                scores = _wide(b.scores[unit // len(self.ids)])
                return score_shares(scores), softmax(scores).tolist()
            case "act":
                gate, up = float(b.gate_up[unit]), float(b.gate_up[self.config.d_ff + unit])
                return [(_("gate"), _("before SiLU")), (_("way up"), _("before the product"))], [gate, up]
            case "add1" | "add2":
                return [(_("in the stream"), "x"), (_("what was found"), "F(x)")], _pair(b, part, unit)
        stream = b.before if part == "norm1" else b.middle
        return [("x", _("in the stream"))], [float(stream[unit])]


def reading_inside(model: SmolLM2, ids: tuple[int, ...]) -> Iterator[float | LlamaInside]:
    """SmolLM2 reads a text: rests after each layer, and what was seen at the end."""
    column = yield from model.reading_column(ids)
    yield LlamaInside(*model.parts, column)


def _pair(block: BlockColumn, part: str, unit: int) -> list[float]:
    x, found = (block.before, block.out) if part == "add1" else (block.middle, block.down)
    return [float(x[unit]), float(found[unit])]


def _wide(values: NDArray[Any]) -> Floats:
    return np.asarray(values, np.float64)
