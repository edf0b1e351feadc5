"""The short form of ``make fuzz``: malformed requests are answered, none by a fault of ours."""

import importlib.util
import logging
from pathlib import Path

import pytest

pytest.importorskip("schemathesis", reason="schemathesis is not installed")
pytest.importorskip("sqlalchemy", reason="the extra log is not installed")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # how its requests are worded
def test_malformed_requests_are_refused_and_never_a_fault_of_the_service(tmp_path, caplog):
    path = Path(__file__).parents[3] / "fuzzing" / "service.py"
    spec = importlib.util.spec_from_file_location("fuzzing_service", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    caplog.set_level(logging.ERROR)
    ask = module.fuzz(600, 1, tmp_path)
    assert ask.faults == []
    assert ask.asked >= 500
    assert {200, 400, 415, 422} <= set(ask.statuses)
