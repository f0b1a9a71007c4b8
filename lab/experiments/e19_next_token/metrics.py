"""Every number on screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from lab.core.arithmetic import Term, apply, given, total
from lab.core.metric import Family, Metric, Metrics, Value
from lab.core.text import N_, _
from lab.experiments.e19_next_token.bars import ROWS
from lab.experiments.e19_next_token.frame import NextFrame
from lab.experiments.e19_next_token.game import Game
from lab.experiments.e19_next_token.ladder import RUNGS
from lab.experiments.e19_next_token.onepass import PassPicture
from lab.experiments.e19_next_token.settings import CHECKPOINTS
from lab.kit.branching import Fact, quoted
from lab.kit.metrics import Column, numbered, of_part

__all__ = ["METRICS", "RUNG_NAMES"]

RUNG_NAMES = {
    "unigram": N_("unigram"), "bigram": N_("bigram"), "trigram": N_("3-gram"), "fourgram": N_("4-gram"),
    "fivegram": N_("5-gram"), "small": N_("Small model"), "house": N_("Shakespeare"), "smollm2": "SmolLM2",
}  # fmt: skip


def _bits(term: Term) -> Term:
    return -(apply("log", term) / apply("log", given("", 2.0)))


def _of_last(value: Callable[[Fact], Value]) -> Callable[[NextFrame], Value]:
    return lambda frame: None if frame.last is None else value(frame.last)


def _surprisal(frame: NextFrame) -> Term | None:
    return None if frame.last is None or frame.last.p <= 0 else _bits(given("p", frame.last.p)).named(_("surprisal"))


def _nats(frame: NextFrame) -> Term | None:
    return None if frame.last is None or frame.last.p <= 0 else (-apply("log", given("p", frame.last.p))).named("−ln p")


def _mean(frame: NextFrame) -> Term | None:
    mean = frame.mean_surprisal
    if mean is None or not math.isfinite(mean):
        return None
    return given(_("all surprisals"), mean * len(frame.written)) / given(_("tokens"), len(frame.written))


def _perplexity(frame: NextFrame) -> Term | None:
    mean = frame.mean_surprisal
    return None if mean is None or not mean < 1000 else given("", 2.0) ** given(_("mean surprisal"), mean)


def _path(frame: NextFrame) -> Term | None:
    """The logarithms of all written tokens, added up."""
    ps = [fact.p for fact in frame.written]
    if not ps or len(ps) > 60 or min(ps) <= 0:
        return None
    return total([apply("log", given("", p)) for p in ps])


def _value_of(term: Callable[[NextFrame], Term | None]) -> Callable[[NextFrame], Value]:
    def value(frame: NextFrame) -> Value:
        found = term(frame)
        return None if found is None else found.value

    return value


def _top(frame: NextFrame) -> Value:
    return quoted(frame.bars.rows[0].text) if frame.bars is not None else None


def _ps(frame: NextFrame) -> Sequence[Value]:
    return [row.p for row in frame.bars.rows[:ROWS]] if frame.bars is not None else []


def _drawn(frame: NextFrame) -> Sequence[Value]:
    return [row.drawn for row in frame.bars.rows[:ROWS]] if frame.bars is not None else []


TEXT: tuple[Metric[NextFrame], ...] = (
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("tokens", N_("tokens"), lambda frame: len(frame.story.ids)),
    Metric("written", N_("written"), lambda frame: len(frame.written)),
    Metric("top", N_("likeliest"), _top),
    Metric("entropy", N_("entropy, bits"), lambda frame: frame.bars.entropy if frame.bars else None, digits=3),
    Metric("entropy_nats", N_("entropy, nats"),
                      lambda frame: frame.bars.entropy * math.log(2.0) if frame.bars else None, digits=3),
    Metric("last_p", N_("p of the last"), _of_last(lambda fact: fact.p), digits=3),
    Metric("last_rank", N_("its rank"), _of_last(lambda fact: fact.rank)),
    Metric("last_surprisal", N_("its surprisal, bits"), _of_last(lambda f: f.surprisal), _surprisal, 3),
    Metric("last_nats", N_("its surprisal, nats"), _value_of(_nats), _nats, 3),
    Metric("last_entropy", N_("entropy before it"), _of_last(lambda fact: fact.entropy), digits=3),
    Metric("mean_surprisal", N_("bits a token"), lambda frame: frame.mean_surprisal, _mean, 3),
    Metric("perplexity", N_("perplexity"), _value_of(_perplexity), _perplexity, 3),
    Metric("log_p", N_("ln p of the text"), lambda frame: frame.log_probability, _path, 4),
    Metric("branches", N_("branches"), lambda frame: ends(frame)),
)  # fmt: skip


def ends(frame: NextFrame) -> int:
    """How many ways there are in the tree."""
    parents = {node.parent for node in frame.story.nodes}
    return sum(n not in parents for n in range(len(frame.story.nodes)))


def _rung(name: str) -> Callable[[NextFrame], Value]:
    return lambda frame: next((rung.bits for rung in frame.rungs if rung.name == name), None)


LADDER: tuple[Metric[NextFrame], ...] = tuple(
    Metric(f"bits_{name}", RUNG_NAMES[name], _rung(name), digits=3) for name in RUNGS
)


def _game_mean(who: str) -> Callable[[Game], Value]:
    return lambda game: game.mean(who)


def _game_term(who: str) -> Callable[[Game], Term | None]:
    def term(game: Game) -> Term | None:
        if not game.rounds:
            return None
        return total([given("", getattr(r, who)) for r in game.rounds]) / given(_("letters"), len(game.rounds))

    return term


GAME: Family[NextFrame] = of_part(
    lambda frame: frame.game,
    Metric("rounds", N_("letters guessed"), lambda game: len(game.rounds)),
    Metric("you", N_("you, nats a letter"), _game_mean("you"), _game_term("you"), 3),
    Metric("bigram_loss", N_("bigram"), _game_mean("bigram"), _game_term("bigram"), 3),
    Metric("house_loss", N_("Shakespeare"), _game_mean("house"), _game_term("house"), 3),
)


def _growth(frame: NextFrame) -> dict[str, Value]:
    return {f"{kind}_{stage.step}": getattr(stage, kind) for stage in frame.growth for kind in ("entropy", "surprise")}


GROWTH: Family[NextFrame] = Family(
    _growth,
    None,
    {f"entropy_{step}": _("entropy after {n} steps").format(n=step) for step in CHECKPOINTS}
    | {f"surprise_{step}": _("bits a letter after {n} steps").format(n=step) for step in CHECKPOINTS},
    dict.fromkeys([f"{kind}_{step}" for kind in ("entropy", "surprise") for step in CHECKPOINTS], 3),
)


LENS: Family[NextFrame] = of_part(
    lambda frame: frame.lens,
    Metric("lens_says", N_("it says"), lambda lens: quoted(lens.names[int(lens.tops[-1, lens.column])])),
    Metric("settled", N_("leads from layer"), lambda lens: lens.settled),
    Metric("lens_first", N_("before the layers"), lambda lens: float(lens.last[0, lens.column]), digits=3),
    Metric("lens_half", N_("halfway"), lambda lens: float(lens.last[lens.layers // 2, lens.column]), digits=3),
    Metric("lens_last", N_("at the end"), lambda lens: float(lens.last[-1, lens.column]), digits=3),
)


def _products(picture: PassPicture) -> Term:
    return total([given(_(name), count) for name, count in picture.products.items()])


def _share(name: str) -> Callable[[PassPicture], Term]:
    return lambda picture: given("", picture.products[name]) / _products(picture).named(_("all"))


def _sum(picture: PassPicture) -> Term | None:
    if picture.value is None or len(picture.terms) < 2:
        return None
    found = total([given("", term) for term in picture.terms])
    return found if abs(found.value - picture.value) <= 1e-9 * abs(picture.value) else None


PASS: Family[NextFrame] = of_part(
    lambda frame: frame.picture,
    Metric("products", N_("multiplications"), lambda picture: int(_products(picture).value), _products),
    Metric("attention_share", N_("attention"), lambda p: _share("attention")(p).value, _share("attention"), 3),
    Metric("mlp_share", N_("feed-forward"), lambda p: _share("feed-forward")(p).value, _share("feed-forward"), 3),
    Metric("head_share", N_("head"), lambda p: _share("head")(p).value, _share("head"), 3),
    Metric("number", N_("the number"), lambda picture: picture.value, _sum, 4),
)


def _pass_time(frame: NextFrame) -> Term | None:
    """The measured parts of a pass over the whole text, added up: milliseconds."""
    times = frame.picture.times if frame.picture is not None else {}
    names = [name for name in times if name in ("embedding", "head") or name.startswith("block")]
    return total([given("", times[name]) for name in names]).named(_("ms")) if names else None


def _speed(frame: NextFrame) -> Term | None:
    """Tokens that are read in a second, all of a text at once."""
    taken = _pass_time(frame)
    if taken is None or taken.value <= 0:
        return None
    return given(_("tokens"), len(frame.story.ids) - frame.unseen) / taken * 1000.0


METRICS: Metrics[NextFrame] = Metrics(
    *TEXT,
    numbered(
        ROWS,
        Column("p", N_("p of number {n}"), _ps, digits=3),
        Column("drawn", N_("drawn, number {n}"), _drawn, digits=3),
    ),
    *LADDER,
    GAME,
    GROWTH,
    LENS,
    PASS,
    Metric("pass_ms", N_("ms for the text"), _value_of(_pass_time), _pass_time, 3),
    Metric("read_speed", N_("tokens a second"), _value_of(_speed), _speed, 3),
)
