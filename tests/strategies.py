"""Hypothesis strategies and small problems that several tests share."""

import numpy as np
from hypothesis import strategies as st


@st.composite
def problems(draw, *, most_rows=40, most_features=4, most_classes=5):
    """Draw X (n, p), y (n,) with every class present, and positive weights (n,)."""
    classes = draw(st.integers(2, most_classes))
    rows = draw(st.integers(classes + 1, most_rows))
    width = draw(st.integers(1, most_features))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    X = generator.normal(size=(rows, width)) * generator.uniform(0.2, 5, size=width)
    y = np.concatenate([np.arange(classes), generator.integers(classes, size=rows - classes)])
    return X, y.astype(np.intp), generator.uniform(0.2, 2.0, size=rows)


def softmax_data(rows, width, classes, seed):
    """Rows whose classes are drawn from a known softmax: X, y, coef and intercept."""
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(rows, width))
    coef, intercept = generator.normal(size=(classes, width)), generator.normal(size=classes)
    logits = X @ coef.T + intercept
    y = (logits + generator.gumbel(size=logits.shape)).argmax(axis=1)
    return X, y.astype(np.intp), coef, intercept
