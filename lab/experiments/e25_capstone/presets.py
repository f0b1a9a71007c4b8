"""Settings with a story, and failures on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e25_capstone.frame import CapstoneFrame, TrainPage
from lab.experiments.e25_capstone.pipeline_frame import PipelinePage

__all__ = ["BREAKS", "PRESETS"]

MEDIUM = {
    "tokens": "characters", "layers": 2, "heads": "4", "width": 64, "wide": 4, "positions": "rope", "steps": 4000,
    "learning_rate": 0.008,
}  # fmt: skip
LONGER = MEDIUM | {"layers": 3, "width": 96, "context": 64, "batch": 8, "steps": 5000, "learning_rate": 0.005}
LARGE = MEDIUM | {"layers": 4, "width": 128, "context": 64, "batch": 12, "steps": 8000, "learning_rate": 0.003}
WAY = {"page": "pipeline"}

PRESETS = (
    Preset(
        "course",
        N_("Course"),
        Setting(),
        N_("One block, 32 numbers wide. Press Run and read what it writes: letters first, then words of a kind."),
    ),
    Preset(
        "thirty",
        N_("30 s"),
        Setting(MEDIUM),
        N_("Ten times as many parameters. It passes every table that only counts, with fewer numbers than the last."),
    ),
    Preset(
        "two",
        N_("2 min"),
        Setting(LONGER),
        N_("Three blocks, and twice the context. Read its samples beside those of the smaller ones."),
    ),
    Preset(
        "ten",
        N_("10 min"),
        Setting(LARGE),
        N_("Four blocks, 0.8 million parameters. Let it run, do something else, and look again."),
    ),
    Preset(
        "names",
        N_("First names"),
        Setting({"corpus": "names", "steps": 1500}),
        N_("A small text. The table of runs of 5 does worse than that of 4: it has never met most new names."),
    ),
    Preset(
        "own",
        N_("Your text"),
        Setting({"corpus": "own", "steps": 500, "dropout": 0.1}),
        N_("Press “Your own text…” and paste what you like: a diary, a song book, a program."),
    ),
    Preset(
        "foretell",
        N_("Foretell"),
        Setting({"page": "scaling"}),
        N_("Four small models tell what a larger one will reach. Bet before it trains."),
    ),
    Preset(
        "pipeline",
        N_("All stages"),
        Setting(WAY),
        N_("One model goes all the way: text, tokens, pretraining, questions, a reward. The report fills itself."),
    ),
    Preset(
        "league",
        N_("League"),
        Setting({"page": "league", "steps": 1950}),
        N_("The same text and the same rules for all. Which place will your model get?"),
    ),
)


def _by_heart(frame: CapstoneFrame) -> bool:
    page = frame.page
    if not isinstance(page, TrainPage):
        return False
    held, best, learned = page.held_out, page.best, page.learned
    return held is not None and best is not None and learned is not None and learned < 0.5 and held > best + 1.0


def _from_noise(frame: CapstoneFrame) -> bool:
    report = frame.page.report("questions") if isinstance(frame.page, PipelinePage) else None
    return report is not None and 4 * report.n_right <= len(report.right)


def _cheated(frame: CapstoneFrame) -> bool:
    """The judge is content, and next to no try is a word."""
    if not isinstance(frame.page, PipelinePage) or not len(frame.page.courses["reward"]):
        return False
    judged, words = (float(frame.page.courses[name][-1, 1]) for name in ("reward", "card"))
    return judged > 0.9 and words < 0.1


def _wild(frame: CapstoneFrame) -> bool:
    page = frame.page
    if not isinstance(page, TrainPage):
        return False
    return page.lost or (page.held_out is not None and page.held_out > page.rungs[0].loss - 0.05)


BREAKS = (
    Break(
        "by-heart",
        N_("Only 1 kB of text"),
        N_("It learns 900 letters by heart. On what it reads its loss falls to almost nothing, on new text it soars."),
        Setting({"kilobytes": 1, "steps": 600}, steps=600),
        _by_heart,
    ),
    Break(
        "wild",
        N_("A far too bold rate"),
        N_("Every step throws away what the one before learned. It ends where counting single letters begins."),
        Setting({"learning_rate": 1.0, "schedule": "constant", "steps": 300}, steps=300),
        _wild,
    ),
    Break(
        "noise",
        N_("Questions without a text"),
        N_("It is asked before it has read anything. Sixty examples teach it how an answer looks, and no words."),
        Setting(WAY | {"pretraining": 0, "rewarding": 0}, steps=60),
        _from_noise,
    ),
    Break(
        "sloppy",
        N_("A sloppy judge"),
        N_("The judge only likes long answers. The reward climbs to the top, and what it writes is no word any more."),
        Setting(WAY | {"pretraining": 300, "rewarding": 60, "judge": "sloppy"}, steps=420),
        _cheated,
    ),
)
