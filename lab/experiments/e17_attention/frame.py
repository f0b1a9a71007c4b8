"""What is shown of one step: whose attention, the selected head with its stages, and what is known of all heads.
A frame never changes."""

from __future__ import annotations

from lab.core.records import dataclass
from lab.experiments.e17_attention.chain import Chain
from lab.experiments.e17_attention.lens import OVLens, QKLens
from lab.experiments.e17_attention.own_words import Vectors
from lab.experiments.e17_attention.reading import Head, Next, Reading
from lab.experiments.e17_attention.scaling import ScaleReport
from lab.experiments.e17_attention.settings import STAGES, Params
from lab.experiments.e17_attention.trying import Trial

__all__ = ["AttentionFrame"]


@dataclass(frozen=True, eq=False)
class AttentionFrame:
    """One step.

    reading: the text and all heads, None while the source is being opened.  chain: the selected head.  vectors: of my
    own words, else None.  scale: what the third page shows, None on the others.  silent, patched: heads, from 0.
    opened: the share of the source that is open, 1 when it is.  received: whether a model was received.
    qk, ov: the selected head through the lens whose page is open, else None.
    trial: what is known of heads that were tried, on the page where that is done, else None.
    pack: whether SmolLM2 is on this computer.  pretrained: whether it reads here, tuned or not.
    """

    step: int
    params: Params
    last_step: int
    reading: Reading | None
    chain: Chain | None
    vectors: Vectors | None
    scale: ScaleReport | None
    silent: tuple[Head, ...]
    patched: tuple[Head, ...]
    opened: float
    received: bool
    qk: QKLens | None = None
    ov: OVLens | None = None
    trial: Trial | None = None
    pack: bool = False
    pretrained: bool = False

    @property
    def stage(self) -> str:
        """The stage of this step: "all" at step 0, then one stage after the other."""
        return STAGES[min(self.step, self.last_step)]

    def seen(self, stage: str) -> bool:
        """Whether a stage has been worked out by now; at step 0 all of them are shown."""
        return self.step == 0 or STAGES.index(stage) <= self.step

    @property
    def expected(self) -> Next | None:
        """What comes next, on the pages that read a text with a model that predicts."""
        return None if self.params.page == "scale" or self.reading is None else self.reading.next
