"""The tools an agent is given: a calculator that reads formulas and nothing else, a search over passages, a
look-up in a table, and an outbox, which is there to show what an agent could do to the world: it only writes
down what would have been sent.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.agents.events import ToolResult
from lab.engine.graph.formula import parse
from lab.engine.retrieval.word_search import ranking

__all__ = ["Calculator", "Document", "Lookup", "Outbox", "Search"]


@dataclass(frozen=True, slots=True)
class Calculator:
    """Works out a formula of numbers: + − * / ^, brackets, sqrt, log and the like. No names, no code."""

    name: str = "calculator"
    description: str = "Works out a formula of numbers. Input: the formula, such as 3 * (4 + 5)."
    seconds: float = 0.01
    outward: bool = False

    def run(self, text: str) -> ToolResult:
        """The value to ten digits.

        Raises ValueError when the formula cannot be read or has no finite value.
        """
        value = float(parse(text, variables=()).value())
        if not math.isfinite(value):
            raise ValueError(f"{text.strip()} has no finite value")
        return ToolResult(f"{value:.10g}")


@dataclass(frozen=True, slots=True)
class Document:
    """What the search goes through."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Search:
    """Finds the passages that fit best.

    documents: what to search.  scores: how well each fits some words, [N].  k: how many are given back.
    """

    documents: Sequence[Document]
    scores: Callable[[str], NDArray[np.floating[Any]]]
    k: int = 3
    name: str = "search"
    description: str = "Finds passages about something. Input: a few words or the question."
    seconds: float = 0.2
    outward: bool = False

    def run(self, text: str) -> ToolResult:
        """The best passages, each with its title, "Nothing found." where none shares anything with the words.

        Raises ValueError when there are no words.
        """
        if not text.strip():
            raise ValueError("needs some words to search for")
        scores = self.scores(text)
        best = [int(k) for k in ranking(scores)[: self.k] if scores[k] > 0]
        found = "\n".join(f"[{self.documents[k].title}] {self.documents[k].text}" for k in best)
        return ToolResult(found or "Nothing found.", tuple(self.documents[k].id for k in best))


@dataclass(frozen=True, slots=True)
class Lookup:
    """One cell of a table.

    rows: row name -> column name -> value.  Names are compared without case; "The Gambia" is found under
    "Gambia".
    """

    rows: Mapping[str, Mapping[str, str]]
    name: str = "lookup"
    description: str = "One cell of the table of countries and elements. Input: row, column, such as Japan, area."
    seconds: float = 0.05
    outward: bool = False

    def run(self, text: str) -> ToolResult:
        """The value.

        Raises ValueError when the input is not "row, column", or there is no such row or column.
        """
        row, comma, column = (part.strip() for part in text.rpartition(","))
        if not (comma and row and column):
            raise ValueError(f"needs a row and a column with a comma between them, got {text!r}")
        cells = self._find(row, self.rows, "row")
        return ToolResult(self._find(column, cells, f"column of {row}"))

    def _find(self, name: str, among: Mapping[str, Any], what: str) -> Any:
        known = {_plain(key): key for key in among}
        if _plain(name) in known:
            return among[known[_plain(name)]]
        near = difflib.get_close_matches(_plain(name), known, 3, 0.6)
        hint = f"; did you mean {', '.join(known[key] for key in near)}?" if near else ""
        raise ValueError(f"there is no {what} {name!r}{hint}")


def _plain(name: str) -> str:
    return name.lower().removeprefix("the ").strip()


@dataclass(frozen=True, slots=True)
class Outbox:
    """Would send a message. Nothing leaves this computer: what would have been sent stays in the trace."""

    name: str = "send"
    description: str = "Sends a message. Input: whom: what."
    seconds: float = 0.1
    outward: bool = True

    def run(self, text: str) -> ToolResult:
        """What would have been sent.  Raises ValueError when nobody is named."""
        whom, colon, what = (part.strip() for part in text.partition(":"))
        if not (colon and whom):
            raise ValueError(f"needs whom and what with a colon between them, got {text!r}")
        return ToolResult(f"Sent to {whom}: {what}")
