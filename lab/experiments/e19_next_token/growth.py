"""The same text through training: what the small model makes of it after 0, 30, 100 … steps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import softmax
from lab.engine.decoding.sampling import choose
from lab.engine.lm.decoder import Decoder
from lab.experiments.e19_next_token.bars import tempered
from lab.experiments.e19_next_token.models import checkpoint_model
from lab.experiments.e19_next_token.settings import CHECKPOINTS
from lab.kit.language_models import house_lm

__all__ = ["SAMPLE", "Stage", "growth_of"]

SAMPLE, TOP = 48, 4  # letters that each goes on with; likeliest letters that are shown


@dataclass(frozen=True, slots=True)
class Stage:
    """One checkpoint. tops: the likeliest letters with their probabilities.  entropy: in bits.  surprise: at the
    letters of the text, bits a letter, None where there is only one.  sample: how it goes on."""

    step: int
    tops: tuple[tuple[str, float], ...]
    entropy: float
    surprise: float | None
    sample: str


@lru_cache(maxsize=64)
def growth_of(ids: tuple[int, ...], temperature: float, seed: int) -> tuple[Stage, ...]:
    """Every checkpoint on the end of a text of letters, at most half of its window. seed: of the samples."""
    half = house_lm("drafter").config.context // 2
    return tuple(_stage(step, ids[-half:], temperature, seed) for step in CHECKPOINTS)


def _stage(step: str, ids: Sequence[int], temperature: float, seed: int) -> Stage:
    model = checkpoint_model(step)
    decoder, rng = Decoder(model.parameters), np.random.default_rng(seed)
    logits = decoder.read(list(ids)).astype(np.float64)
    p = softmax(logits)
    surprise = -np.log2(p[np.arange(len(ids) - 1), np.array(ids[1:], int)]).mean() if len(ids) > 1 else None
    last = p[-1]
    order = np.argsort(-last, kind="stable")[:TOP].tolist()
    scores, written = logits[-1], []
    for _letter in range(SAMPLE):
        written.append(choose(tempered(scores, temperature), rng))
        scores = decoder.step(written[-1]).astype(np.float64)
    return Stage(
        int(step), tuple((model.text(t), float(last[t])) for t in order), float(-(last * np.log2(last)).sum()),
        None if surprise is None else float(surprise), "".join(model.text(t) for t in written),
    )  # fmt: skip
