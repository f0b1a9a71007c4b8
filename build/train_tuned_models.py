"""Trains the two small models that experiment 20 tunes further:

    python build/train_tuned_models.py sorter     25,120 numbers, a second: writes five digits in order, now and then
    python build/train_tuned_models.py namer      25,600 numbers, ten seconds: writes names

The first stops early, when about a quarter of its answers are right, so that there is something left to learn. Both
are written to assets/models/ as float16; one engine on one machine gives the same bytes twice.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from lab.engine.lm.fast import FastLM  # noqa: E402
from lab.engine.lm.file import SavedLM, save_lm  # noqa: E402
from lab.engine.lm.optimizer import AdamWState, Schedule, adamw_step, clip_gradients  # noqa: E402
from lab.engine.lm.parameters import Parameters, init_parameters  # noqa: E402
from lab.engine.tuning import names, sorting  # noqa: E402

SEED, BATCH = 1, 128
SORTER = Schedule(3e-3, 100, 50, 3e-3)
NAMER = Schedule(4e-3, 1_500, 50, 4e-4)


Batch = tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]


def train(parameters: Parameters, schedule: Schedule, batches: Callable[[np.random.Generator], Batch]) -> float:
    """Follows the schedule to its end on what `batches` gives; returns the last loss in nats a token."""
    state, loss, rng = AdamWState.zeros(parameters), 0.0, np.random.default_rng(SEED)
    worker: FastLM | None = None
    for step in range(schedule.steps):
        ids, targets, counts = batches(rng)
        worker = worker or FastLM(parameters, BATCH, ids.shape[1])
        loss = worker.loss_and_gradients(ids, targets, weights=counts / counts.sum())
        clip_gradients(worker.gradients, 1.0)
        adamw_step(parameters, worker.gradients, state, schedule(step))
    return loss


def sorting_lines(rng: np.random.Generator) -> Batch:
    """Questions with their right answers."""
    asked = sorting.questions(BATCH, rng)
    return sorting.sorting_batch(asked, sorting.sorted_answers(asked))


def name_lines() -> Callable[[np.random.Generator], Batch]:
    """Names from the list."""
    text = (ROOT / "assets/data/names.txt").read_text(encoding="utf-8")
    ids, targets, counts = names.name_batch([name for name in text.split() if len(name) <= names.LONGEST])

    def batch(rng: np.random.Generator) -> Batch:
        rows = rng.integers(0, len(ids), BATCH)
        return ids[rows], targets[rows], counts[rows]

    return batch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=["sorter", "namer"])
    parser.add_argument("--out", type=Path, default=ROOT / "assets/models")
    chosen = parser.parse_args()
    began = time.perf_counter()
    batches: Callable[[np.random.Generator], Batch]
    if chosen.name == "sorter":
        config, letters, schedule, batches = sorting.CONFIG, sorting.tokenizer(), SORTER, sorting_lines
        text = "five digits and the same in ascending order"
    else:
        config, letters, schedule, batches = names.CONFIG, names.tokenizer(), NAMER, name_lines()
        text = "names.txt"
    parameters = init_parameters(config, np.random.default_rng(0))
    loss = train(parameters, schedule, batches)
    print(f"{parameters.flat.size:,} numbers, loss {loss:.3f}, {time.perf_counter() - began:.0f} s")
    info = {
        "name": chosen.name, "text": text, "seed": SEED, "batch": BATCH, "steps": schedule.steps,
        "learning_rate": schedule.peak, "warmup": schedule.warmup,
    }  # fmt: skip
    save_lm(chosen.out / f"{chosen.name}.npz", SavedLM(parameters, letters, info), "float16")


if __name__ == "__main__":
    main()
