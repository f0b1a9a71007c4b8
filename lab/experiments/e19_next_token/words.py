"""The state in sentences; the controls that have no effect, are hidden or cannot be chosen, and the curves as data."""

from __future__ import annotations

import numpy as np

from lab.core.artifact import Artifact
from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.experiments.e19_next_token.frame import NextFrame
from lab.experiments.e19_next_token.game import ROUNDS
from lab.experiments.e19_next_token.metrics import RUNG_NAMES, ends
from lab.experiments.e19_next_token.settings import MODELS
from lab.kit.branching import quoted
from lab.kit.numbers import percent

__all__ = ["curves", "describe", "hidden", "no_layers", "suited", "unavailable", "unused"]

OF_A_PAGE = {
    "ladder": ("judged",),
    "game": ("passage",),
    "lens": ("column",),
    "pass": ("zoom", "block", "part", "unit"),
}
"""The controls that only one page has."""


def describe(frame: NextFrame) -> str:
    """The state in one or two sentences."""
    if frame.missing:
        return frame.missing
    if frame.bars is None:
        return _("SmolLM2 is being opened, and reads the text.")
    match frame.params.page:
        case "branches":
            ways = n_("{n} way on that was tried", "{n} ways on that were tried", ends(frame))
            return _("A text of {text}, and {ways}. {next}").format(
                text=n_("{n} token", "{n} tokens", len(frame.story.ids)), ways=ways, next=_next(frame)
            )
        case "ladder":
            return _ladder(frame)
        case "game" if frame.game is not None:
            return _game(frame)
        case "training" if frame.growth:
            return _growth(frame)
        case "lens":
            return _lens(frame)
        case "pass" if frame.picture is not None:
            where = " › ".join(frame.picture.crumbs)
            return _("{where}. One more token takes {n} multiplications.").format(
                where=where, n=show_number(sum(frame.picture.products.values()))
            )
    head = _("{model}, {text}.").format(
        model=_(MODELS[frame.params.model]), text=n_("{n} token", "{n} tokens", len(frame.story.ids))
    )
    return f"{head[0].upper()}{head[1:]} {_next(frame)}"


def _next(frame: NextFrame) -> str:
    assert frame.bars is not None
    top = frame.bars.rows[0]
    return _("Likeliest next: {token} with {p}; any of {n} can come.").format(
        token=quoted(top.text), p=percent(top.p), n=frame.bars.size
    )


def _ladder(frame: NextFrame) -> str:
    if not frame.rungs:
        return _("Run: one model after the other reads the same text, and each is scored in bits per byte.")
    best = min(frame.rungs, key=lambda rung: rung.bits)
    return _("Models that have read: {n}. The best so far: {name} with {bits} bits per byte.").format(
        n=len(frame.rungs), name=_(RUNG_NAMES[best.name]), bits=show_number(best.bits, 3)
    )


def _game(frame: NextFrame) -> str:
    game = frame.game
    assert game is not None
    if not game.rounds:
        return _("Guess the next letter: choose up to three and bet on them. {n} letters are to come.").format(n=ROUNDS)
    means = {who: show_number(game.mean(who), 3) for who in ("you", "bigram", "house")}
    text = _("Letter {n} of {all}. Surprise in nats a letter: you {you}, bigram {bigram}, Shakespeare {house}.")
    return text.format(n=len(game.rounds), all=ROUNDS, **means)


def _growth(frame: NextFrame) -> str:
    first, last = frame.growth[0], frame.growth[-1]
    return _("The same text through training: {a} bits of entropy with untrained weights, {b} after {n} steps.").format(
        a=show_number(first.entropy, 3), b=show_number(last.entropy, 3), n=show_number(last.step)
    )


def _lens(frame: NextFrame) -> str:
    lens = frame.lens
    if lens is None:
        return _("The layers are being read.") if frame.layered else no_layers()
    says = quoted(lens.names[int(lens.tops[-1, lens.column])])
    if lens.settled == 0:
        return _("From the first row on {token} leads.").format(token=says)
    return _("From layer {n} of {all} on {token} leads.").format(token=says, n=lens.settled, all=lens.layers)


def no_layers() -> str:
    """Why a model has nothing inside to be looked at."""
    return _("A table of counts has no layers. Choose Shakespeare as the model.")


def unused(frame: NextFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    page, reasons = frame.params.page, dict[str, str]()
    if page == "game":
        reasons |= dict.fromkeys(("model", "prompt", "temperature"), _("The game has a text and rivals of its own."))
    if page == "ladder":
        reasons |= dict.fromkeys(("model", "temperature"), _("Here all models read."))
        if frame.params.judged != "own":
            reasons["prompt"] = _("Another text is read.")
    if page == "pass" and frame.params.zoom < 2:
        reasons |= dict.fromkeys(("part", "unit"), _("Seen from nearer."))
    return reasons


def hidden(frame: NextFrame) -> frozenset[str]:
    """The controls of the pages that are not open, and those of models that are not chosen."""
    found = {name for page, names in OF_A_PAGE.items() if page != frame.params.page for name in names}
    if not frame.pretrained:
        found.add("chat")
    if frame.params.model != "small":
        found.add("checkpoint")
    return frozenset(found)


def unavailable(frame: NextFrame) -> dict[str, tuple[str, ...]]:
    """The choices that cannot be taken now."""
    models = (*(() if frame.pack else ("smollm2",)), *(() if frame.received else ("received",)))
    texts = () if frame.sent else ("received",)
    return {name: gone for name, gone in (("model", models), ("judged", texts)) if gone}


def suited(artifact: Artifact) -> dict[str, str]:
    """What is chosen for what was sent: a text is read by all models, a model writes."""
    if artifact.kind == "corpus":
        return {"model": "house", "judged": "received", "page": "ladder"}
    return {"model": "received", "judged": "shakespeare"}


def curves(frame: NextFrame) -> tuple[Curve, ...]:
    """The surprise of each token, of what was written first; and what the open page draws."""
    found = []
    if frame.written:
        places = np.arange(1.0, len(frame.written) + 1)
        bits = np.array([fact.surprisal for fact in frame.written])
        entropy = np.array([fact.entropy for fact in frame.written])
        found.append(Curve(_("surprisal"), _("token"), _("bits"), places, bits, course=True))
        found.append(Curve(_("entropy before it"), _("token"), _("bits"), places, entropy))
    if frame.game is not None and frame.game.rounds:
        rounds = np.arange(1.0, len(frame.game.rounds) + 1)
        for who, name in (("you", _("you")), ("bigram", _("bigram")), ("house", _("Shakespeare"))):
            losses = np.array([getattr(one, who) for one in frame.game.rounds])
            found.append(Curve(name, _("letter"), _("nats"), rounds, np.cumsum(losses) / rounds))
    if frame.lens is not None:
        layers = np.arange(frame.lens.layers + 1.0)
        for token, way in zip(frame.lens.rivals, frame.lens.ways):
            found.append(Curve(quoted(frame.lens.names[token]), _("layer"), _("probability"), layers, way))
    return tuple(found)
