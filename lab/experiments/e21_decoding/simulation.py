"""One run: a text, the scores of its next token, and a reader who chooses. A step writes a token, draws a sample, looks
one token further ahead or checks a round of drafts, as the open page has it; the model is the same for all of them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import checked, fields_of
from lab.core.text import _
from lab.engine.decoding.sampling import choose
from lab.engine.decoding.speculative import Drafter
from lab.experiments.e21_decoding.bars import Bars
from lab.experiments.e21_decoding.beams import Beams
from lab.experiments.e21_decoding.drafts import Checked, Drafts, drafter_for, play_round, put_to_test
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.funnel import Funnel, run
from lab.experiments.e21_decoding.gestures import CheckDrafts, Choose, Cut, Draw, Fork, Measure, WritePath
from lab.experiments.e21_decoding.held import Held
from lab.experiments.e21_decoding.kept import restored, saved
from lab.experiments.e21_decoding.memory import Measured, Pages, measured, measuring
from lab.experiments.e21_decoding.opening import Opening, open_reader, smollm2_path
from lab.experiments.e21_decoding.picture import distribution
from lab.experiments.e21_decoding.readers import Floats, House, Reader, Smol
from lab.experiments.e21_decoding.samples import MOST_SAMPLES, Samples
from lab.experiments.e21_decoding.settings import Params
from lab.experiments.e21_decoding.shown import frame_of, missing
from lab.experiments.e21_decoding.text import Fact, Text
from lab.kit.state import live_changes, reading_state

__all__ = ["Decoding", "build"]

RESTARTING = frozenset(field.name for field in fields_of(Params) if field.restarts)
CHOICE = ("temperature", "infinite", "top_k", "top_p", "min_p", "penalty", "order", "leaky")


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> Decoding:
    """A run at its start. Raises ParamError when a distribution is asked for that was never received."""
    return Decoding(params, rng, artifacts)


class Decoding:
    """The text and the reader."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> None:
        self.steps = 0
        self.params, self.rng = params, rng
        self.received = any(artifact.kind == "distribution" for artifact in artifacts)
        self.path = smollm2_path()
        self.reader: Reader | None = open_reader(params, artifacts)
        self.opener: Opening | None = None
        self.share: float | None = None  # of the opening and reading that is done
        self.held = Held()
        self.unit: Iterator[float] | None = None  # the step that is being made
        self.before: Any = None  # the generator's state when it began
        self.text, self.unknown = Text((), 0), ""
        self.first: tuple[Text, Floats | None] = (self.text, None)  # of SmolLM2, as it was opened
        self.scores: Floats | None = None
        self.funnel: tuple[object, Funnel] | None = None
        self.shown: tuple[Funnel | None, Samples | None, Bars | None] = (None, None, None)
        self._drafter: tuple[str, Drafter | None] = ("", None)  # its name, and itself once it is needed
        self.beams, self.pages = Beams(), Pages()
        self.drafts = Drafts()
        self.checked: Checked | None = None
        self.measured: Measured | None = None
        self.measuring: Generator[float, None, Measured] | None = None  # SmolLM2 is being measured
        self.fork = self._fork_before = -1
        self.samples = Samples.none(self.reader.size if self.reader else 1)
        if self.reader is not None:
            for _share in self._begun(self.reader):
                pass

    def _begun(self, reader: Reader) -> Iterator[float]:
        """Read the prompt, where the model reads any."""
        reads = reader.caches or reader.letters
        ids, self.unknown = reader.encode(self.params.prompt.replace("\\n", "\n") if reads else "")
        self.text = Text(tuple(ids), len(ids))
        self.samples = Samples.none(reader.size)
        yield from reader.reading(self.text.ids, self.text.given)
        self.scores = reader.scores

    @property
    def opening(self) -> bool:
        """Whether SmolLM2 is still being opened, or measured: the worker goes on with that unasked."""
        return self.measuring is not None or self._unread

    @property
    def _unread(self) -> bool:
        """Whether SmolLM2 is still being opened."""
        return self.scores is None and not missing(self)

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        if self.reader is None or self.scores is None:
            return bool(missing(self))
        if self.params.page == "beam":
            return self.beams.picture(self.params.beams).depth >= self.params.depth
        if self.params.page == "drafts" and not isinstance(self.reader, House):
            return True
        return self.diverged or self.text.ended or self.full

    @property
    def diverged(self) -> bool:
        """Nothing is left to choose from."""
        return self.scores is not None and self.choice().broken

    @property
    def full(self) -> bool:
        assert self.reader is not None
        return len(self.text.ids) >= self.reader.most

    def step(self) -> None:
        """A token, a sample, a depth or a round; or a piece of it, where the model takes longer."""
        if self.measuring is not None:
            self._measure(self.measuring)
            return
        if self.done:
            return
        if self.unit is None:
            self.before = self.rng.bit_generator.state
            self.unit = self._made()
        counts, self.share = not self._unread, next(self.unit, None)
        if self.share is None:
            self.unit = None
            self.steps += counts
            if not counts and not self._unread:
                self.held.do_again(self)

    def _made(self) -> Iterator[float]:
        """One step in pieces; nothing that is shown changes before its end."""
        if self.reader is None:
            yield from self._opened()
            return
        match self.params.page:
            case "samples":
                self.samples = self.samples.more(self.choice().shares, 1, self.rng)
            case "beam":
                now = self.beams.picture(self.params.beams).depth
                yield from self.beams.growing(self.reader, self.text, self.params.beams, now + 1)
            case "drafts":
                self._round()
            case _:
                token = choose(self.choice().shares, self.rng)
                yield from self._wrote(token)

    def _measure(self, measuring: Generator[float, None, Measured]) -> None:
        """A piece of measuring SmolLM2."""
        try:
            next(measuring)
        except StopIteration as end:
            self.measured, self.measuring = end.value, None

    def _opened(self) -> Iterator[float]:
        """Open SmolLM2 and read the prompt."""
        assert self.path is not None
        self.opener = self.opener or Opening(self.path)
        reader = yield from self.opener.waiting()
        if reader is None:
            return
        for share in self._begun(reader):
            yield 0.5 + 0.5 * share
        self.reader = reader
        self.first = (self.text, self.scores)

    def _wrote(self, token: int, by_hand: bool = False) -> Iterator[float]:
        """A token is written, once the model has read it."""
        assert self.reader is not None
        fact = Fact.of(self.choice(), token, by_hand)
        text = self.text.with_token(token, fact, self.reader.end)
        if not text.ended:
            yield from self.reader.reading(text.ids, text.given)
        self._at(text)

    def _at(self, text: Text) -> None:
        """The text is another one, and the reader has just read it."""
        assert self.reader is not None
        self.text, self.scores = text, self.reader.scores
        self.samples, self.checked = Samples.none(self.reader.size), None
        self.beams.forget()
        self.fork = self.fork if self.fork <= len(text.ids) else -1

    def _round(self) -> None:
        assert isinstance(self.reader, House)
        text, played = play_round(self.reader, self._drafting(), self.text, self.params, self.rng)
        self.reader.read(text.ids)
        self.drafts = self.drafts.with_round(played)
        self._at(text)

    def _drafting(self) -> Drafter:
        """The drafter that is chosen, made once."""
        name, drafter = self._drafter
        if drafter is None or name != self.params.drafter:
            assert self.reader is not None
            drafter = drafter_for(self.params.drafter, self.reader.size)
            self._drafter = (self.params.drafter, drafter)
        return drafter

    def choice(self) -> Funnel:
        """The scores through the filters."""
        assert self.scores is not None
        params = self.params
        key = (id(self.scores), tuple(getattr(params, name) for name in CHOICE), self.text.ids)
        if self.funnel is None or self.funnel[0] != key:
            self.funnel = (key, run(self.scores, params, self.text.ids))
        return self.funnel[1]

    # ------------------------------------------------------------------------------------------- hands

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        names = live_changes(self.params, params, restarting=RESTARTING)
        if names:
            self._give_up()
            if self._unread:
                self.held.add(self.params, params)
        self.params = params
        if any(name in CHOICE for name in names):
            self.samples, self.checked = Samples.none(len(self.samples.counts)), None
        if "drafter" in names:
            self.drafts, self.checked = Drafts(), None

    def look_again(self) -> None:
        """A model pack was added or removed: SmolLM2 can be had now, or no more; one that is open stays open."""
        self.path = smollm2_path()
        if self.reader is None:
            self.opener = None
            self._give_up()

    def _give_up(self) -> None:
        """Forget a step that is only half made."""
        if self.unit is not None:
            self.unit, self.share = None, None
            self.rng.bit_generator.state = self.before

    def act(self, action: Any) -> Any:
        """A gesture; None, for only a checkpoint takes it back. One that does not fit the present text, as when a log
        is replayed, changes nothing. Raises ValueError for one that is none here."""
        if not isinstance(action, Choose | WritePath | Cut | Draw | CheckDrafts | Fork | Measure):
            raise ValueError(f"there is no gesture {type(action).__name__} here")
        self._give_up()
        if self.reader is not None and self.scores is not None:
            self._acted(action, self.reader)
        elif self._unread:
            self.held.add(self.params, action)
        return Fork(self._fork_before) if isinstance(action, Fork) else None

    def _acted(self, action: Any, reader: Reader) -> None:
        match action:
            case Choose(token):
                self._write((token,), reader)
            case WritePath(tokens):
                self._write(tokens, reader)
            case Cut(length) if self.text.given <= length < len(self.text.ids):
                text = self.text.cut(length)
                for _share in reader.reading(text.ids, text.given):
                    pass
                self._at(text)
            case Draw(count) if 0 < count <= MOST_SAMPLES and not self.diverged:
                self.samples = self.samples.more(self.choice().shares, count, self.rng)
            case CheckDrafts(count) if 50 <= count <= MOST_SAMPLES and isinstance(reader, House) and not self.diverged:
                shares = self.choice().shares
                self.checked = put_to_test(shares, self._drafting(), self.text, self.params, count, self.rng)
            case Fork(at):
                self._fork_before, self.fork = self.fork, at if 0 < at <= len(self.text.ids) else -1
            case Measure() if isinstance(reader, Smol):
                self.measuring = measuring(reader.spare())
            case Measure() if reader.caches:
                self.measured = measured()

    def _write(self, tokens: Sequence[int], reader: Reader) -> None:
        """Tokens that a hand chose; it ends where the text does."""
        for token in tokens:
            if not 0 <= token < reader.size or self.text.ended or self.full or self.diverged:
                return
            for _share in self._wrote(token, by_hand=True):
                pass

    def snapshot(self) -> DecodingFrame:
        """What is shown of this step."""
        return frame_of(self)

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return saved(self)

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        restored(self, state, checked(Params, state["params"]))

    def offer(self, kind: str) -> Artifact | None:
        """The distribution of the next token, after the filters."""
        if kind != "distribution" or self.reader is None or self.scores is None or self.diverged:
            return None
        origin = _("Decoding playground, step {step}").format(step=self.steps)
        return distribution(self.choice(), self.reader, self.params, origin)
