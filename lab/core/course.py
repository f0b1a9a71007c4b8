"""What leads to what: the course as a graph over experiment ids.

An edge says "this is easier after that"; nothing is locked. Experiments that are not in the catalogue are
stepped over, so that the map never shows what is not there.
"""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["BUILDS_ON", "edges"]

BUILDS_ON: dict[str, tuple[str, ...]] = {
    "what-is-ml": (),
    "feature-scaling": ("what-is-ml",),
    "linear-regression": ("what-is-ml",),
    "loss-functions": ("what-is-ml",),
    "gradient-descent": ("linear-regression", "loss-functions"),
    "training-loop": ("gradient-descent", "feature-scaling"),
    "single-neuron": ("linear-regression",),
    "activations": ("single-neuron", "loss-functions"),
    "decision-boundaries": ("training-loop", "single-neuron"),
    "forward-pass": ("activations",),
    "backpropagation": ("forward-pass", "gradient-descent"),
    "overfitting": ("decision-boundaries",),
    "residual-connections": ("backpropagation",),
    "convolution-recurrence": ("forward-pass",),
    "embeddings": ("activations",),
    "tokenization": ("what-is-ml",),
    "attention": ("embeddings",),
    "transformer-block": ("attention", "residual-connections"),
    "next-token": ("transformer-block", "tokenization"),
    "training-llms": ("next-token", "training-loop"),
    "decoding": ("next-token",),
    "context-window": ("attention",),
    "retrieval-agents": ("embeddings",),
    "evaluation": ("decision-boundaries",),
    "tiny-lm": ("next-token", "training-loop"),
}


def edges(present: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The (earlier, later) pairs among the experiments that are there, stepping over those that are not."""
    found: list[tuple[str, str]] = []
    for later in BUILDS_ON:
        if later in present:
            found += [(earlier, later) for earlier in sorted(_nearest(later, present), key=list(BUILDS_ON).index)]
    direct = set(found)
    return tuple(pair for pair in found if not _indirect(pair, direct))


def _nearest(later: str, present: Collection[str]) -> set[str]:
    """The experiments that are there and lead to this one, directly or through absent ones."""
    nearest: set[str] = set()
    for earlier in BUILDS_ON[later]:
        nearest |= {earlier} if earlier in present else _nearest(earlier, present)
    return nearest


def _indirect(pair: tuple[str, str], pairs: set[tuple[str, str]]) -> bool:
    """True when a longer way says the same: then the short cut is left out."""
    start, end = pair
    stack = [later for earlier, later in pairs if earlier == start and later != end]
    while stack:
        here = stack.pop()
        if here == end:
            return True
        stack += [later for earlier, later in pairs if earlier == here]
    return False
