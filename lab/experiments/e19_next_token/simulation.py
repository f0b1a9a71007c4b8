"""One run: a text with its branches, and a model that says what comes next. A step writes a token; on the page Ladder
it lets the next model read, and in the game it passes."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import checked, fields_of, plain
from lab.core.pieces import part_of
from lab.core.text import _
from lab.engine.basics.activations import softmax
from lab.engine.decoding.sampling import choose
from lab.engine.lm.exchange import lm_to_data
from lab.engine.lm.reference import LMTrace, forward
from lab.engine.text.exchange import corpus_artifact, read_corpus
from lab.experiments.e19_next_token.bars import Bars, bars_of, tempered
from lab.experiments.e19_next_token.frame import NextFrame
from lab.experiments.e19_next_token.game import ROUNDS, checked_bet, game_of
from lab.experiments.e19_next_token.gestures import ACTIONS, Action, Bet, Choose, Cut, Go, Measure
from lab.experiments.e19_next_token.growth import growth_of
from lab.experiments.e19_next_token.housepass import HouseInside, fits, measured
from lab.experiments.e19_next_token.ladder import RUNGS, Rung, judged_text, open_rung, reading_rung
from lab.experiments.e19_next_token.llamapass import LlamaInside, reading_inside
from lab.experiments.e19_next_token.models import checkpoint_model, open_model, saved_model
from lab.experiments.e19_next_token.onepass import NAMES, pass_of
from lab.experiments.e19_next_token.settings import CHECKPOINTS, MODELS, PASSAGES, Params
from lab.kit.branching import Fact, Story, fact_of
from lab.kit.exchange import latest, nothing_received
from lab.kit.language_models import LanguageModel, OpeningSmolLM2, SmolLM2
from lab.kit.lens import Lens, lens_of, lit, reading_lens
from lab.kit.smollm2 import smollm2_path, waiting_for
from lab.kit.state import live_changes, reading_state

__all__ = ["NextToken", "build"]

LOOKING = {"lens": reading_lens, "pass": reading_inside}
"""How SmolLM2 is looked into, by page."""
RESTARTING = frozenset(field.name for field in fields_of(Params) if field.restarts)


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> NextToken:
    """A run at its start. Raises ParamError when the model or text to use was never received, ValueError when it is
    none."""
    return NextToken(params, rng, artifacts)


class NextToken:
    """The text and the model."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> None:
        self.steps = 0
        self.params, self.rng = params, rng
        self.seed = int(rng.integers(2**31))  # of the samples through training
        self.received = latest(artifacts, "language-model") is not None
        text = latest(artifacts, "corpus")
        self.sent = None if text is None else read_corpus(text.data)
        self._check_text(params)
        self.path = smollm2_path()
        self.saved = saved_model(params, artifacts)
        self.model: LanguageModel | None = open_model(params, artifacts)
        self.opener: OpeningSmolLM2 | None = None
        self.share: float | None = None  # of what is being done
        self.waiting: list[tuple[Params, Params | Action]] = []  # see `_do_waiting`
        self.unit: Iterator[float] | None = None  # the step that is being made
        self.before: Any = None  # the generator's state when it began
        self.story, self.unknown, self.left_out = Story((), ()), "", 0
        self.first: tuple[Story, Any] = (self.story, None)  # of SmolLM2, as it was opened
        self.scores: Any = None
        self.rungs: dict[str, Rung] = {}
        self.bets: dict[int, tuple[Bet, ...]] = {}
        self.times: dict[str, float] = {}
        self.deep: dict[str, Lens | LlamaInside] = {}  # of SmolLM2, by page
        self.looking: tuple[object, Iterator[float | Lens | LlamaInside]] | None = None
        self.shown: tuple[object, Bars] | None = None
        self.traced: tuple[tuple[int, ...], LMTrace] | None = None
        if self.model is not None:
            for _share in self._reading_prompt(self.model):
                pass

    def _check_text(self, params: Params) -> None:
        if params.judged == "received" and self.sent is None:
            raise nothing_received("judged", "corpus")

    def _reading_prompt(self, model: LanguageModel) -> Iterator[float]:
        """Read the prompt, and keep what the model says of each of its tokens before it comes."""
        prompt = self.params.prompt.replace("\\n", "\n")
        if self.params.chat and isinstance(model, SmolLM2):
            ids, self.unknown = model.conversation(prompt), ""
        else:
            ids, self.unknown = model.encode(prompt)
        room = model.most // 2
        self.left_out = max(0, len(ids) - room)
        ids = ids[self.left_out :]
        known: list[Fact | None] = [None]
        for at in range(1, len(ids) + 1):
            for share in model.reading(ids[:at]):
                yield (at - 1 + share) / len(ids)
            if at < len(ids):
                known.append(fact_of(np.asarray(softmax(model.scores)), ids[at]))
        self.story, self.scores = Story(tuple(ids), tuple(known)), model.scores

    # ------------------------------------------------------------------------------------------- where it is

    @property
    def opening(self) -> bool:
        """Whether SmolLM2 is being opened, or its layers read: the worker goes on with that unasked."""
        return self._unread or self._looks

    @property
    def _unread(self) -> bool:
        return self.scores is None and not self.missing

    @property
    def _looks(self) -> bool:
        """Whether the inside of SmolLM2 is wanted and not there."""
        wanted = self.params.page in LOOKING and isinstance(self.model, SmolLM2) and self.scores is not None
        return wanted and self._inside() is None

    @property
    def _end(self) -> tuple[int, ...]:
        """As much of the text as is looked into with SmolLM2."""
        return self.story.ids[-128:]

    @property
    def missing(self) -> str:
        """Why the model cannot be had; "" where it can."""
        if self.model is not None:
            return ""
        if self.opener is not None and self.opener.error:
            return self.opener.error
        return "" if self.path else _("SmolLM2 is not on this computer yet. It comes as a model pack, one file to add.")

    @property
    def ended(self) -> bool:
        """Whether the model wrote its sign for the end."""
        end = self.model.end if self.model is not None else None
        return end is not None and bool(self.story.written) and self.story.ids[-1] == end

    @property
    def full(self) -> bool:
        return self.story.full or (self.model is not None and len(self.story.ids) >= self.model.most)

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        if self.model is None or self.scores is None:
            return bool(self.missing)
        if self.params.page == "ladder":
            return self._next_rung() is None
        if self.params.page == "game":
            return len(self.bets.get(self.params.passage, ())) >= ROUNDS
        return self.ended or self.full

    def _next_rung(self) -> str | None:
        """The lowest model of the ladder that has not read yet, and can be had."""
        failed = self.opener is not None and bool(self.opener.error)
        can = [name for name in RUNGS if name != "smollm2" or (self.path is not None and not failed)]
        return next((name for name in can if name not in self.rungs), None)

    # ------------------------------------------------------------------------------------------- stepping

    def step(self) -> None:
        """A token, a rung or a round; or a piece of it, where that takes longer."""
        if self.unit is None and not self._unread and self._looks:
            self._look()
            return
        if self.done:
            return
        if self.unit is None:
            self.before = self.rng.bit_generator.state
            self.unit = self._working()
        counts, self.share = not self._unread, next(self.unit, None)
        if self.share is None:
            self.unit = None
            self.steps += counts
            if not counts and not self._unread:
                self._do_waiting()

    def _working(self) -> Iterator[float]:
        """One step in pieces; nothing that is shown changes before its end."""
        if self.scores is None:
            yield from self._opening_model()
        elif self.params.page == "ladder":
            yield from self._climbing()
        elif self.params.page == "game":
            self._bet(Bet("", 0.0))
        else:
            token = choose(tempered(self.scores, self.params.temperature), self.rng)
            yield from self._writing(token, False)

    def _opening_model(self) -> Iterator[float]:
        model = yield from self._waiting()
        if model is None:
            return
        for share in self._reading_prompt(model):
            yield 0.5 + 0.5 * share
        self.model = model
        self.first = (self.story, self.scores)

    def _waiting(self) -> Generator[float, None, SmolLM2 | None]:
        """Rest until SmolLM2 is there, or cannot be: then None is returned."""
        assert self.path is not None
        self.opener = self.opener or OpeningSmolLM2(self.path)
        return (yield from part_of(waiting_for(self.opener), 0.0, 0.5))

    def _climbing(self) -> Iterator[float]:
        """The next model of the ladder reads the text."""
        name = self._next_rung()
        if name is None:
            return
        model = open_rung(name)
        if model is None:
            opened = yield from self._waiting()
            if opened is None:
                return
            model = opened
        for found in reading_rung(name, model, *judged_text(self.params, self.sent or "")):
            if isinstance(found, Rung):
                self.rungs = self.rungs | {name: found}
            else:
                yield found

    def _writing(self, token: int, by_hand: bool) -> Iterator[float]:
        """A token is written, once the model has read it."""
        model = self.model
        assert model is not None
        story = self.story.with_token(token, fact_of(np.asarray(softmax(self.scores)), token, by_hand))
        yield from model.reading(story.ids)
        self.story, self.scores = story, model.scores

    def _look(self) -> None:
        """A piece of looking into SmolLM2."""
        assert isinstance(self.model, SmolLM2)
        wanted = self.params.page, self._end
        if self.looking is None or self.looking[0] != wanted:
            self.looking = wanted, LOOKING[self.params.page](self.model.spare(), self._end)
        found = next(self.looking[1])
        if isinstance(found, float):
            self.share = found
        else:
            self.deep = self.deep | {self.params.page: found}
            self.looking, self.share = None, None

    def _inside(self) -> Any:
        """What was seen of SmolLM2 on the open page; None where it was another text."""
        found = self.deep.get(self.params.page)
        return found if found is not None and found.ids == self._end else None

    def _do_waiting(self) -> None:
        """What was done while SmolLM2 was being opened is done again in its order, from the controls it began with."""
        waiting, self.waiting = self.waiting, []
        if waiting:
            self.params = waiting[0][0]
        for _before, done in waiting:
            self.retune(done) if isinstance(done, Params) else self.act(done)

    # ------------------------------------------------------------------------------------------- the hand

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start, or a text that was not received."""
        self._check_text(params)
        names = live_changes(self.params, params, restarting=RESTARTING)
        if names:
            self._abandon_step()
            if self._unread:
                self.waiting.append((self.params, params))
        self.params = params
        if "judged" in names:
            self.rungs = {}

    def look_again(self) -> None:
        """A model pack was added or removed: SmolLM2 can be had now, or no more; one that is open stays open."""
        self.path = smollm2_path()
        if self.model is None:
            self.opener = None
            self._abandon_step()

    def _abandon_step(self) -> None:
        """Forget a step that is only half made."""
        if self.unit is not None:
            self.unit, self.share = None, None
            self.rng.bit_generator.state = self.before

    def act(self, action: Action) -> None:
        """Apply an action; none has an inverse, for the text goes on. One that does not fit the present text, as when a
        log is replayed, changes nothing. Raises ValueError for one that is none here, and for a bet that cannot be."""
        if not isinstance(action, ACTIONS):
            raise ValueError(f"there is no gesture {type(action).__name__} here")
        self._abandon_step()
        if self.model is None or self.scores is None:
            if self._unread:
                self.waiting.append((self.params, action))
            return
        match action:
            case Choose(token) if 0 <= token < self.model.size and not self.ended and not self.full:
                for _share in self._writing(token, True):
                    pass
            case Cut(length):
                self._move(self.story.back_to(length))
            case Go(node) if -1 <= node < len(self.story.nodes):
                self._move(self.story.at(node))
            case Bet():
                self._bet(checked_bet(action))
            case Measure() if (trace := self._trace()) is not None and self.saved is not None:
                self.times = measured(self._parameters(), trace) if fits(self.saved.config) else {}

    def _move(self, story: Story) -> None:
        """The text ends elsewhere in the tree."""
        assert self.model is not None
        if story.here != self.story.here:
            for _share in self.model.reading(story.ids):
                pass
            self.story, self.scores = story, self.model.scores

    def _bet(self, bet: Bet) -> None:
        bets = self.bets.get(self.params.passage, ())
        if len(bets) < ROUNDS:
            self.bets = self.bets | {self.params.passage: (*bets, bet)}

    # ------------------------------------------------------------------------------------------- inside

    def _parameters(self) -> Any:
        assert self.saved is not None
        return self.saved.parameters

    def _trace(self) -> LMTrace | None:
        """The pass over the text as the model sees it; None for models without layers of ours."""
        if self.saved is None or self.model is None:
            return None
        ids = self.story.ids[self.model.window(len(self.story.ids)) :]
        if self.traced is None or self.traced[0] != ids:
            self.traced = ids, forward(self._parameters(), np.array(ids, np.int64)[None])
        return self.traced[1]

    def _lens(self) -> Lens | None:
        if self.params.page != "lens" or self.model is None:
            return None
        if isinstance(self.model, SmolLM2):
            return lit(found, self.params.column) if (found := self._inside()) is not None else None
        trace = self._trace()
        if trace is None:
            return None
        return lit(lens_of(self._parameters(), trace, self.story.ids, self.model), self.params.column)

    # ------------------------------------------------------------------------------------ shown, kept, given

    def snapshot(self) -> NextFrame:
        """What is shown of this step."""
        model, params, story = self.model, self.params, self.story
        ready = model is not None and self.scores is not None
        mentioned = {*story.given, *(node.token for node in story.nodes)}
        page = params.page if ready else ""
        return NextFrame(
            step=self.steps, params=params, story=story,
            names={token: model.text(token) for token in mentioned} if model is not None and ready else {},
            bars=self._bars(model) if model is not None and ready else None,
            opening=self.share if self.opening else None, missing=self.missing, unknown=self.unknown,
            unseen=model.window(len(story.ids)) if model else 0, left_out=self.left_out, ended=self.ended,
            full=self.full,
            signs=frozenset(t for t in mentioned if isinstance(model, SmolLM2) and model.is_sign(t)),
            done=self.done, received=self.received, sent=self.sent is not None, pack=self.path is not None,
            rungs=tuple(self.rungs.values()), reading=self.share if page == "ladder" and self.unit else None,
            game=game_of(params.passage, self.bets.get(params.passage, ())) if page == "game" else None,
            growth=self._growth() if page == "training" else (), lens=self._lens() if ready else None,
            picture=self._picture() if page == "pass" else None,
            layered=self.saved is not None or params.model == "smollm2",
        )  # fmt: skip

    def _bars(self, model: LanguageModel) -> Bars:
        key = (id(self.scores), self.params.temperature)
        if self.shown is None or self.shown[0] != key:
            self.shown = key, bars_of(self.scores, self.params.temperature, model)
        return self.shown[1]

    def _growth(self) -> Any:
        assert self.model is not None
        text = "".join(self.model.text(token) for token in self.story.ids)
        ids = checkpoint_model(CHECKPOINTS[-1]).encode(text)[0]
        return growth_of(tuple(ids[-64:]), self.params.temperature, self.seed)

    def _picture(self) -> Any:
        if isinstance(self.model, SmolLM2):
            found = self._inside() if self.scores is not None else None
            return None if found is None else pass_of(self.params, self.model, found, {})
        trace = self._trace()
        if trace is None or self.saved is None or self.model is None or not fits(self.saved.config):
            return None
        return pass_of(self.params, self.model, HouseInside(self._parameters(), trace), self.times)

    def save(self) -> dict[str, Any]:
        """Everything between two steps, the random generator included. Scores are kept, not worked out again."""
        ready = self.scores is not None
        return {
            "step": self.steps,
            "params": plain(self.params),
            "random": self.before if self.unit is not None else self.rng.bit_generator.state,
            "seed": self.seed,
            "story": self.story.save() if ready else None,
            "scores": self.scores.copy() if ready else None,
            "unknown": self.unknown,
            "left_out": self.left_out,
            "rungs": [[rung.name, rung.bits, rung.tokens] for rung in self.rungs.values()],
            "bets": [[passage, bet.letters, bet.share] for passage, bets in self.bets.items() for bet in bets],
            "times": self.times,
        }

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        params = checked(Params, state["params"])
        if any(getattr(params, name) != getattr(self.params, name) for name in RESTARTING):
            raise ValueError(f"state: of the model {params.model}, needs {self.params.model}")
        self._check_text(params)
        self.params, self.unit, self.share, self.waiting = params, None, None, []
        self.steps, self.shown, self.seed = int(state["step"]), None, int(state["seed"])
        self.rng.bit_generator.state = dict(state["random"])
        self.rungs = {str(n): Rung(str(n), float(b), int(t)) for n, b, t in state["rungs"] if n in RUNGS}
        self.bets = _bets(state["bets"])
        self.times = {str(name): float(ms) for name, ms in dict(state["times"]).items() if _is_part(name)}
        if state["story"] is None:
            self.story, self.scores = self.first  # as it was opened, if it was
            return
        if self.model is None:
            self.model = self._open_now()
        scores = np.asarray(state["scores"], np.float64)
        if scores.shape != (self.model.size,):
            raise ValueError(f"state: scores {scores.shape}, needs [{self.model.size}]")
        self.story, self.scores = Story.load(state["story"], self.model.size), scores.copy()
        self.unknown, self.left_out = str(state["unknown"]), int(state["left_out"])

    def _open_now(self) -> LanguageModel:
        """SmolLM2 for a state that comes from a file: it is opened here, on the worker's thread."""
        if self.path is None:
            raise ValueError(self.missing)
        self.opener = self.opener or OpeningSmolLM2(self.path)
        return self.opener.now()

    def offer(self, kind: str) -> Artifact | None:
        """The text so far, or the model itself."""
        origin = _("How language models work, step {step}").format(step=self.steps)
        if kind == "language-model" and self.saved is not None:
            return Artifact(kind, _(MODELS[self.params.model]), lm_to_data(self.saved), origin)
        if kind == "corpus" and self.model is not None and self.scores is not None and self.story.ids:
            text = "".join(self.model.text(token) for token in self.story.ids)
            return corpus_artifact(text, _("Text of {n} tokens").format(n=len(self.story.ids)), origin)
        return None


def _bets(saved: Sequence[Any]) -> dict[int, tuple[Bet, ...]]:
    """Raises ValueError for a bet that cannot be."""
    found: dict[int, tuple[Bet, ...]] = {}
    for passage, letters, share in saved:
        if not 1 <= int(passage) <= PASSAGES:
            raise ValueError(f"state: there is no passage {passage}")
        found[int(passage)] = (*found.get(int(passage), ()), checked_bet(Bet(str(letters), float(share))))
    return {passage: bets[:ROUNDS] for passage, bets in found.items()}


def _is_part(name: Any) -> bool:
    return name in NAMES or str(name).startswith("block")
