"""Decoding, the picture: five pages driven as a user would."""

from __future__ import annotations

import math
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QLineEdit

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.simulation import Set
from lab.experiments.e21_decoding import thumbnail
from lab.experiments.e21_decoding.bar_rows import percent
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.gestures import CheckDrafts, Draw, Fork, WritePath
from lab.experiments.e21_decoding.light import verdict_on
from lab.experiments.e21_decoding.settings import PAGES, Display, order_of
from lab.experiments.e21_decoding.view import View
from lab.kit import model_run
from lab.kit.gestures import Choose, Cut, Measure
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look

SPECIFICATION = find("decoding").load()
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
NAME = {"prompt": "What is thy n"}


def framed(steps: int = 0, actions: tuple[Any, ...] = (), **values: Any) -> DecodingFrame:
    return played(SPECIFICATION, Setting(values, 0, actions, steps)).snapshot()


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    apply_look(qapp, Look())
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 540)
    made.show_display(Display())
    made.show()
    made.show_frame(framed(**NAME))
    made.activateWindow()
    QApplication.processEvents()
    return made


def shown(view: View, steps: int = 0, actions: tuple[Any, ...] = (), **values: Any) -> Any:
    """The page that shows such a frame, laid out."""
    frame = framed(steps, actions, **values)
    view.show_frame(frame)
    QApplication.processEvents()
    return view.page(frame.params.page)


def heard(view: View) -> list[Any]:
    found: list[Any] = []
    view.acted.connect(lambda action, _gesture: found.append(action))
    return found


def drag(widget: Any, at: QPointF) -> None:
    event = QMouseEvent(QEvent.Type.MouseMove, at, widget.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT,
                        Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(widget, event)


# ------------------------------------------------------------------------------------- pages, strip


def test_chips_ask_for_another_page_and_the_run_decides(view: View, qtbot: Any) -> None:
    found = heard(view)
    qtbot.mouseClick(view.chips.chip("beam"), LEFT)
    assert found == [Set({"page": "beam"})] and view.chips.chosen_keys() == ("next",)
    shown(view, page="beam")
    assert view.chips.chosen_keys() == ("beam",)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_draws_frames_in_any_order_in_every_look(view: View, qapp: QApplication, page: str) -> None:
    frames = [framed(n, page=page, **NAME) for n in (0, 3, 9, 1)]
    for palette, scale in ((LIGHT, 1.0), (DARK, 1.0), (LIGHT, 1.5)):
        apply_look(qapp, Look(palette=palette, scale=scale))
        for frame in frames:
            view.show_frame(frame)
            assert not view.grab().isNull()
    assert view.pictures()


@pytest.mark.parametrize("size", [(300, 200), (420, 300), (1400, 1000)])
def test_every_page_stands_small_and_large_rooms(view: View, size: tuple[int, int]) -> None:
    for page in PAGES:
        shown(view, 5, page=page)
        view.resize(*size)
        QApplication.processEvents()
        assert not view.grab().isNull()


def test_pointing_at_a_token_says_how_likely_it_was_and_pressing_goes_back(view: View, qtbot: Any) -> None:
    frame = framed(20)
    view.show_frame(frame)
    QApplication.processEvents()
    found = heard(view)
    spot = view.strip.place_of(10).center().toPoint()
    qtbot.mouseMove(view.strip, spot)
    assert f"rank {frame.facts[4].rank}" in view.strip.readout()
    assert found == []
    qtbot.mouseClick(view.strip, LEFT, pos=spot)
    assert found == [Cut(10)]
    qtbot.mouseClick(view.strip, LEFT, pos=view.strip.place_of(2).center().toPoint())
    assert found == [Cut(10)]  # the prompt stays


def test_notes_below_the_tokens_are_a_view_option(view: View) -> None:
    view.show_frame(framed(12))
    for notes, expected in (("rank", str), ("probability", str), ("surprisal", str), ("none", str)):
        view.show_display(Display(notes=notes))
        token = view.strip.tokens()[-1]
        assert isinstance(token.note, expected) and bool(token.note) == (notes != "none")


def test_what_was_left_out_is_named(view: View) -> None:
    shown(view, prompt="Ω ROMEO")
    assert "Ω" in view.note.text() and view.note.isVisible()
    shown(view)
    assert not view.note.isVisible()


def test_a_missing_pack_has_a_message_and_a_way_on(view: View, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_run, "smollm2_path", lambda: None)
    shown(view, model="smollm2")
    assert "model pack" in view.waiting.words.text() and view.waiting.isVisible()
    found = heard(view)
    qtbot.mouseClick(view.waiting.house, LEFT)
    assert found == [Set({"model": "house"})]
    shown(view)
    assert not view.waiting.isVisible()


# ------------------------------------------------------------------------------------------- the bars


def test_pressing_a_bar_chooses_its_token_and_pressing_a_number_asks(view: View, qtbot: Any) -> None:
    found, requested = heard(view), []
    view.requested.connect(requested.append)
    page = view.page("next")
    row = page.bars.row_rect(2)
    qtbot.mouseClick(page.bars, LEFT, pos=QPoint(300, round(row.center().y())))
    token = view.frame.bars.rows[2].token  # type: ignore[union-attr]
    assert found == [Choose(token)]
    qtbot.mouseClick(page.bars, LEFT, pos=QPoint(round(row.right()) - 20, round(row.center().y())))
    assert requested == ["share_3"] and len(found) == 1
    last = page.bars.row_rect(len(page.bars.bars()) - 1)
    qtbot.mouseClick(page.bars, LEFT, pos=QPoint(300, round(last.center().y())))
    assert len(found) == 1  # all others cannot be chosen


def test_where_there_is_little_room_the_rows_are_read_well_and_none_is_longer_than_the_scale(view: View) -> None:
    view.resize(702, 330)
    bars = shown(view, temperature=1.5, **NAME).bars
    rows = bars.bars()
    assert bars.height() >= view.PICTURE and 2 <= len(rows) <= 13 and rows[-1].gathered
    assert bars.row_rect(0).height() >= 17 and all(bar.full <= 1 and bar.outline <= 1 for bar in rows)
    view.resize(702, 540)
    QApplication.processEvents()
    assert len(bars.bars()) == 13 and bars.bars()[-1].metrics == ("raw_others", "share_others")


def test_keys_choose_a_token(view: View, qtbot: Any) -> None:
    found = heard(view)
    bars = view.page("next").bars
    bars.setFocus()
    qtbot.keyClick(bars, Qt.Key.Key_Down)
    qtbot.keyClick(bars, Qt.Key.Key_Return)
    assert found == [Choose(view.frame.bars.rows[1].token)]  # type: ignore[union-attr]


def test_casualties_stay_in_grey_with_the_name_of_the_filter(view: View) -> None:
    page = shown(view, **NAME, top_k=2)
    bars = page.bars.bars()
    assert [bool(bar.fallen) for bar in bars] == [False, False] + [True] * 11
    assert "top-k" in bars[5].fallen and bars[-1].gathered and "52" in bars[-1].name


def test_no_number_is_written_as_such(view: View) -> None:
    view.show_frame(played(SPECIFICATION, SPECIFICATION.breaking("drop").setting).snapshot())
    assert view.page("next").bars.bars()[0].texts[1] == "NaN"
    assert percent(math.nan) == "NaN" and percent(0.0) == "0" and percent(1e-9) == "<0.1 %"


# ------------------------------------------------------------------------------------------ the chain


def test_a_chip_dragged_past_another_changes_the_order(view: View, qtbot: Any) -> None:
    found, chain = heard(view), view.page("next").chain
    places = chain.places()
    qtbot.mousePress(chain, LEFT, pos=places[3].center().toPoint())  # top-p
    for x in (places[2].center().x() + 4, places[2].center().x() - 8, places[1].center().x() - 8):
        drag(chain, QPointF(x, places[0].center().y()))
    qtbot.mouseRelease(chain, LEFT, pos=places[1].center().toPoint())
    assert len(found) == 1
    assert order_of(found[0].values["order"]) == ("penalty", "top_p", "temperature", "top_k", "min_p")


def test_the_keyboard_reorders_turns_and_types(view: View, qtbot: Any) -> None:
    found, chain = heard(view), view.page("next").chain
    chain.setFocus()
    qtbot.keyClick(chain, Qt.Key.Key_Right)
    qtbot.keyClick(chain, Qt.Key.Key_Up)
    assert found.pop().values["temperature"] == 1.05
    qtbot.keyClick(chain, Qt.Key.Key_Right, CTRL)
    assert order_of(found.pop().values["order"])[:3] == ("penalty", "top_k", "temperature")
    qtbot.keyClick(chain, Qt.Key.Key_1)
    field = chain.findChild(QLineEdit)
    qtbot.keyClicks(field, ",5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert found.pop().values["temperature"] == 1.5


def test_quick_presses_add_up_and_infinity_can_be_typed(view: View, qtbot: Any) -> None:
    found, chain = heard(view), view.page("next").chain
    chain.setFocus()
    qtbot.keyClick(chain, Qt.Key.Key_Right)
    for _press in range(4):
        qtbot.keyClick(chain, Qt.Key.Key_Down)
    assert found[-1].values["temperature"] == 0.8
    chain.edit(1)
    field = chain.findChild(QLineEdit)
    field.clear()
    qtbot.keyClicks(field, "inf")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert found[-1] == Set({"infinite": True})


def test_rubbish_typed_into_a_chip_changes_nothing(view: View, qtbot: Any) -> None:
    found, chain = heard(view), view.page("next").chain
    chain.edit(1)
    field = chain.findChild(QLineEdit)
    field.clear()
    qtbot.keyClicks(field, "warm")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert found == [] and "warm" in chain.toolTip()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    chain.edit(3)
    field = [f for f in chain.findChildren(QLineEdit) if f.isVisible()][-1]
    field.clear()
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert found[-1].values == {"top_p": 1.0}  # as far as it goes


# ----------------------------------------------------------------------------------- the other pages


def test_samples_are_drawn_by_a_press_and_judged(view: View, qtbot: Any) -> None:
    page = shown(view, page="samples", **NAME)
    found = heard(view)
    qtbot.mouseClick(page.draws.chip("100"), LEFT)
    assert found == [Draw(100)] and page.light.verdict().tone == ""
    page = shown(view, 0, ((0, Draw(10_000)),), page="samples", **NAME)
    assert page.light.verdict().tone == "good"
    assert sum(int(bar.texts[1]) for bar in page.bars.bars()) == 10_000
    assert verdict_on(1e-9, "").tone == "bad" and verdict_on(0.005, "").tone == "warn"


def test_the_beam_reads_its_branches_by_pointer_and_by_key(view: View, qtbot: Any) -> None:
    page = shown(view, 6, page="beam", **NAME)
    found, near = heard(view), []
    page.tree.hovered.connect(near.append)
    spot = page.tree.spot_of(0).toPoint()
    qtbot.mouseMove(page.tree, spot)
    assert "path" in page.tree.readout()
    qtbot.keyClick(page.tree, Qt.Key.Key_Right)
    assert page.tree.branch(near[-1]).depth == 2
    qtbot.mouseClick(page.widths.chip("5"), LEFT)
    assert found == [Set({"beams": 5})]
    number = near[-1]
    qtbot.keyClick(page.tree, Qt.Key.Key_Return)
    assert found[-1] == WritePath(page.tree.path_to(number)) and len(found[-1].tokens) == 2
    assert "1." in page.paths.text()


def test_the_cache_page_measures_branches_and_works_out_memory(view: View, qtbot: Any) -> None:
    page = shown(view, 20, page="cache")
    found = heard(view)
    qtbot.mouseClick(page.measure, LEFT)
    qtbot.mouseClick(page.branch, LEFT)
    assert found == [Measure(), Fork(27)]
    page = shown(view, 20, ((20, Measure()), (20, Fork(20))), page="cache")
    assert [one.name for one in page.chart.series()] == ["without", "with"]
    assert page.picture.shown().table == "text → 1 3    branch → 1 2"
    qtbot.mouseClick(page.branch, LEFT)
    assert found[-1] == Fork(-1)
    page.tokens.number.setFocus()
    page.tokens.number.selectAll()
    qtbot.keyClicks(page.tokens.number, "100000")
    qtbot.keyClick(page.tokens.number, Qt.Key.Key_Return)
    assert found[-1] == Set({"tokens": 100_000})
    page = shown(view, page="cache", model="own")
    assert page.picture.shown() is None and not page.measure.isEnabled()


def test_the_drafts_page_shows_rounds_and_puts_the_rule_to_the_test(view: View, qtbot: Any) -> None:
    page = shown(view, 9, page="drafts")
    found = heard(view)
    assert len(page.rounds.rounds()) == 9
    qtbot.mouseMove(page.rounds, page.rounds.spot_of(0, 0).center().toPoint())
    assert page.rounds.pointed() == (0, 0)
    page.rounds.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(page.rounds, key)
    assert page.rounds.pointed() == (2, 1)
    qtbot.mouseClick(page.check, LEFT)
    assert found == [CheckDrafts()]
    page = shown(view, 9, ((9, CheckDrafts()),), page="drafts")
    assert page.light.verdict().tone == "good"
    page.gamma.slider.setFocus()
    qtbot.keyClick(page.gamma.slider, Qt.Key.Key_Right)
    assert found[-1] == Set({"gamma": 5})
    page.drafter.chosen.emit("blind")
    assert found[-1] == Set({"drafter": "blind"})
    shown(view, page="drafts", model="own")
    assert not page.check.isEnabled()


# -------------------------------------------------------------------------------------------- paper


def test_every_picture_goes_onto_white_paper(view: View, qapp: QApplication) -> None:
    apply_look(qapp, Look(palette=DARK))
    for page in PAGES:
        shown(view, 6, page=page, **NAME)
        for picture in view.pictures():
            image = QImage(500, 320, QImage.Format.Format_RGB32)
            image.fill(Qt.GlobalColor.black)
            painter = QPainter(image)
            picture.render_to(painter, QRectF(0, 0, 500, 320))
            painter.end()
            assert image.pixelColor(2, 2) == Qt.GlobalColor.white, (page, picture)


def test_the_card_is_painted_in_both_themes(qapp: QApplication) -> None:
    for palette in (LIGHT, DARK):
        image = QImage(320, 180, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        thumbnail.paint(painter, QRectF(0, 0, 320, 180), palette)
        painter.end()
        colors = {image.pixelColor(x, y).name().upper() for x in range(0, 320, 3) for y in range(0, 180, 3)}
        assert {palette.ball.upper(), palette.categories[0].upper()} <= colors


def test_what_is_said_of_a_token_follows_what_stands_there(view: View) -> None:
    one = framed(3, model="house", **NAME)
    view.show_frame(one)
    view.strip.hovered.emit(one.given + 1)
    assert f"rank {one.facts[1].rank}" in view.strip.readout()
    shorter = framed(1, model="house", **NAME)
    view.show_frame(shorter)
    assert view.strip.readout() == ""
    other = framed(3, ((0, Choose(5)),), model="house", **NAME)
    view.show_frame(other)
    view.strip.hovered.emit(other.given)
    assert f"rank {other.facts[0].rank}" in view.strip.readout()
    view.show_frame(one)
    assert f"rank {one.facts[0].rank}" in view.strip.readout()
    assert one.facts[0].rank != other.facts[0].rank


@pytest.mark.parametrize(("size", "both"), [((702, 512), False), ((1156, 814), True)])
def test_rounds_and_what_if_share_the_page_or_take_turns(view: View, size: tuple[int, int], both: bool) -> None:
    view.resize(*size)
    page = shown(view, 12, page="drafts")
    assert page.rounds.isVisible()
    assert page.chart.isVisible() == both
    assert page.turns.isVisible() != both
    if not both:
        page.turns.chip("what-if").click()
        QApplication.processEvents()
        assert page.chart.isVisible() and page.alpha.isVisible() and not page.rounds.isVisible()
        page.turns.chip("rounds").click()
        QApplication.processEvents()
        assert page.rounds.isVisible()


def test_a_page_of_drafts_that_changes_its_size_loses_nothing(view: View) -> None:
    page = shown(view, 12, page="drafts")
    for size in ((702, 512), (1156, 814), (702, 512), (1156, 814)):
        view.resize(*size)
        QApplication.processEvents()
    assert page.rounds.isVisible() and page.chart.isVisible() and page.cost.isVisible()
    last = max(page.rounds.spot_of(row, 0).bottom() for row in range(len(page.rounds.rounds())))
    assert 0.7 * page.rounds.height() < last <= page.rounds.height() + 1
