"""What can be chosen in this experiment: the text, the tokens, the plan of the model, and how it is trained."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.numbers import show_number
from lab.core.params import Choices, Digits, Hint, Label, Longest, More, ParamError, Range, Restarts, Shows, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_, _
from lab.engine.lm.parameters import LMConfig, n_parameters

__all__ = [
    "CORPORA",
    "MOST_PARAMETERS",
    "MOST_STEPS",
    "PAGES",
    "STAGE_NAMES",
    "Params",
    "check_size",
    "page_of",
    "plan_of",
]

MOST_STEPS = 20_000
MOST_PARAMETERS = 3_000_000
"""With the memory of the optimiser such a model fits a file that keeps a training."""

CORPORA = {
    "shakespeare": N_("Shakespeare"),
    "names": N_("First names"),
    "own": N_("My own text"),
    "received": N_("Received text"),
}
"""What each text is called on screen."""

PAGES = {
    "train": N_("Train"),
    "scaling": N_("Foretell"),
    "pipeline": N_("Pipeline"),
    "league": N_("League"),
}
"""What each page is called on screen."""


STAGE_NAMES = {
    "text": N_("Text"),
    "tokens": N_("Tokens"),
    "pretrain": N_("Pretraining"),
    "questions": N_("Questions"),
    "reward": N_("Reward"),
    "card": N_("Report"),
}
"""What each stage of the whole way is called on screen."""


@dataclass(frozen=True, slots=True)
class Params:
    """The controls."""

    corpus: Annotated[
        Literal["shakespeare", "names", "own", "received"],
        Label(N_("Text")),
        Choices(tuple(CORPORA.values())),
        Tip(N_("What it learns from. The last tenth is kept apart: it is only read to judge the model.")),
        Restarts(),
    ] = "shakespeare"
    tokens: Annotated[
        Literal["folded", "characters", "received"],
        Label(N_("Tokens")),
        Choices((N_("Small letters"), N_("Characters"), N_("Received tokenizer"))),
        Tip(N_("What the text is cut into. Small letters: capitals are written small first, so there are fewer.")),
        Restarts(),
    ] = "folded"
    grows: Annotated[
        Literal["model", "text"],
        Label(N_("What grows")),
        Choices((N_("The model"), N_("The text it reads"))),
        Tip(
            N_("Six trainings, each larger than the one before: larger models, or one model that reads more and more.")
        ),
        Restarts(),
    ] = "model"
    budget: Annotated[
        int,
        Range(51_200, 1_024_000, log=True, typed=(51_200, 2_048_000)),
        Label(N_("Tokens to read")),
        Digits(7),
        Tip(N_("So many tokens each model reads. Where the text grows: the first training reads so many.")),
        Restarts(),
    ] = 409_600
    bet: Annotated[
        float,
        Range(0.0, 4.0, step=0.005, typed=(0.0, 20.0)),
        Label(N_("Your bet")),
        Hint(N_("0: no bet yet")),
        Tip(N_("Which held-out loss will the fifth training reach? You can change it until that training begins.")),
    ] = 0.0
    merges: Annotated[
        int,
        Range(0, 400, step=10, typed=(0, 1000)),
        Label(N_("Merges")),
        Hint(N_("0: letters · more: pieces of words")),
        Digits(4),
        Tip(N_("So often the commonest pair becomes a token. At most 300 000 characters of the text are read then.")),
        Restarts(),
    ] = 0
    pretraining: Annotated[
        int,
        Range(0, 3000, step=100, typed=(0, 20_000)),
        Label(N_("Pretraining steps")),
        Hint(N_("0: it begins with questions")),
        Digits(5),
        Tip(N_("How long it reads the text before it is asked anything.")),
        Restarts(),
    ] = 1500
    tuning: Annotated[
        int,
        Range(0, 500, step=10, typed=(0, 5000)),
        Label(N_("Question steps")),
        Digits(4),
        Tip(N_("How long it learns from questions with their answers.")),
        Restarts(),
    ] = 60
    rewarding: Annotated[
        int,
        Range(0, 300, step=10, typed=(0, 5000)),
        Label(N_("Reward steps")),
        Digits(4),
        Tip(N_("How long it tries by itself, and learns from what the judge says of its answers.")),
        Restarts(),
    ] = 80
    size: Annotated[
        Literal["small", "medium", "large"],
        Label(N_("Model")),
        Choices((N_("Small"), N_("Medium"), N_("Large"))),
        Tip(N_("One block, 32 numbers wide; two blocks, 64 wide; three blocks, 96 wide.")),
        Restarts(),
        More(),
    ] = "small"
    judge: Annotated[
        Literal["exact", "sloppy"],
        Label(N_("Judge")),
        Choices((N_("Exact: a word"), N_("Sloppy: its length"))),
        Tip(N_("What a reward is given for. The report counts words of the text, whatever the judge likes.")),
    ] = "exact"
    shown: Annotated[
        Literal["now", "text", "tokens", "pretrain", "questions", "reward", "card"],
        Label(N_("Stage shown")),
        Choices((N_("The one at work"), *STAGE_NAMES.values())),
        Tip(N_("Which stage is looked at. A press on a stage does the same.")),
        More(),
    ] = "now"
    page: Annotated[
        Literal["train", "scaling", "pipeline", "league"],
        Label(N_("Page")),
        Choices(tuple(PAGES.values())),
        Tip(N_("Each page is a run of its own.")),
        Restarts(),
        More(),
    ] = "train"
    kilobytes: Annotated[
        int,
        Range(1, 1200, log=True, typed=(1, 2000)),
        Label(N_("Text used")),
        Digits(4),
        Tip(N_("So many thousands of characters of the text are used, from its beginning.")),
        Restarts(),
        More(),
    ] = 1200
    layers: Annotated[
        int,
        Range(1, 6, step=1, typed=(1, 12)),
        Label(N_("Blocks")),
        Symbol("L"),
        Digits(3),
        Tip(N_("How many transformer blocks stand on each other.")),
        Restarts(),
    ] = 1
    heads: Annotated[
        Literal["1", "2", "4", "8"],
        Label(N_("Heads")),
        Choices(("1", "2", "4", "8")),
        Tip(N_("So many heads of attention share the width of a block.")),
        Restarts(),
        More(),
    ] = "2"
    width: Annotated[
        int,
        Range(8, 192, step=8, typed=(8, 256)),
        Label(N_("Width")),
        Symbol("C"),
        Digits(3),
        Tip(N_("How many numbers stand for a token on its way through the model. A multiple of 8.")),
        Restarts(),
    ] = 32
    context: Annotated[
        int,
        Range(8, 128, step=8, typed=(8, 256)),
        Label(N_("Context")),
        Symbol("T"),
        Digits(3),
        Tip(N_("So many tokens it sees at once.")),
        Restarts(),
        More(),
    ] = 32
    batch: Annotated[
        int,
        Range(1, 64, step=1),
        Label(N_("Batch")),
        Symbol("B"),
        Digits(3),
        Tip(N_("So many pieces of the text are read in one step.")),
        Restarts(),
        More(),
    ] = 16
    steps: Annotated[
        int,
        Range(100, MOST_STEPS, log=True, typed=(10, 100_000)),
        Label(N_("Steps")),
        Digits(5),
        Tip(N_("How long it trains. The learning rate falls until then.")),
    ] = 3000
    learning_rate: Annotated[
        float,
        Range(1e-4, 1.0, log=True, typed=(1e-6, 10.0)),
        Label(N_("Learning rate")),
        Symbol("η"),
        Hint(N_("small: slow · large: wild")),
        Tip(N_("How far the boldest step goes.")),
    ] = 0.01
    schedule: Annotated[
        Literal["cosine", "constant"],
        Label(N_("Schedule")),
        Choices((N_("Rise and fall"), N_("Constant"))),
        Tip(N_("Rise and fall: small steps at first, then bold ones, then smaller and smaller ones.")),
        More(),
    ] = "cosine"
    start: Annotated[
        Literal["fresh", "house", "received"],
        Label(N_("Start from")),
        Choices((N_("Random numbers"), N_("The lab's small model"), N_("Received model"))),
        Tip(N_("A trained model goes on learning from this text, with the plan and the tokens that it has.")),
        Restarts(),
        More(),
    ] = "fresh"
    dropout: Annotated[
        float,
        Range(0.0, 0.5, step=0.05, typed=(0.0, 0.9)),
        Label(N_("Dropout")),
        Tip(N_("This share of what each part adds is switched off by chance, so that it cannot learn by heart.")),
        Restarts(),
        More(),
    ] = 0.0
    wide: Annotated[
        int,
        Range(1, 4, step=1),
        Label(N_("Feed-forward, times the width")),
        Digits(2),
        Tip(N_("How many times wider a block is inside its feed-forward layer.")),
        Restarts(),
        More(),
    ] = 2
    positions: Annotated[
        Literal["learned", "rope"],
        Label(N_("Positions")),
        Choices((N_("Learned table"), "RoPE")),
        Tip(N_("How it knows where a token stands.")),
        Restarts(),
        More(),
    ] = "learned"
    temperature: Annotated[
        float,
        Range(0.0, 2.0, step=0.05),
        Label(N_("Temperature")),
        Symbol("τ"),
        Tip(N_("How daring it writes. 0: always the likeliest token.")),
        More(),
    ] = 0.8
    prompt: Annotated[
        str,
        Longest(60),
        Label(N_("It begins with")),
        Tip(N_("What each sample begins with. Characters that it has no token for are left out.")),
        More(),
    ] = ""
    view: Annotated[
        Literal["train", "time"],
        Label(N_("View of one training")),
        Choices((N_("Train"), N_("Through time"))),
        Tip(N_("The loss on its way down, or the model at up to 20 moments.")),
        More(),
        Shows(),
    ] = "train"
    moment: Annotated[
        int,
        Range(0, MOST_STEPS, step=1, typed=(0, 100_000)),
        Label(N_("Moment, step")),
        Hint(N_("0: the newest")),
        Digits(5),
        Tip(N_("The picture of this step is shown, or the last one before it.")),
        More(),
        Shows(),
    ] = 0
    seen_layer: Annotated[
        int,
        Range(1, 6, step=1, typed=(1, 12)),
        Label(N_("Layer shown")),
        Digits(2),
        Tip(N_("The attention of a head in this layer is drawn.")),
        More(),
        Shows(),
    ] = 1
    seen_head: Annotated[
        int,
        Range(1, 8, step=1),
        Label(N_("Head shown")),
        Digits(2),
        Tip(N_("The attention of this head is drawn.")),
        More(),
        Shows(),
    ] = 1
    checks: Annotated[
        int,
        Range(0, 12, step=1),
        Label(N_("Entry trained again")),
        Hint(N_("0: mine")),
        Digits(2),
        Tip(N_("This entry is trained again with its settings and its seed, and compared with what it says.")),
        Restarts(),
        More(),
    ] = 0
    maker: Annotated[
        str,
        Longest(24),
        Label(N_("Name of the result")),
        Tip(N_("What your result is called on the board, and in its file. Any word will do.")),
        More(),
    ] = ""


def page_of(params: Params) -> str:
    """The key of the page that is open: a training has two views."""
    return params.view if params.page == "train" else params.page


def plan_of(params: Params, vocab_size: int) -> LMConfig:
    """The plan that the controls ask for. Raises ParamError for widths that do not fit."""
    heads = int(params.heads)
    if params.width % 8:
        raise ParamError("width", _("needs a multiple of 8, so that the heads can share it"))
    if params.positions == "rope" and params.width // heads % 2:
        raise ParamError("positions", _("RoPE turns pairs of numbers: give each head an even width"))
    plan = LMConfig(
        vocab_size, params.context, params.width, heads, params.layers, params.wide * params.width,
        positions=params.positions, dropout=params.dropout,
    )  # fmt: skip
    check_size(plan, "width")
    return plan


def check_size(plan: LMConfig, control: str) -> None:
    """Raises ParamError for the control where a training of this plan would not fit a file."""
    count = n_parameters(plan)
    if count > MOST_PARAMETERS:
        text = _("{n} numbers are more than the {most} that can be kept while they learn")
        raise ParamError(control, text.format(n=show_number(count), most=show_number(MOST_PARAMETERS)))
