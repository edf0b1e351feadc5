"""The service in this process, for tests that ask it."""

import json
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

from starlette.testclient import TestClient

from virality import read_records
from virality.context import with_context
from virality.features.extraction import extract
from virality.interfaces.service.app import application
from virality.interfaces.service.metrics import Metrics
from virality.interfaces.service.service import Service
from virality.interfaces.service.serving import ModelFile
from virality.interfaces.service.settings import ServiceSettings
from worlds import sample, scorer

HERE = "http://127.0.0.1:8000"
PROBLEM = "application/problem+json"


@cache
def known(number=20):
    """Videos of which all features are stated."""
    model = scorer(schema="creator-1")
    records = list(sample().records)
    frame = read_records(records)
    rows = extract(with_context(frame, model.artefact, records), model.artefact.inputs)
    stated = [dict(zip(model.feature_names, row, strict=True)) for row in rows.tolist()]
    return [one for one in stated if all(value == value for value in one.values())][:number]  # noqa: PLR0124  NaN


def model_file(folder, **changes):
    """A model of the sample, in a file."""
    path = folder / "model.json"
    scorer(**({"schema": "creator-1"} | changes)).save(path)
    return path


def service(path, journal=None, **settings):
    """A service of a model's file."""
    told = replace(ServiceSettings(str(path)), **settings)
    return Service(told, ModelFile(path), Metrics(), journal)


@contextmanager
def asking(made, keys=(), base=HERE):
    """A client of a service."""
    app = application(made, keys)
    with TestClient(app, base_url=base, raise_server_exceptions=False) as client:
        yield client


def lines(*videos):
    """Videos as JSON lines."""
    return "\n".join(json.dumps(video) for video in videos).encode()
