"""Every number on screen. Each page has its own."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from lab.core.arithmetic import Term, given, total
from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e18_transformer_block.cell import term_of
from lab.experiments.e18_transformer_block.experts import IDLE
from lab.experiments.e18_transformer_block.frame import (
    BlockFrame,
    BlockPage,
    BudgetPage,
    ExpertsPage,
    FeaturesPage,
    LensPage,
    PartsPage,
    PatchPage,
    ProbesPage,
    SteerPage,
    Waiting,
    WhoPage,
)
from lab.kit.metrics import Column, if_open, numbered, of_part

__all__ = [
    "BLOCK",
    "BUDGET",
    "EXPERTS",
    "FEATURES",
    "LENS",
    "METRICS",
    "PARTS_PAGE",
    "PATCH",
    "PROBES",
    "STEER",
    "WHO",
    "agreed",
    "ranked",
]


def _written(place: int) -> Callable[[BlockPage], float]:
    """How much was written into the stream at the marked token: 0 by the token itself, 1 by attention, 2 by the
    feed-forward layers."""

    def found(page: BlockPage) -> float:
        sizes = page.sizes[page.token]
        return float(sizes[0] if not place else sizes[place::2].sum())

    return found


def _cell(page: BlockPage) -> Value:
    term = term_of(page.recipe)
    return page.cell if term is None else term.value


BLOCK: Metrics[BlockPage] = Metrics(
    Metric("surprise", N_("surprise"), lambda page: page.surprise, digits=4),
    Metric("cell", N_("marked number"), _cell, lambda page: term_of(page.recipe), 4),
    Metric("guess_chance", N_("its guess"), lambda page: page.guess[1], digits=3),
    Metric("from_token", N_("token itself"), _written(0), digits=3),
    Metric("from_attention", N_("by attention"), _written(1), digits=3),
    Metric("from_feed_forward", N_("by feed-forward"), _written(2), digits=3),
    Metric("block", N_("block"), lambda page: page.layer + 1),
    Metric("tokens", N_("tokens"), lambda page: len(page.tokens)),
)


def _decided(page: LensPage) -> Value:
    """The first layer from which on the model's own guess is the first, 0 being the embedding."""
    if page.read < len(page.rank):
        return None
    wrong = np.flatnonzero(page.rank != 1)
    return int(wrong[-1]) + 1 if len(wrong) else 0


def _there(number: float) -> Value:
    """A number that may not be known yet."""
    return float(number) if math.isfinite(number) else None


def _surprise(page: LensPage | WhoPage) -> Value:
    return float(page.loss.mean()) if len(page.loss) else 0.0


LENS: Metrics[LensPage] = Metrics(
    Metric("surprise", N_("surprise"), _surprise, digits=4),
    Metric("final_chance", N_("chance at the end"), lambda page: _there(page.shares[-1, 0]), digits=3),
    Metric("lit_chance", N_("chance there"), lambda page: _there(page.shares[page.lit, 0]), digits=3),
    Metric("decided", N_("decided after block"), _decided),
    numbered(
        65,
        Column("rank", N_("rank after block {n}"), lambda page: page.rank[: page.read].tolist()),
        first=0,
    ),
)


def _sum_of_parts(page: WhoPage) -> Term | None:
    if page.refused:
        return None
    heads, wide = given("heads", float(page.heads.sum())), given("feed-forward", float(page.feed_forward.sum()))
    return (given("token", page.embedding) + heads + wide).named("s")


def _by_heads(page: WhoPage) -> Term | None:
    if page.refused:
        return None
    layers = [given(f"b{k + 1}", float(value)) for k, value in enumerate(page.heads.sum(axis=1))]
    return total(layers).named("heads")


WHO: Metrics[WhoPage] = Metrics(
    Metric("surprise", N_("surprise"), _surprise, digits=4),
    Metric("score", N_("score"), lambda page: None if page.refused else page.total, _sum_of_parts, 4),
    Metric("by_token", N_("token itself"), lambda page: None if page.refused else page.embedding, digits=4),
    Metric("by_heads", N_("all heads"), lambda page: None if page.refused else float(page.heads.sum()), _by_heads, 4),
    Metric("by_feed_forward", N_("all feed-forward"),
           lambda page: None if page.refused else float(page.feed_forward.sum()), digits=4),
    Metric("top_chance", N_("its chance"), lambda page: page.chance, digits=3),
)  # fmt: skip


def ranked(page: PartsPage) -> list[str]:
    """The parts, those that hurt most first; empty until all are measured."""
    if any(math.isnan(loss) for loss in page.losses.values()):
        return []
    return sorted(page.losses, key=lambda part: -page.losses[part])


def _loss_of(part: str) -> Callable[[PartsPage], Value]:
    return lambda page: None if math.isnan(page.losses[part]) else page.losses[part]


def _trained_of(part: str) -> Callable[[PartsPage], Value]:
    return lambda page: page.trained.get(part)


WITHOUT = {
    "residual": N_("without residuals"), "norm": N_("without norms"), "attention": N_("without attention"),
    "feed-forward": N_("without feed-forward"), "positions": N_("without positions"), "mask": N_("without mask"),
    "scale": N_("without scale"),
}  # fmt: skip
LEARNED = {
    "residual": N_("learned without residuals"), "norm": N_("learned without norms"),
    "feed-forward": N_("learned without feed-forward"), "positions": N_("learned without positions"),
    "mask": N_("learned without mask"), "scale": N_("learned without scale"),
}  # fmt: skip


def _nothing(_page: PatchPage | ProbesPage | FeaturesPage | BudgetPage | Waiting) -> Value:
    return None


PARTS_PAGE: Metrics[PartsPage] = Metrics(
    Metric("surprise", N_("surprise"), lambda page: page.plain if math.isfinite(page.plain) else None, digits=4),
    Metric("plain", N_("with all parts"), lambda page: page.plain if math.isfinite(page.plain) else None, digits=4),
    *(Metric(f"no_{part.replace('-', '_')}", name, _loss_of(part), digits=4) for part, name in WITHOUT.items()),
    Metric("learned_plain", N_("learned with all"), _trained_of(""), digits=4),
    *(
        Metric(f"learned_no_{part.replace('-', '_')}", name, _trained_of(part), digits=4)
        for part, name in LEARNED.items()
    ),
)


def _restored(page: PatchPage) -> Value:
    value = float(page.restored[page.lit])
    return value if math.isfinite(value) else None


def _best(page: PatchPage) -> Value:
    return float(np.nanmax(page.restored)) if page.tried else None


PATCH: Metrics[PatchPage] = Metrics(
    Metric("surprise", N_("surprise"), _nothing, digits=4),
    Metric("first_lead", N_("lead in the first"), lambda page: page.leads[0], digits=3),
    Metric("other_lead", N_("lead in the other"), lambda page: page.leads[1], digits=3),
    Metric("restored", N_("restored there"), _restored, digits=3),
    Metric("most_restored", N_("most so far"), _best, digits=3),
    Metric("tried", N_("places tried"), lambda page: page.tried),
)


def _at(values: str, strength: float) -> Callable[[SteerPage], Value]:
    return lambda page: _there(getattr(page, values)[page.strengths.index(strength)])


STEER: Metrics[SteerPage] = Metrics(
    Metric("surprise", N_("surprise"), _at("surprises", 0.0), digits=4),
    Metric("plain", N_("surprise unsteered"), _at("surprises", 0.0), digits=4),
    Metric("pushed_surprise", N_("surprise at ×2"), _at("surprises", 2.0), digits=4),
    Metric("plain_effect", N_("wanted, unsteered"), _at("effects", 0.0), digits=3),
    Metric("pulled_effect", N_("wanted at ×−2"), _at("effects", -2.0), digits=3),
    Metric("pushed_effect", N_("wanted at ×2"), _at("effects", 2.0), digits=3),
    Metric("direction", N_("length of the direction"), lambda page: page.size, digits=3),
)


PROBES: Metrics[ProbesPage] = Metrics(
    Metric("surprise", N_("surprise"), _nothing, digits=4),
    Metric("auc_here", N_("AUC there"), lambda page: _there(float(page.found[page.lit])), digits=3),
    Metric("control_here", N_("shuffled there"), lambda page: _there(float(page.control[page.lit])), digits=3),
    Metric("rate", N_("answers that are yes"), lambda page: float(page.rates[page.lit[0]]), digits=3),
    Metric("probes_tried", N_("probes tried"), lambda page: page.tried),
    numbered(
        65,
        Column("auc", N_("AUC after block {n}"), lambda page: [_there(area) for area in page.found[page.lit[0]]]),
        first=0,
    ),
)


def agreed(page: FeaturesPage) -> int | None:
    """At how many of the unseen places the name says what the feature does."""
    if not page.called:
        return None
    return sum(found.called == (found.strength > 0) for found in page.trials)


FEATURES: Metrics[FeaturesPage] = Metrics(
    Metric("surprise", N_("surprise"), _nothing, digits=4),
    Metric("explained", N_("variance rebuilt"), lambda page: float(page.explained[-1]), digits=3),
    Metric("feature_rate", N_("it speaks at"), lambda page: page.rate, digits=3),
    Metric("agreed", N_("places that agree"), agreed),
    Metric("name_right", N_("where the name says so"), lambda page: page.right, digits=3),
    Metric("name_found", N_("found by the name"), lambda page: page.told, digits=3),
    Metric("dictionary_updates", N_("updates"), lambda page: page.updates),
)


def _behind(page: ExpertsPage) -> Term:
    return (given("m", float(page.mixture[-1])) - given("d", float(page.dense[-1]))).named("m − d")


EXPERTS: Metrics[ExpertsPage] = Metrics(
    Metric("surprise", N_("surprise"), lambda page: float(page.mixture[-1]), digits=4),
    Metric("mixture_loss", N_("mixture"), lambda page: float(page.mixture[-1]), digits=4),
    Metric("dense_loss", N_("dense model"), lambda page: float(page.dense[-1]), digits=4),
    Metric("behind", N_("mixture minus dense"), lambda page: _behind(page).value, _behind, 3),
    Metric("updates", N_("updates"), lambda page: page.updates),
    Metric("busiest", N_("busiest expert's share"), lambda page: float(page.loads[-1, page.block].max()), digits=3),
    Metric("idle_experts", N_("idle experts"), lambda page: int((page.loads[-1] < IDLE).sum())),
    Metric("named_experts", N_("experts with a name"), lambda page: sum(bool(name.kind) for name in page.names)),
    Metric("purity", N_("of its kind"), lambda page: page.names[page.lit].share or None, digits=3),
    Metric("dense_size", N_("dense parameters"), lambda page: page.sizes[0]),
    Metric("used_size", N_("used per letter"), lambda page: page.sizes[1]),
    Metric("mixture_size", N_("of all experts"), lambda page: page.sizes[2]),
    numbered(16, Column("load", N_("share of expert {n}"), lambda page: page.loads[-1, page.block].tolist()[:16])),
)


def _share(page: BudgetPage) -> Term:
    blocks = page.counts["attention"] + page.counts["feed-forward"] + page.counts["router"] + page.counts["norms"]
    return (given("f", page.counts["feed-forward"]) / given("b", blocks)).named("share")


def _sum(counts: str) -> Callable[[BudgetPage], Term]:
    def found(page: BudgetPage) -> Term:
        parts = [given(name, number) for name, number in getattr(page, counts).items() if name != "total" and number]
        return total(parts).named("n")

    return found


def _count(part: str) -> Callable[[BudgetPage], int]:
    return lambda page: page.counts[part]


def _bytes(page: BudgetPage) -> Term:
    return (given("n", page.counts["total"]) * 2.0 / 1e9).named("GB")


BUDGET: Metrics[BudgetPage] = Metrics(
    Metric("surprise", N_("surprise"), _nothing, digits=4),
    Metric("parameters", N_("parameters"), _count("total"), _sum("counts")),
    Metric("active", N_("used per token"), lambda page: page.active["total"], _sum("active")),
    Metric("embedding", N_("embedding"), _count("embedding")),
    Metric("attention_count", N_("attention"), _count("attention")),
    Metric("feed_forward_count", N_("feed-forward"), _count("feed-forward")),
    Metric("feed_forward_share", N_("feed-forward in a block"), lambda page: _share(page).value, _share, 3),
    Metric("gigabytes", N_("GB in 16 bits"), lambda page: _bytes(page).value, _bytes, 3),
)


WAITING: Metrics[Waiting] = Metrics(Metric("surprise", N_("surprise"), _nothing, digits=4))


METRICS: Metrics[BlockFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    of_part(if_open(Waiting), *WAITING),
    of_part(if_open(BlockPage), *BLOCK),
    of_part(if_open(LensPage), *LENS),
    of_part(if_open(WhoPage), *WHO),
    of_part(if_open(PartsPage), *PARTS_PAGE),
    of_part(if_open(PatchPage), *PATCH),
    of_part(if_open(SteerPage), *STEER),
    of_part(if_open(ProbesPage), *PROBES),
    of_part(if_open(FeaturesPage), *FEATURES),
    of_part(if_open(ExpertsPage), *EXPERTS),
    of_part(if_open(BudgetPage), *BUDGET),
)
