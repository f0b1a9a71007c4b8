"""Tokenizers and tiny language models against the clock: training, writing with and without a cache, learning merges.

`small` and `big` are the two sizes that the capstone trains in front of the learner (11,776 and 107,648 numbers for
77 characters). Rates are medians over rounds; everything runs on one BLAS thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from threadpoolctl import threadpool_limits

from lab.core.records import dataclass
from lab.engine.decoding.sampling import choose
from lab.engine.lm.decoder import Decoder
from lab.engine.lm.fast import FastLM
from lab.engine.lm.optimizer import AdamWState, adamw_step
from lab.engine.lm.parameters import LMConfig, init_parameters, n_parameters
from lab.engine.text.bpe_train import BPETrainer
from lab.engine.text.pretrained import load_gpt2
from lab.engine.text.split import Splitter

__all__ = ["CASES", "Case", "figures", "generation", "tokenizing", "training", "writer_without_cache"]

DATA = Path(__file__).parents[2] / "assets/data"


@dataclass(frozen=True, slots=True)
class Case:
    """A model and a batch to measure with."""

    name: str
    config: LMConfig
    batch: int = 32

    def texts(self) -> tuple[np.ndarray, np.ndarray]:
        """A batch of random tokens and their targets, [batch, context] each."""
        rng = np.random.default_rng(0)
        ids, targets = rng.integers(0, self.config.vocab_size, (2, self.batch, self.config.context))
        return ids, targets


CASES = (
    Case("small", LMConfig(77, context=32, d_model=32, n_heads=2, n_layers=1, d_ff=64)),
    Case("big", LMConfig(77, context=64, d_model=64, n_heads=4, n_layers=2, d_ff=256)),
)


def per_second(work: Callable[[], int], seconds: float = 0.3) -> float:
    """How many units `work` does in a second; it returns how many it did in one call."""
    work()
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        done += work()
    return done / (time.perf_counter() - began)


def training(case: Case) -> Callable[[], int]:
    """A function that makes one step of training and returns its tokens: losses, gradients, AdamW."""
    parameters = init_parameters(case.config, np.random.default_rng(0))
    model, state = FastLM(parameters, case.batch), AdamWState.zeros(parameters)
    ids, targets = case.texts()

    def step() -> int:
        model.loss_and_gradients(ids, targets)
        adamw_step(parameters, model.gradients, state, 1e-3)
        return ids.size

    return step


def _shares(scores: np.ndarray) -> np.ndarray:
    shares: np.ndarray = np.exp(scores - scores.max())
    return shares


def generation(case: Case) -> Callable[[], int]:
    """A function that writes one text as long as the context, with a cache, and returns its tokens."""
    decoder = Decoder(init_parameters(case.config, np.random.default_rng(0)))
    rng = np.random.default_rng(1)

    def write() -> int:
        decoder.reset()
        token = 0
        for _ in range(case.config.context):
            token = choose(_shares(decoder.step(token)), rng)
        return case.config.context

    return write


def writer_without_cache(case: Case) -> Callable[[], int]:
    """The same, with a whole pass over the text for every token."""
    decoder = Decoder(init_parameters(case.config, np.random.default_rng(0)))
    rng = np.random.default_rng(1)

    def write() -> int:
        text = [0]
        for _ in range(case.config.context):
            decoder.reset()
            text.append(choose(_shares(decoder.read(text)[-1]), rng))
        return case.config.context

    return write


def tokenizing() -> dict[str, float]:
    """Learning merges and encoding, in seconds and characters per second."""
    text = (DATA / "shakespeare.txt").read_text("utf-8")

    def learn(splitter: Splitter) -> float:
        began = time.perf_counter()
        trainer = BPETrainer(text[:200_000], splitter)
        for _ in range(256):
            trainer.merge()
        return time.perf_counter() - began

    def load() -> float:
        began = time.perf_counter()
        load_gpt2(DATA / "gpt2_merges.npz")
        return time.perf_counter() - began

    gpt2 = load_gpt2(DATA / "gpt2_merges.npz")
    began = time.perf_counter()
    gpt2.encode(text)
    encoding = time.perf_counter() - began
    return {
        "tokenizer, 256 merges on 200 kB, words kept apart, s": median(learn("gpt2") for _ in range(3)),
        "tokenizer, 256 merges on 200 kB, across words, s": median(learn("none") for _ in range(3)),
        "tokenizer, GPT-2's, loading, s": median(load() for _ in range(3)),
        "tokenizer, GPT-2's, encoding, characters/s": len(text) / encoding,
    }


def figures(rounds: int = 3) -> dict[str, float]:
    """All figures, by name with their unit."""
    found: dict[str, float] = {}
    with threadpool_limits(1):
        for case in CASES:
            name = f"language, {case.name}"
            found[f"{name}, parameters"] = float(n_parameters(case.config))
            works = {
                "training": training(case),
                "writing": generation(case),
                "writing without cache": writer_without_cache(case),
            }
            for what, work in works.items():
                found[f"{name}, {what}, tokens/s"] = median(per_second(work) for _ in range(rounds))
            cached, uncached = (found[f"{name}, {w}, tokens/s"] for w in ("writing", "writing without cache"))
            found[f"{name}, gain of the cache, times"] = cached / uncached
        found |= tokenizing()
    return found
