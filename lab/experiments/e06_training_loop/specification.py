"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_
from lab.experiments.e06_training_loop.challenges import CHALLENGES
from lab.experiments.e06_training_loop.gestures import ACTIONS
from lab.experiments.e06_training_loop.presets import BREAKS, PRESETS
from lab.experiments.e06_training_loop.settings import Display, Params
from lab.experiments.e06_training_loop.simulation import build

__all__ = ["SPECIFICATION"]

LABELS = {
    "step": N_("step"),
    "iteration": N_("updates"),
    "epoch": N_("epochs done"),
    "samples_seen": N_("samples seen"),
    "batch_rows": N_("rows in this batch"),
    "batches_per_epoch": N_("batches in an epoch"),
    "loss": N_("loss"),
    "epoch_loss": N_("loss of the last epoch"),
    "loss_all": N_("loss on all samples"),
    "best_loss": N_("best possible loss"),
    "loss_ratio": N_("loss, in best possible losses"),
    "gradient_w": N_("gradient along w"),
    "gradient_b": N_("gradient along b"),
    "gradient_norm": N_("length of the gradient ‖g‖"),
    "batches_in_gradient": N_("batches summed up in the gradient"),
    "learning_rate": N_("learning rate now"),
    "old_w": N_("w before the update"),
    "old_b": N_("b before the update"),
    "delta_w": N_("change of w"),
    "delta_b": N_("change of b"),
    "best_w": N_("best w"),
    "best_b": N_("best b"),
    "w_spread": N_("spread of w, second half of the run"),
    "b_spread": N_("spread of b, second half of the run"),
    "highest_loss": N_("highest loss of the last 100 updates"),
    "good_passes": N_("passes in a row with the gradient of their own batch"),
    "stopped": N_("why it stopped"),
    "error": N_("what Python printed"),
}
DIGITS = {"loss": 3, "epoch_loss": 3, "loss_all": 3, "gradient_norm": 3, "w_spread": 2, "b_spread": 2}

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    granularities=(N_("sub-step"), N_("batch"), N_("epoch")),
    takes=("table",),
    gives=("table",),
    headline=(),
    metrics=Metrics(
        Family(lambda frame: frame.metrics(), lambda frame, name: frame.explain(name), labels=LABELS, digits=DIGITS)
    ),
    describe=lambda frame: frame.describe(),
    limits=lambda frame: frame.limits(),
    unused=lambda frame: frame.unused(),
    unavailable=lambda frame: frame.unavailable(),
    curves=lambda frame: frame.curves(),
    divergence=lambda frame: frame.divergence,
    steps_per_second=100.0,
    first_drag=N_("Drag a card of the loop to another place."),
    python_heavy=True,
)
