"""Distillation: a small model learns from a large one. The text says which token came; the teacher says how likely
every token was, which is more. With a temperature above 1 its small chances count for more.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import log_softmax, softmax
from lab.engine.lm.parameters import Parameters
from lab.engine.lm.reference import backward, forward

__all__ = ["Distilled", "distill", "distillation"]

Floats = NDArray[np.floating[Any]]
Ids = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Distilled:
    """The result for a batch: loss, the mixture that is made small; hard, the mean surprise at the text, in nats; soft,
    the mean divergence KL(teacher ‖ student) at the temperature; d_logits [B, T, V], the gradient of the loss.
    """

    loss: float
    hard: float
    soft: float
    d_logits: Floats


def distillation(logits: Floats, teacher: Floats, targets: Ids, share: float, temperature: float = 1.0) -> Distilled:
    """share · τ² · KL(teacher ‖ student), both softened by τ, and (1 - share) times the surprise at the targets.

    logits, teacher: [B, T, V] of student and teacher.  targets: [B, T].  τ² keeps the gradients of the soft part as
    large as they are without a temperature.
    Raises ValueError when share is not in 0 … 1, the temperature is not positive, or shapes differ.
    Source: Hinton, Vinyals, Dean, Distilling the Knowledge in a Neural Network (2015), section 2.
    """
    if not 0.0 <= share <= 1.0 or temperature <= 0.0:
        raise ValueError(f"share must be in 0 … 1 and temperature positive, got {share} and {temperature}")
    if logits.shape != teacher.shape or logits.shape[:-1] != targets.shape:
        raise ValueError(f"logits {logits.shape}, teacher {teacher.shape} and targets {targets.shape} do not fit")
    count = targets.size
    logs = log_softmax(logits)
    hard = float(-np.take_along_axis(logs, targets[..., None], axis=-1).mean())
    student_logs, teacher_logs = log_softmax(logits / temperature), log_softmax(teacher / temperature)
    wanted = np.exp(teacher_logs)
    soft = float((wanted * (teacher_logs - student_logs)).sum() / count)
    d_hard = softmax(logits)
    np.put_along_axis(d_hard, targets[..., None], np.take_along_axis(d_hard, targets[..., None], -1) - 1.0, axis=-1)
    d_soft = temperature * (np.exp(student_logs) - wanted)  # τ² from the loss, 1/τ from the softening
    d_logits = ((1.0 - share) * d_hard + share * d_soft) / count
    loss = (1.0 - share) * hard + share * temperature**2 * soft
    return Distilled(loss, hard, soft, np.asarray(d_logits, logits.dtype))


def distill(
    student: Parameters, ids: Ids, targets: Ids, teacher: Floats, share: float, temperature: float = 1.0
) -> tuple[Distilled, Parameters]:
    """The result for a batch and its gradient for every number of the student.

    ids, targets: [B, T].  teacher: [B, T, V], the teacher's scores for the same texts.
    Raises ValueError as `distillation` and `forward` do.
    """
    trace = forward(student, ids)
    result = distillation(trace.logits, teacher, targets, share, temperature)
    return result, backward(student, trace, result.d_logits)
