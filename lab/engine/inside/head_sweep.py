"""All heads tried, one after the other: each is taken out of a pass, and the score of one next token says what it was
worth. Taken out can mean three things: its output is zero; it is its mean over the text, which tells nothing of any
one place; or it is what the head found on another text, the donor.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from lab.engine.inside.bench import Bench, Floats, Keep, Seen
from lab.engine.transformer.edits import Edits

__all__ = ["HeadSweep", "Way", "aligned", "score_of"]

Way = Literal["zero", "mean", "patch"]
_BASE, _DONOR, _LAST = Keep(heads=True), Keep(stream=False, heads=True, last=True), Keep(stream=False, last=True)


class HeadSweep:
    """One map of all heads, computed in pieces. `changes` [L, H] fills up, nan where a head was not tried yet.

    bench: the model.  ids: the text, T tokens.  way: how a head is taken out.  donor: the other text, for "patch".
    edits: what is changed all the time; heads that are silent stay so.
    token: whose score is looked at after the last token; None takes the likeliest.
    Raises ValueError when the way is unknown, or "patch" has no donor.
    Source: Michel et al., Are Sixteen Heads Really Better than One (2019); Wang et al., IOI (2022), mean ablation.
    """

    def __init__(
        self,
        bench: Bench,
        ids: Sequence[int],
        way: Way,
        donor: Sequence[int] = (),
        edits: Edits | None = None,
        token: int | None = None,
    ) -> None:
        if way not in get_args(Way):
            raise ValueError(f"way must be one of {get_args(Way)}, got {way!r}")
        if way == "patch" and not donor:
            raise ValueError("to patch heads, a donor text is needed")
        self._bench, self._ids, self._way, self._donor = bench, list(ids), way, list(donor)
        self._edits, self.token = edits or Edits(), token
        self.score = float("nan")
        self.changes: NDArray[np.float64] = np.full((bench.sizes.n_layers, bench.sizes.n_heads), np.nan)

    def working(self) -> Generator[float, None, None]:
        """Try all heads, those of the last layer first, for they are soonest done; yields the share that is done."""
        base: Seen = yield from self._of_whole(self._bench.passing(self._ids, self._edits, _BASE), 0.0)
        if self.token is None:
            self.token = int(np.argmax(base.logits[-1]))
        self.score = score_of(base.logits[-1], self.token)
        donor = None
        if self._way == "patch":
            donor = yield from self._of_whole(self._bench.passing(self._donor, Edits(), _DONOR), 0.0)
        layers, heads = self.changes.shape
        for number in range(layers * heads):
            layer, head = layers - 1 - number // heads, number % heads
            edits = self._without(base, donor, layer, head)
            done = (number + 1) / (layers * heads + 1)
            seen = yield from self._of_whole(self._bench.passing(self._ids, edits, _LAST, base), done)
            self.changes[layer, head] = score_of(seen.logits[-1], self.token) - self.score
            yield done

    def _of_whole(self, passing: Generator[float, None, Seen], share: float) -> Generator[float, None, Seen]:
        """One pass; the share that is done stays what it was."""
        while True:
            try:
                next(passing)
            except StopIteration as end:
                seen: Seen = end.value
                return seen
            yield share

    def _without(self, base: Seen, donor: Seen | None, layer: int, head: int) -> Edits:
        """The edits, and one more head taken out."""
        if self._way == "zero" or (layer, head) in self._edits.silent:
            return replace(self._edits, silent=self._edits.silent | {(layer, head)})
        assert base.heads is not None
        found = base.heads[layer, head]
        if donor is not None and donor.heads is not None:
            found = aligned(found, donor.heads[layer, head])
        else:
            found = found.mean(axis=0)
        return replace(self._edits, patched={**self._edits.patched, (layer, head): found})


def score_of(logits: Floats, token: int) -> float:
    """The score of a token among all of them, [V]: its logit against their mean, so that a shift of all is none."""
    return float(logits[token]) - float(logits.mean(dtype=np.float64))


def aligned(here: Floats, there: Floats) -> Floats:
    """What was found on another text, [U, D], in place of what was found here, [T, D]: the ends are laid together."""
    rows = min(len(here), len(there))
    return np.concatenate([here[: len(here) - rows], there[len(there) - rows :]])
