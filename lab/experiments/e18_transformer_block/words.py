"""The state of each page in a sentence, and its curves as data."""

from __future__ import annotations

import math

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import N_, _
from lab.experiments.e18_transformer_block.frame import (
    BlockFrame,
    BlockPage,
    BudgetPage,
    LensPage,
    PartsPage,
    PatchPage,
    SteerPage,
    Waiting,
    WhoPage,
)
from lab.experiments.e18_transformer_block.metrics import LENS, ranked
from lab.experiments.e18_transformer_block.settings import OPS, PARTS, SHAPES

__all__ = ["KINDS", "curves", "describe", "percent", "quoted", "what_to_do"]

KINDS = {
    "embedding": N_("Embedding"),
    "positions": N_("Positions"),
    "attention": N_("Attention"),
    "feed-forward": N_("Feed-forward"),
    "router": N_("Router"),
    "norms": N_("Norms"),
    "head": N_("Head"),
}
_DO = {
    BlockPage: N_("Press a part to open it, a cell to mark it, and twice to see how it was worked out. Step walks on."),
    LensPage: N_("Press a token: what would the model say after it, if it stopped after each block?"),
    WhoPage: N_("Press a token: which heads and layers raised the score of what the model says after it?"),
    PartsPage: N_("Guess first, in the controls. Then run: one part after another is switched off."),
    PatchPage: N_("Run: the first text's numbers are put into the other, one place after another."),
    SteerPage: N_("Write two lists of texts. Run: their difference is added to the stream, weakly and strongly."),
    BudgetPage: N_("Choose a plan in the controls, or make your own. Where do all the numbers stand?"),
}


def what_to_do(page: object) -> str:
    """What to do first on a page."""
    return _(_DO[type(page)])


def quoted(word: str) -> str:
    """A token within a sentence."""
    return _("“{word}”").format(word=word)


def percent(share: float) -> str:
    """A share as it is written in a cell: 0 … 100."""
    return str(round(100 * share)).replace("-", "\N{MINUS SIGN}")


def describe(frame: BlockFrame) -> str:
    """The state in one or two sentences."""
    match frame.page:
        case Waiting() as page:
            return _("SmolLM2 is being opened: {share} % done.").format(share=percent(page.share))
        case BlockPage() as page:
            return _block(page)
        case LensPage() as page:
            return _lens(page)
        case WhoPage() as page:
            return _who(page)
        case PartsPage() as page:
            return _parts(page)
        case PatchPage() as page:
            return _patch(page)
        case SteerPage() as page:
            return _steer(page)
        case BudgetPage() as page:
            return _budget(frame, page)


def _block(page: BlockPage) -> str:
    values = {
        "n": page.layer + 1,
        "all": page.layers,
        "part": _(OPS[page.op]),
        "surprise": show_number(page.surprise, 3),
        "word": quoted(page.tokens[page.token]),
        "guess": quoted(page.guess[0]),
    }
    text = _("Block {n} of {all}, {part}. After {word} the model says {guess}; mean surprise {surprise} nats a token.")
    return text.format(**values)


def _lens(page: LensPage) -> str:
    word, final = quoted(page.tokens[page.token]), quoted(page.guesses[-1][0])
    layer = LENS.value(page, "decided")
    if layer is None:
        return _("After {word}: {n} of {all} rows are read.").format(word=word, n=page.read, all=len(page.chance))
    if layer == 0:
        return _("After {word} the model says {final}, and so it would without any block.").format(
            word=word, final=final
        )
    text = _("After {word} the model says {final}: it leads from block {n} on. At first it would have said {first}.")
    return text.format(word=word, final=final, n=layer, first=quoted(page.guesses[0][0]))


def _who(page: WhoPage) -> str:
    if page.refused:
        return page.refused
    gave = np.concatenate([page.heads, page.feed_forward[:, None]], axis=1)
    layer, place = divmod(int(gave.argmax()), gave.shape[1])
    wide = place == gave.shape[1] - 1
    part = _("the feed-forward layer") if wide else _("head {n}").format(n=place + 1)
    text = _("The score of {word} is {total}. Most was given by {part} of block {layer}: {most}.")
    return text.format(
        word=quoted(page.words[0]), total=show_number(page.total, 3), part=part, layer=layer + 1,
        most=show_number(float(gave.max()), 3),
    )  # fmt: skip


def _parts(page: PartsPage) -> str:
    if not math.isfinite(page.plain):
        return _("Nothing is measured yet: run.")
    order = ranked(page)
    plain = show_number(page.plain, 3)
    if not order:
        done = sum(not math.isnan(loss) for loss in page.losses.values())
        return _("With all parts the surprise is {plain} nats a token. {n} of {all} parts are measured.").format(
            plain=plain, n=done, all=len(PARTS)
        )
    most, least = order[0], order[-1]
    values = {"most": _(PARTS[most]), "least": _(PARTS[least]), "plain": plain}
    values |= {"high": show_number(page.losses[most], 3), "low": show_number(page.losses[least], 3)}
    text = _("With all parts {plain} nats a token. It hurts most without “{most}”, {high}; least without “{least}”,")
    return text.format(**values) + " " + _("{low}.").format(**values)


def _patch(page: PatchPage) -> str:
    one, two = (quoted(answer) for answer in page.answers)
    if page.leads[0] == page.leads[1]:
        return _("Both texts lead to the same scores, so there is nothing to restore.")
    if not page.tried:
        return _("The first text leads to {one}, the other to {two}. Nothing is tried yet: run.").format(
            one=one, two=two
        )
    earlier = np.where(np.isfinite(page.restored), page.restored, 0.0)[:, : max(1, page.restored.shape[1] - 1)]
    stream, token = np.unravel_index(int(earlier.argmax()), earlier.shape)
    values = {"one": one, "share": percent(float(earlier[stream, token])), "n": int(stream)}
    values["word"] = quoted(page.tokens[int(token)])
    text = _("Before the last token most of the lead of {one} comes back, {share} %, with {word}, {t}, block {n}.")
    return text.format(**values, t=int(token) + 1)


def _steer(page: SteerPage) -> str:
    if not page.own or not page.size:
        return _("The wanted list has no token that the other lacks, so there is nothing to push towards.")
    tried = int(np.isfinite(page.effects).sum())
    if tried < len(page.strengths):
        text = _("The direction is added after block {n}. {tried} of {all} strengths are tried.")
        return text.format(n=page.stream, tried=tried, all=len(page.strengths))
    plain, most = page.strengths.index(0.0), int(page.effects.argmax())
    values = {"plain": show_number(float(page.effects[plain]), 2), "most": show_number(float(page.effects[most]), 2)}
    price = show_number(float(page.surprises[most] - page.surprises[plain]), 2)
    text = _("Wanted tokens have a chance of {plain}, and at ×{strength} of {most}. The price: {price} nats a token.")
    return text.format(**values, strength=show_number(page.strengths[most], 2), price=price)


def _budget(frame: BlockFrame, page: BudgetPage) -> str:
    total, active = page.counts["total"], page.active["total"]
    values = {"plan": _(SHAPES[frame.params.shape]), "total": show_number(total, 3), "active": show_number(active, 3)}
    if active != total:
        return _("{plan}: {total} parameters, of which one token uses {active}.").format(**values)
    return _("{plan}: {total} parameters.").format(**values)


# ----------------------------------------------------------------------------------------- the curves


def curves(frame: BlockFrame) -> tuple[Curve, ...]:
    """What the open page draws, as data."""
    match frame.page:
        case Waiting():
            return ()
        case BlockPage() as page:
            return _loss(page.loss, True)
        case WhoPage() as page:
            layers = np.arange(1.0, len(page.heads) + 1)
            heads, wide = (_("heads"), page.heads.sum(axis=1)), (_("feed-forward"), page.feed_forward)
            gave = tuple(Curve(name, _("block"), _("score"), layers, values) for name, values in (heads, wide))
            return (*_loss(page.loss, True), *gave)
        case LensPage() as page:
            layers = np.arange(float(len(page.chance)))
            chance = Curve(_("chance of its guess"), _("block"), _("chance"), layers, page.shares[:, 0])
            return (*_loss(page.loss, True), chance)
        case PatchPage() as page:
            columns = np.arange(1.0, page.restored.shape[1] + 1)
            return tuple(
                Curve(_("after block {n}").format(n=k), _("token"), _("restored"), columns, row)
                for k, row in enumerate(page.restored)
            )
        case SteerPage() as page:
            strengths = np.array(page.strengths)
            pairs = (_("wanted"), _("chance"), page.effects), (_("surprise"), _("nats a token"), page.surprises)
            return tuple(Curve(name, _("strength"), unit, strengths, values) for name, unit, values in pairs)
        case PartsPage() as page:
            places = np.arange(1.0, len(page.losses) + 1)
            off = Curve(_("switched off"), _("part"), _("nats a token"), places, np.array([*page.losses.values()]))
            return (off,)
        case BudgetPage() as page:
            counts = np.array([float(page.counts[kind]) for kind in KINDS])
            return (Curve(_("parameters"), _("part"), _("count"), np.arange(1.0, len(counts) + 1), counts),)


def _loss(loss: np.ndarray, course: bool) -> tuple[Curve, ...]:
    places = np.arange(1.0, len(loss) + 1)
    return (Curve(_("surprise"), _("token"), _("nats"), places, loss, course=course),)
