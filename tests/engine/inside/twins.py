"""One model, computed by both engines: a house model with rotations and gates is a Llama in another form."""

import numpy as np

from lab.engine.inside.house import HouseBench
from lab.engine.inside.llama import LlamaBench
from lab.engine.lm.parameters import NORM_EPSILON, LMConfig, Parameters, init_parameters
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaLayer, LlamaWeights
from lab.engine.pretrained.weight_rows import FloatRows

CONFIG = LMConfig(23, context=12, d_model=24, n_heads=3, n_layers=4, d_ff=40, positions="rope", feed_forward="swiglu")
IDS = [3, 17, 5, 5, 0, 22, 9]


def parameters(config: LMConfig = CONFIG) -> Parameters:
    rng = np.random.default_rng(1)
    fresh = init_parameters(config, rng)
    fresh.flat[:] += rng.normal(0.0, 0.2, fresh.flat.shape)
    return fresh


def as_llama(p: Parameters) -> Llama:
    """The same model, as the engine for pretrained ones has it."""
    c = p.config
    scale = np.ones((3 * c.d_model, 1), np.float32)
    scale[: c.d_model] = c.d_head**-0.5

    def rows(matrix: np.ndarray) -> FloatRows:
        return FloatRows(np.ascontiguousarray(matrix, np.float32))

    layers = tuple(
        LlamaLayer(
            p[f"block{k}.norm1"],
            rows(p[f"block{k}.qkv"] * scale),
            rows(p[f"block{k}.out"]),
            p[f"block{k}.norm2"],
            rows(np.concatenate([p[f"block{k}.gate"], p[f"block{k}.up"]])),
            rows(p[f"block{k}.down"]),
        )
        for k in range(c.n_layers)
    )
    table = rows(p["embedding"])
    plan = LlamaConfig(
        c.vocab_size, c.d_model, c.n_layers, c.n_heads, c.n_heads, c.d_ff, c.context, c.rope_base, NORM_EPSILON
    )
    return Llama(plan, LlamaWeights(table, layers, p["norm"], table), c.context)


def twins() -> tuple[HouseBench, LlamaBench]:
    """The model in both forms."""
    p = parameters()
    return HouseBench(p), LlamaBench(as_llama(p))
