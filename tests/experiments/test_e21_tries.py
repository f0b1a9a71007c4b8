"""Decoding, several tries: the problems, one try, what many come to, and the page that shows them."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import checked
from lab.core.paths import asset
from lab.core.simulation import Set
from lab.engine.pretrained.smollm2 import open_gguf
from lab.experiments.e21_decoding import chat
from lab.experiments.e21_decoding import simulation as decoding
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.models import Floats, SmolLM2
from lab.experiments.e21_decoding.opening import HELD_OUT
from lab.experiments.e21_decoding.problems import GIVEN, PROBLEMS, Problem, sums, words
from lab.experiments.e21_decoding.settings import Display, Params
from lab.experiments.e21_decoding.solving import FORCED, Solver, solver_for
from lab.experiments.e21_decoding.tried import MOST_SETS
from lab.experiments.e21_decoding.view import View
from tests.asking import metrics_of, unused_of, why_of
from tests.engine.pretrained_files import tiny_gguf
from widgets.base.look import Look, apply_look

SPECIFICATION = find("decoding").load()
TRIES = {"page": "tries"}
OWN = {"page": "tries", "model": "own"}
T = TypeVar("T")


def framed(steps: int = 0, seed: int = 0, actions: tuple[Any, ...] = (), **values: Any) -> DecodingFrame:
    return played(SPECIFICATION, Setting(values, seed, actions, steps)).snapshot()


def ended(work: Generator[float, None, T]) -> T:
    """What a generator returns."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmolLM2:
    """A tiny model in place of SmolLM2; its window holds 512 tokens."""
    opened = open_gguf(tiny_gguf(tmp_path / "tiny.gguf"))
    model = SmolLM2(opened.llama, opened.tokenizer, opened.tokenizer.specials[chat.END])
    monkeypatch.setattr(decoding, "open_model", lambda params, artifacts: model)
    return model


# ------------------------------------------------------------------------------------------ the problems


def test_sums_and_their_examples_are_right() -> None:
    problems = sums()
    assert len(problems) == PROBLEMS and len({problem.head for problem in problems}) == 1
    for problem in problems:
        numbers = [int(n) for n in re.findall(r"\d+", problem.question)]
        assert len(numbers) == 3 and str(sum(numbers)) == problem.answer
    equations = re.findall(r"(\d+) \+ (\d+) = (\d+)", problems[0].head)
    assert len(equations) >= 8 and all(int(a) + int(b) == int(c) for a, b, c in equations)
    answers = re.findall(r"= (\d+)\. The answer is (\d+)\.", problems[0].head)
    assert answers and all(a == b for a, b in answers)


def test_words_come_from_what_no_model_was_trained_on() -> None:
    text = asset("data/shakespeare.txt").read_text(encoding="utf-8")
    held = text[round(len(text) * (1 - HELD_OUT)) :]
    assert len(words()) == PROBLEMS
    for problem in words():
        assert problem.answer.startswith(problem.question[-GIVEN:]) and len(problem.answer) > GIVEN
        assert problem.question + problem.answer[GIVEN:] in held


# ------------------------------------------------------------------------------------------------ one try


class Scripted:
    """A reader that wants one text, then others after each time something is read that it did not write."""

    def __init__(self, model: SmolLM2, *texts: str) -> None:
        self._size, self._scripts = model.size, [model.tokenizer.encode(text) for text in texts]
        self.read_on = list[tuple[int, ...]]()

    @property
    def scores(self) -> Floats:
        scores = np.zeros(self._size)
        scores[self._scripts[0][0]] = 50.0
        return scores

    def begin(self, problem: Problem) -> Iterator[float]:
        yield 0.0

    def read(self, tokens: Sequence[int]) -> Iterator[float]:
        yield 0.0
        self.read_on.append(tuple(tokens))
        if list(tokens) == self._scripts[0][:1]:
            del self._scripts[0][0]
        else:
            del self._scripts[0]


PROBLEM = Problem("", "3 + 5?", "8", "3 + 5")


def test_a_model_that_comes_to_its_answer_is_not_interrupted(tiny: SmolLM2) -> None:
    said = " 3 + 5 = 8. The answer is 8.\n"
    reader = Scripted(tiny, said)
    made = ended(Solver(tiny, reader).trying(PROBLEM, Params(budget=64), np.random.default_rng(0)))
    assert made.answer == "8" and made.log_probability == pytest.approx(0.0, abs=1e-12)
    assert made.tokens == len(tiny.tokenizer.encode(said)) - 1  # it may stop as soon as the number is finished


@pytest.mark.parametrize("budget", [0, 4])
def test_whoever_has_used_up_the_budget_must_answer(tiny: SmolLM2, budget: int) -> None:
    reader = Scripted(tiny, " 3 + 5 = let me see, that is", " 9.\n")
    made = ended(Solver(tiny, reader).trying(PROBLEM, Params(budget=budget), np.random.default_rng(0)))
    forced = tuple(tiny.tokenizer.encode(FORCED))
    assert reader.read_on[budget] == forced and made.answer == "9"
    assert made.tokens == budget + len(forced) + len(tiny.tokenizer.encode(" 9."))


def test_a_model_that_says_no_number_has_no_answer(tiny: SmolLM2) -> None:
    made = ended(Solver(tiny, Scripted(tiny, "x", "\n")).trying(PROBLEM, Params(budget=0), np.random.default_rng(0)))
    assert made.answer == ""


def test_a_try_does_not_depend_on_those_before(tiny: SmolLM2) -> None:
    params = checked(Params, {"budget": 4})
    one, other = sums()[:2]
    solver = solver_for(tiny)
    short = [Problem("@" * 40, problem.question[:60], problem.answer, "") for problem in (one, other)]
    fresh = ended(solver_for(tiny).trying(short[1], params, np.random.default_rng(1)))
    ended(solver.trying(short[0], params, np.random.default_rng(0)))
    half = solver.trying(short[0], params, np.random.default_rng(2))
    next(half)
    half.close()  # stopped in mid-try
    assert ended(solver.trying(short[1], params, np.random.default_rng(1))) == fresh


# ---------------------------------------------------------------------------------------------- many tries


def test_a_step_tries_the_next_problem_and_the_run_ends_with_the_last() -> None:
    frame = framed(PROBLEMS + 3, **OWN, tries=2)
    assert [len(row) for row in frame.tried.tries] == [2, 2, 2, *[1] * (PROBLEMS - 3)]
    assert not frame.done and frame.outcome is not None and frame.outcome.n == 1
    assert not framed(2 * PROBLEMS - 1, **OWN, tries=2).done
    last = framed(2 * PROBLEMS + 5, **OWN, tries=2)
    assert last.done and last.step == 2 * PROBLEMS and last.tried.made == 2 * PROBLEMS
    assert not framed(2 * PROBLEMS, **OWN, tries=3).done


def test_votes_and_checks_are_worked_out_from_the_tries_on_screen() -> None:
    frame = framed(3 * PROBLEMS, **OWN, tries=3)
    found = metrics_of(frame)
    rights = [[one.answer == "A" for one in row] for row in frame.tried.tries]
    assert found["one_right"] == pytest.approx(np.mean(rights))
    assert found["checker_right"] == np.mean([any(row) for row in rights])
    assert found["tokens_spent"] == 3.0 and found["tries_made"] == 3 * PROBLEMS
    assert frame.outcome is not None
    votes = []
    for row in frame.tried.tries:
        answers = [one.answer for one in row]
        for k in range(3):
            around = [*answers[k:], *answers[:k]]
            votes.append(max(around, key=around.count) == "A")
    assert found["majority_right"] == pytest.approx(np.mean(votes))
    low, high = frame.outcome.low["majority"], frame.outcome.high["majority"]
    assert 0 <= low < frame.outcome.shares["majority"] < high <= 1


def test_before_every_problem_had_its_try_those_that_had_are_counted() -> None:
    frame = framed(3, **OWN)
    found = metrics_of(frame)
    right = [row[0].answer == "A" for row in frame.tried.tries[:3]]
    assert found["one_right"] == found["majority_right"] == pytest.approx(np.mean(right))
    assert frame.outcome is not None and frame.outcome.n == 1
    wide = frame.outcome.high["majority"] - frame.outcome.low["majority"]
    all_of_them = framed(PROBLEMS, **OWN).outcome
    assert all_of_them is not None and wide > all_of_them.high["majority"] - all_of_them.low["majority"]
    for name in ("one_right", "tokens_spent"):
        term = why_of(frame, name)
        assert term is not None and term.value == pytest.approx(metrics_of(frame)[name])
    assert metrics_of(framed(0, **OWN))["one_right"] is None and framed(0, **OWN).outcome is None


def test_a_greedy_model_gains_nothing_from_trying_again() -> None:
    frame = framed(3 * PROBLEMS, **TRIES, tries=3, temperature=0.0)
    assert all(len({one.answer for one in row}) == 1 for row in frame.tried.tries)
    outcomes = frame.tries.outcomes(frame.tried)
    assert len({tuple(out.shares.values()) for out in outcomes}) == 1 and outcomes[2].tokens == 3 * outcomes[0].tokens


def test_the_tries_of_other_settings_stay_and_of_too_many_the_oldest_go() -> None:
    heats = (0.5, 1.0, 1.5, 2.0, 2.5)
    actions = tuple((2 * k, Set({"temperature": heat})) for k, heat in enumerate(heats))
    frame = framed(2 * len(heats), actions=actions, **OWN)
    assert len(frame.tries.sets) == MOST_SETS and frame.tried.made == 2
    assert [one.label()[:5] for one in frame.tries.sets] == ["T 1, ", "T 1.5", "T 2, ", "T 2.5"]
    back = framed(11, actions=(*actions, (10, Set({"temperature": 1.5}))), **OWN)
    assert back.tried.made == 3


def test_tries_come_back_with_the_file_and_go_on_bit_for_bit() -> None:
    whole = played(SPECIFICATION, Setting({**TRIES, "tries": 2}, 3, (), 30))
    half = played(SPECIFICATION, Setting({**TRIES, "tries": 2}, 3, (), 17))
    again = built(SPECIFICATION, checked(Params, {**TRIES, "tries": 2}), 0)
    again.load(half.save())
    for _step in range(13):
        again.step()
    assert again.snapshot().tries == whole.snapshot().tries
    old = half.save()
    del old["tries"]  # a file of before there were any
    again.load(old)
    assert again.snapshot().tried.made == 0
    with pytest.raises(ValueError, match="tries of 1 problems"):
        again.load({**half.save(), "tries": [[[], [[]]]]})


def test_nothing_is_left_to_try_with_where_the_filters_leave_nothing() -> None:
    frame = framed(5, **OWN, weights="0.9, 0.1", top_p=0.5, leaky=True)
    assert frame.done and frame.tried.made == 0


def test_only_smollm2_has_a_budget(tiny: SmolLM2) -> None:
    assert "budget" in unused_of(framed(**TRIES)) and "budget" not in unused_of(framed(model="smollm2", **TRIES))


# ------------------------------------------------------------------------------------------------ the page


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    apply_look(qapp, Look())
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 540)
    made.show_display(Display())
    made.show()
    made.show_frame(framed(PROBLEMS + 2, **OWN, tries=3))
    made.activateWindow()
    QApplication.processEvents()
    return made


def test_the_grid_shows_every_try_and_what_the_vote_is(view: View, qtbot: Any) -> None:
    page, frame = view.page("tries"), view.frame
    assert frame is not None
    rows = page.grid.rows()
    assert [len(row.answers) for row in rows] == [2, 2, *[1] * (PROBLEMS - 2)]
    assert all(row.right == "A" and row.vote == row.answers[0] for row in rows)
    qtbot.mouseMove(page.grid, page.grid.spot_of(1, 1).center().toPoint())
    assert page.grid.pointed() == (1, 1) and rows[1].answers[1] in page.grid.words_of(1, 1)
    assert "not tried" in page.grid.words_of(3, 2) and "vote" in page.grid.words_of(3, 3)
    page.grid.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(page.grid, key)
    assert page.grid.pointed() == (2, 3)


def test_the_curves_name_the_other_settings(view: View) -> None:
    page = view.page("tries")
    assert {one.name for one in page.chart.series()} == {"", "vote", "one right", "likeliest"}
    actions = ((PROBLEMS, Set({"temperature": 0.5})),)
    assert page.chart.lines() == ()
    view.show_frame(framed(0, **OWN))
    assert [line.label for line in page.chart.lines()] == ["nothing tried yet"]
    view.show_frame(framed(2 * PROBLEMS, actions=actions, **OWN))
    names = {one.name for one in page.chart.series()}
    assert {"vote", "T 1, budget 32"} <= names


def test_how_often_and_how_long_are_set_on_the_page(view: View, qtbot: Any) -> None:
    found: list[Any] = []
    view.acted.connect(lambda action, _gesture: found.append(action))
    page = view.page("tries")
    page.tries.slider.setFocus()
    qtbot.keyClick(page.tries.slider, Qt.Key.Key_Right)
    assert found == [Set({"tries": 4})] and not page.budget.isEnabled()
