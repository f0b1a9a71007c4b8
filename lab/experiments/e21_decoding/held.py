"""What is done while SmolLM2 is being opened: gestures and controls are kept, and done again in their order when it is
there. So a file with gestures at its first step opens to the text it was saved with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lab.experiments.e21_decoding.settings import Params

if TYPE_CHECKING:
    from lab.experiments.e21_decoding.simulation import Decoding

__all__ = ["Held"]


class Held:
    """Controls and gestures, the first of them first."""

    def __init__(self) -> None:
        self._before: Params | None = None
        self._done: list[Any] = []

    def add(self, before: Params, done: Any) -> None:
        """A gesture, or new controls; `before` are those it found."""
        self._before = self._before or before
        self._done.append(done)

    def forget(self) -> None:
        self._before, self._done = None, []

    def do_again(self, run: Decoding) -> None:
        """Do it all with the run that is open now."""
        before, done = self._before, self._done
        self.forget()
        run.params = before or run.params
        for each in done:
            run.retune(each) if isinstance(each, Params) else run.act(each)
