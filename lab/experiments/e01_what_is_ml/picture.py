"""What of a frame is drawn on the board: which points, which lines, which marks, in each of the views."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.experiments.e01_what_is_ml.rules import Piece, Rule
from lab.experiments.e01_what_is_ml.settings import Display
from lab.experiments.e01_what_is_ml.thermometer import Tick
from lab.experiments.e01_what_is_ml.things import Dots, Pin, Ruled, Things

__all__ = ["FULL", "NEW", "RULE", "SEEN", "seen_ticks", "thermometer_top", "things_of"]

SEEN, NEW, RULE = "category 0", "category 1", "category 3"
FULL = 0.4  # of the picture's height: the typical miss at which a thermometer is full
FEW = 60  # points up to which the sticks of hidden data stay readable


def things_of(frame: LineFrame, display: Display, draft: float | None, touched: bool) -> Things:
    """All that lies on the board. draft: where the guess is held before it is locked in, None at first."""
    guessing, ruling = display.view == "guess", display.view == "rule"
    return Things(
        line=(frame.line.slope, frame.line.intercept),
        dots=_dots(frame, display),
        ruled=_ruled(frame, display, guessing, ruling),
        pins=_pins(frame, guessing, ruling, draft),
        hint="" if touched or guessing or ruling or frame.step or not frame.n else _("drag me"),
        empty=_("No points yet. Click here to add some."),
        adding=not guessing and not ruling,
    )


def _dots(frame: LineFrame, display: Display) -> tuple[Dots, ...]:
    seen = frame.examples
    sticks = "bad" if display.sticks else ""
    groups = [Dots(_("seen"), seen.x, seen.y, SEEN, "o", movable=True, sticks=sticks)]
    if frame.revealed:
        thin = NEW if display.sticks and seen.new_x.size <= FEW else ""
        groups.insert(0, Dots(_("new"), seen.new_x, seen.new_y, NEW, "t1", sticks=thin, dash=(1.6, 2.2), size=5.0))
    return tuple(groups)


def _ruled(frame: LineFrame, display: Display, guessing: bool, ruling: bool) -> tuple[Ruled, ...]:
    x0, x1, y0, y1 = frame.examples.extent
    found = []
    if display.mine and frame.mine is not None and frame.mine != frame.line:
        ends = np.array([[x, float(frame.mine.at(x))] for x in (x0, x1)])
        found.append(Ruled(ends, "text3", (4, 3), 2.0, _("mine")))
    if guessing and frame.examples.ask is not None:
        x = frame.examples.ask[0]
        found.append(Ruled(np.array([[x, y0], [x, y1]]), "edge", (2, 3), 1.4))
    if ruling:
        found.append(Ruled(_stairs(frame.rule, x0, x1), RULE, (6, 2.4), 2.8, _("rule")))
    return tuple(found)


def _stairs(rule: Rule, x0: float, x1: float) -> np.ndarray:
    """The rule as a line of steps. [2 · pieces, 2]"""
    return np.array([spot for p in rule.pieces(x0, x1) for spot in ((p.left, p.answer), (p.right, p.answer))])


def _pins(frame: LineFrame, guessing: bool, ruling: bool, draft: float | None) -> tuple[Pin, ...]:
    if ruling:
        return _rule_pins(frame)
    ask = frame.examples.ask
    if not guessing or ask is None:
        return ()
    _x0, _x1, y0, y1 = frame.examples.extent
    if frame.guess is None:
        height = draft if draft is not None else (y0 + y1) / 2
        return (Pin("guess", ask[0], height, _("your guess"), hint=_("drag me")),)
    answer = float(frame.line.at(ask[0]))
    return (
        Pin("line", ask[0], answer, _("line {y}").format(y=show_number(answer, 3)), "text", "s", True),
        Pin("mine", ask[0], frame.guess, _("you {y}").format(y=show_number(frame.guess, 3)), fixed=True),
        Pin("truth", ask[0], ask[1], _("truth {y}").format(y=show_number(ask[1], 3)), "good", "star", True),
    )


def _rule_pins(frame: LineFrame) -> tuple[Pin, ...]:
    """One at the middle of the longest stretch on which each answer is given."""
    x0, x1, _y0, _y1 = frame.examples.extent
    longest: dict[int, Piece] = {}
    for piece in frame.rule.pieces(x0, x1):
        known = longest.get(piece.number)
        if known is None or piece.right - piece.left > known.right - known.left:
            longest[piece.number] = piece
    return tuple(
        Pin(str(number), (piece.left + piece.right) / 2, piece.answer, "", RULE, "d")
        for number, piece in sorted(longest.items())
    )


def thermometer_top(frame: LineFrame) -> float:
    """The error at which both thermometers are full: a typical miss of FULL of the picture's height."""
    _x0, _x1, y0, y1 = frame.examples.extent
    return (FULL * (y1 - y0)) ** 2


def seen_ticks(frame: LineFrame) -> tuple[Tick, ...]:
    """The best possible error, and that of the locked line, once they may be seen."""
    best, mine, ticks = frame.shown_best, frame.my_mse, []
    if best is not None:
        ticks.append(Tick(best.error, _("best"), "good"))
    if mine is not None and frame.mine != frame.line:
        ticks.append(Tick(mine, _("mine"), "text2"))
    return tuple(ticks)
