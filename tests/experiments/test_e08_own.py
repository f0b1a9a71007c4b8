"""Activations, scores of one's own: pasted with names, kept in the controls, and so in links, files and undo."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from lab.catalog import find
from lab.engine.basics.table import read_csv
from lab.experiments.e08_activations.own_scores import scores_of
from lab.experiments.e08_activations.scores import parse_names, write_names
from lab.experiments.e08_activations.settings import Params
from lab.experiments.e08_activations.simulation import build

EXPERIMENT = find("activations")
SIZE = 702, 540


@pytest.mark.parametrize(
    ("text", "logits", "names"),
    [
        ("drink,votes\ntea,2\ncoffee,1\nmilk,0.1\n", "2, 1, 0.1", "tea; coffee; milk"),
        ("tea\tcoffee\tmilk\n2\t1\t0,1\n", "2, 1, 0.1", "tea; coffee; milk"),
        ("2, 1, 0.1", "2, 1, 0.1", ""),
        ("2\n1\n0.1\n", "2, 1, 0.1", ""),
        ("year;z\n1999;3\n2000;4\n", "3, 4", "1999; 2000"),
    ],
)
def test_a_row_or_a_column_of_scores_is_read_with_its_names(text: str, logits: str, names: str) -> None:
    table = read_csv(text)
    figures = [column.name for column in table.columns if column.numbers is not None]
    words = [column.name for column in table.columns if column.words is not None]
    name = words[0] if words else ("year" if "year" in figures else "")
    read = scores_of(table, "z" if "z" in figures else figures[0], name)
    assert (read.logits, read.names) == (logits, names)


def test_what_cannot_be_scores_is_refused() -> None:
    with pytest.raises(ValueError, match="missing"):
        scores_of(read_csv("a,b\nx,1\ny,\nz,3\n"), "b")
    with pytest.raises(ValueError, match="2 to 12"):
        scores_of(read_csv("a\n" + "1\n" * 13), "a")
    with pytest.raises(ValueError, match="too long"):
        parse_names("tea, " + "x" * 25)
    with pytest.raises(ValueError, match="at most 12"):
        parse_names(", ".join("abcdefghijklm"))


@pytest.mark.parametrize("names", [("tea",), ("tea", "coffee, black"), (), ("a" * 30, "", "x;y")])
def test_names_survive_being_written_and_read(names: tuple[str, ...]) -> None:
    kept = parse_names(write_names(names))
    assert len(kept) == len(names)
    assert parse_names(write_names(kept)) == kept


def test_names_are_sent_on_with_the_scores() -> None:
    run = build(Params(topic="softmax", logits="1, 2, 3", names="tea, coffee"), np.random.default_rng(0))
    sent = run.offer("distribution")
    assert sent.data["labels"] == ["tea", "coffee", "bird"], "a class without a name keeps its usual one"
    received = build(Params(topic="softmax", source="received"), np.random.default_rng(0), [sent])
    assert received.snapshot().page.names == ("tea", "coffee", "bird")


def test_pasted_scores_open_on_the_page_of_softmax_and_undo_takes_them_back(make) -> None:
    desk = make()
    assert not desk.view.own_button.isVisible()
    QGuiApplication.clipboard().setText("tea\tcoffee\tmilk\tjuice\n2\t1\t0,1\t3\n")
    desk.view.setFocus()
    QTest.keyClick(desk.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    own = desk.view.own
    assert own.tags.words() == ("read along the row, the headings as names",)
    own.use.click()
    assert desk.params.topic == "softmax"
    assert desk.frame.page.names == ("tea", "coffee", "milk", "juice")
    assert desk.metrics["z_4"] == 3
    assert desk.view.own_button.isVisible()
    desk.undo()
    assert (desk.params.topic, desk.params.names) == ("function", "")


def test_a_bar_dragged_among_received_scores_keeps_their_names(make) -> None:
    desk = make(topic="softmax", logits="1, 2, 3", names="tea, coffee, milk")
    page = desk.view.page("softmax")
    page.logits.dragged.emit(1, 4.0)
    assert desk.frame.page.names == ("tea", "coffee", "milk")
    assert desk.metrics["z_2"] == 4


def test_the_column_of_controls_shows_those_of_the_open_page_only(qtbot) -> None:
    from lab.shell.box.controls import Controls

    controls = Controls(EXPERIMENT.load())
    qtbot.addWidget(controls)
    seen = {}
    for topic in ("function", "softmax", "function"):
        controls.show_frame(build(Params(topic=topic), np.random.default_rng(0)).snapshot())
        controls.form.set_opened(True)
        seen[topic] = set(controls.form.names())
    assert {"function", "x", "display.tangent"} <= seen["function"]
    assert not {"logits", "temperature", "display.next_step"} & seen["function"]
    assert {"logits", "temperature", "display.next_step", "topic"} <= seen["softmax"]
    assert not {"function", "x", "display.tangent"} & seen["softmax"]
