"""Why each number on screen is what it is."""

from __future__ import annotations

import math

from lab.core.arithmetic import Term, given, total
from lab.experiments.e23_retrieval_agents.acting import AgentPage
from lab.experiments.e23_retrieval_agents.finding import FindPage
from lab.experiments.e23_retrieval_agents.settings import METHODS

__all__ = ["MEASURED", "bm25", "prompt_tokens", "recall", "seconds", "tokens_found"]

MEASURED = tuple(METHODS)


def bm25(page: FindPage) -> Term | None:
    """What each shared word adds to the score of the explained chunk."""
    if page.why is None or not page.why.words:
        return None
    score = float(page.words[page.why.chunk])
    parts = [given(word, added) for word, _times, _rarity, added in page.why.words]
    rest = score - sum(part.value for part in parts)
    if abs(rest) > 1e-9:
        parts.append(given("rest", rest))
    return total(parts).named("BM25")


def recall(page: FindPage) -> Term | None:
    """Questions whose answer was found, over those asked."""
    share = float(page.recall[MEASURED.index(page.params.method)])
    if not page.asked or math.isnan(share):
        return None
    return (given("found", round(share * page.asked)) / given("asked", page.asked)).named("recall")


def tokens_found(page: FindPage) -> Term | None:
    return total([given("", count) for count in page.tokens]).named("n") if page.tokens else None


def prompt_tokens(page: FindPage) -> Term | None:
    """Of each part of the prompt."""
    parts = [given("", part.tokens) for part in page.prompt.parts]
    return total(parts).named("n") if parts else None


def seconds(page: AgentPage) -> Term | None:
    """What the tools took, by their price lists."""
    steps = page.trace.steps
    return total([given("", step.observation.seconds) for step in steps]).named("s") if steps else None
