"""One pass of a house model over a text, and the numbers of a plan."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from types import MappingProxyType

import numpy as np

from lab.engine.inside.bench import look
from lab.engine.inside.house import HouseBench
from lab.engine.lm.file import SavedLM
from lab.engine.lm.reference import BlockView, forward, forwarding, losses
from lab.engine.transformer.costs import PUBLISHED, Plan, budget
from lab.engine.transformer.edits import Edits
from lab.experiments.e18_transformer_block.cell import recipe_of
from lab.experiments.e18_transformer_block.frame import BudgetPage, Floats, LensPage, Recipe
from lab.experiments.e18_transformer_block.reading import Reading
from lab.experiments.e18_transformer_block.settings import OPS, Params
from lab.experiments.e18_transformer_block.texts import held_out
from lab.kit.arrays import freeze, read_only

__all__ = ["HouseReading", "budget_page", "judging_house", "tensors_of"]


class HouseReading(Reading):
    """A text as a house model reads it, with parts left out."""

    def __init__(self, model: SavedLM, ids: tuple[int, ...], without: frozenset[str]) -> None:
        edits, bench = Edits(without), HouseBench(model.parameters)
        self._parameters = model.parameters
        self._trace = forward(model.parameters, np.array([ids]), edits)
        following = np.array([[*ids[1:], 0]])
        loss: Floats = freeze(losses(self._trace, following)[0, :-1].astype(np.float64))
        super().__init__(model, bench, look(bench, ids, edits), loss)

    def tensors(self, layer: int) -> Mapping[str, Floats]:
        return tensors_of(self._trace.blocks[layer])

    def weights(self, layer: int) -> Floats | None:
        attention = self._trace.blocks[layer].attention
        return None if attention is None else read_only(attention.attention.weights[0], np.float32)

    def recipe(self, layer: int, op: str, token: int, unit: int) -> Recipe | None:
        return recipe_of(self._parameters, layer, self._trace.blocks[layer], op, token, unit)

    def scores(self, stream: Floats) -> Floats:
        if "norm" in self.edits.without:
            return np.asarray(stream @ self._parameters["embedding"].T)
        return super().scores(stream)

    def lens(self, params: Params) -> LensPage:
        while not self.rows.done:  # these models are small: all of it is read at once
            self.read_on()
        return super().lens(params)


def judging_house(model: SavedLM, name: str, edits: Edits) -> Generator[float, None, float]:
    """The surprise of a model on what it is judged on, in nats a token; rests after each layer."""
    windows = held_out(model, name)
    trace = yield from forwarding(model.parameters, windows[:, :-1], edits)
    return float(losses(trace, windows[:, 1:]).mean(dtype=np.float64))


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


def budget_page(params: Params, model: SavedLM | None) -> BudgetPage:
    """The numbers of the chosen plan. model: that at hand, None for SmolLM2, whose plan is published."""
    if params.shape == "own":
        d = params.width
        plan = Plan(params.vocabulary, d, params.blocks, 4 * d, d, tied_head=True)
    elif params.shape == "house" and model is not None:
        c = model.config
        matrices = {"gelu": 2, "swiglu": 3, "none": 0}[c.feed_forward]
        places, norms = c.context if c.positions == "learned" else 0, 0 if c.norm == "none" else 1
        plan = Plan(c.vocab_size, c.d_model, c.n_layers, c.d_ff, c.d_model, matrices, places, tied_head=True,
                    norm_vectors=norms)  # fmt: skip
    else:
        plan = PUBLISHED["smollm2" if params.shape == "house" else params.shape]
    counts = budget(plan)
    if params.shape == "house" and model is not None:
        counts = _exactly(counts, model)
    active = counts if plan.n_experts == 1 else budget(plan, True)
    return BudgetPage(plan, MappingProxyType(counts), MappingProxyType(active))


def _exactly(counts: dict[str, int], model: SavedLM) -> dict[str, int]:
    """With the norms that a model really has: one less in a block without a feed-forward layer, for example."""
    gains = sum(view.size for name, view in model.parameters.items() if "norm" in name)
    return counts | {"norms": gains, "total": model.parameters.flat.size}
