"""The lines of a lesson's file, grouped: chunks that stand together, and the ::: blocks that hold chunks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field

from lab.core.lesson.blocks import LessonError
from lab.core.records import dataclass

__all__ = ["CLAIM_LINE", "FENCE", "LINK_LINE", "Chunk", "Fence", "items_of", "list_items"]

LINK_LINE = re.compile(r"\[([^\[\]]+)\]\((lab:[^()\s]*)\)$")
CLAIM_LINE = re.compile(r"\[([^\[\]]+)\]\(is:([^()\s]*)\)$")
FENCE = re.compile(r"```python\n(.*?)\n?```$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines that stand together, between blank lines or fences; `line` is the first one's number."""

    text: str
    line: int


@dataclass(slots=True)
class Fence:
    """A ::: block as written."""

    kind: str
    title: str
    line: int
    chunks: list[Chunk] = field(default_factory=list)


def items_of(text: str, path: str) -> Iterator[Chunk | Fence]:
    """The chunks and blocks of a file, in order. Raises LessonError where a block does not open or close."""
    fence: Fence | None = None
    for chunk in _chunks(text):
        if not chunk.text.startswith(":::"):
            if fence is None:
                yield chunk
            else:
                fence.chunks.append(chunk)
            continue
        kind, _space, title = chunk.text[3:].strip().partition(" ")
        if fence is None and kind:
            fence = Fence(kind, title.strip(), chunk.line)
        elif fence is not None and not kind:
            yield fence
            fence = None
        else:
            message = "::: without an open block" if fence is None else f"the block '{fence.kind}' is still open here"
            raise LessonError(path, chunk.line, message)
    if fence is not None:
        raise LessonError(path, fence.line, f"the block '{fence.kind}' is never closed with :::")


def list_items(chunk: Chunk) -> Iterator[tuple[str, int]]:
    """The items of a list with their line; an indented line belongs to the item before it."""
    gathered: list[tuple[str, int]] = []
    for number, line in enumerate(chunk.text.split("\n"), chunk.line):
        if line.startswith("- ") or not gathered:
            gathered.append((line, number))
        else:
            gathered[-1] = (f"{gathered[-1][0]}\n{line.strip()}", gathered[-1][1])
    yield from gathered


def _chunks(text: str) -> Iterator[Chunk]:
    """Lines grouped: blank lines, headings and ::: lines part them; a ``` fence keeps its blank lines."""
    gathered: list[str] = []
    start, coding, inside = 1, False, False
    for number, line in enumerate([*text.splitlines(), ""], 1):
        alone = not coding and _stands_alone(line, inside)
        if gathered and not coding and (alone or not line.strip() or _begins(gathered[-1], line)):
            yield Chunk("\n".join(gathered), start)
            gathered = []
        if line.startswith("```"):
            coding = not coding
        if alone:
            inside = bool(line[3:].strip()) if line.startswith(":::") else inside
            yield Chunk(line.strip(), number)
        elif coding or line.strip():
            start = start if gathered else number
            gathered.append(line.rstrip())
    if gathered:
        yield Chunk("\n".join(gathered), start)


def _stands_alone(line: str, inside: bool) -> bool:
    """A heading, a ::: line, or, inside a block, a line that is one link or one claim."""
    text = line.strip()
    return line.startswith((":::", "# ", "## ")) or (inside and bool(LINK_LINE.match(text) or CLAIM_LINE.match(text)))


def _begins(before: str, line: str) -> bool:
    """Whether a list or a fence begins here, or has ended."""
    in_list, lists = before.startswith(("- ", "  ")), line.startswith(("- ", "  "))
    return in_list != lists or line.startswith("```") or before == "```"
