"""Numbers of this experiment as they stand on screen, and bars as rows."""

from __future__ import annotations

import math
from collections.abc import Iterator

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e21_decoding.bars import Bars, Row
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.settings import BARRED_NAMES, FILTER_NAMES
from lab.kit.numbers import show_short
from lab.kit_qt.token_bars import NamedBar
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
    return _((FILTER_NAMES | BARRED_NAMES)[name])


SCALES = (0.25, 0.5, 1.0)
SMALL_SCALES = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.05, *SCALES)  # where others than the likeliest are looked at


def scale_of(bars: Bars) -> float:
    """What the whole length of a bar stands for: 1, or a half or a quarter where all are small."""
    single = [row for row in bars.rows if row.token >= 0]
    rows = [*single, *([bars.others] if bars.others and not bars.fine else [])]
    most = max((v for row in rows for v in (row.raw, row.share) if math.isfinite(v)), default=1.0)
    return next((scale for scale in (SMALL_SCALES if bars.fine else SCALES) if most <= scale), 1.0)


def scale_words(bars: Bars) -> str:
    """The same in words."""
    return _fine(scale_of(bars)) if bars.fine else percent(scale_of(bars)).replace(".0", "")


def _fine(value: float) -> str:
    """A share with two digits that count, however small it is: below 0.001 % as a power of ten."""
    if math.isnan(value) or value == 0:
        return percent(value)
    return _("{n} %").format(n=show_short(100 * value, 2)) if value >= 1e-5 else show_short(value, 2)


def bar_rows(frame: DecodingFrame, bars: Bars) -> list[NamedBar]:
    """The rows of the list, most likely first; all others together in the last."""
    top = scale_of(bars)
    share = _fine if bars.fine else percent
    return [
        NamedBar(
            one.text if one.token < 0 else visible(one.text),
            _length(one.share / top, one),
            _length(one.raw / top, one),
            (share(one.raw), share(one.share)),
            gathered=one.token < 0,
            before=_before(bars, number),
            metric=f"raw_{place}" if place else "",
            also=f"share_{place}" if place else "",
            fallen=_fallen(frame, one),
        )
        for number, (place, one) in enumerate(_placed(frame, bars))
    ]


def _length(share: float, row: Row) -> float:
    """Of a bar: that of many tokens together may be longer than there is room."""
    return min(share, 1.0) if row.token < 0 else share


def _before(bars: Bars, number: int) -> bool:
    """Whether a row of many tokens, if it is one, stands for those before the others."""
    return number == 0 and len(bars.rows) + (bars.others is not None) > 1


def _placed(frame: DecodingFrame, bars: Bars) -> Iterator[tuple[str, Row]]:
    """Rows with their places among the read-outs, "1", "2" … "others"; "" for one that is not there."""
    listed = frame.bars.rows if frame.bars is not None else ()
    places = {id(row): str(number) for number, row in enumerate(listed, 1)}
    yield from ((places.get(id(row), ""), row) for row in bars.rows)
    if bars.others is not None:
        yield "others" if frame.bars is not None and bars.others is frame.bars.others else "", bars.others


def _fallen(frame: DecodingFrame, row: Row) -> str:
    """Who struck it out, "" for a survivor."""
    if row.removed_by < 0:
        return ""
    name = frame.removing_filter(row.removed_by)
    if not name:
        return _("the model says −∞")
    return _("out: {filter}").format(filter=filter_name(name))


def sample_rows(frame: DecodingFrame, bars: Bars) -> list[NamedBar]:
    """The same bars with what was counted: a line across, and the counts."""
    top, total = scale_of(bars), bars.samples
    return [
        NamedBar(
            one.text if one.token < 0 else visible(one.text),
            _length(one.share / top, one),
            None,
            (show_number(one.share * total, 4) if total and math.isfinite(one.share) else "—", str(one.count)),
            gathered=one.token < 0,
            before=_before(bars, number),
            highlighted=one.token == bars.latest and one.token >= 0,
            also=f"share_{place}" if place else "",
            fallen=_fallen(frame, one),
            tick=one.count / total / top if total and one.removed_by < 0 else None,
        )
        for number, (place, one) in enumerate(_placed(frame, bars))
    ]
