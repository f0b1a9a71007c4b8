"""The state of each page in a sentence, its curves as data, and what a state means for the controls."""

from __future__ import annotations

import math

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve, Limit
from lab.core.text import _, n_
from lab.experiments.e22_context_window.arithmetic import MIB
from lab.experiments.e22_context_window.cache import BITS, CachePage
from lab.experiments.e22_context_window.frame import ContextFrame
from lab.experiments.e22_context_window.haystack import HayPage
from lab.experiments.e22_context_window.memory import MemoryPage
from lab.experiments.e22_context_window.positions import DISTANCES, ROWS, PositionsPage
from lab.experiments.e22_context_window.prompts import PATTERN, REPEATS, PromptsPage
from lab.experiments.e22_context_window.schemes import NAMES, SchemesPage
from lab.experiments.e22_context_window.settings import SCHEMES, TAPE, Params, page_of
from lab.experiments.e22_context_window.tape import PLACES, TapePage
from lab.kit.prompt_tasks import QUESTIONS, SHOTS

__all__ = ["curves", "depth_names", "describe", "hidden", "limits", "prompt_ways", "unavailable", "unused", "way_names"]

SHOWN = {
    "clocks": ("d", "base", "stretch", "factor", "m", "n", "key"),
    "waves": ("d", "base", "n"),
    "schemes": ("trained", "scheme", "stretch", "factor", "layers"),
    "tape": ("window", "sinks", "distance", "upto", "source"),
    "hay": ("longest", "source"),
    "memory": ("window", "sinks", "stretch", "factor", "source"),
    "cache": ("shape", "tokens", "bits", "shared", "source"),
    "prompts": ("task",),
}
"""Which controls each page listens to; `topic` and `view` are always there."""
ALWAYS = ("topic", "view")


def hidden(frame: ContextFrame) -> frozenset[str]:
    """The controls of the pages that are not open, and how far to stretch where nothing is stretched."""
    every = {name for names in SHOWN.values() for name in names}
    shown = set(SHOWN[page_of(frame.params)]) - ({"factor"} if frame.params.stretch == "none" else set())
    if frame.params.topic == "memory" and frame.params.source == "smollm2":
        shown -= {"stretch", "factor"}
    return frozenset(every - shown)


def unavailable(frame: ContextFrame) -> dict[str, tuple[str, ...]]:
    """The readers that cannot be chosen now."""
    p = frame.params
    others = ("small", "received") if p.topic != "memory" else () if frame.received else ("received",)
    gone = tuple(name for name in (*others, *(() if frame.pack else ("smollm2",))) if name != p.source)
    return {"source": gone} if gone else {}


def unused(frame: ContextFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    if isinstance(frame.page, MemoryPage) and frame.page.positions != "rope":
        names = ("stretch", "factor") if frame.params.stretch != "none" else ("stretch",)
        return dict.fromkeys(names, _("Only RoPE can be stretched."))
    return {}


def limits(frame: ContextFrame) -> dict[str, Limit]:
    """From where on the needle is out of the window."""
    p = frame.params
    if p.topic != "tape" or p.window >= TAPE:
        return {"distance": Limit(None, "")}
    return {"distance": Limit(float(p.window), _("out of the window"))}


def way_names(params: Params) -> tuple[str, str, str]:
    """What the three ways of reading are called."""
    window = _("window of {n}").format(n=params.window)
    return _("all kept"), window, _("{window} and first {n}").format(window=window, n=params.sinks)


# --------------------------------------------------------------------------------------- sentences


def describe(frame: ContextFrame) -> str:
    """The state in one or two sentences."""
    match frame.page:
        case PositionsPage() as page:
            return _clocks(page) if page.params.view == "clocks" else _waves(page)
        case SchemesPage() as page:
            return _schemes(page, frame.step)
        case TapePage() as page:
            return _tape(page)
        case HayPage() as page:
            return _hay(page)
        case MemoryPage() as page:
            return _memory(page)
        case CachePage() as page:
            return _cache(page)
        case PromptsPage() as page:
            return _prompts(page)


def _clocks(page: PositionsPage) -> str:
    values = {"m": page.m, "n": page.n, "score": show_number(page.score, 7), "distance": page.m - page.n}
    return _("Query at {m}, key at {n}: distance {distance}, score {score}.").format(**values)


def _waves(page: PositionsPage) -> str:
    length = show_number(float((page.waves[0] ** 2).sum()), 3)
    text = _("A column for each position, a row for each dimension. The length² of every column is {length}.")
    if page.params.d % 2:
        text = _("A column for each position, a row for each dimension. d is odd: the last sine has no cosine.")
    return text.format(length=length)


def _schemes(page: SchemesPage, step: int) -> str:
    p = page.params
    name, near, far = _(SCHEMES[p.scheme]), page.near(p.scheme), page.far(p.scheme)
    values = {"step": step, "name": name, "near": show_number(near, 3), "far": show_number(far, 3)}
    if math.isnan(far):
        text = _("Step {step}. {name}: loss {near} within the trained length; beyond it there is no row to look up.")
        return text.format(**values)
    return _("Step {step}. {name}: loss {near} within the trained length, {far} beyond it.").format(**values)


def _tape(page: TapePage) -> str:
    if page.pending:
        return _("The model reads the tape.")
    if page.params.upto < TAPE:
        text = _("{n} of {all} letters are read: {fallen} have fallen off, {kept} are in the window.")
        kept = page.params.upto - page.fallen
        return text.format(n=page.params.upto, all=TAPE, fallen=page.fallen, kept=kept)
    distance = n_("{n} letter ago", "{n} letters ago", page.params.distance)
    values = {"distance": distance, "found": show_number(page.found, 3)}
    if page.seen:
        return _("The needle lies {distance}, inside the window: the right letter gets {found}.").format(**values)
    return _("The needle lies {distance}, outside the window: the right letter gets {found}.").format(**values)


def depth_names() -> tuple[str, ...]:
    """What the places of the needle are called, the beginning of the text first."""
    return _("at the start"), _("a quarter in"), _("in the middle"), _("three quarters in"), _("at the end")


def _hay(page: HayPage) -> str:
    if page.missing:
        return page.missing
    if not page.asked and page.reading is not None:
        return _("SmolLM2 reads the first text.")
    if not page.asked:
        return _("Run: SmolLM2 looks for a number in longer and longer texts.")
    depth, length = page.newest
    values = {
        "length": page.lengths[length],
        "place": depth_names()[depth],
        "chance": show_number(page.asked[-1].chance, 3),
        "right": page.right,
        "n": len(page.asked),
    }
    text = _("{length} tokens, the needle {place}: the right number gets {chance}. Found in {right} of {n} texts.")
    return text.format(**values)


def _memory(page: MemoryPage) -> str:
    if page.missing:
        return page.missing
    if not page.read:
        return _("Run: the same texts are read three ways.")
    tokens = page.params.source in ("smollm2", "received")
    counted = _("Read: {n} of {all} tokens.") if tokens else _("Read: {n} of {all} letters.")
    head = counted.format(n=page.read, all=page.length)
    found = [page.beyond(way) for way in ("all", "window", "sinks")]
    if found[0] is None:
        return head
    if page.params.source == "smollm2":
        text = _("SmolLM2's loss from token {far} on: all kept {all}, window {window}, window and first {sinks}.")
        shown = dict(zip(("all", "window", "sinks"), (show_number(value, 3) for value in found), strict=True))
        return f"{head} {text.format(far=page.far, **shown)}"
    text = _("Loss far beyond {context}: all kept {all}, window {window}, window and first {sinks}.")
    shown = dict(zip(("all", "window", "sinks"), (show_number(value, 3) for value in found), strict=True))
    return f"{head} {text.format(context=page.context, **shown)}"


def _cache(page: CachePage) -> str:
    values = {"mib": show_number(page.total / MIB, 4), "two": show_number(page.two / MIB, 4), "bits": page.bits}
    text = _("In {bits} bits this text takes {mib} MiB.")
    if page.shared:
        text = _("In {bits} bits this text takes {mib} MiB, two that share their beginning {two} MiB.")
    head = text.format(**values)
    if page.missing:
        return f"{head} {page.missing}"
    if not page.read:
        return f"{head} " + _("Run: the error is measured.")
    error = show_number(float(page.errors[page.place]), 2)
    off = _("A score of the house model is off by {error}.")
    if page.params.source == "smollm2":
        off = _("A score of SmolLM2 is off by {error}.")
    return f"{head} " + off.format(error=error)


def prompt_ways(task: str) -> tuple[str, ...]:
    """What the four ways of asking are called."""
    if task == "sums":
        return _("only asked"), _("“step by step”"), _("4 answers"), _("4 worked out")
    counts = REPEATS if task == PATTERN else SHOTS
    return tuple(n_("{n} example", "{n} examples", count).format(n=count) for count in counts)


def _prompts(page: PromptsPage) -> str:
    who = _("The copier") if page.task == PATTERN else "SmolLM2"
    if not page.asked:
        waiting = page.asking is not None
        return _("{who} is asked the first question.").format(who=who) if waiting else _("Run: 30 questions are asked.")
    ways, counts = prompt_ways(page.task), page.counts
    values = {"n": page.asked, "all": QUESTIONS, "first": ways[0], "last": ways[-1], "who": who}
    text = _("{who}, question {n} of {all}. Right: {few} with {first}, {many} with {last}.")
    if page.task == "sums":
        text = _("{who}, question {n} of {all}. Right: {few} when {first}, {many} with {last}.")
    return text.format(**values, few=counts[0], many=counts[-1])


# ----------------------------------------------------------------------------------------- the curves


def curves(frame: ContextFrame) -> tuple[Curve, ...]:
    """What the open page draws."""
    match frame.page:
        case PositionsPage() as page:
            return _position_curves(page)
        case SchemesPage() as page:
            return _scheme_curves(page)
        case TapePage() as page:
            places = np.array(PLACES, np.float64)
            return (Curve(_("chance"), _("letters ago"), _("chance"), places, page.recall),)
        case HayPage() as page:
            lengths, found = np.array(page.lengths, np.float64), zip(depth_names(), page.chances(), strict=True)
            return tuple(Curve(place, _("tokens"), _("chance"), lengths, row) for place, row in found)
        case MemoryPage() as page:
            places, losses = page.stretches()
            names = way_names(page.params)
            return tuple(Curve(n, _("letter"), _("loss"), places, row) for n, row in zip(names, losses, strict=True))
        case CachePage() as page:
            bits = np.array(BITS, np.float64)
            return (Curve(_("error of a score"), _("bits"), _("error"), bits, page.errors),)
        case PromptsPage() as page:
            ways = np.arange(1.0, len(page.counts) + 1)
            return (Curve(_("right"), _("way of asking"), _("right"), ways, np.array(page.counts, np.float64)),)


def _position_curves(page: PositionsPage) -> tuple[Curve, ...]:
    if page.params.view == "clocks":
        return (Curve(_("score"), _("distance"), _("score"), np.arange(float(DISTANCES)), page.scores),)
    products = page.waves @ page.waves[page.row]
    return (Curve(_("product"), _("position"), _("product"), np.arange(float(ROWS)), products),)


def _scheme_curves(page: SchemesPage) -> tuple[Curve, ...]:
    letter, loss = _("letter"), _("loss")
    drawn = [Curve(_(SCHEMES[name]), letter, loss, page.places, page.curves[place]) for place, name in enumerate(NAMES)]
    if page.stretched is not None:
        drawn.append(Curve(_("RoPE, stretched"), letter, loss, page.places, page.stretched))
    marked = page.inside[:, NAMES.index(page.params.scheme)]
    return (Curve(_("loss within"), _("step"), loss, page.steps, marked, course=True), *drawn)
