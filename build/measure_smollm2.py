"""Measures what needs the model pack of SmolLM2, which no test has: what its layers would say to a sum, and how many
bits a byte of the ladder's texts costs it (experiment 19), what becomes of it while it is tuned (20), how surely it
finds a needle in longer and longer texts, what a cache in few bits does to it (22), what passages are worth to it and
which calls of tools it writes (23), and what becomes of it in fewer bits (24).

    python build/measure_smollm2.py              half an hour; the pack is looked for where the lab looks for it
    python build/measure_smollm2.py cache        one part of it, or several; what else is known stays

It writes assets/data/measured_smollm2.json. Tests hold the lessons to these figures.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from lab.catalog import find  # noqa: E402
from lab.core.headless import advance, built  # noqa: E402
from lab.core.params import checked  # noqa: E402
from lab.core.pieces import result_of  # noqa: E402
from lab.engine.pretrained.llama_window import WindowLlama  # noqa: E402
from lab.engine.pretrained.weight_rows import Floats  # noqa: E402
from lab.experiments.e19_next_token.ladder import Rung, judged_text, reading_rung  # noqa: E402
from lab.experiments.e19_next_token.settings import Params  # noqa: E402
from lab.experiments.e22_context_window.haystack import DEPTHS, LENGTHS  # noqa: E402
from lab.experiments.e22_context_window.models import house_text  # noqa: E402
from lab.experiments.e22_context_window.settings import Params as ContextParams  # noqa: E402
from lab.experiments.e22_context_window.specification import SPECIFICATION  # noqa: E402
from lab.experiments.e23_retrieval_agents.asking import CAPACITY  # noqa: E402
from lab.experiments.e23_retrieval_agents.calling import CAPACITY as CALL_CAPACITY  # noqa: E402
from lab.experiments.e23_retrieval_agents.calling import MARKS, REQUESTS, CallAsker, judged  # noqa: E402
from lab.experiments.e23_retrieval_agents.measuring import measured  # noqa: E402
from lab.experiments.e24_evaluation.compress_smollm2 import MEASURED as MEASURED_BITS  # noqa: E402
from lab.experiments.e24_evaluation.compress_smollm2 import as_stored  # noqa: E402
from lab.experiments.e24_evaluation.settings import Params as EvaluationParams  # noqa: E402
from lab.experiments.e24_evaluation.specification import SPECIFICATION as EVALUATION  # noqa: E402
from lab.kit.language_models import OpeningSmolLM2, SmolLM2  # noqa: E402
from lab.kit.lens import Lens, reading_lens  # noqa: E402
from lab.kit.smollm2 import Opening, opening_smollm2, smollm2_path  # noqa: E402

OUT = ROOT / "assets/data/measured_smollm2.json"
TUNING = {"stage": "lora", "learner": "smollm2", "rank": 8, "asked": 20}
GENTLY = TUNING | {"batch": 8, "rate": 0.5}
TUNED, GENTLY_TUNED = 40, 90  # steps
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


def context_pages(**values: Any) -> Iterator[Any]:
    """A page of experiment 22 on SmolLM2, step by step to its end."""
    run = built(SPECIFICATION, checked(ContextParams, {"source": "smollm2", **values}), 0)
    while not run.done:
        advance(run)
        frame: Any = run.snapshot()
        yield frame.page


def needle_of(_model: SmolLM2) -> dict[str, Any]:
    """By length of the text, the shortest first: the chance of the number and what was answered, with the needle at the
    end first. It is written down after each length, for the longest take long."""
    found: dict[str, Any] = {}
    for page in context_pages(topic="tape", longest=str(LENGTHS[-1])):
        _depth, length = page.newest
        asked = page.asked[length * len(DEPTHS) :]
        if len(asked) == len(DEPTHS):
            chances, said = [round(one.chance, 3) for one in asked], [one.said for one in asked]
            found[str(page.lengths[length])] = {"chances": chances, "said": said}
            write("needle", {"sentence": page.needle.sentence, "answer": page.needle.answer, "lengths": found})
    return {"sentence": page.needle.sentence, "answer": page.needle.answer, "lengths": found}


def cache_of(_model: SmolLM2) -> dict[str, Any]:
    """By bits, most first: the mean error of a score, the share of the same first choices, the loss."""
    *_others, page = context_pages(topic="cache")
    rows = {"errors": page.errors, "same": page.same, "losses": page.losses}
    return {name: [round(float(value), 4) for value in row] for name, row in rows.items()} | {
        "exact": round(page.exact, 4),
        "tokens": page.read,
    }


def keys_of(_model: SmolLM2) -> dict[str, Any]:
    """How much larger than its middle number the largest number of a key is: the median over heads, layers, tokens."""
    path = smollm2_path()
    assert path is not None
    llama, tokenizer = Opening(path, lambda opened: (opened.llama(256), opened.tokenizer)).now()
    rows: list[Floats] = []

    def kept(row: Floats) -> Floats:
        rows.append(np.abs(row[:, 0]))
        return row

    reader = WindowLlama(*llama.parts, capacity=64, stored=kept)
    for token in tokenizer.encode(house_text()[:400])[:32]:
        reader.step(token)
    keys = np.array(rows[::2])  # keys and values take turns
    return {"spread": round(float(np.median(keys.max(axis=-1) / np.median(keys, axis=-1))), 1), "tokens": 32}


def tuning_of(settings: dict[str, Any], steps: int) -> dict[str, Any]:
    """What SmolLM2 says while an adapter learns a pirate's voice, every ten steps."""
    experiment = find("language-model-training")
    assert experiment is not None
    specification = experiment.load()
    simulation = built(specification, checked(specification.params, settings), 0)
    while getattr(simulation, "opening", False):
        simulation.step()
    rows: list[dict[str, Any]] = []
    while simulation.steps < steps:
        advance(simulation)
        frame: Any = simulation.snapshot()
        page = frame.page
        if simulation.steps % page.every == 0:
            said = [answer for _question, answer in page.answers]
            numbers = {"loss": round(page.loss, 4), "neutral": round(page.neutral, 4), "style": page.style}
            rows.append({"step": page.step, **numbers, "answers": said[:6]})
            start, learned = round(page.start, 4), page.learned
    return {"settings": settings, "start": start, "learned": learned, "rows": rows}


def retrieval_of(_model: SmolLM2) -> dict[str, Any]:
    """Right answers with no passage, the first one, the right one and three."""
    return measured(*result_of(opening_smollm2(CAPACITY)))


def calls_of(_model: SmolLM2) -> dict[str, Any]:
    """Calls of tools: written freely, held to a schema, and both with examples; how many can be read and are right."""
    model, ask = result_of(opening_smollm2(CALL_CAPACITY)), CallAsker()
    answers = [result_of(ask(*model, number)) for number in range(len(REQUESTS))]
    counts = judged(answers).sum(axis=0).T
    return {"requests": len(REQUESTS), **{name: row.tolist() for name, row in zip(MARKS, counts)}, "answers": answers}


def bits_of_weights(_model: SmolLM2) -> dict[str, Any]:
    """By bits: how much worse it guesses with all weights in so many, and with one block alone."""
    found: dict[str, Any] = {}
    for bits in MEASURED_BITS:
        run = built(EVALUATION, checked(EvaluationParams, {"topic": "bits", "weights": "smollm2", "bits": bits}), 0)
        while not run.done:
            run.step()
        frame: Any = run.snapshot()
        found[bits] = as_stored(frame.page)
        write("bits", found)
    return found


PARTS: dict[str, Callable[[SmolLM2], dict[str, Any]]] = {
    "sum": sum_of,
    "ladder": lambda model: {j: bits_of(model, j) for j in ("shakespeare", "modern")},
    "tuning": lambda _model: tuning_of(TUNING, TUNED),
    "gently": lambda _model: tuning_of(GENTLY, GENTLY_TUNED),
    "needle": needle_of,
    "cache": cache_of,
    "keys": keys_of,
    "retrieval": retrieval_of,
    "calls": calls_of,
    "bits": bits_of_weights,
}


def main() -> None:
    """Measure, and write it down."""
    path = smollm2_path()
    if path is None:
        raise SystemExit("the model pack of SmolLM2 is not there")
    model = OpeningSmolLM2(path).now()
    write("pack", path.name)
    for name in sys.argv[1:] or PARTS:
        write(name, PARTS[name](model))


def write(name: str, found: Any) -> None:
    """One part; what else is known stays."""
    known = json.loads(OUT.read_text("utf-8")) if OUT.exists() else {}
    OUT.write_text(json.dumps({**known, name: found}, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
