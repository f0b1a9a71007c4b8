"""The state in sentences; the controls that have no effect, are hidden or cannot be chosen, and the curves as data."""

from __future__ import annotations

import math

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve, Divergence
from lab.core.text import _
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.kit.branching import quoted

__all__ = ["curves", "describe", "divergence", "hidden", "unavailable", "unused"]

OF_A_PAGE = {
    "next": ("ghosts",),
    "beam": ("beams", "depth"),
    "cache": ("shape", "tokens", "page_size"),
    "drafts": ("drafter", "gamma", "alpha", "cost"),
    "tries": ("tries", "budget"),
}
"""The controls and view options that only one page has."""
BESIDE_THE_BEAM = ("grammar", "banned", "watermark")


def _percent(value: float) -> str:
    return "NaN" if math.isnan(value) else _("{n} %").format(n=show_number(100 * value, 3))


def describe(frame: DecodingFrame) -> str:
    """The state in one or two sentences."""
    if frame.missing:
        return frame.missing
    if frame.bars is None:
        return _("SmolLM2 is being opened, and reads the prompt.")
    text = _("Step {step}, {n} tokens").format(step=frame.step, n=len(frame.tokens))
    bars = frame.bars
    if not bars.kept:
        return text + ": " + _("no token is left to choose from, and every probability is NaN.")
    top = max(bars.rows, key=lambda row: row.share)
    text += ": " + _("{kept} of {all} tokens can come next, {top} with {p}.").format(
        kept=bars.kept, all=bars.size, top=quoted(top.text), p=_percent(top.share)
    )
    return text + _of_the_page(frame)


def _of_the_page(frame: DecodingFrame) -> str:
    match frame.params.page:
        case "samples" if frame.bars is not None:
            return " " + _("Samples drawn: {n}.").format(n=frame.bars.samples)
        case "beam":
            return " " + _("The beam looks ahead by {n}.").format(n=frame.beam.depth)
        case "cache":
            cached, plain = frame.passes
            return " " + _("Token passes: {a} with the cache, {b} without.").format(a=cached, b=plain)
        case "drafts":
            return " " + _("Rounds of drafts: {r}, tokens written by them: {n}.").format(
                r=frame.drafts.rounds, n=frame.drafts.written
            )
        case "tries":
            return " " + _of_tries(frame)
    if frame.last is not None:
        return " " + _("The last one was chosen at rank {r}.").format(r=frame.last.rank)
    return ""


def _of_tries(frame: DecodingFrame) -> str:
    """How far the tries are, and what they come to."""
    outcome = frame.outcome
    if outcome is None:
        return _("Problems tried: {n}.").format(n=frame.tried.made)
    return _("{n} tries a problem: the vote is right in {vote}, one of them in {one}.").format(
        n=outcome.n, vote=_percent(outcome.shares["majority"]), one=_percent(outcome.shares["checker"])
    )


def divergence(frame: DecodingFrame) -> Divergence | None:
    """Nothing is left to choose from: 0 divided by 0."""
    if frame.bars is None or frame.bars.kept:
        return None
    if not frame.params.leaky:
        return Divergence(
            frame.step,
            _("the probability of every token"),
            _("the grammar or the list of banned tokens lets no token of this model follow, and 0 is divided by 0"),
            {"grammar": "free", "banned": ""},
            _("Let all tokens come"),
            undefined=True,
        )
    return Divergence(
        frame.step,
        _("the probability of every token"),
        _("the first token alone has more than p, the mistake drops it too, and 0 is divided by 0"),
        {"leaky": False},
        _("Keep that token"),
        undefined=True,
    )


def unused(frame: DecodingFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    params, reasons = frame.params, dict[str, str]()
    if not frame.reads:
        reasons["prompt"] = _("These numbers do not depend on a text.")
    if params.model != "own":
        reasons["weights"] = _("Used by the model “Own numbers”.")
    if params.page == "tries":
        reasons |= dict.fromkeys(("grammar", "banned", "watermark"), _("The problems are tried without rules."))
    if params.page == "beam":
        reasons |= dict.fromkeys(BESIDE_THE_BEAM, _("A beam adds up the model's own probabilities, without rules."))
    if params.page == "tries" and not frame.pretrained:
        reasons["budget"] = _("Only SmolLM2 thinks before it answers.")
    if params.infinite:
        reasons["temperature"] = _("The temperature is ∞: switch that off first.")
    return reasons


def hidden(frame: DecodingFrame) -> frozenset[str]:
    """The controls and view options of the pages that are not open, and the chat of models that were taught none."""
    elsewhere = {name for page, names in OF_A_PAGE.items() if page != frame.params.page for name in names}
    return frozenset(elsewhere if frame.pretrained else elsewhere | {"chat"})


def unavailable(frame: DecodingFrame) -> dict[str, tuple[str, ...]]:
    """The choices that cannot be taken now."""
    gone = (*(() if frame.pack else ("smollm2",)), *(() if frame.received else ("received",)))
    return {"model": gone} if gone else {}


def curves(frame: DecodingFrame) -> tuple[Curve, ...]:
    """The surprise of each written token."""
    if not frame.facts:
        return ()
    places = np.arange(1, frame.written + 1, dtype=np.float64)
    surprise = np.array([fact.surprisal for fact in frame.facts])
    shares = np.array([fact.p for fact in frame.facts])
    return (
        Curve(_("surprisal"), _("token"), _("bits"), places, surprise, course=True),
        Curve(_("probability"), _("token"), _("probability"), places, shares),
    )
