"""Foretelling what a larger model will reach: the plan, the bet, the line, what is kept, and the picture."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import advance, played
from lab.core.params import checked, replaced
from lab.core.simulation import Set
from lab.engine.lm.parameters import n_parameters
from lab.experiments.e25_capstone.scaling import (
    FITTED,
    SHARES,
    SIZES,
    TOKENS,
    Scaling,
    planned,
    settings_of,
    straight_line,
)
from lab.experiments.e25_capstone.settings import Params
from lab.experiments.e25_capstone.texts import EXAMPLE, prepared
from lab.experiments.e25_capstone.view import View
from tests.asking import curves_of, hidden_of, metrics_of, sentence_of, unused_of, why_of

SPECIFICATION = find("capstone").load()
BUDGET = 51_200  # the least: a hundred steps
QUICK = {"page": "scaling", "corpus": "own", "budget": BUDGET}


def run(steps: int = 0, /, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, 0, (), steps))


def at(results: list[float], bet: float = 2.0, settled: bool = True, **values: Any) -> Any:
    """A frame with these results, as if they had been trained."""
    frame = run(**QUICK | values).snapshot()
    course = np.array([[k, 100.0 * (k + 1), loss] for k, loss in enumerate(results)]).reshape(-1, 3)
    page = replace(frame.page, results=np.array(results), course=course, bet=bet or None, settled=settled)
    return replace(frame, page=page, step=100 * len(results))


def on_a_line(n: int, **values: Any) -> tuple[list[float], Any]:
    """Results that lie on a straight line of slope −0.05, and their frame."""
    plans = run(**QUICK | values).snapshot().page.planned
    results = [3.5 * one.grown**-0.05 for one in plans[:n]]
    return results, at(results, **values)


# ------------------------------------------------------------------------------------------- the plan


def test_models_grow_at_the_same_tokens_or_one_model_reads_more() -> None:
    params = checked(Params, {"page": "scaling", "budget": 102_400})
    models = planned(params, 38)
    assert [one.parameters for one in models] == sorted(n_parameters(one.plan) for one in models)
    assert {one.tokens for one in models} == {102_400} and models[0].grown == models[0].parameters
    text = planned(replaced(params, {"grows": "text"}), 38)
    assert len({one.parameters for one in text}) == 1
    assert [one.tokens for one in text] == [round(share * 102_400 / TOKENS) * TOKENS for share in SHARES]
    assert [one.grown for one in text] == [one.tokens for one in text]
    assert len(models) == len(text) == len(SIZES) == FITTED + 2


def test_a_straight_line_is_found_and_another_one_is_not() -> None:
    x = np.array([100.0, 1000.0, 5000.0, 20_000.0])
    factor, slope = straight_line(x, 4.0 * x**-0.07)
    assert (factor, slope) == (pytest.approx(4.0), pytest.approx(-0.07))
    bent = 4.0 * x**-0.07 + 0.5  # a floor is hardly seen where the line is laid, and far beyond it is
    factor, slope = straight_line(x, bent)
    assert factor * x**slope == pytest.approx(bent, rel=2e-3)
    assert abs(factor * 1e9**slope - (4.0 * 1e9**-0.07 + 0.5)) > 0.05


# ------------------------------------------------------------------------------------------ the trainings


def test_the_first_training_is_the_one_of_the_train_page() -> None:
    """The same plan and rate; only the seed of what it reads differs, so both come near the same loss."""
    frame = run(101, **QUICK).snapshot()
    one = frame.page.planned[0]
    params = settings_of(frame.params, one.plan.d_model, one.plan.n_layers, one.steps)
    values = {
        name: getattr(params, name)
        for name in ("width", "layers", "heads", "wide", "positions", "learning_rate", "context", "batch")
    }
    alone = run(100, corpus="own", steps=100, **values).snapshot()
    assert frame.page.results[0] == pytest.approx(alone.page.held_out, abs=0.25)
    assert alone.page.parameters == one.parameters


def test_it_waits_for_a_bet_and_goes_on_with_one() -> None:
    simulation = run(**QUICK)
    state = simulation.save()
    rows = [[float(k), 100.0 * (k + 1), 2.0 - 0.1 * k] for k in range(FITTED)]
    state["training"] = {"course": rows, "bet": 0.0, "inner": {}}
    state["step"] = 100 * FITTED
    simulation.load(state)
    assert simulation.done and simulation.snapshot().page.waiting
    assert "bet" in sentence_of(simulation.snapshot())
    simulation.retune(replaced(simulation.snapshot().params, {"bet": 1.75}))
    assert not simulation.done
    page = simulation.snapshot().page
    assert page.bet == 1.75 and not page.settled and not unused_of(simulation.snapshot())
    advance(simulation)
    assert simulation.snapshot().page.settled
    simulation.retune(replaced(simulation.snapshot().params, {"bet": 1.0}))
    frame = simulation.snapshot()
    assert frame.page.bet == 1.75, "the bet stands as soon as the training has begun"
    assert "bet" in unused_of(frame)


@pytest.mark.parametrize("pieces", [1, 2, 3, 6])
def test_a_bet_that_is_changed_before_the_first_step_is_complete_still_counts(pieces: int) -> None:
    simulation = run(**QUICK, bet=1.5)
    state = simulation.save()
    rows = [[float(k), 100.0 * (k + 1), 2.0 - 0.1 * k] for k in range(FITTED)]
    simulation.load(state | {"training": {"course": rows, "bet": 0.0, "inner": {}}, "step": 100 * FITTED})
    for _piece in range(pieces):
        if simulation.steps == 100 * FITTED:
            simulation.step()
    before = simulation.steps
    simulation.retune(replaced(simulation.snapshot().params, {"bet": 1.25}))
    advance(simulation)
    counted = 1.5 if before > 100 * FITTED or simulation.steps > 100 * FITTED + 1 else 1.25
    assert simulation.snapshot().page.bet == counted


def test_a_run_goes_on_from_a_file_bit_for_bit() -> None:
    whole, first = run(**QUICK), run(**QUICK)
    for _step in range(103):
        advance(whole)
    for _step in range(98):
        advance(first)
    second = run(**QUICK)
    second.load(first.save())
    for _step in range(5):
        advance(second)
    a, b = whole.snapshot().page, second.snapshot().page
    assert a.now == b.now == 1 and np.array_equal(a.course, b.course) and a.loss == b.loss
    assert np.array_equal(a.results, b.results)


@pytest.mark.parametrize(
    "damage",
    [
        {"course": [[1.0, 2.0]]},
        {"course": [[float(k), 1.0, 2.0] for k in range(7)]},
        {"course": [[0.0, 1.0, math.nan]]},
        {"bet": math.inf},
        {"inner": {"flat": np.zeros(3)}},
    ],
)
def test_a_damaged_state_is_refused(damage: dict[str, Any]) -> None:
    simulation = run(3, **QUICK)
    state = simulation.save()
    with pytest.raises(ValueError):
        simulation.load(state | {"training": state["training"] | damage})


def test_nothing_is_sent_from_here_and_that_is_said() -> None:
    simulation = run(3, **QUICK)
    assert simulation.offer("language-model") is None
    with pytest.raises(ValueError, match="Train"):
        simulation.takeaway()


def test_a_lost_loss_ends_the_run() -> None:
    text = prepared(EXAMPLE, "folded", None, 32)
    params = checked(Params, QUICK)
    made = Scaling(params, text, np.random.default_rng(0), 0)
    while not made.step(1):
        pass
    state = made.save()
    state["inner"]["now"] = [math.nan, 1.0]
    made.load(state, params)
    assert not made.lost or made.page(params, "", 1).lost
    state["inner"]["flat"][:] = np.nan
    made.load(state, params)
    while not made.step(2):
        pass
    assert made.lost and made.page(params, "", 2).lost


# ------------------------------------------------------------------------------------------- the words


def test_the_line_foretells_what_lies_on_it() -> None:
    results, frame = on_a_line(FITTED + 2)
    found = metrics_of(frame)
    assert found["slope"] == pytest.approx(-0.05)
    assert found["foretold"] == pytest.approx(results[FITTED]) and found["miss"] == pytest.approx(0, abs=1e-9)
    assert found["beyond_miss"] == pytest.approx(0, abs=1e-9)
    off = metrics_of(at([*results[:-1], results[-1] + 0.1]))
    assert off["beyond_miss"] == pytest.approx(0.1) and off["foretold"] == pytest.approx(results[FITTED])


def test_before_the_line_there_is_nothing_to_foretell() -> None:
    results, _frame = on_a_line(FITTED)
    before = metrics_of(at(results[: FITTED - 1]))
    assert before["foretold"] is None and before["slope"] is None and before["trainings_done"] == FITTED - 1
    assert metrics_of(at(results))["foretold"] is not None
    unasked = at(results, bet=0.0, settled=False)
    assert metrics_of(unasked)["foretold"] is None, "first the bet, then the line"


@pytest.mark.parametrize(
    "name", ["foretold", "miss", "bet_off", "beyond_foretold", "beyond_miss", "tokens_a_parameter"]
)
@pytest.mark.parametrize("grows", ["model", "text"])
def test_every_number_is_explained(name: str, grows: str) -> None:
    _results, frame = on_a_line(FITTED + 2, grows=grows)
    term = why_of(frame, name)
    assert term is not None and term.value == pytest.approx(metrics_of(frame)[name])


def test_what_became_of_the_bet_is_said() -> None:
    results, frame = on_a_line(FITTED + 1)
    assert f"{results[-1]:.3f}" in sentence_of(frame) and "You bet 2.000" in sentence_of(frame)
    assert "Now the largest" in sentence_of(frame)
    assert "The largest:" in sentence_of(on_a_line(FITTED + 2)[1])
    assert "Training 1 of 6" in sentence_of(at([]))


def test_each_page_has_its_own_controls() -> None:
    assert {"width", "steps", "learning_rate", "start"} <= hidden_of(at([]))
    assert not {"corpus", "tokens", "grows", "budget", "bet"} & hidden_of(at([]))
    assert hidden_of(run().snapshot()) == {
        *("grows", "budget", "bet", "moment", "seen_layer", "seen_head", "checks", "maker"),
        *("merges", "pretraining", "tuning", "rewarding", "size", "judge", "shown"),
    }


def test_the_curves_are_those_of_the_picture() -> None:
    results, frame = on_a_line(FITTED)
    course, became, told = curves_of(frame)
    assert became.y.tolist() == results and course.course and course.x.tolist() == [100.0, 200.0, 300.0, 400.0]
    assert told.y[FITTED] == pytest.approx(3.5 * frame.page.planned[FITTED].grown ** -0.05)


def test_the_time_that_is_left_is_that_of_all_that_is_left() -> None:
    page = replace(at([2.0]).page, seconds=(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), step=150)
    assert page.seconds_left == pytest.approx(50 * 2.0 + 100 * (3 + 4 + 5 + 6))
    done = replace(at([2.0] * 6).page, seconds=(1.0,) * 6, step=600)
    assert done.seconds_left == 0


# ----------------------------------------------------------------------------------------- the picture


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 560)
    made.show()
    made.show_frame(at([], bet=0.0, settled=False))
    return made


def test_the_chip_opens_the_page(view: View, qtbot: Any) -> None:
    heard: list[Any] = []
    view.acted.connect(lambda action, _gesture: heard.append(action))
    view.chips.chosen.emit("train")
    assert heard == [Set({"page": "train"})]


def test_the_bet_is_a_line_that_can_be_moved_until_it_counts(view: View) -> None:
    page = view.page("scaling")
    assert not page.plot.lines()
    results, _frame = on_a_line(FITTED)
    view.show_frame(at(results, bet=0.0, settled=False))
    (line,) = page.plot.lines()
    assert line.movable and line.value == pytest.approx(results[-1])
    heard: list[Any] = []
    view.acted.connect(lambda action, _gesture: heard.append(action))
    page.plot.line_dropped.emit(line.name, 1.98765)
    assert heard == [Set({"bet": 1.99})]
    view.show_frame(at(results, bet=1.99, settled=True))
    (line,) = page.plot.lines()
    assert not line.movable and line.value == pytest.approx(1.99)


def test_the_straight_line_is_drawn_as_soon_as_it_is_known(view: View) -> None:
    results, frame = on_a_line(FITTED)
    view.show_frame(at(results[:-1]))
    assert [one.name for one in view.page("scaling").plot.series()] == ["it became"]
    view.show_frame(frame)
    became, told = view.page("scaling").plot.series()
    assert became.y.tolist() == results and len(told.y) == FITTED + 2
    assert became.x[0] == pytest.approx(math.log10(frame.page.planned[0].grown))


def test_the_one_under_way_comes_down_where_it_will_lie(view: View) -> None:
    results, frame = on_a_line(1)
    course = np.array([[0, 100, results[0]], [1, 110, 99.0], [1, 150, results[0]]])
    view.show_frame(replace(frame, page=replace(frame.page, course=course, step=150)))
    (cloud,) = view.page("scaling").plot.points()
    assert cloud.y.tolist() == [results[0]], "what lies above the picture is left out"
    assert cloud.x[0] == pytest.approx(math.log10(frame.page.planned[1].grown))


def test_the_picture_can_be_exported(view: View) -> None:
    view.show_frame(on_a_line(FITTED + 2)[1])
    (picture,) = view.pictures()
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    picture.render_to(painter, QRectF(0, 0, 600, 400))
    painter.end()
    assert len({image.pixel(x, y) for x in range(0, 600, 3) for y in range(0, 400, 3)}) > 3
