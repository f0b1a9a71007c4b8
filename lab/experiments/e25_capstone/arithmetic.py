"""Why each number on screen is what it is."""

from __future__ import annotations

import math

from lab.core.arithmetic import Term, apply, given
from lab.engine.lm.parameters import LMConfig
from lab.experiments.e25_capstone.frame import TrainPage

__all__ = [
    "gap",
    "megabytes",
    "parameters",
    "parameters_of",
    "per_character",
    "perplexity",
    "seconds_left",
    "tokens_read",
]

BYTES, ARRAYS = 4.0, 4.0  # of a number; weights, gradients and the two moments of AdamW
MEGABYTE = 1e6


def parameters(page: TrainPage) -> Term | None:
    """The numbers of the model."""
    return parameters_of(page.plan)


def parameters_of(plan: LMConfig) -> Term | None:
    """Embedding, positions, four matrices of attention and those of the feed-forward layer in each block, gains."""
    if plan.norm == "none" or plan.norm_place != "pre":
        return None  # a model from elsewhere
    c, v, layers = given("C", plan.d_model), given("V", plan.vocab_size), given("L", plan.n_layers)
    matrices = {"gelu": 2.0, "swiglu": 3.0, "none": 0.0}[plan.feed_forward]
    block = given("", 4.0) * c ** given("", 2.0) + given("", matrices) * c * given("F", plan.d_ff)
    norms = 1.0 if plan.feed_forward == "none" else 2.0
    gains = given("", norms) * layers * c + c
    whole = v * c + layers * block + gains
    if plan.positions == "learned":
        whole = whole + given("T", plan.context) * c
    return whole.named("N")


def tokens_read(page: TrainPage) -> Term:
    """Steps times windows in a step times tokens in a window."""
    return (given("s", page.step) * given("B", page.params.batch) * given("T", page.plan.context)).named("D")


def perplexity(page: TrainPage) -> Term | None:
    """Between how many tokens it wavers, as it were."""
    return None if page.held_out is None else apply("exp", given("loss", page.held_out)).named("p")


def per_character(page: TrainPage) -> Term | None:
    """What tokens of several characters can be compared by."""
    if page.held_out is None:
        return None
    return (given("loss", page.held_out) / given("k", page.per_token)).named("l")


def gap(page: TrainPage) -> Term | None:
    """How much worse it does on text that it has not read."""
    if page.held_out is None or page.learned is None or not math.isfinite(page.learned):
        return None
    return (given("held", page.held_out) - given("learned", page.learned)).named("gap")


def megabytes(page: TrainPage) -> Term:
    """The memory of the training: weights, gradients and two moments, four bytes each."""
    return (given("N", page.parameters) * given("", ARRAYS) * given("", BYTES) / given("", MEGABYTE)).named("M")


def seconds_left(page: TrainPage) -> Term:
    """Steps that are left times the seconds of one."""
    left = max(0, page.params.steps - page.step)
    return (given("steps", left) * given("t", page.seconds)).named("s")
