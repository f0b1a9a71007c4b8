"""Measures what the lesson on experts tells of whole runs, which take too long for a test: how a mixture of experts and
a dense model that costs as much learn the plays side by side, with and without a price on uneven load.

    python build/measure_experts.py        about two minutes on one core

It writes assets/data/measured_experts.json: for each plan and seed, after some numbers of updates, the surprise of
both models on text that neither has seen, and the idle experts. A test repeats the first steps.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from lab.experiments.e18_transformer_block.experts import UPDATES, Experts  # noqa: E402
from lab.experiments.e18_transformer_block.metrics import EXPERTS  # noqa: E402
from lab.experiments.e18_transformer_block.settings import Params  # noqa: E402

OUT = ROOT / "assets/data/measured_experts.json"
MOMENTS = (10, 100, 300, 1000, 2000)  # updates
SEEDS = (0, 1)
PLANS = {
    "one of eight": Params(topic="experts"),
    "two of eight": Params(topic="experts", active=2),
    "one of eight, no price": Params(topic="experts", balance=0.0),
}


def measured(params: Params, seed: int, updates: int) -> list[dict[str, Any]]:
    """What is found after each of `MOMENTS`, as far as `updates`."""
    run, found = Experts(params, np.random.default_rng(seed)), list[dict[str, Any]]()
    while run.updates < updates:
        run.step()
        if run.updates in MOMENTS and run.updates % UPDATES == 0:
            page = run.shown(params)
            row = {name: round(float(EXPERTS.value(page, name) or 0.0), 4) for name in ("dense_loss", "mixture_loss")}
            names = [[name.kind, round(name.share, 3)] for name in page.names]
            idle = (page.loads[-1] < 0.01).sum(axis=1).tolist()
            busiest = np.round(page.loads[-1].max(axis=1), 3).tolist()
            found.append({"updates": run.updates, **row, "idle": idle, "busiest": busiest, "names": names})
    return found


def main() -> None:
    """Measure all and write the file."""
    found: dict[str, Any] = {}
    for seed in SEEDS:
        for name, params in PLANS.items():
            found.setdefault(name, []).append(measured(params, seed, MOMENTS[-1]))
            print(name, seed, found[name][-1], flush=True)
    OUT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
