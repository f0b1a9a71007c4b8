"""Figures as at school: 60 000 with a narrow space between thousands, from five figures on."""

from __future__ import annotations

__all__ = ["FULL", "SPACE", "grouped", "ungrouped"]

SPACE = "\u202f"  # narrow, and no line breaks at it
FULL = 1e7  # below it all figures are written
_FIGURES = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def grouped(text: str) -> str:
    """A written number with its whole part in groups of three; "1234" and "0.00001" stay."""
    sign, rest = (text[0], text[1:]) if text[:1] in ("-", "\N{MINUS SIGN}") else ("", text)
    whole, point, decimals = rest.partition(".")
    if len(whole) < 5 or not whole.isdecimal():
        return text
    return sign + f"{int(whole):,}".replace(",", SPACE) + point + decimals


def ungrouped(text: str) -> str:
    """The same as Python reads it: without spaces, with a hyphen, and 2.4·10⁵ as 2.4e5."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    for space in (" ", "\u00a0", "\u2009", SPACE):
        plain = plain.replace(space, "")
    head, times, power = plain.partition("·10")
    if not times and plain.lstrip("-").startswith("10") and plain.translate(_FIGURES) != plain:  # 10⁶ alone
        sign, power = ("-", plain[3:]) if plain.startswith("-") else ("", plain[2:])
        head = f"{sign}1"
    return f"{head}e{power.translate(_FIGURES).removeprefix('^')}" if power else plain
