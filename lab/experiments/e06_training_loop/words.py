"""The state of the loop in words, and its curves as data."""

from __future__ import annotations

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import N_, _, n_
from lab.experiments.e06_training_loop.frame import LoopFrame

__all__ = ["curves", "describe", "stop_sentence", "where"]

STOPS = {
    "epochs": N_("All epochs are done."),
    "target": N_("Stopped: the loss of the epoch has reached the target."),
    "plateau": N_("Stopped: the loss has not fallen by 1 % for {n}."),
    "nan": N_("Stopped: a number is no longer finite."),
}


def stop_sentence(frame: LoopFrame) -> str:
    """Why the loop has stopped; "" while it runs."""
    if frame.crash is not None:
        return frame.crash.text
    epochs = n_("{n} epoch", "{n} epochs", frame.params.patience)
    return _(STOPS[frame.stopped]).format(n=epochs) if frame.stopped else ""


def where(frame: LoopFrame) -> str:
    """Epoch, batch and rows, such as "Epoch 2 of 50, batch 13 of 13: 4 rows"."""
    rows = frame.memory.rows
    if rows is None:
        return n_("{n} sample waits", "{n} samples wait", frame.samples.n)
    number, in_all = -(-frame.fetched // frame.params.batch_size), frame.batches_per_epoch
    return _("Epoch {epoch} of {epochs}, batch {number} of {in_all}: {rows}").format(
        epoch=max(1, frame.epoch_now),
        epochs="∞" if frame.params.stop == "nan" else frame.params.epochs,
        number=number,
        in_all=max(in_all, number),
        rows=n_("{n} row", "{n} rows", int(rows.size)),
    )


def describe(frame: LoopFrame) -> str:
    """The state in one or two sentences: what the line that has just run did."""
    if frame.crash is not None:
        return _("The loop broke off. Python printed: {text}").format(text=frame.crash.text)
    now = _now(frame)
    return f"{where(frame)}. {stop_sentence(frame)} {now}".replace("  ", " ")


def _now(frame: LoopFrame) -> str:
    m = frame.memory
    match frame.card:
        case "fetch":
            return _("The next batch was fetched.")
        case "forward":
            return _("Forward: the line has predicted the batch.")
        case "loss":
            return _("Loss of the batch: {loss}.").format(loss=show_number(m.loss, 3))
        case "zero":
            return _("The gradient was emptied.")
        case "backward":
            return _("Backward: the gradient is ({gw}, {gb}).").format(gw=_n(m.gw), gb=_n(m.gb))
        case "update":
            return _("Update: w = {w}, b = {b}.").format(w=_n(m.w), b=_n(m.b))
    return _("w = {w}, b = {b}.").format(w=_n(m.w), b=_n(m.b))


def _n(value: float) -> str:
    return show_number(value, 3)


def curves(frame: LoopFrame) -> tuple[Curve, ...]:
    """The chart as data."""
    passes, x = frame.updates[:, 0], _("update")
    return (
        Curve(_("batch loss"), x, _("loss"), passes, frame.updates[:, 1], course=True),
        Curve(_("epoch loss"), x, _("loss"), frame.epochs[:, 0], frame.epochs[:, 1]),
        Curve("‖g‖", x, "‖g‖", passes, frame.updates[:, 2]),
        Curve("w", x, "w", passes, frame.updates[:, 3]),
        Curve("b", x, "b", passes, frame.updates[:, 4]),
    )
