"""What can be chosen here: which stage of training is open, how the learning rate runs, and what is looked at."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, Longest, More, Pattern, Range, Restarts, Shows, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_
from lab.engine.tuning.grouped import Method
from lab.experiments.e20_language_model_training.judges import DEFAULT_FORMULA, JUDGES
from lab.experiments.e20_language_model_training.own_examples import LONGEST_TEXT
from lab.experiments.e20_language_model_training.tastes import TASTES

__all__ = ["LONGEST", "PAGES", "WATCHED", "Params"]

PAGES = {
    "pretrain": N_("Pre-training"),
    "supervised": N_("Answers"),
    "lora": "LoRA",
    "reward": N_("Reward"),
    "credit": N_("Credit"),
    "preferences": N_("Preferences"),
    "compare": N_("Compare"),
    "distil": N_("Distil"),
}
"""What each stage is called on screen, in the order of training."""

WATCHED = {
    "embedding": N_("Embedding of e"),
    "rare": N_("Embedding of z"),
    "query": N_("Query weight"),
    "up": N_("Feed-forward weight"),
    "gain": N_("Gain of a norm"),
}
"""The weights that are watched while a model is pre-trained."""

LONGEST = 2000  # steps a schedule may have


@dataclass(frozen=True, slots=True)
class Params:
    """The controls of all stages; those of another stage than the open one are hidden."""

    rate: Annotated[
        float,
        Range(0.01, 100.0, log=True, typed=(1e-6, 1e4)),
        Label(N_("Learning rate, times")),
        Digits(3),
        Hint(N_("small: slow, safe · large: fast, wild")),
        Tip(N_("1 is the usual learning rate of this stage. The read-out “rate now” says what it comes to.")),
    ] = 1.0
    schedule: Annotated[
        Literal["cosine", "stable", "constant"],
        Label(N_("Schedule")),
        Choices((N_("Warm-up, cosine"), N_("Warm-up, stable, decay"), N_("Warm-up, constant"))),
        Tip(N_("How the learning rate runs over the steps. Drag the lines in its picture.")),
    ] = "cosine"
    warmup: Annotated[
        int,
        Range(0, 200, step=5, typed=(0, LONGEST)),
        Label(N_("Warm-up steps")),
        Digits(4),
        Tip(N_("In these first steps the learning rate climbs from almost nothing to its peak.")),
    ] = 20
    stable: Annotated[
        int,
        Range(0, LONGEST, step=10),
        Label(N_("Decay begins at step")),
        Digits(4),
        Tip(N_("Warm-up, stable, decay: until here the learning rate stays at its peak.")),
        More(),
    ] = 300
    length: Annotated[
        int,
        Range(50, LONGEST, step=10),
        Label(N_("Steps in all")),
        Digits(4),
        Tip(N_("When the schedule ends, and the training with it.")),
    ] = 400
    decay: Annotated[
        float,
        Range(0.0, 1.0, step=0.01, typed=(0.0, 10.0)),
        Label(N_("Weight decay")),
        Symbol("λ"),
        Digits(3),
        Tip(N_("At every step each weight shrinks by the learning rate times this. Gains of norms are left alone.")),
        More(),
    ] = 0.1
    watched: Annotated[
        Literal["embedding", "rare", "query", "up", "gain"],
        Label(N_("Marked weight")),
        Choices(tuple(WATCHED.values())),
        Tip(N_("The weight whose gradient and moments are drawn.")),
        Shows(),
    ] = "embedding"
    billions: Annotated[
        float,
        Range(0.1, 500.0, log=True, typed=(1e-6, 1e5)),
        Label(N_("Parameters, billions")),
        Digits(4),
        Tip(N_("How much memory would it take to train a model so large? Only the read-out changes.")),
        More(),
        Shows(),
    ] = 7.0
    masked: Annotated[
        bool,
        Label(N_("Learn the answers only")),
        Tip(N_("On: only the letters of the answers count. Off: the model also learns to ask the questions.")),
    ] = True
    example: Annotated[
        int,
        Range(1, 40, step=1),
        Label(N_("Example shown")),
        Digits(2),
        Tip(N_("The question and answer that are drawn letter by letter.")),
        Shows(),
    ] = 1
    rank: Annotated[
        int,
        Range(1, 32, step=1),
        Label(N_("Rank")),
        Symbol("r"),
        Digits(2),
        Tip(N_("How many directions an adapter can use. It learns r · (rows + columns) numbers of a matrix.")),
        Restarts(),
    ] = 4
    merged: Annotated[
        bool,
        Label(N_("Merge")),
        Tip(N_("Add what the adapter found into the matrix. The model computes the same, and costs nothing more.")),
        Shows(),
    ] = False
    layer: Annotated[
        int,
        Range(1, 30, step=1),
        Label(N_("Layer shown")),
        Digits(2),
        Tip(N_("The query rows of this layer's attention are drawn.")),
        Shows(),
    ] = 4
    asked: Annotated[
        int,
        Range(3, 20, step=1),
        Label(N_("Questions asked")),
        Digits(2),
        Tip(N_("Every 10 steps the model is asked so many questions that it never learned. More take longer.")),
        More(),
    ] = 5
    replay: Annotated[
        int,
        Range(0, 8, step=1),
        Label(N_("Shakespeare repeated")),
        Digits(2),
        Tip(N_("So many pieces of the text it was pre-trained on are learned again at every step.")),
        Restarts(),
        More(),
    ] = 0
    learner: Annotated[
        Literal["house", "smollm2"],
        Label(N_("Who learns")),
        Choices((N_("House model"), "SmolLM2")),
        Tip(N_("SmolLM2 is a real language model of 135 million numbers. It needs its model pack, and patience.")),
        Restarts(),
    ] = "house"
    compared: Annotated[
        Literal["house", "smollm2"],
        Label(N_("Who is compared")),
        Choices((N_("House model"), "SmolLM2")),
        Tip(N_("Models of the lab, or SmolLM2 with and without an adapter. It needs its model pack, and patience.")),
        Restarts(),
    ] = "house"
    upper: Annotated[
        int,
        Range(1, 30, step=1),
        Label(N_("Layers with adapters")),
        Digits(2),
        Tip(N_("SmolLM2: so many layers, counted from the last, learn. Fewer are faster and take less memory.")),
        Restarts(),
        More(),
    ] = 10
    targets: Annotated[
        Literal["attention", "all"],
        Label(N_("Adapters beside")),
        Choices((N_("Attention"), N_("All matrices"))),
        Tip(N_("Which matrices of every layer have an adapter.")),
        Restarts(),
        More(),
    ] = "attention"
    alpha: Annotated[
        float,
        Range(0.1, 8.0, log=True, typed=(1e-3, 100.0)),
        Label(N_("Scale of the adapter")),
        Symbol("α/r"),
        Digits(3),
        Tip(N_("What the product B·A is multiplied by before it is added.")),
        Restarts(),
        More(),
    ] = 2.0
    corpus: Annotated[
        int,
        Range(1_000, 1_000_000, log=True),
        Label(N_("Letters to learn from")),
        Digits(7),
        Tip(N_("How much of Shakespeare both students read, again and again.")),
        Restarts(),
    ] = 8_000
    teacher: Annotated[
        float,
        Range(0.0, 1.0, step=0.05),
        Label(N_("Teacher's share")),
        Digits(3),
        Tip(N_("How much of the loss is the teacher's; the rest is the text's.")),
    ] = 0.9
    softness: Annotated[
        float,
        Range(0.25, 8.0, log=True, typed=(0.05, 50.0)),
        Label(N_("Temperature")),
        Symbol("τ"),
        Digits(3),
        Tip(N_("Above 1 the teacher's small chances count for more.")),
    ] = 1.0
    batch: Annotated[
        int,
        Range(1, 16, step=1),
        Label(N_("Examples a step")),
        Digits(2),
        Tip(N_("How many questions and answers a step learns from.")),
        Restarts(),
        More(),
    ] = 4
    style: Annotated[
        Literal["plain", "pirate"],
        Label(N_("Answers")),
        Choices((N_("Plain"), N_("Like a pirate"))),
        Tip(N_("The same 40 questions, answered in two ways.")),
        Restarts(),
    ] = "plain"
    judge: Annotated[
        Literal["exact", "places", "sloppy", "own"],
        Label(N_("Judge")),
        Choices(tuple(JUDGES.values())),
        Tip(N_("Who gives the reward. The exact one sees every digit; the sloppy one only that none is smaller.")),
        Restarts(),
    ] = "exact"
    formula: Annotated[
        str,
        Pattern("lab.experiments.e20_language_model_training.judges:check_formula", DEFAULT_FORMULA),
        Label(N_("My formula")),
        Tip(
            N_(
                "From 0 to 1, made of digits, rising, kept, places, different: each is a share. step(x) is 1 above 0 "
                "and 0 below."
            )
        ),
        Restarts(),
    ] = DEFAULT_FORMULA
    leash: Annotated[
        float,
        Range(0.0, 1.0, step=0.01, typed=(0.0, 100.0)),
        Label(N_("Leash")),
        Symbol("β"),
        Digits(3),
        Hint(N_("0: free · large: stays as it was")),
        Tip(N_("How much it costs to drift away from the model at the start.")),
    ] = 0.0
    method: Annotated[
        Method,
        Label(N_("Gain")),
        Choices(("REINFORCE", N_("Minus the mean"), "GRPO")),
        Tip(N_("What is made of the rewards of a group.")),
    ] = "grpo"
    group: Annotated[
        int,
        Range(1, 16, step=1),
        Label(N_("Question shown")),
        Digits(2),
        Tip(N_("Which of the 16 questions of a step is opened.")),
        Shows(),
    ] = 1
    updates: Annotated[
        int,
        Range(1, 4, step=1),
        Label(N_("Updates a step")),
        Digits(1),
        Tip(N_("How often the same answers are learned from. With one, all ratios are 1 and nothing is clipped.")),
        More(),
    ] = 2
    higher: Annotated[
        float,
        Range(0.1, 1.0, step=0.02, typed=(0.01, 100.0)),
        Label(N_("Clip above 1")),
        Symbol("ε"),
        Digits(3),
        Hint(N_("0.2: as below 1 · 0.28: DAPO")),
        Tip(N_("A push up ends when a digit's chance has grown by this share. Pushes down always end at 0.2.")),
        More(),
    ] = 0.2
    answers: Annotated[
        int,
        Range(4, 16, step=4),
        Label(N_("Answers to a question")),
        Digits(2),
        Tip(N_("How many answers make a group.")),
        Restarts(),
        More(),
    ] = 16
    digits: Annotated[
        str,
        Pattern("lab.experiments.e20_language_model_training.credit:check_digits", "53416"),
        Label(N_("Question")),
        Tip(N_("Five digits that are to be put in order.")),
        Restarts(),
    ] = "53416"
    answer: Annotated[
        str,
        Pattern("lab.experiments.e20_language_model_training.credit:check_digits", "13455"),
        Label(N_("Answer")),
        Tip(N_("Five digits. Press a cell of the picture to write another one.")),
        Restarts(),
    ] = "13455"
    taste: Annotated[
        Literal["o", "ends", "short", "long"],
        Label(N_("Taste")),
        Choices(tuple(TASTES.values())),
        Tip(N_("What decided the 40 pairs. The model is never told: it only sees the pairs.")),
        Restarts(),
    ] = "o"
    learning: Annotated[
        Literal["dpo", "ppo"],
        Label(N_("Learns by")),
        Choices(("DPO", "PPO")),
        Tip(N_("DPO: straight from the pairs. PPO: by pleasing a reward model that was fitted to them.")),
        Restarts(),
    ] = "dpo"
    beta: Annotated[
        float,
        Range(0.0, 3.0, step=0.05, typed=(0.0, 100.0)),
        Label(N_("Leash of preferences")),
        Symbol("β"),
        Digits(3),
        Hint(N_("PPO: 0 is free · DPO: small goes far")),
        Tip(N_("How strongly the model is held to what it was.")),
    ] = 1.0
    pair: Annotated[
        int,
        Range(1, 40, step=1),
        Label(N_("Marked pair")),
        Digits(2),
        Tip(N_("The pair whose margin is read out.")),
        Shows(),
    ] = 1
    edits: Annotated[
        str,
        Pattern("lab.experiments.e20_language_model_training.tastes:check_edits", "3: anna > kurt"),
        Longest(1600),
        Label(N_("Pairs changed by hand")),
        Tip(N_("The number of a pair, the name you prefer, and the other one. Pairs are parted by semicolons.")),
        Restarts(),
        More(),
    ] = ""
    own: Annotated[
        str,
        Pattern("lab.experiments.e20_language_model_training.own_examples:check_own", "What is rain? > Water."),
        Longest(LONGEST_TEXT),
        Label(N_("Own examples")),
        Tip(N_("Questions and answers to learn from in place of the lab's: question > answer, parted by |.")),
        Restarts(),
        More(),
    ] = ""
    source: Annotated[
        Literal["house", "small", "received"],
        Label(N_("Begins with")),
        Choices((N_("House model"), N_("Small house model"), N_("What was received"))),
        Tip(N_("One of the lab's Shakespeare models, or a model of letters that another experiment sent.")),
        Restarts(),
        More(),
    ] = "house"
    stage: Annotated[
        Literal["pretrain", "supervised", "lora", "reward", "credit", "preferences", "compare", "distil"],
        Label(N_("Stage")),
        Choices(tuple(PAGES.values())),
        Tip(N_("Each stage of training is a run of its own.")),
        Restarts(),
        More(),
    ] = "pretrain"
