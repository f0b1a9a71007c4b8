"""What is said of counts: whether they fit what was promised, and whether a text bears a watermark."""

from __future__ import annotations

from lab.core.numbers import show_number
from lab.core.text import _
from widgets.text.light import Verdict

__all__ = ["FOUND", "verdict_on", "watermark_verdict"]

FOUND = 4.0  # standard deviations from which on a text is taken for marked
DOUBT, NO = 0.01, 1e-4  # chances below which a light turns amber, and red


def verdict_on(p_value: float, fits: str) -> Verdict:
    """What a χ² test says. fits: the sentence for a good one."""
    chance = _("Of 100 tries {n} would be further off.").format(n=show_number(min(100 * p_value, 99), 2))
    if p_value >= DOUBT:
        return Verdict("good", fits + " " + chance)
    if p_value >= NO:
        return Verdict("warn", _("Doubtful.") + " " + chance)
    return Verdict("bad", _("They do not fit: chance alone is hardly ever so far off."))


def watermark_verdict(greens: int, tokens: int, z: float | None) -> Verdict:
    """Whether a text bears the watermark."""
    if z is None:
        return Verdict("", _("Watermark: write something, and its green tokens are counted."))
    counted = _("{g} of {n} tokens are green, z = {z}.").format(g=greens, n=tokens, z=show_number(z, 3))
    if z < FOUND:
        return Verdict("", counted + " " + _("No watermark is to be seen."))
    return Verdict("good", counted + " " + _("The watermark is found."))
