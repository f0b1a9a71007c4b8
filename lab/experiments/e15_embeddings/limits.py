"""What a state means for the controls: which are of another page, and what to set once a vector ran away."""

from __future__ import annotations

from lab.core.params import fields_of
from lab.core.simulation import Divergence
from lab.core.text import _
from lab.experiments.e15_embeddings.frame import EmbeddingFrame
from lab.experiments.e15_embeddings.learning import LearnPage
from lab.experiments.e15_embeddings.settings import Params

__all__ = ["USED", "divergence", "hidden"]

NEAR = ("word", "other", "metric", "k")
USED = {
    "learn": (*NEAR, "corpus", "width", "window", "negatives", "learning_rate", "batch", "pieces", "beside"),
    "map": (*NEAR, "side", "source", "projection", "axis_from", "axis_to", "perplexity"),
    "analogy": ("a", "b", "c", "exclude"),
    "direction": ("word", "list_a", "list_b", "list_c"),
    "context": ("senses", "sense_word"),
    "compact": (),
}
"""Which controls each page listens to."""


def hidden(frame: EmbeddingFrame) -> frozenset[str]:
    """The controls of the pages that are not open, and of the projections that are not chosen."""
    p = frame.params
    used = set(USED[p.topic]) - set(() if p.projection == "axis" else ("axis_from", "axis_to"))
    used -= set() if p.projection == "tsne" else {"perplexity"}
    return frozenset(field.name for field in fields_of(Params) if field.name not in used and field.name != "topic")


def divergence(frame: EmbeddingFrame) -> Divergence | None:
    """What ran away, if anything did."""
    page = frame.page
    if not isinstance(page, LearnPage) or page.lost is None:
        return None
    reason = _("the learning rate is too large: each step overshoots further than the one before")
    return Divergence(page.lost, _("a vector"), reason, {"learning_rate": 0.05}, _("Set η to 0.05"))
