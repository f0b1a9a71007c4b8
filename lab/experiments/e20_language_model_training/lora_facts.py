"""What is known of LoRA beside its page: every number with its arithmetic, its words, its curves."""

from __future__ import annotations

import numpy as np

from lab.core.arithmetic import Term, given, total
from lab.core.artifact import Artifact
from lab.core.metric import Metric, Metrics, Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve, Divergence
from lab.core.text import N_, _
from lab.experiments.e20_language_model_training.lora import LoraPage, LoraStage, Real
from lab.experiments.e20_language_model_training.lora_house import LoraHouse
from lab.experiments.e20_language_model_training.lora_real import LoraReal
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.stage import StageKind
from lab.kit.numbers import percent

__all__ = ["LORA", "METRICS", "describe", "waiting"]

SQUARE = 4096  # the side of a matrix in a model of 7 billion


def _make(params: Params, rng: np.random.Generator, artifacts: tuple[Artifact, ...]) -> LoraStage:
    return (LoraReal if params.learner == "smollm2" else LoraHouse)(params, rng, artifacts)


def _learned(page: LoraPage) -> Term | None:
    """r · (rows + columns) of every matrix; those of one shape together."""
    if not page.matrices or not page.learned:
        return None
    rank = page.learned // sum(rows + columns for rows, columns in page.matrices)
    shapes = sorted(set(page.matrices))
    parts = [
        given(_("matrices"), page.matrices.count(shape)) * (given("", shape[0]) + given("", shape[1]))
        for shape in shapes
    ]
    return (given("r", rank) * (total(parts) if len(parts) > 1 else parts[0])).named("n")


def _share(page: LoraPage) -> Term:
    return (given("n", page.learned) / given(_("all"), page.whole) * 100.0).named("%")


def _square(page: LoraPage) -> Term:
    return (given("r", page.params.rank) * (2.0 * given("d", SQUARE))).named("n")


def _square_share(page: LoraPage) -> Term:
    return (_square(page) / given("d", SQUARE) ** 2.0 * 100.0).named("%")


def _forgotten(page: LoraPage) -> Term | None:
    if page.neutral is None or page.start is None:
        return None
    return ((given(_("now"), page.neutral) / given(_("at first"), page.start) - 1.0) * 100.0).named("%")


def _risen(page: LoraPage) -> Value:
    found = _forgotten(page)
    return None if found is None else found.value


def _extra(page: LoraPage) -> int:
    """Multiplications more for every token."""
    return 0 if page.params.merged else page.learned


METRICS: Metrics[LoraPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: page.loss, digits=4),
    Metric("neutral_loss", N_("loss of neutral text"), lambda page: page.neutral, digits=4),
    Metric("forgotten", N_("forgotten, %"), _risen, _forgotten, 3),
    Metric("style", N_("in the voice, %"), lambda page: None if page.style is None else 100 * page.style, digits=3),
    Metric("learned", N_("numbers that learn"), lambda page: page.learned, _learned),
    Metric("learned_share", N_("of all, %"), lambda page: _share(page).value, _share, 3),
    Metric("square_learned", N_("of a 4096² matrix"), lambda page: int(_square(page).value), _square),
    Metric("square_share", N_("its share, %"), lambda page: _square_share(page).value, _square_share, 3),
    Metric("gap", N_("merged or beside"), lambda page: page.gap, digits=2),
    Metric("extra", N_("more per token"), _extra),
    Metric("largest", N_("largest singular value"),
           lambda page: float(page.singular[0]) if len(page.singular) else None, digits=3),
    Metric("change", N_("largest change"), lambda page: float(np.abs(page.change).max()), digits=3),
)  # fmt: skip


def waiting(real: Real) -> str:
    """Before the first step of SmolLM2: what is going on, or how long it will take."""
    if real.missing or real.doing:
        return real.missing or real.doing
    values = {"read": show_number(real.read_seconds, 2), "step": show_number(real.step_seconds, 2)}
    text = _(
        "Measured here: reading all examples {read} s, a step {step} s, at most {mb} MB. Run, or take fewer layers."
    )
    return text.format(**values, mb=show_number(real.megabytes, 3))


def describe(page: LoraPage) -> str:
    """The state in a sentence or two."""
    if not page.finite:
        return _("A number of an adapter is none any more: the learning rate is too large.")
    if page.real is not None and (page.real.missing or page.real.doing or not page.step):
        return waiting(page.real)
    if not page.step:
        return _("B is zero, so nothing is added yet: the model answers as before.")
    share = show_number(100 * page.share, 2)
    text = _("Step {step}: {share} % of the numbers learn, the others stay frozen.").format(step=page.step, share=share)
    if page.forgotten is not None and page.step >= page.every:
        risen = percent(page.forgotten) if page.forgotten >= 0 else "−" + percent(-page.forgotten)
        text += " " + _("Loss of neutral text: {risen} above the start.").format(risen=risen)
    return text


def curves(page: LoraPage) -> tuple[Curve, ...]:
    """What is drawn."""
    step, loss = _("step"), _("loss")
    return (
        Curve(_("answers"), step, loss, *page.judged_loss(), course=True),
        Curve(_("neutral text"), step, loss, *page.judged(1)),
        Curve(_("in the voice"), step, _("share"), *page.judged(2)),
        Curve(_("singular values"), _("direction"), _("size"), np.arange(1.0, len(page.singular) + 1), page.singular),
    )


def divergence(page: LoraPage) -> Divergence | None:
    """Where a number has become none."""
    if page.finite:
        return None
    return Divergence(
        page.step, _("an adapter"), _("the learning rate is too large"), {"rate": 1.0}, _("Set it to the usual one"),
        True,
    )  # fmt: skip


def unused(page: LoraPage) -> dict[str, str]:
    """The controls without effect now, and why."""
    if page.params.learner == "smollm2":
        text = _("SmolLM2 learns its queries and values, and nothing is repeated.")
        return dict.fromkeys(("replay", "targets", "source"), text)
    return {"upper": _("Only SmolLM2 has so many layers.")}


LORA: StageKind = StageKind(
    "lora", _make, LoraPage, METRICS, describe, curves,
    (
        "learner", "rate", "rank", "merged", "layer", "asked", "replay", "upper", "targets", "alpha", "batch", "own",
        "source",
    ),
    divergence, unused,
)  # fmt: skip
