"""One run: a text, the scores of its next token, and a reader who chooses. A step writes a token, draws a sample, looks
one token further ahead or checks a round of drafts, as the open page has it; the model is the same for all of them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import checked, fields_of, plain
from lab.core.text import _
from lab.engine.decoding import choose
from lab.engine.decoding_speculative import Drafter
from lab.experiments.e21_decoding.bars import Bars
from lab.experiments.e21_decoding.beams import Beams
from lab.experiments.e21_decoding.drafts import Checked, Drafts, drafter_for, play_round, put_to_test
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.funnel import Funnel, run
from lab.experiments.e21_decoding.gestures import CheckDrafts, Choose, Cut, Draw, Fork, Measure, WritePath
from lab.experiments.e21_decoding.memory import Measured, Pages, measured, measuring
from lab.experiments.e21_decoding.opening import Opening, open_reader, smollm2_path
from lab.experiments.e21_decoding.picture import bars_of, distribution
from lab.experiments.e21_decoding.readers import Floats, House, Reader, Smol
from lab.experiments.e21_decoding.samples import MOST_SAMPLES, Samples
from lab.experiments.e21_decoding.settings import Params
from lab.experiments.e21_decoding.text import Fact, Text
from lab.kit.arrays import read_only
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
        self.waiting: list[tuple[Params, Any]] = []  # see `_do_waiting`
        self.unit: Iterator[float] | None = None  # the step that is being made
        self.before: Any = None  # the generator's state when it began
        self.text, self.unknown = Text((), 0), ""
        self.first: tuple[Text, Floats | None] = (self.text, None)  # of SmolLM2, as it was opened
        self.scores: Floats | None = None
        self.funnel: tuple[object, Funnel] | None = None
        self.shown: tuple[Funnel, Samples, Bars] | None = None
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
        return self.scores is None and not self.missing

    @property
    def missing(self) -> str:
        """Why the model cannot be had; "" where it can."""
        if self.reader is not None:
            return ""
        if self.opener is not None and self.opener.error:
            return self.opener.error
        return "" if self.path else _("SmolLM2 is not on this computer yet. It comes as a model pack, one file to add.")

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        if self.reader is None or self.scores is None:
            return bool(self.missing)
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
                self._do_waiting()

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

    def _do_waiting(self) -> None:
        """What was done while SmolLM2 was being opened is done again in its order, from the controls it began with: so
        a file with gestures at its first step opens to the text it was saved with."""
        waiting, self.waiting = self.waiting, []
        if waiting:
            self.params = waiting[0][0]
        for _before, done in waiting:
            self.retune(done) if isinstance(done, Params) else self.act(done)

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
                self.waiting.append((self.params, params))
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
            self.waiting.append((self.params, action))
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

    # ------------------------------------------------------------------------------------ shown, kept, given

    def snapshot(self) -> DecodingFrame:
        """What is shown of this step."""
        reader, params, text = self.reader, self.params, self.text
        ready = reader is not None and self.scores is not None
        names = {token: reader.text(token) for token in self._mentioned()} if reader and ready else {}
        unseen = reader.window(len(text.ids)) if reader else 0
        caches = bool(reader and reader.caches)
        return DecodingFrame(
            step=self.steps, params=params, tokens=tuple(names[token] for token in text.ids) if ready else (),
            given=text.given, facts=text.facts, ended=text.ended, full=ready and self.full, unknown=self.unknown,
            unseen=unseen, missing=self.missing, opening=self.share if not ready else None,
            bars=self._bars(reader) if reader and ready else None, beam=self.beams.picture(params.beams), names=names,
            drafts=self.drafts, checked=self.checked, measured=self.measured, measuring=self.measuring is not None,
            pages=self.pages.table(len(text.ids) - unseen, params.page_size, self.fork) if caches else None,
            fork=self.fork, caches=caches, can_draft=isinstance(reader, House), done=self.done,
            received=self.received, pack=self.path is not None,
        )  # fmt: skip

    def _bars(self, reader: Reader) -> Bars:
        """The bars, sorted again only when something about them has changed."""
        funnel = self.choice()
        if self.shown is None or self.shown[0] is not funnel or self.shown[1] is not self.samples:
            made = bars_of(funnel, self.scores, self.params, self.text, self.samples, reader)
            self.shown = funnel, self.samples, made
        return self.shown[2]

    def _mentioned(self) -> set[int]:
        """The tokens whose texts are shown beside those of the bars."""
        beam = self.beams.picture(self.params.beams)
        found = {*self.text.ids, *(branch.token for branch in beam.branches)}
        return found.union(*((*one.guesses, one.last) for one in self.drafts.latest))

    def save(self) -> dict[str, Any]:
        """Everything between two steps, the random generator included. Scores are kept, not worked out again: a model
        that has to read the whole text anew would make going one step back slow."""
        ready = self.scores is not None
        return {
            "step": self.steps,
            "params": plain(self.params),
            "random": self.before if self.unit is not None else self.rng.bit_generator.state,
            "text": self.text.save() if ready else None,
            "unknown": self.unknown,
            "scores": self.scores.copy() if self.scores is not None else None,
            "counts": self.samples.counts.copy(),
            "last": self.samples.last,
            "beam": self.beams.save(),
            "drafts": self.drafts.save(),
            "checked": self.checked.save() if self.checked else [],
            "fork": self.fork,
            "measured": self.measured.save() if self.measured else [],
        }

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        params = checked(Params, state["params"])
        if any(getattr(params, name) != getattr(self.params, name) for name in RESTARTING):
            raise ValueError(f"state: of the model {params.model}, needs {self.params.model}")
        self.params, self.unit, self.share, self.measuring, self.waiting = params, None, None, None, []
        self.steps, self.funnel = int(state["step"]), None
        self.rng.bit_generator.state = dict(state["random"])
        if state["scores"] is None:
            self.text, self.scores = self.first  # as it was opened, if it was
            self.samples = Samples.none(self.reader.size if self.reader else 1)
            self.beams.forget()
            self.drafts, self.checked, self.fork, self.measured = Drafts(), None, -1, None
            return
        if self.reader is None:
            self.reader = self._opened_now()
        scores, counts = np.asarray(state["scores"], np.float64), np.asarray(state["counts"], np.int64)
        if scores.shape != (self.reader.size,) or counts.shape != scores.shape:
            raise ValueError(f"state: scores {scores.shape}, counts {counts.shape}, needs [{self.reader.size}]")
        self.text = Text.load(state["text"], self.reader.size)
        self.scores, self.unknown = scores.copy(), str(state["unknown"])
        self.samples = Samples(read_only(counts, np.int64), int(state["last"]))
        self.beams.load(dict(state["beam"]))
        self.drafts, self.fork = Drafts.load(state["drafts"]), int(state["fork"])
        self.checked = Checked.load(state["checked"]) if state["checked"] else None
        self.measured = Measured.load(state["measured"]) if state["measured"] else None

    def _opened_now(self) -> Reader:
        """SmolLM2 for a state that comes from a file: it is opened here, on the worker's thread."""
        if self.path is None:
            raise ValueError(self.missing)
        self.opener = self.opener or Opening(self.path)
        return self.opener.now()

    def offer(self, kind: str) -> Artifact | None:
        """The distribution of the next token, after the filters."""
        if kind != "distribution" or self.reader is None or self.scores is None or self.diverged:
            return None
        origin = _("Decoding playground, step {step}").format(step=self.steps)
        return distribution(self.choice(), self.reader, self.params, origin)
