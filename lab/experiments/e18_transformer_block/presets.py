"""Settings with a story, and failures on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e18_transformer_block.frame import BlockFrame, BlockPage, ExpertsPage
from lab.experiments.e18_transformer_block.metrics import EXPERTS

__all__ = ["BREAKS", "PRESETS"]

PRESETS = (
    Preset(
        "course",
        N_("Course: a block"),
        Setting(),
        N_("A stream runs through the block, one row a token. Each half reads it, and adds something to it."),
    ),
    Preset(
        "walk",
        N_("Walk"),
        Setting(steps=4),
        N_("Step goes from part to part, and the time line goes back. This is what attention adds in block 1."),
    ),
    Preset(
        "lens",
        N_("Logit lens"),
        Setting({"page": "lens"}),
        N_("If the model stopped after block 1, what would it say? The answer grows from block to block."),
    ),
    Preset(
        "who",
        N_("Who did it"),
        Setting({"page": "who"}),
        N_("A score is a sum of what heads and layers gave, to the last digit. Orange raised it, blue lowered it."),
    ),
    Preset(
        "parts",
        N_("Switched off"),
        Setting({"topic": "parts"}, steps=8),
        N_("Each bar is the trained model without one part. The dashes: a small model that learned without it."),
    ),
    Preset(
        "patch",
        N_("Patch map"),
        Setting({"topic": "patch", "model": "copier"}, steps=51),
        N_("One letter differs. Its trace stands at that letter first, and jumps to the last token in block 2."),
    ),
    Preset(
        "random",
        N_("Untrained"),
        Setting({"model": "random", "page": "lens"}),
        N_("The same plan with weights that have learned nothing: all chances stay near one in 64."),
    ),
    Preset(
        "llama",
        N_("LLaMA-7B"),
        Setting({"page": "budget"}),
        N_("6.74 billion numbers, counted from six sizes. Two thirds of every block are its feed-forward layer."),
    ),
    Preset(
        "mixtral",
        N_("Mixtral"),
        Setting({"page": "budget", "shape": "mixtral"}),
        N_("Eight feed-forward layers a block; a router sends each token to two: of 46.7 B numbers 12.9 B work."),
    ),
)


def _worse_than_counting(frame: BlockFrame) -> bool:
    """Worse than to know nothing but how often each letter comes, 3.33 nats."""
    return isinstance(frame.page, BlockPage) and frame.page.surprise > 3.3345


def _lost(frame: BlockFrame) -> bool:
    return isinstance(frame.page, BlockPage) and frame.page.surprise > 2.0


def _starved(frame: BlockFrame) -> bool:
    """Three hundred updates are made, and more than one expert gets next to nothing."""
    page = frame.page
    if not isinstance(page, ExpertsPage) or page.updates < 300:
        return False
    idle = EXPERTS.value(page, "idle_experts")
    return isinstance(idle, int) and idle > 1


BREAKS = (
    Break(
        "no-residual",
        N_("Cut the stream"),
        N_("Each half replaces the stream in place of adding to it. It knows less than who only counts letters."),
        Setting({"residual": False}),
        _worse_than_counting,
    ),
    Break(
        "no-norm",
        N_("Take the norms away"),
        N_("The weights were made for numbers of one size. Now they get others, and the text becomes a riddle."),
        Setting({"norm": False}),
        _lost,
    ),
    Break(
        "no-balance",
        N_("Let the router choose"),
        N_("Uneven load costs nothing now. Who got letters gets better, and so gets more letters; others starve."),
        Setting({"topic": "experts", "balance": 0.0}, steps=30),
        _starved,
    ),
)
