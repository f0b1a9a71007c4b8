"""What is shown of one step: the open page, and all that is said of it. A frame never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.simulation import Curve, Divergence, Limit
from lab.core.text import _
from lab.experiments.e08_activations.chain_report import DepthPage
from lab.experiments.e08_activations.descent import SoftmaxPage
from lab.experiments.e08_activations.learner import FunctionPage
from lab.experiments.e08_activations.lift import StabilityPage
from lab.experiments.e08_activations.settings import Params

__all__ = ["ActivationsFrame", "Page", "number_in"]

Page = FunctionPage | DepthPage | SoftmaxPage | StabilityPage

USED = {
    "function": ("function", "layers", "learning_rate", "x", "functions", "swiglu"),
    "depth": ("function", "layers", "learning_rate", "scheme", "gain"),
    "softmax": ("logits", "names", "learning_rate", "truth", "temperature", "infinite", "source"),
    "stability": ("logits", "names", "truth", "source", "number_format", "subtract_max"),
}
"""Which controls each page listens to, beside the choice of the page."""

DRAWN = {"function": ("tangent", "maxima"), "depth": ("bounds",), "softmax": ("next_step",), "stability": ()}
"""Which view options each page has."""


@dataclass(frozen=True, slots=True, eq=False)
class ActivationsFrame:
    """One step. page: what the open page shows.  received: whether another experiment has sent a distribution."""

    step: int
    params: Params
    page: Page
    received: bool

    def metrics(self) -> dict[str, Value]:
        """Every number on screen."""
        return {"step": self.step, **self.page.metrics()}

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out, from the very numbers that were used."""
        return self.page.explain(name)

    def describe(self) -> str:
        """The state in one or two sentences."""
        return self.page.describe()

    def limits(self) -> dict[str, Limit]:
        """Computed marks on sliders; those of pages that are not open are taken away."""
        return {"layers": Limit(None, ""), **self.page.limits()}

    def unused(self) -> dict[str, str]:
        """The controls without effect now, and why."""
        params, reasons = self.params, dict[str, str]()
        if params.topic == "softmax" and params.infinite:
            reasons["temperature"] = _("The temperature is ∞: switch that off first.")
        if params.topic in ("softmax", "stability") and params.source != "own":
            reasons["names"] = _("The classes of these logits have names of their own.")
            reasons["logits"] = _("The logits come from elsewhere: drag a bar to make them your own.")
        return reasons

    def hidden(self) -> frozenset[str]:
        """The controls and view options of the pages that are not open."""
        topic = self.params.topic
        controls = {name for names in USED.values() for name in names} - set(USED[topic])
        return frozenset(controls | {name for names in DRAWN.values() for name in names} - set(DRAWN[topic]))

    def unavailable(self) -> dict[str, tuple[str, ...]]:
        """A distribution can only be chosen when one was received."""
        return {} if self.received else {"source": ("received",)}

    @property
    def divergence(self) -> Divergence | None:
        """What stopped being a number, if anything did."""
        return self.page.divergence

    def curves(self) -> tuple[Curve, ...]:
        """What is drawn, as data."""
        return self.page.data_curves()


def number_in(values: Mapping[str, Value], name: str) -> float:
    """A metric that has to be a number. Raises TypeError for a text, and for what is not known yet."""
    value = values[name]
    if not isinstance(value, (int, float)):
        raise TypeError(f"{name}: {value!r}, needs a number")
    return value
