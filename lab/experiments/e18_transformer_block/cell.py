"""How one number of a block came about: a sum of products, of which the largest are written out."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.core.arithmetic import Term, apply, given, total
from lab.engine.lm.parameters import NORM_EPSILON, Parameters
from lab.engine.lm.reference import BlockView
from lab.experiments.e18_transformer_block.frame import Floats, Recipe
from lab.kit.arrays import read_only

__all__ = ["product_recipe", "recipe_of", "sum_recipe", "term_of"]

SHOWN = 4  # products of a sum that are written out; the others are one number
NONE = read_only(np.zeros(0))


def recipe_of(parameters: Parameters, layer: int, block: BlockView, op: str, token: int, unit: int) -> Recipe | None:
    """What number `unit` of a token was made from; None where it is given, or the part is off."""
    attention, mlp = block.attention, block.mlp
    if op in ("norm1", "norm2"):
        x = (block.before if op == "norm1" else block.middle)[0, token].astype(float)
        if block.norms[op == "norm2"].kind != "rms":
            return None
        gain = float(parameters[f"block{layer}.{op}"][unit])
        return Recipe("norm", NONE, NONE, (float(x[unit]), float(np.mean(x**2)), gain))
    if op == "heads" and attention is not None:
        head, place = divmod(unit, attention.attention.v.shape[-1])
        looks = attention.attention
        return product_recipe("z", looks.weights[0, head, token], looks.v[0, head, :, place])
    if op == "attention" and attention is not None:
        return product_recipe("y", attention.found[0, token], attention.weights.out[unit])
    if op == "middle" and attention is not None:
        return sum_recipe(block.before[0, token, unit], attention.out[0, token, unit], block.middle[0, token, unit])
    if op == "inner" and mlp is not None and mlp.gated is None:
        return product_recipe("h", mlp.x[0, token], mlp.weights.up[unit])
    if op == "feed-forward" and mlp is not None:
        return product_recipe("y", mlp.act[0, token], mlp.weights.down[unit])
    if op == "after" and mlp is not None:
        return sum_recipe(block.middle[0, token, unit], mlp.out[0, token, unit], block.after[0, token, unit])
    return None


def product_recipe(kind: str, left: Floats, right: Floats) -> Recipe:
    """A sum of products."""
    return Recipe(kind, read_only(left), read_only(right), ())


def sum_recipe(before: Any, added: Any, result: Any) -> Recipe | None:
    """What was there plus what was added; None where the stream is replaced and not added to."""
    x, y = float(before), float(added)
    return Recipe("x′", NONE, NONE, (x, y)) if abs(x + y - float(result)) < 1e-4 * (1.0 + abs(x + y)) else None


def term_of(recipe: Recipe | None) -> Term | None:
    """The arithmetic of a number."""
    if recipe is None:
        return None
    if recipe.kind == "x′":
        x, y = recipe.given
        return (given("x", x) + given("y", y)).named("x′")
    if recipe.kind == "norm":
        x, mean, gain = recipe.given
        root = apply("sqrt", given("m", mean) + given("ε", NORM_EPSILON)).named("r")
        return (given("x", x) / root * given("g", gain)).named("n")
    whole = _total(recipe.left, recipe.right)
    if recipe.kind != "h":
        return whole.named(recipe.kind)
    a = whole.named("a")
    bend = apply("tanh", (given("k", float(np.sqrt(2 / np.pi))) * (a + 0.044715 * a**3.0)).named("b"))
    return (0.5 * a * (1.0 + bend)).named("h")


def _total(left: Floats, right: Floats) -> Term:
    """The sum of left · right; the largest products first, all others together."""
    products = left * right
    order = np.argsort(-np.abs(products), kind="stable")
    terms = [given(f"x_{i + 1}", float(left[i])) * given(f"w_{i + 1}", float(right[i])) for i in order[:SHOWN].tolist()]
    if len(products) > SHOWN:
        terms.append(given("rest", float(products[order[SHOWN:]].sum())))
    return total(terms)
