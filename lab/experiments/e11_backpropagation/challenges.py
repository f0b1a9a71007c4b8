"""Goals that the program checks: blanks to fill, rules to find, and a loss to bring down."""

from __future__ import annotations

from typing import Any

from lab.core.experiment import Challenge, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e11_backpropagation.frame import GraphFrame
from lab.experiments.e11_backpropagation.gestures import Accuse, Fill
from lab.experiments.e11_backpropagation.presets import MICROGRAD, NEURON
from lab.experiments.e11_backpropagation.settings import Params

__all__ = ["CHALLENGES"]

Log = tuple[tuple[int, Any], ...]
BLANKS = "d = a*b; e = d + c; e*d; a = 2; b = −3; c = 4"
TARGET, MOST_ROUNDS = 1e-5, 5


def check_blanks(frame: GraphFrame, _params: Params, _log: Log) -> Progress:
    """Every leaf's gradient filled in, to 1 %."""
    right, blanks = sum(not frame.is_blank(i) for i in frame.blanks), len(frame.blanks)
    done = bool(blanks) and right == blanks
    return Progress(done, right / max(1, blanks), _("{right} of {all} right.").format(right=right, all=blanks))


def _check_rules(frame: GraphFrame, misses: int) -> Progress:
    puzzle = frame.puzzle
    found, wrong = len(puzzle.found), len(puzzle.wrong)
    if puzzle.misses > misses:
        text = _("Too many right rules accused: {count}. Start over.").format(count=puzzle.misses)
        return Progress(False, 0.0, text, failed=True)
    text = _("{found} of {all} found, {misses} right ones accused.")
    shown = text.format(found=found, all=wrong, misses=puzzle.misses)
    return Progress(puzzle.solved, found / max(1, wrong), shown)


def check_one(frame: GraphFrame, _params: Params, _log: Log) -> Progress:
    """The wrong rule found with at most one miss."""
    return _check_rules(frame, 1)


def check_three(frame: GraphFrame, _params: Params, _log: Log) -> Progress:
    """All three found with at most three misses."""
    return _check_rules(frame, 3)


def check_fall(frame: GraphFrame, _params: Params, _log: Log) -> Progress:
    """The loss below the target within so many updates, with sound gradients."""
    if frame.params.bugs:
        return Progress(False, 0.0, _("Switch the bugs off: this is to be done with true gradients."))
    rows = frame.losses[frame.losses[:, 0] <= MOST_ROUNDS]
    lowest = float(rows[:, 1].min()) if len(rows) else 1.0
    late = frame.round > MOST_ROUNDS
    text = _("Lowest loss {loss}, after {n} updates.").format(loss=show_number(lowest, 3), n=frame.round)
    done = lowest < TARGET
    return Progress(done, min(1.0, TARGET / max(lowest, 1e-12)), text, failed=late and not done)


CHALLENGES = (
    Challenge(
        "blanks",
        N_("Fill in the gradients"),
        N_("Work out dL/da, dL/db and dL/dc by hand and type them into the graph. d is used twice."),
        Setting({"formula": BLANKS, "puzzle": "blanks"}),
        check_blanks,
        Setting(
            {"formula": BLANKS, "puzzle": "blanks"},
            actions=((0, Fill("a", 24.0)), (0, Fill("b", -16.0)), (0, Fill("c", -6.0))),
        ),
        (
            N_("Begin at L: how much does it move when e grows by 1? That is d."),
            N_("d goes straight into L, and into e as well. Add what comes back both ways: −2 + (−6) = −8."),
            N_("Then multiply by the local derivative once more: dL/da = −8 · b."),
        ),
        N_("three numbers, each to 1 %"),
    ),
    Challenge(
        "saboteur",
        N_("Find the wrong rule"),
        N_("Somebody put one wrong rule into this graph. Step back through it, find the node and say so."),
        Setting({"formula": NEURON, "puzzle": "wrong1", "puzzle_number": 10}),
        check_one,
        Setting(
            {"formula": NEURON, "puzzle": "wrong1", "puzzle_number": 10},
            actions=((0, Accuse("L")),),
        ),
        (
            N_("Values are all right; only what is passed back is wrong. Read the rule and put its numbers in."),
            N_("Look at a node and open the check: as long as the U is there, its gradient is true."),
            N_("The wrong rule is the one behind the first node, going back, whose check fails."),
        ),
        N_("at most one right rule accused"),
    ),
    Challenge(
        "ring",
        N_("Three saboteurs"),
        N_("Three rules of micrograd's example are wrong. Find them all; a repaired rule makes the others easier."),
        Setting({"formula": MICROGRAD, "puzzle": "wrong3", "puzzle_number": 4}),
        check_three,
        Setting(
            {"formula": MICROGRAD, "puzzle": "wrong3", "puzzle_number": 4},
            actions=((0, Accuse("f")), (0, Accuse("v11")), (0, Accuse("v7"))),
        ),
        (
            N_("Go from the output backward: the first wrong one can be found as if it were the only one."),
            N_("Once it is repaired, all gradients are computed anew. Go on from there."),
        ),
        N_("at most three right rules accused"),
    ),
    Challenge(
        "fall",
        N_("Five updates"),
        N_("Bring the loss of the 2→3→1 net below 0.00001 with at most five updates. All you have is η."),
        Setting({"graph": "course", "learning_rate": 0.1}),
        check_fall,
        Setting({"graph": "course", "learning_rate": 4.0}, steps=20 * 5 + 9),
        (
            N_("The gradients are small because a sigmoid's slope is at most 0.25. What does that ask of η?"),
            N_("Choose “round” as the size of a step and watch the page Loss."),
        ),
        N_("three updates are possible"),
    ),
)
