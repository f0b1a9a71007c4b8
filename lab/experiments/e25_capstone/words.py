"""The state in a sentence, the curves as data, and what it means for the controls."""

from __future__ import annotations

from lab.core.numbers import show_number
from lab.core.params import fields_of
from lab.core.simulation import Curve, Divergence
from lab.core.text import _
from lab.experiments.e25_capstone.frame import CapstoneFrame, TrainPage
from lab.experiments.e25_capstone.league import LeaguePage
from lab.experiments.e25_capstone.league_facts import CONTROLS as IN_LEAGUE
from lab.experiments.e25_capstone.league_facts import league_curves, league_sentence, unused_in_league
from lab.experiments.e25_capstone.metrics import RUNGS
from lab.experiments.e25_capstone.pipeline_facts import CONTROLS as OF_PIPELINE
from lab.experiments.e25_capstone.pipeline_facts import pipeline_curves, pipeline_sentence
from lab.experiments.e25_capstone.pipeline_frame import PipelinePage
from lab.experiments.e25_capstone.scaling import ScalingPage
from lab.experiments.e25_capstone.scaling_facts import CONTROLS, scaling_curves, scaling_sentence
from lab.experiments.e25_capstone.settings import Params, page_of
from lab.experiments.e25_capstone.time_facts import CHOICES, time_curves, time_sentence

__all__ = ["curves", "describe", "divergence", "duration", "hidden", "unavailable", "unused"]

PLANNED = ("tokens", "layers", "heads", "width", "context", "dropout", "wide", "positions")
FARTHEST = 3600 * 99


def duration(seconds: float) -> str:
    """A time as one says it: 40 s, 3 min, 2 h."""
    if seconds < 1:
        return _("less than a second")
    if seconds < 100:
        return _("{n} s").format(n=show_number(round(seconds)))
    if seconds < 6000:
        return _("{n} min").format(n=show_number(round(seconds / 60)))
    return _("{n} h").format(n=show_number(round(min(seconds, FARTHEST) / 3600)))


NOT_TRAIN = frozenset({"grows", "budget", "bet", "checks", "maker"}) | (
    frozenset({"merges", "pretraining", "tuning", "rewarding", "size", "judge", "shown"})
)
"""Controls of the other pages."""


def describe(frame: CapstoneFrame) -> str:
    """The state in one or two sentences."""
    page = frame.page
    if isinstance(page, ScalingPage):
        return scaling_sentence(page)
    if isinstance(page, LeaguePage):
        return league_sentence(page)
    if isinstance(page, PipelinePage):
        return pipeline_sentence(page)
    if page.lost:
        return _("The loss is no number any more. The learning rate is far too large.")
    if page_of(frame.params) == "time":
        return time_sentence(page)
    if page.held_out is None:
        return _before(page)
    passed = _("No table is beaten yet.")
    if page.passed:
        passed = _("It beats the table of {what}.").format(what=_(RUNGS[page.passed - 1]))
    text = _("Step {step}: the loss on new text is {held}. {passed}")
    return text.format(step=page.step, held=show_number(page.held_out, 4), passed=passed)


def _before(page: TrainPage) -> str:
    numbers = {
        "n": show_number(page.parameters), "steps": show_number(page.params.steps),
        "time": duration(page.seconds * page.params.steps),
    }  # fmt: skip
    if page.params.start != "fresh":
        text = _("A trained model of {n} numbers. {steps} steps more take about {time}. Press Run.")
        return text.format(**numbers)
    return _("{n} random numbers. {steps} steps will take about {time} on this computer. Press Run.").format(**numbers)


def curves(frame: CapstoneFrame) -> tuple[Curve, ...]:
    """The losses: on text that was kept apart, on what was read, and of every batch."""
    page = frame.page
    if isinstance(page, ScalingPage):
        return scaling_curves(page)
    if isinstance(page, LeaguePage):
        return league_curves(page)
    if isinstance(page, PipelinePage):
        return pipeline_curves(page)
    step, loss = _("step"), _("loss")
    held, learned = _("held-out loss"), _("loss on what it reads")
    more = time_curves(page) if page_of(frame.params) == "time" else ()
    return (
        Curve(held, step, loss, page.judged[:, 0], page.judged[:, 2], course=True),
        Curve(learned, step, loss, page.judged[:, 0], page.judged[:, 1]),
        Curve(_("loss of the batch"), step, loss, page.past.steps + 1, page.past.column(0)),
        *more,
    )


def divergence(frame: CapstoneFrame) -> Divergence | None:
    """What stopped being a number, if anything did."""
    if not frame.page.lost or not isinstance(frame.page, TrainPage):  # on the others no control helps a run
        return None
    reason = _("the learning rate is too large: a step threw the weights away")
    return Divergence(frame.step, _("the loss"), reason, {"learning_rate": 0.01}, _("Set η to 0.01"), undefined=True)


def unused(frame: CapstoneFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    if isinstance(frame.page, ScalingPage):
        return {"bet": _("The training has begun: the bet stands.")} if frame.page.settled else {}
    if isinstance(frame.page, LeaguePage):
        return unused_in_league(frame.page)
    if isinstance(frame.page, PipelinePage):
        return {}
    if frame.params.start != "fresh":
        return dict.fromkeys(PLANNED, _("The trained model has its own plan and its own tokens."))
    return {}


def hidden(frame: CapstoneFrame) -> frozenset[str]:
    """The controls of the other pages."""
    every = frozenset(field.name for field in fields_of(Params))
    if isinstance(frame.page, ScalingPage):
        return every - frozenset(CONTROLS)
    if isinstance(frame.page, LeaguePage):
        return every - frozenset(IN_LEAGUE)
    if isinstance(frame.page, PipelinePage):
        return every - frozenset(OF_PIPELINE)
    return NOT_TRAIN if page_of(frame.params) == "time" else NOT_TRAIN | frozenset(CHOICES)


def unavailable(frame: CapstoneFrame) -> dict[str, tuple[str, ...]]:
    """What cannot be chosen as long as it was not received."""
    kinds = {"corpus": "corpus", "tokens": "tokenizer", "start": "language-model"}
    return {control: ("received",) for control, kind in kinds.items() if kind not in frame.received}
