"""Where real data lies, for tests that need it: beside the checkout, or nowhere."""

from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="needs the real data beside the checkout")
TRAINING_FILE = DATA / "reference" / "training-data.json"
