"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_
from lab.experiments.e16_tokenization.challenges import CHALLENGES
from lab.experiments.e16_tokenization.frame import TOLD
from lab.experiments.e16_tokenization.gestures import ACTIONS
from lab.experiments.e16_tokenization.presets import BREAKS, PRESETS
from lab.experiments.e16_tokenization.settings import Display, Params
from lab.experiments.e16_tokenization.simulation import build
from lab.experiments.e16_tokenization.texts import SENTENCES

__all__ = ["SPECIFICATION"]

LABELS = {
    "step": N_("step"),
    "merges": N_("merges"),
    "vocabulary": N_("tokens in the vocabulary"),
    "bytes": N_("bytes of the training text"),
    "tokens": N_("tokens"),
    "bytes_per_token": N_("bytes a token"),
    "tokens_per_word": N_("tokens a word, of the training text"),
    "newest": N_("newest token"),
    "pair_count": N_("its pair was counted"),
    "saved": N_("tokens saved by it"),
    "tied": N_("equally frequent pairs then"),
    "next": N_("next token"),
    "next_count": N_("its pair is counted"),
    "next_tied": N_("equally frequent pairs now"),
    "greedy_tokens": N_("tokens if greed had chosen"),
    "read_tokens": N_("tokens of the text"),
    "read_bytes": N_("bytes of the text"),
    "read_characters": N_("characters of the text"),
    "read_words": N_("words of the text"),
    "read_bytes_per_token": N_("bytes a token, of the text"),
    "read_per_word": N_("tokens a word"),
    "read_per_character": N_("tokens a character"),
    "read_share": N_("share of a window of 1024 tokens"),
    "read_size": N_("tokens in the vocabulary of who reads"),
    "round_trip": "decode(encode(x)) = x",
    "signs": N_("signs obeyed"),
    "tree_leaves": N_("smallest pieces in the token"),
    "tree_rank": N_("rank of its merge"),
    "word": N_("word that is read"),
    "rung": N_("merges inside the word"),
    "rungs": N_("merges inside the word, in all"),
    "rung_tokens": N_("pieces of the word"),
    "rung_rank": N_("rank of this merge"),
    "rung_next": N_("rank of the next"),
    "strangers": N_("words it does not know"),
}
WHO = {
    "characters": N_("characters"),
    "words": N_("words"),
    "own": N_("my tokenizer"),
    "gpt2": "GPT-2",
}
WHAT = {
    "tokens": N_("tokens"),
    "size": N_("vocabulary"),
    "per_word": N_("tokens a word"),
    "per_character": N_("tokens a character"),
    "bytes_per_token": N_("bytes a token"),
    "share": N_("share of the window"),
}


def _labels() -> dict[str, str]:
    """A name for every read-out."""
    read = {f"{who}_{what}": f"{name}: {label}" for who, name in WHO.items() for what, label in WHAT.items()}
    costs = {f"cost_{one}_{who}": f"{one}, {WHO[who]}: tokens" for one in SENTENCES for who in ("own", "gpt2")}
    times = {f"times_{one}_{who}": f"{one}, {WHO[who]}: times English" for one in SENTENCES for who in ("own", "gpt2")}
    pairs = {f"pair_{place}": f"pair {place}" for place in range(1, TOLD + 1)}
    counts = {f"count_{place}": f"count of pair {place}" for place in range(1, TOLD + 1)}
    return LABELS | pairs | counts | read | costs | times


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    takes=("corpus",),
    gives=("tokenizer", "corpus"),
    headline=("tokens", "bytes_per_token"),
    metrics=Metrics(
        Family(
            lambda frame: frame.metrics(),
            lambda frame, name: frame.explain(name),
            labels=_labels(),
            digits=dict.fromkeys(("bytes_per_token", "tokens_per_word", "read_bytes_per_token", "read_per_word"), 3)
            | dict.fromkeys(("vocabulary", "tokens", "bytes"), 6),
        )
    ),
    describe=lambda frame: frame.describe(),
    unused=lambda frame: frame.unused(),
    unavailable=lambda frame: frame.unavailable(),
    curves=lambda frame: frame.curves(),
    steps_per_second=4.0,
    first_drag=N_("Drag the line on the curve: every merge is made, or taken back, as you go."),
    python_heavy=True,
)
