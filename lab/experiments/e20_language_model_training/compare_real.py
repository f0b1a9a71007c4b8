"""SmolLM2 side by side with itself: the same questions as it is in its pack, and while an adapter learns a voice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import ParamError, replaced
from lab.experiments.e20_language_model_training.compare import ASKED, MOST, NAMES, Column, ComparePage
from lab.experiments.e20_language_model_training.examples import style_share
from lab.experiments.e20_language_model_training.house import held_out_questions
from lab.experiments.e20_language_model_training.lora import LoraPage
from lab.experiments.e20_language_model_training.lora_real import LoraReal
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.stage import InPieces
from lab.kit.record import Record

__all__ = ["CompareReal"]

FIXED = {"learner": "smollm2", "asked": ASKED, "merged": False, "rank": 8, "own": ""}
"""What the controls of the stage LoRA are meanwhile."""


class CompareReal(InPieces):
    """See above."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: tuple[Artifact, ...] = ()) -> None:
        """Raises ParamError where the pack is not."""
        self._params = params
        try:
            self._lora = LoraReal(replaced(params, FIXED), rng, artifacts)
        except ParamError as error:
            raise ParamError("compared", error.message) from error
        self._said: tuple[str, ...] = ()  # by the base; () before it was asked
        self._steps = 0
        self._unit: Iterator[None] | None = None
        self._record = Record(np.full((1, len(NAMES)), np.nan))

    @property
    def opening(self) -> bool:
        return self._lora.opening

    @property
    def done(self) -> bool:
        return self._steps >= MOST or self._lora.done

    @property
    def diverged(self) -> bool:
        return self._lora.diverged

    def step(self, number: int) -> bool:
        if self._lora.opening:
            return self._lora.step(number)
        if not super().step(number):
            return False
        self._steps = number
        return True

    def _working(self, number: int) -> Iterator[None]:
        """The base is asked before it is changed; then the adapter makes its step."""
        if not self._said:
            answers = yield from self._lora.asking()
            self._said = tuple(answer for _question, answer in answers)
        while not self._lora.step(number):
            yield

    def _columns(self, page: LoraPage) -> tuple[Column, ...]:
        """None before both can be compared."""
        if not self._said or page.start is None or page.neutral is None:
            return ()
        voiced = tuple(answer for _question, answer in page.answers) or self._said
        return (
            Column("base", self._said, page.start, style_share(self._said), 0.0),
            Column("lora", voiced, page.neutral, style_share(voiced), page.share, page.loss),
        )

    def _row(self) -> list[float]:
        columns = self._columns(self._page())
        return [next((one.neutral for one in columns if one.name == name), float("nan")) for name in NAMES]

    def _page(self) -> LoraPage:
        return self._lora.frame(self._steps, replaced(self._params, FIXED))

    def frame(self, step: int, params: Params) -> ComparePage:
        page = self._page()
        return ComparePage(
            params, self._record.past(step, self._row()), held_out_questions(ASKED), self._columns(page),
            not self.diverged, page.real,
        )  # fmt: skip

    def retune(self, params: Params) -> None:
        self._params = params
        self._lora.retune(replaced(params, FIXED))

    def act(self, action: Any) -> NoReturn:
        raise ValueError(f"there is no gesture {type(action).__name__} in this stage")

    def save(self) -> dict[str, Any]:
        return {
            "steps": self._steps,
            "said": list(self._said),
            "smollm2": self._lora.save(),
            "rows": self._record.rows,
            "stride": self._record.stride,
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        said = tuple(str(answer)[:400] for answer in saved["said"])
        if len(said) not in (0, ASKED):
            raise ValueError(f"state: {len(said)} answers, needs {ASKED}")
        self._lora.load(saved["smollm2"])
        self._record = Record.load(saved["rows"], len(NAMES), int(saved["stride"]))
        self._steps, self._said, self._unit = int(saved["steps"]), said, None

    def model(self) -> Artifact | None:
        """The one with an adapter."""
        return self._lora.model()
