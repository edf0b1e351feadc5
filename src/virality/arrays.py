"""Names for the kinds of array that the package passes around."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""Numbers in float64; NaN is unknown where a docstring allows it."""

Bools = NDArray[np.bool_]
"""Which rows are meant."""

Ints = NDArray[np.intp]
"""Row numbers, class numbers, tiers and counts."""
