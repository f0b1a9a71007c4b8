"""What the model writes, a token at a time, and how long a step of a plan takes on this machine."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace
from functools import lru_cache

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import softmax
from lab.engine.decoding.sampling import Temperature, choose
from lab.engine.lm.cached import CachedLM
from lab.engine.lm.fast import FastLM
from lab.engine.lm.optimizer import AdamWState, adamw_step
from lab.engine.lm.parameters import LMConfig, Parameters, init_parameters
from lab.engine.text.exchange import AnyTokenizer
from lab.engine.text.tokenizer import CharTokenizer
from lab.experiments.e25_capstone.settings import Params

__all__ = ["LENGTH", "Sample", "begins_with", "seconds_per_step", "writing"]

LENGTH = 160  # tokens of a sample
A_PIECE = 8  # tokens
TRIES = 2


@dataclass(frozen=True, slots=True)
class Sample:
    """What it wrote after a step."""

    step: int
    text: str


def begins_with(tokenizer: AnyTokenizer, prompt: str) -> list[int]:
    """The tokens of a prompt, those it knows; a new line, or its first token, where there are none."""
    for text in (prompt, prompt.lower(), "\n"):
        if isinstance(tokenizer, CharTokenizer):
            known = "".join(c for c in text if not tokenizer.unknown(c))
            found = tokenizer.encode(known)
        else:
            found = tokenizer.encode(text) if text else []
        if found:
            return found
    return [0]


def writing(
    parameters: Parameters, tokenizer: AnyTokenizer, params: Params, rng: np.random.Generator, length: int = LENGTH
) -> Generator[None, None, str]:
    """A sample, some tokens a piece; returned in the end, the prompt included."""
    ids = begins_with(tokenizer, params.prompt)
    model, cool, prompt = CachedLM(parameters), Temperature(params.temperature), len(ids)
    while len(ids) < prompt + length:
        scores = cool(model.scores(ids).astype(np.float64), ids)
        ids.append(choose(softmax(scores), rng))
        if (len(ids) - prompt) % A_PIECE == 0:
            yield
    return tokenizer.decode(ids).strip("\n")


@lru_cache(maxsize=256)
def seconds_per_step(config: LMConfig, batch: int) -> float:
    """How long one step takes on this machine, in seconds: that of a small batch of the same plan, measured once."""
    small = max(1, min(batch, 256 // config.context))
    parameters = init_parameters(replace(config, dropout=0.0), np.random.default_rng(0))
    worker, state = FastLM(parameters, small), AdamWState.zeros(parameters)
    ids = np.zeros((small, config.context), np.int64)
    reading, updating = float("inf"), float("inf")
    for _try in range(TRIES):
        begin = time.perf_counter()
        worker.loss_and_gradients(ids, ids)
        middle = time.perf_counter()
        adamw_step(parameters, worker.gradients, state, 1e-4)
        reading = min(reading, middle - begin)
        updating = min(updating, time.perf_counter() - middle)
    return reading * batch / small + updating
