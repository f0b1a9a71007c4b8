"""The whole way of one model: its task, its stages, its report, what is kept, and the picture."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import advance, played
from lab.core.numbers import show_number
from lab.core.params import ParamError, replaced
from lab.core.simulation import Set
from lab.engine.lm.exchange import lm_from_data
from lab.engine.lm.parameters import n_parameters
from lab.engine.text.bpe_train import learn_bpe
from lab.engine.text.tokenizer import CharTokenizer
from lab.experiments.e25_capstone.gestures import TakeText
from lab.experiments.e25_capstone.pipeline import GROUP, check_text
from lab.experiments.e25_capstone.pipeline_exam import MANY, examining
from lab.experiments.e25_capstone.pipeline_facts import PIPELINE
from lab.experiments.e25_capstone.pipeline_frame import MADE, STAGES
from lab.experiments.e25_capstone.stage_sheet import laid_out, lines_of
from lab.experiments.e25_capstone.texts import EXAMPLE, SLOW, house_text, prepared, without_ladder
from lab.experiments.e25_capstone.view import View
from lab.experiments.e25_capstone.word_task import (
    ASKED,
    ENDS,
    MARKS,
    TAUGHT,
    answer_of,
    example,
    prompt,
    word_task,
)
from tests.asking import curves_of, hidden_of, metrics_of, sentence_of, why_of

SPECIFICATION = find("capstone").load()
LEFT = Qt.MouseButton.LeftButton
QUICK = {
    "page": "pipeline", "corpus": "own", "merges": 0, "pretraining": 12, "tuning": 4, "rewarding": 3,
}  # fmt: skip
ALL = 12 + 4 + 3


def run(steps: int = 0, /, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, 0, (), steps))


def page_of(steps: int, /, **values: Any) -> Any:
    return run(steps, **QUICK | values).snapshot().page


# ------------------------------------------------------------------------------------------- the task


def test_questions_of_the_exam_are_never_taught_nor_practised() -> None:
    task = word_task(house_text("shakespeare").lower())
    asked = set(task.asked)
    assert len(asked) == ASKED and len(task.taught) == TAUGHT
    assert not asked & {beginning for beginning, _word in task.taught}
    assert not asked & set(task.practised)
    assert {beginning for beginning, _word in task.taught} <= set(task.practised)


def test_a_right_answer_makes_a_word_and_a_short_one_none() -> None:
    task = word_task(house_text("shakespeare").lower())
    assert task.given == 3
    assert task.right("kin", "g") and task.right("kin", "gdom")
    assert not task.right("kin", "gg") and not task.right("kin", "")
    assert not task.right("the", ""), "a beginning that is a word itself is no answer: one letter at least is missing"
    assert all(task.right(beginning, word[task.given :]) for beginning, word in task.taught)


def test_what_is_taught_is_the_commonest_word() -> None:
    text = " ".join(["abca"] * 3 + ["abcb"] * 2 + [f"{letter}xyz" for letter in "cdefghijklmnopqrstuvwabcdefghijk"])
    text += " " + " ".join(f"{a}{b}qq" for a in "mnop" for b in "abcdefghij")
    task = word_task(text)
    taught = dict(task.taught)
    assert task.given == 3 and ("abc" in task.asked or taught["abc"] == "abca")


def test_a_small_text_gives_fewer_letters_and_one_without_words_is_refused() -> None:
    assert word_task(EXAMPLE).given < 3
    with pytest.raises(ValueError, match="too few different words"):
        word_task("1 2 3 4 " * 100)
    with pytest.raises(ValueError, match="too few different words"):
        check_text("the the the " * 100)
    check_text(EXAMPLE)


def test_questions_have_one_length_in_letters_and_in_pieces() -> None:
    text = house_text("shakespeare").lower()[:60_000]
    task = word_task(text)
    pieces = learn_bpe(text + MARKS, 60, unit="character")
    for tokenizer in (CharTokenizer.of(text + MARKS), pieces):
        lengths = {len(prompt(tokenizer, beginning)) for beginning in task.asked}
        assert lengths == {len("\n? ") + task.given}
        beginning, word = task.taught[0]
        one = example(tokenizer, beginning, word)
        assert tokenizer.decode(one.ids.tolist()) == f"\n? {word}\n"
        learned = one.ids[one.learns].tolist()
        assert answer_of(tokenizer, learned) == word[task.given :], "only the answer is learned"


def test_an_answer_ends_with_its_line() -> None:
    letters = CharTokenizer.of("abc" + MARKS)
    assert answer_of(letters, letters.encode(f"ab{ENDS}c")) == "ab"
    assert answer_of(letters, letters.encode("abc")) == "abc"


def test_without_a_ladder_the_text_is_the_same() -> None:
    letters = CharTokenizer.of(EXAMPLE)
    one, other = without_ladder(EXAMPLE, letters, 16), prepared(EXAMPLE, "characters", letters, 16)
    assert np.array_equal(one.learn, other.learn) and np.array_equal(one.windows, other.windows)
    assert one.rungs == () and other.rungs


# ------------------------------------------------------------------------------------------ the stages


def test_every_stage_ends_with_a_report_and_none_before() -> None:
    filled = {0: (), 1: MADE[:1], 11: MADE[:1], 12: MADE[:2], 15: MADE[:2], 16: MADE[:3], 18: MADE[:3], 19: MADE}
    simulation = run(**QUICK)
    for step in range(ALL + 1):
        if step in filled:
            page = simulation.snapshot().page
            assert tuple(one.stage for one in page.reports) == filled[step], step
        if step < ALL:
            advance(simulation)
    assert simulation.done
    advance(simulation)
    assert simulation.steps == ALL


def test_stages_come_in_their_order_with_their_own_steps() -> None:
    stages = []
    simulation = run(**QUICK | {"merges": 2})
    while not simulation.done:
        advance(simulation)
        page = simulation.snapshot().page
        stages.append((page.stage, page.made))
    wanted = [("tokens", n + 1) for n in range(2)] + [("pretrain", n + 1) for n in range(12)]
    wanted += [("questions", n + 1) for n in range(4)] + [("reward", 1), ("reward", 2), ("card", 3)]
    assert stages == wanted
    assert simulation.snapshot().page.lengths == (0, 2, 12, 4, 3, 0)


def test_stages_without_steps_are_passed_over() -> None:
    page = page_of(4, pretraining=0, rewarding=0)
    assert page.over and tuple(one.stage for one in page.reports) == ("start", "questions")
    page = page_of(12, tuning=0, rewarding=0)
    assert page.over and tuple(one.stage for one in page.reports) == ("start", "pretrain")
    simulation = run(**QUICK | {"pretraining": 0, "tuning": 0, "rewarding": 0})
    assert simulation.done and "some" in sentence_of(simulation.snapshot())


def test_merges_make_tokens_and_the_model_is_as_large_as_they_ask() -> None:
    simulation = run(**QUICK | {"merges": 3})
    before = simulation.snapshot().page
    assert simulation.offer("language-model") is None, "there is no model before there are tokens"
    for _merge in range(3):
        advance(simulation)
    page = simulation.snapshot().page
    counts = page.courses["tokens"][:, 1]
    assert (np.diff(counts) < 0).all() and len(counts) == 3
    assert len(page.cut) < len(before.cut) and "".join(page.cut) == "".join(before.cut)
    assert page.plan == before.plan and page.parameters == n_parameters(page.plan)
    sent = lm_from_data(simulation.offer("language-model").data)
    assert sent.tokenizer.size == page.plan.vocab_size


@pytest.mark.parametrize("kilobytes", [10, 11])
def test_the_report_reads_all_the_held_out_text_that_the_curve_is_measured_on(kilobytes: int) -> None:
    """Windows that come in eights, and others."""
    page = page_of(12, corpus="names", kilobytes=kilobytes)
    assert page.report("pretrain").held == pytest.approx(page.courses["pretrain"][-1, 1], rel=1e-6)


def test_a_short_text_has_fewer_merges_than_are_asked_for_and_goes_on_all_the_same() -> None:
    values = QUICK | {"corpus": "shakespeare", "kilobytes": 2, "merges": 1000}
    whole = run(1003, **values)
    page = whole.snapshot().page
    assert page.plan.vocab_size < 1000
    again = run(**values)
    again.load(whole.save())
    advance(whole)
    advance(again)
    assert again.snapshot().page.loss == whole.snapshot().page.loss is not None


def test_a_text_that_merges_make_too_short_is_refused_before_they_are_made() -> None:
    run(**QUICK | {"merges": 40})
    with pytest.raises(ParamError, match="tokens"):
        run(**QUICK | {"merges": 400})
    simulation = run(**QUICK | {"corpus": "own", "merges": 40})
    with pytest.raises(ValueError, match="tokens"):
        simulation.act(TakeText("alpha beta gamma delta epsilon zeta iota kappa " * 8))
    assert simulation.snapshot().page.characters == len(EXAMPLE), "the text before stays"


def test_with_merges_the_text_that_is_told_is_the_text_that_is_read() -> None:
    """Pieces are cut slowly, so a long text ends early, and it is said so."""
    values = QUICK | {"corpus": "shakespeare", "kilobytes": 320}
    assert run(**values).snapshot().page.characters == 320_000
    cut = run(**values | {"merges": 1}).snapshot().page
    assert cut.characters == SLOW < 320_000
    assert run(**values | {"merges": 1, "kilobytes": 299}).snapshot().page.characters == 299_000


def test_the_same_model_is_asked_the_same_questions() -> None:
    simulation = run(ALL, **QUICK)
    page = simulation.snapshot().page
    sent = lm_from_data(simulation.offer("language-model").data)
    text = EXAMPLE.lower()
    ready = without_ladder(text, CharTokenizer.of(text + MARKS), 64)
    work = examining(sent.parameters, sent.tokenizer, word_task(text), ready, "reward", page.reports[-1].tokens)
    while True:
        try:
            next(work)
        except StopIteration as end:
            assert end.value == page.reports[-1]
            break


def test_a_report_counts_what_it_lists() -> None:
    page = page_of(207, pretraining=200)
    task = word_task(EXAMPLE)
    for report in page.reports:
        assert report.right == tuple(task.right(*pair) for pair in zip(task.asked, report.answers, strict=True))
        assert 0.0 <= report.one <= report.many <= min(1.0, MANY * report.one + 1e-12)
    first, second = page.reports[0], page.reports[1]
    assert first.tokens == 0 and second.tokens == 200 * 16 * 32
    assert second.held < first.held
    assert first.held == pytest.approx(np.log(page.plan.vocab_size), abs=0.1), "it begins with guessing"


def test_questions_teach_the_form_of_an_answer() -> None:
    page = run(360, page="pipeline", kilobytes=200, pretraining=300, rewarding=0).snapshot().page
    read, asked = page.report("pretrain"), page.report("questions")
    assert read.n_right <= 1 and asked.n_right >= 5
    assert max(map(len, asked.answers)) < max(map(len, read.answers)) or asked.one > read.one
    course = page.courses["questions"][:, 1]
    assert course[-5:].mean() < 0.7 * course[:5].mean()


def test_a_sloppy_judge_is_pleased_and_the_report_is_not_fooled() -> None:
    breaks = {one.id: one for one in SPECIFICATION.breaks}
    page = played(SPECIFICATION, breaks["sloppy"].setting).snapshot().page
    assert metrics_of(played(SPECIFICATION, breaks["sloppy"].setting).snapshot())["judged"] > 0.9
    assert page.report("reward").one < 0.5 * page.report("questions").one


def test_a_try_has_the_reward_of_its_judge() -> None:
    task = word_task(EXAMPLE)
    for judge in ("exact", "sloppy"):
        page = page_of(ALL, judge=judge, pretraining=12)
        assert len(page.tries) == GROUP and page.asked in task.practised
        for one in page.tries:
            assert one.right == task.right(page.asked, one.answer)
            wanted = float(one.right) if judge == "exact" else min(1.0, len(one.answer) / 8)
            assert one.reward == pytest.approx(wanted)


# ------------------------------------------------------------------------------------- kept and sent


@pytest.mark.parametrize("step", [0, 1, 2, 3, 9, 14, 15, 16, 18, 19, 20, 21])
def test_a_run_goes_on_from_a_file_bit_for_bit_in_every_stage(step: int) -> None:
    values = QUICK | {"merges": 2}
    whole, first = run(**values), run(step, **values)
    second = run(**values)
    second.load(first.save())
    assert second.steps == step
    for _step in range(ALL + 2):
        advance(whole)
    for _step in range(ALL + 2 - step):
        advance(second)
    one, other = whole.snapshot().page, second.snapshot().page
    assert one.reports == other.reports and one.tries == other.tries and one.cut == other.cut
    assert all(np.array_equal(one.courses[name], other.courses[name]) for name in STAGES)
    sent = [lm_from_data(each.offer("language-model").data).parameters.flat for each in (whole, second)]
    assert np.array_equal(*sent)


@pytest.mark.parametrize("pieces", [1, 3, 20, 60])
def test_a_step_that_is_saved_in_the_middle_is_made_once(pieces: int) -> None:
    """Also where the report after it is being made."""
    whole, first = run(16, **QUICK), run(15, **QUICK)
    for _piece in range(pieces):
        if first.steps == 15:
            first.step()
    state = first.save()
    second = run(**QUICK)
    second.load(state)
    while second.steps < 16:
        advance(second)
    assert second.snapshot().page.reports == whole.snapshot().page.reports


def test_what_is_sent_in_the_middle_of_a_report_is_the_model_that_is_shown() -> None:
    simulation = run(15, **QUICK)
    before = lm_from_data(simulation.offer("language-model").data).parameters.flat
    for _piece in range(400):
        if simulation.steps > 15:
            break
        sent = lm_from_data(simulation.offer("language-model").data).parameters.flat
        assert np.array_equal(sent, before)
        simulation.step()
    assert simulation.steps == 16
    assert not np.array_equal(lm_from_data(simulation.offer("language-model").data).parameters.flat, before)


def test_a_state_of_another_run_is_refused() -> None:
    state = run(15, **QUICK).save()
    for name, wrong in (
        ("merges", 5), ("flat", np.zeros(7)), ("doing", "cooking"), ("reports", [{"stage": "start"}]),
        ("reports", list(reversed(state["training"]["reports"]))),
    ):  # fmt: skip
        damaged = state | {"training": state["training"] | {name: wrong}}
        with pytest.raises(ValueError, match="state"):
            run(**QUICK).load(damaged)


def test_only_judge_and_stage_shown_are_changed_on_the_way() -> None:
    simulation = run(17, **QUICK)
    params = simulation.snapshot().params
    simulation.retune(replaced(params, {"judge": "sloppy", "shown": "text"}))
    assert simulation.snapshot().page.shown == "text"
    advance(simulation)
    assert {round(one.reward * 8) for one in simulation.snapshot().page.tries} != {0}
    for name, value in (("rewarding", 50), ("pretraining", 100), ("size", "medium"), ("merges", 10)):
        with pytest.raises(ValueError, match=name):
            simulation.retune(replaced(params, {name: value}))


def test_a_text_of_ones_own_begins_the_way_anew_and_a_poor_one_is_refused() -> None:
    simulation = run(3, **QUICK)
    with pytest.raises(ValueError, match="too few different words"):
        simulation.act(TakeText("12 34 " * 100))
    assert simulation.steps == 3
    back = simulation.act(TakeText("one two three four five six seven eight nine ten eleven " * 20, "Numbers"))
    assert simulation.steps == 0 and simulation.snapshot().page.title == "Numbers" and back == TakeText("")


def test_the_model_can_be_taken_to_other_programs() -> None:
    assert run(1, **QUICK).takeaway()[:2] == b"PK"
    with pytest.raises(ValueError, match="no model"):
        run(1, **QUICK | {"merges": 2}).takeaway()


# ------------------------------------------------------------------------------- words and numbers


def test_time_and_memory_are_told_before_the_first_step() -> None:
    simulation = run(**QUICK)
    frame = simulation.snapshot()
    numbers = metrics_of(frame)
    assert numbers["seconds_left"] == pytest.approx(numbers["seconds_all"]) and numbers["seconds_left"] > 0
    assert why_of(frame, "megabytes").value == numbers["megabytes"]
    left = []
    for _step in range(ALL):
        advance(simulation)
        left.append(simulation.snapshot().page.seconds_left)
    assert left == sorted(left, reverse=True) and left[-1] == 0


@pytest.mark.parametrize("size", ["small", "medium"])
def test_the_memory_that_is_told_is_what_it_takes(size: str) -> None:
    simulation = run(**QUICK | {"size": size})
    told = metrics_of(simulation.snapshot())["megabytes"]
    tracemalloc.start()
    try:
        while not simulation.done:
            advance(simulation)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    assert told == pytest.approx(peak, rel=0.3)


def test_a_longer_stage_takes_longer_and_a_larger_model_too() -> None:
    first, longer, larger = (
        run(**QUICK | values).snapshot().page for values in ({}, {"pretraining": 24}, {"size": "large"})
    )
    assert longer.seconds_left - first.seconds_left == pytest.approx(12 * first.seconds[2])
    assert larger.parameters > first.parameters and metrics_of_page(larger) > metrics_of_page(first)
    assert first.exams == 4 and run(**QUICK | {"tuning": 0}).snapshot().page.exams == 3


def metrics_of_page(page: Any) -> float:
    """The memory that is told of a page."""
    return float(PIPELINE.value(page, "megabytes") or 0.0)


def test_the_model_can_be_tuned_on_in_experiment_20() -> None:
    other = find("language-model-training").load()
    assert other.refuses(run(1, **QUICK).offer("language-model")) == ""
    assert other.refuses(run(1, corpus="own", steps=10).offer("language-model")) != "", "it sees only 32 letters"


def test_numbers_of_the_report_are_dashes_before_and_counted_after() -> None:
    before, after = metrics_of(run(**QUICK).snapshot()), metrics_of(run(ALL, **QUICK).snapshot())
    assert before["right_after_1"] is None and before["result"] is None and before["right_now"] is None
    frame = run(ALL, **QUICK).snapshot()
    for n, report in enumerate(frame.page.reports, 1):
        assert after[f"right_after_{n}"] == report.n_right and after[f"one_after_{n}"] == report.one
    assert after["result"] == frame.page.reports[-1].held
    assert why_of(frame, "right_now").value == pytest.approx(after["right_now"])


def test_each_stage_is_said_in_words() -> None:
    said = [sentence_of(run(step, **QUICK | {"merges": 2}).snapshot()) for step in (0, 1, 5, 15, 19, ALL + 2)]
    assert len(set(said)) == len(said)
    for text, word in zip(said, ("Press Run", "Tokens", "Pretraining", "Questions", "Reward", "Done")):
        assert word in text


def test_curves_are_those_of_the_stages() -> None:
    frame = run(ALL, **QUICK).snapshot()
    curves = {curve.name: curve for curve in curves_of(frame)}
    assert len(curves["loss of the answers"].x) == 4 and len(curves["what the judge gives"].x) == 3
    assert curves["held-out loss"].course and curves["held-out loss"].y[-1] == frame.page.reports[1].held


def test_only_the_controls_of_the_way_are_shown() -> None:
    hidden = hidden_of(run(**QUICK).snapshot())
    assert {"layers", "width", "steps", "learning_rate", "bet"} <= hidden
    assert not {"merges", "pretraining", "tuning", "rewarding", "judge", "size", "shown", "corpus"} & hidden
    train = hidden_of(run(corpus="own").snapshot())
    assert {"merges", "pretraining", "tuning", "rewarding", "judge", "size", "shown"} <= train


# ------------------------------------------------------------------------------------------ the picture


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 560)
    made.show()
    made.show_frame(run(**QUICK).snapshot())
    return made


def test_the_report_fills_itself_and_right_answers_are_marked(view: View) -> None:
    card = view.page("pipeline").card
    assert {text for row in card.rows() for text in row[1:]} == {"—"}
    frame = run(ALL, **QUICK).snapshot()
    view.show_frame(frame)
    rows = card.rows()
    assert "—" not in {text for row in rows for text in row[1:]}
    assert {row[1] for row in rows if row[0] == "parameters"} == {show_number(frame.page.parameters)}
    assert rows[1][1:] == tuple(str(one.n_right) for one in frame.page.reports)
    first = next(place for place, row in enumerate(rows) if row[0].endswith("…"))
    for place, beginning in enumerate(frame.page.asked_all[: len(rows) - first]):
        assert rows[first + place][1:] == tuple(beginning + one.answers[place] for one in frame.page.reports)


def test_a_press_on_a_stage_asks_for_it(view: View, qtbot: Any) -> None:
    heard: list[Any] = []
    view.acted.connect(lambda action, _gesture: heard.append(action))
    strip = view.page("pipeline").strip
    places = [QPoint(round((n + 0.5) * strip.width() / len(STAGES)), strip.height() // 2) for n in range(len(STAGES))]
    for place in places:
        qtbot.mouseClick(strip, LEFT, pos=place)
    assert heard == [Set({"shown": stage}) for stage in STAGES]
    heard.clear()
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert heard == [Set({"shown": STAGES[-2]})]


def test_the_strip_tells_where_it_is(view: View) -> None:
    strip = view.page("pipeline").strip
    view.show_frame(run(14, **QUICK).snapshot())
    shares = {mark.key: mark.share for mark in strip.marks()}
    assert shares == {"text": 1, "tokens": 1, "pretrain": 1, "questions": 0.5, "reward": 0, "card": 0}
    view.show_frame(run(ALL, **QUICK).snapshot())
    assert {mark.share for mark in strip.marks()} == {1.0}
    assert "Reward" in strip.summary()


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_can_be_looked_at_before_and_after(view: View, stage: str) -> None:
    for steps in (0, ALL):
        frame = run(steps, **QUICK | {"shown": stage}).snapshot()
        view.show_frame(frame)
        head, lines = lines_of(frame.page)
        assert head and view.page("pipeline").sheet.lines() == tuple(lines)
        assert lines or steps == 0
        for picture in view.pictures():
            image = QImage(600, 400, QImage.Format.Format_RGB32)
            image.fill(Qt.GlobalColor.white)
            painter = QPainter(image)
            picture.render_to(painter, image.rect())
            painter.end()
            colours = {image.pixel(x, y) for x in range(0, 600, 3) for y in range(0, 400, 3)}
            assert len(colours) > 2


def test_short_answers_stand_in_as_many_columns_as_there_is_room_for() -> None:
    said = ["one", "three", "no", "four"]
    assert laid_out(said, 12) == said
    assert laid_out(said, 13) == ["one     three", "no      four"]
    assert laid_out(said, 1) == said and laid_out([], 20) == []


def test_with_a_sloppy_judge_both_curves_are_drawn(view: View) -> None:
    names = {}
    for judge in ("exact", "sloppy"):
        view.show_frame(run(ALL, **QUICK | {"judge": judge, "shown": "reward"}).snapshot())
        names[judge] = [one.name for one in view.page("pipeline").plot.series()]
    assert names == {
        "exact": ["judge"],
        "sloppy": ["judge", "words"],
    }


def test_a_lost_model_is_told_of() -> None:
    frame = run(2, **QUICK).snapshot()
    lost = replace(frame, page=replace(frame.page, lost=True))
    assert "no number" in sentence_of(lost)
