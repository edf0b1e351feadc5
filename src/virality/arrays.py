"""Names for the two kinds of array that the package passes around."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""Numbers in float64; NaN is unknown where a docstring allows it."""

Ints = NDArray[np.intp]
"""Row numbers, class numbers, tiers and counts."""
