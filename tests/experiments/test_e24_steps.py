"""What a topic of steps reads back from a file, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from lab.core.params import checked
from lab.experiments.e24_evaluation.arena import Arena
from lab.experiments.e24_evaluation.draws import Steps
from lab.experiments.e24_evaluation.settings import Params
from lab.experiments.e24_evaluation.significance import Significance
from lab.experiments.e24_evaluation.tries import Tries

TOPICS = (Arena, Significance, Tries)


def made(topic: type[Arena | Significance | Tries]) -> Steps:
    return topic(checked(Params, {}), np.random.default_rng(0), ())


@pytest.mark.parametrize("topic", TOPICS)
def test_the_first_and_the_last_step_are_read_and_one_more_is_refused(topic) -> None:
    run = made(topic)
    for steps in (0, topic.MOST):
        run.load({"root": 0, "steps": steps})
        assert run.save() == {"root": 0, "steps": steps}
        assert run.done() == (steps == topic.MOST)
    for steps in (-1, topic.MOST + 1):
        with pytest.raises(ValueError, match=f"{steps} steps"):
            run.load({"root": 0, "steps": steps})
    assert run.save()["steps"] == topic.MOST


@pytest.mark.parametrize("topic", TOPICS)
def test_a_seed_below_nought_is_refused(topic) -> None:
    run = made(topic)
    before = run.save()
    with pytest.raises(ValueError, match="seed -1"):
        run.load({"root": -1, "steps": 0})
    assert run.save() == before
