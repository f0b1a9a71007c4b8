"""Settings with a story, and the ways to break attention on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.gestures import Place, Silence

__all__ = ["ALL_STAGES", "BREAKS", "CIRCLE", "PRESETS"]

CIRCLE = "north east south west here"
OWN = "The cat slept because it was tired"
ALL_STAGES, ALL_JOINED = 5, 6


def _flat(text: str) -> tuple[tuple[int, Place], ...]:
    """Every query of a text put at the origin."""
    return tuple((0, Place("q", i, 0.0, 0.0, text)) for i in range(len(text.split())))


PRESETS = (
    Preset(
        "lookup",
        N_("Look up"),
        Setting({"text": CIRCLE, "mask": "none"}),
        N_("A dictionary that answers between its entries: turn the query of “here” and follow the output."),
    ),
    Preset(
        "words",
        N_("Whose “it”?"),
        Setting({"text": OWN}),
        N_("The query of “it” is drawn to the key of “cat”. Drag it elsewhere and the weights follow."),
    ),
    Preset(
        "previous",
        N_("The one before"),
        Setting({"source": "copier", "page": "heads", "layer": 1, "head": 3}, steps=ALL_JOINED),
        N_("A head of a model that was trained: every letter looks at the letter before it."),
    ),
    Preset(
        "induction",
        N_("Induction"),
        Setting({"source": "copier", "page": "heads", "layer": 2, "head": 2}, steps=ALL_JOINED),
        N_("Where did this letter stand before? The head looks at what came after it then."),
    ),
    Preset(
        "coreference",
        N_("MiniLM"),
        Setting({"source": "minilm", "page": "heads", "layer": 4, "head": 2}, steps=ALL_JOINED),
        N_("A real encoder. This head leans from a pronoun to its noun: a tendency, not understanding."),
    ),
    Preset(
        "sink",
        N_("The sink"),
        Setting({"source": "minilm", "page": "heads", "layer": 5, "head": 6}, steps=ALL_JOINED),
        N_("Weights must add up to 1, also where a head has nothing to find: it rests on [CLS]."),
    ),
    Preset(
        "uniform",
        N_("Uniform"),
        Setting({"text": OWN, "mask": "none"}, actions=_flat(OWN)),
        N_("All queries are 0, so all scores are: everyone gets the same, and the answer is the mean."),
    ),
    Preset(
        "saturated",
        N_("Saturated"),
        Setting({"text": OWN, "mask": "none", "scaled": False, "temperature": 0.1}),
        N_("Scores ten times as large: one word takes it all, and nothing is left to be learned by."),
    ),
    Preset(
        "course",
        N_("Course"),
        Setting({"page": "scale", "d_k": 64}, seed=7),
        N_("Ten random keys, d = 64. As they are, the scores choose one key; divided by √64, they listen to all."),
    ),
)


def _chosen_by_chance(frame: AttentionFrame) -> bool:
    return frame.scale is not None and frame.scale.raw.gini < 0.1 and frame.scale.raw.largest > 0.9


def _sees_the_future(frame: AttentionFrame) -> bool:
    c, r = frame.chain, frame.reading
    if c is None or r is None:
        return False
    ahead = sum(float(c.weights[i, i + 1 :].sum()) for i in range(len(c.tokens)))
    return not r.causal and ahead / len(c.tokens) > 0.2


def _looks_nowhere(frame: AttentionFrame) -> bool:
    c = frame.chain
    return c is not None and float(c.weights[c.row].sum()) == 0.0 and float(abs(c.out[c.row]).sum()) == 0.0


def _has_forgotten(frame: AttentionFrame) -> bool:
    expected = frame.expected
    if expected is None:
        return False
    before, now = expected.before_and_now
    return before > 0.95 and now < 0.1


BREAKS = (
    Break(
        "unscaled",
        N_("Scores of 512 numbers, not scaled"),
        N_(
            "Without the division one key of ten takes 95 % of all weight, by mere chance, and Σ p(1−p), by which"
            " learning could change it, falls to a tenth. Divided by √512 the ten are weighed again."
        ),
        Setting({"page": "scale", "d_k": 512, "scaled": False}, seed=7),
        _chosen_by_chance,
    ),
    Break(
        "no-mask",
        N_("Take the mask away"),
        N_(
            "Every letter now looks at letters to its right as well. In training this would be cheating: the letter"
            " to be guessed could simply be read."
        ),
        Setting({"source": "copier", "mask": "none", "layer": 1, "head": 1}, steps=ALL_JOINED),
        _sees_the_future,
    ),
    Break(
        "blind",
        N_("Hide everything from one word"),
        N_(
            "All scores of the lit row are −∞. Plain softmax would divide 0 by 0 and give “not a number”; here the"
            " row gets weights of 0 and finds nothing."
        ),
        Setting({"mask": "blind"}, steps=ALL_STAGES),
        _looks_nowhere,
    ),
    Break(
        "forgets",
        N_("Silence two heads"),
        N_(
            "The copier knew the next letter for certain. Without heads 1·2 and 1·3, which look at the letter before,"
            " no head of the second layer can find anything, and the copying is gone."
        ),
        Setting(
            {"source": "copier", "page": "heads", "layer": 2, "head": 2},
            actions=((0, Silence(0, 1, True)), (0, Silence(0, 2, True))),
            steps=ALL_JOINED,
        ),
        _has_forgotten,
    ),
)
