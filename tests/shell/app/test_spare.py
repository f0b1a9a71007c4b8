"""What can be made again is given back: at once what widgets keep, and with its last box what an experiment keeps."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, SignalInstance

from lab.experiments.e05_gradient_descent.tables import crickets
from lab.kit.language_models import house_lm
from lab.shell.app import garbage
from widgets.text.formula import drawing


@pytest.fixture(autouse=True)
def soon(monkeypatch) -> None:
    monkeypatch.setattr(garbage, "QUIET_MS", 20)


def signals_of(box: QObject) -> int:
    """The signals that stand in every object of a box."""
    held = [vars(one).values() for one in (box, *box.findChildren(QObject))]
    return sum(isinstance(value, SignalInstance) for values in held for value in values)


def few_signals(box: QObject) -> bool:
    return signals_of(box) < 0.5 * len(box.findChildren(QObject))


def test_a_box_that_was_opened_keeps_only_the_signals_that_are_asked_for(descent, qtbot) -> None:
    box = descent()
    qtbot.waitUntil(lambda: few_signals(box))


def test_where_no_quiet_moment_comes_the_next_box_takes_the_place_of_what_is_let_go(descent, monkeypatch) -> None:
    monkeypatch.setattr(garbage.GarbageCollector, "_collect_when_quiet", lambda self: None)
    first = descent()
    assert not few_signals(first)
    second = descent()
    assert few_signals(first) and not few_signals(second)


def test_the_picture_is_the_same_when_the_rules_were_given_back(window, descent, qtbot) -> None:
    box = descent()
    before = box.side.grab().toImage()
    garbage_of = window.workspace.findChild(garbage.GarbageCollector)
    rounds: list[object] = []
    window.workspace.lesson.hide()
    garbage_of.opened()
    qtbot.wait(100)
    rounds.append(box.side.grab().toImage())
    assert rounds == [before]


def test_what_an_experiment_keeps_goes_with_its_last_box_and_not_before(window, descent, qtbot) -> None:
    first, second = descent(), descent()
    crickets()
    window.workspace.docks.close(first.objectName())
    qtbot.wait(150)
    assert crickets.cache_info().currsize == 1
    window.workspace.docks.close(second.objectName())
    qtbot.waitUntil(lambda: crickets.cache_info().currsize == 0)


def test_what_several_share_goes_with_the_last_box_of_all(window, descent, qtbot) -> None:
    key = window.open_experiment(window.services.find("what-is-ml"))
    house_lm("main")
    window.workspace.docks.close(descent().objectName())
    qtbot.wait(150)
    assert house_lm.cache_info().currsize == 1
    window.workspace.docks.close(key)
    qtbot.waitUntil(lambda: house_lm.cache_info().currsize == 0)
    assert drawing(r"\frac{a}{b + 1}").width > 0, "a formula that was not set beforehand can be set afterwards"
