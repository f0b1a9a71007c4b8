"""What is shown of one step: whose attention, the head that is lit with its stages, and what is known of all heads.
A frame never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.simulation import Curve, Limit
from lab.core.text import _
from lab.experiments.e17_attention.arithmetic import explain_metric
from lab.experiments.e17_attention.chain import Chain
from lab.experiments.e17_attention.own_words import Vectors
from lab.experiments.e17_attention.reading import Head, Reading
from lab.experiments.e17_attention.roles import ROLES
from lab.experiments.e17_attention.scaling import KEYS, ScaleReport
from lab.experiments.e17_attention.settings import STAGES, Params
from lab.experiments.e17_attention.words import described, reasons_unused

__all__ = ["AttentionFrame"]

MOST_WEIGHTS = 8  # of the lit row that have read-outs of their own


@dataclass(frozen=True, eq=False)
class AttentionFrame:
    """One step.

    reading: the text and all heads, None while the source is being opened.  chain: the lit head.  vectors: of my
    own words, else None.  scale: what the third page shows, None on the others.  silent, patched: heads, from 0.
    opened: the share of the source that is open, 1 when it is.  received: whether a model was sent here.
    """

    step: int
    params: Params
    last_step: int
    reading: Reading | None
    chain: Chain | None
    vectors: Vectors | None
    scale: ScaleReport | None
    silent: tuple[Head, ...]
    patched: tuple[Head, ...]
    opened: float
    received: bool

    # ---------------------------------------------------------------------------------------- stages

    @property
    def stage(self) -> str:
        """What is lit: "all" at step 0, then one stage after the other."""
        return STAGES[min(self.step, self.last_step)]

    def seen(self, stage: str) -> bool:
        """Whether a stage has been worked out by now; at step 0 all of them are shown."""
        return self.step == 0 or STAGES.index(stage) <= self.step

    # ------------------------------------------------------------------------------------- read-outs

    def metrics(self) -> dict[str, Value]:
        """Every number on screen."""
        values: dict[str, Value] = {"step": self.step, "stage": self.stage}
        if self.params.page == "scale":
            return values | self._of_the_scale()
        return values | self._of_the_cell() | self._of_the_row() | self._of_the_reading() | self._of_the_next()

    def _of_the_cell(self) -> dict[str, Value]:
        c = self.chain
        if c is None:
            return dict.fromkeys(("score", "scaled", "masked", "weight"))
        values: dict[str, Value] = {
            "query_word": c.tokens[c.row],
            "key_word": c.tokens[c.column],
            "layer": c.layer + 1,
            "head": c.head + 1,
            "width": c.width,
            "divisor": c.divisor,
        }
        for name, stage in (("score", "scores"), ("scaled", "scaled"), ("masked", "masked"), ("weight", "weights")):
            values[name] = c.at(stage, c.row, c.column) if self.seen(stage) else None
        return values

    def _of_the_row(self) -> dict[str, Value]:
        c = self.chain
        if c is None or not self.seen("weights"):
            return dict.fromkeys(("row_sum", "entropy", "top_weight"))
        values: dict[str, Value] = {
            "row_sum": float(c.weights[c.row].sum()),
            "entropy": c.entropy,
            "mean_entropy": c.mean_entropy,
            "even": float(np.log2(c.visible)) if c.visible else None,
            "room": c.room,
            "top_weight": float(c.weights[c.row, c.top]),
            "top_word": c.tokens[c.top],
        }
        if len(c.tokens) <= MOST_WEIGHTS:
            values |= {f"weight_{j}": weight for j, weight in enumerate(c.weights[c.row].tolist(), 1)}
        if self.seen("mix"):
            out = c.out[c.row]
            values |= {"out_1": float(out[0]), "out_2": float(out[1])} if len(out) > 1 else {"out_1": float(out[0])}
            values["out_length"] = float(np.linalg.norm(out))
        return values

    def _of_the_reading(self) -> dict[str, Value]:
        r, c = self.reading, self.chain
        if r is None or c is None:
            return {"opened": self.opened}
        values: dict[str, Value] = {"tokens": len(r.tokens), "layers": r.layers, "heads": r.heads}
        values["first_share"] = r.first_share
        for role in ROLES:
            values[f"role_{role}"] = float(r.roles[role][c.layer, c.head])
            (layer, head), score = r.best(role)
            values[f"best_{role}"] = score
            values[f"best_{role}_head"] = f"{layer + 1}·{head + 1}" if score > 0 else None
        values |= {"silenced": len(self.silent), "patched": len(self.patched)}
        return values

    def _of_the_next(self) -> dict[str, Value]:
        r = self.reading
        if r is None or r.next is None:
            return {"changed": r.changed if r is not None else None}
        bars = {f"next_p_{i}": p for i, p in enumerate(r.next.p.tolist(), 1)}
        bars |= {f"next_before_{i}": p for i, p in enumerate(r.next.before.tolist(), 1)}
        return bars | {
            "next_word": r.next.labels[int(np.argmax(r.next.p))],
            "next_p": float(r.next.p.max()),
            "usual_word": r.next.labels[int(np.argmax(r.next.before))],
            "usual_before": float(r.next.before.max()),
            "usual_p": float(r.next.p[int(np.argmax(r.next.before))]),
            "changed": r.changed,
        }

    def _of_the_scale(self) -> dict[str, Value]:
        s = self.scale
        if s is None:
            return {"width": self.params.d_k}
        values: dict[str, Value] = {"width": s.width, "even": float(np.log2(KEYS))}
        for name, summary in (("raw", s.raw), ("scaled", s.scaled)):
            values |= {
                f"std_{name}": summary.std,
                f"largest_{name}": summary.largest,
                f"entropy_{name}": summary.entropy,
                f"room_{name}": summary.room,
            }
        for j in range(KEYS):
            values[f"weight_raw_{j + 1}"] = float(s.weights_raw[j])
            values[f"weight_scaled_{j + 1}"] = float(s.weights_scaled[j])
        return values

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out."""
        return explain_metric(self, name) if self.metrics().get(name) is not None else None

    # ------------------------------------------------------------------------------------------ words

    def describe(self) -> str:
        """The state in one or two sentences."""
        return described(self)

    def unused(self) -> dict[str, str]:
        """The controls without effect now, and why."""
        return reasons_unused(self)

    def unavailable(self) -> dict[str, tuple[str, ...]]:
        """A received model can only be chosen when one was received."""
        return {} if self.received else {"source": ("received",)}

    def limits(self) -> Mapping[str, Limit]:
        """How far the sliders of layer and head reach here."""
        r = self.reading
        if r is None or (r.layers == r.heads == 1):
            return {}
        return {
            "layer": Limit(None, "", (1.0, float(max(2, r.layers)))),
            "head": Limit(None, "", (1.0, float(max(2, r.heads)))),
        }

    @cached_property
    def _curves(self) -> tuple[Curve, ...]:
        s, c = self.scale, self.chain
        if s is not None:
            names = (_("scores as they are"), _("divided by √d"))
            pairs = zip(names, (s.raw_curve, s.scaled_curve), strict=True)
            return tuple(Curve(name, "d", _("entropy in bits"), s.widths, rows[:, 2]) for name, rows in pairs)
        if c is None:
            return ()
        places = np.arange(1, len(c.tokens) + 1, dtype=np.float64)
        return (Curve(_("weights of “{word}”").format(word=c.tokens[c.row]), _("token"), _("weight"), places,
                      c.weights[c.row]),)  # fmt: skip

    def curves(self) -> tuple[Curve, ...]:
        """What is drawn as curves, as data."""
        return self._curves
