"""What may not come next whatever its score: tokens that would leave a grammar, and tokens that are banned. And what is
favoured in secret: the green tokens of a watermark."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lab.engine.decoding.grammar import DIGITS, NUMBERS, YES_OR_NO, Grammar, TokenMasks
from lab.engine.decoding.watermark import Watermark
from lab.experiments.e21_decoding.filtering import BANNED, GRAMMAR
from lab.experiments.e21_decoding.models import LanguageModel
from lab.experiments.e21_decoding.settings import Params, banned_tokens
from lab.kit.arrays import freeze

__all__ = ["GRAMMARS", "Rules"]

GRAMMARS: dict[str, Grammar] = {"digits": DIGITS, "yesno": YES_OR_NO, "numbers": NUMBERS}
Codes = NDArray[np.int8]
SECRET = Watermark()


class Rules:
    """The rules of one model; what was worked out is kept."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._masks: dict[str, TokenMasks] = {}
        self._banned: tuple[str, Codes | None] = ("", None)
        self._known: dict[tuple[str, str, int | None], Codes] = {}

    def barred(self, params: Params, ids: Sequence[int], given: int) -> Codes | None:
        """Which rule bars each token after a text, 0 for none, [V]; None where no rule is at work."""
        state = self.state(params, ids, given)
        if params.grammar == "free" or state is None or GRAMMARS[params.grammar].finished(state):
            state = None
        if state is None and not params.banned.strip():
            return None
        key = params.grammar, params.banned, state
        if key not in self._known:
            codes = self._of_banned(params.banned).copy()
            if state is not None:
                codes[~self._masks_of(params.grammar).allowed(state)] = GRAMMAR
            self._known[key] = freeze(codes)
        return self._known[key]

    def bias(self, params: Params, ids: Sequence[int]) -> NDArray[np.float64] | None:
        """What a watermark adds to the score of each token after a text, [V]; None without one."""
        if params.watermark == 0.0 or not ids:
            return None
        green = SECRET.green(ids[-1], np.arange(self._model.size))
        return np.asarray(params.watermark * green, np.float64)

    def state(self, params: Params, ids: Sequence[int], given: int) -> int | None:
        """Where what was written stands in the grammar; None where there is none, or the text has left it."""
        if params.grammar == "free":
            return None
        return GRAMMARS[params.grammar].after("".join(self._model.text(token) for token in ids[given:]))

    def finished(self, params: Params, ids: Sequence[int], given: int) -> bool:
        """Whether what was written is whole, and the grammar lets nothing follow it."""
        return params.grammar != "free" and GRAMMARS[params.grammar].finished(self.state(params, ids, given))

    def _masks_of(self, name: str) -> TokenMasks:
        if name not in self._masks:
            self._masks[name] = TokenMasks(GRAMMARS[name], self._model.names(), self._model.end)
        return self._masks[name]

    def _of_banned(self, text: str) -> Codes:
        known, codes = self._banned
        if codes is None or known != text:
            wanted = banned_tokens(text)
            codes = np.zeros(self._model.size, np.int8)
            if wanted:
                names = self._model.names()
                codes[[name in wanted or name.removeprefix(" ") in wanted for name in names]] = BANNED
            self._banned = text, codes
        return codes
