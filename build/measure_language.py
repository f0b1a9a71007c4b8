"""Measures what takes longer than a test may: what a tiny language model loses with each part, which positions it
reads best with, how long the capstone takes, and how far the house models guess alike.

    python build/measure_language.py                  everything, about a quarter of an hour on one core
    python build/measure_language.py capstone …       only these parts; the others stay as they are

It writes assets/data/measured_language.json. Every training keeps the losses of its first steps, so that a test can
repeat just those, and every part keeps a hash of the engine code that made it, so that the test can say when that
code has changed. Seconds are processor seconds of one core of this machine.
"""

import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from lab.engine.decoding.speculative import Drafter, speculate  # noqa: E402
from lab.engine.lm.cached import CachedLM  # noqa: E402
from lab.engine.lm.data import Windows, consecutive_windows, held_out_loss, split_held_out  # noqa: E402
from lab.engine.lm.fast import FastLM  # noqa: E402
from lab.engine.lm.file import load_lm  # noqa: E402
from lab.engine.lm.optimizer import AdamWState, Schedule, adamw_step, clip_gradients  # noqa: E402
from lab.engine.lm.parameters import LMConfig, Parameters, Positions, init_parameters, n_parameters  # noqa: E402
from lab.engine.text.ngram import fit_ngram, ladder  # noqa: E402
from lab.engine.text.tokenizer import CharTokenizer  # noqa: E402
from lab.engine.transformer.positions import scaled_base  # noqa: E402

OUT = ROOT / "assets/data/measured_language.json"
SEED = 0
FIRST = 3  # losses that are kept for the test to repeat
MODULES = (
    "lm/parameters", "lm/data", "lm/decoder", "lm/fast", "lm/fast_attention", "lm/fast_feedforward", "lm/fast_parts",
    "lm/optimizer", "text/ngram", "transformer/positions",
)  # fmt: skip
BASE = LMConfig(64, context=32, d_model=64, n_heads=4, n_layers=2, d_ff=256)
DEEP = replace(BASE, n_layers=8)
ONE_HEAD = replace(BASE, n_heads=1)
SCHEMES: tuple[Positions, ...] = ("learned", "sinusoidal", "rope", "alibi", "none")


@dataclass(frozen=True)
class Run:
    """One training: a plan, and how it is trained."""

    config: LMConfig
    learning_rate: float = 4e-3
    steps: int = 2_500
    batch: int = 16
    clip: float | None = 1.0
    warmup: int = 100


ABLATIONS = {
    "none": Run(BASE),
    "no positions": Run(replace(BASE, positions="none")),
    "no residual": Run(replace(BASE, residual=False)),
    "no mask": Run(replace(BASE, causal=False)),
    "no norm": Run(replace(BASE, norm="none")),
    "no feed-forward": Run(replace(BASE, feed_forward="none")),
    "no scale": Run(replace(BASE, scale=False)),
    "one head": Run(ONE_HEAD),
    "one head, no scale": Run(replace(ONE_HEAD, scale=False)),
    "8 layers": Run(DEEP),
    "8 layers, no residual": Run(replace(DEEP, residual=False)),
    "8 layers, no norm": Run(replace(DEEP, norm="none")),
    "no clipping": Run(BASE, clip=None),
    **{f"rate {rate:g}": Run(BASE, learning_rate=rate) for rate in (1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 1.0)},
}
POSITIONS = {scheme: Run(replace(BASE, context=64, positions=scheme)) for scheme in SCHEMES}
CAPSTONE = {
    "small": (Run(LMConfig(64, positions="rope"), learning_rate=8e-3, batch=32, steps=12_000), 12),
    "medium": (Run(replace(BASE, context=64, positions="rope"), learning_rate=5e-3, batch=32, steps=2_000), 10),
    "large": (
        Run(
            LMConfig(64, context=64, d_model=128, n_heads=4, n_layers=4, d_ff=512, positions="rope"),
            learning_rate=2e-3, batch=16, steps=1_500,
        ),
        6,
    ),
}  # fmt: skip


def code_hash() -> str:
    """A hash of the engine code these numbers depend on."""
    files = (ROOT / f"lab/engine/{name}.py" for name in MODULES)
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def texts() -> tuple[np.ndarray, np.ndarray]:
    """The plays as characters: what is learned from, and the last tenth."""
    text = (ROOT / "assets/data/shakespeare.txt").read_text("utf-8")
    return split_held_out(CharTokenizer.of(text).encode_array(text))


def train(run: Run, learn: np.ndarray, steps: int | None = None) -> Iterator[tuple[int, float, Parameters]]:
    """Trains, yielding (step, loss, parameters) after each update; `steps` stops early."""
    rng = np.random.default_rng(SEED)
    parameters = init_parameters(run.config, rng)
    model, state = FastLM(parameters, run.batch), AdamWState.zeros(parameters)
    windows = Windows(learn, run.config.context)
    schedule = Schedule(run.learning_rate, run.steps, run.warmup, run.learning_rate / 20)
    for step in range(run.steps if steps is None else steps):
        loss = model.loss_and_gradients(*windows.sample(rng, run.batch), rng)
        if run.clip is not None:
            clip_gradients(model.gradients, run.clip)
        adamw_step(parameters, model.gradients, state, schedule(step))
        yield step, loss, parameters


def measure_run(run: Run, learn: np.ndarray, judge: np.ndarray) -> tuple[dict[str, Any], Parameters]:
    """A whole training: its first losses and its loss on held-out text."""
    losses = []
    for _, loss, parameters in train(run, learn):  # noqa: B007  parameters are used behind the loop
        losses.append(loss)
    first = losses[:FIRST]
    found = {
        "parameters": n_parameters(run.config), "steps": run.steps, "first": first,
        "held_out": round(held_out_loss(parameters, judge), 4),
    }  # fmt: skip
    return found, parameters


def by_place(parameters: Parameters, judge: np.ndarray, length: int, edges: list[int], **changes: Any) -> list[float]:
    """The mean loss at places edges[i] … edges[i+1] - 1 of windows longer than any the model was trained on."""
    longer = Parameters(replace(parameters.config, context=length, **changes), parameters.flat)
    ids, targets = consecutive_windows(judge[:60_001], length)
    losses = FastLM(longer, len(ids)).losses(ids, targets).mean(axis=0)
    return [round(float(losses[a:b].mean()), 4) for a, b in pairwise(edges)]


def measure_positions(learn: np.ndarray, judge: np.ndarray) -> dict[str, Any]:
    """Every scheme trained on 64 tokens and judged on 256."""
    edges = [0, 16, 32, 64, 96, 128, 256]
    found: dict[str, Any] = {"edges": edges}
    for scheme, run in POSITIONS.items():
        found[scheme], parameters = measure_run(run, learn, judge)
        if scheme != "learned":
            found[scheme]["by_place"] = by_place(parameters, judge, 256, edges)
        if scheme == "rope":
            base = scaled_base(run.config.d_head, run.config.rope_base, "ntk", 4.0)
            found[scheme]["by_place_linear_4"] = by_place(parameters, judge, 256, edges, rope_factor=4.0)
            found[scheme]["by_place_ntk_4"] = by_place(parameters, judge, 256, edges, rope_base=base)
        print(f"positions, {scheme}: {found[scheme]}", flush=True)
    return found


def measure_capstone(learn: np.ndarray, judge: np.ndarray) -> dict[str, Any]:
    """Loss on held-out text over time; judging is not counted as time."""
    found: dict[str, Any] = {}
    for name, (run, points) in CAPSTONE.items():
        first, curve, seconds, began = [], [], 0.0, time.process_time()
        for step, loss, parameters in train(run, learn):
            if step < FIRST:
                first.append(loss)
            if (step + 1) % (run.steps // points) == 0:
                seconds += time.process_time() - began
                held_out = round(held_out_loss(parameters, judge), 4)
                curve.append({"seconds": round(seconds, 1), "step": step + 1, "held_out": held_out})
                print(f"capstone, {name}: {curve[-1]}", flush=True)
                began = time.process_time()
        tokens = run.steps * run.batch * run.config.context
        found[name] = {
            "parameters": n_parameters(run.config), "first": first, "curve": curve,
            "tokens_per_second": round(tokens / seconds),
        }  # fmt: skip
    return found


class Counting:
    """An n-gram model as a drafter."""

    def __init__(self, order: int, learn: np.ndarray) -> None:
        self._model = fit_ngram(learn, order, 64)

    def next(self, ids: Sequence[int]) -> np.ndarray:
        return self._model.probabilities(np.array(ids), 0.04)


def measure_speculation(learn: np.ndarray) -> dict[str, Any]:
    """How often the main house model accepts the guesses of small ones."""
    main, drafter = (load_lm(ROOT / f"assets/models/shakespeare-{name}.npz") for name in ("main", "drafter"))
    drafters: dict[str, Drafter] = {
        "drafter": CachedLM(drafter.parameters),
        "5-gram": Counting(5, learn),
        "2-gram": Counting(2, learn),
    }
    found: dict[str, Any] = {}
    for name, small in drafters.items():
        large, rng = CachedLM(main.parameters), np.random.default_rng(SEED)
        ids = main.tokenizer.encode("ROMEO:\nBut soft")
        chances: list[float] = []
        written: list[int] = []
        while len(ids) < 1_000:
            turn = speculate(large, small, ids[-100:], 4, rng)
            chances += turn.chances
            written.append(len(turn.tokens))
            ids += turn.tokens
        rates = {"acceptance": float(np.mean(chances)), "tokens_a_round": float(np.mean(written))}
        found[name] = {what: round(rate, 3) for what, rate in rates.items()}
        print(f"speculation, {name}: {found[name]}", flush=True)
    return found


def measure_ladder(learn: np.ndarray, judge: np.ndarray) -> list[dict[str, float]]:
    """The n-gram models, each with the smoothing that flatters it most."""
    return [
        {"order": r.order, "stored": r.n_stored, "smoothing": r.smoothing, "held_out": round(r.loss, 4)}
        for r in ladder(learn, judge, 64)
    ]


def measure_ablations(learn: np.ndarray, judge: np.ndarray) -> dict[str, Any]:
    """The base model with one thing changed at a time."""
    found = {}
    for name, run in ABLATIONS.items():
        found[name], _ = measure_run(run, learn, judge)
        print(f"ablation, {name}: {found[name]}", flush=True)
    return found


PARTS: dict[str, Callable[[np.ndarray, np.ndarray], Any]] = {
    "ladder": measure_ladder,
    "ablations": measure_ablations,
    "positions": measure_positions,
    "capstone": measure_capstone,
    "speculation": lambda learn, judge: measure_speculation(learn),
}


def main() -> None:
    parts = sys.argv[1:] or list(PARTS)
    found = json.loads(OUT.read_text("utf-8")) if OUT.exists() else {"code": {}}
    learn, judge = texts()
    for part in parts:
        found[part] = PARTS[part](learn, judge)
        found["code"][part] = code_hash()
    found |= {"machine": platform.platform(), "numpy": np.__version__}
    OUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
