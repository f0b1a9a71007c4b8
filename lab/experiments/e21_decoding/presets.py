"""Settings with a story, and the ways to break the choice of a token on purpose."""

from __future__ import annotations

import math

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.words import divergence

__all__ = ["BREAKS", "PRESETS", "period_of"]

COURSE = {"model": "own", "temperature": 1.5, "top_p": 0.8}
LONGEST_LOOP = 60  # tokens

PRESETS = (
    Preset(
        "romeo",
        "ROMEO",
        Setting({"temperature": 0.8, "top_p": 0.95, "prompt": "ROMEO:"}, steps=32),
        N_("A small model of letters goes on with a play. Press Run, or press a bar to choose a letter yourself."),
    ),
    Preset(
        "greedy",
        N_("Greedy"),
        Setting({"temperature": 0.0}, steps=40),
        N_("Temperature 0: always the likeliest letter. The seed changes nothing any more."),
    ),
    Preset(
        "creative",
        N_("Creative"),
        Setting({"temperature": 1.5}, steps=40),
        N_("Temperature 1.5: the bars come closer, and unlikely letters slip in."),
    ),
    Preset(
        "nucleus",
        N_("Nucleus"),
        Setting({"top_p": 0.9}, steps=40),
        N_("Only the likeliest letters that together reach 90 % may come. Sometimes that is one, sometimes ten."),
    ),
    Preset(
        "loop",
        N_("Loop"),
        Setting({"temperature": 0.0, "prompt": "First Citizen:\\n", "penalty": 1.0}, steps=60),
        N_("Run on, and greedy choice goes round in circles. Raise the penalty and it has to leave them."),
    ),
    Preset(
        "draft",
        N_("Drafts"),
        Setting({"page": "drafts", "drafter": "fivegram", "gamma": 4, "temperature": 1.0}, steps=12),
        N_("A table of counts guesses four letters ahead, the model checks them. What is written stays as good."),
    ),
    Preset(
        "course",
        N_("Course"),
        Setting(COURSE | {"order": "temperature, top-p"}),
        N_("0.40, 0.20, 0.15, 0.10 …, T = 1.5, p = 0.8. Temperature first: 5 tokens are kept."),
    ),
    Preset(
        "order",
        N_("Order"),
        Setting(COURSE | {"order": "top-p, temperature"}),
        N_("The same filters the other way round: 4 tokens are kept. Drag the chips."),
    ),
    Preset(
        "france",
        "SmolLM2",
        Setting({"model": "smollm2", "prompt": "The capital of France is", "temperature": 0.0}, steps=1),
        N_("A real language model, with 135 million weights. It writes pieces of words."),
    ),
)


def period_of(tokens: tuple[str, ...]) -> int:
    """After how many tokens the end of a text repeats itself, 0 where it does not (seen three times over)."""
    for period in range(1, min(LONGEST_LOOP, len(tokens) // 3) + 1):
        end = tokens[-3 * period :]
        if end[:period] == end[period : 2 * period] == end[2 * period :] and period * 3 >= 24:
            return period
    return 0


def _nothing_left(frame: DecodingFrame) -> bool:
    return divergence(frame) is not None and frame.bars is not None and math.isnan(frame.bars.rows[0].share)


def _slower(frame: DecodingFrame) -> bool:
    return frame.draft_speed_up is not None and frame.draft_speed_up < 1


def _loops(frame: DecodingFrame) -> bool:
    return period_of(frame.tokens) > 0


BREAKS = (
    Break(
        "drop",
        N_("Drop the token that crosses p"),
        N_(
            "The first token alone has 0.9, more than p = 0.8. Many a snippet keeps only tokens whose sum stays within"
            " p: here that is none, and what is left is 0/0. Every probability is NaN."
        ),
        Setting({"model": "own", "weights": "0.9, 0.05, 0.03, 0.02", "top_p": 0.8, "leaky": True}),
        _nothing_left,
    ),
    Break(
        "blind",
        N_("A drafter that knows nothing"),
        N_(
            "It gives every letter the same chance. Nearly all of its guesses are refused, and each cost something: the"
            " speed is below 1, slower than writing without drafts. The text is as good as ever."
        ),
        Setting({"page": "drafts", "drafter": "blind", "gamma": 6}, steps=30),
        _slower,
    ),
    Break(
        "circles",
        N_("Always the likeliest"),
        N_(
            "Greedy choice finds a sentence that makes itself likely, and says it again and again. Once the text in"
            " sight repeats, nothing ever leads out."
        ),
        Setting({"temperature": 0.0, "prompt": "First Citizen:\\n"}, steps=400),
        _loops,
    ),
)
