"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_
from lab.experiments.e21_decoding.bars import ROWS
from lab.experiments.e21_decoding.challenges import CHALLENGES
from lab.experiments.e21_decoding.gestures import ACTIONS
from lab.experiments.e21_decoding.memory import LENGTHS
from lab.experiments.e21_decoding.presets import BREAKS, PRESETS
from lab.experiments.e21_decoding.settings import FILTER_NAMES, Display, Params
from lab.experiments.e21_decoding.simulation import build

__all__ = ["SPECIFICATION"]

LABELS = {
    "step": N_("step"),
    "tokens": N_("tokens"),
    "written": N_("written"),
    "last_p": N_("probability of the last token"),
    "last_rank": N_("rank of the last token"),
    "last_surprisal": N_("surprisal of the last token"),
    "mean_surprisal": N_("surprisal, bits a token"),
    "perplexity": N_("perplexity"),
    "vocabulary": N_("tokens in the vocabulary"),
    "kept": N_("kept"),
    "kept_mass": N_("probability of those kept"),
    "entropy": N_("entropy in bits"),
    "kept_swapped": N_("kept with T and top-p swapped"),
    "samples": N_("samples"),
    "chi_square": "χ²",
    "fit": N_("chance of a larger χ²"),
    "others": N_("other tokens"),
    "raw_others": N_("model's probability of all others"),
    "share_others": N_("probability of all others"),
    "count_others": N_("samples of all others"),
    "beam_depth": N_("tokens ahead"),
    "beam_looked": N_("branches looked at"),
    "beam_best": N_("best path, log-probability"),
    "beam_greedy": N_("greedy path, log-probability"),
    "beam_gain": N_("best minus greedy"),
    "passes_cached": N_("token passes with the cache"),
    "passes_plain": N_("token passes without"),
    "passes_ratio": N_("without over with"),
    "bytes_per_token": N_("bytes a token"),
    "cache_bytes": N_("bytes of the cache"),
    "cache_mib": N_("cache in MiB"),
    "gpt2_bytes_per_token": N_("GPT-2, bytes a token"),
    "llama2_mib_per_token": N_("Llama-2-7B, MiB a token"),
    "llama2_gib_at_4096": N_("Llama-2-7B at 4096 tokens, GiB"),
    "pages": N_("pages in use"),
    "pages_shared": N_("shared pages"),
    "pages_copied": N_("copied pages"),
    "places_empty": N_("empty places"),
    "rounds": N_("rounds"),
    "guesses": N_("guesses looked at"),
    "accepted": N_("accepted"),
    "bonuses": N_("bonus tokens"),
    "draft_written": N_("written by drafts"),
    "acceptance": N_("acceptance α"),
    "tokens_per_round": N_("tokens a round"),
    "draft_speed_up": N_("speed with these drafts"),
    "expected_tokens": N_("tokens a round, expected"),
    "speed_up": N_("times as fast"),
    "best_gamma": N_("best γ"),
    "best_speed_up": N_("times as fast with the best γ"),
    "checked": N_("rounds checked"),
    "overlap": "Σ min(p, q)",
    "rule_fit": N_("by the rule: chance of a larger χ²"),
    "alone_fit": N_("drafter alone: chance of a larger χ²"),
}
OF_EACH_BAR = {
    "token": N_("token"),
    "raw": N_("model's probability"),
    "share": N_("probability"),
    "count": N_("samples"),
}
DIGITS = {"mean_surprisal": 3, "perplexity": 3, "last_p": 3, "kept_mass": 3, "entropy": 3, "speed_up": 3}


def _labels() -> dict[str, str]:
    bars = {f"{name}_{i}": f"{label} {i}" for name, label in OF_EACH_BAR.items() for i in range(1, ROWS + 2)}
    filters = {f"kept_{name}": f"kept after {label}" for name, label in FILTER_NAMES.items()}
    filters |= {f"mass_{name}": f"mass kept by {label}" for name, label in FILTER_NAMES.items()}
    times = {f"ms_cached_{n}": f"ms with the cache at {n}" for n in LENGTHS}
    times |= {f"ms_plain_{n}": f"ms without at {n}" for n in LENGTHS}
    return LABELS | bars | filters | times


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    takes=("distribution",),
    gives=("distribution",),
    headline=("kept", "mean_surprisal"),
    metrics=Metrics(
        Family(lambda frame: frame.metrics(), lambda frame, name: frame.explain(name), labels=_labels(), digits=DIGITS)
    ),
    describe=lambda frame: frame.describe(),
    unused=lambda frame: frame.unused(),
    hidden=lambda frame: frame.hidden(),
    unavailable=lambda frame: frame.unavailable(),
    curves=lambda frame: frame.curves(),
    divergence=lambda frame: frame.divergence,
    steps_per_second=12.0,
    first_drag=N_("Press a bar to choose the next token yourself."),
    python_heavy=True,
)
