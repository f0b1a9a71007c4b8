"""One run: a text, a model, and its training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import ParamError, fields_of
from lab.core.text import _
from lab.engine.lm.exchange import lm_from_data, lm_to_data
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import init_parameters
from lab.engine.lm.portable import zipped
from lab.engine.text.exchange import AnyTokenizer, corpus_artifact, read_corpus, read_tokenizer
from lab.experiments.e25_capstone.frame import CapstoneFrame, TrainPage
from lab.experiments.e25_capstone.gestures import ACTIONS, MOST_OPENED, Entrants, TakeText, taken
from lab.experiments.e25_capstone.league import League, LeaguePage, entry_of
from lab.experiments.e25_capstone.league_rules import read_result, settings_from
from lab.experiments.e25_capstone.pipeline import Pipeline, check_text
from lab.experiments.e25_capstone.pipeline_frame import PipelinePage
from lab.experiments.e25_capstone.scaling import CONTEXT, Scaling, ScalingPage
from lab.experiments.e25_capstone.settings import CORPORA, Params, check_size, plan_of
from lab.experiments.e25_capstone.texts import EXAMPLE, Prepared, house_text, prepared
from lab.experiments.e25_capstone.training import Training, rate_at
from lab.experiments.e25_capstone.writing import seconds_per_step
from lab.kit.exchange import newest
from lab.kit.language_models import house_lm
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["Capstone", "build"]

RESTARTING = frozenset(field.name for field in fields_of(Params) if field.restarts)


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Capstone:
    """A run at its start. Raises ParamError for widths that do not fit, a text that is too short, or something that
    was never received."""
    return Capstone(params, rng, artifacts)


class Capstone:
    """One run at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params, self._artifacts = params, tuple(artifacts)
        self._start = dict(rng.bit_generator.state)
        self._own = ("", "")
        self._entrants: tuple[str, ...] = ()
        self._frame: CapstoneFrame | None = None
        self._training: Training | Scaling | League | Pipeline
        self._begin()

    def _begin(self) -> None:
        """From the start, with the text that was brought since the run began."""
        self._rng = np.random.default_rng()
        self._rng.bit_generator.state = self._start
        self._frame = None
        if self._params.page == "league":
            self._training = self._league()
            return
        self._text, self._title = self._chosen_text()
        if self._params.page == "pipeline":
            self._training = Pipeline(self._params, self._text, int(self._rng.integers(2**31)))
            return
        if self._params.page == "scaling":
            self._prepared = self._made_ready(self._received_tokenizer(), CONTEXT)
            seed = int(self._rng.integers(2**31))
            self._training = Scaling(self._params, self._prepared, self._rng, seed)
            return
        model = self._trained_model()
        received = model.tokenizer if model is not None else self._received_tokenizer()
        context = self._params.context if model is None else model.config.context
        self._prepared = self._made_ready(received, context)
        if model is None:
            plan = plan_of(self._params, self._prepared.tokenizer.size)
            parameters = init_parameters(plan, self._rng)
        else:
            parameters = model.parameters.copy(np.float32)
        seed = int(self._rng.integers(2**31))
        self._training = Training(self._params, parameters, self._prepared, self._rng, seed)

    def _league(self) -> League:
        """A training on the text of all results, whatever text the controls say."""
        opened = [read_result(text) for text in self._entrants]
        fixed = settings_from(self._params, entry_of(opened, self._params.checks))
        self._text, self._title = house_text(fixed.corpus), _(CORPORA[fixed.corpus])
        self._prepared = prepared(self._text, fixed.tokens, None, fixed.context)
        return League(self._params, self._prepared, int(self._rng.integers(2**31)), opened)

    def _chosen_text(self) -> tuple[str, str]:
        p = self._params
        if p.corpus == "received":
            found = newest(self._artifacts, "corpus", "corpus")
            text, title = read_corpus(found.data), found.title
        elif p.corpus == "own":
            text, title = self._own[0] or EXAMPLE, self._own[1] or _(CORPORA["own"])
        else:
            text, title = house_text(p.corpus), _(CORPORA[p.corpus])
        return text[: 1000 * p.kilobytes], title

    def _trained_model(self) -> SavedLM | None:
        if self._params.start == "fresh":
            return None
        if self._params.start == "house":
            return house_lm("drafter")
        model = lm_from_data(newest(self._artifacts, "language-model", "start").data)
        check_size(model.config, "start")
        if not model.config.causal:
            raise ParamError("start", _("this model sees the tokens it should guess: it cannot learn to write"))
        return model

    def _received_tokenizer(self) -> AnyTokenizer | None:
        if self._params.tokens != "received":
            return None
        return read_tokenizer(newest(self._artifacts, "tokenizer", "tokens").data)

    def _made_ready(self, received: Any, context: int) -> Prepared:
        try:
            return prepared(self._text, self._params.tokens, received, context)
        except ValueError as wrong:
            if self._params.corpus == "received":
                raise  # what was received is named
            raise ParamError("corpus", str(wrong)) from None

    # ------------------------------------------------------------------------------------------- steps

    @property
    def done(self) -> bool:
        """When all the steps that were asked for are made, or a number is lost."""
        training = self._training
        if isinstance(training, Pipeline):
            return self.steps >= training.total or training.lost
        made = training.done if isinstance(training, Scaling | League) else self.steps >= self._params.steps
        return made or training.lost

    @property
    def diverged(self) -> bool:
        """Whether the loss is no number any more."""
        return self._training.lost

    def step(self) -> None:
        """A piece of an update, or all of it."""
        if self.done:
            return
        self._shown()  # what is seen until this step is complete
        if self._training.step(self.steps + 1):
            self._count()

    def _count(self) -> None:
        self.steps += 1
        self._frame = None

    def _settle(self) -> None:
        finishing = self._training.finishing
        self._training.settle()
        if finishing:
            self._count()

    def snapshot(self) -> CapstoneFrame:
        """What is shown of this step; nothing in it will ever change."""
        return self._shown()

    def _shown(self) -> CapstoneFrame:
        if self._frame is None:
            received = tuple(sorted({artifact.kind for artifact in self._artifacts}))
            self._frame = CapstoneFrame(self.steps, self._params, self._page(), received, self._entrants)
        return self._frame

    def _page(self) -> TrainPage | ScalingPage | LeaguePage | PipelinePage:
        training = self._training
        if isinstance(training, League):
            return training.page(self.steps)
        if isinstance(training, Scaling | Pipeline):
            return training.page(self._params, self._title, self.steps)
        text = self._prepared
        plan = training.parameters.config
        return TrainPage(
            self._params, plan, training.parameters.flat.size, self._title, text.characters, len(text.learn), text.held,
            text.per_token, text.rungs, self.steps, training.loss, training.gradient,
            rate_at(self._params, max(0, self.steps - 1)), training.judged(), training.past(self.steps),
            training.samples, training.moments(), seconds_per_step(plan, self._params.batch), training.lost,
        )  # fmt: skip

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        live_changes(self._params, params, restarting=RESTARTING)
        self._settle()
        self._params, self._frame = params, None
        self._training.retune(params)

    def act(self, action: Any) -> Any:
        """Another text of one's own; where it is the one that is learned, learning begins anew. Or other results of the
        league."""
        if not isinstance(action, ACTIONS):
            raise ValueError(f"there is no gesture {type(action).__name__} here")
        if isinstance(action, Entrants):
            return self._open_results(action)
        back = TakeText(*self._own)
        if action.text:
            taken(action.text, action.title)
            if self._learns_own:
                text = action.text[: 1000 * self._params.kilobytes]
                if self._params.page == "pipeline":
                    check_text(text, self._params.merges)
                else:
                    prepared(text, self._params.tokens, self._kept(), self._prepared.windows.shape[1])
        self._own, self._frame = (action.text, action.title), None
        if self._learns_own:
            self._begin()
            self.steps = 0
        return back

    @property
    def _learns_own(self) -> bool:
        """Whether it is a text of one's own that is learned."""
        return self._params.corpus == "own" and self._params.page != "league"

    def _open_results(self, action: Entrants) -> Entrants:
        """Other results on the board."""
        if len(action.results) > MOST_OPENED:
            raise ValueError(_("The board has room for {n} opened results.").format(n=MOST_OPENED))
        opened = [read_result(text) for text in action.results]
        back, self._entrants, self._frame = Entrants(self._entrants), tuple(action.results), None
        if isinstance(self._training, League):
            self._settle()
            self._training.opens(opened)
        return back

    def _kept(self) -> Any:
        """The tokenizer that was received, where it is the one in use."""
        model = self._trained_model() if self._params.page == "train" else None
        return model.tokenizer if model is not None else self._received_tokenizer()

    # ------------------------------------------------------------------------------------- kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        self._settle()
        mine = {"start": self._start, "own": list(self._own), "entrants": list(self._entrants)}
        mine |= {"training": self._training.save()}
        return run_state(self.steps, self._params, self._rng) | mine

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        step, params = read_run(Params, state)
        own = tuple(str(part) for part in state["own"])
        if len(own) != 2:
            raise ValueError("state: a text and its title are needed")
        entrants = tuple(str(text) for text in state.get("entrants", ()))
        same = dict(state["start"]) == self._start and (own, entrants) == (self._own, self._entrants)
        same = same and not RESTARTING & set(live_changes(self._params, params))
        self._params, self._start, self._own = params, dict(state["start"]), (own[0], own[1])
        self._entrants = entrants
        if not same:
            self._begin()
        self._training.load(state["training"], params)
        self.steps, self._frame = step, None
        self._rng.bit_generator.state = dict(state["random"])

    def offer(self, kind: str) -> Artifact | None:
        """The model as it is now, what cuts its text, or what it wrote."""
        training = self._training
        origin = _("Your own language model, step {step}").format(step=self.steps)
        if isinstance(training, Pipeline):
            return training.model(kind, self._title, origin)
        if not isinstance(training, Training):
            return None
        if kind == "language-model":
            if training.lost:
                return None
            model = SavedLM(training.settled, self._prepared.tokenizer, self._info())
            return Artifact(kind, _("Model of {text}").format(text=self._title), lm_to_data(model), origin)
        if kind == "corpus" and training.samples:
            text = "\n\n".join(sample.text for sample in training.samples).strip()
            return corpus_artifact(text, _("What it wrote"), origin) if text else None
        return None

    def takeaway(self) -> bytes:
        """The model with its text and a script that goes on in PyTorch, as a ZIP file.

        Raises ValueError, in words, for a model that is lost or has not all parts.
        """
        training, page = self._training, self._shown().page
        if isinstance(training, Pipeline):
            return training.takeaway()
        if not isinstance(training, Training) or not isinstance(page, TrainPage):
            raise ValueError(_("On this page no model is kept. Train one on the page “Train”."))
        text = self._prepared
        if training.lost:
            raise ValueError(_("The model holds no numbers any more."))
        model = SavedLM(training.settled, text.tokenizer)
        here = len(page.judged) > 0 and int(page.judged[-1, 0]) == self.steps
        ids = {"learn": text.learn, "windows": text.windows, "targets": text.targets}
        return zipped(model, ids, page.held_out if here else None)

    def _info(self) -> dict[str, Any]:
        """What is to be known of the training, JSON-ready."""
        p, page = self._params, self._shown().page
        return {
            "text": self._title, "steps": self.steps, "batch": p.batch, "learning_rate": p.learning_rate,
            "schedule": p.schedule, "held_out_loss": page.held_out if isinstance(page, TrainPage) else None,
        }  # fmt: skip
