"""Every number on screen: of the text, the bars of the next token, the beam, the cache and the drafts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

from lab.core.arithmetic import Term
from lab.core.metric import Family, Metric, Metrics, Value, only
from lab.core.text import N_
from lab.engine.decoding.paged_cache import PageTable
from lab.engine.decoding.speculative import best_draft_length, expected_tokens, speed_up
from lab.experiments.e21_decoding import arithmetic as why
from lab.experiments.e21_decoding.bars import ROWS, Bars
from lab.experiments.e21_decoding.drafts import RuleCheck
from lab.experiments.e21_decoding.frame import LONGEST_DRAFT, DecodingFrame
from lab.experiments.e21_decoding.memory import LENGTHS, ROUNDED, SHAPES, Measured
from lab.experiments.e21_decoding.settings import FILTER_NAMES
from lab.experiments.e21_decoding.text import Fact
from lab.experiments.e21_decoding.tried import Outcome
from lab.kit.metrics import Column, numbered, of_part

__all__ = ["METRICS"]

T = TypeVar("T", Value, Term | None)


def _of_last(value: Callable[[Fact], Value]) -> Callable[[DecodingFrame], Value]:
    """A number of the token written last; None before the first."""
    return lambda frame: None if frame.last is None else value(frame.last)


def _of_bars(ask: Callable[[Bars], T]) -> Callable[[DecodingFrame], T | None]:
    """What the bars say; None while the model is being opened."""
    return lambda frame: None if frame.bars is None else ask(frame.bars)


def _of_pages(value: Callable[[PageTable], int]) -> Callable[[DecodingFrame], Value]:
    """A number of the pages of the cache; None for a model that has none."""
    return lambda frame: None if frame.pages is None else value(frame.pages)


def _of_checked(value: Callable[[RuleCheck], Value]) -> Callable[[DecodingFrame], Value]:
    """A number of the test of the rule; None before it was made."""
    return lambda frame: None if frame.checked is None else value(frame.checked)


def _perplexity(frame: DecodingFrame) -> float | None:
    bits = frame.mean_surprisal
    return None if bits is None else 2.0**bits if bits < 1000 else math.inf


def _others(bars: Bars) -> dict[str, Value]:
    rest = bars.others
    if rest is None:
        return {}
    return {"others": rest.members, "raw_others": rest.raw, "share_others": rest.share, "count_others": rest.count}


def _why_others(bars: Bars, name: str) -> Term | None:
    kind = name.removesuffix("_others")
    return why.of_the_others(bars, kind) if kind in ("raw", "share") else None


def _steps(bars: Bars) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for step in bars.steps:
        found |= {f"kept_{step.name}": step.kept, f"mass_{step.name}": step.mass}
    return found


def _milliseconds(measured: Measured) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for n, with_it, without in zip(measured.lengths, measured.cached, measured.plain):
        found |= {f"ms_cached_{n}": with_it, f"ms_plain_{n}": without}
    return found | {f"error_int{bits}": error for bits, error in zip(ROUNDED, measured.errors)}


def _best_gamma(frame: DecodingFrame) -> int:
    return best_draft_length(frame.params.alpha, frame.params.cost, LONGEST_DRAFT)


def _speed_up(frame: DecodingFrame, gamma: int) -> float:
    return speed_up(frame.params.alpha, gamma, frame.params.cost)


TEXT: tuple[Metric[DecodingFrame], ...] = (
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("tokens", N_("tokens"), lambda frame: len(frame.tokens)),
    Metric("written", N_("written"), lambda frame: frame.written),
    Metric("last_p", N_("probability of the last token"), _of_last(lambda last: last.p), digits=3),
    Metric("last_rank", N_("rank of the last token"), _of_last(lambda last: last.rank)),
    Metric(
        "last_surprisal",
        N_("surprisal of the last token"),
        _of_last(lambda last: last.surprisal),
        why.last_surprisal,
    ),
    Metric("mean_surprisal", N_("surprisal, bits a token"), lambda frame: frame.mean_surprisal, why.mean_surprisal, 3),
    Metric("perplexity", N_("perplexity"), _perplexity, why.perplexity, 3),
)

BARS: tuple[Metric[DecodingFrame] | Family[DecodingFrame], ...] = (
    Metric("vocabulary", N_("tokens in the vocabulary"), _of_bars(lambda bars: bars.size)),
    Metric("kept", N_("kept"), _of_bars(lambda bars: bars.kept)),
    Metric(
        "kept_mass",
        N_("probability of those kept"),
        _of_bars(lambda bars: bars.kept_mass),
        _of_bars(why.kept_mass),
        3,
    ),
    Metric("entropy", N_("entropy in bits"), _of_bars(lambda bars: bars.entropy), _of_bars(why.entropy), 3),
    Metric("kept_swapped", N_("kept with T and top-p swapped"), _of_bars(lambda bars: bars.swapped)),
    Metric("samples", N_("samples"), _of_bars(lambda bars: bars.samples)),
    Metric("chi_square", "χ²", _of_bars(lambda bars: bars.fit.statistic if bars.fit else None)),
    Metric("fit", N_("chance of a larger χ²"), _of_bars(lambda bars: bars.fit.p_value if bars.fit else None)),
    of_part(
        lambda frame: frame.bars,
        numbered(
            ROWS + 1,
            Column("token", N_("token {n}"), lambda bars: [row.text for row in bars.rows]),
            Column(
                "raw",
                N_("model's probability {n}"),
                lambda bars: [row.raw for row in bars.rows],
                lambda bars, place: why.of_a_bar(bars, "raw", bars.rows[place]),
            ),
            Column(
                "share",
                N_("probability {n}"),
                lambda bars: [row.share for row in bars.rows],
                lambda bars, place: why.of_a_bar(bars, "share", bars.rows[place]),
            ),
            Column("count", N_("samples {n}"), lambda bars: [row.count for row in bars.rows]),
        ),
        Family(
            _others,
            _why_others,
            {
                "others": N_("other tokens"),
                "raw_others": N_("model's probability of all others"),
                "share_others": N_("probability of all others"),
                "count_others": N_("samples of all others"),
            },
        ),
        Family(
            _steps,
            labels={f"kept_{name}": f"kept after {label}" for name, label in FILTER_NAMES.items()}
            | {f"mass_{name}": f"mass kept by {label}" for name, label in FILTER_NAMES.items()},
        ),
    ),
)

BEAM: Family[DecodingFrame] = of_part(
    lambda frame: frame.beam,
    Metric("beam_depth", N_("tokens ahead"), lambda beam: beam.depth),
    Metric("beam_looked", N_("branches looked at"), lambda beam: len(beam.branches)),
    Metric(
        "beam_best",
        N_("best path, log-probability"),
        lambda beam: beam.best_logp,
        lambda beam: why.beam_path(beam, True),
    ),
    Metric(
        "beam_greedy",
        N_("greedy path, log-probability"),
        lambda beam: beam.greedy_logp,
        lambda beam: why.beam_path(beam, False),
    ),
    Metric("beam_gain", N_("best minus greedy"), lambda beam: beam.gain, why.beam_gain),
)

CACHE: tuple[Metric[DecodingFrame] | Family[DecodingFrame], ...] = (
    Metric("passes_cached", N_("token passes with the cache"), lambda frame: frame.passes[0], why.passes_cached),
    Metric("passes_plain", N_("token passes without"), lambda frame: frame.passes[1], why.passes_plain),
    Metric(
        "passes_ratio",
        N_("without over with"),
        lambda frame: frame.passes[1] / frame.passes[0] if frame.passes[0] else None,
        why.passes_ratio,
    ),
    Metric("bytes_per_token", N_("bytes a token"), lambda frame: frame.shape.per_token, why.bytes_per_token),
    Metric("cache_bytes", N_("bytes of the cache"), lambda frame: frame.cache_bytes, why.cache_bytes),
    Metric("cache_mib", N_("cache in MiB"), lambda frame: frame.cache_bytes / 2**20, why.cache_mib),
    Metric(
        "plain_mib",
        N_("without sharing or window, MiB"),
        lambda frame: None if frame.plain_bytes is None else frame.plain_bytes / 2**20,
        why.plain_mib,
    ),
    Metric("gpt2_bytes_per_token", N_("GPT-2, bytes a token"), lambda frame: SHAPES["gpt2"].per_token),
    Metric("llama2_mib_per_token", N_("Llama-2-7B, MiB a token"), lambda frame: SHAPES["llama2"].per_token / 2**20),
    Metric(
        "llama2_gib_at_4096",
        N_("Llama-2-7B at 4096 tokens, GiB"),
        lambda frame: SHAPES["llama2"].per_token * 4096 / 2**30,
    ),
    Metric("pages", N_("pages in use"), _of_pages(lambda pages: len(pages.uses))),
    Metric("pages_shared", N_("shared pages"), _of_pages(lambda pages: sum(n > 1 for n in pages.uses.values()))),
    Metric("pages_copied", N_("copied pages"), _of_pages(lambda pages: pages.copies)),
    Metric("places_empty", N_("empty places"), _of_pages(lambda pages: pages.wasted)),
    of_part(
        lambda frame: frame.measured,
        Family(
            _milliseconds,
            labels={f"ms_cached_{n}": f"ms with the cache at {n}" for n in LENGTHS}
            | {f"ms_plain_{n}": f"ms without at {n}" for n in LENGTHS}
            | {f"error_int{bits}": f"error of the scores, int{bits}" for bits in ROUNDED},
        ),
    ),
)

DRAFTS: tuple[Metric[DecodingFrame] | Family[DecodingFrame], ...] = (
    of_part(
        lambda frame: frame.drafts,
        Metric("rounds", N_("rounds"), lambda drafts: drafts.rounds),
        Metric("guesses", N_("guesses looked at"), lambda drafts: drafts.guesses),
        Metric("accepted", N_("accepted"), lambda drafts: drafts.accepted),
        Metric("bonuses", N_("bonus tokens"), lambda drafts: drafts.bonuses),
        Metric("draft_written", N_("written by drafts"), lambda drafts: drafts.written),
        Metric("acceptance", N_("acceptance α"), lambda drafts: drafts.acceptance, why.acceptance),
        Metric("tokens_per_round", N_("tokens a round"), lambda drafts: drafts.tokens_per_round, why.tokens_per_round),
    ),
    Metric("draft_speed_up", N_("speed with these drafts"), lambda frame: frame.draft_speed_up, why.draft_speed_up),
    Metric("guesses_made", N_("guesses made"), lambda frame: frame.drafts.made),
    only(
        lambda frame: frame.measured is not None,
        Metric("ms_alone", N_("ms a token without drafts"), lambda frame: frame.ms_alone),
        Metric("ms_drafted", N_("ms a token with drafts"), lambda frame: frame.ms_drafted, why.ms_drafted),
    ),
    Metric(
        "expected_tokens",
        N_("tokens a round, expected"),
        lambda frame: expected_tokens(frame.params.alpha, frame.params.gamma),
        why.expected_tokens,
    ),
    Metric("speed_up", N_("times as fast"), lambda frame: _speed_up(frame, frame.params.gamma), why.speed_up, 3),
    Metric("best_gamma", N_("best γ"), _best_gamma),
    Metric("best_speed_up", N_("times as fast with the best γ"), lambda frame: _speed_up(frame, _best_gamma(frame))),
    Metric("checked", N_("rounds checked"), _of_checked(lambda checked: checked.count)),
    Metric("overlap", "Σ min(p, q)", _of_checked(lambda checked: checked.overlap)),
    Metric("rule_fit", N_("by the rule: chance of a larger χ²"), _of_checked(lambda checked: checked.rule.p_value)),
    Metric("alone_fit", N_("drafter alone: chance of a larger χ²"), _of_checked(lambda checked: checked.alone.p_value)),
)


def _of_outcome(value: Callable[[Outcome], Value]) -> Callable[[DecodingFrame], Value]:
    """What the tries come to; None before every problem has had one."""
    return lambda frame: None if frame.outcome is None else value(frame.outcome)


def _one_try(frame: DecodingFrame) -> float | None:
    found = frame.tries.outcomes(frame.tried) if frame.tries.problems else ()
    return found[0].shares["checker"] if found else None


TRIES: tuple[Metric[DecodingFrame], ...] = (
    Metric("tries_made", N_("tries made"), lambda frame: frame.tried.made if frame.tries.problems else None),
    Metric("one_right", N_("right, one try"), _one_try, why.one_try, 3),
    Metric("majority_right", N_("right by vote"), _of_outcome(lambda out: out.shares["majority"]), digits=3),
    Metric("likeliest_right", N_("right, likeliest try"), _of_outcome(lambda out: out.shares["likeliest"]), digits=3),
    Metric("checker_right", N_("one right among them"), _of_outcome(lambda out: out.shares["checker"]), digits=3),
    Metric("majority_low", N_("vote, 95 % from"), _of_outcome(lambda out: out.low["majority"]), digits=3),
    Metric("majority_high", N_("vote, 95 % to"), _of_outcome(lambda out: out.high["majority"]), digits=3),
    Metric("tokens_spent", N_("tokens a problem"), _of_outcome(lambda out: out.tokens), why.tokens_spent, 4),
)

WATERMARK: tuple[Metric[DecodingFrame], ...] = (
    Metric("green", N_("green tokens"), lambda frame: frame.greens),
    Metric("green_z", N_("watermark, z"), lambda frame: frame.green_z, why.green_z, 3),
)

METRICS: Metrics[DecodingFrame] = Metrics(*TEXT, *BARS, BEAM, *CACHE, *DRAFTS, *TRIES, *WATERMARK)
