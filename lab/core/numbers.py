"""Numbers as people type and read them, the same in every box of the lab.

Typed: 0.5, 0,5, 1/2 and 5e-1 are one half, 60 000 and 6·10⁴ are sixty thousand; a comma is always the decimal mark.
Shown: a fixed number of significant digits, as at school: 60 000 with a narrow space, powers of ten only from 10⁷ on
and below 10⁻³, a real minus sign, and a dash for what has not been computed yet. What is shown can be typed back.
"""

from __future__ import annotations

import math
import re

from lab.core.records import dataclass
from lab.core.text import _, current

__all__ = ["MISSING", "Parsed", "exact", "grouped", "parse_number", "show_number", "show_plain", "superscript"]

MISSING = "—"
SPACE = "\u202f"  # between thousands: narrow, and no line breaks at it
FULL, MANY = 1e7, 10_000  # below this all figures are written, and from that on they are grouped
_WHOLE = rf"(?:\d{{1,3}}(?:[ \u00a0\u2009{SPACE}]\d{{3}})+|\d+)"
_POWER = r"(?:[eE][+-]?\d{1,3}|\s?[·×*]\s?10(?:\^[+-]?\d{1,3}|⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))"
_NUMBER = rf"(?:(?:{_WHOLE}(?:[.,]\d*)?|[.,]\d+){_POWER}?|10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,3}})"
_FRACTION = re.compile(rf"([+-]?{_NUMBER})\s*(?:/\s*([+-]?{_NUMBER}))?$")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}$")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FIGURES = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_SPACES = re.compile(rf"[ \u00a0\u2009{SPACE}]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A number that was typed; `note` says what was understood where that could surprise."""

    value: float
    note: str = ""


def parse_number(text: str) -> Parsed:
    """Read a typed number. Raises ValueError with a sentence for the person who typed it.

    Accepts 0.5, 0,5, 1/2 and 5e-1, 60 000 and 6·10⁴, with a hyphen or a real minus sign.
    """
    cleaned = text.strip().replace("−", "-").replace("–", "-")
    if not cleaned:
        raise ValueError(_("Type a number, for example 0.5 or 1/2."))
    match = _FRACTION.match(cleaned)
    if not match:
        message = _("“{text}” is not a number. Write it like 0.5, 0,5, 1/2 or 5e-1.")
        raise ValueError(message.format(text=text.strip()[:40]))
    value = _decimal(match[1])
    if match[2] is not None:
        divisor = _decimal(match[2])
        if divisor == 0:
            raise ValueError(_("Nothing can be divided by 0."))
        value /= divisor
    if not math.isfinite(value):
        raise ValueError(_("“{text}” is too large to compute with.").format(text=text.strip()[:40]))
    note = ""
    if _GROUPED.match(cleaned):
        note = _("Read as {value}: a comma is the decimal mark.").format(value=exact(value))
    return Parsed(value, note)


def _decimal(text: str) -> float:
    """A number that `_NUMBER` let through."""
    plain = _SPACES.sub("", text).replace(",", ".")
    head, times, power = re.sub("[×*]", "·", plain).partition("·10")
    if not times and head.lstrip("+-")[:2] == "10" and head.translate(_FIGURES) != head:  # 10⁶ alone
        sign, power = ("-", head[3:]) if head.startswith("-") else ("", head.lstrip("+")[2:])
        head = f"{sign}1"
    return float(f"{head}e{power.translate(_FIGURES).removeprefix('^')}" if power else head)


def grouped(figures: str) -> str:
    """Figures of a whole number in groups of three, from 10 000 on; a sign and decimals stay as they are."""
    sign, rest = (figures[0], figures[1:]) if figures[:1] in ("-", "−", "+") else ("", figures)
    mark = next((mark for mark in ".," if mark in rest), "")
    whole, decimals = rest.split(mark, 1) if mark else (rest, "")
    if len(whole) < 5:
        return figures
    return sign + f"{int(whole):,}".replace(",", SPACE) + mark + decimals


def show_number(value: float | int | str | None, digits: int = 4) -> str:
    """A value as it stands on screen, with `digits` significant digits.

    None is a dash; whole numbers (int) are shown in full; text is shown as it is.
    """
    if value is None:
        return MISSING
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return grouped(str(value).replace("-", "−")) if abs(value) < 10**15 else show_number(float(value), digits)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    if abs(rounded) >= MANY and abs(value) < FULL - 0.5:  # all of its figures
        return _marked(grouped(f"{value:.0f}"))
    if abs(rounded) >= MANY or abs(rounded) < 1e-3:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return _marked(f"{mantissa}·10{superscript(int(exponent))}")
    places = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
    return _marked(f"{value:.{places}f}")


def show_plain(value: float | int | str | None, digits: int = 6) -> str:
    """As `show_number`, without zeros at the end that say nothing: 25 and not 25.0000, where it is exactly 25."""
    text = show_number(value, digits)
    if not isinstance(value, float) or not math.isfinite(value):
        return text
    mark = current().decimal_mark
    head, dot, power = text.partition("·")
    if mark not in head or float(f"{value:.{digits - 1}e}") != value:
        return text
    return head.rstrip("0").removesuffix(mark) + dot + power


def exact(value: float | int | str | None) -> str:
    """Every digit of a value, as shown on hover: the shortest text that reads back as the same number."""
    if isinstance(value, float) and math.isfinite(value):
        return _marked(repr(value).removesuffix(".0"))
    return show_number(value)


def superscript(exponent: int) -> str:
    """An exponent as raised figures: -7 is ⁻⁷."""
    return str(exponent).translate(_SUPERSCRIPTS)


def _marked(text: str) -> str:
    return text.replace("-", "−").replace(".", current().decimal_mark)
