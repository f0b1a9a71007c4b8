"""Examples of the learner's own: questions with their answers, as they are typed, pasted, and kept in a control."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab.core.text import _
from lab.experiments.e20_language_model_training.examples import pairs

__all__ = [
    "LONGEST_ANSWER", "LONGEST_QUESTION", "LONGEST_TEXT", "MOST_PAIRS", "check_own", "lab_pairs", "one_line",
    "own_text", "read_pairs", "taught", "written_pairs",
]  # fmt: skip

QA = tuple[str, str]
LONGEST_QUESTION, LONGEST_ANSWER, MOST_PAIRS = 48, 72, 40  # letters, letters, questions with answers
LONGEST_TEXT = MOST_PAIRS * (LONGEST_QUESTION + LONGEST_ANSWER + 6)


def read_pairs(text: str) -> tuple[QA, ...]:
    """Questions with their answers. Each pair is a line, "question > answer", or with a tab between as it comes from a
    spreadsheet; "|" parts two on one line. A text with "Q: …" and "A: …" on lines of their own is read as well.

    Raises ValueError with a sentence for what cannot be read.
    """
    lines = [line for line in text.replace("|", "\n").splitlines() if line.strip()]
    if any(line.lstrip().startswith("Q:") for line in lines):
        found = tuple(_from_dialogue(lines))
    else:
        found = tuple(_from_line(line, number) for number, line in enumerate(lines, 1))
    for number, (question, answer) in enumerate(found, 1):
        _check_length(number, question, answer)
    if len(found) > MOST_PAIRS:
        raise ValueError(_("There may be {most} examples, and these are {n}.").format(most=MOST_PAIRS, n=len(found)))
    return found


def _plain(text: str) -> str:
    return " ".join(text.split())


def _from_line(line: str, number: int) -> QA:
    question, sign, answer = line.partition("\t" if "\t" in line.strip() else ">")
    if not sign or not _plain(question) or not _plain(answer):
        raise ValueError(
            _("Example {n} needs a question, the sign > and an answer: What is rain? > Water that falls.").format(
                n=number
            )
        )
    return _plain(question), _plain(answer)


def _from_dialogue(lines: Sequence[str]) -> Iterator[QA]:
    """Pairs of lines, a question after "Q:" and its answer after "A:"."""
    stripped = [line.strip() for line in lines]
    for number, (question, answer) in enumerate(zip(stripped[::2], [*stripped[1::2], ""], strict=False), 1):
        said = _plain(question[2:]), _plain(answer[2:])
        if not (question.startswith("Q:") and answer.startswith("A:") and all(said)):
            raise ValueError(_("Example {n} needs a line after Q: and one after A:.").format(n=number))
        yield said


def _check_length(number: int, question: str, answer: str) -> None:
    if ">" in question + answer:
        raise ValueError(_("Example {n} has the sign > more than once.").format(n=number))
    if len(question) > LONGEST_QUESTION or len(answer) > LONGEST_ANSWER:
        text = _("Example {n} is too long: a question has up to {question} letters, an answer up to {answer}.")
        raise ValueError(text.format(n=number, question=LONGEST_QUESTION, answer=LONGEST_ANSWER))


def check_own(text: str) -> None:
    """Refuse what cannot be read. Raises ValueError with a sentence."""
    read_pairs(text)


def written_pairs(found: Sequence[QA]) -> str:
    """One pair a line, to be edited."""
    return "\n".join(f"{question} > {answer}" for question, answer in found)


def one_line(found: Sequence[QA]) -> str:
    """As a control holds them."""
    return " | ".join(f"{question} > {answer}" for question, answer in found)


def lab_pairs(style: str) -> tuple[QA, ...]:
    """The lab's own, answered in a style."""
    return tuple((pair.question, pair.answer(style)) for pair in pairs().examples)


def taught(own: str, style: str) -> tuple[QA, ...]:
    """What is learned: the learner's own examples, or the lab's where there are none. own: as a control holds them."""
    return read_pairs(own) or lab_pairs(style)


def own_text(text: str, style: str) -> str:
    """What a control holds of an edited text: nothing where it says the lab's examples in this style.

    Raises ValueError with a sentence for what cannot be read.
    """
    found = read_pairs(text)
    return "" if found == lab_pairs(style) else one_line(found)
