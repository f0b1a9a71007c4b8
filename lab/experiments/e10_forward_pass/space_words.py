"""What the page of the space says, and which window it looks through on the way from the inputs to the layer."""

from __future__ import annotations

from lab.core.text import _
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.warp import Warp, warp_of
from lab.kit.numbers import subscript

__all__ = ["between", "layer_head", "sentence_of"]


def sentence_of(frame: ForwardFrame, chosen: str) -> str:
    """What is seen, in a sentence. chosen: which of the four pictures is shown."""
    match chosen:
        case "planes":
            warp = warp_of(frame)
            if warp is None or not warp.of:
                return _("One layer only: nothing is bent, and the boundary is a straight line.")
            if warp.of > 2:
                a, b = (unit + 1 for unit in warp.units)
                return _("Drag a point on the left. Units {a} and {b} of {n} are shown.").format(a=a, b=b, n=warp.of)
            return _("Drag a point on the left. Behind the hidden layer the boundary is one straight line.")
        case "line":
            return _("Drag links and tiles. Dashed: hidden units times their weights. Their sum and b are the output.")
        case "digits":
            return _("64 grey values go in, 10 probabilities come out. The lit one is the largest.")
    return frame.run.error or _("Row by row. With two inputs this page shows how the plane is bent, with one a curve.")


def between(warp: Warp, share: float) -> tuple[float, float, float, float]:
    """The window on the way from the inputs to the layer."""
    pairs = zip(warp.window_before, warp.window_after, strict=True)
    x0, x1, y0, y1 = ((1 - share) * a + share * b for a, b in pairs)
    return x0, x1, y0, y1


def layer_head(frame: ForwardFrame, warp: Warp) -> str:
    """What the right picture is called."""
    if not warp.of:
        return _("There is no hidden layer")
    names = ", ".join(f"a{subscript(unit + 1)}" for unit in warp.units)
    layer = len(frame.net.weights) - 1
    return _("Where layer {n} puts it: {names}").format(n=layer, names=names)
