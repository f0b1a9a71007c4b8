"""Which pairs are the most frequent, without looking at all of them each time.

A heap holds a promise for each pair: it stands together at most so often. Counts that fall leave the promises true, so
only a pair that has grown gets a new one; a promise that proves too high when it comes to the top is lowered then.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping

__all__ = ["Pair", "PairRanking"]

Pair = tuple[int, int]
Promise = tuple[int, int, int]  # minus the count, so that the heap has the highest first, and the pair
SLACK = 4  # promises for one pair, on average, before the heap is made anew


class PairRanking:
    """The pairs of `counts`, which the owner changes, by how often they stand together: the most frequent first,
    equally frequent ones by their ids. The owner calls `grew` with each pair that came about or was counted again."""

    def __init__(self, counts: Mapping[Pair, int]) -> None:
        self._counts = counts
        self._grown: set[Pair] = set()
        self._heap: list[Promise] = []
        self.grew = self._grown.add  # no more than that: it is called for every place of every merge

    def best(self) -> Pair | None:
        """The most frequent pair; None when there is none."""
        self._settle()
        return self._heap[0][1:] if self._heap else None

    def tied(self) -> list[Pair]:
        """All pairs that are exactly as frequent as the most frequent one, in no order."""
        best = self.best()
        highest = self._counts[best] if best else 0
        return [pair for pair, count in self._counts.items() if count == highest]

    def n_tied(self) -> int:
        """How many pairs those are."""
        best = self.best()
        return list(self._counts.values()).count(self._counts[best]) if best else 0

    def first(self, k: int, with_ties: bool = False) -> list[Pair]:
        """The k most frequent pairs, best first; with all that are as frequent as the last of them, if wanted."""
        found: list[Pair] = []
        taken: list[Promise] = []
        self._settle()
        while self._heap and (len(found) < k or (with_ties and found and self._heap[0][0] == taken[-1][0])):
            taken.append(heapq.heappop(self._heap))
            found.append(taken[-1][1:])
            while self._heap and self._heap[0] == taken[-1]:
                heapq.heappop(self._heap)  # promised twice
            self._lower()
        for promise in taken:
            heapq.heappush(self._heap, promise)
        return found

    def _settle(self) -> None:
        """Have the promise on top be kept."""
        if len(self._heap) + len(self._grown) > SLACK * (len(self._counts) + 1):
            self._heap = [(-count, *pair) for pair, count in self._counts.items()]
            heapq.heapify(self._heap)
        else:
            for pair in self._grown:
                if pair in self._counts:
                    heapq.heappush(self._heap, (-self._counts[pair], *pair))
        self._grown.clear()
        self._lower()

    def _lower(self) -> None:
        """Lower every promise on top that is too high."""
        heap = self._heap
        while heap:
            promise = heap[0]
            count = self._counts.get(promise[1:], 0)
            if count == -promise[0]:
                return
            if 0 < count < -promise[0]:
                heapq.heapreplace(heap, (-count, *promise[1:]))
            else:
                heapq.heappop(heap)  # gone, or grown: then there is a higher promise for it
        return
