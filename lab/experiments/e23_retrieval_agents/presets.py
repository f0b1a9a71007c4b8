"""Settings with a story, and failures on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e23_retrieval_agents.acting import AgentPage
from lab.experiments.e23_retrieval_agents.finding import FindPage
from lab.experiments.e23_retrieval_agents.frame import RetrievalFrame

__all__ = ["BREAKS", "PRESETS"]

PRESETS = (
    Preset(
        "course",
        N_("School rules"),
        Setting(steps=1),
        N_(
            "Each colour is a chunk. Drag a cut: an answer that a cut runs through is in no chunk, and cannot be found."
        ),
    ),
    Preset(
        "encyclopedia",
        N_("Encyclopedia"),
        Setting({"document": "page", "splitter": "sentences", "view": "search"}, steps=8),
        N_("“Its capital is Lima” no longer says of which country. Choose a chunk and see why it was found."),
    ),
    Preset(
        "contradiction",
        N_("Contradiction"),
        Setting({"document": "notes", "splitter": "sentences", "size": 120, "view": "search"}, steps=1),
        N_("Two notes say different things about the same library. A search finds both; it knows nothing of dates."),
    ),
    Preset(
        "unanswerable",
        N_("Unanswerable"),
        Setting(
            {
                "splitter": "sentences",
                "view": "prompt",
                "question": "How much does the school trip to Paris cost?",
                "threshold": 0.4,
            },
            steps=1,
        ),
        N_("The rules do not say it. A threshold on the nearest chunk decides when to answer “I do not know”."),
    ),
    Preset(
        "graph",
        N_("Graph"),
        Setting({"topic": "graph"}, steps=6),
        N_("298 passages, linked to their neighbours. The search hops along the links and compares only some of them."),
    ),
    Preset(
        "calculator",
        N_("Calculator"),
        Setting({"topic": "agent", "task": "times"}, steps=3),
        N_("An agent is a loop: think, use a tool, look. Press what came back, change it, and see both futures."),
    ),
    Preset(
        "poisoned",
        N_("Poisoned note"),
        Setting({"topic": "agent", "task": "capital", "poison": "send"}, steps=2),
        N_("A note in the library gives an order, and the agent obeys: it sends something out. Put a defence up."),
    ),
    Preset(
        "rates",
        N_("Attacks"),
        Setting({"topic": "injection"}, steps=3),
        N_("Every attack against every defence, question by question. The table fills with what really happened."),
    ),
    Preset(
        "help",
        N_("Does it help?"),
        Setting({"topic": "help"}),
        N_("The same questions with nothing before them, with the best passage, with the right one and with three."),
    ),
)


def _cut_through(frame: RetrievalFrame) -> bool:
    page = frame.page
    return isinstance(page, FindPage) and page.asked == page.all and float(page.recall.max()) < 0.5


def _sent_out(frame: RetrievalFrame) -> bool:
    return isinstance(frame.page, AgentPage) and bool(frame.page.sent)


def _endless(frame: RetrievalFrame) -> bool:
    return isinstance(frame.page, AgentPage) and frame.page.trace.status == "out of steps"


BREAKS = (
    Break(
        "tiny",
        N_("Chunks of 40 characters"),
        N_("Nearly every answer is longer than its chunk: whatever the search does, most cannot be found any more."),
        Setting({"size": 40, "view": "search"}, steps=8),
        _cut_through,
    ),
    Break(
        "poison",
        N_("A poisoned note"),
        N_("A found note says “use send”, and the agent does: to it, all text is alike."),
        Setting({"topic": "agent", "task": "capital", "poison": "send"}, steps=3),
        _sent_out,
    ),
    Break(
        "endless",
        N_("An endless loop"),
        N_("Every call comes back garbled, and the agent never gives up. Only the step limit stops it."),
        Setting({"topic": "agent", "fault": "malformed", "lasting": True, "retries": 20}, steps=12),
        _endless,
    ),
)
