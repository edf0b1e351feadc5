"""Mutants: every small change of the mathematics that a test ought to notice, and a sample of them.

The changes are those of cosmic-ray's operators that leave the program one that runs: an operator
for its opposite or its neighbour, a number one higher or lower, a condition turned round, a loop
that does not begin. What would change no result is left out: annotations, ``__repr__``, what type
checkers alone read, and decorators, of which most are hints to a compiler.
"""

from __future__ import annotations

import ast
import random
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.operators.provider import OperatorProvider

if TYPE_CHECKING:
    from cosmic_ray.operators.operator import Operator

MODEL = Path("src/virality/model")
_SWAPS = {
    "Binary": "Add_Sub Sub_Add Mul_Div Mul_Add Div_Mul FloorDiv_Div FloorDiv_Mul Mod_FloorDiv "
    "Pow_Mul BitAnd_BitOr BitOr_BitAnd BitXor_BitAnd LShift_RShift RShift_LShift",
    "Comparison": "Eq_NotEq NotEq_Eq Lt_LtE Lt_GtE LtE_Lt LtE_Gt Gt_GtE Gt_LtE GtE_Gt GtE_Lt "
    "Is_IsNot IsNot_Is",
    "Unary": "Delete_USub Delete_Invert Delete_Not",
}
OPERATORS = (
    *(f"Replace{kind}Operator_{one}" for kind, all_ in _SWAPS.items() for one in all_.split()),
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr"),
    *("ReplaceOrWithAnd", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak"),
    *("NumberReplacer", "ZeroIterationForLoop"),
)


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    module: str
    operator: str
    occurrence: int
    line: int
    before: str
    after: str

    @property
    def key(self) -> str:
        """Name the change by what it does, not by where: lines move."""
        return f"{self.module}: {self.before} => {self.after}"

    @property
    def path(self) -> Path:
        """Where the module is, from the root."""
        return MODEL / f"{self.module}.py"

    def code(self, root: Path) -> str:
        """Give the changed module."""
        return _changed((root / self.path).read_text(), self.operator, self.occurrence) or ""


def places(path: Path) -> list[tuple[str, int, int]]:
    """List where a module may be changed: operator, occurrence, line."""
    text = path.read_text()
    barred = _barred(ast.parse(text))
    nodes = list(ast_nodes(get_ast(text)))
    return [
        (name, occurrence, line)
        for name in OPERATORS
        for occurrence, (line, column) in enumerate(_positions(nodes, name))
        if not _within(barred, line, column)
    ]


def drawn(root: Path, size: int, seed: int) -> tuple[list[Mutant], int]:
    """Draw a sample of each module in proportion to its mutants, and count them all."""
    found = {path: places(path) for path in sorted((root / MODEL).glob("*.py"))}
    every = sum(map(len, found.values()))
    chance = random.Random(seed)  # noqa: S311  no secret
    sample = []
    for path, of in found.items():
        share = max(1, round(size * len(of) / every)) if of else 0
        shuffled = (_mutant(path, *place) for place in chance.sample(of, len(of)))
        sample += list(islice((one for one in shuffled if one), share))
    return sample, every


def _mutant(path: Path, name: str, occurrence: int, line: int) -> Mutant | None:
    """Make a change; None where it leaves the program as it is, as 1e300 + 1 does, or none."""
    text = path.read_text()
    changed = _changed(text, name, occurrence)
    if changed is None or not _differs(text, changed):
        return None
    before, after = (" ".join(one.splitlines()[line - 1].split()) for one in (text, changed))
    return Mutant(path.stem, name, occurrence, line, before, after)


def _positions(nodes: list[Any], name: str) -> list[tuple[int, int]]:
    operator = _operator(name)
    return [begin for node in nodes for begin, _ in operator.mutation_positions(node)]


def _changed(text: str, name: str, occurrence: int) -> str | None:
    return MutationVisitor.mutate_code(text, _operator(name), occurrence)


@cache
def _operator(name: str) -> Operator:
    made: Operator = OperatorProvider()[name]()
    return made


def _differs(text: str, changed: str) -> bool:
    """Whether a program is still one, and another: 1e300 + 1 is 1e300."""
    try:
        return ast.dump(ast.parse(text)) != ast.dump(ast.parse(changed))
    except SyntaxError:
        return False


def _barred(tree: ast.Module) -> list[ast.AST]:
    """Find what is not to be changed."""
    found: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found += node.decorator_list
            found += [one.annotation for one in _arguments(node) if one.annotation]
            found += [node] if node.name == "__repr__" else []
            found += [node.returns] if node.returns else []
        elif isinstance(node, ast.ClassDef):
            found += node.decorator_list
        elif isinstance(node, ast.AnnAssign):
            found.append(node.annotation)
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            found.append(node)
    return found


def _arguments(node: ast.FunctionDef) -> list[ast.arg]:
    given = node.args
    more = [one for one in (given.vararg, given.kwarg) if one]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *more]


def _within(nodes: list[ast.AST], line: int, column: int) -> bool:
    place = (line, column)
    return any(
        (one.lineno, one.col_offset) <= place < (one.end_lineno, one.end_col_offset)  # type: ignore[attr-defined]
        for one in nodes
    )
