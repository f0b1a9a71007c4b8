"""One style sheet for every standard Qt widget, written from the palette and the text size.

Widgets choose a variant with the dynamic property `kind` (see `kind()`), e.g. a QPushButton of kind
"primary", "outline", "plain", "chip" or "tab", a QFrame of kind "dock", "card", "well" or "predict".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from widgets.base.colors import Palette

__all__ = ["kind", "stylesheet"]

W = TypeVar("W", bound=QWidget)


def kind(widget: W, name: str) -> W:
    """Give a widget the variant `name`, now and when it changes later; returns the widget, as the type it is."""
    widget.setProperty("kind", name)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # Qt does so itself before it is first seen
        widget.style().unpolish(widget)
        widget.style().polish(widget)
    return widget


def stylesheet(p: Palette, px: Callable[[float], int], family: str) -> str:
    """The style sheet of the application for palette `p`, with lengths scaled by `px`."""
    return "\n".join(
        (_frames(p, px), _text(p, px, family), _buttons(p, px), _inputs(p, px), _popups(p, px), _bars(p, px))
    )


def _frames(p: Palette, px: Callable[[float], int]) -> str:
    return f"""
QMainWindow, QWidget[kind="canvas"] {{ background: {p.canvas}; }}
QFrame[kind="dock"] {{ background: {p.surface}; border: 1px solid {p.line}; border-radius: {px(10)}px; }}
QFrame[kind="card"] {{ background: {p.surface}; border: 1px solid {p.line}; border-radius: {px(10)}px; }}
QFrame[kind="well"] {{ background: {p.sunken}; border: 1px solid {p.line}; border-radius: {px(8)}px; }}
QFrame[kind="predict"] {{ background: {p.accent_soft}; border: none; border-radius: {px(10)}px; }}
QFrame[kind="note"] {{ background: {p.raised}; border: 1px solid {p.edge}; border-radius: {px(8)}px; }}
QFrame[kind="good"] {{ background: {p.good_soft}; border: none; border-radius: {px(8)}px; }}
QFrame[kind="warn"] {{ background: {p.warn_soft}; border: none; border-radius: {px(8)}px; }}
QFrame[kind="bad"] {{ background: {p.bad_soft}; border: none; border-radius: {px(8)}px; }}
QFrame[kind="strip"] {{ background: {p.sunken}; border: none; border-bottom: 1px solid {p.line};
    border-top-left-radius: {px(10)}px; border-top-right-radius: {px(10)}px; }}
QFrame[kind="runbar"] {{ background: {p.sunken}; border: none; border-top: 1px solid {p.line};
    border-bottom-left-radius: {px(10)}px; border-bottom-right-radius: {px(10)}px; }}
QFrame[kind="info"] {{ background: {p.accent_soft}; border: none; border-radius: {px(8)}px; }}
QFrame[kind="topbar"] {{ background: {p.surface}; border: none; border-bottom: 1px solid {p.line}; }}
QFrame[kind="rule"] {{ background: {p.line}; border: none; }}
QScrollArea, QScrollArea > QWidget > QWidget[kind="clear"], QWidget[kind="clear"] {{ background: transparent; border: none; }}
QSplitter::handle {{ background: transparent; }}
QMainWindow::separator {{ background: transparent; width: {px(12)}px; height: {px(12)}px; }}
QMainWindow::separator:hover {{ background: {p.press}; }}
"""


def _text(p: Palette, px: Callable[[float], int], family: str) -> str:
    sizes = (
        ("caption", 12, 500),
        ("small", 13, 450),
        ("body", 14, 400),
        ("label", 14, 500),
        ("strong", 14, 600),
        ("lesson", 15, 400),
        ("h3", 16, 600),
        ("h2", 19, 600),
        ("lesson_title", 22, 600),
        ("home_title", 26, 600),
    )
    rules = "".join(
        f'QLabel[kind="{name}"] {{ font-size: {px(size)}px; font-weight: {weight}; }}\n' for name, size, weight in sizes
    )
    tones = "".join(
        f'QLabel[tone="{tone}"] {{ color: {getattr(p, tone)}; }}\n'
        for tone in ("text2", "text3", "accent_text", "good", "warn", "bad")
    )
    return f"""
QWidget {{ font-family: "{family}"; font-size: {px(14)}px; color: {p.text}; outline: none; }}
QLabel {{ background: transparent; border: none; color: {p.text}; }} QLabel:disabled {{ color: {p.text3}; }}
{rules}{tones}
QTextBrowser, QPlainTextEdit {{ background: transparent; border: none; color: {p.text};
    selection-background-color: {p.accent}; selection-color: {p.on_accent}; }}
QPlainTextEdit[kind="code"] {{ background: {p.sunken}; border: 1px solid {p.edge}; border-radius: {px(6)}px;
    padding: {px(6)}px; }}
"""


def _buttons(p: Palette, px: Callable[[float], int]) -> str:
    return f"""
QPushButton {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.edge}; border-radius: {px(6)}px;
    padding: 0 {px(12)}px; min-height: {px(30)}px; font-weight: 500; }}
QPushButton:hover {{ background: {p.hover}; }} QPushButton:pressed {{ background: {p.press}; }}
QPushButton:disabled {{ color: {p.text3}; border-color: {p.line}; background: transparent; }}
QPushButton[kind="primary"] {{ background: {p.accent}; color: {p.on_accent}; border: 1px solid {p.accent}; font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {p.accent_hover}; }}
QPushButton[kind="primary"]:pressed {{ background: {p.accent_press}; }}
QPushButton[kind="primary"]:disabled {{ background: {p.press}; color: {p.text3}; border-color: {p.press}; }}
QPushButton[kind="plain"], QToolButton {{ background: transparent; border: none; color: {p.text2}; font-weight: 500;
    border-radius: {px(6)}px; padding: 0 {px(8)}px; min-height: {px(30)}px; }}
QToolButton {{ padding: 0; min-height: 0; }}
QPushButton[kind="plain"]:hover, QToolButton:hover {{ background: {p.hover}; }}
QPushButton[kind="plain"]:pressed, QToolButton:pressed, QToolButton:checked {{ background: {p.press}; }}
QPushButton[kind="plain"]:disabled, QToolButton:disabled {{ color: {p.text3}; background: transparent; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton::menu-indicator {{ image: none; }}
QPushButton[kind="link"] {{ background: transparent; border: none; color: {p.accent_text}; padding: 0 {px(2)}px;
    min-height: {px(24)}px; text-align: left; }}
QPushButton[kind="link"]:hover {{ text-decoration: underline; background: transparent; }}
QPushButton[kind="search"] {{ background: {p.sunken}; border: 1px solid {p.edge}; border-radius: {px(6)}px; padding: 0; }}
QPushButton[kind="search"]:hover {{ background: {p.hover}; }}
QPushButton[kind="chip"] {{ background: {p.surface}; color: {p.text2}; border: 1px solid {p.edge}; font-size: {px(13)}px;
    border-radius: {px(26) // 2 + 1}px; padding: 0 {px(12)}px; min-height: {px(26)}px; max-height: {px(26)}px; }}
QPushButton[kind="chip"]:hover {{ background: {p.hover}; color: {p.text}; }}
QPushButton[kind="chip"]:checked {{ background: {p.text}; color: {p.surface}; border-color: {p.text}; }}
QPushButton[kind="edge"] {{ background: {p.sunken}; border: 1px solid {p.line}; border-radius: {px(6)}px; padding: 0; }}
QPushButton[kind="edge"]:hover {{ background: {p.hover}; }}
QPushButton[kind="edge"]:checked {{ background: {p.press}; border-color: {p.edge}; }}
QPushButton[kind="tab"] {{ background: transparent; border: none; border-bottom: 3px solid transparent; border-radius: 0;
    color: {p.text2}; padding: 3px {px(14)}px 0 {px(14)}px; min-height: {px(36)}px; font-weight: 450; }}
QPushButton[kind="tab"]:hover {{ color: {p.text}; background: {p.hover}; }}
QPushButton[kind="tab"]:checked {{ background: {p.surface}; color: {p.text}; font-weight: 600;
    border-bottom: 3px solid {p.accent}; }}
"""


def _inputs(p: Palette, px: Callable[[float], int]) -> str:
    return f"""
QLineEdit, QComboBox {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.edge}; border-radius: {px(6)}px;
    padding: 0 {px(8)}px; min-height: {px(28)}px; selection-background-color: {p.accent}; selection-color: {p.on_accent}; }}
QLineEdit:hover, QComboBox:hover {{ border-color: {p.text2}; }}
QLineEdit:disabled, QComboBox:disabled {{ color: {p.text3}; border-color: {p.line}; }}
QLineEdit:focus, QComboBox:focus {{ border-color: {p.accent}; }}
QLineEdit[tight="true"] {{ min-height: {px(24)}px; padding: 0 {px(6)}px; font-weight: 600; }}
QLineEdit[kind="wrong"] {{ border: 2px solid {p.bad}; min-height: {px(28) - 2}px; }}
QLineEdit[tight="true"][kind="wrong"] {{ min-height: {px(24) - 2}px; padding: 0 {px(6) - 1}px; }}
QComboBox::drop-down {{ border: none; width: {px(24)}px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{ background: {p.raised}; color: {p.text}; border: 1px solid {p.edge}; outline: none;
    selection-background-color: {p.accent_soft}; selection-color: {p.text}; }}
QCheckBox, QRadioButton {{ spacing: {px(9)}px; background: transparent; }}
QSpinBox {{ background: {p.surface}; border: 1px solid {p.edge}; border-radius: {px(6)}px; min-height: {px(28)}px; }}
"""


def _popups(p: Palette, px: Callable[[float], int]) -> str:
    return f"""
QToolTip {{ background: {p.raised}; color: {p.text}; border: 1px solid {p.edge}; padding: {px(4)}px {px(7)}px; }}
QMenu {{ background: {p.raised}; color: {p.text}; border: 1px solid {p.edge}; padding: {px(4)}px; }}
QMenu::item {{ padding: {px(6)}px {px(24)}px {px(6)}px {px(12)}px; border-radius: {px(4)}px; background: transparent; }}
QMenu::item:selected {{ background: {p.accent_soft}; color: {p.text}; }}
QMenu::item:disabled {{ color: {p.text3}; }}
QMenu::separator {{ height: 1px; background: {p.line}; margin: {px(4)}px {px(8)}px; }}
QDialog[kind="palette"] {{ border: 1px solid {p.edge}; border-radius: {px(10)}px; }}
QDialog, QFrame[kind="popover"] {{ background: {p.raised}; }}
QFrame[kind="popover"] {{ border: 1px solid {p.edge}; border-radius: {px(10)}px; }}
QTableView, QTableWidget, QListView, QListWidget {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.line};
    gridline-color: {p.line}; outline: none; selection-background-color: {p.accent_soft}; selection-color: {p.text}; }}
QListWidget::item {{ padding: {px(6)}px {px(8)}px; border-radius: {px(6)}px; }}
QHeaderView::section {{ background: {p.sunken}; color: {p.text2}; border: none; border-bottom: 1px solid {p.line};
    padding: {px(4)}px {px(8)}px; }}
"""


def _bars(p: Palette, px: Callable[[float], int]) -> str:
    return f"""
QScrollBar:vertical {{ background: transparent; width: {px(12)}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(12)}px; margin: 0; }}
QScrollBar::handle {{ background: {p.edge}; border-radius: {px(4)}px; margin: {px(2)}px; }}
QScrollBar::handle:vertical {{ min-height: {px(32)}px; }} QScrollBar::handle:horizontal {{ min-width: {px(32)}px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none; border: none;
    width: 0; height: 0; }}
QProgressBar {{ background: {p.press}; border: none; border-radius: {px(3)}px; max-height: {px(6)}px; }}
QProgressBar::chunk {{ background: {p.accent}; border-radius: {px(3)}px; }}
"""
