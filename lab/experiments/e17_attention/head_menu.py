"""The menu of a head: what can be done with it, and what of it can be taken along as text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e17_attention.action_row import actions_for
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.gestures import Patch, Silence
from lab.experiments.e17_attention.reading import Head, Reading
from lab.experiments.e17_attention.roles import ROLES

__all__ = ["HeadActions", "head_menu", "roles_text", "weights_text"]


@dataclass(frozen=True)
class HeadActions:
    """What a choice in the menu does."""

    why: Callable[[], None]
    act: Callable[[Silence | Patch], None]
    alone: Callable[[], None]


def head_menu(parent: QWidget, frame: AttentionFrame, r: Reading, at: Head, actions: HeadActions) -> QMenu:
    """The menu; it deletes itself when it closes."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction(_("Why this number: its lit weight"), actions.why)
    menu.addSeparator()
    for act in actions_for(frame, at).values():
        menu.addAction(act.sentence(), partial(actions.act, act))
    menu.addAction(_("This head alone, or all again"), actions.alone)
    menu.addSeparator()
    menu.addAction(_("Copy what it looks at"), lambda: _copy(roles_text(r, at)))
    menu.addAction(_("Copy its weights as a table"), lambda: _copy(weights_text(r, at)))
    return menu


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def roles_text(r: Reading, at: Head) -> str:
    """A line for each thing a head may look at, with how much of its weight goes there, as spreadsheets read it."""
    return "\n".join(_(name) + f"\t{float(r.roles[role][at]):.9g}" for role, name in ROLES.items())


def weights_text(r: Reading, at: Head) -> str:
    """The weights of a head with tabs between them: a line for each token that looks."""
    lines = ["\t".join(("", *r.tokens))]
    for token, row in zip(r.tokens, r.weights[at], strict=True):
        lines.append("\t".join((token, *(f"{float(weight):.9g}" for weight in row))))
    return "\n".join(lines)
