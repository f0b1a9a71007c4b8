"""The state of the pages on language models in a sentence, and their curves as data."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _
from lab.experiments.e24_evaluation.arena import NAMES, ArenaPage
from lab.experiments.e24_evaluation.cheat import CheatPage
from lab.experiments.e24_evaluation.compress import CompressPage, part_name
from lab.experiments.e24_evaluation.reading import ReadingPage
from lab.experiments.e24_evaluation.settings import READERS
from lab.experiments.e24_evaluation.tries import TRIES, TriesPage

__all__ = ["model_curves", "say_arena", "say_bits", "say_cheat", "say_reading", "say_tries"]


def _n(value: float | None, digits: int = 3) -> str:
    return show_number(value, digits)


def say_reading(page: ReadingPage) -> str:
    """Who read last, and how surprised the chosen reader was."""
    read = page.shown
    if page.given and read is not None:
        text = _("Perplexity {p}: like a choice among {p} equally likely words.")
        return text.format(p=_n(read.perplexity))
    if not page.found:
        return _("Run: each model guesses every letter before it sees it.")
    last, count = page.found[-1][0], len(page.found)
    text = _("Read by {n} of {all}. {who}: {bits} bits a byte.")
    said = text.format(n=count, all=len(page.names), who=_(READERS[last]), bits=_n(page.per_byte(last)))
    if count < len(page.names) or "smollm2" in page.names:
        return said
    return " ".join((said, _("SmolLM2 would read too: add its model pack.")))


def say_bits(page: CompressPage) -> str:
    """What it takes, and what it costs."""
    values = {"bits": page.params.bits, "share": _n(100 * page.share), "zeros": _n(100 * page.zeros, 2)}
    if not page.parts:
        text = _("In {bits} bits: {share} % of the size in 16. {zeros} % of the weights became 0.")
        return text.format(**values)
    if page.params.weights == "smollm2":
        return _say_smollm2(page)
    if page.worse is None:
        return _("In {bits} bits: {share} % of the size in 16. Run: the model reads.").format(**values)
    text = _("It takes {share} % of its size. Over {tokens} letters its perplexity is {worse} % higher.")
    return text.format(**values, tokens=_n(page.tokens, 6), worse=_n(100 * page.worse, 2))


def _say_smollm2(page: CompressPage) -> str:
    """The same of SmolLM2, which is rounded part by part."""
    if page.worse is None:
        return _("SmolLM2 reads, first as it is, then rounded, then with one block rounded.")
    values = {"bits": page.params.bits, "share": _n(100 * page.share), "more": _n(page.more_bits(1))}
    text = _("SmolLM2 in {bits} bits: {share} % of its size in 16, {more} bits a token more.").format(**values)
    if page.worst is None or page.worse == 0:
        return text
    alone = _n(page.more_bits(2 + page.worst))
    if page.worst == 0:
        return f"{text} " + _("Most: the embedding alone, {more}.").format(more=alone)
    name = part_name(page.parts[page.worst])
    return f"{text} " + _("Most: block {n} alone, {more}.").format(n=name, more=alone)


def say_arena(page: ArenaPage) -> str:
    """Who leads, and whether the order is right."""
    if not page.votes:
        return _("Run: two models answer, a judge votes. D is the strongest, A the weakest.")
    ratings = page.ratings
    text = _("After {n} votes {who} leads with {points} points. {right} of 6 pairs stand in the right order.")
    lead = int(ratings.argmax())
    points = _n(float(ratings[lead]))
    return text.format(n=_n(page.votes, 5), who=NAMES[lead], points=points, right=page.in_order)


def say_tries(page: TriesPage) -> str:
    """Who leads with one try, and who with many."""
    if not page.asked:
        return _("Run: A and B try to sort five digits, 16 times for each question.")
    a, b = page.right_within(0), page.right_within(1)
    one, many = ({"a": _n(100 * a[k]), "b": _n(100 * b[k])} for k in (0, TRIES - 1))
    first = _("One try: A {a} %, B {b} % right.").format(**one)
    last = _("Sixteen: A {a} %, B {b} %.").format(**many)
    turned = (a[0] - b[0]) * (a[-1] - b[-1]) < 0
    return " ".join(filter(None, (first, last, _("The order turns round.") if turned else "")))


def say_cheat(page: CheatPage) -> str:
    """How far the model has learned the leaked passages by heart."""
    leaked, clean = page.past[-1].tolist()
    if len(page.past) == 1:
        return _("It has not seen the test yet. Loss {a}. Run: half of the passages leak.").format(a=_n(clean))
    text = _("Step {n}: loss {leaked} on leaked passages, {clean} on clean ones.")
    return text.format(n=len(page.past) - 1, leaked=_n(leaked), clean=_n(clean))


def model_curves(page: ReadingPage | CompressPage | ArenaPage | TriesPage | CheatPage) -> tuple[Curve, ...]:
    """What these pages draw."""
    match page:
        case ReadingPage():
            read = page.shown
            bits = np.zeros(0) if read is None else read.bits
            return (Curve(_("surprise"), _("token"), _("bits"), np.arange(1.0, len(bits) + 1), bits),)
        case ArenaPage():
            models = np.arange(1.0, len(NAMES) + 1)
            ratings = page.ratings if page.votes else np.zeros(len(NAMES))
            return (Curve(_("rating"), _("model"), _("points"), models, ratings),)
        case TriesPage():
            tries, share = np.arange(1.0, TRIES + 1), _("right")
            return tuple(Curve(name, _("tries"), share, tries, page.right_within(k)) for k, name in enumerate("AB"))
        case CompressPage():
            middles = (page.edges[1:] + page.edges[:-1]) / 2
            weight, share = _("weight"), _("share")
            return (
                Curve(_("before"), weight, share, middles, page.before),
                Curve(_("after"), weight, share, middles, page.after),
            )
        case _:
            steps, loss = np.arange(float(len(page.past))), _("loss")
            return (
                Curve(_("leaked"), _("step"), loss, steps, page.past[:, 0], course=True),
                Curve(_("clean"), _("step"), loss, steps, page.past[:, 1]),
            )
