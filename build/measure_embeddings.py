"""Measures what the lesson on embeddings says, on more than one seed, with the experiment itself, and writes
assets/data/measured_embeddings.json.

    python build/measure_embeddings.py     about a minute

Tests replay the first steps of what learns, and all of what is only looked up. Sums differ a little between processors,
so figures are kept to three digits.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lab.core.experiment import Setting  # noqa: E402
from lab.core.headless import played  # noqa: E402
from lab.experiments.e15_embeddings.compact import SCHEMES  # noqa: E402
from lab.experiments.e15_embeddings.metrics import learned_neighbours  # noqa: E402
from lab.experiments.e15_embeddings.specification import SPECIFICATION  # noqa: E402

TARGET = ROOT / "assets" / "data" / "measured_embeddings.json"
SEEDS, EARLY, LATE = 5, 100, 2000
PAIRS = (("queen", "king"), ("queen", "rice"), ("rice", "soup"))
VOWELS = frozenset("aeiouy")


def frame(steps: int, seed: int = 0, **values: Any) -> Any:
    """What a setting of the experiment leads to."""
    return played(SPECIFICATION, Setting(values, seed, steps=steps)).snapshot()


def cosines(steps: int, seed: int, **values: Any) -> list[float]:
    """Of queen and king, of queen and rice, of rice and soup."""
    page = frame(steps, seed, **values).page
    return [_short(page.cosine(one, other)) for one, other in PAIRS]


def company() -> list[dict[str, Any]]:
    """The toy kingdom, and the one with the queen in the kitchen, from five starts."""
    return [
        {
            "text": text,
            "seed": seed,
            "early": cosines(EARLY, seed, corpus=text),
            "late": cosines(LATE, seed, corpus=text),
        }
        for text in ("toy", "mixed")
        for seed in range(SEEDS)
    ]


def vowels(seed: int, steps: int) -> int:
    """How many of the five letters nearest to "a" are vowels, y among them."""
    found = SPECIFICATION.preset("letters").setting.values
    near = learned_neighbours(frame(steps, seed, **found).page)
    return sum(one.word in VOWELS for one in near[:5])


def letters() -> list[dict[str, Any]]:
    """The preset of letters from five starts."""
    return [{"seed": seed, "vowels": vowels(seed, 1000)} for seed in range(SEEDS)]


def analogies() -> list[dict[str, Any]]:
    """Right answers of each kind, without and with the three words of the question."""
    page = frame(200, topic="analogy").page
    return [
        {"relation": kind.name, "asked": kind.asked, "excluded": kind.excluded, "included": kind.included}
        for kind in page.relations
    ]


def maps() -> list[dict[str, Any]]:
    """What the flat map shows of each source, and how many have their nearest in the same group."""
    rows = []
    for source in ("glove", "random", "digits"):
        page = frame(0, topic="map", source=source).page
        rows.append({"source": source, "shown": _short(sum(page.shares)), "same_group": _short(page.same)})
    return rows


def lists() -> list[dict[str, Any]]:
    """Left-out words on the right side, and with lists that were mixed, from five starts."""
    pages = [frame(100, seed, topic="direction").page for seed in range(SEEDS)]
    return [
        {"seed": seed, "held_out": page.held_out, "mixed": _short(sum(page.mixed) / len(page.mixed))}
        for seed, page in enumerate(pages)
    ]


def senses() -> list[dict[str, Any]]:
    """Mean cosines of "bank" within a sense and between two, after each layer."""
    page = frame(6, topic="context").page
    return [
        {"layer": layer, "same": _short(same), "across": _short(across)}
        for layer, (same, across) in enumerate(zip(page.same.tolist(), page.across.tolist()))
    ]


def compact(seeds: int = SEEDS) -> list[dict[str, Any]]:
    """Recall of the ten nearest of 200 words, each way of writing, from some draws of the words."""
    pages = [frame(200, seed, topic="compact").page for seed in range(seeds)]
    return [
        {"scheme": scheme.id, "bytes": scheme.bytes, "recall": [_short(page.recall(n)) for page in pages]}
        for n, scheme in enumerate(SCHEMES)
    ]


def _short(value: float) -> float:
    return float(f"{value:.3g}")


PARTS = {
    "company": company,
    "letters": letters,
    "analogies": analogies,
    "maps": maps,
    "lists": lists,
    "senses": senses,
    "compact": compact,
}


def main() -> int:
    """Measures and writes."""
    begin = time.perf_counter()
    written = []
    for name, measure in PARTS.items():
        rows = measure()
        written.append(f'"{name}": [\n' + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]")
        print(name, *rows, sep="\n  ", flush=True)
    TARGET.write_text("{\n" + ",\n".join(written) + "\n}\n", encoding="utf-8")
    print(f"{time.perf_counter() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
