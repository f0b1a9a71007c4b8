"""The Agent page: the steps of the loop, the other future beside them where something was edited, and every message
that went between agent and tools."""

from __future__ import annotations

import json

from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.engine.agents.events import Trace
from lab.engine.agents.protocol import Sent
from lab.experiments.e23_retrieval_agents.acting import AgentPage
from lab.experiments.e23_retrieval_agents.gestures import EditObservation
from lab.experiments.e23_retrieval_agents.metrics import AGENT
from lab.experiments.e23_retrieval_agents.words import state_name
from lab.kit_qt.beside_page import BesidePage
from lab.kit_qt.block_list import Block, BlockList
from lab.kit_qt.text_box import TextBox
from widgets.base.colors import Palette

__all__ = ["AgentView"]

LONGEST = 2000  # characters that are typed


class AgentView(BesidePage):
    """See above."""

    METRICS = AGENT
    READOUTS = ("steps_used", "failed", "tool_seconds", "tokens_read")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editing = -1
        self.list, self.other = (
            BlockList(_("The steps of the agent")),
            BlockList(_("Without the change"), choosable=False),
        )
        self.box = TextBox(LONGEST)
        self.box.hide()
        self.list.pressed.connect(self._pressed)
        self.box.taken.connect(self._taken)
        self.box.left.connect(self._left)
        self.lay_beside(self.list, self.other, wide=(1, 1))
        self._side.hide()
        self._column.insertWidget(2, self.box)

    def colour(self, palette: Palette) -> None:
        page: AgentPage = self.page
        messages = page.params.shown == "messages"
        forked = page.other is not None and not messages
        self._side.setVisible(forked)
        if messages:
            self.list.set_blocks(_messages(page), _("Messages between agent and tools"), at_end=True)
            return
        title = _("With your change") if forked else _("The steps; press one to change what came back")
        self.list.set_blocks(_steps(page.trace, page.edited), title, at_end=True)
        if page.other is not None:
            self.other.set_blocks(_steps(page.other, ()), at_end=True)

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.list,) if self._side.isHidden() else (self.list, self.other)

    # ---- another observation

    def _pressed(self, row: int) -> None:
        page: AgentPage | None = self.page
        if page is None or page.params.shown == "messages" or not 1 <= row <= len(page.trace.steps):
            return
        self._editing = row - 1
        self.box.show()
        self.box.begin(page.trace.steps[self._editing].observation.text)
        self.box.edit.setAccessibleName(_("What came back at step {n}").format(n=row))

    def _taken(self, text: str) -> None:
        step, page = self._editing, self.page
        self._left()
        if page is not None and 0 <= step < len(page.trace.steps) and page.trace.steps[step].observation.text != text:
            self.act(EditObservation(step, text))

    def _left(self) -> None:
        self._editing = -1
        self.box.hide()
        self.list.setFocus()


def _steps(trace: Trace, edited: tuple[int, ...]) -> list[Block]:
    """The task, a block for each step, and the end."""
    found = [Block(_("Task"), trace.question, color="text3")]
    for number, step in enumerate(trace.steps):
        seen = step.observation
        call = f"{step.call.tool}({step.call.input})" if step.call is not None else step.decision.text
        outcome = _OUTCOMES[seen.outcome]()
        note = outcome if number not in edited else _("changed by you")
        body = f"{step.decision.thought} → {call} → {seen.text}"
        start = len(body) - len(seen.text)
        bad = seen.outcome != "result"
        color = "ball" if number in edited else "bad" if bad else "accent"
        found.append(
            Block(
                _("Step {n}").format(n=number + 1),
                body,
                note,
                ((start, len(body)),),
                color,
                lit=number in edited,
                lines=6,
            )
        )
    if trace.status != "running":
        body = trace.answer if trace.answer is not None else state_name(trace.status)
        color = "good" if trace.status == "answered" else "text3"
        found.append(
            Block(
                _("End: {state}").format(state=state_name(trace.status)),
                body,
                trace.last_thought,
                color=color,
                lit=True,
            )
        )
    return found


_OUTCOMES = {
    "result": lambda: _("came back"),
    "malformed": lambda: _("could not be read"),
    "unknown tool": lambda: _("no such tool"),
    "error": lambda: _("an error came back"),
    "time-out": lambda: _("no answer in time"),
    "blocked": lambda: _("held back"),
}


def _messages(page: AgentPage) -> list[Block]:
    """Every message, and the answer to an own one."""
    found = [_message(sent) for sent in page.messages]
    if page.params.message.strip():
        found.append(Block(_("You → server"), page.params.message, color="ball", lines=4, code=True))
        reply = page.reply or _("nothing: a notification is not answered")
        found.append(Block(_("server → you"), reply, color="ball", lit=True, lines=4, code=True))
    return found


def _message(sent: Sent) -> Block:
    try:
        message = json.loads(sent.text)
    except ValueError:
        message = {}
    if not isinstance(message, dict):
        message = {}
    asks = sent.sender == "client"
    head = _("agent → tools") if asks else _("tools → agent")
    failed = "error" in message or message.get("result", {}).get("isError", False) is True
    note = str(message.get("method", "")) if asks else _("error") if failed else ""
    color = "accent" if asks else "bad" if failed else "good"
    return Block(head, sent.text, note, color=color, lines=3, code=True)
