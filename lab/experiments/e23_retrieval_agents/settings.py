"""What can be chosen here: how a document is cut and searched, what goes into the prompt, and what an agent may do."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, Longest, More, Pattern, Range, Restarts, Shows, Tip
from lab.core.records import dataclass
from lab.core.text import N_

__all__ = ["DOCUMENTS", "METHODS", "PAGES", "SPLITTERS", "VIEWS", "Params", "page_of"]

SPLITTERS = {
    "characters": N_("Characters"),
    "tokens": N_("Tokens"),
    "sentences": N_("Sentences"),
    "paragraphs": N_("Paragraphs"),
    "recursive": N_("Recursive"),
    "hand": N_("By hand"),
}
METHODS = {
    "words": N_("Words (BM25)"),
    "vectors": N_("Vectors"),
    "hybrid": N_("Both, mixed"),
    "rerank": N_("Both, reranked"),
}
DOCUMENTS = {
    "rules": N_("School rules"),
    "page": N_("Encyclopedia"),
    "notes": N_("Contradicting notes"),
    "library": N_("Library, 298 passages"),
    "own": N_("Own text"),
    "received": N_("What was received"),
}
ENCODERS = {
    "minilm": "MiniLM",
    "glove": N_("Mean of words, GloVe"),
    "received": N_("Mean of words, received"),
}
PAGES = {
    "chunks": N_("Chunks"),
    "search": N_("Search"),
    "prompt": N_("Prompt"),
    "graph": N_("Graph"),
    "agent": N_("Agent"),
    "calls": N_("Calls"),
    "repeat": N_("Repeat"),
    "injection": N_("Injection"),
    "help": N_("Helps?"),
}
"""What each page is called on screen. The first three are views of one run."""
VIEWS = ("chunks", "search", "prompt")


@dataclass(frozen=True, slots=True)
class Params:
    """The controls of all pages; those of another page than the open one are hidden."""

    document: Annotated[
        Literal["rules", "page", "notes", "library", "own", "received"],
        Label(N_("Document")),
        Choices(tuple(DOCUMENTS.values())),
        Tip(N_("What is cut and searched. “Own text…” above the picture lets you write one.")),
    ] = "rules"
    splitter: Annotated[
        Literal["characters", "tokens", "sentences", "paragraphs", "recursive", "hand"],
        Label(N_("Cut at")),
        Choices(tuple(SPLITTERS.values())),
        Tip(N_("Where chunks may end. Drag a cut in the picture to set all of them by hand.")),
    ] = "characters"
    size: Annotated[
        int,
        Range(20, 1000, log=True, typed=(10, 20_000)),
        Label(N_("Chunk size")),
        Digits(4),
        Hint(N_("small: exact · large: with its surroundings")),
        Tip(N_("Characters in a chunk, or tokens where tokens are cut.")),
    ] = 160
    overlap: Annotated[
        int,
        Range(0, 200, step=5, typed=(0, 19_999)),
        Label(N_("Overlap")),
        Digits(3),
        Tip(N_("How much of a chunk is said again at the start of the next one.")),
    ] = 0
    method: Annotated[
        Literal["words", "vectors", "hybrid", "rerank"],
        Label(N_("Search by")),
        Choices(tuple(METHODS.values())),
        Tip(N_("Words that are shared, vectors that point the same way, or both.")),
    ] = "hybrid"
    encoder: Annotated[
        Literal["minilm", "glove", "received"],
        Label(N_("Vectors by")),
        Choices(tuple(ENCODERS.values())),
        Tip(N_("A network that reads the whole text, or the mean of the vectors of its words.")),
        More(),
    ] = "minilm"
    share: Annotated[
        float,
        Range(0.0, 1.0, step=0.05),
        Label(N_("Share of vectors")),
        Digits(2),
        Hint(N_("0: words only · 1: vectors only")),
        Tip(N_("How the two searches are mixed, after both have been brought to the same spread.")),
        More(),
    ] = 0.5
    k: Annotated[
        int,
        Range(1, 10, step=1),
        Label(N_("Chunks found")),
        Digits(2),
        Tip(N_("How many of the best chunks are handed on.")),
        More(),
    ] = 3
    question: Annotated[
        str,
        Pattern("", N_("empty: the questions of the document")),
        Longest(300),
        Label(N_("Own question")),
        Tip(N_("Any question about the document. It is not counted: nobody has marked its answer.")),
    ] = ""
    number: Annotated[
        int,
        Range(0, 60, step=1),
        Label(N_("Question")),
        Digits(2),
        Tip(N_("The number of the question that is shown. 0 follows the run.")),
        More(),
    ] = 0
    chosen: Annotated[
        int,
        Range(1, 10, step=1),
        Label(N_("Explained chunk")),
        Digits(2),
        Tip(N_("The place in the list of the chunk that is taken apart. Press it in the list.")),
        More(),
    ] = 1
    budget: Annotated[
        int,
        Range(40, 1000, log=True, typed=(1, 8000)),
        Label(N_("Prompt, tokens")),
        Digits(4),
        Tip(N_("How long the prompt may be. What does not fit is left out.")),
    ] = 300
    order: Annotated[
        Literal["best", "last", "text"],
        Label(N_("Order in the prompt")),
        Choices((N_("Best first"), N_("Best last"), N_("As in the text"))),
        Tip(N_("In which order the chunks stand in the prompt. The first ones are kept when room runs out.")),
        More(),
    ] = "best"
    threshold: Annotated[
        float,
        Range(0.0, 0.8, step=0.01, typed=(-1.0, 1.0)),
        Label(N_("Refuse below")),
        Digits(2),
        Tip(N_("Where no chunk is as alike as this to the question, the answer is “I do not know”.")),
        More(),
    ] = 0.25
    answerer: Annotated[
        Literal["quote", "smollm2"],
        Label(N_("Who answers")),
        Choices((N_("The best sentence"), "SmolLM2")),
        Tip(N_("The sentence that fits best, word for word, or a language model that reads the prompt.")),
    ] = "quote"
    links: Annotated[
        int,
        Range(2, 16, step=1),
        Label(N_("Links of a passage")),
        Digits(2),
        Tip(N_("How many neighbours each passage is linked to; twice as many in the lowest layer.")),
    ] = 4
    in_view: Annotated[
        int,
        Range(1, 64, step=1),
        Label(N_("Kept in view")),
        Digits(2),
        Tip(N_("How many of the nearest so far the walk keeps. More: better, and more work.")),
    ] = 5
    task: Annotated[
        Literal["percent", "times", "search", "capital", "nothing", "own"],
        Label(N_("Task")),
        Choices((N_("A sum"), N_("Compare two"), N_("Find out"), N_("Japan"), N_("No answer"), N_("Own task"))),
        Tip(N_("What the agent is asked.")),
        Restarts(),
    ] = "times"
    ask: Annotated[
        str,
        Pattern("", N_("your own task, for “Own task”")),
        Longest(300),
        Label(N_("Own task")),
        Tip(N_("A sum, a question about a country or an element, or anything to search for.")),
        Restarts(),
    ] = ""
    fault: Annotated[
        Literal["none", "time-out", "malformed", "empty", "wrong number"],
        Label(N_("Fault")),
        Choices((N_("None"), N_("Time-out"), N_("Garbled call"), N_("Finds nothing"), N_("Wrong number"))),
        Tip(N_("What goes wrong, at the step below.")),
        Restarts(),
    ] = "none"
    fault_step: Annotated[
        int,
        Range(1, 8, step=1),
        Label(N_("At step")),
        Digits(1),
        Tip(N_("The step of the agent at which it goes wrong.")),
        Restarts(),
        More(),
    ] = 1
    lasting: Annotated[
        bool,
        Label(N_("From then on always")),
        Tip(N_("The fault comes back at every later step.")),
        Restarts(),
        More(),
    ] = False
    max_steps: Annotated[
        int,
        Range(1, 12, step=1),
        Label(N_("Step limit")),
        Digits(2),
        Tip(N_("After so many uses of a tool the agent is stopped.")),
        Restarts(),
        More(),
    ] = 8
    retries: Annotated[
        int,
        Range(0, 20, step=1),
        Label(N_("Tries again")),
        Digits(2),
        Tip(N_("How often the agent repeats a call that did not work.")),
        Restarts(),
        More(),
    ] = 1
    poison: Annotated[
        Literal["none", "answer", "send", "forged"],
        Label(N_("Poison")),
        Choices((N_("None"), N_("False answer"), N_("Sends data"), N_("Forged mark"))),
        Tip(N_("A note that somebody slipped into the library, with an order in it.")),
        Restarts(),
    ] = "none"
    marking: Annotated[
        Literal["off", "plain", "escaped"],
        Label(N_("Mark what was found")),
        Choices((N_("No"), N_("Yes"), N_("Yes, safely"))),
        Tip(N_("Put what a tool found between marks, so that no orders are taken from it.")),
        Restarts(),
    ] = "off"
    screen: Annotated[
        bool,
        Label(N_("Screen sentences")),
        Tip(N_("Take sentences out that speak to an assistant.")),
        Restarts(),
    ] = False
    ask_first: Annotated[
        bool,
        Label(N_("Only what was asked")),
        Tip(N_("Tools that send something are used only if the question asks for it.")),
        Restarts(),
    ] = False
    message: Annotated[
        str,
        Pattern("", N_("a message to the server, as JSON")),
        Longest(500),
        Label(N_("Own message")),
        Tip(N_("Write to the tool server yourself. Whatever you write, it answers.")),
        More(),
    ] = ""
    shown: Annotated[
        Literal["steps", "messages"],
        Label(N_("What is shown")),
        Choices((N_("Steps"), N_("Messages"))),
        Tip(N_("What the agent thinks and does, or what it and the tools write to each other.")),
        Shows(),
    ] = "steps"
    fault_rate: Annotated[
        float,
        Range(0.0, 0.6, step=0.05, typed=(0.0, 1.0)),
        Label(N_("Faults")),
        Digits(2),
        Tip(N_("How likely something goes wrong at each step: any of the four faults.")),
        Restarts(),
    ] = 0.3
    times: Annotated[
        int,
        Range(1, 10, step=1),
        Label(N_("Times in a row")),
        Digits(2),
        Tip(N_("How often the same task has to succeed. Drag the line in the picture.")),
        Shows(),
    ] = 4
    topic: Annotated[
        Literal["find", "graph", "agent", "injection", "help", "calls", "repeat"],
        Label(N_("Run")),
        Choices(
            (
                *(N_("Find"), N_("Graph"), N_("Agent"), N_("Injection")),
                *(N_("Does it help?"), N_("Calls"), N_("Repeat")),
            )
        ),
        Tip(N_("Each is a run of its own.")),
        Restarts(),
        More(),
    ] = "find"
    view: Annotated[
        Literal["chunks", "search", "prompt"],
        Label(N_("View of the search")),
        Choices((N_("Chunks"), N_("Search"), N_("Prompt"))),
        Tip(N_("The document in its chunks, the list of what was found, or what is made of it.")),
        More(),
        Shows(),
    ] = "chunks"


def page_of(params: Params) -> str:
    """The key of the page that is open."""
    return params.view if params.topic == "find" else params.topic
