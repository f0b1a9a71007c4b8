"""What is said of the model through time: numbers, the sentence, and a curve."""

from __future__ import annotations

import numpy as np

from lab.core.metric import Metric, Metrics
from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import N_, _
from lab.experiments.e25_capstone.frame import TrainPage

__all__ = ["CHOICES", "TIME", "head_of", "number_of", "time_curves", "time_sentence"]

CHOICES = ("moment", "seen_layer", "seen_head")
"""The controls that say what of it is looked at."""


def number_of(page: TrainPage) -> int:
    """The number of the picture that is looked at, from 0; −1 before there is one."""
    return page.moments.at(page.params.moment)


def head_of(page: TrainPage) -> tuple[int, int]:
    """Layer and head that are looked at, from 0: those that were asked for, or the last ones there are."""
    return min(page.params.seen_layer, page.plan.n_layers) - 1, min(page.params.seen_head, page.plan.n_heads) - 1


def _step(page: TrainPage) -> int | None:
    number = number_of(page)
    return None if number < 0 else int(page.moments.steps[number])


def _loss(page: TrainPage) -> float | None:
    number = number_of(page)
    return None if number < 0 else float(page.moments.held_out[number])


def _surprise(page: TrainPage) -> float | None:
    """The mean loss on the text that is read each time."""
    number = number_of(page)
    return None if number < 0 else float(page.moments.surprise[number].mean(dtype=np.float64))


def _vowels(page: TrainPage) -> tuple[int, int] | None:
    number = number_of(page)
    return None if number < 0 else page.moments.vowels[number]


def _reach(page: TrainPage) -> float | None:
    """How many tokens a head looks back, on average over the rows and weighted by where it looks."""
    number = number_of(page)
    if number < 0:
        return None
    weights = page.moments.head(number, *head_of(page))
    places = np.arange(len(weights))
    return float((weights * (places[:, None] - places)).sum() / len(weights))


def _near(page: TrainPage) -> int | None:
    found = _vowels(page)
    return None if found is None else found[0]


TIME: Metrics[TrainPage] = Metrics(
    Metric("pictures", N_("pictures kept"), lambda page: len(page.moments)),
    Metric("picture_step", N_("step of the picture"), _step),
    Metric("picture_loss", N_("held-out loss then"), _loss, digits=4),
    Metric("picture_surprise", N_("loss on the text shown"), _surprise, digits=4),
    Metric("picture_vowels", N_("vowels next to a vowel"), _near),
    Metric("picture_reach", N_("tokens the head looks back"), _reach, digits=3),
)


def time_sentence(page: TrainPage) -> str:
    """The picture that is looked at, in one or two sentences."""
    step, loss = _step(page), _loss(page)
    if step is None or loss is None:
        return _("No picture yet. Press Run: up to 20 moments of the training are kept.")
    text = _("Step {step}: the loss on new text is {loss}.")
    told = text.format(step=show_number(step), loss=show_number(loss, 4))
    found = _vowels(page)
    if found is None:
        return told
    more = _("{n} of {all} vowels have another vowel as the letter nearest to them.")
    return told + " " + more.format(n=found[0], all=found[1])


def time_curves(page: TrainPage) -> tuple[Curve, ...]:
    """The loss on the text that is read each time."""
    moments = page.moments
    means = moments.surprise.mean(axis=1, dtype=np.float64) if len(moments) else np.zeros(0)
    return (Curve(_("loss on the text shown"), _("step"), _("loss"), moments.steps.astype(np.float64), means),)
