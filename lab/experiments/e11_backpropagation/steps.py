"""The step that was just taken, line by line: the rule, the chain as it would stand in a program, and the same with
its numbers."""

from __future__ import annotations

from lab.core.text import N_, _
from lab.engine.graph.walk import Contribution
from lab.experiments.e11_backpropagation.frame import GraphFrame
from lab.experiments.e11_backpropagation.graphs import metric_name
from lab.experiments.e11_backpropagation.words import Line, bracketed, numbers, short

__all__ = ["step_lines"]

MOST_UPDATES = 3
"""Lines of an update that are written out."""


def step_lines(frame: GraphFrame) -> tuple[Line, ...]:
    """The step that was just taken, written out with its numbers; before the first, what comes."""
    last = frame.last
    if frame.puzzle.blanks:
        return _use_lines(frame)
    if last is None and frame.update is not None:
        return _update_lines(frame)
    if last is None:
        return (
            Line(_("Nothing is computed yet: “—”"), "head"),
            Line(_("In a box: the value above, the gradient below.")),
            Line(_("Press Step, or take a leaf and drag it up or down.")),
            *_next_line(frame),
        )
    match last.kind:
        case "forward":
            return (*_forward_lines(frame, last.node), *_next_line(frame))
        case "seed":
            name = frame.names[last.node]
            text = _("The output itself: if it grows by 1, it grows by 1.")
            one = Line(f"d{name}/d{name} = 1", "numbers", _grad(frame, last.node))
            return Line(_("Backward begins at {name}").format(name=name), "head"), one, Line(text), *_next_line(frame)
        case "backward":
            return (*_backward_lines(frame, last.node, last.contributions), *_next_line(frame))
    zeroed = last.kind == "again"
    text = _("All gradients are zeroed.") if zeroed else _("The leaves keep their gradients: the sum is now wrong.")
    return Line(_("Backward once more"), "head"), Line(text), *_next_line(frame)


def _use_lines(frame: GraphFrame) -> tuple[Line, ...]:
    """Where the selected node is used, and the local derivatives there: what is needed to fill its blank."""
    node, lines = frame.selected, []
    for target in frame.graph.results:
        for slot, operand in enumerate(frame.graph.nodes[target].operands):
            if operand != node:
                continue
            local = frame.graph.local_derivatives(target, frame.values)[slot]
            if local is not None and local.ndim == 0:
                name, rule = frame.names[target], frame.graph.slope_text(target, slot)
                lines.append(Line(f"{name} = {frame.graph.text(target)}", "code"))
                slope = f"∂{name}/∂{frame.names[node]} = {rule}"
                lines.append(
                    Line(slope if rule == short(float(local)) else f"{slope} = {short(float(local))}", "numbers")
                )
    if not lines:
        return (Line(_("{name} is the output: its gradient is 1.").format(name=frame.names[node]), "head"),)
    return Line(_("Where {name} goes").format(name=frame.names[node]), "head"), *lines


def _value(frame: GraphFrame, node: int) -> str:
    return f"value_{metric_name(frame.names[node])}"


def _grad(frame: GraphFrame, node: int) -> str:
    return f"grad_{metric_name(frame.names[node])}"


NEXT = {
    "forward": N_("Next: compute {name}"),
    "seed": N_("Next: turn round, and go back from {name}"),
    "backward": N_("Next: {name} passes its gradient on"),
}


def _next_line(frame: GraphFrame) -> tuple[Line, ...]:
    """What the next step will do."""
    if frame.upcoming is None:
        return (Line(_("Next: the update, every parameter a little downhill")),)
    kind, node = frame.upcoming
    text = _(NEXT[kind]).format(name=frame.names[node]) if kind in NEXT else _("Next: backward once more")
    return (Line(text),)


def _forward_lines(frame: GraphFrame, node: int) -> tuple[Line, ...]:
    graph, name = frame.graph, frame.names[node]
    this = graph.nodes[node]
    assert this.operation is not None
    parts = [frame.values[operand] for operand in this.operands]
    value = f"= {numbers(frame.values[node])}"
    if all(part is not None and part.ndim == 0 for part in parts):
        inputs = (bracketed(float(part)) for part in parts if part is not None)
        value = f"= {this.operation.text.format(*inputs)} {value}"
    return (
        Line(_("Forward: {name}").format(name=name), "head"),
        Line(f"{name} = {graph.text(node)}", "code"),
        Line(value, "numbers", _value(frame, node)),
    )


def _backward_lines(frame: GraphFrame, node: int, contributions: tuple[Contribution, ...]) -> tuple[Line, ...]:
    name, gradient = frame.names[node], frame.gradients[node]
    shown = "?" if frame.is_blank(node) else numbers(gradient)
    head = _("Back through {name}, where {gradient} has arrived").format(name=name, gradient=shown)
    if gradient is not None and gradient.size > 1:
        head = _("Back through {name}").format(name=name)
    return Line(head, "head"), *(line for part in contributions for line in _contribution_lines(frame, node, part))


def _contribution_lines(frame: GraphFrame, node: int, part: Contribution) -> list[Line]:
    """∂d/∂a by its rule, then what a receives; what it had before is the first term of the sum."""
    graph, name, operand = frame.graph, frame.names[node], frame.names[part.operand]
    metric = _grad(frame, part.operand)
    if part.local is None or part.local.ndim:
        amount = Line(f"= {numbers(part.amount)}", "numbers", metric)
        return [Line(_matrix_rule(frame, node, part), "code", metric), amount]
    rule = graph.slope_text(node, part.slot)
    local = short(float(part.local))
    slope = f"∂{name}/∂{operand} = {rule} = {local}" if rule != local else f"∂{name}/∂{operand} = {local}"
    sign = "=" if "assign" in frame.params.bugs else "+="
    code = f"dL/d{operand} {sign} dL/d{name} · ∂{name}/∂{operand}"
    if frame.is_blank(part.operand) or frame.is_blank(node):
        return [Line(slope, "code"), Line(code, "code"), Line("= ?", "numbers")]
    arrived = frame.gradients[node]
    assert arrived is not None
    product, after = f"{bracketed(float(arrived))} · {bracketed(float(part.local))}", short(float(part.after))
    if part.before is None:
        sums = f"= {product} = {after}"
    elif "assign" in frame.params.bugs:
        sums = f"= {product} = {after}" + _(" (and {before} is lost)").format(before=short(float(part.before)))
    else:
        sums = f"= {short(float(part.before))} + {product} = {after}"
    return [Line(slope, "code", metric), Line(code, "code", metric), Line(sums, "numbers", metric)]


def _matrix_rule(frame: GraphFrame, node: int, part: Contribution) -> str:
    """The rules that take a whole matrix, as they stand on a blackboard."""
    this, operand = frame.graph.nodes[node], frame.names[part.operand]
    assert this.operation is not None
    sign = "=" if "assign" in frame.params.bugs else "+="
    arrived = f"dL/d{frame.names[node]}"
    if this.operation.name == "matmul":
        a, w = (frame.names[i] for i in this.operands)
        if part.slot == 1:
            rule = f"({arrived})ᵀ · {a}" if "transpose" in frame.params.bugs else f"{a}ᵀ · {arrived}"
            return f"dL/d{operand} {sign} {rule}"
        return f"dL/d{operand} {sign} {arrived} · {w}ᵀ"
    rule = frame.graph.slope_text(node, part.slot)
    times = "" if rule in ("1", "") else f" ⊙ {rule}"
    return f"dL/d{operand} {sign} {arrived}{times}"


def _update_lines(frame: GraphFrame) -> tuple[Line, ...]:
    update, lines = frame.update, []
    assert update is not None
    for node, new in list(update.new.items())[:MOST_UPDATES]:
        name, old, gradient = frame.names[node], update.old[node], update.gradient.get(node)
        if new.ndim == 0 and gradient is not None:
            rule = f"{name} ← {short(float(old))} − {short(update.rate)} · {bracketed(float(gradient))}"
            lines.append(Line(f"{rule} = {short(float(new), 5)}", "numbers", f"new_{metric_name(name)}"))
        else:
            lines.append(Line(f"{name} ← {name} − η · dL/d{name} = {numbers(new)}", "numbers"))
    more = len(update.new) - MOST_UPDATES
    if more > 0:
        lines.append(Line(_("and {count} more in the same way").format(count=more)))
    head = _("Update {n}: every parameter a little downhill").format(n=frame.round)
    return Line(head, "head"), *lines, *_next_line(frame)
