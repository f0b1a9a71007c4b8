"""Retrieval, tools, agents: calls that a model writes, and tasks that are done again and again."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.paths import asset
from lab.engine.agents.model import call_schema
from lab.engine.decoding.json_schema import schema_grammar
from lab.experiments.e23_retrieval_agents.acting import TASKS, tools_with
from lab.experiments.e23_retrieval_agents.calling import MARKS, REQUESTS, WAYS, judged
from lab.experiments.e23_retrieval_agents.repeating import ROUNDS, SUCCEEDED
from lab.kit import questionnaire
from lab.kit.questionnaire import Questionnaire
from tests.asking import metrics_of, sentence_of, why_of

SPECIFICATION = find("retrieval-agents").load()
STORED: dict[str, Any] = json.loads(asset("data/measured_smollm2.json").read_text("utf-8"))["calls"]
TOOLS = ("calculator", "search", "lookup", "send")


def run(steps: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, 0, (), steps))


def framed(steps: int = 0, **values: Any) -> Any:
    return run(steps, **values).snapshot()


# Calls.


def readable(text: str) -> bool:
    """Whether a text is one call and nothing else, read as JSON and checked by hand."""
    try:
        call = json.loads(text)
    except ValueError:
        return False
    whole = isinstance(call, dict) and list(call) == ["tool", "input"] and call["tool"] in TOOLS
    return whole and isinstance(call["input"], str)


def test_every_call_that_was_held_to_the_schema_can_be_read() -> None:
    held = [row[way] for row in STORED["answers"] for way in (1, 3)]
    assert len(held) == 64 and [text for text in held if not readable(text)] == []
    free = [readable(row[0]) for row in STORED["answers"]]
    assert sum(free) == STORED["valid"][0] == 0


def test_the_stored_counts_are_those_of_the_stored_calls() -> None:
    counts = judged([tuple(row) for row in STORED["answers"]]).sum(axis=0).T.tolist()
    assert [counts[place] for place in range(len(MARKS))] == [STORED[mark] for mark in MARKS]
    assert len(STORED["answers"]) == STORED["requests"] == len(REQUESTS) == 32


def test_the_schema_of_a_call_is_what_the_loop_reads() -> None:
    grammar = schema_grammar(call_schema(tools_with(), answers=True))
    for text, fits in (
        ('{"tool": "send", "input": "Anna: hi"}', True),
        ('{"answer": null}', True),
        ('{"tool": "shell", "input": "x"}', False),
    ):
        assert grammar.finished(grammar.after(text)) == fits
    without = schema_grammar(call_schema(tools_with()))
    assert not without.finished(without.after('{"answer": null}'))


@pytest.mark.parametrize(
    ("call", "marks"),
    [
        ('{"tool": "calculator", "input": "12 * 7"}', (True, True, True)),
        ('{"tool": "calculator", "input": "12 * 8"}', (True, True, False)),
        ('{"tool": "calculator", "input": "twelve"}', (True, True, False)),
        ('{"tool": "search", "input": "12 * 7"}', (True, False, False)),
        ('{"tool": "multiply", "input": "12 * 7"}', (False, False, False)),
        ('{"tool": "calculator", "input": "12 * 7"', (False, False, False)),
        ("84", (False, False, False)),
    ],
)
def test_a_call_is_read_then_its_tool_is_looked_at_then_its_result(call: str, marks: tuple[bool, ...]) -> None:
    assert REQUESTS[0].text == "How much is 12 times 7?"
    assert tuple(judged([(call,) * 4])[0, 0].tolist()) == marks


def test_every_request_can_be_answered_by_its_tool() -> None:
    calls = {
        "calculator": ("12 * 7", "144 / 12", "45 + 38", "100 - 19", "sqrt(81)", "25 * 16", "3.5 * 4", "999 - 111"),
        "lookup": (
            *("Kenya, capital", "Portugal, capital", "Iceland, area", "Gold, symbol", "Oxygen, atomic number"),
            *("Tanzania, highest point", "Mongolia, capital", "Copper, atomic number"),
        ),
    }
    for tool, inputs in calls.items():
        numbers = [number for number, request in enumerate(REQUESTS) if request.tool == tool]
        for number, given in zip(numbers, inputs, strict=True):
            answers = [("",) * 4] * number + [(json.dumps({"tool": tool, "input": given}),) * 4]
            assert judged(answers)[number].all(), REQUESTS[number].text


def test_without_the_pack_the_stored_calls_are_shown() -> None:
    frame = framed(topic="calls")
    if not frame.pack:
        shown = metrics_of(frame)
        assert shown["valid_free"] == 0 and shown["valid_held"] == 32 and not frame.page.measured
        assert "held 32" in sentence_of(frame) and list(WAYS)[1] == "held"


# Questions in several ways.


def twice(_llama: object, _tokenizer: object, number: int) -> Generator[str, None, tuple[str, ...]]:
    yield "first"
    yield "second"
    return str(number), str(2 * number)


def no_wait(_capacity: int) -> Generator[float, None, Any]:
    yield 0.5
    return None, None


def test_questions_are_asked_in_pieces_and_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(questionnaire, "smollm2_path", lambda: tmp_path)
    monkeypatch.setattr(questionnaire, "opening_smollm2", no_wait)
    asked = Questionnaire(2, 2, twice, 64)
    done = [asked.step() for _piece in range(4)]  # opened, asked in two ways, answered
    assert done == [False, False, False, True] and asked.answers == (("0", "0"),) and not asked.done()
    again = Questionnaire(2, 2, twice, 64)
    again.load(asked.save())
    while not again.step():
        pass
    assert again.answers == (("0", "0"), ("1", "2")) and again.done()
    for rows in ([["a", "b"]] * 3, [["a"]]):
        with pytest.raises(ValueError, match="answers"):
            again.load({"answers": rows})


def cannot(_capacity: int) -> Generator[float, None, Any]:
    yield 0.5
    raise ValueError("the file is damaged")


def test_a_pack_that_cannot_be_opened_ends_the_questions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(questionnaire, "smollm2_path", lambda: tmp_path)
    monkeypatch.setattr(questionnaire, "opening_smollm2", cannot)
    asked = Questionnaire(2, 2, twice, 64)
    assert not asked.done()
    asked.step()
    asked.step()
    assert asked.done() and asked.missing == "the file is damaged"


# Again and again.


def test_once_in_a_row_is_the_share_and_more_is_less() -> None:
    page = framed(20, topic="repeat").page
    assert page.always(1) == page.power(1) == page.good.mean()
    chances = [page.always(k) for k in range(1, 21)]
    assert chances == sorted(chances, reverse=True)
    assert all(page.always(k) > page.power(k) for k in range(2, 21))  # the tasks differ: a mean of powers is larger


def test_all_rounds_in_a_row_succeed_only_for_tasks_that_never_fail() -> None:
    page = framed(20, topic="repeat").page
    assert page.always(20) == (page.good.all(axis=0)).mean()
    assert page.always(21) != page.always(21)  # nan: there are too few rounds


def test_without_faults_everything_succeeds_at_the_same_cost() -> None:
    page = framed(3, topic="repeat", fault_rate=0.0).page
    assert page.good.all() and (page.tokens == page.tokens[0]).all()
    agent = [metrics_of(framed(9, topic="agent", task=task)) for task in TASKS]
    assert page.tokens[0].tolist() == [one["tokens_read"] + one["tokens_written"] for one in agent]


def test_with_a_fault_at_every_step_nothing_succeeds_but_saying_so() -> None:
    page = framed(10, topic="repeat", fault_rate=1.0, retries=0).page
    assert list(SUCCEEDED)[-1] == "nothing" and page.rates[-1] == 1.0
    assert page.rates[:-1].max() < 0.6


def test_more_tries_after_a_fault_succeed_more_often() -> None:
    rates = [framed(ROUNDS, topic="repeat", retries=retries).page.good.mean() for retries in (0, 1, 3)]
    assert rates == sorted(rates) and rates[0] < rates[-1]


def test_rounds_go_on_where_they_were_kept() -> None:
    whole, kept = run(6, topic="repeat"), run(3, topic="repeat")
    other = run(0, topic="repeat")
    other.load(kept.save())
    for _round in range(3):
        other.step()
    assert other.snapshot().page.good.tolist() == whole.snapshot().page.good.tolist()
    assert other.snapshot().page.tokens.tolist() == whole.snapshot().page.tokens.tolist()
    damaged = kept.save()
    damaged["part"]["good"] = [[True]]
    with pytest.raises(ValueError, match="rounds"):
        other.load(damaged)


def test_the_shares_are_explained() -> None:
    frame = framed(5, topic="repeat", times=3)
    for name in ("succeeds", "power"):
        term = why_of(frame, name)
        assert term is not None and term.value == pytest.approx(metrics_of(frame)[name], rel=1e-12)
    assert metrics_of(framed(topic="repeat"))["always"] is None
    assert metrics_of(framed(2, topic="repeat", times=3))["always"] is None
    assert "too few rounds" in sentence_of(framed(2, topic="repeat", times=3))
