"""One pass of a model over a text, and what each page shows of it."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from lab.core.text import _
from lab.engine.basics.activations import softmax
from lab.engine.inside.bench import look
from lab.engine.inside.contributions import contributions, neuron_contributions
from lab.engine.inside.house import HouseBench
from lab.engine.lm.file import SavedLM
from lab.engine.lm.reference import BlockView, forward, losses
from lab.engine.transformer.costs import PUBLISHED, Plan, budget
from lab.engine.transformer.edits import Edits
from lab.experiments.e18_transformer_block.cell import recipe_of
from lab.experiments.e18_transformer_block.frame import BlockPage, BudgetPage, Floats, LensPage, WhoPage
from lab.experiments.e18_transformer_block.settings import OPS, Params
from lab.experiments.e18_transformer_block.texts import named
from lab.kit.arrays import freeze, read_only

__all__ = ["Reading", "budget_page"]

GUESSES, NEURONS = 3, 6


class Reading:
    """A text as a model reads it, with parts left out."""

    def __init__(self, model: SavedLM, ids: tuple[int, ...], without: frozenset[str]) -> None:
        self.model, self.ids = model, ids
        self.bench, self.edits = HouseBench(model.parameters), Edits(without)
        self.trace = forward(model.parameters, np.array([ids]), self.edits)
        self.tokens = named(model, ids)
        following = np.array([[*ids[1:], 0]])
        self.loss: Floats = freeze(losses(self.trace, following)[0, :-1].astype(np.float64))

    def place(self, params: Params) -> int:
        """The marked token, from 0."""
        return (params.token or len(self.ids)) - 1 if params.token <= len(self.ids) else len(self.ids) - 1

    def stations(self) -> list[tuple[int, str]]:
        """Where the walk comes by, in order: (layer, part)."""
        return [(k, op) for k, block in enumerate(self.trace.blocks) for op in tensors_of(block)]

    def block(self, params: Params, step: int) -> BlockPage:
        """The block that is looked into."""
        stations, layers = self.stations(), len(self.trace.blocks)
        at = stations[min(step, len(stations)) - 1] if step else (0, "")
        layer = min(params.layer, layers) - 1 if params.layer else at[0]
        block = self.trace.blocks[layer]
        tensors = tensors_of(block)
        passed = [op for k, op in stations[:step] if k == layer]
        op = params.op if params.op in tensors else (passed[-1] if passed else "after")
        token, shown = self.place(params), tensors[op]
        unit = min(params.unit, shown.shape[1]) - 1
        p = softmax(self.trace.logits[0, token].astype(np.float64))
        best = int(p.argmax())
        return BlockPage(
            layer, layers, op, len(passed) if step else len(tensors), self.tokens,
            MappingProxyType({name: read_only(values, np.float32) for name, values in tensors.items()}),
            None if block.attention is None else read_only(block.attention.attention.weights[0], np.float32),
            self._sizes(), token, unit, float(shown[token, unit]),
            recipe_of(self.model.parameters, layer, block, op, token, unit),
            float(self.loss.mean()) if len(self.loss) else 0.0, self.loss, (self._name(best), float(p[best])),
        )  # fmt: skip

    def lens(self, params: Params) -> LensPage:
        """What the model would say after every block."""
        seen = look(self.bench, self.ids, self.edits)
        assert seen.stream is not None
        scores = self.bench.read_out(seen.stream)
        if "norm" in self.edits.without:
            scores = seen.stream @ self.model.parameters["embedding"].T
        p = softmax(scores.astype(np.float64))
        token = self.place(params)
        wanted = np.array([*self.ids[1:], int(p[-1, -1].argmax())])
        order = np.argsort(-p[:, token], axis=1, kind="stable")
        final = order[-1, 0]
        guesses = tuple(tuple(self._name(int(i)) for i in row[:GUESSES]) for row in order)
        return LensPage(
            self.tokens, freeze(np.take_along_axis(p, wanted[None, :, None], axis=2)[:, :, 0]), guesses,
            freeze(np.take_along_axis(p[:, token], order[:, :GUESSES], axis=1)),
            freeze((order == final).argmax(axis=1) + 1), token, min(params.layer or len(p) - 1, len(p) - 1), self.loss,
        )  # fmt: skip

    def who(self, params: Params) -> WhoPage:
        """Who raised the score of the likeliest token."""
        seen, token = look(self.bench, self.ids, self.edits), self.place(params)
        best, second = np.argsort(-seen.logits[token], kind="stable")[:2].tolist()
        words = self._name(best), self._name(second)
        chance = float(softmax(seen.logits[token].astype(np.float64))[best])
        layers = len(self.trace.blocks)
        lit = min(params.layer or layers, layers) - 1
        second = second if params.lead else None
        try:
            found = contributions(self.bench, seen, token, best, second)
        except ValueError:
            reason = _("Without residuals or norms, or with norms behind the sums, a score is no sum of parts.")
            heads, wide = np.zeros((layers, self.bench.sizes.n_heads)), np.zeros(layers)
            parts = read_only(heads), read_only(wide), 0.0, chance, reason, (), read_only(np.zeros(1)), self.loss
            return WhoPage(self.tokens, token, lit, words, 0.0, *parts)
        neurons = neuron_contributions(self.bench, seen, lit, token, best, second)
        most = np.argsort(-np.abs(neurons), kind="stable")[:NEURONS]
        gave = np.append(neurons[most], neurons.sum() - neurons[most].sum())
        return WhoPage(
            self.tokens, token, lit, words, found.embedding, read_only(found.heads), read_only(found.feed_forward),
            found.total, chance, "", tuple(most.tolist()), read_only(gave), self.loss,
        )  # fmt: skip

    def _name(self, token: int) -> str:
        return named(self.model, (token,))[0]

    def _sizes(self) -> Floats:
        """[T, 1 + 2L]: how long each vector is that was written into the stream."""
        none = np.zeros((len(self.ids), 1))
        halves = [none if half is None else half.out[0] for b in self.trace.blocks for half in (b.attention, b.mlp)]
        columns = [np.linalg.norm(written, axis=1) for written in (self.trace.embedded[0], *halves)]
        return np.asarray(freeze(np.stack(columns, axis=1).astype(np.float64)))


def tensors_of(block: BlockView) -> dict[str, Floats]:
    """What each part of a block gives, [T, n], in the order of the way; parts that are off are left out."""
    found: dict[str, Floats] = {"before": block.before[0]}
    if block.attention is not None:
        found["norm1"] = block.norms[0].out[0]
        found["heads"] = block.attention.found[0]
        found["attention"] = block.attention.out[0]
        found["middle"] = block.middle[0]
    if block.mlp is not None:
        found["norm2"] = block.norms[1].out[0]
        found["inner"] = block.mlp.act[0]
        found["feed-forward"] = block.mlp.out[0]
    found["after"] = block.after[0]
    assert set(found) <= set(OPS)
    return found


def budget_page(params: Params, model: SavedLM) -> BudgetPage:
    """The numbers of the chosen plan."""
    c = model.config
    if params.shape == "own":
        d = params.width
        plan = Plan(params.vocabulary, d, params.blocks, 4 * d, d, tied_head=True)
    elif params.shape == "house":
        matrices = {"gelu": 2, "swiglu": 3, "none": 0}[c.feed_forward]
        places, norms = c.context if c.positions == "learned" else 0, 0 if c.norm == "none" else 1
        plan = Plan(c.vocab_size, c.d_model, c.n_layers, c.d_ff, c.d_model, matrices, places, tied_head=True,
                    norm_vectors=norms)  # fmt: skip
    else:
        plan = PUBLISHED[params.shape]
    counts = budget(plan)
    if params.shape == "house":
        counts = _exactly(counts, model)
    active = counts if plan.n_experts == 1 else budget(plan, True)
    return BudgetPage(plan, MappingProxyType(counts), MappingProxyType(active))


def _exactly(counts: dict[str, int], model: SavedLM) -> dict[str, int]:
    """With the norms that a model really has: one less in a block without a feed-forward layer, for example."""
    gains = sum(view.size for name, view in model.parameters.items() if "norm" in name)
    return counts | {"norms": gains, "total": model.parameters.flat.size}
