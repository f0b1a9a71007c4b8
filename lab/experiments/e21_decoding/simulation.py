"""One run: a text, the scores of its next token, and a reader who chooses. A step writes a token, draws a sample, looks
one token further ahead or checks a round of drafts, as the open page has it; the model is the same for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import changed, checked, fields_of
from lab.core.text import _
from lab.engine.decoding import choose
from lab.experiments.e21_decoding.beams import Beams
from lab.experiments.e21_decoding.drafts import Checked, Drafts, drafter_for, play_round, put_to_test
from lab.experiments.e21_decoding.frame import Bars, DecodingFrame
from lab.experiments.e21_decoding.funnel import Funnel, run
from lab.experiments.e21_decoding.gestures import CheckDrafts, Choose, Cut, Draw, Fork, Measure
from lab.experiments.e21_decoding.kept import restored, saved
from lab.experiments.e21_decoding.memory import Measured, Pages, measured
from lab.experiments.e21_decoding.opening import Opening, open_reader, smollm2_path
from lab.experiments.e21_decoding.picture import bars_of, distribution
from lab.experiments.e21_decoding.readers import Floats, House, Reader, Smol
from lab.experiments.e21_decoding.samples import Samples
from lab.experiments.e21_decoding.settings import Params
from lab.experiments.e21_decoding.text import Fact, Text

__all__ = ["Decoding", "build"]

RESTARTING = frozenset(field.name for field in fields_of(Params) if field.restarts)
CHOICE = ("temperature", "infinite", "top_k", "top_p", "min_p", "penalty", "order", "leaky")
MOST_DRAWN = 1_000_000


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> Decoding:
    """A run at its start. Raises ParamError when a distribution is asked for that was never received."""
    return Decoding(params, rng, artifacts)


class Decoding:
    """The text and the reader."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> None:
        self.steps = 0
        self._params, self._rng = params, rng
        self._received = any(artifact.kind == "distribution" for artifact in artifacts)
        self._path = smollm2_path()
        self._reader: Reader | None = open_reader(params, artifacts)
        self._opening: Opening | None = None
        self._share: float | None = None  # of the opening and reading that is done
        self._unit: Iterator[float] | None = None  # the step that is being made
        self._before: Any = None  # the generator's state when it began
        self._text, self._unknown = Text((), 0), ""
        self._first: tuple[Text, Floats | None] = (self._text, None)  # of SmolLM2, as it was opened
        self._scores: Floats | None = None
        self._funnel: tuple[object, Funnel] | None = None
        self._shown: tuple[Funnel | None, Samples | None, Bars | None] = (None, None, None)
        self._beams, self._pages, self._drafter = Beams(), Pages(), ("", None)
        self._drafts = Drafts()
        self._checked: Checked | None = None
        self._measured: Measured | None = None
        self._fork = -1
        self._samples = Samples.none(self._reader.size if self._reader else 1)
        if self._reader is not None:
            for _share in self._begun(self._reader):
                pass

    def _begun(self, reader: Reader) -> Iterator[float]:
        """Read the prompt."""
        ids, self._unknown = reader.encode("" if _fixed(reader) else self._params.prompt.replace("\\n", "\n"))
        self._text = Text(tuple(ids), len(ids))
        self._samples = Samples.none(reader.size)
        yield from reader.reading(self._text.ids, self._text.given)
        self._scores = reader.scores

    # ------------------------------------------------------------------------------------------- steps

    @property
    def opening(self) -> bool:
        """Whether SmolLM2 is still being opened: the worker goes on with that unasked."""
        return self._scores is None and not self._missing()

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        if self._reader is None or self._scores is None:
            return bool(self._missing())
        if self._params.page == "beam":
            return self._beams.picture(self._params.beams).depth >= self._params.depth
        if self._params.page == "drafts" and not isinstance(self._reader, House):
            return True
        return self.diverged or self._text.ended or self._full

    @property
    def diverged(self) -> bool:
        """Nothing is left to choose from."""
        return self._scores is not None and self._choice().broken

    @property
    def _full(self) -> bool:
        assert self._reader is not None
        return len(self._text.ids) >= self._reader.most

    def step(self) -> None:
        """A token, a sample, a depth or a round; or a piece of it, where the model takes longer."""
        if self.done:
            return
        if self._unit is None:
            self._before = self._rng.bit_generator.state
            self._unit = self._made()
        counts, share = not self.opening, next(self._unit, None)
        self._share = share
        if share is None:
            self._unit = None
            self.steps += counts

    def _made(self) -> Iterator[float]:
        """One step in pieces; nothing that is shown changes before its end."""
        if self._reader is None:
            yield from self._opened()
            return
        match self._params.page:
            case "samples":
                self._samples = self._samples.more(self._choice().shares, 1, self._rng)
            case "beam":
                now = self._beams.picture(self._params.beams).depth
                yield from self._beams.growing(self._reader, self._text, self._params.beams, now + 1)
            case "drafts":
                self._round()
            case _:
                token = choose(self._choice().shares, self._rng)
                yield from self._wrote(token)

    def _opened(self) -> Iterator[float]:
        """Open SmolLM2 and read the prompt."""
        assert self._path is not None
        self._opening = self._opening or Opening(self._path)
        waited = 0
        while (reader := self._opening.reader()) is None:
            if self._opening.error:
                return
            waited += 1
            yield 0.5 * waited / (waited + 100)  # nobody knows how long it takes
        for share in self._begun(reader):
            yield 0.5 + 0.5 * share
        self._reader = reader
        self._first = (self._text, self._scores)

    def _wrote(self, token: int, by_hand: bool = False) -> Iterator[float]:
        """A token is written, once the model has read it."""
        assert self._reader is not None
        fact = Fact.of(self._choice(), token, by_hand)
        text = self._text.with_token(token, fact, self._reader.end)
        if not text.ended:
            yield from self._reader.reading(text.ids, text.given)
        self._at(text)

    def _at(self, text: Text) -> None:
        """The text is another one, and the reader has just read it."""
        assert self._reader is not None
        self._text, self._scores = text, self._reader.scores
        self._samples, self._checked = Samples.none(self._reader.size), None
        self._beams.forget()
        self._fork = self._fork if self._fork <= len(text.ids) else -1

    def _round(self) -> None:
        assert isinstance(self._reader, House)
        text, played = play_round(self._reader, self._drafting(), self._text, self._params, self._rng)
        self._reader.read(text.ids)
        self._drafts = self._drafts.with_round(played)
        self._at(text)

    def _drafting(self) -> Any:
        """The drafter that is chosen, made once."""
        if self._drafter[0] != self._params.drafter:
            assert self._reader is not None
            self._drafter = (self._params.drafter, drafter_for(self._params.drafter, self._reader.size))
        return self._drafter[1]

    def _choice(self) -> Funnel:
        """The scores through the filters."""
        assert self._scores is not None
        params = self._params
        key = (id(self._scores), tuple(getattr(params, name) for name in CHOICE), self._text.ids)
        if self._funnel is None or self._funnel[0] != key:
            self._funnel = (key, run(self._scores, params, self._text.ids))
        return self._funnel[1]

    # ------------------------------------------------------------------------------------------- hands

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        names = changed(self._params, params)
        frozen = RESTARTING.intersection(names)
        if frozen:
            raise ValueError(f"{', '.join(sorted(frozen))}: can only be changed by starting over")
        if names:
            self._give_up()
        self._params = params
        if any(name in CHOICE for name in names):
            self._samples, self._checked = Samples.none(len(self._samples.counts)), None
        if "drafter" in names:
            self._drafts, self._checked = Drafts(), None

    def _give_up(self) -> None:
        """Forget a step that is only half made."""
        if self._unit is not None:
            self._unit, self._share = None, None
            self._rng.bit_generator.state = self._before

    def act(self, action: Any) -> Any:
        """A gesture; None, for only a checkpoint takes it back. One that does not fit the present text, when a log is
        replayed with other controls, changes nothing. Raises ValueError for one that is none here."""
        if not isinstance(action, Choose | Cut | Draw | CheckDrafts | Fork | Measure):
            raise ValueError(f"there is no gesture {type(action).__name__} here")
        self._give_up()
        if self._reader is not None and self._scores is not None:
            self._acted(action, self._reader)
        return Fork(self._fork_before) if isinstance(action, Fork) else None

    _fork_before = -1

    def _acted(self, action: Any, reader: Reader) -> None:
        match action:
            case Choose(token) if 0 <= token < reader.size and not self._text.ended and not self._full:
                for _share in self._wrote(token, by_hand=True):
                    pass
            case Cut(length) if self._text.given <= length < len(self._text.ids):
                text = self._text.cut(length)
                for _share in reader.reading(text.ids, text.given):
                    pass
                self._at(text)
            case Draw(count) if 0 < count <= MOST_DRAWN and not self.diverged:
                self._samples = self._samples.more(self._choice().shares, count, self._rng)
            case CheckDrafts(count) if 50 <= count <= MOST_DRAWN and isinstance(reader, House) and not self.diverged:
                shares = self._choice().shares
                self._checked = put_to_test(shares, self._drafting(), self._text, self._params, count, self._rng)
            case Fork(at):
                self._fork_before, self._fork = self._fork, at if 0 < at <= len(self._text.ids) else -1
            case Measure() if reader.caches:
                self._measured = measured(reader.spare() if isinstance(reader, Smol) else None)

    # ------------------------------------------------------------------------------------------- shown

    def snapshot(self) -> DecodingFrame:
        """What is shown of this step."""
        reader, params, text = self._reader, self._params, self._text
        ready = reader is not None and self._scores is not None
        names = {token: reader.text(token) for token in self._mentioned()} if reader and ready else {}
        length = len(text.ids) - (reader.window(len(text.ids)) if reader else 0)
        return DecodingFrame(
            self.steps,
            params,
            tuple(names[token] for token in text.ids) if ready else (),
            text.given,
            text.facts,
            text.ended,
            ready and self._full,
            self._unknown,
            len(text.ids) - length,
            self._missing(),
            self._share if not ready else None,
            self._bars(reader) if reader and ready else None,
            self._beams.picture(params.beams),
            names,
            self._drafts,
            self._checked,
            self._measured,
            self._pages.table(length, params.page_size, self._fork) if reader and reader.caches else None,
            self._fork,
            bool(reader and reader.caches),
            isinstance(reader, House),
            self.done,
            self._received,
            self._path is not None,
        )

    def _bars(self, reader: Reader) -> Bars:
        """The bars, sorted again only when something about them has changed."""
        funnel = self._choice()
        if self._shown[0] is not funnel or self._shown[1] is not self._samples or self._shown[2] is None:
            made = bars_of(funnel, self._scores, self._params, self._text, self._samples, reader)
            self._shown = funnel, self._samples, made
        assert self._shown[2] is not None
        return self._shown[2]

    def _mentioned(self) -> set[int]:
        """The tokens whose texts are shown beside those of the bars."""
        beam = self._beams.picture(self._params.beams)
        found = {*self._text.ids, *(branch.token for branch in beam.branches)}
        for one in self._drafts.latest:
            found |= {*one.guesses, one.last}
        return found

    def _missing(self) -> str:
        if self._reader is not None:
            return ""
        if self._opening is not None and self._opening.error:
            return self._opening.error
        return "" if self._path else _("SmolLM2 needs the model pack SmolLM2: Settings › Model packs.")

    # ------------------------------------------------------------------------------------- kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return saved(self)

    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        try:
            restored(self, state, checked(Params, state["params"]))
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(f"state: {error} is missing or does not fit this run") from None

    def offer(self, kind: str) -> Artifact | None:
        """The distribution of the next token, after the filters."""
        if kind != "distribution" or self._reader is None or self._scores is None or self.diverged:
            return None
        origin = _("Decoding playground, step {step}").format(step=self.steps)
        return distribution(self._choice(), self._reader, self._params, origin)


def _fixed(reader: Reader) -> bool:
    return not reader.caches and not reader.letters
