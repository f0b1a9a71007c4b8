"""Byte-pair encoding, one merge after another: count all pairs of neighbours, glue the most frequent, count again.
The plan of merges can be followed in both directions, a pair may be chosen by hand, and what has been learned so
far reads any text. On the page “Read” a step makes one merge inside the word that is read."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import changed
from lab.core.text import _
from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.exchange import corpus_artifact, read_corpus, tokenizer_artifact
from lab.engine.text.split import split
from lab.engine.text.tokenizer import replace_surrogates
from lab.experiments.e16_tokenization.frame import TokenFrame
from lab.experiments.e16_tokenization.gestures import Action, Force, Jump, SetText, Unforce
from lab.experiments.e16_tokenization.ladder import Branch, Ladder, ladder_of, tree_of
from lab.experiments.e16_tokenization.reading import Vocabularies, costs_of, gpt2, measured, read, word_ends
from lab.experiments.e16_tokenization.settings import MOST_MERGES, NEWEST, Params
from lab.experiments.e16_tokenization.texts import (
    BIGGEST,
    CORPORA,
    END_OF_TEXT,
    check_size,
    corpus_text,
    cut_to,
)
from lab.experiments.e16_tokenization.training import Pair, Training
from lab.kit.exchange import latest, nothing_received
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["Tokenizing", "build"]

LIVE = frozenset(Params.__slots__) - {"corpus", "kilobytes"}
RETRAINS = frozenset({"pre_split", "unit", "tie"})
IN_LEAGUE = 20
SHOWN = 1_200  # bytes of the training text that are shown where no other text is to be read
GREEDY_LIMIT = 30_000  # bytes up to which it is worked out what greed alone would have come to
MOST = 20_000  # merges


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Tokenizing:
    """A training before its first merge. Raises ParamError when a text has to be received first."""
    return Tokenizing(params, rng, artifacts)


class Tokenizing:
    """The training text, the plan of merges, and what is read."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params, self._rng = params, rng
        received = latest(artifacts, "corpus")
        self._received = (read_corpus(received.data), received.title) if received else None
        self._learned = self._shift = self._rung = 0
        self._moved_at = 0  # the step from which on every step is one merge: before it, merges came otherwise
        self._forced: dict[int, Pair] = {}
        self._own = (corpus_text("own"), "")
        self._work: Generator[None, None, None] | None = None
        self._frame: TokenFrame | None = None  # of this state; also what is shown while a merge is under way
        self._begin()

    def _begin(self) -> None:
        """The training text as the controls say, and the merges of the plan."""
        p = self._params
        self._drop_work()
        self._frame, self._moved_at = None, self.steps
        self._text, self._title = self._chosen_text()
        self._training = Training(self._text, "gpt2" if p.pre_split else "none", p.unit, p.tie)
        self._greedy_training: Training | None = None
        self._vocabularies = Vocabularies(self._text)
        self._training.go_to(self._planned, self._forced)

    def _chosen_text(self) -> tuple[str, str]:
        p = self._params
        if p.corpus == "own":
            return self._own[0], self._own[1] or _(CORPORA["own"])
        if p.corpus == "received":
            if self._received is None:
                raise nothing_received("corpus", "corpus")
            text, title = self._received
            return cut_to(text, BIGGEST), title
        return corpus_text(p.corpus, p.kilobytes), _(CORPORA[p.corpus])

    @property
    def _base(self) -> int:
        """How many merges were chosen at once and made by steps, before any sliding."""
        return self._params.merges + self._learned

    @property
    def _planned(self) -> int:
        """How many merges the plan asks for; there may be fewer pairs."""
        return min(max(0, self._base + self._shift), MOST)

    # ------------------------------------------------------------------------------------- stepping

    @property
    def done(self) -> bool:
        """When no pair is left, or the word that is read has reached its tokens."""
        if self._params.page == "read":
            ladder = self._ladder()
            return ladder is None or self._rung >= len(ladder.rungs) - 1
        made = len(self._training.made)
        return self._training.trainer.n_pairs == 0 or made >= MOST or made < self._planned

    def step(self) -> None:
        """One more merge: in the training text, in parts where it is long, or in the word that is read."""
        if self.done and self._work is None:
            return
        if self._params.page == "read":
            self._rung += 1
            self._count_step()
            return
        self._work = self._work or self._training.merging(self._forced)
        try:
            next(self._work)
        except StopIteration:
            self._work = None
            self._learned += 1
            self._count_step()

    def _count_step(self) -> None:
        self.steps += 1
        self._frame = None

    def _drop_work(self) -> None:
        """A merge that is under way is given up, without a trace."""
        if self._work is not None:
            self._work.close()
            self._work = None

    # ------------------------------------------------------------------------------- shown, changed

    def snapshot(self) -> TokenFrame:
        """What is shown now; nothing in it will ever change."""
        if self._frame is None:
            self._drop_work()
            self._frame = self._shown()
        return self._frame

    def _shown(self) -> TokenFrame:
        p, training = self._params, self._training
        tokenizer, text = training.tokenizer(p.specials), self._shown_text()
        allowed_special = (END_OF_TEXT,) if p.specials else ()
        own, reader = read(tokenizer, text, allowed_special), self._reader()
        strip = read(reader, text, allowed_special) if p.page == "read" and reader is not tokenizer else own
        last = training.made[-1] if training.made else None
        compares = p.page == "compare"
        return TokenFrame(
            step=self.steps, params=p, title=self._title, n_bytes=training.trainer.n_bytes,
            n_tokens=training.trainer.n_tokens, n_words=measured(self._text)[2], units=training.units,
            size=tokenizer.size, merges=len(training.made), base=self._base,
            by_hand=sum(made.by_hand for made in training.made), last=last,
            token=training.trainer.token(last.token) if last else b"", curve=training.curve,
            league=training.league(IN_LEAGUE), ties=training.trainer.ties(), own=own, strip=strip, whole=bool(p.text),
            word_ends=word_ends(text, reader.splitter) if p.page == "read" else (),
            tree=self._tree(tokenizer) if p.page == "learn" else (), ladder=self._ladder(),
            readings=self._vocabularies.readings(text, own, allowed_special) if compares else {},
            costs=costs_of(tokenizer) if compares else None, greedy=self._greedy(),
            received=self._received is not None, done=self.done,
        )  # fmt: skip

    def _shown_text(self) -> str:
        return replace_surrogates(self._params.text) or cut_to(self._text, SHOWN)

    def _reader(self) -> BPETokenizer:
        p = self._params
        return gpt2() if p.page == "read" and p.reader == "gpt2" else self._training.tokenizer(p.specials)

    def _tree(self, tokenizer: BPETokenizer) -> tuple[Branch, ...]:
        wanted = self._params.token
        if wanted == NEWEST or wanted >= tokenizer.size:
            wanted = self._training.made[-1].token if self._training.made else -1
        return tree_of(tokenizer, wanted)

    def _ladder(self) -> Ladder | None:
        if self._params.page != "read":
            return None
        reader = self._reader()
        return ladder_of(reader, split(self._shown_text(), reader.splitter), self._params.word, self._rung)

    def _greedy(self) -> int | None:
        """How many tokens there would be had every merge been the most frequent pair of its moment."""
        training, p = self._training, self._params
        if not any(made.by_hand for made in training.made) or len(self._text) > GREEDY_LIMIT:
            return None
        if self._greedy_training is None:
            self._greedy_training = Training(self._text, "gpt2" if p.pre_split else "none", p.unit, p.tie)
        self._greedy_training.go_to(len(training.made), {})
        return self._greedy_training.trainer.n_tokens

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        names = live_changes(self._params, params, LIVE)
        if not names:
            return
        self._params = params
        self._begin() if RETRAINS & set(names) else self._follow_plan()
        if set(names) & {"text", "word", "reader", "page"}:
            self._rung = 0

    def _follow_plan(self) -> None:
        self._drop_work()
        self._frame, self._moved_at = None, self.steps
        self._training.go_to(self._planned, self._forced)

    def act(self, action: Action) -> Action | None:
        """Apply an action. Returns the one that undoes it. Raises ValueError for one that cannot be."""
        match action:
            case Force():
                return self._force(action)
            case Unforce():
                return self._unforce(action)
            case Jump():
                return self._jump(action)
            case SetText():
                return self._set_text(action)
        raise ValueError(f"there is no gesture {type(action).__name__} here")

    def _force(self, action: Force) -> Unforce:
        if not 0 <= action.at < MOST or min(action.left, action.right) < 0:
            raise ValueError(_("There is no merge {n} of such tokens.").format(n=action.at))
        before = self._forced.get(action.at, (-1, -1))
        self._forced[action.at] = (action.left, action.right)
        self._shift = (
            len(self._training.made) + 1 - self._base
        )  # one more than there are, which may be fewer than planned
        self._follow_plan()
        return Unforce(action.at, *before)

    def _unforce(self, action: Unforce) -> Force | None:
        chosen = self._forced.pop(action.at, None)
        if min(action.left, action.right) >= 0:
            self._forced[action.at] = (action.left, action.right)
        self._shift = len(self._training.made) - 1 - self._base
        self._follow_plan()
        return Force(action.at, *chosen) if chosen is not None else None

    def _jump(self, action: Jump) -> Jump:
        if not -2 * MOST <= action.shift <= MOST_MERGES + MOST:
            raise ValueError(_("There are at most {n} merges.").format(n=MOST))
        before, self._shift = self._shift, action.shift
        self._follow_plan()
        return Jump(before)

    def backward(self, count: int) -> Jump | None:
        """So many merges fewer, where the steps before do not have just those fewer: they were made at once, by
        sliding or by hand."""
        made = len(self._training.made)
        if self._params.page == "read" or not made or self.steps - min(count, made) >= self._moved_at:
            return None
        return Jump(max(0, made - count) - self._base)

    def _set_text(self, action: SetText) -> SetText | None:
        """Another text; what was chosen by hand for the one before does not fit it."""
        check_size(action.text)
        before, self._own = self._own, (replace_surrogates(action.text), action.title[:60])
        if self._params.corpus == "own":
            self._begin()
        return SetText(*before)

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included; the merges are made again."""
        return run_state(self.steps, self._params, self._rng) | {
            "counts": [self._learned, self._shift, self._rung],
            "forced": [[at, *pair] for at, pair in sorted(self._forced.items())],
            "own": list(self._own),
            "moved": self._moved_at,
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is damaged or of another run."""
        with reading_state():
            steps, params = read_run(Params, state)
            learned, shift, rung = (int(n) for n in state["counts"])
            forced = {int(at): (int(left), int(right)) for at, left, right in state["forced"]}
            text, title = state["own"]
            moved = int(state.get("moved", steps))
            check_size(str(text))
            self._rng.bit_generator.state = dict(state["random"])
        if min(learned, rung) < 0 or abs(shift) > 2 * MOST + MOST_MERGES:
            raise ValueError(f"state: counts {learned}, {shift}, {rung} cannot be")
        other = {name for name in changed(self._params, params) if name not in LIVE or name in RETRAINS}
        other |= {"own"} if (str(text), str(title)) != self._own and params.corpus == "own" else set()
        self._params, self.steps = params, steps
        self._learned, self._shift, self._rung = learned, shift, rung
        self._forced, self._own = forced, (str(text), str(title))
        self._begin() if other else self._follow_plan()
        self._moved_at = moved

    def offer(self, kind: str) -> Artifact | None:
        """The tokenizer with its merges, or the training text."""
        origin = _("Tokenization, {n} merges").format(n=len(self._training.made))
        self._drop_work()
        if kind == "tokenizer":
            title = _("{n} tokens from {title}").format(n=self._training.trainer.size, title=self._title)
            return tokenizer_artifact(self._training.tokenizer(self._params.specials), title, origin)
        if kind == "corpus" and self._text:
            return corpus_artifact(self._text, self._title, origin)
        return None
