"""Trains the lab's own entries of the league, and writes assets/data/league.json.

    python build/measure_league.py        about half a minute on one core

A test trains the smallest one again.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from lab.core.params import replaced  # noqa: E402
from lab.engine.lm.parameters import init_parameters  # noqa: E402
from lab.experiments.e25_capstone.league_rules import result_of, settings_from, written  # noqa: E402
from lab.experiments.e25_capstone.settings import Params, plan_of  # noqa: E402
from lab.experiments.e25_capstone.texts import house_text, prepared  # noqa: E402
from lab.experiments.e25_capstone.training import Training  # noqa: E402

OUT = ROOT / "assets/data/league.json"
COMMON = {"wide": 4, "positions": "rope", "steps": 1953}
ENTRIES = {
    "Lab, small": {"width": 16, "heads": "2", "learning_rate": 0.03},
    "Lab, medium": {"width": 40, "layers": 2, "heads": "4", "learning_rate": 0.012},
    "Lab, large": {"width": 48, "layers": 3, "heads": "4", "context": 64, "batch": 8, "learning_rate": 0.01},
}


def main() -> None:
    """Train all and write the file."""
    found = []
    for name, values in ENTRIES.items():
        params = settings_from(replaced(Params(), COMMON | values))
        text = prepared(house_text(params.corpus), params.tokens, None, params.context)
        rng = np.random.default_rng(0)
        parameters = init_parameters(plan_of(params, text.tokenizer.size), rng)
        training = Training(params, parameters, text, rng, 0, writes=False)
        for number in range(1, params.steps + 1):
            while not training.step(number):
                pass
        result = result_of(name, params, 0, parameters, float(training.judged()[-1, 2]))
        print(written(result), flush=True)
        found.append(json.loads(written(result)))
    OUT.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
