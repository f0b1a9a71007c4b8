"""The league: what is allowed, a result as a file, an entry that is trained again, and the board."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import advance, played
from lab.core.params import checked, fields_of, replaced
from lab.core.simulation import Set
from lab.engine.lm.parameters import n_parameters
from lab.experiments.e25_capstone.gestures import MOST_OPENED, Entrants, TakeText, entrants
from lab.experiments.e25_capstone.league import AGREES, LeaguePage, entry_of
from lab.experiments.e25_capstone.league_facts import lines_of
from lab.experiments.e25_capstone.league_rules import (
    MOST_NAME,
    MOST_PARAMETERS,
    MOST_TEXT,
    MOST_TOKENS,
    TRAINED,
    Result,
    against_rules,
    house_results,
    is_result,
    read_result,
    settings_from,
    tokens_of,
    written,
)
from lab.experiments.e25_capstone.settings import Params, plan_of
from lab.experiments.e25_capstone.texts import EXAMPLE
from lab.experiments.e25_capstone.view import View
from tests.asking import curves_of, hidden_of, metrics_of, sentence_of, unused_of, why_of
from widgets.pages.save_button import SaveButton

SPECIFICATION = find("capstone").load()
QUICK = {"page": "league", "width": 8, "context": 16, "batch": 2, "steps": 12}


def run(steps: int = 0, /, seed: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting({**QUICK, **values}, seed, (), steps))


def made(seed: int = 0, **values: Any) -> Result:
    """The result of a short training."""
    result = run(12, seed, **values).snapshot().page.made
    assert isinstance(result, Result)
    return result


# -------------------------------------------------------------------------------------------- the rules


@pytest.mark.parametrize(
    ("parameters", "tokens", "word"),
    [
        (MOST_PARAMETERS, MOST_TOKENS, ""),
        (MOST_PARAMETERS + 1, MOST_TOKENS, "parameters"),
        (MOST_PARAMETERS, MOST_TOKENS + 1, "tokens"),
    ],
)
def test_the_rules_end_where_they_say(parameters: int, tokens: int, word: str) -> None:
    said = against_rules(parameters, tokens)
    assert (word in said) if word else not said


def test_a_training_against_the_rules_does_not_begin_and_says_why() -> None:
    allowed = run(steps=31_250, batch=2, context=16)
    assert tokens_of(allowed.snapshot().page.trained) == MOST_TOKENS and not allowed.done
    refused = run(steps=31_251, batch=2, context=16)
    assert refused.done and "Not allowed" in sentence_of(refused.snapshot())
    assert metrics_of(refused.snapshot())["rank"] is None and refused.snapshot().page.made is None
    large = run(width=128, layers=2)
    assert large.done and "parameters" in sentence_of(large.snapshot())
    large.retune(replaced(large.snapshot().params, {"steps": 10}))
    assert large.done
    refused.retune(replaced(refused.snapshot().params, {"steps": 31_250}))
    assert not refused.done, "before the first step it begins with the controls as they are"


def test_the_text_is_the_same_for_all() -> None:
    page = run(corpus="names", tokens="characters", kilobytes=5).snapshot().page
    trained = page.trained
    assert (trained.corpus, trained.tokens, trained.kilobytes) == ("shakespeare", "folded", 1200)
    assert page.plan.vocab_size == 38


# --------------------------------------------------------------------------------------------- the file


def test_a_result_is_read_as_it_was_written() -> None:
    result = made()
    text = written(result)
    assert read_result(text) == result and is_result(text) and len(text) < 600
    assert result.parameters == run().snapshot().page.parameters and result.tokens == 12 * 2 * 16
    assert not is_result(EXAMPLE) and not is_result('{"a": 1}')


def changed(result: Result, **values: Any) -> str:
    return json.dumps(json.loads(written(result)) | values)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"format": "other"}, "no result"),
        ({"version": 2}, "newer"),
        ({"width": "8"}, "width"),
        ({"steps": True}, "steps"),
        ({"nats": None}, "nats"),
        ({"nats": float("nan")}, "cannot be right"),
        ({"nats": 20.0}, "cannot be right"),
        ({"nats": 0.0}, "cannot be right"),
        ({"weights": "12"}, "cannot be right"),
        ({"seed": -1}, "cannot be right"),
        ({"seed": 2**31}, "cannot be right"),
        ({"name": "x" * (MOST_NAME + 1)}, "cannot be right"),
        ({"name": "two\nlines"}, "cannot be right"),
        ({"heads": "3"}, "heads"),
        ({"width": 12}, "multiple of 8"),
        ({"steps": 31_251, "tokens": 31_251 * 32}, "at most 1"),
        ({"parameters": 1}, "its settings make"),
        ({"tokens": 1}, "its settings make"),
    ],
)
def test_a_result_that_cannot_be_is_refused_in_words(values: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        read_result(changed(made(), **values))


@pytest.mark.parametrize("values", [{"seed": 0}, {"seed": 2**31 - 1}, {"name": "x" * MOST_NAME}, {"nats": 19.9}])
def test_what_only_just_can_be_is_taken(values: dict[str, Any]) -> None:
    assert read_result(changed(made(), **values))


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 3000, '"x"', "x" * (MOST_TEXT + 1)])
def test_what_is_no_result_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="result"):
        read_result(text)


def test_an_entry_larger_than_allowed_is_refused_though_it_says_so_itself() -> None:
    params = settings_from(checked(Params, {"width": 88, "steps": 10}))
    assert n_parameters(plan_of(params, 38)) < MOST_PARAMETERS
    layers = 3
    count = n_parameters(plan_of(replaced(params, {"layers": layers}), 38))
    assert count > MOST_PARAMETERS
    with pytest.raises(ValueError, match="at most 100"):
        read_result(changed(made(), width=88, layers=layers, steps=10, parameters=count, tokens=320))


# ------------------------------------------------------------------------------------- one's own result


def test_one_own_training_ends_in_a_result_that_another_run_finds_again() -> None:
    result = made(maker="  Ada ")
    page = run(12).snapshot().page
    assert result.name == "Ada" and result.nats == page.held_out
    check = run(0, seed=5)
    back = check.act(Entrants((written(result),)))
    assert back == Entrants(())
    check = run(0, seed=5)
    check.act(entrants((), written(result)))
    number = len(house_results()) + 1
    again = played(SPECIFICATION, Setting(QUICK | {"checks": number}, 5, ((0, Entrants((written(result),))),), 12))
    frame = again.snapshot()
    assert again.done and frame.page.weights == result.weights and frame.page.difference == 0.0
    assert frame.page.agreed and "every weight is the same" in sentence_of(frame)


def test_a_control_that_is_changed_on_the_way_spoils_the_run_until_it_is_taken_back() -> None:
    simulation = run(5)
    before = simulation.snapshot().params
    simulation.retune(replaced(before, {"learning_rate": 0.02}))
    assert simulation.done and "nobody could repeat" in sentence_of(simulation.snapshot())
    simulation.retune(before)
    assert not simulation.done
    while not simulation.done:
        advance(simulation)
    assert simulation.snapshot().page.made == made()
    simulation.retune(replaced(before, {"learning_rate": 0.02}))
    assert simulation.snapshot().page.made is None
    simulation.retune(replaced(before, {"maker": "Bo", "temperature": 0.0}))
    assert simulation.snapshot().page.made == replace(made(), name="Bo")


def test_another_seed_is_another_result() -> None:
    assert made(1).seed != made(2).seed and made(1).weights != made(2).weights
    assert made(1) == made(1)


def test_a_training_goes_on_from_a_file_bit_for_bit() -> None:
    first, second = run(7), run(0)
    second.load(first.save())
    while not second.done:
        advance(second)
    assert second.steps == 12 and second.snapshot().page.made == made()


def test_a_state_of_another_training_is_refused() -> None:
    state = run(3).save()
    for damage in ({"inner": {}}, {"trained": {"width": 8}}, {"seed": "x"}):
        with pytest.raises(ValueError):
            run(0).load(state | {"training": state["training"] | damage})
    with pytest.raises(ValueError):
        run(0).load(state | {"entrants": ["{}"]})


def test_a_file_from_before_there_was_a_league_opens() -> None:
    simulation = played(SPECIFICATION, Setting({"corpus": "own", "steps": 100}, 0, (), 2))
    state = simulation.save()
    del state["entrants"]
    simulation.load(state)
    assert simulation.snapshot().opened == ()


# ---------------------------------------------------------------------------------------------- entries


def test_the_labs_entries_keep_the_rules_and_the_smallest_is_found_again() -> None:
    """The others take half a minute; each was made by the same program, build/measure_league.py."""
    for result in house_results():
        assert not against_rules(result.parameters, result.tokens)
    smallest = min(house_results(), key=lambda result: result.parameters)
    number = house_results().index(smallest) + 1
    simulation = played(SPECIFICATION, Setting({"page": "league", "checks": number}, 3, (), smallest.steps))
    frame = simulation.snapshot()
    assert simulation.done and frame.page.agreed is True and "Agreed" in sentence_of(frame)
    assert [line.verdict for line in lines_of(frame.page) if line.number == number] == [True]


def at(difference: float, weights: str = "0" * 64) -> Any:
    """A frame of an entry that was trained to its end, so far from what it says."""
    frame = run(checks=1).snapshot()
    entry = house_results()[0]
    judged = np.array([[float(entry.steps), 2.0, entry.nats + difference]])
    return replace(frame, page=replace(frame.page, judged=judged, step=entry.steps, weights=weights))


@pytest.mark.parametrize(("off", "agreed"), [(0.99, True), (-0.99, True), (1.01, False), (-1.01, False)])
def test_agreed_ends_where_rounding_does(off: float, agreed: bool) -> None:
    frame = at(off * AGREES)
    assert frame.page.agreed is agreed
    assert sentence_of(frame).startswith("Agreed" if agreed else "Not agreed")
    assert metrics_of(frame)["difference"] == pytest.approx(off * AGREES)
    assert lines_of(frame.page)[-1].verdict in (agreed, None)


def test_before_the_end_nothing_is_agreed_on() -> None:
    frame = at(0.0)
    early = replace(frame, page=replace(frame.page, step=house_results()[0].steps - 1))
    assert early.page.agreed is None and "trained again" in sentence_of(early)


def test_the_board_has_the_best_first_and_ones_own_among_them() -> None:
    frame = run(12, maker="Ada").snapshot()
    lines = lines_of(frame.page)
    assert [line.nats for line in lines] == sorted(line.nats for line in lines)
    own = next(line for line in lines if line.number == 0)
    assert own.name == "Ada" and metrics_of(frame)["rank"] == lines.index(own) + 1
    assert f"place {lines.index(own) + 1} of {len(lines)}" in sentence_of(frame)
    assert len(lines_of(run().snapshot().page)) == len(house_results()), "nothing to show before it is judged"


def test_results_that_are_opened_stand_on_the_board() -> None:
    simulation, text = run(3), written(made(4))
    back = simulation.act(entrants((), text))
    frame = simulation.snapshot()
    assert frame.opened == (text,) and len(frame.page.entries) == len(house_results()) + 1
    assert simulation.steps == 3, "one's own training goes on"
    assert entry_of((made(4),), len(house_results()) + 1) == made(4)
    simulation.act(back)
    assert simulation.snapshot().opened == ()


def test_a_result_comes_once_and_no_more_than_there_is_room_for() -> None:
    text = written(made())
    with pytest.raises(ValueError, match="already"):
        entrants((text,), text)
    with pytest.raises(ValueError, match="already"):
        entrants((), written(house_results()[0]))
    others = tuple(changed(made(), seed=n) for n in range(1, MOST_OPENED + 1))
    assert len(entrants(others[:-1], text).results) == MOST_OPENED
    with pytest.raises(ValueError, match="no room"):
        entrants(others, text)
    with pytest.raises(ValueError, match="room for"):
        run().act(Entrants((*others, text)))


def test_an_entry_that_goes_away_while_it_is_trained_ends_the_run_until_it_is_back() -> None:
    number = len(house_results()) + 1
    simulation = run(0, checks=number)
    assert simulation.snapshot().page.checked is None
    simulation.act(Entrants((written(made()),)))
    advance(simulation)
    assert simulation.snapshot().page.checked == made() and simulation.steps == 1
    back = simulation.act(Entrants(()))
    assert simulation.done and simulation.steps == 1 and "nobody could repeat" in sentence_of(simulation.snapshot())
    simulation.act(back)
    while not simulation.done:
        advance(simulation)
    assert simulation.snapshot().page.difference == 0.0


# -------------------------------------------------------------------------------------------- the words


def test_the_page_has_its_own_controls() -> None:
    hidden = hidden_of(run().snapshot())
    assert {"corpus", "tokens", "bet", "prompt", "moment"} <= hidden and not {*TRAINED, "checks", "maker"} & hidden
    others = played(SPECIFICATION, Setting({"corpus": "own"})).snapshot()
    assert {"checks", "maker"} <= hidden_of(others)
    assert not unused_of(run().snapshot()) and {*TRAINED, "maker"} <= set(unused_of(run(checks=1).snapshot()))
    assert set(TRAINED) <= {field.name for field in fields_of(Params)}


@pytest.mark.parametrize("name", ["parameters", "tokens_to_read", "room", "difference"])
def test_numbers_are_explained(name: str) -> None:
    frame = at(0.004)
    term = why_of(frame, name)
    assert term is not None and term.value == pytest.approx(metrics_of(frame)[name])


def test_the_curve_is_the_held_out_loss_and_nothing_is_sent() -> None:
    simulation = run(12)
    (curve,) = curves_of(simulation.snapshot())
    assert curve.course and curve.y[-1] == simulation.snapshot().page.held_out
    assert simulation.offer("language-model") is None
    with pytest.raises(ValueError, match="Train"):
        simulation.takeaway()


def test_a_lost_training_has_no_result() -> None:
    simulation = run(3)
    page = replace(simulation.snapshot().page, lost=True)
    assert isinstance(page, LeaguePage) and not page.complete
    assert "no number" in sentence_of(replace(simulation.snapshot(), page=page))


# ------------------------------------------------------------------------------------------ the picture


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 560)
    made.show()
    made.show_frame(run().snapshot())
    return made


def heard_of(view: View) -> list[Any]:
    heard: list[Any] = []
    view.acted.connect(lambda action, _gesture: heard.append(action))
    return heard


def test_a_line_of_the_board_has_its_entry_trained_again(view: View, qtbot: Any) -> None:
    board, heard = view.page("league").board, heard_of(view)
    assert [line.name for line in board.lines()] == ["Lab, large", "Lab, medium", "Lab, small"]
    qtbot.mouseClick(board, Qt.MouseButton.LeftButton, pos=board.row_rect(2).center().toPoint())
    assert heard == [Set({"checks": board.lines()[2].number})]
    assert "Lab, large" in board.summary()


def test_a_result_is_opened_like_a_text_and_a_text_stays_a_text(view: View) -> None:
    heard, text = heard_of(view), written(made(7))
    view.page("league").open.click()
    view.own.bring(text, "league-result")
    assert "A result of the league" in view.own.sentence.text()
    view.own.use.click()
    assert heard == [Entrants((text,))]
    view.own.begin(changed(made(7), steps=13))
    assert not view.own.use.isEnabled() and "its settings make" in view.own.sentence.text()
    view.own.begin(EXAMPLE)
    view.own.use.click()
    assert heard[1:] == [Set({"corpus": "own"}), TakeText(EXAMPLE)]


def test_a_result_that_is_brought_on_another_page_opens_the_league(view: View) -> None:
    view.show_frame(played(SPECIFICATION, Setting({"corpus": "own"})).snapshot())
    heard, text = heard_of(view), written(made(7))
    view.own.begin(text)
    view.own.use.click()
    assert heard == [Set({"page": "league"}), Entrants((text,))]


@pytest.mark.parametrize(("batch", "more"), [(16, {"steps": 1953}), (10, {})])
def test_who_opens_the_league_makes_as_many_steps_as_are_allowed(view: View, batch: int, more: dict[str, int]) -> None:
    view.show_frame(played(SPECIFICATION, Setting({"corpus": "own", "batch": batch})).snapshot())
    heard = heard_of(view)
    view.chips.chosen.emit("league")
    assert heard == [Set({"page": "league"} | more)]


def test_the_preset_keeps_the_rules() -> None:
    frame = played(SPECIFICATION, SPECIFICATION.preset("league").setting).snapshot()
    assert not frame.page.refused and "allowed" in sentence_of(frame)


def test_the_result_is_saved_as_soon_as_it_is_there(view: View, tmp_path: Path) -> None:
    page = view.page("league")
    assert not page.save.isEnabled()
    view.show_frame(run(12).snapshot())
    assert page.save.isEnabled() and read_result(page.save.offered()) == made()
    page.save.save(str(tmp_path / "mine.json"))
    assert read_result((tmp_path / "mine.json").read_text("utf-8")) == made()
    assert page.report.words() == "Saved as mine.json."
    page.save.save(str(tmp_path / "nowhere" / "mine.json"))
    assert page.report.words().startswith("Not saved")


def test_a_save_button_without_anything_is_off(qtbot: Any) -> None:
    button = SaveButton("Save…", "Save", "Texts (*.txt)")
    qtbot.addWidget(button)
    assert not button.isEnabled()
    button.offer("x", "x.txt")
    assert button.isEnabled() and button.offered() == "x"
    button.offer("", "x.txt")
    assert not button.isEnabled()


def test_entries_lie_where_their_numbers_say(view: View) -> None:
    view.show_frame(at(0.0))
    entries, here = view.page("league").plot.points()
    assert entries.y.tolist() == [one.nats for one in house_results()]
    assert entries.x[0] == pytest.approx(np.log10(house_results()[0].parameters)) and len(here.x) == 1


def test_both_pictures_can_be_exported(view: View) -> None:
    for picture in view.pictures():
        image = QImage(600, 400, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        picture.render_to(painter, QRectF(0, 0, 600, 400))
        painter.end()
        assert len({image.pixel(x, y) for x in range(0, 600, 3) for y in range(0, 400, 3)}) > 3
