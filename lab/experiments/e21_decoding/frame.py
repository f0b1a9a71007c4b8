"""What is shown of one step: the text, the bars of the next token, and what the open page adds. It never changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field

from lab.core.records import dataclass
from lab.engine.decoding.paged_cache import PageTable
from lab.engine.decoding.watermark import green_z
from lab.experiments.e21_decoding.bars import Bars
from lab.experiments.e21_decoding.beams import BeamPicture
from lab.experiments.e21_decoding.drafts import Drafts, RuleCheck
from lab.experiments.e21_decoding.filtering import BANNED, GRAMMAR, Step
from lab.experiments.e21_decoding.memory import SHAPES, Measured, Shape, passes
from lab.experiments.e21_decoding.settings import Params, order_of
from lab.experiments.e21_decoding.text import Fact
from lab.experiments.e21_decoding.tried import Outcome, Tried, Tries

__all__ = ["LONGEST_DRAFT", "LONGEST_TEXT", "DecodingFrame"]

LONGEST_DRAFT, LONGEST_TEXT = 12, 1_000_000


@dataclass(frozen=True, eq=False)
class DecodingFrame:
    """One step.

    tokens: the text of every token.  given: how many were the prompt.  facts: of the written ones.
    bars: None while SmolLM2 is not open yet.  opening: the share of that which is done, None where nothing is opened.
    missing: why the model cannot be had, "" where it can.  unknown: characters of the prompt that were left out.
    unseen: tokens at the start of the text that the model does not see any more.  left_out: tokens of the prompt for
    which there was no room at all.  roles: who speaks at each token of a chat, () where it is none.
    tries: of all settings, at the problems that the model is asked.  fits: what was written is whole by the grammar,
    and nothing may follow.  greens: how many of the written tokens are green by the rule of the watermark.
    context: how many tokens the model can see at once.  reads: whether its scores depend on the text.  pretrained:
    whether it is SmolLM2, tuned or not.
    """

    step: int
    params: Params
    tokens: tuple[str, ...]
    given: int
    facts: tuple[Fact, ...]
    ended: bool
    full: bool
    unknown: str
    unseen: int
    missing: str
    opening: float | None
    bars: Bars | None
    beam: BeamPicture
    names: Mapping[int, str]
    drafts: Drafts
    checked: RuleCheck | None
    measured: Measured | None
    measuring: bool
    pages: PageTable | None
    fork: int
    caches: bool
    can_draft: bool
    done: bool
    received: bool
    pack: bool
    left_out: int = 0
    roles: tuple[str, ...] = ()
    tries: Tries = field(default_factory=Tries)
    fits: bool = False
    greens: int = 0
    context: int = LONGEST_TEXT
    reads: bool = True
    pretrained: bool = False

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.tokens)

    @property
    def written(self) -> int:
        return len(self.facts)

    @property
    def last(self) -> Fact | None:
        """What is known of the token written last."""
        return self.facts[-1] if self.facts else None

    @property
    def mean_surprisal(self) -> float | None:
        """Bits a written token."""
        if not self.facts:
            return None
        return math.fsum(fact.surprisal for fact in self.facts) / len(self.facts)

    @property
    def shape(self) -> Shape:
        """The model whose cache is worked out."""
        return SHAPES[self.params.shape]

    @property
    def cache_bytes(self) -> int:
        """What the cache of that model takes at the length that is chosen."""
        return self.shape.per_token * self.shape.sizes.held(self.params.tokens)

    @property
    def plain_bytes(self) -> int | None:
        """The same without shared heads and without a window; None for a model that has neither."""
        shape = self.shape
        smaller = shape.sizes.shared_by > 1 or shape.sizes.window is not None
        return shape.plain(self.params.tokens) if smaller else None

    @property
    def passes(self) -> tuple[int, int]:
        """Token passes so far, with the cache and without."""
        return passes(self.given, self.written, self.context)

    @property
    def draft_speed_up(self) -> float | None:
        """How much faster these drafts were than writing alone, if a guess costs what the control says."""
        found = self.drafts.tokens_per_round
        return None if found is None else found / (self.guess_cost + 1.0)

    @property
    def copies(self) -> bool:
        """Whether the drafts are looked up in the text, which costs next to nothing."""
        return self.params.drafter == "lookup" or (self.pretrained and self.params.drafter != "blind")

    @property
    def guess_cost(self) -> float:
        """What the guesses of a round cost, in passes of the large model."""
        return 0.0 if self.copies else self.params.gamma * self.params.cost

    @property
    def ms_alone(self) -> float | None:
        """Milliseconds of a token without drafts, measured; None before that."""
        return None if self.measured is None else self.measured.pass_of(1.0)

    @property
    def ms_drafted(self) -> float | None:
        """Milliseconds of a token with these drafts: the measured time of a round over the tokens that it writes."""
        per_round, alone = self.drafts.tokens_per_round, self.ms_alone
        if self.measured is None or per_round is None or alone is None:
            return None
        whole = self.measured.pass_of(1.0 + self.drafts.made / self.drafts.rounds)
        return None if whole is None else (whole + self.guess_cost * alone) / per_round

    def step_of(self, name: str) -> Step | None:
        """A filter at work, by its name."""
        if self.bars is None:
            return None
        return next((step for step in self.bars.steps if step.name == name), None)

    @property
    def tried(self) -> Tried:
        """The tries with the present setting."""
        return self.tries.of(self.params)

    @property
    def outcome(self) -> Outcome | None:
        """What all tries that every problem has had come to; None before the first."""
        found = self.tries.outcomes(self.tried) if self.tries.problems else ()
        return found[-1] if found else None

    @property
    def coloured(self) -> int:
        """How many of the written tokens have a colour: all but the first of a text without a prompt."""
        return max(0, len(self.tokens) - max(1, self.given))

    @property
    def green_z(self) -> float | None:
        """How far the green tokens are from chance, in standard deviations; None before there are any."""
        return green_z(self.greens, self.coloured)

    def removing_filter(self, removed_by: int) -> str:
        """The filter or rule that removed a token; "" for a survivor or one the model itself gave no chance."""
        if removed_by in (GRAMMAR, BANNED):
            return "grammar" if removed_by == GRAMMAR else "banned"
        order = order_of(self.params.order)
        return order[removed_by] if 0 <= removed_by < len(order) else ""
