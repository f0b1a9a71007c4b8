"""Every number on screen, of the batch at hand, of all samples, and of the run so far."""

from __future__ import annotations

from collections.abc import Callable

from lab.core.metric import Metric, Metrics
from lab.core.text import N_
from lab.experiments.e06_training_loop import arithmetic as why
from lab.experiments.e06_training_loop.frame import LoopFrame
from lab.experiments.e06_training_loop.loop import Move
from lab.kit.naming import letters

__all__ = ["METRICS"]


def _of_move(read: Callable[[Move], float]) -> Callable[[LoopFrame], float | None]:
    """A number of the last update; None where there was none."""
    return lambda frame: None if frame.memory.move is None else read(frame.memory.move)


def _rows_of_batch(frame: LoopFrame) -> int:
    return 0 if frame.memory.rows is None else int(frame.memory.rows.size)


def _change_of_w(frame: LoopFrame) -> float | None:
    return frame.memory.w - frame.memory.move.w if frame.memory.move else None


def _change_of_b(frame: LoopFrame) -> float | None:
    return frame.memory.b - frame.memory.move.b if frame.memory.move else None


def _symbols(frame: LoopFrame) -> dict[str, str]:
    """The names of the columns, in place of their letters."""
    origin = frame.samples.origin
    return letters({"x": origin.x_name, "y": origin.y_name}, frozenset("x" if origin.spread else ""))


METRICS: Metrics[LoopFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("iteration", N_("updates"), lambda frame: frame.progress.passes),
    Metric("epoch", N_("epochs done"), lambda frame: frame.progress.epochs),
    Metric("samples_seen", N_("samples seen"), lambda frame: frame.progress.seen),
    Metric("batch_rows", N_("rows in this batch"), _rows_of_batch),
    Metric("batches_per_epoch", N_("batches in an epoch"), lambda frame: frame.batches_per_epoch),
    Metric("loss", N_("loss"), lambda frame: frame.memory.loss, why.loss, 3),
    Metric("epoch_loss", N_("loss of the last epoch"), lambda frame: frame.progress.epoch_loss, why.epoch_loss, 3),
    Metric("loss_all", N_("loss on all samples"), lambda frame: frame.whole_loss, why.whole_loss, 3),
    Metric("best_loss", N_("best possible loss"), lambda frame: frame.samples.best_loss, why.best_loss),
    Metric("loss_ratio", N_("loss, in best possible losses"), lambda frame: frame.loss_ratio, why.loss_ratio),
    Metric("gradient_w", N_("gradient along w"), lambda f: f.memory.gw, lambda f: why.gradient(f, "w")),
    Metric("gradient_b", N_("gradient along b"), lambda f: f.memory.gb, lambda f: why.gradient(f, "b")),
    Metric("gradient_norm", N_("length of the gradient ‖g‖"), lambda f: f.memory.gradient_norm, why.gradient_norm, 3),
    Metric("batches_in_gradient", N_("batches summed up in the gradient"), lambda frame: frame.memory.batches),
    Metric("learning_rate", N_("learning rate now"), lambda frame: frame.rate, why.rate),
    Metric("old_w", N_("w before the update"), _of_move(lambda move: move.w)),
    Metric("old_b", N_("b before the update"), _of_move(lambda move: move.b)),
    Metric("delta_w", N_("change of w"), _change_of_w, lambda frame: why.change(frame, "w")),
    Metric("delta_b", N_("change of b"), _change_of_b, lambda frame: why.change(frame, "b")),
    Metric("w", "w", lambda frame: frame.memory.w, lambda frame: why.parameter(frame, "w")),
    Metric("b", "b", lambda frame: frame.memory.b, lambda frame: why.parameter(frame, "b")),
    Metric("best_w", N_("best w"), lambda frame: frame.samples.best_w),
    Metric("best_b", N_("best b"), lambda frame: frame.samples.best_b),
    Metric("w_spread", N_("spread of w, second half of the run"), lambda frame: frame.spread(3), digits=2),
    Metric("b_spread", N_("spread of b, second half of the run"), lambda frame: frame.spread(4), digits=2),
    Metric("highest_loss", N_("highest loss of the last 100 updates"), lambda frame: frame.highest_loss),
    Metric(
        "good_passes", N_("passes in a row with the gradient of their own batch"), lambda frame: frame.progress.good
    ),
    Metric("stopped", N_("why it stopped"), lambda frame: frame.stopped),
    Metric("error", N_("what Python printed"), lambda frame: frame.crash.text if frame.crash else None),
    symbols=_symbols,
)
