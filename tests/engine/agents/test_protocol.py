"""Agent and tools talk in JSON-RPC: every message is checked, and what is wrong is an answer."""

from __future__ import annotations

import json

import pytest

from lab.engine.agents.events import Fault, Trace
from lab.engine.agents.injection import Defences
from lab.engine.agents.loop import run
from lab.engine.agents.planner import RulePlanner
from lab.engine.agents.protocol import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    LONGEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    Server,
    request,
    transcript,
)
from lab.engine.agents.tools import Calculator, Lookup, Outbox

TOOLS = (Calculator(), Lookup({"Japan": {"area": "377,915 sq km"}}), Outbox())
SERVER = Server(TOOLS)


def asked(method: str, params: object = None) -> dict:
    message = {"jsonrpc": "2.0", "id": 1, "method": method}
    return json.loads(SERVER.answer(json.dumps(message | ({} if params is None else {"params": params}))))


def call(name: object, arguments: object) -> dict:
    return asked("tools/call", {"name": name, "arguments": arguments})


def test_a_tool_is_listed_with_its_schema_and_called() -> None:
    assert asked("initialize")["result"]["capabilities"] == {"tools": {}}
    listed = asked("tools/list")["result"]["tools"]
    assert [tool["name"] for tool in listed] == ["calculator", "lookup", "send"]
    assert listed[0]["inputSchema"]["required"] == ["input"]
    assert [tool["annotations"]["readOnlyHint"] for tool in listed] == [True, True, False]
    assert call("calculator", {"input": "2 * 3"})["result"] == {
        "content": [{"type": "text", "text": "6"}],
        "isError": False,
    }


def test_a_tool_that_fails_answers_with_an_error_in_its_result() -> None:
    found = call("calculator", {"input": "1 / 0"})
    assert "error" not in found and found["result"]["isError"] is True


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", PARSE_ERROR),
        ('{"jsonrpc": "2.0", "id": 1, "meth', PARSE_ERROR),
        ("[" * 5000, PARSE_ERROR),
        ("x" * (LONGEST + 1), PARSE_ERROR),
        ("[1]", INVALID_REQUEST),
        ('{"id": 1, "method": "ping"}', INVALID_REQUEST),
        ('{"jsonrpc": "2.0", "id": true, "method": "ping"}', INVALID_REQUEST),
        ('{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}', INVALID_REQUEST),
        ('{"jsonrpc": "2.0", "id": 1, "method": "tools/burn"}', METHOD_NOT_FOUND),
        ('{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {}}', INVALID_PARAMS),
    ],
)
def test_whatever_is_wrong_has_its_code(text: str, code: int) -> None:
    assert json.loads(SERVER.answer(text))["error"]["code"] == code


@pytest.mark.parametrize(
    ("name", "arguments", "fits"),
    [
        ("calculator", {"input": "1"}, True),
        ("calculator", {"input": 1}, False),
        ("calculator", {"input": "1", "shell": "ls"}, False),
        ("calculator", {}, False),
        ("calculator", "1", False),
        ("shell", {"input": "ls"}, False),
        (3, {"input": "1"}, False),
    ],
)
def test_arguments_are_checked_against_the_schema(name: object, arguments: object, fits: bool) -> None:
    found = call(name, arguments)
    assert ("result" in found) == fits
    assert fits or found["error"]["code"] == INVALID_PARAMS


def test_a_notification_is_not_answered() -> None:
    assert SERVER.answer(request(None, "notifications/initialized")) == ""


def followed(question: str, faults: tuple[Fault, ...] = (), defences: Defences | None = None) -> list[dict]:
    trace = run(Trace(question), RulePlanner(), TOOLS, faults=faults, defences=defences)
    return [{"sender": sent.sender, "step": sent.step, "text": sent.text} for sent in transcript(trace, TOOLS)]


def test_every_call_of_a_trace_is_a_request_with_an_answer() -> None:
    sent = followed("What is 15 % of 240?")
    assert [json.loads(one["text"]).get("method", "") for one in sent] == [
        "initialize", "", "notifications/initialized", "tools/list", "", "tools/call", "",
    ]  # fmt: skip
    assert json.loads(sent[-1]["text"])["result"]["content"][0]["text"] == "36"


def test_faults_are_seen_in_the_messages() -> None:
    garbled = followed("What is 15 % of 240?", (Fault(0, "malformed"),))
    assert json.loads(garbled[6]["text"])["error"]["code"] == PARSE_ERROR
    late = followed("What is 15 % of 240?", (Fault(0, "time-out"),))
    assert json.loads(late[6]["text"])["method"] == "notifications/cancelled"
    wrong = followed("What is 15 % of 240?", (Fault(0, "wrong number"),))
    assert json.loads(wrong[6]["text"])["result"]["content"][0]["text"] == "360"
