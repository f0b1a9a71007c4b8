"""Every number on screen."""

from __future__ import annotations

from collections.abc import Callable

from lab.core.arithmetic import Term
from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_, _
from lab.experiments.e25_capstone import arithmetic as why
from lab.experiments.e25_capstone.frame import CapstoneFrame, TrainPage
from lab.experiments.e25_capstone.league import LeaguePage
from lab.experiments.e25_capstone.league_facts import LEAGUE
from lab.experiments.e25_capstone.pipeline_facts import PIPELINE
from lab.experiments.e25_capstone.pipeline_frame import PipelinePage
from lab.experiments.e25_capstone.scaling import ScalingPage
from lab.experiments.e25_capstone.scaling_facts import SCALING
from lab.experiments.e25_capstone.time_facts import TIME
from lab.kit.metrics import if_open, of_part

__all__ = ["METRICS", "RUNGS", "TRAIN"]

RUNGS = (N_("single tokens"), N_("pairs"), N_("runs of 3"), N_("runs of 4"), N_("runs of 5"))
"""What each rung of the ladder counts."""


def _of(term: Callable[[TrainPage], Term | None]) -> Callable[[TrainPage], Value]:
    """The value of an arithmetic."""

    def value(page: TrainPage) -> Value:
        found = term(page)
        return None if found is None else found.value

    return value


def _rung(order: int) -> Metric[TrainPage]:
    return Metric(
        f"rung_{order}", _RUNG_LABELS[order - 1],
        lambda page: page.rungs[order - 1].loss if order <= len(page.rungs) else None, digits=4,
    )  # fmt: skip


def _table(order: int) -> Metric[TrainPage]:
    return Metric(
        f"table_{order}", _TABLE_LABELS[order - 1],
        lambda page: page.rungs[order - 1].n_stored if order <= len(page.rungs) else None,
    )  # fmt: skip


_RUNG_LABELS = (
    N_("loss of counting single tokens"), N_("loss of counting pairs"), N_("loss of counting runs of 3"),
    N_("loss of counting runs of 4"), N_("loss of counting runs of 5"),
)  # fmt: skip
_TABLE_LABELS = (
    N_("different tokens"), N_("different pairs"), N_("different runs of 3"), N_("different runs of 4"),
    N_("different runs of 5"),
)  # fmt: skip


def _last_sample(page: TrainPage) -> Value:
    return page.samples[-1].text.replace("\n", " ")[:60] if page.samples else "—"


def _passed(page: TrainPage) -> Value:
    return _(RUNGS[page.passed - 1]) if page.passed else _("none yet")


def _small(page: TrainPage) -> Value:
    """Parameters over the entries of the longest table: below 1 the model is the smaller of the two."""
    return page.parameters / page.rungs[-1].n_stored if page.rungs else None


TRAIN: Metrics[TrainPage] = Metrics(
    Metric("result", N_("held-out loss"), lambda page: page.held_out, digits=4),
    Metric("held_out", N_("held-out loss"), lambda page: page.held_out, digits=4),
    Metric("learned", N_("loss on what it reads"), lambda page: page.learned, digits=4),
    Metric("gap", N_("gap"), _of(why.gap), why.gap, 3),
    Metric("best", N_("least held-out loss"), lambda page: page.best, digits=4),
    Metric("loss", N_("loss of the batch"), lambda page: page.loss, digits=4),
    Metric("gradient", N_("length of the gradient"), lambda page: page.gradient, digits=3),
    Metric("rate", N_("learning rate now"), lambda page: page.rate, digits=3),
    Metric("passed", N_("passed"), _passed),
    Metric("rungs_passed", N_("rungs passed"), lambda page: page.passed),
    Metric("perplexity", N_("perplexity"), _of(why.perplexity), why.perplexity, 3),
    Metric("per_character", N_("nats a character"), _of(why.per_character), why.per_character, 4),
    Metric("parameters", N_("parameters"), lambda page: page.parameters, why.parameters),
    Metric("tokens_read", N_("tokens read"), lambda page: round(why.tokens_read(page).value), why.tokens_read),
    Metric("megabytes", N_("memory, MB"), _of(why.megabytes), why.megabytes, 3),
    Metric("seconds_left", N_("seconds left here"), _of(why.seconds_left), why.seconds_left, 2),
    Metric("characters", N_("characters"), lambda page: page.characters),
    Metric("alphabet", N_("different tokens"), lambda page: page.plan.vocab_size),
    Metric("learned_from", N_("tokens to learn from"), lambda page: page.tokens),
    Metric("kept_apart", N_("tokens kept apart"), lambda page: page.held),
    Metric("against_table", N_("parameters for each entry of the table"), _small, digits=3),
    Metric("sample", N_("last sample"), _last_sample),
    *(_rung(order) for order in range(1, 6)),
    *(_table(order) for order in range(1, 6)),
)


METRICS: Metrics[CapstoneFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    of_part(if_open(TrainPage), *TRAIN),
    of_part(if_open(TrainPage), *TIME),
    of_part(if_open(LeaguePage), *LEAGUE),
    of_part(if_open(ScalingPage), *SCALING),
    of_part(if_open(PipelinePage), *PIPELINE),
)
