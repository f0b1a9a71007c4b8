"""What can be chosen in this experiment: the table, how each column is scaled, on which rows the scaler is
fitted, the unit of the first column, and what is drawn."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Hint, Label, More, Range, Restarts, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_

__all__ = ["SCALER_NAMES", "Display", "Params"]

SCALER_NAMES = {
    "none": N_("None"),
    "min-max": "Min–max",
    "z": "z",
    "robust": N_("Robust"),
    "log": N_("Log"),
}
"""What each scaler is called on screen."""

Kind = Literal["none", "min-max", "z", "robust", "log"]
NAMES = Choices(tuple(SCALER_NAMES.values()))
HOW = Tip(N_("Min–max to 0…1, z-score to mean 0 and σ 1, robust by median and quartiles, log for long tails."))
Data = Literal[
    "course", "flats", "houses", "people", "prices", "outlier", "scaled", "sunflowers", "constant", "own", "received"
]


@dataclass(frozen=True, slots=True)
class Params:
    """The controls."""

    unit: Annotated[
        Literal["given", "milli", "kilo"],
        Label(N_("First column in")),
        Choices((N_("Given unit"), N_("Milli (mm)"), N_("Kilo (km)"))),
        Tip(N_("The same things measured in another unit: the data do not change, only their numbers.")),
    ] = "given"
    data: Annotated[
        Data,
        Label(N_("Table")),
        Choices(
            (
                N_("Three flats"),
                N_("Flats"),
                N_("Houses sold"),
                N_("People"),
                N_("Prices"),
                N_("One outlier"),
                N_("Already scaled"),
                N_("Sunflowers"),
                N_("Constant"),
                N_("My own"),
                N_("Received"),
            )
        ),
        Tip(N_("Paste a table from a spreadsheet with Ctrl+V, or press “Own data…”.")),
        Restarts(),
    ] = "flats"
    fit_on: Annotated[
        Literal["train", "all"],
        Label(N_("Fit the scaler on")),
        Choices((N_("Train"), N_("All (leak)"))),
        Tip(N_("Fitted on all rows, the scaler has already seen the test rows: the test is no longer a test.")),
    ] = "train"
    rate: Annotated[
        float,
        Range(0.05, 0.95),
        Label(N_("Rate, of the limit")),
        Symbol("ρ"),
        Tip(N_("Both races use η = ρ · 2/λ: the same part of the largest η that is stable for each.")),
        Hint(N_("small: slow, safe · near 1: swings")),
    ] = 0.5
    k: Annotated[
        int,
        Range(1, 25, step=1),
        Label(N_("Neighbours")),
        Symbol("k"),
        Tip(N_("How many of the nearest train rows are lit, and vote on a test row.")),
    ] = 5
    scaler_1: Annotated[Kind, Label(N_("Scaler of the first column")), NAMES, HOW, More()] = "z"
    scaler_2: Annotated[Kind, Label(N_("Scaler of the second column")), NAMES, HOW, More()] = "z"
    impute: Annotated[
        Literal["mean", "median", "zero"],
        Label(N_("Fill missing cells with")),
        Choices((N_("Mean"), N_("Median"), N_("Zero"))),
        Tip(N_("A distance needs a number in every cell. What is filled in is a guess, and is shown as one.")),
        More(),
    ] = "mean"


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    page: Annotated[
        Literal["race", "neighbours", "table"],
        Label(N_("Picture")),
        Choices((N_("Race"), N_("Neighbours"), N_("Table"))),
    ] = "race"
    true_aspect: Annotated[
        bool,
        Label(N_("True aspect")),
        Tip(N_("One unit across is as long as one unit up, as the distance sees it.")),
    ] = False
