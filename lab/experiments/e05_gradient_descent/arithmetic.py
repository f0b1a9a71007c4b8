"""Why this number: the derivation of each read-out as a tree of terms, built from the very values that
were used. The update rules stand here as one would write them on a blackboard, one function each."""

from __future__ import annotations

from collections.abc import Callable

from lab.core.arithmetic import Term, apply, given
from lab.core.numbers import show_number
from lab.experiments.e05_gradient_descent.ball import Ball
from lab.experiments.e05_gradient_descent.formula_terms import loss_term, slope_term
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.rules import Move, schedule_of

__all__ = ["OfAxis", "update_line", "update_lines"]

AXES = ("x", "y")
Pair = tuple[float, float]
OfAxis = Callable[[DescentFrame, Ball, int], Term | None]  # along x (0) or y (1)


# ------------------------------------------------------------------------------------- the update rules


def _gradient(frame: DescentFrame, move: Move, along: int) -> Term:
    """The slope an optimiser was given: the derivative at the place, and the noise that was added."""
    axis = AXES[along]
    slope = slope_term(frame.terrain.surface, move.position, along, move.slope[along])
    if not move.noise[along]:
        return slope.named(f"g_{axis}")
    return (slope.named(f"s_{axis}") + given(f"n_{axis}", move.noise[along])).named(f"g_{axis}")


def _velocity(g: Term, move: Move, along: int) -> Term:
    """u ← β·u + g, of momentum and Nesterov."""
    assert move.first is not None
    axis = AXES[along]
    return (given("β", move.knobs.beta) * given(f"u_{axis}", move.first[along]) + g).named(f"u′_{axis}")


def _mean(g: Term, move: Move, along: int) -> Term:
    """m ← β₁·m + (1 − β₁)·g, of Adam."""
    assert move.first is not None
    axis, beta = AXES[along], given("β₁", move.knobs.beta)
    return (beta * given(f"m_{axis}", move.first[along]) + (1.0 - beta) * g).named(f"m′_{axis}")


def _square(g: Term, move: Move, along: int) -> Term:
    """v ← β₂·v + (1 − β₂)·g², of Adam, and of RMSProp with ρ."""
    assert move.second is not None
    axis, beta = AXES[along], given("β₂", move.knobs.beta2)
    return (beta * given(f"v_{axis}", move.second[along]) + (1.0 - beta) * g * g).named(f"v′_{axis}")


def _adam_way(g: Term, move: Move, along: int) -> Term:
    """m̂ / (√v̂ + ε), both moments corrected for having started at 0."""
    axis, time = AXES[along], given("t", float(move.time))
    mean = _mean(g, move, along) / (1.0 - given("β₁", move.knobs.beta) ** time)
    square = _square(g, move, along) / (1.0 - given("β₂", move.knobs.beta2) ** time)
    return mean.named(f"m̂_{axis}") / (apply("sqrt", square.named(f"v̂_{axis}")) + given("ε", 1e-8))


def _descent(rule: str, g: Term, move: Move, along: int, x: Term) -> Term:
    """What is taken off a weight at this step."""
    eta = given("η", move.rate)
    match rule:
        case "sgd":
            return eta * g
        case "momentum":
            return eta * _velocity(g, move, along)
        case "nesterov":
            return eta * (g + given("β", move.knobs.beta) * _velocity(g, move, along))
        case "rmsprop":
            return eta * g / (apply("sqrt", _square(g, move, along)) + given("ε", 1e-8))
        case "adam":
            return eta * _adam_way(g, move, along)
        case _:
            return eta * (_adam_way(g, move, along) + given("λ", move.knobs.weight_decay) * x)


def _moved(frame: DescentFrame, ball: Ball, move: Move, along: int) -> Term:
    """The new weight: the old one less the descent."""
    axis = AXES[along]
    x = given(axis, move.position[along])
    return (x - _descent(ball.optimizer, _gradient(frame, move, along), move, along, x)).named(f"{axis}′")


def _change(frame: DescentFrame, ball: Ball, move: Move, along: int) -> Term:
    axis = AXES[along]
    x = given(axis, move.position[along])
    return (-_descent(ball.optimizer, _gradient(frame, move, along), move, along, x)).named(f"Δ{axis}")


def position(frame: DescentFrame, ball: Ball, along: int) -> Term:
    """Where the ball is: as the last update led there, or as it was put."""
    if ball.came is None:
        return given(AXES[along], (ball.x, ball.y)[along])
    return _moved(frame, ball, ball.came, along)


def next_position(frame: DescentFrame, ball: Ball, along: int) -> Term | None:
    """Where the ball goes next."""
    return None if ball.goes is None else _moved(frame, ball, ball.goes, along)


def last_step(frame: DescentFrame, ball: Ball, along: int) -> Term | None:
    """What the last update changed."""
    return None if ball.came is None else _change(frame, ball, ball.came, along)


def slope(frame: DescentFrame, ball: Ball, along: int) -> Term:
    """The derivative of the loss where the ball is."""
    return slope_term(frame.terrain.surface, (ball.x, ball.y), along, ball.slope[along])


def update_line(frame: DescentFrame, axis: str) -> str:
    """One line such as "x ← −2.6 − 0.26·(−0.78) = −2.397": the next update with its numbers filled in.

    The slope stands as a number in it, so where it came from need not be worked out, many times a second.
    """
    ball, along, move = frame.ball, AXES.index(axis), frame.ball.goes
    if move is None:
        return f"{axis} = {show_number((ball.x, ball.y)[along])}"
    x, slope = given(axis, move.position[along]), given(f"g_{axis}", move.felt[along])
    term = x - _descent(ball.optimizer, slope, move, along, x)
    numbers = term.lines(digits=3)[0].numbers
    if numbers.startswith("(−"):  # no brackets are needed around the number a line begins with
        numbers = numbers[1:].replace(")", "", 1)
    return f"{axis} ← {numbers} = {show_number(term.value)}"


def update_lines(frame: DescentFrame, axis: str) -> tuple[str, ...]:
    """The next update for rooms of different width: with all numbers; as old place and change; as the new place."""
    ball, along, move = frame.ball, AXES.index(axis), frame.ball.goes
    whole = update_line(frame, axis)
    if move is None:
        return (whole,)
    old = move.position[along]
    x, slope = given(axis, old), given(f"g_{axis}", move.felt[along])
    new = (x - _descent(ball.optimizer, slope, move, along, x)).value
    change, sign = abs(new - old), "−" if new < old else "+"
    short = f"{axis} ← {show_number(old, 3)} {sign} {show_number(change, 2)} = {show_number(new)}"
    return whole, short, f"{axis} ← {show_number(new)}"


def velocity(frame: DescentFrame, ball: Ball, along: int) -> Term | None:
    """The mean of the slopes, or their decaying sum, as the last update left it."""
    move = ball.came
    if move is None or move.first is None:
        return None
    g = _gradient(frame, move, along)
    return _mean(g, move, along) if ball.optimizer in ("adam", "adamw") else _velocity(g, move, along)


def root_v(frame: DescentFrame, ball: Ball, along: int) -> Term | None:
    """The root of the mean of the squared slopes, as the last update left it."""
    move = ball.came
    if move is None or move.second is None:
        return None
    return apply("sqrt", _square(_gradient(frame, move, along), move, along)).named(f"√v_{AXES[along]}")


# --------------------------------------------------------------------------------------- other read-outs


def loss(frame: DescentFrame, ball: Ball) -> Term | None:
    return loss_term(frame.terrain.surface, (ball.x, ball.y))


def steepness(frame: DescentFrame, ball: Ball) -> Term:
    surface, place = frame.terrain.surface, (ball.x, ball.y)
    g_x, g_y = (slope_term(surface, place, i, ball.slope[i]).named(f"g_{AXES[i]}") for i in (0, 1))
    return apply("sqrt", g_x**2.0 + g_y**2.0).named("‖g‖")


def step_length(frame: DescentFrame, ball: Ball) -> Term | None:
    if ball.came is None:
        return None
    dx, dy = (_change(frame, ball, ball.came, i) for i in (0, 1))
    return apply("sqrt", dx**2.0 + dy**2.0).named("‖Δ‖")


def rate(frame: DescentFrame) -> Term:
    eta = frame.params.learning_rate
    if frame.params.schedule == "constant":
        return given("η", eta)
    return (given("η", eta) * given("f", schedule_of(frame.params)(frame.step))).named("η_t")


def _distance_from(frame: DescentFrame, place: Pair, symbol: str) -> Term | None:
    nearest = frame.terrain.nearest_minimum(*place)
    if nearest is None:
        return None
    dx, dy = (given(AXES[i], place[i]) - given(f"{AXES[i]}_min", nearest[i]) for i in (0, 1))
    return apply("sqrt", dx**2.0 + dy**2.0).named(symbol)


def distance(frame: DescentFrame, ball: Ball) -> Term | None:
    return _distance_from(frame, (ball.x, ball.y), "d")


def share(frame: DescentFrame, ball: Ball) -> Term | None:
    here = distance(frame, ball)
    return here / given("d_start", frame.start_distance) if here and frame.start_distance else None


def factor(frame: DescentFrame, ball: Ball) -> Term | None:
    here, before = distance(frame, ball), frame.distance(ball.came.position) if ball.came else None
    return here / given("d_before", before) if here and before else None


def lowest(frame: DescentFrame) -> Term | None:
    places = frame.terrain.minima
    lowest = min(places, key=lambda place: float(frame.terrain.surface.value(*place)), default=None)
    return None if lowest is None else loss_term(frame.terrain.surface, lowest)


def limit(frame: DescentFrame) -> Term | None:
    """2/λ, and with momentum (2 + 2β)/λ or (2 + 2β)/((1 + 2β)·λ)."""
    if frame.terrain.lambda_max is None:
        return None
    bend, beta = given("λ₁", frame.terrain.lambda_max), given("β", frame.params.beta)
    if frame.ball.optimizer == "sgd":
        return given("", 2.0) / bend
    plain = (2.0 + 2.0 * beta) / bend
    return plain if frame.ball.optimizer == "momentum" else plain / (1.0 + 2.0 * beta)


def condition(frame: DescentFrame) -> Term | None:
    most, least = frame.terrain.lambda_max, frame.terrain.lambda_min
    return None if most is None or least is None else given("λ₁", most) / given("λ₂", least)


def table_slope(frame: DescentFrame, ball: Ball) -> Term | None:
    table = frame.terrain.table
    return None if table is None else given("w", ball.x) / given("s", table.spread)


def table_intercept(frame: DescentFrame, ball: Ball) -> Term | None:
    table = frame.terrain.table
    if table is None:
        return None
    return given("b", ball.y) - given("w", ball.x) * given("m", table.center) / given("s", table.spread)
