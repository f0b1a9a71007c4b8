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
    ExpertsPage,
    FeaturesPage,
    LensPage,
    PartsPage,
    PatchPage,
    ProbesPage,
    SteerPage,
    Waiting,
    WhoPage,
)
from lab.experiments.e18_transformer_block.letters import KINDS as LETTERS
from lab.experiments.e18_transformer_block.letters import Name
from lab.experiments.e18_transformer_block.metrics import EXPERTS, LENS, agreed, ranked
from lab.experiments.e18_transformer_block.settings import OPS, PARTS, QUESTIONS, SHAPES

__all__ = ["KINDS", "curves", "describe", "named_as", "percent", "quoted", "what_to_do"]

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
    ProbesPage: N_(
        "Run: one weighted sum of the stream after another tries to answer. Press on a row to see it drawn."
    ),
    FeaturesPage: N_(
        "Run, press on a row, and read where it speaks. Then name it in the controls: do unseen places agree?"
    ),
    ExpertsPage: N_("Run: a router sends each letter to an expert. Press on a row, or on a moment, to ask about it."),
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
        case ProbesPage() as page:
            return _probes(page)
        case FeaturesPage() as page:
            return _features(page)
        case ExpertsPage() as page:
            return _experts(page)
        case BudgetPage() as page:
            return _budget(frame, page)


def named_as(name: Name) -> str:
    """What an expert takes in common, with its share; "" without a name."""
    if not name.kind:
        return ""
    return _("{kind} {share} %").format(kind=_(LETTERS[name.kind]), share=percent(name.share))


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


def _probes(page: ProbesPage) -> str:
    row = page.found[page.lit[0]]
    question = quoted(_(tuple(QUESTIONS.values())[page.lit[0]]))
    if not np.isfinite(row).all():
        return _("{tried} of {all} probes are tried.").format(tried=page.tried, all=page.found.size)
    best = int(row.argmax())
    values = {"question": question, "first": show_number(float(row[0]), 2), "best": show_number(float(row[best]), 2)}
    text = _("{question}: AUC {first} before any block, at best {best}, after block {n}; shuffled {control} there.")
    return text.format(**values, n=best, control=show_number(float(page.control[page.lit[0], best]), 2))


def _features(page: FeaturesPage) -> str:
    values = {"n": page.updates, "share": percent(float(page.explained[-1])), "feature": page.feature}
    values["rate"] = show_number(100 * page.rate, 2)
    text = _("{n} updates: {share} % of the stream is rebuilt. Feature {feature} speaks at {rate} % of the letters.")
    count = agreed(page)
    if count is None:
        return text.format(**values)
    said = _("Your name agrees at {count} of {all} unseen places.").format(count=count, all=len(page.trials))
    return text.format(**values) + " " + said


def _experts(page: ExpertsPage) -> str:
    values = {"n": page.updates, "mixture": show_number(float(page.mixture[-1]), 3)}
    values |= {"dense": show_number(float(page.dense[-1]), 3), "block": page.block + 1, "expert": page.lit + 1}
    values["idle"] = EXPERTS.value(page, "idle_experts")
    text = _("{n} updates: mixture {mixture} nats a letter, dense model {dense}, idle experts {idle}.")
    name = named_as(page.names[page.lit])
    if not name:
        return text.format(**values)
    said = _("Of what expert {expert} of block {block} takes: {name}.").format(**values, name=name)
    return text.format(**values) + " " + said


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
        case ProbesPage() as page:
            places = np.arange(float(page.found.shape[1]))
            return tuple(
                Curve(_(name), _("after block"), _("AUC"), places, row)
                for name, row in zip(QUESTIONS.values(), page.found, strict=True)
            )
        case FeaturesPage() as page:
            steps = np.arange(float(len(page.explained)))
            return (Curve(_("variance rebuilt"), _("step"), _("share"), steps, page.explained),)
        case ExpertsPage() as page:
            steps = np.arange(float(len(page.dense)))
            losses = (_("mixture"), page.mixture, True), (_("dense model"), page.dense, False)
            learned = tuple(
                Curve(name, _("step"), _("nats a letter"), steps, values, course=course)
                for name, values, course in losses
            )
            shares = tuple(
                Curve(_("expert {n}").format(n=k + 1), _("step"), _("share"), steps, values)
                for k, values in enumerate(page.loads[:, page.block].T)
            )
            return (*learned, *shares)
        case BudgetPage() as page:
            counts = np.array([float(page.counts[kind]) for kind in KINDS])
            return (Curve(_("parameters"), _("part"), _("count"), np.arange(1.0, len(counts) + 1), counts),)


def _loss(loss: np.ndarray, course: bool) -> tuple[Curve, ...]:
    places = np.arange(1.0, len(loss) + 1)
    return (Curve(_("surprise"), _("token"), _("nats"), places, loss, course=course),)
