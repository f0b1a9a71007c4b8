"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e16_tokenization.challenges import CHALLENGES
from lab.experiments.e16_tokenization.gestures import ACTIONS
from lab.experiments.e16_tokenization.metrics import METRICS
from lab.experiments.e16_tokenization.presets import BREAKS, PRESETS
from lab.experiments.e16_tokenization.settings import Display, Params
from lab.experiments.e16_tokenization.simulation import build
from lab.experiments.e16_tokenization.words import curves, describe, unused
from lab.kit.exchange import until_received

__all__ = ["SPECIFICATION"]

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    takes=("corpus",),
    gives=("tokenizer", "corpus"),
    headline=("tokens", "bytes_per_token"),
    metrics=METRICS,
    describe=describe,
    unused=unused,
    unavailable=until_received("corpus"),
    curves=curves,
    random=False,
    steps_per_second=4.0,
    first_drag=N_("Drag the line on the curve: every merge is made, or taken back, as you go."),
    python_heavy=True,
)
