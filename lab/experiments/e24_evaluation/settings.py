"""What can be chosen here: who is tested, where the line is drawn, what mistakes cost, and who is compared."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, Longest, More, Pattern, Range, Restarts, Shows, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_
from lab.kit.passage_answers import WAYS
from lab.kit.prompt_answers import EXERCISES

__all__ = ["CELLS", "PAGES", "READERS", "Cell", "Params"]

PAGES = {
    "threshold": N_("Threshold"),
    "calibration": N_("Calibration"),
    "perplexity": N_("Perplexity"),
    "bits": N_("Bits"),
    "significance": N_("Significance"),
    "arena": N_("Arena"),
    "tries": N_("Tries"),
    "cheat": N_("Leaks"),
}
"""What each page is called on screen."""

Cell = Literal["tp", "fn", "fp", "tn"]
CELLS: dict[Cell, str] = {
    "tp": N_("Found"),
    "fn": N_("Missed"),
    "fp": N_("False alarms"),
    "tn": N_("Left alone"),
}

READERS = {
    "unigram": N_("1 letter"),
    "bigram": N_("2 letters"),
    "trigram": N_("3 letters"),
    "fourgram": N_("4 letters"),
    "fivegram": N_("5 letters"),
    "small": N_("Small model"),
    "house": N_("House model"),
    "received": N_("Received"),
    "smollm2": "SmolLM2",
}
"""Who reads: what counts runs of letters, transformers, what was sent and, where its pack is, SmolLM2."""


@dataclass(frozen=True, slots=True)
class Params:
    """The controls of all pages; those of another page than the open one are hidden."""

    data: Annotated[
        Literal["drawn", "cells", "received"],
        Label(N_("Who is tested")),
        Choices((N_("A drawn world"), N_("Cells in a microscope"), N_("What was received"))),
        Tip(N_("A world whose truth we know, 284 real samples of tissue, or the network that you sent here.")),
        Restarts(),
    ] = "drawn"
    threshold: Annotated[
        float,
        Range(0.0, 1.0, step=0.01),
        Label(N_("Threshold")),
        Symbol("t"),
        Digits(3),
        Hint(N_("low: nothing is missed · high: no false alarm")),
        Tip(N_("From this score on the model says yes. Drag the line in the picture.")),
    ] = 0.5
    positives: Annotated[
        float,
        Range(0.01, 0.5, step=0.01, typed=(0.0, 1.0)),
        Label(N_("Share of positives")),
        Digits(3),
        Tip(N_("How many of the 1000 items really are positive.")),
    ] = 0.5
    skill: Annotated[
        float,
        Range(0.0, 4.0, step=0.1),
        Label(N_("Skill of the model")),
        Symbol("d"),
        Digits(2),
        Tip(N_("How far apart its two hills are. At 0 it only guesses.")),
        More(),
    ] = 2.0
    confidence: Annotated[
        float,
        Range(0.2, 5.0, log=True, typed=(0.01, 100.0)),
        Label(N_("Confidence")),
        Symbol("c"),
        Digits(3),
        Hint(N_("below 1: too modest · above 1: too sure")),
        Tip(N_("At 1 the model is as sure as it should be. No answer changes, only how sure it sounds.")),
    ] = 1.0
    shift: Annotated[
        float,
        Range(-3.0, 3.0, step=0.1),
        Label(N_("Shift")),
        Symbol("b"),
        Digits(2),
        Tip(N_("The model was made for another world: all its scores are too high, or too low.")),
        More(),
    ] = 0.0
    false_positive: Annotated[
        float,
        Range(0.0, 20.0, step=0.5, typed=(0.0, 1000.0)),
        Label(N_("Price of a false alarm")),
        Digits(3),
        Tip(N_("What it costs to say yes where no is true.")),
        More(),
    ] = 1.0
    false_negative: Annotated[
        float,
        Range(0.0, 20.0, step=0.5, typed=(0.0, 1000.0)),
        Label(N_("Price of a miss")),
        Digits(3),
        Tip(N_("What it costs to say no where yes is true.")),
    ] = 1.0
    cell: Annotated[
        Cell,
        Label(N_("Examples of")),
        Choices(tuple(CELLS.values())),
        Tip(N_("Whose examples are listed. Press a quarter of the picture.")),
        More(),
        Shows(),
    ] = "fn"
    positive_class: Annotated[
        int,
        Range(0, 9, step=1),
        Label(N_("Positive class")),
        Digits(1),
        Tip(N_("Which class of the received network counts as yes; all others are no.")),
        More(),
    ] = 1
    temperature: Annotated[
        float,
        Range(0.2, 10.0, log=True, typed=(0.01, 100.0)),
        Label(N_("Temperature")),
        Symbol("T"),
        Digits(3),
        Hint(N_("below 1: surer · above 1: more modest")),
        Tip(N_("All scores are divided by it before they become probabilities. Drag the line in the lower picture.")),
    ] = 1.0
    bins: Annotated[
        int,
        Range(4, 20, step=1),
        Label(N_("Bins")),
        Digits(2),
        Tip(N_("How many groups of about equally sure answers there are.")),
        Shows(),
    ] = 10
    pairs: Annotated[
        Literal["counts", "passages", "examples"],
        Label(N_("Compared")),
        Choices((N_("Two models"), N_("SmolLM2"), N_("Its examples"))),
        Tip(N_("Answers with the shares that you choose, or those that SmolLM2 really gave in experiments 23 and 22.")),
    ] = "counts"
    first_way: Annotated[
        Literal["none", "first", "right", "three"],
        Label(N_("A reads")),
        Choices(tuple(WAYS.values())),
        Tip(N_("What stood before each question when A answered it: no passage, one or three.")),
    ] = "none"
    second_way: Annotated[
        Literal["none", "first", "right", "three"],
        Label(N_("B reads")),
        Choices(tuple(WAYS.values())),
        Tip(N_("What stood before each question when B answered it: no passage, one or three.")),
    ] = "three"
    asked: Annotated[
        int,
        Range(5, 60, step=1),
        Label(N_("Of 60 questions")),
        Digits(2),
        Tip(N_("So many of the 60 questions count, from the first on.")),
    ] = 60
    exercise: Annotated[
        Literal["sentiment", "swap", "invented", "capitals"],
        Label(N_("Task")),
        Choices(tuple(EXERCISES.values())),
        Tip(N_("What SmolLM2 was asked 30 times, with examples before each question.")),
    ] = "sentiment"
    first_shots: Annotated[
        Literal["0", "2", "4", "8"],
        Label(N_("Examples for A")),
        Choices(("0", "2", "4", "8")),
        Tip(N_("How many examples stood before each question when A answered it.")),
    ] = "0"
    second_shots: Annotated[
        Literal["0", "2", "4", "8"],
        Label(N_("Examples for B")),
        Choices(("0", "2", "4", "8")),
        Tip(N_("How many examples stood before each question when B answered it.")),
    ] = "8"
    questions: Annotated[
        int,
        Range(20, 10_000, log=True, typed=(5, 30_000)),
        Label(N_("Questions")),
        Symbol("n"),
        Digits(5),
        Tip(N_("How many questions both models answered.")),
    ] = 100
    first_right: Annotated[
        float,
        Range(0.0, 1.0, step=0.01),
        Label(N_("A right")),
        Digits(3),
        Tip(N_("The share of the questions that model A answered right.")),
    ] = 0.8
    second_right: Annotated[
        float,
        Range(0.0, 1.0, step=0.01),
        Label(N_("B right")),
        Digits(3),
        Tip(N_("The share of the questions that model B answered right.")),
    ] = 0.82
    alike: Annotated[
        float,
        Range(0.0, 1.0, step=0.05),
        Label(N_("Alike")),
        Digits(2),
        Hint(N_("0: independent · 1: right on the same ones")),
        Tip(N_("Whether both find the same questions easy. Models that err alike are told apart by fewer questions.")),
    ] = 0.5
    passage: Annotated[
        Literal["plays", "modern", "own", "numbers"],
        Label(N_("What is read")),
        Choices((N_("An unseen scene"), N_("A morning today"), N_("Your own text"), N_("Five numbers"))),
        Tip(N_("The house models learned from the plays, without these lines. SmolLM2 may have read them somewhere.")),
        Restarts(),
    ] = "plays"
    own: Annotated[
        str,
        Label(N_("Your own text")),
        Tip(N_("\\n is a new line. What the letter models cannot read is left out.")),
        Longest(320),
        Restarts(),
    ] = "The cat sat on the mat."
    logs: Annotated[
        str,
        Label(N_("Logarithms")),
        Pattern("lab.experiments.e24_evaluation.numbers_typed:check_logs"),
        Longest(400),
        Tip(N_("The natural logarithm of the probability that a model gave each word, with spaces between them.")),
        Restarts(),
    ] = "-2.3 -1.1 -0.5 -3.2 -1.8"
    reader: Annotated[
        Literal["unigram", "bigram", "trigram", "fourgram", "fivegram", "small", "house", "received", "smollm2"],
        Label(N_("Whose surprise")),
        Choices(tuple(READERS.values())),
        Tip(N_("Whose guesses the text is coloured by. Press a bar to choose it.")),
    ] = "house"
    weights: Annotated[
        Literal["house", "normal", "received", "smollm2"],
        Label(N_("Whose weights")),
        Choices((N_("House model"), N_("Drawn at random"), N_("What was received"), "SmolLM2")),
        Tip(N_("A trained language model, or 262 144 numbers from a normal distribution.")),
        Restarts(),
    ] = "house"
    bits: Annotated[
        Literal["16", "8", "4", "2"],
        Label(N_("Bits a weight")),
        Choices(("16", "8", "4", "2")),
        Tip(N_("With 4 bits a weight is one of 15 values.")),
        Restarts(),
    ] = "8"
    per: Annotated[
        Literal["tensor", "row", "group"],
        Label(N_("One scale for each")),
        Choices((N_("Matrix"), N_("Row"), N_("Group"))),
        Tip(N_("The largest weight of each decides how wide a step is.")),
        Restarts(),
    ] = "tensor"
    group: Annotated[
        int,
        Range(8, 256, log=True),
        Label(N_("Weights in a group")),
        Digits(3),
        Tip(N_("Small groups have steps that fit, and more scales to store.")),
        Restarts(),
    ] = 64
    outlier: Annotated[
        float,
        Range(0.0, 100.0, step=1.0),
        Label(N_("Outlier")),
        Digits(3),
        Tip(N_("One of the random weights becomes so large. 0: none.")),
        Restarts(),
    ] = 0.0
    margin: Annotated[
        float,
        Range(0.5, 0.9, step=0.01),
        Label(N_("Wins of the better one")),
        Digits(3),
        Tip(N_("How often each model beats its weaker neighbour, in the eyes of a judge without likings.")),
    ] = 0.55
    first: Annotated[
        float,
        Range(0.0, 2.0, step=0.1),
        Label(N_("Likes the first")),
        Digits(2),
        Tip(N_("How much the judge prefers what it reads first.")),
    ] = 0.0
    longer: Annotated[
        float,
        Range(0.0, 1.0, step=0.05),
        Label(N_("Likes the longer")),
        Digits(2),
        Tip(N_("How much the judge prefers long answers. The weakest model, A, writes the longest.")),
    ] = 0.0
    swap: Annotated[
        bool,
        Label(N_("Ask both ways")),
        Tip(N_("Each pair is shown in both orders; where the verdicts differ, each gets half a win.")),
    ] = False
    first_heat: Annotated[
        float,
        Range(0.1, 2.0, log=True, typed=(0.02, 20.0)),
        Label(N_("Temperature of A")),
        Digits(3),
        Hint(N_("below 1: surer · above 1: more varied")),
        Tip(N_("A and B are the same model: it sorts five digits. Only how boldly it is drawn from differs.")),
        Restarts(),
    ] = 1.0
    second_heat: Annotated[
        float,
        Range(0.1, 2.0, log=True, typed=(0.02, 20.0)),
        Label(N_("Temperature of B")),
        Digits(3),
        Tip(N_("At a low one nearly every try is the same answer.")),
        Restarts(),
    ] = 0.2
    tries: Annotated[
        int,
        Range(1, 16, step=1),
        Label(N_("Tries")),
        Symbol("k"),
        Digits(2),
        Tip(N_("So many answers to each question, of which one right is enough. Drag the line in the picture.")),
    ] = 4
    options: Annotated[
        Literal["near", "random"],
        Label(N_("Wrong options")),
        Choices((N_("One digit off"), N_("Drawn"))),
        Tip(N_("Beside the right answer stand three wrong ones. The model picks the one it finds likeliest.")),
    ] = "near"
    leak: Annotated[
        Literal["exact", "changed"],
        Label(N_("How it leaks")),
        Choices((N_("Word for word"), N_("Every 10th letter changed"))),
        Tip(N_("What the model is fine-tuned on: half of the test, as it is or in disguise.")),
        Restarts(),
    ] = "exact"
    run_length: Annotated[
        int,
        Range(4, 40, step=1),
        Label(N_("Length of a run")),
        Digits(2),
        Tip(N_("So many letters in a row must stand in the training text to count as copied.")),
    ] = 20
    k_share: Annotated[
        float,
        Range(0.02, 1.0, step=0.02),
        Label(N_("Share k of Min-K")),
        Digits(2),
        Tip(N_("Only the most surprising letters of a passage count: this share of them. 1: all.")),
    ] = 0.2
    topic: Annotated[
        Literal["threshold", "calibration", "perplexity", "bits", "significance", "arena", "tries", "cheat"],
        Label(N_("Page")),
        Choices(tuple(PAGES.values())),
        Tip(N_("What is asked of the model.")),
        Restarts(),
        More(),
    ] = "threshold"
