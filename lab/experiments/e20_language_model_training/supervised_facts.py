"""What is known of supervised fine-tuning beside its page: its numbers, its words, its curves."""

from __future__ import annotations

from lab.core.arithmetic import Term, given
from lab.core.metric import Metric, Metrics
from lab.core.numbers import show_number
from lab.core.simulation import Curve, Divergence
from lab.core.text import N_, _
from lab.experiments.e20_language_model_training.own_examples import read_pairs
from lab.experiments.e20_language_model_training.stage import StageKind
from lab.experiments.e20_language_model_training.supervised import MOST, Supervised, SupervisedPage, rate_at
from lab.kit.numbers import percent

__all__ = ["METRICS", "SUPERVISED", "describe"]


def _forgotten(page: SupervisedPage) -> Term:
    return ((given(_("now"), page.neutral) / given(_("at first"), page.start) - 1.0) * 100.0).named("%")


METRICS: Metrics[SupervisedPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: page.answered, digits=4),
    Metric("question_loss", N_("loss of questions"), lambda page: page.asked, digits=4),
    Metric("neutral_loss", N_("loss of Shakespeare"), lambda page: page.neutral, digits=4),
    Metric("forgotten", N_("forgotten, %"), lambda page: _forgotten(page).value, _forgotten, 3),
    Metric("rate_now", N_("rate now"), lambda page: rate_at(page.params, page.step), digits=3),
    Metric("counted", N_("letters that count"), lambda page: int(page.letters.counts.sum())),
    Metric("letters", N_("letters shown"), lambda page: len(page.letters.text)),
    Metric("examples", N_("examples"), lambda page: page.given),
    Metric("shown_answer", N_("its answer's loss"), lambda page: page.letters.mean(True), digits=3),
    Metric("shown_question", N_("its question's loss"), lambda page: page.letters.mean(False), digits=3),
)


def describe(page: SupervisedPage) -> str:
    """The state in a sentence or two."""
    if not page.finite:
        return _("A weight is no number any more: the learning rate is too large.")
    if not page.step:
        return _start(page)
    risen = percent(page.forgotten) if page.forgotten >= 0 else "−" + percent(-page.forgotten)
    values = {"step": page.step, "all": MOST, "loss": show_number(page.answered, 3), "risen": risen}
    text = _("Step {step} of {all}. Loss of the answers {loss}; that of Shakespeare is {risen} above the start.")
    return text.format(**values)


def _start(page: SupervisedPage) -> str:
    """Before the first step: what will be learned, where it is the learner's own."""
    if page.unknown:
        text = _("{n} examples. The model does not know these letters, and they are left out: {letters}")
        return text.format(n=page.given, letters=" ".join(page.unknown))
    if read_pairs(page.params.own):
        return _("{n} examples of your own. The model has not learned from them yet.").format(n=page.given)
    return _("The model has read Shakespeare only, and goes on with a question as with any text.")


def curves(page: SupervisedPage) -> tuple[Curve, ...]:
    """What is drawn."""
    step, loss = _("step"), _("loss")
    names, kept = (_("answers"), _("questions"), "Shakespeare"), page.judged()
    return tuple(
        Curve(name, step, loss, page.past.steps[kept], page.past.column(place)[kept], course=place == 0)
        for place, name in enumerate(names)
    )


def divergence(page: SupervisedPage) -> Divergence | None:
    """Where a weight has become no number."""
    if page.finite:
        return None
    return Divergence(
        page.step, _("a weight"), _("the learning rate is too large"), {"rate": 1.0}, _("Set it to the usual one"), True
    )


def unused(page: SupervisedPage) -> dict[str, str]:
    """The controls without effect now, and why."""
    own = read_pairs(page.params.own)
    return {"style": _("Your own examples have the answers that you wrote.")} if own else {}


SUPERVISED: StageKind = StageKind(
    "supervised", Supervised, SupervisedPage, METRICS, describe, curves,
    ("rate", "style", "masked", "example", "batch", "source", "own"), divergence, unused,
)  # fmt: skip
