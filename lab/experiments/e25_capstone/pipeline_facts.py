"""What is said of the whole way: numbers, why they are what they are, words, curves."""

from __future__ import annotations

from collections.abc import Callable

from lab.core.arithmetic import Term, given
from lab.core.metric import Metric, Metrics, Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import N_, _
from lab.experiments.e25_capstone.pipeline_cost import megabytes
from lab.experiments.e25_capstone.pipeline_exam import Report
from lab.experiments.e25_capstone.pipeline_frame import MADE, STAGES, PipelinePage
from lab.experiments.e25_capstone.settings import STAGE_NAMES
from lab.kit.metrics import Column, numbered

__all__ = ["CONTROLS", "PIPELINE", "pipeline_curves", "pipeline_sentence", "stage_change"]

CONTROLS = (
    "corpus", "kilobytes", "merges", "pretraining", "tuning", "rewarding", "size", "judge", "shown",
    "prompt", "temperature", "page",
)  # fmt: skip


def _megabytes(page: PipelinePage) -> Term:
    """See `megabytes`."""
    return megabytes(page.plan, page.parameters, page.batch_tokens)


def _share(page: PipelinePage) -> Term | None:
    """The share of questions that the newest report counts as right."""
    report = page.newest
    if report is None:
        return None
    return (given("right", report.n_right) / given("asked", len(report.right))).named("p")


def _of(term: Callable[[PipelinePage], Term | None]) -> Callable[[PipelinePage], Value]:
    def value(page: PipelinePage) -> Value:
        found = term(page)
        return None if found is None else found.value

    return value


def _each(value: Callable[[Report], Value]) -> Callable[[PipelinePage], list[Value]]:
    """A number of every report, None before."""
    return lambda page: [None if (report := page.report(stage)) is None else value(report) for stage in MADE]


def _last(stage: str) -> Callable[[PipelinePage], float | None]:
    return lambda page: float(page.courses[stage][-1, 1]) if len(page.courses[stage]) else None


PIPELINE: Metrics[PipelinePage] = Metrics(
    Metric("result", N_("held-out loss, nats a character"), lambda page: _newest(page, "held"), digits=4),
    Metric("stage", N_("stage"), lambda page: _(STAGE_NAMES[page.stage])),
    Metric("right_now", N_("share of right answers"), _of(_share), _share, 3),
    Metric("asked", N_("questions of the exam"), lambda page: len(page.asked_all)),
    Metric("parameters", N_("parameters"), lambda page: page.parameters),
    Metric("alphabet", N_("different tokens"), lambda page: page.plan.vocab_size),
    Metric("per_token", N_("characters in a token"), lambda page: page.per_token, digits=3),
    Metric("characters", N_("characters"), lambda page: page.characters),
    Metric("loss", N_("loss of the batch"), lambda page: page.loss, digits=4),
    Metric("answer_loss", N_("loss of the answers"), _last("questions"), digits=4),
    Metric("judged", N_("what the judge gives"), _last("reward"), digits=3),
    Metric("words_tried", N_("tries that make a word"), _last("card"), digits=3),
    Metric("megabytes", N_("memory, MB"), _of(_megabytes), _megabytes, 3),
    Metric("seconds_left", N_("seconds left here"), lambda page: page.seconds_left, digits=2),
    Metric("seconds_all", N_("seconds in all"), lambda page: _whole(page), digits=2),
    numbered(
        len(MADE),
        Column("held_after", N_("held-out loss in report {n}"), _each(lambda report: report.held), digits=4),
        Column("right_after", N_("right answers in report {n}"), _each(lambda report: report.n_right)),
        Column("one_after", N_("pass@1 in report {n}"), _each(lambda report: report.one), digits=3),
        Column("many_after", N_("pass@16 in report {n}"), _each(lambda report: report.many), digits=3),
        Column("tokens_after", N_("tokens read in report {n}"), _each(lambda report: report.tokens)),
    ),
)  # fmt: skip


def _newest(page: PipelinePage, name: str) -> float | None:
    return None if page.newest is None else float(getattr(page.newest, name))


def _whole(page: PipelinePage) -> float:
    """The seconds of all steps and reports on this machine."""
    steps = sum(length * seconds for length, seconds in zip(page.lengths[:-1], page.seconds[:-1], strict=True))
    return steps + page.exams * page.seconds[-1]


def pipeline_sentence(page: PipelinePage) -> str:
    """The state in one or two sentences."""
    if page.lost:
        return _("The loss is no number any more.")
    if page.over:
        return _over(page)
    if not page.step:
        text = _("{n} random numbers will learn in {k} steps. Press Run.")
        return text.format(n=show_number(page.parameters), k=show_number(sum(page.lengths)))
    length = page.lengths[STAGES.index(page.stage)]
    text = _("{stage}: step {step} of {all}.")
    said = text.format(stage=_(STAGE_NAMES[page.stage]), step=show_number(page.made), all=show_number(length))
    return f"{said} {_doing(page)}"


def _doing(page: PipelinePage) -> str:
    """What goes on in the stage under way."""
    if page.stage == "tokens":
        return _("The commonest pair of neighbours became a token.")
    if page.stage == "pretrain":
        return _("It reads the text and guesses what comes next.")
    if page.stage == "questions":
        return _("It sees beginnings of words, and how they go on.")
    return _("It tries by itself, and what the judge likes becomes likelier.")


def _over(page: PipelinePage) -> str:
    report = page.newest
    if report is None:
        return _("No stage has any steps: give one of them some.")
    text = _("Done: it finishes {right} of {all} words. pass@1 {one} %, pass@16 {many} %.")
    percent = {"one": round(100 * report.one), "many": round(100 * report.many)}
    return text.format(right=report.n_right, all=len(report.right), **percent)


def stage_change(page: PipelinePage, stage: str) -> str:
    """What a stage has changed, or is, in a few words."""
    if stage == "text":
        return show_number(page.characters)
    if stage == "tokens":
        return _("{n} different").format(n=show_number(page.plan.vocab_size))
    report = page.newest if stage == "card" and page.over else page.report(stage)
    if report is None:
        length = page.lengths[STAGES.index(stage)]
        return _("{n} steps").format(n=show_number(length)) if stage != "card" else "—"
    if stage == "pretrain":
        return _("{n} nats").format(n=show_number(report.held, 3))
    return _("{right} of {all} right").format(right=report.n_right, all=len(report.right))


def pipeline_curves(page: PipelinePage) -> tuple[Curve, ...]:
    """How each stage goes."""
    step = _("step")
    names = {
        "tokens": (_("tokens of the text"), _("tokens")),
        "pretrain": (_("held-out loss"), _("nats a character")),
        "questions": (_("loss of the answers"), _("nats a token")),
        "reward": (_("what the judge gives"), _("share")),
        "card": (_("tries that make a word"), _("share")),
    }
    return tuple(
        Curve(name, step, unit, page.courses[stage][:, 0], page.courses[stage][:, 1], course=stage == "pretrain")
        for stage, (name, unit) in names.items()
    )
