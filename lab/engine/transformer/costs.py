"""What a transformer costs: how many numbers each kind of part holds, and how much work each stage is for a text of
some length. From the sizes of a published plan alone; no model is needed.
"""

from __future__ import annotations

from lab.core.records import dataclass

__all__ = ["PUBLISHED", "Plan", "budget", "stage_costs"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The sizes of a published model, enough to count its numbers.

    d_ff: width inside one feed-forward layer; matrices_ff: 2 for GELU, 3 for SwiGLU; d_kv: width of keys and
    values; n_positions: rows of a learned table, 0 for RoPE; n_experts, n_active: of a mixture, 1 for none;
    norm_vectors: 1 for RMSNorm (gain), 2 for LayerNorm (gain and bias).
    """

    vocab_size: int
    d_model: int
    n_layers: int
    d_ff: int
    d_kv: int
    matrices_ff: int = 2
    n_positions: int = 0
    n_experts: int = 1
    n_active: int = 1
    tied_head: bool = False
    biases: bool = False
    norm_vectors: int = 1


PUBLISHED = {
    "gpt-2": Plan(50257, 768, 12, 3072, 768, 2, 1024, tied_head=True, biases=True, norm_vectors=2),
    "smollm2": Plan(49152, 576, 30, 1536, 192, 3, tied_head=True),
    "llama-7b": Plan(32000, 4096, 32, 11008, 4096, 3),
    "llama-3-8b": Plan(128256, 4096, 32, 14336, 1024, 3),
    "mixtral": Plan(32000, 4096, 32, 14336, 1024, 3, n_experts=8, n_active=2),
    "olmoe": Plan(50304, 2048, 16, 1024, 2048, 3, n_experts=64, n_active=8),
}
"""Sizes that makers of models published; OLMoE has norms of queries and keys besides, 65,536 numbers."""


def budget(plan: Plan, active: bool = False) -> dict[str, int]:
    """How many numbers each kind of part holds, all layers together; "total" is their sum.

    active: count of each mixture only the experts that one token uses.
    budget(LLaMA-7B)["total"] == 6,738,415,616.
    """
    c, layers = plan.d_model, plan.n_layers
    experts = plan.n_active if active else plan.n_experts
    attention = 2 * c * c + 2 * c * plan.d_kv + (2 * c + 2 * plan.d_kv if plan.biases else 0)
    mlp = plan.matrices_ff * c * plan.d_ff + (c + plan.d_ff if plan.biases else 0)
    parts = {
        "embedding": plan.vocab_size * c,
        "positions": plan.n_positions * c,
        "attention": layers * attention,
        "feed-forward": layers * experts * mlp,
        "router": layers * plan.n_experts * c if plan.n_experts > 1 else 0,
        "norms": (2 * layers + 1) * plan.norm_vectors * c,
        "head": 0 if plan.tied_head else plan.vocab_size * c,
    }
    return parts | {"total": sum(parts.values())}


def stage_costs(plan: Plan, n: int) -> dict[str, int]:
    """Multiplications of one pass over n tokens, by stage.

    embedding n·d (a look-up: numbers moved, none multiplied); projections n·(2d² + 2d·d_kv) and attention 2·n²·d in
    each layer; feed-forward n·(matrices·d·d_ff) in each layer, of the active experts; head V·d for the last token.
    Raises ValueError when n < 1.
    Source: Kaplan et al., Scaling Laws for Neural Language Models (2020), table 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    d, layers = plan.d_model, plan.n_layers
    return {
        "embedding": n * d,
        "projections": layers * n * (2 * d * d + 2 * d * plan.d_kv),
        "attention": layers * 2 * n * n * d,
        "feed-forward": layers * n * plan.n_active * plan.matrices_ff * d * plan.d_ff,
        "head": plan.vocab_size * d,
    }
