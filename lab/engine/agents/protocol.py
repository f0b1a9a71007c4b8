"""How an agent and its tools talk: JSON-RPC 2.0 messages in the shape of the Model Context Protocol. The client says
hello, asks which tools there are, and calls them; every message is checked against a schema. What is wrong with a
call is said in the answer: nothing that a client can write stops the server.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from lab.core.records import dataclass
from lab.engine.agents.events import Tool, Trace

__all__ = [
    "INVALID_PARAMS", "INVALID_REQUEST", "LONGEST", "METHOD_NOT_FOUND", "PARSE_ERROR", "VERSION", "Sent", "Server",
    "request", "transcript",
]  # fmt: skip

VERSION = "2025-06-18"  # of the protocol
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
LONGEST = 20_000  # characters of a message
SCHEMA = {
    "type": "object",
    "properties": {"input": {"type": "string"}},
    "required": ["input"],
    "additionalProperties": False,
}
"""What every tool here wants: one text."""


def request(number: int | None, method: str, params: Mapping[str, Any] | None = None) -> str:
    """A request, or with number None a notification, which is not answered."""
    message: dict[str, Any] = {"jsonrpc": "2.0"}
    if number is not None:
        message["id"] = number
    message["method"] = method
    if params is not None:
        message["params"] = dict(params)
    return _written(message)


class Server:
    """Tools behind messages. It keeps nothing between two of them, so each can be read alone.

    Source: JSON-RPC 2.0 Specification (2013); Model Context Protocol, revision 2025-06-18.
    """

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._tools = {tool.name: tool for tool in tools}

    def answer(self, text: str) -> str:
        """What comes back for a message; "" for a notification, which nothing comes back for."""
        if len(text) > LONGEST:
            return _error(None, PARSE_ERROR, f"{len(text)} characters, at most {LONGEST}")
        try:
            message = json.loads(text)
        except (ValueError, RecursionError) as error:
            return _error(None, PARSE_ERROR, f"not JSON: {error}")
        wrong = _wrong_with(message)
        if wrong:
            return _error(message.get("id") if isinstance(message, dict) else None, INVALID_REQUEST, wrong)
        if "id" not in message:
            return ""
        return self._result(message["id"], message["method"], message.get("params", {}))

    def _result(self, number: Any, method: str, params: Mapping[str, Any]) -> str:
        match method:
            case "initialize":
                return _ok(number, {"protocolVersion": VERSION, "capabilities": {"tools": {}}, "serverInfo": _INFO})
            case "ping":
                return _ok(number, {})
            case "tools/list":
                return _ok(number, {"tools": [_listed(tool) for tool in self._tools.values()]})
            case "tools/call":
                return self._call(number, params)
            case _:
                return _error(number, METHOD_NOT_FOUND, f"there is no method {method[:60]!r}")

    def _call(self, number: Any, params: Mapping[str, Any]) -> str:
        wrong = _wrong_with_call(params)
        if wrong:
            return _error(number, INVALID_PARAMS, wrong)
        tool = self._tools.get(params["name"])
        if tool is None:
            return _error(number, INVALID_PARAMS, f"there is no tool {params['name'][:60]!r}")
        try:
            return _ok(number, _content(tool.run(params["arguments"]["input"]).text, False))
        except ValueError as error:
            return _ok(number, _content(f"{tool.name}: {error}", True))


_INFO = {"name": "glassbox", "version": "1"}


def _wrong_with(message: Any) -> str:
    """Why something is no request; "" where it is one."""
    if not isinstance(message, dict):
        return "a message is an object"
    if message.get("jsonrpc") != "2.0":
        return 'needs "jsonrpc": "2.0"'
    if not isinstance(message.get("method"), str):
        return 'needs "method", a text'
    if "id" in message and (isinstance(message["id"], bool) or not isinstance(message["id"], int | str)):
        return '"id" is a whole number or a text'
    if not isinstance(message.get("params", {}), dict):
        return '"params" is an object'
    return ""


def _wrong_with_call(params: Mapping[str, Any]) -> str:
    """Why params do not call a tool; "" where they do."""
    if not isinstance(params.get("name"), str):
        return 'needs "name", the name of a tool'
    given = params.get("arguments")
    if not isinstance(given, dict):
        return 'needs "arguments", an object'
    if strangers := sorted(set(given) - {"input"}):
        return f"arguments: {strangers[0][:60]!r} is not in the schema"
    if not isinstance(given.get("input"), str):
        return 'arguments: "input" must be a text'
    return ""


def _listed(tool: Tool) -> dict[str, Any]:
    hints = {"readOnlyHint": not tool.outward}
    return {"name": tool.name, "description": tool.description, "inputSchema": SCHEMA, "annotations": hints}


def _content(text: str, failed: bool) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": text}], "isError": failed}


def _ok(number: Any, result: Mapping[str, Any]) -> str:
    return _written({"jsonrpc": "2.0", "id": number, "result": result})


def _error(number: Any, code: int, message: str) -> str:
    return _written({"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}})


def _written(message: Mapping[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that went over.  step: the turn of the loop it belongs to, −1 before the first."""

    sender: Literal["client", "server"]
    text: str
    step: int = -1


def transcript(trace: Trace, tools: Sequence[Tool]) -> tuple[Sent, ...]:
    """Everything that client and server wrote to each other for a trace, the greeting included.

    A call that the defences held back was never sent. A tool that took too long has not answered, and the client
    calls its request off. What an injected fault did to an answer is in the answer.
    """
    server = Server(tools)
    hello = request(0, "initialize", {"protocolVersion": VERSION, "capabilities": {}, "clientInfo": _INFO})
    asked = request(1, "tools/list")
    sent = [Sent("client", hello), Sent("server", server.answer(hello))]
    sent += [Sent("client", request(None, "notifications/initialized"))]
    sent += [Sent("client", asked), Sent("server", server.answer(asked))]
    for number, step in enumerate(trace.steps):
        seen = step.observation
        if step.call is None:
            sent += _both(step.decision.text, server.answer(step.decision.text), number)
            continue
        if seen.outcome == "blocked":
            continue
        arguments = {"name": step.call.tool, "arguments": {"input": step.call.input}}
        call = request(number + 2, "tools/call", arguments)
        if seen.outcome == "time-out":
            off = request(None, "notifications/cancelled", {"requestId": number + 2, "reason": seen.text})
            sent += [Sent("client", call, number), Sent("client", off, number)]
        elif step.fault is not None and seen.outcome == "result":
            sent += _both(call, _ok(number + 2, _content(seen.raw or seen.text, False)), number)
        else:
            sent += _both(call, server.answer(call), number)
    return tuple(sent)


def _both(asked: str, answered: str, step: int) -> list[Sent]:
    return [Sent("client", asked, step), *([Sent("server", answered, step)] if answered else [])]
