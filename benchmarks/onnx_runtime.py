"""ONNX Runtime as a peer: scikit-learn's pipeline exported, and the least graph that scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sklearn.pipeline import Pipeline

    from virality import Scorer

_OPSET = 17
_FORMAT = 9
_ERRORS = 3


def exported(model: Pipeline, threads: int) -> onnxruntime.InferenceSession:
    """Export a pipeline of float32 features; ``threads`` 0 is all."""
    example = np.zeros((1, model.n_features_in_), np.float32)
    graph = to_onnx(model, example, options={"zipmap": False})
    return _session(graph.SerializeToString(), threads)


def lean(scorer: Scorer, midpoints: Sequence[float], threads: int) -> onnxruntime.InferenceSession:
    """Make a graph of one product, a softmax and its mean, with the coefficients of our model."""
    classifier = scorer.artefact.classifier
    weights = {
        "coef": classifier.coef.T.astype(np.float32),
        "intercept": classifier.intercept.astype(np.float32),
        "midpoints": np.array(midpoints, np.float32)[:, None],
    }
    nodes = [
        helper.make_node("Gemm", ["X", "coef", "intercept"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
        helper.make_node("MatMul", ["probabilities", "midpoints"], ["score"]),
    ]
    features, tiers = weights["coef"].shape
    graph = helper.make_graph(
        nodes,
        "scores",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, features])],
        [
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, tiers]),
            helper.make_tensor_value_info("score", TensorProto.FLOAT, [None, 1]),
        ],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    version = helper.make_opsetid("", _OPSET)
    made = helper.make_model(graph, opset_imports=[version], ir_version=_FORMAT)
    onnx.checker.check_model(made)
    return _session(made.SerializeToString(), threads)


def probabilities(session: onnxruntime.InferenceSession, X: np.ndarray) -> np.ndarray:
    """Give the probabilities of float32 rows."""
    return session.run(["probabilities"], {"X": X})[0]


def scores(session: onnxruntime.InferenceSession, X: np.ndarray) -> np.ndarray:
    """Give the scores of float32 rows, of a graph that computes them."""
    return session.run(["score"], {"X": X})[0][:, 0]


def _session(graph: bytes, threads: int) -> onnxruntime.InferenceSession:
    options: Any = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = _ERRORS
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
