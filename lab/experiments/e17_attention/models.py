"""What a language model reads: the letter copier, the Shakespeare model, or one that was received. Heads can be
silenced, or patched with their outputs on another text, and what the model expects next answers at once."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import asset
from lab.core.records import dataclass
from lab.engine.lm.file import SavedLM, load_lm
from lab.engine.lm.lenses import ScoreParts, pushed_logits, score_by_distance, score_parts, written_values
from lab.engine.lm.reference import Edits, LMTrace, forward
from lab.engine.text.tokenizer import visible
from lab.engine.transformer.heads import MultiHead
from lab.experiments.e17_attention.reading import Floats, Head, Next, Reading, Split, likeliest
from lab.experiments.e17_attention.roles import pictures_of, role_scores
from lab.experiments.e17_attention.settings import LONGEST
from lab.kit.arrays import freeze, read_only

__all__ = ["ModelInternals", "bundled", "encoded", "exists", "read_by_model"]

FILES = {"copier": "models/copier.npz", "shakespeare": "models/shakespeare-main.npz"}


@lru_cache(maxsize=2)
def bundled(source: str) -> SavedLM:
    """One of the lab's own models; read once, some milliseconds."""
    return load_lm(asset(FILES[source]))


def encoded(model: SavedLM, text: str) -> tuple[list[int], str, int]:
    """The ids of a text, the characters that have none, and how many tokens had to be left out at the end.

    A model of small letters reads capitals as small ones. A text of which nothing can be read becomes the first token.
    """
    unknown, ids = "", []
    alphabet = getattr(model.tokenizer, "alphabet", "")
    if alphabet:
        if text.lower() != text and not any(c.isupper() for c in alphabet):
            text = text.lower()
        unknown = "".join(dict.fromkeys(c for c in text if c not in alphabet))
        text = "".join(c for c in text if c in alphabet)
    if text:
        ids = list(model.tokenizer.encode(text))
    ids = ids or [0]
    most = min(model.config.context, LONGEST)
    return ids[:most], unknown, max(0, len(ids) - most)


@dataclass(frozen=True, slots=True, eq=False)
class ModelInternals:
    """A whole pass of a model over one text."""

    trace: LMTrace
    model: SavedLM

    def head(self, layer: int, head: int) -> tuple[Floats, Floats, Floats]:
        """Queries, keys (both turned by their positions) and values of one head, [T, D] each."""
        attention = self._heads(layer).attention
        q, k, v = (np.asarray(part[0, head], np.float64) for part in (attention.q, attention.k, attention.v))
        return q, k, v

    def split(self, layer: int, token: int) -> Split:
        """One token on its way through a layer."""
        heads = self._heads(layer)
        n = heads.weights.n_heads
        q = heads.attention.q[0, :, token]
        found = heads.found[0, token].reshape(n, -1)
        return Split(*(read_only(part) for part in (heads.x[0, token], q, found, heads.out[0, token])))

    def score_parts(self, head: Head, query: int, key: int) -> ScoreParts:
        """A score taken apart by what query and key were made of."""
        return score_parts(self.model.parameters, self.trace, head, query, key)

    def by_distance(self, head: Head, query: int, key: int) -> Floats | None:
        """The score if the key stood 0, 1, … tokens back, [T]; None in a model that turns nothing."""
        return score_by_distance(self.trace, head, query, key)

    def value_lengths(self, head: Head) -> Floats:
        """‖v·W_o‖ of each token, [T]."""
        return np.asarray(np.linalg.norm(written_values(self.trace, head), axis=1))

    def pushed(self, head: Head, token: int) -> tuple[Floats, Floats]:
        """How far a head with all its weight on one token moves each logit, [T, V], and all logits, [V]."""
        written = written_values(self.trace, head)
        pushed = pushed_logits(self.model.parameters, self.trace, head[0], written, token)
        return pushed, np.asarray(self.trace.logits[0, token], np.float64)

    def token(self, number: int) -> str:
        """A token of the vocabulary, as it is shown."""
        return visible(self.model.tokenizer.token(number))

    def _heads(self, layer: int) -> MultiHead:
        attention = self.trace.blocks[layer].attention
        assert attention is not None
        return attention


def read_by_model(
    source: str,
    model: SavedLM,
    text: str,
    other: str,
    without: frozenset[str] = frozenset(),
    silent: Collection[Head] = (),
    patched: Collection[Head] = (),
) -> tuple[Reading, ModelInternals]:
    """A text as a model reads it, with parts left out, heads silenced, and heads patched from another text."""
    ids, unknown, cut = encoded(model, text)
    row = np.array(ids, np.int64)
    plain = forward(model.parameters, row[None], Edits(without=without))
    silent = frozenset(head for head in silent if exists(model, head))
    patches = _patches(model, plain, other, [head for head in patched if exists(model, head)])
    trace = plain
    if silent or patches:
        trace = forward(model.parameters, row[None], Edits(without, silent, patches))
    tokens = tuple(visible(model.tokenizer.token(i)) for i in ids)
    weights = np.stack([block.attention.attention.weights[0] for block in trace.blocks if block.attention is not None])
    by_layer = [role_scores(layer, row, tokens) for layer in weights]
    roles = {name: freeze(np.stack([scores[name] for scores in by_layer])) for name in by_layer[0]}
    expected = _next(model, trace, plain)
    moved = float(np.abs(trace.probabilities[0, -1] - plain.probabilities[0, -1]).sum() / 2)
    reading = Reading(
        source, tokens, read_only(row, None), read_only(weights, None), roles, freeze(pictures_of(weights)),
        model.config.causal and "mask" not in without, cut, unknown, expected, moved,
    )  # fmt: skip
    return reading, ModelInternals(trace, model)


def exists(model: SavedLM, head: Head) -> bool:
    """Whether a model has such a head, layer and head from 0."""
    return head[0] < model.config.n_layers and head[1] < model.config.n_heads


def _patches(model: SavedLM, plain: LMTrace, other: str, heads: list[Head]) -> dict[Head, NDArray[Any]]:
    """The output of each patched head: its own, but at the end that on the other text."""
    if not heads:
        return {}
    donor = forward(model.parameters, np.array(encoded(model, other)[0], np.int64)[None])
    found: dict[Head, NDArray[Any]] = {}
    for layer, head in heads:
        here, there = (_outputs(trace, layer, head) for trace in (plain, donor))
        rows = min(len(here), len(there))
        found[layer, head] = np.concatenate([here[: len(here) - rows], there[len(there) - rows :]])
    return found


def _outputs(trace: LMTrace, layer: int, head: int) -> NDArray[Any]:
    attention = trace.blocks[layer].attention
    assert attention is not None
    return np.asarray(attention.attention.out[0, head])


def _next(model: SavedLM, trace: LMTrace, plain: LMTrace) -> Next:
    """The likeliest next tokens, by what is expected now or would be with all heads at work."""
    p, before = trace.probabilities[0, -1], plain.probabilities[0, -1]
    order = likeliest(p, before)
    labels = tuple(visible(model.tokenizer.token(int(i))) for i in order)
    return Next(labels, read_only(p[order]), read_only(before[order]))
