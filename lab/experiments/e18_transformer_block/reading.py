"""One text as a model reads it, whatever model it is, and what each page shows of that."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from lab.core.text import _
from lab.engine.basics.activations import softmax
from lab.engine.inside.bench import Bench, Seen
from lab.engine.inside.contributions import Contributions, contributions, neuron_contributions
from lab.experiments.e18_transformer_block.frame import BlockPage, Floats, LensPage, Recipe, WhoPage
from lab.experiments.e18_transformer_block.lens import GUESSES, LensRows
from lab.experiments.e18_transformer_block.settings import Params
from lab.experiments.e18_transformer_block.texts import Tokenized, named
from lab.kit.arrays import freeze, read_only

__all__ = ["Reading"]

NEURONS = 6


class Reading:
    """A text as a model reads it. Who inherits says what each part of a block gave, and how a number came about.

    seen: a pass with everything kept.  loss [T-1]: the surprise of each token but the first.
    """

    def __init__(self, model: Tokenized, bench: Bench, seen: Seen, loss: Floats) -> None:
        assert seen.stream is not None and seen.added is not None
        self._model, self._bench, self._seen = model, bench, seen
        self.edits, self.loss = seen.edits, loss
        self.ids: tuple[int, ...] = tuple(seen.ids.tolist())
        self.tokens, self.layers = named(model, self.ids), bench.sizes.n_layers
        self.rows = LensRows(self.ids, seen.logits, len(seen.stream))
        self._ops: tuple[str, ...] = ()
        written = [seen.stream[0], *(half for layer in seen.added for half in layer)]
        self._sizes = freeze(np.stack([np.linalg.norm(w.astype(np.float64), axis=1) for w in written], axis=1))

    # ------------------------------------------------------------------------------------------- hooks

    def tensors(self, layer: int) -> Mapping[str, Floats]:
        """What each part of a block gives, [T, n], in the order of the way; parts that are off are left out."""
        raise NotImplementedError

    def weights(self, layer: int) -> Floats | None:
        """The attention of a block, [H, T, T]; None where it is off."""
        raise NotImplementedError

    def recipe(self, layer: int, op: str, token: int, unit: int) -> Recipe | None:
        """What a number was made from."""
        raise NotImplementedError

    def scores(self, stream: Floats) -> Floats:
        """What a stream [T, C] would say, [T, V]."""
        return self._bench.read_out(stream)

    # ------------------------------------------------------------------------------------------- pages

    def read_on(self) -> None:
        """One more row of the lens."""
        assert self._seen.stream is not None
        self.rows.add(self.scores(self._seen.stream[self.rows.read]))

    def place(self, params: Params) -> int:
        """The marked token, from 0."""
        return (params.token or len(self.ids)) - 1 if params.token <= len(self.ids) else len(self.ids) - 1

    def stations(self) -> list[tuple[int, str]]:
        """Where the walk comes by, in order: (layer, part)."""
        self._ops = self._ops or tuple(self.tensors(0))
        return [(k, op) for k in range(self.layers) for op in self._ops]

    def block(self, params: Params, step: int) -> BlockPage:
        """The block that is looked into."""
        stations = self.stations()
        at = stations[min(step, len(stations)) - 1] if step else (0, "")
        layer = min(params.layer, self.layers) - 1 if params.layer else at[0]
        tensors = self.tensors(layer)
        passed = [op for k, op in stations[:step] if k == layer]
        op = params.op if params.op in tensors else (passed[-1] if passed else "after")
        token, shown = self.place(params), tensors[op]
        unit = min(params.unit, shown.shape[1]) - 1
        p = softmax(self._seen.logits[token].astype(np.float64))
        best = int(p.argmax())
        return BlockPage(
            layer, self.layers, op, len(passed) if step else len(tensors), self.tokens,
            MappingProxyType({name: read_only(values, np.float32) for name, values in tensors.items()}),
            self.weights(layer), self._sizes, token, unit, float(shown[token, unit]),
            self.recipe(layer, op, token, unit), float(self.loss.mean()) if len(self.loss) else 0.0, self.loss,
            (self._name(best), float(p[best])),
        )  # fmt: skip

    def lens(self, params: Params) -> LensPage:
        """What the model would say after every block, as far as it is read."""
        rows, token = self.rows, self.place(params)
        guesses = tuple(
            tuple(self._name(int(i)) for i in row) if k < rows.read else ("",) * GUESSES
            for k, row in enumerate(rows.top[:, token])
        )
        last = len(rows.chance) - 1
        return LensPage(
            self.tokens, read_only(rows.chance), guesses, read_only(rows.shares[:, token]),
            read_only(rows.rank[:, token], None), token, min(params.layer or last, last), self.loss, rows.read,
        )  # fmt: skip

    def who(self, params: Params) -> WhoPage:
        """Who raised the score of the likeliest token."""
        seen, token = self._seen, self.place(params)
        best, second = np.argsort(-seen.logits[token], kind="stable")[:2].tolist()
        words = self._name(best), self._name(second)
        chance = float(softmax(seen.logits[token].astype(np.float64))[best])
        layers = self.layers
        lit = min(params.layer or layers, layers) - 1
        second = second if params.lead else None
        try:
            found: Contributions = contributions(self._bench, seen, token, best, second)
        except ValueError:
            reason = _("With biases, without residuals or norms, or with norms behind, a score is no sum of parts.")
            heads, wide = np.zeros((layers, self._bench.sizes.n_heads)), np.zeros(layers)
            parts = read_only(heads), read_only(wide), 0.0, chance, reason, (), read_only(np.zeros(1)), self.loss
            return WhoPage(self.tokens, token, lit, words, 0.0, *parts)
        neurons = neuron_contributions(self._bench, seen, lit, token, best, second)
        most = np.argsort(-np.abs(neurons), kind="stable")[:NEURONS]
        gave = np.append(neurons[most], neurons.sum() - neurons[most].sum())
        return WhoPage(
            self.tokens, token, lit, words, found.embedding, read_only(found.heads), read_only(found.feed_forward),
            found.total, chance, "", tuple(most.tolist()), read_only(gave), self.loss,
        )  # fmt: skip

    def _name(self, token: int) -> str:
        return named(self._model, (token,))[0]
