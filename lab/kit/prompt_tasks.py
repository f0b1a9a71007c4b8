"""Tasks for a language model that is asked by example: five of them with 30 questions each, and examples that show how
it is done. Every answer can be checked by a rule. What is asked is English, as SmolLM2 is."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import numpy as np

from lab.core.records import dataclass

__all__ = ["QUESTIONS", "SHOTS", "TASKS", "WAYS", "Task", "task_of"]

QUESTIONS, SHOTS, WORKED, WAYS = 30, (0, 2, 4, 8), 4, 4
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Task:
    """beginnings: what is read before a question, by way.  asked: each question as it is read, by way.  answers: the
    right ones.  length: tokens an answer may have.  stops: what ends it.  judge: (written, right) -> whether it is."""

    beginnings: tuple[str, ...]
    asked: tuple[tuple[str, ...], ...]
    answers: tuple[str, ...]
    length: int
    stops: tuple[str, ...]
    judge: Callable[[str, str], bool]


def _first_word(written: str, right: str) -> bool:
    words = re.findall(r"[A-Za-z]+", written)
    return bool(words) and words[0].lower() == right


def _begins(written: str, right: str) -> bool:
    return written.strip().startswith(right)


def _same(written: str, right: str) -> bool:
    return written.strip().rstrip(".").lower() == right


def _number(written: str, right: str) -> bool:
    """The number behind "the answer is", or the last one."""
    said = re.findall(r"answer is:? \$?(\d+)", written) or re.findall(r"\d+", written)
    return bool(said) and said[-1] == right


def _by_example(order: str, form: str, pairs: list[Pair], length: int, judge: Callable[[str, str], bool]) -> Task:
    """The first eight pairs are the examples; the others are asked."""
    shots, questions = pairs[: SHOTS[-1]], pairs[SHOTS[-1] : SHOTS[-1] + QUESTIONS]
    told = [f"{form.format(question)} {answer}\n\n" for question, answer in shots]
    beginnings = tuple((order or "List:") + "\n\n" + "".join(told[:count]) for count in SHOTS)
    asked = tuple((form.format(question),) * WAYS for question, _answer in questions)
    return Task(beginnings, asked, tuple(answer for _question, answer in questions), length, ("\n",), judge)


REVIEWS = """What a lovely film, I smiled all the way home.|I want my two hours back.|The cook knows what she is doing.|
Cold soup and a rude waiter.|The best birthday present ever.|It broke on the first day.|
A warm and funny story.|Dull from the first page to the last.|I could not stop reading.|The seats were dirty and torn.|
Great music and great people.|Never again.|This phone is fast and bright.|The batteries died after an hour.|
We laughed until we cried.|The room smelled of smoke.|A perfect day at the beach.|The actors seem to be asleep.|
My son loves this game.|The colours washed out at once.|Simply delicious.|I fell asleep after ten minutes.|
The staff were kind and helpful.|They lost my bag and did not care.|A clever plot with a fine ending.|
The sound is thin and noisy.|I would buy it again tomorrow.|A waste of money.|The view took our breath away.|
The bread was hard as stone.|Her voice is beautiful.|It is ugly and far too heavy.|
So comfortable that I forgot I wore them.|
The story makes no sense.|Fresh fruit and friendly faces.|The train was late and crowded.|The garden is a dream.|
He forgot half of his lines.|"""

CAPITALS = """France Paris|Japan Tokyo|Egypt Cairo|Canada Ottawa|Kenya Nairobi|Norway Oslo|Peru Lima|India New_Delhi|
Italy Rome|Spain Madrid|Germany Berlin|Russia Moscow|China Beijing|Greece Athens|Portugal Lisbon|Austria Vienna|
Poland Warsaw|Sweden Stockholm|Finland Helsinki|Denmark Copenhagen|Ireland Dublin|Hungary Budapest|Belgium Brussels|
Cuba Havana|Chile Santiago|Argentina Buenos_Aires|Mexico Mexico_City|Thailand Bangkok|Vietnam Hanoi|Turkey Ankara|
Iran Tehran|Iraq Baghdad|Ukraine Kyiv|Australia Canberra|Colombia Bogot|Ethiopia Addis_Ababa|Indonesia Jakarta|
Iceland Reykjav|"""

WORDS = """red house|cold water|green tree|small bird|open door|long road|soft bed|loud bell|old ship|warm bread|
blue sky|sweet apple|dark night|quick fox|clean shirt|deep lake|fresh milk|round table|white snow|young king|hard stone|
bright star|empty box|quiet room|tall tower|broken cup|happy child|heavy bag|sharp knife|brown bear|yellow flower|
slow train|wet grass|rich man|thin paper|strong wind|silver ring|narrow street|"""

LIVING = """dog zib|hammer fop|cow zib|chair fop|spoon fop|horse zib|table fop|sheep zib|cat zib|lamp fop|goat zib|
knife fop|mouse zib|plate fop|bottle fop|lion zib|duck zib|ladder fop|tiger zib|pencil fop|wolf zib|bucket fop|bear zib|
scissors fop|rabbit zib|mirror fop|candle fop|fox zib|pig zib|brush fop|monkey zib|clock fop|camel zib|basket fop|
donkey zib|pillow fop|eagle zib|needle fop|"""


def _items(text: str) -> list[str]:
    return [item for item in text.replace("\n", "").split("|") if item]


def _two(text: str) -> list[Pair]:
    pairs = [item.split(" ") for item in _items(text)]
    return [(first, second.replace("_", " ")) for first, second in pairs]


NAMES = ("Tom", "Mia", "Ben", "Anna", "Sam", "Ella")
THINGS = ("apples", "cards", "books", "eggs", "coins", "pens", "shells")


def _story(number: int, a: int, b: int, c: int) -> tuple[str, str, str]:
    """A problem, its solution step by step, and the answer."""
    name, things = NAMES[number % len(NAMES)], THINGS[number % len(THINGS)]
    text = f"{name} has {a} {things}, gets {b} more and then loses {c}. How many {things} does {name} have now?"
    return text, f"{a} + {b} = {a + b}. {a + b} - {c} = {a + b - c}. The answer is {a + b - c}.", str(a + b - c)


def _sums() -> Task:
    drawn = np.random.default_rng(1).integers((3, 2, 1), (10, 9, 5), (WORKED + QUESTIONS, 3)).tolist()
    stories = [_story(number, *row) for number, row in enumerate(drawn)]
    form, order = "Question: {}\nAnswer:", "Answer the questions.\n\n"
    short = "".join(f"{form.format(text)} The answer is {answer}.\n\n" for text, _worked, answer in stories[:WORKED])
    long = "".join(f"{form.format(text)} {worked}\n\n" for text, worked, _answer in stories[:WORKED])
    plain = [form.format(text) for text, _worked, _answer in stories[WORKED:]]
    asked = tuple((text, f"{text} Let's think step by step.", text, text) for text in plain)
    answers = tuple(answer for _text, _worked, answer in stories[WORKED:])
    return Task((order, order, order + short, order + long), asked, answers, 80, ("\nQuestion",), _number)


@cache
def task_of(name: str) -> Task:
    """One of TASKS."""
    match name:
        case "sentiment":
            pairs = [(text, ("positive", "negative")[k % 2]) for k, text in enumerate(_items(REVIEWS))]
            return _by_example("Is the review positive or negative?", "Review: {}\nSentiment:", pairs, 3, _first_word)
        case "capitals":
            return _by_example("", "{}:", _two(CAPITALS), 4, _begins)
        case "swap":
            pairs = [(text, " ".join(reversed(text.split(" ")))) for text in _items(WORDS)]
            return _by_example("Swap the two words.", "Words: {}\nSwapped:", pairs, 6, _same)
        case "invented":
            return _by_example("Say zib or fop.", "Word: {}\nKind:", _two(LIVING), 3, _first_word)
        case _:
            return _sums()


TASKS = ("sentiment", "capitals", "swap", "invented", "sums")
