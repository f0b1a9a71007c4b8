"""How long each stage takes on this machine, and how much memory it needs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from lab.core.arithmetic import Term, given
from lab.engine.lm.cached import CachedLM
from lab.engine.lm.parameters import LMConfig, Parameters, init_parameters
from lab.engine.tuning.written import write
from lab.experiments.e25_capstone.pipeline_exam import MANY
from lab.experiments.e25_capstone.texts import JUDGED
from lab.experiments.e25_capstone.training import EVERY
from lab.experiments.e25_capstone.word_task import ASKED, LONGEST
from lab.experiments.e25_capstone.writing import LENGTH, seconds_per_step

__all__ = ["megabytes", "seconds_of"]

A_MERGE = 0.002  # seconds, about: a merge touches more or fewer places
ONLY_FORWARD = 1 / 3  # of the time of a step that goes back as well
FEW = 16  # tokens that are written to measure
COPIES, KEPT, BYTES, MEGABYTE = 5.0, 95.0, 4.0, 1e6


@lru_cache(maxsize=32)
def seconds_of(plan: LMConfig, batch: int, group: int, asked: int) -> tuple[float, ...]:
    """The seconds of one step of each stage, measured once: of the text, a merge, pretraining, a step of examples, a
    step with a reward, a report.

    batch: windows of a step.  group: answers of a step with a reward.  asked: tokens of a question.
    """
    reading = seconds_per_step(plan, batch)
    answering = seconds_per_step(replace(plan, context=asked + LONGEST - 1), group)
    parameters = init_parameters(plan, np.random.default_rng(0))
    answers = _took(lambda: write(parameters, np.zeros((group, asked), np.int64), LONGEST, np.random.default_rng(0)))
    judging = reading * ONLY_FORWARD * JUDGED / (batch * plan.context)
    sample = _took(lambda: _write(parameters)) * LENGTH / FEW
    report = judging + answers * ASKED * (MANY + 1) / group
    rewarded = answers + (1 + 2 * ONLY_FORWARD) * answering
    return 0.0, A_MERGE, reading + (judging + sample) / EVERY, reading, rewarded, report


def _write(parameters: Parameters) -> None:
    """Some tokens, one after the other."""
    model, ids = CachedLM(parameters), [0]
    for _token in range(FEW):
        model.scores(ids)
        ids.append(0)


def _took(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def megabytes(plan: LMConfig, parameters: int, tokens: int) -> Term:
    """The memory of the whole way: the model, its gradient, two moments of AdamW and a copy to compare with, and for
    each token of a batch what is kept on the way forward, about 95 numbers for each of the width of each block:
    so many were measured, a quarter more or fewer.
    """
    model = given("", COPIES) * given("N", parameters)
    kept = given("", KEPT) * given("L", plan.n_layers) * given("C", plan.d_model) * given("D", tokens)
    return ((model + kept) * given("", BYTES) / given("", MEGABYTE)).named("M")
