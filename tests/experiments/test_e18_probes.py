"""The transformer block, probes: the answers to the questions, what a probe finds and a shuffled one does not, and runs
that are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.params import ParamError
from lab.experiments.e18_transformer_block.limits import LETTERED
from lab.experiments.e18_transformer_block.probing import FAR, answers_of, streams_of
from lab.experiments.e18_transformer_block.settings import QUESTIONS
from lab.experiments.e18_transformer_block.texts import bundled, letters_of_plays
from tests.asking import metrics_of

SPECIFICATION = find("transformer-block").load()


def ran(steps: int, **values: Any) -> Any:
    return played(SPECIFICATION, Setting({"topic": "probes"} | values, 0, (), steps))


def test_the_questions_are_answered_letter_by_letter() -> None:
    answers = answers_of("ab\nthose is\n")
    assert set(answers) == set(QUESTIONS)
    shown = {name: "".join("x" if yes else "." for yes in row) for name, row in answers.items()}
    # the letters asked about:  b ⏎ t h o s e ␠ i s
    assert shown == {
        "next-vowel": "...x.x.x..", "long": ".....xx...", "word-ends": "x.....x..x",
        "before-vowel": "x....x.x.x", "far": "..........", "vowel": "....x.x.x.",
    }  # fmt: skip


@pytest.mark.parametrize(("letters", "yes"), [(FAR, 0), (FAR + 1, 1), (FAR + 3, 3)])
def test_far_into_a_line_is_beyond_its_twentieth_letter(letters, yes) -> None:
    assert answers_of("\n" + "a" * letters + "\n")["far"].sum() == yes


def test_streams_are_those_of_a_plain_pass_piece_by_piece() -> None:
    model = bundled("drafter")
    text = letters_of_plays(model, 64 * 18)
    whole, last = streams_of(model, text), streams_of(model, text[-64:])
    assert whole.shape[1] == len(text)
    np.testing.assert_allclose(whole[:, -64:], last, atol=1e-5)


def test_what_a_letter_is_stands_in_the_stream_at_once_and_what_was_before_it_only_after_a_block() -> None:
    streams = 3
    run = ran(6 * streams, model="drafter")
    page = run.snapshot().page
    assert run.done and page.found.shape == (6, streams) and page.tried == 18
    of = dict(zip(QUESTIONS, page.found, strict=True))
    assert of["vowel"][0] > 0.999
    assert of["before-vowel"][0] + 0.05 < of["before-vowel"][1]
    assert of["next-vowel"][0] + 0.03 < of["next-vowel"][-1]
    assert abs(page.control - 0.5).mean() < 0.08


def test_one_place_after_another_is_tried_and_kept() -> None:
    for steps in (0, 1, 2):
        run = ran(steps, model="drafter")
        page = run.snapshot().page
        assert np.isfinite(page.found).sum() == np.isfinite(page.control).sum() == page.tried == steps
        run.step()  # a probe without its control is not shown
        assert np.isfinite(run.snapshot().page.found).sum() == steps
        again = ran(0, model="drafter")
        again.load(run.save())
        while again.steps == steps:
            again.step()
        while run.steps == steps:
            run.step()
        assert metrics_of(again.snapshot()) == metrics_of(run.snapshot())
    with pytest.raises(ValueError, match="probes"):
        ran(0).load(run.save() | {"params": ran(0).save()["params"]})


def test_the_marked_question_and_place_are_read_out() -> None:
    run = ran(2, model="drafter")
    assert metrics_of(run.snapshot())["auc_here"] == run.snapshot().page.found[0, 0]
    other = ran(0, model="drafter", question="far", layer=9).snapshot()
    assert other.page.lit == (4, 2) and metrics_of(other)["auc_here"] is None and SPECIFICATION.describe(other)


@pytest.mark.parametrize("topic", LETTERED)
def test_a_model_that_reads_no_plays_is_refused_and_cannot_be_chosen(topic) -> None:
    for model in ("copier", "smollm2"):
        with pytest.raises(ParamError, match="letter"):
            played(SPECIFICATION, Setting({"topic": topic, "model": model}))
    frame = played(SPECIFICATION, Setting({"topic": topic, "model": "random"})).snapshot()
    assert set(SPECIFICATION.unavailable(frame)["model"]) >= {"copier", "smollm2"}
