"""The words of a pretrained Llama: the lists its tokenizer is made of, and which tokens are signs rather than
text. They travel in the header of the GGUF file, next to the weights they belong to.
"""

from __future__ import annotations

from lab.core.records import dataclass
from lab.engine.formats.gguf import GGUF
from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.pretrained import smollm_tokenizer

__all__ = ["Vocabulary", "gguf_vocabulary"]

CONTROL = 3  # the type of a token that is a sign and never text


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The lists of a tokenizer.

    name: of the model.  cut: the rule by which text is cut first; "smollm" is the one known here.
    tokens: every token by id.  merges: "left right" in rank order.  specials: the tokens that are signs.
    end: the id of the token that ends a turn.
    Raises ValueError when the rule is unknown or there is no token `end`.
    """

    name: str
    cut: str
    tokens: list[str]
    merges: list[str]
    specials: list[str]
    end: int

    def __post_init__(self) -> None:
        if self.cut != "smollm":
            raise ValueError(f"tokenizer.ggml.pre is {self.cut!r}, this reader knows 'smollm'")
        if not 0 <= self.end < len(self.tokens):
            raise ValueError(f"the end token is {self.end}, the vocabulary has {len(self.tokens)}")

    def tokenizer(self) -> BPETokenizer:
        """The tokenizer.  Raises ValueError when the lists do not fit each other."""
        return smollm_tokenizer(self.tokens, self.merges, self.specials)


def gguf_vocabulary(file: GGUF) -> Vocabulary:
    """The lists in a GGUF file.

    Raises ValueError when one is missing or of another kind, or they do not fit each other.
    """
    tokens, kinds = file.texts("tokenizer.ggml.tokens"), file.numbers("tokenizer.ggml.token_type")
    if len(kinds) != len(tokens):
        raise ValueError(f"tokenizer.ggml.token_type has {len(kinds)} entries for {len(tokens)} tokens")
    return Vocabulary(
        name=file.fact("general.name", str) if "general.name" in file.facts else "",
        cut=file.fact("tokenizer.ggml.pre", str),
        tokens=tokens,
        merges=file.texts("tokenizer.ggml.merges"),
        specials=[token for token, kind in zip(tokens, kinds, strict=True) if kind == CONTROL],
        end=file.fact("tokenizer.ggml.eos_token_id", int),
    )
