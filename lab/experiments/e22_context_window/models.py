"""Who reads, and what: the lab's models, or one that was received; pieces of Shakespeare, or a text that was sent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.paths import asset
from lab.core.text import _
from lab.engine.lm.data import split_held_out
from lab.engine.lm.exchange import lm_from_data
from lab.engine.lm.file import SavedLM, load_lm
from lab.engine.text.exchange import read_corpus
from lab.engine.text.tokenizer import CharTokenizer
from lab.experiments.e22_context_window.settings import Params
from lab.kit.exchange import latest
from lab.kit.smollm2 import refused_adapters

__all__ = [
    "bundled",
    "held_out",
    "house_text",
    "known_ids",
    "model_for",
    "pieces",
    "refused",
    "shakespeare",
    "text_for",
]

Ids = NDArray[np.integer[Any]]
LONGEST = 20_000  # tokens of a text that are looked at
LEAST = 65  # tokens a text needs


@cache
def bundled(name: str) -> SavedLM:
    """One of the lab's own models: "shakespeare-main" or "copier"."""
    return load_lm(asset(f"models/{name}.npz"))


@cache
def _play() -> str:
    return asset("data/shakespeare.txt").read_text(encoding="utf-8")


@cache
def shakespeare() -> tuple[CharTokenizer, Ids, Ids]:
    """The letters of the lab, and two texts in them: one to learn from, and the held-out end."""
    tokenizer = bundled("shakespeare-main").tokenizer
    assert isinstance(tokenizer, CharTokenizer)
    learned, held = split_held_out(tokenizer.encode_array(_play()))
    return tokenizer, learned, held


@cache
def house_text() -> str:
    """The beginning of the held-out text."""
    return held_out(LONGEST)


def held_out(letters: int) -> str:
    """So many letters of the text that no model of the lab has learned from, or all there are."""
    play = _play()
    return play[int(len(play) * 0.9) :][:letters]


FILES = {"house": "shakespeare-main", "small": "shakespeare-drafter", "received": "shakespeare-main"}


def model_for(params: Params, artifacts: Sequence[Artifact]) -> SavedLM:
    """Who reads: what was received, or one of the lab's models where only a text was.

    Raises ValueError for a model that reads in another way.
    """
    sent = latest(artifacts, "language-model") if params.source == "received" else None
    if sent is None:
        return bundled(FILES[params.source])
    model = lm_from_data(sent.data)
    if not model.config.causal or model.config.norm_place == "post":
        raise ValueError(_("This model cannot be read token by token: it has no mask, or its norms are behind."))
    return model


def text_for(params: Params, artifacts: Sequence[Artifact]) -> str:
    """What is read: the text that was received, or Shakespeare."""
    sent = latest(artifacts, "corpus") if params.source == "received" else None
    return house_text() if sent is None else read_corpus(sent.data)


def known_ids(model: SavedLM, text: str) -> Ids:
    """The tokens of a text, without the letters that a model does not know.

    Raises ValueError where fewer than 65 are left.
    """
    alphabet = getattr(model.tokenizer, "alphabet", "")
    if alphabet and not any(letter.isupper() for letter in alphabet):
        text = text.lower()
    if alphabet:
        text = "".join(letter for letter in text[: 4 * LONGEST] if letter in alphabet)
    ids = np.array(model.tokenizer.encode(text[:LONGEST]), np.int64)
    if len(ids) < LEAST:
        raise ValueError(_("The text is too short: {n} tokens, it needs {least}.").format(n=len(ids), least=LEAST))
    return ids


def refused(artifact: Artifact) -> str:
    """Why what is being sent cannot be read here, in words; "" where it can."""
    if artifact.kind == "corpus":
        try:
            known_ids(bundled(FILES["received"]), read_corpus(artifact.data))
        except ValueError as error:
            return str(error)
    return refused_adapters(artifact)


def pieces(ids: Ids, count: int, length: int) -> Ids:
    """`count` pieces of a text, spread evenly, [count, length]; they overlap where the text is short."""
    length = min(length, len(ids))
    starts = np.linspace(0, len(ids) - length, count).astype(np.int64)
    return np.asarray(ids[starts[:, None] + np.arange(length)])
