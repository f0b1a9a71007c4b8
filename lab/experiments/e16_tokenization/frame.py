"""What is shown of one step: the pieces of the text, the most frequent pairs, the tree of a token, and what the open
page asks for. A frame never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.simulation import Curve
from lab.core.text import N_, _
from lab.experiments.e16_tokenization.arithmetic import explain_metric
from lab.experiments.e16_tokenization.comparing import Costs, Others
from lab.experiments.e16_tokenization.ladder import Branch, Ladder, Rung
from lab.experiments.e16_tokenization.reading import Reading, piece_text
from lab.experiments.e16_tokenization.settings import Params
from lab.experiments.e16_tokenization.texts import SENTENCES
from lab.experiments.e16_tokenization.training import Made, PairRow
from lab.experiments.e16_tokenization.words import described

__all__ = ["TOLD", "TokenFrame"]

TOLD = 12
"""So many pairs of the league table have read-outs of their own."""


@dataclass(frozen=True, eq=False)
class TokenFrame:
    """One step.

    title: of the training text.  n_bytes, n_tokens, n_words: of the training text.  units: smallest pieces.  size:
    tokens in the vocabulary.  merges: made so far.  base: asked for before any sliding, see `gestures.Jump`.  last:
    the newest merge.  token: its bytes.  curve: tokens after 0, 1 … merges.  league: the most frequent pairs.
    ties: how many are equally frequent.  own: the text to be read by the own tokenizer, strip: by whoever reads.
    whole: whether the text is all there is, and not the beginning of the training text.  word_ends: in bytes, of
    its words. greedy: tokens there would be had no hand chosen; None where none did.
    """

    step: int
    params: Params
    title: str
    n_bytes: int
    n_tokens: int
    n_words: int
    units: int
    size: int
    merges: int
    base: int
    by_hand: int
    last: Made | None
    token: bytes
    curve: NDArray[np.int64]
    league: tuple[PairRow, ...]
    ties: int
    own: Reading
    strip: Reading
    whole: bool
    word_ends: tuple[int, ...]
    tree: tuple[Branch, ...]
    ladder: Ladder | None
    rung: int
    others: Others | None
    costs: Costs | None
    greedy: int | None
    received: bool
    done: bool

    # ------------------------------------------------------------------------------------- read-outs

    def metrics(self) -> dict[str, Value]:
        """Every number on screen."""
        last, first = self.last, self.league[0] if self.league else None
        values: dict[str, Value] = {
            "step": self.step,
            "merges": self.merges,
            "vocabulary": self.size,
            "bytes": self.n_bytes,
            "tokens": self.n_tokens,
            "bytes_per_token": self.n_bytes / self.n_tokens if self.n_tokens else None,
            "tokens_per_word": self.n_tokens / self.n_words if self.n_words else None,
            "newest": piece_text(self.token) if last else None,
            "pair_count": last.count if last else None,
            "saved": last.before - last.after if last else None,
            "tied": last.ties if last else None,
            "next": piece_text(first.left_token + first.right_token) if first else None,
            "next_count": first.count if first else None,
            "next_tied": self.ties if first else None,
            "greedy_tokens": self.greedy,
        }
        for place, row in enumerate(self.league[:TOLD], 1):
            values[f"pair_{place}"] = f"{piece_text(row.left_token)}+{piece_text(row.right_token)}"
            values[f"count_{place}"] = row.count
        return values | self._of_the_text() | self._of_the_tree() | self._of_the_ladder() | self._of_the_others()

    def _of_the_text(self) -> dict[str, Value]:
        reading = self.strip
        return {
            "read_tokens": reading.tokens,
            "read_bytes": reading.bytes,
            "read_characters": reading.characters,
            "read_words": reading.words or None,
            "read_bytes_per_token": reading.bytes_per_token,
            "read_per_word": reading.per_word,
            "read_per_character": reading.per_character,
            "read_share": reading.share,
            "read_size": reading.size,
            "round_trip": _("yes") if reading.same else _("no"),
            "signs": reading.signs,
        }

    def _of_the_tree(self) -> dict[str, Value]:
        return {
            "tree_leaves": self.tree[0].leaves if self.tree else None,
            "tree_rank": self.tree[0].rank if self.tree else None,
        }

    def _of_the_ladder(self) -> dict[str, Value]:
        rung = self.lit_rung
        if self.ladder is None or rung is None:
            return {}
        return {
            "word": self.ladder.text,
            "rung": self.rung,
            "rungs": len(self.ladder.rungs) - 1,
            "rung_tokens": len(rung.tokens),
            "rung_rank": rung.rank,
            "rung_next": rung.next_rank,
        }

    def _of_the_others(self) -> dict[str, Value]:
        if self.others is None or self.costs is None:
            return {}
        values: dict[str, Value] = {}
        rows = {"characters": self.others.characters, "words": self.others.words, "own": self.own}
        for name, reading in (rows | {"gpt2": self.others.gpt2}).items():
            values[f"{name}_tokens"] = reading.tokens
            values[f"{name}_size"] = reading.size
            values[f"{name}_per_word"] = reading.per_word
            values[f"{name}_per_character"] = reading.per_character
            values[f"{name}_bytes_per_token"] = reading.bytes_per_token
            values[f"{name}_share"] = reading.share
        values["strangers"] = sum(not piece.known for piece in self.others.words.pieces)
        for who, costs in (("own", self.costs.own), ("gpt2", self.costs.gpt2)):
            for language, cost in zip(SENTENCES, costs, strict=True):
                values[f"cost_{language}_{who}"] = cost
                values[f"times_{language}_{who}"] = cost / costs[0]
        return values

    def next_tree(self) -> tuple[Branch, ...]:
        """What the next merge would glue, as a tree with one fork; nothing where no pair is left."""
        if not self.league:
            return ()
        row = self.league[0]
        glued = Branch(self.size, row.left_token + row.right_token, self.merges, 1, 2, leaves=2)
        return glued, Branch(row.left, row.left_token, None), Branch(row.right, row.right_token, None)

    @property
    def lit_rung(self) -> Rung | None:
        """The rung of the ladder that is lit; None where there is no ladder."""
        return self.ladder.rungs[min(self.rung, len(self.ladder.rungs) - 1)] if self.ladder else None

    def word_of(self, piece: int) -> int:
        """The number of the word, from 1, in which a piece of the strip begins; 0 beyond all that are known."""
        start = sum(len(one.token) for one in self.strip.pieces[:piece])
        return next((number for number, end in enumerate(self.word_ends, 1) if start < end), 0)

    def explain(self, name: str) -> Term | None:
        """How a number came about."""
        return explain_metric(self, name)

    def describe(self) -> str:
        """The state in one or two sentences."""
        return described(self)

    def unused(self) -> Mapping[str, str]:
        """The controls without effect now."""
        p, found = self.params, {}
        if p.corpus != "shakespeare":
            found["kilobytes"] = N_("Only Shakespeare is longer than is needed.")
        if p.page != "read":
            found |= dict.fromkeys(("reader", "word"), N_("Only the page “Read” asks this."))
        if p.page != "learn":
            found["token"] = N_("Only the page “Learn” draws a tree.")
        return found

    def unavailable(self) -> Mapping[str, tuple[str, ...]]:
        """Choices that cannot be taken now."""
        return {} if self.received else {"corpus": ("received",)}

    def curves(self) -> tuple[Curve, ...]:
        """The compression curve."""
        return (Curve("tokens", "merges", "tokens", np.arange(len(self.curve)), self.curve),)
