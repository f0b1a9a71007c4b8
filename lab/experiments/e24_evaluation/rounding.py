"""What is rounded on the Bits page, and how: random weights, or a language model, all of it or one part."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import Parameters, parameter_shapes
from lab.engine.tuning.quantize import Quantized, quantize
from lab.experiments.e24_evaluation.passages import sent_model
from lab.experiments.e24_evaluation.settings import Params
from lab.kit.arrays import freeze
from lab.kit.language_models import house_lm, shakespeare

__all__ = [
    "HALF",
    "SIDE",
    "Rounded",
    "held_ids",
    "model_of",
    "normal_weights",
    "parts_of",
    "rounded_model",
    "rounded_part",
]

Ids = NDArray[np.integer]
SIDE = 512  # of the matrix of random weights
HALF = 2.0  # bytes of a weight in 16 bits, which sizes are compared with
LONGEST = 40_000  # letters of a text that are looked at


@dataclass(frozen=True, slots=True, eq=False)
class Rounded:
    """A tensor before and after. nbytes: what it takes in few bits.  zeros: the share that became 0."""

    before: NDArray[np.float32]
    after: NDArray[np.float32]
    nbytes: int

    @property
    def rmse(self) -> float:
        return float(np.sqrt(np.mean((self.before.astype(np.float64) - self.after) ** 2)))

    @property
    def zeros(self) -> float:
        """The share of weights that were not 0 and became 0."""
        return float(np.mean((self.after == 0) & (self.before != 0)))


def rounded_part(weights: NDArray[np.float32], params: Params) -> Rounded:
    """A tensor in the bits of the controls; 16 bits are half precision."""
    if params.bits == "16":
        return Rounded(weights, weights.astype(np.float16).astype(np.float32), int(HALF * weights.size))
    found: Quantized = quantize(weights, int(params.bits), params.per, params.group)
    return Rounded(weights, found.dequantize(), found.nbytes)


@cache
def normal_weights(outlier: float) -> NDArray[np.float32]:
    """262,144 weights of a normal distribution, one of them replaced by `outlier` where that is not 0."""
    weights = np.random.default_rng(4).normal(size=(SIDE, SIDE)).astype(np.float32)
    if outlier:
        weights[SIDE // 2, SIDE // 2] = outlier
    return freeze(weights)


def model_of(params: Params, artifacts: Sequence[Artifact]) -> SavedLM:
    """The model that is rounded: what was sent, or the house model."""
    sent = sent_model(artifacts) if params.weights == "received" else None
    return house_lm("main") if sent is None else sent


def parts_of(parameters: Parameters) -> tuple[str, ...]:
    """The parts that can be rounded alone: the embedding, and the blocks."""
    return ("embedding", *(f"block{k}" for k in range(parameters.config.n_layers)))


def rounded_model(parameters: Parameters, params: Params, part: str = "") -> tuple[Parameters, int]:
    """The model with all its matrices in few bits, or only those of one part; gains and positions stay as they are.

    Returns it, and the bytes it takes with 16 bits for all the rest.
    """
    made = Parameters(parameters.config, parameters.flat.astype(np.float32).copy())
    size = 0
    for name in parameter_shapes(parameters.config):
        tensor = made[name]
        chosen = (not part or name.split(".")[0] == part) and tensor.ndim == 2 and name != "position"
        if not chosen:
            size += int(HALF * tensor.size)
            continue
        found = rounded_part(np.asarray(tensor, np.float32), params)
        tensor[...] = found.after
        size += found.nbytes
    return made, size


def held_ids(model: SavedLM) -> Ids:
    """The held-out end of the plays in the tokens of a model."""
    text = shakespeare()[1][:LONGEST]
    alphabet = getattr(model.tokenizer, "alphabet", "")
    if alphabet:
        text = text if any(letter.isupper() for letter in alphabet) else text.lower()
        text = "".join(letter for letter in text if letter in alphabet)
    ids = np.array(model.tokenizer.encode(text), np.int64)
    return ids if len(ids) > 2 else np.zeros(3, np.int64)
