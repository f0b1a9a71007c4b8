"""Trains the small model of the attention experiment, which reads a text of letters and learns to copy from it:

    python build/train_induction_model.py         34,688 numbers, half a minute on one core

In each of its texts every letter has a secret follower, another one in each text; one letter in five is drawn at
random instead. So nothing can be learned by heart: to guess a letter, find where the present one stood before and
read what came after it. Two layers of attention, with nothing else between them, are enough for that, one is not: a
head of the first layer tells each letter what stands before it, and the heads of the second, the induction heads,
look for the letter that was told the present one. For some hundred steps nothing happens, then all at once it can.

The model is written to assets/models/ as float16; one engine on one machine gives the same bytes twice.
Source of the idea: Olsson et al., In-context Learning and Induction Heads (2022).
"""

import argparse
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from lab.engine.lm.fast import FastLM  # noqa: E402
from lab.engine.lm.file import SavedLM, save_lm  # noqa: E402
from lab.engine.lm.optimizer import AdamWState, Schedule, adamw_step, clip_gradients  # noqa: E402
from lab.engine.lm.parameters import INIT_STD, LMConfig, Parameters, init_parameters, n_parameters  # noqa: E402
from lab.engine.lm.reference import forward  # noqa: E402
from lab.engine.text.tokenizer import CharTokenizer  # noqa: E402
from lab.engine.transformer.heads import head_roles  # noqa: E402

SEED = 1
ALPHABET = " abcdefghijklmnopqrstuvwxyz"
CONFIG = LMConfig(
    len(ALPHABET), context=64, d_model=64, n_heads=4, n_layers=2, d_ff=1, positions="rope", feed_forward="none"
)  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """All that decides how the model comes out."""

    batch: int = 32
    steps: int = 2_500
    learning_rate: float = 3e-3
    warmup: int = 100
    weight_decay: float = 0.01
    clip: float = 1.0
    spread: float = 0.1  # of the weights at the start; from the usual 0.02 it takes far longer
    surprise: float = 0.2  # the share of letters that are drawn at random


def secret_texts(rng: np.random.Generator, recipe: Recipe) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Texts in which every letter has its follower: ids, targets, and how much each target counts, [batch, T] each.

    Only what can be known counts: a letter whose predecessor was followed by it before.
    """
    length, size = CONFIG.context, len(ALPHABET)
    ids, counts = np.empty((recipe.batch, length + 1), np.int64), np.zeros((recipe.batch, length), np.float32)
    for text, count in zip(ids, counts, strict=True):
        follower, drawn = rng.permutation(size), rng.integers(0, size, length + 1)
        by_chance = rng.random(length + 1) < recipe.surprise
        seen = np.zeros(size, bool)
        text[0] = drawn[0]
        for i in range(length):
            here = text[i]
            if by_chance[i]:
                text[i + 1] = drawn[i]
            else:
                text[i + 1], count[i] = follower[here], seen[here]
                seen[here] = True
    return ids[:, :-1], ids[:, 1:], counts / counts.sum()


def best_roles(parameters: Parameters) -> tuple[float, float]:
    """The best previous-token score of the first layer and induction score of the second, on 20 letters, 3 times."""
    ids = np.tile(np.random.default_rng(0).permutation(len(ALPHABET))[:20], 3)
    layers = [block.attention for block in forward(parameters, ids[None]).blocks]
    first, second = (head_roles(layer.attention.weights[0], ids) for layer in layers if layer is not None)
    return round(float(first["previous"].max()), 3), round(float(second["induction"].max()), 3)


def train(recipe: Recipe) -> SavedLM:
    """Trains the model and tells how it went, on standard output and in the model's info."""
    rng = np.random.default_rng(SEED)
    parameters = init_parameters(CONFIG, rng)
    for view in (view for _name, view in parameters.items()):
        if view.ndim == 2:
            view *= recipe.spread / INIT_STD
    state, worker = AdamWState.zeros(parameters), FastLM(parameters, recipe.batch)
    schedule = Schedule(recipe.learning_rate, recipe.steps, recipe.warmup, recipe.learning_rate / 20)
    curve, began = [], time.perf_counter()
    for step in range(recipe.steps + 1):
        ids, targets, counts = secret_texts(rng, recipe)
        loss = worker.loss_and_gradients(ids, targets, rng, counts)
        if step % 125 == 0:
            previous, induction = best_roles(parameters)
            row = {"step": step, "loss": round(loss, 4), "previous": previous, "induction": induction}
            curve.append(row)
            print(row, f"{time.perf_counter() - began:.0f} s", flush=True)
        clip_gradients(worker.gradients, recipe.clip)
        adamw_step(parameters, worker.gradients, state, schedule(step), weight_decay=recipe.weight_decay)
    info = {
        "name": "copier", "text": "letters with secret followers", "seed": SEED, "batch": recipe.batch,
        "steps": recipe.steps, "learning_rate": recipe.learning_rate, "warmup": recipe.warmup,
        "weight_decay": recipe.weight_decay, "clip": recipe.clip, "surprise": recipe.surprise, "curve": curve,
        "seconds": round(time.perf_counter() - began),
    }  # fmt: skip
    return SavedLM(parameters, CharTokenizer(ALPHABET), info)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "assets/models")
    chosen = parser.parse_args()
    print(f"{n_parameters(CONFIG):,} numbers", flush=True)
    save_lm(chosen.out / "copier.npz", train(Recipe()), "float16")


if __name__ == "__main__":
    main()
