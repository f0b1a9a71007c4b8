"""The table of runs as CSV, in full precision: one line a run, a column for each control, number and seed."""

from __future__ import annotations

import csv
import io
from typing import Any

from lab.core.experiment import Specification
from lab.core.numbers import exact
from lab.core.params import fields_of
from lab.core.runs import beginning
from lab.core.text import _
from lab.runtime.run_orders import RunsShown

__all__ = ["runs_csv"]


def runs_csv(shown: RunsShown, specification: Specification) -> str:
    """The rows as text. Controls are those that the first step was made with, by their names in files and links."""
    out = io.StringIO()
    writer = csv.writer(out)
    fields = [f for f in fields_of(specification.params) if not f.shows]
    results = list(dict.fromkeys(name for row in shown.rows for name in row.run.results))
    head = [_("run"), _("starred"), _("what was changed"), _("seed"), _("steps")]
    writer.writerow([*head, *(f.name for f in fields), *(_(specification.metrics.labels.get(n, n)) for n in results)])
    for row in shown.rows:
        run, params = row.run, beginning(specification, row.run)
        values = [_plain(getattr(params, f.name)) for f in fields]
        numbers = [_plain(run.results.get(name)) for name in results]
        star = _("yes") if run.starred else ""
        writer.writerow([run.number, star, _safe(row.changed), run.seed, run.step, *values, *numbers])
    return out.getvalue()


def _plain(value: Any) -> str:
    """A value that a spreadsheet reads as it is; "" for one that is not there."""
    if value is None:
        return ""
    if isinstance(value, (tuple, list)):
        return " ".join(str(item) for item in value)
    if isinstance(value, float):
        return repr(value)
    return _safe(value) if isinstance(value, str) else exact(value) if isinstance(value, bool) else str(value)


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
