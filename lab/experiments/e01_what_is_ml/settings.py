"""What can be chosen in this experiment: which examples, how many and how noisy, and where the line
begins."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Label, More, Range, Restarts, Tip
from lab.core.records import dataclass
from lab.core.text import N_

__all__ = ["MADE", "Display", "Params"]

DataSet = Literal["lemonade", "shoes", "crickets", "battery", "luck", "ball", "plant", "five", "own"]
MADE = ("battery", "luck", "ball", "plant")
"""The data sets that are made anew by a formula and random numbers; the others are tables."""


@dataclass(frozen=True, slots=True)
class Params:
    """The controls."""

    data: Annotated[
        DataSet,
        Label(N_("Examples")),
        Choices(
            (
                N_("Lemonade"),
                N_("Shoes"),
                N_("Crickets"),
                N_("Battery"),
                N_("House numbers"),
                N_("Thrown ball"),
                N_("Plant"),
                N_("Five points"),
                N_("My own"),
            )
        ),
        Tip(N_("Pairs of a number that is known and a number that is wanted.")),
        Restarts(),
    ] = "lemonade"
    reveal: Annotated[
        bool,
        Label(N_("Show the new points")),
        Tip(N_("Points from the same source that neither you nor the machine has seen.")),
    ] = False
    n: Annotated[
        int,
        Range(1, 60, typed=(1, 500)),
        Label(N_("Points")),
        Tip(N_("How many points are made to fit the line to.")),
        Digits(3),
        Restarts(),
        More(),
    ] = 12
    noise: Annotated[
        float,
        Range(0.0, 3.0, step=0.1, typed=(0.0, 100.0)),
        Label(N_("Noise")),
        Tip(N_("How far the points are scattered: 1 is usual, 0 puts them exactly on their curve.")),
        Restarts(),
        More(),
    ] = 1.0
    start: Annotated[
        Literal["flat", "own"],
        Label(N_("Line at the start")),
        Choices((N_("Level and too low"), N_("As typed below"))),
        Restarts(),
        More(),
    ] = "flat"
    start_slope: Annotated[
        float,
        Range(-20.0, 20.0, step=0.1, typed=(-1e9, 1e9)),
        Label(N_("Slope at the start")),
        Digits(4),
        Restarts(),
        More(),
    ] = 0.0
    start_intercept: Annotated[
        float,
        Range(-100.0, 100.0, step=1.0, typed=(-1e9, 1e9)),
        Label(N_("Intercept at the start")),
        Digits(4),
        Restarts(),
        More(),
    ] = 0.0


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    view: Annotated[
        Literal["fit", "guess", "rule", "table"],
        Label(N_("View")),
        Choices((N_("Fit"), N_("Guess"), N_("Rule"), N_("Table"))),
    ] = "fit"
    sticks: Annotated[
        bool,
        Label(N_("Error sticks")),
        Tip(N_("From each point straight up or down to the line: how far the line misses it.")),
    ] = True
    mine: Annotated[
        bool,
        Label(N_("My locked line")),
        Tip(N_("Keep the line that you locked in on the picture while the machine moves on.")),
    ] = True
