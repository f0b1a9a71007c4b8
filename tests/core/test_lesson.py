"""Lessons are read strictly: what fits becomes values, what does not is refused with its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest

from lab.core.experiment import Break, Challenge, Preset, Progress, Setting, Specification
from lab.core.glossary import parse_glossary, read_glossary
from lab.core.lesson import missing
from lab.core.lesson.blocks import Code, Formula, LessonError, Paragraph, Question, Remember, Try, Under
from lab.core.lesson.key import answer_key
from lab.core.lesson.links import Links, request_of
from lab.core.lesson.numbers import agrees, last_number, written_like
from lab.core.lesson.parser import parse
from lab.core.metric import Metric, Metrics
from lab.core.params import Range


@dataclass(frozen=True, slots=True)
class Params:
    learning_rate: Annotated[float, Range(0.0001, 2.0, log=True)] = 0.26
    surface: Literal["bowl", "ravine"] = "bowl"


def _never(*_args: Any) -> Any:
    raise AssertionError("reading a lesson builds no simulation")


SPECIFICATION = Specification(
    params=Params,
    build=_never,
    presets=(Preset("course", "Course", Setting({"learning_rate": 0.01}, steps=7)),),
    challenges=(
        Challenge("stable", "", "", Setting({"surface": "ravine"}), lambda *_: Progress(False, 0, ""), Setting()),
    ),
    breaks=(Break("cliff", "Cliff", "…", Setting({"learning_rate": 1.1}), lambda _frame: True),),
    metrics=Metrics(Metric("loss", "loss", _never, digits=3)),
)

WHOLE = """\
# The hill

## How far should each step go?

The [gradient](word:gradient) points **uphill**. After 100 steps [0.1326](is:distance?preset=course&step=100)
of the way is left; [try 0.9](lab:?learning_rate=0.9&run=20) with $\\eta$ and `code [x](y:z)`.

{intro} Step by step.

$$w \\leftarrow w - \\eta\\,\\nabla L(w)$$

::: predict far
What will the ball do with $\\eta = 0.9$?
- [ ] Stop at once
- [x] Jump from
  side to side
[Set η to 0.9 and run](lab:?preset=course&learning_rate=0.9&run=20)
It **jumps**, because the step is longer than the valley.
:::

::: try
- [Break it](lab:?break=cliff&run=5) and watch.
- [Take the challenge](lab:?challenge=stable)
:::

## Can code do the same?

::: code valley
The same walk.
```python
w = 0.0

print(w)
```
[0.1326](is:distance?preset=course&step=100&tolerance=1e-9)
:::

::: under Why 2 divided by the curvature?
{expert} Because $|1 - \\eta\\lambda| < 1$.

$$\\eta < \\frac{2}{\\lambda}$$
:::

::: remember
- Downhill is minus the gradient.
:::

::: quiz sign
Why the minus?
- [x] The gradient points uphill
- [ ] By convention
Up is where it points.
:::

::: teacher
aim: To say what a
step is.
start: Close your eyes.
ask: Why?
expect: Because.
ask: How?
expect: So.
ask: When?
expect: Then.
wrong: Larger is faster.
time: 12 minutes.
:::
"""


def read(text: str, **changes: Any) -> Any:
    return parse(text, SPECIFICATION, "hill", "05-hill.md", {"gradient"}, **changes)


def page(body: str) -> str:
    return f"# T\n\n## Why?\n\n{body}\n"


def block(kind: str, body: str) -> str:
    return page(f"::: {kind}\n{body}\n:::")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("There were\n[0](is:loss). Then", "There were\n0\\. Then"),
        ("[12](is:loss)) it", "12\\) it"),
        ("[0.5](is:loss). Then", "0.5. Then"),
        ("There were [0](is:loss). Then", "There were 0. Then"),
        ("[7](is:loss), then", "7, then"),
    ],
)
def test_a_number_that_begins_a_line_is_no_item_of_a_list(written: str, shown: str) -> None:
    assert Links("a.md", SPECIFICATION, ()).read(written, 1) == shown


def test_a_whole_lesson_becomes_values() -> None:
    lesson = read(WHOLE)
    assert (lesson.title, lesson.experiment, lesson.language) == ("The hill", "hill", "en")
    assert [p.title for p in lesson.pages] == ["How far should each step go?", "Can code do the same?"]
    kinds = [[type(b) for b in p.body] for p in lesson.pages]
    assert kinds == [[Paragraph, Paragraph, Formula, Question, Try], [Code, Under, Remember, Question]]
    assert lesson.words == ("gradient",) and lesson.pages[0].words == ("gradient",) and lesson.pages[1].words == ()
    assert lesson.formulas() == (r"w \leftarrow w - \eta\,\nabla L(w)", r"\eta < \frac{2}{\lambda}")
    assert missing(lesson) == ()


def test_a_claim_leaves_its_number_and_remembers_what_it_claims() -> None:
    lesson = read(WHOLE)
    text = lesson.pages[0].body[0].text
    assert "After 100 steps 0.1326\nof the way" in text and "is:" not in text and "`code [x](y:z)`" in text
    prose, code = lesson.claims
    assert (prose.text, prose.metric, prose.request.preset, prose.request.run) == ("0.1326", "distance", "course", 100)
    assert prose.line == 5 and prose.digits == 4
    assert WHOLE.splitlines()[code.line - 1].startswith("[0.1326](is:")
    assert prose.request.setting(SPECIFICATION) == Setting({"learning_rate": 0.01}, steps=100)


def test_a_prediction_knows_the_right_option_and_what_to_run() -> None:
    question = read(WHOLE).questions()[0]
    assert question.id == "far" and question.right == 1 and question.options[1].text == "Jump from\nside to side"
    assert question.button == "Set η to 0.9 and run" and question.explanation.startswith("It **jumps**")
    assert question.request.pinned and question.request.run == 20
    assert question.request.setting(SPECIFICATION) == Setting({"learning_rate": 0.9}, steps=20)


def test_a_code_cell_keeps_its_blank_lines_and_its_tolerance() -> None:
    code = next(b for b in read(WHOLE).blocks() if isinstance(b, Code))
    assert code.source == "w = 0.0\n\nprint(w)" and code.tolerance == 1e-9 and code.text == "The same walk."
    assert code.claim.request.run == 100


def test_links_set_controls_presets_breaks_and_challenges() -> None:
    requests = read(WHOLE).requests
    assert requests["lab:?learning_rate=0.9&run=20"].values == {"learning_rate": 0.9}
    assert not requests["lab:?learning_rate=0.9&run=20"].pinned
    assert requests["lab:?break=cliff&run=5"].setting(SPECIFICATION).values == {"learning_rate": 1.1}
    assert requests["lab:?challenge=stable"].setting(SPECIFICATION) == Setting({"surface": "ravine"})


def test_the_teacher_finds_aim_questions_and_timing() -> None:
    teacher = read(WHOLE).teacher
    assert teacher.aim == "To say what a\nstep is." and teacher.timing == "12 minutes."
    assert teacher.questions == (("Why?", "Because."), ("How?", "So."), ("When?", "Then."))
    assert teacher.wrong_ideas == ("Larger is faster.",)


def test_reading_levels_choose_paragraphs() -> None:
    first, second = read(WHOLE).pages
    assert [type(b) for b in first.at("standard")] == [Paragraph, Formula, Question, Try]
    assert first.at("intro")[1].text == "Step by step."
    under = next(b for b in second.body if isinstance(b, Under))
    assert under.body[0].levels == {"expert"}


def test_the_answer_key_marks_the_right_options_and_keeps_no_links() -> None:
    key = answer_key(read(WHOLE))
    assert "- ✓ Jump from" in key and "- ✗ By convention" in key and "the last number printed is 0.1326" in key
    assert "1. **Why?** Because." in key and "lab:" not in key and "word:" not in key


def test_the_pseudo_language_accents_prose_but_neither_numbers_nor_formulas_nor_links() -> None:
    lesson = read(WHOLE, language="qps")
    text = lesson.pages[0].body[0].text
    assert "póíñ" in text and "(word:gradient)" in text and "$\\eta$" in text and "0.1326" in text
    assert lesson.pages[0].title.startswith("Hów") and lesson.requests and lesson.formulas() == read(WHOLE).formulas()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "needs '# title'"),
        ("# T\n\nwords\n\n## Why?", 3, "a lesson starts with"),
        ("# T\n\n## Statement.", 3, "title is a question"),
        (page("one\n\ntwo\n\nthree"), 9, "at most 2 paragraphs"),
        (page("word " * 81), 5, "at most 80 words, this one 81"),
        (page("### deeper"), 5, "only paragraphs, lists and formulas"),
        (page("{genius} x"), 5, "a level is one of"),
        (page("$$x"), 5, "a formula starts and ends"),
        (page("cost $5"), 5, "dollar sign at both ends"),
        (page("fine\n[x](lab:?speed=3)"), 6, "speed: there is no such control"),
        (page("[x](lab:?learning_rate=99)"), 5, "must lie between"),
        (page("[x](lab:?learning_rate=1&learning_rate=2)"), 5, "stands twice"),
        (page("[x](lab:?preset=none)"), 5, "there is no preset 'none'"),
        (page("[x](lab:?preset=course&break=cliff)"), 5, "only one of"),
        (page("[x](lab:?run=0)"), 5, "whole number from 1"),
        (page("[x](lab:?run=99999999999999999999)"), 5, "whole number from 1"),
        (page("[x](word:zebra)"), 5, "no word 'zebra'"),
        (page("[x](is:?preset=course)"), 5, "a claim is written"),
        (page("[x](is:loss?preset=course&tolerance=2)"), 5, "tolerance: must lie"),
        (page("[x](is:loss?run=3)"), 5, "run: there is no such control"),
        (page("::: predict a"), 5, "never closed"),
        (page(":::"), 5, "without an open block"),
        (page("::: try\n::: try\n:::"), 6, "still open"),
        (block("dance", "x"), 5, "a block is one of"),
        (page("::: try\n:::"), 5, "is empty"),
        (block("try", "- no link"), 5, "has a link that sets"),
        (block("try", "words"), 6, "is a list"),
        (block("quiz", "Q?\n- [x] a\n- [ ] b\n\nwhy"), 5, "needs an id"),
        (block("quiz a", "Q?\n- [x] a\n- [x] b\n\nwhy"), 5, "at least two options"),
        (block("quiz a", "Q?\n- [x] a\n- [ ] b"), 5, "and an explanation"),
        (block("quiz a", "Q?\n- [x] a\n- [y] b\n\nwhy"), 8, "an option is written"),
        (block("quiz a", "Q?\n- [x] a\n- [ ] b\n[go](lab:?preset=course&run=1)\nwhy"), 5, "make it a prediction"),
        (block("predict a", "Q?\n- [x] a\n- [ ] b\n[go](lab:?learning_rate=1&run=1)\nwhy"), 5, "so that everybody"),
        (block("code a", "```python\nx\n```"), 5, "that it reproduces"),
        (block("code a", "```python\n" + "x\n" * 21 + "```\n[1](is:loss?preset=course)"), 5, "has 21 lines"),
        (block("under", "x"), 5, "needs a title"),
        (block("teacher", "aim: x"), 5, "the teacher's note needs"),
        (block("teacher", "x"), 6, "starts with one of"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(LessonError) as caught:
        read(text)
    assert caught.value.line == line and says in str(caught.value)
    assert str(caught.value).startswith(f"05-hill.md:{line}: ")


@pytest.mark.parametrize(
    "hostile",
    [
        "[x](javascript:alert(1))",
        "[x](javascript:alert)",
        "[x](file:///etc/passwd)",
        "[x](https://example.org)",
        "[x](data:text/html,hello)",
        "[x](lab:other-experiment?run=3)",
        "[x](LAB:?run=3)",
        "[x][y]",
        "![x](lab:?run=3)",
        "<img src=x>",
        "<script>",
        "<javascript:x>",
        '[x](lab:?run=3 "title")',
    ],
)
def test_a_hostile_link_is_refused_wherever_it_stands(hostile: str) -> None:
    for text in (page(hostile), f"# T {hostile}\n\n## Why?\n\nx", page(f"::: remember\n- {hostile}\n:::")):
        with pytest.raises(LessonError):
            read(text)


def test_two_blocks_cannot_share_an_id() -> None:
    twice = "::: quiz a\nQ?\n- [x] a\n- [ ] b\n\nwhy\n:::\n\n"
    with pytest.raises(LessonError, match="two blocks with the id 'a'"):
        read(page(twice * 2))


def test_a_request_without_steps_only_sets() -> None:
    request = request_of("learning_rate=0,5&seed=4", SPECIFICATION)
    assert request.run is None and request.values == {"learning_rate": 0.5} and request.seed == 4
    assert request_of("", SPECIFICATION).setting(SPECIFICATION) == Setting()


@pytest.mark.parametrize(
    ("output", "value"),
    [("loss 0.6984", 0.6984), ("1 2 3", 3), ("x = −4.5e-3\n", -0.0045), ("a1 inf", float("inf")), (".5", 0.5)],
)
def test_the_last_printed_number_is_found(output: str, value: float) -> None:
    printed = last_number(output)
    assert printed is not None and printed.value == value


def test_text_without_a_number_prints_none() -> None:
    assert last_number("nothing here") is None


@pytest.mark.parametrize(
    ("printed", "value", "same"),
    [
        ("0.698412", 0.6984117, True),
        ("0.698", 0.6984, True),
        ("0.699", 0.6984, False),
        ("1", 1.4, False),
        ("1.0", 1.0, True),
        ("nan", float("nan"), True),
        ("inf", float("-inf"), False),
        ("3", None, False),
        ("3", "3", False),
        ("1.5e18", 1.52e18, False),
        ("1.52e18", 1.5203e18, True),
    ],
)
def test_a_printed_number_agrees_when_it_is_the_metric_or_its_rounding(printed: str, value: Any, same: bool) -> None:
    found = last_number(printed)
    assert found is not None and agrees(found, value, 1e-6) is same


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.132619, "0.1326"),
        (42.71, "42.7"),
        (99.96, "100"),
        (1.52e18, "1.5·10¹⁸"),
        (float("inf"), "∞"),
        (None, "—"),
        (-0.042, "−0.042"),
        (7, "7"),
        (0.134, "13 %"),
        ("diverged", "diverged"),
    ],
)
def test_a_value_is_written_with_the_digits_of_the_claim(value: Any, text: str) -> None:
    assert written_like(value, text) == text


def test_a_glossary_is_a_table_with_four_columns() -> None:
    words = parse_glossary("# G\n\n| id | word | seen in | meaning |\n|---|---|---|---|\n| a | A a | x | It is. |\n")
    assert words["a"].word == "A a" and words["a"].experiment == "x" and words["a"].meaning == "It is."
    with pytest.raises(ValueError, match=r"glossary\.md:1"):
        parse_glossary("| a | b |")
    with pytest.raises(ValueError, match="two words 'a'"):
        parse_glossary("| a | A | x | y |\n| a | A | x | y |")


def test_the_course_has_its_forty_words_each_with_one_sentence() -> None:
    words = read_glossary("en")
    assert len(words) >= 40
    for word in words.values():
        assert word.meaning.endswith(".") and 4 <= len(word.meaning.split()) <= 40, word
        assert word.id == word.id.lower() and " " not in word.id
    assert read_glossary("xx") == words
    assert read_glossary("qps")["gradient"].word != words["gradient"].word


def test_a_lesson_is_read_once_until_its_file_or_the_language_changes(tmp_path, monkeypatch):
    from lab import catalog
    from lab.core import lesson as lessons
    from lab.core.text import Language

    experiment = catalog.experiments()[0]
    first = lessons.load(experiment)
    assert lessons.load(experiment) is first
    other = tmp_path / "01-other.md"
    other.write_text(lessons.lesson_path(experiment).read_text("utf-8").replace("# ", "# Other ", 1), "utf-8")
    monkeypatch.setattr(lessons, "lesson_path", lambda experiment, language="en": other)
    assert lessons.load(experiment).title == f"Other {first.title}"
    monkeypatch.undo()
    assert lessons.load(experiment, Language("qps")) is not first
