"""Numbers of this experiment as they stand on screen, and bars as rows."""

from __future__ import annotations

import math
from collections.abc import Iterator

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e21_decoding.barlist import ListedBar
from lab.experiments.e21_decoding.bars import Bars, Row
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.settings import FILTER_NAMES
from widgets.tokens.token_flow import visible

__all__ = ["bar_rows", "filter_name", "percent", "sample_rows", "scale_of", "scale_words"]


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


def scale_words(bars: Bars) -> str:
    """The same in words."""
    return percent(scale_of(bars)).replace(".0", "")


def bar_rows(frame: DecodingFrame, bars: Bars) -> list[ListedBar]:
    """The bars of the next token, as many as there is room for."""
    top = scale_of(bars)
    return [
        ListedBar(
            one.text if place == "others" else visible(one.text),
            one.raw / top,
            one.share / top,
            (percent(one.raw), percent(one.share)),
            _fallen(frame, one),
            gathered=place == "others",
            metrics=(f"raw_{place}", f"share_{place}") if known else ("", ""),
        )
        for place, one, known in _placed(frame, bars)
    ]


def _placed(frame: DecodingFrame, bars: Bars) -> Iterator[tuple[str, Row, bool]]:
    """Rows with their places, "1", "2" … "others", and whether what stands there is among the read-outs."""
    yield from ((str(number), row, True) for number, row in enumerate(bars.rows, 1))
    if bars.others is not None:
        yield "others", bars.others, frame.bars is not None and bars.others is frame.bars.others


def _fallen(frame: DecodingFrame, row: Row) -> str:
    """Who struck it out, "" for a survivor."""
    if row.removed_by < 0:
        return ""
    name = frame.removing_filter(row.removed_by)
    if not name:
        return _("the model says −∞")
    return _("out: {filter}").format(filter=filter_name(name))


def sample_rows(frame: DecodingFrame, bars: Bars) -> list[ListedBar]:
    """The same bars with what was counted: a line across, and the counts."""
    top, total = scale_of(bars), bars.samples
    return [
        ListedBar(
            one.text if place == "others" else visible(one.text),
            0.0,
            one.share / top,
            (show_number(one.share * total, 4) if total and math.isfinite(one.share) else "—", str(one.count)),
            _fallen(frame, one),
            one.count / total / top if total and one.removed_by < 0 else None,
            one.token == bars.latest and one.token >= 0,
            place == "others",
            ("", f"share_{place}" if known else ""),
        )
        for place, one, known in _placed(frame, bars)
    ]
