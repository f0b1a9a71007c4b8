"""Ways to go through the samples, each with its story; and loops that fail on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e06_training_loop.frame import LoopFrame
from lab.experiments.e06_training_loop.gestures import Order

__all__ = ["BREAKS", "NEVER_LEARNS", "PRESETS"]

NEVER_LEARNS = ("forward", "loss", "backward", "zero", "update")

PRESETS = (
    Preset(
        "batch-8",
        N_("Batch 8"),
        Setting({}),
        N_("100 samples in batches of 8: twelve full ones and a last one of 4. 13 updates make one epoch."),
    ),
    Preset(
        "course",
        N_("Full batch"),
        Setting({"batch_size": 100}),
        N_("The course's loop: all 100 samples in every batch, so 50 epochs are 50 updates. Smooth, but slow."),
    ),
    Preset(
        "single",
        N_("One at a time"),
        Setting({"batch_size": 1, "learning_rate": 0.02}),
        N_("Each sample alone changes the line: 100 updates an epoch, quick at first and never at rest."),
    ),
    Preset(
        "forgot",
        N_("Forgot to zero"),
        Setting({"zero_grad": False}),
        N_("The gradient is never emptied: every update uses the slopes of all batches so far. The line swings."),
    ),
    Preset(
        "sorted",
        N_("Sorted, unshuffled"),
        Setting({"order": "sorted", "shuffle": False, "learning_rate": 0.3}),
        N_("From small x to large x, always the same round: each batch sees one corner and forgets the others."),
    ),
    Preset(
        "decay",
        N_("Decay"),
        Setting({"batch_size": 1, "learning_rate": 0.1, "decay": "cosine"}),
        N_("One sample at a time with a large η that fades away: quick at first, at rest at the end."),
    ),
    Preset(
        "shapes",
        N_("Wrong shape"),
        Setting({"mistake": "size"}),
        N_("The code has room for exactly 8 predictions. It works twelve times, until the last batch brings only 4."),
    ),
)


def _swings(frame: LoopFrame) -> bool:
    highest = frame.highest_loss
    return highest is not None and frame.progress.epochs >= 50 and highest > 5 * frame.samples.best_loss


def _runs_away(frame: LoopFrame) -> bool:
    return bool(frame.nonfinite)


def _breaks_off(frame: LoopFrame) -> bool:
    return frame.crash is not None and frame.crash.text == (
        "ValueError: could not broadcast input array from shape (4,) into shape (8,)"
    )


def _flattens(frame: LoopFrame) -> bool:
    return frame.progress.epochs >= 50 and abs(frame.memory.w) < 0.7 and frame.crash is None


def _stands_still(frame: LoopFrame) -> bool:
    return frame.progress.passes >= 13 and frame.memory.w == 0.0 and frame.memory.b == 0.0


BREAKS = (
    Break(
        "no-zero",
        N_("Turn zero_grad off"),
        N_(
            "The gradient is a sum that is never emptied. The line rushes past the samples, comes back, and"
            " rushes past again: after 50 epochs it is no nearer. Look at ‖g‖: it does not shrink."
        ),
        Setting({"zero_grad": False, "learning_rate": 0.03}, steps=3250),
        _swings,
    ),
    Break(
        "too-large",
        N_("η too large"),
        N_("Each update overshoots further than the one before, until a number no longer fits into the computer."),
        Setting({"learning_rate": 3.0, "stop": "nan"}, steps=9000),
        _runs_away,
    ),
    Break(
        "zero-late",
        N_("Empty it too late"),
        N_("Zero stands between backward and update: each update is made with a gradient of 0. Nothing ever moves."),
        Setting({}, actions=((0, Order(NEVER_LEARNS)),), steps=13 * 6),
        _stands_still,
    ),
    Break(
        "fixed-size",
        N_("The last batch is smaller"),
        N_("Twelve batches fit, the thirteenth has 4 rows. This is how NumPy says so; read it from right to left."),
        Setting({"mistake": "size"}, steps=13 * 6),
        _breaks_off,
    ),
    Break(
        "column",
        N_("A silent shape mistake"),
        N_(
            "y is a column, so p − y has 8 × 8 differences instead of 8. No error is printed, the loss falls a"
            " little, and the line ends up nearly flat: w is about 2.5 / 8."
        ),
        Setting({"mistake": "column", "learning_rate": 0.05}, steps=3900),
        _flattens,
    ),
)
