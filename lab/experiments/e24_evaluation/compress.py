"""What few bits cost: the weights before and after, and how much worse the model guesses, whole and part by part."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.engine.lm.fast import FastLM
from lab.engine.lm.parameters import Parameters, parameter_shapes
from lab.engine.tuning.written import write
from lab.experiments.e24_evaluation.rounding import (
    HALF,
    Rounded,
    held_ids,
    model_of,
    normal_weights,
    parts_of,
    rounded_model,
    rounded_part,
)
from lab.experiments.e24_evaluation.settings import Params
from lab.kit.arrays import freeze

__all__ = ["BINS", "PIECES", "REACH", "Compress", "CompressPage", "part_name"]

Array = NDArray[np.float64]
Ids = NDArray[np.integer]
PIECES, TEXTS, LETTERS, AT_ONCE = 6, 8, 64, 2
BEGUN, WRITTEN, HEAT = 16, 72, 0.7  # tokens of a sample's beginning and of it, and its temperature
BINS = 81  # columns of the picture
REACH = 4.5  # standard deviations that the picture shows


@dataclass(frozen=True, slots=True, eq=False)
class CompressPage:
    """edges: [BINS + 1].  before, after: [BINS], the share of the weights in each column.

    size: bytes of all in few bits.  whole: in 16.  rmse, zeros: of the weights that are shown.  count: of them.
    parts: what can be rounded alone, () for random weights.  losses: [2 + parts], nats a token of the model as it is,
    with all of it rounded, and with each part rounded alone; nan before they are measured.  tokens: that were read.
    samples: how the model goes on as it is, and rounded; "" before it does.  measured: here, and not beforehand.
    begun: what it goes on with.
    """

    params: Params
    edges: Array
    before: Array
    after: Array
    size: int
    whole: float
    rmse: float
    zeros: float
    count: int
    parts: tuple[str, ...]
    losses: Array
    tokens: int
    samples: tuple[str, str] = ("", "")
    measured: bool = True
    begun: str = ""

    @property
    def share(self) -> float:
        """Of the size in 16 bits."""
        return self.size / self.whole

    @property
    def perplexities(self) -> Array:
        return np.exp(self.losses)

    @property
    def worse(self) -> float | None:
        """By how much the perplexity of the rounded model is higher, as a share; None before it is measured."""
        if not self.parts or not self.tokens or not np.isfinite(self.losses[:2]).all():
            return None
        return float(math.exp(self.losses[1] - self.losses[0]) - 1)

    @property
    def worst(self) -> int | None:
        """The part that costs most alone; None before all are measured."""
        alone = self.losses[2:]
        return int(alone.argmax()) if len(alone) and np.isfinite(alone).all() else None

    def more_bits(self, form: int) -> float:
        """By how many bits a token costs more than the model as it is: 1 all of it rounded, from 2 on one part."""
        return float(self.losses[form] - self.losses[0]) / math.log(2)

    def worse_by(self, part: int) -> float:
        """The same with one part rounded alone."""
        return float(math.exp(self.losses[2 + part] - self.losses[0]) - 1)

    @property
    def seven(self) -> float:
        """What a model of seven billion weights would take so, in GB."""
        return 7.0 * HALF * self.share


def part_name(part: str) -> str:
    """A part of a model: E for the embedding, and the blocks counted from 1."""
    return "E" if part == "embedding" else str(int(part.removeprefix("block")) + 1)


class Compress:
    """The models side by side; only the simulation touches them."""

    def __init__(self, params: Params, _rng: np.random.Generator, artifacts: Sequence[Artifact]) -> None:
        self._params = params
        self._random = params.weights == "normal"
        self._parts: tuple[str, ...] = ()
        self._models: list[Parameters] = []
        if self._random:
            self._shown = _histogram(rounded_part(normal_weights(params.outlier), params))
        else:
            saved = model_of(params, artifacts)
            self._parts = parts_of(saved.parameters)
            whole = Parameters(saved.config, saved.parameters.flat.astype(np.float32))
            self._models = [whole]
            made, size = rounded_model(whole, params)
            self._models += [made, *(rounded_model(whole, params, part)[0] for part in self._parts)]
            self._shown = _shown(whole, made, size)
            self._ids = _pieces(held_ids(saved), min(LETTERS, saved.config.context))
            self._saved = saved
        self._samples, self._begun = ("", ""), ""
        self._sums = np.zeros(2 + len(self._parts))
        self._read = 0  # pieces
        self._unit: Iterator[NDArray[np.float64] | None] | None = None

    def done(self) -> bool:
        return self._read >= (PIECES if self._models else 0)

    def step(self, _number: int) -> bool:
        """A few letters by one of the models; True when all have read a piece."""
        if self._unit is None:
            self._unit = _reading(self._models, self._ids[self._read])
        found = next(self._unit)
        if found is None:
            return False
        self._sums, self._unit, self._read = self._sums + found, None, self._read + 1
        self._write()
        return True

    def _write(self) -> None:
        """How the model and its rounded form go on with the text, with the same dice, once something was read."""
        if self._models and self._read and not self._samples[0]:
            begun, decode = self._ids[0][:1, :BEGUN], self._saved.tokenizer.decode
            first, second = (
                write(model, begun, WRITTEN, np.random.default_rng(0), temperature=HEAT).ids[0].tolist()
                for model in self._models[:2]
            )
            self._samples, self._begun = (decode(first), decode(second)), decode(begun[0].tolist())

    def retune(self, params: Params) -> None:
        """What is rounded, and how, is fixed for a run."""
        self._params = params

    def shown(self, params: Params) -> CompressPage:
        self._write()
        losses = self._sums / self._read if self._read else np.full(len(self._sums), np.nan)
        edges, before, after, size, whole, rmse, zeros, count = self._shown
        tokens = self._read * (self._ids[0].size - len(self._ids[0])) if self._models else 0
        return CompressPage(
            params, edges, before, after, size, whole, rmse, zeros, count, self._parts, freeze(losses), tokens,
            self._samples if self._read else ("", ""), begun=self._begun if self._read else "",
        )  # fmt: skip

    def save(self) -> dict[str, Any]:
        return {"sums": self._sums.copy(), "pieces": self._read}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for a measurement of another kind."""
        sums, read = np.array(saved["sums"], np.float64), int(saved["pieces"])
        if sums.shape != self._sums.shape or not 0 <= read <= PIECES:
            raise ValueError(f"state: sums of shape {sums.shape} after {read} pieces; needs {self._sums.shape}")
        self._sums, self._read, self._unit = sums, read, None


def _pieces(ids: Ids, length: int) -> Ids:
    """PIECES times TEXTS stretches of a text, spread evenly, [PIECES, TEXTS, length + 1]."""
    length = min(length, len(ids) - 1)
    starts = np.linspace(0, len(ids) - length - 1, PIECES * TEXTS).astype(np.int64)
    return np.asarray(ids[starts[:, None] + np.arange(length + 1)].reshape(PIECES, TEXTS, length + 1))


def _reading(models: Sequence[Parameters], ids: Ids) -> Iterator[NDArray[np.float64] | None]:
    """Let models read the same texts, [TEXTS, T + 1]; rests after AT_ONCE of them, and gives each model's mean loss."""
    losses = np.zeros(len(models))
    scratch = models[0].like()
    reader = FastLM(scratch, AT_ONCE, ids.shape[1] - 1)
    for number, model in enumerate(models):
        scratch.flat[...] = model.flat
        for start in range(0, len(ids), AT_ONCE):
            part = ids[start : start + AT_ONCE]
            found = reader.losses(part[:, :-1], part[:, 1:])
            losses[number] += float(found.sum(dtype=np.float64)) / (len(ids) * reader.length)
            yield None
    yield losses


_Shown = tuple[Array, Array, Array, int, float, float, float, int]


def _histogram(found: Rounded) -> _Shown:
    """The weights of a tensor before and after, in columns about zero."""
    before, after = found.before.reshape(-1), found.after.reshape(-1)
    reach = REACH * float(np.sqrt(np.mean(np.minimum(np.abs(before), 10.0) ** 2)))
    edges = np.linspace(-reach, reach, BINS + 1)
    shares = [freeze(np.histogram(np.clip(w, -reach, reach), edges)[0] / len(w)) for w in (before, after)]
    return freeze(edges), shares[0], shares[1], found.nbytes, HALF * len(before), found.rmse, found.zeros, len(before)


def _shown(whole: Parameters, made: Parameters, size: int) -> _Shown:
    """The weights of all matrices of a model."""
    names = [name for name in parameter_shapes(whole.config) if whole[name].ndim == 2 and name != "position"]
    before, after = (np.concatenate([p[name].reshape(-1) for name in names]) for p in (whole, made))
    found = Rounded(before.astype(np.float32), after.astype(np.float32), size)
    shown = _histogram(found)
    return (*shown[:4], HALF * whole.flat.size, *shown[5:])
