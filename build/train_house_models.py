"""Trains the two house models, the lab's own small Shakespeareans, with the lab's own engine:

    python build/train_house_models.py main       795,776 numbers, about half an hour on one core
    python build/train_house_models.py drafter    26,784 numbers, a few minutes; keeps eight checkpoints

Both read characters, share one tokenizer and one text (assets/data/shakespeare.txt without its last tenth, which
is only ever used to judge), and are written to assets/models/ as float16. One engine on one machine gives the same
bytes twice; another machine, or an engine that rounds differently, a model a little different and as good.
"""

import argparse
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from lab.engine.lm.data import Windows, held_out_loss, split_held_out  # noqa: E402
from lab.engine.lm.fast import FastLM  # noqa: E402
from lab.engine.lm.file import SavedLM, save_lm  # noqa: E402
from lab.engine.lm.optimizer import AdamWState, Schedule, adamw_step, clip_gradients  # noqa: E402
from lab.engine.lm.parameters import LMConfig, Parameters, init_parameters, n_parameters  # noqa: E402
from lab.engine.text.tokenizer import CharTokenizer  # noqa: E402

SEED = 1609  # the year of the Sonnets


@dataclass(frozen=True)
class Recipe:
    """All that decides how a house model comes out."""

    config: LMConfig
    batch: int
    steps: int
    learning_rate: float
    warmup: int
    judge_every: int
    weight_decay: float = 0.1
    clip: float = 1.0
    keep: tuple[int, ...] = field(default=())  # steps whose model is kept

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.learning_rate, self.steps, self.warmup, self.learning_rate / 20)


MAIN = Recipe(
    LMConfig(64, context=128, d_model=128, n_heads=4, n_layers=4, d_ff=512, positions="rope", dropout=0.1),
    batch=16, steps=9_000, learning_rate=2e-3, warmup=200, judge_every=500,
)  # fmt: skip
DRAFTER = Recipe(
    LMConfig(64, context=128, d_model=32, n_heads=2, n_layers=2, d_ff=128, positions="rope"),
    batch=16, steps=20_000, learning_rate=5e-3, warmup=200, judge_every=1_000,
    keep=(0, 30, 100, 300, 1_000, 3_000, 10_000),
)  # fmt: skip


def train(name: str, recipe: Recipe, text: str) -> SavedLM:
    """Trains a model by its recipe and tells how it went, on standard output and in the model's info."""
    tokenizer = CharTokenizer.of(text)
    learn, judge = split_held_out(tokenizer.encode_array(text))
    rng = np.random.default_rng(SEED)
    parameters = init_parameters(recipe.config, rng)
    state, worker = AdamWState.zeros(parameters), FastLM(parameters, recipe.batch)
    windows, schedule = Windows(learn, recipe.config.context), recipe.schedule
    kept: dict[int, Parameters] = {}
    curve: list[dict[str, float | None]] = []
    began = time.perf_counter()
    losses: list[float] = []
    for step in range(recipe.steps + 1):
        if step in recipe.keep:
            kept[step] = parameters.copy()
        if step % recipe.judge_every == 0 or step in recipe.keep:
            held_out = held_out_loss(parameters, judge)
            training = float(np.mean(losses)) if losses else None
            curve.append({"step": step, "training": training, "held_out": round(held_out, 4)})
            print(f"{name} step {step}: training {training}, held out {held_out:.4f}, "
                  f"{time.perf_counter() - began:.0f} s", flush=True)  # fmt: skip
            losses = []
        if step == recipe.steps:
            break
        losses.append(worker.loss_and_gradients(*windows.sample(rng, recipe.batch), rng))
        clip_gradients(worker.gradients, recipe.clip)
        adamw_step(parameters, worker.gradients, state, schedule(step), weight_decay=recipe.weight_decay)
    info = {
        "name": name, "text": "shakespeare.txt", "held_out": "last 10 %", "seed": SEED, "batch": recipe.batch,
        "steps": recipe.steps, "learning_rate": recipe.learning_rate, "warmup": recipe.warmup,
        "weight_decay": recipe.weight_decay, "clip": recipe.clip, "curve": curve,
        "seconds": round(time.perf_counter() - began),
    }  # fmt: skip
    return SavedLM(parameters, tokenizer, info, kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=["main", "drafter"])
    parser.add_argument("--out", type=Path, default=ROOT / "assets/models")
    chosen = parser.parse_args()
    recipe = {"main": MAIN, "drafter": DRAFTER}[chosen.name]
    text = (ROOT / "assets/data/shakespeare.txt").read_text("utf-8")
    print(f"{chosen.name}: {n_parameters(recipe.config):,} numbers", flush=True)
    save_lm(chosen.out / f"shakespeare-{chosen.name}.npz", train(chosen.name, recipe, text), "float16")


if __name__ == "__main__":
    main()
