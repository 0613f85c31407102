"""Find the cells of a notebook that some of its cells need.

Names are followed, not values: what a function does to its arguments is not seen, nor
what a method of an imported module does (`torch.manual_seed`), nor the inside of a cell
magic.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from symtable import SymbolTable, symtable

from IPython.core.inputtransformer2 import TransformerManager

COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}


@dataclass
class Names:
    """What a cell does with names: sets of them."""

    reads: set[str] = field(default_factory=set)  # must be there before it runs
    later: set[str] = field(default_factory=set)  # its functions read, when called
    binds: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)  # puts something into
    calls: set[str] = field(default_factory=set)  # calls a method on, for its effect


def needed(sources: Sequence[str], *texts: str) -> list[int]:
    """Return the places of the cells to run for those that contain these texts.

    Parameters
    ----------
    sources : sequence of str
        The code of each cell, in their order; empty where a cell is no code.
    texts : str
        Each stands for the first cell that contains it.

    Raises
    ------
    ValueError
        If no cell contains a text.
    """
    open_cells = {_place(sources, text) for text in texts}
    cells = [names(source) for source in sources[: max(open_cells) + 1]]
    imported = set().union(*(cell.imports for cell in cells))
    gives = [cell.binds | cell.changes | cell.calls - imported for cell in cells]
    found: set[int] = set()
    while open_cells:
        reader = open_cells.pop()
        found.add(reader)
        for place, given in enumerate(gives):
            before = cells[reader].reads if place < reader else set()
            if given & (before | cells[reader].later):
                open_cells |= {place} - found
    return sorted(found)


def names(source: str) -> Names:
    """Return what a cell's code does with names."""
    code = TransformerManager().transform_cell(source)  # magics become calls
    result = Names()
    _follow(ast.parse(code).body, result, set())
    return result


def _place(sources: Sequence[str], text: str) -> int:
    for place, source in enumerate(sources):
        if text in source:
            return place
    raise ValueError(f"no cell contains {text!r}")


def _follow(body: list[ast.stmt], cell: Names, bound: set[str]) -> None:
    """Note what statements do, in the order in which they run.

    What is bound in a block may not be bound behind it, but for a `with`.
    """
    for statement in body:
        heads, blocks = _parts(statement)
        for head in heads:
            _note(head, cell, bound)
        for block in blocks:
            _follow(block, cell, bound if isinstance(statement, ast.With) else {*bound})


def _parts(statement: ast.stmt) -> tuple[list[ast.stmt], list[list[ast.stmt]]]:
    """Return the head of a statement as simple ones, and the blocks under it."""
    match statement:
        case ast.For(target=target, iter=values):
            head = [ast.Assign([target], values, lineno=statement.lineno)]
            return head, [statement.body, statement.orelse]
        case ast.With(items=items):
            head = [
                ast.Assign([item.optional_vars], item.context_expr, lineno=1)
                if item.optional_vars
                else ast.Expr(item.context_expr)
                for item in items
            ]
            return head, [statement.body]
        case ast.If(test=test):
            return [ast.Expr(test)], [statement.body, statement.orelse]
    return [statement], []


def _note(statement: ast.stmt, cell: Names, bound: set[str]) -> None:
    """Note what one statement does; add what it binds to what is bound."""
    table = symtable(ast.unparse(statement), "cell", "exec")
    symbols = table.get_symbols()
    cell.imports |= {s.get_name() for s in symbols if s.is_imported()}
    new = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}
    # In a comprehension, := binds outside of it, which the table does not say.
    new |= {n.target.id for n in ast.walk(statement) if isinstance(n, ast.NamedExpr)}
    for name, at_once in _read(table):
        if not at_once:
            cell.later.add(name)
        elif name not in bound:
            cell.reads.add(name)
    if isinstance(statement, ast.AugAssign):
        cell.reads |= {_root(statement.target)} - bound
    if not isinstance(statement, ast.FunctionDef | ast.ClassDef):
        _note_changes(statement, cell)
    cell.binds |= new
    bound |= new


def _read(table: SymbolTable) -> Iterator[tuple[str, bool]]:
    """Yield the global names that code reads, and whether at once or when called."""
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (
            table.get_type() == "module" or symbol.is_global()
        ):
            yield symbol.get_name(), True
    for inner in table.get_children():
        called = inner.get_type() == "function"
        called = called and inner.get_name() not in COMPREHENSIONS
        for name, at_once in _read(inner):
            yield name, at_once and not called


def _note_changes(statement: ast.stmt, cell: Names) -> None:
    for node in ast.walk(statement):
        match node:
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                cell.changes.add(_root(node))
            case ast.Expr(value=ast.Call(func=ast.Attribute() as method)):
                cell.calls.add(_root(method))


def _root(node: ast.expr) -> str:
    """Return the name at the root of `name.a[0].b`, or nothing."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
