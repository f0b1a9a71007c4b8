"""SmolLM2 on the bench: opened, and a text read, in pieces, so that the thread that does it can answer in between."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import log_softmax
from lab.engine.inside.bench import Keep, Seen
from lab.engine.inside.llama import LlamaBench
from lab.engine.text.bpe import BPETokenizer
from lab.engine.transformer.edits import Edits
from lab.experiments.e18_transformer_block.cell import product_recipe, sum_recipe
from lab.experiments.e18_transformer_block.frame import Floats, Recipe
from lab.experiments.e18_transformer_block.reading import Reading
from lab.experiments.e18_transformer_block.settings import LONGEST
from lab.experiments.e18_transformer_block.texts import end_of_plays
from lab.kit.arrays import freeze, read_only
from lab.kit.smollm2 import opening_smollm2

__all__ = ["DeepReading", "Pretrained", "judging_pretrained", "opening_pretrained", "reading_by_pretrained"]

JUDGED = 48  # tokens that a whole model is judged on, with one part off after another


@dataclass(frozen=True, slots=True, eq=False)
class Pretrained:
    """The model on the bench, and its tokenizer."""

    bench: LlamaBench
    tokenizer: BPETokenizer

    def encoded(self, text: str) -> tuple[int, ...]:
        """The ids of a text, never none, at most LONGEST."""
        return tuple(self.tokenizer.encode(text) or [0])[:LONGEST]


def opening_pretrained() -> Generator[float, None, Pretrained]:
    """The model; rests while it is being opened. Raises ValueError with a sentence when it cannot be."""
    llama, tokenizer = yield from opening_smollm2(max(LONGEST, JUDGED))
    return Pretrained(LlamaBench(llama), tokenizer)


def reading_by_pretrained(
    model: Pretrained, ids: tuple[int, ...], without: frozenset[str]
) -> Generator[float, None, DeepReading]:
    """A text as the model reads it, with parts left out; its lens is not read yet."""
    seen = yield from model.bench.passing(ids, Edits(without))
    return DeepReading(model, seen)


def judging_pretrained(model: Pretrained, edits: Edits) -> Generator[float, None, float]:
    """The surprise of the model on a piece of the plays, in nats a token; infinite where its numbers overflow."""
    ids = tuple(model.tokenizer.encode(end_of_plays(10 * JUDGED)) or [0])[:JUDGED]
    seen = yield from model.bench.passing(ids, edits, Keep(stream=False))
    if not np.isfinite(seen.logits).all():
        return math.inf
    return float(surprises(seen).mean()) if len(ids) > 1 else 0.0


class DeepReading(Reading):
    """A text as SmolLM2 reads it."""

    def __init__(self, model: Pretrained, seen: Seen) -> None:
        self._llama = model.bench.llama
        super().__init__(model, model.bench, seen, freeze(surprises(seen)))
        self._found: dict[int, dict[str, Floats]] = {}  # of the block that was asked for last

    def tensors(self, layer: int) -> Mapping[str, Floats]:
        if layer not in self._found:
            self._found = {layer: self._tensors(layer)}
        found: Mapping[str, Floats] = self._found[layer]
        return found

    def _tensors(self, layer: int) -> dict[str, Floats]:
        seen = self._seen
        assert seen.stream is not None and seen.heads is not None and seen.added is not None and seen.inner is not None
        attention, wide = seen.added[layer]
        gains, before = self._llama.gains(layer), seen.stream[layer]
        keeps = "residual" not in self.edits.without
        found: dict[str, Floats] = {"before": before}
        middle = before
        if self.edits.runs(layer, "attention"):
            middle = before + attention if keeps else attention
            found["norm1"] = self._normed(before, gains[0])
            found["heads"] = seen.heads[layer].swapaxes(0, 1).reshape(len(before), -1)
            found |= {"attention": attention, "middle": middle}
        if self.edits.runs(layer, "feed-forward"):
            found |= {"norm2": self._normed(middle, gains[1]), "inner": seen.inner[layer], "feed-forward": wide}
        found["after"] = seen.stream[layer + 1]
        return found

    def _normed(self, stream: Floats, gain: Floats) -> Floats:
        size = np.sqrt(np.mean(stream * stream, axis=1, keepdims=True) + self._llama.config.norm_epsilon)
        return np.asarray(stream / size * gain)

    def weights(self, layer: int) -> Floats | None:
        if not self.edits.runs(layer, "attention"):
            return None
        assert self._seen.weights is not None
        found: Floats = read_only(self._seen.weights[layer], np.float32)
        return found

    def recipe(self, layer: int, op: str, token: int, unit: int) -> Recipe | None:
        t = self.tensors(layer)
        if op in ("norm1", "norm2"):
            x = t["before" if op == "norm1" or "middle" not in t else "middle"][token].astype(float)
            gain = float(self._llama.gains(layer)[op == "norm2"][unit])
            nothing = read_only(np.zeros(0))
            return Recipe("norm", nothing, nothing, (float(x[unit]), float(np.mean(x**2)), gain))
        if op == "heads":
            head, place = divmod(unit, self._llama.config.d_head)
            assert self._seen.stream is not None and self._seen.weights is not None
            values = self._llama.queries_keys_values(layer, self._seen.stream[layer])[2]
            shared = head * len(values) // self._llama.config.n_heads
            return product_recipe("z", self._seen.weights[layer, head, token], values[shared, :, place])
        if op == "attention":
            writes = self._llama.head_writes(layer)
            return product_recipe("y", t["heads"][token], writes.reshape(-1, writes.shape[-1])[:, unit])
        if op == "feed-forward":
            return product_recipe("y", t["inner"][token], self._llama.neuron_writes(layer)[:, unit])
        if op == "middle":
            return sum_recipe(t["before"][token, unit], t["attention"][token, unit], t["middle"][token, unit])
        if op == "after" and "feed-forward" in t:
            middle = t.get("middle", t["before"])
            return sum_recipe(middle[token, unit], t["feed-forward"][token, unit], t["after"][token, unit])
        return None


def surprises(seen: Seen) -> Floats:
    """The surprise of each token but the first, [T-1], in nats."""
    p = log_softmax(seen.logits[:-1].astype(np.float64))
    return np.asarray(-p[np.arange(len(p)), seen.ids[1:]])
