"""Settings with a story, and the ways to break it on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e19_next_token.frame import NextFrame
from lab.kit.gestures import Cut

__all__ = ["BREAKS", "PRESETS", "repeats"]

LONGEST_LOOP = 60  # tokens

PRESETS = (
    Preset(
        "course",
        N_("To be"),
        Setting(),
        N_("The model gives every letter a chance. Press a bar to write that letter, or Run to let chance draw."),
    ),
    Preset(
        "romeo",
        "ROMEO",
        Setting({"prompt": "ROMEO:\\n"}, steps=60),
        N_("Sixty letters, drawn one by one. Press any of them to go back, and go on another way."),
    ),
    Preset(
        "branches",
        N_("Branches"),
        Setting({"page": "branches", "prompt": "My lord, "}, steps=30, actions=((10, Cut(9)), (20, Cut(13)))),
        N_("The same beginning, three endings. Press a token to go on from there: nothing that was written is lost."),
    ),
    Preset(
        "ladder",
        N_("Ladder"),
        Setting({"page": "ladder"}, steps=7),
        N_("From counting single letters to a transformer: one text, and how many bits a byte of it costs each model."),
    ),
    Preset(
        "game",
        N_("Guessing game"),
        Setting({"page": "game"}),
        N_("Now you are the language model. Bet on the next letter; you are scored as the models are."),
    ),
    Preset(
        "training",
        N_("Growing up"),
        Setting({"page": "training", "model": "small", "prompt": "ROMEO:\\nI wi"}),
        N_(
            "One small model at eight moments of its training: at first any letter will do, in the end it writes words."
        ),
    ),
    Preset(
        "lens",
        N_("Layers"),
        Setting({"page": "lens", "prompt": "What is thy name? I will not speak of th"}),
        N_("What would it say if it stopped after each layer? Watch it make up its mind, from the bottom up."),
    ),
    Preset(
        "pass",
        N_("One pass"),
        Setting({"page": "pass"}),
        N_("All that happens between text and next letter. Press a block to see its parts, down to one product."),
    ),
    Preset(
        "sum",
        "SmolLM2",
        Setting({"model": "smollm2", "prompt": "Two plus two equals", "page": "lens", "temperature": 0.0}),
        N_("A real language model with 30 layers, on a sum. Which layer knows the answer? What does the last one say?"),
    ),
)


def repeats(tokens: tuple[str, ...]) -> int:
    """After how many tokens the end of a text repeats itself, 0 where it does not (seen three times over)."""
    for period in range(1, min(LONGEST_LOOP, len(tokens) // 3) + 1):
        end = tokens[-3 * period :]
        if end[:period] == end[period : 2 * period] == end[2 * period :] and 3 * period >= 24:
            return period
    return 0


def _knows_nothing(frame: NextFrame) -> bool:
    return frame.bars is not None and frame.bars.rows[0].p < 0.05


def _loops(frame: NextFrame) -> bool:
    return repeats(frame.tokens) > 0


BREAKS = (
    Break(
        "untrained",
        N_("Weights that learned nothing"),
        N_("The small model before its first step: all letters have nearly the same chance, and it writes noise."),
        Setting({"model": "small", "checkpoint": "0"}, steps=40),
        _knows_nothing,
    ),
    Break(
        "circles",
        N_("Always the likeliest"),
        N_("At temperature 0 the text feeds on itself: a sentence that makes itself likely comes again and again."),
        Setting({"temperature": 0.0, "prompt": "First Citizen:\\n"}, steps=400),
        _loops,
    ),
)
