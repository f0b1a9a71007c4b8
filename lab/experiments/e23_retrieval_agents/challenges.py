"""Goals the program checks, from the numbers and never from which buttons were pressed."""

from __future__ import annotations

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e23_retrieval_agents.acting import AgentPage
from lab.experiments.e23_retrieval_agents.finding import FindPage
from lab.experiments.e23_retrieval_agents.frame import RetrievalFrame
from lab.experiments.e23_retrieval_agents.gestures import EditObservation
from lab.experiments.e23_retrieval_agents.settings import METHODS, Params

__all__ = ["CHALLENGES", "MOST_EDITS", "MOST_TOKENS"]

MOST_TOKENS, MOST_EDITS, WANTED = 60, 2, "22.53"
SPOILT = {"topic": "agent", "task": "times", "fault": "wrong number", "lasting": True}


def check_recall(frame: RetrievalFrame, params: Params, log: Log) -> Progress:
    """Whether all eight answers are among the first three chunks, and these are short."""
    page = frame.page
    if not isinstance(page, FindPage) or params.document != "rules":
        return Progress(False, 0.0, _("Go back to the school rules."), failed=True)
    if params.k > 3:
        return Progress(False, 0.0, _("Find three chunks at most."), failed=True)
    if page.asked < page.all:
        text = _("{n} of {all} questions asked. Press Run.").format(n=page.asked, all=page.all)
        return Progress(False, 0.1 * page.asked / page.all, text)
    recall = float(page.recall[tuple(METHODS).index(params.method)])
    values = {"recall": show_number(recall, 3), "spent": show_number(page.spent, 3), "most": MOST_TOKENS}
    text = _("Recall {recall}, with {spent} tokens found a question; at most {most} may be.").format(**values)
    done = recall == 1.0 and page.spent <= MOST_TOKENS
    return Progress(done, 0.5 * recall + 0.5 * min(1.0, MOST_TOKENS / max(page.spent, 1.0)) if not done else 1.0, text)


def check_repair(frame: RetrievalFrame, params: Params, log: Log) -> Progress:
    """Whether the agent comes to the right answer although its numbers are spoilt."""
    page = frame.page
    same = isinstance(page, AgentPage) and all(getattr(params, name) == value for name, value in SPOILT.items())
    if not isinstance(page, AgentPage) or not same:
        return Progress(False, 0.0, _("Keep the task, and the fault at every step."), failed=True)
    edits = sum(isinstance(action, EditObservation) and action.text is not None for _step, action in log)
    if edits > MOST_EDITS:
        return Progress(False, 0.0, _("{n} edits; two are allowed.").format(n=edits), failed=True)
    answer = page.trace.answer
    if answer is None:
        return Progress(False, 0.2, _("The agent has not answered yet. Press Run."))
    right = WANTED in answer
    text = _("It answers: {answer}").format(answer=answer)
    return Progress(right and edits > 0, 1.0 if right else 0.4, text)


CHALLENGES = (
    Challenge(
        "recall",
        N_("All eight, and short"),
        N_(
            "Cut and search the school rules so that all eight answers are among the first three chunks, with at most "
            "60 tokens found a question."
        ),
        Setting({"view": "search"}),
        check_recall,
        Setting({"view": "search", "splitter": "sentences", "size": 100, "method": "vectors"}, steps=8),
        (
            N_("A chunk that ends in the middle of a sentence loses answers. Where else could it end?"),
            N_("Sentences, about 100 characters a chunk. Which search knows that a bike is a bicycle?"),
        ),
        N_("three changes"),
    ),
    Challenge(
        "repair",
        N_("Repair the agent"),
        N_(
            "Every number that a tool gives back is ten times too large. Let the agent answer rightly, by changing at "
            "most two of the things it has seen."
        ),
        Setting(SPOILT, steps=3),
        check_repair,
        Setting(SPOILT, actions=((3, EditObservation(2, "22.53355913")),), steps=4),
        (
            N_("Both areas are ten times too large. What does that do to their ratio?"),
            N_("Nothing. Only the last tool spoils the answer: change what came back from it."),
        ),
        N_("one change"),
    ),
)
