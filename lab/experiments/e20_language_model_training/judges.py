"""Who judges the sorted digits, and how often that is right: formulas over what can be said of an answer."""

from __future__ import annotations

from functools import cache

from lab.core.text import N_
from lab.engine.tuning.judge import Judge
from lab.engine.tuning.sorting import FEATURES

__all__ = ["DEFAULT_FORMULA", "FORMULAS", "JUDGES", "check_formula", "judge_of"]

JUDGES = {
    "exact": N_("Exact"),
    "places": N_("Share of right places"),
    "sloppy": N_("Sloppy: not falling"),
    "own": N_("My formula"),
}
FORMULAS = {"exact": "step(places - 0.99)", "places": "places", "sloppy": "step(digits*rising - 0.99)"}
DEFAULT_FORMULA = "kept*rising"


@cache
def judge(formula: str) -> Judge:
    """A formula that was read once."""
    return Judge(formula, FEATURES)


def check_formula(text: str) -> None:
    """Refuse a formula that cannot be read. Raises FormulaError, a ValueError, saying where and why."""
    judge(text)


def judge_of(name: str, formula: str) -> Judge:
    """The judge that was chosen."""
    return judge(FORMULAS.get(name, formula))
