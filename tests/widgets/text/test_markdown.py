"""Markdown is shown as text that wraps, with links of known schemes only, and nothing is ever loaded."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QFont, QTextCharFormat, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from widgets.base.colors import DARK
from widgets.base.focus import FocusRing
from widgets.base.look import apply_look, look
from widgets.text.markdown import MarkdownText, plain_text


def shown(qtbot, text: str, width: int = 300, **style: object) -> MarkdownText:
    made = MarkdownText(text, **style)
    qtbot.addWidget(made)
    made.resize(width, made.heightForWidth(width))
    made.show()
    return made


def format_of(widget: MarkdownText, word: str) -> QTextCharFormat:
    cursor = widget.document().find(word)
    assert not cursor.isNull(), f"'{word}' is not in {widget.toPlainText()!r}"
    return cursor.charFormat()


def test_bold_italic_and_code_look_so(qtbot) -> None:
    made = shown(qtbot, "plain **strong** *slanted* `mono`")
    assert format_of(made, "strong").fontWeight() == 600
    assert format_of(made, "plain").fontWeight() == QFont.Weight.Normal
    assert format_of(made, "slanted").fontItalic() and not format_of(made, "plain").fontItalic()
    assert format_of(made, "mono").fontFamilies() == ["JetBrains Mono"]


def test_the_text_has_the_size_and_weight_requested_for(qtbot) -> None:
    made = shown(qtbot, "word", size="lesson", weight=600)
    assert format_of(made, "word").font().pixelSize() == 15 and format_of(made, "word").fontWeight() == 600


def test_lists_are_lists(qtbot) -> None:
    made = shown(qtbot, "before\n\n- one\n- two\n\nbetween\n\n1. first\n2. second")
    blocks, block = {}, made.document().begin()
    while block.isValid():
        blocks[block.text()] = block.textList()
        block = block.next()
    assert blocks["before"] is None and blocks["between"] is None
    assert blocks["one"].count() == blocks["two"].count() == 2
    assert blocks["second"].itemText(made.document().find("second").block()) == "2."


def test_a_formula_becomes_characters_or_a_picture(qtbot) -> None:
    made = shown(qtbot, r"Below $\eta < 2$ and $\frac{2}{\lambda}$.")
    text = made.toPlainText().replace("\xa0", " ")
    assert "Below η < 2 and \ufffc." in text and format_of(made, "η").fontItalic()


def test_a_wrong_formula_is_shown_as_typed(qtbot) -> None:
    assert "$\\nonsense{x}$" in shown(qtbot, r"See $\nonsense{x}$.").toPlainText()


def test_a_price_in_dollars_is_no_formula(qtbot) -> None:
    assert shown(qtbot, r"It costs $5.").toPlainText() == "It costs $5."


@pytest.mark.parametrize(
    "hostile",
    ["javascript:alert(1)", "file:///etc/passwd", "https://example.org", "data:text/html,x", "JAVASCRIPT:x", ""],
)
def test_a_link_of_another_scheme_is_no_link(qtbot, hostile: str) -> None:
    made = shown(qtbot, f"[press]({hostile})")
    assert not format_of(made, "press").isAnchor() and made.toPlainText() == "press"


@pytest.mark.parametrize("markup", ["<b>x</b>", "<img src='file:///x.png'>", "<a href='file:///x'>x</a>", "&lt;b&gt;"])
def test_html_is_only_letters(qtbot, markup: str) -> None:
    made = shown(qtbot, markup)
    expected = "<b>" if markup.startswith("&") else markup
    assert made.toPlainText() == expected and not made.document().isEmpty()
    assert format_of(made, expected[:2]).fontWeight() == QFont.Weight.Normal


def test_nothing_is_loaded_from_anywhere(qtbot) -> None:
    made = shown(qtbot, "![alt](file:///etc/hostname) text")
    assert made.loadResource(2, QUrl("file:///etc/hostname")) is None


def test_a_click_on_a_link_tells_its_address(qtbot) -> None:
    made = shown(qtbot, "[here](lab:?learning_rate=0.9&run=20) you go")
    place = made.cursorRect(made.document().find("her")).center()
    with qtbot.waitSignal(made.link_activated) as caught:
        qtbot.mouseClick(made.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == ["lab:?learning_rate=0.9&run=20"]
    assert made.link_spot().geometry().intersects(made.rect())


@pytest.fixture
def fields(front) -> QWidget:
    """A text with two links between two fields."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    holder.before, holder.after = QLineEdit(), QLineEdit()
    holder.text = MarkdownText("a [one](word:one) and [two](lab:?x=1)")
    for part in (holder.before, holder.text, holder.after):
        column.addWidget(part)
    return front(holder)


def focused() -> str:
    """The name of what has the keyboard."""
    return QApplication.focusWidget().accessibleName()


def test_tab_goes_from_link_to_link_and_on(fields, qtbot) -> None:
    fields.before.setFocus()
    seen = []
    for _ in range(3):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(focused())
    assert seen == ["one", "two", ""] and fields.after.hasFocus()
    for expected in ("two", "one"):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
        assert focused() == expected
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert fields.before.hasFocus()


def test_tab_finds_the_links_of_another_text_in_their_place(fields, qtbot) -> None:
    fields.text.set_markdown("[a](lab:?x=1), [**b**old](lab:?x=2) and [c](lab:?x=3)")
    fields.before.setFocus()
    seen = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(focused())
    assert seen == ["a", "bold", "c", ""] and fields.after.hasFocus()
    fields.text.set_markdown("only words")
    qtbot.keyClick(fields.after, Qt.Key.Key_Backtab)
    assert fields.before.hasFocus()


def test_enter_follows_the_link_that_has_the_focus(fields, qtbot) -> None:
    fields.before.setFocus()
    for _ in range(2):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    with qtbot.waitSignal(fields.text.link_activated) as caught:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert caught.args == ["lab:?x=1"]
    assert fields.text.link_spot().geometry() == fields.text.links()[1].geometry()


def test_a_screen_reader_meets_links_and_can_follow_them(fields, qtbot) -> None:
    two = QAccessible.queryAccessibleInterface(fields.text.links()[1])
    assert (two.role(), two.text(QAccessible.Text.Name)) == (QAccessible.Role.Link, "two")
    assert two.state().linked and two.state().focusable
    with qtbot.waitSignal(fields.text.link_activated) as caught:
        two.actionInterface().doAction("Press")
    assert caught.args == ["lab:?x=1"]


def test_the_focus_ring_goes_around_the_link(fields, qtbot) -> None:
    ring = FocusRing(fields)
    fields.before.setFocus()
    places = []
    for link in fields.text.links():
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert ring.target() is link
        places.append(ring.ring().geometry())
    assert places[0].right() < places[1].left() + 8 and all(place.width() < 60 for place in places)


def test_a_link_is_where_its_words_are_at_any_width(fields, qtbot) -> None:
    fields.text.set_markdown("many words that go on and on " * 8 + "[link](lab:?x=1)")
    for width in (600, 300):
        fields.resize(width, 400)
        QApplication.processEvents()
        (link,) = fields.text.links()
        assert fields.text.anchorAt(link.geometry().center()) == "lab:?x=1"


def test_a_text_without_links_is_no_stop_for_tab(qtbot) -> None:
    assert not shown(qtbot, "only words").focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_word_of_the_glossary_is_dotted_and_an_act_underlined(qtbot) -> None:
    made = shown(qtbot, "[gradient](word:gradient) [try](lab:?x=1)")
    styles = QTextCharFormat.UnderlineStyle
    assert format_of(made, "gradient").underlineStyle() == styles.DotLine
    assert format_of(made, "try").underlineStyle() == styles.SingleUnderline


def test_the_widget_is_as_high_as_its_text_at_any_width(qtbot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    made = MarkdownText("many words that go on and on " * 8)
    column.addWidget(made)
    column.addStretch(1)
    heights = []
    for width in (600, 300, 200):
        holder.resize(width, 900)
        holder.show()
        QApplication.processEvents()
        assert made.verticalScrollBar().maximum() == 0
        heights.append(made.height())
    assert heights == sorted(heights) and heights[0] < heights[2]


def test_wheel_and_page_keys_go_to_the_scroll_area(qtbot) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    made = MarkdownText("[link](lab:?x=1) " * 400)
    area.setWidgetResizable(True)
    area.setWidget(made)
    area.resize(200, 150)
    area.show()
    QApplication.processEvents()
    assert area.verticalScrollBar().maximum() > 1000
    QTest.wheelEvent(area.windowHandle(), QPointF(20, 20), QPoint(0, -240))
    after_wheel = area.verticalScrollBar().value()
    assert after_wheel > 0
    made.setFocus()
    qtbot.keyClick(made, Qt.Key.Key_PageDown)
    assert area.verticalScrollBar().value() > after_wheel


def test_the_colours_follow_the_theme(qtbot, light) -> None:
    made = shown(qtbot, "word [x](lab:?x=1)")
    assert format_of(made, "word").foreground().color() == look().color("text")
    apply_look(light, palette=DARK)
    assert format_of(made, "word").foreground().color().name().upper() == DARK.text
    assert format_of(made, "x").foreground().color().name().upper() == DARK.accent_text


def test_the_text_grows_with_the_text_size(qtbot, light) -> None:
    made = shown(qtbot, "many words that go on and on " * 8)
    before = made.heightForWidth(300)
    apply_look(light, scale=1.5)
    assert made.heightForWidth(300) > 1.9 * before


def test_a_screen_reader_hears_the_words_and_the_formulas(qtbot) -> None:
    text = r"The **slope** $\frac{2}{\lambda}$ of the [loss](word:loss)." + "\n\n- one\n- two"
    assert plain_text(text) == "The slope 2/λ of the loss.\none\ntwo"
    assert shown(qtbot, text).accessibleName() == plain_text(text)


def test_other_text_can_be_shown(qtbot) -> None:
    made = shown(qtbot, "one")
    made.set_markdown("two\n\nthree")
    assert made.toPlainText() == "two\nthree" and made.markdown() == "two\n\nthree"
    cursor = QTextCursor(made.document())
    assert cursor.blockFormat().lineHeight() == 148
    made.set_line(138)
    assert QTextCursor(made.document()).blockFormat().lineHeight() == 138


def test_a_text_that_is_deleted_goes_without_the_collector(qapp) -> None:
    page = QWidget()
    text = MarkdownText("A [first](lab:run=1) and a [second](lab:run=2).", parent=page)
    text.set_markdown("Another [link](lab:run=3).")
    gone = weakref.ref(text)
    page.deleteLater()
    del text, page
    assert not gc.isenabled()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert gone() is None
