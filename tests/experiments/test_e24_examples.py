"""SmolLM2 with more and less examples before each question: its stored answers on the page Significance."""

from __future__ import annotations

from math import comb
from typing import Any

import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.kit.prompt_answers import EXERCISES, answered, stored_prompts
from lab.kit.prompt_tasks import SHOTS, task_of
from tests.asking import hidden_of, metrics_of, sentence_of

SPECIFICATION = find("evaluation").load()
PAIR = {"topic": "significance", "pairs": "examples"}


def framed(steps: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(PAIR | values, 0, (), steps)).snapshot()


@pytest.mark.parametrize("task", list(EXERCISES))
def test_the_stored_answers_are_judged_as_the_task_judges_them(task: str) -> None:
    asked, stored = task_of(task), stored_prompts()[task]
    rows = zip(stored["answers"], asked.answers, strict=True)
    right = [[asked.judge(written, truth) for written in row] for row, truth in rows]
    assert right == answered(task).tolist() and len(right) == 30


@pytest.mark.parametrize("task", list(EXERCISES))
@pytest.mark.parametrize(("first", "second"), [("0", "8"), ("8", "2"), ("4", "4")])
def test_two_numbers_of_examples_are_compared_question_by_question(task: str, first: str, second: str) -> None:
    frame = framed(exercise=task, first_shots=first, second_shots=second)
    a, b = (answered(task)[:, SHOTS.index(int(shots))] for shots in (first, second))
    table = frame.page.table
    assert (table.first, table.second, table.count) == (int(a.sum()), int(b.sum()), 30)
    only = [int((a & ~b).sum()), int((b & ~a).sum())]
    assert [table.first_only, table.second_only] == only
    tail = sum(comb(sum(only), k) for k in range(min(only) + 1)) / 2 ** sum(only)
    assert metrics_of(frame)["chance"] == pytest.approx(min(1.0, 2 * tail))


def test_the_controls_are_those_of_what_is_compared() -> None:
    assert {"questions", "first_way", "asked"} <= hidden_of(framed())
    assert not {"exercise", "first_shots", "second_shots"} & hidden_of(framed())
    assert {"exercise", "first_shots", "second_shots"} <= hidden_of(framed(pairs="passages"))
    assert "with 0 examples" in sentence_of(framed())


def test_the_lesson_is_right_that_one_label_is_all_it_says() -> None:
    assert len({row[-1].strip() for row in stored_prompts()["invented"]["answers"]}) == 1
