"""What is shown of one step: the open page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.transformer.costs import Plan
from lab.experiments.e18_transformer_block.letters import Name
from lab.experiments.e18_transformer_block.settings import Params

__all__ = [
    "BlockFrame",
    "BlockPage",
    "BudgetPage",
    "ExpertsPage",
    "FeaturesPage",
    "Floats",
    "Found",
    "LensPage",
    "Page",
    "PartsPage",
    "PatchPage",
    "ProbesPage",
    "Recipe",
    "SteerPage",
    "Waiting",
    "WhoPage",
]

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """What a number was made from. kind: its letter, or "norm".  left, right [n]: what was multiplied and summed.

    given: the numbers of a norm (x, mean square, gain) or of a sum (x, y).
    """

    kind: str
    left: Floats
    right: Floats
    given: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class BlockPage:
    """One block at work on T tokens.

    layer: from 0, of so many layers.  op: the opened part.  reached: how many parts of this block the walk has been
    at; all of them where there is no walk.  tensors: a part -> what it gives, [T, n]; parts that are off have none.
    weights [H, T, T] of its attention, or None.  sizes [T, 1 + 2L]: the length of what a token began with, and of what
    each half of each block added, in order.  token, unit: the marked cell, from 0.  cell: its number; recipe: how it
    came about, None where it was given.  surprise: mean over the text, in nats a token; loss [T-1]: of each.
    guess: the likeliest next token after the marked one, and its chance.
    """

    layer: int
    layers: int
    op: str
    reached: int
    tokens: tuple[str, ...]
    tensors: Mapping[str, Floats]
    weights: Floats | None
    sizes: Floats
    token: int
    unit: int
    cell: float
    recipe: Recipe | None
    surprise: float
    loss: Floats
    guess: tuple[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class LensPage:
    """What the model would say if it stopped early.

    chance [L+1, T]: of the token that comes next in the text, after the embedding and each block; for the last token,
    of the model's own guess.  guesses, shares [L+1, 3]: the likeliest after the marked token.
    rank [L+1]: of the model's own guess, 1 being the likeliest.  lit: the layer that is marked.
    read: how many rows are read so far, of a large model; below, chance and shares are nan, rank is 0, a guess "".
    """

    tokens: tuple[str, ...]
    chance: Floats
    guesses: tuple[tuple[str, ...], ...]
    shares: Floats
    rank: NDArray[np.intp]
    token: int
    lit: int
    loss: Floats
    read: int


@dataclass(frozen=True, slots=True, eq=False)
class WhoPage:
    """Who raised the score of the likeliest token after the marked one, or its lead over the second.

    heads [L, H] and feed_forward [L]: what each gave; embedding: the token itself; total: all of it.  lit: the layer,
    from 0; neurons [6]: its strongest ones, numbered from 0, and gave [7]: what they gave, and all others together.
    words: the likeliest and the second.  refused: why there is no such sum, "" where there is.
    """

    tokens: tuple[str, ...]
    token: int
    lit: int
    words: tuple[str, str]
    embedding: float
    heads: Floats
    feed_forward: Floats
    total: float
    chance: float
    refused: str
    neurons: tuple[int, ...]
    gave: Floats
    loss: Floats


@dataclass(frozen=True, slots=True, eq=False)
class PartsPage:
    """The surprise on a held-out text with one part after another switched off, nan where it was not measured yet.

    plain: with all parts.  losses: part -> nats a token.  trained: part -> of a small model that learned without it
    from the start, measured beforehand; its `plain` under "".  unseen: whether it surely did not learn from the text.
    A loss is infinite when numbers became too large to be computed.
    """

    plain: float
    losses: Mapping[str, float]
    trained: Mapping[str, float]
    unseen: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class PatchPage:
    """The lead of the first text's answer over the other's, while numbers of the first are put into the other.

    tokens, others: both texts, T tokens.  answers: what the model says after each.  leads: of the first, the other.
    restored [L+1, T]: 0 as in the other text, 1 as in the first; nan where it was not tried.  lit: the marked cell.
    """

    tokens: tuple[str, ...]
    others: tuple[str, ...]
    answers: tuple[str, str]
    leads: tuple[float, float]
    restored: Floats
    tried: int
    lit: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class SteerPage:
    """A direction of the stream is added with one strength after another, while the model reads a text.

    effects [S]: the chance of the tokens `own`, which only the wanted texts have; surprises [S], in nats a token; both
    are means over the text, nan where a strength was not tried.  stream: where it is added.  size: its length.
    """

    strengths: tuple[float, ...]
    effects: Floats
    surprises: Floats
    stream: int
    size: float
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ProbesPage:
    """What can be read off the stream with one weighted sum.

    found, control [Q, L+1]: the area under the ROC curve for each question, after the embedding and each block, of a
    probe that learned the answers, and of one that learned shuffled ones; nan where it is not tried.  rates [Q]: how
    often the answer is yes.  lit: the marked question and place.  letters: of the whole text.
    """

    found: Floats
    control: Floats
    rates: Floats
    tried: int
    lit: tuple[int, int]
    letters: int


@dataclass(frozen=True, slots=True)
class Found:
    """A letter within its text. strength: how strongly the feature speaks there.  called: whether its name says that it
    does; None without a name.
    """

    before: str
    letter: str
    after: str
    strength: float
    called: bool | None


@dataclass(frozen=True, slots=True, eq=False)
class FeaturesPage:
    """A sparse dictionary of the stream while it learns.

    updates: how many are made.  explained [S]: the share of the variance that is rebuilt, after every step.
    numbers [R]: of the features that are shown, from 1; rates [R]: at how many of the letters each speaks;
    takes [R, columns of letters]: at how many of each letter, nan where the text has none.
    feature: the one that is looked at; rate: of it.  most: where it speaks most; trials: unseen places, and at half of
    them it speaks.  called: what the learner calls it; right: at how many of the unseen letters where the name says so
    it speaks; told: how many of those where it speaks the name finds; None without such letters.
    """

    updates: int
    explained: Floats
    numbers: tuple[int, ...]
    rates: Floats
    takes: Floats
    feature: int
    rate: float
    most: tuple[Found, ...]
    trials: tuple[Found, ...]
    called: str
    right: float | None
    told: float | None


@dataclass(frozen=True, slots=True, eq=False)
class ExpertsPage:
    """A mixture of N experts and a dense model learn side by side.

    updates: how many are made.  dense, mixture [S]: their surprise on unseen text after every step, in nats a letter,
    from the start.  loads [S, L, N]: the share of all choices that went to each expert.
    takes [N, columns of letters]: how much of each letter an expert of the marked block takes, nan where the text has
    none; names: what each takes has in common, NOTHING for an idle one too.  block, lit: marked, from 0.
    n_active: k.  sizes: the numbers of the dense model, and of the mixture those that a letter uses, and all.
    """

    updates: int
    dense: Floats
    mixture: Floats
    loads: Floats
    takes: Floats
    names: tuple[Name, ...]
    block: int
    lit: int
    n_active: int
    sizes: tuple[int, int, int]
    balance: float


@dataclass(frozen=True, slots=True, eq=False)
class BudgetPage:
    """The numbers of a plan, part by part, and those that one token uses."""

    plan: Plan
    counts: Mapping[str, int]
    active: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """A large model is being opened, or reads its text; so much is done, 0 … 1."""

    share: float


Page = (
    Waiting
    | BlockPage
    | LensPage
    | WhoPage
    | PartsPage
    | PatchPage
    | SteerPage
    | ProbesPage
    | FeaturesPage
    | ExpertsPage
    | BudgetPage
)


@dataclass(frozen=True, slots=True, eq=False)
class BlockFrame:
    """One step. page: what the open page shows.  received: whether another experiment has sent a model.
    pack: whether SmolLM2 is on this computer.
    """

    step: int
    params: Params
    page: Page
    received: bool
    pack: bool = False
