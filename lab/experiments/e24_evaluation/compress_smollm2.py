"""SmolLM2 on the Bits page: how much worse it guesses with all its weights in few bits, and with one block alone. What
was measured once is stored; with the model pack it is measured again, part by part. Its pack is in 8 bits already, with
a scale for each row, and so are all of these."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.paths import asset
from lab.engine.basics.activations import log_softmax
from lab.engine.pretrained.few_shot import FewShot
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.rounded_llama import part_names, room_for, rounding_part
from lab.engine.text.bpe import BPETokenizer
from lab.experiments.e24_evaluation.compress import BINS, REACH, CompressPage
from lab.experiments.e24_evaluation.rounding import HALF
from lab.experiments.e24_evaluation.settings import Params
from lab.kit.arrays import freeze
from lab.kit.language_models import shakespeare
from lab.kit.smollm2 import opening_smollm2, smollm2_path

__all__ = ["PROMPT", "CompressSmolLM2", "as_stored", "stored_bits"]

Floats = NDArray[np.float32]
Array = NDArray[np.float64]
T = TypeVar("T")
CAPACITY, TOKENS, LETTERS, WRITTEN = 256, 128, 900, 20  # of the cache, that are guessed, that hold them, of a sample
PROMPT = "The capital of France is"
PARTS = ("embedding", *(f"block{k}" for k in range(30)))
PACKED = 8  # bits of the pack: with as many nothing changes
MEASURED = ("4", "2")  # bits that are stored


@cache
def stored_bits() -> Mapping[str, Any]:
    """What was measured, by bits."""
    found: dict[str, Any] = json.loads(asset("data/measured_smollm2.json").read_text("utf-8"))["bits"]
    return found


def as_stored(page: CompressPage) -> dict[str, Any]:
    """A page that was measured to its end, as plain data."""
    numbers = {"size": page.size, "whole": page.whole, "rmse": page.rmse, "zeros": page.zeros, "count": page.count}
    rows = {"before": page.before, "after": page.after, "losses": page.losses}
    kept = {name: [round(float(value), 6) for value in row] for name, row in rows.items()}
    return {"reach": float(page.edges[-1]), **numbers, **kept, "tokens": page.tokens, "samples": list(page.samples)}


class CompressSmolLM2:
    """The model and its rounded forms; only the simulation touches them."""

    def __init__(self, params: Params, _rng: np.random.Generator, _artifacts: Sequence[Artifact]) -> None:
        self._bits = min(int(params.bits), PACKED)
        self._losses: list[float] = []
        self._samples: list[str] = []
        self._shares: tuple[list[float], ...] = ([], [])
        self._sums = _Sums()
        self._streams: dict[int, Floats] = {}
        self._model: tuple[Llama, BPETokenizer] | None = None
        self._work: Generator[float, None, None] | None = None
        self._error = ""

    @property
    def _missing(self) -> bool:
        """Whether the model cannot be had."""
        return bool(self._error) or smollm2_path() is None

    def done(self) -> bool:
        return len(self._losses) >= 2 + len(PARTS) or self._missing

    def step(self, _number: int) -> bool:
        """A piece; True when one more form of the model has read the text."""
        self._work = self._work or self._measuring(len(self._losses))
        try:
            next(self._work)
        except StopIteration:
            self._work = None
            return True
        except ValueError as error:  # the pack cannot be opened
            self._work, self._error = None, str(error)
        return False

    def _measuring(self, number: int) -> Generator[float, None, None]:
        """One form reads: the whole model, all of it rounded, or one part."""
        if self._model is None:
            self._model = yield from opening_smollm2(CAPACITY)
        llama, tokenizer = self._model
        ids = tokenizer.encode(shakespeare()[1][:LETTERS])[: TOKENS + 1]
        if number == 0 or not self._streams:  # it begins, or goes on from a file
            whole = yield from self._reading_whole(llama, ids)
        if number == 0:
            self._samples, loss = [(yield from _written(llama, tokenizer))], whole
        elif number == 1:
            rounded = yield from self._rounding_all(llama)
            loss = _loss((yield from rounded.watching(ids[:-1], _unseen)), ids)
            self._samples = [*self._samples[:1], (yield from _written(rounded, tokenizer))]
        else:
            loss = yield from self._reading_part(llama, ids, PARTS[number - 2])
        self._losses.append(loss)

    def _reading_whole(self, llama: Llama, ids: Sequence[int]) -> Generator[float, None, float]:
        """The loss of the model as it is; its stream before each block is kept."""

        def keep(k: int, name: str, values: Floats) -> None:
            if name == "stream":
                self._streams[k] = values.T.copy()

        return _loss((yield from llama.watching(ids[:-1], keep)), ids)

    def _rounding_all(self, llama: Llama) -> Generator[float, None, Llama]:
        config, weights = llama.parts
        sums, buffer = _Sums(self._bits), room_for(config)
        for done, part in enumerate(part_names(config)):
            work = rounding_part(weights, part, self._bits, buffer, sums.add)
            weights = yield from _resting(work, done / len(PARTS))
        sums.rest = int(HALF * (2 * config.n_layers + 1) * config.d_model)  # the gains stay in 16 bits
        self._sums = sums
        return Llama(config, weights, CAPACITY)

    def _reading_part(self, llama: Llama, ids: Sequence[int], part: str) -> Generator[float, None, float]:
        config, weights = llama.parts
        made = yield from _resting(rounding_part(weights, part, self._bits, room_for(config)), 0.1)
        block = -1 if part == "embedding" else int(part.removeprefix("block"))
        since = None if block < 0 else (block, self._streams[block])  # what stands before it is as it was
        return _loss((yield from Llama(config, made, CAPACITY).watching(ids[:-1], _unseen, since=since)), ids)

    def retune(self, params: Params) -> None:
        """What is rounded, and how, is fixed for a run."""

    def shown(self, params: Params) -> CompressPage:
        if not self._losses and self._missing:
            return _stored_page(params)
        losses = np.full(2 + len(PARTS), np.nan)
        losses[: len(self._losses)] = self._losses
        samples = (*self._samples, "", "")[:2]
        return self._sums.page(params, losses, TOKENS if self._losses else 0, (samples[0], samples[1]))

    def save(self) -> dict[str, Any]:
        return {"losses": list(self._losses), "samples": list(self._samples), "sums": self._sums.save()}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for a measurement of another kind."""
        losses, samples = [float(one) for one in saved["losses"]], [str(one) for one in saved["samples"]]
        if len(losses) > 2 + len(PARTS) or len(samples) != min(2, len(losses)):
            raise ValueError(f"state: {len(losses)} losses and {len(samples)} samples, needs at most {2 + len(PARTS)}")
        self._losses, self._samples, self._work = losses, samples, None
        self._sums = _Sums(self._bits)
        self._sums.load(saved["sums"])


class _Sums:
    """What is known of all weights before and after: columns, errors, sizes. The first rows set how far these reach."""

    def __init__(self, bits: int = PACKED) -> None:
        self._bits, self.rest = bits, 0
        self._reach, self._error, self._rows, self._zeros, self._count = 0.0, 0.0, 0, 0, 0
        self._columns = np.zeros((2, BINS), np.int64)

    def add(self, before: Floats, after: Floats) -> None:
        if not self._reach:
            self._reach = REACH * float(np.sqrt(np.mean(before.astype(np.float64) ** 2)))
        for row, weights in enumerate((before, after)):
            inside = np.clip(weights.reshape(-1), -self._reach, self._reach)
            self._columns[row] += np.histogram(inside, BINS, (-self._reach, self._reach))[0]
        self._error += float(np.sum((before.astype(np.float64) - after) ** 2))
        self._zeros += int(np.sum((after == 0) & (before != 0)))
        self._rows, self._count = self._rows + len(before), self._count + before.size

    def page(self, params: Params, losses: Array, tokens: int, samples: tuple[str, str]) -> CompressPage:
        reach, n = self._reach or 1.0, max(1, self._count)
        size, whole = self._count * self._bits // 8 + 4 * self._rows + self.rest, HALF * self._count + self.rest
        if not self._count:  # nothing is known yet but the bits
            size, whole = self._bits, 8 * HALF
        shares = [freeze(row / n) for row in self._columns]
        edges = freeze(np.linspace(-reach, reach, BINS + 1))
        rmse, zeros = float(np.sqrt(self._error / n)), self._zeros / n
        return CompressPage(
            params, edges, shares[0], shares[1], size, whole, rmse, zeros, self._count, PARTS, freeze(losses), tokens,
            samples, begun=PROMPT,
        )  # fmt: skip

    def save(self) -> dict[str, Any]:
        numbers = [self._reach, self._error, self._rows, self._zeros, self._count, self.rest]
        return {"numbers": numbers, "columns": self._columns.copy()}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for columns of another kind."""
        columns = np.array(saved["columns"], np.int64)
        if columns.shape != (2, BINS):
            raise ValueError(f"state: columns of shape {columns.shape}, needs {(2, BINS)}")
        reach, error, *counts = saved["numbers"]
        self._reach, self._error, self._columns = float(reach), float(error), columns
        self._rows, self._zeros, self._count, self.rest = (int(count) for count in counts)


def _stored_page(params: Params) -> CompressPage:
    """What was measured; with as many bits as the pack has nothing changes."""
    chosen = params.bits if params.bits in MEASURED else MEASURED[0]
    found = stored_bits()[chosen]
    edges = np.linspace(-found["reach"], found["reach"], BINS + 1)
    before, after, losses = (np.array(found[name], np.float64) for name in ("before", "after", "losses"))
    size, rmse, zeros, samples = found["size"], found["rmse"], found["zeros"], tuple(found["samples"])
    if chosen != params.bits:
        size, rmse, zeros, after = found["whole"] / 2, 0.0, 0.0, before
        losses, samples = np.full(len(losses), losses[0]), (samples[0], samples[0])
    return CompressPage(
        params, freeze(edges), freeze(before), freeze(after), int(size), found["whole"], rmse, zeros, found["count"],
        PARTS, freeze(losses), found["tokens"], (samples[0], samples[1]), measured=False, begun=PROMPT,
    )  # fmt: skip


def _loss(scores: Floats, ids: Sequence[int]) -> float:
    """Nats a token, on average; scores: [T, V] after each token but the last."""
    logs = log_softmax(scores.astype(np.float64))
    return -float(logs[np.arange(len(logs)), ids[1:]].mean())


def _unseen(_layer: int, _name: str, _values: Floats) -> None:
    """Nothing is looked at."""


def _resting(work: Generator[None, None, T], share: float) -> Generator[float, None, T]:
    """The same work, with a share at each rest."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            made: T = end.value
            return made
        yield share


def _written(llama: Llama, tokenizer: BPETokenizer) -> Generator[float, None, str]:
    """How a model goes on with PROMPT, always with the likeliest token."""
    return (yield from FewShot(llama, tokenizer, "").answering(PROMPT, WRITTEN))
