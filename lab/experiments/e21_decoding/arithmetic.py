"""Where each number comes from."""

from __future__ import annotations

import math

from lab.core.arithmetic import Term, apply, given, total
from lab.core.text import _
from lab.experiments.e21_decoding.bars import Bars, Row
from lab.experiments.e21_decoding.beams import BeamPicture
from lab.experiments.e21_decoding.drafts import Drafts
from lab.experiments.e21_decoding.frame import DecodingFrame

__all__ = [
    "acceptance", "beam_gain", "beam_path", "bytes_per_token", "cache_bytes", "cache_mib", "draft_speed_up", "entropy",
    "expected_tokens", "green_z", "kept_mass", "last_surprisal", "mean_surprisal", "ms_drafted", "of_a_bar",
    "of_the_others", "one_try", "passes_cached", "passes_plain", "passes_ratio", "perplexity", "plain_mib", "speed_up",
    "tokens_per_round", "tokens_spent",
]  # fmt: skip

# ------------------------------------------------------------------------------------------- the bars


def of_a_bar(bars: Bars, kind: str, row: Row) -> Term | None:
    """e^z over the sum of all, with z below the largest: of the model, "raw", or among the survivors, "share"."""
    if kind == "raw" and row.raw > 0:
        top = max(r.raw for r in bars.rows)
        z = given("z", math.log(row.raw) - math.log(top))
        return (apply("exp", z) / given(_("sum"), 1.0 / top)).named("p")
    if kind == "share" and row.removed_by < 0 and row.share > 0:
        best = max(r.share for r in bars.rows)
        z = given("z′", math.log(row.share) - math.log(best))
        return (apply("exp", z) / given(_("sum of those left"), 1.0 / best)).named("p′")
    return None


def of_the_others(bars: Bars, kind: str) -> Term:
    shown, value = math.fsum(getattr(row, kind) for row in bars.rows), getattr(bars.others, kind)
    return (given("", shown + value) - given(_("shown"), shown)).named(_("others"))


def kept_mass(bars: Bars) -> Term | None:
    """What those that are left had, bar by bar."""
    terms = [given("", row.raw) for row in _left(bars)]
    return _sum(bars, terms, bars.kept_mass, _("their probability"))


def entropy(bars: Bars) -> Term | None:
    """How undecided the choice is, bar by bar."""
    terms = [
        -(given("", row.share) * apply("log", given("", row.share)) / apply("log", given("", 2.0)))
        for row in _left(bars)
    ]
    return _sum(bars, terms, bars.entropy, _("entropy"))


def _left(bars: Bars) -> list[Row]:
    return [row for row in bars.rows if row.removed_by < 0 and row.share > 0]


def _sum(bars: Bars, terms: list[Term], whole: float, name: str) -> Term | None:
    """The bars that are shown, and what all others add to them; None where none is left."""
    if not bars.kept:
        return None
    rest = whole - math.fsum(term.value for term in terms)
    return total([*terms, given(_("all others"), rest)] if abs(rest) > 1e-12 else terms).named(name)


# ------------------------------------------------------------------------------------------- the text


def last_surprisal(frame: DecodingFrame) -> Term | None:
    last = frame.last
    if last is None or not last.p > 0:
        return None
    return (-(apply("log", given("p", last.p)) / apply("log", given("", 2.0)))).named(_("surprisal"))


def mean_surprisal(frame: DecodingFrame) -> Term | None:
    mean = frame.mean_surprisal
    if mean is None:
        return None
    return (given(_("all surprisals"), mean * frame.written) / given(_("tokens"), frame.written)).named(_("mean"))


def perplexity(frame: DecodingFrame) -> Term | None:
    mean = frame.mean_surprisal
    return None if mean is None else (given("", 2.0) ** given(_("mean surprisal"), mean)).named(_("perplexity"))


# ------------------------------------------------------------------------------------------- the beam


def beam_path(beam: BeamPicture, best: bool) -> Term | None:
    """The log-probabilities of the best path, or of the greedy one, token by token."""
    path = [branch for branch in beam.branches if (branch.best if best else branch.greedy)]
    if not path or len(path) != beam.depth:
        return None
    logs = [branch.logp for branch in path]
    return total([given("", b - a) for a, b in zip([0.0, *logs], logs)])


def beam_gain(beam: BeamPicture) -> Term | None:
    if beam.best_logp is None or beam.greedy_logp is None:
        return None
    return given(_("best"), beam.best_logp) - given(_("greedy"), beam.greedy_logp)


# ------------------------------------------------------------------------------------------- the cache


def passes_cached(frame: DecodingFrame) -> Term:
    alone = given(_("prompt"), frame.given) + given(_("written"), frame.written)
    return _rest(alone, frame.passes[0], _("read again, for the window moved"))


def passes_plain(frame: DecodingFrame) -> Term:
    w, p = given("w", max(0, min(frame.written, frame.context - frame.given))), given("P", frame.given)
    whole = p + w * p + (w * (w + 1.0) / 2.0).named(_("1 + 2 + … + w"))
    return _rest(whole, frame.passes[1], _("since the window moved"))


def _rest(term: Term, whole: int, words: str) -> Term:
    """A sum, and what it lacks of the whole."""
    lacking = whole - term.value
    return term + given(words, lacking) if lacking else term


def passes_ratio(frame: DecodingFrame) -> Term:
    cached, plain = frame.passes
    return given(_("without"), plain) / given(_("with"), cached)


def bytes_per_token(frame: DecodingFrame) -> Term:
    shape = frame.shape
    return (
        given("", 2.0)
        * given(_("layers"), shape.sizes.layers)
        * given("d", shape.sizes.width)
        * given(_("bytes"), shape.bytes)
    ).named(_("bytes a token"))


def cache_bytes(frame: DecodingFrame) -> Term:
    return bytes_per_token(frame) * given("n", frame.shape.sizes.held(frame.params.tokens))


def cache_mib(frame: DecodingFrame) -> Term:
    return cache_bytes(frame) / given("", 2.0**20)


def plain_mib(frame: DecodingFrame) -> Term | None:
    """As if every head had keys and values of its own, and all tokens were kept."""
    if frame.plain_bytes is None:
        return None
    shared = given(_("heads that share"), frame.shape.sizes.shared_by)
    return bytes_per_token(frame) * shared * given("n", frame.params.tokens) / given("", 2.0**20)


# ------------------------------------------------------------------------------------------- the drafts


def expected_tokens(frame: DecodingFrame) -> Term | None:
    if frame.params.alpha == 1:
        return None
    alpha, gamma = given("α", frame.params.alpha), given("γ", frame.params.gamma)
    return ((1.0 - alpha ** (gamma + 1.0)) / (1.0 - alpha)).named("E")


def speed_up(frame: DecodingFrame) -> Term | None:
    tokens = expected_tokens(frame)
    return None if tokens is None else tokens / _cost_of_a_round(frame)


def _cost_of_a_round(frame: DecodingFrame) -> Term:
    return given("γ", frame.params.gamma) * given("c", frame.params.cost) + 1.0


def acceptance(drafts: Drafts) -> Term | None:
    if not drafts.guesses:
        return None
    return given(_("accepted"), drafts.accepted) / given(_("looked at"), drafts.guesses)


def tokens_per_round(drafts: Drafts) -> Term:
    return given(_("written"), drafts.written) / given(_("rounds"), drafts.rounds)


def draft_speed_up(frame: DecodingFrame) -> Term | None:
    tokens = frame.drafts.tokens_per_round
    if tokens is None:
        return None
    return given(_("tokens a round"), tokens) / (given(_("passes"), 1.0) if frame.copies else _cost_of_a_round(frame))


def ms_drafted(frame: DecodingFrame) -> Term | None:
    """The time of a round over the tokens that it writes."""
    tokens, each = frame.drafts.tokens_per_round, frame.ms_drafted
    if tokens is None or each is None:
        return None
    return given(_("ms a round"), each * tokens) / given(_("tokens a round"), tokens)


# ---------------------------------------------------------------------------------------------- tries


def one_try(frame: DecodingFrame) -> Term | None:
    """Right tries over all, of those that are counted: as many of each problem as every one has had."""
    outcome, problems = frame.outcome, frame.tries.problems
    if outcome is None:
        return None
    rows = [(row[: outcome.n], problem) for row, problem in zip(frame.tried.tries, problems) if len(row) >= outcome.n]
    right = sum(one.answer == problem.answer for row, problem in rows for one in row)
    return (given(_("right"), right) / given(_("tries"), len(rows) * outcome.n)).named(_("right, one try"))


def tokens_spent(frame: DecodingFrame) -> Term | None:
    """Tries times the tokens of one."""
    outcome = frame.outcome
    if outcome is None:
        return None
    return (given("n", outcome.n) * given(_("tokens a try"), frame.tried.tokens)).named(_("tokens a problem"))


# ------------------------------------------------------------------------------------------ watermark


def green_z(frame: DecodingFrame) -> Term | None:
    """Green tokens less half of all, over the deviation of chance."""
    if not frame.coloured:
        return None
    n = given(_("tokens"), frame.coloured)
    return ((given(_("green"), frame.greens) - n * 0.5) / apply("sqrt", n * 0.25)).named("z")
