"""Every number on screen: of the head that is looked at, of the text and all heads, and of the page “Why √d”."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from lab.core.arithmetic import Term
from lab.core.metric import Family, Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e17_attention import arithmetic as why
from lab.experiments.e17_attention.chain import Chain
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.lens_metrics import OF_A_LENS
from lab.experiments.e17_attention.reading import MOST_NEXT
from lab.experiments.e17_attention.roles import ROLES
from lab.experiments.e17_attention.scaling import KEYS, ScaleReport
from lab.kit.metrics import Column, numbered, of_part

__all__ = ["METRICS"]

T = TypeVar("T", Value, Term | None)
MOST_WEIGHTS = 8  # of a row that are metrics of their own
OF_A_ROLE = ("role_{}", "best_{}", "best_{}_head")
EVEN = N_("entropy if all were alike")


def _at(stage: str, ask: Callable[[Chain], T]) -> Callable[[AttentionFrame], T | None]:
    """What a head says once a stage of it has been worked out, else None."""
    return lambda frame: ask(frame.chain) if frame.chain is not None and frame.seen(stage) else None


def _cell(name: str, label: str, stage: str, term: Callable[[Chain], Term] | None = None) -> Metric[AttentionFrame]:
    """The cell of the query and the key in the matrix of a stage."""
    value = _at(stage, lambda c: c.at(stage, c.row, c.column))
    return Metric(name, label, value, None if term is None else _at(stage, term), 3)


def _chain_at(stage: str) -> Callable[[AttentionFrame], Chain | None]:
    return lambda frame: frame.chain if frame.seen(stage) else None


def _out(c: Chain) -> dict[str, Value]:
    return {f"out_{i}": value for i, value in enumerate(c.out[c.row][:2].astype(float).tolist(), 1)}


def _roles(frame: AttentionFrame) -> dict[str, Value]:
    """How far this head plays each role, and the head that plays it best."""
    r, c = frame.reading, frame.chain
    found: dict[str, Value] = {}
    if r is None or c is None:
        return found
    for role in ROLES:
        (layer, head), score = r.best(role)
        found[f"role_{role}"] = float(r.roles[role][c.layer, c.head])
        found[f"best_{role}"] = score
        found[f"best_{role}_head"] = f"{layer + 1}·{head + 1}" if score > 0 else None
    return found


def _of_draws(kind: str, labels: tuple[str, str, str, str]) -> tuple[Metric[ScaleReport], ...]:
    """The means over all draws, of the scores as they are or divided: `kind` is "raw" or "scaled"."""
    std, largest, entropy, room = labels
    return (
        Metric(f"std_{kind}", std, lambda s: s.of(kind).std, why.scaled_spread if kind == "scaled" else None),
        Metric(f"largest_{kind}", largest, lambda s: s.of(kind).largest),
        Metric(f"entropy_{kind}", entropy, lambda s: s.of(kind).entropy),
        Metric(f"room_{kind}", room, lambda s: s.of(kind).gini),
    )


OF_A_TEXT: tuple[Metric[AttentionFrame] | Family[AttentionFrame], ...] = (
    of_part(
        lambda frame: frame.chain,
        Metric("query_word", N_("token that looks"), lambda c: c.tokens[c.row]),
        Metric("key_word", N_("token looked at"), lambda c: c.tokens[c.column]),
        Metric("layer", N_("layer"), lambda c: c.layer + 1),
        Metric("head", N_("head"), lambda c: c.head + 1),
        Metric("width", N_("width d"), lambda c: c.width),
        Metric("divisor", N_("divided by"), lambda c: c.divisor, why.divisor),
    ),
    _cell("score", N_("score q·k"), "scores", why.score),
    _cell("scaled", N_("scaled score"), "scaled", why.scaled),
    _cell("masked", N_("score behind the mask"), "masked"),
    _cell("weight", N_("weight"), "weights", lambda c: why.weight(c, c.column)),
    Metric(
        "row_sum",
        N_("sum of the row"),
        _at("weights", lambda c: float(c.weights[c.row].sum())),
        _at("weights", why.row_sum),
        3,
    ),
    Metric("entropy", N_("entropy in bits"), _at("weights", lambda c: c.entropy), _at("weights", why.entropy), 3),
    of_part(
        _chain_at("weights"),
        Metric("mean_entropy", N_("mean entropy of all rows"), lambda c: c.mean_entropy),
        Metric("even", EVEN, lambda c: float(np.log2(c.visible)) if c.visible else None, why.even),
        Metric("room", "Σ p(1−p)", lambda c: c.gini, why.room, 3),
    ),
    Metric(
        "top_weight",
        N_("largest weight"),
        _at("weights", lambda c: float(c.weights[c.row, c.top])),
        _at("weights", lambda c: why.weight(c, c.top)),
    ),
    of_part(
        _chain_at("weights"),
        Metric("top_word", N_("looks most at"), lambda c: c.tokens[c.top]),
        numbered(
            MOST_WEIGHTS,
            Column(
                "weight",
                "w{n}",
                lambda c: c.weights[c.row].tolist() if len(c.tokens) <= MOST_WEIGHTS else (),
                why.weight,
            ),
        ),
    ),
    of_part(
        _chain_at("mix"),
        Family(
            _out,
            lambda c, name: why.out(c, int(name[-1]) - 1),
            {"out_1": N_("output, first number"), "out_2": N_("output, second number")},
        ),
        Metric("out_length", N_("length of the output"), lambda c: float(np.linalg.norm(c.out[c.row]))),
    ),
    of_part(
        lambda frame: frame if frame.reading is None else None,
        Metric("opened", N_("opened"), lambda frame: frame.opened),
    ),
    of_part(
        lambda frame: frame.reading,
        Metric("tokens", N_("tokens"), lambda reading: len(reading.tokens)),
        Metric("layers", N_("layers"), lambda reading: reading.layers),
        Metric("heads", N_("heads in a layer"), lambda reading: reading.heads),
        Metric("first_share", N_("share of all weight on the first token"), lambda reading: reading.first_share),
    ),
    Family(
        _roles,
        labels={name.format(role): where for role, where in ROLES.items() for name in OF_A_ROLE},
    ),
    of_part(
        lambda frame: frame if frame.reading is not None else None,
        Metric("silenced", N_("heads silenced"), lambda frame: len(frame.silent)),
        Metric("patched", N_("heads patched"), lambda frame: len(frame.patched)),
    ),
    of_part(
        lambda frame: frame.expected,
        numbered(MOST_NEXT, Column("next_p", N_("probability, bar {n}"), lambda n: n.p.tolist())),
        numbered(
            MOST_NEXT,
            Column("next_before", N_("probability in the whole model, bar {n}"), lambda n: n.before.tolist()),
        ),
        Metric("next_word", N_("expected next"), lambda n: n.labels[n.likeliest]),
        Metric("next_p", N_("its probability"), lambda n: float(n.p[n.likeliest])),
        Metric("usual_word", N_("expected by the whole model"), lambda n: n.labels[n.usual]),
        Metric("usual_before", N_("its probability in the whole model"), lambda n: n.before_and_now[0]),
        Metric("usual_p", N_("its probability now"), lambda n: n.before_and_now[1]),
    ),
    Metric("changed", N_("how far the answer moved"), lambda frame: frame.reading.changed if frame.reading else None),
    *OF_A_LENS,
)
"""On the pages that read a text."""

OF_RANDOM_VECTORS: tuple[Metric[ScaleReport] | Family[ScaleReport], ...] = (
    Metric("width", N_("width d"), lambda s: s.width),
    Metric("even", EVEN, lambda s: float(np.log2(KEYS)), lambda s: why.even_keys()),
    *_of_draws(
        "raw",
        (
            N_("spread of the scores"),
            N_("largest weight, not scaled"),
            N_("entropy, not scaled"),
            N_("Σ p(1−p), not scaled"),
        ),
    ),
    *_of_draws(
        "scaled",
        (
            N_("spread of the scaled scores"),
            N_("largest weight, scaled"),
            N_("entropy, scaled"),
            N_("Σ p(1−p), scaled"),
        ),
    ),
    numbered(
        KEYS,
        Column("weight_raw", N_("weight {n}, not scaled"), lambda s: s.weights_raw.tolist()),
        Column("weight_scaled", N_("weight {n}, scaled"), lambda s: s.weights_scaled.tolist()),
    ),
)
"""On the page “Why √d”."""

METRICS: Metrics[AttentionFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("stage", N_("stage"), lambda frame: frame.stage),
    of_part(lambda frame: frame.scale, *OF_RANDOM_VECTORS),
    of_part(lambda frame: frame if frame.scale is None else None, *OF_A_TEXT),
)
