"""What is shown of one step: the text, the bars of the next token, and what the open page adds. It never changes."""

from __future__ import annotations

import math
from dataclasses import field

from lab.core.records import dataclass
from lab.experiments.e19_next_token.bars import Bars
from lab.experiments.e19_next_token.game import Game
from lab.experiments.e19_next_token.growth import Stage
from lab.experiments.e19_next_token.ladder import Rung
from lab.experiments.e19_next_token.onepass import PassPicture
from lab.experiments.e19_next_token.settings import Params
from lab.kit.branching import Fact, Story
from lab.kit.lens import Lens

__all__ = ["NextFrame"]


@dataclass(frozen=True, eq=False)
class NextFrame:
    """One step.

    story: the text and its branches.  names: the text of every token in it.  bars: None while SmolLM2 is not open yet.
    opening: the share of that which is done, None where nothing is opened.  missing: why the model cannot be had, ""
    where it can.  unknown: characters of the prompt that were left out.  unseen: tokens at the start of the text that
    the model does not see any more.  left_out: tokens of the prompt for which there was no room.  signs: which tokens
    mark the turns of a chat.  received, sent: whether a model, a text came from another experiment.  pretrained:
    whether the model is SmolLM2, tuned or not.  The rest is None on other pages, and where the model has none of it.
    """

    step: int
    params: Params
    story: Story
    names: dict[int, str]
    bars: Bars | None
    opening: float | None
    missing: str
    unknown: str
    unseen: int
    left_out: int
    ended: bool
    full: bool
    signs: frozenset[int]
    done: bool
    received: bool
    sent: bool
    pack: bool
    rungs: tuple[Rung, ...] = ()
    reading: float | None = None
    game: Game | None = None
    growth: tuple[Stage, ...] = ()
    lens: Lens | None = None
    picture: PassPicture | None = None
    layered: bool = field(default=True)
    pretrained: bool = False

    @property
    def tokens(self) -> tuple[str, ...]:
        """The text, token by token."""
        return tuple(self.names[token] for token in self.story.ids) if self.bars is not None else ()

    @property
    def text(self) -> str:
        return "".join(self.tokens)

    @property
    def given(self) -> int:
        return len(self.story.given)

    @property
    def facts(self) -> tuple[Fact | None, ...]:
        """What the model said of every token of the text."""
        return (*self.story.known, *self.story.written)

    @property
    def written(self) -> tuple[Fact, ...]:
        return self.story.written

    @property
    def last(self) -> Fact | None:
        """What the model said of the last token, written or given."""
        return self.facts[-1] if self.facts else None

    @property
    def mean_surprisal(self) -> float | None:
        """Bits a token, of all that were written."""
        facts = self.written
        return math.fsum(fact.surprisal for fact in facts) / len(facts) if facts else None

    @property
    def log_probability(self) -> float | None:
        """Of all that was written, in nats."""
        return self.story.log_probability(self.story.here) if self.written else None
