"""The numbers of the two lenses: the summands of a score, who brings most of it, and what the head says, each with its
arithmetic."""

from __future__ import annotations

import numpy as np

from lab.core.arithmetic import Term, given, total
from lab.core.metric import Family, Metric
from lab.core.text import N_
from lab.experiments.e17_attention.arithmetic import SPELLED, dot, exact
from lab.experiments.e17_attention.chain import Chain, largest
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.lens import OVLens, QKLens, source_name
from lab.experiments.e17_attention.trying import Trial
from lab.kit.metrics import Column, numbered, of_part
from lab.kit.numbers import subscript

__all__ = ["OF_A_LENS"]

SHOWN = 8  # summands that are metrics of their own, as many as have a bar
Told = tuple[OVLens, Chain]


def _part(lens: QKLens, number: int) -> Term | None:
    """q of one source times k of another, over all numbers of the head."""
    part, whole = lens.parts[number], lens.whole
    if whole is None or part.query is None or part.key is None:
        return None
    q, k = whole.query[whole.sources.index(part.query)], whole.key[whole.sources.index(part.key)]
    return dot(q, k, part.value, "q", "k")


def _rest(lens: QKLens) -> float:
    return float(sum(part.value for part in lens.parts[SHOWN:]))


def _order(lens: QKLens) -> list[int]:
    return largest(lens.products, len(lens.products))


def _products(lens: QKLens) -> list[float]:
    return [float(lens.products[i]) for i in _order(lens)[:SHOWN]]


def _other_products(lens: QKLens) -> float:
    return float(lens.products[_order(lens)[SHOWN:]].sum())


def _distance(lens: QKLens) -> float | None:
    return None if lens.whole is None else lens.whole.distance


def _brought_by(lens: QKLens) -> str | None:
    found = lens.brought()
    return None if found is None else source_name(found[0])


def _brought(lens: QKLens) -> float | None:
    found = lens.brought()
    return None if found is None else found[1]


def _column(lens: QKLens) -> Term | None:
    """What one source brings: its products with everything that wrote the query."""
    found, whole = lens.brought(), lens.whole
    if found is None or whole is None:
        return None
    values = whole.straight[:, whole.sources.index(found[0])]
    order = largest(values, SPELLED)
    terms = [given("s" + subscript(i + 1), float(values[i])) for i in order]
    if len(values) > len(order):
        terms.append(given("rest", found[1] - float(values[order].sum())))
    return exact(total(terms), found[1]) if len(terms) > 1 else terms[0] * 1


OF_QK: tuple[Metric[QKLens] | Family[QKLens], ...] = (
    numbered(
        SHOWN,
        Column("part", N_("part {n} of the score"), lambda lens: [part.value for part in lens.parts[:SHOWN]], _part),
    ),
    numbered(
        SHOWN, Column("part_{n}_name", N_("what part {n} is"), lambda lens: [part.name for part in lens.parts[:SHOWN]])
    ),
    Metric("part_rest", N_("all other parts"), lambda lens: _rest(lens) if lens.parts else None),
    Metric("part_distance", N_("what the distance adds"), _distance),
    numbered(SHOWN, Column("product", N_("product {n} of the score"), _products)),
    Metric("product_rest", N_("all other products"), _other_products),
    Metric("brought_by", N_("brings most of the score"), _brought_by),
    Metric("brought", N_("how much it brings"), _brought, _column),
    Metric("best_distance", N_("tokens back with the largest score"), lambda lens: lens.best_distance),
)


def _length(told: Told) -> float:
    return float(told[0].lengths[told[1].column])


def _share(told: Told) -> float:
    return float(told[0].shares[told[1].column])


def _why_share(told: Told) -> Term | None:
    """Weight times length, over the sum of these."""
    lens, c = told
    parts = c.weights[c.row] * lens.lengths
    whole = float(parts.sum())
    if whole == 0.0:
        return None
    here = given("w", c.weight) * given("‖v‖", float(lens.lengths[c.column]))
    return exact(here / given("sum", whole), _share(told))


def _pushed(told: Told, place: int | None) -> float | None:
    return None if place is None else float(told[0].total[place])


def _why_pushed(told: Told, place: int | None) -> Term | None:
    """Each weight times what the head would say of that token alone."""
    lens, c = told
    if place is None:
        return None
    value, column = float(lens.total[place]), lens.pushes[:, place]
    weights = c.weights[c.row][list(lens.rows)]
    order = largest(weights * column, SPELLED)
    terms = [given(f"w{_mark(i)}", float(weights[i])) * given(f"s{_mark(i)}", float(column[i])) for i in order]
    terms.append(given("rest", value - sum(term.value for term in terms)))
    return exact(total(terms), value)


def _mark(number: int) -> str:
    return subscript(number + 1)


def _word(told: Told, place: int | None) -> str | None:
    return None if place is None else told[0].columns[place]


def _logit(told: Told) -> float | None:
    place = told[0].favoured
    return None if place is None else float(told[0].logits[place])


OF_OV: tuple[Metric[Told], ...] = (
    Metric("value_length", N_("length of what is written"), _length),
    Metric("told_share", N_("share of what is told"), _share, _why_share),
    Metric("favoured", N_("made likelier most"), lambda told: _word(told, told[0].favoured)),
    Metric(
        "favoured_by", N_("by how much, in logits"),
        lambda told: _pushed(told, told[0].favoured), lambda told: _why_pushed(told, told[0].favoured),
    ),
    Metric("favoured_logit", N_("its logit in all"), _logit),
    Metric("hindered", N_("made unlikelier most"), lambda told: _word(told, told[0].hindered)),
    Metric(
        "hindered_by", N_("by how much it is made unlikelier"),
        lambda told: _pushed(told, told[0].hindered), lambda told: _why_pushed(told, told[0].hindered),
    ),
)  # fmt: skip


def _told(frame: AttentionFrame) -> Told | None:
    return None if frame.ov is None or frame.chain is None else (frame.ov, frame.chain)


def _worst(trial: Trial) -> str | None:
    found = trial.worst()
    return None if found is None else f"{found[0][0] + 1}·{found[0][1] + 1}"


def _cost(trial: Trial) -> float | None:
    found = trial.worst()
    return None if found is None else found[1]


def _here(frame: AttentionFrame) -> float | None:
    """What becomes of the token without the lit head."""
    c, trial = frame.chain, frame.trial
    if c is None or trial is None or not np.isfinite(trial.changes[c.layer, c.head]):
        return None
    return float(trial.changes[c.layer, c.head])


OF_TRIALS: tuple[Metric[Trial], ...] = (
    Metric("tried", N_("heads tried"), lambda trial: trial.tried),
    Metric("tried_token", N_("expected token"), lambda trial: trial.token or None),
    Metric("tried_score", N_("its logit against the mean"), lambda trial: trial.score if trial.token else None),
    Metric("worst_head", N_("head that matters most"), _worst),
    Metric("worst_change", N_("how far the token moves without it"), _cost),
)


OF_A_LENS: tuple[Family[AttentionFrame], ...] = (
    of_part(lambda frame: frame.qk, *OF_QK),
    of_part(_told, *OF_OV),
    of_part(lambda frame: frame.trial, *OF_TRIALS),
    of_part(
        lambda frame: None if frame.trial is None else frame,
        Metric("head_change", N_("how far the token moves without this head"), _here),
    ),
)
"""On the pages of the lenses, and where heads are tried."""
