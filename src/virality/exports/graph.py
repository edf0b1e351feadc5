"""A graph of ONNX that is put together node by node, and the parts that it is made of.

Everything is in double precision, so it uses only operators that ONNX Runtime has for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike
    from onnx import ModelProto

_OPSET, _FORMAT = 17, 8
DOUBLE, WHOLE = TensorProto.DOUBLE, TensorProto.INT64


class Graph:
    """Nodes and constants; names of values are made as they come."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, value: ArrayLike, *, whole: bool = False) -> str:
        """Add a constant of numbers, or of whole ones."""
        array = np.asarray(value, dtype=np.int64 if whole else np.float64)
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(array, name))
        return name

    def flags(self, value: ArrayLike) -> str:
        """Add a constant of yes and no."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(value, dtype=np.bool_), name))
        return name

    def do(self, operator: str, *inputs: str | float, name: str = "", **attributes: Any) -> str:  # noqa: ANN401  of any operator
        """Add a node; numbers among its inputs become constants."""
        given = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        result = name or f"value_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, given, [result], **attributes))
        return result

    def columns(self, value: str, begin: int, end: int, axis: int = 1) -> str:
        """Take some columns of a value."""
        ends = [self.constant([one], whole=True) for one in (begin, end, axis)]
        return self.do("Slice", value, *ends)

    def total(self, value: str, axis: int = 1, *, kept: bool = True) -> str:
        """Add up along an axis."""
        return self.do("ReduceSum", value, self.constant([axis], whole=True), keepdims=int(kept))

    def count(self, flags: str, axis: int, *, kept: bool = False) -> str:
        """Count what is so along an axis."""
        return self.total(self.do("Cast", flags, to=WHOLE), axis, kept=kept)

    def within(self, value: str, low: float, high: float) -> str:
        """Keep a value within two others."""
        return self.do("Min", self.do("Max", value, low), high)

    def divided(self, value: str) -> str:
        """Divide by the sum along the columns."""
        return self.do("Div", value, self.total(value))

    def model(
        self, entry: tuple[str, int], results: Sequence[tuple[str, int, list[int]]]
    ) -> ModelProto:
        """Make a model of it.

        Parameters
        ----------
        entry
            Name and width of what goes in, a matrix of doubles.
        results
            Name, type and shape after the rows of what comes out.
        """
        name, width = entry
        graph = helper.make_graph(
            self._nodes,
            "scorer",
            [helper.make_tensor_value_info(name, DOUBLE, ["rows", width])],
            [
                helper.make_tensor_value_info(one, kind, ["rows", *after])
                for one, kind, after in results
            ],
            self._constants,
        )
        opset = [helper.make_opsetid("", _OPSET)]
        return helper.make_model(graph, opset_imports=opset, ir_version=_FORMAT)
