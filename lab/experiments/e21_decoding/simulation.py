"""One run: a text, the scores of its next token, and the choice among them. A step writes a token, draws a sample,
looks one token further ahead, checks a round of drafts or tries a problem, as the open page has it, all with the same
model."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.decoding.sampling import choose
from lab.engine.decoding.speculative import Drafter
from lab.experiments.e21_decoding import chat
from lab.experiments.e21_decoding.attempts import Attempts
from lab.experiments.e21_decoding.bars import Bars, bars_of, distribution
from lab.experiments.e21_decoding.beams import Beams
from lab.experiments.e21_decoding.drafts import Drafts, RuleCheck, can_draft, check_rule, drafter_for, playing_round
from lab.experiments.e21_decoding.filtering import Filtered, apply_filters
from lab.experiments.e21_decoding.frame import LONGEST_TEXT, DecodingFrame
from lab.experiments.e21_decoding.gestures import ACTIONS, Action, CheckDrafts, Draw, Fork, Rewrite, Say, WritePath
from lab.experiments.e21_decoding.memory import Measured, Pages, measured, measuring
from lab.experiments.e21_decoding.models import BundledModel, FixedModel, Floats, LanguageModel, SmolLM2
from lab.experiments.e21_decoding.opening import open_model, sent, sent_tuned
from lab.experiments.e21_decoding.rules import SECRET, Rules
from lab.experiments.e21_decoding.samples import MOST_SAMPLES, Samples
from lab.experiments.e21_decoding.settings import Params
from lab.experiments.e21_decoding.text import Fact, Text
from lab.kit.arrays import read_only
from lab.kit.gestures import Choose, Cut, Measure
from lab.kit.model_run import ModelRun
from lab.kit.smollm2 import tuned_by
from lab.kit.state import reading_state

__all__ = ["Decoding", "build"]

MOST_TYPED = 1600  # tokens of an edit: a longer text is a prompt
CHOICE = (
    "temperature",
    "infinite",
    "top_k",
    "top_p",
    "min_p",
    "penalty",
    "order",
    "leaky",
    "grammar",
    "banned",
    "watermark",
)


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> Decoding:
    """A run at its start. Raises ParamError when what is to be used was never received, ValueError when it does not
    fit."""
    return Decoding(params, rng, artifacts)


class Decoding(ModelRun[Params, LanguageModel]):
    """The text and the model."""

    ACTIONS = ACTIONS

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> None:
        tuned = sent_tuned(params, artifacts)
        super().__init__(params, rng, tuned_by(SmolLM2.of, tuned))
        self._pretrained = params.model == "smollm2" or tuned is not None
        self.received = sent(artifacts) is not None
        model = open_model(params, artifacts)
        self.rules = Rules(model) if model else None
        self.text, self.unknown = Text((), 0), ""
        self.left_out = 0  # tokens of the prompt that the model has no room for, at its start
        self.first: tuple[Text, Floats | None] = (self.text, None)  # of SmolLM2, as it was opened
        self.filtered: tuple[object, Filtered] | None = None
        self.shown: tuple[Filtered, Samples, Bars] | None = None
        self._drafter: tuple[str, Drafter | None] = ("", None)  # its name, and itself once it is needed
        self.beams, self.pages = Beams(), Pages()
        self.drafts, self.attempts = Drafts(), Attempts()
        self.checked: RuleCheck | None = None
        self.measured: Measured | None = None
        self.measuring: Generator[float, None, Measured] | None = None  # SmolLM2 is being measured
        self.fork = self._fork_before = -1
        self.samples = Samples.none(model.size if model else 1)
        self.begin(model)

    def reading_prompt(self, model: LanguageModel) -> Iterator[float]:
        """Read the prompt, where the model reads any."""
        prompt = "" if isinstance(model, FixedModel) else self.params.prompt.replace("\\n", "\n")
        if self.params.chat and isinstance(model, SmolLM2):
            (ids, self.left_out), self.unknown = chat.opened(model.tokenizer, prompt, model.most), ""
        else:
            ids, self.unknown = model.encode(prompt)
            self.left_out = max(0, len(ids) - model.most)
            ids = ids[self.left_out :]
        self.text = Text(tuple(ids), len(ids))
        self.samples = Samples.none(model.size)
        yield from model.reading(self.text.ids, self.text.given)
        self.scores = model.scores

    @property
    def opening(self) -> bool:
        """Whether SmolLM2 is still being opened, or measured: the worker goes on with that unasked."""
        return self.measuring is not None or self.unread

    def over(self, model: LanguageModel) -> bool:
        if self.params.page == "beam":
            room = model.most - len(self.text.ids)
            return self.beams.picture(self.params.beams).depth >= min(self.params.depth, room)
        if self.params.page == "tries":
            return self.diverged or self.attempts.done(model, self.params)
        if self.params.page == "drafts" and not can_draft(model):
            return True
        return self.diverged or self.text.ended or self.full or self._fits()

    def _fits(self) -> bool:
        """Whether what was written is whole by the grammar, and nothing may follow."""
        return self.rules is not None and self.rules.finished(self.params, self.text.ids, self.text.given)

    @property
    def diverged(self) -> bool:
        """Nothing is left to choose from."""
        return self.scores is not None and self.choice().broken

    @property
    def full(self) -> bool:
        assert self.model is not None
        return len(self.text.ids) >= self.model.most

    def step(self) -> None:
        """A token, a sample, a depth or a round; or a piece of it, where the model takes longer."""
        if self.measuring is not None:
            self._measure(self.measuring)
        else:
            super().step()

    def working(self, model: LanguageModel) -> Iterator[float]:
        match self.params.page:
            case "samples":
                self.samples = self.samples.more(self.choice().shares, 1, self.rng)
            case "beam":
                now = self.beams.picture(self.params.beams).depth
                yield from self.beams.growing(model, self.text, self.params.beams, now + 1)
            case "drafts":
                yield from self._round(model)
            case "tries":
                yield from self.attempts.trying(model, self.params, self.rng)
            case _:
                yield from self._writing(choose(self.choice().shares, self.rng), model.end)

    def _measure(self, measuring: Generator[float, None, Measured]) -> None:
        """A piece of measuring SmolLM2."""
        try:
            next(measuring)
        except StopIteration as end:
            self.measured, self.measuring = end.value, None

    def opened(self, model: LanguageModel) -> None:
        self.rules = Rules(model)
        self.first = (self.text, self.scores)

    def _writing(self, token: int, end: int | None, by_hand: bool = False) -> Iterator[float]:
        """A token is written, once the model has read it. end: the one that ends a text."""
        assert self.model is not None
        fact = Fact.of(self.choice(), token, by_hand)
        text = self.text.with_token(token, fact, end)
        if not text.ended:
            yield from self.model.reading(text.ids, text.given)
        self._set_text(text)

    def _set_text(self, text: Text) -> None:
        """The text is another one, and the model has just read it."""
        assert self.model is not None
        self.text, self.scores = text, self.model.scores
        self.samples, self.checked = Samples.none(self.model.size), None
        self.beams.forget()
        self.fork = self.fork if self.fork <= len(text.ids) else -1

    def _round(self, model: LanguageModel) -> Iterator[float]:
        text, played = yield from playing_round(model, self._drafting(), self.text, self.params, self.rng, self.rules)
        self.drafts = self.drafts.with_round(played)
        self._set_text(text)

    def _drafting(self) -> Drafter:
        """The drafter that is chosen, made once."""
        name, drafter = self._drafter
        if drafter is None or name != self.params.drafter:
            assert self.model is not None
            drafter = drafter_for(self.params.drafter, self.model)
            self._drafter = (self.params.drafter, drafter)
        return drafter

    def choice(self) -> Filtered:
        """The scores through the filters."""
        params = self.params
        key = (id(self.scores), tuple(getattr(params, name) for name in CHOICE), self.text.ids)
        if self.filtered is None or self.filtered[0] != key:
            barred = self.rules.barred(params, self.text.ids, self.text.given) if self.rules else None
            bias = self.rules.bias(params, self.text.ids) if self.rules else None
            self.filtered = (key, apply_filters(self.known_scores, params, self.text.ids, barred, bias))
        return self.filtered[1]

    # ----------------------------------------------------------------------------------------- actions

    def retuned(self, names: Mapping[str, Any]) -> None:
        if any(name in CHOICE for name in names):
            self.samples, self.checked = Samples.none(len(self.samples.counts)), None
        if "drafter" in names:
            self.drafts, self.checked = Drafts(), None

    def act(self, action: Action) -> Fork | None:
        """As ever; only an action of a branch has an inverse."""
        super().act(action)
        return Fork(self._fork_before) if isinstance(action, Fork) else None

    def apply(self, action: Action, model: LanguageModel) -> None:
        match action:
            case Choose(token):
                self._write((token,), model)
            case WritePath(tokens):
                self._write(tokens, model)
            case Cut(length) if self.text.given <= length < len(self.text.ids):
                text = self.text.cut(length)
                for _share in model.reading(text.ids, text.given):
                    pass
                self._set_text(text)
            case Rewrite(text):
                self._rewrite(text, model)
            case Say(text) if self.params.chat and isinstance(model, SmolLM2) and text.strip():
                self._say(text, model)
            case Draw(count) if 0 < count <= MOST_SAMPLES and not self.diverged:
                self.samples = self.samples.more(self.choice().shares, count, self.rng)
            case CheckDrafts(count) if 50 <= count <= MOST_SAMPLES and can_draft(model) and not self.diverged:
                shares = self.choice().shares
                self.checked = check_rule(shares, self._drafting(), self.text, self.params, count, self.rng)
            case Fork(at):
                self._fork_before, self.fork = self.fork, at if 0 < at <= len(self.text.ids) else -1
            case Measure() if isinstance(model, SmolLM2):
                self.measuring = measuring(model.spare(), self.text.ids)
            case Measure() if isinstance(model, BundledModel):
                self.measured = measured(self.text.ids[model.window(len(self.text.ids)) :], model.parameters)

    def _write(self, tokens: Sequence[int], model: LanguageModel) -> None:
        """Tokens that were chosen by hand; it ends where the text does."""
        for token in tokens:
            if not 0 <= token < model.size or self.text.ended or self.full or self.diverged:
                return
            for _share in self._writing(token, model.end, by_hand=True):
                pass

    def _say(self, message: str, model: SmolLM2) -> None:
        """The next message of a chat, signs included: here the sign that ends a turn does not end the text."""
        tokens = chat.reply(model.tokenizer, self.text.ids, message)
        if len(self.text.ids) + len(tokens) > model.most:
            raise ValueError(_("There is no room for that: the window holds {n} tokens.").format(n=model.most))
        self.text = replace(self.text, ended=False)
        for token in tokens:
            for _share in self._writing(token, None, by_hand=True):
                pass

    def _rewrite(self, wanted: str, model: LanguageModel) -> None:
        """Let `wanted` stand behind the prompt: cut what differs, and write the rest by hand."""
        names = [model.text(token) for token in self.text.ids]
        kept = self.text.kept(names, wanted)
        rest = wanted[len("".join(names[self.text.given : kept])) :]
        if kept < len(self.text.ids) - self.text.ended or (rest and self.text.ended):
            self.apply(Cut(kept), model)
        if rest:
            tokens, self.unknown = model.encode(rest)
            if any(sign not in self.unknown for sign in rest):
                self._write(tokens[:MOST_TYPED], model)

    # ------------------------------------------------------------------------------------ shown, kept, given

    def snapshot(self) -> DecodingFrame:
        """What is shown of this step."""
        model, params, text = self.model, self.params, self.text
        ready = model is not None and self.scores is not None
        names = {token: model.text(token) for token in self._mentioned()} if model and ready else {}
        unseen = model.window(len(text.ids)) if model else 0
        caches = bool(model and model.caches)
        return DecodingFrame(
            step=self.steps, params=params, tokens=tuple(names[token] for token in text.ids) if ready else (),
            given=text.given, facts=text.facts, ended=text.ended, full=ready and self.full, unknown=self.unknown,
            unseen=unseen, missing=self.missing, opening=self.share if not ready else None,
            bars=self._bars(model) if model and ready else None, beam=self.beams.picture(params.beams), names=names,
            drafts=self.drafts, checked=self.checked, measured=self.measured, measuring=self.measuring is not None,
            pages=self.pages.table(len(text.ids) - unseen, params.page_size, self.fork) if caches else None,
            fork=self.fork, caches=caches, can_draft=can_draft(model), done=self.done,
            received=self.received, pack=self.path is not None, left_out=self.left_out, roles=self._roles(),
            tries=self.attempts.of(model if ready and params.page == "tries" else None),
            fits=ready and self._fits(), greens=SECRET.greens(text.ids, text.given),
            context=model.context if isinstance(model, BundledModel) else LONGEST_TEXT,
            reads=not isinstance(model, FixedModel), pretrained=self._pretrained,
        )  # fmt: skip

    def _roles(self) -> tuple[str, ...]:
        """Who speaks at each token, where it is a chat."""
        if not (self.params.chat and isinstance(self.model, SmolLM2) and self.scores is not None):
            return ()
        return chat.roles_of(self.model.tokenizer, self.text.ids)

    def _bars(self, model: LanguageModel) -> Bars:
        """The bars, sorted again only when something about them has changed."""
        filtered = self.choice()
        if self.shown is None or self.shown[0] is not filtered or self.shown[1] is not self.samples:
            made = bars_of(filtered, self.scores, self.params, self.text, self.samples, model)
            self.shown = filtered, self.samples, made
        return self.shown[2]

    def _mentioned(self) -> set[int]:
        """The tokens whose texts are shown beside those of the bars."""
        beam = self.beams.picture(self.params.beams)
        found = {*self.text.ids, *(branch.token for branch in beam.branches)}
        return found.union(*((*one.guesses, one.last) for one in self.drafts.latest))

    def save(self) -> dict[str, Any]:
        """Everything between two steps, the random generator included."""
        return self.saved() | {
            "text": self.text.save() if self.scores is not None else None,
            "unknown": self.unknown,
            "left_out": self.left_out,
            "counts": self.samples.counts.copy(),
            "last": self.samples.last,
            "beam": self.beams.save(),
            "drafts": self.drafts.save(),
            "checked": self.checked.save() if self.checked else [],
            "fork": self.fork,
            "tries": self.attempts.of(None).save(),
            "measured": self.measured.save() if self.measured else [],
        }

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        found = self.back_to(state)
        self.measuring, self.filtered = None, None
        if found is None:
            self.text, self.scores = self.first  # as it was opened, if it was
            self.samples = Samples.none(self.model.size if self.model else 1)
            self.beams.forget()
            self.drafts, self.checked, self.fork, self.measured = Drafts(), None, -1, None
            self.attempts.load((), self.model)
            return
        model, scores = found
        counts = np.asarray(state["counts"], np.int64)
        if counts.shape != scores.shape:
            raise ValueError(f"state: counts {counts.shape}, needs [{model.size}]")
        self.rules = self.rules or Rules(model)
        self.text = Text.load(state["text"], model.size)
        self.scores, self.unknown = scores, str(state["unknown"])
        self.left_out = int(state.get("left_out", 0))
        self.samples = Samples(read_only(counts, np.int64), int(state["last"]))
        self.beams.load(dict(state["beam"]))
        self.drafts, self.fork = Drafts.load(state["drafts"]), int(state["fork"])
        self.checked = RuleCheck.load(state["checked"]) if state["checked"] else None
        self.attempts.load(state.get("tries", ()), model)
        self.measured = Measured.load(state["measured"]) if state["measured"] else None

    def offer(self, kind: str) -> Artifact | None:
        """The distribution of the next token, after the filters."""
        if kind != "distribution" or self.model is None or self.scores is None or self.diverged:
            return None
        origin = _("Decoding playground, step {step}").format(step=self.steps)
        return distribution(self.choice(), self.model, self.params, origin)
