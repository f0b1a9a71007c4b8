"""The few words that the widgets themselves say, such as "More" or "Close".

Nearly every word on screen comes from the caller. For the rest the application hands over its translate
function once, at start; until then the words are English. Source texts are the keys, as in gettext.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["_", "use"]


def _english(text: str) -> str:
    return text


_translate: Callable[[str], str] = _english


def use(translate: Callable[[str], str] | None) -> None:
    """Let `translate` say the words of all widgets from now on; None goes back to English."""
    global _translate
    _translate = translate or _english


def _(text: str) -> str:
    """`text` in the language in force."""
    return _translate(text)
