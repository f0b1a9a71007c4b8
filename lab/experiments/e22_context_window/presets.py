"""Settings with a story, and failures on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e22_context_window.frame import ContextFrame
from lab.experiments.e22_context_window.memory import MemoryPage
from lab.experiments.e22_context_window.positions import DISTANCES, PositionsPage
from lab.experiments.e22_context_window.schemes import SchemesPage
from lab.experiments.e22_context_window.tape import TapePage

__all__ = ["BREAKS", "PRESETS"]

PRESETS = (
    Preset(
        "course",
        N_("Course: RoPE"),
        Setting(),
        N_("Drag the bar: both hands of every clock turn together, and the score stays −8.115792 to the last digit."),
    ),
    Preset(
        "slow",
        N_("RoPE, slow"),
        Setting({"base": 500_000.0}),
        N_("The base of Llama 3. The slowest clock now takes over two million tokens for one turn."),
    ),
    Preset(
        "waves",
        N_("Sinusoid 64"),
        Setting({"view": "waves"}),
        N_("Each column is a position. The upper waves are quick. A lower one is longer than all that is drawn here."),
    ),
    Preset(
        "none",
        N_("No positions"),
        Setting({"topic": "schemes", "scheme": "none", "layers": 1}, steps=20),
        N_("Without positions a layer sees a bag of letters: shuffle them, and its answer is the same."),
    ),
    Preset(
        "table",
        N_("Past the table"),
        Setting({"topic": "schemes", "scheme": "learned"}, steps=20),
        N_("A learned table has a row for each trained position. After the last row its curve ends."),
    ),
    Preset(
        "needle",
        N_("Needle"),
        Setting({"topic": "tape"}, steps=4),
        N_("Drag the needle along the tape. Inside the window it is found, one letter outside it is gone."),
    ),
    Preset(
        "window",
        N_("Sliding window"),
        Setting({"topic": "memory", "sinks": 4}, steps=4),
        N_("Run: past its trained length the model that keeps everything is lost; a window goes on as before."),
    ),
    Preset(
        "cache",
        N_("Cache"),
        Setting({"topic": "cache"}, steps=2),
        N_("Half a mebibyte for each token of Llama 2: 4096 tokens fill 2 GiB. Fewer bits cost little, until they do."),
    ),
)


def _order_blind(frame: ContextFrame) -> bool:
    return isinstance(frame.page, SchemesPage) and frame.page.moved_of_marked < 1e-5


def _aliased(frame: ContextFrame) -> bool:
    return isinstance(frame.page, PositionsPage) and float(frame.page.periods[-1]) < DISTANCES - 1


def _lost(frame: ContextFrame) -> bool:
    return isinstance(frame.page, TapePage) and not frame.page.pending and frame.page.mean < 0.2


def _astray(frame: ContextFrame) -> bool:
    page = frame.page
    if not isinstance(page, MemoryPage):
        return False
    kept, window = page.beyond("all"), page.beyond("window")
    return kept is not None and window is not None and kept > window + 1.0


BREAKS = (
    Break(
        "shuffle",
        N_("Shuffle the letters, without positions"),
        N_("One layer without positions: shuffled or not, the letters before the last give the same answer."),
        Setting({"topic": "schemes", "scheme": "none", "layers": 1}, steps=20),
        _order_blind,
    ),
    Break(
        "base",
        N_("A base that is too small"),
        N_("Even the slowest clock comes round within 13 tokens: far places can look like near ones."),
        Setting({"base": 2.0}),
        _aliased,
    ),
    Break(
        "short",
        N_("A window shorter than the distance"),
        N_("The needle lies 30 letters back, the window holds 24: the model can only guess."),
        Setting({"topic": "tape", "window": 24, "distance": 30}, steps=1),
        _lost,
    ),
    Break(
        "long",
        N_("Read on past the trained length"),
        N_("The model was trained on 128 letters. Everything it read is kept, and still its loss nearly triples."),
        Setting({"topic": "memory"}, steps=32),
        _astray,
    ),
)
