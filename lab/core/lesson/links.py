"""The links and claims in a lesson's sentences: read, checked against the experiment, and nothing else let in.

    [try 0.9](lab:?learning_rate=0.9&run=20)               sets controls, runs 20 steps
    [gradient](word:gradient)                              a word of the glossary
    [0.1326](is:distance_left?preset=course&step=100)      a claim: the text alone remains in the sentence

Any other link, an image or a piece of HTML is an error, so a lesson cannot lead out of the lab.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import field
from urllib.parse import parse_qsl

from lab.core.experiment import Specification
from lab.core.lesson.blocks import Claim, LessonError, Request
from lab.core.metric import DIGITS
from lab.core.params import ParamError, from_text
from lab.core.records import dataclass

__all__ = ["Links", "claim_of", "request_of"]

MOST_STEPS = 1_000_000
_PIECE = re.compile(
    r"(?P<skip>\\.|`[^`]*`|\$[^$\n]+\$)"
    r"|(?<!!)\[(?P<text>[^\[\]]*)\]\((?P<href>[^()\s]*)\)"
    r"|(?P<wrong>!\[|\]\(|\]\[|<[A-Za-z/!?]|\$)"
)
_WRONG = {
    "!": "a lesson has no pictures: the experiment is the picture",
    "]": "a link is written [text](lab:?control=value), without spaces or brackets",
    "<": "HTML is not allowed",
    "$": "a formula needs a dollar sign at both ends, on one line",
}


def request_of(query: str, specification: Specification, steps: str = "run") -> Request:
    """The request of a query such as `learning_rate=0.9&run=20`; `steps` is how its number of steps is called.

    Raises ValueError with a sentence about what is wrong.
    """
    pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True) if query else []
    given = dict(pairs)
    if len(given) != len(pairs):
        raise ValueError(f"a name stands twice in '{query}'")
    preset, breaking, challenge = (given.pop(name, None) for name in ("preset", "break", "challenge"))
    if sum(id is not None for id in (preset, breaking, challenge)) > 1:
        raise ValueError("only one of preset, break and challenge can be taken")
    seed = _whole("seed", given.pop("seed", None), 0, 2**32)
    run = _whole(steps, given.pop(steps, None), 0 if steps == "step" else 1, MOST_STEPS)
    try:
        values = from_text(specification.params, given.items())
    except ParamError as error:
        raise ValueError(str(error)) from None
    request = Request(values, preset, breaking, challenge, seed, run)
    request.setting(specification)  # raises for a preset, break or challenge that there is not
    return request


def _whole(name: str, text: str | None, least: int, most: int) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and least <= int(text[:12]) <= most and len(text) <= 12):
        raise ValueError(f"{name}: must be a whole number from {least} to {most}, got {text[:40]!r}")
    return int(text)


def claim_of(text: str, target: str, specification: Specification, line: int) -> tuple[Claim, float]:
    """The claim of `metric?query` and the tolerance it names. Raises ValueError with a sentence."""
    metric, _mark, query = target.partition("?")
    pairs = query.split("&") if query else []
    named = [pair for pair in pairs if pair.startswith("tolerance=")]
    tolerance = float(named[0].partition("=")[2]) if named else 1e-6
    if not metric or not text:
        raise ValueError("a claim is written [number](is:metric?preset=course&step=10)")
    if not 0 < tolerance < 1:
        raise ValueError(f"tolerance: must lie between 0 and 1, got {tolerance}")
    request = request_of("&".join(pair for pair in pairs if pair not in named), specification, steps="step")
    return Claim(text, metric, request, specification.metrics.digits.get(metric, DIGITS), line), tolerance


@dataclass(slots=True)
class Links:
    """Reads the links of one lesson, sentence by sentence, and gathers what they mean."""

    path: str
    specification: Specification
    words: Collection[str]
    requests: dict[str, Request] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    page_words: dict[str, None] = field(default_factory=dict)

    def read(self, text: str, line: int) -> str:
        """The text with its claims as plain numbers. Raises LessonError for a link that leads nowhere."""
        return "".join(self._piece(match, text, line) for match in _pieces(text))

    def take_words(self) -> tuple[str, ...]:
        """The words met since this was last asked."""
        taken, self.page_words = tuple(self.page_words), {}
        return taken

    def _piece(self, piece: str | re.Match[str], text: str, first_line: int) -> str:
        if isinstance(piece, str):
            return piece
        line = first_line + text.count("\n", 0, piece.start())
        if piece["wrong"]:
            raise LessonError(self.path, line, _WRONG[piece["wrong"][0]])
        if piece["skip"]:
            return piece[0]
        shown = self._link(piece[0], piece["text"], piece["href"], line)
        return shown + "\\" if shown != piece[0] and _would_be_a_list(piece, text) else shown

    def _link(self, whole: str, text: str, href: str, line: int) -> str:
        scheme, _colon, target = href.partition(":")
        try:
            if scheme == "lab" and target.startswith("?"):
                self.requests[href] = request_of(target[1:], self.specification)
                return whole
            if scheme == "word":
                self._use_word(target)
                return whole
            if scheme == "is":
                self.claims.append(claim_of(text, target, self.specification, line)[0])
                return text
            raise ValueError(f"a link may start with lab:?, word: or is:, got '{href[:60]}'")
        except ValueError as error:
            raise LessonError(self.path, line, str(error)) from None

    def _use_word(self, id: str) -> None:
        if id not in self.words:
            raise ValueError(f"there is no word '{id}' in the glossary")
        self.page_words[id] = None


def _would_be_a_list(claim: re.Match[str], text: str) -> bool:
    """Whether Markdown would take a number at the start of a line for that of a list: "0. Then …"."""
    starts = claim.start() == 0 or text[claim.start() - 1] == "\n"
    return starts and claim["text"].isdecimal() and text[claim.end() : claim.end() + 1] in (".", ")")


def _pieces(text: str) -> Iterator[str | re.Match[str]]:
    """The text cut into plain stretches and matches, in order."""
    end = 0
    for match in _PIECE.finditer(text):
        yield text[end : match.start()]
        yield match
        end = match.end()
    yield text[end:]
