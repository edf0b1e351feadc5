"""Inputs that fuzzing kept, each of which once led somewhere new or to a defect since mended."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INPUTS = sorted((ROOT / "tests" / "corpus").glob("*/*"))
SPEC = importlib.util.spec_from_file_location("targets", ROOT / "fuzzing" / "targets.py")
targets = sys.modules["targets"] = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(targets)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_kept_input_is_read_or_refused_in_words(path):
    targets.TARGETS[path.parent.name](path.read_bytes())


def test_every_reader_has_kept_inputs_and_its_share_of_the_fuzzing():
    assert {path.parent.name for path in INPUTS} == set(targets.TARGETS)
    assert sum(target.share for target in targets.TARGETS.values()) == pytest.approx(1)
    assert min(target.share for target in targets.TARGETS.values()) * 1_000_000 >= 10_000
