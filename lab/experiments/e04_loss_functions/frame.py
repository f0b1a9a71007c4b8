"""What is shown of one step: the points, the line, what the loss says about them, and every number of it.
While a learner searches blind, whatever would give the answer away is None. A frame never changes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve, Divergence, Limit
from lab.core.text import _, n_
from lab.experiments.e04_loss_functions.arithmetic import explain_metric
from lab.experiments.e04_loss_functions.loss import (
    CLIP,
    Array,
    Best,
    Loss,
    Measured,
    measured,
    over_lines,
    stable_rate,
)
from lab.experiments.e04_loss_functions.points import Points
from lab.experiments.e04_loss_functions.settings import LOSS_NAMES, Params

__all__ = ["Ground", "LossFrame"]

LISTED = 60  # points whose own numbers are listed
FINE = 121  # places of a slice


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The loss of every line: heights [rows of b, columns of w] over w0, w1, b0, b1."""

    heights: Array
    extent: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class LossFrame:
    """One step. line: slope and intercept.  best: those of least loss, if known.  probes: what a blind
    search has bought, as (w, b, loss)."""

    step: int
    params: Params
    points: Points
    loss: Loss
    line: tuple[float, float]
    judged: Measured
    best: Best | None
    ground: Ground
    probes: tuple[tuple[float, float, float], ...]
    received: bool

    @property
    def n(self) -> int:
        """How many points there are."""
        return int(self.points.x.size)

    @property
    def blind(self) -> bool:
        """Whether points and landscape are hidden."""
        return self.params.blind

    @property
    def owner(self) -> int | None:
        """The number, from 0, of the point that owns most of the loss."""
        shares = self.judged.shares
        return int(np.argmax(shares)) if shares.size and float(np.nanmax(shares)) > 0 else None

    @property
    def limit(self) -> float | None:
        """The largest stable learning rate."""
        return stable_rate(self.loss, self.points.x)

    def slice(self) -> tuple[Array, Array]:
        """The loss along w at the line's own b: w [121] and loss [121]."""
        w = np.linspace(*self.points.weights[:2], FINE)
        return w, over_lines(self.loss, self.points.x, self.points.y, w, np.full(FINE, self.line[1]))

    def excess(self, w: float, b: float) -> float:
        """How far above the lowest place of the slice a line is, as a share of the slice's height."""
        _w, losses = self.slice()
        found = measured(self.loss, self.points.x, self.points.y, w, b).total
        low, high = float(losses.min()), float(losses.max())
        return 1.0 if found is None or high == low else (found - low) / (high - low)

    def cost_curve(self, reach: float) -> tuple[Array, Array]:
        """What a residual from −reach to reach costs: residuals [K], costs [K]. Labels end at ±1."""
        reach = min(reach, 1.0) if self.loss.squash else reach
        r = np.linspace(-reach, reach, 241)
        if self.loss.squash:
            label = (r > 0).astype(float)
            return r, self.loss.each(label - r, label)
        return r, self.loss.each(-r, np.zeros_like(r))

    # ------------------------------------------------------------------------------------- the read-outs

    def metrics(self) -> dict[str, Value]:
        """Every number on screen; what is still secret is None."""
        w, b = self.line
        values: dict[str, Value] = {"step": self.step, "slope": w, "intercept": b, "n": self.n}
        values |= {"learning_rate": self.params.learning_rate, "evaluations": len(self.probes)}
        values["lowest_found"] = min((probe[2] for probe in self.probes), default=None)
        if self.blind:
            return values | dict.fromkeys(("loss", "gradient_w", "gradient_b", "best_slope", "best_loss"))
        judged, rate = self.judged, self.params.learning_rate
        down_w, down_b = judged.gradient
        values |= {"loss": judged.total, "gradient_w": down_w, "gradient_b": down_b}
        values |= {"next_slope": w - rate * down_w, "next_intercept": b - rate * down_b, "limit": self.limit}
        values |= self._best() | self._owner()
        squared = self.loss.kind == "mse" and not self.loss.summed and judged.total is not None
        values["typical_miss"] = math.sqrt(judged.total) if squared and judged.total is not None else None
        for i in range(min(self.n, LISTED)):
            values |= {
                f"residual_{i + 1}": float(judged.residuals[i]),
                f"loss_{i + 1}": float(judged.each[i]),
                f"share_{i + 1}": float(judged.shares[i]),
                f"gradient_{i + 1}": float(judged.slopes[i]),
            }
        return values

    def _best(self) -> dict[str, Value]:
        best = self.best
        if best is None:
            return dict.fromkeys(("best_slope", "best_intercept", "best_loss"))
        lowest = measured(self.loss, self.points.x, self.points.y, *best).total
        return {"best_slope": best[0], "best_intercept": best[1], "best_loss": lowest}

    def _owner(self) -> dict[str, Value]:
        owner = self.owner
        return {
            "owner": None if owner is None else owner + 1,
            "owner_share": None if owner is None else float(self.judged.shares[owner]),
        }

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out, from the very numbers that were used."""
        return explain_metric(self, name)

    # -------------------------------------------------------------------------------------------- words

    def describe(self) -> str:
        """The state in one or two sentences."""
        if self.blind:
            return _("The landscape is hidden. {n} bought so far, the lowest {low}.").format(
                n=n_("{n} evaluation", "{n} evaluations", len(self.probes)),
                low=show_number(self.metrics()["lowest_found"], 3),
            )
        if not self.n:
            return _("No points yet: press the board to add one.")
        told = _("Step {step}: {loss} {value} for slope {w} and intercept {b}.").format(
            step=self.step,
            loss=_(LOSS_NAMES[self.loss.kind]),
            value=show_number(self.judged.total, 3),
            w=show_number(self.line[0], 3),
            b=show_number(self.line[1], 3),
        )
        return f"{told} {self.who}".strip()

    @property
    def who(self) -> str:
        """Who owns the loss, in a sentence; "" where nobody does."""
        owner = self.owner
        if owner is None or self.blind:
            return ""
        share = show_number(100 * float(self.judged.shares[owner]), 2)
        return _("Point {n} owns {share} % of it.").format(n=owner + 1, share=share)

    @property
    def unit(self) -> str:
        """The unit of the loss: squared for squared error, for it is made of products of two misses."""
        unit = _(self.points.unit)
        return f"{unit}²" if unit and self.loss.kind in ("mse", "huber") else unit

    # ----------------------------------------------------------------- what the window may ask beside

    def limits(self) -> dict[str, Limit]:
        """The largest stable learning rate."""
        if self.blind or self.limit is None:  # then a mark of before is taken away
            return {"learning_rate": Limit(None, "")}
        text = _("steps grow above {rate}").format(rate=show_number(self.limit, 3))
        return {"learning_rate": Limit(self.limit, text)}

    def unused(self) -> dict[str, str]:
        """The controls without effect now, and why."""
        reasons = dict[str, str]()
        if self.loss.kind != "huber":
            reasons["delta"] = _("Only Huber's loss has a border.")
        if self.loss.kind != "log":
            reasons["clip"] = _("Only log-loss takes a logarithm of a probability.")
        if self.params.loss == "log" and not self.points.labels:
            reasons["loss"] = _("Log-loss needs labels 0 and 1: squared error is used instead.")
        if self.blind:
            reasons["learning_rate"] = _("You search yourself: the machine does not step.")
        return reasons

    def unavailable(self) -> dict[str, tuple[str, ...]]:
        """Log-loss where there are no labels, and points that were never received."""
        found: dict[str, tuple[str, ...]] = {} if self.received else {"data": ("received",)}
        if not self.points.labels and self.params.loss != "log":
            found["loss"] = ("log",)
        return found

    @property
    def divergence(self) -> Divergence | None:
        """The first number that is not finite, and the knob that did it."""
        total = self.judged.total
        if self.blind or total is None or math.isfinite(total + sum(self.line)):
            return None
        if self.loss.kind == "log" and not self.loss.clipped and math.isfinite(sum(self.line)):
            reason = _("a point has probability 0 for its true label, and −log 0 is ∞")
            remedy = _("Clip p at {clip}").format(clip=show_number(CLIP, 1))
            return Divergence(self.step, _("the log-loss"), reason, {"clip": True}, remedy)
        rate = 0.5 * (self.limit or 2e-3)
        return Divergence(
            self.step,
            _("the loss"),
            _("the learning rate is too large: every step overshot further, until squaring overflowed"),
            {"learning_rate": rate},
            _("Set η to {rate}").format(rate=show_number(rate, 2)),
        )

    def curves(self) -> tuple[Curve, ...]:
        """The points, the line and the slice, as data."""
        if self.blind:
            w, _b, loss = (fixed for fixed in np.array(self.probes).reshape(-1, 3).T)
            return (Curve(_("evaluations"), _("slope w"), _("loss"), w, loss),)
        x_name, y_name = (_(name) for name in self.points.names)
        ends = np.array(self.points.extent[:2])
        height = self.loss.predict(self.line[0] * ends + self.line[1])
        return (
            Curve(_("points"), x_name, y_name, self.points.x, self.points.y),
            Curve(_("line"), x_name, y_name, ends, height),
            Curve(_("loss along w"), _("slope w"), _("loss"), *self.slice()),
        )
