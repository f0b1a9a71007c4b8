"""What every control must keep, tried on the page that has them all."""

import gc
import weakref

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from widgets.colors import DARK
from widgets.form import Form
from widgets.gallery import ITEMS, Gallery, dress, form_states
from widgets.look import apply_look
from widgets.scrubber import Scrubber

pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing)")


@pytest.fixture
def page(front):
    made = Gallery()
    made.resize(1480, 860)
    return front(made)


def usable(page):
    """Everything that takes the focus, but not the editors inside of other controls."""
    return [
        child
        for child in page.findChildren(QWidget)
        if child.focusPolicy() & Qt.FocusPolicy.StrongFocus
        and child.focusProxy() is None
        and child.isVisible()
        and not isinstance(child.parentWidget(), QComboBox)
        and type(child).__module__.startswith("widgets.")
    ]


def test_everything_usable_has_a_name_for_screen_readers(page):
    found = usable(page)
    assert len(found) > 60
    for widget in found:
        met = QAccessible.queryAccessibleInterface(widget)
        assert met.text(QAccessible.Text.Name), widget


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_everything_usable_is_a_target_of_at_least_24_pixels(page, scale):
    apply_look(QApplication.instance(), scale=scale)
    page.resize(round(1480 * scale), round(860 * scale))
    QApplication.processEvents()
    for widget in usable(page):
        assert widget.width() >= 24 * scale - 1 and widget.height() >= 24 * scale - 1, widget


def test_nothing_usable_overlaps_or_sticks_out_in_either_direction(page):
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        page.setLayoutDirection(direction)
        QApplication.processEvents()
        _assert_apart(page)


def _assert_apart(page):
    places = [(w, QRect(w.mapTo(page, QPoint(0, 0)), w.size())) for w in usable(page)]
    for n, (widget, place) in enumerate(places):
        assert page.rect().contains(place), widget
        for other, there in places[n + 1 :]:
            assert not place.intersects(there), (widget, other)


def test_tab_comes_to_every_stop_and_home_again(qtbot, page):
    page.setFocus()
    page.focusNextChild()
    first, seen = QApplication.focusWidget(), []
    for _ in range(120):
        seen.append(QApplication.focusWidget())
        qtbot.keyClick(seen[-1], Qt.Key.Key_Tab)
        if QApplication.focusWidget() is first:
            break
    assert QApplication.focusWidget() is first and len(set(seen)) == len(seen) > 50
    assert page._ring.target() is first and page._ring.ring().isVisible()


def test_the_ring_of_a_setting_goes_around_its_label_too(page):
    slider = page._form.control("momentum")
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    row = slider.parentWidget()
    ring = page._ring.ring().geometry()
    assert ring.contains(QRect(row.mapTo(page, QPoint(0, 0)), row.size()))


def test_a_new_look_reaches_every_control_at_once(page):
    before = page.grab().toImage()
    apply_look(QApplication.instance(), palette=DARK)
    QApplication.processEvents()
    after = page.grab().toImage()
    page.close()
    other = Gallery()
    other.resize(1480, 860)
    other.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    other.show()
    QApplication.processEvents()
    fresh = other.grab().toImage()
    assert after != before and after == fresh
    other.deleteLater()


def test_hovering_over_everything_changes_nothing(qtbot, page):
    values = page._form.values()
    positions = [scrubber.position() for scrubber in page.findChildren(Scrubber)]
    for widget in usable(page):
        qtbot.mouseMove(widget, widget.rect().center())
    assert page._form.values() == values
    assert [scrubber.position() for scrubber in page.findChildren(Scrubber)] == positions


def test_forms_are_freed_without_help(qtbot):
    seen = []
    for _ in range(3):
        form = form_states()
        form.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        form.show()
        form.control("rate").setFocus()
        seen.append(weakref.ref(form))
        form.close()
        del form
    gc.collect()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert [ref() for ref in seen] == [None] * 3


def test_rubbish_in_every_field_breaks_nothing(qtbot, front):
    form = Form(ITEMS)
    front(form)
    values = form.values()
    for field in form.findChildren(QLineEdit):
        for text in ("", "abc", "1e999", "-", "∞", "💥", "9" * 400):
            field.setFocus()
            field.selectAll()
            qtbot.keyClick(field, Qt.Key.Key_Delete)
            QApplication.clipboard().setText(text)
            qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
            qtbot.keyClick(field, Qt.Key.Key_Return)
            if field is form.control("text"):
                continue
            assert form.values() == {**values, "text": form.value("text")}


def test_the_gallery_runs_alone(qtbot):
    dress(QApplication.instance(), "dark", 125)
    page = Gallery()
    qtbot.addWidget(page)
    assert page.sizeHint().width() > 600
