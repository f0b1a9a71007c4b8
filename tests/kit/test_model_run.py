"""Runs that ask a language model which may still have to be opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest

from lab.core.params import Label, Range, Restarts
from lab.kit import model_run
from lab.kit.gestures import Choose, Cut
from lab.kit.model_run import ModelRun


@dataclass(frozen=True, slots=True)
class Settings:
    """prompt: how many tokens are given.  last: the number that ends a text."""

    prompt: Annotated[int, Range(1, 9), Label("Prompt"), Restarts()] = 2
    last: Annotated[int, Range(1, 9), Label("Last")] = 9


class Model:
    """Says after n tokens that the next is n, and rests after each token it reads."""

    size = 10

    def __init__(self) -> None:
        self.scores = np.zeros(self.size)

    def reading(self, ids: Sequence[int]) -> Iterator[float]:
        for number in range(len(ids)):
            yield number / len(ids)
        self.scores = np.eye(self.size)[len(ids) % self.size]


class Slow:
    """A pack that is open when it was asked three times."""

    error = ""

    def __init__(self, error: str = "") -> None:
        self.asked, self.wrong = 0, error

    def model(self) -> Model | None:
        self.asked += 1
        if self.wrong:
            self.error = self.wrong
        return Model() if self.asked > 2 and not self.wrong else None

    def now(self) -> Model:
        return Model()


class Run(ModelRun[Settings, Model]):
    """Every step writes the likeliest token and draws a number."""

    ACTIONS = (Choose, Cut)

    def __init__(self, params: Settings, model: Model | None, seed: int = 3) -> None:
        super().__init__(params, np.random.default_rng(seed), lambda _opened: Model())
        self.ids: tuple[int, ...] = ()
        self.drawn: list[float] = []
        self.log: list[str] = []
        self.begin(model)

    def reading_prompt(self, model: Model) -> Iterator[float]:
        ids = tuple(range(self.params.prompt))
        yield from model.reading(ids)
        self.ids, self.scores = ids, model.scores

    def working(self, model: Model) -> Iterator[float]:
        drawn, ids = float(self.rng.random()), (*self.ids, int(self.known_scores.argmax()))
        yield from model.reading(ids)
        self.ids, self.scores, self.drawn = ids, model.scores, [*self.drawn, drawn]

    def over(self, model: Model) -> bool:
        return len(self.ids) >= self.params.last

    def opened(self, model: Model) -> None:
        self.log.append("opened")

    def check(self, params: Settings) -> None:
        if params.last == 8:
            raise ValueError("not eight")

    def retuned(self, names: Any) -> None:
        self.log += list(names)

    def apply(self, action: Any, model: Model) -> None:
        match action:
            case Choose(token):
                self.ids = (*self.ids, token)
            case Cut(length):
                self.ids = self.ids[:length]


def finish(run: Run) -> Run:
    """The step that was begun, to its end."""
    run.step()
    while run.share is not None:
        run.step()
    return run


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_run, "smollm2_path", lambda: Path("pack"))
    monkeypatch.setattr(model_run, "opening_of", lambda _path, _make: Slow())


def test_a_model_that_is_there_has_read_the_prompt_at_once() -> None:
    run = Run(Settings(), Model())
    assert run.ids == (0, 1) and run.steps == 0 and not run.opening and not run.missing and not run.done


def test_a_step_is_shown_at_its_end_only() -> None:
    run = Run(Settings(), Model())
    run.step()
    assert run.share is not None and run.ids == (0, 1) and run.steps == 0
    finish(run)
    assert run.ids == (0, 1, 2) and run.steps == 1


@pytest.mark.usefixtures("pack")
def test_a_pack_is_opened_in_steps_that_do_not_count() -> None:
    run = Run(Settings(), None)
    assert run.opening and not run.done
    shares = []
    while run.opening:
        run.step()
        shares.append(run.share)
    assert shares[:-1] == sorted(shares[:-1]) and max(shares[:-1]) > 0.5 > min(shares[:-1])
    assert run.steps == 0 and run.ids == (0, 1) and run.log == ["opened"]
    assert finish(run).steps == 1


@pytest.mark.usefixtures("pack")
def test_what_is_done_while_a_pack_is_opened_is_done_in_its_order_afterwards() -> None:
    run = Run(Settings(), None)
    run.step()
    run.retune(Settings(last=5))
    run.act(Choose(7))
    run.act(Cut(1))
    run.act(Choose(4))
    assert run.ids == () and run.params.last == 5
    while run.opening:
        run.step()
    assert run.ids == (0, 4) and run.params.last == 5 and run.log[-2:] == ["opened", "last"]


def test_without_a_pack_a_run_says_why_it_has_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_run, "smollm2_path", lambda: None)
    run = Run(Settings(), None)
    assert "model pack" in run.missing and run.done and not run.opening
    run.act(Choose(1))
    run.step()
    assert run.ids == () and run.steps == 0
    monkeypatch.setattr(model_run, "smollm2_path", lambda: Path("pack"))
    run.look_again()
    assert not run.missing and run.opening


def test_a_pack_that_cannot_be_opened_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_run, "smollm2_path", lambda: Path("pack"))
    monkeypatch.setattr(model_run, "opening_of", lambda _path, _make: Slow("it is torn"))
    run = Run(Settings(), None)
    while run.opening:
        run.step()
    assert run.missing == "it is torn" and run.done


@pytest.mark.parametrize("hand", ["act", "retune", "none"])
def test_a_half_made_step_is_given_up_and_draws_nothing(hand: str) -> None:
    run, calm = Run(Settings(), Model()), Run(Settings(), Model())
    run.step()
    if hand == "act":
        run.act(Choose(2))
        calm.act(Choose(2))
    if hand == "retune":
        run.retune(Settings(last=7))
        calm.retune(Settings(last=7))
    if hand == "none":
        run.retune(run.params)  # nothing is changed: the step goes on
        assert run.share is not None
    finish(run)
    assert run.drawn == finish(calm).drawn and run.ids == calm.ids


def test_a_state_saved_within_a_step_is_that_before_it() -> None:
    run, other = Run(Settings(), Model()), Run(Settings(), Model(), seed=4)
    finish(run).step()
    assert run.share is not None
    found = other.back_to(run.saved())
    assert found is not None
    other.ids, (_model, other.scores) = run.ids, found
    assert finish(other).drawn == finish(run).drawn[1:] and other.steps == 2


@pytest.mark.usefixtures("pack")
def test_a_state_opens_the_pack_it_needs_and_one_from_before_reads_the_prompt_again() -> None:
    begun = Run(Settings(), None).saved()
    later = finish(Run(Settings(), Model())).saved()
    run = Run(Settings(), None)
    found = run.back_to(later)
    assert found is not None and run.model is found[0] and run.steps == 1
    run.scores = found[1]
    assert run.back_to(begun) is None and run.steps == 0
    run.scores = None  # nobody knows them: they were never read
    assert run.opening
    while run.opening:
        run.step()
    assert run.ids == (0, 1) and run.steps == 0


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        ({"params": {"prompt": 3, "last": 9}}, "another run"),
        ({"params": {"prompt": 2, "last": 8}}, "not eight"),
        ({"scores": np.zeros(9)}, r"\(9,\)"),
    ],
)
def test_a_state_of_another_run_is_refused(damage: dict[str, Any], word: str) -> None:
    run = Run(Settings(), Model())
    with pytest.raises(ValueError, match=word):
        run.back_to(run.saved() | damage)
    assert run.back_to(run.saved()) is not None


def test_an_action_or_a_control_of_another_kind_is_refused() -> None:
    run = Run(Settings(), Model())
    with pytest.raises(ValueError, match="no gesture str"):
        run.act("go")
    with pytest.raises(ValueError, match="starting over"):
        run.retune(Settings(prompt=3))
    with pytest.raises(ValueError, match="not eight"):
        run.retune(Settings(last=8))
    assert run.params == Settings()
