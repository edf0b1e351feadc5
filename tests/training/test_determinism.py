"""The same data give the same model: in any process, whatever the number of threads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

CODE = """
import json
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[2])
from strategies import softmax_data
from virality import fit_softmax, train
from virality.sample import make_sample

X, y, *_ = softmax_data(30_000, 15, 5, seed=1)
train(make_sample(900, seed=3).records, schema=sys.argv[1], out=sys.argv[3])
model = json.loads(Path(sys.argv[3]).read_text())
del model["trainedAt"]
print(json.dumps({"fit": fit_softmax(X, y, l2=1e-3).coef.tolist(), "model": model}))
"""
TESTS = Path(__file__).parents[1]
SETTINGS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS")


def made(folder, schema, threads, seed):
    """Train in a process of its own, with so many threads of whatever has some."""
    words = [sys.executable, "-c", CODE, schema, str(TESTS), str(folder / "model.json")]
    given = dict.fromkeys(SETTINGS, str(threads)) | {"PYTHONHASHSEED": str(seed)}
    done = subprocess.run(words, env=os.environ | given, capture_output=True, text=True, check=True)
    return done.stdout


def parts(value):
    """List what a document holds, in order."""
    if isinstance(value, dict):
        return [*value, *(part for each in value.values() for part in parts(each))]
    return [part for each in value for part in parts(each)] if isinstance(value, list) else [value]


@pytest.fixture(scope="module", params=["creator-1", "reference-15"])
def single(request, tmp_path_factory):
    return request.param, made(tmp_path_factory.mktemp("single"), request.param, 1, 0)


def test_another_process_makes_the_same_model_to_the_last_bit(single, tmp_path):
    schema, first = single
    assert made(tmp_path, schema, 1, 7) == first


@pytest.mark.parametrize("threads", [2, 4])
def test_other_numbers_of_threads_make_the_same_model_but_for_rounding(single, threads, tmp_path):
    schema, first = single
    here, there = (parts(json.loads(text)) for text in (first, made(tmp_path, schema, threads, 0)))
    numbers = [[part for part in all_ if isinstance(part, float)] for all_ in (here, there)]
    assert [part for part in here if not isinstance(part, float)] == [
        part for part in there if not isinstance(part, float)
    ]
    assert len(numbers[0]) > 100
    np.testing.assert_allclose(*numbers, rtol=1e-9, atol=1e-12)
