"""Measures what needs the model pack of SmolLM2, which no test has: what its layers would say to a sum, and how many
bits a byte of the ladder's texts costs it (experiment 19).

    python build/measure_smollm2.py       about a minute; the pack is looked for where the lab looks for it

It writes assets/data/measured_smollm2.json. Tests hold the lesson to these figures.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lab.core.params import checked  # noqa: E402
from lab.experiments.e19_next_token.ladder import Rung, judged_text, reading_rung  # noqa: E402
from lab.experiments.e19_next_token.settings import Params  # noqa: E402
from lab.kit.language_models import OpeningSmolLM2, SmolLM2  # noqa: E402
from lab.kit.lens import Lens, reading_lens  # noqa: E402
from lab.kit.smollm2 import smollm2_path  # noqa: E402

OUT = ROOT / "assets/data/measured_smollm2.json"
PROMPT, ANSWERS = "Two plus two equals", (" four", " five")


def sum_of(model: SmolLM2) -> dict[str, Any]:
    """What leads after the prompt in each layer, with its probability, and those of two answers."""
    ids = tuple(model.encode(PROMPT)[0])
    lens = next(piece for piece in reading_lens(model.spare(), ids) if isinstance(piece, Lens))
    ways = {lens.names[token]: way for token, way in zip(lens.rivals, lens.ways)}
    return {
        "prompt": PROMPT,
        "leads": [lens.names[int(token)] for token in lens.tops[:, -1]],
        "p": [round(float(p), 4) for p in lens.p[:, -1]],
        **{name.strip(): [round(float(p), 4) for p in ways[name]] for name in ANSWERS},
    }


def bits_of(model: SmolLM2, judged: str) -> dict[str, Any]:
    """Bits per byte of one text of the ladder."""
    lead, text = judged_text(checked(Params, {"judged": judged}))
    rung = next(p for p in reading_rung("smollm2", model.spare(), lead, text) if isinstance(p, Rung))
    return {"bits": round(rung.bits, 4), "tokens": rung.tokens}


def main() -> None:
    """Measure, and write it down."""
    path = smollm2_path()
    if path is None:
        raise SystemExit("the model pack of SmolLM2 is not there")
    model = OpeningSmolLM2(path).now()
    found = {
        "pack": path.name,
        "sum": sum_of(model),
        "ladder": {j: bits_of(model, j) for j in ("shakespeare", "modern")},
    }
    OUT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
