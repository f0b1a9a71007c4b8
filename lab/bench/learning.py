"""How soon a small language model reads: the processor time of a training after which it needs 2.0 nats a character on
Shakespeare that it has not seen. `tests/bench` gives PyTorch the same weights, batches and rates."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from lab.core.records import dataclass
from lab.engine.lm.data import held_out_loss, split_held_out
from lab.engine.lm.fast import FastLM
from lab.engine.lm.optimizer import AdamWState, Schedule, adamw_step, clip_gradients
from lab.engine.lm.parameters import LMConfig, Parameters, init_parameters
from lab.engine.text.tokenizer import CharTokenizer

__all__ = ["GOAL", "RECIPE", "Recipe", "figures", "first_weights", "learned", "starts", "texts"]

Ids = NDArray[np.integer[Any]]
GOAL = 2.0  # nats a character
TEXT = Path(__file__).parents[2] / "assets/data/shakespeare.txt"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A plan and how it is trained: AdamW, `clip` the longest gradient, a warm-up and half a cosine down to a
    twentieth of `peak`."""

    config: LMConfig
    batch: int
    steps: int
    peak: float
    warmup: int = 50
    clip: float = 1.0

    @property
    def schedule(self) -> Schedule:
        """The learning rate of each step."""
        return Schedule(self.peak, self.steps, self.warmup, self.peak / 20)


WIDE = LMConfig(64, context=32, d_model=64, n_heads=4, n_layers=1, d_ff=256, positions="rope")
RECIPE = Recipe(WIDE, batch=16, steps=1_200, peak=1e-2)
"""Of those tried, one wide block with small batches is there first, in half the time of the capstone's small plan."""


def texts() -> tuple[Ids, Ids]:
    """The plays as characters: what is learned from, and the last tenth."""
    text = TEXT.read_text("utf-8")
    return split_held_out(CharTokenizer.of(text).encode_array(text))


def first_weights(recipe: Recipe, seed: int = 0) -> Parameters:
    """The weights before the first step."""
    return init_parameters(recipe.config, np.random.default_rng(seed))


def starts(recipe: Recipe, length: int, seed: int = 0) -> Ids:
    """Where the windows of every batch begin in a text of so many characters, [steps, batch]."""
    rng = np.random.default_rng([seed, 1])
    return rng.integers(0, length - recipe.config.context, (recipe.steps, recipe.batch))


def learned(recipe: Recipe = RECIPE, seed: int = 0) -> tuple[float, float]:
    """The processor time of a whole training in seconds, and what it needs then on the held-out text, in nats."""
    learn, judge = texts()
    parameters = first_weights(recipe, seed)
    model, state = FastLM(parameters, recipe.batch), AdamWState.zeros(parameters)
    window, rate = np.arange(recipe.config.context), recipe.schedule
    batches = starts(recipe, len(learn), seed)
    began = time.process_time()
    for step, begins in enumerate(batches):
        places = begins[:, None] + window  # [B, T]
        model.loss_and_gradients(learn[places], learn[places + 1])
        clip_gradients(model.gradients, recipe.clip)
        adamw_step(parameters, model.gradients, state, rate(step))
    return time.process_time() - began, held_out_loss(parameters, judge)


def figures(rounds: int = 3) -> dict[str, float]:
    """The medians over some trainings from different first weights."""
    with threadpool_limits(1):
        found = [learned(seed=seed) for seed in range(rounds)]
    name = f"learning, {RECIPE.steps} steps of {RECIPE.batch} texts of Shakespeare"
    return {
        f"{name}, s of processor time": median(seconds for seconds, _ in found),
        f"{name}, nats a character held out": median(nats for _, nats in found),
    }
