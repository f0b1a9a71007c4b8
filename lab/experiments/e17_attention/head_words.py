"""What the page of all heads says: of the chosen head's roles, of the tour, and of what was silenced or patched."""

from __future__ import annotations

from collections.abc import Sequence

from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e17_attention.chain import Chain
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.reading import Head, Reading
from lab.experiments.e17_attention.role_table import RoleRow
from lab.experiments.e17_attention.roles import ROLES
from lab.experiments.e17_attention.texts import other_text
from lab.experiments.e17_attention.tour import NOTHING, PATTERNS, seen, stop_at
from lab.experiments.e17_attention.words import percent, quoted

__all__ = ["note", "role_row", "stop_text", "strongest_role", "touched"]


def role_row(r: Reading, role: str, at: Head) -> RoleRow:
    """One line of the table: how much the chosen head does of a thing, and which head does most of it."""
    score = float(r.roles[role][at])
    (layer, head), best = r.best(role)
    name = f"{layer + 1}·{head + 1}" if best > 0 else "—"
    return RoleRow(_(ROLES[role]), score, f"{score:.2f}", name, f"{best:.2f}" if best > 0 else "")


def strongest_role(r: Reading, at: Head) -> str:
    """A head, and what it looks at most."""
    role = max(ROLES, key=lambda name: float(r.roles[name][at]))
    return f"{at[0] + 1}·{at[1] + 1}  " + _(ROLES[role]) + f" {show_number(float(r.roles[role][at]), 2)}"


def touched(frame: AttentionFrame) -> bool:
    """Whether any head is silenced or patched."""
    return bool(frame.silent or frame.patched)


def stop_text(r: Reading, at: Head) -> str:
    """What was measured of a head on other sentences, and how much of it can be seen in this text."""
    stop = stop_at(at)
    if stop is None:
        return _("The tour does not stop here. Press one of its heads.")
    pattern, found = _(PATTERNS[stop.pattern][1]), seen(stop, r)
    if found is None:
        here = _(NOTHING.get(stop.pattern, N_("This text is too short to show it.")))
        return (
            f"{pattern} " + _("On other sentences: {mass} of its weight.").format(mass=percent(stop.mass)) + f" {here}"
        )
    if stop.pattern == "pronoun to noun":
        text = _("On other sentences: {mass} of its weight. Here {word} gives most to {other}: {share}.")
    else:
        text = _("On other sentences: {mass} of its weight. Here: {share}.")
    return f"{pattern} " + text.format(
        mass=percent(stop.mass), share=percent(found.share),
        word=quoted(r.tokens[found.row]), other=quoted(r.tokens[found.column]),
    )  # fmt: skip


def _names(heads: Sequence[Head]) -> str:
    return ", ".join(f"{layer + 1}·{head + 1}" for layer, head in heads)


def _answer(r: Reading) -> list[str]:
    """What the model answers now, and what it did with all heads at work."""
    if r.next is None:  # an encoder answers with one vector
        moved = _("The vector of the sentence turned by {how}.")
        return [] if r.changed is None else [moved.format(how=percent(r.changed))]
    now, usual = r.next.likeliest, r.next.usual
    before, after = r.next.before_and_now
    if now == usual:
        told = _("It still expects {token}: {after}, before {before}.")
        return [told.format(token=quoted(r.next.labels[now]), after=percent(after), before=percent(before))]
    told = _("It expects {token}: {now}; before, {usual}: {before}.")
    return [
        told.format(
            token=quoted(r.next.labels[now]),
            now=percent(float(r.next.p[now])),
            usual=quoted(r.next.labels[usual]),
            before=percent(before),
        )
    ]


def note(frame: AttentionFrame, r: Reading, c: Chain) -> str:
    """What there is to say below everything."""
    parts = []
    if frame.silent:
        parts.append(_("Silenced: {heads}.").format(heads=_names(frame.silent)))
    if frame.patched:
        told = _("Patched: {heads}, with what it said of {text}.")
        parts.append(told.format(heads=_names(frame.patched), text=quoted(other_text(frame.params))))
    if touched(frame):
        parts.extend(_answer(r))
    else:
        parts.append(_("Press a head to see who looks at whom in it; then silence it."))
    parts.append(_("The first token takes {share} of all weight.").format(share=percent(r.first_share)))
    p = frame.params
    if p.temperature != 1.0 or p.mask == "blind" or (p.source == "minilm" and (p.mask != "usual" or not p.scaled)):
        parts.append(_("What is switched on the page “One head” is done there only."))
    return "  ".join(parts)
