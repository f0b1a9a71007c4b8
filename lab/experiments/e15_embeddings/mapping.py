"""The page of the map: vectors of a source in two numbers, the neighbours of a word, and the word's own numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.pieces import Pieces
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.text.embedding import Neighbour, WordVectors, cosine_matrix
from lab.engine.text.embedding_exchange import embedding_artifact
from lab.engine.text.embedding_map import PCA, TSNE, start_tsne, tsne_step
from lab.experiments.e15_embeddings.near import (
    Layout,
    axis_layout,
    flat,
    hub_counts,
    neighbours,
    nothing_known,
    pca_layout,
    rank_of,
    same_group,
)
from lab.experiments.e15_embeddings.settings import Params
from lab.experiments.e15_embeddings.tables import Table, making_table
from lab.kit.arrays import read_only

__all__ = ["TSNE_STEPS", "Atlas", "MapPage"]

Floats = NDArray[np.float64]
TSNE_STEPS = 500
LISTED = 10  # of the nearest, when hubs are counted


@dataclass(frozen=True, slots=True, eq=False)
class MapPage:
    """What the map shows.

    share: how much of the making is done, 1 when all is there.  names, labels, groups: of the N on the map.
    places: [N, 2].  shares: of the spread along both directions, () for t-SNE.  titles: of the axes.  ends: places in
    names of the ends of the own axis.  focus: place of the chosen word, −1 where it is unknown.  near: its neighbours,
    nearest first, spots: their places, −1 for who is not on the map.  cosines: between the word and its neighbours,
    [k + 1, k + 1].  vector, other: of the chosen word and of the one it is compared with, [d] or None.  note: what is
    wrong with the words.  divergence: of t-SNE, in nats.  same: see `same_group`.
    lists: in how many lists of the ten nearest on the map the chosen word stands.  hub, hub_lists: who stands in most.
    images: [N, S, S], 0..1, where the vectors are images.
    """

    params: Params
    share: float
    title: str
    names: tuple[str, ...]
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    places: Floats
    shares: tuple[float, ...]
    titles: tuple[str, str]
    ends: tuple[int, int]
    focus: int
    near: tuple[Neighbour, ...]
    spots: tuple[int, ...]
    cosines: Floats
    vector: Floats | None
    other: Floats | None
    rank: int | None
    note: str
    n_words: int
    width: int
    divergence: float | None
    same: float | None
    lists: int | None
    hub: str | None
    hub_lists: int | None
    images: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _About:
    """What is known of the chosen word, whatever the projection."""

    near: tuple[Neighbour, ...]
    cosines: Floats
    rank: int | None
    note: str


class Atlas:
    """A table of vectors, and a picture of it."""

    def __init__(self, params: Params, rng: np.random.Generator, own: str, artifacts: Sequence[Artifact]) -> None:
        self._params, self._rng = params, rng
        self._table: Table | None = None
        self._fitted: PCA | None = None
        self._base: Floats = np.zeros((0, 1))
        self._same: float | None = None
        self._tsne: TSNE | None = None
        self._divergence: float | None = None
        self._shown: tuple[object, MapPage] | None = None
        self._known: tuple[object, _About] | None = None
        self._hubs: dict[int, int] = {}
        self._work = Pieces(making_table(params.source, rng, own, artifacts))
        if params.source not in ("sentences", "own"):
            self.finish()
        else:
            self.go_on()

    # ---------------------------------------------------------------------------------------- opening

    @property
    def opening(self) -> bool:
        """Whether the vectors are still being made."""
        return self._work.left

    def go_on(self) -> None:
        """Make a piece of them."""
        table = self._work.go_on()
        if table is not None:
            self._take(table)

    def finish(self) -> None:
        """Make the rest of them."""
        while self._work.left:
            self.go_on()

    def _take(self, table: Table) -> None:
        rows = table.vectors.vectors[list(table.shown)].astype(np.float64)
        names = [table.vectors.words[row] for row in table.shown]
        self._table, self._base, self._fitted = table, rows, flat(rows)
        self._hubs = dict(zip(table.shown, hub_counts(rows, LISTED).tolist(), strict=True))
        self._same = same_group(rows, [table.groups.get(name, "") for name in names])

    # --------------------------------------------------------------------------------------- stepping

    def done(self) -> bool:
        return not self.opening and (self._params.projection != "tsne" or self._steps >= TSNE_STEPS)

    @property
    def _steps(self) -> int:
        return self._tsne.step if self._tsne is not None else 0

    def step(self, _number: int) -> bool:
        """A step of t-SNE; whether there was one."""
        if self.opening:
            self.go_on()
            return not self.opening  # what is done in pieces counts when it is complete
        self._tsne, self._divergence = tsne_step(self._tsne or self._first_tsne(self._rng))
        return True

    def _first_tsne(self, rng: np.random.Generator) -> TSNE:
        """Before the first step: of the directions of the vectors, since t-SNE here asks who is near by angle."""
        perplexity = max(1.01, min(self._params.perplexity, (len(self._base) - 1) / 3))
        lengths = np.linalg.norm(self._base, axis=1, keepdims=True)
        return start_tsne(self._base / np.maximum(lengths, 1e-12), rng, perplexity)

    def retune(self, params: Params) -> None:
        self._params = params

    # ------------------------------------------------------------------------------------------ shown

    def shown(self, step: int) -> MapPage:
        key = (self._params, self._steps, self._work.share)
        if self._shown is None or self._shown[0] != key:
            self._shown = key, self._page()
        return self._shown[1]

    def _page(self) -> MapPage:
        p, table = self._params, self._table
        if table is None:
            nothing = np.zeros((0, 2))
            return MapPage(p, self._work.share, "", (), (), (), read_only(nothing), (), ("", ""), (-1, -1), -1, (), (),
                           read_only(nothing), None, None, None, "", 0, 0, None, None, None, None, None)  # fmt: skip
        vectors = table.vectors
        about, known = self._about(vectors), p.word in vectors
        near = about.near
        ends = (p.axis_from, p.axis_to)
        wanted = [p.word, *(n.word for n in near), p.other, *(ends if p.projection == "axis" else ())]
        rows = list(table.shown) if p.projection == "tsne" else self._with(table, wanted)
        names = tuple(vectors.words[row] for row in rows)
        at = {name: i for i, name in enumerate(names)}
        layout, note = self._layout(vectors, rows)
        place = vectors.place(p.word) if known else -1
        return MapPage(
            p,
            1.0,
            table.title,
            names,
            tuple(table.labels.get(name, name) for name in names),
            tuple(table.groups.get(name, "") for name in names),
            read_only(layout.places),
            layout.shares,
            layout.titles,
            (at.get(ends[0], -1), at.get(ends[1], -1)),
            at.get(p.word, -1),
            near,
            tuple(at.get(n.word, -1) for n in near),
            about.cosines,
            read_only(vectors[p.word]) if known else None,
            read_only(vectors[p.other]) if p.other in vectors else None,
            about.rank,
            about.note or note,
            len(vectors.words),
            vectors.vectors.shape[1],
            self._divergence,
            self._same,
            self._hubs.get(place),
            vectors.words[most] if (most := self._hub()) is not None else None,
            self._hubs[most] if most is not None else None,
            read_only(vectors.vectors[rows].reshape(-1, table.side, table.side)) if table.side else None,
        )

    def _hub(self) -> int | None:
        """The row on the map that stands in most lists."""
        return max(self._hubs.items(), key=_most)[0] if self._hubs else None

    def _about(self, vectors: WordVectors) -> _About:
        """What is known of the chosen word; found anew only where another one is asked for."""
        p = self._params
        key = (p.word, p.other, p.metric, p.k)
        if self._known is None or self._known[0] != key:
            self._known = key, self._asked(vectors)
        return self._known[1]

    def _asked(self, vectors: WordVectors) -> _About:
        p = self._params
        if p.word not in vectors:
            return _About((), read_only(np.zeros((0, 0))), None, nothing_known(vectors, p.word))
        near = tuple(neighbours(vectors, p.word, p.k, p.metric))
        rows = np.stack([vectors[p.word], *(vectors[n.word] for n in near)]).astype(np.float64)
        rank = rank_of(vectors, p.word, p.other, p.metric) if p.other in vectors else None
        return _About(near, read_only(np.nan_to_num(cosine_matrix(rows))), rank, "")

    def _with(self, table: Table, words: Sequence[str]) -> list[int]:
        """The rows on the map, and those of some words more."""
        also = [table.vectors.place(word) for word in words if word in table.vectors]
        return list(dict.fromkeys([*table.shown, *also]))

    def _layout(self, vectors: WordVectors, rows: Sequence[int]) -> tuple[Layout, str]:
        """Where the rows stand, and what is wrong with the axis."""
        p, fitted = self._params, self._fitted
        assert fitted is not None
        found = vectors.vectors[list(rows)].astype(np.float64)
        if p.projection == "tsne":
            places = np.zeros((len(rows), 2)) if self._tsne is None else np.asarray(self._tsne.places, np.float64)
            return Layout(places, (), ("", "")), ""
        if p.projection == "axis":
            ends = (p.axis_from, p.axis_to)
            strangers = [word for word in ends if word not in vectors]
            if strangers:
                return pca_layout(fitted, found), nothing_known(vectors, strangers[0])
            start, end = (vectors[word].astype(np.float64) for word in ends)
            if not (start - end).any():
                return pca_layout(fitted, found), _("An axis needs two different ends.")
            return axis_layout(self._base, found, start, end, ends), ""
        return pca_layout(fitted, found), ""

    def offer(self, kind: str) -> Artifact | None:
        """What is on the map, as an embedding; or the places of all that has a group as points, in two classes: that of
        the chosen word, and the rest."""
        if self._table is None or kind not in ("embedding", "points"):
            return None
        return self._points() if kind == "points" else self._embedding(self._table)

    def _points(self) -> Artifact | None:
        """None where the chosen word has no group, or nothing has a place yet."""
        page = self.shown(0)
        group = page.groups[page.focus] if page.focus >= 0 else ""
        if not group or not page.places.any():
            return None
        known = np.array([one != "" for one in page.groups])
        labels = np.array([one == group for one in page.groups], np.int64)
        title = _("“{group}” on the map of {table}").format(group=group, table=page.title)
        return Artifact("points", title, {"x": page.places[known], "labels": labels[known]}, _("Embeddings, map"))

    @staticmethod
    def _embedding(table: Table) -> Artifact:
        vectors = table.vectors
        rows = list(table.shown)
        chosen = WordVectors([vectors.words[row] for row in rows], vectors.vectors[rows])
        title = _("{n} of {table}").format(n=len(rows), table=table.title)
        return embedding_artifact(chosen, title, _("Embeddings, map"))

    # ------------------------------------------------------------------------------------------- kept

    def save(self) -> dict[str, Any]:
        t = self._tsne
        if t is None:
            return {"tsne": None, "made": not self.opening}
        return {
            "tsne": {"places": t.places, "speeds": t.speeds, "gains": t.gains, "step": t.step},
            "divergence": self._divergence,
        }

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Raises ValueError for a state that does not fit."""
        self._params = params
        if saved["tsne"] is None:
            self._tsne, self._divergence = None, None
            if saved["made"]:
                self.finish()
            return
        self.finish()
        n = len(self._base)
        places, speeds, gains = (np.array(saved["tsne"][name], np.float64) for name in ("places", "speeds", "gains"))
        if not places.shape == speeds.shape == gains.shape == (n, 2):
            raise ValueError(f"state: a map of shape {places.shape}, needs {n} places")
        first = self._first_tsne(np.random.default_rng(0))
        self._tsne = TSNE(places, speeds, gains, first.affinities, int(saved["tsne"]["step"]))
        self._divergence = None if saved["divergence"] is None else float(saved["divergence"])


def _most(counted: tuple[int, int]) -> tuple[int, int]:
    """Orders rows by how many lists they stand in; of equals the earlier one is more."""
    row, lists = counted
    return lists, -row
