"""Goals the program checks, from the numbers and never from which buttons were pressed."""

from __future__ import annotations

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e20_language_model_training import presets_tuned
from lab.experiments.e20_language_model_training.frame import TrainingFrame
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.supervised import SupervisedPage

__all__ = ["CHALLENGES", "KEPT", "LEARNED"]

LEARNED, KEPT = 1.0, 0.08  # the loss of the answers, and by what share that of Shakespeare may rise


def check_gently(frame: TrainingFrame, params: Params, log: Log) -> Progress:
    """Whether the answers were learned while Shakespeare was kept."""
    page = frame.page
    if not isinstance(page, SupervisedPage):
        return Progress(False, 0.0, _("Go back to the page “Answers”."), failed=True)
    if params.source != "house" or params.style != "plain" or params.own:
        return Progress(False, 0.0, _("Teach the house model the lab's plain answers."), failed=True)
    values = {"loss": show_number(page.answered, 3), "risen": show_number(100 * page.forgotten, 3)}
    if page.answered < LEARNED and page.forgotten < KEPT:
        return Progress(True, 1.0, _("Done: answers {loss}, Shakespeare up by {risen} %.").format(**values))
    text = _("Answers {loss}, wanted below 1. Shakespeare is up by {risen} %, allowed are 8.").format(**values)
    learned = min(1.0, max(0.0, (1.7 - page.answered) / (1.7 - LEARNED))) if page.finite else 0.0
    return Progress(False, 0.95 * learned if page.forgotten < KEPT else 0.0, text, failed=page.forgotten >= KEPT)


CHALLENGES = (
    Challenge(
        "gently",
        N_("Learn without forgetting"),
        N_(
            "Bring the loss of the answers below 1 while the loss of Shakespeare rises by less than 8 %. "
            "At the usual learning rate it is forgotten too fast."
        ),
        Setting({"stage": "supervised"}),
        check_gently,
        Setting({"stage": "supervised", "rate": 0.3}, steps=25),
        (
            N_("Which of the two losses changes faster when the steps are large?"),
            N_("Take smaller steps, and more of them. Stop as soon as the answers are learned."),
        ),
        N_("one change: a learning rate of 0.2 to 0.4 times the usual"),
    ),
    *presets_tuned.CHALLENGES,
)
