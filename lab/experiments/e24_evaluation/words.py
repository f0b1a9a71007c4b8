"""The state of each page in a sentence, its curves as data, and what a state means for the controls."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _
from lab.experiments.e24_evaluation.arena import ArenaPage
from lab.experiments.e24_evaluation.calibration import TEMPERATURES, CalibrationPage
from lab.experiments.e24_evaluation.cheat import CheatPage
from lab.experiments.e24_evaluation.compress import CompressPage
from lab.experiments.e24_evaluation.frame import EvaluationFrame
from lab.experiments.e24_evaluation.reading import ReadingPage
from lab.experiments.e24_evaluation.significance import SignificancePage
from lab.experiments.e24_evaluation.threshold import BINS, ThresholdPage, interval
from lab.experiments.e24_evaluation.tries import TriesPage
from lab.experiments.e24_evaluation.words_models import (
    model_curves,
    say_arena,
    say_bits,
    say_cheat,
    say_reading,
    say_tries,
)
from lab.kit.passage_answers import WAYS

__all__ = ["curves", "describe", "examples", "hidden", "unavailable", "unused"]

COUNTED, ANSWERED = ("questions", "first_right", "second_right", "alike"), ("first_way", "second_way", "asked")
WORLD = ("data", "positives", "skill", "confidence", "shift", "positive_class")
SHOWN = {
    "threshold": ("threshold", "false_positive", "false_negative", "cell", *WORLD),
    "calibration": ("temperature", "bins", *WORLD),
    "perplexity": ("passage", "own", "logs", "reader"),
    "bits": ("weights", "bits", "per", "group", "outlier"),
    "significance": ("pairs", *COUNTED, *ANSWERED),
    "tries": ("first_heat", "second_heat", "tries", "options"),
    "arena": ("margin", "first", "longer", "swap"),
    "cheat": ("leak", "run_length", "k_share"),
}
"""Which controls each page listens to; `topic` is always there."""
DRAWN = ("positives", "skill")
EXAMPLES = 8
SURE = 0.05


def hidden(frame: EvaluationFrame) -> frozenset[str]:
    """The controls of the pages that are not open, and those of another kind of data."""
    p = frame.params
    shown = set(SHOWN[p.topic]) - set(() if p.data == "drawn" else DRAWN)
    shown -= set(ANSWERED if p.pairs == "counts" else COUNTED)
    if not frame.received:
        shown -= {"positive_class"}
    shown -= set() if p.passage == "own" else {"own"}
    shown -= {"reader"} if p.passage == "numbers" else {"logs"}
    shown -= set() if p.weights == "normal" else {"outlier"}
    shown -= {"per", "group"} if p.weights == "smollm2" else set()
    return frozenset({name for names in SHOWN.values() for name in names} - shown)


def unavailable(frame: EvaluationFrame) -> dict[str, tuple[str, ...]]:
    """What cannot be chosen before a network was sent."""
    gone: dict[str, tuple[str, ...]] = {} if frame.received else {"data": ("received",)}
    if isinstance(frame.page, ReadingPage) and not frame.page.given:
        away = tuple(name for name in ("received", "smollm2") if name not in frame.page.names)
        gone |= {"reader": away} if away else {}
        return gone | ({} if frame.model else {"weights": ("received",)})
    return gone | ({} if frame.model else {"reader": ("received",), "weights": ("received",)})


def unused(frame: EvaluationFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    p = frame.params
    if p.topic in ("threshold", "calibration") and frame.received and p.data != "received":
        return {"positive_class": _("Only a received network has classes to choose from.")}
    if p.topic == "bits" and p.weights == "smollm2":
        return {}
    if p.topic == "bits" and p.bits == "16":
        return dict.fromkeys(("per", "group"), _("16 bits need no scale."))
    if p.topic == "bits" and p.per != "group":
        return {"group": _("Only with one scale for each group.")}
    return {}


# --------------------------------------------------------------------------------------- sentences


def describe(frame: EvaluationFrame) -> str:
    """The state in one or two sentences."""
    match frame.page:
        case ThresholdPage() as page:
            return _threshold(page)
        case CalibrationPage() as page:
            return _calibration(page)
        case SignificancePage() as page:
            return _significance(page)
        case ReadingPage() as page:
            return say_reading(page)
        case CompressPage() as page:
            return say_bits(page)
        case ArenaPage() as page:
            return say_arena(page)
        case TriesPage() as page:
            return say_tries(page)
        case CheatPage() as page:
            return say_cheat(page)


def _n(value: float | None, digits: int = 3) -> str:
    return show_number(value, digits)


def _threshold(page: ThresholdPage) -> str:
    c = page.counts
    if page.committed is not None:
        text = _("You locked {t} in: cost {cost}. The cheapest is {best}: cost {least}.")
        return text.format(
            t=_n(page.committed), cost=_n(page.cost_at(page.committed), 4), best=_n(page.cheapest[0]),
            least=_n(page.cheapest[1], 4),
        )  # fmt: skip
    if c.tp + c.fp == 0:
        return _("It never says yes: accuracy {a}, and nothing is found.").format(a=_n(c.accuracy))
    text = _("Yes from {t} on: {tp} found, {fn} missed, {fp} false alarms.")
    head = text.format(t=_n(page.params.threshold), tp=c.tp, fn=c.fn, fp=c.fp)
    return f"{head} {_redrawn(page.areas)}" if len(page.areas) else head


def _redrawn(values: np.ndarray) -> str:
    """What the newest redraw gave, and between which values most of them lie."""
    newest, span = float(values[-1]), interval(values)
    values_now = {"n": len(values), "value": _n(newest if np.isfinite(newest) else None)}
    if span is None:
        return _("Redraw {n}: {value}.").format(**values_now)
    text = _("Redraw {n}: {value}, 95 % from {low} to {high}.")
    return text.format(**values_now, low=_n(span[0]), high=_n(span[1]))


def _calibration(page: CalibrationPage) -> str:
    yes = page.bins
    known = [k for k in range(len(yes.counts)) if yes.counts[k]]
    worst = max(known, key=lambda k: abs(yes.said[k] - yes.came_true[k]) * yes.counts[k])
    text = _("Where it says {said} %, {true} % come true. On average it is off by {gap} %.")
    return text.format(
        said=_n(100 * float(yes.said[worst]), 2),
        true=_n(100 * float(yes.came_true[worst]), 2),
        gap=_n(100 * page.gap, 2),
    )


def _significance(page: SignificancePage) -> str:
    table, span = page.table, page.span
    values = {"n": _n(table.count, 5)}
    if span is None and page.params.pairs == "passages":
        text = _("SmolLM2 has {a} of {n} right with “{before}”, {b} with “{after}”. Run: they are drawn again.")
        before, after = _(WAYS[page.params.first_way]), _(WAYS[page.params.second_way])
        return text.format(**values, a=table.first, b=table.second, before=before, after=after)
    values |= {"a": _n(100 * table.first / table.count), "b": _n(100 * table.second / table.count)}
    if span is None:
        return _("A is right on {a} %, B on {b} % of {n} questions. Run: the questions are drawn again.").format(
            **values
        )
    ends = {"low": _n(100 * span[0], 2), "high": _n(100 * span[1], 2)}
    if span[0] <= 0 <= span[1]:
        text = _("After {r} redraws B − A is {low} to {high} points. {n} questions cannot tell A from B.")
    else:
        text = _("After {r} redraws B − A is {low} to {high} points. {n} questions can tell A from B.")
    return text.format(**values, **ends, r=show_number(len(page.gains), 4))


def examples(page: ThresholdPage) -> str:
    """A few items of the chosen cell, those nearest to the threshold first."""
    found, items = page.members(page.params.cell), page.items
    if not len(found):
        return _("There is none.")
    parts = []
    for number in found[:EXAMPLES]:
        named = zip(map(_, items.columns), items.inputs[number].tolist(), strict=False)
        seen = ", ".join(f"{name} {_n(value)}" for name, value in named)
        score = _("score {p}").format(p=_n(float(page.scores[number])))
        parts.append(f"{number + 1}: {seen}, {score}" if seen else f"{number + 1}: {score}")
    return " · ".join(parts)


# ----------------------------------------------------------------------------------------- the curves


def curves(frame: EvaluationFrame) -> tuple[Curve, ...]:
    """What the open page draws."""
    match frame.page:
        case ThresholdPage() as page:
            roc, pr = page.roc(), page.precision_recall()
            negative, positive = page.heights()
            middles = (np.arange(BINS) + 0.5) / BINS
            false, true = _("false-positive rate"), _("true-positive rate")
            return (
                Curve("ROC", false, true, roc.x, roc.y),
                Curve(_("precision and recall"), _("recall"), _("precision"), pr.x, pr.y),
                Curve(_("negative"), _("score"), _("items"), middles, negative.astype(np.float64)),
                Curve(_("positive"), _("score"), _("items"), middles, positive.astype(np.float64)),
            )
        case CalibrationPage() as page:
            bins = page.bins
            full = bins.counts > 0
            said, came = _("it said"), _("came true")
            return (
                Curve(_("reliability"), said, came, bins.said[full], bins.came_true[full]),
                Curve(_("loss"), _("temperature"), _("loss"), TEMPERATURES, page.losses),
            )
        case SignificancePage() as page:
            order = np.sort(page.gains)
            return (Curve(_("redraws"), _("redraw"), _("B ahead by"), np.arange(1.0, len(order) + 1), order),)
        case _:
            return model_curves(frame.page)
