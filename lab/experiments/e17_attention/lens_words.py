"""What the pages of the two lenses say, in words and in lines of arithmetic."""

from __future__ import annotations

import numpy as np

from lab.core.text import N_, _
from lab.engine.lm.lenses import Source
from lab.experiments.e17_attention.chain import Chain, largest
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.lens import OVLens, Part, QKLens, source_name
from lab.experiments.e17_attention.reading import Floats, Reading
from lab.experiments.e17_attention.words import percent, quoted, small
from lab.kit.numbers import subscript

__all__ = ["made_line", "ov_lines", "part_name", "part_tip", "qk_lines", "signed", "spoken_source"]

SPELLED = 3  # products of a sum that are written out
NAMES = {"token": N_("token"), "position": N_("position"), "distance": N_("distance")}


def spoken_source(source: Source) -> str:
    """A part of the stream, as it is called on screen."""
    return _(NAMES[source.kind]) if source.kind in NAMES else source_name(source)


def part_name(part: Part) -> str:
    """A summand of a score, as it is called on screen."""
    if part.query is None or part.key is None:
        return _(NAMES["distance"])
    return f"{spoken_source(part.query)} × {spoken_source(part.key)}"


def part_tip(chain: Chain, part: Part) -> str:
    """What a summand is, in a sentence."""
    if part.query is None or part.key is None:
        told = _("What it adds that the key stands {n} tokens back: the turn by their positions.")
        return told.format(n=chain.row - chain.column)
    told = _("What {a} wrote at {query}, as a query, times what {b} wrote at {key}, as a key.")
    return told.format(
        a=spoken_source(part.query), b=spoken_source(part.key),
        query=quoted(chain.tokens[chain.row]), key=quoted(chain.tokens[chain.column]),
    )  # fmt: skip


def qk_lines(frame: AttentionFrame, chain: Chain, r: Reading, lens: QKLens) -> tuple[str, str]:
    """From the score to the weight; and who wrote the key, and what it had seen."""
    names = f"{quoted(chain.tokens[chain.row])} → {quoted(chain.tokens[chain.column])}:  "
    text = f"{names}q·k = {small(chain.at('scores', chain.row, chain.column))}  →  / {small(chain.divisor)} = "
    text += small(chain.at("scaled", chain.row, chain.column))
    if np.isneginf(chain.masked[chain.row, chain.column]):
        return f"{text}  →  " + _("hidden: −∞"), _composed(chain, r, lens)
    text += f"  →  softmax: {small(chain.weight)}"
    return text, _composed(chain, r, lens)


def _composed(chain: Chain, r: Reading, lens: QKLens) -> str:
    """What brings most of the score: a head of an earlier layer, with what it had looked at, or the token itself."""
    best = lens.brought()
    if best is None:
        return _("This source's stream is not taken apart: its score is split number by number.")
    source, value = best
    key = quoted(chain.tokens[chain.column])
    if lens.whole is not None and lens.whole.distance > value and source.kind != "token":
        told = _("That {key} stands {n} back adds most, {more}; what {source} wrote brings {value}.")
        return told.format(
            key=key, n=chain.row - chain.column, more=small(lens.whole.distance), source=spoken_source(source),
            value=small(value),
        )  # fmt: skip
    if source.kind == "head":
        row = r.weights[source.layer, source.head, chain.column]
        seen = int(np.argmax(row))
        told = _("{head} brings {value} of it: at {key} it had looked at {seen}, with {share} of its weight.")
        return told.format(
            head=source_name(source), value=small(value), key=key, seen=quoted(r.tokens[seen]),
            share=percent(float(row[seen])),
        )  # fmt: skip
    if source.kind == "token" and lens.whole is not None and lens.by_distance is not None:
        told = _("{key} itself brings {value} of it; that it stands {n} back adds {more}.")
        return told.format(key=key, value=small(value), n=chain.row - chain.column, more=small(lens.whole.distance))
    told = _("What {source} wrote at {key} brings {value} of it.")
    return told.format(source=spoken_source(source), key=key, value=small(value))


def made_line(lens: QKLens, number: int) -> str:
    """How one number of the query, and of the key, is made of the stream: x·W, the largest products first."""
    whole, mark = lens.whole, subscript(number + 1)
    if whole is None:
        return f"q{mark}·k{mark} = {small(float(lens.products[number]))}"
    q = _dot(whole.query_input, whole.query_weights[number])
    k = _dot(whole.key_input, whole.key_weights[number])
    return f"q{mark} = x·W_q = {q}     k{mark} = x·W_k = {k}"


def _dot(x: Floats, w: Floats) -> str:
    """The largest products of a sum, each with its place, and what the others come to."""
    products = x * w
    order = largest(products, SPELLED)
    parts = [f"{small(float(products[i]))} (x{subscript(i + 1)})" for i in order]
    rest = float(products.sum() - products[order].sum())
    others = _("{sum} ({n} others)").format(n=len(x) - len(order), sum=small(rest))
    return f"{' + '.join(parts)} + {others} = {small(float(products.sum()))}"


def ov_lines(frame: AttentionFrame, chain: Chain, lens: OVLens) -> tuple[str, str]:
    """How much the lit token tells; and what the head makes likelier."""
    j = chain.column
    told = _("{key} gets {weight} of the weight, its value is {length} long, so it is {share} of what is told.")
    first = told.format(
        key=quoted(chain.tokens[j]), weight=percent(float(chain.weights[chain.row, j])),
        length=small(float(lens.lengths[j])), share=percent(float(lens.shares[j])),
    )  # fmt: skip
    if lens.favoured is None or lens.hindered is None:
        return first, _("This source expects no next token: only how much is told can be seen.")
    at = (chain.layer, chain.head)
    if at in frame.silent or at in frame.patched:
        return first, _("Silenced or patched, it passes none of this on.")
    up, down = lens.favoured, lens.hindered
    told = _("Behind {query} it moves {up} by {more} (of {logit} in all) and {down} by {less}: logits, by direct way.")
    return first, told.format(
        query=quoted(chain.tokens[chain.row]), up=quoted(lens.columns[up]), more=signed(float(lens.total[up])),
        logit=signed(float(lens.logits[up])), down=quoted(lens.columns[down]), less=signed(float(lens.total[down])),
    )  # fmt: skip


def signed(value: float) -> str:
    """A number with its sign: +2.53, −1.2."""
    return small(value) if value < 0 else f"+{small(value)}"
