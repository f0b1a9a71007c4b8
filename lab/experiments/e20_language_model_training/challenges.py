"""Goals the program checks, from the numbers and never from which buttons were pressed."""

from __future__ import annotations

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e20_language_model_training import presets_tuned
from lab.experiments.e20_language_model_training.frame import TrainingFrame
from lab.experiments.e20_language_model_training.lora import LoraPage
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.supervised import SupervisedPage
from lab.kit.numbers import percent

__all__ = ["CHALLENGES", "KEPT", "LEARNED", "RISEN", "VOICED"]

LEARNED, KEPT = 1.0, 0.08  # the loss of the answers, and by what share that of Shakespeare may rise
ASKED, VOICED, RISEN = 20, 0.8, 0.1  # questions; the share in the voice, and by what share the neutral loss may rise


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


def check_voice(frame: TrainingFrame, params: Params, log: Log) -> Progress:
    """Whether SmolLM2 speaks like a pirate and still reads other text nearly as well as before."""
    page = frame.page
    if not frame.pack:
        text = _("SmolLM2 is not on this computer. It comes as a model pack: Settings › Model packs.")
        return Progress(False, 0.0, text)
    if not isinstance(page, LoraPage):
        return Progress(False, 0.0, _("Go back to the page “LoRA”."), failed=True)
    if params.own or params.asked != ASKED:
        return Progress(False, 0.0, _("Teach the lab's pirate answers, and ask 20 questions."), failed=True)
    if params.learner != "smollm2":
        return Progress(False, 0.0, _("Choose SmolLM2 under “Who learns”."))
    if page.style is None or page.forgotten is None:
        return Progress(False, 0.0, _("Run: after every 10 steps it is asked 20 questions that it never learned."))
    values = {"style": percent(page.style), "risen": show_number(100 * page.forgotten, 3)}
    if page.forgotten > RISEN:
        text = _("{style} are in the voice, but the loss of neutral text is up by {risen} %: more than 10.")
        return Progress(False, 0.0, text.format(**values), failed=True)
    if page.style >= VOICED:
        text = _("Done: {style} are in the voice, and the loss of neutral text is up by {risen} %.")
        return Progress(True, 1.0, text.format(**values))
    text = _("{style} of the answers are in the voice, wanted are 80 %. Neutral text: up by {risen} %, allowed are 10.")
    return Progress(False, 0.95 * page.style / VOICED, text.format(**values))


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
    Challenge(
        "voice",
        N_("A real model, gently"),
        N_(
            "Let SmolLM2 answer 16 of 20 new questions like a pirate while the loss of neutral text rises by at most "
            "10 %. “Arr, matey!” alone is no answer. It takes some minutes."
        ),
        Setting({"stage": "lora", "rank": 8, "asked": ASKED}),
        check_voice,
        Setting({"stage": "lora", "learner": "smollm2", "rank": 8, "asked": ASKED, "batch": 8, "rate": 0.5}, steps=70),
        (
            N_("Large steps learn fast and forget fast. What do half as large steps do, with more examples in each?"),
            N_("Look at both numbers after every 10 steps, and stop in time."),
        ),
        N_("two changes: 8 examples a step, and half the learning rate; 70 steps"),
        needs="smollm2",
    ),
)
