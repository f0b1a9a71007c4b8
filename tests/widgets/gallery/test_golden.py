"""Six widgets as they should look, in two themes and two text sizes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from tests.golden import CLEARLY, MEAN, SHARE, check, differences, pixels
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import apply_look, look
from widgets.base.stylesheet import kind
from widgets.gallery import window as gallery

SUBJECTS = {
    "form": (gallery.form_states, 272),
    "slider": (gallery.limited_slider, 240),
    "chips": (gallery.chips, 300),
    "card": (gallery.cards, 640),
    "scrubber": (gallery.scrubbers, 320),
    "banner": (gallery.banners, 560),
}


def picture(qtbot, widget: QWidget, width: int) -> QImage:
    """`widget` on the ground of a dock, as wide as asked and as high as it needs."""
    page = QFrame()
    kind(page, "dock")
    qtbot.addWidget(page)
    QVBoxLayout(page).addWidget(widget)
    page.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    page.show()
    wide = look().px(width)
    page.resize(wide, page.heightForWidth(wide) if page.layout().hasHeightForWidth() else page.sizeHint().height())
    return page.grab().toImage()


@pytest.mark.parametrize("percent", [100, 150])
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
@pytest.mark.parametrize("name", SUBJECTS)
def test_it_looks_as_it_did(qtbot, name, palette, percent):
    apply_look(QApplication.instance(), palette=palette, scale=percent / 100)
    make, width = SUBJECTS[name]
    check(picture(qtbot, make(), width), f"{name}_{palette.name}_{percent}")


def test_a_handle_that_stands_elsewhere_is_noticed(qtbot):
    slider = gallery.limited_slider()
    before = pixels(picture(qtbot, slider, 240))
    slider = gallery.limited_slider()
    slider.set_value(0.2)
    mean, share = differences(before, pixels(picture(qtbot, slider, 240)))
    assert mean > MEAN or share > SHARE


def test_a_breath_of_difference_everywhere_is_tolerated(qtbot):
    image = picture(qtbot, gallery.limited_slider(), 240)
    other = image.copy()
    painter = QPainter(other)
    painter.fillRect(other.rect(), look().color("#808080", 1))
    painter.end()
    mean, share = differences(pixels(image), pixels(other))
    assert 0 < mean <= MEAN and share <= SHARE and CLEARLY > 10


def test_a_picture_of_another_size_is_refused(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSBOX_GOLDEN", "write")
    image = picture(qtbot, gallery.limited_slider(), 240)
    check(image, "one", tmp_path)
    monkeypatch.delenv("GLASSBOX_GOLDEN")
    check(image, "one", tmp_path)
    with pytest.raises(AssertionError, match="golden"):
        check(image.copy(0, 0, 100, 20), "one", tmp_path)
    with pytest.raises(AssertionError, match="no golden picture"):
        check(image, "two", tmp_path)
