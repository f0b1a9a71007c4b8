"""Settings with a story for rewards and preferences, failures on purpose, and goals that the program checks."""

from __future__ import annotations

from lab.core.experiment import Break, Challenge, Log, Preset, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e20_language_model_training.frame import TrainingFrame
from lab.experiments.e20_language_model_training.judges import judge_of
from lab.experiments.e20_language_model_training.preferences import PreferencesPage
from lab.experiments.e20_language_model_training.reward import RewardPage
from lab.experiments.e20_language_model_training.settings import Params
from lab.kit.numbers import percent

__all__ = ["BREAKS", "CHALLENGES", "LAST", "MOST_DRIFT", "PRESETS", "WANTED_FIT", "WANTED_RIGHT"]

PRESETS = (
    Preset(
        "reward",
        N_("Reward"),
        Setting({"stage": "reward", "group": 4}, steps=10),
        N_("Sixteen answers to one question. What is better than its group is made likelier, digit by digit."),
    ),
    Preset(
        "fault",
        N_("Whose fault?"),
        Setting({"stage": "credit"}, steps=5),
        N_("One wrong answer. From each beginning the model goes on 256 times: what is the beginning worth?"),
    ),
    Preset(
        "taste",
        N_("Preferences"),
        Setting({"stage": "preferences"}, steps=10),
        N_("Forty pairs of names: which is liked more? Nobody says why. Press the arrows of a pair to swap it."),
    ),
)


def _hacked(frame: TrainingFrame) -> bool:
    page = frame.page
    return isinstance(page, RewardPage) and page.now("right") < 0.1 and page.now("judged") > 0.85


def _endless(frame: TrainingFrame) -> bool:
    return isinstance(frame.page, PreferencesPage) and frame.page.now("letters") > 11.0


def _both_fall(frame: TrainingFrame) -> bool:
    page = frame.page
    return isinstance(page, PreferencesPage) and bool((page.logs.mean(axis=1) < page.reference.mean(axis=1)).all())


BREAKS = (
    Break(
        "hack",
        N_("A sloppy judge"),
        N_("The judge is more and more pleased, and almost nothing is right any more: only its formula was learned."),
        Setting({"stage": "reward", "judge": "sloppy"}, steps=40),
        _hacked,
    ),
    Break(
        "free",
        N_("A reward model without a leash"),
        N_("The reward model likes the letter o, so the names become nothing but o, as long as there is room."),
        Setting({"stage": "preferences", "learning": "ppo", "beta": 0.0}, steps=40),
        _endless,
    ),
    Break(
        "both",
        N_("DPO in too great a hurry"),
        N_("Only the gap between the names counts: now even the preferred names become less likely than before."),
        Setting({"stage": "preferences", "beta": 0.1, "rate": 10.0}, steps=20),
        _both_fall,
    ),
)

WANTED_RIGHT, LAST = 0.36, 150
WANTED_FIT, MOST_DRIFT = 0.6, 2.0


def check_judge(frame: TrainingFrame, params: Params, log: Log) -> Progress:
    """Whether an own judge that does not see the right places made the model better in time."""
    page = frame.page
    if not isinstance(page, RewardPage):
        return Progress(False, 0.0, _("Go back to the page “Reward”."), failed=True)
    if params.judge != "own" or "places" in judge_of(params.judge, params.formula).looks_at:
        return Progress(False, 0.0, _("Use “My formula”, and not the word places."), failed=True)
    right = page.now("right")
    values = {"right": percent(right), "goal": percent(WANTED_RIGHT), "step": page.step, "all": LAST}
    if right >= WANTED_RIGHT and page.step <= LAST:
        return Progress(True, 1.0, _("Done: {right} are really right at step {step}.").format(**values))
    text = _("{right} are really right at step {step} of {all}; the goal is {goal}.").format(**values)
    share = min(1.0, max(0.0, (right - page.start.right) / (WANTED_RIGHT - page.start.right)))
    return Progress(False, share, text, failed=page.step >= LAST)


def check_gentle(frame: TrainingFrame, params: Params, log: Log) -> Progress:
    """Whether the names fit while the model has hardly drifted."""
    page = frame.page
    if not isinstance(page, PreferencesPage):
        return Progress(False, 0.0, _("Go back to the page “Preferences”."), failed=True)
    fit, drift = page.now("liked"), page.now("drift")
    values = {"fit": percent(fit), "drift": show_number(drift, 3)}
    if fit >= WANTED_FIT and drift <= MOST_DRIFT:
        return Progress(True, 1.0, _("Done: {fit} fit, with a drift of {drift} nats.").format(**values))
    text = _("{fit} of the names fit, with a drift of {drift} nats a name.").format(**values)
    return Progress(False, 0.9 * min(1.0, fit / WANTED_FIT), text, failed=drift > MOST_DRIFT)


CHALLENGES = (
    Challenge(
        "cheatproof",
        N_("A judge that cannot be cheated"),
        N_("Write a formula that makes the model better, up to 36 % right within 150 steps, without the word places."),
        Setting({"stage": "reward", "judge": "own", "formula": "digits*rising"}),
        check_judge,
        Setting({"stage": "reward", "judge": "own", "formula": "step(kept*rising - 0.99)"}, steps=100),
        (
            N_("What does 00000 get from your judge? It should get nothing."),
            N_("A right answer has the digits of the question, and none of them is smaller than the one before."),
        ),
        N_("one formula"),
    ),
    Challenge(
        "taste",
        N_("A taste, not a craze"),
        N_("Let 60 % of the names fit the taste while the drift stays below 2 nats a name."),
        Setting({"stage": "preferences", "beta": 0.1, "rate": 5.0}),
        check_gentle,
        Setting({"stage": "preferences"}, steps=80),
        (
            N_("Watch the drift at every fifth step. Which control makes it grow so fast?"),
            N_("Go slower, and hold the model more tightly."),
        ),
        N_("two changes: the learning rate and the leash"),
    ),
)
