"""The state of each page in a sentence, its curves as data, and what a state means for the controls."""

from __future__ import annotations

import math

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.engine.pretrained.passages import FACTS_OF
from lab.experiments.e23_retrieval_agents.acting import AgentPage
from lab.experiments.e23_retrieval_agents.attacking import ATTACKS, DEFENCES, InjectionPage
from lab.experiments.e23_retrieval_agents.calling import CallsPage
from lab.experiments.e23_retrieval_agents.cutting import MOST_CHUNKS
from lab.experiments.e23_retrieval_agents.finding import FindPage
from lab.experiments.e23_retrieval_agents.frame import RetrievalFrame
from lab.experiments.e23_retrieval_agents.helping import HelpPage
from lab.experiments.e23_retrieval_agents.repeating import RepeatPage
from lab.experiments.e23_retrieval_agents.settings import METHODS, page_of
from lab.experiments.e23_retrieval_agents.walking import NEAREST, GraphPage
from lab.experiments.e23_retrieval_agents.words_agents import (
    calls_curves,
    calls_sentence,
    repeat_curves,
    repeat_sentence,
)
from lab.kit.passage_answers import WAYS

__all__ = ["curves", "describe", "hidden", "state_name", "unavailable", "unused"]

CUTS = ("document", "splitter", "size", "overlap")
SEARCH = ("method", "encoder", "share", "k")
SHOWN = {
    "chunks": (*CUTS, *SEARCH, "question", "number"),
    "search": (*CUTS, *SEARCH, "question", "number", "chosen"),
    "prompt": ("document", "splitter", *SEARCH, "question", "number", "budget", "order", "threshold", "answerer"),
    "graph": ("number", "links", "in_view"),
    "agent": (
        *("task", "ask", "fault", "fault_step", "lasting", "max_steps", "retries"),
        *("poison", "marking", "screen", "ask_first", "message", "shown"),
    ),
    "calls": (),
    "repeat": ("fault_rate", "times", "max_steps", "retries"),
    "injection": (),
    "help": (),
}
"""Which controls each page listens to; `topic` and `view` are always there."""


def hidden(frame: RetrievalFrame) -> frozenset[str]:
    """The controls of the pages that are not open, and those that a choice makes idle."""
    p = frame.params
    every = {name for names in SHOWN.values() for name in names}
    shown = set(SHOWN[page_of(p)])
    if p.document == "library":
        shown -= {"splitter", "size", "overlap"}
    if p.splitter in ("hand",):
        shown -= {"size", "overlap"}
    if p.method in ("words", "vectors"):
        shown -= {"share"}
    if p.method == "words":
        shown -= {"encoder"}
    if p.task != "own":
        shown -= {"ask"}
    if p.fault == "none":
        shown -= {"fault_step", "lasting"}
    return frozenset(every - shown)


def unavailable(frame: RetrievalFrame) -> dict[str, tuple[str, ...]]:
    """What cannot be chosen now."""
    gone: dict[str, tuple[str, ...]] = {}
    if not frame.received:
        gone["document"] = ("received",)
    if not frame.vectors:
        gone["encoder"] = ("received",)
    if not frame.pack:
        gone["answerer"] = ("smollm2",)
    return gone


def unused(frame: RetrievalFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    p = frame.params
    if p.topic == "find" and p.question.strip():
        return {"number": _("Your own question is shown.")}
    return {}


def state_name(status: str) -> str:
    """What the state of an agent is called."""
    names = {
        "running": _("at work"),
        "answered": _("answered"),
        "refused": _("says it does not know"),
        "out of steps": _("stopped: no steps left"),
    }
    return names[status]


# --------------------------------------------------------------------------------------- sentences


def describe(frame: RetrievalFrame) -> str:
    """The state in one or two sentences."""
    match frame.page:
        case FindPage() as page:
            return _found(page)
        case GraphPage() as page:
            return _graph(page)
        case AgentPage() as page:
            return _agent(page)
        case InjectionPage() as page:
            return _injection(page)
        case HelpPage() as page:
            return _help(page)
        case CallsPage() as page:
            return calls_sentence(page)
        case RepeatPage() as page:
            return repeat_sentence(page)


def _found(page: FindPage) -> str:
    if not page.text.strip():
        return _("There is no text yet. Press “Own text…” and write one.")
    if page.params.view == "chunks":
        return _chunks(page)
    if not page.asked and page.all:
        return _("Run: the chunks are read as vectors, and the questions asked one by one.") + _dated(page)
    if page.part < 1 and math.isnan(page.prompt.likest):
        return _("The chunks are being read: {n} %. Until then words alone are searched.").format(
            n=int(100 * page.part)
        )
    return _search(page) if page.params.view == "search" else _prompt(page)


def _dated(page: FindPage) -> str:
    """The year of the facts, where they are of a year."""
    return " " + _("Facts of {year}.").format(year=FACTS_OF) if page.params.document in ("page", "library") else ""


def _chunks(page: FindPage) -> str:
    count = n_("{n} chunk", "{n} chunks", len(page.chunks)).format(n=len(page.chunks))
    if len(page.chunks) >= MOST_CHUNKS:
        return _("Only the first {n} chunks are searched: larger ones would hold all.").format(n=MOST_CHUNKS)
    if not page.answer:
        text = _("Cut into {chunks}. Ask a question, and see which of them are found.")
        return text.format(chunks=count) + _dated(page)
    values = {"chunks": count, "question": page.question}
    if not page.right.any():
        return _("Cut into {chunks}. “{question}”: a cut runs through the answer, so no chunk holds it.").format(
            **values
        ) + _dated(page)
    if page.hit:
        text = _("Cut into {chunks}. “{question}”: the answer is found, in place {place}.")
        return text.format(**values, place=page.rank) + _dated(page)
    text = _("Cut into {chunks}. “{question}”: a chunk holds the answer, but in place {place}.")
    return text.format(**values, place=page.rank) + _dated(page)


def _search(page: FindPage) -> str:
    name = _(METHODS[page.params.method])
    if not page.asked:
        return _("{method}. Write a question beside “Own question”.").format(method=name)
    recall = float(page.recall[tuple(METHODS).index(page.params.method)])
    values = {"method": name, "n": page.asked, "all": page.all, "k": page.params.k, "recall": show_number(recall, 3)}
    return _("{method}, {n} of {all} questions asked: recall@{k} is {recall}.").format(**values) + _dated(page)


def _prompt(page: FindPage) -> str:
    prompt = page.prompt
    if prompt.note:
        return prompt.note
    likest = show_number(prompt.likest, 3)
    if prompt.refused:
        limit = show_number(page.params.threshold, 3)
        return _("The nearest chunk has {cosine}, below {limit}: “I do not know.”").format(cosine=likest, limit=limit)
    values = {"n": prompt.tokens, "most": page.params.budget, "answer": prompt.answer or "…"}
    return _("The prompt has {n} of {most} tokens. Answer: {answer}").format(**values)


def _graph(page: GraphPage) -> str:
    if not page.hops:
        text = _("Question: “{question}” Run: the passages are linked, and the search walks from one to the next.")
        return text.format(question=page.question)
    if not page.edges:
        return _("The passages are being linked: {n} of {all}.").format(n=page.linked, all=len(page.places))
    values = {"n": len(page.hops), "compared": page.compared, "all": len(page.places)}
    if math.isnan(page.hit):
        return _("Hop {n}, layer {layer}: {compared} of {all} passages compared.").format(**values, layer=page.layer)
    found = round(page.hit * NEAREST)
    text = _("After {n} hops and {compared} comparisons instead of {all}: {found} of the {k} nearest found.")
    return text.format(**values, found=found, k=NEAREST)


def _agent(page: AgentPage) -> str:
    trace = page.trace
    if not trace.question:
        return _("Write your own task, and press Run.")
    if not trace.steps and trace.status == "running":
        return _("Task: “{question}” Each step is one turn: think, use a tool, look at what came back.").format(
            question=trace.question
        )
    state = state_name(trace.status)
    values = {"n": len(trace.steps), "state": state, "answer": trace.answer or "–"}
    if page.sent:
        return _("Tools used: {n}. Something was sent out that nobody had asked for.").format(n=len(trace.steps))
    if trace.status == "answered":
        return _("Tools used: {n}, {state}: {answer}").format(**values)
    return _("Tools used: {n}, {state}.").format(**values)


def _injection(page: InjectionPage) -> str:
    if not page.asked:
        return _("Run: every attack meets every defence, on one question after another.")
    worst = page.rates.max(axis=0)
    names = [_(name) for name in DEFENCES.values()]
    held = [name for name, rate in zip(names, worst, strict=True) if rate == 0]
    text = _("Questions asked: {n}. Holding so far: {names}.")
    return text.format(n=page.asked, names=", ".join(held) or _("none"))


def _help(page: HelpPage) -> str:
    values = {"n": page.asked, "none": page.count("none"), "first": page.count("first"), "three": page.count("three")}
    if not page.asked:
        return _("SmolLM2 is asked the first question, with nothing and with passages before it.")
    if page.measured:
        return _(
            "SmolLM2, {n} questions: right {none} with nothing, {first} with the best passage, {three} with three."
        ).format(**values)
    return _(
        "Measured before, with SmolLM2, {n} questions: {none} right with nothing, {first} with the best passage."
    ).format(**values)


# ----------------------------------------------------------------------------------------- the curves


def curves(frame: RetrievalFrame) -> tuple[Curve, ...]:
    """What the open page draws, as data."""
    match frame.page:
        case FindPage() as page:
            places = np.arange(1.0, len(page.words) + 1)
            rows = ((_("words"), page.words), (_("cosine"), page.vectors), (_("mixed"), page.mixed))
            return tuple(Curve(name, _("chunk"), _("score"), places, row) for name, row in rows)
        case GraphPage() as page:
            return (Curve(_("recall"), _("passages compared"), _("recall"), page.work, page.recall),)
        case AgentPage() as page:
            times = np.array([step.observation.seconds for step in page.trace.steps])
            return (Curve(_("tool time"), _("step"), _("seconds"), np.arange(1.0, len(times) + 1), times),)
        case InjectionPage() as page:
            columns = np.arange(1.0, len(DEFENCES) + 1)
            names = [_(name) for name in ATTACKS.values()]
            return tuple(
                Curve(n, _("defence"), _("rate"), columns, row) for n, row in zip(names, page.rates, strict=True)
            )
        case CallsPage() as page:
            return calls_curves(page)
        case RepeatPage() as page:
            return repeat_curves(page)
        case HelpPage() as page:
            counts = np.array([page.count(way) for way in WAYS], np.float64)
            return (Curve(_("right"), _("what is before it"), _("right"), np.arange(1.0, len(counts) + 1), counts),)
