"""Goals the program checks, from the numbers and never from which buttons were pressed."""

from __future__ import annotations

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e24_evaluation.compress import CompressPage
from lab.experiments.e24_evaluation.frame import EvaluationFrame
from lab.experiments.e24_evaluation.gestures import Commit
from lab.experiments.e24_evaluation.settings import Params
from lab.experiments.e24_evaluation.threshold import ThresholdPage, expected_cost

__all__ = ["CHALLENGES", "TOO_DEAR", "TRIES"]

LEAST = 1e-9
SMALL, WORSE, MEASURED = 40.0, 3.0, 4  # percent of the size, percent more perplexity, steps
TOO_DEAR, TRIES = 2.0, 3  # percent above the least cost, and how often a threshold may be locked in
BEST = 1 / 11  # where a yes begins to pay: 10 · p = 1 · (1 − p)
WORLD = {"positives": 0.2, "skill": 2.0, "confidence": 1.0, "shift": 0.0, "false_positive": 1.0, "false_negative": 10.0}


def check_price(frame: EvaluationFrame, params: Params, log: Log) -> Progress:
    """Whether the threshold that was locked in costs at most 2 % more than the best, over all samples."""
    page = frame.page
    if not isinstance(page, ThresholdPage) or params.data != "drawn":
        return Progress(False, 0.0, _("Go back to the page “Threshold” and the drawn world."), failed=True)
    if any(getattr(params, name) != value for name, value in WORLD.items()):
        text = _("Keep the world and the prices as they were; only the threshold is yours.")
        return Progress(False, 0.0, text, failed=True)
    tries = sum(1 for _step, action in log if isinstance(action, Commit) and action.threshold >= 0)
    if tries > TRIES:
        return Progress(False, 0.0, _("You may lock a threshold in three times."), failed=True)
    if page.committed is None:
        return Progress(False, 0.0, _("Drag the line to where you think mistakes cost least, and lock it in."))
    locked = min(max(page.committed, LEAST), 1 - LEAST)
    over = 100 * (expected_cost(params, locked) / expected_cost(params, BEST) - 1)
    text = _("In all the samples of this world your line is {over} % too dear. Allowed are 2 %.")
    done = over <= TOO_DEAR
    return Progress(done, 1 / (1 + max(0.0, over - TOO_DEAR) / 10), text.format(over=show_number(over, 3)))


def check_small(frame: EvaluationFrame, params: Params, log: Log) -> Progress:
    """Whether the house model is small, and guesses nearly as well as before."""
    page = frame.page
    if not isinstance(page, CompressPage) or params.weights != "house":
        return Progress(False, 0.0, _("Go back to the page “Bits” and the house model."), failed=True)
    size = 100 * page.share
    if size > SMALL:
        text = _("It has {size} % of its size. At most 40 % are wanted.")
        return Progress(False, SMALL / size / 2, text.format(size=show_number(size, 3)))
    if frame.step < MEASURED or page.worse is None:
        return Progress(False, 0.5, _("Small enough. Run: how well does it still guess?"))
    worse = 100 * page.worse
    text = _("{size} % of its size, and a perplexity that is {worse} % higher. Allowed are 3 %.")
    values = {"size": show_number(size, 3), "worse": show_number(worse, 3)}
    return Progress(worse <= WORSE, 1 / (1 + max(0.0, worse - WORSE) / 10), text.format(**values))


CHALLENGES = (
    Challenge(
        "price",
        N_("A miss costs ten times"),
        N_(
            "A miss costs ten times as much as a false alarm. Lock a threshold in that would cost at most 2 % too much "
            "on ever new samples of this world. You have three tries."
        ),
        Setting(WORLD),
        check_price,
        Setting(WORLD, actions=((0, Commit(BEST)),)),
        (
            N_("Is it better here to say yes too often, or too seldom?"),
            N_("The cheapest line of this one sample was lucky. Draw again and see how far it moves."),
            N_("The scores are honest. Saying yes pays as soon as p · 10 is more than (1 − p) · 1."),
        ),
        N_("one threshold"),
    ),
    Challenge(
        "small",
        N_("Small and still good"),
        N_(
            "Bring the house model to at most 40 % of its size in 16 bits. Its perplexity may rise by at most 3 %, "
            "measured on at least four steps."
        ),
        Setting({"topic": "bits", "bits": "16"}),
        check_small,
        Setting({"topic": "bits", "bits": "4", "per": "group", "group": 16}, steps=4),
        (
            N_("8 bits are half of 16. That is too much."),
            N_("One scale for a whole matrix is ruled by its largest weight. Give small groups a scale of their own."),
            N_("Smaller groups guess better, and their scales take room."),
        ),
        N_("two changes"),
    ),
)
