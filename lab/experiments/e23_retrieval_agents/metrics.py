"""Every number on screen. Each page has its own; those on calls and repetition stand in a file of their own."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e23_retrieval_agents import arithmetic as why
from lab.experiments.e23_retrieval_agents.acting import AgentPage
from lab.experiments.e23_retrieval_agents.attacking import ATTACKS, DEFENCES, InjectionPage
from lab.experiments.e23_retrieval_agents.calling import CallsPage
from lab.experiments.e23_retrieval_agents.finding import FindPage
from lab.experiments.e23_retrieval_agents.frame import Page, RetrievalFrame
from lab.experiments.e23_retrieval_agents.helping import HelpPage
from lab.experiments.e23_retrieval_agents.metrics_agents import CALLS, REPEAT
from lab.experiments.e23_retrieval_agents.repeating import RepeatPage
from lab.experiments.e23_retrieval_agents.settings import METHODS
from lab.experiments.e23_retrieval_agents.walking import VIEWED, GraphPage
from lab.kit.metrics import of_part

__all__ = ["AGENT", "FIND", "GRAPH", "HELP", "INJECTION", "METRICS"]

P = TypeVar("P", bound=Page)


def _known(value: float | None) -> Value:
    """A number that is not there yet is a dash."""
    return None if value is None or math.isnan(value) else value


def _recall(method: str) -> Callable[[FindPage], Value]:
    return lambda page: _known(float(page.recall[tuple(METHODS).index(method)]))


def _mrr(page: FindPage) -> Value:
    return _known(float(page.mrr[tuple(METHODS).index(page.params.method)]))


def _of_chosen(row: Callable[[FindPage], np.ndarray]) -> Callable[[FindPage], Value]:
    return lambda page: None if page.why is None else _known(float(row(page)[page.why.chunk]))


FIND: Metrics[FindPage] = Metrics(
    Metric("chunks", N_("chunks"), lambda page: len(page.chunks)),
    Metric("holding", N_("hold the answer"), lambda page: int(page.right.sum()) if page.answer else None),
    Metric("place", N_("place"), lambda page: page.rank or None),
    Metric("recall", N_("recall@k"), lambda page: _recall(page.params.method)(page), why.recall, 3),
    Metric("mrr", "MRR", _mrr, digits=3),
    Metric("recall_words", N_("recall, words"), _recall("words"), digits=3),
    Metric("recall_vectors", N_("recall, vectors"), _recall("vectors"), digits=3),
    Metric("recall_hybrid", N_("recall, both"), _recall("hybrid"), digits=3),
    Metric("recall_rerank", N_("recall, reranked"), _recall("rerank"), digits=3),
    Metric("spent", N_("tokens found"), lambda page: _known(page.spent), digits=4),
    Metric("found_tokens", N_("tokens, this question"), lambda page: sum(page.tokens), why.tokens_found),
    Metric("bm25", "BM25", _of_chosen(lambda page: page.words), why.bm25, 4),
    Metric("cosine", N_("cosine"), _of_chosen(lambda page: page.vectors), digits=3),
    Metric("late", N_("token by token"), _of_chosen(lambda page: page.again), digits=3),
    Metric("likest", N_("nearest"), lambda page: _known(page.prompt.likest), digits=3),
    Metric("prompt_tokens", N_("prompt, tokens"), lambda page: page.prompt.tokens, why.prompt_tokens),
    Metric("left_out", N_("chunks left out"), lambda page: len(page.prompt.left_out)),
    Metric("refused", N_("refuses"), lambda page: int(page.prompt.refused)),
    Metric("answer", N_("answer"), lambda page: page.prompt.answer or None),
    Metric("kept", N_("answered"), lambda page: _known(page.refusal.kept), digits=3),
    Metric("refused_share", N_("refused"), lambda page: _known(page.refusal.refused), digits=3),
    Metric("best_threshold", N_("threshold of one half"), lambda page: _known(page.refusal.threshold), digits=2),
)


def _graph_at(in_view: int, row: Callable[[GraphPage], np.ndarray]) -> Callable[[GraphPage], Value]:
    return lambda page: _known(float(row(page)[VIEWED.index(in_view)]))


GRAPH: Metrics[GraphPage] = Metrics(
    Metric("hops", N_("hops"), lambda page: len(page.hops)),
    Metric("hops_all", N_("hops of the walk"), lambda page: page.total),
    Metric("compared", N_("compared"), lambda page: page.compared),
    Metric("layers", N_("layers"), lambda page: len(page.edges)),
    Metric("layer", N_("layer"), lambda page: page.layer),
    Metric("walk_recall", N_("recall"), lambda page: _known(page.hit), digits=3),
    Metric("recall_5", N_("recall, 5 in view"), _graph_at(5, lambda page: page.recall), digits=3),
    Metric("work_5", N_("mean, 5 in view"), _graph_at(5, lambda page: page.work), digits=3),
    Metric("recall_64", N_("recall, 64 in view"), _graph_at(64, lambda page: page.recall), digits=3),
    Metric("work_64", N_("compared, 64 in view"), _graph_at(64, lambda page: page.work), digits=4),
)

AGENT: Metrics[AgentPage] = Metrics(
    Metric("steps_used", N_("tools used"), lambda page: len(page.trace.steps)),
    Metric("status", N_("state"), lambda page: page.trace.status),
    Metric("agent_answer", N_("answer"), lambda page: page.trace.answer),
    Metric("other_answer", N_("other future"), lambda page: None if page.other is None else page.other.answer),
    Metric("failed", N_("failed calls"), lambda page: sum(s.observation.outcome != "result" for s in page.trace.steps)),
    Metric("tool_seconds", N_("tool time, s"), lambda page: page.trace.seconds, why.seconds, 3),
    Metric("tokens_read", N_("tokens read"), lambda page: page.read),
    Metric("tokens_written", N_("tokens written"), lambda page: page.written),
    Metric("sent", N_("sent out"), lambda page: page.sent or None),
    Metric("messages", N_("messages"), lambda page: len(page.messages)),
)


def _cell(attack: str, defence: str) -> Callable[[InjectionPage], Value]:
    row, column = tuple(ATTACKS).index(attack), tuple(DEFENCES).index(defence)
    return lambda page: float(page.rates[row, column]) if page.asked else None


def _still_right(attack: str, defence: str) -> Callable[[InjectionPage], Value]:
    row, column = tuple(ATTACKS).index(attack), tuple(DEFENCES).index(defence)
    return lambda page: float(page.rights[row, column]) if page.asked else None


INJECTION: Metrics[InjectionPage] = Metrics(
    Metric("attacked", N_("questions asked"), lambda page: page.asked),
    Metric("answer_none", N_("false answer, no defence"), _cell("answer", "none"), digits=2),
    Metric("send_none", N_("sends, no defence"), _cell("send", "none"), digits=2),
    Metric("forged_none", N_("forged mark, no defence"), _cell("forged", "none"), digits=2),
    Metric("forged_plain", N_("forged mark, marked"), _cell("forged", "plain"), digits=2),
    Metric("answer_ask", N_("false answer, asked only"), _cell("answer", "ask"), digits=2),
    Metric("send_ask", N_("sends, asked only"), _cell("send", "ask"), digits=2),
    Metric("answer_all", N_("false answer, last three"), _cell("answer", "all"), digits=2),
    Metric("honest", N_("right, no attack"), _still_right("none", "none"), digits=2),
    Metric("right_attacked", N_("right, attacked"), _still_right("answer", "none"), digits=2),
    Metric("right_defended", N_("right, defended"), _still_right("answer", "all"), digits=2),
)


def _count(way: str) -> Callable[[HelpPage], Value]:
    return lambda page: page.count(way) if page.asked else None


HELP: Metrics[HelpPage] = Metrics(
    Metric("help_asked", N_("questions"), lambda page: page.asked),
    Metric("help_none", N_("right with nothing"), _count("none")),
    Metric("help_first", N_("with the one ranked first"), _count("first")),
    Metric("help_right", N_("with the right one"), _count("right")),
    Metric("help_three", N_("with three"), _count("three")),
    Metric("ranked_first", N_("right one ranked first"), lambda page: int(page.ranked.sum())),
    Metric("lost", N_("not found"), lambda page: page.errors["lost"]),
    Metric("ignored", N_("found and ignored"), lambda page: page.errors["ignored"]),
)


def _open(page: type[P]) -> Callable[[RetrievalFrame], P | None]:
    """The open page, if it is this one."""
    return lambda frame: frame.page if isinstance(frame.page, page) else None


METRICS: Metrics[RetrievalFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    of_part(_open(FindPage), *FIND),
    of_part(_open(GraphPage), *GRAPH),
    of_part(_open(AgentPage), *AGENT),
    of_part(_open(InjectionPage), *INJECTION),
    of_part(_open(HelpPage), *HELP),
    of_part(_open(CallsPage), *CALLS),
    of_part(_open(RepeatPage), *REPEAT),
)
