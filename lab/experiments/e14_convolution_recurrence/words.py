"""The state of each page in a sentence, and its curves as data."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _
from lab.experiments.e14_convolution_recurrence.digits_run import DigitsPage
from lab.experiments.e14_convolution_recurrence.frame import SlidingFrame
from lab.experiments.e14_convolution_recurrence.memory_run import MemoryPage
from lab.experiments.e14_convolution_recurrence.metrics import first_over_last
from lab.experiments.e14_convolution_recurrence.names_run import NamesPage
from lab.experiments.e14_convolution_recurrence.sliding import PicturePage, SignalPage
from lab.kit.numbers import show_short
from lab.kit.record import Past

__all__ = ["curves", "describe", "only_zeros", "products", "too_large"]

MOST_PRODUCTS = 9


def describe(frame: SlidingFrame) -> str:
    """The state in one or two sentences."""
    match frame.page:
        case SignalPage() as page:
            return _signal(page)
        case PicturePage() as page:
            return _picture(page)
        case DigitsPage() as page:
            return _digits(frame.step, page)
        case MemoryPage() as page:
            return _memory(frame.step, page)
        case NamesPage() as page:
            return _names(frame.step, page)


def too_large() -> str:
    """What is said where the kernel does not fit anywhere."""
    return _("The kernel is larger than what it should slide over: it fits nowhere. Add padding.")


def only_zeros(padding: int, shape: tuple[int, ...]) -> str:
    """A warning where the padding is so wide that the kernel lies on nothing else at some places; else ""."""
    if padding < min(shape):
        return ""
    return _("The padding is as wide as the kernel: at the border it sees nothing but zeros.")


def products(under: np.ndarray, laid: np.ndarray) -> str:
    """The products under the kernel written out: "1·1 + 0·0 + 2·(−1) = −1"."""
    pairs = list(zip(under.ravel().tolist(), laid.ravel().tolist(), strict=True))
    shown = [f"{show_short(x, 2)}·{_bracketed(w)}" for x, w in pairs[:MOST_PRODUCTS]]
    more = [] if len(pairs) <= MOST_PRODUCTS else ["…"]
    whole = show_short(float((under * laid).sum()))
    return f"{' + '.join([*shown, *more])} = {whole}"


def _bracketed(value: float) -> str:
    text = show_short(value, 2)
    return f"({text})" if value < 0 else text


def _signal(page: SignalPage) -> str:
    if not page.size.size:
        return too_large()
    kind = _("turned round, as in textbooks") if page.params.flip else _("as it is, as in networks")
    numbers = {"n": page.place + 1, "all": page.size.size, "sum": products(page.under, page.laid), "kind": kind}
    text = _("Place {n} of {all}, the kernel {kind}: {sum}.").format(**numbers)
    return f"{text} {only_zeros(page.params.padding, page.laid.shape)}".strip()


def _picture(page: PicturePage) -> str:
    if not page.fits:
        return too_large()
    (row, column), (rows, columns) = page.cell, page.result.shape
    value = show_short(float(page.result[row, column]), 3)
    numbers = {"row": row + 1, "column": column + 1, "value": value, "rows": rows, "columns": columns}
    text = _("A result of {rows} by {columns}. In row {row}, column {column} it is {value}.").format(**numbers)
    return f"{text} {only_zeros(page.params.padding, page.laid.shape)}".strip()


def _digits(step: int, page: DigitsPage) -> str:
    shares = {name: show_number(100 * page.now[place], 3) for place, name in ((2, "cnn"), (3, "dense"))}
    text = _("Step {step}: on new digits the CNN has {cnn} % right, the dense network {dense} %.")
    read = _("It reads your drawing as a {digit}.").format(digit=page.reading.says)
    return f"{text.format(step=step, **shares)} {read}"


def _memory(step: int, page: MemoryPage) -> str:
    if page.lost is not None:
        return _("A weight was no number any more after step {step}.").format(step=page.lost)
    left = first_over_last(page)
    numbers = {"step": step, "right": show_number(100 * page.now[1], 3), "left": show_number(left, 2)}
    return _(
        "Step {step}: {right} % right. Of the blame at the last step {left} times as much reaches the first."
    ).format(**numbers)


def _names(step: int, page: NamesPage) -> str:
    written = ", ".join(one.word or "—" for one in page.written[:4])
    numbers = {"step": step, "loss": show_number(page.now[1], 3), "written": written}
    return _("Step {step}: a loss of {loss} on names it never saw. It writes {written}.").format(**numbers)


# ----------------------------------------------------------------------------------------- the curves


def curves(frame: SlidingFrame) -> tuple[Curve, ...]:
    """What the open page draws."""
    match frame.page:
        case SignalPage() as page:
            places = np.arange(1.0, page.size.size + 1)
            return (
                Curve(_("as networks do it"), _("place"), _("sum"), places, page.plain),
                Curve(_("as textbooks do it"), _("place"), _("sum"), places, page.turned),
            )
        case PicturePage() as page:
            row = page.result[page.cell[0]] if page.fits else np.zeros(0)
            return (Curve(_("this row"), _("column"), _("sum"), np.arange(1.0, len(row) + 1), row),)
        case DigitsPage() as page:
            names = _("CNN, loss"), _("dense, loss"), _("CNN, right"), _("dense, right")
            return _past(page.past, names, 4)
        case MemoryPage() as page:
            steps = np.arange(1.0, len(page.x) + 1)
            blame = Curve(_("blame"), _("step of the sequence"), _("length of the gradient"), steps, page.blame)
            return (*_past(page.past, (_("loss"), _("right"), _("gradient")), 3), blame)
        case NamesPage() as page:
            return _past(page.past, (_("loss"), _("loss on kept names")), 2)


def _past(past: Past, names: tuple[str, ...], count: int) -> tuple[Curve, ...]:
    steps, columns = past.steps, past.columns(0, count)
    return tuple(
        Curve(name, _("step"), name, steps, columns[:, place], course=place == 0) for place, name in enumerate(names)
    )
