"""Runs presets of experiment 25 that take minutes to their end, and writes assets/data/measured_capstone.json.

    python build/measure_capstone.py two     some 90 seconds of one core; "ten" takes about ten minutes

A test repeats the first steps, and compares what the lesson says with the file.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lab.catalog import find  # noqa: E402
from lab.core.headless import built  # noqa: E402
from lab.core.params import checked  # noqa: E402

OUT = ROOT / "assets" / "data" / "measured_capstone.json"
FIRST = 25  # steps that a test repeats; the model is judged there


def run(preset: str, last: int | None = None) -> dict[str, Any]:
    """A preset to its end, or to a step at which it is judged: the last loss, that after FIRST steps, and seconds."""
    experiment = find("capstone")
    assert experiment is not None
    specification = experiment.load()
    (setting,) = (each.setting for each in specification.presets if each.id == preset)
    simulation: Any = built(specification, checked(specification.params, setting.values), setting.seed)
    begun = time.process_time()
    while not simulation.done and (last is None or simulation.steps < last):
        simulation.step()
    page = simulation.snapshot().page
    rows = {int(step): held for step, _learned, held in page.judged.tolist()}
    return {
        "steps": simulation.steps,
        "held_out": rows[simulation.steps],
        "first": rows[FIRST],
        "ladder": [rung.loss for rung in page.rungs],
        "parameters": page.parameters,
        "seconds": round(time.process_time() - begun, 1),
    }


def main() -> None:
    stored = json.loads(OUT.read_text("utf-8")) if OUT.exists() else {}
    for preset in sys.argv[1:]:
        stored[preset] = run(preset)
    OUT.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
