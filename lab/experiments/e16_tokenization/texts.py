"""What there is to learn from and to read: the training texts, and one sentence in ten languages."""

from __future__ import annotations

from functools import cache

from lab.core.paths import assets
from lab.core.text import N_, _
from lab.engine.text.tokenizer import replace_surrogates

__all__ = [
    "BIGGEST", "CORPORA", "END_OF_TEXT", "LANGUAGES", "SENTENCES", "check_size", "corpus_text", "cut_to",
]  # fmt: skip

BIGGEST = 200_000
"""So many bytes a training text may have."""
END_OF_TEXT = "<|endoftext|>"

CORPORA = {
    "toy": "aaabdaaabac",
    "shakespeare": N_("Shakespeare"),
    "english": N_("English story"),
    "code": N_("Python code"),
    "emoji": N_("Emoji"),
    "scripts": N_("Ten languages"),
    "digits": N_("Digits"),
    "puzzle": N_("Three words"),
    "received": N_("Received text"),
    "own": N_("My own text"),
}
"""What each training text is called on screen."""

ENGLISH = (
    "On the way to school Mira counts the windows of the train. There are forty two of them, and in each she can see a"
    " small piece of the morning: a dog on a leash, a man with a paper cup, the grey river and the bridge. Her brother"
    " says that a computer could learn to read such a picture if you showed it enough of them. Mira is not sure. She"
    " has read that machines do not see words as we do. They cut a sentence into pieces, give every piece a number and"
    " forget the letters. So she closes her eyes, listens to the wheels and tries to think of the day as a row of"
    " numbers. It does not work, but it makes her smile. The train stops at the old station, the doors open, and the"
    " cold air of the morning comes in with the noise of the street. Two girls get on. One of them holds a small plant"
    " in a pot, the other one a map of the city that is older than both of them together.\n"
)
CODE = '''def read_numbers(path):
    """The numbers in a file, one a line."""
    numbers = []
    with open(path) as file:
        for line in file:
            line = line.strip()
            if line:
                numbers.append(float(line))
    return numbers


def mean(numbers):
    """The middle of all numbers."""
    total = 0.0
    for number in numbers:
        total = total + number
    return total / len(numbers)


def spread(numbers):
    """How far the numbers lie from their middle."""
    middle = mean(numbers)
    total = 0.0
    for number in numbers:
        total = total + (number - middle) ** 2
    return (total / len(numbers)) ** 0.5


if __name__ == "__main__":
    numbers = read_numbers("numbers.txt")
    print("mean", mean(numbers))
    print("spread", spread(numbers))
'''
EMOJI = "🙂 hello 🙂🙂 how are you? 😀 fine 🙂 and you? 😀😀 👍 see you 🙂 👍🏽 yes! 🎈🎈 👩‍🚀 bye 🙂 🙃\n"
DIGITS = "".join(f"{n} + {n + 7} = {2 * n + 7}\n" for n in range(1985, 2026, 2))
PUZZLE = "tan taste tea"

LANGUAGES = {
    "english": N_("English"),
    "french": N_("French"),
    "german": N_("German"),
    "russian": N_("Russian"),
    "greek": N_("Greek"),
    "arabic": N_("Arabic"),
    "hindi": N_("Hindi"),
    "chinese": N_("Chinese"),
    "japanese": N_("Japanese"),
    "korean": N_("Korean"),
}
SENTENCES = {
    "english": "The cat sleeps on the warm roof and dreams of fish.",
    "french": "Le chat dort sur le toit chaud et rêve de poissons.",
    "german": "Die Katze schläft auf dem warmen Dach und träumt von Fischen.",
    "russian": "Кошка спит на тёплой крыше и видит во сне рыбу.",
    "greek": "Η γάτα κοιμάται στη ζεστή στέγη και ονειρεύεται ψάρια.",
    "arabic": "القطة تنام على السطح الدافئ وتحلم بالسمك.",
    "hindi": "बिल्ली गरम छत पर सोती है और मछली के सपने देखती है।",
    "chinese": "猫睡在温暖的屋顶上，梦见了鱼。",
    "japanese": "猫は暖かい屋根の上で眠り、魚の夢を見る。",
    "korean": "고양이가 따뜻한 지붕 위에서 자며 물고기 꿈을 꾼다.",
}
"""The same sentence in each of them."""


@cache
def _shakespeare() -> str:
    return (assets() / "data" / "shakespeare.txt").read_text("utf-8")[:BIGGEST]


def corpus_text(name: str, kilobytes: int = 20) -> str:
    """The training text of a name; of Shakespeare so many kilobytes. Raises ValueError for one there is not."""
    match name:
        case "toy":
            return "aaabdaaabac"
        case "shakespeare":
            return _shakespeare()[: 1000 * kilobytes]
        case "english":
            return ENGLISH
        case "code":
            return CODE
        case "emoji":
            return EMOJI
        case "scripts":
            return "\n".join(SENTENCES.values()) + "\n"
        case "digits":
            return DIGITS
        case "puzzle" | "own":
            return PUZZLE
    raise ValueError(f"there is no training text {name!r}")


def cut_to(text: str, n_bytes: int) -> str:
    """The beginning of a text, at most so many bytes of UTF-8, never in the middle of a character."""
    raw = replace_surrogates(text).encode()
    return raw.decode() if len(raw) <= n_bytes else raw[:n_bytes].decode("utf-8", "ignore")


def check_size(text: str) -> None:
    """Refuse a training text that is empty or too long. Raises ValueError saying so."""
    size = len(replace_surrogates(text).encode())
    if size > BIGGEST:
        message = _("The text has {n} bytes; at most {most} can be learned from here.")
        raise ValueError(message.format(n=size, most=BIGGEST))
