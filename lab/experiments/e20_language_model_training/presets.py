"""Settings with a story, and failures on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e20_language_model_training import presets_tuned
from lab.experiments.e20_language_model_training.frame import TrainingFrame
from lab.experiments.e20_language_model_training.pretrain import PretrainPage
from lab.experiments.e20_language_model_training.supervised import SupervisedPage

__all__ = ["BREAKS", "PRESETS"]

PRESETS = (
    Preset(
        "course",
        N_("Course: base"),
        Setting(),
        N_("Run: a fresh model reads Shakespeare. At first every letter is a guess among 64."),
    ),
    Preset(
        "answers",
        N_("Answers"),
        Setting({"stage": "supervised"}, steps=2),
        N_("The same model learns 40 questions with their answers. Only the letters of the answers count."),
    ),
    Preset(
        "lora",
        N_("LoRA, rank 4"),
        Setting({"stage": "lora"}, steps=2),
        N_("Run: 1 % of the numbers learn to speak like a pirate. The matrix itself never changes."),
    ),
    *presets_tuned.PRESETS,
    Preset(
        "compare",
        N_("Side by side"),
        Setting({"stage": "compare"}),
        N_(
            "Run: the base, one that is tuned, one with an adapter, and one that learns from preferences. "
            "What does each forget?"
        ),
    ),
    Preset(
        "distil",
        N_("A teacher"),
        Setting({"stage": "distil"}, steps=2),
        N_("Two students read the same 8000 letters. One of them is told what the large model makes of each."),
    ),
)


def _wild(frame: TrainingFrame) -> bool:
    return isinstance(frame.page, PretrainPage) and not frame.page.held < 3.2


def _forgets(frame: TrainingFrame) -> bool:
    return isinstance(frame.page, SupervisedPage) and not frame.page.forgotten < 0.25


BREAKS = (
    Break(
        "rate",
        N_("A learning rate 30 times too large"),
        N_("Each step throws the weights about: the loss stays where letters are only counted, or climbs."),
        Setting({"rate": 30.0, "warmup": 0}, steps=40),
        _wild,
    ),
    Break(
        "forget",
        N_("Learn the answers too hard"),
        N_("After 20 steps at three times the learning rate a small model has largely forgotten Shakespeare."),
        Setting({"stage": "supervised", "source": "small", "rate": 3.0}, steps=20),
        _forgets,
    ),
    *presets_tuned.BREAKS,
)
