"""The one gesture: blocks are rewired by hand, some with another skip or norm than the controls say."""

from __future__ import annotations

from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e13_residual_connections.settings import MOST_BLOCKS

__all__ = ["ACTIONS", "AS_CONTROL", "Rewire", "Wiring"]

AS_CONTROL = -1


@dataclass(frozen=True, slots=True)
class Rewire:
    """Skips or norms of some blocks were switched.

    what: "skip" or "norm".  blocks: their numbers, from 1.  on: one a block: 1, 0, or −1 for as the control says.
    """

    what: str
    blocks: tuple[int, ...]
    on: tuple[int, ...]

    def sentence(self) -> str:
        names = {"skip": _("the skip"), "norm": _("the norm")}
        first, last = min(self.blocks, default=0), max(self.blocks, default=0)
        numbers = {"what": names.get(self.what, self.what), "first": first, "last": last}
        if first == last:
            return _("Switch {what} of block {first}").format(**numbers)
        return _("Switch {what} of blocks {first} to {last}").format(**numbers)


ACTIONS: tuple[type[Rewire], ...] = (Rewire,)


@dataclass(frozen=True, slots=True)
class Wiring:
    """What was switched by hand, one entry a block: 1 on, 0 off, −1 as the control says."""

    skip: tuple[int, ...]
    norm: tuple[int, ...]

    @staticmethod
    def plain(count: int) -> Wiring:
        """Nothing was switched in a stack of so many blocks."""
        return Wiring((AS_CONTROL,) * count, (AS_CONTROL,) * count)

    def after(self, action: Rewire, fits: tuple[bool, ...]) -> tuple[Wiring, Rewire]:
        """The wiring after a gesture, and the gesture that takes it back.

        fits: for each block whether a skip can lead around it. Raises ValueError for a gesture that cannot be.
        """
        if action.what not in ("skip", "norm") or len(action.blocks) != len(action.on):
            raise ValueError(f"{action}: needs skip or norm, and a value for each block")
        if len(action.blocks) > MOST_BLOCKS or any(value not in (AS_CONTROL, 0, 1) for value in action.on):
            raise ValueError(f"on: {action.on[:5]}, needs 1, 0 or −1")
        now = list(getattr(self, action.what))
        for block, value in zip(action.blocks, action.on, strict=True):
            if not 1 <= block <= len(now):
                raise ValueError(_("There is no block {n}.").format(n=block))
            if action.what == "skip" and value == 1 and not fits[block - 1]:
                raise ValueError(_("No skip fits around block {n}: it changes the number of units.").format(n=block))
            now[block - 1] = value
        before = tuple(getattr(self, action.what)[block - 1] for block in action.blocks)
        skip, norm = (tuple(now), self.norm) if action.what == "skip" else (self.skip, tuple(now))
        return Wiring(skip, norm), Rewire(action.what, action.blocks, before)
