"""Every number on screen. Each page has its own; all have a cosine."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from lab.core.arithmetic import Term, given, total
from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_
from lab.engine.text.embedding import Neighbour, WordVectors
from lab.experiments.e15_embeddings import arithmetic as why
from lab.experiments.e15_embeddings.analogies import ANSWERS, AnalogyPage
from lab.experiments.e15_embeddings.compact import SCHEMES, CompactPage
from lab.experiments.e15_embeddings.context import ContextPage
from lab.experiments.e15_embeddings.directions import DirectionPage
from lab.experiments.e15_embeddings.frame import EmbeddingFrame, Page
from lab.experiments.e15_embeddings.learning import LearnPage
from lab.experiments.e15_embeddings.mapping import MapPage
from lab.kit.metrics import Column, if_open, numbered, of_part

__all__ = ["ANALOGY", "COMPACT", "CONTEXT", "DIRECTION", "LEARN", "MAP", "METRICS", "learned_neighbours"]

P = TypeVar("P", bound=Page)


def learned_neighbours(page: LearnPage) -> tuple[Neighbour, ...]:
    """The nearest of the chosen word among those that are learned."""
    if page.at(page.params.word) < 0:
        return ()
    table = WordVectors(page.words, page.vectors)
    return tuple(table.neighbours(page.params.word, page.params.k, page.params.metric))


def _value(term: Callable[[P], Term | None]) -> Callable[[P], Value]:
    def found(page: P) -> Value:
        made = term(page)
        return None if made is None or not math.isfinite(made.value) else made.value

    return found


def _first(near: tuple[Neighbour, ...]) -> tuple[Value, Value]:
    return (near[0].word, near[0].score) if near else (None, None)


def _learn_bytes(page: LearnPage) -> Term:
    return why.bytes_of(*page.vectors.shape)


def _map_bytes(page: MapPage) -> Term:
    return why.bytes_of(page.n_words, page.width)


LEARN: Metrics[LearnPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: page.loss, digits=4),
    Metric("cosine", N_("cosine"), _value(why.cosine_of), why.cosine_of, 3),
    Metric("norm", N_("length"), _value(why.norm_of), why.norm_of, 3),
    Metric("nearest", N_("nearest"), lambda page: _first(learned_neighbours(page))[0]),
    Metric("nearest_score", N_("its score"), lambda page: _first(learned_neighbours(page))[1], digits=3),
    Metric("share", N_("spread shown"), lambda page: page.share, digits=3),
    Metric("words", N_("words"), lambda page: len(page.words)),
    Metric("pairs", N_("pairs"), lambda page: page.pairs),
    Metric("bytes", N_("bytes"), _value(_learn_bytes), _learn_bytes),
)


def _share(page: MapPage, number: int) -> Value:
    return page.shares[number] if number < len(page.shares) else None


MAP: Metrics[MapPage] = Metrics(
    Metric("cosine", N_("cosine"), _value(why.cosine_of), why.cosine_of, 3),
    Metric("rank", N_("its rank"), lambda page: page.rank),
    Metric("norm", N_("length"), _value(why.norm_of), why.norm_of, 3),
    Metric("nearest", N_("nearest"), lambda page: _first(page.near)[0]),
    Metric("nearest_score", N_("its score"), lambda page: _first(page.near)[1], digits=3),
    Metric("share", N_("spread shown"), _value(why.map_share), why.map_share, 3),
    Metric("share_1", N_("along the first"), partial(_share, number=0), digits=3),
    Metric("share_2", N_("along the second"), partial(_share, number=1), digits=3),
    Metric("same_group", N_("nearest of the same group"), lambda page: page.same, digits=3),
    Metric("in_lists", N_("in lists"), lambda page: page.lists),
    Metric("hub", N_("largest hub"), lambda page: page.hub),
    Metric("hub_lists", N_("its lists"), lambda page: page.hub_lists),
    Metric("divergence", N_("divergence"), lambda page: page.divergence, digits=4),
    Metric("words", N_("words"), lambda page: page.n_words, digits=6),
    Metric("width", N_("numbers each"), lambda page: page.width),
    Metric("bytes", N_("bytes"), _value(_map_bytes), _map_bytes, 8),
)


def _right(page: AnalogyPage, way: int) -> Term | None:
    return why.right_share(page, way)


ANALOGY: Metrics[AnalogyPage] = Metrics(
    Metric("answer", N_("answer"), lambda page: _first(page.answers)[0]),
    Metric("cosine", N_("cosine"), lambda page: _first(page.answers)[1], digits=3),
    Metric("share", N_("spread shown"), lambda page: page.share, digits=3),
    Metric("asked", N_("asked"), lambda page: page.asked),
    Metric("right_without", N_("right, three left out"), lambda page: page.right[0]),
    Metric("right_with", N_("right, with the three"), lambda page: page.right[1]),
    Metric("share_without", N_("right, three left out"), _value(partial(_right, way=0)), partial(_right, way=0), 3),
    Metric("share_with", N_("right, with the three"), _value(partial(_right, way=1)), partial(_right, way=1), 3),
    numbered(
        ANSWERS,
        Column("without", N_("answer {n}, three left out"), lambda page: [near.word for near in page.excluded]),
        Column("without_score", N_("its score"), lambda page: [near.score for near in page.excluded], digits=3),
        Column("with", N_("answer {n}, with the three"), lambda page: [near.word for near in page.included]),
        Column("with_score", N_("its score"), lambda page: [near.score for near in page.included], digits=3),
    ),
)


def _mixed(page: DirectionPage) -> Term | None:
    if not page.mixed:
        return None
    return (given("sum", sum(page.mixed)) / given("rounds", len(page.mixed))).named("mean")


DIRECTION: Metrics[DirectionPage] = Metrics(
    Metric("cosine", N_("cosine"), lambda page: page.score, digits=3),
    Metric("held_out", N_("left-out words right"), lambda page: page.held_out, digits=3),
    Metric("mixed", N_("with mixed lists"), _value(_mixed), _mixed, 3),
    Metric("rounds", N_("rounds"), lambda page: len(page.mixed)),
    Metric("gap", N_("width of the third list"), lambda page: page.gap, digits=3),
    Metric("low", N_("farthest at one end"), lambda page: _first(page.low)[0]),
    Metric("high", N_("farthest at the other"), lambda page: _first(page.high)[0]),
)


def _at_layer(page: ContextPage, kind: str) -> Value:
    value = float((page.same if kind == "same" else page.across)[page.layer])
    return value if math.isfinite(value) else None


def _parting(page: ContextPage) -> Term | None:
    same, across = _at_layer(page, "same"), _at_layer(page, "across")
    if not isinstance(same, float) or not isinstance(across, float):
        return None
    return total([given("same", same), -given("across", across)]).named("gap")


CONTEXT: Metrics[ContextPage] = Metrics(
    Metric("cosine", N_("cosine, same sense"), partial(_at_layer, kind="same"), digits=3),
    Metric("across", N_("cosine, two senses"), partial(_at_layer, kind="across"), digits=3),
    Metric("parting", N_("difference"), _value(_parting), _parting, 3),
    Metric("layer", N_("layer"), lambda page: page.layer),
    Metric("share", N_("spread shown"), lambda page: page.share, digits=3),
)


def _compact_rows() -> list[Metric[CompactPage]]:
    rows: list[Metric[CompactPage]] = []
    for n, scheme in enumerate(SCHEMES):
        recall, size = why.recall_of(n), why.compact_bytes(n)
        rows.append(Metric(f"recall_{scheme.id}", scheme.name, _value(recall), recall, 3))
        rows.append(Metric(f"bytes_{scheme.id}", scheme.name, _value(size), size, 4))
    return rows


COMPACT: Metrics[CompactPage] = Metrics(
    Metric("cosine", N_("cosine"), lambda page: None),
    Metric("queries", N_("words asked"), lambda page: page.queries),
    *_compact_rows(),
)


METRICS: Metrics[EmbeddingFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    of_part(if_open(LearnPage), *LEARN),
    of_part(if_open(MapPage), *MAP),
    of_part(if_open(AnalogyPage), *ANALOGY),
    of_part(if_open(DirectionPage), *DIRECTION),
    of_part(if_open(ContextPage), *CONTEXT),
    of_part(if_open(CompactPage), *COMPACT),
)
