"""Goals the program checks, from the numbers and never from which buttons were pressed."""

from __future__ import annotations

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e18_transformer_block.frame import BlockFrame, BudgetPage, PartsPage
from lab.experiments.e18_transformer_block.metrics import ranked
from lab.experiments.e18_transformer_block.settings import PARTS, Params

__all__ = ["CHALLENGES", "CLOSE", "WANTED"]

WANTED, CLOSE = 124_000_000, 0.01


def check_guess(frame: BlockFrame, params: Params, _log: Log) -> Progress:
    """Whether both guesses were those that were measured."""
    page = frame.page
    if not isinstance(page, PartsPage) or params.model != "shakespeare":
        return Progress(False, 0.0, _("Go back to the page “Without” and the Shakespeare model."), failed=True)
    if "none" in (params.most, params.least):
        return Progress(False, 0.0, _("Choose both guesses in the controls: what hurts most, and what hurts least?"))
    order = ranked(page)
    if not order:
        return Progress(False, 0.5, _("Both guesses stand. Now run."))
    right = (params.most == order[0]) + (params.least == order[-1])
    if right == 2:
        return Progress(True, 1.0, _("Done: both guesses are right."))
    text = _("{n} of 2 guesses are right.").format(n=right)
    return Progress(False, 0.5 + 0.25 * right, text, failed=True)


def check_size(frame: BlockFrame, params: Params, _log: Log) -> Progress:
    """Whether an own plan of twelve blocks has the wanted number of parameters within a hundredth."""
    page = frame.page
    if not isinstance(page, BudgetPage) or params.shape != "own" or params.blocks != 12:
        return Progress(False, 0.0, _("Go back to the page “Budget”, “My own” plan, 12 blocks."), failed=True)
    total = page.counts["total"]
    off = abs(total / WANTED - 1.0)
    text = _("{total} parameters; wanted are 124 million within 1 %.").format(total=show_number(total, 4))
    return Progress(off <= CLOSE, 1.0 if off <= CLOSE else max(0.0, min(0.99, 1.0 - off)), text)


CHALLENGES = (
    Challenge(
        "guess",
        N_("What holds it up?"),
        N_(
            "Which single part hurts most when it is switched off in the trained Shakespeare model, and which least? "
            "Choose both, then run."
        ),
        Setting({"topic": "parts"}),
        check_guess,
        Setting({"topic": "parts", "most": "residual", "least": "scale"}, steps=len(PARTS) + 1),
        (
            N_("The weights were made for all parts. Which part would they miss at every turn?"),
            N_("Cut the stream, and nothing that was found reaches the end."),
        ),
    ),
    Challenge(
        "size",
        N_("124 million"),
        N_("Make a plan of 12 blocks that has 124 million parameters, within 1 %, as the small GPT-2 has."),
        Setting({"page": "budget", "shape": "own", "width": 512}),
        check_size,
        Setting({"page": "budget", "shape": "own", "width": 768, "vocabulary": 50257}),
        (
            N_("A block has 12·d² numbers: 4·d² in attention, 8·d² in the feed-forward layer."),
            N_("The embedding has V·d. How many tokens does GPT-2 know?"),
        ),
    ),
)
