"""What can be chosen in this experiment: whose inside is looked at, what of it works, and where the eye is."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Label, More, Pattern, Range, Restarts, Shows, Tip
from lab.core.records import dataclass
from lab.core.text import N_

__all__ = ["LONGEST", "MODELS", "OPS", "PAGES", "PARTS", "QUESTIONS", "SHAPES", "Params", "page_of"]

LONGEST = 48  # tokens: those of one picture
Op = Literal["walk", "before", "norm1", "heads", "attention", "middle", "norm2", "inner", "feed-forward", "after"]
Part = Literal["residual", "norm", "attention", "feed-forward", "positions", "mask", "scale"]

MODELS = {
    "shakespeare": N_("Shakespeare"),
    "copier": N_("Letter copier"),
    "drafter": N_("Small Shakespeare"),
    "random": N_("Untrained"),
    "received": N_("Received model"),
    "smollm2": "SmolLM2",
}
OPS = {
    "before": N_("Stream in"),
    "norm1": N_("Norm"),
    "heads": N_("Heads"),
    "attention": N_("Attention"),
    "middle": N_("Between"),
    "norm2": N_("Norm"),
    "inner": N_("Neurons"),
    "feed-forward": N_("Feed-forward"),
    "after": N_("Stream out"),
}
PARTS = {
    "residual": N_("Residuals"),
    "norm": N_("Norms"),
    "attention": N_("Attention"),
    "feed-forward": N_("Feed-forward"),
    "positions": N_("Positions"),
    "mask": N_("Mask"),
    "scale": N_("Scale 1/√d"),
}
PAGES = {
    "block": N_("Block"),
    "lens": N_("Lens"),
    "who": N_("Who"),
    "parts": N_("Without"),
    "patch": N_("Patch"),
    "steer": N_("Steer"),
    "probes": N_("Probe"),
    "features": N_("Feature"),
    "experts": N_("Experts"),
    "budget": N_("Budget"),
}
"""What each page is called on screen. Those from “Without” to “Experts” are runs of their own; the others share one."""
QUESTIONS = {
    "next-vowel": N_("vowel next"),
    "long": N_("in a long word"),
    "word-ends": N_("word ends here"),
    "before-vowel": N_("vowel before"),
    "far": N_("far into a line"),
    "vowel": N_("is a vowel"),
}
"""What probes look for."""
SHAPES = {
    "house": N_("The model at hand"),
    "own": N_("My own"),
    "gpt-2": "GPT-2",
    "smollm2": "SmolLM2-135M",
    "llama-7b": "LLaMA-7B",
    "llama-3-8b": "Llama-3-8B",
    "mixtral": "Mixtral 8×7B",
    "olmoe": "OLMoE-1B-7B",
}


@dataclass(frozen=True, slots=True)
class Params:
    """The controls of all pages; those of another page than the open one are without effect."""

    model: Annotated[
        Literal["shakespeare", "copier", "drafter", "random", "received", "smollm2"], Label(N_("Model")),
        Choices(tuple(MODELS.values())),
        Tip(N_("The lab's own models, one with weights that have learned nothing, one that was sent here, or SmolLM2, a"
               " real language model with 30 blocks, where its model pack was added.")),
        Restarts(),
    ] = "shakespeare"  # fmt: skip
    text: Annotated[
        str, Pattern("lab.experiments.e18_transformer_block.texts:check_text", N_("empty: an example")),
        Label(N_("Text")), Tip(N_("What the model reads. Empty: an example that suits it.")), Restarts(),
    ] = ""  # fmt: skip
    layer: Annotated[
        int, Range(0, 30, step=1, typed=(0, 64)), Label(N_("Block")), Digits(3), More(), Shows(),
        Tip(N_("Which block is looked into, from 1. 0: that of the walk. One that is not there is the last.")),
    ] = 0  # fmt: skip
    token: Annotated[
        int, Range(0, LONGEST, step=1), Label(N_("Marked token")), Digits(3), More(), Shows(),
        Tip(N_("The number of the token that is followed, from 1. 0: the last.")),
    ] = 0  # fmt: skip
    residual: Annotated[
        bool, Label(N_("Residuals")), Tip(N_("Every half of a block adds to the stream. Off: it replaces the stream."))
    ] = True
    norm: Annotated[bool, Label(N_("Norms")), Tip(N_("Bring each token's numbers to a standard size."))] = True
    attention: Annotated[bool, Label(N_("Attention")), Tip(N_("Lets tokens tell each other what they know."))] = True
    feed_forward: Annotated[
        bool, Label(N_("Feed-forward")), Tip(N_("Works on each token by itself, in many neurons."))
    ] = True
    positions: Annotated[
        bool, Label(N_("Positions")), Tip(N_("Tell attention how far apart two tokens are. Off: order does not count."))
    ] = True
    mask: Annotated[bool, Label(N_("Mask")), Tip(N_("No token may look at a later one."))] = True
    lead: Annotated[
        bool, Label(N_("Lead over the second")),
        Tip(N_("Page “Who”: the score of the likeliest token minus that of the second, in place of its own.")),
        More(), Shows(),
    ] = False  # fmt: skip
    other: Annotated[
        str,
        Pattern("lab.experiments.e18_transformer_block.texts:check_text", N_("empty: an example")),
        Label(N_("Other text")),
        Tip(N_("Page “Patch”: the text that the model reads while numbers of the first are put in. The ends are laid"
               " together.")),
        Restarts(),
    ] = ""  # fmt: skip
    wanted: Annotated[
        str,
        Pattern("lab.experiments.e18_transformer_block.texts:check_text", N_("empty: an example")),
        Label(N_("Wanted texts")),
        Tip(N_("Page “Steer”: texts as you want them, with | between two. Their tokens become likelier.")),
        Restarts(),
    ] = ""  # fmt: skip
    opposite: Annotated[
        str,
        Pattern("lab.experiments.e18_transformer_block.texts:check_text", N_("empty: an example")),
        Label(N_("Opposite texts")),
        Tip(N_("Page “Steer”: texts that are the opposite, with | between two.")),
        Restarts(),
    ] = ""  # fmt: skip
    stream: Annotated[
        int, Range(0, 30, step=1, typed=(0, 64)), Label(N_("After block")), Digits(3), Restarts(),
        Tip(N_("Page “Steer”: where the direction is measured and added. 0: before the first block.")),
    ] = 0  # fmt: skip
    question: Annotated[
        Literal["next-vowel", "long", "word-ends", "before-vowel", "far", "vowel"], Label(N_("Question")),
        Choices(tuple(QUESTIONS.values())), Shows(),
        Tip(N_("Page “Probe”: the question that is drawn. Press on a row.")),
    ] = "next-vowel"  # fmt: skip
    place: Annotated[
        int, Range(0, 30, step=1, typed=(0, 64)), Label(N_("Stream after block")), Digits(3), Restarts(),
        Tip(N_("Page “Feature”: which stream the dictionary is learned from. 0: before the first block.")),
    ] = 2  # fmt: skip
    feature: Annotated[
        int, Range(0, 512, step=1), Label(N_("Feature")), Digits(3), Shows(),
        Tip(N_("Page “Feature”: the number of the feature that is looked at. 0: the first in the picture.")),
    ] = 0  # fmt: skip
    called: Annotated[
        str, Pattern("lab.experiments.e18_transformer_block.texts:check_name", N_("for example: th|wh")),
        Label(N_("Your name for it")), Shows(),
        Tip(N_("Page “Feature”: what stands where it speaks, up to the letter itself, with | between two: e|th. A-Z is"
               " any capital, a-z any small letter, ␠ a blank, ⏎ a line end.")),
    ] = ""  # fmt: skip
    experts: Annotated[
        int, Range(2, 16, step=1, typed=(2, 64)), Label(N_("Experts N")), Digits(3), Restarts(),
        Tip(N_("Page “Experts”: how many stand in each block in the place of one feed-forward layer.")),
    ] = 8  # fmt: skip
    active: Annotated[
        int, Range(1, 4, step=1), Label(N_("Used per letter k")), Digits(3), Restarts(),
        Tip(N_("Page “Experts”: to how many experts the router sends a letter. Of k, each has 1/k of the neurons, so"
               " that a letter costs the same.")),
    ] = 1  # fmt: skip
    balance: Annotated[
        float, Range(0.0, 0.1, typed=(0.0, 10.0)), Label(N_("Price of uneven load")), Digits(3), Restarts(),
        Tip(N_("Page “Experts”: what the mixture pays when some experts get more letters than others. 0: nothing.")),
    ] = 0.01  # fmt: skip
    expert: Annotated[
        int, Range(1, 16, step=1, typed=(1, 64)), Label(N_("Marked expert")), Digits(3), More(), Shows(),
        Tip(N_("Page “Experts”: which one is spoken of. Press on a row.")),
    ] = 1  # fmt: skip
    most: Annotated[
        Literal["none", "residual", "norm", "attention", "feed-forward", "positions", "mask", "scale"],
        Label(N_("Hurts most")), Choices((N_("No guess yet"), *PARTS.values())),
        Tip(N_("Page “Without”: your guess, before you run it.")), Restarts(),
    ] = "none"  # fmt: skip
    least: Annotated[
        Literal["none", "residual", "norm", "attention", "feed-forward", "positions", "mask", "scale"],
        Label(N_("Hurts least")), Choices((N_("No guess yet"), *PARTS.values())),
        Tip(N_("Page “Without”: your guess, before you run it.")), Restarts(),
    ] = "none"  # fmt: skip
    shape: Annotated[
        Literal["house", "own", "gpt-2", "smollm2", "llama-7b", "llama-3-8b", "mixtral", "olmoe"],
        Label(N_("Plan")), Choices(tuple(SHAPES.values())),
        Tip(N_("Page “Budget”: the sizes of a published model, or your own.")), Shows(),
    ] = "llama-7b"  # fmt: skip
    width: Annotated[
        int, Range(8, 16384, log=True, typed=(1, 65536)), Label(N_("Width d")), Digits(5), Shows(),
        Tip(N_("My own plan: how many numbers the stream has for each token.")),
    ] = 768  # fmt: skip
    blocks: Annotated[
        int, Range(1, 128, step=1, typed=(1, 1000)), Label(N_("Blocks L")), Digits(3), Shows(),
        Tip(N_("My own plan: how many equal blocks stand one behind the other.")),
    ] = 12  # fmt: skip
    vocabulary: Annotated[
        int, Range(16, 262144, log=True, typed=(2, 1_000_000)), Label(N_("Vocabulary V")), Digits(6), Shows(),
        Tip(N_("My own plan: how many tokens the model knows.")),
    ] = 1000  # fmt: skip
    op: Annotated[
        Op, Label(N_("Opened part")), Choices((N_("As the walk goes"), *OPS.values())),
        Tip(N_("Page “Block”: which part's numbers are shown. Press on it in the picture.")), More(), Shows(),
    ] = "walk"  # fmt: skip
    unit: Annotated[
        int, Range(1, 512, step=1, typed=(1, 65536)), Label(N_("Marked number")), Digits(4), More(), Shows(),
        Tip(N_("Page “Block”: which of a token's numbers is worked out, from 1. Press on a cell.")),
    ] = 1  # fmt: skip
    page: Annotated[
        Literal["block", "lens", "who", "budget"], Label(N_("View of one pass")),
        Choices((N_("Block"), N_("Lens"), N_("Who"), N_("Budget"))),
        Tip(N_("Four views of one pass over the text.")), More(), Shows(),
    ] = "block"  # fmt: skip
    topic: Annotated[
        Literal["walk", "parts", "patch", "steer", "probes", "features", "experts"], Label(N_("Run")),
        Choices((N_("One pass"), N_("Without"), N_("Patch"), N_("Steer"), N_("Probes"), N_("Features"), N_("Experts"))),
        Tip(N_("Each is a run of its own.")), Restarts(), More(),
    ] = "walk"  # fmt: skip

    @property
    def without(self) -> frozenset[str]:
        """What is switched off."""
        return frozenset(part for part in PARTS if not getattr(self, part.replace("-", "_"), True))


def page_of(params: Params) -> str:
    """The key of the page that is open."""
    return params.page if params.topic == "walk" else params.topic
