"""One run: a text with its branches, and a model that says what comes next. A step writes a token; on the page Ladder
it lets the next model read, and in the game it passes."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.basics.activations import softmax
from lab.engine.decoding.sampling import choose
from lab.engine.lm.exchange import lm_to_data
from lab.engine.lm.reference import LMTrace, forward
from lab.engine.text.exchange import corpus_artifact, read_corpus
from lab.experiments.e19_next_token.bars import Bars, bars_of, tempered
from lab.experiments.e19_next_token.frame import NextFrame
from lab.experiments.e19_next_token.game import ROUNDS, checked_bet, game_of
from lab.experiments.e19_next_token.gestures import ACTIONS, Action, Bet, Go
from lab.experiments.e19_next_token.growth import growth_of
from lab.experiments.e19_next_token.housepass import HouseInside, fits, measured
from lab.experiments.e19_next_token.ladder import RUNGS, Rung, judged_text, open_rung, reading_rung
from lab.experiments.e19_next_token.llamapass import LlamaInside, reading_inside
from lab.experiments.e19_next_token.models import checkpoint_model, open_model, saved_model, sent_tuned
from lab.experiments.e19_next_token.onepass import NAMES, pass_of
from lab.experiments.e19_next_token.settings import CHECKPOINTS, MODELS, PASSAGES, Params
from lab.kit.branching import Fact, Story, fact_of
from lab.kit.exchange import latest, nothing_received
from lab.kit.gestures import Choose, Cut, Measure
from lab.kit.language_models import LanguageModel, SmolLM2
from lab.kit.lens import Lens, lens_of, lit, reading_lens
from lab.kit.model_run import ModelRun, opening_of
from lab.kit.smollm2 import tuned_by, tuned_in, waiting_for
from lab.kit.state import reading_state

__all__ = ["NextToken", "build"]

LOOKING = {"lens": reading_lens, "pass": reading_inside}
"""How SmolLM2 is looked into, by page."""


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> NextToken:
    """A run at its start. Raises ParamError when the model or text to use was never received, ValueError when it is
    none."""
    return NextToken(params, rng, artifacts)


class NextToken(ModelRun[Params, LanguageModel]):
    """The text and the model."""

    ACTIONS = ACTIONS

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> None:
        self._tuned = sent_tuned(params, artifacts)
        super().__init__(params, rng, tuned_by(SmolLM2.of, tuned_in(self._tuned)))
        self.seed = int(rng.integers(2**31))  # of the samples through training
        self.received = latest(artifacts, "language-model") is not None
        text = latest(artifacts, "corpus")
        self.sent = None if text is None else read_corpus(text.data)
        self.check(params)
        self.trained = saved_model(params, artifacts)
        self.story, self.unknown, self.left_out = Story((), ()), "", 0
        self.first: tuple[Story, Any] = (self.story, None)  # of SmolLM2, as it was opened
        self.rungs: dict[str, Rung] = {}
        self.bets: dict[int, tuple[Bet, ...]] = {}
        self.times: dict[str, float] = {}
        self.deep: dict[str, Lens | LlamaInside] = {}  # of SmolLM2, by page
        self.looking: tuple[object, Iterator[float | Lens | LlamaInside]] | None = None
        self.shown: tuple[object, Bars] | None = None
        self.traced: tuple[tuple[int, ...], LMTrace] | None = None
        self.begin(open_model(params, artifacts))

    def check(self, params: Params) -> None:
        if params.judged == "received" and self.sent is None:
            raise nothing_received("judged", "corpus")

    def reading_prompt(self, model: LanguageModel) -> Iterator[float]:
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
        return self.unread or self._looks

    @property
    def _pretrained(self) -> bool:
        """Whether the model is SmolLM2, tuned or not."""
        return self.params.model == "smollm2" or self._tuned is not None

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
    def ended(self) -> bool:
        """Whether the model wrote its sign for the end."""
        end = self.model.end if self.model is not None else None
        return end is not None and bool(self.story.written) and self.story.ids[-1] == end

    @property
    def full(self) -> bool:
        return self.story.full or (self.model is not None and len(self.story.ids) >= self.model.most)

    def over(self, model: LanguageModel) -> bool:
        if self.params.page == "ladder":
            return self._next_rung() is None
        if self.params.page == "game":
            return len(self.bets.get(self.params.passage, ())) >= ROUNDS
        return self.ended or self.full

    def _next_rung(self) -> str | None:
        """The lowest model of the ladder that has not read yet, and can be had."""
        can = [name for name in RUNGS if name != "smollm2" or (self.path is not None and not self.error)]
        return next((name for name in can if name not in self.rungs), None)

    # ------------------------------------------------------------------------------------------- stepping

    def step(self) -> None:
        """A token, a rung or a round; or a piece of it, where that takes longer."""
        if self.unit is None and not self.unread and self._looks:
            self._look()
        else:
            super().step()

    def working(self, model: LanguageModel) -> Iterator[float]:
        if self.params.page == "ladder":
            yield from self._climbing()
        elif self.params.page == "game":
            self._bet(Bet("", 0.0))
        else:
            token = choose(tempered(self.known_scores, self.params.temperature), self.rng)
            yield from self._writing(token, False)

    def opened(self, model: LanguageModel) -> None:
        self.first = (self.story, self.scores)

    def _climbing(self) -> Iterator[float]:
        """The next model of the ladder reads the text."""
        name = self._next_rung()
        if name is None:
            return
        model = open_rung(name)
        if model is None:
            opened = yield from self._plain_smollm2()
            if opened is None:
                return
            model = opened
        for found in reading_rung(name, model, *judged_text(self.params, self.sent or "")):
            if isinstance(found, Rung):
                self.rungs = self.rungs | {name: found}
            else:
                yield found

    def _plain_smollm2(self) -> Generator[float, None, LanguageModel | None]:
        """SmolLM2 as it is in its pack, whatever model writes; None where it cannot be had."""
        if self._tuned is None or self.path is None:
            return (yield from self.waiting_for_pack())
        return (yield from waiting_for(opening_of(self.path, SmolLM2.of)))

    def _writing(self, token: int, by_hand: bool) -> Iterator[float]:
        """A token is written, once the model has read it."""
        model = self.model
        assert model is not None
        story = self.story.with_token(token, fact_of(np.asarray(softmax(self.known_scores)), token, by_hand))
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

    # ------------------------------------------------------------------------------------------- the hand

    def retuned(self, names: Mapping[str, Any]) -> None:
        if "judged" in names:
            self.rungs = {}

    def apply(self, action: Action, model: LanguageModel) -> None:
        match action:
            case Choose(token) if 0 <= token < model.size and not self.ended and not self.full:
                for _share in self._writing(token, True):
                    pass
            case Cut(length):
                self._move(self.story.back_to(length))
            case Go(node) if -1 <= node < len(self.story.nodes):
                self._move(self.story.at(node))
            case Bet():
                self._bet(checked_bet(action))
            case Measure() if (trace := self._trace()) is not None and self.trained is not None:
                self.times = measured(self._parameters(), trace) if fits(self.trained.config) else {}

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
        assert self.trained is not None
        return self.trained.parameters

    def _trace(self) -> LMTrace | None:
        """The pass over the text as the model sees it; None for models without layers of ours."""
        if self.trained is None or self.model is None:
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
            layered=self.trained is not None or self._pretrained, pretrained=self._pretrained,
        )  # fmt: skip

    def _bars(self, model: LanguageModel) -> Bars:
        key = (id(self.scores), self.params.temperature)
        if self.shown is None or self.shown[0] != key:
            self.shown = key, bars_of(self.known_scores, self.params.temperature, model)
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
        if trace is None or self.trained is None or self.model is None or not fits(self.trained.config):
            return None
        return pass_of(self.params, self.model, HouseInside(self._parameters(), trace), self.times)

    def save(self) -> dict[str, Any]:
        """Everything between two steps, the random generator included. Scores are kept, not worked out again."""
        story = self.story.save() if self.scores is not None else None
        return self.saved() | {
            "seed": self.seed,
            "story": story,
            "unknown": self.unknown,
            "left_out": self.left_out,
            "rungs": [[rung.name, rung.bits, rung.tokens] for rung in self.rungs.values()],
            "bets": [[passage, bet.letters, bet.share] for passage, bets in self.bets.items() for bet in bets],
            "times": self.times,
        }

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        found = self.back_to(state)
        self.shown, self.seed = None, int(state["seed"])
        self.rungs = {str(n): Rung(str(n), float(b), int(t)) for n, b, t in state["rungs"] if n in RUNGS}
        self.bets = _bets(state["bets"])
        self.times = {str(name): float(ms) for name, ms in dict(state["times"]).items() if _is_part(name)}
        if found is None:
            self.story, self.scores = self.first  # as it was opened, if it was
            return
        model, scores = found
        self.story, self.scores = Story.load(state["story"], model.size), scores
        self.unknown, self.left_out = str(state["unknown"]), int(state["left_out"])

    def offer(self, kind: str) -> Artifact | None:
        """The text so far, or the model itself."""
        origin = _("How language models work, step {step}").format(step=self.steps)
        if kind == "language-model" and self._tuned is not None:
            return self._tuned
        if kind == "language-model" and self.trained is not None:
            return Artifact(kind, _(MODELS[self.params.model]), lm_to_data(self.trained), origin)
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
