"""What every control and picture must keep, tried on the pages that have them all."""

import gc
import weakref

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from widgets.base.colors import DARK
from widgets.base.look import apply_look
from widgets.controls.form import Form
from widgets.controls.scrubber import Scrubber
from widgets.gallery.pictures import DEMOS
from widgets.gallery.window import ITEMS, PAGES, Gallery, apply_palette, form_states

pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing)")


SIZES = {"Controls": (1480, 920), "Pictures": (1480, 1600)}  # where nothing needs to scroll
LEAST = {"Controls": 60, "Pictures": 15}  # things to use


@pytest.fixture(params=PAGES)
def page(front, request):
    """The gallery, with each of its pages."""
    made = Gallery(request.param)
    made.resize(*SIZES[request.param])
    return front(made)


@pytest.fixture
def controls(front):
    made = Gallery()
    made.resize(*SIZES["Controls"])
    return front(made)


def named(page):
    """The name of the open page."""
    return page.chips.chosen_keys()[0]


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
    assert len(found) >= LEAST[named(page)]
    for widget in found:
        met = QAccessible.queryAccessibleInterface(widget)
        assert met.text(QAccessible.Text.Name), widget


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_everything_usable_is_a_target_of_at_least_24_pixels(page, scale):
    apply_look(QApplication.instance(), scale=scale)
    page.resize(*(round(scale * side) for side in SIZES[named(page)]))
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
    assert QApplication.focusWidget() is first and len(set(seen)) == len(seen) >= LEAST[named(page)] - 10
    assert page.ring.target() is first and page.ring.ring().isVisible()


def test_the_ring_of_a_setting_goes_around_its_label_too(controls):
    page = controls
    slider = page.page().form.control("momentum")
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    row = slider.parentWidget()
    ring = page.ring.ring().geometry()
    assert ring.contains(QRect(row.mapTo(page, QPoint(0, 0)), row.size()))


def test_a_new_look_reaches_every_control_at_once(page):
    before = page.grab().toImage()
    apply_look(QApplication.instance(), palette=DARK)
    QApplication.processEvents()
    after = page.grab().toImage()
    page.close()
    other = Gallery(named(page))
    other.resize(*SIZES[named(page)])
    other.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    other.show()
    QApplication.processEvents()
    fresh = other.grab().toImage()
    assert after != before and after == fresh
    other.deleteLater()


def test_hovering_over_everything_changes_nothing(qtbot, page):
    form = page.page().findChild(Form)
    values = form.values() if form is not None else None
    positions = [scrubber.position() for scrubber in page.findChildren(Scrubber)]
    for widget in usable(page):
        qtbot.mouseMove(widget, widget.rect().center())
    assert (form.values() if form is not None else None) == values
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
    apply_palette(QApplication.instance(), "dark", 125)
    page = Gallery()
    qtbot.addWidget(page)
    assert page.sizeHint().width() > 600


def test_every_picture_has_a_demo_that_is_seen_and_named(front):
    page = Gallery("Pictures")
    page.resize(*SIZES["Pictures"])
    front(page)
    demos = page.page().demos
    assert list(demos) == list(DEMOS) and {"Matrix", "Arcs", "Head grid", "Painter", "Net map"} <= set(demos)
    for name, demo in demos.items():
        assert page.rect().contains(QRect(demo.mapTo(page, QPoint(0, 0)), demo.size())), name
        image = demo.grab().toImage()
        shades = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
        assert len(shades) > 8, f"{name} is empty"


def test_another_page_is_made_when_it_is_first_opened(qtbot, front):
    page = front(Gallery())
    before = page.page()
    qtbot.mouseClick(page.chips.chip("Pictures"), Qt.MouseButton.LeftButton)
    assert page.page() is not before and page.page().isVisible() and not before.isVisible()
    qtbot.mouseClick(page.chips.chip("Controls"), Qt.MouseButton.LeftButton)
    assert page.page() is before
