"""Which tool? SmolLM2 is given requests and writes a call for each: freely, or held to the schema of a call, and both
with examples before or without. A call that is written is read, checked, and carried out. What was measured once is
stored; with the model pack it can be measured again, request by request."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import asset
from lab.core.records import dataclass
from lab.core.text import N_
from lab.engine.agents.events import Call
from lab.engine.agents.loop import parse_decision
from lab.engine.agents.model import call_schema
from lab.engine.decoding.grammar import TokenMasks
from lab.engine.decoding.json_schema import schema_grammar
from lab.engine.pretrained.chat import Message, chat_ids
from lab.engine.pretrained.few_shot import FewShot, token_texts
from lab.engine.pretrained.llama import Llama
from lab.engine.text.bpe import BPETokenizer
from lab.experiments.e23_retrieval_agents.acting import tools_with
from lab.experiments.e23_retrieval_agents.settings import Params
from lab.kit.arrays import freeze
from lab.kit.questionnaire import Answers, Questionnaire

__all__ = ["CAPACITY", "MARKS", "REQUESTS", "WAYS", "CallAsker", "Calling", "CallsPage", "judged", "stored_calls"]

CAPACITY, LENGTH = 1024, 40  # tokens of the cache, and of a call
WAYS = {
    "free": N_("Freely"),
    "held": N_("Held to the schema"),
    "shown": N_("Freely, 4 examples"),
    "both": N_("Held, 4 examples"),
}
MARKS = {"valid": N_("Can be read"), "tool": N_("Right tool"), "right": N_("Right result")}
ORDER = (
    "Choose the tool that fits the request. Write one JSON object and nothing else: "
    '{"tool": "name", "input": "text"}.\nTools:'
)
EXAMPLES = (
    ("How much is 5 plus 9?", "calculator", "5 + 9"),
    ("What is the capital of Norway?", "lookup", "Norway, capital"),
    ("Which metal is used for coins?", "search", "metal used for coins"),
    ("Write to Tom that dinner is ready.", "send", "Tom: Dinner is ready."),
)


@dataclass(frozen=True, slots=True)
class Request:
    """text: what is wanted.  tool: that which fits.  result: words that the result of a right call has."""

    text: str
    tool: str
    result: str


def _requests(tool: str, lines: str) -> tuple[Request, ...]:
    """A line each: the request, and the words of a right result."""
    rows = [line.rpartition(" = ") for line in lines.strip().splitlines()]
    return tuple(Request(text, tool, result) for text, _sign, result in rows)


KINDS = (
    _requests(
        "calculator",
        """
How much is 12 times 7? = 84
What is 144 divided by 12? = 12
What is 45 + 38? = 83
Subtract 19 from 100. = 81
What is the square root of 81? = 9
Multiply 25 by 16. = 400
What is 3.5 * 4? = 14
How much is 999 minus 111? = 888
""",
    ),
    _requests(
        "lookup",
        """
What is the capital of Kenya? = nairobi
What is the capital of Portugal? = lisbon
What is the area of Iceland? = 103,000
What is the symbol of gold? = au
What is the atomic number of oxygen? = 8
What is the highest point of Tanzania? = kilimanjaro
What is the capital of Mongolia? = ulaanbaatar
What is the atomic number of copper? = 29
""",
    ),
    _requests(
        "search",
        """
Which element is named after the Greek word for rainbow? = iridium
What do farmers grow in Jamaica? = sugarcane
Which languages are spoken in Belgium? = dutch
Who discovered the gas argon? = argon
Which element was formerly called columbium? = niobium
What is the climate of Egypt? = egypt
Which precious yellow metal is used in jewellery? = gold
Where did the dodo live? = mauritius
""",
    ),
    _requests(
        "send",
        """
Tell Anna that the bus is late. = anna bus late
Write to Ben: the game starts at six. = ben game six
Ask Mia to bring bread. = mia bread
Let Sam know that I am at home. = sam home
Send Ella a message: happy birthday! = ella happy birthday
Tell my teacher that I am ill today. = teacher ill
Write to grandma that we come on Sunday. = grandma sunday
Message Leo that practice is cancelled. = leo practice
""",
    ),
)
REQUESTS = tuple(row[place] for place in range(len(KINDS[0])) for row in KINDS)
"""32 requests, the four kinds in turn."""


class CallAsker:
    """Asks for the call of a request in every way; what is read before them, and the masks, are made once."""

    def __init__(self) -> None:
        self._readers: dict[str, FewShot] = {}

    def __call__(self, llama: Llama, tokenizer: BPETokenizer, number: int) -> Generator[str, None, Answers]:
        if not self._readers:
            self._readers = _readers(llama, tokenizer)
        found = []
        for way, reader in self._readers.items():
            before = _messages("both" if way in ("shown", "both") else "free")
            known = len(chat_ids(tokenizer, before, answer=False))
            asked = chat_ids(tokenizer, [*before, Message("user", REQUESTS[number].text)])[known:]
            work = reader.answering(asked, LENGTH)
            while True:
                try:
                    next(work)
                except StopIteration as end:
                    found.append(end.value.strip())
                    break
                yield way
        return tuple(found)


def _readers(llama: Llama, tokenizer: BPETokenizer) -> dict[str, FewShot]:
    grammar = schema_grammar(call_schema(tools_with()))
    masks = TokenMasks(grammar, token_texts(tokenizer))
    other = Llama(*llama.parts, capacity=llama.capacity)  # each beginning stays in a cache of its own
    short, long = (chat_ids(tokenizer, _messages(way), answer=False) for way in ("free", "both"))
    return {
        "free": FewShot(llama, tokenizer, short, ()),
        "held": FewShot(llama, tokenizer, short, (), masks),
        "shown": FewShot(other, tokenizer, long, ()),
        "both": FewShot(other, tokenizer, long, (), masks),
    }


def _messages(way: str) -> list[Message]:
    """What stands before a request."""
    tools = [f"- {tool.name}: {tool.description}" for tool in tools_with()]
    messages = [Message("system", "\n".join([ORDER, *tools]))]
    for text, tool, given in EXAMPLES if way == "both" else ():
        messages += [Message("user", text), Message("assistant", json.dumps({"tool": tool, "input": given}))]
    return messages


# ------------------------------------------------------------------------------------------- judged


@lru_cache(maxsize=1024)
def _judge(number: int, text: str) -> tuple[bool, bool, bool]:
    """Whether a text can be read as a call, is of the right tool, and has the right result."""
    tools = {tool.name: tool for tool in tools_with()}
    try:
        call = parse_decision(text)
    except ValueError:
        return False, False, False
    if not isinstance(call, Call) or call.tool not in tools:
        return False, False, False
    request = REQUESTS[number]
    try:
        result = tools[call.tool].run(call.input).text
    except ValueError:
        return True, call.tool == request.tool, False
    return True, call.tool == request.tool, set(request.result.split()) <= _words(result)


def _words(text: str) -> set[str]:
    return {word.strip(".,") for word in re.findall(r"[\w.,]+", text.lower())}


def judged(answers: Sequence[Answers]) -> NDArray[np.bool_]:
    """What each call is worth, [n, 4, 3] by request, way and MARKS; answers: to the first n requests."""
    found = [[_judge(number, text) for text in row] for number, row in enumerate(answers)]
    return freeze(np.array(found, np.bool_).reshape(len(answers), len(WAYS), len(MARKS)))


@cache
def stored_calls() -> tuple[Answers, ...]:
    """What SmolLM2 wrote when it was measured."""
    rows: Any = json.loads(asset("data/measured_smollm2.json").read_text("utf-8"))["calls"]["answers"]
    return tuple(tuple(row) for row in rows)


@dataclass(frozen=True, slots=True, eq=False)
class CallsPage:
    """answers: [n][4] what was written, by request and way.  good: [n, 4, 3] by request, way and MARKS.

    measured: whether it is of this run; else it was stored.  asking: the way that is being asked in.  missing: why
    nothing can be asked here.
    """

    params: Params
    answers: tuple[Answers, ...]
    good: NDArray[np.bool_]
    measured: bool
    asking: str
    missing: str

    @property
    def asked(self) -> int:
        return len(self.answers)

    def count(self, way: str, mark: str) -> int:
        """How many calls have a mark."""
        return int(self.good[:, list(WAYS).index(way), list(MARKS).index(mark)].sum())

    @property
    def counts(self) -> NDArray[np.float64]:
        """[4, 3] by way and mark."""
        return np.asarray(self.good.sum(axis=0), np.float64)


class Calling(Questionnaire):
    """The requests and what was written; only the simulation touches them."""

    opening = False

    def __init__(self, params: Params) -> None:
        super().__init__(len(REQUESTS), len(WAYS), CallAsker(), CAPACITY)
        self._params = params

    def retune(self, params: Params) -> None:
        self._params = params

    def shown(self, _steps: int) -> CallsPage:
        answers, measured = self.answers_or(stored_calls)
        return CallsPage(self._params, answers, judged(answers), measured, self.asking, self.missing)
