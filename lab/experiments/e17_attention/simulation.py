"""Attention, step by step. A step computes the next stage of the selected head: scores, scaled, masked, weights,
what is mixed, and how the heads are joined. Everything else, whose attention and which head, can be changed at any
time; what is large, MiniLM, is opened in pieces while the rest goes on."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import ParamError, checked, plain
from lab.core.pieces import Pieces, part_of
from lab.core.text import _
from lab.engine.inside.bench import Bench
from lab.engine.inside.head_sweep import HeadSweep
from lab.engine.inside.house import HouseBench
from lab.engine.lm.exchange import lm_from_data, lm_to_data
from lab.engine.lm.file import SavedLM
from lab.engine.transformer.edits import Edits
from lab.experiments.e17_attention.chain import Chain, chain_of, key_column
from lab.experiments.e17_attention.encoder import reading_by_encoder
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.gestures import Action, Patch, Place, Silence, TryAll
from lab.experiments.e17_attention.lens import OVLens, QKLens, seen_through_ov, seen_through_qk
from lab.experiments.e17_attention.models import bundled, encoded, read_by_model
from lab.experiments.e17_attention.own_words import WordVectors, read_words
from lab.experiments.e17_attention.pretrained import Pretrained, opening_pretrained, reading_by_pretrained
from lab.experiments.e17_attention.reading import Head, Internals, Reading, query_row
from lab.experiments.e17_attention.scaling import Draws
from lab.experiments.e17_attention.settings import SOURCES, STAGES, Params
from lab.experiments.e17_attention.texts import other_text, text_for, words_of
from lab.experiments.e17_attention.trying import Trying
from lab.kit.exchange import latest, nothing_received
from lab.kit.smollm2 import smollm2_path, tuned_in
from lab.kit.state import reading_state

__all__ = ["Exploring", "build"]

Found = tuple[Reading, Internals]
MODELS = ("copier", "shakespeare", "received")
WRITERS = (*MODELS, "smollm2")  # what expects a next token


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Exploring:
    """An exploration at its start. Raises ParamError when a model has to be received first."""
    return Exploring(params, rng, artifacts)


class Exploring:
    """Whose attention, which head, and how far its stages are worked out."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params = params
        self._seed = int(rng.integers(2**63))
        received = latest(artifacts, "language-model")
        self._sent, self._tuned = received, tuned_in(received)  # adapters of SmolLM2, if it is those
        self._received: SavedLM | None = None
        if received is not None and self._tuned is None:
            self._received = lm_from_data(received.data)
        self._word_vectors = WordVectors()
        self._silent: dict[str, frozenset[Head]] = {}
        self._patched: dict[str, frozenset[Head]] = {}
        self._draws: Draws | None = None
        self._work = Pieces[Found](share=1.0)
        self._key: object = None
        self._found: Found | None = None
        self._chain: tuple[Found, object, Chain] | None = None
        self._trying = Trying()
        self._pretrained: dict[str, Pretrained] = {}  # SmolLM2, and what was received
        self._pack = smollm2_path() is not None
        self._lens: tuple[Chain, str, QKLens | OVLens] | None = None
        self._renew()

    # -------------------------------------------------------------------------------------- stepping

    @property
    def opening(self) -> bool:
        """Whether a source is being opened, a text read, or heads are tried; `step` goes on with it."""
        return self._work.left or self._trying.busy

    @property
    def done(self) -> bool:
        """When all stages are worked out."""
        return not self.opening and self.steps >= self._last_step

    @property
    def _last_step(self) -> int:
        return len(STAGES) - (2 if self._params.source == "own" else 1)

    def step(self) -> None:
        """Compute the next stage, or go on opening what has to be there first."""
        if self._work.left:
            self._go_on()
        elif self._trying.busy:
            self._trying.go_on()
        elif not self.done:
            self.steps += 1

    def _go_on(self) -> None:
        found = self._work.go_on()
        if found is not None:
            self._found = found
            self._try_heads()

    # --------------------------------------------------------------------------------------- reading

    def _renew(self) -> None:
        """Read the text anew where what is read, or by whom, has changed; then the heads are tried anew."""
        self._read()
        self._try_heads()

    def _try_heads(self) -> None:
        """Try the heads of what was read, on the page where that is done."""
        p = self._params
        if p.page != "try" or p.source not in WRITERS or self._found is None or self._found[0].source != p.source:
            self._trying.leave()
            return
        donor = other_text(p) if p.way == "patch" else ""
        key = (self._found, p.source, text_for(p.source, p.text), p.way, donor, self._off(p.source), self._without())
        self._trying.want(key, self._sweep, donor)

    def _sweep(self) -> HeadSweep:
        """All heads of the present model, to be tried on the present text."""
        p = self._params
        texts = (text_for(p.source, p.text), other_text(p))
        bench: Bench
        if self._deep:
            bench, read = self._pretrained[p.source].bench, self._pretrained[p.source].ids
            ids, donor = (read(text)[0] for text in texts)
        else:
            model = self._model(p.source)
            bench = HouseBench(model.parameters)
            ids, donor = (encoded(model, text)[0] for text in texts)
        sizes = bench.sizes
        off = frozenset(at for at in self._off(p.source) if at[0] < sizes.n_layers and at[1] < sizes.n_heads)
        return HeadSweep(bench, ids, p.way, donor if p.way == "patch" else (), Edits(self._without(), off))

    def _read(self) -> None:
        p = self._params
        if p.source == "received" and self._sent is None:
            raise nothing_received("source", "language-model")
        if self._deep and p.source not in self._pretrained and not self._pack:
            raise ParamError("source", _("SmolLM2 is not on this computer: add its model pack."))
        text = text_for(p.source, p.text)
        key = (p.source, text, self._off(p.source), *self._special(text))
        if key == self._key:
            return
        self._key, self._work = key, Pieces(share=1.0)
        if p.source == "minilm":
            if self._found is not None and self._found[0].source != "minilm":
                self._found = None
            self._work = Pieces(reading_by_encoder(text, self._off("minilm")))
        elif self._deep:
            if self._found is not None and self._found[0].source != p.source:
                self._found = None
            self._work = Pieces(self._reading_pretrained(p.source, text, other_text(p)))
        elif p.source == "own":
            self._found = read_words(self._word_vectors.vectors(words_of(text), p.reverse), p)
        else:
            self._found = read_by_model(
                p.source, self._model(p.source), text, other_text(p), self._without(),
                self._off(p.source), self._patched.get(p.source, frozenset()),
            )  # fmt: skip

    @property
    def _deep(self) -> bool:
        """Whether SmolLM2 reads, tuned or not."""
        return self._params.source == "smollm2" or (self._params.source == "received" and self._tuned is not None)

    def _reading_pretrained(self, source: str, text: str, other: str) -> Generator[float, None, Found]:
        """SmolLM2 is opened, where it is not yet, and reads a text."""
        share = 0.0
        if source not in self._pretrained:
            share, tuned = 0.6, self._tuned if source == "received" else None
            self._pretrained[source] = yield from part_of(opening_pretrained(source, tuned), 0.0, share)
        patched = self._patched.get(source, frozenset())
        reading = reading_by_pretrained(
            self._pretrained[source], text, other, self._without(), self._off(source), patched
        )
        return (yield from part_of(reading, share, 1.0))

    def _special(self, text: str) -> tuple[object, ...]:
        """What else the reading of this source depends on."""
        p = self._params
        if p.source == "own":
            moved = tuple(self._word_vectors.moved.get(" ".join(words_of(text)), {}).items())
            return moved, p.reverse, p.scaled, p.mask, p.temperature, p.query if p.mask == "blind" else None
        if p.source in WRITERS:
            return self._patched.get(p.source), p.other, self._without()
        return ()

    def _without(self) -> frozenset[str]:
        """The parts that are left out of a whole model, and not only in the head that is looked at."""
        p = self._params
        return frozenset(name for name, off in (("mask", p.mask == "none"), ("scale", not p.scaled)) if off)

    def _off(self, source: str) -> frozenset[Head]:
        return self._silent.get(source, frozenset())

    def _model(self, source: str) -> SavedLM:
        if source == "received":
            assert self._received is not None
            return self._received
        return bundled(source)

    def _selected_chain(self, found: Found) -> Chain:
        """The head that is looked at; its matrices are worked out once, and only the selected cell moves."""
        p, (reading, internals) = self._params, found
        layer, head = min(p.layer, reading.layers) - 1, min(p.head, reading.heads) - 1
        row = query_row(reading.tokens, p.query)
        key = (layer, head, p.mask, p.scaled, p.temperature, row if p.mask == "blind" else None)
        if self._chain is None or self._chain[0] is not found or self._chain[1] != key:
            chain = chain_of(
                p, reading.tokens, (layer, head), internals.head(layer, head), reading.source != "minilm", row,
                internals.split(layer, row),
            )  # fmt: skip
            self._chain = found, key, chain
        chain = self._chain[2]
        column = key_column(chain.weights[row], p.key)
        if (chain.row, chain.column) != (row, column):
            split = internals.split(layer, row) if chain.row != row else chain.split
            chain = replace(chain, row=row, column=column, split=split)
            self._chain = found, key, chain
        return chain

    # -------------------------------------------------------------------------------- shown, changed

    def snapshot(self) -> AttentionFrame:
        """What is shown now; nothing in it will ever change."""
        p = self._params
        reading = self._found[0] if self._found is not None else None
        chain = self._selected_chain(self._found) if self._found is not None else None
        scale = None
        if p.page == "scale":
            self._draws = self._draws or Draws(self._seed)
            scale = self._draws.report(p.d_k, p.draw)
        vectors = getattr(self._found[1], "vectors", None) if self._found is not None else None
        lens = self._through_lens(chain)
        return AttentionFrame(
            self.steps, p, self._last_step, reading, chain, vectors, scale,
            tuple(sorted(self._off(p.source))), tuple(sorted(self._patched.get(p.source, ()))),
            self._work.share, self._sent is not None,
            lens if isinstance(lens, QKLens) else None, lens if isinstance(lens, OVLens) else None,
            self._trying.trial(self._token), self._pack, self._deep,
        )  # fmt: skip

    def _through_lens(self, chain: Chain | None) -> QKLens | OVLens | None:
        """The selected head through the lens whose page is open; worked out once for each cell."""
        page = self._params.page
        if self._found is None or chain is None or page not in ("qk", "ov"):
            return None
        if self._lens is None or self._lens[0] is not chain or self._lens[1] != page:
            reading, internals = self._found
            qk = page == "qk"
            lens = seen_through_qk(chain, internals) if qk else seen_through_ov(chain, internals, reading.ids.tolist())
            self._lens = chain, page, lens
        return self._lens[2]

    def _token(self, number: int) -> str:
        """A token of the present model, as it is shown."""
        return self._found[1].token(number) if self._found is not None else ""

    def look_again(self) -> None:
        """The model pack may have come, or gone."""
        self._pack = smollm2_path() is not None

    def retune(self, params: Params) -> None:
        """A live change of any control. Raises ParamError for a model that was not received."""
        before, self._params = self._params, params
        try:
            self._renew()
        except ParamError:
            self._params = before
            raise

    def act(self, action: Action) -> Action | None:
        """Apply an action. Returns the one that undoes it. Raises ValueError for one that cannot be."""
        match action:
            case Place():
                inverse: Action | None = self._word_vectors.place(action)
            case Silence(layer, head, off):
                inverse = Silence(layer, head, self._switch(self._silent, (layer, head), off))
            case Patch(layer, head, on):
                inverse = Patch(layer, head, self._switch(self._patched, (layer, head), on))
            case TryAll(on):
                inverse, self._trying.stopped = TryAll(not self._trying.stopped), not on
            case _:
                raise ValueError(f"there is no gesture {type(action).__name__} here")
        self._renew()
        return inverse

    def _switch(self, heads: dict[str, frozenset[Head]], head: Head, on: bool) -> bool:
        """Puts a head of the present source into a set or takes it out; returns whether it was in."""
        source = self._params.source
        before = heads.get(source, frozenset())
        heads[source] = before | {head} if on else before - {head}
        return head in before

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything; what was read is read again."""
        return {
            "step": self.steps,
            "params": plain(self._params),
            "seed": self._seed,
            "moved": self._word_vectors.save(),
            "silent": _listed(self._silent),
            "patched": _listed(self._patched),
            "trying": not self._trying.stopped,
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is damaged."""
        with reading_state():
            params = checked(Params, state["params"])
            step, seed = int(state["step"]), int(state["seed"])
            vectors = WordVectors.load(state["moved"])
            silent, patched = _sets(state["silent"]), _sets(state["patched"])
            trying = bool(state.get("trying", True))
        if not 0 <= step < len(STAGES):
            raise ValueError(f"state: step {step}, needs 0 … {len(STAGES) - 1}")
        if seed != self._seed:
            self._seed, self._draws = seed, None
        self._params, self.steps, self._word_vectors = params, step, vectors
        self._silent, self._patched = silent, patched
        self._trying.stopped = not trying
        self._renew()
        while self.opening and step:
            self.step()

    def offer(self, kind: str) -> Artifact | None:
        """The weights of the query as a distribution, or the model itself."""
        p = self._params
        if kind == "language-model" and p.source == "received" and self._tuned is not None:
            return self._sent
        if kind == "language-model" and p.source in MODELS:
            return Artifact(kind, _(SOURCES[p.source]), lm_to_data(self._model(p.source)), _("Attention"))
        if kind != "distribution" or self._found is None:
            return None
        chain = self._selected_chain(self._found)
        if not chain.visible:
            return None
        seen = np.isfinite(chain.masked[chain.row])
        labels = [token for token, there in zip(chain.tokens, seen.tolist(), strict=True) if there]
        data = {
            "labels": labels,
            "logits": chain.masked[chain.row][seen],
            "probabilities": chain.weights[chain.row][seen],
            "temperature": 1.0,
        }
        title = _("Where “{word}” looks").format(word=chain.tokens[chain.row])
        return Artifact(kind, title, data, _("Attention, head {layer}·{head}").format(layer=p.layer, head=p.head))


def _listed(heads: Mapping[str, frozenset[Head]]) -> dict[str, list[list[int]]]:
    return {source: [list(head) for head in sorted(found)] for source, found in heads.items() if found}


def _sets(saved: Mapping[str, Any]) -> dict[str, frozenset[Head]]:
    return {str(s): frozenset((int(layer), int(head)) for layer, head in found) for s, found in saved.items()}
