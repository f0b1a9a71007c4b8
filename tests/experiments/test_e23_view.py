"""Retrieval, tools, agents, on screen: cuts are dragged, chunks and steps pressed, an own text taken, pages turned."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.simulation import Set
from lab.experiments.e23_retrieval_agents.gestures import EditObservation, SetCuts, SetText
from lab.experiments.e23_retrieval_agents.settings import PAGES
from lab.experiments.e23_retrieval_agents.view import View
from tests.desk import Frames, opened

FRAMES = Frames("retrieval-agents")
framed = FRAMES.framed


@pytest.fixture
def view(qtbot) -> View:
    return opened(View(), qtbot, framed(), (900, 620))


def sent(view: View) -> list[Any]:
    found: list[Any] = []
    view.acted.connect(lambda action, _gesture: found.append(action))
    return found


@pytest.mark.parametrize("page", list(PAGES))
def test_every_page_draws_its_frame(view: View, page: str) -> None:
    topic = {"topic": page} if page not in ("chunks", "search", "prompt") else {"view": page}
    view.show_frame(framed(**topic))
    assert view.open_page() == page and not view.grab().isNull()
    assert view.main_picture()[0].isVisible()


def test_a_chip_asks_for_a_page_and_starts_no_run_for_another_view_of_it(view: View) -> None:
    view.show_frame(framed())
    assert view.turn("search") == Set({"view": "search"})
    assert view.turn("graph") == Set({"topic": "graph"})
    view.show_frame(framed(topic="graph"))
    assert view.turn("prompt") == Set({"topic": "find", "view": "prompt"})


def test_a_cut_is_dragged_and_the_first_drag_cuts_by_hand(view: View, qtbot) -> None:
    view.show_frame(framed())
    strip, found = view.page("chunks").strip, sent(view)
    at = strip.cut_spot(0).center().toPoint()
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(strip, at + QPoint(60, 0))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=at + QPoint(60, 0))
    assert found[0] == Set({"splitter": "hand"}) and isinstance(found[1], SetCuts)
    assert found[-1].cuts[0] > strip.cuts()[0] and found[-1].cuts[1:] == strip.cuts()[1:]


def test_a_press_beside_every_cut_drags_nothing(view: View, qtbot) -> None:
    view.show_frame(framed())
    strip, found = view.page("chunks").strip, sent(view)
    at = strip.cut_spot(0).center().toPoint() + QPoint(40, 0)
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(strip, at + QPoint(60, 0))
    assert found == []


def test_a_cut_is_moved_and_taken_away_by_keys(view: View, qtbot) -> None:
    view.show_frame(framed(splitter="hand"))
    strip, found = view.page("chunks").strip, sent(view)
    cuts = strip.cuts()
    qtbot.keyClick(strip, Qt.Key.Key_Down)
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert found[-1].cuts == (cuts[0], cuts[1] + 1, *cuts[2:])
    qtbot.keyClick(strip, Qt.Key.Key_Delete)
    assert found[-1].cuts == (cuts[0], *cuts[2:])


def test_a_double_click_cuts(view: View, qtbot) -> None:
    view.show_frame(framed(splitter="hand"))
    strip, found = view.page("chunks").strip, sent(view)
    sheet = strip.sheet()
    spot = sheet.spot(20) + QPointF(0, sheet.high / 2)
    qtbot.mouseDClick(strip, Qt.MouseButton.LeftButton, pos=spot.toPoint())
    assert 20 in found[-1].cuts or 21 in found[-1].cuts


def test_the_passages_of_the_library_cannot_be_cut(view: View, qtbot) -> None:
    view.show_frame(framed(document="library"))
    strip, found = view.page("chunks").strip, sent(view)
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert found == []


def test_a_chunk_is_chosen_in_the_list(view: View, qtbot) -> None:
    view.show_frame(framed(view="search"))
    found, list_ = sent(view), view.page("search").list
    qtbot.mouseClick(list_, Qt.MouseButton.LeftButton, pos=list_.spot(1).center().toPoint())
    assert found == [Set({"chosen": 2})]
    assert "Why?" in list_.blocks()[0].body and "Why?" not in list_.blocks()[1].body


def test_what_came_back_is_edited(view: View, qtbot) -> None:
    view.show_frame(framed(3, topic="agent"))
    page, found = view.page("agent"), sent(view)
    qtbot.mouseClick(page.list, Qt.MouseButton.LeftButton, pos=page.list.spot(0).center().toPoint())
    assert page.box.isHidden()  # the task is not what came back
    qtbot.mouseClick(page.list, Qt.MouseButton.LeftButton, pos=page.list.spot(1).center().toPoint())
    assert page.box.isVisible() and page.box.edit.toPlainText() == "8,515,770 sq km"
    page.box.edit.setPlainText("5")
    page.box.take_button.click()
    assert found == [EditObservation(0, "5")] and page.box.isHidden()


def test_both_futures_are_side_by_side(view: View) -> None:
    simulation = played(FRAMES.specification, Setting({"topic": "agent"}, 0, ((4, EditObservation(0, "5")),), 4))
    view.show_frame(simulation.snapshot())
    assert len(view.main_picture()) == 2 and all(part.isVisible() for part in view.main_picture())
    view.show_frame(framed(4, topic="agent"))
    assert len(view.main_picture()) == 1


def test_messages_are_listed_in_the_place_of_steps(view: View) -> None:
    view.show_frame(framed(4, topic="agent", shown="messages", message="{oops"))
    blocks = view.page("agent").list.blocks()
    assert '"tools/list"' in blocks[3].body and "-32700" in blocks[-1].body


def test_an_own_text_is_taken(view: View) -> None:
    view.show_frame(framed())
    found = sent(view)
    view.open_own()
    view.own.bring("The fox sleeps. The moon is bright.", "fox")
    view.own.use.click()
    assert found == [Set({"document": "own"}), SetText("The fox sleeps. The moon is bright.", "fox")]


def test_the_threshold_is_dragged(view: View) -> None:
    view.show_frame(framed(view="prompt"))
    found, plot = sent(view), view.page("prompt").plot
    plot.line_dragged.emit("threshold", 0.4)
    plot.line_dragged.emit("threshold", 9.0)
    assert found == [Set({"threshold": 0.4}), Set({"threshold": 0.8})]


def test_the_times_in_a_row_are_dragged_to_whole_numbers(view: View) -> None:
    view.show_frame(framed(4, topic="repeat"))
    found, plot = sent(view), view.page("repeat").plot
    plot.line_dragged.emit("times", 6.4)
    plot.line_dragged.emit("times", 99.0)
    plot.line_dragged.emit("times", 4.2)  # that is where it stands
    assert found == [Set({"times": 6}), Set({"times": 10})]


def test_every_request_stands_beside_the_table_with_its_calls(view: View) -> None:
    view.show_frame(framed(topic="calls"))
    page = view.page("calls")
    if not view.frame.pack:
        assert len(page.list.blocks()) == 32 and page.list.blocks()[1].body.count("Kenya") == 4
        assert page.need.isVisible() and page.table.values()[1, 0] == 32
