"""A network that spells: it reads the letters so far and says how likely each next one is. Drawing one, and reading
it again, makes a word nobody has written."""

from collections.abc import Iterable, Sequence

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import softmax
from lab.engine.graph.operations import Array
from lab.engine.nets.initializers import Scheme
from lab.engine.nets.layers import dense
from lab.engine.nets.network import Network
from lab.engine.nets.recurrent import CellKind, Recurrent, recurrent
from lab.engine.nets.sequence_tasks import one_hot

__all__ = ["END", "Spelled", "alphabet_of", "read_word", "spell", "speller"]

END = "."
"""Stands before the first letter of a word and behind its last."""
SCHEME: Scheme = "xavier"


@dataclass(frozen=True, slots=True, eq=False)
class Spelled:
    """A word as the network went through it.

    letters: those of the word, END behind the last one unless it was cut.
    probabilities: [len(letters), A], what it said before each.  states: [len(letters), H], what it remembered then.
    """

    letters: str
    probabilities: Array
    states: Array

    @property
    def word(self) -> str:
        return self.letters.removesuffix(END)


def alphabet_of(words: Iterable[str]) -> str:
    """END, then every letter of the words, each once and in order."""
    return END + "".join(sorted({letter for word in words for letter in word} - {END}))


def speller(kind: CellKind, alphabet: str, n_hidden: int, rng: np.random.Generator) -> Network:
    """A new network that spells in this alphabet."""
    layer = recurrent(kind, len(alphabet), n_hidden, rng)
    return Network((layer, dense(n_hidden, len(alphabet), rng, SCHEME)), "softmax")


def read_word(network: Network, alphabet: str, word: str) -> Spelled:
    """What the network says and remembers while it reads a word. Raises ValueError for a letter it does not know."""
    unknown = sorted(set(word) - set(alphabet[1:]))
    if unknown:
        raise ValueError(f"word: holds {''.join(unknown)!r}, needs letters of {alphabet[1:]!r}")
    places = [0, *(alphabet.index(letter) for letter in word)]
    run = network.forward(one_hot(np.array([places]), len(alphabet)))
    return Spelled(word + END, softmax(run.outputs[0]), run.activations[1][0])


def spell(
    network: Network,
    alphabet: str,
    rng: np.random.Generator,
    temperature: float = 1.0,
    longest: int = 16,
    begin: Sequence[str] | str = "",
) -> Spelled:
    """A word drawn letter by letter, until the network ends it or it is `longest` letters long.

    temperature: 0 always takes the likeliest letter.  begin: letters it has to begin with.
    """
    layer, head = network.layers
    assert isinstance(layer, Recurrent)
    state, place = layer.start(1), 0
    letters, said, states = "", [], []
    while len(letters) < longest:
        state = layer.step(one_hot(np.array([place]), len(alphabet)), state)
        logits = head.forward(state[0])[0][0]
        said.append(softmax(logits))
        states.append(state[0][0])
        if len(letters) < len(begin):
            place = alphabet.index(begin[len(letters)])
        elif temperature > 0:
            place = int(rng.choice(len(alphabet), p=softmax(logits / temperature)))
        else:
            place = int(logits.argmax())
        letters += alphabet[place]
        if place == 0:
            break
    return Spelled(letters, np.array(said), np.array(states))
