"""A goal the program checks, from the numbers and never from which buttons were pressed."""

from __future__ import annotations

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e15_embeddings.frame import EmbeddingFrame
from lab.experiments.e15_embeddings.gestures import EditLine, MoveWord, PutVector
from lab.experiments.e15_embeddings.learning import LearnPage
from lab.experiments.e15_embeddings.settings import Params

__all__ = ["BUDGET", "CHALLENGES", "FAR", "MOST_EDITS", "NEAR"]

BUDGET, MOST_EDITS, NEAR, FAR = 2000, 10, 0.8, 0.2


def check_company(frame: EmbeddingFrame, params: Params, log: Log) -> Progress:
    """Whether queen is near king and far from rice after 2,000 steps, with ten changed sentences at most."""
    page = frame.page
    if not isinstance(page, LearnPage) or params.corpus != "mixed":
        return Progress(
            False, 0.0, _("Go back to the page “Learn” and the text “A queen in the kitchen”."), failed=True
        )
    if any(isinstance(action, MoveWord | PutVector) for _step, action in log):
        return Progress(False, 0.0, _("A word was moved by hand: start over, and change sentences only."), failed=True)
    edits = sum(isinstance(action, EditLine) for _step, action in log)
    if edits > MOST_EDITS:
        text = _("{n} sentences were changed, {most} may be: start over.")
        return Progress(False, 0.0, text.format(n=edits, most=MOST_EDITS), failed=True)
    near, far = page.cosine("queen", "king"), page.cosine("queen", "rice")
    if near is None or far is None:
        return Progress(False, 0.0, _("Queen, king and rice all need a sentence."))
    reached = near > NEAR and far < FAR
    values = {"near": show_number(near, 2), "far": show_number(far, 2), "step": frame.step}
    if reached and frame.step >= BUDGET:
        text = _("Done: queen and king {near}, queen and rice {far}, after {step} steps.")
        return Progress(True, 1.0, text.format(**values))
    text = _("Step {step} of 2000: queen and king {near}, to be above 0.8; queen and rice {far}, to be below 0.2.")
    return Progress(False, min(0.99, frame.step / BUDGET), text.format(**values))


CHALLENGES = (
    Challenge(
        "company",
        N_("A queen needs better company"),
        N_(
            "In these sentences the queen is boiled and eaten like rice. Change ten sentences or fewer, so that after "
            "2000 steps queen is near king (cosine above 0.8) and far from rice (below 0.2)."
        ),
        Setting({"corpus": "mixed"}),
        check_company,
        Setting(
            {"corpus": "mixed"},
            actions=(
                (0, EditLine(4, "queen rules land")),
                (0, EditLine(5, "queen wears crown")),
                (0, EditLine(6, "queen lives in castle")),
                (0, EditLine(13, "queen rides horse")),
            ),
            steps=BUDGET,
        ),
        (
            N_("Meaning comes from company. Which words stand beside the king, and which beside the queen?"),
            N_("Give the queen what the king has: land, crown, castle. Take bowl, boils and eats away from her."),
            N_("Press on a sentence with the queen, type another and press Enter. Three or four are enough."),
        ),
        N_("four changed sentences"),
    ),
)
