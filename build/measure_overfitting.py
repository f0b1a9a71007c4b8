"""Measures what the lesson on overfitting says of it, with the engine itself, and writes
assets/data/measured_overfitting.json.

    python build/measure_overfitting.py     about two minutes

Tests replay the first updates of every grokking run and the whole of the rest. Float32 sums differ between processors,
so a run may understand some updates earlier or later on another machine; who does and who does not was chosen not to
hang on that.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lab.engine.basics.data import sine  # noqa: E402
from lab.engine.basics.penalty_paths import ridge_path  # noqa: E402
from lab.engine.basics.regression import polynomial  # noqa: E402
from lab.engine.measuring.generalization import mean_square  # noqa: E402
from lab.engine.measuring.modular_addition import AdditionNet, addition_table  # noqa: E402

TARGET = ROOT / "assets" / "data" / "measured_overfitting.json"
SEEDS = 20
CURVES = ((3, 0.0), (9, 0.0), (9, 0.1), (9, 10.0), (30, 0.0), (100, 0.0))
MODULUS, RATE, LAST, EVERY, FIRST, ENOUGH = 23, 0.01, 4000, 50, 100, 0.99
RUNS = ((0.6, 0.0), (0.6, 0.1), (0.6, 0.3), (0.6, 0.5), (0.6, 1.0), (0.5, 0.5), (0.7, 0.5))


def curve_errors(degree: int, price: float, seed: int) -> tuple[float, float]:
    """Train and test error of one curve through ten points of the wave, noise 0.2, on 1,000 fresh points."""
    rng = np.random.default_rng(seed)
    (x, y), (fresh_x, fresh_y) = sine(10, 0.2, rng, scattered=True), sine(1000, 0.2, rng, scattered=True)
    path = ridge_path(polynomial(2 * x - 1, degree, "legendre"), y)
    back = path.predict(polynomial(2 * x - 1, degree, "legendre"), price)
    there = path.predict(polynomial(2 * fresh_x - 1, degree, "legendre"), price)
    return mean_square(back - y), mean_square(there - fresh_y)


def curves() -> list[dict[str, Any]]:
    """Medians over twenty samples."""
    rows = []
    for degree, price in CURVES:
        train, test = zip(*(curve_errors(degree, price, seed) for seed in range(SEEDS)))
        rows.append({"degree": degree, "price": price, "train": _short(median(train)), "test": _short(median(test))})
    return rows


def grokking_run(share: float, decay: float, seed: int, last: int = LAST) -> dict[str, Any]:
    """One network: when it knew what it saw, when it understood the rest, and both shares after `FIRST` updates."""
    table = addition_table(MODULUS, share, np.random.default_rng((seed, 0)))
    net = AdditionNet.fresh(MODULUS, np.random.default_rng((seed, 1)))
    inputs, answers = table.inputs[table.seen], table.answers[table.seen]
    found: dict[str, Any] = {"learned": None, "understood": None}
    for update in range(1, last + 1):
        net.update(inputs, answers, RATE, decay)
        if update % EVERY:
            continue
        right = net.scores(table.inputs).argmax(axis=1) == table.answers
        shares = {"learned": float(right[table.seen].mean()), "understood": float(right[table.held].mean())}
        for name, value in shares.items():
            if value >= ENOUGH and found[name] is None:
                found[name] = update
        if update == FIRST:
            found["first"] = [round(value, 3) for value in shares.values()]
        if found["understood"] is not None and update >= FIRST:
            break
    return found


def grokking() -> list[dict[str, Any]]:
    """Five starts for each share of the sums and each decay."""
    rows = []
    for share, decay in RUNS:
        runs = [grokking_run(share, decay, seed) for seed in range(5)]
        times = [run["understood"] for run in runs]
        rows.append(
            {
                "share": share,
                "decay": decay,
                "understood": sum(time is not None for time in times),
                "updates": times,
                "learned": [run["learned"] for run in runs],
                "first": runs[0]["first"],
            }
        )
        print(rows[-1], flush=True)
    return rows


def _short(value: float) -> float:
    return float(f"{value:.3g}")


def main() -> int:
    """Measures and writes."""
    begin = time.perf_counter()
    found = {"curves": curves(), "grokking": grokking()}
    parts = (
        f'"{name}": [\n' + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]" for name, rows in found.items()
    )
    TARGET.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
    print(f"{time.perf_counter() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
