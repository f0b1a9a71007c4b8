"""What is shown of a run: its frame, made of what has changed and of what is known already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.core.text import _
from lab.experiments.e21_decoding.bars import Bars
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.picture import bars_of
from lab.experiments.e21_decoding.readers import House, Reader

if TYPE_CHECKING:
    from lab.experiments.e21_decoding.simulation import Decoding

__all__ = ["frame_of", "missing"]


def frame_of(run: Decoding) -> DecodingFrame:
    """What is shown of this step."""
    reader, params, text = run.reader, run.params, run.text
    ready = reader is not None and run.scores is not None
    names = {token: reader.text(token) for token in _mentioned(run)} if reader and ready else {}
    length = len(text.ids) - (reader.window(len(text.ids)) if reader else 0)
    return DecodingFrame(
        run.steps,
        params,
        tuple(names[token] for token in text.ids) if ready else (),
        text.given,
        text.facts,
        text.ended,
        ready and run.full,
        run.unknown,
        len(text.ids) - length,
        missing(run),
        run.share if not ready else None,
        _bars(run, reader) if reader and ready else None,
        run.beams.picture(params.beams),
        names,
        run.drafts,
        run.checked,
        run.measured,
        run.measuring is not None,
        run.pages.table(length, params.page_size, run.fork) if reader and reader.caches else None,
        run.fork,
        bool(reader and reader.caches),
        isinstance(reader, House),
        run.done,
        run.received,
        run.path is not None,
    )


def _bars(run: Decoding, reader: Reader) -> Bars:
    """The bars, sorted again only when something about them has changed."""
    funnel = run.choice()
    if run.shown[0] is not funnel or run.shown[1] is not run.samples or run.shown[2] is None:
        made = bars_of(funnel, run.scores, run.params, run.text, run.samples, reader)
        run.shown = funnel, run.samples, made
    assert run.shown[2] is not None
    return run.shown[2]


def _mentioned(run: Decoding) -> set[int]:
    """The tokens whose texts are shown beside those of the bars."""
    beam = run.beams.picture(run.params.beams)
    found = {*run.text.ids, *(branch.token for branch in beam.branches)}
    for one in run.drafts.latest:
        found |= {*one.guesses, one.last}
    return found


def missing(run: Decoding) -> str:
    """Why the model cannot be had; "" where it can."""
    if run.reader is not None:
        return ""
    if run.opener is not None and run.opener.error:
        return run.opener.error
    return "" if run.path else _("SmolLM2 is not on this computer yet. It comes as a model pack, one file to add.")
