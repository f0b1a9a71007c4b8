"""The whole way of a language model on one page: a text, its tokens, pretraining, questions with answers, a reward, and
a report that fills itself. After each stage the same model is asked the same questions."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.params import ParamError, replaced
from lab.core.text import _
from lab.engine.lm.exchange import lm_to_data
from lab.engine.lm.fast import FastLM
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import LMConfig, Parameters, init_parameters, n_parameters
from lab.engine.lm.portable import zipped
from lab.engine.text.bpe_train import BPETrainer
from lab.engine.text.exchange import AnyTokenizer
from lab.engine.text.tokenizer import CharTokenizer
from lab.engine.tuning.grouped import group_advantages, grouped_loss
from lab.engine.tuning.judge import Judge as Formula
from lab.engine.tuning.policy import policy_weights
from lab.engine.tuning.supervised import sft_batch
from lab.engine.tuning.written import write
from lab.experiments.e25_capstone.pipeline_cost import seconds_of
from lab.experiments.e25_capstone.pipeline_exam import Report, examining
from lab.experiments.e25_capstone.pipeline_frame import MADE, STAGES, PipelinePage, Try
from lab.experiments.e25_capstone.scaling import settings_of
from lab.experiments.e25_capstone.settings import Params, plan_of
from lab.experiments.e25_capstone.texts import SLOW, Prepared, without_ladder
from lab.experiments.e25_capstone.training import Training
from lab.experiments.e25_capstone.word_task import (
    ASK,
    ENDS,
    FEATURES,
    FORMULAS,
    LONGEST,
    MARKS,
    WordTask,
    answer_of,
    example,
    prompt,
    word_task,
)
from lab.experiments.e25_capstone.writing import Sample
from lab.kit.arrays import read_only
from lab.kit.learner import Learner

__all__ = ["BATCH", "CONTEXT", "GROUP", "GROUPS", "Pipeline", "check_text"]

T = TypeVar("T")

CONTEXT, BATCH = 64, 8  # so that it can read the questions of experiment 20 as well
SHAPES = {"small": (32, 1), "medium": (64, 2), "large": (96, 3)}  # width and blocks
LEAST_STEPS = 10  # that the control of a training takes
EXAMPLES, LONG = 16, 32  # examples of a step, and tokens of the longest
LONG_TEXT = 20_000  # characters
LEARNED_FROM = 100_000  # characters that merges are learned from
TAUGHT_RATE, REWARD_RATE = 0.04, 0.06  # over the width: the boldest step
CLIMB, LEASH, CLIP = 20, 0.05, 0.2
GROUPS, GROUP = 16, 8  # questions of a step, and answers to each
SHOWN = 400  # characters of the text


def check_text(text: str, merges: int = 0) -> None:
    """Whether a text is enough for the whole way, with so many merges. Raises ValueError, in words, where it is not."""
    low = text.lower()
    word_task(low)
    tokenizer: AnyTokenizer = CharTokenizer.of(low + MARKS)
    if merges and len(low) < LONG_TEXT:  # of a longer one enough tokens are left in any case
        trainer = _trainer(low)
        for _merge in range(merges):
            trainer.merge()
        tokenizer = trainer.tokenizer()
    without_ladder(low, tokenizer, CONTEXT)


def _trainer(source: str) -> BPETrainer:
    """What learns merges: from the beginning of a text, and with all its characters."""
    alphabet = "".join(sorted(set(source + MARKS)))
    return BPETrainer(f"{source[:LEARNED_FROM]} {alphabet}", "gpt2", "character")


def finished(work: Iterator[T]) -> None:
    """All the rest of a step at once."""
    for _piece in work:
        pass


class Pipeline:
    """The whole way at work. A step is a merge, or a step of the training under way."""

    def __init__(self, params: Params, text: str, seed: int) -> None:
        """text: as it comes; capitals are written small.  seed: of all that is drawn.

        Raises ParamError for a text that is too short, or has too few words.
        """
        self._params, self._seed = params, seed
        self._source = text.lower()[:SLOW] if params.merges else text.lower()
        try:
            check_text(self._source, params.merges)
        except ValueError as wrong:
            raise ParamError("corpus", str(wrong)) from None
        self._task: WordTask = word_task(self._source)
        self._given = len(ENDS + ASK) + self._task.given  # tokens of a question
        self.lengths = (0, params.merges, params.pretraining, params.tuning, params.rewarding, 0)
        alphabet = "".join(sorted(set(self._source + MARKS)))
        self._trainer = _trainer(self._source) if params.merges else None
        self._tokenizer: AnyTokenizer = CharTokenizer(alphabet)
        self._plan = self._planned(len(alphabet) + params.merges)
        self._courses: dict[str, list[tuple[float, float]]] = {stage: [] for stage in STAGES}
        self._reports: tuple[Report, ...] = ()
        self._sample: Sample | None = None
        self._asked, self._tries = "", tuple[Try, ...]()
        self._loss: float | None = None
        self._draws = np.random.default_rng((seed, 1))
        self._inner: Training | Learner | None = None
        self._reference: FastLM | None = None
        self._parameters: Parameters | None = None
        self._text: Prepared | None = None
        self._work: Iterator[None] | None = None
        self._updated, self._doing = False, ""
        self._kept: NDArray[Any] | None = None  # the weights before the last step of a stage
        self._cut = self._beginning_cut()
        if not params.merges:
            self._grow()

    def _planned(self, size: int) -> LMConfig:
        return plan_of(self._settings(), size)

    def _settings(self) -> Params:
        """The controls as the training of the first stage has them."""
        found = settings_of(self._params, *SHAPES[self._params.size], max(LEAST_STEPS, self._params.pretraining))
        return replaced(found, {"context": CONTEXT, "batch": BATCH})

    def _grow(self) -> None:
        """A model of random numbers, as soon as it is known how many tokens there are."""
        if self._trainer is not None:
            self._tokenizer = self._trainer.tokenizer()
            self._plan = self._planned(self._tokenizer.size)
        self._text = without_ladder(self._source, self._tokenizer, CONTEXT)
        self._parameters = init_parameters(self._plan, np.random.default_rng((self._seed, 0)))

    # ------------------------------------------------------------------------------------------- steps

    @property
    def total(self) -> int:
        """How many steps there are."""
        return sum(self.lengths)

    @property
    def lost(self) -> bool:
        """Whether a loss is no number any more."""
        return self._loss is not None and not math.isfinite(self._loss)

    @property
    def finishing(self) -> bool:
        """Whether a step that is under way has changed something already."""
        inner = self._inner.finishing if isinstance(self._inner, Training) else False
        return self._work is not None and (self._updated or inner)

    def stage_at(self, number: int) -> tuple[str, int]:
        """The stage of a step, counted from 1, and its number there; the card where there is none."""
        at = 0
        for stage, length in zip(STAGES, self.lengths, strict=True):
            if at < number <= at + length:
                return stage, number - at
            at += length
        return STAGES[-1], 0

    def step(self, number: int) -> bool:
        """A piece of the step of that number; True when it is complete."""
        if self._work is None:
            self._updated, self._work = False, self._pieces(number)
        with np.errstate(all="ignore"):
            ended = next(self._work, self) is self
        if ended:
            self._work = None
        return ended

    def settle(self) -> None:
        """What is under way is finished where something has changed already, and given up else."""
        if self._work is None:
            return
        if self.finishing:
            with np.errstate(all="ignore"):
                finished(self._work)
        elif isinstance(self._inner, Training):
            self._inner.settle()
        self._work = None

    def _pieces(self, number: int) -> Iterator[None]:
        stage, local = self.stage_at(number)
        if stage == "tokens":
            self._merge(local)
            return
        first: tuple[Report, ...] = ()
        if not self._reports:
            before = yield from self._examined("start", number - 1)
            first = (before,)
        length = self.lengths[STAGES.index(stage)]
        assert self._parameters is not None
        self._kept = self._parameters.flat.copy() if local == length else None
        makes = {"pretrain": self._pretrain, "questions": self._teach, "reward": self._reward}
        if self._doing != stage:
            self._inner, self._doing = None, stage
        yield from makes[stage](local)
        self._reports = (*self._reports, *first)
        if local == length and not self.lost:
            after = yield from self._examined(stage, number)
            self._reports = (*self._reports, after)
            self._inner = self._reference = self._kept = None

    def _merge(self, local: int) -> None:
        trainer = self._trainer
        assert trainer is not None  # there are merges
        self._updated = True
        trainer.merge()
        self._cut = self._beginning_cut()
        self._courses["tokens"].append((float(local), float(trainer.curve[-1])))
        if local == self._params.merges:
            self._grow()

    def _examined(self, stage: str, number: int) -> Generator[None, None, Report]:
        assert self._parameters is not None and self._text is not None
        return (
            yield from examining(
                self._parameters, self._tokenizer, self._task, self._text, stage, self._tokens_after(number)
            )
        )

    def _tokens_after(self, number: int) -> int:
        """How many tokens of the text were read by then."""
        pretraining = self.lengths[STAGES.index("pretrain")]
        return max(0, min(number - self._params.merges, pretraining)) * BATCH * CONTEXT

    # ---- pretraining

    def _training(self) -> Training:
        assert self._parameters is not None and self._text is not None
        return Training(self._settings(), self._parameters, self._text, self._draws, self._seed)

    def _pretrain(self, local: int) -> Iterator[None]:
        training = self._inner
        if not isinstance(training, Training):
            training = self._inner = self._training()
        while not training.step(local):
            yield
        self._updated = True
        self._loss = training.loss if training.loss is not None else math.nan
        assert self._text is not None
        rows = training.judged()
        self._courses["pretrain"] = [(row[0], row[2] / self._text.per_token) for row in rows.tolist()]
        self._sample = training.samples[-1] if training.samples else None

    # ---- questions with answers

    def _learner(self, rows: int, length: int) -> Learner:
        if not isinstance(self._inner, Learner):
            assert self._parameters is not None
            self._inner = Learner(self._parameters, rows, length)
        return self._inner

    def _shape(self, stage: str) -> tuple[int, int]:
        """Rows and tokens of a batch."""
        if stage == "questions":
            return EXAMPLES, LONG
        return GROUPS * GROUP, self._given + LONGEST - 1

    @property
    def _per_token(self) -> float:
        """Characters in a token."""
        return len("".join(self._cut)) / len(self._cut) if self._text is None else self._text.per_token

    def _rate(self, peak: float, local: int) -> float:
        return peak / self._plan.d_model * min(1.0, local / CLIMB)

    def _teach(self, local: int) -> Iterator[None]:
        learner, taught = self._learner(*self._shape("questions")), self._task.taught
        drawn = np.random.default_rng((self._seed, 2, local)).integers(len(taught), size=EXAMPLES)
        batch = sft_batch([example(self._tokenizer, *taught[place]) for place in drawn.tolist()], LONG)
        rate = self._rate(TAUGHT_RATE, local)
        yield from learner.learning(batch.ids, batch.targets, rate, 0.0, batch.weights)
        self._updated, self._loss = True, learner.loss
        self._courses["questions"].append((float(local), learner.loss))

    # ---- the reward

    def _reward(self, local: int) -> Iterator[None]:
        parameters = self._parameters
        assert parameters is not None
        rows, length = self._shape("reward")
        given = self._given
        learner = self._learner(rows, length)
        if self._reference is None:
            self._reference = FastLM(parameters.copy(), rows, length)
        rng = np.random.default_rng((self._seed, 3, local))
        places = rng.integers(len(self._task.practised), size=GROUPS)
        asked = [self._task.practised[place] for place in places.tolist() for _answer in range(GROUP)]
        prompts = np.array([prompt(self._tokenizer, beginning) for beginning in asked])
        written = write(parameters, prompts, LONGEST, rng, self._tokenizer.encode(ENDS)[0])
        yield
        answers = [answer_of(self._tokenizer, row) for row in written.ids.tolist()]
        seen = self._task.features(asked, answers)
        rewards = Formula(FORMULAS[self._params.judge], FEATURES).scores(seen)
        gains = group_advantages(rewards.reshape(GROUPS, GROUP)).reshape(-1)
        lines = np.concatenate([prompts, written.ids], axis=1)
        ids, targets = lines[:, :-1], lines[:, 1:]
        counts = np.zeros(ids.shape, bool)
        counts[:, given - 1 :] = written.counts
        old = -learner.fast.losses(ids, targets)
        yield
        far = -self._reference.losses(ids, targets)
        yield
        result = grouped_loss(old, old, far, gains, counts, CLIP, LEASH)
        rate = self._rate(REWARD_RATE, local)
        yield from learner.learning(ids, targets, rate, 0.0, policy_weights(result.d_log))
        self._updated, self._loss = True, learner.loss
        self._courses["reward"].append((float(local), float(rewards.mean())))
        self._courses["card"].append((float(local), float(seen[:, 0].mean())))
        self._asked = asked[0]
        self._tries = tuple(Try(*one) for one in zip(answers[:GROUP], rewards.tolist(), (seen[:GROUP, 0] > 0).tolist()))

    # ------------------------------------------------------------------------------------------- shown

    def retune(self, params: Params) -> None:
        """Another judge, or another stage that is looked at."""
        self.settle()
        self._params = params

    def _settled(self) -> SavedLM | None:
        """The model after the last complete step, in memory of its own; None where there is none."""
        if self._parameters is None or self.lost:
            return None
        inner = self._inner
        found = inner.settled if isinstance(inner, Training) else self._parameters.copy()
        if self._work is not None and self._updated and self._kept is not None:
            np.copyto(found.flat, self._kept)  # the last step of a stage counts when the report is made
        return SavedLM(found, self._tokenizer, {})

    def model(self, kind: str, title: str, origin: str) -> Artifact | None:
        """The model as it is now, to be sent. title: of the text."""
        model = self._settled() if kind == "language-model" else None
        if model is None:
            return None
        return Artifact(kind, _("Model of {text}").format(text=title), lm_to_data(model), origin)

    def takeaway(self) -> bytes:
        """The model with its text and a script that goes on in PyTorch, as a ZIP file.

        Raises ValueError, in words, where there is no model, or it is lost.
        """
        model, text = self._settled(), self._text
        if model is None or text is None:
            raise ValueError(_("There is no model yet, or it holds no numbers any more."))
        return zipped(model, {"learn": text.learn, "windows": text.windows, "targets": text.targets}, None)

    def _beginning_cut(self) -> tuple[str, ...]:
        """How the text begins, in tokens."""
        tokenizer = self._trainer.tokenizer() if self._trainer is not None else self._tokenizer
        return tuple(tokenizer.decode([token]) for token in tokenizer.encode(self._source[:SHOWN]))

    def page(self, params: Params, title: str, step: int) -> PipelinePage:
        """What is shown of a step."""
        stage, made = self.stage_at(step) if step else (STAGES[0], 0)
        courses = {name: read_only(np.array(rows, np.float64).reshape(-1, 2)) for name, rows in self._courses.items()}
        return PipelinePage(
            params, title, len(self._source), self._source[:SHOWN], self._cut,
            self._per_token, self._plan, n_parameters(self._plan),
            self.lengths, step, stage if step < self.total else STAGES[-1], made, self._reports, courses, self._sample,
            self._task.taught[:24], BATCH * CONTEXT, self._asked, self._tries, self._task.asked, self._loss, self.lost,
            seconds_of(self._plan, BATCH, GROUPS * GROUP, self._given),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------- state

    def save(self) -> dict[str, Any]:
        """All that cannot be worked out again."""
        return {
            "merges": len(self._courses["tokens"]),
            "flat": np.zeros(0, np.float32) if self._parameters is None else self._parameters.flat.copy(),
            "doing": self._doing if self._inner is not None else "",
            "inner": {} if self._inner is None else self._inner.save(),
            "reference": np.zeros(0, np.float32) if self._reference is None else self._reference.parameters.flat.copy(),
            "draws": self._draws.bit_generator.state,
            "courses": {name: [list(row) for row in rows] for name, rows in self._courses.items()},
            "reports": [one.saved() for one in self._reports],
            "sample": [] if self._sample is None else [self._sample.step, self._sample.text],
            "asked": self._asked,
            "tries": [[one.answer, one.reward, one.right] for one in self._tries],
            "loss": [] if self._loss is None else [self._loss],
        }

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Back to what was saved. Raises ValueError when it is of another run."""
        self._work, self._params = None, params
        self._load_merges(int(saved["merges"]))
        self._courses = {
            stage: [(float(step), float(value)) for step, value in saved["courses"][stage]] for stage in STAGES
        }
        self._reports = tuple(Report.read(one) for one in saved["reports"])
        if [one.stage for one in self._reports] != [s for s in MADE if s in {one.stage for one in self._reports}]:
            raise ValueError("state: the reports are not in their order")
        self._sample = Sample(int(saved["sample"][0]), str(saved["sample"][1])) if saved["sample"] else None
        self._asked = str(saved["asked"])
        self._tries = tuple(Try(str(one), float(reward), bool(right)) for one, reward, right in saved["tries"])
        self._loss = float(saved["loss"][0]) if saved["loss"] else None
        self._draws.bit_generator.state = dict(saved["draws"])
        self._load_model(saved)

    def _load_merges(self, merges: int) -> None:
        trainer = self._trainer
        if not 0 <= merges <= self._params.merges:
            raise ValueError(f"state: {merges} merges, at most {self._params.merges} are made")
        if trainer is None:
            return
        while trainer.undo():
            pass
        for _merge in range(merges):  # the last of them find nothing to merge, where the text is short
            trainer.merge()
        self._cut, self._parameters, self._text = self._beginning_cut(), None, None
        if merges == self._params.merges:
            self._grow()

    def _load_model(self, saved: Mapping[str, Any]) -> None:
        """The weights, and what trains them."""
        self._inner = self._reference = None
        doing, parameters = str(saved["doing"]), self._parameters
        if parameters is None:
            return
        _copied(saved["flat"], parameters)
        if doing == "pretrain":
            self._inner = self._training()
            self._inner.load(saved["inner"], self._inner.params)
        elif doing in MADE[1:]:
            learner = self._learner(*self._shape(doing))
            learner.load(saved["inner"])
            if doing == "reward":
                reference = parameters.like()
                _copied(saved["reference"], reference)
                self._reference = FastLM(reference, *self._shape(doing))
        elif doing:
            raise ValueError(f"state: there is no stage {doing!r}")
        self._doing = doing


def _copied(saved: Any, into: Parameters) -> None:
    """Weights from a file. Raises ValueError for those of another model."""
    flat = np.asarray(saved, np.float32)
    if flat.shape != into.flat.shape:
        raise ValueError(f"state: a model of {flat.shape}, needs {into.flat.shape}")
    np.copyto(into.flat, flat)
