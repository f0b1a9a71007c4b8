"""A form: the settings of one thing, a row each, made from a list of `Item`s and nothing else.

    form = Form([Item("learning_rate", "float", "Learning rate", lo=1e-4, hi=2, log=True, default=0.05)])
    form.changed.connect(…)  # (name, value), also while dragging

Values set by the program never come back as signals. What is seldom needed waits behind "More".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.base.look import Refreshing, look
from widgets.base.words import _
from widgets.controls.buttons import Button
from widgets.controls.form_item import Item, parse_item, show_item
from widgets.controls.form_rows import Row, make_row
from widgets.controls.number_field import Reading

__all__ = ["Form", "Item"]


class Form(Refreshing, QWidget):
    """Rows for `items`. `parse(item, text)` and `show(item, value)` read and write the numbers."""

    changed = Signal(str, object)
    released = Signal(str)
    refused = Signal(str, str)

    def __init__(
        self,
        items: Sequence[Item],
        parse: Callable[[Item, str], Reading] = parse_item,
        show: Callable[[Item, float], str] = show_item,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._compact, self._opened = False, False
        self._wanted: frozenset[str] = frozenset(item.name for item in items)
        self._rows: dict[str, Row] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._more = Button(_("More"), "link", "chevron-down", height=28)
        self._more.setCheckable(True)
        self._more.toggled.connect(self.set_opened)
        for item in (*_first(items), *_rest(items)):
            if item is None:
                self._column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
                continue
            if item.name in self._rows:
                raise ValueError(f"items must have different names, got {item.name!r} twice")
            row = make_row(item, parse, show)
            row.changed.connect(self.changed)
            row.released.connect(self.released)
            row.refused.connect(self.refused)
            self._rows[item.name] = row
            self._column.addWidget(row)
        self._column.addStretch(1)
        self.relook()
        self._arrange()

    # -- values

    def set_values(self, values: Mapping[str, object]) -> None:
        """Show `values` without a signal; settings not named stay as they are."""
        for name, value in values.items():
            self._row(name).set_value(value)

    def value(self, name: str) -> object:
        """The value in force of one setting."""
        return self._row(name).value()

    def values(self) -> dict[str, object]:
        """All values by name."""
        return {name: row.value() for name, row in self._rows.items()}

    # -- states

    def set_limit(self, name: str, value: float | None, text: str = "") -> None:
        """Mark a computed limit on the slider of `name`; None takes it away."""
        self._row(name).set_limit(value, text)

    def set_span(self, name: str, lo: float, hi: float) -> None:
        """Let the slider of `name` go from `lo` to `hi`; what may be typed stays as it is."""
        self._row(name).set_span(lo, hi)

    def set_unavailable(self, name: str, gone: Collection[str]) -> None:
        """Leave some choices of `name` out for now; the value in force stays."""
        self._row(name).set_unavailable(gone)

    def set_enabled(self, name: str, enabled: bool, why: str = "") -> None:
        """Enable or disable one setting; `why` is its tooltip while it is disabled."""
        self._row(name).set_usable(enabled, why)

    def set_visible(self, names: Collection[str]) -> None:
        """Show only these settings."""
        for name in names:
            self._row(name)
        self._wanted = frozenset(names)
        self._arrange()

    def show_error(self, name: str, text: str) -> None:
        """Say under a setting what is wrong with it; '' takes it back."""
        self._row(name).show_error(text)

    def forget_errors(self) -> None:
        """Show the values in force, and no more what was refused."""
        for row in self._rows.values():
            row.forget_error()

    def control(self, name: str) -> QWidget:
        """The control of one setting that takes the focus, e.g. to point at it."""
        return self._row(name).control()

    def names(self) -> tuple[str, ...]:
        """The settings shown now, from top to bottom."""
        return tuple(name for name, row in self._rows.items() if not row.isHidden())

    @property
    def more(self) -> Button:
        """The button that opens the rest of the form."""
        return self._more

    def set_opened(self, opened: bool) -> None:
        """Show or hide what is behind "More"."""
        self._opened = opened
        self._more.setChecked(opened)
        self._more.set_face(*((_("Less"), "chevron-up") if opened else (_("More"), "chevron-down")))
        self._arrange()

    @property
    def compact(self) -> bool:
        """Tighter rows without hints, for windows below 800 px."""
        return self._compact

    @compact.setter
    def compact(self, compact: bool) -> None:
        if compact == self._compact:
            return
        self._compact = compact
        for row in self._rows.values():
            row.set_compact(compact)
        self.relook()

    def relook(self) -> None:
        self._column.setSpacing(look().px(4 if self._compact else 8))

    def _row(self, name: str) -> Row:
        if name not in self._rows:
            raise ValueError(f"name must be one of {list(self._rows)}, got {name!r}")
        return self._rows[name]

    def _arrange(self) -> None:
        hidden_away = False
        for name, row in self._rows.items():
            wanted = name in self._wanted
            hidden_away |= wanted and row.item.more
            row.setVisible(wanted and (self._opened or not row.item.more))
        self._more.setVisible(hidden_away)


def _first(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if not item.more]


def _rest(items: Sequence[Item]) -> list[Item | None]:
    """The items behind "More", led by None where the button stands; None alone if there are none."""
    return [None, *(item for item in items if item.more)]
