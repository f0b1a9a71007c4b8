"""Settings with a story, and failures on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e24_evaluation.calibration import CalibrationPage
from lab.experiments.e24_evaluation.compress import CompressPage
from lab.experiments.e24_evaluation.frame import EvaluationFrame
from lab.experiments.e24_evaluation.significance import SignificancePage
from lab.experiments.e24_evaluation.threshold import ThresholdPage

__all__ = ["BREAKS", "PRESETS"]

PRESETS = (
    Preset(
        "course",
        N_("Balanced"),
        Setting(),
        N_("Drag the line: fewer are missed, and there are more false alarms. All four numbers move together."),
    ),
    Preset(
        "rare",
        N_("Rare"),
        Setting({"positives": 0.01, "threshold": 1.0}),
        N_("Only 10 of 1000 are positive. A model that always says no is right 99 times in 100. Is it good?"),
    ),
    Preset(
        "cells",
        N_("Real cells"),
        Setting({"data": "cells", "false_negative": 10.0}),
        N_("Tissue samples that nobody trained on. To overlook a tumour costs ten times as much as a false alarm."),
    ),
    Preset(
        "sure",
        N_("Over-confident"),
        Setting({"topic": "calibration", "confidence": 3.0}),
        N_("It says 95 % and is right on far fewer. Drag the temperature until the dots lie on the diagonal."),
    ),
    Preset(
        "shifted",
        N_("Shifted"),
        Setting({"topic": "calibration", "shift": 1.5}),
        N_("All scores are too high. No temperature brings the dots to the diagonal: it cannot move them sideways."),
    ),
    Preset(
        "ladder",
        N_("n-gram ladder"),
        Setting({"topic": "perplexity"}, steps=3),
        N_("Run: each reader guesses every letter before it sees it. The darker a letter, the greater the surprise."),
    ),
    Preset(
        "int4",
        N_("int8, int4"),
        Setting({"topic": "bits", "bits": "4"}, steps=1),
        N_("15 values for each matrix. The model is a quarter as large. Run: how much worse does it guess?"),
    ),
    Preset(
        "duel",
        N_("82 or 80?"),
        Setting({"topic": "significance"}, steps=20),
        N_("B has 82 right of 100, A has 80. Draw the questions again: how often would A have been ahead?"),
    ),
    Preset(
        "leak",
        N_("Leaked test"),
        Setting({"topic": "cheat"}, steps=4),
        N_("Half of the test is in the training text. Run, and see which detector finds it out."),
    ),
)


def _paradox(frame: EvaluationFrame) -> bool:
    page = frame.page
    return isinstance(page, ThresholdPage) and (page.counts.accuracy or 0.0) >= 0.99 and page.counts.f1 == 0.0


def _too_sure(frame: EvaluationFrame) -> bool:
    page = frame.page
    return isinstance(page, CalibrationPage) and page.gap > 0.1


def _flattened(frame: EvaluationFrame) -> bool:
    return isinstance(frame.page, CompressPage) and frame.page.zeros > 0.99


def _by_chance(frame: EvaluationFrame) -> bool:
    page = frame.page
    return isinstance(page, SignificancePage) and page.span is not None and page.span[0] < 0 < page.table.gain


BREAKS = (
    Break(
        "paradox",
        N_("The accuracy paradox"),
        N_("The model always says no. Its accuracy is 0.99, its F1 is 0, and precision does not exist: 0 of 0."),
        Setting({"positives": 0.01, "threshold": 1.0}),
        _paradox,
    ),
    Break(
        "sure",
        N_("Too sure of itself"),
        N_("All scores are multiplied by 4. Not one answer changes, and the calibration error is above 10 %."),
        Setting({"topic": "calibration", "confidence": 4.0}),
        _too_sure,
    ),
    Break(
        "outlier",
        N_("One outlier"),
        N_("One weight of 262 144 is 100. With one scale for the whole matrix, 4 bits turn every other weight into 0."),
        Setting({"topic": "bits", "weights": "normal", "bits": "4", "outlier": 100.0}),
        _flattened,
    ),
    Break(
        "few",
        N_("Too few questions"),
        N_("B is ahead by 10 points, on 20 questions. Still 0 lies inside the interval."),
        Setting({"topic": "significance", "questions": 20, "first_right": 0.7, "second_right": 0.8}, steps=20),
        _by_chance,
    ),
)
