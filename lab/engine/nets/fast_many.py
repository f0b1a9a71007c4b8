"""Many batches in one go: what a run at full speed spends beside the calls of its plans is then spent once for all of
them. The numbers are those of `FastTrainer.step`, to the last bit."""

from math import isfinite

import numpy as np

from lab.engine.nets.fast_trainer import FastTrainer

__all__ = ["ManyTrainer"]


class ManyTrainer(FastTrainer):
    """A trainer that goes on over the ends of epochs, and stops where a number is lost."""

    def step_many(self, count: int) -> int:
        """Up to `count` batches, at least one; the last is one after which the parameters are no longer finite, or so
        large that their squares are not. Returns how many batches those were."""
        flat, done, finite = self.net.layout.flat, 0, True
        with np.errstate(all="ignore"):  # one for all of them
            while done < count and finite:
                if self.batch == 0 and self.settings.shuffle and self.batches > 1:
                    self._shuffle()
                before = done
                for plan in self._plans[self.batch : self.batch + count - done]:
                    for function, arguments in plan:
                        function(*arguments)
                    done += 1
                    if not isfinite(flat.dot(flat)):
                        finite = False
                        break
                self.batch += done - before
                if self.batch == self.batches:
                    self.batch = 0
                    self.epochs += 1
        self.steps += done
        return done

    @property
    def finite(self) -> bool:
        """Whether all parameters are numbers whose squares can still be added."""
        flat = self.net.layout.flat
        with np.errstate(over="ignore"):
            return isfinite(flat.dot(flat))
