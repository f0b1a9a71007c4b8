"""The state of each page in a sentence, and its curves as data."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.engine.text.embedding import Neighbour
from lab.experiments.e15_embeddings.analogies import AnalogyPage
from lab.experiments.e15_embeddings.compact import SCHEMES, CompactPage
from lab.experiments.e15_embeddings.context import ContextPage
from lab.experiments.e15_embeddings.directions import DirectionPage
from lab.experiments.e15_embeddings.frame import EmbeddingFrame
from lab.experiments.e15_embeddings.learning import LearnPage
from lab.experiments.e15_embeddings.mapping import MapPage
from lab.experiments.e15_embeddings.metrics import learned_neighbours

__all__ = ["curves", "describe", "percent", "verdict"]


def percent(share: float | None, digits: int = 3) -> str:
    """A share as it is read, such as "15.8 %"; a dash where there is none."""
    return "—" if share is None else _("{n} %").format(n=show_number(100 * share, digits))


def describe(frame: EmbeddingFrame) -> str:
    """The state in one or two sentences."""
    match frame.page:
        case LearnPage() as page:
            return _learn(page, frame.step)
        case MapPage() as page:
            return _map(page)
        case AnalogyPage() as page:
            return _analogy(page)
        case DirectionPage() as page:
            return _direction(page)
        case ContextPage() as page:
            return _context(page)
        case CompactPage() as page:
            return _compact(page)


def _cut(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _nearest(word: str, near: tuple[Neighbour, ...]) -> str:
    """Who is nearest to a word, in words."""
    if not near:
        return _("Press on a word to see its neighbours.")
    values = {"word": _cut(word), "near": _cut(near[0].word), "score": show_number(near[0].score, 3)}
    return _("Nearest to “{word}” is “{near}” with {score}.").format(**values)


def _learn(page: LearnPage, step: int) -> str:
    if page.lost is not None:
        return _("A vector ran away at step {step}: the learning rate is too large.").format(step=page.lost)
    numbers = n_("{n} word", "{n} words", len(page.words)), n_("{n} sentence", "{n} sentences", len(page.lines))
    text = _("Learned for {step} steps: {words} in {lines}.").format(words=numbers[0], lines=numbers[1], step=step)
    return text + " " + _nearest(page.params.word, learned_neighbours(page))


def _map(page: MapPage) -> str:
    if page.share < 1.0:
        return _("The sentence encoder is being opened: {share}.").format(share=percent(page.share, 2))
    values = {"n": len(page.names), "title": page.title}
    if page.shares:
        values["share"] = percent(sum(page.shares))
        head = _("Map of {title}: {n} places, and {share} of the spread is shown.").format(**values)
    else:
        head = _("Map of {title} by t-SNE: {n} places. Neighbours are kept, distances are not.").format(**values)
    return f"{head} {page.note or _nearest(page.params.word, page.near)}"


def verdict(page: AnalogyPage) -> str:
    """The answer to the question, in a sentence."""
    p = page.params
    if page.note:
        return page.note
    answer = page.answers[0].word
    said = _("“{a}” is to “{b}” as “{c}” is to “{d}”.").format(a=_cut(p.a), b=_cut(p.b), c=_cut(p.c), d=answer)
    return said + (" " + _("That is one of the three words of the question.") if answer in (p.a, p.b, p.c) else "")


def _analogy(page: AnalogyPage) -> str:
    text = _("An analogy:") + " " + verdict(page)
    if page.asked:
        values = {"asked": page.asked, "without": page.right[0], "with_": page.right[1]}
        text += " " + _("Of {asked} questions {without} right, and {with_} if the three words count.").format(**values)
    return text


def _direction(page: DirectionPage) -> str:
    if page.held_out is None:
        return page.note
    text = _("From “{low}” to “{high}”. Of the listed words {share} fall on the right side when left out.")
    said = text.format(low=page.low[0].word, high=page.high[0].word, share=percent(page.held_out))
    if page.mixed:
        said += " " + _("With mixed lists it is {share}.").format(share=percent(sum(page.mixed) / len(page.mixed)))
    return f"{said} {page.note}".strip()


def _context(page: ContextPage) -> str:
    if page.note:
        return page.note
    if page.part < 1.0:
        return _("The sentence encoder is being opened: {share}.").format(share=percent(page.part, 2))
    same, across = (show_number(float(row[page.layer]), 2) for row in (page.same, page.across))
    text = _("After layer {layer}: cosine {same} within a sense of “{word}”, {across} between two senses.")
    return text.format(layer=page.layer, same=same, across=across, word=page.params.sense_word)


def _compact(page: CompactPage) -> str:
    if not page.queries:
        return _("Run: for each word its ten neighbours are looked for with fewer and fewer bytes.")
    parts = ", ".join(
        " ".join((_(scheme.name), percent(page.recall(n), 2))) for n, scheme in enumerate(SCHEMES) if scheme.kept == 100
    )
    return _("True neighbours found for {n} words: {parts}.").format(n=page.queries, parts=parts)


# ----------------------------------------------------------------------------------------- the curves


def curves(frame: EmbeddingFrame) -> tuple[Curve, ...]:
    """What the open page draws."""
    match frame.page:
        case LearnPage() as page:
            loss = Curve(_("loss"), _("step"), _("loss"), page.past.steps, page.past.column(0), course=True)
            return loss, _places(page.places)
        case MapPage() as page:
            return (_places(page.places),)
        case AnalogyPage() as page:
            numbers = np.arange(1.0, len(page.excluded) + 1)
            scores = np.array([near.score for near in page.excluded])
            return (Curve(_("answers"), _("place"), _("cosine"), numbers, scores),)
        case DirectionPage() as page:
            rounds = np.arange(1.0, len(page.mixed) + 1)
            return (Curve(_("mixed lists"), _("round"), _("share right"), rounds, np.array(page.mixed)),)
        case ContextPage() as page:
            layers, names = np.arange(float(len(page.same))), (_("same sense"), _("two senses"))
            return tuple(
                Curve(name, _("layer"), _("cosine"), layers, row) for name, row in zip(names, (page.same, page.across))
            )
        case CompactPage() as page:
            asked = np.arange(1.0, page.queries + 1)
            return tuple(
                Curve(_(scheme.name), _("words asked"), _("recall"), asked, page.past[:, n])
                for n, scheme in enumerate(SCHEMES)
            )


def _places(places: np.ndarray) -> Curve:
    return Curve(_("map"), _("first direction"), _("second direction"), places[:, 0], places[:, 1])
