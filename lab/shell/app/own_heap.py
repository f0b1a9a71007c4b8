"""What is imported stays until the program ends: on Linux a thread of its own does it, and so it has a heap of its own.

The C library there gives a thread that comes before `use_one_heap` its own heap. In the window's, modules lie among
what boxes are made of, in holes of all sizes, and when the boxes go they hold these pages: 18 MB after 25 experiments.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

__all__ = ["OwnHeap"]

Task = Callable[[], object]


class OwnHeap:
    """`run` works in a thread with a heap of its own, until `end`; from then on, and elsewhere, in the caller's."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._failures: SimpleQueue[BaseException | None] = SimpleQueue()
        self._thread: Thread | None = None
        if sys.platform == "linux":
            self._thread = Thread(target=self._work, name="lab-own-heap", daemon=True)
            self._thread.start()
            self.run(list)  # it has its heap when it has worked once

    def run(self, task: Task) -> None:
        """Do something, and wait for it. Raises what it raises."""
        if self._thread is None:
            task()
            return
        self._tasks.put(task)
        failure = self._failures.get()
        if failure is not None:
            raise failure

    def end(self) -> None:
        """Let the thread go."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._tasks.put(None)
            thread.join()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
            except BaseException as error:  # the caller's to answer
                self._failures.put(error)
                del error
            else:
                self._failures.put(None)
