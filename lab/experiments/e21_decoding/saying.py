"""Numbers of this experiment as they stand on screen, and bars as rows."""

from __future__ import annotations

import math

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e21_decoding.barlist import ListedBar
from lab.experiments.e21_decoding.bars import Bars, Row
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.settings import FILTER_NAMES
from widgets.tokenflow import visible

__all__ = ["bar_rows", "filter_name", "percent", "sample_rows", "scale_of"]


def percent(value: float | None) -> str:
    """A share as it stands beside a bar."""
    if value is None:
        return "—"
    if math.isnan(value):
        return "NaN"
    if value == 0:
        return "0"
    return "<0.1 %" if value < 0.0005 else f"{100 * value:.1f} %"


def filter_name(name: str) -> str:
    """What a filter is called."""
    return _(FILTER_NAMES[name])


def scale_of(bars: Bars) -> float:
    """What the whole length of a bar stands for: 1, or a half or a quarter where all are small."""
    rows = [*bars.rows, *([bars.others] if bars.others else [])]
    most = max((v for row in rows for v in (row.raw, row.share) if math.isfinite(v)), default=1.0)
    return 1.0 if most > 0.5 else 0.5 if most > 0.25 else 0.25


def bar_rows(frame: DecodingFrame, bars: Bars, chosen: int = -1) -> list[ListedBar]:
    """The bars of the next token. chosen: the token to light up."""
    top = scale_of(bars)

    def row(number: int | None, one: Row) -> ListedBar:
        place = "others" if number is None else str(number)
        fallen = "" if one.fell < 0 else _fallen(frame, one)
        return ListedBar(
            visible(one.text) if number is not None else one.text,
            one.raw / top,
            one.share / top,
            (percent(one.raw), percent(one.share)),
            fallen,
            None,
            one.token == chosen and one.token >= 0,
            number is None,
            (f"raw_{place}", f"share_{place}"),
        )

    found = [row(i, one) for i, one in enumerate(bars.rows, 1)]
    return [*found, row(None, bars.others)] if bars.others else found


def _fallen(frame: DecodingFrame, row: Row) -> str:
    name = frame.name_of_fall(row.fell)
    if not name:
        return _("the model says −∞")
    return _("out: {filter}").format(filter=filter_name(name))


def sample_rows(frame: DecodingFrame, bars: Bars) -> list[ListedBar]:
    """The same bars with what was counted: a line across, and the counts."""
    top, total = scale_of(bars), bars.samples

    def row(number: int | None, one: Row) -> ListedBar:
        place = "others" if number is None else str(number)
        expected = "—" if not math.isfinite(one.share) else show_number(one.share * total, 4) if total else "—"
        return ListedBar(
            visible(one.text) if number is not None else one.text,
            0.0,
            one.share / top,
            (expected, str(one.count)),
            "" if one.fell < 0 else _fallen(frame, one),
            one.count / total / top if total and one.fell < 0 else None,
            one.token == bars.latest and one.token >= 0,
            number is None,
            ("", f"share_{place}"),
        )

    found = [row(i, one) for i, one in enumerate(bars.rows, 1)]
    return [*found, row(None, bars.others)] if bars.others else found
