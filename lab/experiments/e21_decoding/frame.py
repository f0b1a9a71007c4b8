"""What is shown of one step: the text, the bars of the next token, and what the open page adds. It never changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.simulation import Curve, Divergence
from lab.core.text import _
from lab.engine.decoding.paged_cache import PageTable
from lab.engine.decoding.speculative import best_draft_length, expected_tokens, speed_up
from lab.experiments.e21_decoding.bars import Bars
from lab.experiments.e21_decoding.beams import BeamPicture
from lab.experiments.e21_decoding.drafts import Checked, Drafts
from lab.experiments.e21_decoding.funnel import Step
from lab.experiments.e21_decoding.memory import SHAPES, Measured, passes
from lab.experiments.e21_decoding.settings import Params, order_of
from lab.experiments.e21_decoding.text import Fact
from lab.experiments.e21_decoding.words import described, explained

__all__ = ["LONGEST_DRAFT", "DecodingFrame"]

LONGEST_DRAFT, LONGEST_TEXT = 12, 1_000_000
OF_A_PAGE = {
    "next": ("ghosts",),
    "beam": ("beams", "depth"),
    "cache": ("shape", "tokens", "page_size"),
    "drafts": ("drafter", "gamma", "alpha", "cost"),
}
"""The controls and view options that only one page has."""


@dataclass(frozen=True, eq=False)
class DecodingFrame:
    """One step.

    tokens: the text of every token.  given: how many were the prompt.  facts: of the written ones.
    bars: None while SmolLM2 is not open yet.  opening: the share of that which is done, None where nothing is opened.
    missing: why the model cannot be had, "" where it can.  unknown: characters of the prompt that were left out.
    unseen: tokens at the start of the text that the model does not see any more.
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
    checked: Checked | None
    measured: Measured | None
    measuring: bool
    pages: PageTable | None
    fork: int
    caches: bool
    can_draft: bool
    done: bool
    received: bool
    pack: bool

    # ----------------------------------------------------------------------------- what follows from it

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
    def context(self) -> int:
        """How many tokens the model can see at once."""
        return SHAPES["house"].context if self.params.model == "house" else LONGEST_TEXT

    @property
    def draft_speed_up(self) -> float | None:
        """How much faster these drafts were than writing alone, if a guess costs what was said."""
        found = self.drafts.tokens_per_round
        return None if found is None else found / (self.params.gamma * self.params.cost + 1.0)

    def step_of(self, name: str) -> Step | None:
        """A filter at work, by its name."""
        if self.bars is None:
            return None
        return next((step for step in self.bars.steps if step.name == name), None)

    def name_of_fall(self, fell: int) -> str:
        """The filter that struck out a token; "" for a survivor or one the model itself gave no chance."""
        order = order_of(self.params.order)
        return order[fell] if 0 <= fell < len(order) else ""

    @property
    def divergence(self) -> Divergence | None:
        """Nothing is left to choose from: 0 divided by 0."""
        if self.bars is None or self.bars.kept:
            return None
        return Divergence(
            self.step,
            _("the probability of every token"),
            _("the first token alone has more than p, the mistake drops it too, and 0 is divided by 0"),
            {"leaky": False},
            _("Keep the token that crosses p"),
            undefined=True,
        )

    # ------------------------------------------------------------------------------------ the read-outs

    def metrics(self) -> dict[str, Value]:
        """Every number on screen; the bars are counted from 1."""
        last = self.last
        values: dict[str, Value] = {
            "step": self.step,
            "tokens": len(self.tokens),
            "written": self.written,
            "last_p": last.raw if last else None,
            "last_rank": last.rank if last else None,
            "last_surprisal": last.surprisal if last else None,
            "mean_surprisal": self.mean_surprisal,
            "perplexity": None if self.mean_surprisal is None else _power(self.mean_surprisal),
        }
        return values | self._of_the_bars() | self._of_the_beam() | self._of_the_cache() | self._of_the_drafts()

    def _of_the_bars(self) -> dict[str, Value]:
        bars = self.bars
        names = ("vocabulary", "kept", "kept_mass", "entropy", "kept_swapped", "samples", "chi_square", "fit")
        if bars is None:
            return dict.fromkeys(names)
        fit = bars.fit
        values: dict[str, Value] = {
            "vocabulary": bars.size,
            "kept": bars.kept,
            "kept_mass": bars.kept_mass,
            "entropy": bars.entropy,
            "kept_swapped": bars.swapped,
            "samples": bars.samples,
            "chi_square": fit.statistic if fit else None,
            "fit": fit.p_value if fit else None,
        }
        for i, row in enumerate(bars.rows, 1):
            values |= {f"token_{i}": row.text, f"raw_{i}": row.raw, f"share_{i}": row.share, f"count_{i}": row.count}
        if bars.others is not None:
            rest = bars.others
            values |= {"others": rest.members, "raw_others": rest.raw, "share_others": rest.share}
            values["count_others"] = rest.count
        for step in bars.steps:
            values |= {f"kept_{step.name}": step.kept, f"mass_{step.name}": step.mass}
        return values

    def _of_the_beam(self) -> dict[str, Value]:
        beam = self.beam
        gain = None if beam.best_logp is None or beam.greedy_logp is None else beam.best_logp - beam.greedy_logp
        return {
            "beam_depth": beam.depth,
            "beam_looked": len(beam.branches),
            "beam_best": beam.best_logp,
            "beam_greedy": beam.greedy_logp,
            "beam_gain": gain,
        }

    def _of_the_cache(self) -> dict[str, Value]:
        params, shape = self.params, SHAPES[self.params.shape]
        cached, plain = passes(self.given, self.written, self.context)
        values: dict[str, Value] = {
            "passes_cached": cached,
            "passes_plain": plain,
            "passes_ratio": plain / cached if cached else None,
            "bytes_per_token": shape.per_token,
            "cache_bytes": shape.per_token * params.tokens,
            "cache_mib": shape.per_token * params.tokens / 2**20,
            "gpt2_bytes_per_token": SHAPES["gpt2"].per_token,
            "llama2_mib_per_token": SHAPES["llama2"].per_token / 2**20,
            "llama2_gib_at_4096": SHAPES["llama2"].per_token * 4096 / 2**30,
        }
        pages = self.pages
        used = len(pages.uses) if pages else None
        values |= {
            "pages": used,
            "pages_shared": sum(n > 1 for n in pages.uses.values()) if pages else None,
            "pages_copied": pages.copies if pages else None,
            "places_empty": pages.wasted if pages else None,
        }
        if self.measured is not None:
            for n, with_it, without in zip(self.measured.lengths, self.measured.cached, self.measured.plain):
                values |= {f"ms_cached_{n}": with_it, f"ms_plain_{n}": without}
        return values

    def _of_the_drafts(self) -> dict[str, Value]:
        params, drafts, checked = self.params, self.drafts, self.checked
        best = best_draft_length(params.alpha, params.cost, LONGEST_DRAFT)
        return {
            "rounds": drafts.rounds,
            "guesses": drafts.guesses,
            "accepted": drafts.accepted,
            "bonuses": drafts.bonuses,
            "draft_written": drafts.written,
            "acceptance": drafts.acceptance,
            "tokens_per_round": drafts.tokens_per_round,
            "draft_speed_up": self.draft_speed_up,
            "expected_tokens": expected_tokens(params.alpha, params.gamma),
            "speed_up": speed_up(params.alpha, params.gamma, params.cost),
            "best_gamma": best,
            "best_speed_up": speed_up(params.alpha, best, params.cost),
            "checked": checked.count if checked else None,
            "overlap": checked.overlap if checked else None,
            "rule_fit": checked.rule.p_value if checked else None,
            "alone_fit": checked.alone.p_value if checked else None,
        }

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out."""
        return explained(self, name)

    # -------------------------------------------------------------------------------------------- words

    def describe(self) -> str:
        """The state in one or two sentences."""
        return described(self)

    def unused(self) -> dict[str, str]:
        """The controls without effect now, and why."""
        params, reasons = self.params, dict[str, str]()
        if params.model in ("own", "received"):
            reasons["prompt"] = _("These numbers do not depend on a text.")
        if params.model != "own":
            reasons["weights"] = _("Used by the model “Own numbers”.")
        if params.infinite:
            reasons["temperature"] = _("The temperature is ∞: switch that off first.")
        return reasons

    def hidden(self) -> frozenset[str]:
        """The controls and view options of the pages that are not open."""
        elsewhere = {name for page, names in OF_A_PAGE.items() if page != self.params.page for name in names}
        return frozenset(elsewhere)

    def unavailable(self) -> dict[str, tuple[str, ...]]:
        """The choices that cannot be taken now."""
        gone = (*(() if self.pack else ("smollm2",)), *(() if self.received else ("received",)))
        return {"model": gone} if gone else {}

    def curves(self) -> tuple[Curve, ...]:
        """The surprise of each written token."""
        if not self.facts:
            return ()
        places = np.arange(1, self.written + 1, dtype=np.float64)
        surprise = np.array([fact.surprisal for fact in self.facts])
        shares = np.array([fact.raw for fact in self.facts])
        return (
            Curve(_("surprisal"), _("token"), _("bits"), places, surprise),
            Curve(_("probability"), _("token"), _("probability"), places, shares),
        )


def _power(bits: float) -> float:
    return 2.0**bits if bits < 1000 else math.inf
