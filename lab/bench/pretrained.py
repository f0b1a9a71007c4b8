"""Models trained elsewhere against the clock: the sentence encoder, search and the agent always, SmolLM2-135M
when the environment variable GLASSBOX_SMOLLM2 names its GGUF file. Rates are medians over rounds; BLAS has
one thread, and a long prompt is shared out as the lab does it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from threadpoolctl import threadpool_limits

from lab.engine.agents.events import Trace
from lab.engine.agents.facts import facts_table
from lab.engine.agents.loop import run
from lab.engine.agents.planner import RulePlanner
from lab.engine.agents.tools import Calculator, Document, Lookup, Search
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_int8 import convert
from lab.engine.pretrained.minilm import MiniLM, load_minilm
from lab.engine.pretrained.passages import load_passages, load_questions, passage_vectors, question_vectors
from lab.engine.pretrained.smollm2 import open_gguf, open_int8
from lab.engine.pretrained.threads import team_size
from lab.engine.retrieval.vector_search import HNSW
from lab.engine.retrieval.word_search import BM25, Words

__all__ = [
    "PROMPT", "decode_rate", "encoder", "figures", "passages", "prompt_rate", "search", "seconds", "smollm2",
    "smollm2_file",
]  # fmt: skip

PROMPT = 128  # tokens


def smollm2_file() -> Path | None:
    """SmolLM2's GGUF file, where the environment names it."""
    name = os.environ.get("GLASSBOX_SMOLLM2", "")
    return Path(name) if name else None


def seconds(work: Callable[[], object]) -> float:
    """The time of one call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def passages(n: int) -> list[str]:
    """The first n passages of the library."""
    return [passage.text for passage in load_passages()[:n]]


def encoder(rounds: int = 5) -> dict[str, float]:
    """MiniLM: opening, one question, many passages."""
    loads: list[MiniLM] = []
    loading = median(seconds(lambda: loads.append(load_minilm())) for _ in range(3))
    minilm, texts = loads[0], passages(16)
    tokens = sum(len(minilm.tokens(text)) for text in texts)
    question = load_questions()[0].text
    minilm.encode([question])
    return {
        "MiniLM: opening (s)": loading,
        "MiniLM: one question (ms)": 1e3 * median(seconds(lambda: minilm.encode([question])) for _ in range(rounds)),
        "MiniLM: passages (tokens/s)": tokens / median(seconds(lambda: minilm.encode(texts)) for _ in range(rounds)),
        "MiniLM: a sentence with all its attention (ms)": 1e3
        * median(seconds(lambda: minilm.trace(question)) for _ in range(rounds)),
    }


def search(rounds: int = 5) -> dict[str, float]:
    """Finding passages by words and by the layered graph, and an agent's whole answer."""
    library = load_passages()
    texts, requested = [passage.text for passage in library], [question.text for question in load_questions()]
    vectors, queries = passage_vectors(), question_vectors()
    index, graph = BM25(Words(texts)), HNSW(vectors, np.random.default_rng(0)).build()
    documents = [Document(passage.id, passage.title, passage.text) for passage in library]
    tools = (Calculator(), Search(documents, index.scores), Lookup(facts_table(library)))
    question = Trace("How many times larger is Brazil than Peru?")

    def rate(work: Callable[[], object], per_call: int = 1) -> float:
        return 1e6 * median(seconds(work) for _ in range(rounds)) / per_call

    return {
        "298 passages: a question by BM25 (µs)": rate(
            lambda: [index.scores(text) for text in requested], len(requested)
        ),
        "298 passages: a question by HNSW (µs)": rate(lambda: [graph.search(q, 5, 16) for q in queries], len(queries)),
        "298 passages: linking them (ms)": 1e-3 * rate(lambda: HNSW(vectors, np.random.default_rng(0)).build()),
        "agent: an answer by three tools (µs)": rate(lambda: run(question, RulePlanner(), tools)),
    }


def prompt_rate(model: Llama, threads: int | None, n: int = PROMPT) -> float:
    """Tokens a second while a prompt of n tokens is read."""
    model.reset()
    return n / seconds(lambda: model.prompt(list(range(100, 100 + n)), threads))


def decode_rate(model: Llama, n: int = 24) -> float:
    """Tokens a second while text is written after a prompt."""
    model.reset()
    model.prompt(list(range(100, 100 + PROMPT)))
    return n / seconds(lambda: [model.step(token) for token in range(200, 200 + n)])


def smollm2(path: Path, rounds: int = 3) -> dict[str, float]:
    """SmolLM2: converting once, opening, reading and writing, in int8 and in float32."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "smollm2.int8"
        converting = seconds(lambda: convert(path, target))
        with _memory() as added:
            begin = time.perf_counter()
            small = open_int8(target, mapped=True)
            opening = time.perf_counter() - begin
            first = seconds(lambda: small.llama.step(1))
            found = {
                "SmolLM2: converting once (s)": converting,
                "SmolLM2 int8: opening (ms)": 1e3 * opening,
                "SmolLM2 int8: opening and first token (ms)": 1e3 * (opening + first),
                "SmolLM2 int8: prompt of 128, one thread (tokens/s)": median(
                    prompt_rate(small.llama, 1) for _ in range(rounds)
                ),
                f"SmolLM2 int8: prompt of 128, {team_size(None, PROMPT)} threads (tokens/s)": median(
                    prompt_rate(small.llama, None) for _ in range(rounds)
                ),
                "SmolLM2 int8: writing (tokens/s)": median(decode_rate(small.llama) for _ in range(rounds)),
            }
        found["SmolLM2 int8: memory added (MB)"] = added[0]
        found["SmolLM2: building the tokenizer (s)"] = seconds(lambda: small.tokenizer)
        exact = open_gguf(path)
        found["SmolLM2 float32: writing (tokens/s)"] = median(decode_rate(exact.llama) for _ in range(rounds))
    return found


@contextmanager
def _memory() -> Iterator[list[float]]:
    """By how many megabytes the process grew inside; 0 where the system does not tell."""

    def resident() -> float:
        try:
            status = Path("/proc/self/status").read_text("ascii")
        except OSError:
            return 0.0
        return float(status.partition("VmRSS:")[2].split()[0]) / 1024

    before, grown = resident(), [0.0]
    yield grown
    grown[0] = resident() - before


def figures(rounds: int = 5) -> dict[str, float]:
    """All of them."""
    with threadpool_limits(1):
        found = encoder(rounds) | search(rounds)
        path = smollm2_file()
        return found if path is None else found | smollm2(path, min(rounds, 3))
