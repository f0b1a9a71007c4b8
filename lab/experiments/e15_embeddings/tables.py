"""Whose vectors are on the map: words of GloVe, sentences read by MiniLM, images of digits, one's own, or what another
experiment sent. A large encoder is opened in pieces, so the making of a table is a generator of shares."""

from __future__ import annotations

import csv
import json
import weakref
from collections.abc import Generator, Mapping, Sequence
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.paths import asset
from lab.core.pieces import part_of
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.lm.exchange import lm_from_data
from lab.engine.pretrained.minilm import MiniLM, opening_minilm
from lab.engine.text.embedding import WordVectors, load_word_vectors
from lab.engine.text.embedding_exchange import read_embedding, read_vectors
from lab.kit.arrays import freeze

__all__ = [
    "KINDS",
    "SENTENCES",
    "Table",
    "check_own",
    "glove",
    "holds_vectors",
    "making_table",
    "opened_encoder",
    "questions",
    "unknown_words",
]

Floats = NDArray[np.floating]
KINDS = ("embedding", "language-model")
MOST_SHOWN, MOST_SENTENCES, DIGITS_SHOWN = 320, 60, 300
SIDE = 8  # pixels of a digit
SENTENCES = (  # in English, which is what the encoder reads
    "The cat sleeps on the warm sofa.",
    "A kitten is taking a nap.",
    "My dog loves to chase the ball.",
    "The puppy runs after a stick.",
    "It will rain all day tomorrow.",
    "Heavy clouds and storms are coming.",
    "The sun is shining and it is warm.",
    "She paid the bill with her card.",
    "He borrowed money from the bank.",
    "The price of bread went up again.",
    "Our team won the match in the last minute.",
    "The goalkeeper saved a penalty.",
    "Water boils at one hundred degrees.",
    "Light is faster than sound.",
    "The planet moves around its star.",
    "Add two eggs and a cup of flour.",
    "Bake the cake for half an hour.",
    "The soup needs more salt.",
)
OWN_WORDS = "river boat water fish bank money loan credit\ntree leaf flower garden"


@dataclass(frozen=True, eq=False)
class Table:
    """All that has a vector, and which of it is on the map.

    shown: rows.  groups: of a name, where it has one.  labels: what stands on the map where it is not the name.
    side: pixels of a side where each vector is a square image, else 0.
    """

    title: str
    vectors: WordVectors
    shown: tuple[int, ...]
    groups: Mapping[str, str]
    labels: Mapping[str, str]
    side: int = 0

    @cached_property
    def unit(self) -> Floats:
        """All vectors at length 1, [N, d]; a zero vector stays zero."""
        rows = self.vectors.vectors
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return freeze(np.asarray(rows / np.where(lengths > 0, lengths, 1)))


def _table(title: str, vectors: WordVectors, groups: Mapping[str, str] | None = None) -> Table:
    """A table of which as much is shown as there is room for."""
    return Table(title, vectors, tuple(range(min(len(vectors.words), MOST_SHOWN))), groups or {}, {})


@cache
def _concepts() -> dict[str, str]:
    """The words on the map of GloVe, each with the concept it belongs to."""
    found = json.loads(asset("data/concepts.json").read_text("utf-8"))
    return {word: concept for concept, words in reversed(found.items()) for word in words.split()}


@cache
def glove() -> Table:
    """The 10,040 words of GloVe, with those of the concepts on the map."""
    vectors, groups = load_word_vectors(asset("data/glove_10k_100d.npz")), _concepts()
    shown = tuple(sorted(vectors.place(word) for word in groups))
    return Table("GloVe", vectors, shown, groups, {})


@cache
def questions() -> tuple[tuple[str, str, str, str, str], ...]:
    """The analogies of the lab: relation, a, b, c and the answer."""
    with asset("data/analogies.csv").open(encoding="utf-8", newline="") as file:
        return tuple((r["relation"], r["a"], r["b"], r["c"], r["answer"]) for r in csv.DictReader(file))


def _random(rng: np.random.Generator) -> Table:
    """The words of the map, with vectors that mean nothing."""
    table = glove()
    words = [table.vectors.words[row] for row in table.shown]
    vectors = rng.normal(size=(len(words), table.vectors.vectors.shape[1])).astype(np.float32)
    return _table(_("Random vectors"), WordVectors(words, vectors), table.groups)


def _digits() -> Table:
    """Images of handwritten digits, each a vector of its 64 pixels."""
    with np.load(asset("data/digits_8x8.npz"), allow_pickle=False) as archive:
        x, y = archive["x"].astype(np.float32) / 16, archive["y"].tolist()
    words = [f"{digit} · {n}" for n, digit in enumerate(y, 1)]
    groups = {word: str(digit) for word, digit in zip(words, y)}
    return Table(_("Digit images"), WordVectors(words, x), tuple(range(DIGITS_SHOWN)), groups, groups, SIDE)


_opened: weakref.WeakValueDictionary[str, MiniLM] = weakref.WeakValueDictionary()


def opened_encoder() -> Generator[float, None, MiniLM]:
    """MiniLM, opened in pieces where nobody has it open.

    Raises, at one of the pieces, ValueError or FileNotFoundError when it cannot be opened.
    """
    encoder = _opened.get("minilm")
    if encoder is None:
        encoder = yield from opening_minilm()
        _opened["minilm"] = encoder
    return encoder


def _sentences(texts: Sequence[str], title: str) -> Generator[float, None, Table]:
    encoder = yield from part_of(opened_encoder(), 0.0, 0.7)
    rows = []
    for n, text in enumerate(texts, 1):
        rows.append(encoder.encode([text])[0])
        yield 0.7 + 0.3 * n / len(texts)
    return _table(title, WordVectors(texts, np.stack(rows)))


def unknown_words(words: Sequence[str]) -> list[str]:
    """Those of some words that GloVe has no vector for."""
    return [word for word in words if word not in glove().vectors]


def check_own(text: str) -> str:
    """What an own text is: "vectors", "words" or "sentences". Raises ValueError, in words, for what cannot be used."""
    if holds_vectors(text):
        read_vectors(text)
        return "vectors"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    words = list(dict.fromkeys(text.lower().split()))
    if all(len(line.split()) <= 2 for line in lines) or not unknown_words(words):
        strangers = unknown_words(words)
        if strangers:
            message = _("GloVe has no vector for {words}. It knows 10,040 common English words, in small letters.")
            raise ValueError(message.format(words=", ".join(f"“{word[:30]}”" for word in strangers[:5])))
        if len(words) < 3:
            raise ValueError(_("A map needs three words or more."))
        return "words"
    if not 3 <= len(set(lines)) <= MOST_SENTENCES:
        message = _("A map needs 3 to {most} different sentences, one a line; here are {n}.")
        raise ValueError(message.format(most=MOST_SENTENCES, n=len(set(lines))))
    return "sentences"


def holds_vectors(text: str) -> bool:
    """Whether most lines of a text end in numbers, so that it is meant as a table of vectors."""
    lines = [line for line in text.splitlines() if line.strip()]
    return sum(map(_has_numbers, lines)) * 2 > len(lines)


def _has_numbers(line: str) -> bool:
    cells = line.replace("\t", " ").replace(",", " ").replace(";", " ").split()
    return len(cells) > 2 and cells[-1].lstrip("-+").replace(".", "", 1).isdecimal()


def _own(text: str) -> Generator[float, None, Table]:
    kind = check_own(text)
    if kind == "vectors":
        return _table(_("My own vectors"), read_vectors(text))
    if kind == "words":
        words = list(dict.fromkeys(text.lower().split()))[:MOST_SHOWN]
        rows = np.stack([glove().vectors[word] for word in words])
        return _table(_("My own words"), WordVectors(words, rows))
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    made: Table = yield from _sentences(lines, _("My own sentences"))
    return made


def _received(artifacts: Sequence[Artifact]) -> Table:
    """What was sent: an embedding, or the table at the entrance of a language model."""
    found = next(artifact for artifact in reversed(artifacts) if artifact.kind in KINDS)
    if found.kind == "embedding":
        return _table(found.title, read_embedding(found.data))
    model = lm_from_data(found.data)
    tokens = [model.tokenizer.decode([i]).replace("\n", "⏎").replace(" ", "␣") for i in range(model.tokenizer.size)]
    data = {"words": tokens, "vectors": model.parameters["embedding"]}
    return _table(found.title, read_embedding(data))


def making_table(
    source: str, rng: np.random.Generator, own: str, artifacts: Sequence[Artifact]
) -> Generator[float, None, Table]:
    """The vectors of a source, in pieces; yields the share that is done, 0 … 1.

    artifacts: one of KINDS among them, for what was received. Raises ValueError for what does not fit.
    """
    if source == "glove":
        return glove()
    if source == "random":
        return _random(rng)
    if source == "digits":
        return _digits()
    if source == "received":
        return _received(artifacts)
    if source == "own":
        made: Table = yield from _own(own or OWN_WORDS)
        return made
    return (yield from _sentences(SENTENCES, _("Sentences")))
