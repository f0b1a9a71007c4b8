"""Goals the program checks, from what the heads do and never from which buttons were pressed."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.core.experiment import Challenge, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.gestures import Place, Silence
from lab.experiments.e17_attention.lens import source_name
from lab.experiments.e17_attention.settings import STAGES, Params
from lab.experiments.e17_attention.texts import EXAMPLES

__all__ = ["CHALLENGES"]

Log = tuple[tuple[int, Any], ...]
TEXT = EXAMPLES["own"]
READ = len(STAGES) - 1  # steps until a model that has to be opened is there
MUCH, LITTLE = 0.8, 0.05
FOUND = 0.85  # the induction score to be reached
FEWEST = 2  # heads that carry the copying
GONE = 0.5
OF_ONE, FIRM = 0.7, 30.0  # the share of a score that one head brings, and the least score
HEAVY, HOLLOW = 0.5, 0.15  # the weight of a token, and its share of what is told

SCATTERED = ((-0.2, 2.2), (0.5, 1.5), (0.6, 0.2), (1.5, -0.7), (1.8, -1.9), (-1.0, 0.0), (0.0, -1.0))


def _n(value: float) -> str:
    return show_number(value, 3)


def check_keys(frame: AttentionFrame, params: Params, log: Log) -> Progress:
    """The keys lie so that "it" listens to one word and hardly to any other."""
    c = frame.chain
    if params.source != "own" or c is None or "it" not in c.tokens or params.text.strip() != TEXT:
        return Progress(False, 0.0, _("Go back to your own words and the sentence with “it”."), failed=True)
    if not params.scaled or params.temperature != 1.0 or params.mask not in ("usual", "causal"):
        return Progress(False, 0.0, _("Only keys may be moved: scaled, causal, and at temperature 1."), failed=True)
    if any(isinstance(action, Place) and action.kind == "q" for _step, action in log):
        return Progress(False, 0.0, _("A query was moved. Only keys may be: start over."), failed=True)
    row = np.sort(c.weights[c.tokens.index("it")])[::-1]
    top, second = float(row[0]), float(row[1])
    if top >= MUCH and second <= LITTLE:
        return Progress(True, 1.0, _("Done: {top} to one word, and at most {second} to any other.").format(
            top=_n(top), second=_n(second)))  # fmt: skip
    share = 0.5 * min(top / MUCH, 1.0) + 0.5 * min(LITTLE / max(second, LITTLE), 1.0)
    text = _("The largest weight of “it” is {top}, the second {second}.").format(top=_n(top), second=_n(second))
    return Progress(False, min(share, 0.99), text)


def check_induction(frame: AttentionFrame, params: Params, _log: Log) -> Progress:
    """An induction head is selected, on a text of the learner's own that repeats something."""
    r, c = frame.reading, frame.chain
    if params.source != "copier" or r is None or c is None:
        return Progress(False, 0.0, _("Choose the letter copier."), failed=True)
    if params.text.strip() in ("", EXAMPLES["copier"]):
        return Progress(False, 0.0, _("Type a text of your own, in which something comes twice."))
    best = r.best("induction")[1]
    if best < FOUND:
        return Progress(False, 0.2, _("In this text nothing comes again that could be copied."))
    score = float(r.roles["induction"][c.layer, c.head])
    name = f"{c.layer + 1}·{c.head + 1}"
    if score >= FOUND:
        return Progress(True, 1.0, _("Done: head {name} puts {score} of its weight on what followed.").format(
            name=name, score=_n(score)))  # fmt: skip
    text = _("Head {name} puts {score} of its weight on what followed the same letter.")
    return Progress(False, 0.3 + 0.6 * score, text.format(name=name, score=_n(score)))


def check_copying(frame: AttentionFrame, params: Params, _log: Log) -> Progress:
    """The copying is stopped with two silenced heads."""
    expected = frame.expected
    if params.source != "copier" or expected is None:
        return Progress(False, 0.0, _("Choose the letter copier."), failed=True)
    before, now = expected.before_and_now
    if before < 0.9 or frame.patched or not params.scaled or params.mask == "none":
        text = _("Nothing patched, scaled, with its mask, and a text that it can go on copying, please.")
        return Progress(False, 0.0, text, failed=True)
    off = len(frame.silent)
    if off > FEWEST:
        text = _("{n} heads are silent. Two are enough: which?").format(n=off)
        return Progress(False, 0.3, text, failed=True)
    if now < GONE:
        text = _("Done: from {before} to {now}, with {n} heads.").format(before=_n(before), now=_n(now), n=off)
        return Progress(True, 1.0, text)
    text = _("{n} of 2 heads silent, and the right letter still has {now}.").format(n=off, now=_n(now))
    return Progress(False, 0.3 * off / FEWEST, text)


def check_composition(frame: AttentionFrame, params: Params, _log: Log) -> Progress:
    """One head of an earlier layer brings most of a large score."""
    c, lens = frame.chain, frame.qk
    if params.source != "copier" or c is None or lens is None:
        return Progress(False, 0.0, _("Stay with the letter copier, on the page of the QK lens."), failed=True)
    found = lens.brought()
    name = f"{c.layer + 1}·{c.head + 1}"
    if found is None or found[0].kind != "head":
        return Progress(False, 0.1, _("In head {name} no other head brings most of this score.").format(name=name))
    by, share = source_name(found[0]), found[1] / lens.score if lens.score > 0 else 0.0
    if lens.score < FIRM:
        text = _("The score is {score}. Find two tokens that fit better.")
        return Progress(False, 0.2, text.format(score=_n(lens.score)))
    if share >= OF_ONE:
        text = _("Done: {by} brings {share} of the score of {name}.")
        return Progress(True, 1.0, text.format(by=by, share=_n(share), name=name))
    text = _("In head {name}, {by} brings {share} of the score.").format(name=name, by=by, share=_n(share))
    return Progress(False, min(0.3 + 0.6 * share, 0.99), text)


def check_hollow(frame: AttentionFrame, _params: Params, _log: Log) -> Progress:
    """A token gets much weight and tells little."""
    c, lens = frame.chain, frame.ov
    if c is None or lens is None:
        return Progress(False, 0.0, _("Stay on the page of the OV lens."), failed=True)
    weight, share = c.weight, float(lens.shares[c.column])
    numbers = {"key": c.tokens[c.column], "weight": _n(weight), "share": _n(share)}
    if weight >= HEAVY and share <= HOLLOW:
        text = _("Done: “{key}” gets {weight} of the weight, and is {share} of what is told.")
        return Progress(True, 1.0, text.format(**numbers))
    text = _("“{key}” gets {weight} of the weight, and is {share} of what is told.").format(**numbers)
    return Progress(False, 0.5 * min(weight / HEAVY, 1.0) + 0.4 * min(HOLLOW / max(share, HOLLOW), 1.0), text)


CHALLENGES = (
    Challenge(
        "keys",
        N_("Who is “it”?"),
        N_(
            "Place the keys, and only the keys, so that “it” gives at least 0.8 of its weight to one word and at most"
            " 0.05 to every other word."
        ),
        Setting({"text": TEXT}, actions=tuple((0, Place("k", i, x, y, TEXT)) for i, (x, y) in enumerate(SCATTERED))),
        check_keys,
        Setting(
            {"text": TEXT},
            actions=(
                *((0, Place("k", i, x, y, TEXT)) for i, (x, y) in enumerate(SCATTERED)),
                (0, Place("k", 1, 2.6, 1.3, TEXT)),
                *((0, Place("k", i, -1.5, -1.0, TEXT)) for i in (0, 2, 3, 4)),
            ),
        ),
        (
            N_("A score is large where a key points the way the query points, and is long."),
            N_("Pull one key far along the arrow of “it”, and push the others behind its back."),
        ),
        N_("5 keys"),
    ),
    Challenge(
        "induction",
        N_("Find the induction head"),
        N_(
            "Type a text of your own in which something comes twice, and open a head of the letter copier that puts at"
            " least 85 % of its weight on what followed the same letter last time."
        ),
        Setting({"source": "copier", "page": "heads", "layer": 1, "head": 1}),
        check_induction,
        Setting({"source": "copier", "page": "heads", "layer": 2, "head": 2, "text": "fishbonefishbonefish"}),
        (
            N_("Such a head needs to know what stood before each letter. Can it be in the first layer?"),
            N_("Look for a picture with a stripe that does not touch the diagonal."),
        ),
        N_("1 text, 1 press"),
    ),
    Challenge(
        "copying",
        N_("Stop the copying"),
        N_(
            "The copier is certain of the next letter. Silence at most two heads so that it gives this letter less than"
            " half."
        ),
        Setting({"source": "copier", "page": "heads", "layer": 2, "head": 2}),
        check_copying,
        Setting(
            {"source": "copier", "page": "heads", "layer": 2, "head": 2},
            actions=((0, Silence(0, 1, True)), (0, Silence(0, 2, True))),
        ),
        (
            N_("Four heads of the second layer do the same thing, so that none of them is missed."),
            N_("What do all four of them rely on? Look for the heads that see the letter before."),
        ),
        N_("2 heads"),
    ),
    Challenge(
        "composition",
        N_("Who told the head?"),
        N_(
            "Heads work in a chain. Find a head of the letter copier and two tokens with a score of at least 30, of"
            " which one single head of the first layer brings 70 % or more."
        ),
        Setting({"source": "copier", "page": "qk", "layer": 1, "head": 1}),
        check_composition,
        Setting({"source": "copier", "page": "qk", "layer": 2, "head": 2}),
        (
            N_("A head of the first layer sees nothing but the letters. Open one of the second."),
            N_("The last line below the picture says who brings most. Compare the four heads of the second layer."),
        ),
        N_("1 head, 2 tokens"),
    ),
    Challenge(
        "hollow",
        N_("Much weight, nothing told"),
        N_(
            "Find a head of MiniLM and a token that gets at least half of the weight, and is still at most 15 % of what"
            " is told."
        ),
        Setting({"source": "minilm", "page": "ov", "layer": 1, "head": 1}, steps=READ),
        check_hollow,
        Setting({"source": "minilm", "page": "ov", "layer": 5, "head": 6}, steps=READ),
        (
            N_("A head with nothing to find has to put its weight somewhere. Where does it do no harm?"),
            N_("The head tour on the page “All heads” names a head that rests on [CLS]."),
        ),
        N_("1 head, 1 token"),
    ),
)
