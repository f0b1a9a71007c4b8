"""The Search page: the list of what was found, why a chunk was found, a map of chunks and question, and the methods
compared."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.engine.retrieval.word_search import word_spans
from lab.experiments.e23_retrieval_agents.finding import FindPage
from lab.experiments.e23_retrieval_agents.metrics import FIND
from lab.experiments.e23_retrieval_agents.settings import METHODS
from lab.experiments.e23_retrieval_agents.texts import library
from lab.kit_qt.beside_page import BesidePage
from lab.kit_qt.block_list import Block, BlockList
from widgets.base.colors import Palette
from widgets.plots.draggable_bars import Bar, DragBars
from widgets.plots.plot import Plot
from widgets.plots.series import Points

__all__ = ["SearchView"]

LISTED = 10


class SearchView(BesidePage):
    """See above."""

    METRICS = FIND
    READOUTS = ("place", "bm25", "cosine", "mrr", "spent")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list, self.map, self.bars = BlockList(_("What is found")), Plot(), DragBars(movable=False)
        self.map.set_titles("", "", _("Map: near means alike"))
        self.map.setAccessibleName(_("Map of chunks and question"))
        self.bars.set_range(0.0, 1.0)
        self.list.pressed.connect(self._chosen)
        self.lay_beside(self.list, self.map, self.bars)

    def _chosen(self, row: int) -> None:
        self.act(Set({"chosen": row + 1}))

    def colour(self, palette: Palette) -> None:
        page: FindPage = self.page
        title = _("“{question}”").format(question=page.question) if page.question else _("Write a question.")
        self.list.set_blocks(_blocks(page) if page.question else (), title)
        self._draw_map(page, palette)
        self._draw_bars(page, palette)

    def _draw_map(self, page: FindPage, palette: Palette) -> None:
        places = page.places
        if not np.isfinite(places[:-1]).all() or not len(places) > 1:
            self.map.set_points([])
            return
        found = list(page.found)
        other = [k for k in range(len(places) - 1) if k not in found]
        holding = [k for k in range(len(places) - 1) if page.right[k]]
        clouds = [
            Points(_("other chunks"), places[other, 0], places[other, 1], palette.text3, "o", 7.0),
            Points(_("found"), places[found, 0], places[found, 1], palette.accent, "s", 11.0),
            Points(_("holds the answer"), places[holding, 0], places[holding, 1], palette.categories[2], "d", 7.0),
        ]
        if np.isfinite(places[-1]).all():
            clouds.append(Points(_("question"), places[-1:, 0], places[-1:, 1], palette.ball, "t1", 14.0))
        self.map.set_points([cloud for cloud in clouds if len(cloud.x)])

    def _draw_bars(self, page: FindPage, palette: Palette) -> None:
        title = _("Recall@{k}, questions asked: {n}").format(k=page.params.k, n=page.asked)
        self.bars.set_titles(_("recall"), title)
        names = (_("words"), _("vectors"), _("both"), _("again"))
        bars = []
        for name, method, share in zip(names, METHODS, page.recall.tolist(), strict=True):
            shown = "–" if math.isnan(share) else show_number(share, 2)
            value = 0.0 if math.isnan(share) else share
            bars.append(Bar(name, value, shown, palette.categories[0], strong=method == page.params.method))
        self.bars.set_bars(bars)


def _blocks(page: FindPage) -> list[Block]:
    """The first chunks of the list; the chosen one says why it stands there."""
    highest = max(float(page.words.max()), 1e-9) if len(page.words) else 1.0
    found = []
    for place, chunk in enumerate(page.order[:LISTED].tolist(), 1):
        why = page.why if page.why is not None and page.why.chunk == chunk else None
        text = page.chunks[chunk].text.strip()
        note = " · ".join(
            filter(
                None,
                (
                    _("handed on") if place <= page.params.k else "",
                    _("✓ holds the answer") if page.right[chunk] else "",
                ),
            )
        )
        head = _("{n}. {title}").format(
            n=place,
            title=library()[chunk].title if page.params.document == "library" else _("chunk {n}").format(n=chunk + 1),
        )
        bars = [("BM25", float(page.words[chunk]) / highest, show_number(float(page.words[chunk]), 3))]
        for name, value in ((_("cosine"), float(page.vectors[chunk])), (_("tokens"), float(page.again[chunk]))):
            if not math.isnan(value):
                bars.append((name, value, show_number(value, 3)))
        body = text if why is None else f"{text}\n{_reasons(page)}"
        marked = tuple(word_spans(text, page.question.lower().replace("?", " ").split()))
        color = "ball" if page.right[chunk] else "accent" if place <= page.params.k else "line"
        found.append(Block(head, body, note, marked, color, tuple(bars), lit=why is not None, lines=6 if why else 2))
    return found


def _reasons(page: FindPage) -> str:
    """What the shared words and the tokens add."""
    assert page.why is not None
    words = ", ".join(f"{word} {show_number(added, 3)}" for word, _times, _rarity, added in page.why.words)
    tokens = ", ".join(f"{token} {show_number(share, 2)}" for token, share in page.why.tokens)
    shared = _("Why? Shared words: {words}.").format(words=words or _("none"))
    return shared if not tokens else shared + " " + _("Its tokens add to the cosine: {tokens}.").format(tokens=tokens)
