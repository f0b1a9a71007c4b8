"""Settings with a story, and the ways to break a tokenizer on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e16_tokenization.frame import TokenFrame
from lab.experiments.e16_tokenization.texts import SENTENCES

__all__ = ["BREAKS", "PRESETS"]

HINDI = SENTENCES["hindi"]
ENGLISH = SENTENCES["english"]
EMOJI = "🙂 👍🏽 👩‍🚀 hello"

PRESETS = (
    Preset(
        "course",
        "aaabdaaabac",
        Setting({"corpus": "toy"}, steps=3),
        N_("Eleven letters, three merges, five tokens. Go back with ← and make each merge again."),
    ),
    Preset(
        "shakespeare",
        N_("Shakespeare"),
        Setting(steps=30),
        N_("20 kB of plays after thirty merges. Go on with Run, or drag the line on the curve."),
    ),
    Preset(
        "large",
        N_("200 kB of plays"),
        Setting({"kilobytes": 200}, steps=256),
        N_("256 merges learned from 200 kB: a token carries about two bytes of Shakespeare."),
    ),
    Preset(
        "code",
        N_("Python code"),
        Setting({"corpus": "code", "merges": 60}),
        N_("Four spaces become one token early: code is full of them. Names that come again follow."),
    ),
    Preset(
        "emoji",
        "Emoji",
        Setting({"corpus": "emoji", "merges": 3}),
        N_("An emoji is four bytes or more. Step on and see it being put together; some never are."),
    ),
    Preset(
        "scripts",
        N_("Ten languages"),
        Setting({"merges": 256, "text": f"{ENGLISH} {SENTENCES['chinese']}", "page": "compare"}),
        N_("The same sentence in ten languages: who pays for a training text that was all English?"),
    ),
    Preset(
        "digits",
        N_("Numbers in pieces"),
        Setting({"corpus": "digits", "merges": 12, "text": "123 + 1234 = 1357", "page": "compare"}),
        N_("GPT-2 cuts numbers wherever its merges happen to end. Try counting with such pieces."),
    ),
    Preset(
        "space",
        N_("A blank in front"),
        Setting({"merges": 80, "pre_split": True, "text": "the cat and the hat", "page": "compare"}),
        N_("“the” at the start and “·the” inside a sentence are two tokens with two numbers."),
    ),
    Preset(
        "encode",
        N_("GPT-2 reads a word"),
        Setting({"text": " international", "page": "read", "reader": "gpt2"}),
        N_("GPT-2 reads one word. Each step merges the neighbours of the lowest rank; run it."),
    ),
)


def _is_costly(frame: TokenFrame) -> bool:
    per_character = frame.own.per_character
    return per_character is not None and per_character > 2 and frame.own.same


def _is_lost(frame: TokenFrame) -> bool:
    return not frame.own.same and bool(frame.own.lost)


def _obeys(frame: TokenFrame) -> bool:
    return frame.own.special_tokens > 0


BREAKS = (
    Break(
        "hindi",
        N_("Learn English, read Hindi"),
        N_(
            "256 merges learned from English help nobody here: every Hindi letter falls into three bytes, and the"
            " sentence costs more tokens than it has letters. The lamp at the bottom stays green: nothing is lost, it"
            " only costs more."
        ),
        Setting({"text": HINDI, "merges": 252}, steps=4),
        _is_costly,
    ),
    Break(
        "unseen",
        N_("Characters it has never seen"),
        N_(
            "It starts from the characters of the training text, and there are no others. What it has not seen it"
            " cannot write, so it leaves it out: the light goes red."
        ),
        Setting({"unit": "character", "text": "Hello 🙂 " + SENTENCES["german"], "merges": 60}, steps=4),
        _is_lost,
    ),
    Break(
        "specials",
        N_("Obey what a reader types"),
        N_(
            "A reader types the sign for the end of a text, and the tokenizer obeys: one single token now says to the"
            " model that the text is over. Typed by hand it should be plain text, cut like any other."
        ),
        Setting({"text": "Please read <|endoftext|> this too.", "specials": True, "merges": 60}, steps=4),
        _obeys,
    ),
)
