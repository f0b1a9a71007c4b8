"""Feature scaling, the picture: driven as a learner would, by mouse, keys and pasting; a Track answers at once."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionFrame, QWidget

from lab.catalog import find
from lab.experiments.e02_feature_scaling.figures import NAME
from lab.experiments.e02_feature_scaling.thumbnail import paint
from tests import desk as desks
from tests.asking import metrics_of
from tests.desk import drop, on_screen, type_into
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look, look

EXPERIMENT = find("feature-scaling")
LEFT = Qt.MouseButton.LeftButton
CSV = "area,rooms,rent\n62,2,710\n80,3,\n45,,560\n120,5,1400\n71,2,800\n"


class Desk(desks.Desk):
    def drag(self, canvas, start: tuple[float, float], by: QPoint) -> None:
        place = on_screen(canvas, *start)
        super().drag(canvas, place, place + by)


def test_dragging_a_ball_starts_both_races_at_the_same_place_and_undo_takes_the_drag_back(make) -> None:
    desk = make()
    desk.drag(desk.view.race.maps[1], (0.0, 0.0), QPoint(30, -20))
    raw, scaled = (
        (run.theta[:2] - on.best[:2]) / on.reach for run, on in zip(desk.frame.runs, desk.frame.prepared.lanes)
    )
    assert raw == pytest.approx(scaled, abs=1e-6)
    assert desk.frame.place is not None
    desk.undo()
    assert desk.frame.place is None


def test_the_start_goes_by_arrow_keys_too(make) -> None:
    desk = make()
    desk.view.race.maps[0].setFocus()
    QTest.keyClick(desk.view.race.maps[0], Qt.Key.Key_Right)
    assert desk.frame.place is not None


def test_dragging_the_query_in_the_scaled_picture_moves_it_in_the_raw_one(make) -> None:
    desk = make()
    desk.view.chips.chip("neighbours").click()
    assert desk.display.page == "neighbours"
    before = desk.frame
    desk.drag(desk.view.near.plots[1], tuple(before.query_point[1].tolist()), QPoint(40, 0))
    assert desk.frame.query[0] > before.query[0] + 100
    assert desk.frame.query[1] == pytest.approx(before.query[1], abs=0.15)
    assert desk.frame.neighbours[1].tolist() != before.neighbours[1].tolist()
    desk.undo()
    assert desk.frame.query == before.query


def test_a_large_screen_shows_the_errors_below_the_maps_and_a_small_one_the_maps_alone(make) -> None:
    desk = make()
    desk.go(3)
    page = desk.view.race
    for height, shown in ((555, False), (900, True)):
        desk.view.resize(720, height)
        QApplication.processEvents()
        assert page.errors.isVisible() == shown
        assert len(desk.view.pictures()) == 2 + shown
    assert page.errors.plot.height() > 80
    bottom = page.errors.mapTo(desk.view, page.errors.rect().bottomLeft()).y()
    assert bottom > 0.85 * desk.view.height()  # and nothing stays empty


def test_a_long_title_is_whole(make) -> None:
    desk = make(data="outlier")
    desk.view.resize(702, 555)
    QApplication.processEvents()
    label = desk.view.shape
    assert label.heightForWidth(label.width()) <= label.height()
    desk.view.chips.chip("table").click()
    header = desk.view.table.rows.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert header == "moisture"


@pytest.mark.parametrize("unit", ["given", "milli", "kilo"])
def test_the_query_is_whole_in_every_unit(make, unit: str) -> None:
    desk = make(unit=unit)
    desk.view.chips.chip("neighbours").click()
    QApplication.processEvents()
    for field in desk.view.near.query.fields:
        style = QStyleOptionFrame()
        field.initStyleOption(style)
        room = field.style().subElementRect(QStyle.SubElement.SE_LineEditContents, style, field).width()
        assert field.fontMetrics().horizontalAdvance(field.text()) + 4 <= room, field.text()


def test_the_query_can_be_typed_and_rubbish_stays_with_a_reason(make) -> None:
    desk = make(unit="milli")
    desk.view.chips.chip("neighbours").click()
    first, second = desk.view.near.query.fields
    second.setFocus()
    second.selectAll()
    QTest.keyClicks(second, "4,5")
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert desk.frame.query[1] == 4.5
    before = desk.frame.query
    first.setFocus()
    first.selectAll()
    QTest.keyClicks(first, "much")
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert first.wrong
    assert "is not a number" in desk.view.sentence.text()
    assert desk.frame.query == before
    first.selectAll()
    QTest.keyClicks(first, "2e9")
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert first.wrong


def test_a_missing_cell_can_be_typed_in_the_table_and_given_back(make) -> None:
    desk = make(data="people", unit="kilo")
    desk.view.chips.chip("table").click()
    model = desk.view.table.rows
    row = int(np.flatnonzero(np.isnan(desk.frame.sheet.x[:, 0]))[0])
    assert not model.setData(model.index(row, 0), "a lot")
    assert f"Row {row + 1}" in desk.view.sentence.text()
    assert model.setData(model.index(row, 0), "40,5")
    assert desk.frame.sheet.x[row, 0] == 40500
    assert metrics_of(desk.frame)["missing"] == 17
    assert model.data(model.index(row, 0), Qt.ItemDataRole.BackgroundRole) is None
    desk.undo()
    assert metrics_of(desk.frame)["missing"] == 18


def test_the_ground_stays_while_a_row_is_in_the_hand(make) -> None:
    desk = make(data="outlier")
    desk.view.chips.chip("neighbours").click()
    plot = desk.view.near.plots[0]
    across, down = plot.view().screen(*desk.frame.sheet.x[5].tolist())
    place = QPoint(round(across), round(down))
    before = plot.view()
    QTest.mousePress(plot, LEFT, pos=place)
    QTest.mouseMove(plot, place - QPoint(50, 0))
    QTest.mouseMove(plot, place - QPoint(100, 0))
    assert (plot.view().x0, plot.view().x1) == (before.x0, before.x1)
    QTest.mouseRelease(plot, LEFT, pos=place - QPoint(100, 0))
    assert plot.view().x1 < before.x1


def test_an_outlier_can_be_dragged_home(make) -> None:
    desk = make(data="outlier")
    desk.view.chips.chip("neighbours").click()
    x, y = desk.frame.sheet.x[5].tolist()
    desk.drag(desk.view.near.plots[0], (x, y), QPoint(-60, 0))
    assert desk.frame.sheet.x[5, 0] < 90
    desk.undo()
    assert desk.frame.sheet.x[5, 0] == 100


def test_a_chip_on_a_card_scales_its_column(make) -> None:
    desk = make()
    desk.view.cards[1].chips.chip("min-max").click()
    assert desk.frame.params.scaler_2 == "min-max"
    assert metrics_of(desk.frame)["scaled_max_2"] == 1
    assert "max 1.00" in desk.view.cards[1].figures.words()


def test_numbers_can_be_requested_for_by_mouse_and_by_key(make) -> None:
    desk = make()
    figures = desk.view.cards[0].figures
    QTest.mouseClick(figures, LEFT, pos=QPoint(figures.width() - 12, figures.height() - 10))
    figures.setFocus()
    QTest.keyClick(figures, Qt.Key.Key_Up)
    QTest.keyClick(figures, Qt.Key.Key_Return)
    assert desk.requested == ["scaled_std_1", "std_1"]
    desk.view.chips.chip("neighbours").click()
    QTest.mouseClick(desk.view.near.bars[0], LEFT)
    assert desk.requested[-1] == "share_1_raw"
    assert "99.9998 %" in desk.view.near.bars[0].words()


def test_a_pasted_table_is_previewed_and_taken_with_its_gap_painted(make, qtbot) -> None:
    desk = make()
    QGuiApplication.clipboard().setText(CSV)
    QTest.keySequence(desk.view, "Ctrl+V")
    own = desk.view.own
    assert own.isVisible()
    assert own.preview.item(1, 2).text() == "missing"
    assert "missing cells: 2" in own.sentence.text()
    own.use.click()
    assert metrics_of(desk.frame)["shape"] == "(4, 2)"
    assert metrics_of(desk.frame)["missing"] == 1
    desk.view.chips.chip("table").click()
    model = desk.view.table.rows
    brush = model.data(model.index(1, 1), Qt.ItemDataRole.BackgroundRole)
    assert brush is not None
    assert model.data(model.index(1, 1), Qt.ItemDataRole.DisplayRole).startswith("≈")
    assert not own.isVisible()


def test_rubbish_is_refused_with_row_and_column_and_changes_nothing(make) -> None:
    desk = make()
    desk.view.own.begin("a,b,c\n1,2,3\n4,x,6\n7,8,9\n1,2,3\n4,5,6\n7,8,9\n")
    assert "row 3" in desk.view.own.sentence.text()
    assert "'b'" in desk.view.own.sentence.text()
    assert not desk.view.own.use.isEnabled()
    QTest.keyClick(desk.view, Qt.Key.Key_Escape)
    assert desk.frame.params.data == "flats"


def test_a_dropped_text_opens_the_page_for_own_data(make) -> None:
    desk = make()
    assert drop(desk.view, text=CSV)
    assert desk.view.own.isVisible()
    assert desk.view.own.use.isEnabled()


def test_counters_stand_side_by_side_and_say_who_arrived(make) -> None:
    desk = make()
    desk.track.go(30)
    desk.track.run_to_goal()
    desk.show()
    left, right = (head.words() for head in desk.view.race.heads)
    assert left.startswith("Raw: step 30 ·")
    assert "above the least" in left
    assert "there after 2" in right


def test_a_constant_column_warns_in_the_picture(make) -> None:
    desk = make(data="constant")
    assert desk.view.sentence.isVisible()
    assert "σ = 0" in desk.view.sentence.text()


def test_true_aspect_makes_one_unit_as_long_across_as_up(make) -> None:
    desk = make()
    desk.view.chips.chip("neighbours").click()
    desk.show_option("true_aspect", True)
    view = desk.view.near.plots[0].view()
    across, up = view.width / (view.x1 - view.x0), view.height / (view.y1 - view.y0)
    assert across == pytest.approx(up, rel=0.25)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_every_page_paints_in_every_look_and_into_a_file(make, palette) -> None:
    apply_look(QApplication.instance(), Look(palette=palette, scale=1.5))
    desk = make(data="people")
    for page in ("race", "neighbours", "table"):
        desk.view.chips.chip(page).click()
        assert not desk.view.grab().isNull()
        for picture in desk.view.pictures():
            image = QImage(300, 240, QImage.Format.Format_ARGB32)
            painter = QPainter(image)
            picture.render_to(painter, QRectF(0, 0, 300, 240))
            painter.end()
            if isinstance(picture, QWidget):  # not what is drawn for paper only
                assert picture.accessibleName() and picture.accessibleDescription()


def test_the_thumbnail_paints_two_valleys(qapp) -> None:
    image = QImage(240, 130, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    paint(painter, QRectF(0, 0, 240, 130), LIGHT)
    painter.end()
    colors = {image.pixelColor(x, 65).name() for x in range(240)}
    assert len(colors) > 8


def test_the_start_of_the_race_is_typed_after_a_double_click_or_f2(make) -> None:
    desk = make()
    race = desk.view.race
    across, down = race.maps[1].view().screen(*desk.frame.runs[1].theta[:2].tolist())
    QTest.mouseDClick(race.maps[1], LEFT, pos=QPoint(round(across), round(down)))
    assert race.start.isVisible()
    type_into(race.start.fields[0], "12,5")
    assert desk.frame.runs[1].theta[0] == pytest.approx(12.5)
    type_into(race.start.fields[1], "1e8")
    assert "Too far out" in desk.view.sentence.text()
    assert desk.frame.runs[1].theta[0] == pytest.approx(12.5), "nothing changed"
    QTest.keyClick(race.start, Qt.Key.Key_Escape)
    assert not race.start.isVisible()
    race.maps[0].setFocus()
    QTest.keyClick(race.maps[0], Qt.Key.Key_F2)
    assert race.start.isVisible()
    assert "raw" in race.start.name.text()


def test_the_histograms_of_a_column_give_way_to_its_numbers(make) -> None:
    desk = make()
    figures = desk.view.cards[0].figures
    metrics = QFontMetricsF(look().font("small", 550))
    numbers = [part.rpartition(" ")[2] for row in figures.words().split("; ") for part in row.split(", ")]
    widest = max(metrics.horizontalAdvance(number) for number in numbers)
    found = []
    for wide in range(200, 420, 10):
        figures.resize(wide, 80)
        found.append(figures.bars_wide())
        if found[-1]:
            assert look().px(NAME) + found[-1] + 4 * (widest + 8) <= wide + 1, wide
    assert found[0] == 0 and found[-1] > 40 and found == sorted(found)
