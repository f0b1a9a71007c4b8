"""The state in sentences, and where each number comes from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lab.core.arithmetic import Term, apply, given, total
from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e21_decoding.memory import SHAPES

if TYPE_CHECKING:
    from lab.experiments.e21_decoding.bars import Row
    from lab.experiments.e21_decoding.frame import DecodingFrame

__all__ = ["described", "explained", "quoted"]


def quoted(text: str) -> str:
    """A token in a sentence, with its white space to be seen."""
    return "“" + text.replace("\n", "⏎").replace("\t", "⇥").replace(" ", "·") + "”"


def _percent(value: float) -> str:
    return "NaN" if math.isnan(value) else _("{n} %").format(n=show_number(100 * value, 3))


def described(frame: DecodingFrame) -> str:
    """The state in one or two sentences."""
    if frame.missing:
        return frame.missing
    if frame.bars is None:
        return _("SmolLM2 is being opened, and reads the prompt.")
    said = _("Step {step}, {n} tokens").format(step=frame.step, n=len(frame.tokens))
    bars = frame.bars
    if not bars.kept:
        return said + ": " + _("no token is left to choose from, and every probability is NaN.")
    top = max(bars.rows, key=lambda row: row.share)
    said += ": " + _("{kept} of {all} tokens can come next, {top} with {p}.").format(
        kept=bars.kept, all=bars.size, top=quoted(top.text), p=_percent(top.share)
    )
    return said + _of_the_page(frame)


def _of_the_page(frame: DecodingFrame) -> str:
    match frame.params.page:
        case "samples" if frame.bars is not None:
            return " " + _("Samples drawn: {n}.").format(n=frame.bars.samples)
        case "beam":
            return " " + _("The beam looks ahead by {n}.").format(n=frame.beam.depth)
        case "cache":
            metrics = frame.metrics()
            return " " + _("Token passes: {a} with the cache, {b} without.").format(
                a=metrics["passes_cached"], b=metrics["passes_plain"]
            )
        case "drafts":
            return " " + _("Rounds of drafts: {r}, tokens written by them: {n}.").format(
                r=frame.drafts.rounds, n=frame.drafts.written
            )
    if frame.last is not None:
        return " " + _("The last one was chosen at rank {r}.").format(r=frame.last.rank)
    return ""


# ------------------------------------------------------------------------------------------ arithmetic


def explained(frame: DecodingFrame, name: str) -> Term | None:
    """The arithmetic of a read-out; None where there is none to show."""
    if "_" in name and frame.bars is not None:
        kind, _line, place = name.rpartition("_")
        if place.isdigit() and 1 <= int(place) <= len(frame.bars.rows):
            return _of_a_bar(frame, kind, frame.bars.rows[int(place) - 1])
        if place == "others" and frame.bars.others is not None and kind in ("raw", "share"):
            return _of_the_others(frame, kind)
    return (
        _of_the_choice(frame, name)
        or _of_the_text(frame, name)
        or _of_the_cache(frame, name)
        or _of_the_drafts(frame, name)
        or _of_the_beam(frame, name)
    )


def _of_a_bar(frame: DecodingFrame, kind: str, row: Row) -> Term | None:
    """e^z over the sum of all, with z below the largest; or the share among the survivors."""
    bars = frame.bars
    assert bars is not None
    top = max(r.raw for r in bars.rows)
    if kind == "raw" and row.raw > 0:
        z = given("z", math.log(row.raw) - math.log(top))
        whole = given(_("sum"), 1.0 / top)
        return (apply("exp", z) / whole).named("p")
    if kind == "share" and row.fell < 0 and row.share > 0:
        best = max(r.share for r in bars.rows)
        z = given("z′", math.log(row.share) - math.log(best))
        return (apply("exp", z) / given(_("sum of those left"), 1.0 / best)).named("p′")
    return None


def _of_the_others(frame: DecodingFrame, kind: str) -> Term | None:
    bars = frame.bars
    assert bars is not None
    shown = math.fsum(getattr(row, kind) for row in bars.rows)
    if not math.isfinite(shown):
        return None
    value = getattr(bars.others, kind)
    return (given("", shown + value) - given(_("shown"), shown)).named(_("others"))


def _of_the_choice(frame: DecodingFrame, name: str) -> Term | None:
    """What those that are left had, and how undecided the choice is, bar by bar."""
    bars = frame.bars
    if bars is None or not bars.kept or name not in ("kept_mass", "entropy"):
        return None
    left = [row for row in bars.rows if row.fell < 0 and row.share > 0]
    if name == "kept_mass":
        terms = [given("", row.raw) for row in left]
        rest = bars.kept_mass - math.fsum(row.raw for row in left)
    else:
        terms = [
            -(given("", row.share) * apply("log", given("", row.share)) / apply("log", given("", 2.0))) for row in left
        ]
        rest = bars.entropy - math.fsum(term.value for term in terms)
    if abs(rest) > 1e-12:
        terms.append(given(_("all others"), rest))
    return total(terms).named(_("entropy") if name == "entropy" else _("their probability"))


def _of_the_text(frame: DecodingFrame, name: str) -> Term | None:
    last, mean = frame.last, frame.mean_surprisal
    if last is None or mean is None:
        return None
    if name == "last_surprisal" and last.raw > 0:
        return (-(apply("log", given("p", last.raw)) / apply("log", given("", 2.0)))).named(_("surprisal"))
    if name == "mean_surprisal" and math.isfinite(mean):
        return (given(_("all surprisals"), mean * frame.written) / given(_("tokens"), frame.written)).named(_("mean"))
    if name == "perplexity" and math.isfinite(mean):
        return (given("", 2.0) ** given(_("mean surprisal"), mean)).named(_("perplexity"))
    return None


def _of_the_cache(frame: DecodingFrame, name: str) -> Term | None:
    shape = SHAPES[frame.params.shape]
    cached, plain = frame.metrics()["passes_cached"], frame.metrics()["passes_plain"]
    if name == "passes_cached":
        alone = given(_("prompt"), frame.given) + given(_("written"), frame.written)
        return _rest(alone, cached, _("read again, for the window moved"))
    if name == "passes_plain":
        w, p = given("w", max(0, min(frame.written, frame.context - frame.given))), given("P", frame.given)
        return _rest(p + w * p + (w * (w + 1.0) / 2.0).named(_("1 + 2 + … + w")), plain, _("since the window moved"))
    if name == "passes_ratio" and isinstance(plain, int) and isinstance(cached, int) and cached:
        return given(_("without"), plain) / given(_("with"), cached)
    per_token = (
        given("", 2.0) * given(_("layers"), shape.layers) * given("d", shape.width) * given(_("bytes"), shape.bytes)
    ).named(_("bytes a token"))
    if name == "bytes_per_token":
        return per_token
    if name == "cache_bytes":
        return per_token * given("n", frame.params.tokens)
    if name == "cache_mib":
        return per_token * given("n", frame.params.tokens) / given("", 2.0**20)
    return None


def _rest(term: Term, whole: Value, words: str) -> Term:
    """A sum, and what it lacks of the whole."""
    lacking = whole - term.value if isinstance(whole, int) else 0
    return term + given(words, lacking) if lacking else term


def _of_the_drafts(frame: DecodingFrame, name: str) -> Term | None:
    params, drafts = frame.params, frame.drafts
    if name in ("expected_tokens", "speed_up") and params.alpha < 1:
        alpha, gamma = given("α", params.alpha), given("γ", params.gamma)
        tokens = ((1.0 - alpha ** (gamma + 1.0)) / (1.0 - alpha)).named("E")
        if name == "expected_tokens":
            return tokens
        return tokens / (gamma * given("c", params.cost) + 1.0)
    if name == "acceptance" and drafts.guesses:
        return given(_("accepted"), drafts.accepted) / given(_("looked at"), drafts.guesses)
    if name == "tokens_per_round" and drafts.rounds:
        return given(_("written"), drafts.written) / given(_("rounds"), drafts.rounds)
    if name == "draft_speed_up" and drafts.tokens_per_round is not None:
        passes = given("γ", params.gamma) * given("c", params.cost) + 1.0
        return given(_("tokens a round"), drafts.tokens_per_round) / passes
    return None


def _of_the_beam(frame: DecodingFrame, name: str) -> Term | None:
    beam = frame.beam
    if name in ("beam_best", "beam_greedy") and beam.branches:
        way = [branch for branch in beam.branches if (branch.best if name == "beam_best" else branch.greedy)]
        if len(way) == beam.depth:
            logs = [branch.logp for branch in way]
            return total([given("", b - a) for a, b in zip([0.0, *logs], logs)])
    if name == "beam_gain" and beam.best_logp is not None and beam.greedy_logp is not None:
        return given(_("best"), beam.best_logp) - given(_("greedy"), beam.greedy_logp)
    return None
