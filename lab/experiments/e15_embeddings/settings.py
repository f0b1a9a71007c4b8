"""What can be chosen in this experiment: which vectors, which words, how they are drawn and how they learn."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Label, Longest, More, Pattern, Range, Restarts, Shows, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_

__all__ = ["CORPORA", "DIRECTIONS", "METRICS_OF", "PAGES", "PROJECTIONS", "SENSES", "SOURCES", "Params"]

PAGES = {
    "learn": N_("Learn"),
    "map": N_("Map"),
    "analogy": N_("Analogy"),
    "direction": N_("Direction"),
    "context": N_("Context"),
    "compact": N_("Compact"),
}
"""What each page is called on screen. Each is a run of its own."""
CORPORA = {
    "toy": N_("Toy kingdom"),
    "fruit": N_("Fruit and drinks"),
    "letters": N_("Letters of names"),
    "mixed": N_("A queen in the kitchen"),
    "own": N_("My own text"),
}
SOURCES = {
    "glove": N_("GloVe words"),
    "sentences": N_("Sentences"),
    "digits": N_("Digit images"),
    "random": N_("Random vectors"),
    "own": N_("My own"),
    "received": N_("Received"),
}
PROJECTIONS = {"pca": "PCA", "axis": N_("Own axis"), "tsne": "t-SNE"}
METRICS_OF = {"cosine": N_("Cosine"), "euclid": N_("Distance"), "dot": N_("Dot product")}
DIRECTIONS = (
    "king man father son brother husband uncle actor prince boy",
    "queen woman mother daughter sister wife aunt actress princess girl",
    "doctor nurse teacher engineer farmer pilot lawyer secretary carpenter scientist",
)
"""Two lists whose difference is a direction, and a list to look at along it."""
SENSES = (
    "We sat on the grass of the river bank. / The boat was tied to the muddy bank. / Fish hide under the steep bank."
    " // She took her money to the bank. / The bank lent him cash for a house."
)
"""Sentences with one word in two senses: "/" between two, "//" between the senses."""


@dataclass(frozen=True, slots=True)
class Params:
    """The controls of all pages; those of another page than the open one are hidden."""

    topic: Annotated[
        Literal["learn", "map", "analogy", "direction", "context", "compact"],
        Label(N_("Page")),
        Choices(tuple(PAGES.values())),
        Tip(N_("Which page is open. Each is a run of its own.")),
        Restarts(),
        More(),
    ] = "learn"
    corpus: Annotated[
        Literal["toy", "fruit", "letters", "mixed", "own"],
        Label(N_("Text")),
        Choices(tuple(CORPORA.values())),
        Tip(N_("The sentences that are learned from. Press on one to change it.")),
        Restarts(),
    ] = "toy"
    source: Annotated[
        Literal["glove", "sentences", "digits", "random", "own", "received"],
        Label(N_("Vectors")),
        Choices(tuple(SOURCES.values())),
        Tip(N_("Whose vectors are on the map.")),
        Restarts(),
    ] = "glove"
    projection: Annotated[
        Literal["pca", "axis", "tsne"],
        Label(N_("Projection")),
        Choices(tuple(PROJECTIONS.values())),
        Tip(N_("How many numbers become two: along the widest directions, along your own axis, or by t-SNE.")),
    ] = "pca"
    word: Annotated[
        str,
        Pattern("", N_("a word")),
        Longest(160),
        Label(N_("Word")),
        Tip(N_("The word that is looked at. Press on one on the map, or type it.")),
    ] = "queen"
    other: Annotated[
        str,
        Pattern("", N_("a second word")),
        Longest(160),
        Label(N_("Compared with")),
        Tip(N_("A second word, for the cosine between the two.")),
    ] = "king"
    metric: Annotated[
        Literal["cosine", "euclid", "dot"],
        Label(N_("Nearness")),
        Choices(tuple(METRICS_OF.values())),
        Tip(N_("What counts as near: a small angle, a small distance, or a large dot product.")),
        More(),
    ] = "cosine"
    k: Annotated[
        int,
        Range(1, 20, step=1),
        Label(N_("Neighbours")),
        Symbol("k"),
        Digits(2),
        Tip(N_("How many of the nearest are listed.")),
        More(),
    ] = 10
    axis_from: Annotated[
        str,
        Pattern("", N_("a word")),
        Longest(160),
        Label(N_("Axis from")),
        Tip(N_("Where your own axis begins. Drag the left ring on the map to another word.")),
    ] = "man"
    axis_to: Annotated[
        str,
        Pattern("", N_("a word")),
        Longest(160),
        Label(N_("Axis to")),
        Tip(N_("Where your own axis ends. Drag the right ring on the map to another word.")),
    ] = "woman"
    perplexity: Annotated[
        float,
        Range(2.0, 50.0, log=True),
        Label(N_("Perplexity")),
        Tip(N_("About how many neighbours each point looks at when t-SNE draws the map.")),
        Restarts(),
        More(),
    ] = 20.0
    a: Annotated[
        str,
        Pattern("", N_("a word")),
        Longest(60),
        Label(N_("This")),
        Symbol("a"),
        Tip(N_("The arrow begins here: a is to b as c is to …")),
    ] = "man"
    b: Annotated[
        str,
        Pattern("", N_("a word")),
        Longest(60),
        Label(N_("is to this")),
        Symbol("b"),
        Tip(N_("The arrow ends here.")),
    ] = "woman"
    c: Annotated[
        str,
        Pattern("", N_("a word")),
        Longest(60),
        Label(N_("as this is to …")),
        Symbol("c"),
        Tip(N_("The same arrow is put here, and the word nearest to its tip is the answer.")),
    ] = "king"
    exclude: Annotated[
        bool,
        Label(N_("Leave the three out")),
        Tip(
            N_("The three words of the question do not count as answers. Without this the answer is often one of them.")
        ),
    ] = True
    list_a: Annotated[
        str,
        Pattern("", N_("words with blanks between")),
        Longest(600),
        Label(N_("One end")),
        Tip(N_("Words with blanks between. The direction goes from their mean to the mean of the other list.")),
    ] = DIRECTIONS[0]
    list_b: Annotated[
        str,
        Pattern("", N_("words with blanks between")),
        Longest(600),
        Label(N_("Other end")),
        Tip(N_("Words with blanks between, where the direction leads to.")),
    ] = DIRECTIONS[1]
    list_c: Annotated[
        str,
        Pattern("", N_("words with blanks between")),
        Longest(600),
        Label(N_("To look at")),
        Tip(N_("Words that made neither end. Where do they stand?")),
    ] = DIRECTIONS[2]
    senses: Annotated[
        str,
        Pattern("", N_("sentences, / between them, // between two senses")),
        Longest(1000),
        Label(N_("Sentences")),
        Tip(N_("One word in several sentences: “/” between two of them, “//” where another sense begins.")),
        Restarts(),
    ] = SENSES
    sense_word: Annotated[
        str,
        Pattern("", N_("a word")),
        Longest(40),
        Label(N_("Word in all of them")),
        Tip(N_("The word that is followed through the layers.")),
        Restarts(),
    ] = "bank"
    width: Annotated[
        int,
        Range(1, 32, step=1),
        Label(N_("Numbers")),
        Symbol("d"),
        Digits(2),
        Tip(N_("How many numbers each word gets. With one, all words stand on a line.")),
        Restarts(),
    ] = 16
    window: Annotated[
        int,
        Range(1, 5, step=1),
        Label(N_("Window")),
        Digits(2),
        Tip(N_("How many words to the left and to the right count as company.")),
        More(),
    ] = 2
    negatives: Annotated[
        int,
        Range(1, 15, step=1),
        Label(N_("Random words")),
        Symbol("K"),
        Digits(2),
        Tip(N_("With each real neighbour so many random words are shown that the word has to tell from it.")),
        More(),
    ] = 3
    learning_rate: Annotated[
        float,
        Range(0.001, 1.0, log=True, typed=(0.0, 100.0)),
        Label(N_("Learning rate")),
        Symbol("η"),
        Tip(N_("How far the vectors go with each step.")),
        More(),
    ] = 0.05
    pieces: Annotated[
        Literal["words", "letters", "received"],
        Label(N_("Pieces")),
        Choices((N_("Words"), N_("Letters"), N_("Received tokens"))),
        Tip(N_("What gets a vector: words, letters, or the tokens of a tokenizer from another experiment.")),
        Restarts(),
        More(),
    ] = "words"
    batch: Annotated[
        int,
        Range(1, 64, step=1),
        Label(N_("Pairs per step")),
        Digits(2),
        Tip(N_("How many pairs of word and neighbour are looked at in each step.")),
        More(),
    ] = 8
    side: Annotated[
        Literal["near", "cosines"],
        Label(N_("Beside the map")),
        Choices((N_("Neighbours"), N_("Cosines"))),
        Tip(N_("The list of neighbours, or all cosines between them.")),
        More(),
        Shows(),
    ] = "near"
    beside: Annotated[
        Literal["lines", "pairs"],
        Label(N_("Below the neighbours")),
        Choices((N_("Sentences"), N_("This step"))),
        Tip(N_("The sentences, or the pairs that the last step has learned from.")),
        More(),
        Shows(),
    ] = "lines"
