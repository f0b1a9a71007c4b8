"""The state in words: for the status line, screen readers, and the notes on controls that have no effect; how far
the sliders reach, and the curves as data."""

from __future__ import annotations

import math

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve, Limit
from lab.core.text import _
from lab.experiments.e17_attention.chain import Chain
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.lens import source_name
from lab.experiments.e17_attention.settings import SOURCES

__all__ = [
    "curves",
    "describe",
    "limits",
    "one",
    "percent",
    "quoted",
    "remark",
    "small",
    "two",
    "unavailable",
    "unused",
]

SHORT = 18


def percent(share: float) -> str:
    """0.688 -> 69 %; small and nearly whole shares with a digit behind the point."""
    if 0 < share < 0.0005:
        return "< 0.1 %"
    digits = 1 if share < 0.0995 or 0.995 < share < 0.9995 else 0
    return f"{100 * share:.{digits}f} %" if share else "0 %"


def small(value: float) -> str:
    """A number for a line of arithmetic: three digits that count."""
    return "−∞" if value == -math.inf else show_number(value, 3)


def two(value: float) -> str:
    """A number for a cell: two digits behind the point, a minus where one is."""
    if value == -math.inf:
        return "−∞"
    text = f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
    return ("0.00" if text == "-0.00" else text).replace("-", "−")


def one(value: float) -> str:
    """A number for a small cell: one digit behind the point."""
    text = f"{value:.1f}"
    return ("0.0" if text == "-0.0" else text).replace("-", "−")


def quoted(token: str) -> str:
    """A token between quotation marks, a long one cut."""
    return f"“{token if len(token) <= SHORT else token[: SHORT - 1] + '…'}”"


def describe(frame: AttentionFrame) -> str:
    """One or two sentences."""
    source = _(SOURCES[frame.params.source])
    if frame.params.page == "scale" and frame.scale is not None:
        s = frame.scale
        return _(
            "With queries and keys of {d} numbers, the scores spread by {raw}; divided by √d, by {scaled}. The largest"
            " of ten weights is {big} or {small} on average."
        ).format(
            d=s.width, raw=show_number(s.raw.std, 3), scaled=show_number(s.scaled.std, 3),
            big=show_number(s.raw.largest, 3), small=show_number(s.scaled.largest, 3),
        )  # fmt: skip
    c = frame.chain
    if frame.reading is None or c is None:
        return _("{source} is being opened: {share} done.").format(source=source, share=percent(frame.opened))
    name = _("{source}, head {layer}·{head}").format(source=source, layer=c.layer + 1, head=c.head + 1)
    if not frame.seen("weights"):
        return _("{name}: {query} and {key} fit with a score of {score}; the weights are still to come.").format(
            name=name, query=quoted(c.tokens[c.row]), key=quoted(c.tokens[c.column]),
            score=show_number(float(c.scores[c.row, c.column]), 3),
        )  # fmt: skip
    if not c.visible:
        return _("{name}: {query} may look nowhere, so it finds nothing.").format(
            name=name, query=quoted(c.tokens[c.row])
        )
    looks = _("{name}: {query} looks most at {top}, with {share} of its weight. Entropy {entropy} bits.").format(
        name=name, query=quoted(c.tokens[c.row]), top=quoted(c.tokens[c.top]),
        share=percent(float(c.weights[c.row, c.top])), entropy=show_number(c.entropy, 3),
    )  # fmt: skip
    return looks + _through_lens(frame)


def _through_lens(frame: AttentionFrame) -> str:
    """What a lens shows, where one is open."""
    found = frame.qk.brought() if frame.qk is not None else None
    if frame.qk is not None and found is not None:
        source = _("the token") if found[0].kind == "token" else source_name(found[0])
        told = _("Of the score of the lit pair, {score}, {source} brings {value}.")
        return " " + told.format(score=show_number(frame.qk.score, 3), source=source, value=show_number(found[1], 3))
    if frame.ov is not None and frame.ov.favoured is not None:
        up = frame.ov.favoured
        told = _("It makes {token} likelier, by {value} logits.")
        return " " + told.format(token=quoted(frame.ov.columns[up]), value=show_number(float(frame.ov.total[up]), 3))
    if frame.trial is not None and (worst := frame.trial.worst()) is not None:
        told = _("Of {n} heads that were tried, {name} matters most: without it the expected token moves by {most}.")
        name = f"{worst[0][0] + 1}·{worst[0][1] + 1}"
        return " " + told.format(n=frame.trial.tried, name=name, most=show_number(worst[1], 3))
    return ""


def remark(frame: AttentionFrame) -> str:
    """What is special about this state, in a sentence; "" where nothing is."""
    c, r = frame.chain, frame.reading
    if c is None or r is None:
        return ""
    if not c.visible:
        return _("A row that may look nowhere finds nothing.")
    if r.cut:
        return _("Only the first {n} tokens are read.").format(n=len(r.tokens))
    if r.unknown:
        return _("Not known, left out: {signs}").format(signs=" ".join(r.unknown[:12]))
    if frame.params.source == "own" and len(_typed(frame)) > len(c.tokens):
        return _("Only the first {n} words are read.").format(n=len(c.tokens))
    return _of_row(frame, c) if frame.params.page == "chain" else ""


def _typed(frame: AttentionFrame) -> list[str]:
    return frame.params.text.split()


def _of_row(frame: AttentionFrame, c: Chain) -> str:
    p = frame.params
    if p.mask == "none" and p.source in ("copier", "shakespeare", "received", "smollm2"):
        return _("Without its mask it sees what comes later.")
    if c.visible == 1 and len(c.tokens) > 1:
        return _("It sees only itself: its row is 1.")
    if c.entropy < 0.05 and c.visible > 1:
        return _("Saturated: one token takes it all.")
    return ""


def unused(frame: AttentionFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    p = frame.params
    reasons: dict[str, str] = {}
    if p.page == "scale":
        why = _("This page draws vectors at random and reads no text.")
        reasons |= dict.fromkeys(
            ("source", "text", "mask", "temperature", "layer", "head", "query", "key", "other", "reverse", "way"), why
        )
        reasons["scaled"] = _("This page shows both.")
        return reasons
    if p.page != "try":
        reasons["way"] = _("Used on the page “Try all”.")
    reasons["d_k"] = reasons["draw"] = _("Used on the page “Why √d”.")
    if p.source == "own":
        reasons["layer"] = reasons["head"] = _("Your own words have one head.")
        reasons["other"] = _("Only a model's head can be patched.")
    else:
        reasons["reverse"] = _("Only for your own words.")
    if p.source == "minilm":
        reasons["other"] = _("MiniLM's heads can be silenced, not patched.")
    return reasons


def unavailable(frame: AttentionFrame) -> dict[str, tuple[str, ...]]:
    """The sources that cannot be chosen now."""
    gone = (*(() if frame.received else ("received",)), *(() if frame.pack else ("smollm2",)))
    return {"source": gone} if gone else {}


def limits(frame: AttentionFrame) -> dict[str, Limit]:
    """How far the sliders of layer and head reach here."""
    r = frame.reading
    if r is None or (r.layers == r.heads == 1):
        return {}
    return {
        name: Limit(None, "", (1.0, float(max(2, most)))) for name, most in (("layer", r.layers), ("head", r.heads))
    }


def curves(frame: AttentionFrame) -> tuple[Curve, ...]:
    """The entropy at every width, or the weights of the row."""
    s, c = frame.scale, frame.chain
    if s is not None:
        pairs = ((_("scores as they are"), s.raw_curve), (_("divided by √d"), s.scaled_curve))
        return tuple(Curve(name, "d", _("entropy in bits"), s.widths, rows[:, 2]) for name, rows in pairs)
    if c is None:
        return ()
    name = _("weights of “{word}”").format(word=c.tokens[c.row])
    return (Curve(name, _("token"), _("weight"), np.arange(1, len(c.tokens) + 1, dtype=np.float64), c.weights[c.row]),)
