"""Turning rows into columns, eight by eight numbers at a time, as instructions on whole registers.

A compiler makes no use of shuffles between registers for a loop that turns rows into columns: it
moves number by number, which takes as long as all the arithmetic on them. So the instructions are
given here in the compiler's own language, which is the same for all processors: eight rows are
loaded, standardised, and exchanged in three rounds, whereupon each register holds a column.

As a strip is turned, the memory is asked for the next one, which so arrives while this one is
worked on; without that, a pass takes a third longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

if TYPE_CHECKING:
    from virality.arrays import Floats

Code: TypeAlias = Any
"""What the compiler's own library hands around: it has no types that could be checked."""

_SIDE = 8
_DOUBLE_BYTES = 8
_SINGLE_BYTES = 4
_ALIGNED = 4
_LINE = 64
_INDEX = ir.IntType(32)
_OFFSET = ir.IntType(64)
_BYTES = ir.IntType(8).as_pointer()


@njit(nogil=True, cache=True)
def turn(X: Floats, mean: Floats, inverse: Floats, columns: Floats) -> None:
    """Lay a strip's standardised features (m, p) out column by column.

    Parameters
    ----------
    X
        (m, p) features, row by row in memory, of float64 or float32.
    mean, inverse
        (p,) centres and reciprocals of spreads, float64.
    columns
        (at least p, at least m) is written to, in its own precision.
    """
    whole = len(X) - len(X) % _SIDE if len(mean) >= _SIDE else 0
    last = len(mean) - _SIDE
    for row in range(0, whole, _SIDE):
        for line in range(0, _SIDE * X.itemsize * len(mean), _LINE):
            _fetch(X, row + len(X), line)
        for column in range(0, last + 1, _SIDE):
            _turn_square(X, mean, inverse, columns, row, column)
        if last % _SIDE:
            _turn_square(X, mean, inverse, columns, row, last)
    for column in range(len(mean)):
        for row in range(whole, len(X)):
            columns[column, row] = (X[row, column] - mean[column]) * inverse[column]


@intrinsic
def _fetch(_context: Code, X: Code, row: types.Integer, along: types.Integer) -> Code:
    """Ask for what lies so many bytes behind the begin of a row, which may lie behind the end."""
    signature = types.void(X, row, along)

    def code(context: Code, builder: Code, signature: Code, given: Code) -> Code:
        features = context.make_array(signature.args[0])(context, builder, given[0])
        step, _ = cgutils.unpack_tuple(builder, features.strides)
        offset = builder.add(builder.mul(given[1], step), given[2])
        address = builder.gep(builder.bitcast(features.data, _BYTES), [offset])
        kind = ir.FunctionType(ir.VoidType(), [_BYTES, _INDEX, _INDEX, _INDEX])
        ask = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(ask, [address, _INDEX(0), _INDEX(2), _INDEX(1)])
        return context.get_dummy_value()

    return signature, code


@intrinsic
def _turn_square(
    _context: Code,
    X: types.Array,
    mean: types.Array,
    inverse: types.Array,
    columns: types.Array,
    row: types.Integer,
    column: types.Integer,
) -> Code:
    """Turn the square of X that begins at a row and a column."""
    signature = types.void(X, mean, inverse, columns, row, column)

    def code(context: Code, builder: Code, signature: Code, given: Code) -> Code:
        features, centre, factor, out = (
            context.make_array(kind)(context, builder, value)
            for kind, value in zip(signature.args[:4], given[:4], strict=True)
        )
        row, column = given[4:]
        double, single = (ir.VectorType(one, _SIDE) for one in (ir.DoubleType(), ir.FloatType()))
        narrow = X.dtype == types.float32
        beside = builder.mul(column, _OFFSET(_DOUBLE_BYTES))
        along = builder.mul(column, _OFFSET(_SINGLE_BYTES if narrow else _DOUBLE_BYTES))
        mean = _load(builder, centre.data, beside, double)
        inverse = _load(builder, factor.data, beside, double)
        (step, _), (apart, width) = (
            cgutils.unpack_tuple(builder, one.strides) for one in (features, out)
        )
        lines = []
        for number in range(_SIDE):
            begin = builder.mul(builder.add(row, _OFFSET(number)), step)
            line = _load(
                builder, features.data, builder.add(begin, along), single if narrow else double
            )
            line = builder.fpext(line, double) if narrow else line
            line = builder.fmul(builder.fsub(line, mean), inverse)
            if columns.dtype == types.float32:
                line = builder.fptrunc(line, single)
            lines.append(line)
        across = builder.mul(row, width)
        for number, line in enumerate(_exchanged(builder, lines)):
            begin = builder.mul(builder.add(column, _OFFSET(number)), apart)
            _store(builder, line, out.data, builder.add(begin, across))
        return context.get_dummy_value()

    return signature, code


def _exchanged(builder: Code, lines: list[Code]) -> list[Code]:
    """Exchange halves of halves between lines until each holds a column."""
    for distance in (1, 2, 4):
        found = list(lines)
        for one in range(_SIDE):
            if one & distance:
                continue
            pair = lines[one], lines[one + distance]
            lower = [i if not i & distance else _SIDE + i - distance for i in range(_SIDE)]
            upper = [i + distance if not i & distance else _SIDE + i for i in range(_SIDE)]
            found[one] = _shuffled(builder, pair, lower)
            found[one + distance] = _shuffled(builder, pair, upper)
        lines = found
    return lines


def _shuffled(builder: Code, pair: tuple[Code, Code], order: list[int]) -> Code:
    return builder.shuffle_vector(*pair, ir.Constant(ir.VectorType(_INDEX, _SIDE), order))


def _load(builder: Code, data: Code, offset: Code, kind: Code) -> Code:
    line = builder.load(_at(builder, data, offset, kind))
    line.align = _ALIGNED
    return line


def _store(builder: Code, line: Code, data: Code, offset: Code) -> None:
    stored = builder.store(line, _at(builder, data, offset, line.type))
    stored.align = _ALIGNED


def _at(builder: Code, data: Code, offset: Code, kind: Code) -> Code:
    """Give the address so many bytes into an array's data."""
    address = builder.gep(builder.bitcast(data, _BYTES), [offset])
    return builder.bitcast(address, kind.as_pointer())
