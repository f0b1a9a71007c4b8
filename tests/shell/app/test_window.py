"""The window as a whole: home, palette, keys, settings, text size, sessions."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from lab.arguments import Call
from lab.core.scene import to_json
from lab.runtime.home import Home
from lab.runtime.settings import read_settings
from lab.runtime.track import Track
from lab.shell.app.commands import WINDOW_COMMANDS, set_text_size
from lab.shell.app.window import MainWindow
from lab.shell.box.commands import SHARE_COMMANDS
from lab.shell.dialogs.about import AboutSheet
from lab.shell.dialogs.keys import KeySheet
from lab.shell.dialogs.palette import Palette
from lab.shell.dialogs.settings import SettingsSheet
from lab.shell.dialogs.toast import Toast
from lab.shell.docks.commands import DOCK_COMMANDS
from lab.shell.files import open_target
from lab.shell.services import Services
from tests.asking import metrics_of, sentence_of
from widgets.base.colors import DARK
from widgets.base.look import look
from widgets.text.card import Card


def words_in(widget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def test_the_home_page_shows_what_is_in_the_catalogue_and_nothing_else(window) -> None:
    ids = {e.id for e in window.services.experiments()}
    assert set(window.home.chapters.cards) == ids
    assert "coming soon" not in words_in(window.home).lower()


def test_a_card_opens_its_experiment_and_is_named_for_screen_readers(window, qtbot) -> None:
    card = window.home.chapters.cards["gradient-descent"]
    assert card.accessibleName().startswith("5, Gradient descent, ")
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.box is not None and window.box.frame is not None)
    assert window.box.experiment.id == "gradient-descent"


def test_continue_goes_back_to_what_is_open(window, descent, qtbot) -> None:
    box = descent()
    window.show_home()
    assert "Continue" in window.home.go_on.text()
    qtbot.mouseClick(window.home.go_on, Qt.MouseButton.LeftButton)
    assert window.box is box


def test_the_palette_finds_by_word_and_guesses_when_misspelt(window, qtbot) -> None:
    window.run("palette")
    palette = window.dialogs.find(Palette)
    qtbot.keyClicks(palette.field, "adamm")
    assert "Nothing called “adamm”" in palette.empty.text()
    assert "Did you mean" in palette.empty.text()
    palette.field.clear()
    qtbot.keyClicks(palette.field, "nesterov")
    assert "Gradient descent" in palette.list.item(0).text()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.box is not None and window.box.frame is not None)
    assert not palette.isVisible()


def found_in(palette: Palette, query: str) -> list[str]:
    palette.field.setText(query)
    return [palette.list.item(row).text() for row in range(palette.list.count())]


def test_the_palette_knows_every_verb_of_the_box_in_use(window, descent, qtbot) -> None:
    window.run("palette")
    palette = window.dialogs.find(Palette)
    assert not any("Pop out" in line or "Break it:" in line for line in found_in(palette, ""))
    palette.close()
    box = descent()
    window.run("palette")
    lines = "\n".join(
        found_in(palette, "pop out") + found_in(palette, "over the cliff") + found_in(palette, "start over")
    )
    assert "Pop out   ·   Ctrl+Shift+O" in lines and "Start over   ·   R" in lines
    assert not any(line.startswith("Put back") for line in found_in(palette, "put back")), "it is not popped out"
    assert {c.words for c in (*DOCK_COMMANDS.values(), *SHARE_COMMANDS.values()) if c.words} - {
        entry.split("   ·")[0] for entry in found_in(palette, "")
    } <= {"Put back", "Back to normal size", "Split right", "Split below", "Close others"}
    box.step(3)
    qtbot.waitUntil(lambda: box.update_shown.position == 3)
    found_in(palette, "start over")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: box.update_shown.position == 0)


def test_a_break_and_a_challenge_can_be_begun_from_the_palette(window, descent, qtbot) -> None:
    box = descent()
    challenge, broken = box.specification.challenges[0], box.specification.breaks[0]
    for query in (f"challenge: {challenge.title}", f"break it: {broken.label}"):
        window.run("palette")
        palette = window.dialogs.find(Palette)
        found_in(palette, query)
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
        if query.startswith("challenge"):
            qtbot.waitUntil(lambda: box.update_shown.challenge == challenge.id)
    qtbot.waitUntil(lambda: all(getattr(box.update_shown.params, n) == v for n, v in broken.setting.values.items()))


def test_the_palette_shows_which_row_is_chosen_and_needs_no_sideways_scrolling(window, qtbot) -> None:
    window.run("palette")
    palette = window.dialogs.find(Palette)
    qtbot.waitUntil(palette.list.isVisible)
    row = palette.list.visualItemRect(palette.list.currentItem())
    picture = palette.list.viewport().grab().toImage()
    shade = picture.pixelColor(row.right() - 6, row.center().y())
    assert shade.name().upper() == look().palette.accent_soft
    assert palette.list.horizontalScrollBar().maximum() == 0
    assert all(
        palette.list.visualItemRect(palette.list.item(n)).width() <= palette.list.viewport().width()
        for n in range(palette.list.count())
    )


@pytest.mark.parametrize("percent", [100, 200])
def test_the_search_field_never_shows_half_a_word(window, percent) -> None:
    set_text_size(window, percent)
    QApplication.processEvents()
    labels = window.topbar.search.findChildren(QLabel)
    words = next(label for label in labels if label.text().startswith("Search"))
    assert words.fontMetrics().horizontalAdvance(words.text()) <= words.width()


def test_what_is_said_in_passing_stands_in_the_status_line_until_esc(window, descent, qtbot) -> None:
    box = descent()
    words = sentence_of(box.frame)
    qtbot.waitUntil(lambda: window.status.text == words)
    height = box.height()
    assert not open_target(window, "lab:nothing-like-this")
    QApplication.processEvents()
    card = window.dialogs.find(Toast)
    place = card.rect().translated(card.mapTo(window.status, card.rect().topLeft()))
    assert card.isVisible() and window.status.rect().contains(place) and box.height() == height
    assert words not in [label.text() for label in window.status.findChildren(QLabel) if label.isVisible()]
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not card.isVisible()
    assert words in [label.text() for label in window.status.findChildren(QLabel) if label.isVisible()]


def test_in_present_mode_the_status_line_comes_for_as_long_as_something_is_said(window, descent) -> None:
    descent()
    window.toggle_present()
    assert not window.status.isVisible()
    window.tell("good", "Saved", "walk.glassbox")
    assert window.status.isVisible() and window.dialogs.find(Toast).isVisible()
    window.dialogs.find(Toast).hide()
    assert not window.status.isVisible()
    window.tell("warn", "Not saved", "The disk is full.")
    window.toggle_present()
    assert window.status.isVisible()
    window.toggle_present()
    assert window.status.isVisible(), "it was not read yet"
    window.toggle_present()
    window.dialogs.find(Toast).hide()
    assert window.status.isVisible()


def test_one_esc_ends_present_mode_also_after_a_blank_screen(window, descent, qtbot) -> None:
    descent()
    window.toggle_present()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Period)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Period)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert not window.presenting


def test_present_mode_has_no_lesson_however_wide_the_screen(window, descent, qtbot) -> None:
    descent()
    window.resize(1100, 700)
    window.toggle_present()
    window.resize(2400, 1400)
    assert not window.workspace.lesson_shown
    window.toggle_present()


def test_a_wide_window_leaves_its_room_to_the_experiment_until_the_list_is_asked_for(window, descent) -> None:
    box = descent()
    window.resize(1920, 1040)
    QApplication.processEvents()
    assert window.gallery.isHidden()
    assert box.width() > 1400
    window.toggle_gallery()
    assert window.gallery.isVisible()


def test_the_cards_of_the_list_are_made_when_it_is_first_shown(window, descent) -> None:
    box = descent()
    assert window.gallery.findChildren(Card) == []
    window.toggle_gallery()
    cards = window.gallery.findChildren(Card)
    assert len(cards) == len(window.services.experiments()) and all(card.isVisible() for card in cards)
    image = window.gallery.chapters.cards[box.experiment.id].grab().toImage()
    assert image.pixelColor(image.width() // 2, 1).name().upper() == look().palette.accent, "the one in use is framed"
    window.toggle_gallery()
    window.toggle_gallery()
    assert window.gallery.findChildren(Card) == cards


def test_the_home_page_has_a_new_look_when_it_is_seen_again(window, descent) -> None:
    descent()
    card, polished = window.home.findChildren(Card)[0], Qt.WidgetAttribute.WA_WState_Polished
    assert card.testAttribute(polished)
    window.change_settings(replace(window.services.settings, theme="dark", text_size=125))
    assert not card.testAttribute(polished), "it is not given a style while nobody sees it"
    window.show_home()
    QApplication.processEvents()
    assert card.testAttribute(polished)
    image = window.home.grab().toImage()
    assert image.pixelColor(3, image.height() - 3).name().upper() == DARK.canvas
    title = next(label for label in window.home.findChildren(QLabel) if label.property("kind") == "home_title")
    assert title.font().pixelSize() == round(1.25 * 26)


def test_the_lesson_goes_with_its_experiment(window, descent, qtbot) -> None:
    descent()
    window.workspace.close_all()
    assert window.workspace.lesson.panel.isHidden()
    descent()
    assert not window.workspace.lesson.panel.isHidden()


def test_home_from_present_mode_brings_the_bar_back(window, descent) -> None:
    descent()
    window.toggle_present()
    window.show_home()
    assert not window.presenting
    assert not window.topbar.isHidden()


def test_the_palette_carries_out_commands(window, qtbot) -> None:
    window.run("palette")
    palette = window.dialogs.find(Palette)
    qtbot.keyClicks(palette.field, "larger")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.services.settings.text_size == 125


def test_the_key_sheet_begins_with_tab_and_lists_every_command(window) -> None:
    window.run("keys")
    sheet = window.dialogs.find(KeySheet)
    text = words_in(sheet)
    assert text.index("Tab") < text.index("Space")
    assert "Move what has the ring" in text and "Add a point" in text, "what a drag is without a mouse"
    assert all(command.words in text for command in WINDOW_COMMANDS.values() if command.key)
    sheet.close()


@pytest.mark.parametrize("percent", [90, 100, 125, 150, 200])
def test_text_size_reaches_everything_and_is_kept(window, descent, own_home, percent: int) -> None:
    box = descent()
    set_text_size(window, percent)
    assert look().scale == percent / 100
    assert box.runbar.height() == look().px(60)
    assert read_settings(Home(own_home)).text_size == percent
    window.grab()


def test_theme_goes_dark_and_back_and_is_kept(window, descent, own_home) -> None:
    descent()
    light = window.grab().toImage().pixelColor(4, 300)
    window.run("theme")
    if look().palette.name == "light":
        window.run("theme")
    dark = window.grab().toImage().pixelColor(4, 300)
    assert dark.lightness() < light.lightness() - 100
    assert read_settings(Home(own_home)).theme == "dark"


def test_settings_change_as_soon_as_the_hand_rests(window, qtbot) -> None:
    window.run("settings")
    sheet = window.dialogs.find(SettingsSheet)
    sheet.form.changed.emit("easy_font", True)
    qtbot.waitUntil(lambda: look().family == "Atkinson Hyperlegible")
    sheet.form.changed.emit("reduce_motion", True)
    sheet.close()
    assert not look().motion, "what is closed at once is not forgotten"


def test_a_text_size_that_is_dragged_lays_out_the_window_once(window, qtbot, monkeypatch) -> None:
    window.run("settings")
    sheet = window.dialogs.find(SettingsSheet)
    changed = []
    monkeypatch.setattr(window, "change_settings", changed.append)
    for percent in (105, 110, 120, 135):
        sheet.form.changed.emit("text_size", percent)
    assert changed == []
    qtbot.waitUntil(lambda: bool(changed))
    assert [settings.text_size for settings in changed] == [135]
    sheet.close()
    assert len(changed) == 1


def test_about_names_this_computer_and_every_licence(window, qtbot) -> None:
    window.run("about")
    sheet = window.dialogs.find(AboutSheet)
    text = sheet.findChildren(type(sheet.body.itemAt(0).widget()))[0].toPlainText()
    assert "LGPL" in text
    assert "shakespeare.txt" in text
    assert "Lucide" in text
    qtbot.mouseClick(sheet.copy_facts, Qt.MouseButton.LeftButton)
    assert "Python" in QApplication.clipboard().text()
    sheet.close()


def test_one_letter_keys_can_be_switched_off(window, descent, qtbot) -> None:
    from dataclasses import replace

    box = descent()
    window.change_settings(replace(window.services.settings, one_letter_keys=False))
    qtbot.keyClick(box, Qt.Key.Key_S)
    qtbot.keyClick(box, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: box.update_shown.position == 1)
    assert box.update_shown.seed == 0


def test_a_key_pressed_in_the_lesson_still_reaches_the_experiment(window, descent, qtbot) -> None:
    box = descent()
    window.workspace.lesson.panel.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: box.update_shown.position == 1)


def test_the_session_comes_back_as_it_was(window, descent, qtbot, own_home) -> None:
    box = descent()
    box.set_values({"learning_rate": 0.05})
    box.step(7)
    qtbot.waitUntil(lambda: box.update_shown.position == 7)
    box.notes = "remember"
    at = metrics_of(box.frame)["loss"]
    window.close()
    again = MainWindow(Services.start(Home(own_home)))
    qtbot.addWidget(again)
    again.begin(Call())
    assert again.home.banner.isVisibleTo(again)
    again.home.banner.acted.emit()
    qtbot.waitUntil(lambda: again.box is not None)
    again.show()
    restored = again.box
    qtbot.waitUntil(lambda: restored.frame is not None and restored.update_shown.position == 7, timeout=10_000)
    assert metrics_of(restored.frame)["loss"] == at
    assert restored.update_shown.params.learning_rate == 0.05
    assert restored.notes == "remember"
    again.close()


def test_after_a_crash_unsaved_work_is_offered(window, descent, qtbot, own_home) -> None:
    box = descent()
    box.step(3)
    qtbot.waitUntil(lambda: box.update_shown.position == 3)
    window.services.sessions.begin()
    window.workspace.save_now()  # what the autosave does a moment after every change; then the plug is pulled
    crashed = MainWindow(Services.start(Home(own_home)))
    qtbot.addWidget(crashed)
    crashed.begin(Call())
    assert "did not end well" in words_in(crashed.home.banner)
    crashed.home.banner.acted.emit()
    qtbot.waitUntil(lambda: crashed.box is not None)
    crashed.close()


def test_the_autosave_writes_by_itself(window, descent, qtbot, own_home) -> None:
    box = descent()
    box.step(2)
    qtbot.waitUntil(lambda: (own_home / "session.json").is_file(), timeout=6000)
    assert "Saved" in words_in(window.status)


def reopened(qtbot, own_home, **call) -> MainWindow:
    """Another window on the same files, after the first was closed or killed."""
    made = MainWindow(Services.start(Home(own_home)))
    qtbot.addWidget(made)
    made.show()
    made.begin(Call(**call))
    return made


def test_starting_fresh_forgets_the_old_session(window, descent, qtbot, own_home) -> None:
    descent()
    window.close()
    again = reopened(qtbot, own_home)
    again.home.banner.close_banner()
    assert not list(own_home.glob("session*"))
    again.close()


@pytest.mark.parametrize("layout_can_be_read", [True, False])
def test_the_session_comes_back_with_the_same_box_in_use(window, descent, qtbot, own_home, layout_can_be_read) -> None:
    first = descent()
    window.open_experiment(window.services.find("linear-regression"))
    window.workspace.docks.select(first.objectName())
    window.close()
    stored = json.loads((own_home / "session.json").read_bytes())
    if not layout_can_be_read:
        (own_home / "session.json").write_text(json.dumps({**stored, "layout": {}}))
    again = reopened(qtbot, own_home)
    again.home.banner.acted.emit()
    assert len(again.workspace.boxes) == 2
    assert again.workspace.current.objectName() == first.objectName()
    again.close()


def test_what_is_opened_before_the_question_is_answered_does_not_take_the_old_sessions_place(
    window, descent, qtbot, own_home
) -> None:
    descent()
    window.close()
    again = reopened(qtbot, own_home)
    again.open_experiment(again.services.find("linear-regression"))
    again.workspace.save_now()
    again.home.banner.acted.emit()
    assert {box.experiment.id for box in again.workspace.boxes} == {"linear-regression", "gradient-descent"}
    again.close()


def test_a_session_that_nobody_requested_about_is_kept_beside_the_new_one(window, descent, qtbot, own_home) -> None:
    descent()
    window.close()
    before = (own_home / "session.json").read_bytes()
    again = reopened(qtbot, own_home, fresh=True)
    again.open_experiment(again.services.find("linear-regression"))
    again.close()
    assert (own_home / "session.json.kept-1").read_bytes() == before
    assert b"linear" in (own_home / "session.json").read_bytes()


def test_a_session_of_which_something_could_not_be_opened_is_kept_and_it_is_said(
    window, descent, qtbot, own_home
) -> None:
    from lab.runtime.session import Box, SessionStore

    descent()
    session = window.workspace.session()
    window.close()
    damaged = Box("gone#1", b"{}")
    SessionStore(Home(own_home)).save(type(session)((*session.boxes, damaged), session.layout, session.current))
    before = (own_home / "session.json").read_bytes()
    again = reopened(qtbot, own_home)
    again.home.banner.acted.emit()
    assert [box.experiment.id for box in again.workspace.boxes] == ["gradient-descent"]
    assert "kept beside the new one" in again.dialogs.find(Toast).notice.accessibleName()
    again.workspace.save_now()
    assert (own_home / "session.json.kept-2").read_bytes() == before
    again.close()


def test_the_true_reason_is_named_while_the_session_cannot_be_saved_and_it_is_saved_later(
    window, descent, qtbot, own_home, monkeypatch
) -> None:
    import errno

    from lab.runtime import home

    def full(*_arguments, **_names) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    window.begin(Call())
    with monkeypatch.context() as patched:
        patched.setattr(home, "write_atomically", full)
        descent()
        window.workspace.save_now()
        set_text_size(window, 125)
        assert "Not saved: the disk is full" in words_in(window.status)
        assert "Nothing is kept now (the disk is full)" in words_in(window.home.notes["files"])
        window.save_monitor.retry()
        assert not window.home.notes["files"].isHidden()
    assert not (own_home / "session.json").exists()
    window.save_monitor.retry()
    assert read_settings(Home(own_home)).text_size == 125
    assert (own_home / "session.json").exists()
    assert "Saved" in words_in(window.status) and window.home.notes["files"].isHidden()


def test_a_home_that_cannot_be_written_is_said_once_and_everything_works(qtbot, qapp, tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    window = MainWindow(Services.start(Home(tmp_path / "file" / "home")))
    qtbot.addWidget(window)
    window.begin(Call())
    window.show()
    assert "Nothing is kept now (a file lies where a folder should be)" in words_in(window.home.notes["files"])
    box = window.workspace.box(window.open_experiment(window.services.find("gradient-descent")))
    qtbot.waitUntil(lambda: box.frame is not None)
    set_text_size(window, 125)
    window.close()


def test_a_classroom_decides_what_may_be_opened(qtbot, qapp, own_home) -> None:
    from lab.runtime.classroom import Classroom

    room = Classroom(allowed=("nothing-here",), lock_settings=True)
    services = Services.start(Home(own_home), room)
    window = MainWindow(services)
    qtbot.addWidget(window)
    assert not window.home.chapters.cards
    window.run("settings")
    assert not window.dialogs.find(SettingsSheet).form.isEnabled()
    window.dialogs.find(SettingsSheet).close()
    window.close()


def test_a_classroom_may_keep_tables_out(qtbot, qapp, own_home) -> None:
    from lab.runtime.classroom import Classroom

    windows = []  # one that is no longer held would be taken apart while the next is made
    for locked in (True, False):
        window = MainWindow(Services.start(Home(own_home), Classroom(csv_import=not locked)))
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        window.open_experiment(window.services.find("linear-regression"))
        qtbot.waitUntil(lambda window=window: window.box.frame is not None)
        own = window.box.view.own
        own.begin("a,b\n1,2\n3,4\n")
        assert own.use.isEnabled() is not locked
        assert ("switched off" in own.sentence.text()) is locked
        window.close()


def test_a_classroom_that_keeps_tables_out_opens_no_text_files_either(qtbot, qapp, own_home, tmp_path) -> None:
    from lab.runtime.classroom import Classroom

    (tmp_path / "poem.txt").write_text("la la la", "utf-8")
    windows = []  # one that is no longer held would be taken apart while the next is made
    for locked in (True, False):
        window = MainWindow(Services.start(Home(own_home), Classroom(csv_import=not locked)))
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        window.open_experiment(window.services.find("tokenization"))
        qtbot.waitUntil(lambda window=window: window.box.frame is not None)
        own = window.box.view.own
        own.begin("typed by hand")
        assert own.use.isEnabled()
        own.read_file(str(tmp_path / "poem.txt"))
        assert ("switched off" in own.sentence.text()) is locked
        assert own.open.isEnabled() is not locked
        window.close()


def test_a_file_written_by_one_opens_in_the_other_to_the_same_digits(window, descent, qtbot, tmp_path) -> None:
    box = descent()
    box.play_preset(box.specification.presets[0].id)
    box.step(5)
    qtbot.waitUntil(lambda: not box.update_shown.playing and box.update_shown.position >= 5)
    scene = box.scene(box.run.ask_now(Track.scene))
    path = tmp_path / "Ünï cødé dir" / "work.glassbox"
    path.parent.mkdir()
    path.write_bytes(to_json(scene))
    assert path.stat().st_size < 200_000
    assert open_target(window, str(path))
    other = window.box
    assert other is not box
    qtbot.waitUntil(lambda: other.frame is not None and other.frame.step == box.frame.step, timeout=10_000)
    assert metrics_of(other.frame) == metrics_of(box.frame)


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"glassbox": 1, "experiment": "nowhere"}'])
def test_a_broken_file_is_refused_with_a_reason(window, tmp_path, content: bytes) -> None:
    path = tmp_path / "broken.glassbox"
    path.write_bytes(content)
    assert not open_target(window, str(path))
    assert "Cannot be opened" in window.dialogs.find(Toast).notice.accessibleName()
    assert not open_target(window, str(tmp_path / "missing.glassbox"))
    assert "no such file" in words_in(window.dialogs.find(Toast))


def test_a_link_opens_its_state(window, qtbot) -> None:
    assert open_target(window, "lab:gradient-descent?learning_rate=0.05&seed=4&step=12")
    box = window.box
    qtbot.waitUntil(lambda: box.frame is not None and box.frame.step == 12)
    assert box.update_shown.params.learning_rate == 0.05
    assert not open_target(window, "lab:gradient-descent?learning_rate=1e99")
    assert "learning_rate" in words_in(window.dialogs.find(Toast))


def test_what_the_command_line_chose_for_one_start_is_not_kept(window, own_home) -> None:
    from dataclasses import replace

    window.services.settings = replace(window.services.settings, theme="dark", text_size=150)
    window.change_settings(replace(window.services.settings, reduce_motion=True))
    kept = read_settings(Home(own_home))
    assert (kept.theme, kept.text_size, kept.reduce_motion) == ("system", 100, True)


def test_a_number_in_the_run_bar_is_never_cut(window, qtbot) -> None:
    box = window.workspace.box(window.open_experiment(window.services.find("linear-regression")))
    qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
    for readout in box.runbar.readouts.values():
        readout.set_value("123456.789", "123456.789")
    box.runbar.show_frame(box.frame)
    for readout in box.runbar.readouts.values():
        readout.set_value("123456.789", "123456.789")
    window.resize(window.width() - 8, window.height())
    qtbot.wait(20)
    for readout in box.runbar.readouts.values():
        assert readout.isHidden() or readout.width() >= readout.sizeHint().width()


def test_a_stream_of_frames_is_drawn_in_full_but_read_ten_times_a_second(window, descent, qtbot) -> None:
    from dataclasses import replace

    box = descent()
    drawn, read = [], []
    box.view.show_frame = lambda frame: drawn.append(frame)
    box.runbar.show_update = lambda update: read.append(update.position)
    update = replace(box.update_shown, playing=True)
    for n in range(1, 21):
        box.bridge.arrived.emit(replace(update, position=n))
    assert len(drawn) == 20 and read[0] == 1 and len(read) < 5
    assert box.view.playing
    qtbot.waitUntil(lambda: read[-1] == 20, timeout=2000)  # the last is not passed over
    box.bridge.arrived.emit(replace(update, position=21, playing=False))
    assert read[-1] == 21


def test_a_box_that_is_closing_is_no_longer_the_one_in_use(window, descent) -> None:
    box = descent()
    used = []
    hide = box.hide
    box.hide = lambda: (used.append(window.workspace.current), hide())
    window.workspace.docks.close(box.objectName())
    assert used == [None]
