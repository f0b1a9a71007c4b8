"""Pictures, tables, animations, links: what leaves the lab is white, complete and true."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from types import SimpleNamespace

import pytest
import shiboken6
from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QProgressDialog, QPushButton

from lab.core.experiment import Setting
from lab.core.scene import from_json, from_link
from lab.shell.box import sharing
from lab.shell.box.printed_page import Page
from lab.shell.box.recorder import Recorder, gif_of
from lab.shell.dialogs.numbers import Numbers, WhyCard
from lab.shell.dialogs.toast import Toast
from lab.shell.files import save_box
from tests.asking import metrics_of


@pytest.fixture
def walked(descent, qtbot):
    box = descent()
    box.step(8)
    qtbot.waitUntil(lambda: box.update_shown.position == 8 and box.update_shown.exact)
    return box


@pytest.fixture
def chosen(monkeypatch, tmp_path):
    """Answers the system's save dialog."""

    def answer(name: str) -> Path:
        path = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(path), ""))
        return path

    return answer


def toast(window) -> str:
    return window.dialogs.find(Toast).notice.accessibleName()


def test_a_copied_picture_is_on_white_with_a_caption(window, walked) -> None:
    window.run("theme")
    sharing.copy_picture(window, walked)
    image = QApplication.clipboard().image()
    assert image.width() > 1000
    for corner in ((2, 2), (image.width() - 3, 2), (2, image.height() - 3)):
        assert image.pixelColor(*corner).name() == "#ffffff"
    assert "step 8" in toast(window)


@pytest.mark.parametrize(("name", "begins"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.pdf", b"%PDF")])
def test_a_picture_is_saved_as_png_svg_and_pdf(window, walked, chosen, name: str, begins: bytes) -> None:
    path = chosen(name)
    sharing.save_picture(window, walked)
    data = path.read_bytes()
    assert data.startswith(begins)
    assert len(data) > 5_000
    if name.endswith("svg"):
        assert b"<text" in data or b"<path" in data


def test_another_ending_is_refused_with_a_sentence(window, walked, chosen) -> None:
    path = chosen("a.bmp")
    sharing.save_picture(window, walked)
    assert not path.exists()
    assert ".bmp" in toast(window)


def test_the_table_has_every_curve_in_full_precision(window, walked, chosen) -> None:
    path = chosen("curves.csv")
    sharing.save_table(window, walked)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert rows[0][0].startswith("# ")
    assert len(rows) == 2 + 9
    header, last = rows[1], rows[-1]
    assert float(last[0]) == 8
    assert metrics_of(walked.frame)["loss"] in [float(value) for value in last]
    assert len(header) >= 3


def test_the_animation_shows_every_stored_step(window, walked, chosen, qtbot) -> None:
    path = chosen("walk.gif")
    sharing.save_animation(window, walked)
    qtbot.waitUntil(path.exists, timeout=20_000)
    with Image.open(path) as picture:
        assert picture.n_frames == 9


def test_an_animation_ends_with_the_window_that_shows_how_far_it_is(window, walked, qtbot) -> None:
    recorder = Recorder(window, walked)
    recorder.record([walked.frame] * 60)
    progress = window.findChild(QProgressDialog)
    qtbot.waitUntil(lambda: progress.value() > 0)
    shiboken6.delete(progress)
    qtbot.waitUntil(lambda: not shiboken6.isValid(recorder))


def test_an_animation_of_nothing_says_so(window, descent, qtbot) -> None:
    box = descent()
    Recorder(window, box).record([])
    assert "Run the experiment first" in toast(window)


def test_a_gif_is_a_gif() -> None:
    frames = [Image.new("RGB", (20, 10), (i * 40, 0, 0)) for i in range(5)]
    assert gif_of(frames)[:6] == b"GIF89a"


def test_a_copied_link_opens_the_same_controls(window, walked, qtbot) -> None:
    walked.set_values({"learning_rate": 0.07})
    qtbot.waitUntil(lambda: walked.update_shown.params.learning_rate == 0.07)
    sharing.copy_link(window, walked)
    qtbot.waitUntil(lambda: QApplication.clipboard().text().startswith("lab:"))
    scene = from_link(QApplication.clipboard().text(), window.services.find)
    assert scene.step == 8
    assert "save a file" in toast(window)


def test_a_saved_file_can_be_read_again(window, walked, chosen, qtbot) -> None:
    path = chosen("work")
    save_box(window, walked)
    qtbot.waitUntil(lambda: path.with_suffix(".glassbox").exists())
    scene = from_json(path.with_suffix(".glassbox").read_bytes(), window.services.find)
    assert scene.step == 8


def test_a_place_that_cannot_be_written_loses_nothing(window, walked, monkeypatch, tmp_path, qtbot) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(tmp_path / "no" / "x.glassbox"), ""))
    save_box(window, walked)
    qtbot.waitUntil(lambda: window.dialogs.find(Toast) and "Not saved" in toast(window))
    assert walked.update_shown.position == 8


def test_every_number_can_be_requested_why(window, walked, qtbot) -> None:
    walked.why_requested.emit("loss")
    card = window.dialogs.find(WhyCard)
    assert card.isVisible()
    assert "=" in card.text
    python, latex = (
        next(each for each in card.findChildren(QPushButton) if each.text() == f"Copy as {form}")
        for form in ("Python", "LaTeX")
    )
    qtbot.mouseClick(python, Qt.MouseButton.LeftButton)
    assert "print(" in QApplication.clipboard().text()
    qtbot.mouseClick(latex, Qt.MouseButton.LeftButton)
    assert r"\begin{aligned}" in QApplication.clipboard().text()
    card.close()


def test_the_table_of_numbers_follows_the_run(window, walked, qtbot) -> None:
    QTest.keyClick(walked, Qt.Key.Key_W)
    panel = window.dialogs.find(Numbers)
    names = list(metrics_of(walked.frame))
    assert panel.table.rowCount() == len(names)
    row = names.index("step")
    assert panel.table.item(row, 1).text().lstrip("\u200e") == "8"
    walked.step(1)
    qtbot.waitUntil(lambda: panel.table.item(row, 1).text().lstrip("\u200e") == "9")
    panel.close()


def test_a_caption_leaves_out_what_has_no_effect(window, qtbot) -> None:
    box = window.workspace.box(window.open_experiment(window.services.find("what-is-ml")))
    qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
    for data, named in (("lemonade", False), ("ball", True)):
        box.play_setting(Setting({"data": data, "n": 15}))
        qtbot.waitUntil(lambda data=data: box.update_shown.exact and box.frame.params.data == data)
        assert ("Points 15" in sharing.caption_of(box)) == named


@pytest.mark.parametrize(("width", "height"), [(300, 250), (159, 100), (161, 100)])
def test_a_map_is_printed_high_and_a_wide_chart_low(width: int, height: int) -> None:
    first, second = SimpleNamespace(width=lambda: 500, height=lambda: 100), SimpleNamespace()
    second.width, second.height = lambda: width, lambda: height
    drawn: list[QRectF] = []
    for canvas in (first, second):
        canvas.render_to = lambda _painter, rect: drawn.append(rect)
    page = Page("Two pictures", (first, SimpleNamespace(plot=second, render_to=second.render_to)), "")
    page.image(0.5)
    low = width > 1.6 * height
    assert drawn[0].height() > 700  # the first is high whatever it is
    assert (drawn[1].height() < 300) == low and (drawn[1].height() > 700) != low
    assert drawn[1].top() > drawn[0].bottom() and drawn[1].bottom() < page.size.height()
