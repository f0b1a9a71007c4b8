"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e18_transformer_block.challenges import CHALLENGES
from lab.experiments.e18_transformer_block.limits import hidden, unavailable, unused
from lab.experiments.e18_transformer_block.metrics import METRICS
from lab.experiments.e18_transformer_block.presets import BREAKS, PRESETS
from lab.experiments.e18_transformer_block.settings import Params
from lab.experiments.e18_transformer_block.simulation import build
from lab.experiments.e18_transformer_block.words import curves, describe
from lab.kit.smollm2 import refused_adapters

__all__ = ["SPECIFICATION"]

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    takes=("language-model",),
    refuses=refused_adapters,
    gives=("language-model",),
    suited=lambda artifact: {"model": "received"},
    headline=("surprise",),
    metrics=METRICS,
    describe=describe,
    unused=unused,
    hidden=hidden,
    unavailable=unavailable,
    curves=curves,
    steps_per_second=4.0,
    first_drag=N_("Press on a part of the block: its numbers open below."),
)
