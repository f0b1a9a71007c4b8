"""Context windows, Prompts: the copier's patterns, a tiny model in place of SmolLM2, what is kept, the bars."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import advance, built, played
from lab.core.params import checked, replaced
from lab.engine.decoding.tries import wilson
from lab.engine.formats.gguf import GGUF
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_gguf import float_weights
from lab.engine.pretrained.llama_vocabulary import gguf_vocabulary
from lab.experiments.e22_context_window import prompts
from lab.experiments.e22_context_window.page_prompts import PromptsView
from lab.experiments.e22_context_window.prompts import REPEATS
from lab.experiments.e22_context_window.settings import Params
from lab.experiments.e22_context_window.words import prompt_ways
from lab.kit.prompt_tasks import QUESTIONS, SHOTS, TASKS, WAYS, task_of
from tests.asking import curves_of, metrics_of, sentence_of
from tests.engine.pretrained_files import tiny_gguf

SPECIFICATION = find("context-window").load()
NEEDED = "SmolLM2 is not on this computer"


@pytest.fixture(autouse=True)
def no_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "smollm2_path", lambda: None)
    monkeypatch.setattr(prompts, "opening_smollm2", absent)


def absent(_capacity: int) -> Generator[float, None, Any]:
    raise ValueError(f"{NEEDED}: add its model pack.")
    yield 0.0


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[int]:
    """A tiny model in place of SmolLM2; how often it was opened."""
    with GGUF(tiny_gguf(tmp_path / "tiny.gguf")) as file:
        config, weights = float_weights(file)
        tokenizer = gguf_vocabulary(file).tokenizer()
    opened: list[int] = []

    def opening(capacity: int) -> Generator[float, None, Any]:
        opened.append(capacity)
        yield 0.5
        return Llama(config, weights, capacity), tokenizer

    monkeypatch.setattr(prompts, "smollm2_path", lambda: tmp_path)
    monkeypatch.setattr(prompts, "opening_smollm2", opening)
    return opened


def run(steps: int = 0, seed: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting({"topic": "prompts", **values}, seed, (), steps))


@pytest.mark.parametrize("seed", [0, 1])
def test_one_example_is_enough_for_the_copier_and_none_is_not(seed: int) -> None:
    found = metrics_of(run(QUESTIONS, seed, task="pattern").snapshot())
    assert [found[f"right_{way}"] for way in (3, 4)] == [QUESTIONS, QUESTIONS]
    assert found["right_2"] >= 28 and found["right_1"] <= 3
    low, high = wilson(found["right_4"] / QUESTIONS, QUESTIONS)
    assert found["least_4"] == pytest.approx(QUESTIONS * low) and found["most_4"] == pytest.approx(QUESTIONS * high)


def test_a_pattern_is_shown_as_often_as_its_bar_says() -> None:
    page = run(1, task="pattern").snapshot().page
    cue = page.read[-2:]
    assert page.read.count(cue + page.wanted) == REPEATS[-1] and page.read.count(page.wanted) == REPEATS[-1]


def test_without_the_pack_the_page_says_what_is_needed_and_shows_the_pattern() -> None:
    page = run(2, task="capitals").snapshot().page
    assert page.missing.startswith(NEEDED) and page.task == "pattern" and page.asked == 2
    assert run(2, task="pattern").snapshot().page.missing == ""


@pytest.mark.parametrize("name", TASKS)
def test_a_task_has_30_questions_and_its_right_answers_are_right(name: str) -> None:
    task = task_of(name)
    assert len(task.answers) == len(task.asked) == QUESTIONS and len(set(task.asked)) == QUESTIONS
    assert all(len(ways) == WAYS for ways in task.asked) and len(task.beginnings) == WAYS
    for answer in task.answers:
        assert task.judge(f" {answer}", answer) and not task.judge(" something else", answer)
    lengths = [len(beginning) for beginning in task.beginnings]
    assert lengths == sorted(lengths)
    if name != "sums":
        assert [beginning.count("\n\n") - 1 for beginning in task.beginnings] == list(SHOTS)
        assert not any(ways[0] in task.beginnings[-1] for ways in task.asked)  # no question is an example


@pytest.mark.parametrize(
    ("name", "written", "right", "found"),
    [
        ("sentiment", " Positive.", "positive", True),
        ("sentiment", " not positive", "positive", False),
        ("capitals", " Paris, of", "Paris", True),
        ("capitals", " the Paris", "Paris", False),
        ("swap", " house red.", "house red", True),
        ("swap", " house red car", "house red", False),
        ("sums", " 5 + 4 = 9. The answer is 9. Or 3", "9", True),
        ("sums", " 5 + 4 = 9", "9", True),
        ("sums", " 5 + 4 = 9", "4", False),
        ("sums", " 19", "9", False),
        ("sums", "", "9", False),
    ],
)
def test_answers_are_judged_by_a_rule(name: str, written: str, right: str, found: bool) -> None:
    assert task_of(name).judge(written, right) is found


def test_worked_solutions_lead_to_their_answers() -> None:
    task = task_of("sums")
    for block in task.beginnings[-1].split("\n\n")[1:-1]:
        steps, answer = block.split("Answer: ")[1].split(" The answer is ")
        sums = [line.split(" = ") for line in steps.rstrip(".").split(". ")]
        assert all(eval(left) == int(right) for left, right in sums)
        assert sums[-1][1] == answer.rstrip(".")
    assert task.asked[0][1].endswith("step by step.") and task.asked[0][0] == task.asked[0][3]


def test_the_model_is_asked_in_four_ways_and_opened_once_for_each(pack: list[int]) -> None:
    simulation = run(2, task="invented")
    page = simulation.snapshot().page
    assert page.missing == "" and page.task == "invented" and page.asked == 2 and len(pack) == WAYS
    assert page.read == task_of("invented").beginnings[-1] + task_of("invented").asked[1][-1]
    assert "SmolLM2, question 2 of 30" in sentence_of(simulation.snapshot())
    assert curves_of(simulation.snapshot())[0].y.tolist() == list(page.counts)


def test_answers_are_kept_task_by_task_and_shown_where_the_pack_is_not(
    pack: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation = run(1, task="invented")
    simulation.step()  # a piece of the second question
    assert simulation.snapshot().page.asking == 0
    simulation.retune(replaced(simulation.snapshot().params, {"task": "pattern"}))
    assert simulation.snapshot().page.asking is None
    advance(simulation)
    simulation.retune(replaced(simulation.snapshot().params, {"task": "invented"}))
    assert simulation.snapshot().page.asked == 1
    state = simulation.save()
    again = built(SPECIFICATION, checked(Params, {"topic": "prompts", "task": "invented"}), 0)
    again.load(state)
    for each in (simulation, again):
        advance(each)
    assert again.snapshot().page.answers == simulation.snapshot().page.answers
    monkeypatch.setattr(prompts, "smollm2_path", lambda: None)
    alone = built(SPECIFICATION, checked(Params, {"topic": "prompts", "task": "invented"}), 0)
    monkeypatch.setattr(prompts, "opening_smollm2", absent)
    alone.load(state)
    page = alone.snapshot().page
    assert page.task == "invented" and page.asked == 1 and page.missing and alone.done


@pytest.mark.parametrize("rows", [[["a"] * 4] * 31, [["a"] * 3]])
def test_answers_of_another_kind_are_refused(rows: Any) -> None:
    simulation = run(task="pattern")
    state = simulation.save()
    with pytest.raises(ValueError, match="answers of another kind"):
        simulation.load({**state, "part": {"answers": {"pattern": rows}}})
    simulation.load({**state, "part": {"answers": {"pattern": [["a"] * 4] * 30}}})
    assert simulation.done


def test_a_pack_that_cannot_be_opened_is_said(pack: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "opening_smollm2", absent)
    page = run(1, task="swap").snapshot().page
    assert page.missing.startswith(NEEDED) and page.task == "pattern"


def test_the_bars_have_whiskers_and_the_way_to_the_packs(qtbot: Any) -> None:
    view = PromptsView()
    qtbot.addWidget(view)
    view.resize(700, 480)
    view.show()
    for steps, task, needed in ((3, "pattern", False), (3, "swap", True), (0, "pattern", False)):
        frame = run(steps, task=task).snapshot()
        view.show_page(frame.page, None)
        view.show_words(frame.page, sentence_of(frame))
        assert view.packs.isVisible() == needed
        bars = view.bars.bars()
        assert tuple(bar.name for bar in bars) == prompt_ways("pattern")
        assert all((bar.span is not None) == (steps > 0) for bar in bars)
    with qtbot.waitSignal(view.packs_requested):
        view.packs.click()
